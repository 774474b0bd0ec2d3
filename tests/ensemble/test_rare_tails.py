"""Conditioning on the placement, and stratified draws in a comparison: equal means, smaller errors, intervals that know of blocks."""

import numpy as np
import pytest

from simulator import api
from simulator.ensemble.estimating import blocked, estimate, interval, mean_of, warnings_of_blocks, whole_blocks
from simulator.ensemble.pooling import over_hits
from simulator.ensemble.results import Comparison, ComparisonRow
from simulator.errors import InputError
from tests.theory.measuring import Estimate
from tests.theory.measuring import mean_of as estimated

NIGHT = "2012-06-29-us-east-1-power-loss"
ARCHITECTURES = ("single-zone", "private-datacenter")
STRATA = 10


@pytest.fixture(scope="module")
def ordinary() -> Comparison:
    return api.compare(NIGHT, ARCHITECTURES, replications=40, drawn=False)


@pytest.fixture(scope="module")
def stratified() -> Comparison:
    return api.compare(NIGHT, ARCHITECTURES, replications=35, drawn=False, strata=STRATA)


def row_of(found: Comparison, architecture: str, case: str) -> ComparisonRow:
    return next(row for row in found.rows if (row.architecture, row.placement) == (architecture, case))


def lost(found: Comparison, architecture: str, case: str) -> np.ndarray:
    return np.asarray(row_of(found, architecture, case).values["lost"])


# -- conditioning on the placement -------------------------------------------------------------------------------------------------------


def placed_by_chance(found: Comparison, share_hit: float) -> np.ndarray:
    """The same replications, in each of which the zone is drawn: one number for each in place of the mean over all zones."""
    hit = np.random.default_rng(1).random((400, found.replications)) < share_hit
    return np.where(hit, lost(found, "single-zone", "hit"), lost(found, "single-zone", "missed"))


def over_sets(drawn: np.ndarray) -> Estimate:
    """Of many sets of dice for the zones, the mean of all."""
    return estimated(drawn.mean(axis=1))


def test_the_mean_over_placements_is_that_of_drawn_ones_with_a_smaller_error(ordinary: Comparison) -> None:
    """One zone of five is struck. Drawing it adds what its own chance varies: about 0.2 x 0.8 of the square of what it loses when hit."""
    known, drawn = lost(ordinary, "single-zone", "average"), placed_by_chance(ordinary, 0.2)
    assert over_sets(drawn).agrees(mean_of(known))
    hit = lost(ordinary, "single-zone", "hit")
    exact = 0.04 * hit.var(ddof=1) + 0.16 * (hit**2).mean()
    assert np.mean(drawn.var(axis=1, ddof=1)) == pytest.approx(exact, rel=0.1)
    assert exact > 5.0 * known.var(ddof=1)


def test_zones_that_are_not_drawn_by_weight_have_another_mean(ordinary: Comparison) -> None:
    """Wrong: hit or missed, as if there were two kinds of zones and as many of each."""
    assert not over_sets(placed_by_chance(ordinary, 0.5)).agrees(mean_of(lost(ordinary, "single-zone", "average")))


# -- stratified draws --------------------------------------------------------------------------------------------------------------------


def test_replications_are_whole_blocks(stratified: Comparison) -> None:
    assert (stratified.replications, stratified.strata) == (40, STRATA)
    assert [whole_blocks(n, 10) for n in (1, 10, 11)] == [10, 10, 20]
    assert whole_blocks(11, 0) == 11


def test_on_the_night_the_mean_is_the_same_and_its_error_smaller(ordinary: Comparison, stratified: Comparison) -> None:
    """Of the private datacenter, whose machines start and are looked after one by one; 1,000 replications each gave a ratio of 40."""
    plain, blocks = estimated(lost(ordinary, "private-datacenter", "hit")), lost(stratified, "private-datacenter", "hit")
    ours = estimated(blocked(blocks, STRATA))
    assert abs(ours.value - plain.value) <= 4.5 * np.hypot(ours.error, plain.error)
    assert blocks.var(ddof=1) / STRATA > 6.0 * np.var(blocked(blocks, STRATA), ddof=1)
    # Replications that are no block have nothing to make up for each other.
    crossed = blocks.reshape(-1, STRATA).T.ravel()
    assert blocks.var(ddof=1) / STRATA < 6.0 * np.var(blocked(crossed, STRATA), ddof=1)


def test_intervals_are_by_blocks(stratified: Comparison) -> None:
    hit, other = (row_of(stratified, name, "hit") for name in ARCHITECTURES)
    values = np.asarray(hit.values["lost"])
    assert hit.lost_minutes.mean == mean_of(values)
    assert hit.lost_minutes.ci95 == interval(blocked(values, STRATA))
    assert hit.lost_minutes.p95 == estimate(values).p95
    pair = next(one for one in stratified.paired if one.placement == "hit")
    ours, theirs = (np.asarray(blocked(np.asarray(row.values["lost"]), STRATA)) for row in (hit, other))
    assert pair.lost_minutes_ci95 == interval(blocked(values - np.asarray(other.values["lost"]), STRATA))
    by_blocks = (ours.var(ddof=1) + theirs.var(ddof=1)) / (ours - theirs).var(ddof=1)
    assert pair.variance_ratio == pytest.approx(by_blocks)
    # Wrong: the interval by blocks, and the ratio by single replications; or the variance of one of the two for both.
    single = np.asarray(other.values["lost"])
    assert pair.variance_ratio != pytest.approx((values.var(ddof=1) + single.var(ddof=1)) / (values - single).var(ddof=1), rel=0.01)
    assert pair.variance_ratio != pytest.approx(2 * ours.var(ddof=1) / (ours - theirs).var(ddof=1), rel=0.01)
    assert (hit.lost_if_hit, hit.hit_in < 1.0) == (over_hits(values, STRATA), True)


def test_one_stratum_is_an_ordinary_comparison() -> None:
    one, none = (api.compare("zone-power-interruption", ["single-zone"], replications=3, drawn=False, strata=n) for n in (1, 0))
    assert one.rows == none.rows


def test_strata_below_none_are_refused() -> None:
    with pytest.raises(InputError, match=r"^strata is -1; give a whole number from 0 to 10,000$"):
        api.compare("zone-power-interruption", ["single-zone"], replications=3, strata=-1)


# -- means of blocks ---------------------------------------------------------------------------------------------------------------------


def test_blocks_are_replications_in_a_row() -> None:
    assert list(blocked([1.0, 3.0, 5.0, 9.0], 2)) == [2.0, 7.0]
    assert list(blocked([0.1] * 30, 10)) == [0.1] * 3
    assert list(blocked([1.0, 3.0, 5.0], 0)) == [1.0, 3.0, 5.0]
    assert interval(blocked([1.0, 3.0], 2)) is None


def test_a_last_block_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^35 replications are no whole blocks of 10: take 40$"):
        blocked([1.0] * 35, 10)


def test_one_block_has_no_interval() -> None:
    assert warnings_of_blocks(20, 20) == ("one block of 20 replications is too few for the interval of a mean: take at least 40",)
    assert [warnings_of_blocks(n, strata) for n, strata in ((40, 20), (20, 0), (1, 1))] == [()] * 3


def test_what_hits_cost_is_a_ratio_over_blocks() -> None:
    dice = np.random.default_rng(2)
    covered = 0
    for _ in range(400):
        # A block is a good or a bad night for all of its hits: they are far from independent.
        values = (dice.gamma(4.0, 1.0, (20, 1)) * np.ones((20, 5)) * (dice.random((20, 5)) < 0.5)).ravel()
        ci95 = over_hits(values, 5).ci95
        assert ci95 is not None
        covered += ci95[0] <= 4.0 <= ci95[1]
        assert over_hits(values).mean == over_hits(values, 5).mean
    assert 0.9 < covered / 400 < 0.98
    assert over_hits(np.array([0.0, 2.0, 0.0, 0.0]), 2).ci95 is None
