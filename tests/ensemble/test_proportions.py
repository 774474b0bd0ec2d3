"""Shares of replications have an interval that never claims to know what was never seen."""

import pytest

from simulator.ensemble.proportions import proportion_interval


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # Printed for 10 of 100 in tables of binomial limits.
    assert proportion_interval(10, 100) == pytest.approx((0.0490, 0.1762), abs=5e-5)


@pytest.mark.parametrize("n", [1, 20, 1000, 1_000_000])
def test_none_and_all_are_bounded_on_one_side(n: int) -> None:
    none, all_ = proportion_interval(0, n), proportion_interval(n, n)
    assert none is not None
    assert all_ is not None
    bound = 1.0 - 0.025 ** (1.0 / n)
    assert none == (0.0, pytest.approx(bound, rel=1e-6))
    assert all_ == (pytest.approx(1.0 - bound, rel=1e-6), 1.0)


def test_a_share_lies_inside_its_interval_and_mirrors_its_complement() -> None:
    for k in range(31):
        found, other = proportion_interval(k, 30), proportion_interval(30 - k, 30)
        assert found is not None
        assert other is not None
        assert found[0] <= k / 30 <= found[1]
        assert found[1] - found[0] > 0.1
        assert found == pytest.approx((1.0 - other[1], 1.0 - other[0]), abs=1e-12)


def test_of_nothing_there_is_no_share() -> None:
    assert proportion_interval(0, 0) is None
    with pytest.raises(ValueError, match=r"^3 of 2 is no share: count between 0 and 2$"):
        proportion_interval(3, 2)
