"""Stations whose speed changes in the middle of work: by what is inside, by a new capacity, by what they require; and repeated attempts.

A clock that runs at another speed from some instant on has that much more or less left to do: every expectation is work over speed,
piece by piece.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.replay import replay
from simulator.engine.stations import StationState
from simulator.engine.trace import Trace
from tests.theory.measuring import mean_of
from tests.theory.scenarios import Tree, plan_of, replayed, tree_of, written

DESK = "north/desk"
FIFO = {"fifo": {"servers": 1}}
SHARED: dict[str, Any] = {"processor_sharing": {}}
BEGINS = 60.0
EXACT = 1e-4


def worked(folder: Path, desk: Tree, *, arrivals: Sequence[tuple[float, int]], work: float = 100.0, events: Sequence[Tree] = (),
           components: Sequence[Tree] = ()) -> list[float]:  # fmt: skip
    """When jobs leave the desk, in seconds from the first arrival; so many arrive at (seconds after the first)."""
    submitted = [
        {"name": f"arrival-{n}", "at": f"{BEGINS + at!r} s", "do": {"submit": {"station": DESK, "work": f"{work!r} s", "units": jobs}}}
        for n, (at, jobs) in enumerate(arrivals)
    ]
    tree = tree_of(stations=[{"path": DESK, **desk}], events=[*submitted, *events], components=components)
    return left(replayed(written(folder, "worked", tree)))


def left(trace: Trace) -> list[float]:
    return [r[0] - BEGINS for r in trace.records if r[1] == "leaves"]


# -- goodput that collapses --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [3, 4, 5])
def test_capacity_falls_at_exactly_so_many_inside(jobs: int, tmp_path: Path) -> None:
    """From four inside on the capacity is a quarter: then n jobs have n x work / 0.25 before them; below it, n x work / 1. Jobs that share
    are all done at once, so that what is inside never changes on the way."""
    desk = {"discipline": SHARED, "goodput": [{"inside": 4, "capacity": 0.25}]}
    capacity = 0.25 if jobs >= 4 else 1.0
    assert worked(tmp_path, desk, arrivals=[(0.0, jobs)]) == pytest.approx([jobs * 100.0 / capacity] * jobs, abs=EXACT)


def test_capacity_falls_and_rises_with_each_job_that_comes_and_goes(tmp_path: Path) -> None:
    """One server: slow while four or three are inside, and at full speed when the second is gone and two are left."""
    desk = {"discipline": FIFO, "goodput": [{"inside": 3, "capacity": 0.5}, {"inside": 4, "capacity": 0.25}]}
    assert worked(tmp_path, desk, arrivals=[(0.0, 4)]) == pytest.approx([400.0, 600.0, 700.0, 800.0], abs=EXACT)


def test_a_capacity_that_falls_one_later_is_noticed(tmp_path: Path) -> None:
    desk = {"discipline": SHARED, "goodput": [{"inside": 5, "capacity": 0.25}]}
    assert worked(tmp_path, desk, arrivals=[(0.0, 4)])[-1] == pytest.approx(400.0, abs=EXACT)
    assert worked(tmp_path, desk, arrivals=[(0.0, 5)])[-1] == pytest.approx(2000.0, abs=EXACT)


# -- a capacity, or what the station requires, changes in the middle of work -------------------------------------------------------------

ALIKE = [pytest.param(FIFO, [100.0, 200.0], id="fifo"), pytest.param(SHARED, [200.0, 200.0], id="processor_sharing")]
"""Two jobs of 100 s at full speed: one after the other, or both at half the speed."""


def later(work: float, *, changes_at: float, speed: float) -> float:
    """When so much work is done that begins at speed 1 and goes on at another."""
    return work if work <= changes_at else changes_at + (work - changes_at) / speed


def resized(at: float, to: float) -> Tree:
    return {"name": f"resized-{at}", "at": f"{BEGINS + at!r} s", "do": {"set_capacity": {"station": DESK, "to": to}}}


@pytest.mark.parametrize("speed", [0.25, 4.0])
@pytest.mark.parametrize(("discipline", "plain"), ALIKE)
def test_what_is_left_is_done_at_the_new_capacity(discipline: Any, plain: list[float], speed: float, tmp_path: Path) -> None:
    found = worked(tmp_path, {"discipline": discipline}, arrivals=[(0.0, 2)], events=[resized(50.0, speed)])
    assert found == pytest.approx([later(end, changes_at=50.0, speed=speed) for end in plain], abs=EXACT)


@pytest.mark.parametrize(("discipline", "plain"), ALIKE)
def test_a_capacity_of_nothing_stops_the_work_until_there_is_some(discipline: Any, plain: list[float], tmp_path: Path) -> None:
    events = [resized(50.0, 0.0), resized(350.0, 1.0)]
    found = worked(tmp_path, {"discipline": discipline}, arrivals=[(0.0, 2)], events=events)
    assert found == pytest.approx([end + 300.0 for end in plain], abs=EXACT)


@pytest.mark.parametrize(("discipline", "plain"), ALIKE)
def test_a_station_stands_still_while_what_it_requires_is_down(discipline: Any, plain: list[float], tmp_path: Path) -> None:
    """And works at half its speed while half of that is."""
    desk = {"discipline": discipline, "requires": {"live": "north/tool"}}

    def without(share: str) -> list[float]:
        fault = {"name": "fault", "at": f"{BEGINS + 50.0} s", "do": {"fail": {"target": "north/tool", "share": share, "for": "300 s"}}}
        tool = {"path": "north/tool", "units": 2}
        return worked(tmp_path, desk, arrivals=[(0.0, 2)], events=[fault], components=[tool])

    assert without("100 %") == pytest.approx([end + 300.0 for end in plain], abs=EXACT)
    assert without("50 %") == pytest.approx([50.0 + 2.0 * (end - 50.0) for end in plain], abs=EXACT)


def _all_at_the_new_speed(self: StationState) -> None:
    """The clock is not set before its speed changes: what was done at the old one counts as done at the new."""
    self._known_speed = -1.0


@pytest.mark.parametrize("discipline", [FIFO, SHARED])
def test_work_done_before_a_change_that_is_reckoned_anew_is_noticed(
    discipline: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(StationState, "_catch_up", _all_at_the_new_speed)
    found = worked(tmp_path, {"discipline": discipline}, arrivals=[(0.0, 1)], events=[resized(50.0, 0.25)])
    assert found[0] > later(100.0, changes_at=50.0, speed=0.25) + 1.0


def _unaware(self: StationState, to: float) -> None:
    self._catch_up()
    self._capacity = to


@pytest.mark.parametrize("discipline", [FIFO, SHARED])
def test_a_moment_of_leaving_that_stays_as_it_was_is_noticed(discipline: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks ahead anew: who would leave sooner now leaves when it would have before."""
    monkeypatch.setattr(StationState, "set_capacity", _unaware)
    found = worked(tmp_path, {"discipline": discipline}, arrivals=[(0.0, 1)], events=[resized(50.0, 4.0)])
    assert found == pytest.approx([100.0], abs=EXACT)


# -- a station behind another hears of all that changes there ---------------------------------------------------------------------------

REAR = "north/rear"


def behind(folder: Path, *, events: Sequence[Tree] = (), **front: Any) -> float:
    """When a job of 500 s is done with what another of 1,000 s, that is served first, leaves of a capacity of two: one, as it begins."""
    stations = [
        {"path": DESK, "discipline": FIFO, "requires": {"live": "north/tool"}, **front},
        {"path": REAR, "discipline": SHARED, "capacity": 2, "behind": "desk"},
    ]
    jobs = [
        {"name": name, "at": f"{BEGINS!r} s", "do": {"submit": {"station": station, "work": f"{work!r} s"}}}
        for name, station, work in (("first", DESK, 1000.0), ("second", REAR, 500.0))
    ]
    tree = tree_of(components=[{"path": "north/tool"}], stations=stations, events=[*jobs, *events])
    trace = replayed(written(folder, "behind", tree))
    return next(r[0] - BEGINS for r in trace.records if r[1] == "leaves" and r[2] == REAR)


def test_what_is_left_over_grows_and_shrinks_with_all_that_happens_before(tmp_path: Path) -> None:
    assert behind(tmp_path) == pytest.approx(500.0, abs=EXACT)
    slower = behind(tmp_path, events=[resized(100.0, 0.5)])
    assert slower == pytest.approx(100.0 + 400.0 / 1.5, abs=EXACT)
    faster = behind(tmp_path, events=[resized(100.0, 1.5)])
    ends = later(1000.0, changes_at=100.0, speed=1.5)  # then 500 - 100 - 0.5 x 600 are left, and nobody is before them
    assert faster == pytest.approx(ends + (400.0 - 0.5 * (ends - 100.0)) / 2.0, abs=EXACT)
    given_up = behind(tmp_path, patience={"after": "100 s"})
    assert given_up == pytest.approx(100.0 + 400.0 / 2.0, abs=EXACT)
    fault = {"name": "fault", "at": f"{BEGINS + 100.0!r} s", "do": {"fail": {"target": "north/tool"}}}
    assert behind(tmp_path, events=[fault]) == pytest.approx(100.0 + 400.0 / 2.0, abs=EXACT)


def test_the_last_of_a_row_hears_of_the_first_though_the_one_between_works_as_before(tmp_path: Path) -> None:
    """Out of two, the first takes one until it gives up and the second never more than a quarter; the third has the rest."""
    stations: list[dict[str, Any]] = [
        {"path": DESK, "discipline": FIFO, "patience": {"after": "100 s"}},
        {"path": "north/middle", "discipline": {"processor_sharing": {"per_job": 0.25}}, "capacity": 2, "behind": "desk"},
        {"path": REAR, "discipline": SHARED, "capacity": 2, "behind": "middle"},
    ]
    jobs = [
        {"name": f"job-{n}", "at": f"{BEGINS!r} s", "do": {"submit": {"station": station["path"], "work": "1000 s"}}}
        for n, station in enumerate(stations)
    ]
    trace = replayed(written(tmp_path, "row", tree_of(stations=stations, events=jobs)))
    done = [r[0] - BEGINS for r in trace.records if r[1] == "leaves" and r[2] == REAR]
    assert done == pytest.approx([100.0 + (1000.0 - 100.0 * 0.75) / 1.75], abs=EXACT)


def test_a_station_that_is_not_told_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StationState, "left_over", lambda _: None)
    assert behind(tmp_path, patience={"after": "100 s"}) != pytest.approx(100.0 + 400.0 / 2.0, abs=EXACT)


# -- attempts until one succeeds ---------------------------------------------------------------------------------------------------------

MEAN, WORK, REPAIRED = 4.0, 10.0, 120.0


def attempts(folder: Path, *, units: int, again: float = MEAN, replications: int) -> list[list[float]]:
    """Replication by replication, how many attempts it took each batch to return: every one is a job of its own at a desk for all."""
    component = {
        "path": "north/fleet", "units": units, "recovery": [{"visit": {"station": "desk", "work": f"{WORK!r} s", "again": again}}],
    }  # fmt: skip
    fault = {"name": "fault", "at": "1 min", "do": {"fail": {"target": "north/fleet", "for": "1 min"}}}
    tree = tree_of(components=[component], stations=[{"path": DESK, "discipline": {"unlimited": {}}}], events=[fault])
    plan = plan_of(written(folder, "fleet", tree))
    traces = [replay(plan, seed=3, replication=n) for n in range(replications)]
    return [[(r[0] - REPAIRED) / WORK for r in trace.records if r[1] == "up"] for trace in traces]


def more_than(k: int) -> float:
    """P[more than k attempts] in a geometric law."""
    return (1.0 - 1.0 / MEAN) ** k


def fits_the_law(tries: list[float]) -> bool:
    variance = mean_of((n - MEAN) ** 2 for n in tries)
    shares = all(mean_of(float(n > k) for n in tries).agrees(more_than(k)) for k in (1, 2, 5, 10))
    return shares and mean_of(tries).agrees(MEAN) and variance.agrees(MEAN * (MEAN - 1.0))


def test_single_units_try_as_often_as_a_geometric_law_says(tmp_path: Path) -> None:
    tries = [n for found in attempts(tmp_path, units=40, replications=250) for n in found]
    assert len(tries) == 10_000
    assert mean_of(tries).relative < 0.01
    assert all(n == round(n) >= 1 for n in tries)
    assert fits_the_law(tries)


BATCHES = 100


def test_batches_try_as_often_as_the_quantiles_of_a_geometric_law(tmp_path: Path) -> None:
    """Of a hundred batches, so many need more than k attempts that the law is met within half a batch; another one each time."""
    found = attempts(tmp_path, units=100 * BATCHES, replications=3)
    for tries in found:
        assert len(tries) == BATCHES
        for k in range(1, 30):
            assert sum(n > k for n in tries) == pytest.approx(BATCHES * more_than(k), abs=0.5 + 1e-9)


@pytest.mark.parametrize("again", [MEAN - 1.0, MEAN + 1.0])
def test_one_attempt_more_or_less_on_average_is_noticed(again: float, tmp_path: Path) -> None:
    assert not fits_the_law([n for found in attempts(tmp_path, units=40, again=again, replications=50) for n in found])
    batched = attempts(tmp_path, units=100 * BATCHES, again=again, replications=1)[0]
    assert abs(sum(n > 2 for n in batched) - BATCHES * more_than(2)) > 3


def test_once_is_once(tmp_path: Path) -> None:
    assert attempts(tmp_path, units=40, again=1.0, replications=1) == [[1.0] * 40]
