"""Results as JSON and CSV, for programs: a contract. Units stand in the names; what is unknown is absent, never null.

Times are seconds since the start, or ISO 8601 with the scenario's own offset; shares lie in [0, 1]. Every document also says with which
version, from which scenario (the hash of its canonical form), by which command and with which seed it can be had again.
"""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.plain import Cell, csv_text, json_text, known
from simulator.units import format_clock

if TYPE_CHECKING:
    from simulator.engine.trace import Trace
    from simulator.ensemble.results import (
        Comparison,
        ComparisonRow,
        Estimate,
        Explanation,
        Origin,
        RadiusEstimate,
        RunResult,
        Told,
    )  # fmt: skip
    from simulator.ensemble.stops import Stopped

__all__ = [
    "Cell", "comparison_csv", "comparison_document", "csv_text", "estimated", "estimated_short", "explanation_document", "json_text",
    "kind_of", "known",
    "origin_of", "radii", "run_csv", "run_document", "stopped_at", "trace_lines",
]  # fmt: skip

OPEN = "the last outage was still open when the simulated time ended: it lasts longer"
_ESTIMATED = ("outage_minutes", "time_to_recover_minutes", "lost_minutes", "worst_served", "blast_radius_users", "data_loss_minutes")
_QUANTILES = ("mean", "ci95_low", "ci95_high", "p05", "p50", "p95")


def run_document(run: "RunResult", command: str) -> dict[str, Any]:
    """`azsim.run/1`: one replication of one architecture in one placement."""
    return {
        "format": "azsim.run/1",
        **origin_of(run.origin, command),
        run.kind: run.architecture,
        "placement": dict(run.placement),
        "start": run.origin.start.isoformat(),
        "baseline": baseline_document(run.baseline),
        "curve": {"t_seconds": list(run.curve.times), "served": list(run.curve.values)},
        "outage_minutes": run.outage_minutes,
        "time_to_recover_minutes": run.time_to_recover_minutes,
        "lost_minutes": run.lost_minutes,
        "data_loss_minutes": run.data_loss_minutes,
        "worst_served": run.worst_served,
        "open_at_horizon": run.open_at_horizon,
        "outages": [{"start": span.start.isoformat(), "end": span.end.isoformat()} for span in run.outages],
        "blast_radius": {what: {"peak": radius.peak, "ever": radius.ever} for what, radius in run.blast_radius.items()},
        **(_people(run) if run.kind == "tenant" else {}),
        "warnings": [OPEN] if run.open_at_horizon else [],
    }


def _people(run: "RunResult") -> dict[str, Any]:
    """The users of a tenant, all together and by group."""
    groups = [
        {
            "group": group.name,
            "users": group.users,
            "baseline": baseline_document(group.baseline),
            "outage_minutes": group.outage_minutes,
            "lost_minutes": group.lost_minutes,
            "lost_user_minutes": group.lost_minutes * group.users,
            "worst_served": group.worst_served,
            "open_at_horizon": group.open_at_horizon,
        }
        for group in run.groups
    ]
    return {"users": run.users, "lost_user_minutes": run.lost_minutes * run.users, "groups": groups}


def comparison_document(comparison: "Comparison", command: str) -> dict[str, Any]:
    """`azsim.compare/1`: architectures side by side, and the differences between them replication by replication."""
    return {
        "format": "azsim.compare/1",
        **origin_of(comparison.origin, command),
        "replications": comparison.replications,
        "until": stopped_at(comparison.stopped),
        "strata": comparison.strata or None,
        "rows": [_comparison_row(row) for row in comparison.rows],
        "paired": [
            {
                "a": pair.a,
                "b": pair.b,
                "placement": pair.placement,
                "lost_minutes": {"mean": pair.lost_minutes_mean, "ci95": pair.lost_minutes_ci95},
                "variance_ratio": pair.variance_ratio,
            }
            for pair in comparison.paired
        ],
        "blast_radius": radii(comparison.blast_radius),
        "warnings": list(comparison.warnings),
    }


def radii(blast_radius: "Mapping[str, RadiusEstimate]") -> dict[str, Any]:
    """By class, the share impaired at the worst instant and ever, over replications."""
    return {what: {"peak": estimated(one.peak), "ever": estimated(one.ever)} for what, one in blast_radius.items()}


def _comparison_row(row: "ComparisonRow") -> dict[str, Any]:
    return {
        "architecture": row.architecture,
        "placement": row.placement,
        "replications": row.replications,
        "cost_index": row.cost_index,
        "baseline": baseline_document(row.baseline),
        "outage_minutes": estimated(row.outage_minutes),
        "time_to_recover_minutes": None if row.time_to_recover_minutes is None else estimated(row.time_to_recover_minutes),
        "lost_minutes": estimated(row.lost_minutes),
        "hit_in": row.hit_in,
        "hit_in_ci95": row.hit_in_ci95,
        "lost_minutes_if_hit": None if row.lost_if_hit is None else estimated(row.lost_if_hit),
        "worst_served_if_hit": row.worst_if_hit,
        "worst_served": estimated(row.worst_served),
        "blast_radius_users": estimated(row.blast_radius_users),
        "data_loss_minutes": estimated(row.data_loss_minutes),
        "open_at_horizon_share": row.open_at_horizon,
    }


def estimated_short(estimate: "Estimate") -> dict[str, Any]:
    """A quantity over replications: its mean with the interval, and its quantiles."""
    return {
        "mean": estimate.mean, "ci95": estimate.ci95, "ci95_kind": kind_of(estimate.unseen),
        "p05": estimate.p05, "p50": estimate.p50, "p95": estimate.p95,
    }  # fmt: skip


def kind_of(unseen: bool) -> str | None:
    """Of what kind an interval is: nothing is said of that of a mean; where nothing was seen at all its far end is a bound."""
    return "upper_bound_none_seen" if unseen else None


def estimated(estimate: "Estimate") -> dict[str, Any]:
    """A quantity over replications: its mean and its quantiles, all with their intervals."""
    return {
        **estimated_short(estimate),
        "p05_ci95": estimate.p05_ci95, "p50_ci95": estimate.p50_ci95, "p95_ci95": estimate.p95_ci95,
    }  # fmt: skip


def stopped_at(stopped: "Stopped | None") -> dict[str, Any] | None:
    """How replications ended that went on until a precision; `confidence` is that of the intervals of means, at this look alone."""
    if stopped is None:
        return None
    return {
        "precision": stopped.precision, "met": stopped.met, "look": stopped.look, "confidence": stopped.confidence,
        "widest": None if stopped.row is None else {"row": stopped.row, "mean": stopped.mean, "half_width": stopped.half},
    }  # fmt: skip


def explanation_document(explanation: "Explanation", command: str) -> dict[str, Any]:
    """`azsim.explain/1`: the chains of causes, from the root event to the tenant; `ended` of an outage that is open, if it ends later."""
    run = explanation.run

    def hop(told: "Told") -> dict[str, Any]:
        clock = format_clock(told.seconds, run.origin.start)
        repeats = told.hop.repeats if told.hop.repeats > 1 else None
        return {"t_seconds": told.seconds, "clock": clock, "text": told.text, "mechanism": told.mechanism, "repeats": repeats}

    return {
        "format": "azsim.explain/1",
        **origin_of(run.origin, command),
        run.kind: run.architecture,
        "placement": dict(run.placement),
        "start": run.origin.start.isoformat(),
        "baseline": baseline_document(run.baseline),
        "began": [hop(told) for told in explanation.began],
        "ended": [hop(told) for told in explanation.ended],
        "open_at_horizon": run.open_at_horizon,
        "warnings": [OPEN] if run.open_at_horizon else [],
    }


def origin_of(origin: "Origin", command: str) -> dict[str, Any]:
    """How the result can be had again."""
    return {
        "scenario": origin.scenario,
        "azsim_version": origin.azsim_version,
        "scenario_sha256": origin.scenario_sha256,
        "command": command,
        "seed": origin.seed,
    }


def trace_lines(trace: "Trace", origin: "Origin") -> Iterator[str]:
    """The trace as JSON lines, one per change; `cause` is the number of the line, from 0, of the change that caused it, -1 for a root."""
    for time, change, owner, amount, cause, detail in trace.records:
        record = {
            "t_seconds": time,
            "clock": format_clock(time, origin.start),
            "change": change,
            "owner": owner,
            "amount": amount,
            "cause": cause,
            "detail": detail if isinstance(detail, str | int | float | list | tuple | None) else str(detail),
        }
        yield json.dumps(known(record), ensure_ascii=False, allow_nan=False) + "\n"


def run_csv(run: "RunResult") -> str:
    """The curve of a run: each value holds from its instant until the next one."""
    rows = ((t, format_clock(t, run.origin.start), v) for t, v in zip(run.curve.times, run.curve.values, strict=True))
    return csv_text(("t_seconds", "clock", "served"), list(rows))


def comparison_csv(comparison: "Comparison") -> str:
    """One line per architecture and placement."""
    heads = [f"{name}_{part}" for name in _ESTIMATED for part in _QUANTILES]
    rows: list[list[Cell]] = []
    for row in comparison.rows:
        cells: list[Cell] = [comparison.origin.scenario, comparison.replications, row.architecture, row.placement, row.cost_index]
        for name in _ESTIMATED:
            found: Estimate | None = getattr(row, name)
            values = [None] * 6 if found is None else [found.mean, *(found.ci95 or (None, None)), found.p05, found.p50, found.p95]
            cells += values
        rows.append([*cells, row.open_at_horizon, *baseline_cells(row.baseline)])
    before = ("scenario", "replications", "architecture", "placement", "cost_index")
    return csv_text((*before, *heads, "open_at_horizon_share", *BASELINE_HEADS), rows)
