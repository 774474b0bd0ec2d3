"""The tenants of an incident as JSON and CSV, for programs."""

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated_short, origin_of
from simulator.report.plain import Cell, csv_text
from simulator.units import format_clock

if TYPE_CHECKING:
    from simulator.ensemble.tenant_results import Documented, Tenancy, TenantRow
    from simulator.measures.agreement import Spread

_ENDS = ("p05", "p50", "p95")


def tenancy_document(tenancy: "Tenancy", command: str) -> dict[str, Any]:
    """`azsim.tenants/1`: each tenant and each group of its users, simulated and on record."""
    origin = tenancy.origin
    return {
        "format": "azsim.tenants/1",
        **origin_of(origin, command),
        "start": origin.start.isoformat(),
        "replications": tenancy.replications,
        "warnings": list(tenancy.warnings),
        "rows": [_row(row, origin.start) for row in tenancy.rows],
    }


def _row(row: "TenantRow", start: datetime) -> dict[str, Any]:
    lost = row.lost_user_minutes
    return {
        "tenant": row.tenant,
        "group": row.group,
        "users": row.users,
        "objective": row.objective,
        "baseline": baseline_document(row.baseline),
        "down_share": row.down,
        "down_share_ci95": row.down_ci95,
        "since": _clocks(row.since, start),
        "until": _clocks(row.until, start),
        "outage_minutes": _ends(row.outage_minutes),
        "lost_user_minutes": estimated_short(lost),
        "users_affected": _ends(row.users_affected),
        "open_at_horizon_share": row.open_at_horizon,
        "first_cause": None if row.first_cause is None else {"text": row.first_cause.text, "share": row.first_cause.share},
        "record": [_documented(one, start) for one in row.record],
    }


def _ends(spread: "Spread | None") -> dict[str, float] | None:
    return None if spread is None else {end: getattr(spread, end) for end in _ENDS}


def _clocks(spread: "Spread | None", start: datetime) -> dict[str, str | None] | None:
    return None if spread is None else {end: _clock(getattr(spread, end), start) for end in _ENDS}


def _clock(seconds: float | None, start: datetime) -> str | None:
    return None if seconds is None or not math.isfinite(seconds) else format_clock(seconds, start)


def _documented(one: "Documented", start: datetime) -> dict[str, Any]:
    return {
        "down": one.down,
        "since": _clock(one.since, start),
        "until": _clock(one.until, start),
        "outage_minutes": one.outage_minutes,
        "users": one.users,
        "source": one.source,
    }


def tenancy_csv(tenancy: "Tenancy") -> str:
    """One line per tenant and group; several statements on record about one stand in one cell, parted by semicolons."""
    heads = ["scenario", "replications", "tenant", "group", "users", "objective", "down_share"]
    heads += [f"{name}_{end}" for name in ("since", "until", "outage_minutes") for end in _ENDS]
    heads += [f"lost_user_minutes_{part}" for part in ("mean", "ci95_low", "ci95_high", *_ENDS)]
    heads += [f"users_affected_{end}" for end in _ENDS]
    heads += ["open_at_horizon_share", "first_cause", "first_cause_share"]
    heads += [f"documented_{what}" for what in ("down", "since", "until", "outage_minutes", "users", "source")]
    heads += BASELINE_HEADS
    return csv_text(heads, [[tenancy.origin.scenario, tenancy.replications, *_cells(row, tenancy.origin.start)] for row in tenancy.rows])


def _cells(row: "TenantRow", start: datetime) -> list[Cell]:
    tree = _row(row, start)
    cells: list[Cell] = [tree[name] for name in ("tenant", "group", "users", "objective", "down_share")]
    for name in ("since", "until", "outage_minutes"):
        cells += [(tree[name] or {}).get(end) for end in _ENDS]
    lost = row.lost_user_minutes
    cells += [lost.mean, *(lost.ci95 or (None, None)), lost.p05, lost.p50, lost.p95, *tree["users_affected"].values()]
    cause = row.first_cause
    cells += [row.open_at_horizon, None if cause is None else cause.text, None if cause is None else cause.share]
    for name in ("down", "since", "until", "outage_minutes", "users", "source"):
        said = [one[name] for one in tree["record"] if one[name] is not None]
        cells.append(said[0] if len(said) == 1 else "; ".join(map(str, said)) or None)
    return [*cells, *baseline_cells(row.baseline)]
