"""Estimates over replications: means, quantiles, the intervals of both, warnings where replications are too few for them."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from simulator.ensemble.proportions import most_unseen
from simulator.ensemble.ranks import between, least
from simulator.ensemble.results import Estimate

FEW = 20
"""Below this many hits a mean over them says little, and of so few replications the 5 % and 95 % quantiles are hardly more than the
extremes."""
SOUND = 25
"""Effective hits from which Student's interval of a mean covers about what it says: Cochran's rule, N > 25 times the squared skewness
("Sampling techniques", 3rd ed. 1977, section 2.15)."""
YEAR = 365.25 * 86_400.0
"""In seconds."""
_SHOWN = (("the interval of a mean", 2), ("the 5 % and 95 % quantiles", FEW))
_BOUNDED = (("the interval of the median", least(0.5)), ("the intervals of the 5 % and 95 % quantiles", least(0.05)))

Values = Sequence[float] | np.ndarray


def mean_of(values: Values) -> float:
    """The mean, from an exact sum, which no order of the values changes. What is alike in all replications is exactly that."""
    found = np.asarray(values, dtype=float)
    low = float(found.min())
    return low if low == float(found.max()) else math.fsum(found.tolist()) / len(found)


def interval(values: Values, level: float = 0.95) -> tuple[float, float] | None:
    """Student's interval of the mean; None where there is one value only, without width where all are alike."""
    n, mean = len(values), mean_of(values)
    if n == 1:
        return None
    from scipy.special import stdtrit

    squares = (np.asarray(values, dtype=float) - mean) ** 2
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * math.sqrt(math.fsum(squares.tolist()) / (n - 1) / n)
    return mean - half, mean + half


def whole_blocks(replications: int, strata: int) -> int:
    """So many replications, and as many more as make the last block of `strata` a whole one. ValueError where strata are less than none."""
    if strata < 0:
        raise ValueError(f"{strata} strata are less than none: write 0 for draws that are not stratified, or how many there shall be")
    return math.ceil(replications / strata) * strata if strata else replications


def blocked(values: Values, strata: int) -> Values:
    """What is independent among replications with stratified draws: the means of the blocks; without `strata` the values themselves.

    `interval` of them is that of the mean, with one degree of freedom less than there are blocks. Taken over the single values it would
    ignore what the strata gain, since the values of a block make up for each other. ValueError where the last block is not whole.
    """
    if not strata:
        return values
    if len(values) % strata:
        raise ValueError(f"{len(values)} replications are no whole blocks of {strata}: take {whole_blocks(len(values), strata)}")
    return [mean_of(values[first : first + strata]) for first in range(0, len(values), strata)]


def estimate(
    values: Values, *, floor: float = 0.0, ceiling: float = math.inf, idle: float = 0.0, level: float = 0.95, strata: int = 0,
    certain: bool = False,
) -> Estimate:  # fmt: skip
    """Mean, quantiles and their intervals; that of the mean is cut at the ends of what the quantity can be.

    `idle` is its value where nothing happens, one of these two ends. Where nothing was seen in any replication, that does not make it
    impossible: the interval then reaches as far as `unseen_interval` says, unless it is `certain` that nothing can happen.

    `level` is the confidence of the mean's interval alone: above 95 % where replications were stopped at a look (`stopping.level`),
    so that it covers in 95 % of such runs. With `strata` that interval is by blocks. Those of quantiles stay as they are: the count of
    values below a bound then varies less as a rule, and its variance is never greater by more than a part of 1 / (strata - 1) (Owen,
    SIAM Journal on Numerical Analysis 34, 1997, 1884).
    """
    blocks = blocked(values, strata)
    found = interval(blocks, level)
    ci95 = None if found is None else (max(floor, found[0]), min(ceiling, found[1]))
    ordered = np.sort(np.asarray(values, dtype=float))
    unseen = not certain and ci95 is not None and ordered[0] == ordered[-1] == idle
    if unseen:
        ci95 = unseen_interval(len(blocks), idle, ceiling if idle == floor else floor, level)
    p05, p50, p95 = (float(q) for q in np.quantile(ordered, [0.05, 0.5, 0.95]))
    return Estimate(
        mean=mean_of(values), ci95=ci95, p05=p05, p50=p50, p95=p95,
        p05_ci95=between(ordered, 0.05), p50_ci95=between(ordered, 0.5), p95_ci95=between(ordered, 0.95),
        unseen=unseen,
    )  # fmt: skip


def unseen_interval(replications: int, idle: float, extreme: float, level: float = 0.95) -> tuple[float, float] | None:
    """From `idle`, the value in all replications, as far as the mean may lie from it: the chance of anything else, at the most
    `most_unseen`, times the worst that it can be. None where that is infinite.

    Of replications with stratified draws it is whole blocks that are independent: a block in which nothing was seen counts once.
    """
    if not math.isfinite(extreme):
        return None
    end = idle + most_unseen(replications, level) * (extreme - idle)
    return min(idle, end), max(idle, end)


def difference_interval(
    ours: Values, theirs: Values, *, most: float, level: float = 0.95, strata: int = 0, certain: bool = False
) -> tuple[float, float] | None:
    """The interval of a paired difference of two that can each lose up to `most`; with `strata` by blocks.

    Where neither lost anything in any replication the difference is bounded on both sides, as what each may lose is.
    """
    gaps = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    blocks = blocked(gaps, strata)
    found = interval(blocks, level)
    if found is None or certain or np.any(ours) or np.any(theirs):
        return found
    end = unseen_interval(len(blocks), 0.0, most, level)
    return None if end is None else (-end[1], end[1])


def warnings_of_unseen(replications: int, unseen: bool, *, horizon: float, strata: int = 0, level: float = 0.95) -> tuple[str, ...]:
    """What the intervals are of those that lost nothing in any replication; of a year or more (`horizon` in seconds) also as a rate."""
    if not unseen or replications < 2:
        return ()
    most = most_unseen(replications // strata if strata else replications, level)
    text = f"where nothing was lost in any of {replications:,} replications, the interval is an upper bound: the chance to lose anything"
    text += f" is below {100.0 * most:.2g} % in each"
    years = horizon / YEAR
    rate = f", and outages are rarer than {-math.log1p(-most) / years:.2g} a year" if years >= 1.0 else ""
    return (text + rate,)


def effective_hits(values: Values) -> float:
    """On how many hits a mean rests: N over the squared skewness. k equal ones among many zeros come to about k, a symmetric law to inf."""
    found = np.asarray(values, dtype=float)
    away = found - mean_of(found)
    largest = float(np.abs(away).max())
    if largest == 0.0:
        return math.inf
    away /= largest
    squares = away * away
    cubes = math.fsum((squares * away).tolist())
    return math.fsum(squares.tolist()) ** 3 / cubes**2 if cubes else math.inf


def warnings_of(replications: int, *, bounded: bool = False) -> tuple[str, ...]:
    """For what of that which is shown there are too few replications, and how many each takes; nothing where there are enough for all.

    An interval of a mean takes 2, the 5 % and 95 % quantiles 20; where their own intervals are shown too (`bounded`), the median takes 6
    and the other two 72.
    """
    shown = sorted((*_SHOWN, *_BOUNDED) if bounded else _SHOWN, key=lambda one: one[1])
    missing = [(what, enough) for what, enough in shown if replications < enough]
    if not missing:
        return ()
    are = "replication is" if replications == 1 else "replications are"
    (first, enough), *others = missing
    more = "".join(f", for {what} {takes}" for what, takes in others)
    return (f"{replications} {are} too few for {first}: take at least {enough}{more}",)


def warnings_of_blocks(replications: int, strata: int) -> tuple[str, ...]:
    """One block says nothing about the spread of blocks; one replication alone has a warning of its own."""
    if not strata or replications != strata or strata == 1:
        return ()
    return (f"one block of {strata} replications is too few for the interval of a mean: take at least {2 * strata}",)


def warnings_of_means(columns: Mapping[str, Values]) -> tuple[str, ...]:
    """Of which mean the interval rests on too few hits, and how many replications Cochran's rule asks for; the worst column is named."""
    name, hits = min(((name, effective_hits(values)) for name, values in columns.items()), key=lambda one: one[1], default=("", math.inf))
    if hits >= SOUND:
        return ()
    enough = math.ceil(len(columns[name]) * SOUND / hits)
    rests = "one hit" if round(hits) == 1 else f"about {hits:.0f} hits"
    return (f"the mean of {name} rests on {rests}: take about {enough:,} replications",)
