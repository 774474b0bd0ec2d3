"""Every replication in a file: the same numbers in all three kinds, in order, and in no other place than asked for."""

from __future__ import annotations

import csv
import json
import math
import shlex
import sys
from pathlib import Path

import click.testing
import numpy as np
import pytest

from simulator import api
from simulator.cli import main
from simulator.ensemble.results import Origin
from simulator.report import sample_files
from simulator.report.sample_files import ENDINGS, SampleTable, comparison_samples, population_samples, tenancy_samples, write_samples
from tests.cli.conftest import origin

DRILL = "zone-power-interruption"


def table(made: Origin) -> SampleTable:
    numbers = np.array([0.1, 1e-300, 123456789.123456789, math.nan])
    return SampleTable(
        origin=made,
        rows=[
            ({"architecture": "=cmd()", "placement": "hit"}, {"lost_minutes": numbers}),
            ({"architecture": "two"}, {"open": [0, 1, 0, 1]}),
        ],
    )


def written(made: SampleTable, folder: Path, kind: str) -> Path:
    path = folder / f"samples{kind}"
    write_samples(made, path, kind)
    return path


@pytest.mark.parametrize("at_once", [1, 3, 10_000])
def test_all_kinds_say_the_same(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet

    monkeypatch.setattr(sample_files, "_AT_ONCE", at_once)
    made = table(origin())
    lines = [json.loads(line) for line in written(made, tmp_path, ".jsonl").read_text().splitlines()]
    rows = list(csv.DictReader(written(made, tmp_path, ".csv").read_text().splitlines()))
    frame = parquet.read_table(written(made, tmp_path, ".parquet")).to_pylist()
    assert [line["replication"] for line in lines] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [line.get("lost_minutes") for line in lines[::2]] == [0.1, 1e-300, 123456789.123456789, None]
    assert [line["open"] for line in lines[1::2]] == [0, 1, 0, 1]
    assert [row["architecture"] for row in rows[:2]] == ["'=cmd()", "two"]
    for line, row, entry in zip(lines, rows, frame, strict=True):
        for name in row:
            if name != "architecture":
                assert row[name] == ("" if line.get(name) is None else str(line[name]))
            known = None if isinstance(entry[name], float) and math.isnan(entry[name]) else entry[name]
            assert known == line.get(name)


def test_a_comparison_is_there_replication_by_replication() -> None:
    found = api.compare(DRILL, ["two-zone", "single-zone"], replications=3, drawn=False)
    columns = comparison_samples(found).columns(0, 3)
    assert columns["architecture"] == ["two-zone"] * 3 + ["single-zone"] * 3 + ["two-zone"] * 3 + ["single-zone"] * 3 + (
        ["two-zone"] * 3 + ["single-zone"] * 3
    )
    assert columns["lost_minutes"][::6] == found.rows[0].values["lost"].tolist()
    assert columns["seed"] == [1] * 18


def test_tenants_and_populations_too() -> None:
    tenants = tenancy_samples(api.tenants(DRILL, ["static-capacity"], replications=2))
    assert tenants.columns(0, 2)["tenant"] == ["static-capacity"] * 2
    people = population_samples(api.population("2012-06-29-us-east-1-power-loss", tenants=40, replications=2))
    columns = people.columns(0, 2)
    assert columns["class"][0] is None
    assert len(set(map(len, columns.values()))) == 1


def samples(line: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, shlex.split(line), prog_name="azsim")


@pytest.mark.parametrize("kind", ENDINGS)
def test_from_the_command_line(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"night{kind}"
    assert samples(f"compare {DRILL} two-zone --replications 2 --samples {path}").exit_code == 0
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size > 500


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "compare", lambda *_, **__: pytest.fail("the work was done first"))
    done = samples(f"compare {DRILL} two-zone --samples {tmp_path}/a.txt")
    assert done.exit_code == 2
    assert "does not say how to write samples: name a file that ends in .jsonl, .csv, .parquet." in done.stderr
    done = samples(f"compare {DRILL} two-zone --samples {tmp_path}/no/a.csv")
    assert (done.exit_code, done.stderr) == (
        2, f"azsim: cannot write to '{tmp_path}/no/a.csv': no such file or directory; create the folder first, or name another place\n",
    )  # fmt: skip
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "pyarrow" else sys.modules[name].__spec__)
    done = samples(f"compare {DRILL} two-zone --samples {tmp_path}/a.parquet")
    assert "Parquet needs the package 'pyarrow': pip install 'azsim[parquet]', or name a file that ends in .csv." in done.stderr
    assert list(tmp_path.iterdir()) == []
