"""`azsim matrix` as a person types it, on a world small enough to say beforehand what each architecture loses."""

import csv
import io
import json
from pathlib import Path

import pytest

from simulator import api
from simulator.ensemble.matrix_results import Matrix
from simulator.report.matrix_documents import matrix_csv, matrix_document
from simulator.report.matrix_tables import LEGEND, STOOD, matrix_lines
from simulator.report.matrix_wording import CHOSEN, enough
from simulator.scenario import catalogue
from tests.cli.invoking import azsim
from tests.cli.matrix_world import HIT, deployed, world
from tests.cli.test_documents import MATRIX, faults, read
from tests.cli.test_tables import text
from tests.theory.scenarios import written


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shop = deployed("shop", ("north", "a"), fixed="north/zone-1") | {"kind": "tenant", "users": 600}
    for name, tree in (
        ("one", deployed("one", ("north", "a"))),
        ("two", deployed("two", ("north", "ab"), carries="50 %")),
        ("spread", deployed("spread", ("north", "a"), ("south", "b"))),
        ("away", deployed("away", ("south", "a"))),
        ("nowhere", deployed("nowhere", ("west", "a"))),
        ("shop", shop),
    ):
        written(tmp_path, name, tree)
    fails = {"name": "power-fails", "at": "1 h", "do": {"fail": {"target": HIT, "for": "60 min"}}}
    written(tmp_path, "cut", world("cut", events=[fails], hit_zones=["north/zone-1"], probes=["shop"]))
    breaks = {"failure": {"after": {"law": {"exponential": {"mean": "24 h"}}}}, "recovery": [{"wait": {"for": "3 h"}}]}
    written(tmp_path, "spell", world("spell", gate=breaks, horizon="96 h") | {"start": "2029-12-31T00:00Z"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


ALL = ("cut.yaml", "spell.yaml", *(word for name in ("one", "two", "spread", "away") for word in ("--architecture", f"{name}.yaml")))


def shown(*arguments: str) -> list[str]:
    done = azsim("matrix", *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout.splitlines()


def said(*arguments: str) -> str:
    done = azsim("matrix", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_the_table_says_what_each_architecture_loses_and_what_was_worth_what(folder: Path) -> None:
    lines = shown(*ALL, "--tenants", "--replications", "20")
    assert lines[:28] == [
        "2 incidents x 4 architectures and 1 tenant",
        "Conditional on each incident: what happens given that it does, and no forecast of how often.",
        "20 replications; seed 1. Each incident is counted within its own simulated time.",
        "",
        "began       incident  simulated  region  instances",
        "2029-12-31  spell           4 d  north",
        "2030-01-01  cut            12 h  north        50 %",
        "",
        "2029-12-31",
        "  In one zone 622 min are lost on average, since chance says who is hit (one). Saved of that by the best of each kind: nothing by "
        "more zones (two), 50 % by a second region (spread), 100 % outside of the region (away). More zones do not save half of what one "
        "zone loses; a second region does.",
        "",
        "2030-01-01",
        "  In one zone 60.0 min are lost where the failure strikes (one). Saved of that by the best of each kind: 50 % by more "
        "zones (two), 100 % by a second region (spread), 100 % outside of the region (away). More zones save at least half of what one "
        "zone loses.",
        "",
        "lost minutes, hit: placed where the failure strikes",
        "architecture  cost      2029-12-31†  2030-01-01",
        "away           1.0                –         0.0",
        "one            1.0  655* [539, 771]        60.0",
        "two            1.0  655* [539, 771]        30.0",
        "spread         2.0  328* [270, 386]         0.0",
        "",
        "lost minutes, average: over all zones it may have got",
        "architecture  cost       2029-12-31  2030-01-01",
        "away           1.0              0.0         0.0",
        "one            1.0  622* [493, 752]        30.0",
        "two            1.0  622* [493, 752]        30.0",
        "spread         2.0  311* [246, 376]         0.0",
        "",
    ]
    at = lines.index("lost minutes, tenants: where they stood")
    assert lines[at + 1 : at + 4] == ["tenant  cost  2029-12-31†  2030-01-01", "shop     1.0            –        60.0", ""]
    unseen = (
        "where nothing was lost in any of 20 replications, the interval is an upper bound: the chance to lose anything is below 14 % in "
        "each."
    )
    assert lines[-7:] == [
        "",
        f"{LEGEND} {STOOD} {CHOSEN} † No zone fails, and chance says who is hit: hit are the replications in which it lost anything, as "
        "few as 19 of 20. – No place in it, or never hit by chance.",
        "* In some replications an outage was still open when the simulated time ended: it lasts longer.",
        "shop has no place in 2029-12-31: neither the scenario nor the catalogue has a tenant of this name.",
        "Warning: spell: estimates rest on as few as 19 hits: take more replications.",
        "Warning: spell: never hit in 20: away.",
        f"Warning: cut: {unseen}",
    ]
    assert [line for line in lines if line.startswith(("outage minutes", "users not"))] == [
        "outage minutes, hit: placed where the failure strikes",
        "outage minutes, average: over all zones it may have got",
        "users not served, in %, hit: placed where the failure strikes",
        "users not served, in %, average: over all zones it may have got",
        "outage minutes, tenants: where they stood",
        "users not served, in %, tenants: where they stood",
    ]


def test_where_chance_struck_nobody_nothing_is_known_of_being_hit(folder: Path) -> None:
    seldom = {"failure": {"after": {"law": {"exponential": {"mean": "100000 h"}}}}, "recovery": [{"wait": {"for": "3 h"}}]}
    written(folder, "calm", world("calm", gate=seldom))
    line: tuple[str, ...] = ("calm.yaml", "--architecture", "one.yaml", "--architecture", "spread.yaml", "--replications", "3")
    lines = shown(*line)
    assert "  Chance never struck one zone (one). These replications do not tell what saves at least half of what one zone loses." in lines
    at = lines.index("lost minutes, hit: placed where the failure strikes")
    assert lines[at + 2 : at + 4] == ["one            1.0            –", "spread         2.0            –"]
    assert lines[-1] == "Warning: calm: never hit in 3: one, spread."
    document = json.loads("\n".join(shown(*line, "--format", "json")))
    assert document["incidents"][0]["enough"] == "unsure"
    hits = [row for row in document["rows"] if row["case"] == "if_hit"]
    assert hits == [
        {"scenario": "calm", "kind": "architecture", "name": name, "cost_index": cost, "case": "if_hit", "replications": 0}
        for name, cost in (("one", 1.0), ("spread", 2.0))
    ]
    table = csv.DictReader(io.StringIO("\n".join(shown(*line, "--format", "csv"))))
    assert [(row["replications"], row["measure"], row["mean"]) for row in table if row["case"] == "if_hit"] == [("0", "", "")] * 2


def test_a_handful_of_hits_has_no_interval_and_settles_nothing(folder: Path) -> None:
    found = api.matrix(["spell.yaml"], architectures=["one.yaml", "spread.yaml"], replications=4)
    (spell,) = found.incidents
    hit = found.cells[0].figures["if_hit"]
    assert (hit.replications, hit.lost_minutes.ci95) == (4, None)
    assert {(one.saved_ci95, one.beyond_half_ci95) for one in spell.reached} == {(None, None)}
    assert enough(spell) == "unsure"
    assert "spell: fewer than 5 hits, and so means without intervals: one (4), spread (4)" in found.warnings


def test_no_interval_leaves_the_simulated_time(folder: Path) -> None:
    found = api.matrix(["spell.yaml"], architectures=["one.yaml"], replications=6, seed=5)
    for cell in found.cells:
        for figures in cell.figures.values():
            for one, most in ((figures.lost_minutes, 96 * 60), (figures.outage_minutes, 96 * 60), (figures.lost_requests, 96 * 3600 * 100)):
                assert one.ci95 is not None
                assert 0.0 <= one.ci95[0] <= one.mean <= one.ci95[1] <= most


def test_what_never_happened_is_left_out_unless_it_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder / "shelf"
    for kind, names in (("incidents", ["cut", "spell"]), ("architectures", ["one"]), ("tenants", ["shop"])):
        (root / kind).mkdir(parents=True)
        for name in names:
            (folder / f"{name}.yaml").rename(root / kind / f"{name}.yaml")
    spell = root / "incidents" / "spell.yaml"
    spell.write_text(f"invented: true\n{spell.read_text(encoding='utf-8')}", encoding="utf-8")
    monkeypatch.setattr(catalogue, "root", lambda: root)
    found = api.matrix(replications=2)
    assert [one.origin.scenario for one in found.incidents] == ["cut"]
    assert found.warnings[-1] == "left out, since they never happened and nobody named them: spell"
    lines = shown("spell", "cut", "--replications", "2")
    assert [line.split()[:2] for line in lines[5:7]] == [["2030-01-01", "cut"], ["invented", "spell"]], "last, and without a date"
    assert "architecture  cost  2030-01-01  invented†" in lines


def test_where_placements_that_are_hit_differ_the_worst_of_them_is_told(folder: Path) -> None:
    fails = {"name": "power-fails", "at": "1 h", "do": {"fail": {"target": HIT, "for": "60 min"}}}
    written(folder, "both", world("both", events=[fails], hit_zones=["north/zone-1", "north/zone-2"]))
    lines = shown("both.yaml", "--architecture", "one.yaml", "--replications", "1")
    at = lines.index("users not served, in %, hit: in the worst of these placements")
    assert lines[at - 4 : at + 3] == [
        "users not served, in %, hit: placed where the failure strikes",
        "architecture  cost  2030-01-01",
        "one            1.0          50",
        "",
        "users not served, in %, hit: in the worst of these placements",
        "architecture  cost  2030-01-01",
        "one            1.0         100",
    ]
    assert lines[-2].startswith("Minutes in one replication, which has no interval. Outage: below the objective")


def test_every_cell_is_what_compare_prints(folder: Path) -> None:
    names = ["one.yaml", "two.yaml", "spread.yaml"]
    found = api.matrix(["cut.yaml", "spell.yaml"], architectures=names, all_tenants=True, replications=9, seed=4)
    for night in ("cut", "spell"):
        rows = api.compare(f"{night}.yaml", names, replications=9, seed=4).rows
        for row in rows:
            (cell,) = [cell for cell in found.cells if (cell.incident, cell.name) == (night, row.architecture)]
            if row.placement in ("hit", "average"):
                figures = cell.figures[row.placement]  # type: ignore[index]
                same = (row.outage_minutes, row.lost_minutes, row.blast_radius_users, row.open_at_horizon)
                assert (figures.outage_minutes, figures.lost_minutes, figures.blast_radius_users, figures.open_at_horizon) == same
            if night == "spell":
                assert cell.figures["if_hit"].lost_minutes == row.lost_if_hit
                assert cell.figures["if_hit"].replications == round(row.hit_in * 9)
    alone = api.compare("cut.yaml", tenant="shop", replications=9, seed=4).rows[0]
    shop = next(cell for cell in found.cells if (cell.incident, cell.name) == ("cut", "shop"))
    assert list(shop.figures) == ["fixed"]
    assert shop.figures["fixed"].lost_minutes == alone.lost_minutes
    assert shop.figures["fixed"].lost_requests.mean == alone.lost_minutes.mean * 60 * 100, "100 calls per second"


def test_the_seed_and_the_order_of_the_names_matter_as_they_should(folder: Path) -> None:
    def lost(*incidents: str, seed: int) -> list[float]:
        found = api.matrix(incidents, architectures=["one.yaml"], replications=3, seed=seed)
        assert [one.origin.scenario for one in found.incidents] == ["spell", "cut"], "in order of their dates"
        return [cell.figures["average"].lost_minutes.mean for cell in found.cells]

    assert lost("cut.yaml", "spell.yaml", seed=1) == lost("spell.yaml", "cut.yaml", seed=1) != lost("cut.yaml", "spell.yaml", seed=2)


def test_json_keeps_the_contract(folder: Path) -> None:
    line = (*ALL, "--tenants", "--replications", "20", "--format", "json")
    document = json.loads("\n".join(shown(*line)))
    assert faults(document, MATRIX) == []
    assert (document["format"], document["command"]) == ("azsim.matrix/1", f"azsim matrix {' '.join(line)}")
    because = "neither the scenario nor the catalogue has a tenant of this name"
    assert document["empty"] == [{"scenario": "spell", "kind": "tenant", "name": "shop", "because": because}]
    spell, cut = document["incidents"]
    assert (spell["enough"], spell["hit_by_chance"], cut["enough"], cut["hit_by_chance"]) == ("regions", True, "zones", False)
    assert {name: radius["peak"]["mean"] for name, radius in cut["blast_radius"].items()} == {"instances": 0.5}
    assert [(one["reach"], one["name"]) for one in cut["reached"]] == [
        ("zone", "one"), ("zones", "two"), ("regions", "spread"), ("elsewhere", "away"),
    ]  # fmt: skip
    cases = {(row["scenario"], row["name"], row["case"]) for row in document["rows"]}
    assert cases >= {("cut", "one", "hit"), ("cut", "one", "average"), ("spell", "one", "if_hit"), ("cut", "shop", "fixed")}
    (spared,) = [row for row in document["rows"] if row["replications"] == 0]
    assert spared == {"scenario": "spell", "kind": "architecture", "name": "away", "cost_index": 1.0, "case": "if_hit", "replications": 0}


def test_one_replication_has_no_interval_in_any_of_the_documents(folder: Path) -> None:
    found = api.matrix(["cut.yaml"], architectures=["one.yaml"], replications=1)
    assert "ci95" not in read(matrix_document(found, "x"))["rows"][0]["lost_minutes"]
    rows = list(csv.DictReader(io.StringIO(matrix_csv(found))))
    assert {row["ci95_low"] for row in rows} == {""}


def test_csv_has_one_line_per_figure(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO("\n".join(shown(*ALL, "--tenants", "--replications", "20", "--format", "csv")))))
    keys = [tuple(row[key] for key in ("scenario", "kind", "name", "case", "measure")) for row in rows]
    assert len(set(keys)) == len(keys)
    found = dict(zip(keys, rows, strict=True))
    lost = found["cut", "architecture", "two", "hit", "lost_minutes"]
    assert [lost[key] for key in ("cost_index", "replications", "mean", "ci95_low", "ci95_high", "horizon_seconds")] == [
        "1.0", "20", "30.0", "30.0", "30.0", "43200.0",
    ]  # fmt: skip
    assert found["cut", "world", "instances", "peak", "blast_radius"]["mean"] == "0.5"
    assert found["spell", "tenant", "shop", "", ""]["empty_because"] == "neither the scenario nor the catalogue has a tenant of this name"
    assert {row["empty_because"] for key, row in found.items() if key[2] != "shop"} == {""}


def test_the_folder_gets_documents_the_table_and_a_picture(folder: Path) -> None:
    done = azsim("matrix", *ALL, "--replications", "2", "--out", "out")
    assert done.stderr == "matrix.json, matrix.csv, matrix.txt and the pictures are in out\n"
    written_ = sorted(path.name for path in (folder / "out").iterdir())
    assert written_ == ["matrix.csv", "matrix.json", "matrix.png", "matrix.svg", "matrix.txt"]
    assert (folder / "out" / "matrix.txt").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_figure_is_lost_on_a_narrow_terminal(folder: Path, width: int) -> None:
    found = api.matrix(["cut.yaml", "spell.yaml"], architectures=["one.yaml", "spread.yaml"], all_tenants=True, replications=4)
    lines = text(matrix_lines(found, width)).splitlines()
    assert width < 80 or max(map(len, lines)) <= width
    assert set(text(matrix_lines(found, width)).split()) >= {w for w in text(matrix_lines(found, None)).split() if w[0].isdigit()}


def test_without_names_it_takes_what_the_catalogue_has_a_place_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder / "shelf"
    for kind, names in (("incidents", ["cut", "spell"]), ("architectures", ["one", "two", "nowhere"]), ("tenants", ["shop"])):
        (root / kind).mkdir(parents=True)
        for name in names:
            (folder / f"{name}.yaml").rename(root / kind / f"{name}.yaml")
    monkeypatch.setattr(catalogue, "root", lambda: root)
    found: Matrix = api.matrix(replications=2)
    assert ([one.origin.scenario for one in found.incidents], [row.name for row in found.rows]) == (["spell", "cut"], ["one", "two"])
    assert found.warnings[-1] == "left out, since no world and architecture here go with it: nowhere"
    # A tenant of one night is replayed on the others as it stood, where the catalogue knows it.
    both = api.matrix(replications=2, all_tenants=True)
    assert [cell.figures["fixed"].lost_minutes.mean > 0 for cell in both.cells if cell.name == "shop"] == [True, True]


def test_a_frame_has_one_row_per_case(folder: Path) -> None:
    found = api.matrix(["cut.yaml"], architectures=["one.yaml"], tenants=["shop"], replications=2)
    table = api.frame(found)
    assert list(zip(table["name"], table["case"], table["lost_minutes"], strict=True)) == [
        ("one", "hit", 60.0), ("one", "average", 30.0), ("shop", "fixed", 60.0),
    ]  # fmt: skip


def test_mistakes_are_told_all_at_once(folder: Path) -> None:
    assert said("cut.yaml", "spel.yaml", "mis.yaml") == (
        "mis.yaml: there is no such file\n    Check the path, or name an entry of the catalogue.\n"
        "spel.yaml: there is no such file\n    Check the path, or name an entry of the catalogue.\n"
    )
    assert said("cut.yaml", "cut.yaml", "--architecture", "one.yaml") == (
        "cut.yaml: the incident 'cut' is named twice\n    Name it once, or give one of the two another name.\n"
    )
    assert said("cut.yaml", "--architecture", "one.yaml", "--architecture", "one.yaml") == (
        "one.yaml: the architecture 'one' is named twice, or has the name of another\n"
        "    Name it once, or give one of the two another name.\n"
    )
    assert said("cut.yaml", "spell.yaml", "--architecture", "one.yaml", "--architecture", "nowhere.yaml").startswith(
        "nowhere.yaml:9:11: the world has no region 'west'\n"
    )
    assert said("cut.yaml", "--architecture", "one.yaml", "--tenant", "shopp") == (
        "shopp: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'shop'?\n"
    )
    assert said("cut.yaml") == (
        "cut.yaml: no architecture of the catalogue has a place in this world\n    Name architectures that are made for it.\n"
    )
    assert "the catalogue has no architecture of this name" in said("cut.yaml", "--architecture", "oen")
