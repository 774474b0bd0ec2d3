"""Agreement with the record: the simulated value beside each documented one, and whether it lies inside its interval."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator import units
from simulator.measures.evaluating import Clock
from simulator.model.measure import Unit, unit_of
from simulator.model.observation import Observation

HOLDS_IN = 0.95
WIDE_SHARE = 0.75
"""Of all shares, or of the time that a clock time may take: an interval as wide as this accepts nearly anything."""
WIDE_FACTOR = 5.0
"""Ends of a duration or a number so many times apart accept nearly anything too."""
_TICK = 2.0**-20
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Quantiles of a measure over replications; infinite where it did not happen in so many of them."""

    p05: float
    p50: float
    p95: float


def expected(observation: Observation, clock: Clock) -> tuple[float, float] | None:
    """The interval that agrees with the record, as values of the measure; None where the observation states none.

    ValueError for an end that is no quantity of the measure's unit, or where the lower end is above the upper one.
    """
    measure: Any = observation.measure
    if measure is None:
        return None
    unit = unit_of(measure)
    if observation.expect is None:
        return (1.0, 1.0) if unit == "holds" else None
    low, high = (_end(value, unit, clock) for value in observation.expect)
    if low > high:
        raise units.refusal(f"the lower end {units.shown(observation.expect[0])} is above the upper one", "write the lower end first")
    return low, high


def _end(value: Any, unit: Unit, clock: Clock) -> float:
    if unit == "clock":
        return clock(value)
    if unit == "duration":
        return units.parse_duration(value)
    if unit == "share":
        return units.parse_share(value)
    if unit == "holds":
        if str(value).lower() not in {"true", "false"}:
            raise units.refusal(f"{units.shown(value)} is neither true nor false", "write true, or leave `expect` out")
        return float(str(value).lower() == "true")
    try:
        return float(value)
    except (TypeError, ValueError):
        raise units.refusal(f"{units.shown(value)} is not a number", "write a number, such as 0.25") from None


def quantile(values: Sequence[float | None], q: float) -> float:
    """Quantile with linear interpolation between order statistics. What did not happen (None) is later than everything."""
    ordered = sorted(math.inf if value is None else value for value in values)
    if not ordered:
        msg = "a quantile needs at least one value"
        raise ValueError(msg)
    place = q * (len(ordered) - 1)
    low = ordered[math.floor(place)]
    high = ordered[math.ceil(place)]
    return high if low == high or (math.isinf(high) and place > math.floor(place)) else low + (high - low) * (place - math.floor(place))


def spread(values: Sequence[float | None]) -> Spread:
    """5 %, 50 % and 95 % of a measure over replications."""
    return Spread(p05=quantile(values, 0.05), p50=quantile(values, 0.50), p95=quantile(values, 0.95))


def counted(observation: Observation, values: Sequence[float | None]) -> Sequence[float | None]:
    """The replications that say something: all, or only those in which it happened, where the observation says so."""
    # An outage of no length is none.
    return [value for value in values if value] if observation.where_it_happens else values


def speaks_of(observation: Observation, tenant: str) -> bool:
    """Whether an observation measures something of a tenant, as a whole or in one of its parts."""
    words = texts_of(observation.model_dump(include={"measure"}))
    return any(word == tenant or word.startswith(f"{tenant}/") for word in words)


def texts_of(tree: Any) -> Iterator[str]:
    """Every text in a tree, but for keys."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list | tuple):
        for item in tree.values() if isinstance(tree, dict) else tree:
            yield from texts_of(item)


def inside(observation: Observation, values: Sequence[float | None], clock: Clock) -> bool | None:
    """Whether the simulated values over replications agree with the record; None where there is nothing to compare.

    `inside_by_median` says so of most. For a single accident, of which one draw is on record, the interval and
    the simulated 5-95 % range meet. What holds or not agrees in at least 95 % of the replications. A replication in which the
    thing did not happen counts as beyond the upper end.
    """
    ends = _ends(observation, clock)
    values = counted(observation, values)
    if not observation.single or ends is None or not values or unit_of(observation.measure) == "holds":
        return inside_by_median(observation, values, clock)
    found = spread(values)
    return found.p05 <= ends[1] and found.p95 >= ends[0]


def inside_by_median(observation: Observation, values: Sequence[float | None], clock: Clock) -> bool | None:
    """Whether the median lies in the interval, both ends included; of what holds or not, whether it agrees in 95 % of the replications."""
    ends = _ends(observation, clock)
    values = counted(observation, values)
    if ends is None or not values:
        return None
    if unit_of(observation.measure) == "holds":
        agreeing = sum(value is not None and ends[0] <= value <= ends[1] for value in values)
        return agreeing >= HOLDS_IN * len(values) - _ROUNDING
    return ends[0] <= spread(values).p50 <= ends[1]


def _ends(observation: Observation, clock: Clock) -> tuple[float, float] | None:
    """The interval that agrees, wider by the grain of the measure."""
    interval = expected(observation, clock)
    if interval is None:
        return None
    # The clock has a grain, and a difference of two times has two of them.
    slack = 2 * _TICK if unit_of(observation.measure) in {"clock", "duration"} else _ROUNDING
    return interval[0] - slack, interval[1] + slack


def accepts_nearly_anything(observation: Observation, values: Sequence[float | None], clock: Clock, *, horizon: float) -> bool:
    """Whether nearly any outcome would have been inside, so that the verdict is worth little.

    That is so where the interval is wide. Where the verdict is by range, it is so as well where the simulated 5-95 % range is wide: such a
    range meets nearly any interval. Wide are three quarters of all shares or of the simulated time, `horizon` seconds, for a clock time;
    for a duration or a number, ends five times apart, and for a duration from zero on three quarters of the simulated time. Of what holds
    or not nothing is wide.
    """
    interval = expected(observation, clock)
    values = counted(observation, values)
    if interval is None or not values:
        return False
    unit = unit_of(observation.measure)
    found = spread(values)
    return _wide(*interval, unit, horizon) or (observation.single and _wide(found.p05, found.p95, unit, horizon))


def _wide(low: float, high: float, unit: Unit, horizon: float) -> bool:
    if unit == "share":
        return high - low >= WIDE_SHARE
    if unit == "clock":
        return min(high, horizon) - low >= WIDE_SHARE * horizon
    if unit == "holds":
        return False
    return high >= WIDE_FACTOR * low if low > 0 else unit == "duration" and high >= WIDE_SHARE * horizon
