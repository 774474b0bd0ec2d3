"""Agreement with the record: the simulated value beside each documented one, and whether it lies inside its interval."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator import units
from simulator.measures import cohorts, outages, stations
from simulator.measures.index import TraceIndex, indexed
from simulator.model import observation as model
from simulator.model.quantities import Frozen

if TYPE_CHECKING:
    from simulator.engine.trace import Trace

Clock = Callable[[str], float]
"""Turns a clock time of the scenario, or a duration after its start, into seconds since the start."""

DEFAULT_OBJECTIVE = 0.95
HOLDS_IN = 0.95
_TICK = 2.0**-20
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What a measure may look at."""

    index: TraceIndex
    clock: Clock
    other: TraceIndex | None
    objectives: Mapping[str, float]

    def seconds(self, text: str | None) -> float | None:
        return None if text is None else self.clock(text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """Quantiles of a measure over replications; infinite where it did not happen in so many of them."""

    p05: float
    p50: float
    p95: float


class _Inner(Frozen):
    of: model.Measure


def evaluate(
    measure: Any,
    trace: "Trace | TraceIndex",
    clock: Clock,
    *,
    other: "Trace | TraceIndex | None" = None,
    objectives: Mapping[str, float] | None = None,
) -> float | None:
    """The simulated value of a measure in one replication; None where it is undefined or did not happen before the horizon.

    Seconds for durations and, since the start, for clock times; 1 or 0 for what holds or not. `other` is the run of a `relative`
    measure without its mechanisms, on the same dice; ValueError where it is missing. `objectives` are the tenants', by label.
    """
    run = _Run(index=indexed(trace), clock=clock, other=None if other is None else indexed(other), objectives=objectives or {})
    value = _MEASURES[type(measure)](measure, run)
    return None if value is None else float(value)


def _time_when(measure: model.TimeWhen, run: _Run) -> float | None:
    what = measure.time_when
    time = cohorts.time_when(run.index, what.of, what.share, what.counts_from)
    since = run.seconds(what.since)
    return time if time is None or since is None else time - since


def _share_back(measure: model.ShareBack, run: _Run) -> float | None:
    what = measure.share_back
    if what.within is not None:
        return cohorts.share_back_within(run.index, what.of, what.within)
    return cohorts.share_back(run.index, what.of, at=run.seconds(what.at))


def _wait(measure: model.Wait, run: _Run) -> float:
    waits, at = run.index.trace.waits.get(measure.wait.station, []), run.seconds(measure.wait.at)
    return stations.peak_wait(waits) if at is None else stations.wait_at(waits, at)


def _wait_steepens(measure: model.WaitSteepens, run: _Run) -> bool:
    what = measure.wait_steepens
    return stations.steepens(run.index.trace.waits.get(what.station, []), run.clock(what.around), what.over)


def _tenant(measure: model.TenantMeasure, run: _Run) -> float | None:
    what = measure.tenant
    curve = run.index.curve(what.tenant)
    found = outages.outcome(run.index, what.tenant, objective=run.objectives.get(what.tenant, DEFAULT_OBJECTIVE))
    if what.what == "start_after":
        since = run.seconds(what.since) or curve.start
        # An outage that was there before is reported as such: the value is negative.
        return next((outage.start - since for outage in found.outages if outage.end > since), None)
    return {
        "outage": found.outage_seconds,
        "time_to_recover": found.time_to_recover_seconds,
        "lost": found.lost_seconds,
        "worst_served": found.worst_served,
        "data_loss": found.data_loss_seconds,
    }[what.what]


def _dead_addresses(measure: model.DeadAddresses, run: _Run) -> float:
    records = run.index.trace.records
    # Each of these changes what clients are told, and carries the share of it that leads to the dead from then on.
    told = run.index.of(measure.dead_addresses.route, "rotation", "withdrawn", "readmitted", "switched")
    return max((records[i][3] for i in told), default=0.0)


def _inner(relation: model.Relation) -> Any:
    return relation.of if isinstance(relation.of, Frozen) else _Inner.model_validate({"of": relation.of}).of


def _relative(measure: model.Relative, run: _Run) -> float | None:
    if run.other is None:
        msg = f"a relative measure needs the run without {', '.join(measure.relative.without)}"
        raise ValueError(msg)
    inner = _inner(measure.relative)
    with_them = evaluate(inner, run.index, run.clock, objectives=run.objectives)
    without = evaluate(inner, run.other, run.clock, objectives=run.objectives)
    return None if without is None or not with_them else without / with_them


def _share_down(measure: model.ShareDown, run: _Run) -> float | None:
    what = measure.share_down
    return cohorts.share_down(run.index, what.of, base=what.base, at=run.seconds(what.at))


_MEASURES: dict[type, Callable[[Any, _Run], float | None]] = {
    model.ShareDown: _share_down,
    model.UpShare: lambda m, run: cohorts.up_share(run.index, m.up_share.of, run.clock(m.up_share.since), run.clock(m.up_share.until)),
    model.DarkTime: lambda m, run: cohorts.dark_time(run.index, m.dark_time.of, m.dark_time.which),
    model.DownTime: lambda m, run: cohorts.down_seconds(run.index, m.down_time.of),
    model.ShareOfReturns: lambda m, run: cohorts.share_of_returns(
        run.index, m.share_of_returns.of, run.clock(m.share_of_returns.since), run.clock(m.share_of_returns.until)
    ),
    model.TimeWhen: _time_when,
    model.ShareBack: _share_back,
    model.Trails: lambda m, run: cohorts.trails(run.index, m.trails.of, m.trails.leader, m.trails.from_share, m.trails.to_share),
    model.Wait: _wait,
    model.WaitExceeds: lambda m, run: stations.first_exceeds(run.index.trace.waits.get(m.wait_exceeds.station, []), m.wait_exceeds.level),
    model.WaitSteepens: _wait_steepens,
    model.TenantMeasure: _tenant,
    model.DeadAddresses: _dead_addresses,
    model.Relative: _relative,
}


def unit_of(measure: Any) -> model.Unit:
    """What the value of a measure is: a clock time, a duration, a share, a bare number, or whether something holds."""
    if isinstance(measure, model.TimeWhen) and measure.time_when.since is not None:
        return "duration"
    if isinstance(measure, model.TenantMeasure) and measure.tenant.what == "worst_served":
        return "share"
    unit: model.Unit = measure.unit
    return unit


def expected(observation: model.Observation, clock: Clock) -> tuple[float, float] | None:
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


def _end(value: Any, unit: model.Unit, clock: Clock) -> float:
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


def inside(observation: model.Observation, values: Sequence[float | None], clock: Clock) -> bool | None:
    """Whether the simulated values over replications agree with the record; None where there is nothing to compare.

    The median lies in the interval, both ends included. For a single accident, of which one draw is on record, the interval and
    the simulated 5-95 % range meet. What holds or not agrees in at least 95 % of the replications. A replication in which the
    thing did not happen counts as beyond the upper end.
    """
    interval = expected(observation, clock)
    if interval is None or not values:
        return None
    unit = unit_of(observation.measure)
    if unit == "holds":
        agreeing = sum(value is not None and interval[0] <= value <= interval[1] for value in values)
        return agreeing >= HOLDS_IN * len(values) - _ROUNDING
    # The clock has a grain, and a difference of two times has two of them.
    slack = 2 * _TICK if unit in {"clock", "duration"} else _ROUNDING
    low, high = interval[0] - slack, interval[1] + slack
    found = spread(values)
    return found.p05 <= high and found.p95 >= low if observation.single else low <= found.p50 <= high
