"""What would have saved a tenant, for programs: `azsim.whatif/1` as JSON, and one line per change as CSV."""

from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated_short, origin_of
from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.results import Estimate
    from simulator.ensemble.saving import Saved, Saving, Savings

_HEADS = (
    "scenario", "replications", "tenant", "change", "kind", "cost_index", "lost_minutes_mean", "lost_minutes_ci95_low",
    "lost_minutes_ci95_high", "lost_minutes_p05", "lost_minutes_p50", "lost_minutes_p95", "saved_minutes_mean", "saved_minutes_ci95_low",
    "saved_minutes_ci95_high", "saved_user_hours_mean", "saved_user_hours_ci95_low", "saved_user_hours_ci95_high",
    "open_at_horizon_share", "on_front", *BASELINE_HEADS,
)  # fmt: skip


def saving_document(found: "Savings", command: str) -> dict[str, Any]:
    """`azsim.whatif/1`: the tenant as it was, and every change with what it would have saved, the most first."""
    origin = found.origin
    return {
        "format": "azsim.whatif/1",
        **origin_of(origin, command),
        "replications": found.replications,
        "tenant": found.tenant,
        "users": found.users,
        "placement": None if found.placement is None else dict(found.placement),
        "as_it_was": {
            "cost_index": found.cost_index,
            "baseline": baseline_document(found.baseline),
            "lost_minutes": _estimate(found.lost_minutes),
            "lost_user_hours": _estimate(found.lost_user_hours),
            "open_at_horizon_share": found.open_at_horizon,
        },
        "rows": [_row(one) for one in found.options],
        "pairs_tried": found.pairs_tried,
        "warnings": list(found.warnings),
    }


def _row(one: "Saving") -> dict[str, Any]:
    return {
        "changes": list(one.changes),
        "kind": one.kind,
        "cost_index": one.cost_index,
        "baseline": baseline_document(one.baseline),
        "lost_minutes": _estimate(one.lost_minutes),
        "saved_minutes": {"mean": one.saved_minutes.mean, "ci95": one.saved_minutes.ci95},
        "saved_user_hours": {"mean": one.saved_user_hours.mean, "ci95": one.saved_user_hours.ci95},
        "open_at_horizon_share": one.open_at_horizon,
        "on_front": one.on_front,
    }


def _estimate(value: "Estimate") -> dict[str, Any]:
    return estimated_short(value)


def saving_csv(found: "Savings") -> str:
    """One line per change, the tenant as it was first."""
    common: list[Cell] = [found.origin.scenario, found.replications, found.tenant]
    rows = [[*common, "", "as_it_was", found.cost_index, *_spread(found.lost_minutes), *[None] * 6, found.open_at_horizon, None]]
    rows[0] += baseline_cells(found.baseline)
    for one in found.options:
        saved = [*_ends(one.saved_minutes), *_ends(one.saved_user_hours), one.open_at_horizon, one.on_front]
        rows.append([*common, one.name, one.kind, one.cost_index, *_spread(one.lost_minutes), *saved, *baseline_cells(one.baseline)])
    return csv_text(_HEADS, rows)


def _spread(value: "Estimate") -> list[Cell]:
    return [*_ends(value), value.p05, value.p50, value.p95]


def _ends(value: "Estimate | Saved") -> list[Cell]:
    return [value.mean, *(value.ci95 or (None, None))]
