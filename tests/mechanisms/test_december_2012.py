"""Christmas Eve 2012: zones change nothing, and what each mechanism does to the night. Same dice throughout."""

from collections.abc import Sequence
from functools import lru_cache

import pytest

from simulator import api
from simulator.engine.replay import compile_plan, replay
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of, probes_of
from simulator.measures import cohorts
from simulator.measures.causes import begin_chain
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome

NIGHT = "2012-12-24-us-east-1-elb-state-deletion"
FLEET = ["us-east-1/load-balancers/busy", "us-east-1/load-balancers/other"]
HOUR, DELETED, FROZEN = 3600.0, 240.0, 282 * 60.0
"""Seconds after 12:20: records are deleted at 12:24, the workflows are off at 17:02."""
DAY = 24 * HOUR


@lru_cache
def fleet(*, without: tuple[str, ...] = (), with_: tuple[str, ...] = (), numbers: tuple[tuple[str, str], ...] = ()) -> TraceIndex:
    """One replication of the world alone."""
    loaded = api.load(NIGHT, without=without, with_=with_, numbers=dict(numbers))
    return TraceIndex(replay(compile_plan(loaded.scenario), seed=1))


def broken(index: TraceIndex) -> float:
    """Largest share of the region's load balancers that is broken at a time."""
    return cohorts.share_down(index, FLEET) or 0.0


# -- zones -------------------------------------------------------------------------------------------------------------------------------

IN_ONE_REGION = ["single-zone", "two-zone", "three-zone-tight", "three-zone-spare", "three-zone-failsafe"]


def lost(traces: Sequence[Trace], label: str) -> list[float]:
    return [outcome(trace, label, objective=0.95).lost_seconds for trace in traces]


def test_one_two_and_three_zones_lose_the_same_in_every_placement() -> None:
    loaded = api.load(NIGHT)
    cases = cases_of(loaded.scenario, loaded.tenants([*IN_ONE_REGION, "two-region-active"]))
    plan = plan_of(loaded.scenario, cases)
    traces = [replay(plan, seed=1, replication=n) for n in range(60)]
    losses = {case.label: lost(traces, case.label) for case in cases}
    one = losses["single-zone@0"]
    assert sum(seconds > HOUR for seconds in one) >= 3
    assert all(losses[case.label] == one for case in cases if case.tenant.name in IN_ONE_REGION)
    # Another region is what helps.
    assert sum(losses["two-region-active@0"]) < 0.05 * sum(one)


def test_a_second_load_balancer_is_what_one_zone_more_is_not() -> None:
    """Without the load balancer as such in the way, the same night costs the same tenants nothing."""
    loaded = api.load(NIGHT, with_=["reconciling-control-plane"])
    cases = cases_of(loaded.scenario, loaded.tenants(["single-zone", "three-zone-spare"]))
    plan = plan_of(loaded.scenario, cases)
    traces = [replay(plan, seed=1, replication=n) for n in range(20)]
    assert all(sum(lost(traces, case.label)) == 0.0 for case in cases)


# -- the damage is latent, and activated one change at a time ------------------------------------------------------------------------------


def test_nothing_breaks_by_the_deletion_itself_nor_after_the_freeze() -> None:
    spells = cohorts.spells_of(fleet(), FLEET)
    assert len(spells) > 100
    assert all(DELETED < spell.lost < FROZEN for spell in spells)


def test_without_a_record_missing_nothing_breaks_however_often_it_is_changed() -> None:
    assert broken(fleet(with_=("per-access-approval",))) == 0.0


def test_the_evening_bends_the_curve() -> None:
    """Of all that breaks, less than half does in the first half of the time; with a day that is flat, half of it."""
    def early(*without: str) -> float:
        plan = compile_plan(api.load(NIGHT, without=without).scenario)
        spells = [s for n in range(8) for s in cohorts.spells_of(TraceIndex(replay(plan, seed=1, replication=n)), FLEET)]
        return sum(s.units for s in spells if s.lost < (DELETED + FROZEN) / 2) / sum(s.units for s in spells)

    assert early() < 0.43
    assert 0.46 < early("evening-growth") < 0.56


@pytest.mark.parametrize(("growth", "low", "high"), [("1", 0.005, 0.02), ("4", 0.0, 0.005)])
def test_only_a_growing_hazard_breaks_so_few_in_the_first_half_hour(growth: str, low: float, high: float) -> None:
    index = fleet(numbers=(("evening-growth", growth),))
    assert low < (cohorts.share_down(index, FLEET, at=DELETED + 1800.0) or 0.0) < high


def test_a_frozen_fleet_stays_as_it_is_but_for_what_people_repair() -> None:
    index = fleet(without=("hand-repair",))
    down = cohorts.number_down(index, FLEET)
    values = {value for time, value in zip(down.times, down.values, strict=True) if FROZEN <= time < 17 * HOUR}
    assert len(values) <= 1
    by_hand = cohorts.share_back(fleet(), FLEET, at=14 * HOUR)
    assert by_hand is not None
    assert 0.05 < by_hand < 0.3


def test_an_alarm_freezes_all_before_much_is_broken() -> None:
    late, early = broken(fleet()), broken(fleet(with_=("alarm-on-lost-state",)))
    assert 0.0 < early < 0.0076  # the constant hazard's share after half an hour
    assert early < late / 8


def test_the_failed_restore_costs_its_hours() -> None:
    """Everything after it comes as much earlier as it took, and the load balancers with it."""
    def back(index: TraceIndex) -> float:
        return cohorts.time_when(index, FLEET, 0.95) or DAY

    gain = back(fleet()) - back(fleet(without=("failed-restore",)))
    assert gain == pytest.approx(4.583 * HOUR, abs=0.1 * HOUR)


# -- tenants -------------------------------------------------------------------------------------------------------------------------------


def test_a_broken_load_balancer_leads_back_to_the_deletion() -> None:
    loaded = api.load(NIGHT)
    probes = probes_of(loaded.scenario)
    plan = plan_of(loaded.scenario, probes)
    label, found = "netflix:consoles-and-mobile", []
    for n in range(6):
        trace = replay(plan, seed=1, replication=n)
        if outcome(trace, label, objective=0.95).outages:
            found.append([hop.owner for hop in begin_chain(trace, label, 0.95)])
    assert len(found) >= 2
    for owners in found:
        assert owners[0] == "state-deleted"
        assert "us-east-1/load-balancer-records" in owners
        assert "netflix/console-balancers" in owners
