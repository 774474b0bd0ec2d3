"""`azsim whatif` as a person types it: what it prints, what it writes, and what it says to a mistake."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.ensemble.saving import Saved, Saving, Savings
from simulator.report.saving_documents import saving_csv, saving_document
from simulator.report.saving_tables import saving_lines
from tests.cli.conftest import estimate, origin
from tests.cli.invoking import azsim
from tests.cli.test_documents import BASELINE, COMMON, ESTIMATE, faults, read
from tests.cli.test_tables import text
from tests.ensemble.test_savings import HALVED, IDLE, LENGTH, POWER, cut, in_zone, incident
from tests.theory.scenarios import written

SAVED = {"mean": float, "ci95?": [float]}
WHATIF = COMMON | {
    "format": str, "scenario": str, "replications": int, "tenant": str, "users": float, "placement?": {"a": str}, "pairs_tried": int,
    "as_it_was": {
        "cost_index?": float, "lost_minutes": ESTIMATE, "lost_user_hours": ESTIMATE, "open_at_horizon_share": float, "baseline?": BASELINE,
    },
    "rows": [{
        "changes": [str], "kind": str, "cost_index?": float, "lost_minutes": ESTIMATE, "saved_minutes": SAVED, "saved_user_hours": SAVED,
        "open_at_horizon_share": float, "on_front": bool, "baseline?": BASELINE,
    }],
}  # fmt: skip


def saving(*changes: str, kind: str = "mitigation", saved: float = 12.5, cost: float | None = 1.5, front: bool = False) -> Saving:
    return Saving(
        changes=changes, kind=kind, cost_index=cost, lost_minutes=estimate(100 - saved),  # type: ignore[arg-type]
        saved_minutes=Saved(mean=saved, ci95=(saved - 1, saved + 1)), saved_user_hours=Saved(mean=saved * 10, ci95=(0.0, 1.0)),
        open_at_horizon=0.5 if saved < 0 else 0.0, on_front=front,
    )  # fmt: skip


@pytest.fixture
def savings() -> Savings:
    options = (
        saving("=cmd()", "[/b]two", kind="pair", saved=1234.5, front=True),
        saving("faster"),
        saving("cheap", kind="architecture", saved=-3.0, cost=None),
    )
    return Savings(
        origin=origin(), tenant="shop", users=600.0, placement={"a": "r/z-1"}, replications=7, cost_index=1.5, lost_minutes=estimate(100.0),
        lost_user_hours=estimate(1000.0), open_at_horizon=0.0, options=options, pairs_tried=4, warnings=("few",),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    written(tmp_path, "shop", in_zone("shop", 1) | {"kind": "tenant", "users": 600})
    written(tmp_path, "elsewhere", in_zone("elsewhere", 2))
    written(tmp_path, "cut", incident(events=[cut("power-fails", POWER)], mitigations=[HALVED, IDLE], numbers=LENGTH))
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMAND = ("whatif", "cut.yaml", "elsewhere.yaml", "--tenant", "shop", "--replications", "20")


def test_the_table_says_what_each_change_saves(folder: Path) -> None:
    done = azsim(*COMMAND)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "shop in cut: what would have saved it",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "20 replications; seed 1.",
        "As it was: it loses 60.0 min [60.0, 60.0] of full service, 600 user-hours of 600 users; cost 1.0.",
        "",
        "change     kind               saved [95 %]  lost  user-hours saved  cost  Pareto",
        "elsewhere  architecture  60.0 [60.0, 60.0]   0.0               600   1.0  front",
        "halved     mitigation    30.0 [30.0, 30.0]  30.0               300   1.0",
        "idle       mitigation       0.0 [0.0, 0.0]  60.0                 0   1.0",
        "",
        "Saved: minutes of full service against the tenant as it was, replication by replication under the same dice, with the 95 % "
        "interval of the mean; lost: what is lost all the same. Cost: the tenant's own capacity over demand, and nothing of what a "
        "mitigation costs others; front: nothing else saves at least as much for at most that cost. An architecture serves all "
        "users of the tenant, those of other regions too, behind the load balancers that the tenant lends it; placed where the failure "
        "strikes, if a zone is what fails. A pair is told where it saves more than the better one of its two, by "
        "1 % of the loss or more.",
        "None of the 3 pairs tried does.",
    ]


def test_a_lower_bound_a_pair_and_a_warning_are_marked(savings: Savings) -> None:
    lines = text(saving_lines(savings, None)).splitlines()
    assert lines[3] == "As it was: it loses 100 min [99.0, 101] of full service, 1,000 user-hours of 600 users; cost 1.5."
    assert lines[5:9] == [
        "change            kind                  saved [95 %]    lost  user-hours saved  cost  Pareto",
        "=cmd() + [/b]two  pair          1,234 [1,234, 1,236]  -1,134            12,300   1.5  front",
        "faster            mitigation       12.5 [11.5, 13.5]    87.5               125   1.5",
        "cheap             architecture     -3.0 [-4.0, -2.0]    103*               -30",
    ]
    assert lines[-2:] == [
        "* In some replications an outage was still open when the simulated time ended: more is lost.",
        "Warning: few.",
    ]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_no_figure_is_lost_on_a_narrow_terminal(savings: Savings, width: int) -> None:
    def words(width: int) -> set[str]:
        return set(text(saving_lines(savings, width)).split()) - {"saved", "[95", "%]", "lost", "cost", "change", "kind", "user-hours"}

    assert words(width) | {"saved:", "lost:", "cost:", "kind:", "%]:"} >= words(10_000) - {"Pareto"}


def test_one_replication_has_no_interval(folder: Path) -> None:
    lines = azsim(*COMMAND[:-1], "1").stdout.splitlines()
    assert "As it was: it loses 60.0 min of full service, 600 user-hours of 600 users; cost 1.0." in lines
    assert "change     kind          saved  lost  user-hours saved  cost  Pareto" in lines
    assert "Minutes in one replication, which has no interval." in lines
    assert "Warning: 1 replication is few: take at least 20 for a sound interval." in lines


def test_json_and_csv_keep_the_contract(savings: Savings, folder: Path) -> None:
    document = read(saving_document(savings, "azsim whatif storm"))
    assert faults(document, WHATIF) == []
    assert document["format"] == "azsim.whatif/1"
    assert "cost_index" not in document["rows"][2], "what is unknown is absent"
    printed = json.loads(azsim(*COMMAND, "--format", "json").stdout)
    assert faults(printed, WHATIF) == []
    assert [(row["changes"], row["saved_minutes"]["mean"]) for row in printed["rows"]] == [
        (["elsewhere"], 60.0), (["halved"], 30.0), (["idle"], 0.0),
    ]  # fmt: skip
    assert printed["command"] == "azsim whatif cut.yaml elsewhere.yaml --tenant shop --replications 20 --format json"
    rows = list(csv.DictReader(io.StringIO(saving_csv(savings))))
    assert [row["kind"] for row in rows] == ["as_it_was", "pair", "mitigation", "architecture"]
    assert (rows[1]["change"], rows[1]["on_front"], rows[3]["cost_index"]) == ("'=cmd() + [/b]two", "true", "")
    assert [row["saved_minutes_mean"] for row in rows] == ["", "1234.5", "12.5", "-3.0"]
    shown = list(csv.DictReader(io.StringIO(azsim(*COMMAND, "--format", "csv").stdout)))
    assert [(row["change"], row["lost_minutes_mean"]) for row in shown] == [
        ("", "60.0"), ("elsewhere", "0.0"), ("halved", "30.0"), ("idle", "60.0"),
    ]  # fmt: skip


def test_the_folder_gets_documents_and_a_picture(folder: Path) -> None:
    done = azsim(*COMMAND, "--out", "out")
    assert done.stderr == "whatif.json, whatif.csv and the pictures are in out\n"
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["whatif.csv", "whatif.json", "whatif.png", "whatif.svg"]


def test_mistakes_are_told(folder: Path) -> None:
    def said(*arguments: str) -> str:
        done = azsim(*arguments)
        assert (done.exit_code, done.stdout) == (2, "")
        return done.stderr

    assert said("whatif", "cut.yaml", "elsewhere.yaml", "--tenant", "shopp") == (
        "shopp: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'shop'?\n"
    )
    assert "Missing option '--tenant'." in said("whatif", "cut.yaml")
    assert said("whatif", "cut.yaml", "--tenant", "shop", "--without", "cut").splitlines()[-1] == "    Its mechanisms are: none."
    assert "the architecture 'elsewhere' is named twice" in said("whatif", "cut.yaml", *["elsewhere.yaml"] * 2, "--tenant", "shop")


def test_nothing_to_choose_from_is_said(folder: Path, savings: Savings) -> None:
    lines = text(saving_lines(replace(savings, options=(), pairs_tried=0), None)).splitlines()
    assert "There are neither mitigations in this scenario nor architectures for its world." in lines
