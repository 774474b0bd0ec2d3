"""`azsim tenants`: who was down, beside what is on record, as a table, JSON and CSV."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from simulator.report.tenant_tables import LEGEND
from tests.cli import test_documents as contract
from tests.cli.invoking import interrupted
from tests.cli.tenant_world import kiosk, two_gates
from tests.cli.test_commands import DRILL, STORM, azsim, fine, refused
from tests.cli.test_endings import on_terminal
from tests.theory.scenarios import BASIS

SPREAD = {"p05": float, "p50": float, "p95": float}
CLOCKS = {"p05?": str, "p50?": str, "p95?": str}
TENANTS = contract.COMMON | {
    "format": str, "scenario": str, "start": str, "replications": int,
    "rows": [{
        "tenant": str, "group?": str, "users": float, "objective": float, "down_share": float, "since?": CLOCKS, "until?": CLOCKS,
        "outage_minutes?": SPREAD, "lost_user_minutes": {"mean": float, "ci95?": [float], "ci95_kind?": str, **SPREAD},
        "down_share_ci95": [float], "users_affected": SPREAD,
        "open_at_horizon_share": float, "baseline": contract.BASELINE, "first_cause?": {"text": str, "share": float},
        "record": [{"down": str, "since?": str, "until?": str, "outage_minutes?": float, "users?": str, "source": str}],
    }],
}  # fmt: skip
RECORD: list[dict[str, Any]] = [
    {"tenant": "ferry", "down": "partly", "since": "00:58", "until": "02:00", "outage": "1 h", "users": "most passengers", "basis": BASIS},
    {"tenant": "ferry", "group": "by-air", "down": "no", "basis": BASIS},
    {"tenant": "kiosk", "down": "unknown", "basis": BASIS},
]


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    return two_gates(tmp_path, record=RECORD)


def test_the_table_holds_the_simulated_beside_the_documented(gates: Path) -> None:
    assert fine(f"tenants {gates} --replications 40").splitlines() == [
        "two-gates: made for a test",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "40 replications; seed 1; clock times in UTC+00:00.",
        "",
        "tenant         users       down   from     to  outage  users out  lost user-hours",
        "ferry          1,000        yes  01:00  02:12  75 min        600              793",
        "  on record              partly  00:58  02:00  60 min",
        "  east           600        yes  01:00  01:57  57 min        600              593",
        "  west           300  in 42.5 %  02:11  05:30  90 min        300              201",
        "  by-air         100         no                                0                0",
        "    on record                no",
        "kiosk             50  in 42.5 %  02:11  05:30  90 min         50             33.4",
        "  on record             unknown",
        "",
        "tenant       first cause                                                       users on record",
        "ferry        east-gate-shut: a tree falls on the east gate (in 85 % of those)  most passengers",
        "ferry: east  east-gate-shut: a tree falls on the east gate",
        "ferry: west  north/west-gate fails",
        "kiosk        north/west-gate fails",
        "",
        LEGEND,
        "Warning: where nothing was lost in any of 40 replications, the interval is an upper bound: the chance to lose anything is below "
        "7.2 % in each.",
    ]


def test_an_empty_record_shows_nothing(tmp_path: Path) -> None:
    lines = fine(f"tenants {two_gates(tmp_path)} --replications 20").splitlines()
    assert not any("record" in line for line in lines)
    rows = [line.split() for line in lines[lines.index("") + 5 :][:2]]
    assert rows[0] == ["by-air", "100", "no", "0", "0"]
    assert rows[1][0] == "kiosk"


def test_tenants_can_be_chosen_and_others_added(gates: Path) -> None:
    def named(line: str) -> list[str]:
        rows = json.loads(fine(f"{line} --replications 1 --format json"))["rows"]
        return list(dict.fromkeys(row["tenant"] for row in rows))

    assert named(f"tenants {gates}") == ["ferry", "kiosk"]
    assert named(f"tenants {gates} kiosk kiosk") == ["kiosk"]
    assert named(f"tenants {DRILL} static-capacity other-region") == ["static-capacity", "other-region"]


def test_switches_reach_the_tenants() -> None:
    def lost(switches: str) -> float:
        rows = json.loads(fine(f"tenants {STORM} netflix --replications 2 --format json {switches}"))["rows"]
        return float(rows[0]["lost_user_minutes"]["mean"])

    assert lost("--without registry-fail-safe") < lost("") < lost("--set call-timeout='60 s'")
    assert "seed 1; clock times in UTC-07:00; without registry-fail-safe." in fine(
        f"tenants {STORM} netflix --replications 1 --without registry-fail-safe"
    )


def test_json_keeps_the_contract(gates: Path) -> None:
    line = f"tenants {gates} --replications 20 --seed 3 --format json"
    document = json.loads(fine(line))
    assert contract.faults(document, TENANTS) == []
    assert (document["format"], document["command"], document["seed"]) == ("azsim.tenants/1", f"azsim {line}", 3)
    ferry, east, west, air, _ = document["rows"]
    assert "group" not in ferry
    assert (east["group"], east["since"]["p50"]) == ("east", "2030-01-01T01:00:00+00:00")
    assert "p95" not in west["until"], "still down is no clock time"
    assert not {"since", "until", "outage_minutes", "first_cause"} & set(air)
    assert sum(row["lost_user_minutes"]["mean"] for row in (east, west, air)) == pytest.approx(ferry["lost_user_minutes"]["mean"])
    assert ferry["record"] == [
        {
            "down": "partly", "since": "2030-01-01T00:58:00+00:00", "until": "2030-01-01T02:00:00+00:00", "outage_minutes": 60.0,
            "users": "most passengers", "source": "assumed",
        }
    ]  # fmt: skip


def test_csv_has_the_same_in_one_line_each(gates: Path) -> None:
    document = json.loads(fine(f"tenants {gates} --replications 20 --format json"))
    rows = list(csv.DictReader(io.StringIO(fine(f"tenants {gates} --replications 20 --format csv"))))
    assert [(row["tenant"], row["group"]) for row in rows] == [(row["tenant"], row.get("group", "")) for row in document["rows"]]
    for cells, row in zip(rows, document["rows"], strict=True):
        assert float(cells["lost_user_minutes_mean"]) == row["lost_user_minutes"]["mean"]
        assert cells["since_p50"] == row.get("since", {}).get("p50", "")
        assert cells["first_cause"] == row.get("first_cause", {}).get("text", "")
    assert (rows[0]["documented_down"], rows[0]["documented_outage_minutes"]) == ("partly", "60.0")
    assert (rows[1]["documented_down"], rows[4]["documented_down"]) == ("", "unknown")


def test_several_statements_about_one_share_a_cell(tmp_path: Path) -> None:
    record = [RECORD[0], {"tenant": "ferry", "down": "yes", "outage": "2 h", "basis": BASIS}]
    gates = two_gates(tmp_path, record=record)
    row = next(csv.DictReader(io.StringIO(fine(f"tenants {gates} --replications 1 --format csv"))))
    assert (row["documented_down"], row["documented_outage_minutes"], row["documented_users"]) == (
        "partly; yes", "60.0; 120.0", "most passengers",
    )  # fmt: skip
    lines = fine(f"tenants {gates} --replications 1").splitlines()
    assert sum(line.startswith("  on record") for line in lines) == 2


def test_a_scenario_without_tenants_says_so(tmp_path: Path) -> None:
    gates = two_gates(tmp_path, probes=[])
    assert fine(f"tenants {gates}").splitlines() == [
        "two-gates: made for a test",
        "This scenario brings no tenants along. Name some: azsim list tenants shows those of the catalogue.",
    ]
    assert json.loads(fine(f"tenants {gates} --format json"))["rows"] == []
    assert len(fine(f"tenants {gates} --format csv").splitlines()) == 1


def test_the_folder_gets_both(gates: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = azsim(f"tenants {gates} --replications 1 --out {out} --format json")
    assert (done.exit_code, done.stderr) == (0, f"tenants.json and tenants.csv are in {out}\n")
    assert sorted(path.name for path in out.iterdir()) == ["tenants.csv", "tenants.json"]
    assert (out / "tenants.json").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("kisok", "kisok: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'kiosk'?\n"),
        ("ferry none.yaml", "none.yaml: there is no such file\n    Check the path, or name an entry of the catalogue.\n"),
    ],
)
def test_a_mistake_in_a_name_gets_the_fact_and_the_remedy(rest: str, said: str, gates: Path) -> None:
    assert refused(f"tenants {gates} {rest}") == said


def test_two_tenants_of_one_name_are_refused(tmp_path: Path) -> None:
    gates = two_gates(tmp_path, probes=[kiosk("netflix")])
    file = tmp_path / "other.yaml"
    file.write_text("format: 1\nname: netflix\nsummary: x\nkind: tenant\nlike: static-capacity\n", encoding="utf-8")
    assert refused(f"tenants {STORM} netflix {file}") == (
        f"{file}: the tenant 'netflix' is named already\n    Name it once, or give one of the two another name.\n"
    )
    assert "netflix" in fine(f"tenants {gates} --replications 1"), "the scenario's own comes before the catalogue's"


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_every_figure_fits_on_the_terminal(columns: int, gates: Path, azsim: str) -> None:
    code, seen = on_terminal([azsim, "tenants", str(gates), "--replications", "3"], columns, errors=False, NO_COLOR="1")
    assert code == 0
    assert max(map(len, seen.splitlines())) <= columns
    for word in ("ferry", "by-air", "00:58", "partly", "most passengers", "lost user-hours"):
        assert word in " ".join(seen.split())


def test_a_row_with_nothing_more_to_say_is_not_named_again(gates: Path, azsim: str) -> None:
    seen = on_terminal([azsim, "tenants", str(gates), "--replications", "3"], 60, errors=False, NO_COLOR="1")[1]
    assert seen.count("    on record") == 1
    assert seen.count("  by-air") == 2


def test_ctrl_c_leaves_nothing(gates: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert interrupted("tenants", str(gates), out=out) == (130, "", "azsim: interrupted\n")
    assert not out.exists()
