"""`azsim population`: how many of all tenants were down, as a table, JSON, CSV and a picture."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from simulator.report.population_tables import ASSUMED, BOTH, LEGEND, NIGHT_ONLY
from tests.cli import test_documents as contract
from tests.cli.test_commands import STORM, fine, refused
from tests.cli.test_endings import on_terminal
from tests.theory import crowd_world

ESTIMATE = contract.ESTIMATE | {"ci95?": [float]}
ESTIMATE.pop("ci95")
LEVELS = {"t_seconds": [float], **{f"{who}_down_share": {end: [float] for end in ("p05", "p50", "p95")} for who in ("tenants", "users")}}
TOLL = {
    **{f"{who}_{when}_share": ESTIMATE for who in ("down", "users") for when in ("ever", "peak")},
    **{f"{what}_minutes_per_user": ESTIMATE for what in ("served", "lost")}, "open_at_horizon_share": ESTIMATE,
    "outage_minutes_of_all": dict.fromkeys(("p50", "p90", "p99"), ESTIMATE),
    "outage_minutes_of_down?": dict.fromkeys(("p05", "p25", "p50", "p75", "p95"), ESTIMATE),
}  # fmt: skip
POPULATION = contract.COMMON | {
    "format": str, "scenario": str, "start": str, "replications": int, "varied_replications": int, "population": str, "objective": float,
    "over_time": LEVELS,
    "rows": [TOLL | {
        "class?": str, "share": float, "share_as_written?": float, "share_of_users": float, "sample_tenants": int, "sample_users": float,
        "baseline?": contract.BASELINE, "with_assumed_varied?": TOLL | {"share": ESTIMATE, "share_of_users": ESTIMATE},
    }],
}  # fmt: skip


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The beginning of a command: a scenario with a population of three classes, one of which nothing can happen to."""
    folder = tmp_path_factory.mktemp("town")
    spared = {"has": [crowd_world.held("sign", "hill", per="region")], "share": "5 %", "users": 100}
    classes = {name: crowd_world.CLASSES[name] | {"share": "25 %"} for name in ("striped", "growing")}
    path = crowd_world.crowd(folder, "town", **classes, spared=spared)
    return f"population {crowd_world.region(folder)} --population {path} --tenants 220"


def test_the_table_tells_all_and_each_class(town: str) -> None:
    lines = fine(f"{town} --replications 20").splitlines()
    assert lines[:5] == [
        "half-dark: made for a test",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "220 tenants of the population town; 20 replications; seed 1; objective 95 %.",
        f"{ASSUMED} The shares there sum to 55 %, and are scaled to 100 %.",
        "",
    ]
    assert lines[-3:-1] == [
        LEGEND, f"The population is a sample of 220 tenants, and its shares are assumed. {NIGHT_ONLY}",
    ]  # fmt: skip
    assert lines[-1].startswith("Warning: where nothing was lost in any of 20 replications, the interval is an upper bound: the chance")
    radius, outages = lines[5:10], lines[11:16]
    assert re.split("  +", radius[0]) == ["class", "tenants", "users", "down ever", "at the peak", "users ever", "at the peak"]
    assert re.split("  +", radius[1])[:3] == ["all", "100 %", "100 %"]
    assert re.split("  +", radius[2].strip())[:3] == ["striped", "45.5 %", "49.5 %"]
    assert re.fullmatch(r"\d\d(\.\d)? % \[\d\d(\.\d)?–\d\d(\.\d)?\]", re.split("  +", radius[2])[4])
    assert re.split("  +", radius[4].strip()) == ["spared", "9.1 %", "1 %", *["0 %"] * 4]
    assert re.split("  +", outages[0]) == ["class", "outage", "5–95 % of tenants", "lost per user", "5–95 %", "still down"]
    assert re.split("  +", outages[4].strip()) == ["spared", "0"]


def test_with_assumed_numbers_varied_there_is_a_range_more(town: str) -> None:
    lines = fine(f"{town} --replications 20 --vary assumed").splitlines()
    assert lines[:16] == fine(f"{town} --replications 20").splitlines()[:16]
    assert lines[17] == "With all assumed numbers drawn anew in each of 20 replications, 5–95 %:"
    table = [re.split("  +", row.strip()) for row in lines[18:23]]
    assert table[0] == ["class", "tenants", "users", "down ever", "at the peak", "users ever", "at the peak", "lost per user"]
    assert table[4] == ["spared", "9.1 %", "1 %", *["0 %"] * 4]
    assert lines[-2] == f"The population is a sample of 220 tenants, and its shares are assumed. {BOTH}"


def test_a_class_without_tenants_is_blank(town: str) -> None:
    line = town.replace("220", "1") + " --replications 20"
    lines = fine(line).splitlines()
    assert lines[2] == "1 tenant of the population town; 20 replications; seed 1; objective 95 %."
    assert [re.split("  +", row.strip()) for row in lines[7:10]] == [
        ["striped", "100 %", "100 %", *re.split("  +", lines[7].strip())[3:]], ["growing", "0 %", "0 %"], ["spared", "0 %", "0 %"],
    ]  # fmt: skip
    assert [row.strip() for row in lines[13:16]][1:] == ["growing", "spared"]
    assert lines[-2].startswith("The population is a sample of 1 tenant, and")
    assert "down_ever_share" not in json.loads(fine(f"{line} --format json"))["rows"][2]


def test_a_warning_tells_what_is_too_small(town: str) -> None:
    lines = fine(town.replace("220", "60") + " --replications 2").splitlines()
    assert lines[-3:-1] == [
        "Warning: 2 replications are too few for the 5 % and 95 % quantiles: take at least 20.",
        "Warning: fewer than 20 tenants stand for spared: take more tenants.",
    ]


def test_json_keeps_the_contract(town: str) -> None:
    for replications, more in ((1, ""), (3, ""), (2, " --vary assumed")):
        line = f"{town} --replications {replications} --seed 3{more} --format json"
        document = json.loads(fine(line))
        assert contract.faults(document, POPULATION) == []
        assert (document["format"], document["command"], document["seed"]) == ("azsim.population/1", f"azsim {line}", 3)
        whole, striped, _, spared = document["rows"]
        assert not {"class", "share_as_written"} & set(whole)
        assert (striped["class"], striped["share_as_written"], striped["sample_tenants"]) == ("striped", 0.25, 100)
        assert "outage_minutes_of_down" not in spared
        assert ("with_assumed_varied" in spared, document["varied_replications"]) == (bool(more), 20 if more else 0)
        assert len(document["over_time"]["users_down_share"]["p50"]) == len(document["over_time"]["t_seconds"])


def test_csv_has_a_line_for_all_and_for_each_class(town: str) -> None:
    heads, *rows = csv.reader(io.StringIO(fine(f"{town} --replications 3 --format csv")))
    assert [row[heads.index("class")] for row in rows] == ["", "striped", "growing", "spared"]
    document = json.loads(fine(f"{town} --replications 3 --format json"))
    for row, one in zip(rows, document["rows"], strict=True):
        found = dict(zip(heads, row, strict=True))
        assert float(found["lost_minutes_per_user_p50"]) == one["lost_minutes_per_user"]["p50"]
        assert float(found["outage_minutes_of_all_p99_p95"]) == one["outage_minutes_of_all"]["p99"]["p95"]
        assert bool(found["outage_minutes_of_down_p50_p50"]) == ("outage_minutes_of_down" in one)


def test_csv_has_columns_more_where_assumed_numbers_are_varied(town: str) -> None:
    plain, varied = (
        list(csv.DictReader(io.StringIO(fine(f"{town} --replications 2{more} --format csv")))) for more in ("", " --vary assumed")
    )
    document = json.loads(fine(f"{town} --replications 2 --vary assumed --format json"))
    for before, row, one in zip(plain, varied, document["rows"], strict=True):
        assert {name: row[name] for name in before} == before
        assert float(row["assumed_lost_minutes_per_user_p95"]) == one["with_assumed_varied"]["lost_minutes_per_user"]["p95"]
        assert float(row["assumed_share_p05"]) == one["with_assumed_varied"]["share"]["p05"]


def test_out_writes_all_of_it(town: str, tmp_path: Path) -> None:
    said = fine(f"{town} --replications 2 --out {tmp_path / 'new'}")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "population.csv", "population.json", "population.png", "population.svg",
    ]  # fmt: skip
    assert said == fine(f"{town} --replications 2")


def test_the_catalogue_population_is_taken_where_none_is_named() -> None:
    said = fine(f"population {STORM} --tenants 500 --replications 1 --without scale-up-bug --set movable-share='10 %'")
    assert "500 tenants of the population us-east-1-2012; 1 replication; seed 1; objective 95 %; without scale-up-bug." in said
    assert "The shares there sum to 97.7 %, and are scaled to 100 %." in said


def test_mistakes_are_told(town: str, tmp_path: Path) -> None:
    scenario = town.split()[1]
    assert refused(f"population {scenario}") == (
        "world: the catalogue has no population for the world 'world'\n    Name one. There are: us-east-1-2012.\n"
    )
    assert "the catalogue has no population of this name" in refused(f"population {STORM} --population us-east-1-2013")
    assert "there is no number 'shift-work'" in refused(f"population {scenario} --population us-east-1-2012")
    assert "there is no number 'movable-shar' to set" in refused(f"population {STORM} --set movable-shar='1 %'")
    assert "this is the file of a tenant" in refused(f"population {STORM} --population scenarios/architectures/two-zone.yaml")
    assert refused(f"population {STORM} --set one-server-share=150%") == (
        "--set one-server-share: the number 'one-server-share' is a share, and '150%' is more than the whole\n    Write at most '100 %'.\n"
    )
    assert refused(f"population {STORM} --set servers-of-small=2.5").endswith(
        "    Set the number 'servers-of-small' to another value: write a whole number.\n"
    )
    assert "Invalid value for '--tenants'" in refused(f"population {STORM} --tenants 0")


def test_a_population_is_listed_checked_and_shown(town: str, tmp_path: Path) -> None:
    assert "populations" in fine("list").splitlines()
    rows = json.loads(fine("list populations --format json"))["rows"]
    assert [row["name"] for row in rows] == ["us-east-1-2012"]
    assert fine("check us-east-1-2012") == "us-east-1-2012: ok\n"
    once = fine("show us-east-1-2012 --set movable-share='10 %'")
    assert once.startswith("format: 1\nname: us-east-1-2012\nsummary: ")
    assert "    share: 10 %\n" in once
    (tmp_path / "shown.yaml").write_text(once)
    assert fine(f"show {tmp_path / 'shown.yaml'}") == once
    _, scenario, _, path, *_ = town.split()
    assert fine(f"check {path} --scenario {scenario}") == f"{path}: ok\n"
    assert "has no component 'volumes'" not in refused(f"check {path}")
    assert "the world has no region 'north'" in refused(f"check {path}")


def test_a_narrow_terminal_shows_every_figure(azsim: str, town: str) -> None:
    code, seen = on_terminal([azsim, *town.split(), "--replications", "2"], 40, errors=False)
    assert code == 0
    assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", seen).splitlines())) <= 40
    assert "spared" in seen
