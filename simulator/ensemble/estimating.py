"""Estimates over replications: means with their intervals, quantiles of what was drawn."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.ensemble.results import Estimate

FEW = 20
"""Below this many replications the 5 % and 95 % quantiles are hardly more than the extremes."""


def interval(values: Sequence[float] | NDArray[np.float64], level: float = 0.95) -> tuple[float, float] | None:
    """Student's interval of the mean; None where there is one value only."""
    n = len(values)
    mean = math.fsum(values) / n
    if n == 1:
        return None
    from scipy.special import stdtrit

    spread = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / (n - 1) / n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * spread
    return mean - half, mean + half


def estimate(values: Sequence[float] | NDArray[np.float64], *, floor: float = 0.0, ceiling: float = math.inf) -> Estimate:
    """Mean, interval and quantiles; the interval is cut at the ends of what the quantity can be."""
    found = interval(values)
    ci95 = None if found is None else (max(floor, found[0]), min(ceiling, found[1]))
    p05, p50, p95 = (float(q) for q in np.quantile(np.asarray(values), [0.05, 0.5, 0.95]))
    return Estimate(
        mean=math.fsum(values) / len(values), ci95=ci95, p05=p05, p50=p50, p95=p95
    )


def warnings_of(replications: int) -> tuple[str, ...]:
    """What has to be said of quantiles over so few replications; nothing where there are enough."""
    if replications >= FEW:
        return ()
    are = "replication is" if replications == 1 else "replications are"
    return (f"{replications} {are} too few for the 5 % and 95 % quantiles: take at least {FEW}",)
