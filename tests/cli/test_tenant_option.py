"""`--tenant`: a tenant where it stood, in the place of an architecture."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.report.captions import outage_means
from tests.cli import test_documents as contract
from tests.cli.tenant_world import kiosk, two_gates
from tests.cli.test_commands import DRILL, STORM, USAGE, fine, refused
from tests.theory.scenarios import BASIS

TENANT_RUN = {key: shape for key, shape in contract.RUN.items() if key != "architecture"} | {
    "tenant": str, "users": float, "lost_user_minutes": float,
    "groups": [{
        "group": str, "users": float, "outage_minutes": float, "lost_minutes": float, "lost_user_minutes": float, "worst_served": float,
        "open_at_horizon": bool, "baseline": contract.BASELINE,
    }],
}  # fmt: skip


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    return two_gates(tmp_path)


def test_explain_tells_of_a_tenant_of_the_scenario(gates: Path) -> None:
    assert fine(f"explain {gates} --tenant ferry").splitlines()[:8] == [
        "ferry in two-gates, placed where it stood",
        "Conditional on this incident: what happens given that it does, and no forecast of how often. Replication 0 of seed 1.",
        "",
        "Why the first outage began",
        "  01:00:00  east-gate-shut: a tree falls on the east gate",
        "  01:00:00  north/east-gate fails",
        "  01:00:00  north/east-gate goes down",
        "  01:00:00  north/east-gate serves 0 %",
    ]
    document = json.loads(fine(f"explain {gates} --tenant ferry --format json"))
    assert (document["tenant"], document["placement"]) == ("ferry", {"a": "north/zone-1"})
    assert "architecture" not in document


def test_any_tenant_of_the_catalogue_can_be_named() -> None:
    assert fine(f"explain {DRILL} --tenant static-capacity").startswith(f"static-capacity in {DRILL}, placed where it stood\n")


def test_a_tenant_whose_zones_are_not_known_is_placed_as_an_architecture_is(tmp_path: Path) -> None:
    anywhere = kiosk(placement=[{"region": "north", "roles": ["a"]}])
    gates = two_gates(tmp_path, probes=[anywhere])
    assert fine(f"explain {gates} --tenant kiosk").startswith("kiosk in two-gates, hit: placed where the failure strikes\n")
    assert api.run(gates, tenant="kiosk").placement == {"a": "north/zone-1"}
    assert api.run(gates, tenant="kiosk", case="missed").placement == {"a": "north/zone-2"}


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("--tenant fery", "fery: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'ferry'?\n"),
        ("--tenant netflx", "netflx: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'netflix'?\n"),
        ("--tenant none.yaml", "none.yaml: there is no such file\n    Check the path, or name an entry of the catalogue.\n"),
        (
            "--tenant ferry --case missed",
            "ferry: ferry has no placement that is missed in two-gates\n    Ask for another case, or another tenant.\n",
        ),
    ],
)
@pytest.mark.parametrize("command", ["run", "explain"])
def test_a_mistake_in_the_name_gets_the_fact_and_the_remedy(command: str, rest: str, said: str, gates: Path) -> None:
    assert refused(f"{command} {gates} {rest}") == said


@pytest.mark.parametrize("command", ["run", "explain"])
def test_one_thing_is_replayed_at_a_time(command: str) -> None:
    said = "--tenant and --architecture each name what is replayed. Leave one of them out.\n"
    line = f"{command} {STORM} --tenant netflix --architecture single-zone"
    assert refused(line) == USAGE.format(f"{command} [OPTIONS] SCENARIO", f"{command} ") + said


def test_the_python_interface_wants_one_of_the_two(gates: Path) -> None:
    for both in ({}, {"architecture": "single-zone", "tenant": "ferry"}):
        with pytest.raises(api.InputError, match="an architecture and a tenant each name what is replayed"):
            api.run(gates, **both)  # type: ignore[arg-type]


def test_a_run_of_a_tenant_has_a_line_for_each_group_of_its_users(gates: Path) -> None:
    lines = fine(f"run {gates} --tenant ferry --replication 3").splitlines()
    assert lines[2] == "Placed where it stood: a in north/zone-1."
    table = lines[lines.index("") + 1 :]
    assert table[: table.index("outage from  until        lasts")] == [
        "measure                       value",
        "outage, below 95 % served  98.1 min",
        "time to recover            98.1 min",
        "lost                       67.5 min",
        "lost user-hours               1,120",
        "worst served                   10 %",
        "lost writes                 0.0 min",
        "",
        "group of users  users    outage  lost user-hours  worst",
        "east              600  67.4 min              674    0 %",
        "west              300  90.0 min              450    0 %",
        "by-air            100   0.0 min                0  100 %",
        "",
    ]


def test_a_group_that_is_still_out_at_the_end_is_marked(gates: Path) -> None:
    lines = fine(f"run {gates} --tenant ferry --replication 1").splitlines()
    assert "* Still open when the simulated time ended: it lasts longer." in lines


@pytest.mark.parametrize("replication", range(6))
def test_the_groups_of_a_run_sum_up_to_the_tenant(replication: int, gates: Path) -> None:
    document = json.loads(fine(f"run {gates} --tenant ferry --replication {replication} --format json"))
    assert contract.faults(document, TENANT_RUN) == []
    assert sum(group["users"] for group in document["groups"]) == document["users"] == 1000
    lost = sum(group["lost_user_minutes"] for group in document["groups"])
    assert lost == pytest.approx(document["lost_user_minutes"])
    assert lost > 600 * 40, "the east gate is shut for 40 minutes at least"


def test_a_tenant_without_groups_has_no_such_lines(gates: Path) -> None:
    assert "group" not in fine(f"run {gates} --tenant kiosk")
    assert json.loads(fine(f"run {gates} --tenant kiosk --format json"))["groups"] == []


def test_plot_draws_one_tenant(gates: Path, tmp_path: Path) -> None:
    paths = fine(f"plot {gates} --tenant ferry --replications 2 --out {tmp_path / 'out'}").splitlines()
    assert sorted(Path(path).name for path in paths if path.endswith(".svg")) == ["availability.svg", "outages.svg", "timeline.svg"]
    drawn = (tmp_path / "out" / "outages.svg").read_text(encoding="utf-8")
    assert "ferry" in drawn
    found = api.compare(gates, tenant="ferry", replications=2)
    assert [(row.architecture, row.placement) for row in found.rows] == [("ferry", "fixed")]
    assert outage_means(None, found.kind) == "Down: less of the demand is answered than the tenant's own objective asks for"


def test_a_tenant_is_drawn_by_itself() -> None:
    said = "A tenant is drawn by itself, and architectures beside each other. Leave one of them out.\n"
    usage = USAGE.format("plot [OPTIONS] SCENARIO [ARCHITECTURE]...", "plot ")
    assert refused(f"plot {STORM} two-zone --tenant netflix --out x") == usage + said


def observed(name: str, measure: Any, expect: Any = None) -> dict[str, Any]:
    """An observation of the two gates, as a control."""
    parts = {"id": name, "what": "x", "measure": measure, "documented": "x", "role": "control", "confidence": "stated"}
    return parts | {"basis": BASIS} | ({} if expect is None else {"expect": expect})


WATCHED = [
    observed("O1", {"tenant": {"tenant": "ferry", "what": "starts"}}, ["00:00", "01:00"]),
    observed("O2", {"tenant": {"tenant": "kiosk", "what": "outage"}}, ["0 s", "6 h"]),
    observed("O3", {"share_down": {"of": "north/east-gate"}}, ["100 %", "100 %"]),
    observed("O4", {"down_time": {"of": "ferry/east-pier"}}, ["0 s", "80 min"]),
    observed("O5", {"ratio": {"of": {"tenant": {"tenant": "ferry", "group": "by-air", "what": "lost"}},
                              "over": {"tenant": {"tenant": "ferry", "what": "lost"}}}}, [0, 0]),
]  # fmt: skip


def test_fidelity_keeps_what_speaks_of_a_tenant(tmp_path: Path) -> None:
    gates = two_gates(tmp_path, observations=WATCHED)
    line = f"fidelity {gates} --tenant ferry --replications 4"
    document = json.loads(fine(f"{line} --format json"))
    assert contract.faults(document, contract.FIDELITY) == []
    assert [row["id"] for row in document["rows"]] == ["O1", "O4", "O5"]
    assert (document["tenant"], document["summary"]["left_out"]) == ("ferry", 2)
    everything = json.loads(fine(f"fidelity {gates} --replications 4 --format json"))
    assert [row for row in everything["rows"] if row["id"] in {"O1", "O4", "O5"}] == document["rows"], "the same dice"
    assert "tenant" not in everything
    assert "3 observations of ferry; 2 of other things left out" in fine(line).splitlines()


def test_scenarios_without_a_word_of_the_tenant_are_left_out() -> None:
    found = api.fidelity([DRILL, STORM], replications=1, tenant="netflix")
    assert [origin.scenario for origin in found.origins] == [STORM]
    assert {row.scenario for row in found.rows} == {STORM}
    everything = sum(len(api.load(name).scenario.observations) for name in (DRILL, STORM))
    assert len(found.rows) + found.left_out == everything


def test_a_tenant_that_nobody_speaks_of(gates: Path) -> None:
    assert fine(f"fidelity {gates} --tenant kiosk").splitlines()[0] == "no observations of kiosk; 0 of other things left out"
    assert refused(f"fidelity {gates} --tenant kosk") == "kosk: the scenario has no tenant of this name\n    Did you mean 'kiosk'?\n"
    said = "x: the scenario has no tenant of this name\n    Tenants are: ferry, kiosk.\n"
    assert refused(f"fidelity {gates} --tenant x") == said
    assert refused(f"fidelity {gates} {DRILL} --tenant fery") == (
        "fery: none of the scenarios has a tenant of this name\n    Did you mean 'ferry'?\n"
    )
    said = "--refit goes with none of --vary, --tenant and --out. Leave one of them out.\n"
    assert refused("fidelity --refit --tenant x") == USAGE.format("fidelity [OPTIONS] [SCENARIO]...", "fidelity ") + said
