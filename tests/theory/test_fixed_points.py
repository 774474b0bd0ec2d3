"""The flow settles where repeated passes lead from the last state: against closed forms and roots of scalar equations."""

import math
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.engine import fixed_point
from simulator.engine.feedback import Feedback
from simulator.engine.fixed_point import Found, Passes, Search
from tests.theory.flow_world import DEMAND, Shares, served

TOLERANCE = 1e-9


def share(value: float) -> str:
    return f"{100 * value!r} %"


# -- one tier behind a route with retries ------------------------------------------------------------------------------------------


PART = 0.2
"""The part of the demand that meets the tiers; the rest is served elsewhere, so that capacities of up to five times it can be written."""
DOOR = {"path": "a/door", "rides": "servers", "requires": {"live": {"spread": {"lb": share(PART), "a/aside": share(1.0 - PART)}}}}
ASIDE = {"path": "a/aside", "rides": "servers"}


def behind(folder: Path, retries: int, tiers: list[dict[str, Any]]) -> Shares:
    """What is served of the part that meets the tiers, of which the first is behind a route with retries."""
    lb = {"path": "lb", "targets": "*/web", "retries": retries}
    found = served(folder, [DOOR, ASIDE, *tiers], [lb], entry="a/door")
    before, meanwhile, after = (1.0 - (1.0 - value) / PART for value in (found.before, found.meanwhile, found.after))
    return Shares(before=before, meanwhile=meanwhile, after=after, warnings=found.warnings)


def one_tier(folder: Path, capacity: float, retries: int) -> Shares:
    return behind(folder, retries, [{"path": "a/web", "units": 3, "rides": "racks", "carries": share(PART * capacity)}])


def is_capacity(found: Shares, capacity: float) -> bool:
    """Every request that is accepted is served, so retries change neither how many are: 1 - f^(r + 1) = min(1, C)."""
    lost = 1.0 - min(1.0, capacity)
    return abs(found.meanwhile) <= TOLERANCE and all(abs((1.0 - value) - lost) <= TOLERANCE for value in (found.before, found.after))


NEAR_FULL = st.builds(lambda sign, digits: 1.0 + sign * 10.0**-digits, st.sampled_from([-1.0, 1.0]), st.floats(1.0, 12.0))


@settings(max_examples=40, deadline=None)
@given(capacity=st.floats(0.05, 1.5) | NEAR_FULL, retries=st.integers(0, 10))
@example(capacity=1.0, retries=1)
@example(capacity=1.0, retries=10)
@example(capacity=0.9999999998, retries=5)
def test_retries_neither_add_nor_take_capacity(capacity: float, retries: int) -> None:
    with TemporaryDirectory() as folder:
        found = one_tier(Path(folder), capacity, retries)
    assert is_capacity(found, capacity)
    assert found.warnings == ()


def passes_only(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    def settle(self: Feedback) -> None:
        state = self._state()
        for _ in range(count):
            state = self.image(state)

    monkeypatch.setattr(Feedback, "settle", settle)


@pytest.mark.parametrize(("count", "capacity"), [(4, 1.0), (4, 0.7), (100, 1.0)])
def test_too_few_passes_fail_it(count: int, capacity: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes_only(monkeypatch, count)
    assert not is_capacity(one_tier(tmp_path, capacity, 3), capacity)


def test_a_budget_that_runs_out_is_said_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixed_point, "MOST_PASSES", 4)
    found = one_tier(tmp_path, 1.0, 3)
    [warning] = found.warnings
    assert warning.startswith("the served share of app@0 at 2030-01-01T02:00:00")
    assert "app@0/a/web was still changing" in warning
    said = float(warning.split("off by ")[1].split(":")[0])
    assert said >= 0.9 * PART * (1.0 - found.after) > TOLERANCE  # all of it would be served; the error is said with one digit


# -- two tiers that every request needs: two states at the same capacity -------------------------------------------------------------


def attempts(failed: float, retries: int) -> float:
    return math.fsum(failed**k for k in range(retries + 1))


def bisected(f: Callable[[float], float], low: float, high: float) -> float:
    """The root of a function that is positive at `low` and not at `high`."""
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if f(middle) > 0.0 else (low, middle)
    return (low + high) / 2.0


def turning(retries: int) -> tuple[float, float]:
    """The least capacity at which the overloaded state ends, and the share of attempts answered there.

    Of an attempt each tier takes C/L, so q = (C/L)^2 with L = 1 + f + ... + f^r attempts and f = 1 - q: C(q) = L sqrt(q), which rises
    from 0 to its greatest value, and falls to 1 at q = 1.
    """
    slope = 1e-7

    def rising(q: float) -> float:
        return attempts(1.0 - q - slope, retries) * math.sqrt(q + slope) - attempts(1.0 - q + slope, retries) * math.sqrt(q - slope)

    q = bisected(rising, 1e-6, 0.999)
    return attempts(1.0 - q, retries) * math.sqrt(q), q


def overloaded(capacity: float, retries: int) -> float:
    """The share that is served where the past was worse: 1 - f^(r + 1) at the least root, below the turning point."""
    _, top = turning(retries)
    q = bisected(lambda q: capacity - attempts(1.0 - q, retries) * math.sqrt(q), 0.0, top)
    return 1.0 - (1.0 - q) ** (retries + 1)


def two_tiers(folder: Path, capacity: float, retries: int) -> Shares:
    needed = {"rides": "servers", "carries": share(PART * capacity)}
    components = [
        {"path": "a/web", "units": 3, "rides": "racks", "requires": {"live": {"all_of": ["left", "right"]}}},
        {"path": "a/left", **needed}, {"path": "a/right", **needed},
    ]  # fmt: skip
    return behind(folder, retries, components)


CASES = [(r, part) for r in (2, 3, 10) for part in (0.3, 0.9, 0.9999)]


def between(retries: int, part: float) -> float:
    """A capacity between full and the turning point, at which both states hold."""
    return 1.0 + part * (turning(retries)[0] - 1.0)


def the_past_decides(found: Shares, capacity: float, retries: int) -> bool:
    healthy = abs(1.0 - found.before) <= TOLERANCE
    return healthy and abs((1.0 - found.after) - (1.0 - overloaded(capacity, retries))) <= TOLERANCE


@pytest.mark.parametrize(("retries", "part"), CASES)
def test_an_overload_outlives_the_outage_that_began_it(retries: int, part: float, tmp_path: Path) -> None:
    capacity = between(retries, part)
    found = two_tiers(tmp_path, capacity, retries)
    assert overloaded(capacity, retries) < 0.99
    assert the_past_decides(found, capacity, retries)
    assert found.warnings == ()


@pytest.mark.parametrize("retries", [2, 3, 10])
@pytest.mark.parametrize("above", [1e-2, 1e-5, 1e-8])
def test_above_the_turning_point_it_ends_with_the_outage(retries: int, above: float, tmp_path: Path) -> None:
    found = two_tiers(tmp_path, turning(retries)[0] * (1.0 + above), retries)
    assert abs(1.0 - found.before) <= TOLERANCE
    assert abs(1.0 - found.after) <= TOLERANCE
    assert found.warnings == ()


def leaping(length: float) -> Callable[[Search, list[float]], Found]:
    """An acceleration that looks where it lands and not at what it passes: steps many times those of a pass, never beyond 1."""

    def found(self: Search, x: list[float]) -> Found:
        for _ in range(3000):
            y = self._passes.image(x)
            x = [min(1.0, max(0.0, a + length * (b - a))) for a, b in zip(x, y, strict=True)]
        return Found(state=x, error=0.0, moving=0)

    return found


@pytest.mark.parametrize(("retries", "part"), CASES)
def test_a_solver_that_leaps_over_a_state_fails_it(retries: int, part: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Search, "found", leaping(1000.0))
    capacity = between(retries, part)
    assert not the_past_decides(two_tiers(tmp_path, capacity, retries), capacity, retries)


def test_a_solver_that_starts_from_health_fails_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = Search.found
    monkeypatch.setattr(Search, "found", lambda self, x: right(self, [1.0] * len(x)))
    capacity = between(3, 0.5)
    assert not the_past_decides(two_tiers(tmp_path, capacity, 3), capacity, 3)


# -- slow fallback behind threads: passes swing ---------------------------------------------------------------------------------------

THREADS, CAPACITY, FIRST, SECOND = 20, 0.5, 0.1, 1.0
"""Threads; what the first of two stores takes, of the demand; service time of the first and of the second, in seconds."""
ROOM = THREADS / DEMAND


def accepted() -> float:
    """The share of requests that get a thread: a = R / (h1 + (1 - C/a) h2), so a = (R + C h2) / (h1 + h2)."""
    return (ROOM + CAPACITY * SECOND) / (FIRST + SECOND)


def swinging(folder: Path) -> Shares:
    components = [
        {"path": "a/web", "rides": "servers", "threads": THREADS, "requires": {"live": {"any_of": ["first", "second"]}}},
        {"path": "a/first", "rides": "racks", "carries": share(CAPACITY), "call_time": f"{FIRST} s"},
        {"path": "a/second", "rides": "servers", "call_time": f"{SECOND} s"},
    ]
    return served(folder, components, entry="a/web")


def test_where_passes_swing_the_state_between_them_is_served(tmp_path: Path) -> None:
    found = swinging(tmp_path)
    assert 1.0 - found.before == pytest.approx(1.0 - accepted(), abs=TOLERANCE)
    assert 1.0 - found.after == pytest.approx(1.0 - accepted(), abs=TOLERANCE)
    assert 1.0 - found.meanwhile == pytest.approx(1.0 - ROOM / (FIRST + SECOND), abs=TOLERANCE)
    assert found.warnings == ()


def test_plain_passes_never_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for count in (100, 101):
        with monkeypatch.context() as patch:
            passes_only(patch, count)
            assert abs(swinging(tmp_path).before - accepted()) > 0.1


# -- the search alone, on maps with several fixed points --------------------------------------------------------------------------


class Scalar(Passes):
    """A rising map of one share."""

    times = 1

    def __init__(self, f: Callable[[float], float]) -> None:
        self.f, self.last = f, 0.0

    def image(self, state: list[float]) -> list[float]:
        self.last = self.f(state[0])
        return [self.last]

    def served(self) -> list[float]:
        return [self.last]

    def limits(self) -> list[int]:
        return [0]


@settings(max_examples=150, deadline=None)
@given(
    roots=st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4), slope=st.floats(0.2, 3.0), sign=st.sampled_from([-1.0, 1.0]),
    start=st.floats(0.0, 1.0),
)  # fmt: skip
def test_the_search_ends_at_the_next_root_in_the_direction_of_the_passes(
    roots: list[float], slope: float, sign: float, start: float
) -> None:
    roots = sorted(roots)

    def moved(x: float) -> float:
        # Scaled so that the map rises: no root polynomial of degree four falls faster than 16 per unit here.
        return sign * slope / 48.0 * math.prod(x - root for root in roots)

    passes = Scalar(lambda x: min(1.0, max(0.0, x + moved(x))))
    found = Search(passes, monotone=True).found([start])
    up = moved(start) > 0.0
    ahead = [*(root for root in roots if root >= start), 1.0] if up else [*(root for root in reversed(roots) if root <= start), 0.0]
    where = passes.f(found.state[0])
    expected = start if moved(start) == 0.0 else ahead[0]
    assert abs(where - expected) <= max(found.error, TOLERANCE)
