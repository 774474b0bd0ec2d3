"""What an incident did to a population of tenants, as JSON and CSV, for programs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from simulator.report.baseline_notes import BASELINE_HEADS, baseline_cells, baseline_document
from simulator.report.documents import estimated_short, origin_of
from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult, PopulationRow, Toll
    from simulator.ensemble.results import Estimate

_SHARES = ("down_ever", "down_peak", "users_ever", "users_peak", "open_at_horizon")
_TIMES = ("served_minutes_per_user", "lost_minutes_per_user")
_LEVELS = (("all", ("p50", "p90", "p99")), ("down", ("p05", "p25", "p50", "p75", "p95")))
_ENDS = ("p50", "p05", "p95")
_FLAT = ("down_ever_share", "down_peak_share", "users_ever_share", "users_peak_share", *_TIMES, "open_at_horizon_share")
_OF_CLASS = ("share", "share_of_users", "sample_tenants", "sample_users")


def population_document(found: "PopulationResult", command: str) -> dict[str, Any]:
    """`azsim.population/1`: all tenants together, then each class, and the share that is down over time."""
    origin = found.origin
    return {
        "format": "azsim.population/1",
        **origin_of(origin, command),
        "start": origin.start.isoformat(),
        "replications": found.replications,
        "varied_replications": found.varied,
        "population": found.population,
        "objective": found.objective,
        "warnings": list(found.warnings),
        "rows": [{**_row(row), "share_as_written": found.shares_as_written.get(str(row.name))} for row in found.rows],
        "over_time": {
            "t_seconds": list(found.tenants_down.seconds),
            **{
                f"{kind}_down_share": {level: list(getattr(band, level)) for level in ("p05", "p50", "p95")}
                for kind, band in (("tenants", found.tenants_down), ("users", found.users_down))
            },
        },
    }


def _row(row: "PopulationRow") -> dict[str, Any]:
    assumed = row.assumed
    return {
        "class": row.name,
        **{name: getattr(row, name) for name in _OF_CLASS},
        "baseline": baseline_document(row.baseline),
        **_toll(row.toll),
        "with_assumed_varied": None if assumed is None else {
            "share": _estimate(assumed.share), "share_of_users": _estimate(assumed.share_of_users), **_toll(assumed.toll),
        },
    }  # fmt: skip


def _toll(toll: "Toll | None") -> dict[str, Any]:
    """Nothing where there is no such tenant."""
    if toll is None:
        return {}
    return {
        **{f"{name}_share": _estimate(getattr(toll, name)) for name in _SHARES},
        **{name: _estimate(getattr(toll, name)) for name in _TIMES},
        "outage_minutes_of_all": _levels(toll.outage_of_all),
        "outage_minutes_of_down": None if toll.outage_of_down is None else _levels(toll.outage_of_down),
    }


def _levels(of: Mapping[str, "Estimate"]) -> dict[str, Any]:
    return {level: _estimate(one) for level, one in of.items()}


def _estimate(one: "Estimate") -> dict[str, Any]:
    return estimated_short(one)


def population_csv(found: "PopulationResult") -> str:
    """One line for all tenants and one per class; of each quantity median and 5-95 %, with `assumed_` those with numbers varied."""
    kinds = ("", "assumed_") if found.varied else ("",)
    heads = ["scenario", "population", "replications", "class", "share_as_written", *_OF_CLASS]
    heads += [f"{kind}{name}_{end}" for kind in kinds for name in (*(_OF_CLASS[:2] if kind else ()), *_quantities()) for end in _ENDS]
    return csv_text([*heads, *BASELINE_HEADS], [[*_cells(found, row), *baseline_cells(row.baseline)] for row in found.rows])


def _quantities() -> list[str]:
    return [*_FLAT, *(f"outage_minutes_of_{who}_{level}" for who, levels in _LEVELS for level in levels)]


def _cells(found: "PopulationResult", row: "PopulationRow") -> list[Cell]:
    tree = _row(row)
    cells: list[Cell] = [found.origin.scenario, found.population, found.replications, row.name]
    cells += [found.shares_as_written.get(str(row.name)), *(tree[name] for name in _OF_CLASS)]
    cells += _ends(tree, _FLAT)
    varied = tree["with_assumed_varied"]
    return cells if varied is None else [*cells, *_ends(varied, (*_OF_CLASS[:2], *_FLAT))]


def _ends(tree: dict[str, Any], names: Sequence[str]) -> list[Cell]:
    cells: list[Cell] = [tree[name][end] if name in tree else None for name in names for end in _ENDS]
    for who, levels in _LEVELS:
        of = tree.get(f"outage_minutes_of_{who}") or {}
        cells += [of[level][end] if level in of else None for level in levels for end in _ENDS]
    return cells
