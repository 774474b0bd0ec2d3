"""Step functions: values worked out by hand, and what holds for each of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.measures import curves
from simulator.measures.curves import Interval, Steps, steps

NAN = math.nan
DIP = steps([(0.0, 1.0), (10.0, 0.5), (14.0, 0.0), (20.0, 1.0)], end=100.0)


@st.composite
def any_curve(draw: st.DrawFn, undefined: bool = False) -> Steps:
    gaps = draw(st.lists(st.integers(1, 50), min_size=1, max_size=12))
    share = st.integers(0, 8).map(lambda n: n / 8)
    values = draw(st.lists(share | st.just(NAN) if undefined else share, min_size=len(gaps), max_size=len(gaps)))
    times = [float(sum(gaps[:i])) for i in range(len(gaps) + 1)]
    return steps(zip(times[:-1], values, strict=True), end=times[-1])


def test_at_one_instant_the_last_value_counts_and_equal_values_make_one_step() -> None:
    points = [(0.0, 1.0), (5.0, 0.2), (5.0, 1.0), (7.0, NAN), (8.0, NAN), (9.0, 0.3), (20.0, 1.0)]
    assert str(steps(points, end=20.0)) == "Steps(times=(0.0, 7.0, 9.0), values=(1.0, nan, 0.3), end=20.0)"


def test_a_curve_needs_a_value_and_rising_times() -> None:
    with pytest.raises(ValueError, match="a curve needs a first value"):
        steps([], end=1.0)
    with pytest.raises(ValueError, match="the times of a curve rise, and lie before its end"):
        steps([(0.0, 1.0), (5.0, 0.5), (4.0, 1.0)], end=10.0)


@pytest.mark.parametrize(("t", "value"), [(-1.0, 1.0), (0.0, 1.0), (9.999, 1.0), (10.0, 0.5), (14.0, 0.0), (20.0, 1.0), (100.0, 1.0)])
def test_a_value_holds_from_its_instant_on(t: float, value: float) -> None:
    assert curves.value_at(DIP, t) == value


def test_integrals_are_half_open_and_exact() -> None:
    assert curves.integral(DIP) == 10 + 2 + 80
    assert curves.lost_seconds(DIP) == 2 + 6
    assert curves.lost_minutes(DIP) == 8 / 60
    assert curves.lost_seconds(DIP, 12.0, 15.0) == 1 + 1
    assert curves.mean(DIP, 12.0, 16.0) == 0.25
    assert curves.mean(DIP, 5.0, 5.0) is None


def test_intervals_below_a_level() -> None:
    assert curves.below(DIP, 0.95) == [Interval(start=10.0, end=20.0)]
    assert curves.below(DIP, 0.5) == [Interval(start=14.0, end=20.0)]
    assert curves.below(DIP, 0.0) == []


def test_rounding_does_not_make_an_outage() -> None:
    assert curves.below(steps([(0.0, 0.1 + 0.2 + 0.7 - 1e-12)], end=1.0), 1.0) == []


def test_undefined_parts_are_left_out() -> None:
    curve = steps([(0.0, 1.0), (10.0, NAN), (30.0, 0.5)], end=40.0)
    assert curves.defined_length(curve) == 20.0
    assert curves.integral(curve) == 15.0
    assert curves.mean(curve) == 0.75
    assert curves.lost_seconds(curve) == 5.0
    assert curves.below(curve, 0.95) == [Interval(start=30.0, end=40.0)]
    assert curves.lowest(curve) == 0.5
    silent = steps([(0.0, NAN)], end=40.0)
    assert (curves.mean(silent), curves.lowest(silent), curves.highest(silent), curves.below(silent, 0.9)) == (None, None, None, [])
    assert curves.worst_window(silent, 10.0) is None


@pytest.mark.parametrize(
    ("length", "start", "lost"),
    [(4.0, 14.0, 4.0), (6.0, 14.0, 6.0), (8.0, 12.0, 7.0), (10.0, 10.0, 8.0), (50.0, 0.0, 8.0), (100.0, 0.0, 8.0)],
)
def test_the_worst_window(length: float, start: float, lost: float) -> None:
    window = curves.worst_window(DIP, length)
    assert window is not None
    assert (window.start, window.lost_seconds) == pytest.approx((start, lost))
    assert 1 - window.availability == pytest.approx(lost / length)


def test_a_window_with_nothing_asked_in_part_of_it() -> None:
    curve = steps([(0.0, NAN), (10.0, 0.0), (11.0, 1.0)], end=40.0)
    # The window may hold nothing but the dead second; twelve seconds hold at least one good one beside it.
    assert curves.windowed_availability(curve, [10.0, 12.0]) == [0.0, 0.5]


@pytest.mark.parametrize("length", [0.0, -1.0, 100.5])
def test_a_window_has_to_fit(length: float) -> None:
    with pytest.raises(ValueError, match="does not fit a curve of 100 s"):
        curves.worst_window(DIP, length)


def test_a_weighted_mean_on_the_union_of_instants() -> None:
    a = steps([(0.0, 1.0), (10.0, 0.2)], end=20.0)
    b = steps([(0.0, 0.5), (15.0, NAN)], end=20.0)
    mean = curves.weighted_mean([a, b], [1.0, 3.0])
    assert (mean.times, mean.values) == ((0.0, 10.0, 15.0), pytest.approx((0.625, 0.425, 0.2)))
    with pytest.raises(ValueError, match="a mean needs curves, all of the same span"):
        curves.weighted_mean([a, DIP], [1.0, 1.0])


def test_the_band_of_many_curves() -> None:
    many = [steps([(0.0, 1.0), (10.0, k / 10)], end=20.0) for k in range(11)]
    times, band = curves.envelope(many, [0.05, 0.5, 0.95])
    assert times.tolist() == [0.0, 10.0]
    assert band[:, 0].tolist() == [1.0, 1.0, 1.0]
    assert band[:, 1] == pytest.approx([0.05, 0.5, 0.95])
    gaps = [steps([(0.0, NAN), (5.0, v)], end=20.0) for v in (0.2, NAN, 0.4)]
    _, on_grid = curves.envelope(gaps, [0.5], np.array([0.0, 7.5]))
    assert np.isnan(on_grid[0, 0])
    assert on_grid[0, 1] == pytest.approx(0.3)


@given(any_curve(undefined=True))
def test_served_and_lost_make_what_was_offered(curve: Steps) -> None:
    assert curves.integral(curve) + curves.lost_seconds(curve) == pytest.approx(curves.defined_length(curve), abs=1e-9)


@given(any_curve(), st.floats(0, 600), st.floats(0, 600))
def test_an_integral_is_the_sum_of_its_parts(curve: Steps, a: float, b: float) -> None:
    parts = [curves.lost_seconds(curve, stop=a), curves.lost_seconds(curve, a)]
    assert sum(parts) == pytest.approx(curves.lost_seconds(curve), abs=1e-9)
    low, high = sorted((a, b))
    assert curves.lost_seconds(curve, low, high) <= curves.lost_seconds(curve) + 1e-9


@given(any_curve(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_level_is_missed_at_least_as_long(curve: Steps, a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert sum(i.length for i in curves.below(curve, low)) <= sum(i.length for i in curves.below(curve, high)) + 1e-9


@given(any_curve(), st.floats(0.01, 0.5), st.integers(1, 2))
def test_longer_windows_lose_more_and_a_multiple_of_a_window_is_no_worse(curve: Steps, part: float, times: int) -> None:
    short = curves.worst_window(curve, part * curve.length)
    long = curves.worst_window(curve, part * times * curve.length)
    assert short is not None
    assert long is not None
    assert long.lost_seconds >= short.lost_seconds - 1e-9
    assert long.availability >= short.availability - 1e-9


def test_a_longer_window_may_be_worse_when_it_reaches_the_next_outage() -> None:
    curve = steps([(0.0, 1.0), (20.0, 0.0), (21.0, 1.0), (30.0, 0.0), (31.0, 1.0)], end=60.0)
    assert curves.windowed_availability(curve, [1.0, 10.0, 11.0, 22.0]) == pytest.approx([0.0, 1 - 1 / 10, 1 - 2 / 11, 1 - 2 / 22])


@given(any_curve(), st.floats(0.01, 1), st.floats(0.01, 1))
def test_two_windows_lose_at_least_as_much_as_one_as_long_as_both(curve: Steps, one: float, other: float) -> None:
    a, b = sorted((one * curve.length, other * curve.length))
    both = min(a + b, curve.length)
    of_a, of_b, of_both = (window.lost_seconds for window in curves.worst_windows(curve, [a, b, both]) if window is not None)
    assert of_a <= of_b + 1e-9
    assert of_both <= of_a + of_b + 1e-9
    # How much worse a longer one can be: as many of the shorter ones as cover it.
    assert of_b / b <= math.ceil(b / a) * a / b * (of_a / a) + 1e-9


@given(any_curve(), st.integers(1, 400))
def test_on_a_grid_as_fine_as_the_curve_no_window_is_missed(curve: Steps, length: int) -> None:
    seconds = curves.sample(curve, np.arange(0.0, curve.end))
    size = min(length, len(seconds))
    sums = [float((1.0 - seconds[i : i + size]).sum()) for i in range(len(seconds) - size + 1)]
    window = curves.worst_window(curve, float(size))
    assert window is not None
    assert window.lost_seconds == pytest.approx(max(sums), abs=1e-9)
    assert window.defined_seconds == pytest.approx(size)


@given(any_curve(undefined=True), st.lists(st.floats(0.01, 1), min_size=1, max_size=4))
def test_many_lengths_at_once_are_as_one_after_the_other(curve: Steps, parts: list[float]) -> None:
    lengths = [part * curve.length for part in parts]
    assert str(curves.worst_windows(curve, lengths)) == str([curves.worst_window(curve, length) for length in lengths])


@given(any_curve(undefined=True), st.floats(0.01, 1), st.floats(0, 1))
def test_no_window_is_worse_than_the_worst(curve: Steps, part: float, where: float) -> None:
    length = part * curve.length
    start = where * (curve.length - length)
    worst, some = curves.worst_window(curve, length), curves.mean(curve, start, start + length)
    if worst is not None and some is not None and curves.defined_length(curve, start, start + length) > 1e-6:
        assert worst.availability <= some + 1e-6


@given(any_curve())
def test_the_longest_window_is_the_mean_and_the_shortest_the_lowest(curve: Steps) -> None:
    whole, tiny = curves.windowed_availability(curve, [curve.length, 0.5])
    assert whole == pytest.approx(curves.mean(curve))
    assert tiny == pytest.approx(curves.lowest(curve))


@given(st.lists(st.lists(st.integers(0, 8).map(lambda n: n / 8), min_size=5, max_size=5), min_size=1, max_size=5))
def test_the_mean_of_curves_loses_the_mean_of_their_losses(table: list[list[float]]) -> None:
    many = [steps(((10.0 * i, v) for i, v in enumerate(row)), end=50.0) for row in table]
    mean = curves.weighted_mean(many, [1.0] * len(many))
    assert curves.lost_seconds(mean) == pytest.approx(sum(map(curves.lost_seconds, many)) / len(many))
