"""Availabilities side by side, for programs: `azsim.availability/1` as JSON, and one line for each way of counting as CSV."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated, kind_of, origin_of, radii
from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Mean, Together, Weighted
    from simulator.ensemble.pooling import Pooled
    from simulator.ensemble.results import Estimate

_SHARES = ("unavailability", "unavailability_ci95_low", "unavailability_ci95_high", "unavailability_p05", "unavailability_p50",
           "unavailability_p95")  # fmt: skip
_PARTS = ("mean", "ci95_low", "ci95_high", "p05", "p50", "p95")
_HEADS = (
    "scenario", "replications", "name", "kind", "case", "cost_index", "users", "calls_per_second", "by", "window_seconds", "availability",
    *_SHARES, *(f"lost_minutes_{part}" for part in _PARTS), "lost_requests_mean", "lost_user_minutes_mean", "felt_by_share",
    "lost_minutes_each", "open_at_horizon_share", *BASELINE_HEADS,
)  # fmt: skip


def availability_document(found: "Availabilities", command: str) -> dict[str, Any]:
    """`azsim.availability/1`: each architecture and tenant in each case, tenants together apart; intervals are of the unavailability."""
    return {
        "format": "azsim.availability/1",
        **origin_of(found.origin, command),
        "start": found.origin.start.isoformat(),
        "horizon_seconds": found.origin.horizon_seconds,
        "replications": found.replications,
        "objective": found.objective,
        "rows": [_row(row) for row in found.rows],
        "together": None if found.together is None else _together(found.together),
        "blast_radius": radii(found.blast_radius),
        "warnings": list(found.warnings),
    }


def _row(row: "AvailabilityRow") -> dict[str, Any]:
    return {
        row.kind: row.name,
        "case": row.case,
        "cost_index": row.cost_index,
        "users": row.users,
        "calls_per_second": row.calls,
        "baseline": baseline_document(row.baseline),
        "by_time": _way(row.by_time),
        "by_requests": _way(row.by_requests),
        "by_users": _way(row.by_users),
        "lost_requests": estimated(row.lost_requests),
        "lost_user_minutes": estimated(row.lost_user_minutes),
        "lost_minutes_each": row.lost_minutes_each,
        "blast_radius": radii(row.blast_radius),
        "open_at_horizon_share": row.open_at_horizon,
        "windows": [{"window_seconds": window.length_seconds, **_share(window.share)} for window in row.windows],
    }


def _together(both: "Together") -> dict[str, Any]:
    """Tenants together, as means alone."""

    def way(mean: "Mean") -> dict[str, Any]:
        return {**_lost(mean.unavailability), "lost_minutes": {"mean": mean.lost_minutes}}

    return {
        "tenants": list(both.members),
        "users": both.users,
        "by_time": way(both.by_time),
        "by_users": way(both.by_users),
        "lost_user_minutes": {"mean": both.lost_user_minutes},
        "lost_minutes_each": both.lost_minutes_each,
        "blast_radius": {what: {"peak": {"mean": one.peak}, "ever": {"mean": one.ever}} for what, one in both.blast_radius.items()},
        "open_at_horizon_share": both.open_at_horizon,
        "windows": [{"window_seconds": length, **_lost(lost)} for length, lost in both.windows],
    }


def _lost(unavailability: float | None) -> dict[str, Any]:
    return {} if unavailability is None else {"availability": 1.0 - unavailability, "unavailability": unavailability}


def _way(way: "Weighted") -> dict[str, Any]:
    return {**_share(way.share), "lost_minutes": estimated(way.lost_minutes)}


def _share(share: "Pooled | None") -> dict[str, Any]:
    if share is None:
        return {}
    return {
        "availability": share.availability, "unavailability": share.unavailability, "ci95": share.ci95,
        "ci95_kind": kind_of(share.unseen), "p05": share.p05, "p50": share.p50, "p95": share.p95,
    }  # fmt: skip


def availability_csv(found: "Availabilities") -> str:
    """Of each row a line by time, by requests and by users, and one for the worst window of each length, which is by users."""
    lines: list[list[Cell]] = []
    for row in found.rows:
        common: list[Cell] = [found.origin.scenario, found.replications, row.name, row.kind, row.case, row.cost_index, row.users, row.calls]
        own: list[Cell] = [row.blast_radius["users"].ever.mean, row.lost_minutes_each, row.open_at_horizon]
        before = baseline_cells(row.baseline)
        for name, way in (("time", row.by_time), ("requests", row.by_requests), ("users", row.by_users)):
            counts = (
                row.lost_requests.mean if name == "requests" else None,
                row.lost_user_minutes.mean if name == "users" else None,
            )
            lines.append([*common, name, None, *_shares(way.share), *_spread(way.lost_minutes), *counts, *own, *before])
        for window in row.windows:
            lines.append([*common, "users", window.length_seconds, *_shares(window.share), *[None] * 11, *before])
    return csv_text(_HEADS, [*lines, *_together_lines(found)])


def _together_lines(found: "Availabilities") -> Iterator[list[Cell]]:
    """Tenants together: means alone, and nothing by requests."""
    both = found.together
    if both is None:
        return
    common: list[Cell] = [found.origin.scenario, found.replications, "together", "tenant", "fixed", None, both.users, None]
    own: list[Cell] = [both.blast_radius["users"].ever, both.lost_minutes_each, both.open_at_horizon]
    for name, way in (("time", both.by_time), ("users", both.by_users)):
        counts = [None, both.lost_user_minutes if name == "users" else None]
        yield [*common, name, None, *_alone(way.unavailability), way.lost_minutes, *[None] * 5, *counts, *own, *baseline_cells(None)]
    for length, lost in both.windows:
        yield [*common, "users", length, *_alone(lost), *[None] * 11, *baseline_cells(None)]


def _alone(unavailability: float | None) -> list[Cell]:
    return [None if unavailability is None else 1.0 - unavailability, unavailability, *[None] * 5]


def _shares(share: "Pooled | None") -> list[Cell]:
    if share is None:
        return [None] * 7
    return [share.availability, share.unavailability, *(share.ci95 or (None, None)), share.p05, share.p50, share.p95]


def _spread(value: "Estimate") -> list[Cell]:
    return [value.mean, *(value.ci95 or (None, None)), value.p05, value.p50, value.p95]
