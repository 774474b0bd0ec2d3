"""A tenant's outage: how long, until when, how deep, and what was lost for good. Seconds inside; the weights are the caller's.

An outcome is what an incident takes beyond what was missing before it (see `baselines`); of a curve alone, what is missing of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.measures.baselines import outage_level
from simulator.measures.curves import Interval, Steps, below, lost_seconds, lowest
from simulator.measures.index import TraceIndex, indexed

if TYPE_CHECKING:
    from simulator.engine.trace import Trace


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What one replication did to one tenant. Times and losses in seconds; weighted losses as named.

    `worst_served` is None where nothing was ever asked. An outage that is open at the horizon is counted up to there, and so is
    the time to recover: both are then lower bounds. `worst_served` is the least share of the demand that is served, `baseline` what was
    served before the incident, and `worst_taken` the most that the incident takes of it at one instant.
    """

    outages: tuple[Interval, ...]
    outage_seconds: float
    time_to_recover_seconds: float
    open_at_horizon: bool
    lost_seconds: float
    lost_requests: float
    lost_user_minutes: float
    worst_served: float | None
    data_loss_seconds: float
    baseline: float = 1.0
    worst_taken: float = 0.0


def outages(curve: Steps, objective: float) -> list[Interval]:
    """The intervals in which less than the objective is served."""
    return below(curve, objective)


def outage_seconds(curve: Steps, objective: float) -> float:
    """Total length of the outages, in seconds."""
    return sum(outage.length for outage in below(curve, objective))


def time_to_recover_seconds(curve: Steps, objective: float) -> float:
    """From the first instant below the objective to the last return above it, or to the horizon; 0 where there is no outage."""
    return _from_first_to_last(below(curve, objective))


def open_at_horizon(curve: Steps, objective: float) -> bool:
    """Whether the tenant is still below its objective when the run ends."""
    found = below(curve, objective)
    return bool(found) and found[-1].end == curve.end


def worst_served(curve: Steps) -> float | None:
    """The smallest share ever served; None where nothing was ever asked."""
    return lowest(curve)


def data_loss_seconds(trace: "Trace | TraceIndex", label: str) -> float:
    """Seconds of writes that a failover lost."""
    return indexed(trace).trace.writes_lost.get(label, 0.0)


def outcome(trace: "Trace | TraceIndex", label: str, *, objective: float, users: float = 1.0, calls: float = 1.0) -> Outcome:
    """All of it for one tenant, its users as a number and its calls per second. KeyError where the trace has no such tenant."""
    index = indexed(trace)
    before = index.baseline(label)
    curve = index.beyond(label)
    found = below(index.curve(label), outage_level(objective, before))
    lost = lost_seconds(curve)
    least = lowest(curve)
    return Outcome(
        outages=tuple(found),
        outage_seconds=sum(outage.length for outage in found),
        time_to_recover_seconds=_from_first_to_last(found),
        open_at_horizon=bool(found) and found[-1].end == curve.end,
        lost_seconds=lost,
        lost_requests=lost * calls,
        lost_user_minutes=lost / 60.0 * users,
        worst_served=lowest(index.curve(label)), baseline=before, worst_taken=0.0 if least is None else 1.0 - least,
        data_loss_seconds=data_loss_seconds(index, label),
    )


def _from_first_to_last(found: Sequence[Interval]) -> float:
    return found[-1].end - found[0].start if found else 0.0
