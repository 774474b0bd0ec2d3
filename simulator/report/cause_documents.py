"""Causes ranked by the lost minutes that vanish without them, for programs: a part of `azsim.explain/1`, or a CSV line per mechanism."""

from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.attributing import Attribution, Gap

_HEADS = (
    "scenario", "replications", "name", "lost_minutes_mean", "without", "kind", "vanishing_minutes_mean", "vanishing_minutes_ci95_low",
    "vanishing_minutes_ci95_high", "summary", *BASELINE_HEADS,
)  # fmt: skip


def cause_document(found: "Attribution") -> dict[str, Any]:
    """What `azsim.explain/1` has under `causes`. All figures are minutes that vanish, but for `lost_minutes`."""
    lost = found.lost_minutes
    return {
        "replications": found.replications,
        "baseline": baseline_document(found.baseline),
        "lost_minutes": {"mean": lost.mean, "ci95": lost.ci95, "p05": lost.p05, "p50": lost.p50, "p95": lost.p95},
        "ranked": [
            {"mechanism": one.mechanism, "summary": one.summary, "vanishing_minutes": _gap(one.vanishes)} for one in found.causes
        ],
        "without_effect": list(found.idle),
        "together_minutes": _gap(found.together),
        "one_by_one_minutes": _gap(found.one_by_one),
        "overlap_minutes": _gap(found.overlap),
    }


def _gap(gap: "Gap") -> dict[str, Any]:
    return {"mean": gap.mean, "ci95": gap.ci95}


def cause_csv(found: "Attribution") -> str:
    """One line per mechanism, the one without which most vanishes first; then all of them together."""
    rows = [_row(found, one.mechanism, "mechanism", one.vanishes, one.summary) for one in found.causes]
    zero = (0.0, 0.0, 0.0) if found.together.ci95 is not None else (0.0, None, None)
    rows += [[*_common(found), name, "mechanism", *zero, None, *baseline_cells(found.baseline)] for name in found.idle]
    return csv_text(_HEADS, [*rows, _row(found, "", "together", found.together, None)])


def _common(found: "Attribution") -> list[Cell]:
    return [found.origin.scenario, found.replications, found.name, found.lost_minutes.mean]


def _row(found: "Attribution", without: str, kind: str, gap: "Gap", summary: str | None) -> list[Cell]:
    return [*_common(found), without, kind, gap.mean, *(gap.ci95 or (None, None)), summary, *baseline_cells(found.baseline)]
