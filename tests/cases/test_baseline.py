"""An application that is short before the incident: that is said first, with the reason, and told apart from what the incident takes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.ensemble.results import RunResult
from simulator.measures.curves import lost_minutes
from simulator.report.availability_picture import availability_sheet
from simulator.report.graph_picture import graph_sheet
from simulator.report.matrix_picture import matrix_sheet
from simulator.report.outages_picture import outages_sheet
from simulator.report.run_picture import run_sheet
from simulator.report.saving_picture import saving_sheet
from simulator.report.sensitivity_picture import sensitivity_sheet
from simulator.report.timeline_picture import timeline_sheet
from simulator.report.windows_picture import windows_sheet
from tests.cli.invoking import azsim
from tests.report.reading import prose
from tests.theory.scenarios import tenant_of, tree_of, written

NIGHT = "2012-06-29-us-east-1-power-loss"
HERE = Path(__file__).parent / "baseline"
APP, SHORT = HERE / "app.yaml", HERE / "app-one-zone.yaml"
STANDING = HERE / "standing" / "app-one-zone.yaml"
"""The same, in a zone that is named: `tenants` speaks of applications that stand somewhere."""
REASON = "zone a has capacity for 75 % of the demand, and 100 % arrives (a/web)"
SAID = "app-one-zone is below its outage threshold before the incident begins: 75 % served, and the threshold is 95 %; " + REASON
DAY = 24 * 60.0
SMALL = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])


def scaled(folder: Path, capacity: str, name: str | None = None) -> Path:
    """The application in one zone whose servers have capacity for so much of the demand."""
    tree = yaml.safe_load(APP.read_text(encoding="utf-8"))
    tree |= {"name": name or f"app-{capacity.split(maxsplit=1)[0]}", "placement": [{"region": "us-east-1", "roles": "a"}]}
    tree["components"][0]["carries"] = capacity
    return written(folder, tree["name"], tree)


# -- the case -----------------------------------------------------------------------------------------------------------------------


def test_an_incident_takes_nothing_from_an_application_that_it_misses() -> None:
    found = api.compare(NIGHT, [APP, SHORT], replications=3, drawn=False)
    rows = {(row.architecture, row.placement): row for row in found.rows}
    missed = rows["app-one-zone", "missed"]
    assert missed.baseline is not None
    assert (missed.baseline.served, missed.baseline.below_threshold, missed.baseline.reason) == (0.75, True, REASON)
    assert missed.baseline.lost_minutes == 0.25 * DAY
    nothing = (missed.lost_minutes.mean, missed.outage_minutes.mean, missed.hit_in, missed.blast_radius_users.mean, missed.open_at_horizon)
    assert nothing == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert missed.worst_served.mean == 0.75
    healthy = rows["app", "hit"].baseline
    assert healthy is not None
    assert (healthy.served, healthy.below_threshold, healthy.lost_minutes, healthy.reason) == (1.0, False, 0.0, None)


def test_what_it_takes_of_one_that_is_short_is_that_share_of_what_it_takes_of_a_healthy_one(tmp_path: Path) -> None:
    whole = api.compare(NIGHT, [scaled(tmp_path, "100 %")], replications=3, drawn=False).rows[0]
    short = api.compare(NIGHT, [SHORT], replications=3, drawn=False).rows[0]
    assert whole.lost_minutes.mean > 1.0
    assert short.values["lost"] == pytest.approx(0.75 * whole.values["lost"], rel=1e-9)
    assert short.values["requests"] == pytest.approx(0.75 * whole.values["requests"], rel=1e-9)
    assert short.values["users"] == pytest.approx(0.75 * whole.values["users"], rel=1e-9)
    assert short.values["worst"] == pytest.approx(0.75 * whole.values["worst"], rel=1e-9)
    for unmoved in ("outage", "recover", "open"):
        assert list(short.values[unmoved]) == list(whole.values[unmoved]), unmoved


# -- the law ------------------------------------------------------------------------------------------------------------------------

faults = st.lists(st.tuples(st.integers(1, 600), st.integers(1, 100)), min_size=1, max_size=5, unique_by=lambda fault: fault[0])
"""(minute of the fault, minutes it lasts)"""


def struck(folder: Path, found: Sequence[tuple[int, int]], capacity: float) -> RunResult:
    """Four servers, one per fault in turn down, each with a quarter of this capacity; only what is up gets requests."""
    feeds = [{"path": f"north/zone-1/dc-1/feed-{n}"} for n in range(4)]
    events = [
        {"name": f"fault-{n}", "at": f"{at} min", "do": {"fail": {"target": f"north/zone-1/dc-1/feed-{n % 4}", "for": f"{span} min"}}}
        for n, (at, span) in enumerate(found)
    ]
    web = [
        {"path": f"web-{n}", "carries": f"{100 * capacity / 4!r} %", "requires": {"latching": {"on": f"north/zone-1/dc-1/feed-{n}"}}}
        for n in range(4)
    ]
    check = {"interval": "30 s", "threshold": 2}
    front = {"path": "front", "targets": [one["path"] for one in web], "spread": "by_unit", "health_check": check}
    app = tenant_of(name="app", components=web, routes=[front])
    return api.run(written(folder, "struck", tree_of(components=feeds, events=events)), written(folder, "app", app))


@SMALL
@given(found=faults, capacity=st.floats(0.05, 0.9))
def test_a_shortfall_from_the_start_scales_what_is_taken_and_moves_nothing_else(
    found: list[tuple[int, int]], capacity: float, tmp_path: Path
) -> None:
    whole, short = struck(tmp_path, found, 1.0), struck(tmp_path, found, capacity)
    assert short.baseline is not None
    assert short.baseline.served == pytest.approx(capacity, rel=1e-9)
    assert short.baseline.lost_minutes == pytest.approx((1.0 - capacity) * 720.0, rel=1e-9)
    assert whole.lost_minutes > 0
    assert short.lost_minutes == pytest.approx(capacity * whole.lost_minutes, rel=1e-6)
    assert short.outages == whole.outages
    assert short.time_to_recover_minutes == whole.time_to_recover_minutes
    assert short.blast_radius["users"].peak == pytest.approx(capacity * whole.blast_radius["users"].peak, rel=1e-6)
    # Counted from full service, as if the incident had taken that too, it would be another figure.
    assert lost_minutes(short.curve) > 1.01 * short.lost_minutes


def test_with_a_baseline_above_the_threshold_the_threshold_counts(tmp_path: Path) -> None:
    """96 % served at the start: an outage is below 95 %, and a fall from 96 % to 72 % takes 24 %."""
    short = struck(tmp_path, [(60, 40)], 0.96)
    assert short.baseline is not None
    assert not short.baseline.below_threshold
    assert short.baseline.outage_level == 0.95
    assert short.lost_minutes == pytest.approx(0.24 * 40.0, rel=1e-6)
    assert short.outage_minutes == 40.0


def test_what_is_taken_at_the_first_instant_is_taken_by_the_incident(tmp_path: Path) -> None:
    fails = {"name": "fault", "at": "0 min", "do": {"fail": {"target": "north/feed", "for": "30 min"}}}
    scenario = written(tmp_path, "at-once", tree_of(components=[{"path": "north/feed"}], events=[fails]))
    app = written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/feed"}}]))
    result = api.run(scenario, app)
    assert result.baseline is not None
    assert (result.baseline.served, result.baseline.reason) == (1.0, None)
    assert (result.lost_minutes, result.outage_minutes) == (30.0, 30.0)


# -- reasons ------------------------------------------------------------------------------------------------------------------------


def start_of(folder: Path, app: dict[str, Any], components: Sequence[dict[str, Any]] = ()) -> tuple[float, str | None]:
    """What an application serves before an incident in which nothing of it fails, and why not more."""
    other = {"name": "fault", "at": "1 h", "do": {"fail": {"target": "north/other", "for": "30 min"}}}
    tree = tree_of(components=[{"path": "north/other"}, *components], events=[other])
    result = api.run(written(folder, "calm", tree), written(folder, "app", app))
    assert result.baseline is not None
    assert (result.lost_minutes, result.outages, result.blast_radius["users"].peak) == (0.0, (), 0.0)
    return result.baseline.served, result.baseline.reason


@pytest.mark.parametrize(
    ("parts", "components", "served", "reason"),
    [
        ({"components": [{"path": "front", "carries": "40 %"}]}, [], 0.4, "front has capacity for 40 % of the demand, and 100 % arrives"),
        (
            {"components": [{"path": "front", "units": 3, "serves_at_least": 2, "requires": {"latching": {"on": {"spread": {
                "north/feed": "70 %", "north/other": "30 %"}}}}}]},
            [{"path": "north/feed", "initially": "down"}], 0.0, "front has 1 of 3 units up at the start, and needs 2",
        ),
        (
            {"components": [{"path": "front", "threads": 20, "call_time": "0.5 s"}]}, [], 0.4,
            "front has 20 threads for 100 requests per second that hold one for 0.5 s each",
        ),
        ({"components": [{"path": "front", "initially": "down"}]}, [], 0.0, "front is down at the start (`initially: down`)"),
        (
            {"components": [{"path": "front", "requires": {"live": "store"}}, {"path": "store", "carries": "30 %"}]}, [], 0.3,
            "store has capacity for 30 % of the demand, and 100 % arrives; front depends on it",
        ),
        (
            {"components": [{"path": "front", "requires": {"live": "north/api"}}]},
            [{"path": "north/api", "requires": {"live": "north/feed"}}, {"path": "north/feed", "initially": "down"}], 0.0,
            "north/feed does not serve at the start (`initially: down`); front depends on it",
        ),
        (
            {"components": [{"path": "front", "requires": {"latching": {"on": "north/feed"}}}]},
            [{"path": "north/feed", "initially": "down"}], 0.0,
            "front is down at the start (what its units depend on is down)",
        ),
        (
            {"components": [{"path": f"web-{n}", "carries": "30 %"} for n in "ab"],
             "routes": [{"path": "front", "targets": ["web-a", "web-b"], "spread": "by_target"}]}, [], 0.6,
            "web-a and web-b have capacity for 30 % of the demand each, and 50 % arrives at each",
        ),
    ],
)  # fmt: skip
def test_the_reason(
    parts: dict[str, Any], components: list[dict[str, Any]], served: float, reason: str, tmp_path: Path
) -> None:
    assert start_of(tmp_path, tenant_of(**parts), components) == (pytest.approx(served, rel=1e-9), reason)


def test_of_two_zones_that_are_too_small_both_are_named(tmp_path: Path) -> None:
    tree = yaml.safe_load(APP.read_text(encoding="utf-8"))
    tree["components"][0]["carries"] = "30 %"
    result = api.run(NIGHT, written(tmp_path, "app", tree))
    assert result.baseline is not None
    assert result.baseline.served == pytest.approx(0.6)
    assert result.baseline.reason == "zones a and b have capacity for 30 % of the demand each, and 50 % arrives at each (a/web, b/web)"


def test_each_group_of_users_has_a_baseline_of_its_own(tmp_path: Path) -> None:
    groups = [{"name": "east", "users": 600, "enters": "pier"}, {"name": "west", "users": 400, "enters": "strip"}]
    tree = tenant_of(components=[{"path": "pier", "carries": "30 %"}, {"path": "strip"}]) | {"groups": groups}
    del tree["enters"]
    shut = {"name": "fault", "at": "1 h", "do": {"fail": {"target": "north/other", "for": "30 min"}}}
    scenario = written(tmp_path, "calm", tree_of(components=[{"path": "north/other"}], events=[shut]))
    tenancy = api.tenants(scenario, [written(tmp_path, "app", tree)], replications=2)
    found = {row.group: row for row in tenancy.rows}
    served = {name: row.baseline.served for name, row in found.items() if row.baseline is not None}
    # 60 % of the demand comes to the pier, which has capacity for half of it.
    assert served == {None: pytest.approx(0.7), "east": pytest.approx(0.5), "west": 1.0}
    assert all(row.down == row.lost_user_minutes.mean == row.users_affected.p50 == 0.0 for row in tenancy.rows)


# -- what is compared ---------------------------------------------------------------------------------------------------------------


def test_more_zones_save_nothing_of_what_was_missing_before() -> None:
    """In an incident that strikes neither, leaving the zone that is too small saves none of its 360 minutes."""
    found = api.matrix([NIGHT], architectures=[APP, SHORT], replications=5)
    row = next(row for row in found.rows if row.name == "app-one-zone")
    cell = found.cell(NIGHT, row)
    assert cell.struck is not None
    assert cell.struck.baseline is not None
    assert cell.struck.baseline.lost_minutes == 0.25 * DAY
    reached = {one.reach: one for one in found.incidents[0].reached}
    assert reached["zone"].lost_minutes == cell.struck.lost_minutes.mean
    assert reached["zones"].saved_minutes <= cell.struck.lost_minutes.mean < 0.25 * DAY


def test_who_has_less_to_lose_is_not_the_best(tmp_path: Path) -> None:
    """The half-sized application loses half of what the whole one does; it is the best in one zone only where it is the only one."""
    whole, half = scaled(tmp_path, "100 %"), scaled(tmp_path, "50 %")
    both = api.matrix([NIGHT], architectures=[whole, half], replications=2).incidents[0]
    assert [one.name for one in both.reached] == ["app-100"]
    alone = api.matrix([NIGHT], architectures=[half], replications=2).incidents[0]
    assert [one.name for one in alone.reached] == ["app-50"]
    saved = api.whatif(NIGHT, whole, [half], replications=2, pairs=0)
    option = next(one for one in saved.options if one.kind == "architecture")
    assert option.saved_minutes.mean > 0
    assert not option.on_front


# -- where it is said ---------------------------------------------------------------------------------------------------------------

COMMANDS = {
    "run": f"run {NIGHT} --architecture {SHORT}",
    "compare": f"compare {NIGHT} {APP} {SHORT} --replications 2",
    "explain": f"explain {NIGHT} --architecture {SHORT} --replications 1",
    "availability": f"availability {NIGHT} {APP} {SHORT} --replications 2",
    "tenants": f"tenants {NIGHT} {STANDING} --replications 2",
    "whatif": f"whatif {NIGHT} --tenant {SHORT} two-zone --replications 1 --pairs 0",
    "matrix": f"matrix {NIGHT} --architecture {APP} --architecture {SHORT} --replications 2",
    "sensitivity": f"sensitivity {NIGHT} --architecture {SHORT} --replications 1 --trajectories 1 --number boot-time",
}


def baselines_in(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, dict):
        own = [tree["baseline"]] if "baseline" in tree else []
        return own + [one for value in tree.values() for one in baselines_in(value)]
    return [one for value in tree for one in baselines_in(value)] if isinstance(tree, list) else []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_table_says_it_first(command: str) -> None:
    done = azsim(*COMMANDS[command].split())
    assert done.exit_code == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert SAID in first
    assert "15.0 minutes of every hour" in first
    if command not in {"run", "explain", "sensitivity"}:
        assert " ‡" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_document_says_it(command: str) -> None:
    done = azsim(*COMMANDS[command].split(), "--format", "json")
    assert done.exit_code == 0, done.stderr
    found = baselines_in(json.loads(done.stdout))
    horizon = 0.25 * DAY
    assert {"served": 0.75, "below_threshold": True, "lost_minutes": horizon, "reason": REASON} in found
    healthy = {"served": 1.0, "below_threshold": False, "lost_minutes": 0.0}
    assert (healthy in found) == (command in {"compare", "availability", "whatif", "matrix"})


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "run"])
def test_every_table_for_programs_says_it(command: str) -> None:
    lines = azsim(*COMMANDS[command].split(), "--format", "csv").stdout.splitlines()
    assert lines[0].endswith("baseline_served,baseline_below_threshold,baseline_lost_minutes,baseline_reason")
    assert any(line.endswith(f'0.75,true,360.0,"{REASON}"') for line in lines[1:])


def test_pictures_say_it_on_top() -> None:
    compared = api.compare(NIGHT, [APP, SHORT], replications=2)
    run = api.run(NIGHT, SHORT)
    assert run.hangs_on is not None
    sheets = [
        *(draw(compared) for draw in (availability_sheet, timeline_sheet, outages_sheet)), run_sheet(run), graph_sheet(run, run.hangs_on),
        windows_sheet(api.availability(NIGHT, [APP, SHORT], replications=2)),
        matrix_sheet(api.matrix([NIGHT], architectures=[APP, SHORT], replications=2)),
        saving_sheet(api.whatif(NIGHT, SHORT, ["two-zone"], replications=1, pairs=0)),
        sensitivity_sheet(api.sensitivity(NIGHT, SHORT, replications=1, trajectories=1, only=["boot-time"])),
    ]  # fmt: skip
    for sheet in sheets:
        assert SAID in prose(sheet)
    for sheet in (sheets[0], sheets[2], sheets[5], sheets[6]):
        assert "app-one-zone ‡" in prose(sheet)
        assert "app ‡" not in prose(sheet)


def test_pictures_of_the_healthy_say_nothing_of_it() -> None:
    assert "before the incident" not in prose(outages_sheet(api.compare(NIGHT, [APP], replications=2)))


def test_check_says_it_with_a_scenario() -> None:
    for line in (f"check {NIGHT} {APP} {SHORT}", f"check {APP} {SHORT} --scenario {NIGHT}"):
        done = azsim(*line.split())
        assert done.exit_code == 2
        assert f"{APP}: ok" in done.stdout
        assert str(SHORT) not in done.stdout
        place, _, fact = done.stderr.splitlines()[0].partition(": ")
        assert place.endswith("baseline/app-one-zone.yaml:7:3")
        assert fact == f"app-one-zone is below its outage threshold of 95 % before the incident begins: 75 % served; {REASON}"
    assert azsim("check", str(SHORT)).exit_code == 0


# -- populations --------------------------------------------------------------------------------------------------------------------


def town(folder: Path, capacity: str) -> tuple[Path, Path]:
    """A world whose one zone is dark for half an hour, and tenants in it whose servers have capacity for so much of the demand."""
    hosts = {"path": "north/zone-1/dc-1/hosts", "units": 100, "requires": {"latching": {"on": "power"}}}
    dark = {"name": "dark", "at": "1 h", "do": {"fail": {"target": "north/zone-1/dc-1/power", "for": "30 min"}}}
    scenario = written(folder, "dark", tree_of(components=[{"path": "north/zone-1/dc-1/power"}, hosts], events=[dark]))
    has = [{"name": "servers", "rides": "hosts", "units": 4, "carries": capacity}]
    shops = {"name": "shops", "summary": "made for a test", "share": "50 %", "users": 100, "placement": {"region": "north"}, "has": has}
    return scenario, written(folder, "crowd", {"format": 1, "name": "crowd", "summary": "made for a test", "classes": [shops]})


def test_a_class_of_a_population_is_healthy_or_refused(tmp_path: Path) -> None:
    scenario, people = town(tmp_path, "100 %")
    found = api.population(scenario, people, tenants=40, replications=2)
    baseline = found.rows[1].baseline
    assert baseline is not None
    assert (baseline.served, baseline.below_threshold, baseline.lost_minutes) == (1.0, False, 0.0)
    toll = found.rows[1].toll
    assert toll is not None
    assert toll.lost_minutes_per_user.mean == pytest.approx(30.0)
    done = azsim("check", *map(str, town(tmp_path, "60 %")))
    assert done.exit_code == 2
    assert "all together carry 60 % of the demand" in done.stderr
