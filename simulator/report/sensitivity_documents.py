"""Which unknown number matters most, for programs: `azsim.sensitivity/1` as JSON, and one line per number as CSV."""

from typing import TYPE_CHECKING, Any

from simulator.ensemble.estimating import warnings_of
from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated, origin_of
from simulator.report.plain import Cell, csv_text
from simulator.scenario.reckoning import Quantity

if TYPE_CHECKING:
    from simulator.ensemble.sensitivity_results import Row, Sensitivity

_HEADS = (
    "scenario", "rider", "case", "method", "replications", "number", "of", "basis", "range_low", "range_high", "value", "verdict",
    "lost_minutes_low", "lost_minutes_high", "difference_minutes", "difference_minutes_ci95_low", "difference_minutes_ci95_high",
    "mu_star_minutes", "mu_star_minutes_ci95_low", "mu_star_minutes_ci95_high", "mu_minutes", "sigma_minutes", "total_share",
    "total_share_ci95_low", "total_share_ci95_high", "first_share", "first_share_ci95_low", "first_share_ci95_high", "noise",
    *BASELINE_HEADS,
)  # fmt: skip


def sensitivity_document(found: "Sensitivity", command: str) -> dict[str, Any]:
    """`azsim.sensitivity/1`: the answer as the files say, and every number by what it moves, the most first."""
    return {
        "format": "azsim.sensitivity/1",
        **origin_of(found.origin, command),
        found.kind: found.name,
        "case": found.case,
        "method": found.method,
        "trajectories" if found.method == "morris" else "samples": found.starts,
        "replications": found.replications,
        "points": found.points,
        "impossible_points": found.impossible,
        "baseline": baseline_document(found.baseline),
        "warnings": list(warnings_of(found.replications)),
        "lost_minutes": estimated(found.lost_minutes),
        "rows": [_row(row) for row in found.rows],
    }


def _row(row: "Row") -> dict[str, Any]:
    number, swing = row.number, row.swing
    return {
        "number": number.name,
        "of": number.home,
        "basis": number.basis,
        "range": [number.low.text(), number.high.text()],
        "middle": "geometric" if number.geometric else "arithmetic",
        "value": number.value,
        "verdict": row.verdict,
        "swing": None if swing is None else {
            "lost_minutes_low": swing.low, "lost_minutes_high": swing.high, "difference_minutes": swing.difference, "ci95": swing.ci95,
        },
        **_effects(row),
    }  # fmt: skip


def _effects(row: "Row") -> dict[str, Any]:
    if row.morris is not None:
        one = row.morris
        return {"morris": {
            "mu_star_minutes": one.mu_star, "ci95": one.ci95, "mu_minutes": one.mu, "sigma_minutes": one.sigma,
            "noise_minutes": one.noise, "effects": one.effects,
        }}  # fmt: skip
    if row.sobol is not None:
        many = row.sobol
        return {"sobol": {
            "total_share": many.total, "total_ci95": many.total_ci95, "first_share": many.first, "first_ci95": many.first_ci95,
            "noise_share": many.noise,
        }}  # fmt: skip
    return {}


def sensitivity_csv(found: "Sensitivity") -> str:
    """One line per number, the one that moves most first."""
    common: list[Cell] = [found.origin.scenario, found.name, found.case, found.method, found.replications]
    return csv_text(_HEADS, [[*common, *_cells(row), *baseline_cells(found.baseline)] for row in found.rows])


def _cells(row: "Row") -> list[Cell]:
    number, swing, morris, sobol = row.number, row.swing, row.morris, row.sobol
    own: list[Cell] = [row.number.name, number.home, number.basis, *map(_text, (number.low, number.high)), str(number.value), row.verdict]
    own += [None] * 5 if swing is None else [swing.low, swing.high, swing.difference, *(swing.ci95 or (None, None))]
    own += [None] * 5 if morris is None else [morris.mu_star, *(morris.ci95 or (None, None)), morris.mu, morris.sigma]
    own += [None] * 6 if sobol is None else [sobol.total, *sobol.total_ci95, sobol.first, *sobol.first_ci95]
    return [*own, None if morris is None and sobol is None else (morris or sobol).noise]  # type: ignore[union-attr]


def _text(end: Quantity) -> str:
    return str(end.text())
