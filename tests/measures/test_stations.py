"""Waits: 5 s at 10, 30 s at 100, 65 s at 105, 100 s at 200; between these they fall by a second per second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.measures import stations

WAITS = [(10.0, 5.0), (100.0, 30.0), (105.0, 65.0), (200.0, 100.0)]


@pytest.mark.parametrize(
    ("t", "wait"), [(0.0, 0.0), (10.0, 5.0), (12.0, 3.0), (50.0, 0.0), (100.0, 30.0), (104.0, 26.0), (105.0, 65.0), (199.0, 0.0)]
)
def test_the_wait_falls_between_arrivals(t: float, wait: float) -> None:
    assert stations.wait_at(WAITS, t) == wait


def test_just_before_an_arrival_it_is_not_there() -> None:
    assert stations.wait_before(WAITS, 105.0) == 25.0
    assert stations.wait_before(WAITS, 10.0) == 0.0


def test_peak_and_first_excess() -> None:
    assert (stations.peak_wait(WAITS), stations.peak_wait([])) == (100.0, 0.0)
    assert stations.first_exceeds(WAITS, 5.0) == 100.0
    assert stations.first_exceeds(WAITS, 4.9) == 10.0
    assert stations.first_exceeds(WAITS, 100.0) is None


def test_growth_and_steepening_are_half_open() -> None:
    # From 100 up to 105: 30 s arrive and 5 are worked off. From 105 up to 110: 40 more arrive, and 5 go.
    assert stations.growth(WAITS, 100.0, 105.0) == 25.0
    assert stations.growth(WAITS, 105.0, 110.0) == 35.0
    assert stations.steepens(WAITS, 105.0, 5.0)
    assert not stations.steepens(WAITS, 110.0, 5.0)


@given(st.lists(st.tuples(st.integers(0, 100).map(float), st.integers(0, 100).map(float)), max_size=8), st.integers(0, 120))
def test_no_wait_is_longer_than_the_peak(entries: list[tuple[float, float]], t: int) -> None:
    waits = sorted(entries)
    assert 0 <= stations.wait_at(waits, float(t)) <= stations.peak_wait(waits)
