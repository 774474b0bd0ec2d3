"""What an incident did to a population of tenants, as tables for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import count, percent, quantity

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult, PopulationRow
    from simulator.ensemble.results import Estimate

ALL = "all"
LEGEND = (
    "Share: of all tenants. Down: serving less than the objective, ever or at one time; by users a tenant counts with all "
    "of its own. Outage: of the tenants that were down, the median of them and the middle 90 %; lost user-hours count users by the share "
    "of their demand that is not served. Each is the median over replications; in brackets its 5–95 % range over them."
)
ASSUMED = "How tenants are deployed is assumed, class by class: the file of the population says with which ranges, and why."


def population_lines(found: "PopulationResult", width: int | None) -> Iterator[Line]:
    """All tenants and each class: how many were down, for how long, and what was lost."""
    origin = found.origin
    yield from prose(f"{origin.scenario}: {found.summary}", width)
    yield from prose(CONDITIONAL, width)
    times = found.replications
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    counted = f"{times} replication{'s' if times != 1 else ''}"
    tenants = f"{found.rows[0].tenants:,} tenants of the population {found.population}"
    yield from prose("; ".join([tenants, counted, f"seed {origin.seed}", f"objective {percent(found.objective)}", *switches]) + ".", width)
    written = sum(found.shares_as_written.values())
    scaled = "" if abs(written - 1.0) < 1e-9 else f" The shares there sum to {percent(written)}, and are scaled to 100 %."
    yield from prose(f"{ASSUMED}{scaled}", width)
    yield line("")
    yield from laid_out(_radius(found), width)
    yield line("")
    yield from laid_out(_outages(found), width)
    yield line("")
    yield from prose(LEGEND, width)
    for warning in found.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _radius(found: "PopulationResult") -> Table:
    heads = ("share", "tenants", "users", "down ever", "at the peak", "users ever", "at the peak")
    rows = tuple(
        (
            _name(row), percent(row.share), f"{row.tenants:,}", count(row.users.p50), _ranged(row.down_ever), _ranged(row.down_peak),
            _ranged(row.users_ever), _ranged(row.users_peak),
        )
        for row in found.rows
    )  # fmt: skip
    return Table(columns=(Column(head="class"), *(Column(head=head, numeric=True) for head in heads)), rows=rows)


def _outages(found: "PopulationResult") -> Table:
    heads = ("outage", "5–95 % of tenants", "lost user-hours", "5–95 %", "still down")
    start = found.origin.start
    rows = []
    for row in found.rows:
        of = row.outage_of_down
        low, middle, high = (quantity(None if of is None else of[level].p50 * 60.0, "duration", start) for level in ("p05", "p50", "p95"))
        lost = row.lost_user_hours
        lost_range = "" if lost.p95 == 0 else f"{count(lost.p05)}–{count(lost.p95)}"
        rows.append((_name(row), middle, _from_to(low, high), count(lost.p50), lost_range, _share(row.open_at_horizon.mean)))
    return Table(columns=(Column(head="class"), *(Column(head=head, numeric=True) for head in heads)), rows=tuple(rows))


def _name(row: "PopulationRow") -> str:
    return ALL if row.name is None else f"  {row.name}"


def _from_to(low: str, high: str) -> str:
    """`3.5–13 h`, `2.1 min–9.2 h`."""
    number, _, unit = low.partition(" ")
    return f"{number if high.endswith(f' {unit}') else low}–{high}" if low else ""


def _share(share: float) -> str:
    return percent(share) if share else ""


def _ranged(one: "Estimate") -> str:
    """`17.4 % [17.1–17.8]`; without a range where there is none."""
    text = percent(one.p50)
    if one.p05 == one.p95:
        return text
    low, high = (percent(end).removesuffix(" %") for end in (one.p05, one.p95))
    return f"{text} [{low}–{high}]"
