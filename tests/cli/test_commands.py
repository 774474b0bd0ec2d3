"""The commands on the catalogue, as a person types them: what they print, what they write, and what they say to a mistake."""

import csv
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import click.testing
import pytest

from simulator import __version__
from tests.cli import invoking
from tests.cli import test_documents as contract

STORM = "2012-06-29-us-east-1-power-loss"
DRILL = "zone-power-interruption"


def azsim(line: str) -> click.testing.Result:
    return invoking.azsim(*shlex.split(line))


def fine(line: str) -> str:
    done = azsim(line)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(line: str) -> str:
    done = azsim(line)
    assert (done.exit_code, done.stdout) == (2, "")
    return done.stderr


def test_list_names_everything_there_is() -> None:
    lines = fine("list").splitlines()
    assert [line for line in lines if line and " " not in line] == ["scenarios", "architectures", "tenants", "populations", "worlds"]
    assert sum(line.startswith(f"{STORM}  ") for line in lines) == 1
    rows = json.loads(fine("list architectures --format json"))["rows"]
    assert "two-zone" in [row["name"] for row in rows]
    assert {row["kind"] for row in rows} == {"architectures"}
    assert all(row["summary"] and Path(row["path"]).is_file() for row in rows)
    assert next(csv.reader(io.StringIO(fine("list --format csv")))) == ["kind", "name", "summary", "path", "invented"]


def test_list_says_what_never_happened() -> None:
    rows = json.loads(fine("list --format json"))["rows"]
    assert {row["invented"] for row in rows if row["kind"] == "scenarios"} == {True, False}
    assert not any("invented" in row for row in rows if row["kind"] != "scenarios")
    made_up = [row["name"] for row in rows if row.get("invented")]
    lines = fine("list").splitlines()
    assert [line.split()[0] for line in lines if line.split()[1:2] == ["invented"]] == made_up
    assert DRILL in made_up
    assert STORM not in made_up


def test_check_accepts_every_kind_of_file() -> None:
    names = [DRILL, "two-zone", "static-capacity", "us-east-1-2012", "reference-application"]
    assert fine(f"check --scenario {DRILL} {' '.join(names)}").splitlines() == [f"{name}: ok" for name in names]


def test_check_tells_the_problems_of_all_files_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yaml").write_text("format: 1\nname: one\nname: two\nhorizon: 1 h\n")
    Path("two.yaml").write_text("format: 1\nname: two\nsummary: x\nplacment: []\nlike: single-zone\n")
    Path("w.yaml").write_text("format: 1\nname: w\nsummary: x\ndatacenters: [{path: r/z, share: 100 %, basis: {assumed: x}}]\n")
    done = azsim(f"check --scenario {DRILL} one.yaml {DRILL} two.yaml w.yaml")
    assert (done.exit_code, done.stdout) == (2, f"{DRILL}: ok\n")
    told = [re.sub(r" Allowed here: .*", "", line) for line in done.stderr.splitlines()]
    assert told == [
        "one.yaml:3:1: the key 'name' stands on line 2 and again on line 3",
        "    name: two",
        "    Keep one of the two.",
        "two.yaml:4:1: unknown key 'placment'",
        "    placment: []",
        "    Did you mean 'placement'?",
        "w.yaml:4:22: 'r/z' is no datacenter",
        "    datacenters: [{path: r/z, share: 100 %, basis: {assumed: x}}]",
        "    Write region/zone/datacenter.",
    ]


def test_show_prints_what_loads_as_the_same_again(tmp_path: Path) -> None:
    once = fine(f"show {DRILL} --set interruption='40 min'")
    assert "40 min" in once
    (tmp_path / "resolved.yaml").write_text(once)
    assert fine(f"show {tmp_path / 'resolved.yaml'}") == once
    assert fine(f"show two-zone --scenario {DRILL}").startswith("format: 1\nname: two-zone\n")


def test_show_prints_a_world_that_loads_as_a_world_again(tmp_path: Path) -> None:
    once = fine("show worlds/us-east-1-2012 --set servers-per-rack=10")
    assert once.startswith("format: 1\nname: us-east-1-2012\nsummary: ")
    assert "- path: us-east-1/zone-1/dc-1/boot\n" in once
    (tmp_path / "resolved.yaml").write_text(once)
    assert fine(f"show {tmp_path / 'resolved.yaml'}") == once
    assert fine(f"check {tmp_path / 'resolved.yaml'}") == f"{tmp_path / 'resolved.yaml'}: ok\n"
    incident = "format: 1\nname: calm\nsummary: nothing happens\nworld: %s\nstart: 2012-01-01T00:00Z\nhorizon: 1 h\nevents: []\n"
    for name, world in (("as-filed", "us-east-1-2012"), ("as-shown", "resolved")):
        (tmp_path / f"{name}.yaml").write_text(incident % world)
    filed = "as-filed.yaml --set servers-per-rack=10"
    assert fine(f"show {tmp_path / filed}") == fine(f"show {tmp_path / 'as-shown.yaml'}")


def test_show_names_what_else_is_called_so_and_refuses_what_a_world_has_not() -> None:
    assert azsim("show us-east-1-2012").stderr == "azsim: there is another file of this name: azsim show worlds/us-east-1-2012\n"
    assert azsim("show worlds/us-east-1-2012").stderr == ""
    said = refused("show worlds/us-east-1-2012 --set nothing=1")
    assert said.startswith("scenarios/worlds/us-east-1-2012.yaml: there is no number 'nothing' to set\n    Known: ")


def test_numbers_of_a_world_that_was_shown_are_written_in(tmp_path: Path) -> None:
    (tmp_path / "resolved.yaml").write_text(fine("show worlds/us-east-1-2012"))
    head = "{format: 1, name: calm, summary: x, world: resolved, start: 2012-01-01T00:00Z, horizon: 1 h, events: []"
    (tmp_path / "calm.yaml").write_text(f"{head}}}\n")
    (tmp_path / "set.yaml").write_text(f"{head}, set: {{servers-per-rack: 10}}}}\n")
    for line in (f"check {tmp_path / 'set.yaml'}", f"show {tmp_path / 'calm.yaml'} --set servers-per-rack=10"):
        said = refused(line)
        assert "this world is a resolved one: its number 'servers-per-rack' is written in, and setting it would change nothing" in said
        assert "    Build on the file that it was resolved from.\n" in said


def test_show_prints_an_application(tmp_path: Path) -> None:
    once = fine("show reference-application --set users=5")
    assert "  users:\n    value: 5\n" in once
    (tmp_path / "resolved.yaml").write_text(once)
    assert fine(f"show {tmp_path / 'resolved.yaml'}") == once
    assert "An application has nothing to switch." in refused("show reference-application --without x")


def test_a_run_as_table_json_and_csv() -> None:
    said = fine(f"run {DRILL} --architecture two-zone")
    assert said.startswith(f"two-zone in {DRILL}\nConditional on this incident: ")
    document = json.loads(fine(f"run {DRILL} --architecture two-zone --seed 3 --format json"))
    assert contract.faults(document, contract.RUN | {"placement": {"a": str, "b": str}}) == []
    assert document["command"] == f"azsim run {DRILL} --architecture two-zone --seed 3 --format json"
    assert (document["seed"], document["azsim_version"]) == (3, __version__)
    curve = list(csv.reader(io.StringIO(fine(f"run {DRILL} --architecture two-zone --seed 3 --format csv"))))
    assert [float(row[0]) for row in curve[1:]] == document["curve"]["t_seconds"]
    assert [float(row[2]) for row in curve[1:]] == document["curve"]["served"]


def test_switches_objective_and_replication_reach_the_run() -> None:
    first = json.loads(fine(f"run {DRILL} --format json"))
    other = json.loads(fine(f"run {DRILL} --format json --without zonal-autoshift --set interruption='40 min' --replication 2"))
    assert other["scenario_sha256"] != first["scenario_sha256"]
    assert "outage, below 99.9 % served" in fine(f"run {DRILL} --objective 99.9%")
    assert "Replication 2 of seed 1" in fine(f"run {DRILL} --replication 2")


def test_numbers_of_an_architecture_and_switches_that_add_alike_reach_the_run() -> None:
    plain = f"run {STORM} --architecture netflix --format json"
    slow = json.loads(fine(f'{plain} --set "call-timeout=60 s"'))
    assert slow["lost_minutes"] > json.loads(fine(plain))["lost_minutes"]
    assert "there is no number 'call-timeut' to set" in refused(f'{plain} --set "call-timeut=60 s"')
    flips = "--without api-manual-failover"
    assert fine(f"show {STORM} {flips} --with automatic-datastore-flip").count("name: api-flips-by-itself") == 1


def test_an_architecture_is_compared_once() -> None:
    assert "the architecture 'two-zone' is named twice\n" in refused(f"compare {DRILL} two-zone two-zone --replications 1")


def test_a_run_writes_its_trace_and_its_folder(tmp_path: Path) -> None:
    fine(f"run {DRILL} --out {tmp_path / 'new'} --trace {tmp_path / 'new' / 'trace.jsonl'}")
    written = ["graph.png", "graph.svg", "run.csv", "run.json", "run.png", "run.svg", "trace.jsonl"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == written
    records = [json.loads(line) for line in (tmp_path / "new" / "trace.jsonl").read_text().splitlines()]
    assert all(set(record) - {"detail"} == {"t_seconds", "clock", "change", "owner", "amount", "cause"} for record in records)
    assert all(record["cause"] < n for n, record in enumerate(records)), "a cause is an earlier line"
    assert records[0]["owner"] == "power-interrupted"


def test_compare_writes_what_it_prints(tmp_path: Path) -> None:
    out = tmp_path / "results"
    done = azsim(f"compare {DRILL} single-zone two-zone --replications 2 --out {out} --format json")
    assert done.exit_code == 0
    assert done.stderr == f"compare.json, compare.csv and the pictures are in {out}\n"
    document = json.loads(done.stdout)
    assert contract.faults(document, contract.COMPARE) == []
    assert document == json.loads((out / "compare.json").read_text())
    placements = {(row["architecture"], row["placement"]) for row in document["rows"]}
    assert placements >= {(name, case) for name in ("single-zone", "two-zone") for case in ("hit", "average")}
    names = sorted(path.name for path in out.iterdir())
    assert {"compare.csv", "compare.json", "availability.png", "availability.svg"} <= set(names)
    assert not [name for name in names if name.startswith(".")], "nothing temporary is left"


def test_compare_in_blocks_says_so() -> None:
    line = f"compare {DRILL} single-zone --replications 5"
    document = json.loads(fine(f"{line} --strata 4 --format json"))
    assert contract.faults(document, contract.COMPARE) == []
    assert (document["replications"], document["strata"]) == (8, 4)
    assert "\n8 replications; stratified in blocks of 4; seed 1; objective the architecture's own.\n" in fine(f"{line} --strata 4")
    assert "strata" not in json.loads(fine(f"{line} --format json"))


def test_compare_tells_how_far_the_incident_reached_as_run_does() -> None:
    compared = json.loads(fine(f"compare {DRILL} single-zone two-zone --replications 1 --format json"))
    ran = json.loads(fine(f"run {DRILL} --format json"))
    for name in ("instances", "volumes", "load_balancers", "load_balancer_nodes"):
        found = compared["blast_radius"][name]
        assert (found["peak"]["mean"], found["ever"]["mean"]) == (ran["blast_radius"][name]["peak"], ran["blast_radius"][name]["ever"])
    assert compared["blast_radius"]["instances"]["ever"]["mean"] > 0
    assert "impaired in the struck region" in fine(f"compare {DRILL} two-zone --replications 1")


def test_plot_prints_the_pictures_it_drew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(_: object, folder: Path) -> list[Path]:
        (folder / "a.png").write_text("a")
        return [folder / "a.png"]

    monkeypatch.setattr("simulator.report.pictures.write_comparison_pictures", drawn)
    assert fine(f"plot {DRILL} two-zone --replications 2 --out {tmp_path / 'out'}") == f"{tmp_path / 'out' / 'a.png'}\n"
    assert (tmp_path / "out" / "a.png").read_text() == "a"


def test_fidelity_prints_every_observation() -> None:
    done = azsim(f"fidelity {DRILL} --replications 2 --format json")
    document = json.loads(done.stdout)
    assert contract.faults(document, contract.FIDELITY) == []
    assert [row["id"] for row in document["rows"]] >= ["G1", "G2"]
    assert "simulated_assumed" not in document["rows"][0]


def test_a_failed_expectation_ends_with_one(fidelity: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.fidelity", lambda *_, **__: fidelity)
    done = azsim("fidelity storm")
    assert done.exit_code == 1
    assert done.stdout.endswith("failed\n  storm Q2 is outside\n")
    done = azsim("fidelity storm --format csv")
    assert (done.exit_code, done.stderr) == (1, "azsim: storm Q2 is outside\n")


@pytest.mark.parametrize(("found", "code"), [("100.4", 0), ("106", 1)])
def test_refit_says_whether_the_numbers_come_back(found: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.fit", lambda *_, **__: [("capacity", found, "100")])
    done = azsim("fidelity storm --refit")
    assert done.exit_code == code
    assert done.stdout.splitlines()[1].split() == ["storm", "capacity", found, "100", "no" if code else "yes"]


def test_explain_prints_a_chain_and_a_switched_off_mechanism_breaks_it() -> None:
    lines = fine(f"explain {STORM} --architecture single-zone").splitlines()
    first, last = lines.index("Why the first outage began"), lines.index("Why the last outage ended only then")
    assert lines[first + 1].startswith("  19:57:00  ")
    assert lines[last - 2].startswith("  20:04:00  single-zone serves ")
    said = fine(f"explain {STORM} --architecture single-zone --without generator-refusal")
    assert "\nNo outage: it never serves less than 95 % of its demand.\n" in said
    document = json.loads(fine(f"explain {STORM} --architecture single-zone --format json"))
    assert (document["format"], len(document["began"])) == ("azsim.explain/1", last - first - 2)


USAGE = "Usage: azsim {0}\nTry 'azsim {1}--help' for help.\n\nError: "


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"run {STORM[:-1]}", f"{STORM[:-1]}: the catalogue has no incident of this name\n    Did you mean '{STORM}'?\n"),
        (f"show {STORM[:-1]}", f"{STORM[:-1]}: the catalogue has nothing of this name\n    Did you mean '{STORM}'?\n"),
        (
            f"run {DRILL} --architecture two-zones",
            "two-zones: the catalogue has no architecture of this name\n    Did you mean 'two-zone'?\n",
        ),
        ("run missing.yaml", "missing.yaml: there is no such file\n    Check the path, or name an entry of the catalogue.\n"),
        ("rnu", USAGE.format("[OPTIONS] COMMAND [ARGS]...", "") + "There is no command 'rnu'. Did you mean 'run'?\n"),
        (
            "xyzzy",
            USAGE.format("[OPTIONS] COMMAND [ARGS]...", "")
            + "There is no command 'xyzzy'. Commands are list, check, show, run, compare, plot, availability, tenants, population, "
            "fidelity, explain, whatif, matrix, sensitivity.\n",
        ),
        ("run", USAGE.format("run [OPTIONS] SCENARIO", "run ") + "Missing argument 'SCENARIO'.\n"),
        ("plot x", USAGE.format("plot [OPTIONS] SCENARIO [ARCHITECTURE]...", "plot ") + "Missing option '--out'.\n"),
        (
            "run x --objective 120%",
            USAGE.format("run [OPTIONS] SCENARIO", "run ")
            + "Invalid value for '--objective': '120%' is more than the whole: write at most '100 %'.\n",
        ),
        (
            "run x --set y",
            USAGE.format("run [OPTIONS] SCENARIO", "run ")
            + "Invalid value for '--set': 'y' sets nothing: write a name, = and a value, such as NAME='20 min'.\n",
        ),
        (
            "run x --set y=.nan",
            USAGE.format("run [OPTIONS] SCENARIO", "run ")
            + "Invalid value for '--set': '.nan' is not a finite number: Write a finite number, or quote it if it is a text.\n",
        ),
        (
            "fidelity --refit --vary assumed",
            USAGE.format("fidelity [OPTIONS] [SCENARIO]...", "fidelity ")
            + "--refit goes with none of --vary, --tenant and --out. Leave one of them out.\n",
        ),
    ],
)
def test_a_mistake_gets_the_fact_and_the_remedy(line: str, said: str) -> None:
    assert refused(line) == said


def test_an_unknown_mechanism_is_told_with_the_ones_there_are() -> None:
    said = refused(f"run {DRILL} --without zonal-autoshif")
    assert "the scenario has no mechanism 'zonal-autoshif' to switch off" in said
    assert said.endswith("Did you mean 'zonal-autoshift'?\n")


def test_without_arguments_the_help_is_shown() -> None:
    done = azsim("")
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: azsim [OPTIONS] COMMAND [ARGS]...")
