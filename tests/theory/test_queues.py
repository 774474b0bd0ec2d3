"""Stations: a backlog that drains (i), a queue before several servers (j), processor sharing (q)."""

from itertools import pairwise
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.jobs import Job
from simulator.engine.replay import compile_plan, replay
from simulator.engine.stations import StationState
from simulator.engine.trace import Trace
from simulator.scenario import building
from tests.theory.measuring import Estimate, mean_of, ratio_of
from tests.theory.scenarios import ZONE, exponential, plan_of, replayed, tenant_of, tree_of, written

DESK = "north/desk"
TICK = 2.0**-20
CREW_OF_FOUR = {"fifo": {"servers": 4}}


def inside(trace: Trace) -> list[tuple[float, int]]:
    """(time, jobs inside from then on) at each arrival and departure."""
    found, n = [], 0
    for time, change, owner, _, _, _ in trace.records:
        if owner == DESK and change in {"enters", "leaves"}:
            n += 1 if change == "enters" else -1
            found.append((time, n))
    return found


def arrivals(gap: float, work: Any) -> dict[str, Any]:
    return {"name": "arrivals", "when": {"every": exponential(gap)}, "do": {"submit": {"station": DESK, "work": work}}}


# -- i: a backlog drains -----------------------------------------------------------------------------------------------------------------

BACKLOG, SERVERS, ARRIVING = 50, 4, 2.0
REPLICATIONS = 1500


def drained(folder: Path, *, rate: float = 1.0, discipline: Any = None, replications: int = REPLICATIONS) -> list[float]:
    """Times in which a backlog of 50 jobs shrinks to the four that are being worked on, in units of a mean piece of work."""
    work = exponential(1.0 / rate)
    tree = tree_of(
        horizon="90 s",
        stations=[{"path": DESK, "discipline": discipline or CREW_OF_FOUR}],
        rules=[arrivals(1.0 / ARRIVING, work)],
        events=[{"name": "storm", "at": "0 s", "do": {"submit": {"station": DESK, "work": work, "units": BACKLOG}}}],
    )
    plan = plan_of(written(folder, "backlog", tree))
    times = []
    for n in range(replications):
        trace = replay(plan, seed=5, replication=n)
        times.append(next(t for t, jobs in inside(trace)[BACKLOG - 1 :] if jobs == SERVERS))
    return times


def draining(n: float, c: float, m: float, arriving: float) -> tuple[float, float]:
    """Mean and variance of the time in which n jobs become c."""
    return (n - c) / (c * m - arriving), (n - c) * (arriving + c * m) / (c * m - arriving) ** 3


def test_the_formula_of_a_backlog_has_the_values_of_the_textbook() -> None:
    assert draining(50, 4, 1.0, 3.0) == (46, 322)


def test_i_a_backlog_drains_at_the_rate_that_arrivals_leave(tmp_path: Path) -> None:
    times = drained(tmp_path)
    mean, variance = draining(BACKLOG, SERVERS, 1.0, ARRIVING)
    found = mean_of(times)
    assert found.relative < 0.008
    assert found.agrees(mean)
    assert mean_of((t - mean) ** 2 for t in times).agrees(variance)


def test_i_two_percent_more_speed_is_noticed(tmp_path: Path) -> None:
    found = mean_of(drained(tmp_path, rate=1.02))
    assert not found.agrees(draining(BACKLOG, SERVERS, 1.0, ARRIVING)[0])


def test_i_a_server_for_each_job_is_noticed(tmp_path: Path) -> None:
    found = mean_of(drained(tmp_path, discipline={"unlimited": {}}, replications=100))
    assert not found.agrees(draining(BACKLOG, SERVERS, 1.0, ARRIVING)[0])


# -- j: customers before several servers -------------------------------------------------------------------------------------------------


def erlang_c(c: int, load: float) -> float:
    """P[an arrival waits] with c servers; load = arrivals x mean work."""
    waiting = load**c / factorial(c) * c / (c - load)
    return waiting / (sum(load**k / factorial(k) for k in range(c)) + waiting)


def queued(folder: Path, *, c: int, load: float, customers: int, discipline: Any = None, rate: float = 1.0) -> tuple[Estimate, Estimate]:
    """Mean wait before service begins in mean pieces of work, and share of the customers that wait at all.

    On each path the waits together are the integral of the queue's length; 60 stretches of time give the errors.
    """
    tree = tree_of(
        horizon=f"{customers / load!r} s",
        stations=[{"path": DESK, "discipline": discipline or {"fifo": {"servers": c}}}],
        rules=[arrivals(1.0 / load, exponential(1.0 / rate))],
    )
    trace = replayed(written(folder, "queue", tree))
    changes = inside(trace)
    edges = np.linspace(0.0, trace.horizon, 61)
    times = np.array([t for t, _ in changes])
    jobs = np.array([0, *(n for _, n in changes)])
    waited = np.concatenate([[0.0], np.cumsum(np.maximum(jobs[:-1] - c, 0) * np.diff(times, prepend=0.0))])
    before = np.searchsorted(times, edges, side="right")
    area = waited[before] + np.maximum(jobs[before] - c, 0) * (edges - np.concatenate([[0.0], times])[before])
    came = np.diff(jobs) > 0
    counts = np.histogram(times[came], edges)[0]
    delayed = np.histogram(times[came & (jobs[:-1] >= c)], edges)[0]
    return ratio_of(list(zip(np.diff(area), counts, strict=True))), ratio_of(list(zip(delayed, counts, strict=True)))


CUSTOMERS = 300_000


def test_the_formula_of_erlang_has_the_value_of_the_textbook() -> None:
    assert erlang_c(4, 3.0) == pytest.approx(0.5094339623, abs=1e-10)


@pytest.mark.parametrize(("c", "load", "customers"), [(2, 1.4, CUSTOMERS), (4, 3.0, 100_000)])
def test_j_waits_before_several_servers(c: int, load: float, customers: int, tmp_path: Path) -> None:
    wait, delayed = queued(tmp_path, c=c, load=load, customers=customers)
    assert wait.relative < 0.05
    assert wait.agrees(erlang_c(c, load) / (c - load))
    assert delayed.relative < 0.02
    assert delayed.agrees(erlang_c(c, load))


def test_j_two_percent_more_speed_is_noticed(tmp_path: Path) -> None:
    wait, _ = queued(tmp_path, c=2, load=1.4, customers=CUSTOMERS, rate=1.02)
    assert not wait.agrees(erlang_c(2, 1.4) / (2 - 1.4))


def test_j_one_quick_server_in_place_of_four_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speed = StationState._speed
    monkeypatch.setattr(StationState, "_speed", lambda self: 4.0 * speed(self))
    wait, _ = queued(tmp_path, c=4, load=3.0, customers=50_000, discipline={"fifo": {"servers": 1}})
    assert not wait.agrees(erlang_c(4, 3.0) / (4 - 3.0))


# -- q: processor sharing ----------------------------------------------------------------------------------------------------------------


def departures(folder: Path, jobs: list[tuple[float, float]], *, capacity: float, discipline: Any = None) -> list[float]:
    """When jobs (arrival, work) leave, in order of leaving."""
    tree = tree_of(
        stations=[{"path": DESK, "discipline": discipline or {"processor_sharing": {}}, "capacity": capacity}],
        events=[
            {"name": f"job-{n}", "at": f"{at!r} s", "do": {"submit": {"station": DESK, "work": f"{work!r} s"}}}
            for n, (at, work) in enumerate(jobs)
        ],
    )
    records = replayed(written(folder, "sharing", tree)).records
    return [time for time, change, _, _, _, _ in records if change == "leaves"]


def shared(works: list[float], capacity: float) -> list[float]:
    """When jobs that came together leave: one after the other in order of size, each step as long as all that are left need for it."""
    times, steps = [0.0], pairwise([0.0, *sorted(works)])
    for left, (low, high) in zip(range(len(works), 0, -1), steps, strict=True):
        times.append(times[-1] + left * (high - low) / capacity)
    return times[1:]


WORKS = [70.0, 10.0, 40.0, 40.0, 5.0]
LATECOMER = [(0.0, 100.0), (50.0, 30.0)]
"""The first has half of its work done when the second comes; they share; 60 s later the second leaves, and the first needs 20 s more."""


def close(found: list[float], exact: list[float]) -> bool:
    return len(found) == len(exact) and all(abs(a - b) <= TICK for a, b in zip(found, exact, strict=True))


def test_q_equal_jobs_leave_together(tmp_path: Path) -> None:
    assert close(departures(tmp_path, [(0.0, 60.0)] * 7, capacity=3.0), [7 * 60.0 / 3.0] * 7)


def test_q_unequal_jobs_leave_in_order_of_size(tmp_path: Path) -> None:
    assert close(departures(tmp_path, [(0.0, w) for w in WORKS], capacity=2.0), shared(WORKS, 2.0))


def test_q_a_latecomer_slows_the_first(tmp_path: Path) -> None:
    assert close(departures(tmp_path, LATECOMER, capacity=1.0), [110.0, 130.0])


@pytest.mark.parametrize("capacity", [1.0, 2.0])
def test_q_a_job_that_can_use_but_one_server_is_no_quicker_alone(capacity: float, tmp_path: Path) -> None:
    found = departures(tmp_path, [(0.0, 30.0), (0.0, 60.0)], capacity=capacity, discipline={"processor_sharing": {"per_job": 1}})
    assert close(found, [60.0, 90.0] if capacity == 1.0 else [30.0, 60.0])


def test_q_service_that_is_forgotten_at_each_arrival_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter = StationState.enter

    def forgetting(self: StationState, job: Job) -> None:
        self._catch_up()
        self._heap = [(self._clock + other.work, n, other) for n, (_, _, other) in enumerate(self._heap)]
        enter(self, job)

    monkeypatch.setattr(StationState, "enter", forgetting)
    assert close(departures(tmp_path, LATECOMER, capacity=1.0), [110.0, 180.0])


@pytest.mark.parametrize("discipline", [{"fifo": {"servers": 1}}, {"unlimited": {}}], ids=["fifo", "unlimited"])
def test_q_other_disciplines_are_noticed(discipline: Any, tmp_path: Path) -> None:
    assert not close(departures(tmp_path, [(0.0, 60.0)] * 7, capacity=3.0, discipline=discipline), [140.0] * 7)
    assert not close(departures(tmp_path, [(0.0, w) for w in WORKS], capacity=2.0, discipline=discipline), shared(WORKS, 2.0))


def test_q_the_last_come_served_first_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    enter = StationState.enter

    def jumping(self: StationState, job: Job) -> None:
        for _, _, other in self._heap:  # everybody else stands still until the newcomer is done
            other.mark += job.work
        self._heap = [(other.mark, n, other) for n, (_, _, other) in enumerate(self._heap)]
        enter(self, job)

    monkeypatch.setattr(StationState, "enter", jumping)
    monkeypatch.setattr(StationState, "_speed", lambda self: self._capacity)
    assert close(departures(tmp_path, LATECOMER, capacity=1.0), [80.0, 130.0])


def test_passengers_queue_behind_each_other_in_a_station_of_their_own_tenant(tmp_path: Path) -> None:
    """Ten of a thousand servers add nothing to the world's station, and are all the work there is for their tenant's crew."""
    powered = {"latching": {"on": f"{ZONE}/dc-1/feed", "at_loss": True}}
    servers = {
        "path": f"{ZONE}/dc-1/servers", "units": 100_000, "batches": 10, "requires": powered, "recovery": [{"wait": {"for": "1 min"}}]
    }
    blink = {"name": "blink", "at": "1 h", "do": {"fail": {"target": f"{ZONE}/dc-1/feed", "for": "1 s"}}}
    tree = tree_of(horizon="12 h", components=[{"path": f"{ZONE}/dc-1/feed"}, servers], events=[blink])
    scenario = building.load(written(tmp_path, "crew", tree))
    crew = {"path": "crew", "discipline": {"fifo": {}}}
    web = {"path": "a/web", "units": 10, "rides": "servers", "recovery": [{"visit": {"station": "crew", "work": "10 min"}}]}
    app = building.load_tenant(written(tmp_path, "app", tenant_of(enters="a/web", components=[web], stations=[crew])), scenario)
    trace = replay(compile_plan(scenario, [("app", app, {"a": ZONE})]), seed=1)
    back = [time / 60.0 - 60.0 for time, change, owner, *_ in trace.records if change == "up" and owner == "app/a/web"]
    assert back == [10.0 * n for n in range(1, 11)]
