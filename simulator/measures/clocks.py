"""What many people who ask at many instants get of the world's stations and control planes: how long they wait, when they are heard.

Everything is worked out from the trace of one replication; those who ask add nothing to the load. Times in seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from simulator.measures.curves import Steps, steps
from simulator.measures.index import TraceIndex

Floats = NDArray[np.float64]
_MOST_ASKS = 10_000


def served_curve(index: TraceIndex, owner: str) -> Steps:
    """The share that something of the world serves over the run; what first begins to serve did not before."""
    changes = [index.trace.records[i] for i in index.of(owner, "stops_serving", "serves")]
    first = 0.0 if changes and changes[0][1] == "serves" else 1.0
    return steps([(0.0, first), *((record[0], record[3]) for record in changes)], end=index.horizon)


def need_curve(
    index: TraceIndex, need: Callable[[Sequence[float]], float], reads: Sequence[int], owners: Sequence[str], values: Sequence[float]
) -> Steps:
    """The share that a requirement serves over the run: `need` takes the served shares of all nodes, and depends on those it `reads`.

    `values` are the shares that all nodes serve at the start.
    """
    now = list(values)
    changes = sorted((i, node) for node in set(reads) for i in index.of(owners[node], "stops_serving", "serves"))
    points = [(0.0, need(now))]
    for i, node in changes:
        now[node] = index.trace.records[i][3]
        points.append((index.trace.records[i][0], need(now)))
    return steps(points, end=index.horizon)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Time that runs only as fast as something serves: `reading[i]` at `times[i]`, straight in between, the last `rate` from then on."""

    times: Floats
    reading: Floats
    rates: Floats

    def at(self, t: Floats) -> Floats:
        i = np.maximum(np.searchsorted(self.times, t, side="right") - 1, 0)
        return np.asarray(self.reading[i] + (t - self.times[i]) * self.rates[i])

    def reaches(self, reading: Floats) -> Floats:
        """When the clock first shows this reading; infinite where it never does."""
        # A clock that stands still shows the reading at which it stands when it gets there, and not when it goes on.
        i = np.clip(np.searchsorted(self.reading, reading, side="left") - 1, 0, len(self.reading) - 1)
        ahead, rate = reading - self.reading[i], self.rates[i]
        with np.errstate(divide="ignore", invalid="ignore"):
            late = np.where(ahead > 0, np.where(rate > 0, ahead / np.where(rate > 0, rate, 1.0), np.inf), 0.0)
        return np.asarray(self.times[i] + late)


def clock_of(curve: Steps, rate: Callable[[Floats], Floats] = lambda served: served) -> Clock:
    """The clock whose speed is a function of what a curve shows."""
    times, rates = np.array(curve.times), rate(np.array(curve.values))
    spans = np.array([b - a for a, b in pairwise(curve.times)])
    return Clock(times=times, reading=np.concatenate(([0.0], np.cumsum(spans * rates[:-1]))), rates=rates)


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """A first-come station: when work begins and ends that somebody brings without weight."""

    entries: Floats
    waits: Floats
    """At each entry how long a job would wait that arrives just then, in the station's own time."""
    clock: Clock

    def done(self, since: Floats, work: Floats) -> Floats:
        """When a job that arrives at each of these instants has been worked on; infinite where it never is."""
        finite = np.isfinite(since)
        begun = self.clock.at(np.where(finite, since, 0.0))
        i = np.searchsorted(self.entries, since, side="right") - 1
        known = i >= 0
        waits = np.zeros(len(since))
        if known.any():
            j = i[known]
            waits[known] = np.maximum(0.0, self.waits[j] - (begun[known] - self.clock.at(self.entries[j])))
        ends = self.clock.reaches(begun + waits + work)
        return np.where(finite, np.maximum(ends, since), np.inf)


def queue_of(waits: Sequence[tuple[float, float]], served: Steps, capacity: float) -> Queue:
    """The queue of a station, from its entries of the trace and the share that what it requires serves; `capacity` is that at the start.

    An entry says how long a job waits at the speed of that instant; work is done at `capacity`.
    """
    clock = clock_of(served)
    entries = np.array([at for at, _ in waits], dtype=np.float64)
    speed = clock.rates[np.maximum(np.searchsorted(clock.times, entries, side="right") - 1, 0)] if len(entries) else entries
    scaled = Clock(times=clock.times, reading=clock.reading * capacity, rates=clock.rates * capacity)
    return Queue(entries=entries, waits=np.array([wait for _, wait in waits], dtype=np.float64) * speed * capacity, clock=scaled)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gate:
    """A control plane that is asked until it does what it is asked: at once where it serves in full, else by chance at each ask."""

    curve: Steps

    def opens(self, since: Floats, poll: float, marks: Floats) -> Floats:
        """When it does it for those who first ask at each of these instants, and then every `poll` seconds; infinite where it never does.

        `marks` are exponential draws with mean 1: asking goes on until the summed -log(1 - share served) of the asks exceeds the mark.
        """
        full = np.array(self.curve.values) >= 1.0
        times = np.array([*self.curve.times, self.curve.end])
        opening = np.where(full, times[:-1], np.inf)
        # For each piece of the curve, when one that serves in full begins next.
        following = np.minimum.accumulate(opening[::-1])[::-1]
        heard = self._by_chance(since, poll, marks)
        asked = since.copy()
        for _ in range(_MOST_ASKS):
            i = np.clip(np.searchsorted(times, asked, side="right") - 1, 0, len(full) - 1)
            found = np.where(full[i] & (asked < times[-1]), asked, np.where(asked < times[-1], following[i], np.inf))
            if poll > 0:
                with np.errstate(invalid="ignore"):
                    found = np.where(np.isfinite(found), since + np.ceil((found - since) / poll - 1e-9) * poll, np.inf)
            done = ~np.isfinite(found) | (found >= heard)
            j = np.clip(np.searchsorted(times, found, side="right") - 1, 0, len(full) - 1)
            done |= full[j]
            asked = found
            if done.all():
                break
        return np.minimum(asked, heard)

    def _by_chance(self, since: Floats, poll: float, marks: Floats) -> Floats:
        partly = [v for v in self.curve.values if 0.0 < v < 1.0]
        if not partly or poll <= 0:
            return np.full(len(since), np.inf)
        clock = clock_of(self.curve, lambda v: np.where(v < 1.0, -np.log1p(-np.where(v < 1.0, v, 0.0)), 0.0) / poll)
        finite = np.isfinite(since)
        begun = np.where(finite, since, 0.0)
        # The ask with which the sum exceeds the mark is the last one before the clock would show it.
        asks = np.ceil((np.minimum(clock.reaches(clock.at(begun) + marks), self.curve.end + poll) - begun) / poll) - 1
        heard = begun + np.maximum(asks, 0.0) * poll
        return np.where(finite & (heard < self.curve.end), heard, np.inf)
