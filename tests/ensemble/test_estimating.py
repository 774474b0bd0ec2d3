"""Estimates carry their intervals, and say where replications are too few for them."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ensemble.estimating import effective_hits, estimate, interval, mean_of, warnings_of, warnings_of_means
from simulator.ensemble.ranks import least, ranks


def test_students_interval_is_that_of_the_book() -> None:
    # Of 1 to 5: mean 3, variance 2.5; the 97.5 % point of Student's law with 4 degrees of freedom is 2.7764.
    half = 2.776445 * math.sqrt(2.5 / 5)
    assert interval([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx((3.0 - half, 3.0 + half), rel=1e-6)
    assert interval([7.0]) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.randoms())
def test_the_order_of_replications_changes_nothing(values: list[float], shuffler: random.Random) -> None:
    other = list(values)
    shuffler.shuffle(other)
    assert estimate(other, floor=-math.inf) == estimate(values, floor=-math.inf)
    assert estimate(np.array(values), floor=-math.inf) == estimate(values, floor=-math.inf)


@given(st.floats(-1e300, 1e300), st.integers(2, 50))
def test_what_is_alike_in_all_replications_is_that(value: float, n: int) -> None:
    assert mean_of([value] * n) == value
    assert interval([value] * n) == (value, value)


def test_a_level_above_95_percent_widens_the_interval_of_the_mean_alone() -> None:
    values = [float(n % 17) for n in range(100)]
    plain, sure = estimate(values), estimate(values, level=0.99)
    assert plain.ci95 is not None
    assert sure.ci95 is not None
    assert sure.ci95[0] < plain.ci95[0] < plain.mean < plain.ci95[1] < sure.ci95[1]
    assert (sure.p05_ci95, sure.p50_ci95) == (plain.p05_ci95, plain.p50_ci95)


@pytest.mark.parametrize(("quantile", "enough"), [(0.05, 72), (0.95, 72), (0.5, 6), (0.01, 368)])
def test_the_least_number_that_bounds_a_quantile(quantile: float, enough: int) -> None:
    assert least(quantile) == enough
    found = ranks(enough, quantile)
    assert found is not None
    assert found[0] == 1 or found[1] == enough
    assert ranks(enough - 1, quantile) is None


def test_quantiles_have_intervals_where_replications_allow() -> None:
    few, some, many = (estimate([float(v) for v in range(1, n + 1)]) for n in (5, 71, 100))
    assert (few.p05_ci95, few.p50_ci95, few.p95_ci95) == (None, None, None)
    assert (some.p05_ci95, some.p95_ci95) == (None, None)
    assert some.p50_ci95 is not None
    # Ranks 40 and 61 for the median of 100 stand in tables of order statistics.
    assert (many.p05_ci95, many.p50_ci95, many.p95_ci95) == ((1.0, 11.0), (40.0, 61.0), (90.0, 100.0))


@pytest.mark.parametrize(
    ("replications", "bounded", "said"),
    [
        (1, False, "1 replication is too few for the interval of a mean: take at least 2, for the 5 % and 95 % quantiles 20"),
        (2, False, "2 replications are too few for the 5 % and 95 % quantiles: take at least 20"),
        (19, False, "19 replications are too few for the 5 % and 95 % quantiles: take at least 20"),
        (
            5, True, "5 replications are too few for the interval of the median: take at least 6, for the 5 % and 95 % quantiles 20, "
            "for the intervals of the 5 % and 95 % quantiles 72",
        ),
        (71, True, "71 replications are too few for the intervals of the 5 % and 95 % quantiles: take at least 72"),
    ],
)  # fmt: skip
def test_a_warning_says_from_which_number_on_what_is_shown_can_be_trusted(replications: int, bounded: bool, said: str) -> None:
    assert warnings_of(replications, bounded=bounded) == (said,)


def test_enough_replications_are_not_warned_of() -> None:
    assert warnings_of(20) == ()
    assert warnings_of(72, bounded=True) == ()


def test_effective_hits_count_hits_that_are_alike() -> None:
    # A hit of probability p has the skewness (1 - 2p) / sqrt(p (1 - p)).
    assert effective_hits([1.0] * 3 + [0.0] * 97) == pytest.approx(100 * 0.03 * 0.97 / 0.94**2)
    assert effective_hits([5.0] + [0.0] * 999) == pytest.approx(1.0, rel=0.01)
    assert effective_hits([1e-200, 0.0, 0.0, 0.0]) == effective_hits([1e200, 0.0, 0.0, 0.0])
    assert effective_hits([1.0, 2.0, 3.0]) == math.inf
    assert effective_hits([0.0] * 50) == math.inf


def test_one_large_loss_among_many_small_ones_is_one_hit() -> None:
    assert effective_hits([float(n % 3) for n in range(99)] + [1e6]) < 1.1


def test_a_mean_that_rests_on_few_hits_is_named_with_what_it_takes() -> None:
    columns = {"two-zone": [1.0] * 3 + [0.0] * 97, "single-zone": [1.0, 2.0] * 50, "spared": [0.0] * 100}
    assert warnings_of_means(columns) == ("the mean of two-zone rests on about 3 hits: take about 760 replications",)
    assert warnings_of_means({**columns, "three-zone": [4.0] + [0.0] * 99})[0].startswith("the mean of three-zone rests on one hit: take")
    del columns["two-zone"]
    assert warnings_of_means(columns) == ()
    assert warnings_of_means({}) == ()
