"""`azsim availability`: three availabilities and the worst windows, as a table, JSON, CSV and a picture."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.ensemble.estimating import interval
from simulator.ensemble.results import RunResult
from simulator.measures.curves import worst_window
from simulator.report import availability_tables
from simulator.report.availability_tables import LEGEND, TOGETHER, WINDOWS, available
from tests.cli import test_documents as contract
from tests.cli.invoking import interrupted
from tests.cli.tenant_world import booth, ferry, kiosk, three_faults, two_gates
from tests.cli.test_commands import DRILL, STORM, azsim, fine, refused
from tests.cli.test_endings import on_terminal


@pytest.fixture
def faults(tmp_path: Path) -> Path:
    return three_faults(tmp_path)


def test_the_table_holds_what_can_be_worked_out_by_hand(faults: Path, tmp_path: Path) -> None:
    # Of six hours: the ferry is down for 36 and 12 minutes, for 60 % and for 30 % of its users; the kiosk for those 12, for all of them;
    # the booth for 90 minutes where the lamps are out.
    sure = "Minutes, as means over the replications with the 95 % interval of the mean."
    assert fine(f"availability {faults} {booth(tmp_path)} --tenant ferry --tenant kiosk --replications 20").splitlines() == [
        "three-faults: made for a test",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "20 replications; seed 1; objective each one's own; 6 h simulated.",
        "",
        "hit: placed where the failure strikes (20 replications)",
        "architecture  available by time  by requests  by users  lost by time [95 %]  by requests [95 %]    by users [95 %]  felt by"
        "  each loses",
        "booth                      75 %         75 %      75 %    90.0 [90.0, 90.0]   90.0 [90.0, 90.0]  90.0 [90.0, 90.0]    100 %"
        "        90.0",
        "",
        "worst window of  1 min  5 min  15 min  1 h   6 h",
        "booth              0 %    0 %     0 %  0 %  75 %",
        "",
        "missed: placed elsewhere (20 replications)",
        "Nothing is lost: nothing that happens reaches them.",
        "",
        "average: over all zones it may have got (20 replications)",
        "architecture  available by time  by requests  by users  lost by time [95 %]  by requests [95 %]    by users [95 %]  felt by"
        "  each loses",
        "booth                    87.5 %       87.5 %    87.5 %    45.0 [45.0, 45.0]   45.0 [45.0, 45.0]  45.0 [45.0, 45.0]     50 %"
        "        90.0",
        "",
        "worst window of  1 min  5 min  15 min   1 h     6 h",
        "booth             50 %   50 %    50 %  50 %  87.5 %",
        "",
        "fixed: where it stood (20 replications)",
        "tenant    available by time  by requests  by users  lost by time [95 %]  by requests [95 %]    by users [95 %]  felt by"
        "  each loses",
        "ferry                86.7 %         93 %      93 %    48.0 [48.0, 48.0]   25.2 [25.2, 25.2]  25.2 [25.2, 25.2]     90 %"
        "        28.0",
        "kiosk                96.7 %       96.7 %    96.7 %    12.0 [12.0, 12.0]   12.0 [12.0, 12.0]  12.0 [12.0, 12.0]    100 %"
        "        12.0",
        "together             91.7 %                 93.2 %                 30.0                                   24.6   90.5 %"
        "        27.2",
        "",
        "worst window of   1 min   5 min  15 min     1 h     6 h",
        "ferry              40 %    40 %    40 %    64 %    93 %",
        "kiosk               0 %     0 %    20 %    80 %  96.7 %",
        "together         42.9 %  42.9 %  42.9 %  65.7 %  93.2 %",
        "",
        "impaired together  at the peak    ever",
        "users                   57.1 %  90.5 %",
        "tenants                  100 %   100 %",
        "",
        "impaired in the struck region  at the peak  ever",
        "instances                             50 %  50 %",
        "",
        f"{sure} {LEGEND} {TOGETHER} {WINDOWS}",
    ]


def rows_of(line: str) -> list[dict[str, Any]]:
    document = json.loads(fine(f"availability {line} --format json"))
    assert contract.faults(document, LOOSE) == []
    rows: list[dict[str, Any]] = document["rows"]
    return rows


def loose(shape: Any) -> Any:
    """The contract where one replication has no intervals."""
    if isinstance(shape, dict):
        return {"ci95?" if key == "ci95" else key: loose(inner) for key, inner in shape.items()}
    return [loose(inner) for inner in shape] if isinstance(shape, list) else shape


LOOSE = loose(contract.AVAILABILITY)


def test_json_tells_what_is_lost_with_all_its_digits(faults: Path) -> None:
    line = f"availability {faults} --tenant ferry --tenant kiosk --replications 1 --format json"
    document = json.loads(fine(line))
    (ferry_row, kiosk_row), together = document["rows"], document["together"]
    assert (ferry_row["tenant"], ferry_row["case"], ferry_row["users"]) == ("ferry", "fixed", 1000.0)
    lost = [ferry_row[way]["unavailability"] for way in ("by_time", "by_requests", "by_users")]
    assert lost == pytest.approx([48 / 360, 25.2 / 360, 25.2 / 360])
    assert ferry_row["lost_user_minutes"]["mean"] == pytest.approx(25_200.0)
    assert ferry_row["lost_requests"]["mean"] == pytest.approx(25.2 * 60 * 10)
    assert kiosk_row["lost_requests"]["mean"] == pytest.approx(12 * 60)
    assert together["tenants"] == ["ferry", "kiosk"]
    lost = [together[way]["unavailability"] for way in ("by_time", "by_users")]
    assert lost == pytest.approx([60 / 720, (25_200 + 600) / (1050 * 360)])
    shares = {"availability": pytest.approx(11 / 12), "unavailability": pytest.approx(1 / 12)}
    assert together["by_time"] == shares | {"lost_minutes": {"mean": 30.0}}
    assert "by_requests" not in together
    assert together["blast_radius"]["tenants"]["peak"]["mean"] == 1.0
    assert together["blast_radius"]["users"]["ever"]["mean"] == pytest.approx(950 / 1050)
    windows = {window["window_seconds"]: window["unavailability"] for window in ferry_row["windows"]}
    assert windows == pytest.approx({60.0: 0.6, 300.0: 0.6, 900.0: 0.6, 3600.0: 0.36, 21_600.0: 0.07})


def test_json_keeps_the_contract_and_says_how_to_have_it_again() -> None:
    line = f"availability {DRILL} two-zone --tenant must-launch --replications 20 --seed 3 --objective 99% --format json"
    document = json.loads(fine(line))
    assert contract.faults(document, contract.AVAILABILITY) == []
    assert (document["format"], document["command"], document["seed"]) == ("azsim.availability/1", f"azsim {line}", 3)
    assert document["objective"] == 0.99
    assert [(row.get("architecture") or row["tenant"], row["case"]) for row in document["rows"]] == [
        ("two-zone", "hit"), ("two-zone", "missed"), ("two-zone", "average"), ("must-launch", "fixed"),
    ]  # fmt: skip
    assert [window["window_seconds"] for window in document["rows"][0]["windows"]] == [60, 300, 900, 3600, 14_400], "four hours are all"


def test_lost_minutes_are_those_of_compare_and_of_tenants() -> None:
    compared = json.loads(fine(f"compare {DRILL} two-zone --replications 5 --format json"))["rows"]
    for row, other in zip(rows_of(f"{DRILL} two-zone --replications 5"), compared, strict=True):
        assert row["by_requests"]["lost_minutes"]["mean"] == pytest.approx(other["lost_minutes"]["mean"])
        assert row["by_time"]["lost_minutes"]["mean"] == pytest.approx(other["outage_minutes"]["mean"])
        assert row["blast_radius"]["users"]["peak"]["mean"] == pytest.approx(other["blast_radius_users"]["mean"])
    (row,) = rows_of(f"{STORM} --tenant netflix --replications 3")
    told = json.loads(fine(f"tenants {STORM} netflix --replications 3 --format json"))["rows"][0]
    assert row["lost_user_minutes"]["mean"] == pytest.approx(told["lost_user_minutes"]["mean"])


def test_where_no_zone_fails_the_case_is_any(tmp_path: Path) -> None:
    gates = two_gates(tmp_path, probes=[ferry(), kiosk(placement=[{"region": "north", "roles": ["a"]}])])
    text = gates.read_text(encoding="utf-8").replace("hit_zones:\n- north/zone-1\n", "")
    gates.write_text(text, encoding="utf-8")
    lines = fine(f"availability {gates} --tenant kiosk --replications 20").splitlines()
    assert "any: in zones of which none fails (20 replications)" in lines
    told = json.loads(fine(f"tenants {gates} kiosk --replications 20 --format json"))["rows"][0]
    hits = round(20 * told["down_share"])
    assert 0 < hits < 20
    assert lines[-1] == f"Warning: estimates rest on as few as {hits} hits: take more replications."
    assert [row["case"] for row in rows_of(f"{gates} --tenant kiosk --tenant ferry --replications 1")] == ["any", "fixed"]


def test_shares_are_pooled_over_the_replications(tmp_path: Path) -> None:
    gates = two_gates(tmp_path)
    (row,) = rows_of(f"{gates} --tenant ferry --replications 4")
    runs = [api.run(gates, tenant="ferry", replication=n) for n in range(4)]
    assert len({run.lost_minutes for run in runs}) == 4
    assert row["by_time"]["unavailability"] == pytest.approx(sum(run.outage_minutes for run in runs) / 4 / 360)
    assert row["by_users"]["unavailability"] == pytest.approx(sum(run.lost_minutes for run in runs) / 4 / 360)
    hours = [window for run in runs if (window := worst_window(run.curve, 3600.0)) is not None]
    found = next(window for window in row["windows"] if window["window_seconds"] == 3600.0)
    assert found["unavailability"] == pytest.approx(sum(window.lost_seconds for window in hours) / 4 / 3600)
    assert found["ci95"] == pytest.approx(interval([1.0 - window.availability for window in hours]))
    assert row["open_at_horizon_share"] == sum(run.open_at_horizon for run in runs) / 4
    assert row["lost_minutes_each"] == pytest.approx(sum(run.lost_minutes for run in runs) / sum(_felt(run) for run in runs))


def _felt(run: RunResult) -> float:
    return sum(group.users * (1.0 - group.worst_served) for group in run.groups) / run.users


def test_chance_gives_intervals_and_an_open_outage_is_marked(tmp_path: Path) -> None:
    lines = fine(f"availability {two_gates(tmp_path)} --tenant ferry --replications 40").splitlines()
    cell = r"[0-9.]+ \[[0-9.]+, [0-9.]+\]"
    shares = r"(  +[0-9.]+ %){3}"
    assert re.fullmatch(rf"ferry{shares}  +{cell.replace(' ', r'[*] ', 1)}(  +{cell}){{2}}  +[0-9.]+ %  +[0-9.]+", lines[6]), lines[6]
    window = r"[0-9.]+ % \[[0-9.]+, [0-9.]+\]"
    assert re.fullmatch(rf"ferry  .*  {window}  +{window}  +{window}", lines[9]), lines[9]
    assert "* In some replications an outage was still open when the simulated time ended: it lasts longer." in lines


def test_without_anything_named_all_architectures_are_told_of() -> None:
    rows = rows_of(f"{DRILL} --replications 1")
    compared = json.loads(fine(f"compare {DRILL} --replications 1 --format json"))["rows"]
    assert [(row["architecture"], row["case"]) for row in rows] == [
        (name, case) for name in dict.fromkeys(row["architecture"] for row in compared) for case in ("hit", "missed", "average")
        if any((row["architecture"], row["placement"]) == (name, case) for row in compared)
    ]  # fmt: skip


def test_csv_has_a_line_for_each_way_of_counting(faults: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(fine(f"availability {faults} --tenant ferry --tenant kiosk --replications 2 --format csv"))))
    assert [(row["name"], row["by"], row["window_seconds"]) for row in rows[:8]] == [
        ("ferry", "time", ""), ("ferry", "requests", ""), ("ferry", "users", ""),
        *(("ferry", "users", length) for length in ("60.0", "300.0", "900.0", "3600.0", "21600.0")),
    ]  # fmt: skip
    assert len(rows) == 2 * 8 + 7
    assert [(row["by"], row["window_seconds"]) for row in rows[16:18]] == [("time", ""), ("users", "")]
    spread = ("ci95_low", "ci95_high", "p05", "p50", "p95")
    told = [f"{what}_{part}" for what in ("unavailability", "lost_minutes") for part in spread]
    assert {row[head] for row in rows[16:] for head in (*told, "calls_per_second", "lost_requests_mean")} == {""}
    assert float(rows[0]["unavailability"]) == pytest.approx(48 / 360)
    assert float(rows[0]["lost_minutes_mean"]) == pytest.approx(48)
    assert (rows[0]["lost_requests_mean"], rows[1]["lost_user_minutes_mean"]) == ("", "")
    assert float(rows[1]["lost_requests_mean"]) == pytest.approx(15_120)
    assert float(rows[2]["lost_user_minutes_mean"]) == pytest.approx(25_200)
    assert float(rows[6]["unavailability"]) == pytest.approx(0.36)
    assert rows[6]["lost_minutes_mean"] == ""


def test_the_folder_gets_everything(faults: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = azsim(f"availability {faults} --tenant ferry --replications 2 --out {out} --format json")
    assert (done.exit_code, done.stderr) == (0, f"availability.json, availability.csv and the pictures are in {out}\n")
    assert sorted(path.name for path in out.iterdir()) == ["availability.csv", "availability.json", "windows.png", "windows.svg"]
    assert (out / "availability.json").read_text(encoding="utf-8") == done.stdout


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("--tenant fery", "fery: neither the scenario nor the catalogue has a tenant of this name\n    Did you mean 'ferry'?\n"),
        ("two-zones", "two-zones: the catalogue has no architecture of this name\n    Did you mean 'two-zone'?\n"),
    ],
)
def test_a_mistake_in_a_name_gets_the_fact_and_the_remedy(rest: str, said: str, faults: Path) -> None:
    assert refused(f"availability {faults} {rest}") == said


def test_nobody_is_told_of_twice() -> None:
    said = "static-capacity: the tenant 'static-capacity' is named already\n    Name it once, or give one of the two another name.\n"
    assert refused(f"availability {DRILL} static-capacity --tenant static-capacity") == said
    said = "static-capacity: the tenant 'static-capacity' is named twice\n    Name it once, or give one of the two another name.\n"
    assert refused(f"availability {DRILL} --tenant static-capacity --tenant static-capacity") == said


@pytest.mark.parametrize(
    ("unavailability", "said"),
    [(0.0, "100 %"), (1e-12, "> 99.999999 %"), (1e-6, "99.99990 %"), (0.0001, "99.990 %"), (0.001, "99.90 %"), (0.00123, "99.88 %"),
     (0.00999, "99.00 %"), (0.01, "99 %"), (0.173, "82.7 %"), (0.9999, "< 0.1 %"), (1.0, "0 %")],
)  # fmt: skip
def test_what_is_lost_can_be_told_from_an_availability(unavailability: float, said: str) -> None:
    assert available(unavailability) == said


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_every_figure_fits_on_the_terminal(columns: int, faults: Path, azsim: str) -> None:
    line = [azsim, "availability", str(faults), "--tenant", "ferry", "--tenant", "kiosk", "--replications", "2"]
    code, seen = on_terminal(line, columns, errors=False, NO_COLOR="1")
    assert code == 0
    assert max(map(len, seen.splitlines())) <= columns
    for word in ("together", "86.7 %", "25.2 [25.2, 25.2]", "27.2", "57.1 %"):
        assert word in " ".join(seen.split())


def test_ctrl_c_leaves_nothing(faults: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert interrupted("availability", str(faults), "--tenant", "ferry", out=out) == (130, "", "azsim: interrupted\n")
    assert not out.exists()


def test_a_comparison_of_both_kinds_says_so(availabilities: Any) -> None:
    lines = [line.plain for line in availability_tables.availability_lines(availabilities, None)]
    assert "architecture  available by time  by requests  by users  lost by time [95 %]" in lines[5]
    assert any(line.startswith("=cmd()    ") and "1,080* [1,079, 1,081]" in line for line in lines)
    assert lines[-1] == "Warning: few."
