"""Estimates from traces with their standard errors, and what it means that one agrees with an exact answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.engine.trace import Trace

SURE = 4.5
"""Standard errors: a right engine fails one of a hundred thousand such checks."""


@dataclass(kw_only=True, frozen=True)
class Estimate:
    value: float
    error: float
    """Standard error."""

    @property
    def relative(self) -> float:
        return self.error / self.value

    def agrees(self, exact: float, *, rounding: float = 1e-9) -> bool:
        """Within 4.5 standard errors of the exact answer; `rounding` allows for times being multiples of 2^-20 s."""
        return abs(self.value - exact) <= SURE * self.error + rounding * abs(exact)


def mean_of(values: Iterable[float]) -> Estimate:
    """The mean of independent values."""
    found = np.asarray(list(values), dtype=float)
    return Estimate(value=float(found.mean()), error=float(found.std(ddof=1) / np.sqrt(len(found))))


def batch_mean(values: Sequence[float], *, batches: int = 60) -> Estimate:
    """The mean of a long stretch of values that depend on their neighbours."""
    usable = len(values) // batches * batches
    return mean_of(np.asarray(values[:usable], dtype=float).reshape(batches, -1).mean(axis=1))


def ratio_of(parts: Sequence[tuple[float, float]]) -> Estimate:
    """Sum over sum of pairs (amount, per what) that are independent of each other."""
    amounts, per = (np.array(side, dtype=float) for side in zip(*parts, strict=True))
    value = amounts.sum() / per.sum()
    residuals = amounts - value * per
    return Estimate(value=float(value), error=float(residuals.std(ddof=1) / np.sqrt(len(parts)) / per.mean()))


def spans_down(trace: Trace, owner: str) -> list[tuple[float, float]]:
    """When something did not serve in full: `[start, end)`, the last up to the horizon."""
    spans, since = [], -1.0
    for time, change, who, _, _, _ in trace.records:
        if who == owner and change == "stops_serving" and since < 0:
            since = time
        elif who == owner and change == "serves" and since >= 0:
            spans.append((since, time))
            since = -1.0
    return spans if since < 0 else [*spans, (since, trace.horizon)]


def unavailability(spans: Sequence[tuple[float, float]], *, start: float, end: float, batches: int = 60) -> Estimate:
    """Share of the time from `start` to `end` that lies in the spans, with the error from equal stretches of that time."""
    edges = np.linspace(start, end, batches + 1)
    starts, ends = (np.array(side) for side in zip(*spans, strict=True))
    lengths = np.concatenate([[0.0], np.cumsum(ends - starts)])
    done = np.searchsorted(ends, edges, side="right")
    inside = np.where(done < len(starts), np.maximum(0.0, edges - np.append(starts, np.inf)[done]), 0.0)
    return mean_of(np.diff(lengths[done] + inside) / np.diff(edges))


def steps_below(curve: Sequence[tuple[float, float]], level: float, horizon: float) -> list[tuple[float, float]]:
    """When a tenant's curve lies below a level."""
    ends = [t for t, _ in curve[1:]] + [horizon]
    return [(t, e) for (t, served), e in zip(curve, ends, strict=True) if served < level and e > t]
