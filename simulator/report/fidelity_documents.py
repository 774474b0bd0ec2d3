"""How far a scenario agrees with the record, for programs: `azsim.fidelity/1` as JSON, and one line per observation as CSV."""

import math
from typing import TYPE_CHECKING, Any

from simulator.ensemble.estimating import warnings_of
from simulator.report.plain import Cell, csv_text, known
from simulator.units import format_clock

if TYPE_CHECKING:
    from simulator.ensemble.results import Fidelity, FidelityRow


_MORE = ("inside_by_median", "inside_in_seeds", "inside_by_median_in_seeds", "accepts_nearly_anything", "same_as")


def fidelity_document(fidelity: "Fidelity", command: str, seed: int) -> dict[str, Any]:
    """`azsim.fidelity/1`: documented and simulated values side by side. With several scenarios, `scenario_sha256` is a mapping by name."""
    from simulator import __version__

    hashes = {origin.scenario: origin.scenario_sha256 for origin in fidelity.origins}
    return {
        "format": "azsim.fidelity/1",
        "azsim_version": __version__,
        "scenario_sha256": next(iter(hashes.values())) if len(hashes) == 1 else hashes,
        "command": command,
        "seed": seed,
        "replications": fidelity.replications,
        "seeds": fidelity.seeds,
        "tenant": fidelity.tenant,
        "rows": [_fidelity_row(row) for row in fidelity.rows],
        "summary": {
            "emergent": counted(fidelity, "emergent"),
            "controls": counted(fidelity, "control"),
            "fitted_numbers": len(fidelity.fitted_numbers),
            "changed_numbers": len(fidelity.changed_numbers),
            "left_out": fidelity.left_out if fidelity.tenant is not None else None,
        },
        "warnings": [*warnings_of(fidelity.replications), *fidelity.failures],
    }


def counted(fidelity: "Fidelity", role: str) -> dict[str, int]:
    """How many observations of a role there are, and how many of them came out inside: with single occurrences by range, and by medians.

    Two that read one range count once. The last two counts leave out those that accept nearly anything.
    """
    rows = [row for row in fidelity.rows if row.role == role and row.inside is not None and row.same_as is None]
    strict = [row for row in rows if not row.wide]
    return {
        "inside": sum(row.inside is True for row in rows),
        "inside_by_median": sum(row.by_median is True for row in rows),
        "of": len(rows),
        "inside_of_demanding": sum(row.inside is True for row in strict),
        "demanding": len(strict),
    }


def _fidelity_row(row: "FidelityRow") -> dict[str, Any]:
    def value(number: float | None) -> float | str | None:
        if number is None or not math.isfinite(number):
            return None
        return format_clock(number, row.start) if row.unit == "clock" else number

    simulated = {"p05": value(row.p05), "p50": value(row.p50), "p95": value(row.p95)}
    assumed = {"p05": value(row.assumed_p05), "p95": value(row.assumed_p95)}
    return {
        "scenario": row.scenario,
        "id": row.id,
        "what": row.what,
        "role": row.role,
        "confidence": row.confidence,
        "documented": row.documented,
        "expect": None if row.expect is None else [value(row.expect[0]), value(row.expect[1])],
        "simulated": known(simulated) or None,
        "simulated_assumed": known(assumed) or None,
        # A duration is in seconds: the name of the unit says so.
        "unit": {"duration": "seconds"}.get(row.unit, row.unit) or None,
        "inside": row.inside,
        "inside_by_median": row.by_median,
        "inside_in_seeds": row.inside_in,
        "inside_by_median_in_seeds": row.by_median_in,
        "accepts_nearly_anything": None if row.inside is None else row.wide,
        "same_as": row.same_as,
        "outside_because": row.outside_because,
        "source": row.source,
    }


def fidelity_csv(fidelity: "Fidelity") -> str:
    """One line per observation."""
    rows: list[list[Cell]] = []
    for each in fidelity.rows:
        row = _fidelity_row(each)
        expect, simulated, assumed = row["expect"] or (None, None), row["simulated"] or {}, row["simulated_assumed"] or {}
        cells: list[Cell] = [row[key] for key in ("scenario", "id", "what", "role", "confidence", "documented")]
        cells += [*expect, simulated.get("p05"), simulated.get("p50"), simulated.get("p95"), assumed.get("p05"), assumed.get("p95")]
        rows.append([*cells, row["unit"], row["inside"], row["outside_because"], row["source"], *(row[key] for key in _MORE)])
    heads = (
        "scenario", "id", "what", "role", "confidence", "documented", "expect_low", "expect_high", "simulated_p05", "simulated_p50",
        "simulated_p95", "simulated_assumed_p05", "simulated_assumed_p95", "unit", "inside", "outside_because", "source",
        *_MORE,
    )  # fmt: skip
    return csv_text(heads, rows)
