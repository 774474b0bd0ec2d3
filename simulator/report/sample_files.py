"""Every replication of a result, one line each, as JSON Lines, CSV or Parquet: for those who go on with tools of their own."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulator.report.plain import Cell, csv_lines

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult
    from simulator.ensemble.results import Comparison, Origin
    from simulator.ensemble.tenant_results import Tenancy

ENDINGS = (".jsonl", ".csv", ".parquet")
_AT_ONCE = 10_000
"""Replications that are written together; a bound on memory alone."""

Values = Mapping[str, Sequence[float] | np.ndarray]


@dataclass(kw_only=True, frozen=True)
class SampleTable:
    """Values by replication: of each row its labels, and by quantity one value for each replication; NaN where there is none."""

    origin: Origin
    rows: Sequence[tuple[Mapping[str, str], Values]]

    @property
    def replications(self) -> int:
        """How many values each quantity has."""
        return max((len(column) for _, values in self.rows for column in values.values()), default=0)

    def columns(self, first: int, end: int) -> dict[str, list[Any]]:
        """The lines of some replications, column by column: all rows of a replication stand together."""
        labels = dict.fromkeys(name for own, _ in self.rows for name in own)
        names = dict.fromkeys(name for _, values in self.rows for name in values)
        count, lines = end - first, (end - first) * len(self.rows)
        found: dict[str, list[Any]] = {
            "scenario": [self.origin.scenario] * lines, "scenario_sha256": [self.origin.scenario_sha256] * lines,
            "seed": [self.origin.seed] * lines, "replication": np.repeat(np.arange(first, end), len(self.rows)).tolist(),
        }  # fmt: skip
        found |= {name: [own.get(name) for own, _ in self.rows] * count for name in labels}
        missing = np.full(count, math.nan)
        for name in names:
            table = [_filled(values[name][first:end], missing) if name in values else missing for _, values in self.rows]
            found[name] = np.stack(table, axis=1).ravel().tolist()
        return found


def _filled(values: Sequence[float] | np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Values of as many replications as there are, and nothing for those that a row did not need any more."""
    found = np.asarray(values, dtype=float)
    return np.concatenate((found, missing[len(found) :]))


def write_samples(table: SampleTable, path: Path, kind: str) -> None:
    """Write them all as `kind`, one of ENDINGS. ImportError where Parquet is asked for and pyarrow is not installed."""
    if kind == ".parquet":
        _write_parquet(table, path)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        for n, columns in enumerate(_parts(table)):
            file.writelines(_json_lines(columns) if kind == ".jsonl" else csv_lines([] if n else list(columns), _lines(columns)))


def _parts(table: SampleTable) -> Iterator[dict[str, list[Any]]]:
    for first in range(0, table.replications, _AT_ONCE):
        yield table.columns(first, min(first + _AT_ONCE, table.replications))


def _lines(columns: Mapping[str, Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
    return zip(*columns.values(), strict=True)


def _json_lines(columns: Mapping[str, Sequence[Cell]]) -> Iterator[str]:
    for line in _lines(columns):
        told = {name: cell for name, cell in zip(columns, line, strict=True) if cell is not None and cell == cell}  # noqa: PLR0124  not NaN
        yield json.dumps(told, ensure_ascii=False, allow_nan=False) + "\n"


def _write_parquet(table: SampleTable, path: Path) -> None:
    import pyarrow as arrow
    from pyarrow import parquet

    writer: Any = None
    try:
        for columns in _parts(table):
            part = arrow.table(columns)
            writer = parquet.ParquetWriter(path, part.schema) if writer is None else writer
            writer.write_table(part)
    finally:
        if writer is not None:
            writer.close()


_OF_A_COMPARISON = {
    "outage_minutes": "outage", "time_to_recover_minutes": "recover", "lost_minutes": "lost", "worst_served": "worst",
    "blast_radius_users": "users", "lost_requests": "requests", "data_loss_minutes": "writes", "open_at_horizon": "open",
}  # fmt: skip


def comparison_samples(found: Comparison) -> SampleTable:
    """One line per replication, architecture and placement."""
    return SampleTable(
        origin=found.origin,
        rows=[
            ({found.kind: row.architecture, "placement": row.placement}, {name: row.values[q] for name, q in _OF_A_COMPARISON.items()})
            for row in found.rows
        ],
    )


def tenancy_samples(found: Tenancy) -> SampleTable:
    """One line per replication, tenant and group of its users; `group` is absent for the tenant as a whole."""
    rows = [({"tenant": row.tenant} | ({} if row.group is None else {"group": row.group}), row.values) for row in found.rows]
    return SampleTable(origin=found.origin, rows=rows)


def population_samples(found: PopulationResult) -> SampleTable:
    """One line per replication and class; `class` is absent for all tenants together."""
    return SampleTable(
        origin=found.origin, rows=[({} if row.name is None else {"class": row.name}, row.values) for row in found.rows if row.values]
    )
