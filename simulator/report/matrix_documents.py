"""Incidents times architectures, for programs: `azsim.matrix/1` as JSON, and one line per figure as CSV."""

from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated, radii
from simulator.report.matrix_wording import enough
from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Figures, Matrix, Struck
    from simulator.ensemble.results import Estimate

MEASURES = ("outage_minutes", "lost_minutes", "blast_radius_users", "blast_radius_users_worst_placement", "lost_requests")
_HEADS = (
    "scenario", "start", "horizon_seconds", "kind", "name", "cost_index", "case", "replications", "measure", "mean", "ci95_low",
    "ci95_high", "p05", "p50", "p95", "open_at_horizon_share", "empty_because", *BASELINE_HEADS,
)  # fmt: skip


def matrix_document(matrix: "Matrix", command: str) -> dict[str, Any]:
    """`azsim.matrix/1`: how far each incident reached and what was worth what in it, and one row per incident, architecture and case."""
    from simulator import __version__

    costs = {(row.kind, row.name): row.cost_index for row in matrix.rows}
    return {
        "format": "azsim.matrix/1",
        "azsim_version": __version__,
        "command": command,
        "seed": matrix.seed,
        "replications": matrix.replications,
        "warnings": list(matrix.warnings),
        "incidents": [_incident(one) for one in matrix.incidents],
        "rows": [
            {
                "scenario": cell.incident,
                "kind": cell.kind,
                "name": cell.name,
                "cost_index": costs[cell.kind, cell.name],
                "case": case,
                **_figures(figures),
            }
            for cell in matrix.cells
            for case, figures in cell.figures.items()
        ]
        # Of being hit nothing is known where chance never struck: a count, and no value.
        + [
            {
                "scenario": cell.incident, "kind": cell.kind, "name": cell.name, "cost_index": costs[cell.kind, cell.name],
                "case": "if_hit", "replications": 0,
            }
            for cell in matrix.cells
            if cell.never_hit
        ],
        "empty": [
            {"scenario": cell.incident, "kind": cell.kind, "name": cell.name, "because": cell.empty_because}
            for cell in matrix.cells
            if cell.empty_because is not None
        ],
    }


def _incident(one: "Struck") -> dict[str, Any]:
    return {
        "scenario": one.origin.scenario,
        "scenario_sha256": one.origin.scenario_sha256,
        "summary": one.summary,
        "invented": one.invented,
        "start": one.origin.start.isoformat(),
        "horizon_seconds": one.origin.horizon_seconds,
        "region": one.region,
        "hit_by_chance": one.by_chance,
        "blast_radius": radii(one.blast_radius),
        "reached": [
            {
                "reach": best.reach,
                "name": best.name,
                "lost_minutes_mean": best.lost_minutes,
                "saved_minutes": {"mean": best.saved_minutes, "ci95": best.saved_ci95},
                "beyond_half_minutes_ci95": best.beyond_half_ci95,
            }
            for best in one.reached
        ],
        "enough": enough(one) or None,
    }


def _figures(figures: "Figures") -> dict[str, Any]:
    measures = {name: estimated(getattr(figures, name)) for name in MEASURES}
    before = baseline_document(figures.baseline)
    return {"replications": figures.replications, "baseline": before, **measures, "open_at_horizon_share": figures.open_at_horizon}


def matrix_csv(matrix: "Matrix") -> str:
    """One line per incident, architecture, case and measure; of the world's units `peak` and `ever` stand in the place of the case."""
    costs = {(row.kind, row.name): row.cost_index for row in matrix.rows}
    rows: list[list[Cell]] = []
    for one in matrix.incidents:
        common: list[Cell] = [one.origin.scenario, one.origin.start.isoformat(), one.origin.horizon_seconds]
        for name, radius in one.blast_radius.items():
            for when, share in (("peak", radius.peak), ("ever", radius.ever)):
                own = [matrix.replications, "blast_radius", *_spread(share), None, None, *baseline_cells(None)]
                rows.append([*common, "world", name, None, when, *own])
        for cell in (cell for cell in matrix.cells if cell.incident == one.origin.scenario):
            who: list[Cell] = [*common, cell.kind, cell.name, costs[cell.kind, cell.name]]
            if cell.empty_because is not None:
                rows.append([*who, *[None] * 10, cell.empty_because, *baseline_cells(None)])
            if cell.never_hit:
                rows.append([*who, "if_hit", 0, *[None] * 9, *baseline_cells(None)])
            for case, figures in cell.figures.items():
                for name in MEASURES:
                    spread = _spread(getattr(figures, name))
                    before = baseline_cells(figures.baseline)
                    rows.append([*who, case, figures.replications, name, *spread, figures.open_at_horizon, None, *before])
    return csv_text(_HEADS, rows)


def _spread(value: "Estimate") -> list[Cell]:
    return [value.mean, *(value.ci95 or (None, None)), value.p05, value.p50, value.p95]


def means(matrix: "Matrix") -> list[dict[str, Any]]:
    """One record per incident, architecture or tenant, and case, with the means alone."""
    costs = {(row.kind, row.name): row.cost_index for row in matrix.rows}
    return [
        {
            "scenario": cell.incident,
            "kind": cell.kind,
            "name": cell.name,
            "case": case,
            "cost_index": costs[cell.kind, cell.name],
            **{name: getattr(figures, name).mean for name in MEASURES},
            "baseline_served": None if figures.baseline is None else figures.baseline.served,
        }
        for cell in matrix.cells
        for case, figures in cell.figures.items()
    ]
