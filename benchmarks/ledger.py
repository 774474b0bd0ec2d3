"""What is measured, and what is aimed at: the table that a run of the benchmarks fills and prints at its end."""

from dataclasses import dataclass
from enum import Enum

from benchmarks.yardstick import TIMEOUTS


@dataclass(kw_only=True, frozen=True)
class Goal:
    """One line of the table. `unit` says what one is, `aim` is the most that it should come to; None where none is set."""

    what: str
    unit: str
    aim: float | None = None


class Line(Enum):
    """The lines of the table, in the order in which they are printed."""

    REPLICATION = Goal(what="one replication, eight architectures in all their placements", unit="bare timeouts", aim=TIMEOUTS)
    EVENT = Goal(what="the same, for each event", unit="bare timeouts")
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


@dataclass(kw_only=True, frozen=True)
class Entry:
    """What a line came to: once from the least times, which noise cannot lower, and once from the medians."""

    least: float
    median: float


_FIGURES = {1, 2, 4}


def table(entries: dict[Line, Entry]) -> list[str]:
    """The lines that were measured, as rows of a Markdown table."""
    rows: list[tuple[str, ...]] = [("what", "measured", "by medians", "unit", "aim", "met")]
    rows += [_row(line.value, entries[line]) for line in Line if line in entries]
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    rows.insert(1, tuple("-" * (w - 1) + (":" if k in _FIGURES else "-") for k, w in enumerate(widths)))
    return ["| " + " | ".join(_padded(row, widths)) + " |" for row in rows]


def _row(goal: Goal, entry: Entry) -> tuple[str, ...]:
    if goal.aim is None:
        return goal.what, _shown(entry.least), _shown(entry.median), goal.unit, "none", ""
    met = "yes" if entry.least <= goal.aim else f"no, {entry.least / goal.aim:.2f} times the aim"
    return goal.what, _shown(entry.least), _shown(entry.median), goal.unit, _shown(goal.aim), met


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    return [cell.rjust(w) if k in _FIGURES else cell.ljust(w) for k, (cell, w) in enumerate(zip(row, widths, strict=True))]
