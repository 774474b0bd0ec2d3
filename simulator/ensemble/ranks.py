"""Intervals of quantiles by order statistics: between which of the values in order of size a quantile of their law lies.

The number of values below the q-quantile is binomial, whatever the law, so that binomial tails say how sure two ranks are (H. A. David
and H. N. Nagaraja, "Order statistics", 3rd ed. 2003, section 7.1). They cover at least what they say, and more where values come
more than once.
"""

import math
from bisect import bisect_right
from functools import lru_cache

import numpy as np


def least(quantile: float, level: float = 0.95) -> int:
    """The least number of values that bound a quantile on both sides: 72 for that at 5 % or 95 %, 6 for the median.

    At the smallest of n values the interval can begin where all n are above the quantile at most half of 1 - level of the time:
    (1 - q)^n <= (1 - level) / 2, and at the largest alike.
    """
    rarer = min(quantile, 1.0 - quantile)
    return math.ceil(math.log((1.0 - level) / 2.0) / math.log1p(-rarer))


@lru_cache(maxsize=256)
def ranks(n: int, quantile: float, level: float = 0.95) -> tuple[int, int] | None:
    """The ranks, counted from 1, between which the quantile lies; None where n values are too few to bound it on both sides.

    Each side is wrong at most half of 1 - level of the time.
    """
    low, high = _lower(n, quantile, level), n + 1 - _lower(n, 1.0 - quantile, level)
    return None if low < 1 or high > n else (low, high)


def _lower(n: int, quantile: float, level: float) -> int:
    """The highest rank whose value exceeds the quantile at most half of 1 - level of the time; 0 where there is none."""
    from scipy.special import bdtr

    return bisect_right(range(n), (1.0 - level) / 2.0, key=lambda below: float(bdtr(below, n, quantile)))


def between(ordered: np.ndarray, quantile: float, level: float = 0.95) -> tuple[float, float] | None:
    """The interval of a quantile from values in ascending order; None where they are too few (`least`)."""
    found = ranks(len(ordered), quantile, level)
    return None if found is None else (float(ordered[found[0] - 1]), float(ordered[found[1] - 1]))
