"""What was impaired at one instant, and the instant at which a tenant was served worst. Shares lie in [0, 1], times are in seconds."""

import math
from collections.abc import Iterable

from simulator.measures.causes import Hop, chain
from simulator.measures.cohorts import number_down, units_of
from simulator.measures.curves import SLACK, Steps, lowest, value_at
from simulator.measures.index import TraceIndex

_WEIGHED = frozenset({"rotation", "withdrawn", "readmitted", "switched"})
_RUNS = frozenset({"serves", "up"})
_RESTS = frozenset({"stops_serving", "down", "stops"})


def worst_instant(curve: Steps) -> float | None:
    """The first instant at which the least is served; None where nothing was ever asked."""
    least = lowest(curve)
    if least is None:
        return None
    return next(t for t, value in zip(curve.times, curve.values, strict=True) if value <= least + SLACK)


def decline_chain(index: TraceIndex, users: str, instant: float) -> list[Hop]:
    """From the first fault to the change by which users, up to that instant, were last served less than before; empty where there is none.

    `users` are a tenant's, by its label, or one group of them.
    """
    before, last = index.baseline(users), -1
    for i in index.of(users, "served"):
        time, _, _, served, _, _ = index.trace.records[i]
        if time > instant:
            break
        if served < before:
            last = i
        before = served
    return chain(index, last) if last >= 0 else []


def impairment_at(index: TraceIndex, owners: Iterable[str], instant: float) -> dict[str, float]:
    """By owner what is impaired once everything of that instant has happened.

    Of a component the share of its units that is down, held by an open fault, or not served for want of what it needs, whichever is
    most; of a route the share of its calls that would meet a dead unit; of users the share of their demand that is answered no more.
    What did not serve from the start, or is switched off, is not impaired by not serving, only by faults of its own. Of what needs
    others and loses them bit by bit only the first bit is on record, so that its share is a lower bound until it serves again.
    """
    return {owner: _impaired(index, owner, instant) for owner in owners}


def running_at(index: TraceIndex, owner: str, instant: float) -> bool:
    """Whether something that does not run from the start runs at that instant."""
    changes = [change for _, change, _ in _until(index, owner, instant) if change in _RUNS | _RESTS]
    return bool(changes) and changes[-1] in _RUNS


def wait_at(index: TraceIndex, station: str, instant: float) -> float:
    """Seconds that a job arriving at a first-come station at that instant waits; 0 at any other."""
    known = [(time, wait) for time, wait in index.trace.waits.get(station, ()) if time <= instant]
    return max(0.0, known[-1][1] - (instant - known[-1][0])) if known else 0.0


def _until(index: TraceIndex, owner: str, instant: float) -> list[tuple[int, str, float]]:
    """(index, change, amount) of the owner's records up to that instant."""
    records = index.trace.records
    return [(i, records[i][1], records[i][3]) for i in index.by_owner.get(owner, ()) if records[i][0] <= instant]


def _impaired(index: TraceIndex, owner: str, instant: float) -> float:
    if owner in index.trace.curves:
        served = value_at(index.beyond(owner), instant)
        return 0.0 if math.isnan(served) else 1.0 - served
    faults: dict[int, float] = {}
    serving: list[float] = []
    off = False
    for i, change, amount in _until(index, owner, instant):
        # A unit that fails by itself has its number there, and goes down besides; a fault from outside holds a share of them all.
        if change == "fails" and index.trace.records[i][5] is None:
            faults[i] = amount
        elif change == "repaired":
            _close(faults, index.trace.records[i][4], amount)
        elif change in {"serves", "stops_serving"}:
            serving.append(amount if serving or change == "stops_serving" else -1.0)
        elif change in _WEIGHED:
            serving.append(1.0 - amount)
        off = change == "stops" or (off and change != "starts")
    shares = [0.0, *faults.values()]
    if not off:
        units = units_of(index, [owner])
        shares.append(value_at(number_down(index, [owner]), instant) / units if units > 0 else 0.0)
        # A first `serves` says that it did not serve from the start: it is not missed while it rests.
        shares.append(1.0 - serving[-1] if serving and serving[0] >= 0 else 0.0)
    # What is left of adding and subtracting shares of units is rounding.
    return min(1.0, round(max(shares), 9))


def _close(faults: dict[int, float], cause: int, share: float) -> None:
    """A fault that ends by itself is named as the cause; a repair ends them one by one, and says of which share."""
    ended = cause if cause in faults else next((i for i, s in faults.items() if s == share), -1)
    faults.pop(ended, None)
