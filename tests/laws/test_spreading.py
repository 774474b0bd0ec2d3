"""Laws of what spreads: the order of lines does not matter, more room never loses more, what is taken was there, what is served or lost
was offered, and passengers change nothing for anybody else."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.engine.replay import replay
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of
from simulator.measures.outages import outcome
from tests.laws.stuck_world import ROOM, shop, stuck
from tests.laws.test_order import shuffled
from tests.theory.scenarios import written

SMALL = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def night(folder: Path, tree: dict[str, Any], tenant: dict[str, Any] | None = None, *, seed: int = 7) -> Trace:
    loaded = api.load(written(folder, "stuck", tree))
    tenants = [] if tenant is None else loaded.tenants([written(folder, "shop", tenant)])
    return replay(plan_of(loaded.scenario, cases_of(loaded.scenario, tenants)), seed=seed)


def lost_unit_hours(trace: Trace, owner: str) -> float:
    """Unit-hours down up to the horizon."""
    down: dict[object, tuple[float, float]] = {}
    total = 0.0
    for time, change, who, units, _, batch in trace.records:
        if who == owner and change == "down" and units > 0:
            down[batch] = (time, units)
        elif who == owner and change == "up" and batch in down:
            since, amount = down.pop(batch)
            total += (time - since) * amount
    return (total + sum((trace.horizon - since) * amount for since, amount in down.values())) / 3600.0


@pytest.mark.parametrize("order", range(4))
def test_a_shuffled_file_gives_the_same_trace(order: int, tmp_path: Path) -> None:
    dice = random.Random(order)
    plain = night(tmp_path, stuck(), shop())
    assert {r[1] for r in plain.records} >= {"takes", "lost", "level", "gives_up", "stops_serving"}
    assert sum(r[1] == "fails" and r[2] == f"{ROOM}/servers" for r in plain.records) > 5
    other = night(tmp_path, shuffled(stuck(), dice), shuffled(shop(), dice))
    assert other.records == plain.records
    assert other.curves == plain.curves


def test_passengers_change_nothing_for_the_world(tmp_path: Path) -> None:
    """What happens to the world's own units, and when, is the same with an application that rides along as without one."""
    def told(trace: Trace) -> list[tuple[Any, ...]]:
        causes = [*((r[1], r[2], r[5]) for r in trace.records), None]
        return [(r[0], r[1], r[2], r[3], r[5], causes[r[4]]) for r in trace.records if r[2].startswith("north")]

    alone, along = night(tmp_path, stuck(space=190)), night(tmp_path, stuck(space=190), shop())
    assert any(r[2].endswith("a/disks") and r[1] == "takes" for r in along.records)
    assert told(along) == told(alone)


@SMALL
@given(seed=st.integers(1, 10_000), space=st.sampled_from([0, 20, 60, 150]), more=st.sampled_from([30, 120]))
def test_more_room_never_loses_more(seed: int, space: float, more: float, tmp_path: Path) -> None:
    """Without crashes: with them more room may shift who searches, and with that whose dice fall."""
    few, many = (night(tmp_path, stuck(space=s, crash=1e-12), seed=seed) for s in (space, space + more))
    assert lost_unit_hours(many, f"{ROOM}/volumes") <= lost_unit_hours(few, f"{ROOM}/volumes") + 1e-9


@SMALL
@given(seed=st.integers(1, 10_000), space=st.sampled_from([0, 60, 150]), brought=st.sampled_from([0.1, 80, 400]))
def test_no_more_is_taken_than_there_was(seed: int, space: float, brought: float, tmp_path: Path) -> None:
    trace = night(tmp_path, stuck(space=space, brought=brought), seed=seed)
    taken = 0.0
    for time, change, _, amount, _, _ in trace.records:
        if change == "takes":
            taken += amount
            assert taken <= space + 0.002 * time + (brought if time >= 4 * 3600 else 0.0) + 1e-6
    assert taken > 0


@SMALL
@given(seed=st.integers(1, 10_000))
def test_what_is_served_and_what_is_lost_was_offered(seed: int, tmp_path: Path) -> None:
    trace = night(tmp_path, stuck(), shop(), seed=seed)
    (label,) = (label for label in trace.curves if ":" not in label)
    curve = trace.curves[label]
    assert all(0.0 <= value <= 1.0 for _, value in curve)
    spans = [b[0] - a[0] for a, b in zip(curve, [*curve[1:], (trace.horizon, 0.0)], strict=True)]
    served = sum(span * point[1] for span, point in zip(spans, curve, strict=True))
    assert served + outcome(trace, label, objective=0.95).lost_seconds == pytest.approx(trace.horizon, rel=1e-9)


def test_what_never_comes_back_stays_down(tmp_path: Path) -> None:
    trace = night(tmp_path, stuck(brought=2000))
    gone = {r[5] for r in trace.records if r[1] == "lost" and r[2] == f"{ROOM}/volumes"}
    assert gone
    last = {r[5]: r[1] for r in trace.records if r[2] == f"{ROOM}/volumes" and r[1] in {"down", "up", "lost"}}
    assert {last[batch] for batch in gone} == {"lost"}
