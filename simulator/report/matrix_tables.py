"""Incidents times architectures as tables for people: one for each measure and case."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.report.clock import duration_text
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.matrix_wording import CONDITIONAL, dates, empty, is_open, least_hits, verdict, worth
from simulator.report.tables import ALONE
from simulator.report.wording import CASES, minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Cell, Figures, Matrix, Row
    from simulator.ensemble.results import Estimate

_BY_CHANCE = "†"
_EMPTY = "–"
LEGEND = (
    "Means over the replications, ± half of the 95 % interval of the mean. Outage: below the objective; lost: of full service; users: "
    "share of its users not served at the worst moment. Cost: capacity over demand. Shares after the region: of the struck region's units, "
    "impaired at the worst moment."
)
TENANTS = "Of the tenants here, those below their objective at the worst moment, and the share of all their users not served."
STOOD = "A tenant whose zones are known stands where it stood, in either case."


@dataclass(frozen=True, kw_only=True)
class _Measure:
    """A table: which estimate of which figures it shows, and how."""

    title: str
    case: str
    says: str
    figures: Callable[["Cell"], "Figures | None"]
    of: Callable[["Figures"], "Estimate"]
    text: Callable[[float], str]


def _share(value: float) -> str:
    return percent(value).removesuffix(" %")


_MEASURES = tuple(
    _Measure(title=title, case=case, says=CASES[case], figures=figures, of=of, text=text)
    for title, of, text in (
        ("lost minutes", lambda f: f.lost_minutes, minutes),
        ("outage minutes", lambda f: f.outage_minutes, minutes),
        ("users not served, in %", lambda f: f.blast_radius_users, _share),
    )
    for case, figures in (("hit", lambda c: c.struck), ("average", lambda c: c.expected))
)
_WORST = _Measure(
    title="users not served, in %", case="hit", says="in the worst of these placements", figures=lambda c: c.struck,
    of=lambda f: f.blast_radius_users_worst_placement, text=_share,
)  # fmt: skip
_CLASSES = {
    "instances": "instances", "volumes": "volumes", "load_balancers": "load balancers", "load_balancer_nodes": "their nodes",
    "tenants": "tenants", "tenant_users": "their users",
}  # fmt: skip


def matrix_lines(matrix: "Matrix", width: int | None) -> Iterator[Line]:
    """The incidents, what each way to spread was worth in them, then one table per measure and case."""
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
    for measure in _MEASURES:
        yield measure
        if measure.of is _MEASURES[-1].of and measure.case == "hit" and _depends_on_placement(matrix):
            yield _WORST


def _depends_on_placement(matrix: "Matrix") -> bool:
    """Whether some architecture fares differently in different placements that are hit."""
    found = [cell.struck for cell in matrix.cells if cell.struck is not None]
    return any(one.blast_radius_users.mean != one.blast_radius_users_worst_placement.mean for one in found)


def _legend(matrix: "Matrix") -> str:
    parts = [LEGEND if matrix.replications > 1 else f"{ALONE} {LEGEND.partition('. ')[2]}"]
    if any("tenants" in one.blast_radius for one in matrix.incidents):
        parts.append(TENANTS)
    if any("fixed" in cell.figures for cell in matrix.cells):
        parts.append(STOOD)
    if any(one.by_chance for one in matrix.incidents):
        hits = least_hits(matrix)
        rest = f", as few as {hits} of {matrix.replications}" if hits else ""
        parts.append(f"{_BY_CHANCE} No zone fails, and chance says who is hit: hit are the replications in which it lost anything{rest}.")
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
    mark = _BY_CHANCE if measure.case == "hit" else ""
    heads = [f"{day}{mark if one.by_chance else ''}" for day, one in zip(dates(matrix.incidents), matrix.incidents, strict=True)]
    columns = (Column(head="architecture"), Column(head="cost", numeric=True), *(Column(head=head, numeric=True) for head in heads))
    rows = tuple(
        (row.name, "" if row.cost_index is None else f"{row.cost_index:.1f}", *_cells(matrix, row, measure)) for row in matrix.rows
    )
    return Table(columns=columns, rows=rows, title=f"{measure.title}, {measure.case}: {measure.says}")


def _cells(matrix: "Matrix", row: "Row", measure: _Measure) -> Iterator[str]:
    for one in matrix.incidents:
        figures = measure.figures(matrix.cell(one.origin.scenario, row))
        yield _EMPTY if figures is None else _cell(figures, measure)


def _cell(figures: "Figures", measure: _Measure) -> str:
    value = measure.of(figures)
    text = measure.text(value.mean) + ("*" if figures.open_at_horizon > 0 and measure.text is minutes else "")
    if value.ci95 is None:
        return text
    # An interval that is cut where the quantity ends is told by its longer half.
    half = max(value.mean - value.ci95[0], value.ci95[1] - value.mean)
    return f"{text} ±{measure.text(half)}" if half > 0 else text
