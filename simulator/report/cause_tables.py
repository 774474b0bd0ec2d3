"""Causes ranked by the lost minutes that vanish without them, as a table for people, with what follows where they do not add up."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.wording import minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.attributing import Attribution, Gap
    from simulator.ensemble.results import Estimate

LEGEND = "Vanishes: lost minutes of full service that are not lost when this mechanism alone is off, under the same dice."
NEGATIVE = "Where the figure is negative, more is lost without it."


def cause_lines(found: "Attribution", width: int | None) -> Iterator[Line]:
    """The mechanisms by what vanishes without them, those that change nothing in one line, all together, and how these relate."""
    yield line("What the lost minutes hang on", "bold")
    times = f"{found.replications} replication{'s' if found.replications != 1 else ''}"
    switched = f" without {', '.join(found.origin.without)}" if found.origin.without else ""
    yield from prose(f"In {times} it loses {_value(found.lost_minutes)} min of full service on average{switched}.", width, "  ")
    if not found.causes and not found.idle:
        yield from prose("There are no mechanisms to switch off.", width, "  ")
        return
    if found.causes:
        yield line("")
        yield from laid_out(_table(found), width)
        yield line("")
    if found.idle:
        yield from prose(f"Without effect, each by itself: {', '.join(found.idle)}.", width)
    said = interaction(found)
    if said:
        yield from prose(said, width)
    if found.causes:
        negative = f" {NEGATIVE}" if any(one.vanishes.mean < 0 for one in found.causes) else ""
        yield from prose(f"{LEGEND}{negative}", width)


def _table(found: "Attribution") -> Table:
    sure = "" if found.together.ci95 is None else " [95 %]"
    columns = (
        Column(head="mechanism"), Column(head=f"vanishes{sure}", numeric=True), Column(head="of the loss", numeric=True),
        Column(head="what it does", prose=True),
    )  # fmt: skip
    rows = [(one.mechanism, _value(one.vanishes), _share(one.vanishes, found), one.summary) for one in found.causes]
    if len(found.causes) + len(found.idle) > 1:
        rows.append(("all together", _value(found.together), _share(found.together, found), ""))
    return Table(columns=columns, rows=tuple(rows))


def interaction(found: "Attribution") -> str:
    """In words, whether the mechanisms add up, need each other, or stand in for each other; empty where there is nothing to compare."""
    if len(found.causes) + len(found.idle) < 2 or not (found.causes or found.together.sure):
        return ""
    together, apart, gap = minutes(found.together.mean), minutes(found.one_by_one.mean), minutes(abs(found.overlap.mean))
    compared = f"Together they explain {together} min, one by one {apart} min"
    names = [one.mechanism for one in found.causes] or list(found.idle)
    two = len(names) == 2
    if not found.overlap.sure:
        told = "they add up" if found.overlap.mean == 0 or gap == "0.0" else "over so few replications the difference may be chance"
        return f"{compared}: {told}." if len(found.causes) > 1 else ""
    if found.overlap.mean > 0:
        whose = f"{names[0]} and {names[1]} need each other for these, and either of them off" if two else (
            "several need each other for these, and any one of them off"
        )  # fmt: skip
        return f"{compared}: {gap} min are counted more than once, because {whose} is enough to save them."
    whose = f"either of {names[0]} and {names[1]}" if two and not found.causes else "any one of several"
    return f"{compared}: {gap} min vanish only when more than one is off, because {whose} is enough to lose them."


def _value(value: "Estimate | Gap") -> str:
    return minutes(value.mean) + ("" if value.ci95 is None else f" [{minutes(value.ci95[0])}, {minutes(value.ci95[1])}]")


def _share(gap: "Gap", found: "Attribution") -> str:
    """Of the mean loss; nothing where nothing is lost."""
    return percent(gap.mean / found.lost_minutes.mean) if found.lost_minutes.mean > 0 else ""
