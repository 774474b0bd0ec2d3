"""The tenants of an incident, as tables for people: each beside what is on record about it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.report.baseline_notes import baseline_lines, marked
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import clock, count, percent, quantity, replayed

if TYPE_CHECKING:
    from simulator.ensemble.tenant_results import Documented, Tenancy, TenantRow
    from simulator.measures.agreement import Spread

INDENT = "  "
RECORD = "on record"
NOBODY = "This scenario brings no tenants along. Name some: azsim list tenants shows those of the catalogue."
LEGEND = (
    "Down: below its objective; from, to: the first fall below it and the last return; users out: not served at the worst moment. From, "
    "to, outage and users out are medians over the replications in which it was down; lost user-hours are the mean over all. First cause: "
    "where most of the chains begin that explain prints; a group for which none is told shares that of its tenant. In so many per cent: "
    "of the replications. Users: whatever the tenant's file counts as such, often an assumption, and as if all were active all the time."
)
_HEADS = ("users", "down", "from", "to", "outage", "users out", "lost user-hours")


def tenancy_lines(tenancy: "Tenancy", width: int | None) -> Iterator[Line]:
    """The figures of all tenants, then why each was down."""
    origin = tenancy.origin
    yield from baseline_lines([row.baseline for row in tenancy.rows], width)
    yield from prose(f"{origin.scenario}: {tenancy.summary}", width)
    if not tenancy.rows:
        yield from prose(NOBODY, width)
        return
    yield from prose(CONDITIONAL, width)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    zone = f"clock times in UTC{origin.start.isoformat()[-6:]}"
    counted = replayed(tenancy.replications, tenancy.stopped)
    yield from prose("; ".join([counted, f"seed {origin.seed}", zone, *switches]) + ".", width)
    yield line("")
    yield from laid_out(_figures(tenancy), width)
    yield line("")
    reasons = _reasons(tenancy)
    if reasons.rows:
        yield from laid_out(reasons, width)
        yield line("")
    yield from prose(LEGEND, width)
    for warning in tenancy.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _figures(tenancy: "Tenancy") -> Table:
    rows = []
    for row in tenancy.rows:
        rows.append((_name(row), *_simulated(row, tenancy.origin.start)))
        rows += [(_below(row), *cells) for one in row.record if any(cells := _documented(one, tenancy.origin.start))]
    return Table(columns=(Column(head="tenant"), *(Column(head=head, numeric=True) for head in _HEADS)), rows=tuple(rows))


def _name(row: "TenantRow") -> str:
    return marked(row.tenant if row.group is None else f"{INDENT}{row.group}", row.baseline)


def _below(row: "TenantRow") -> str:
    return f"{INDENT}{RECORD}" if row.group is None else f"{INDENT}{INDENT}{RECORD}"


def _simulated(row: "TenantRow", start: datetime) -> tuple[str, ...]:
    outage = None if row.outage_minutes is None else row.outage_minutes.p50 * 60.0
    return (
        count(row.users), _share(row.down), _time(row.since, start), _time(row.until, start), quantity(outage, "duration", start),
        count(row.users_affected.p50), count(row.lost_user_minutes.mean / 60.0),
    )  # fmt: skip


def _share(down: float) -> str:
    """`yes`, `no`, or in how many replications."""
    return {0.0: "no", 1.0: "yes"}.get(down) or f"in {percent(down)}"


def _time(spread: "Spread | None", start: datetime) -> str:
    if spread is None:
        return ""
    return "still down" if spread.p50 == float("inf") else clock(spread.p50, start)


def _documented(one: "Documented", start: datetime) -> tuple[str, ...]:
    times = ("" if at is None else clock(at, start) for at in (one.since, one.until))
    outage = None if one.outage_minutes is None else one.outage_minutes * 60.0
    return "", one.down, *times, quantity(outage, "duration", start), "", ""


def _reasons(tenancy: "Tenancy") -> Table:
    """Why each was down, of a group where it is for another reason than the tenant; and how many users are on record, in words."""
    rows = []
    whole = ""
    for row in tenancy.rows:
        cause = _cause(row)
        if row.group is None:
            whole = cause
        users = "; ".join(one.users for one in row.record if one.users)
        if row.group is not None and cause == whole:
            cause = ""
        if cause or users:
            name = row.tenant if row.group is None else f"{row.tenant}: {row.group}"
            rows.append((name, cause, users))
    columns = [Column(head="tenant"), Column(head="first cause", prose=True), Column(head="users on record", prose=True)]
    kept = [i for i in range(3) if i == 0 or any(row[i] for row in rows)]
    return Table(columns=tuple(columns[i] for i in kept), rows=tuple(tuple(row[i] for i in kept) for row in rows))


def _cause(row: "TenantRow") -> str:
    cause = row.first_cause
    if cause is None:
        return ""
    return cause.text if cause.share == 1.0 else f"{cause.text} (in {percent(cause.share)} of those)"
