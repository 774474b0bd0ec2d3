"""Intervals cover what they say: nominal 95 % lies within the binomial range of what is counted, and a wrong method falls out of it."""

import math
from collections.abc import Callable, Iterable

import numpy as np
import pytest
from scipy.special import ndtri, stdtrit

from simulator.engine.draws import Draws
from simulator.engine.stratified import StratifiedDraws
from simulator.ensemble.estimating import blocked, interval
from simulator.ensemble.pooling import ratio_interval
from simulator.ensemble.proportions import proportion_interval
from simulator.ensemble.ranks import between, ranks
from simulator.ensemble.stopping import Precision, level, looks

SETS = 4000
SURE = 3.3
"""Standard deviations: a right method fails one of a thousand such checks, were the seeds not fixed."""

Interval = tuple[float, float] | None
LAWS: dict[str, tuple[Callable[[np.random.Generator, tuple[int, int]], np.ndarray], float]] = {
    "normal": (lambda dice, shape: dice.normal(10.0, 3.0, shape), 10.0),
    "gamma": (lambda dice, shape: dice.gamma(4.0, 1.0, shape), 4.0),
    "exponential": (lambda dice, shape: dice.exponential(1.0, shape), 1.0),
}


def covered(intervals: Iterable[Interval], truth: float) -> float:
    """The share of the intervals that hold the truth."""
    held = [found is not None and found[0] <= truth <= found[1] for found in intervals]
    return sum(held) / len(held)


def as_said(share: float, said: float = 0.95, sets: int = SETS) -> bool:
    return abs(share - said) <= SURE * math.sqrt(said * (1.0 - said) / sets)


def short_of(share: float, said: float = 0.95, sets: int = SETS) -> bool:
    return share < said - SURE * math.sqrt(said * (1.0 - said) / sets)


def about(values: np.ndarray, factor: float) -> Interval:
    """The mean with so many standard errors on either side: what a wrong method makes of it."""
    half = factor * float(values.std(ddof=1)) / math.sqrt(len(values))
    return float(values.mean()) - half, float(values.mean()) + half


# --- means -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("law", "n"), [("normal", 5), ("normal", 60), ("gamma", 100), ("exponential", 400)])
def test_a_mean_by_student(law: str, n: int) -> None:
    draw, mean = LAWS[law]
    assert as_said(covered(map(interval, draw(np.random.default_rng(1), (SETS, n))), mean))


def test_a_mean_by_the_normal_law_falls_short_where_values_are_few() -> None:
    draw, mean = LAWS["normal"]
    values = draw(np.random.default_rng(1), (SETS, 5))
    assert short_of(covered((about(row, 1.96) for row in values), mean))


def test_a_mean_that_rests_on_three_hits_is_beyond_student() -> None:
    values = (np.random.default_rng(1).random((SETS, 100)) < 0.03).astype(float)
    assert short_of(covered(map(interval, values), 0.03))


# --- means over blocks with stratified draws ---------------------------------------------------------------------------


def night_of(draws: Draws) -> float:
    """A cheap one: with 30 %, what two delays one after the other have cost, and a little that nothing explains."""
    first, second = draws.uniform("crew", "after"), -math.log(1.0 - draws.uniform("desk", "after"))
    return (first + second) * (draws.uniform("app", "place") < 0.3) + 0.1 * draws.uniform("app", "rest")


NIGHT = 0.3 * (0.5 + 1.0) + 0.05


@pytest.fixture(scope="module")
def stratified() -> np.ndarray:
    """One row for each set of ten blocks of ten."""
    return np.array([night_of(StratifiedDraws(seed=8, replication=n, strata=10)) for n in range(STRATIFIED * 100)]).reshape(-1, 100)


STRATIFIED = 1000


def test_a_mean_by_blocks(stratified: np.ndarray) -> None:
    assert as_said(covered((interval(blocked(row, 10)) for row in stratified), NIGHT), sets=STRATIFIED)
    ordinary = np.array([night_of(Draws(seed=8, replication=n)) for n in range(STRATIFIED * 20)])
    assert stratified.mean(axis=1).var(ddof=1) < 0.4 * ordinary.var(ddof=1) / 100


def test_a_mean_over_single_replications_of_blocks_covers_too_much(stratified: np.ndarray) -> None:
    said = covered((interval(row) for row in stratified), NIGHT)
    assert said > 0.95
    assert not as_said(said, sets=STRATIFIED)


def test_a_mean_by_blocks_that_begin_elsewhere_covers_too_much(stratified: np.ndarray) -> None:
    """Blocks that hold the half of one and the half of the next make up for each other, as single replications do."""
    said = covered((interval(blocked(row[5:95], 10)) for row in stratified), NIGHT)
    assert said > 0.95
    assert not as_said(said, sets=STRATIFIED)


# --- shares ------------------------------------------------------------------------------------------------------------


def exact_coverage(method: Callable[[int, int], Interval], n: int, share: float) -> float:
    """No dice are needed: the sum of the binomial probabilities of all counts whose interval holds the share."""
    found = [method(k, n) for k in range(n + 1)]
    chances = [math.comb(n, k) * share**k * (1.0 - share) ** (n - k) for k in range(n + 1)]
    return math.fsum(c for c, ends in zip(chances, found, strict=True) if ends is not None and ends[0] <= share <= ends[1])


def wald(k: int, n: int) -> Interval:
    half = 1.96 * math.sqrt(k / n * (1.0 - k / n) / n)
    return k / n - half, k / n + half


def wilson(k: int, n: int) -> Interval:
    z2 = 1.959964**2
    middle, half = (k + z2 / 2.0) / (n + z2), 1.959964 / (n + z2) * math.sqrt(k * (n - k) / n + z2 / 4.0)
    return middle - half, middle + half


SHARES = [0.0, 0.0005, 0.0017, 0.005, 0.01, 0.03, 0.1, 0.33, 0.5, 0.9, 0.97, 0.9983, 1.0]


@pytest.mark.parametrize("n", [1, 20, 100, 400])
def test_a_share_is_covered_at_least_as_said_whatever_it_is(n: int) -> None:
    assert min(exact_coverage(proportion_interval, n, share) for share in SHARES) >= 0.95
    # And hardly more, where counts are many enough to tell one from the next.
    assert n < 100 or exact_coverage(proportion_interval, n, 0.33) < 0.97


@pytest.mark.parametrize(
    ("wrong", "share", "most"), [(wald, 0.01, 0.7), (wald, 0.97, 0.86), (wilson, 0.0017, 0.85), (wilson, 0.9983, 0.85)]
)
def test_a_share_near_none_or_all_is_not_covered_by_narrower_intervals(
    wrong: Callable[[int, int], Interval], share: float, most: float
) -> None:
    assert exact_coverage(wrong, 100, share) < most


def test_dice_find_the_exact_coverage_of_a_share() -> None:
    counts = np.random.default_rng(2).binomial(100, 0.03, SETS).tolist()
    exact = exact_coverage(proportion_interval, 100, 0.03)
    assert as_said(covered((proportion_interval(k, 100) for k in counts), 0.03), exact)


# --- quantiles ---------------------------------------------------------------------------------------------------------


def by_the_normal_law(values: np.ndarray, quantile: float) -> Interval:
    """The quantile with its standard error, were the values normal."""
    z = float(ndtri(quantile))
    density = math.exp(-z * z / 2.0) / math.sqrt(2.0 * math.pi) / float(values.std(ddof=1))
    half, middle = 1.96 * math.sqrt(quantile * (1.0 - quantile) / len(values)) / density, float(np.quantile(values, quantile))
    return middle - half, middle + half


@pytest.mark.parametrize("n", [72, 100, 1000])
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_a_quantile_by_order_statistics(quantile: float, n: int) -> None:
    values = np.sort(np.random.default_rng(3).lognormal(0.0, 1.0, (SETS, n)), axis=1)
    truth = math.exp(float(ndtri(quantile)))
    # Of n values, from `low` up to `high` - 1 lie below the quantile.
    low, high = ranks(n, quantile) or (0, 0)
    exact = math.fsum(math.comb(n, k) * quantile**k * (1.0 - quantile) ** (n - k) for k in range(low, high))
    assert 0.95 <= exact < {72: 0.975, 100: 0.985, 1000: 0.96}[n]
    assert as_said(covered((between(row, quantile) for row in values), truth), exact)


@pytest.mark.parametrize("quantile", [0.05, 0.95])
def test_a_quantile_is_not_covered_by_an_interval_that_takes_the_law_for_normal(quantile: float) -> None:
    values = np.random.default_rng(3).lognormal(0.0, 1.0, (SETS, 100))
    share = covered((by_the_normal_law(row, quantile) for row in values), math.exp(float(ndtri(quantile))))
    assert (short_of(share) if quantile > 0.5 else share > 0.999), share


def test_a_quantile_of_a_law_with_a_lump_is_covered_too() -> None:
    dice = np.random.default_rng(4)
    values = np.sort(np.where(dice.random((SETS, 100)) < 0.6, 0.0, dice.exponential(1.0, (SETS, 100))), axis=1)
    assert covered((between(row, 0.5) for row in values), 0.0) >= 0.95
    assert covered((between(row, 0.95) for row in values), math.log(0.4 / 0.05)) >= 0.95


# --- ratios ------------------------------------------------------------------------------------------------------------


def busy_nights(n: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Demand that varies, of which the greater a part is lost the more there is of it; and the true ratio, by the moments of its law."""
    dice = np.random.default_rng(5)
    offered = dice.gamma(4.0, 25.0, (SETS, n))
    # E[offered^2] / 400 over E[offered]: 100 (1 + 1/4) / 400.
    return offered * offered / 400.0 * dice.uniform(0.0, 2.0, (SETS, n)), offered, 100.0 * 1.25 / 400.0


def test_a_pooled_ratio_by_the_jackknife() -> None:
    lost, offered, ratio = busy_nights(200)
    assert as_said(covered(map(ratio_interval, lost, offered), ratio))


def test_a_mean_of_ratios_is_something_else() -> None:
    lost, offered, ratio = busy_nights(200)
    assert covered(map(interval, lost / offered), ratio) < 0.5


def test_a_ratio_of_demand_that_varies_much_is_covered_better_than_by_linearising() -> None:
    dice = np.random.default_rng(6)
    offered = dice.lognormal(0.0, 1.0, (SETS, 40))
    lost = offered * dice.gamma(2.0, 0.05, (SETS, 40))
    ratio = lost.sum(axis=1) / offered.sum(axis=1)
    residuals = np.sqrt(((lost - ratio[:, None] * offered) ** 2).sum(axis=1) * 40 / 39) / offered.sum(axis=1)
    linear = float(np.mean(np.abs(ratio - 0.1) <= stdtrit(39, 0.975) * residuals))
    assert linear + 0.01 < covered(map(ratio_interval, lost, offered), 0.1) < 0.95


# --- stopping ----------------------------------------------------------------------------------------------------------

RUNS = 1000


@pytest.mark.parametrize(("law", "half", "most"), [("normal", 0.05, 1500), ("gamma", 0.1, 1500), ("exponential", 0.2, 2000)])
def test_where_replications_stop_at_a_relative_precision_the_interval_covers(law: str, half: float, most: int) -> None:
    draw, mean = LAWS[law]
    asked = Precision(quantity="lost_minutes", half=half, relative=True)
    found, narrow = [], 0
    for row in draw(np.random.default_rng(7), (RUNS, most)):
        look, n = next((k, n) for k, n in enumerate(looks(most), 1) if n == most or asked.met({"row": row[:n]}, k))
        ends = interval(row[:n], level(look))
        assert ends is not None
        found.append(ends)
        narrow += (ends[1] - ends[0]) / 2.0 <= half * row[:n].mean()
    assert narrow >= 0.99 * RUNS
    assert covered(found, mean) >= 0.95


def test_stopping_as_soon_as_a_plain_interval_is_narrow_covers_less_than_it_says() -> None:
    values = np.random.default_rng(7).exponential(1.0, (SETS, 1500))
    n = np.arange(2, 1501)
    means = (np.cumsum(values, axis=1)[:, 1:]) / n
    spread = np.sqrt(np.maximum(np.cumsum(values**2, axis=1)[:, 1:] / n - means**2, 0.0) / (n - 1))
    halves = stdtrit(n - 1, 0.975) * spread
    stop = np.argmax(halves <= 0.2 * means, axis=1)
    at = np.arange(SETS), stop
    assert short_of(float(np.mean(np.abs(means[at] - 1.0) <= halves[at])))


def missed_at_some_look(confidence: Callable[[int], float]) -> float:
    """The share of runs in which an adversary, who stops at the first look whose interval misses the mean, finds one."""
    values = np.random.default_rng(8).normal(0.0, 1.0, (SETS, 2000))
    missed = np.zeros(SETS, dtype=bool)
    for look, n in enumerate(looks(2000), 1):
        part = values[:, :n]
        half = stdtrit(n - 1, 0.5 + confidence(look) / 2.0) * part.std(axis=1, ddof=1) / math.sqrt(n)
        missed |= np.abs(part.mean(axis=1)) > half
    return float(missed.mean())


def test_no_rule_of_stopping_makes_the_looks_miss_more_than_they_say() -> None:
    assert missed_at_some_look(level) <= 0.05
    assert missed_at_some_look(lambda look: 0.95) > 0.15
