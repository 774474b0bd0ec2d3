"""Incidents times architectures as tables for people: one for each measure and case."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.report.baseline_notes import baseline_lines, marked_row, of_matrix
from simulator.report.clock import duration_text
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.matrix_wording import CHOSEN, CONDITIONAL, cost_text, dates, empty, is_open, least_hits, verdict, worth
from simulator.report.wording import ALONE, CASES, minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Cell, Figures, Matrix, Row
    from simulator.ensemble.results import Estimate

_BY_CHANCE = "†"
_EMPTY = "–"
LEGEND = (
    "Means over the replications with the 95 % interval of the mean, from 5 values on. Outage: below the objective; lost: of full "
    "service; users: share of its users not served at the worst moment. Cost: capacity over demand. Shares after the region: of the "
    "struck region's units, impaired at the worst moment."
)
STOOD = "Tenants: as means where they stood; one whose zones are not known, over all zones it may have got."


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """A table: which estimate of which figures of which rows it shows, and how."""

    kind: str
    title: str
    case: str
    says: str
    figures: Callable[["Cell"], "Figures | None"]
    of: Callable[["Figures"], "Estimate"]
    text: Callable[[float], str]


def _share(value: float) -> str:
    return percent(value).removesuffix(" %")


def _measures_of(kind: str, cases: Iterable[tuple[str, str, Callable[["Cell"], "Figures | None"]]]) -> tuple[_Measure, ...]:
    asked = tuple(cases)
    return tuple(
        _Measure(kind=kind, title=title, case=case, says=says, figures=figures, of=of, text=text)
        for title, of, text in _WHAT
        for case, says, figures in asked
    )


_WHAT: tuple[tuple[str, Callable[["Figures"], "Estimate"], Callable[[float], str]], ...] = (
    ("lost minutes", lambda f: f.lost_minutes, minutes),
    ("outage minutes", lambda f: f.outage_minutes, minutes),
    ("users not served, in %", lambda f: f.blast_radius_users, _share),
)
_MEASURES = _measures_of(
    "architecture", (("hit", CASES["hit"], lambda c: c.struck), ("average", CASES["average"], lambda c: c.expected))
)
_STOOD = _measures_of("tenant", (("tenants", "where they stood", lambda c: c.stood),))
_WORST = _Measure(
    kind="architecture", title="users not served, in %", case="hit", says="in the worst of these placements", figures=lambda c: c.struck,
    of=lambda f: f.blast_radius_users_worst_placement, text=_share,
)  # fmt: skip
_CLASSES = {
    "instances": "instances", "volumes": "volumes", "load_balancers": "load balancers", "load_balancer_nodes": "their nodes",
}


def matrix_lines(matrix: "Matrix", width: int | None) -> Iterator[Line]:
    """The incidents, what each way to spread was worth in them, then one table per measure and case."""
    yield from baseline_lines(of_matrix(matrix), width)
    yield from prose(_size(matrix), width)
    yield from prose(CONDITIONAL, width)
    counted = f"{matrix.replications} replication{'s' if matrix.replications != 1 else ''}"
    yield from prose(f"{counted}; seed {matrix.seed}. Each incident is counted within its own simulated time.", width)
    yield line("")
    yield from laid_out(_incidents(matrix), width)
    for day, one in zip(dates(matrix.incidents), matrix.incidents, strict=True):
        yield line("")
        yield line(day, "bold")
        yield from prose(f"{worth(one)} {verdict(one)}", width, "  ")
    for measure in _measures(matrix):
        yield line("")
        yield from laid_out(_table(matrix, measure), width)
    yield line("")
    yield from prose(_legend(matrix), width)
    if any(map(is_open, matrix.cells)):
        yield from prose("* In some replications an outage was still open when the simulated time ended: it lasts longer.", width)
    for text in (*empty(matrix), *(f"Warning: {warning}." for warning in matrix.warnings)):
        yield from prose(text, width)


def _size(matrix: "Matrix") -> str:
    tenants = sum(row.kind == "tenant" for row in matrix.rows)
    counts = ((len(matrix.incidents), "incident"), (len(matrix.rows) - tenants, "architecture"), (tenants, "tenant"))
    incidents, architectures, others = (f"{count} {word}{'s' if count != 1 else ''}" for count, word in counts)
    return f"{incidents} x {architectures}{f' and {others}' if tenants else ''}"


def _measures(matrix: "Matrix") -> Iterator[_Measure]:
    for measure in (*_MEASURES, *(_STOOD if any(row.kind == "tenant" for row in matrix.rows) else ())):
        yield measure
        if measure.of is _MEASURES[-1].of and measure.case == "hit" and _depends_on_placement(matrix):
            yield _WORST


def _depends_on_placement(matrix: "Matrix") -> bool:
    """Whether some architecture fares differently in different placements that are hit."""
    found = [cell.struck for cell in matrix.cells if cell.struck is not None]
    return any(one.blast_radius_users.mean != one.blast_radius_users_worst_placement.mean for one in found)


def _legend(matrix: "Matrix") -> str:
    parts = [LEGEND if matrix.replications > 1 else f"{ALONE} {LEGEND.partition('. ')[2]}"]
    if any(row.kind == "tenant" for row in matrix.rows):
        parts.append(STOOD)
    if any(one.reached for one in matrix.incidents):
        parts.append(CHOSEN)
    if any(one.by_chance for one in matrix.incidents):
        hits = least_hits(matrix)
        rest = f", as few as {hits} of {matrix.replications}" if hits else ""
        parts.append(f"{_BY_CHANCE} No zone fails, and chance says who is hit: hit are the replications in which it lost anything{rest}.")
    if any(cell.never_hit for cell in matrix.cells):
        parts.append(f"{_EMPTY} No place in it, or never hit by chance.")
    return " ".join(parts)


def _incidents(matrix: "Matrix") -> Table:
    classes = [name for name in _CLASSES if any(name in one.blast_radius for one in matrix.incidents)]
    columns = (
        Column(head="began"), Column(head="incident"), Column(head="simulated", numeric=True), Column(head="region"),
        *(Column(head=_CLASSES[name], numeric=True) for name in classes),
    )  # fmt: skip
    rows = tuple(
        (
            day, one.origin.scenario, duration_text(one.origin.horizon_seconds / 60), one.region,
            *(percent(one.blast_radius[name].peak.mean) if name in one.blast_radius else "" for name in classes),
        )
        for day, one in zip(dates(matrix.incidents), matrix.incidents, strict=True)
    )  # fmt: skip
    return Table(columns=columns, rows=rows)


def _table(matrix: "Matrix", measure: _Measure) -> Table:
    mark = "" if measure.case == "average" else _BY_CHANCE
    heads = [f"{day}{mark if one.by_chance else ''}" for day, one in zip(dates(matrix.incidents), matrix.incidents, strict=True)]
    columns = (Column(head=measure.kind), Column(head="cost", numeric=True), *(Column(head=head, numeric=True) for head in heads))
    rows = tuple(
        (marked_row(matrix, row), cost_text(row), *_cells(matrix, row, measure)) for row in matrix.rows if row.kind == measure.kind
    )
    return Table(columns=columns, rows=rows, title=f"{measure.title}, {measure.case}: {measure.says}")


def _cells(matrix: "Matrix", row: "Row", measure: _Measure) -> Iterator[str]:
    for one in matrix.incidents:
        figures = measure.figures(matrix.cell(one.origin.scenario, row))
        yield _EMPTY if figures is None else _cell(figures, measure)


def _cell(figures: "Figures", measure: _Measure) -> str:
    value = measure.of(figures)
    text = measure.text(value.mean) + ("*" if figures.open_at_horizon > 0 and measure.text is minutes else "")
    # What was never seen has a bound and no interval: a warning below says how far it goes for all of them.
    ends = [measure.text(end) for end in value.ci95 or ()] if not value.unseen else []
    # An interval that is too narrow to be told in these digits says nothing more.
    return text if len(set(ends)) < 2 else f"{text} [{', '.join(ends)}]"
