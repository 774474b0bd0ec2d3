"""Cohorts over time: how many units are down, how they come back, and how long they were dark.

Several components together count as one cohort. A unit is down from its loss until it is up again; what was handed back
impaired is back only where the caller says so. Times in seconds, infinite where something did not happen before the horizon.
"""

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from simulator.measures.curves import SLACK, Steps, highest, mean, steps, value_at
from simulator.measures.index import Spell, TraceIndex

CountsFrom = Literal["up", "impaired"]
Owners = Sequence[str]


def spells_of(index: TraceIndex, owners: Owners) -> list[Spell]:
    """Every loss of every batch of these components."""
    return [spell for owner in dict.fromkeys(owners) for spell in index.spells(owner)]


def units_of(index: TraceIndex, owners: Owners) -> float:
    """All units of these components. A component that the run does not have, because a mechanism is off, has none."""
    return math.fsum(index.trace.units.get(owner, 0.0) for owner in dict.fromkeys(owners))


def ever_lost(spells: Sequence[Spell]) -> float:
    """Units that were lost at least once."""
    largest: dict[tuple[str, object], float] = {}
    for spell in spells:
        key = (spell.owner, spell.batch)
        largest[key] = max(spell.units, largest.get(key, 0.0))
    return math.fsum(largest.values())


def _returned(spell: Spell, counts_from: CountsFrom) -> float:
    return min(spell.back, spell.handed_back) if counts_from == "impaired" else spell.back


def _lost_and_down(spells: Sequence[Spell], counts_from: CountsFrom) -> list[tuple[float, float, float]]:
    """(instant, units lost at least once so far, units down), at every instant of change."""
    changes: list[tuple[float, float, float]] = []
    seen: set[tuple[str, object]] = set()
    for spell in sorted(spells, key=lambda s: s.lost):
        key = (spell.owner, spell.batch)
        changes.append((spell.lost, 0.0 if key in seen else spell.units, spell.units))
        seen.add(key)
        if (back := _returned(spell, counts_from)) < math.inf:
            changes.append((back, 0.0, -spell.units))
    found, lost, down = [], 0.0, 0.0
    for time, group in groupby(sorted(changes), key=lambda change: change[0]):
        for _, more_lost, more_down in group:
            lost += more_lost
            down += more_down
        # What is left of adding and subtracting the same shares of a unit is rounding.
        down = down if down > SLACK * lost else 0.0
        found.append((time, lost, down))
    return found


def number_down(index: TraceIndex, owners: Owners, counts_from: CountsFrom = "up") -> Steps:
    """Units down, over the run."""
    changes = _lost_and_down(spells_of(index, owners), counts_from)
    return steps([(0.0, 0.0), *((time, down) for time, _, down in changes)], end=index.horizon)


def share_down(index: TraceIndex, owners: Owners, *, base: Owners | None = None, at: float | None = None) -> float | None:
    """Units down over the units of `base` (of the components themselves, where left out), at an instant or at the worst moment."""
    units = units_of(index, owners if base is None else base)
    if units <= 0:
        return None
    curve = number_down(index, owners)
    down = highest(curve) if at is None else value_at(curve, at)
    return (down or 0.0) / units


def up_share(index: TraceIndex, owners: Owners, since: float, until: float) -> float | None:
    """Mean share of the units that is up over [since, until)."""
    units, down = units_of(index, owners), mean(number_down(index, owners), since, until)
    return None if units <= 0 or down is None else 1.0 - down / units


def returns(index: TraceIndex, owners: Owners) -> list[tuple[float, float]]:
    """(instant, units) of every return, in order."""
    return sorted((spell.back, spell.units) for spell in spells_of(index, owners) if spell.back < math.inf)


def share_of_returns(index: TraceIndex, owners: Owners, since: float, until: float) -> float | None:
    """The share of all returns, by units, that falls into [since, until); None where nothing returns."""
    found = returns(index, owners)
    total = math.fsum(units for _, units in found)
    return math.fsum(units for time, units in found if since <= time < until) / total if total > 0 else None


def first_reached(index: TraceIndex, owners: Owners, counts_from: CountsFrom = "up") -> list[tuple[float, float]]:
    """(share, instant): when each share of the units that were ever lost was first back; both rise."""
    spells = spells_of(index, owners)
    total = ever_lost(spells)
    found: list[tuple[float, float]] = []
    for time, lost, down in _lost_and_down(spells, counts_from):
        share = (lost - down) / total if total > 0 else 0.0
        if share > (found[-1][0] if found else 0.0) + SLACK:
            found.append((share, time))
    return found


def time_when(index: TraceIndex, owners: Owners, share: float, counts_from: CountsFrom = "up") -> float | None:
    """When this share of the units that were ever lost was first back; None where it never was, or nothing was lost."""
    time = _when(first_reached(index, owners, counts_from), share)
    return time if time < math.inf else None


def _when(reached: Sequence[tuple[float, float]], share: float) -> float:
    return next((time for s, time in reached if s >= share - SLACK), math.inf)


def share_back(index: TraceIndex, owners: Owners, *, at: float | None = None) -> float | None:
    """Of the units lost by an instant (by the horizon, where left out), the share that is back then; None before the first loss."""
    instant = index.horizon if at is None else at
    state = [(lost, down) for time, lost, down in _lost_and_down(spells_of(index, owners), "up") if time <= instant]
    return (state[-1][0] - state[-1][1]) / state[-1][0] if state and state[-1][0] > 0 else None


def share_back_within(index: TraceIndex, owners: Owners, span: float) -> float | None:
    """The share of all losses, by units, that were over within this many seconds of the unit's own loss."""
    spells = spells_of(index, owners)
    total = math.fsum(spell.units for spell in spells)
    return math.fsum(s.units for s in spells if s.back - s.lost <= span) / total if total > 0 else None


def dark_time(index: TraceIndex, owners: Owners, which: Literal["shortest", "longest"]) -> float | None:
    """Seconds from losing what a batch latches on until having it back, or until the horizon; of the batch named by `which`."""
    spans = [min(end, index.horizon) - start for spell in spells_of(index, owners) for start, end in spell.dark]
    return (min if which == "shortest" else max)(spans, default=None)


def trails(index: TraceIndex, owners: Owners, leader: Owners, from_share: float = 0.0, to_share: float = 1.0) -> bool | None:
    """Whether every share in a range is back later here than in the leader; None where there is nothing to compare.

    Shares that neither reaches before the horizon say nothing.
    """
    ours, theirs = first_reached(index, owners), first_reached(index, leader)
    # Both change only at the shares they reach: between two of these nothing new can be seen.
    shares = sorted({from_share, to_share, *(s for s, _ in ours), *(s for s, _ in theirs)})
    pairs = [(_when(ours, s), _when(theirs, s)) for s in shares if from_share <= s <= to_share and s > 0]
    told = [(us, them) for us, them in pairs if min(us, them) < math.inf]
    return all(us > them for us, them in told) if told else None


def down_seconds(index: TraceIndex, owners: Owners) -> float:
    """Seconds in which at least one of these components, stations or stocks does not serve in full."""
    changes: list[tuple[float, int]] = []
    for owner in dict.fromkeys(owners):
        serving = True
        for position, i in enumerate(index.of(owner, "stops_serving", "serves")):
            time, change = index.trace.records[i][:2]
            if position == 0 and change == "serves":
                changes.append((0.0, 1))
                serving = False
            if serving != (change == "serves"):
                serving = not serving
                changes.append((time, -1 if serving else 1))
    total, failing, since = 0.0, 0, 0.0
    for time, change_in_failing in sorted(changes):
        if failing > 0:
            total += time - since
        failing, since = failing + change_in_failing, time
    return total + (index.horizon - since if failing > 0 else 0.0)


def share_lost(index: TraceIndex, owners: Owners, since: float, until: float) -> float | None:
    """Units that go down within [since, until), over all units; what goes down twice counts twice."""
    units = units_of(index, owners)
    lost = math.fsum(spell.units for spell in spells_of(index, owners) if since <= spell.lost < until)
    return lost / units if units > 0 else None


def time_up(index: TraceIndex, owners: Owners, share: float) -> float | None:
    """When so many units, of those that were not up from the start, were up for the first time; None where they never were."""
    records, up = index.trace.records, 0.0
    changes = sorted(i for owner in dict.fromkeys(owners) for i in index.of(owner, "up", "down"))
    for i in changes:
        time, change, _, amount, _, _ = records[i]
        up += amount if change == "up" else -amount
        if change == "up" and up >= share * units_of(index, owners) * (1 - SLACK):
            return time
    return None


def served_curve(index: TraceIndex, owner: str) -> Steps:
    """The share that a component, a stock or a station with room serves, over the run; what has no record serves all the time."""
    changes = [index.trace.records[i] for i in index.of(owner, "stops_serving", "serves")]
    first = 0.0 if changes and changes[0][1] == "serves" else 1.0
    return steps([(0.0, first), *((r[0], r[3]) for r in changes)], end=index.horizon)


def served_share(index: TraceIndex, owners: Owners, since: float, until: float) -> float | None:
    """Mean share that components with live requirements serve over [since, until), averaged over the components."""
    means = [mean(served_curve(index, owner), since, until) for owner in dict.fromkeys(owners)]
    known = [m for m in means if m is not None]
    return math.fsum(known) / len(known) if known else None
