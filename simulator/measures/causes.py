"""Why: the path from a change back to the first fault, each hop with its time, its mechanism and how long it took."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.measures.baselines import outage_level
from simulator.measures.curves import Interval, below, is_below
from simulator.measures.index import TraceIndex, indexed

if TYPE_CHECKING:
    from simulator.engine.trace import Trace

LONGEST_REPEAT = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One change on the way from a first fault to what it led to. Times in seconds; `waited` is the time since its cause.

    A stretch of hops that comes again and again is told once: `repeats` times, the last time at `last`.
    """

    index: int
    time: float
    change: str
    owner: str
    amount: float
    detail: object
    waited: float
    repeats: int = 1
    last: float


def chain(trace: "Trace | TraceIndex", index: int) -> list[Hop]:
    """From the first fault to this record. ValueError where a record names a cause that is not earlier than itself, or not all are kept."""
    if indexed(trace).trace.kept is not None:
        msg = "a chain of causes needs every record of its replication: replay it without `keep`"
        raise ValueError(msg)
    records = indexed(trace).trace.records
    hops: list[Hop] = []
    while index >= 0:
        time, change, owner, amount, cause, detail = records[index]
        if cause >= index:
            msg = f"record {index} ({change} {owner}) names record {cause} as its cause, which is not earlier"
            raise ValueError(msg)
        waited = time - records[cause][0] if cause >= 0 else 0.0
        hops.append(Hop(index=index, time=time, change=change, owner=owner, amount=amount, detail=detail, waited=waited, last=time))
        index = cause
    return hops[::-1]


def collapse(hops: list[Hop]) -> list[Hop]:
    """The same chain with repeated stretches of up to four hops told once; hops are the same when change and owner are."""
    for length in range(1, LONGEST_REPEAT + 1):
        hops = _collapse(hops, length)
    return hops


def _collapse(hops: list[Hop], length: int) -> list[Hop]:
    told: list[Hop] = []
    i = 0
    while i < len(hops):
        before, here = told[-length:], hops[i : i + length]
        if len(here) == length and [_key(h) for h in before] == [_key(h) for h in here]:
            told[-length:] = [replace(b, repeats=b.repeats + h.repeats, last=h.last) for b, h in zip(before, here, strict=True)]
            i += length
        else:
            told.append(hops[i])
            i += 1
    return told


def _key(hop: Hop) -> tuple[str, str]:
    return hop.change, hop.owner


def begin_chain(trace: "Trace | TraceIndex", label: str, objective: float) -> list[Hop]:
    """Why the tenant's first outage began; empty where there is none, or where it is there from the start. An outage is what the
    incident makes beyond the tenant's baseline.

    KeyError where the trace has no such tenant.
    """
    index = indexed(trace)
    level, found = _outages(index, label, objective)
    at = [i for i in _served(index, label, found[0].start) if is_below(index.trace.records[i][3], level)] if found else []
    return collapse(chain(index, at[0])) if at else []


def end_chain(trace: "Trace | TraceIndex", label: str, objective: float, before: float = math.inf) -> list[Hop]:
    """Why the tenant's last outage, of those that began before an instant, ended when it did; empty where there is none, or it is open."""
    index = indexed(trace)
    level, every = _outages(index, label, objective)
    found = [outage for outage in every if outage.start < before]
    at = [i for i in _served(index, label, found[-1].end) if not is_below(index.trace.records[i][3], level)] if found else []
    return collapse(chain(index, at[-1])) if at else []


def _outages(index: TraceIndex, label: str, threshold: float) -> tuple[float, list[Interval]]:
    """The share served below which there is an outage, and the outages."""
    level = outage_level(threshold, index.baseline(label))
    return level, below(index.curve(label), level)


def _served(index: TraceIndex, label: str, time: float) -> list[int]:
    return [i for i in index.of(label, "served") if index.trace.records[i][0] == time]
