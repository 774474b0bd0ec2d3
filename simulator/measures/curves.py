"""Quantities that change at instants only, and what can be said of them without sampling: exact up to the rounding of floats.

A value holds from its instant on, up to the next one: every interval is half-open. NaN stands for undefined (served share at
zero demand); undefined parts are left out of integrals, means and windows, and are never below a level.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNDEFINED = math.nan
SLACK = 1e-9
"""A share that misses a level by less than this reaches it: three thirds added up are not exactly one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """From `start` on, up to but not including `end`, in seconds."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """A step function: `values[i]` holds from `times[i]` until `times[i + 1]`, the last one until `end`. Times in seconds."""

    times: tuple[float, ...]
    values: tuple[float, ...]
    end: float

    def __post_init__(self) -> None:
        if not self.times or len(self.times) != len(self.values):
            msg = "a curve needs a first value, and as many values as times"
            raise ValueError(msg)
        if any(a >= b for a, b in zip(self.times, (*self.times[1:], self.end), strict=True)):
            msg = "the times of a curve rise, and lie before its end"
            raise ValueError(msg)

    @property
    def start(self) -> float:
        return self.times[0]

    @property
    def length(self) -> float:
        """Seconds from the first value to the end."""
        return self.end - self.times[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of a curve, and how much of it was lost. Availability is 1 - lost / the defined part of the window."""

    start: float
    length: float
    lost_seconds: float
    defined_seconds: float
    availability: float


def steps(points: Iterable[tuple[float, float]], *, end: float) -> Steps:
    """The curve through (instant, value from then on). At one instant the last value counts; what lies at the end or later is dropped."""
    times: list[float] = []
    values: list[float] = []
    for time, value in points:
        if time >= end:
            break
        if times and time == times[-1]:
            times.pop()
            values.pop()
        if not times or not _same(values[-1], value):
            times.append(time)
            values.append(value)
    return Steps(times=tuple(times), values=tuple(values), end=end)


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))


def segments(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> Iterator[tuple[float, float, float]]:
    """(from, until, value) of each piece that lies in [start, stop), undefined ones too."""
    for a, b, value in zip(curve.times, (*curve.times[1:], curve.end), curve.values, strict=True):
        low, high = max(a, start), min(b, stop)
        if low < high:
            yield low, high, value


def value_at(curve: Steps, t: float) -> float:
    """The value that holds at `t`; before the first instant the first, from the end on the last."""
    i = int(np.searchsorted(curve.times, t, side="right")) - 1
    return curve.values[max(i, 0)]


def integral(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> float:
    """Value times seconds over the defined part of [start, stop)."""
    return math.fsum((b - a) * v for a, b, v in segments(curve, start, stop) if not math.isnan(v))


def defined_length(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> float:
    """Seconds of [start, stop) in which the curve has a value."""
    return math.fsum(b - a for a, b, v in segments(curve, start, stop) if not math.isnan(v))


def mean(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> float | None:
    """Mean value over the defined part of [start, stop); None where nothing is defined."""
    length = defined_length(curve, start, stop)
    return integral(curve, start, stop) / length if length > 0 else None


def lost_seconds(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> float:
    """Integral of 1 - served over the defined part of [start, stop), in seconds."""
    return math.fsum((b - a) * (1.0 - v) for a, b, v in segments(curve, start, stop) if not math.isnan(v))


def lost_minutes(curve: Steps, start: float = -math.inf, stop: float = math.inf) -> float:
    """Integral of 1 - served over the defined part of [start, stop), in minutes."""
    return lost_seconds(curve, start, stop) / 60.0


def lowest(curve: Steps) -> float | None:
    """The smallest value ever; None where the curve is undefined throughout."""
    return min((v for v in curve.values if not math.isnan(v)), default=None)


def highest(curve: Steps) -> float | None:
    """The largest value ever; None where the curve is undefined throughout."""
    return max((v for v in curve.values if not math.isnan(v)), default=None)


def is_below(value: float, level: float) -> bool:
    """Whether a value misses a level by more than rounding. An undefined value does not."""
    return value < level - SLACK


def below(curve: Steps, level: float) -> list[Interval]:
    """The intervals in which the value is below the level, as long as they get, in order."""
    found: list[Interval] = []
    for a, b, value in segments(curve):
        if is_below(value, level):
            # Neighbours make one interval, however often the value changed meanwhile.
            first = found.pop().start if found and found[-1].end == a else a
            found.append(Interval(start=first, end=b))
    return found


def worst_window(curve: Steps, length: float) -> Window | None:
    """The window of this length with the least availability, the earliest of equals; None where no window has a defined part.

    The loss in a window is piecewise linear in its start and bends only where the start or the end of the window meets a step,
    so looking there finds the exact minimum. Windowed availability is due to Hauer, Hoffmann, Lunney, Ardelean and Diwan,
    "Meaningful availability", NSDI 2020. ValueError where no window of that length fits.
    """
    return worst_windows(curve, [length])[0]


def worst_windows(curve: Steps, lengths: Sequence[float]) -> list[Window | None]:
    """For each length the worst window of that length, as `worst_window` finds it.

    Of a curve that is defined throughout, a longer window loses at least as much, and two windows together at least as much as one as
    long as both; so a window twice as long is no worse than the worst, but one a little longer can be: it may reach the next outage.
    """
    edges = np.array([*curve.times, curve.end])
    values = np.array(curve.values)
    spans = np.diff(edges)
    known = ~np.isnan(values)
    lost = np.concatenate(([0.0], np.cumsum(np.where(known, (1.0 - values) * spans, 0.0))))
    defined = np.concatenate(([0.0], np.cumsum(np.where(known, spans, 0.0))))
    return [_worst(curve, length, edges, lost, defined) for length in lengths]


def _worst(curve: Steps, length: float, edges: Floats, lost: Floats, defined: Floats) -> Window | None:
    """`lost` and `defined` are seconds from the start up to each of the edges."""
    if not 0 < length <= curve.length:
        msg = f"a window of {length:g} s does not fit a curve of {curve.length:g} s"
        raise ValueError(msg)
    starts = np.unique(np.clip(np.concatenate((edges, edges - length)), curve.start, curve.end - length))
    gone = np.interp(starts + length, edges, lost) - np.interp(starts, edges, lost)
    held = np.interp(starts + length, edges, defined) - np.interp(starts, edges, defined)
    usable = held > SLACK * length
    if not usable.any():
        return None
    unavailability = np.where(usable, np.clip(gone, 0.0, None) / np.where(usable, held, 1.0), -1.0)
    i = int(np.argmax(unavailability))
    return Window(
        start=float(starts[i]), length=length, lost_seconds=max(0.0, float(gone[i])), defined_seconds=float(held[i]),
        availability=1.0 - float(unavailability[i]),
    )  # fmt: skip


def windowed_availability(curve: Steps, lengths: Sequence[float]) -> list[float | None]:
    """For each window length the worst availability over all windows of that length."""
    return [None if window is None else window.availability for window in worst_windows(curve, lengths)]


def sample(curve: Steps, instants: Floats) -> Floats:
    """The values that hold at the instants."""
    i = np.searchsorted(np.array(curve.times), instants, side="right") - 1
    return np.array(curve.values, dtype=np.float64)[np.maximum(i, 0)]


def union_of_instants(curves: Sequence[Steps]) -> Floats:
    """Every instant at which one of the curves changes, in order."""
    return np.unique(np.concatenate([np.array(curve.times, dtype=np.float64) for curve in curves]))


def weighted_mean(curves: Sequence[Steps], weights: Sequence[float]) -> Steps:
    """The mean of curves over the same span, on the union of their instants. Undefined ones carry no weight while they are so."""
    if len({(curve.start, curve.end) for curve in curves}) != 1:
        msg = "a mean needs curves, all of the same span"
        raise ValueError(msg)
    instants = union_of_instants(curves)
    total, weight = np.zeros(len(instants)), np.zeros(len(instants))
    for curve, share in zip(curves, weights, strict=True):
        values = sample(curve, instants)
        known = ~np.isnan(values)
        total += np.where(known, values, 0.0) * share
        weight += known * share
    means = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)
    return steps(zip(instants.tolist(), means.tolist(), strict=True), end=curves[0].end)


def envelope(curves: Sequence[Steps], quantiles: Sequence[float], grid: Floats | None = None) -> tuple[Floats, Floats]:
    """Instants, and for each quantile a row of values: the band of many curves, pointwise.

    On the union of their instants it is exact; a grid is for pictures. Undefined values are left out; where all are, so is the band.
    """
    instants = union_of_instants(curves) if grid is None else np.asarray(grid, dtype=np.float64)
    values = np.stack([sample(curve, instants) for curve in curves])
    band = np.full((len(quantiles), len(instants)), np.nan)
    some = ~np.isnan(values).all(axis=0)
    if some.any():
        band[:, some] = np.nanquantile(values[:, some], quantiles, axis=0)
    return instants, band
