"""Ratios over replications are pooled: sums over sums, with an interval that covers what it says."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.ensemble.estimating import interval
from simulator.ensemble.pooling import pool, ratio_interval
from simulator.measures.availability import Loss


def losses(*pairs: tuple[float, float]) -> list[Loss]:
    return [Loss(lost=lost, offered=offered) for lost, offered in pairs]


def test_a_ratio_of_sums_is_no_mean_of_ratios() -> None:
    found = pool(losses((10.0, 10.0), (0.0, 990.0)))
    assert found is not None
    assert found.unavailability == 0.01
    assert found.availability == 0.99
    assert found.p50 == 0.5


def test_what_was_never_asked_for_counts_for_nothing() -> None:
    assert pool(losses((0.0, 0.0), (0.0, 0.0))) is None
    assert pool(losses((0.0, 0.0), (1.0, 4.0))) == pool(losses((1.0, 4.0)))


def test_one_replication_has_no_interval_and_certainty_one_of_no_width() -> None:
    one, three = pool(losses((1.0, 4.0))), pool(losses(*[(1.0, 4.0)] * 3))
    assert one is not None
    assert three is not None
    assert one.ci95 is None
    assert three.ci95 == (0.25, 0.25)


def test_where_one_replication_asked_for_all_there_is_no_spread_to_be_told() -> None:
    found = pool(losses((1e17, 1e18), (1.0, 1.0)))
    assert found is not None
    assert (found.unavailability, found.ci95) == (0.1, None)


def test_a_replication_without_demand_has_no_ratio() -> None:
    with pytest.raises(ValueError, match=r"^a replication in which nothing was asked for has no ratio: leave it out$"):
        ratio_interval(np.array([0.0, 1.0]), np.array([0.0, 4.0]))


def test_the_interval_is_that_of_leaving_out_one_at_a_time() -> None:
    lost, offered = np.array([1.0, 4.0, 2.0, 9.0]), np.array([10.0, 20.0, 30.0, 40.0])
    without = [np.delete(lost, n).sum() / np.delete(offered, n).sum() for n in range(4)]
    # The 97.5 % point of Student's law with 3 degrees of freedom is 3.1824.
    half = 3.182446 * np.sqrt(3 / 4 * sum((one - np.mean(without)) ** 2 for one in without))
    assert ratio_interval(lost, offered) == pytest.approx((0.16 - half, 0.16 + half), abs=1e-6)


@given(st.lists(st.floats(0.0, 100.0), min_size=2, max_size=30))
def test_where_all_are_asked_alike_the_interval_is_that_of_the_mean(values: list[float]) -> None:
    assume(any(values))
    found, plain = pool(losses(*((value, 100.0) for value in values))), interval(values)
    assert found is not None
    assert found.ci95 is not None
    assert plain is not None
    expected = max(0.0, plain[0] / 100), min(1.0, plain[1] / 100)
    assert found.ci95 == pytest.approx(expected, abs=1e-9)


def test_the_interval_covers_the_true_ratio_in_19_of_20_cases() -> None:
    dice = np.random.default_rng(1)
    hits = 0
    for _ in range(400):
        offered = dice.uniform(50.0, 150.0, 40)
        lost = offered * dice.beta(2.0, 6.0, 40)
        found = pool(losses(*zip(lost.tolist(), offered.tolist(), strict=True)))
        assert found is not None
        assert found.ci95 is not None
        hits += found.ci95[0] <= 0.25 <= found.ci95[1]
    # 380 are expected; the standard deviation is 4.4.
    assert 365 <= hits <= 394
