"""What an incident did to a population of tenants, as JSON and CSV, for programs."""

from typing import TYPE_CHECKING, Any

from simulator.report.plain import Cell, csv_text

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult, PopulationRow
    from simulator.ensemble.results import Estimate

_SHARES = ("down_ever", "down_peak", "users_ever", "users_peak", "open_at_horizon")
_AMOUNTS = ("users", "offered_user_hours", "served_user_hours", "lost_user_hours")
_CELLS = (
    ("users", "down_ever_share", "down_peak_share", "users_ever_share", "users_peak_share"),
    ("offered_user_hours", "served_user_hours", "lost_user_hours", "open_at_horizon_share"),
)


def population_document(found: "PopulationResult", command: str) -> dict[str, Any]:
    """`azsim.population/1`: all tenants together, then each class, and the share that is down over time."""
    origin = found.origin
    return {
        "format": "azsim.population/1",
        "scenario": origin.scenario,
        "azsim_version": origin.azsim_version,
        "scenario_sha256": origin.scenario_sha256,
        "command": command,
        "seed": origin.seed,
        "start": origin.start.isoformat(),
        "replications": found.replications,
        "population": found.population,
        "objective": found.objective,
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
    return {
        "class": row.name,
        "share": row.share,
        "tenants": row.tenants,
        **{name: _estimate(getattr(row, name)) for name in _AMOUNTS},
        **{f"{name}_share": _estimate(getattr(row, name)) for name in _SHARES},
        "outage_minutes_of_all": {level: _estimate(one) for level, one in row.outage_of_all.items()},
        "outage_minutes_of_down": (
            None if row.outage_of_down is None else {level: _estimate(one) for level, one in row.outage_of_down.items()}
        ),
    }


def _estimate(one: "Estimate") -> dict[str, Any]:
    return {"mean": one.mean, "ci95": one.ci95, "p05": one.p05, "p50": one.p50, "p95": one.p95}


def population_csv(found: "PopulationResult") -> str:
    """One line for all tenants and one per class; of each quantity median and 5-95 % over replications."""
    ends = ("p50", "p05", "p95")
    heads = ["scenario", "population", "replications", "class", "share", "share_as_written", "tenants"]
    heads += [f"{name}_{end}" for names in _CELLS for name in names for end in ends]
    heads += [f"outage_minutes_of_{who}_{level}_{end}" for who, levels in _LEVELS for level in levels for end in ends]
    return csv_text(heads, [_cells(found, row) for row in found.rows])


_LEVELS = (("all", ("p50", "p90", "p99")), ("down", ("p05", "p25", "p50", "p75", "p95")))


def _cells(found: "PopulationResult", row: "PopulationRow") -> list[Cell]:
    tree = _row(row)
    cells: list[Cell] = [found.origin.scenario, found.population, found.replications, row.name]
    cells += [row.share, found.shares_as_written.get(str(row.name)), row.tenants]
    for names in _CELLS:
        cells += [tree[name][end] for name in names for end in ("p50", "p05", "p95")]
    for who, levels in _LEVELS:
        of = tree[f"outage_minutes_of_{who}"] or {}
        cells += [of[level][end] if level in of else None for level in levels for end in ("p50", "p05", "p95")]
    return cells
