"""Paired differences: replication by replication under common random numbers, with what the common dice save."""

from dataclasses import dataclass

import numpy as np

from simulator.ensemble.estimating import Values, blocked, difference_interval, interval, mean_of

ROUNDING = 1e-9
"""Differences that vary by no more than this part of what they are differences of do so by rounding."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Difference:
    """Of a - b over replications: mean, interval, and the gain over dice that are thrown for each alone."""

    mean: float
    ci95: tuple[float, float] | None
    """None where one replication says nothing about the spread."""
    variance_ratio: float | None
    """(var a + var b) / var(a - b), of blocks where draws are stratified: how many times more replications dice of their own would take for
    an interval as narrow. About 1 where the two have nothing in common, below 1 where the one gains when the other loses. None where the
    difference does not vary."""


def difference(a: Values, b: Values, level: float = 0.95, strata: int = 0, *, most: float | None = None) -> Difference:
    """The paired difference of two columns in the same order of replications; ValueError where one is longer.

    With `strata` both the interval and the variance ratio are by blocks, which alone are independent: the variances are those of the
    means of blocks. `most` is what each of the two can be at the most, where nothing can happen to be 0 (`difference_interval`).

    The variance ratio is None with one replication, and where the difference is alike in all of them but for rounding: columns that are
    identical, or a constant apart. Then it is known as it stands, and no number says how much the common dice saved.
    """
    ours, theirs = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} replications cannot be paired with {len(theirs)}: give both for the same ones")
    gaps = ours - theirs
    if most is None:
        ci95 = interval(blocked(gaps, strata), level)
    else:
        ci95 = difference_interval(ours, theirs, most=most, level=level, strata=strata)
    means = (np.asarray(blocked(column, strata), dtype=float) for column in (ours, theirs, gaps))
    return Difference(mean=mean_of(gaps), ci95=ci95, variance_ratio=_ratio(*means))


def _ratio(ours: np.ndarray, theirs: np.ndarray, gaps: np.ndarray) -> float | None:
    largest = max(float(np.abs(ours).max()), float(np.abs(theirs).max()))
    if len(gaps) == 1 or float(np.ptp(gaps)) <= ROUNDING * largest:
        return None
    return float((ours.var(ddof=1) + theirs.var(ddof=1)) / gaps.var(ddof=1))
