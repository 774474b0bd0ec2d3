"""Measures, taken: what an observation speaks of, worked out from the trace of one replication."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol

from simulator.measures import cohorts, outages, spreading, stations
from simulator.measures.baselines import level_beyond
from simulator.measures.curves import SLACK, Steps, below, highest, lowest
from simulator.measures.index import TraceIndex, indexed
from simulator.model import measure as model

if TYPE_CHECKING:
    from simulator.engine.trace import Trace

Clock = Callable[[str], float]
"""Turns a clock time of the scenario, or a duration after its start, into seconds since the start."""

DEFAULT_OBJECTIVE = 0.95


class SeveralRuns(Protocol):
    """A replication in which some tenants have a run of the world of their own."""

    def speaking_of(self, measure: Any) -> TraceIndex:
        """The run that holds what a measure speaks of."""


Runs = TraceIndex | SeveralRuns


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """What a measure may look at."""

    index: TraceIndex
    whole: Runs
    clock: Clock
    other: Runs | None
    objectives: Mapping[str, float]
    users: Mapping[str, float]

    def seconds(self, text: str | None) -> float | None:
        return None if text is None else self.clock(text)

    def from_(self, text: str | None, time: float | None) -> float | None:
        """An instant, measured from a clock time where one is given."""
        since = self.seconds(text)
        return time if time is None or since is None else time - since


def evaluate(
    measure: Any,
    trace: "Trace | Runs",
    clock: Clock,
    *,
    other: "Trace | Runs | None" = None,
    objectives: Mapping[str, float] | None = None,
    users: Mapping[str, float] | None = None,
) -> float | None:
    """The simulated value of a measure in one replication; None where it is undefined or did not happen before the horizon.

    Seconds for durations and, since the start, for clock times; 1 or 0 for what holds or not. `other` is the run of a `relative`
    measure, switched otherwise, on the same dice; ValueError where it is missing. `objectives` and `users` are the tenants', by label;
    those of a group of users stand under `tenant:group`.
    """
    whole = _runs(trace)
    run = _Run(
        index=whole if isinstance(whole, TraceIndex) else whole.speaking_of(measure), whole=whole, clock=clock,
        other=None if other is None else _runs(other), objectives=objectives or {}, users=users or {},
    )  # fmt: skip
    value = _MEASURES[type(measure)](measure, run)
    return None if value is None else float(value)


def _runs(trace: "Trace | Runs") -> Runs:
    return trace if isinstance(trace, TraceIndex) or hasattr(trace, "speaking_of") else indexed(trace)


def _time_when(measure: model.TimeWhen, run: _Run) -> float | None:
    what = measure.time_when
    return run.from_(what.since, cohorts.time_when(run.index, what.of, what.share, what.counts_from))


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
    label = what.tenant if what.group is None else f"{what.tenant}:{what.group}"
    objective = run.objectives.get(what.tenant, DEFAULT_OBJECTIVE)
    if what.what in _INSTANTS:
        level = level_beyond(objective if what.below is None else what.below, run.index.baseline(label))
        return _INSTANTS[what.what](run.index.beyond(label), level)
    curve = run.index.curve(label)
    found = outages.outcome(run.index, label, objective=objective, users=run.users.get(label, 1.0))
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
        "user_hours": found.lost_user_minutes / 60.0,
    }[what.what]


def _starts(curve: Steps, level: float) -> float | None:
    found = below(curve, level)
    return found[0].start if found else None


def _ends(curve: Steps, level: float) -> float | None:
    found = below(curve, level)
    return found[-1].end if found and found[-1].end < curve.end else None


def _mostly_back(curve: Steps, level: float) -> float | None:
    """When less than half of the largest loss is left for good; None where it never fell below the level, or is there still."""
    worst = lowest(curve)
    return None if worst is None or worst >= level - SLACK else _ends(curve, (1.0 + worst) / 2.0)


_INSTANTS: dict[str, Callable[[Steps, float], float | None]] = {"starts": _starts, "ends": _ends, "mostly_back": _mostly_back}


def _dead_addresses(measure: model.DeadAddresses, run: _Run) -> float:
    records = run.index.trace.records
    # Each of these changes what clients are told, and carries the share of it that leads to the dead from then on.
    told = run.index.of(measure.dead_addresses.route, "rotation", "withdrawn", "readmitted", "switched")
    return max((records[i][3] for i in told), default=0.0)


def _inside(measure: Any, run: _Run, other: Runs | None = None) -> float | None:
    """The value of a measure that stands inside another one; of a relative one also in the second run."""
    return evaluate(measure, other or run.whole, run.clock, objectives=run.objectives, users=run.users)


def _relative(measure: model.Relative, run: _Run) -> float | None:
    what = measure.relative
    if run.other is None:
        msg = f"a relative measure needs the run with {', '.join((*what.without, *what.with_))} switched"
        raise ValueError(msg)
    first, second = _inside(what.of, run), _inside(what.of, run, run.other)
    return None if second is None or not first else second / first


def _ratio(measure: model.Ratio, run: _Run) -> float | None:
    over, of = _inside(measure.ratio.over, run), _inside(measure.ratio.of, run)
    return None if of is None or not over else of / over


def _in_order(measure: model.InOrder, run: _Run) -> bool | None:
    times = [_inside(m, run) for m in measure.in_order.of]
    if any(time is None for time in times):
        return None
    known = [time for time in times if time is not None]
    return all(b >= a - measure.in_order.slack - SLACK for a, b in pairwise(known))


def _time_of_worst(measure: model.TimeOfWorst, run: _Run) -> float | None:
    curve = cohorts.number_down(run.index, measure.time_of_worst.of)
    worst = highest(curve)
    return None if not worst else next(t for t, v in zip(curve.times, curve.values, strict=True) if v >= worst - SLACK * worst)


def _first_loss(measure: model.FirstLoss, run: _Run) -> float | None:
    return min((spell.lost for spell in cohorts.spells_of(run.index, measure.first_loss.of)), default=None)


def _time_up(measure: model.TimeUp, run: _Run) -> float | None:
    what = measure.time_up
    return run.from_(what.since, cohorts.time_up(run.index, what.of, what.at_least))


def _time_down(measure: model.TimeDown, run: _Run) -> float | None:
    what = measure.time_down
    return run.from_(what.since, spreading.time_down(run.index, what.of, what.at_least, base=what.base))


def _more_down(measure: model.MoreDown, run: _Run) -> bool | None:
    what = measure.more_down
    until = run.seconds(what.until)
    return spreading.more_down(
        run.index, what.of, what.than, run.seconds(what.since) or 0.0, run.index.horizon if until is None else until
    )


def _first_unserved(measure: model.FirstUnserved, run: _Run) -> float | None:
    what = measure.first_unserved
    return run.from_(what.since, spreading.first_unserved(run.index, what.of, run.seconds(what.after) or 0.0))


def _first_served(measure: model.FirstServed, run: _Run) -> float | None:
    what = measure.first_served
    return run.from_(what.since, spreading.first_served(run.index, what.of, run.seconds(what.after) or 0.0))


def _share_down(measure: model.ShareDown, run: _Run) -> float | None:
    what = measure.share_down
    return cohorts.share_down(run.index, what.of, base=what.base, at=run.seconds(what.at))


_MEASURES: dict[type, Callable[[Any, _Run], float | None]] = {
    model.ShareDown: _share_down,
    model.UpShare: lambda m, run: cohorts.up_share(run.index, m.up_share.of, run.clock(m.up_share.since), run.clock(m.up_share.until)),
    model.ServedShare: lambda m, run: cohorts.served_share(
        run.index, m.served_share.of, run.clock(m.served_share.since), run.clock(m.served_share.until)
    ),
    model.ShareLost: lambda m, run: cohorts.share_lost(
        run.index, m.share_lost.of, run.clock(m.share_lost.since), run.clock(m.share_lost.until)
    ),
    model.TimeUp: _time_up,
    model.TimeDown: _time_down,
    model.Rises: lambda m, run: spreading.rises(run.index, m.rises.of, run.clock(m.rises.since), run.clock(m.rises.until)),
    model.MoreDown: _more_down,
    model.LostForGood: lambda m, run: spreading.lost_for_good(run.index, m.lost_for_good.of, base=m.lost_for_good.base),
    model.FirstUnserved: _first_unserved,
    model.FirstServed: _first_served,
    model.TimeOfWorst: _time_of_worst,
    model.FirstLoss: _first_loss,
    model.InOrder: _in_order,
    model.Ratio: _ratio,
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
