"""`--tenant`: a tenant where it stood, in the place of an architecture."""

import json
from pathlib import Path

import pytest

from simulator import api
from tests.cli.tenant_world import kiosk, two_gates
from tests.cli.test_commands import DRILL, STORM, USAGE, fine, refused


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
@pytest.mark.parametrize("command", ["explain"])
def test_a_mistake_in_the_name_gets_the_fact_and_the_remedy(command: str, rest: str, said: str, gates: Path) -> None:
    assert refused(f"{command} {gates} {rest}") == said


@pytest.mark.parametrize("command", ["explain"])
def test_one_thing_is_replayed_at_a_time(command: str) -> None:
    said = "--tenant and --architecture each name what is replayed. Leave one of them out.\n"
    line = f"{command} {STORM} --tenant netflix --architecture single-zone"
    assert refused(line) == USAGE.format(f"{command} [OPTIONS] SCENARIO", f"{command} ") + said


def test_the_python_interface_wants_one_of_the_two(gates: Path) -> None:
    for both in ({}, {"architecture": "single-zone", "tenant": "ferry"}):
        with pytest.raises(ValueError, match="give either an architecture or a tenant"):
            api.run(gates, **both)  # type: ignore[arg-type]
