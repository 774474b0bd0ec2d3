"""`azsim sensitivity`: table, JSON, CSV and pictures of a small incident whose answer is known, and what cannot be asked."""

import csv
import io
import json
from pathlib import Path

import pytest

from simulator.scenario import building
from tests.cli.invoking import azsim
from tests.ensemble.unknown_world import shop, two_closures
from tests.theory.scenarios import BASIS, tree_of, written

FEW = ["--replications", "2", "--trajectories", "3", "--workers", "1"]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("unknown")
    return ["sensitivity", str(two_closures(folder)), "--architecture", str(shop(folder)), *FEW]


def fine(*arguments: str) -> str:
    done = azsim(*arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(*arguments: str) -> str:
    done = azsim(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_the_table_says_what_moves_it_and_what_does_not(words: list[str]) -> None:
    lines = fine(*words).splitlines()
    assert lines[:4] == [
        "shop in two-closures: which unknown number moves its lost minutes most",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "Morris, 3 trajectories; 2 replications at each of 21 points; seed 1.",
        "As the files say it loses 35.0 min [35.0, 35.0] of full service, placed where the failure strikes.",
    ]
    assert [line.split()[:2] for line in lines[5:8]] == [["number", "basis"], ["outage", "assumed"], ["scale", "fitted"]]
    assert "outage  assumed  10–40 min       25 min  20.0 → 50.0   30.0 [30.0, 30.0]    0.0" in lines
    assert "No effect: lamps." in lines
    assert "Nothing that happens here stands for: floor." in lines
    assert "independent of each other" in lines[-1]
    assert "wider than what the fit leaves open" in lines[-1]


def test_shares_of_the_variance_have_a_table_of_their_own(words: list[str]) -> None:
    lines = fine(*words[:4], "--method", "sobol", "--samples", "8", "--replications", "1", "--workers", "1").splitlines()
    assert lines[2] == "Sobol, 8 samples; 1 replication at each of 49 points; seed 1."
    assert " ".join(lines[5].split()) == "number basis range in the file low → high total [95 %] alone [95 %] chance"
    assert lines[6].endswith("not told apart")
    assert "one replication says nothing about chance" in lines[-1]


def test_json_and_csv_say_the_same(words: list[str]) -> None:
    document = json.loads(fine(*words, "--format", "json"))
    assert document["format"] == "azsim.sensitivity/1"
    assert document["command"].startswith("azsim sensitivity ")
    assert (document["architecture"], document["case"], document["method"], document["trajectories"]) == ("shop", "hit", "morris", 3)
    first, second, third, last = document["rows"]
    assert (first["number"], first["of"], first["basis"], first["range"], first["value"]) == (
        "outage", "two-closures", "assumed", ["10 min", "40 min"], "25 min",
    )  # fmt: skip
    assert first["swing"] == {
        "lost_minutes_low": pytest.approx(20), "lost_minutes_high": pytest.approx(50), "difference_minutes": pytest.approx(30),
        "ci95": [pytest.approx(30), pytest.approx(30)],
    }  # fmt: skip
    assert first["morris"]["mu_star_minutes"] == pytest.approx(30)
    assert first["middle"] == "arithmetic"
    assert (second["middle"], second["verdict"], third["verdict"], last["verdict"]) == ("geometric", "told apart", "none", "unused")
    assert "swing" not in last
    table = list(csv.DictReader(io.StringIO(fine(*words, "--format", "csv"))))
    assert [row["number"] for row in table] == [row["number"] for row in document["rows"]]
    assert float(table[0]["mu_star_minutes"]) == pytest.approx(30)
    assert table[-1]["lost_minutes_low"] == ""
    assert table[0]["total_share"] == ""


def test_a_folder_gets_results_and_the_picture(words: list[str], tmp_path: Path) -> None:
    done = azsim(*words, "--out", str(tmp_path / "out"))
    assert done.exit_code == 0
    assert done.stderr == f"sensitivity.json, sensitivity.csv and the pictures are in {tmp_path / 'out'}\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"sensitivity.{k}" for k in ("csv", "json", "png", "svg")]


def test_one_number_is_asked_for_another_is_held(words: list[str]) -> None:
    assert "scale" not in fine(*words, "--number", "outage").split("sigma")[1].split("Minutes.")[0]
    held = fine(*words, "--set", "outage=30 min")
    assert "it loses 40.0 min" in held
    assert "\noutage" not in held


def test_a_tenant_is_told_of_where_it_stood(words: list[str], tmp_path: Path) -> None:
    kiosk = {
        "name": "kiosk", "summary": "tea", "users": 50, "calls": 1, "enters": "hatch",
        "components": [{"path": "hatch", "requires": {"live": "door"}, "basis": BASIS}],
        "placement": [{"region": "north", "roles": ["a"], "fixed": ["north/zone-2"]}],
    }  # fmt: skip
    scenario = str(two_closures(tmp_path, probes=[kiosk]))
    out = fine("sensitivity", scenario, "--tenant", "kiosk", *FEW)
    assert "kiosk in two-closures" in out
    assert "loses 35.0 min [35.0, 35.0] of full service, where it stood." in out
    assert "outage  assumed" in out


def test_what_cannot_be_asked_is_said_in_a_line(words: list[str], tmp_path: Path) -> None:
    scenario = words[1]
    assert "nowhere" in refused("sensitivity", scenario, "--architecture", "nowhere")
    assert "--samples goes with --method sobol. Leave one of them out." in refused(*words, "--samples", "8")
    assert "--trajectories goes with --method morris." in refused(*words[:4], "--method", "sobol", "--trajectories", "2")
    assert "12 is no power of two" in refused(*words[:4], "--method", "sobol", "--samples", "12")
    assert "Did you mean 'outage'?" in refused(*words, "--number", "outrage")
    assert "Leave one of them out." in refused(*words, "--tenant", "kiosk")
    door = tree_of(name="known", horizon="2 h", components=[{"path": "north/door"}], hit_zones=["north/zone-1"])
    shut = {"name": "shut", "at": "1 h", "do": {"fail": {"target": "north/door", "for": "10 min"}}, "basis": BASIS}
    nothing = refused("sensitivity", str(written(tmp_path, "known", {**door, "events": [shut]})), "--architecture", words[3])
    assert "there is nothing to vary: neither known nor what rides in it has a number whose basis states a range" in nothing
    assert "has no placement that is missed in two-closures" in refused(*_everywhere(tmp_path), "--case", "missed")


def _everywhere(folder: Path) -> list[str]:
    """The shop in both of the two zones."""
    both = shop(folder, roles=("a", "b"))
    return ["sensitivity", str(two_closures(folder)), "--architecture", str(both), *FEW]


@pytest.mark.parametrize("name", ["2012-06-29-us-east-1-power-loss", "2012-12-24-us-east-1-elb-state-deletion"])
def test_an_incident_read_for_one_tenant_is_the_same_incident(name: str) -> None:
    """What is replayed hangs on no other tenant and on no observation."""
    whole, some = building.load(name), building.load(name, only=["heroku"])
    assert [probe.name for probe in some.probes] == ["heroku"]
    assert some.probes[0] in whole.probes
    told = {"probes", "observations", "record"}
    assert some.model_dump(exclude=told) == whole.model_dump(exclude=told)
    assert (some.observations, some.record) == ((), ())
