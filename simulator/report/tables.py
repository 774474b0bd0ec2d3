"""Results as tables for people. Every one says that it is conditional on the incident, and which case its figures answer."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.report.baseline_notes import baseline_lines, marked, outage_level_of
from simulator.report.fidelity_documents import counted
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.wording import CASES, FIXED, as_written, clock, count, minutes, percent, placed, quantity, span

if TYPE_CHECKING:
    from simulator.ensemble.results import Explanation, Fidelity, FidelityRow, RunResult, Told

CONDITIONAL = "Conditional on this incident: what happens given that it does, and no forecast of how often."
WIDE = (
    "That is, the interval spans three quarters of all shares or of the simulated time, or its ends are five times apart; or so does the "
    "simulated range, where the verdict is by range."
)
_VERDICTS = (("inside", "green"), ("inside*", "green"), ("outside", "yellow"), ("outside*", "yellow"))


def run_lines(run: "RunResult", width: int | None) -> Iterator[Line]:
    """The measures of one replication, its outages, and how far the failure reached."""
    origin = run.origin
    yield from baseline_lines([run.baseline, *(group.baseline for group in run.groups)], width)
    yield from prose(f"{run.architecture} in {origin.scenario}", width)
    yield from prose(CONDITIONAL, width)
    yield from prose(placed(run.case, run.placement), width)
    yield from prose(f"Replication {run.replication} of seed {origin.seed}; one set of dice, no average.", width)
    recovered = "" if run.time_to_recover_minutes is None else f"{minutes(run.time_to_recover_minutes)} min"
    rows = [
        (f"outage, below {percent(outage_level_of(run))} served", f"{minutes(run.outage_minutes)} min"),
        ("time to recover", recovered),
        ("lost", f"{minutes(run.lost_minutes)} min"),
        ("lost user-hours", count(run.lost_minutes / 60 * run.users) if run.kind == "tenant" else ""),
        ("worst served", percent(run.worst_served)),
        ("lost writes", f"{minutes(run.data_loss_minutes)} min"),
    ]
    yield line("")
    table = Table(columns=(Column(head="measure"), Column(head="value", numeric=True)), rows=tuple(row for row in rows if row[1]))
    yield from laid_out(table, width)
    if run.groups:
        yield line("")
        yield from laid_out(_groups(run), width)
        if any(group.open_at_horizon for group in run.groups):
            yield from prose("* Still open when the simulated time ended: it lasts longer.", width)
    yield line("")
    yield from laid_out(_outages(run), width)
    if run.open_at_horizon:
        yield from prose("The last outage was still open when the simulated time ended.", width)
    yield from _warned(run, width)
    yield line("")
    columns = (Column(head="impaired"), Column(head="at the peak", numeric=True), Column(head="ever", numeric=True))
    reach = tuple((what.replace("_", " "), percent(radius.peak), percent(radius.ever)) for what, radius in run.blast_radius.items())
    yield from laid_out(Table(columns=columns, rows=reach), width)


def _warned(run: "RunResult", width: int | None) -> Iterator[Line]:
    for warning in run.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _groups(run: "RunResult") -> Table:
    heads = ("users", "outage", "lost user-hours", "worst")
    rows = tuple(
        (
            marked(group.name, group.baseline),
            count(group.users),
            f"{minutes(group.outage_minutes)} min{'*' if group.open_at_horizon else ''}",
            count(group.lost_minutes / 60 * group.users),
            percent(group.worst_served),
        )
        for group in run.groups
    )
    return Table(columns=(Column(head="group of users"), *(Column(head=head, numeric=True) for head in heads)), rows=rows)


def _outages(run: "RunResult") -> Table:
    start = run.origin.start

    def told(moment: datetime) -> str:
        return clock((moment - start).total_seconds(), start, seconds=True)

    rows = tuple((told(span.start), told(span.end), f"{minutes((span.end - span.start).total_seconds() / 60)} min") for span in run.outages)
    columns = (Column(head="outage from"), Column(head="until"), Column(head="lasts", numeric=True))
    return Table(columns=columns, rows=rows, title="" if rows else "No outage.")


def fidelity_lines(fidelity: "Fidelity", width: int | None) -> Iterator[Line]:
    """Every observation beside the simulated quantity, then what that amounts to, then why some lie outside."""
    count = fidelity.replications
    for origin in fidelity.origins:
        rows = [row for row in fidelity.rows if row.scenario == origin.scenario]
        says = f"{origin.scenario}: {count} replications, seed {origin.seed}; clock times in UTC{origin.start.isoformat()[-6:]}"
        yield from laid_out(_fidelity_table(rows, says, fidelity.seeds), width)
        yield line("")
    if fidelity.tenant is not None:
        told = len(fidelity.rows) or "no"
        yield from prose(f"{told} observations of {fidelity.tenant}; {fidelity.left_out} of other things left out", width)
    if any(row.single for row in fidelity.rows):
        yield from prose("* One accident of many: what agrees with the record has to meet the 5–95 % range, and not the median.", width)
    if any(row.happens_in is not None for row in fidelity.rows):
        yield from prose("In so many per cent: of the replications, those in which it happens; the figures are of these.", width)
    if fidelity.seeds > 1:
        last = fidelity.origins[0].seed + fidelity.seeds - 1 if fidelity.origins else fidelity.seeds
        text = f"Of {fidelity.seeds} seeds: with how many of the seeds up to {last}, of {count} replications each, the verdict is inside."
        yield from prose(text, width)
    for role, says in (("emergent", "emergent observations"), ("control", "controls")):
        found = counted(fidelity, role)
        ranged = f"; by medians {found['inside_by_median']}" if any(row.single and row.role == role for row in fidelity.rows) else ""
        yield from prose(f"{says}: {found['inside']} of {found['of']} inside{ranged}", width)
    yield from _worth(fidelity, width)
    for says, names in (("fitted numbers", fidelity.fitted_numbers), ("changed numbers", fidelity.changed_numbers)):
        yield from prose(f"{says}: {len(names)}{': ' if names else ''}{', '.join(names)}", width)
    reasons = [row for row in fidelity.rows if row.outside_because]
    if reasons:
        yield line("")
        yield line("outside because", "bold")
        for row in reasons:
            yield from prose(f"{row.scenario} {row.id}: {row.outside_because}", width, "  ")
    if fidelity.failures:
        yield line("")
        yield line("failed", "bold red")
        for failure in fidelity.failures:
            yield from prose(failure, width, "  ")


def _worth(fidelity: "Fidelity", width: int | None) -> Iterator[Line]:
    """Which emergent observations say little, and which verdicts hang on the seed."""
    rows = [row for row in fidelity.rows if row.role == "emergent" and row.inside is not None]
    several = len(fidelity.origins) > 1

    def name(row: "FidelityRow") -> str:
        return f"{row.id} ({row.start:%Y-%m-%d})" if several else row.id

    wide = [name(row) for row in rows if row.wide]
    if wide:
        found = counted(fidelity, "emergent")
        yield from prose(f"accept nearly anything: {', '.join(wide)}; without them {found['inside_of_demanding']} of "
                         f"{found['demanding']} inside. {WIDE}", width)  # fmt: skip
    for row in rows:
        if row.same_as is not None:
            yield from prose(f"counted once: {name(row)} reads the range of {row.same_as}", width)
    shaky = [f"{name(row)} {row.inside_in}" for row in rows if row.inside_in is not None and 0 < row.inside_in < fidelity.seeds]
    if fidelity.seeds > 1:
        yield from prose(f"not the same verdict with all {fidelity.seeds} seeds, inside in: {', '.join(shaky) or 'none'}", width)


def _fidelity_table(rows: Sequence["FidelityRow"], title: str, seeds: int) -> Table:
    varied = any(row.assumed_p05 is not None for row in rows)
    columns = [
        Column(head="id"),
        Column(head="what", prose=True),
        Column(head="documented", prose=True),
        Column(head="expected"),
        Column(head="simulated p50 [p05–p95]"),
        *([Column(head="assumed varied")] if varied else []),
        Column(head="role"),
        Column(head="confidence", prose=True),
        Column(head="verdict"),
        *([Column(head=f"of {seeds} seeds", numeric=True)] if seeds > 1 else []),
    ]
    cells = []
    for row in rows:
        expected = "" if row.expect is None else span(row.expect[0], row.expect[1], row.unit, row.start)
        if row.written is not None:
            expected = as_written(*row.written)
        assumed = span(row.assumed_p05, row.assumed_p95, row.unit, row.start) if row.unit != "holds" else _holding(row.assumed_holds_in)
        verdict = {True: "inside", False: "outside", None: ""}[row.inside] + ("*" if row.single and row.inside is not None else "")
        own = [row.id, row.what, row.documented, expected, _simulated(row), *([assumed] if varied else [])]
        often = [] if seeds == 1 else ["" if row.inside_in is None else str(row.inside_in)]
        cells.append((*own, row.role.replace("_", " "), row.confidence, verdict, *often))
    return Table(columns=tuple(columns), rows=tuple(cells), title=title, styles=_VERDICTS)


def _holding(share: float | None) -> str:
    return "holds" if share == 1.0 else "" if share is None else f"holds in {percent(share)}"


def _simulated(row: "FidelityRow") -> str:
    if row.p50 is None:
        return ""
    if row.unit == "holds":
        return _holding(row.holds_in)
    ends = (row.p05, row.p50, row.p95)
    largest = max((abs(end) for end in ends if end is not None and math.isfinite(end)), default=0.0)
    middle = quantity(row.p50, row.unit, row.start, like=largest)
    happens = "" if row.happens_in is None else f" in {percent(row.happens_in)}"
    return f"{middle} [{span(row.p05, row.p95, row.unit, row.start)}]{happens}"


def explanation_lines(explanation: "Explanation", width: int | None) -> Iterator[Line]:
    """Both chains of causes, each hop with its clock time and its mechanism."""
    run = explanation.run
    yield from baseline_lines([run.baseline], width)
    case = "placed where it stood" if run.case == FIXED else f"{run.case}: {CASES.get(run.case, '')}"
    yield from prose(f"{run.architecture} in {run.origin.scenario}, {case}", width)
    yield from prose(f"{CONDITIONAL} Replication {run.replication} of seed {run.origin.seed}.", width)
    yield from _warned(run, width)
    if not explanation.began:
        yield line("")
        yield from prose(f"No outage: it never serves less than {percent(outage_level_of(run))} of its demand.", width)
        return
    for title, chain in (("Why the first outage began", explanation.began), ("Why the last outage ended only then", explanation.ended)):
        if chain:
            yield line("")
            yield line(title, "bold")
            times = [clock(told.seconds, run.origin.start, seconds=True) for told in chain]
            for when, told in zip(times, chain, strict=True):
                yield from _hop(told, when.ljust(max(map(len, times))), width)
    if run.open_at_horizon:
        yield line("")
        still = "The last outage was still open when the simulated time ended"
        rest = ", and the run was carried on until it ended." if explanation.ended else ", nor did it end when the run was carried on."
        yield from prose(still + rest, width)


def _hop(told: "Told", when: str, width: int | None) -> Iterator[Line]:
    text = told.text + (f" [{told.mechanism}]" if told.mechanism else "")
    indent = "  " + " " * (len(when) + 2)
    lines = prose(text, width if width is None else max(width, len(indent) + 12), indent)
    first, *rest = (each.plain for each in lines)
    yield Line(spans=((f"  {when}  ", "dim"), (first[len(indent) :], "")))
    yield from (line(each) for each in rest)
