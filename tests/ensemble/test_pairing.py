"""Paired differences say what the common dice saved, and say nothing where there is nothing to save."""

import numpy as np
import pytest

from simulator.ensemble.estimating import interval
from simulator.ensemble.pairing import difference


def test_the_ratio_is_what_the_law_of_the_shared_part_gives() -> None:
    dice = np.random.default_rng(1)
    shared, ours, theirs = dice.normal(0.0, [[2.0], [1.0], [1.0]], (3, 20_000))
    # Variances 4 + 1 each, of which the shared 4 cancel: (5 + 5) / (1 + 1).
    found = difference(10.0 + shared + ours, 7.0 + shared + theirs)
    assert found.variance_ratio == pytest.approx(5.0, rel=0.05)
    assert found.mean == pytest.approx(3.0, abs=0.05)
    assert found.ci95 == pytest.approx(interval(3.0 + ours - theirs), abs=1e-9)


def test_unequal_variances_are_added_up_and_neither_counts_for_both() -> None:
    dice = np.random.default_rng(3)
    shared, ours = dice.normal(0.0, [[1.0], [3.0]], (2, 20_000))
    # Variances 1 + 9 and 1, of which the shared 1 cancels: (10 + 1) / 9, whichever of the two comes first.
    assert difference(shared + ours, shared).variance_ratio == pytest.approx(11 / 9, rel=0.05)
    assert difference(shared, shared + ours).variance_ratio == pytest.approx(11 / 9, rel=0.05)
    # Wrong: the variance of one of them, twice.
    assert 2 * 10 / 9 != pytest.approx(11 / 9, rel=0.05) != 2 * 1 / 9


def test_with_strata_interval_and_ratio_are_both_by_blocks() -> None:
    """Blocks of two whose values make up for each other in one column: its single values vary, its blocks do not."""
    dice = np.random.default_rng(4)
    level, ours, theirs = dice.normal(0.0, [[1.0], [2.0], [1.0]], (3, 5000))
    swing = np.tile([10.0, -10.0], 5000)
    a, b = np.repeat(level + ours, 2) + swing, np.repeat(level + theirs, 2)
    found = difference(a, b, strata=2)
    # Of the blocks: (1 + 4 + 1 + 1) / (4 + 1).
    assert found.variance_ratio == pytest.approx(7 / 5, rel=0.05)
    assert found.ci95 == pytest.approx(interval(ours - theirs), abs=1e-9)
    # Wrong: of the single values, which swing by 10 more.
    assert difference(a, b).variance_ratio == pytest.approx(107 / 105, rel=0.05)
    assert pytest.approx(7 / 5, rel=0.05) != 107 / 105
    with pytest.raises(ValueError, match="no whole blocks"):
        difference(a[1:], b[1:], strata=2)


def test_dice_of_their_own_save_nothing() -> None:
    ours, theirs = np.random.default_rng(2).exponential(1.0, (2, 20_000))
    assert difference(ours, theirs).variance_ratio == pytest.approx(1.0, abs=0.03)


def test_where_one_gains_when_the_other_loses_common_dice_cost() -> None:
    ours = np.arange(50.0)
    assert difference(ours, -ours).variance_ratio == pytest.approx(0.5)


@pytest.mark.parametrize("apart", [0.0, 2.5])
def test_columns_that_differ_by_a_constant_are_known_and_have_no_ratio(apart: float) -> None:
    ours = np.array([0.1, 0.7, 0.3, 0.0]) * 300.0
    found = difference(ours + apart, ours)
    assert found.variance_ratio is None
    assert found.mean == pytest.approx(apart)
    assert found.ci95 == pytest.approx((apart, apart))
    assert difference([0.1 + 0.2, 7.0], [0.3, 7.0]).variance_ratio is None


def test_two_that_never_lose_have_no_ratio_and_one_replication_neither() -> None:
    assert difference([0.0] * 9, [0.0] * 9).variance_ratio is None
    one = difference([3.0], [1.0])
    assert (one.mean, one.ci95, one.variance_ratio) == (2.0, None, None)


def test_columns_of_other_replications_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^2 replications cannot be paired with 1: give both for the same ones$"):
        difference([1.0, 2.0], [1.0])
