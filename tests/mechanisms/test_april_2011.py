"""April 2011: a storm of copies that feeds itself, and a region's control plane that one zone starves twice. Same dice throughout.

Of each loop one edge is taken out, and the loop is gone; and where it begins to run away is found by halving, and compared with what
follows from the numbers.
"""

import math
from functools import partial

import pytest

from simulator import api
from simulator.engine.replay import replay
from simulator.ensemble.cases import cases_of, plan_of
from simulator.measures.curves import value_at
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from tests.mechanisms.stuck import down, largest, number_down, number_of, of_zone, switched, threshold, unserved

DAYS = "2011-04-21-us-east-1-ebs-remirroring"
VOLUMES, SERVERS = of_zone("volumes"), of_zone("ebs-servers")
HOUR = 3600.0
TRIGGER, REFUSED, CUT_OFF, BANNED = 17 * 60.0, 130 * 60.0, 470 * 60.0, 11 * HOUR
"""Seconds after 00:30: the wrong shift at 00:47, calls refused at 02:40, the zone cut off at 08:20, searches forbidden at 11:30."""
API, ZONE = "us-east-1/ebs-api", "us-east-1/zone-1"

run = partial(switched, DAYS)
number = partial(number_of, DAYS)


def crashed(index: TraceIndex, at: float = BANNED) -> float:
    return down(index, SERVERS, at)


# -- the storm ---------------------------------------------------------------------------------------------------------------------------


def test_too_little_room_is_what_keeps_volumes_stuck() -> None:
    stuck, roomy = run(), run(free_space="40 %")
    assert 0.11 < down(stuck, VOLUMES, TRIGGER + HOUR) < 0.15
    assert down(roomy, VOLUMES, TRIGGER + HOUR) < 0.001
    assert crashed(roomy) < 0.001
    assert unserved(roomy, API, TRIGGER + 3 * HOUR) == 0.0


def test_volumes_stay_stuck_once_more_is_sought_than_there_is() -> None:
    """The search finds its threshold where the room is as large as what lost a copy."""
    found = threshold(lambda room: down(run(free_space=f"{40.0 - room:.4f} %"), VOLUMES, TRIGGER + HOUR) > 0.002, 0.0, 38.0)
    assert 40.0 - found == pytest.approx(100.0 * number("isolated"), abs=0.6)


# -- crashes that make more search -------------------------------------------------------------------------------------------------------


def test_without_the_race_no_server_crashes_and_nobody_is_orphaned() -> None:
    storm, calm = run(), run("crash-race")
    assert 0.05 < crashed(storm) < 0.07
    assert crashed(calm) == 0.0
    assert down(calm, ["us-east-1/zone-1/ebs/orphans"]) == 0.0
    assert unserved(storm, API, REFUSED + HOUR) > HOUR
    assert unserved(calm, API, REFUSED + HOUR) == 0.0


def test_without_retries_nothing_searches_and_nothing_crashes() -> None:
    storm, calm = run(), run("retries")
    assert visits(storm, "us-east-1/zone-1/ebs/search") > 100
    assert visits(calm, "us-east-1/zone-1/ebs/search") == 0
    assert visits(run("crash-race"), "us-east-1/zone-1/ebs/search") > 100
    assert crashed(calm) == 0.0
    assert down(calm, VOLUMES, TRIGGER + HOUR) > 0.1
    assert unserved(calm, API, REFUSED + HOUR) == 0.0


def visits(index: TraceIndex, station: str) -> int:
    """How many batches of the zone's volumes have entered a station."""
    records = index.trace.records
    return sum(records[i][5][1] == station for owner in VOLUMES for i in index.of(owner, "enters"))  # type: ignore[index]


def test_the_ban_ends_the_growth_and_without_it_the_growth_goes_on() -> None:
    banned, free = run(), run("search-ban")
    assert crashed(banned, BANNED + 12 * HOUR) == crashed(banned, BANNED)
    assert crashed(free, BANNED + 12 * HOUR) > crashed(free, BANNED) + 0.02


def searching(index: TraceIndex, at: float) -> float:
    return value_at(number_down(index, VOLUMES), at) or 0.0


def test_the_storm_runs_away_where_crashes_orphan_more_than_is_reclaimed() -> None:
    """dS/dt = race x searches x S x (volumes that are up) - what is reclaimed: it grows from the first hour on where the first is larger.

    The share that crashes in a second is race x searches x S; the volumes of these servers are lost in so far as they are not stuck yet.
    """
    start, end = TRIGGER + HOUR, BANNED

    def grows(factor: float) -> bool:
        index = run(race=f"{factor * number('race'):.6e}")
        return searching(index, end) > searching(index, start)

    found = threshold(grows, 0.2, 4.0, steps=6)
    stuck = down(run(), VOLUMES, start)
    reclaimed = number("reclaimed") / (643 * 60.0 - number("isolation"))
    volumes = largest(run(), VOLUMES) / down(run(), VOLUMES)
    crashing = number("race") * (1.0 / number("retry")) * stuck * volumes * (1.0 - stuck)
    assert found == pytest.approx(reclaimed / crashing, rel=0.2)


# -- the pool of threads -----------------------------------------------------------------------------------------------------------------


def test_the_region_fails_with_one_zone_and_with_threads_of_its_own_it_does_not() -> None:
    shared, own = run(), run("shared-pool")
    assert unserved(shared, API, 0.0, REFUSED + HOUR) > 1.5 * HOUR
    assert unserved(own, API, 0.0, REFUSED + HOUR) == 0.0
    # The zone's own calls find no thread with either.
    assert unserved(own, f"{ZONE}/ebs-api", 0.0, REFUSED) == unserved(shared, f"{ZONE}/ebs-api", 0.0, REFUSED) > 1.5 * HOUR


def test_the_pool_runs_dry_where_calls_come_faster_than_they_time_out() -> None:
    """Little: calls under way are their rate times the time-out, and the pool has as many threads as come in while it fills."""
    def dry(minutes: float) -> bool:
        return unserved(run(time_out=f"{minutes:.4f} min"), API, 0.0, REFUSED) > 0.0

    found = threshold(dry, 0.2, 5.0)
    assert 60.0 * found == pytest.approx(number("pool-fills"), rel=0.12)


def test_until_people_refuse_the_calls_the_pool_stays_full() -> None:
    refused, left = run(), run("create-refusal")
    assert unserved(refused, API, REFUSED + HOUR, REFUSED + 1.5 * HOUR) == 0.0
    assert unserved(left, API, REFUSED, CUT_OFF) == CUT_OFF - REFUSED


# -- negotiations ------------------------------------------------------------------------------------------------------------------------


def test_the_second_trouble_begins_when_the_orphans_are_more_than_can_be_negotiated() -> None:
    again = unserved(run(), API, REFUSED + HOUR)
    assert HOUR < again < 6 * HOUR
    assert unserved(run(negotiators="8 %"), API, REFUSED + HOUR) == 0.0
    assert unserved(run(negotiators="0.5 %"), API, REFUSED + 0.5 * HOUR) > again


def test_only_the_cut_off_ends_it_and_it_costs_the_zone_its_own_interface() -> None:
    cut, left = run(), run("cut-off")
    assert unserved(left, API, CUT_OFF, CUT_OFF + 12 * HOUR) == 12 * HOUR
    assert unserved(cut, API, CUT_OFF + HOUR) == 0.0
    assert unserved(cut, "us-east-1/zone-1/ebs-api", CUT_OFF) > 50 * HOUR
    assert unserved(left, "us-east-1/zone-1/ebs/api-access") == 0.0


# -- databases ---------------------------------------------------------------------------------------------------------------------------


def test_a_database_on_several_volumes_sticks_more_often_than_a_volume() -> None:
    """1 - (1 - p)^k of the databases for a share p of the volumes, at each instant; with a single volume as often as that."""
    index, at = run(), TRIGGER + 6 * HOUR
    stuck, k = down(index, VOLUMES, at), number("volumes-per-database")
    assert down(index, of_zone("databases-single"), at) == pytest.approx(1.0 - (1.0 - stuck) ** k, abs=0.02)
    one = run("several-volumes")
    assert down(one, of_zone("databases-single"), at) == pytest.approx(stuck, abs=0.02)


# -- who has to launch -------------------------------------------------------------------------------------------------------------------


def test_who_has_to_launch_waits_in_every_zone_and_who_has_spare_capacity_does_not() -> None:
    """Launches from volumes fail in part for eleven hours, wherever they are to be; of all replacements half come after two hours."""
    launch = "us-east-1/launch-api"
    assert unserved(run(), launch, TRIGGER, TRIGGER + 12 * HOUR) > 10.5 * HOUR
    loaded = api.load(DAYS)
    names = ("single-zone", "three-zone-spare", "two-region-active")
    cases = cases_of(loaded.scenario, [*loaded.tenants(names), *(t for t in loaded.scenario.probes if t.name == "must-launch-in-zone-1")])
    plan = plan_of(loaded.scenario, cases)
    traces = [replay(plan, seed=1, replication=n) for n in range(6)]
    lost = {
        name: math.fsum(
            outcome(trace, case.label, objective=0.95).lost_seconds for case in cases if case.tenant.name == name for trace in traces
        )
        for name in (*names, "must-launch-in-zone-1")
    }
    assert lost["two-region-active"] < 0.1 * lost["single-zone"]
    assert lost["three-zone-spare"] < 0.1 * lost["single-zone"]
    assert lost["three-zone-spare"] < lost["must-launch-in-zone-1"]
