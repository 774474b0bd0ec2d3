"""Ratios over replications: what was lost in all of them over what was asked for in all of them, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.measures.availability import Loss


@dataclass(kw_only=True, frozen=True, slots=True)
class Pooled:
    """An unavailability: the share lost over all replications with its 95 % interval, and quantiles of that of single ones."""

    unavailability: float
    ci95: tuple[float, float] | None
    """None where one replication says nothing about the spread."""
    p05: float
    p50: float
    p95: float

    @property
    def availability(self) -> float:
        """The share that was not lost."""
        return 1.0 - self.unavailability


def pool(losses: Sequence[Loss]) -> Pooled | None:
    """The ratio of the sums; None where nothing was asked for in any replication.

    Its interval is Student's, on the residuals lost - ratio * offered, as is usual for a ratio of two means (Cochran, "Sampling
    techniques", 3rd ed. 1977, section 2.11); where all replications are asked for alike it is the interval of the mean.
    """
    each = [one for one in losses if one.offered > 0]
    if not each:
        return None
    lost, offered = (math.fsum(column) for column in zip(*((one.lost, one.offered) for one in each), strict=True))
    ratio = min(1.0, max(0.0, lost / offered))
    shares = np.array([one.unavailability for one in each])
    low, middle, high = (float(q) for q in np.quantile(shares, [0.05, 0.5, 0.95]))
    return Pooled(unavailability=ratio, ci95=_interval(each, lost / offered), p05=low, p50=middle, p95=high)


def _interval(each: Sequence[Loss], ratio: float, level: float = 0.95) -> tuple[float, float] | None:
    n = len(each)
    if n == 1:
        return None
    from scipy.special import stdtrit

    squares = math.fsum((one.lost - ratio * one.offered) ** 2 for one in each)
    spread = math.sqrt(squares / (n - 1) / n) / (math.fsum(one.offered for one in each) / n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * spread
    return max(0.0, ratio - half), min(1.0, ratio + half)
