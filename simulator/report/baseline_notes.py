"""What is said before anything is said about an incident: who did not serve all of its demand before it, by how much, and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulator.report.layout import Line, prose
from simulator.report.plain import Cell
from simulator.report.wording import minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.baselines import Baseline
    from simulator.ensemble.matrix_results import Matrix, Row
    from simulator.ensemble.results import RunResult
    from simulator.ensemble.saving import Savings

MARK = "‡"
BASELINE_HEADS = ("baseline_served", "baseline_below_threshold", "baseline_lost_minutes", "baseline_reason")
_DRAWN = 3
"""Notes that a picture has room for."""


def marked(name: str, baseline: "Baseline | None") -> str:
    """The name of a row, with a mark where not all of its demand is served before the incident begins."""
    return f"{name} {MARK}" if baseline is not None and baseline.short else name


def outage_level_of(run: "RunResult") -> float:
    """The share served below which there is an outage in a run."""
    return run.objective if run.baseline is None else run.baseline.outage_level


def short_of(baselines: "Iterable[Baseline | None]") -> "list[Baseline]":
    """Those that do not serve all before the incident, each name once: over all of its placements, where rows tell these apart."""
    found: dict[str, Baseline] = {}
    for one in baselines:
        if one is not None and one.short and (one.name not in found or (found[one.name].everywhere and not one.everywhere)):
            found[one.name] = one
    return list(found.values())


def baselines_of(found: "Savings") -> "list[Baseline | None]":
    """Of the tenant as it was, of the architectures, and of each mitigation that changes what is served before the incident."""
    served = None if found.baseline is None else found.baseline.served
    others = [one.baseline for one in found.options if one.baseline is not None]
    return [found.baseline, *(one for one in others if one.served != served)]


def of_matrix(matrix: "Matrix") -> "list[Baseline]":
    """Of each row of a matrix; with the incident where it does not start alike in all of them."""
    found: list[Baseline] = []
    for row in matrix.rows:
        some = [
            (cell.incident, short)
            for cell in matrix.cells
            if (cell.kind, cell.name) == (row.kind, row.name)
            for short in short_of(figures.baseline for figures in cell.figures.values())
        ]
        alike = len({(one.served, one.reason) for _, one in some}) == 1 and len(some) == len(matrix.incidents)
        found += [one for _, one in some[:1]] if alike else [replace(one, name=f"{row.name} in {incident}") for incident, one in some]
    return found


def marked_row(matrix: "Matrix", row: "Row") -> str:
    """The name of a row of a matrix, with a mark where it does not serve all before any of the incidents."""
    cells = [cell for cell in matrix.cells if (cell.kind, cell.name) == (row.kind, row.name)]
    short = short_of(figures.baseline for cell in cells for figures in cell.figures.values())
    return marked(row.name, short[0] if short else None)


def text_of(one: "Baseline") -> str:
    """A paragraph on one that does not serve all of its demand before the incident begins."""
    served = f"{percent(one.served)} served{'' if one.everywhere else ' on average over its placements'}"
    because = f"{'' if one.everywhere else 'in the worst of them '}{one.reason}"
    if one.below_threshold:
        fact = f"is below its outage threshold before the incident begins: {served}, and the threshold is {percent(one.threshold)}"
        level = f" An outage is below {percent(one.outage_level)} served." if one.everywhere else (
            " An outage is below the threshold times what was served."
        )  # fmt: skip
    else:
        fact, level = f"does not serve all of its demand before the incident begins: {served}", ""
    without = f"Without any incident it loses {minutes(60.0 * (1.0 - one.served))} minutes of every hour."
    without += " All other figures are what the incident takes beyond that."
    return f"{MARK} {one.name} {fact}; {because}. {without}{level}"


def baseline_lines(baselines: "Iterable[Baseline | None]", width: int | None) -> Iterator[Line]:
    """The first lines of a table; none where everybody serves all of its demand before the incident begins."""
    for one in short_of(baselines):
        yield from prose(text_of(one), width)


def baseline_texts(baselines: "Iterable[Baseline | None]") -> tuple[str, ...]:
    """The first lines under the title of a picture."""
    some = short_of(baselines)
    more = len(some) - _DRAWN
    rest = (f"{MARK} {more} others do not serve all of their demand before the incident begins either: the table says why.",)
    return (*(text_of(one) for one in some[:_DRAWN]), *(rest if more > 0 else ()))


def baseline_document(one: "Baseline | None") -> dict[str, Any] | None:
    """What is served before the incident begins, for programs; `reason` is absent where it is all of the demand."""
    if one is None:
        return None
    return {"served": one.served, "below_threshold": one.below_threshold, "lost_minutes": one.lost_minutes, "reason": one.reason}


def baseline_cells(one: "Baseline | None") -> Sequence[Cell]:
    """The cells below `BASELINE_HEADS`."""
    return [None] * 4 if one is None else [one.served, one.below_threshold, one.lost_minutes, one.reason]
