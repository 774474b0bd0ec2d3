"""What is measured, and what is aimed at: the table that a run of the benchmarks fills and prints at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(kw_only=True, frozen=True)
class Goal:
    """One line of the table. `unit` says what one is, `aim` is the most that it should come to; None where none is set."""

    what: str
    unit: str
    aim: float | None = None


class Line(Enum):
    """The lines of the table, in the order in which they are printed."""

    REPLICATION = Goal(what="one replication, eight architectures in all their placements", unit="bare timeouts", aim=10_000)
    PLAIN = Goal(what="the same, in plain Python instead of compiled", unit="times the time")
    EVENT = Goal(what="the same, for each event", unit="bare timeouts")
    EVENT_IN_CALLBACKS = Goal(what="the same, for each event", unit="heapq callbacks")
    THOUSAND = Goal(what="azsim compare, 1,000 replications, from start to end", unit="bare timeouts", aim=10_000_000)
    TWO_WORKERS = Goal(what="the same, two workers instead of one", unit="times the time", aim=1 / 1.8)
    DASK = Goal(what="the same, two workers of Dask instead of two processes", unit="times the time", aim=1.15)
    UNITS = Goal(what="unit counts × 10,000", unit="times the time", aim=1.1)
    ONE_TO_EIGHT = Goal(what="eight architectures instead of one", unit="times the time", aim=2.0)
    NONE_TO_EIGHT = Goal(what="eight architectures instead of none", unit="times the time")
    PART_OF_WORLD = Goal(what="1,000 components instead of 100, one room fails", unit="times the time", aim=10.0)
    ALL_OF_WORLD = Goal(what="1,000 components instead of 100, all rooms fail", unit="times the time", aim=10.0)
    BUILDING = Goal(what="1,000 components instead of 100, reading and compiling", unit="times the time", aim=10.0)
    PEOPLE = Goal(what="a population of a million tenants, one replication", unit="bare timeouts", aim=5_000_000)
    MORE_PEOPLE = Goal(what="a million tenants instead of 10,000, per tenant", unit="times the time", aim=1.0)
    ROOM = Goal(what="memory of a process with a million tenants", unit="MB", aim=1500)
    HELP = Goal(what="cold start of azsim --help", unit="python -c 'import click'", aim=3.0)
    COMPARE = Goal(what="cold start of azsim compare, one replication", unit="python -c pass")
    HUNDRED = Goal(what="bare SimPy, 100 processes, for each timeout", unit="bare timeouts")
    TEN_THOUSAND = Goal(what="bare SimPy, 10,000 processes, for each timeout", unit="bare timeouts")
    CALLBACK = Goal(what="plain heapq loop, one callback waiting, for each", unit="bare timeouts")
    HUNDRED_CALLBACKS = Goal(what="plain heapq loop, 100 callbacks waiting, for each", unit="bare timeouts")
    TEN_THOUSAND_CALLBACKS = Goal(what="plain heapq loop, 10,000 callbacks waiting, for each", unit="bare timeouts")
    THREE = Goal(what="2 of 3 with repair in azsim, for each failure or repair", unit="bare timeouts")
    THREE_THERE = Goal(what="2 of 3 with repair in AvailSim4, for each failure or repair", unit="bare timeouts")
    THREE_INSTEAD = Goal(what="2 of 3, AvailSim4 instead of azsim, for each failure", unit="times the time")
    THIRTY = Goal(what="20 of 30 with repair in azsim, for each failure or repair", unit="bare timeouts")
    THIRTY_THERE = Goal(what="20 of 30 with repair in AvailSim4, for each failure or repair", unit="bare timeouts")
    THIRTY_INSTEAD = Goal(what="20 of 30, AvailSim4 instead of azsim, for each failure", unit="times the time")
    OUTAGES = Goal(what="two servers out in turn in azsim, one replication", unit="bare timeouts")
    REQUEST = Goal(what="two servers out in turn in AsyncFlow, for each request", unit="bare timeouts")
    REQUEST_EVENT = Goal(what="the same, for each of its SimPy events", unit="bare timeouts")
    OUTAGES_INSTEAD = Goal(what="two servers out in turn, AsyncFlow instead of azsim", unit="times the time")


@dataclass(kw_only=True, frozen=True)
class Entry:
    """What a line came to: once from the least times, which noise cannot lower, and once from the medians."""

    least: float
    median: float


@dataclass(kw_only=True, frozen=True)
class LeftOut:
    """A line that could not be measured here, and why."""

    why: str


_FIGURES = {1, 2, 4}


def table(entries: Mapping[Line, Entry | LeftOut]) -> list[str]:
    """The lines that were measured or left out, as rows of a Markdown table."""
    rows: list[tuple[str, ...]] = [("what", "measured", "by medians", "unit", "aim", "met")]
    rows += [_row(line.value, entries[line]) for line in Line if line in entries]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    rows.insert(1, tuple("-" * (w - 1) + (":" if k in _FIGURES else "-") for k, w in enumerate(widths)))
    return ["| " + " | ".join(_padded(row, widths)) + " |" for row in rows]


def _row(goal: Goal, entry: Entry | LeftOut) -> tuple[str, ...]:
    if isinstance(entry, LeftOut):
        return goal.what, "", "", goal.unit, "none" if goal.aim is None else _shown(goal.aim), f"not measured: {entry.why}"
    if goal.aim is None:
        return goal.what, _shown(entry.least), _shown(entry.median), goal.unit, "none", ""
    met = "yes" if entry.least <= goal.aim else f"no, {entry.least / goal.aim:.2f} times the aim"
    return goal.what, _shown(entry.least), _shown(entry.median), goal.unit, _shown(goal.aim), met


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    return [cell.rjust(w) if k in _FIGURES else cell.ljust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))]
