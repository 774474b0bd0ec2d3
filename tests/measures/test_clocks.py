"""What those who ask get of queues and control planes, against a queue and a control plane played through one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.measures.clocks import Gate, clock_of, queue_of
from simulator.measures.curves import Steps

ALWAYS = Steps(times=(0.0,), values=(1.0,), end=1000.0)
STOPPED = Steps(times=(0.0, 100.0, 150.0), values=(1.0, 0.0, 1.0), end=1000.0)
HALF = Steps(times=(0.0, 100.0), values=(1.0, 0.5), end=1000.0)


def done(curve: Steps, waits: list[tuple[float, float]], since: float, work: float, capacity: float = 1.0) -> float:
    return float(queue_of(waits, curve, capacity).done(np.array([since]), np.array([work]))[0])


def test_a_queue_lets_through_who_comes_when_nobody_waits() -> None:
    assert done(ALWAYS, [], 50.0, 7.0) == 57.0
    assert done(ALWAYS, [(10.0, 20.0)], 50.0, 7.0) == 57.0


def test_a_wait_falls_by_a_second_per_second() -> None:
    waits = [(10.0, 60.0), (30.0, 100.0)]
    assert done(ALWAYS, waits, 10.0, 5.0) == 75.0
    assert done(ALWAYS, waits, 29.0, 5.0) == 75.0
    assert done(ALWAYS, waits, 40.0, 5.0) == 135.0


def test_a_queue_stands_still_with_what_it_requires() -> None:
    assert done(STOPPED, [(10.0, 60.0)], 60.0, 50.0) == 170.0
    assert done(STOPPED, [(90.0, 40.0)], 120.0, 5.0) == 185.0
    assert done(HALF, [], 120.0, 10.0) == 140.0
    assert done(HALF, [(110.0, 40.0)], 110.0, 10.0) == 170.0


def test_a_quicker_station_does_more_in_a_second() -> None:
    assert done(ALWAYS, [(10.0, 60.0)], 10.0, 20.0, capacity=4.0) == 75.0


def test_who_never_asks_is_never_through() -> None:
    never = Steps(times=(0.0, 100.0), values=(1.0, 0.0), end=1000.0)
    assert done(never, [], 120.0, 1.0) == np.inf
    assert done(ALWAYS, [], np.inf, 1.0) == np.inf


@given(st.lists(st.tuples(st.floats(0.1, 50), st.sampled_from([0.0, 0.25, 1.0])), min_size=1, max_size=6), st.floats(0, 400))
def test_a_clock_reaches_what_it_shows(pieces: list[tuple[float, float]], at: float) -> None:
    starts = np.concatenate(([0.0], np.cumsum([span for span, _ in pieces])[:-1]))
    curve = Steps(times=tuple(starts.tolist()), values=tuple(rate for _, rate in pieces), end=1000.0)
    clock = clock_of(curve)
    reading = clock.at(np.array([at]))
    first = clock.reaches(reading)
    assert first[0] <= at + 1e-6
    assert clock.at(first)[0] == pytest.approx(reading[0], abs=1e-6)


def opens(curve: Steps, since: list[float], poll: float, mark: float = 1.0) -> list[float]:
    return [float(at) for at in Gate(curve=curve).opens(np.array(since), poll, np.full(len(since), mark))]


def test_a_gate_opens_at_the_next_time_of_asking() -> None:
    assert opens(STOPPED, [50.0, 110.0, 149.0, 150.0], 0.0) == [50.0, 150.0, 150.0, 150.0]
    assert opens(STOPPED, [50.0, 110.0, 149.0], 60.0) == [50.0, 170.0, 209.0]


def test_a_gate_that_is_open_only_between_two_times_of_asking_is_missed() -> None:
    brief = Steps(times=(0.0, 70.0, 80.0, 500.0), values=(0.0, 1.0, 0.0, 1.0), end=1000.0)
    assert opens(brief, [0.0, 15.0], 60.0) == [540.0, 75.0]
    assert opens(Steps(times=(0.0,), values=(0.0,), end=1000.0), [0.0], 60.0) == [np.inf]


def test_a_gate_that_serves_partly_opens_by_chance_at_each_time_of_asking() -> None:
    """Of those who ask at once and then every minute, each time heard with 30 %, 0.7^n 0.3 wait n minutes: the mean is 0.7 / 0.3."""
    partly = Steps(times=(0.0,), values=(0.3,), end=1e6)
    rng = np.random.default_rng(1)
    heard = Gate(curve=partly).opens(np.zeros(20_000), 60.0, rng.exponential(size=20_000))
    assert abs(heard.mean() - 60.0 * 0.7 / 0.3) < 4.5 * heard.std() / np.sqrt(20_000)
    assert abs((heard == 0).mean() - 0.3) < 4.5 * np.sqrt(0.21 / 20_000)
    assert set(np.unique(heard) % 60.0) == {0.0}
