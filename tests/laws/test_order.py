"""The order of lines in a file changes nothing; the order of an instant is fixed; intervals are half-open."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import api
from simulator.engine.replay import compile_plan, replay
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of
from simulator.errors import InputError
from simulator.scenario import catalogue
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import read_yaml
from tests.laws.small_world import ROOM, app, small
from tests.theory.measuring import spans_down
from tests.theory.scenarios import replayed, tenant_of, tree_of, written

NIGHT = "2012-06-29-us-east-1-power-loss"
TICK = 2.0**-20

LISTED = {
    "datacenters", "components", "stations", "stocks", "rules", "events", "routes", "observations", "mechanisms", "mitigations", "probes",
}  # fmt: skip
"""Lists of elements that each have a name. In all others the order says something: stages, what is asked first, bounds."""


def shuffled(tree: Any, dice: random.Random, key: str = "") -> Any:
    """The same content in another order of lines."""
    if isinstance(tree, dict):
        keys = list(tree)
        dice.shuffle(keys)
        return {k: shuffled(tree[k], dice, k) for k in keys}
    if isinstance(tree, list):
        items = [shuffled(item, dice) for item in tree]
        if key in LISTED:
            dice.shuffle(items)
        return items
    return tree


# -- shuffled files ----------------------------------------------------------------------------------------------------------------------


def outcome(scenario: Path, tenants: list[Path]) -> Trace:
    loaded = api.load(scenario)
    return replay(plan_of(loaded.scenario, cases_of(loaded.scenario, loaded.tenants(tenants))), seed=11)


@pytest.mark.parametrize("order", range(5))
def test_a_shuffled_file_gives_the_same_trace(order: int, tmp_path: Path) -> None:
    dice = random.Random(order)
    tree, tenant = small(), app()
    plain = outcome(written(tmp_path, "plain", tree), [written(tmp_path, "app", tenant)])
    other = outcome(written(tmp_path, "other", shuffled(tree, dice)), [written(tmp_path, "app-2", shuffled(tenant, dice))])
    assert min(served for curve in plain.curves.values() for _, served in curve) < 0.9
    assert other.records == plain.records
    assert other.curves == plain.curves
    assert other.waits == plain.waits


@pytest.mark.parametrize("order", range(2))
def test_the_night_shuffled_is_the_same_night(order: int, tmp_path: Path) -> None:
    """The incident and its world, each in another order of lines."""
    dice = random.Random(order)
    for kind, name in (("incident", NIGHT), ("world", "us-east-1-2012")):
        source = catalogue.find(name, "incident") if kind == "incident" else catalogue.root() / "worlds" / f"{name}.yaml"
        tree = read_yaml(source.read_bytes(), file=source.name).value
        written(tmp_path, name, shuffled(tree, dice))
    names = ["single-zone", "two-zone", "three-zone-failsafe", "netflix"]
    plain, other = (outcome(source, names) for source in (NIGHT, tmp_path / f"{NIGHT}.yaml"))  # type: ignore[arg-type]
    assert other.records == plain.records
    assert other.curves == plain.curves
    assert other.waits == plain.waits


# -- the horizon, and outages ------------------------------------------------------------------------------------------------------------


def blink(*, at: str, horizon: str = "2 h") -> dict[str, Any]:
    blinking = {"name": "blink", "at": at, "do": {"fail": {"target": f"{ROOM}/unit"}}}
    return tree_of(horizon=horizon, components=[{"path": f"{ROOM}/unit"}], events=[blinking])


def test_what_is_due_at_the_horizon_does_not_happen(tmp_path: Path) -> None:
    """A file may not even ask for it; so a fault lasts until the horizon, and its repair is due there."""
    with pytest.raises(ScenarioError, match="is not before the horizon"):
        replayed(written(tmp_path, "at", blink(at="2 h")))
    tree = blink(at="1 h")
    tree["events"][0]["do"]["fail"]["for"] = "1 h"
    assert [r[1] for r in replayed(written(tmp_path, "until", tree)).records] == ["event", "fails", "down", "stops_serving"]
    before = replayed(written(tmp_path, "before", blink(at=f"{7200 - TICK!r} s")))
    assert [r[1] for r in before.records] == ["event", "fails", "down", "stops_serving"]
    assert spans_down(before, f"{ROOM}/unit") == [(7200 - TICK, 7200.0)]


def test_an_outage_holds_its_start_and_not_its_end(tmp_path: Path) -> None:
    tree = tree_of(
        components=[{"path": f"{ROOM}/unit"}],
        events=[{"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit", "for": "90 min"}}}],
    )
    tenant = tenant_of(components=[{"path": "front", "requires": {"live": f"{ROOM}/unit"}}])
    result = api.run(written(tmp_path, "outage", tree), written(tmp_path, "app", tenant))
    assert result.curve.times == (0.0, 3600.0, 9000.0)
    assert result.curve.values == (1.0, 0.0, 1.0)
    assert result.lost_minutes == result.outage_minutes == 90.0
    (outage,) = result.outages
    assert (outage.end - outage.start).total_seconds() == 5400.0
    assert not result.open_at_horizon


def test_an_outage_that_ends_at_the_horizon_is_open(tmp_path: Path) -> None:
    tree = tree_of(
        horizon="2 h", components=[{"path": f"{ROOM}/unit"}],
        events=[{"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit", "for": "1 h"}}}],
    )  # fmt: skip
    tenant = tenant_of(components=[{"path": "front", "requires": {"live": f"{ROOM}/unit"}}])
    result = api.run(written(tmp_path, "outage", tree), written(tmp_path, "app", tenant))
    assert result.open_at_horizon
    assert result.lost_minutes == 60.0


# -- the order of an instant ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("a", "z"), ("z", "a")])
def test_a_repair_comes_before_a_failure_of_the_same_instant(first: str, second: str, tmp_path: Path) -> None:
    """Whatever the events are called: the unit is whole for no time, and its users notice nothing."""
    tree = tree_of(
        components=[{"path": f"{ROOM}/unit"}],
        events=[
            {"name": f"{first}-fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit", "for": "1 h"}}},
            {"name": f"{second}-fault", "at": "2 h", "do": {"fail": {"target": f"{ROOM}/unit", "for": "1 h"}}},
        ],
    )
    tenant = tenant_of(components=[{"path": "front", "requires": {"live": f"{ROOM}/unit"}}])
    result = api.run(written(tmp_path, "instant", tree), written(tmp_path, "app", tenant))
    at_two = [change for time, change, owner, _, _, _ in result.trace.records if time == 7200.0 and owner == f"{ROOM}/unit"]
    assert at_two == ["repaired", "restored", "up", "fails", "down"]
    assert result.curve.times == (0.0, 3600.0, 10800.0)


def test_within_a_phase_the_order_is_that_of_the_paths(tmp_path: Path) -> None:
    names = ["delta", "alpha", "echo", "charlie", "bravo"]
    tree = tree_of(
        components=[{"path": f"{ROOM}/feed"}, *({"path": f"{ROOM}/{n}", "requires": {"latching": {"on": "feed"}}} for n in names)],
        events=[{"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/feed", "for": "1 h"}}}],
    )
    records = replayed(written(tmp_path, "paths", tree)).records
    for change in ("down", "up"):
        found = [owner.rsplit("/", 1)[1] for _, what, owner, _, _, _ in records if what == change and not owner.endswith("feed")]
        assert found == sorted(names)


@pytest.mark.parametrize("order", range(4))
def test_events_of_one_instant_act_alike_in_any_order_of_lines(order: int, tmp_path: Path) -> None:
    events = [
        {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit"}}},
        {"name": "mend", "at": "1 h", "do": {"repair": f"{ROOM}/unit"}},
        {"name": "second-fault", "at": "2 h", "do": {"fail": {"target": f"{ROOM}/unit"}}},
        {"name": "second-mend", "at": "3 h", "do": {"repair": f"{ROOM}/unit"}},
    ]
    random.Random(order).shuffle(events)
    trace = replayed(written(tmp_path, "events", tree_of(components=[{"path": f"{ROOM}/unit"}], events=events)))
    # The repair of the first instant comes before its fault and finds nothing to mend; that of 3 h mends whatever is broken.
    assert spans_down(trace, f"{ROOM}/unit") == [(3600.0, 10800.0)]


@pytest.mark.parametrize("turned", [False, True])
def test_each_effect_of_an_event_acts_in_its_own_phase(turned: bool, tmp_path: Path) -> None:
    """Repairs come before failures whatever the order of lines: the unit that is mended and broken at one instant is broken."""
    effects: list[dict[str, Any]] = [{"fail": {"target": f"{ROOM}/unit"}}, {"repair": f"{ROOM}/unit"}, {"repair": f"{ROOM}/other"}]
    events = [
        {"name": "before", "at": "1 h", "do": [{"fail": {"target": f"{ROOM}/unit"}}, {"fail": {"target": f"{ROOM}/other"}}]},
        {"name": "both", "at": "2 h", "do": effects[::-1] if turned else effects},
    ]
    tree = tree_of(components=[{"path": f"{ROOM}/unit"}, {"path": f"{ROOM}/other"}], events=events)
    trace = replayed(written(tmp_path, "phases", tree))
    both = next(n for n, record in enumerate(trace.records) if record[1:3] == ("event", "both"))
    assert [record[1] for record in trace.records if record[4] == both] == ["repaired", "repaired", "fails"]
    assert [time for time, change, owner, _, _, _ in trace.records if (change, owner) == ("up", f"{ROOM}/unit")] == [7200.0]
    assert spans_down(trace, f"{ROOM}/unit") == [(3600.0, 7200.0), (7200.0, 43200.0)]
    assert spans_down(trace, f"{ROOM}/other") == [(3600.0, 7200.0)]


def test_a_rule_that_repairs_and_submits_does_the_work_after_the_repair(tmp_path: Path) -> None:
    rule = {
        "name": "mend", "when": {"down": f"{ROOM}/unit"}, "after": "1 min",
        "do": [{"submit": {"station": "north/desk", "work": "5 min"}}, {"repair": f"{ROOM}/unit"}],
    }  # fmt: skip
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit"}}}
    desk = {"path": "north/desk", "discipline": {"fifo": {"servers": 1}}, "requires": {"live": f"{ROOM}/unit"}}
    tree = tree_of(components=[{"path": f"{ROOM}/unit"}], stations=[desk], rules=[rule], events=[fault])
    records = replayed(written(tmp_path, "mend", tree)).records
    at_once = [change for time, change, _, _, _, _ in records if time == 3660.0]
    assert at_once == ["rule", "repaired", "restored", "up", "serves", "enters"]
    assert [time for time, change, _, _, _, _ in records if change == "leaves"] == [3960.0]


def test_an_effect_that_the_engine_does_not_know_is_no_other_one(tmp_path: Path) -> None:
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit"}}}
    plan = compile_plan(api.load(written(tmp_path, "unknown", tree_of(components=[{"path": f"{ROOM}/unit"}], events=[fault]))).scenario)
    plan.events[0] = replace(plan.events[0], effects=(("explode", None),))
    with pytest.raises(KeyError, match="explode"):
        replay(plan, seed=1)


# -- arrivals of one instant ---------------------------------------------------------------------------------------------------------------


def first_served(folder: Path, names: tuple[str, str], *, how: str, replication: int) -> int:
    """Which of two jobs that arrive at one instant is done first: 0 or 1."""
    do = [{"submit": {"station": "north/desk", "work": f"{minutes} min"}} for minutes in (1, 2)]
    if how == "events":
        events = [{"name": name, "at": "1 h", "do": one} for name, one in zip(names, do, strict=True)]
        rules: list[dict[str, Any]] = []
    else:
        events = [{"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit"}}}]
        rules = [{"name": name, "when": {"down": f"{ROOM}/unit"}, "do": one} for name, one in zip(names, do, strict=True)]
    desk = {"path": "north/desk", "discipline": {"fifo": {"servers": 1}}}
    tree = tree_of(components=[{"path": f"{ROOM}/unit"}], stations=[desk], rules=rules, events=events)
    left = [r[0] for r in replayed(written(folder, "arrivals", tree), replication=replication).records if r[1] == "leaves"]
    return {60.0: 0, 120.0: 1}[left[0] - 3600.0]


@pytest.mark.parametrize("how", ["events", "rules"])
@pytest.mark.parametrize("names", [("alpha", "zulu"), ("zulu", "alpha")])
def test_who_is_first_of_two_that_arrive_at_one_instant_is_drawn_whatever_they_are_called(
    names: tuple[str, str], how: str, tmp_path: Path
) -> None:
    firsts = [first_served(tmp_path, names, how=how, replication=n) for n in range(120)]
    assert abs(sum(firsts) - 60.0) <= 4.5 * (120 / 4.0) ** 0.5


# -- loops ---------------------------------------------------------------------------------------------------------------------------------


def test_rules_that_undo_each_other_at_one_instant_are_refused_by_name(tmp_path: Path) -> None:
    tree = tree_of(
        components=[{"path": f"{ROOM}/pump"}, {"path": f"{ROOM}/feed"}],
        rules=[
            {"name": "off", "when": {"up": f"{ROOM}/pump"}, "do": {"stop": f"{ROOM}/pump"}},
            {"name": "on", "when": {"down": f"{ROOM}/pump"}, "do": {"start": f"{ROOM}/pump"}},
        ],
        events=[{"name": "begin", "at": "1 h", "do": {"stop": f"{ROOM}/pump"}}],
    )
    plan = compile_plan(api.load(written(tmp_path, "loop", tree)).scenario)
    with pytest.raises(InputError, match=r"^an endless loop at one instant, 1 h after the start: rule 'on' -> 'off' -> 'on'; let one"):
        replay(plan, seed=1)


def test_rules_that_undo_each_other_after_a_second_go_on(tmp_path: Path) -> None:
    tree = tree_of(
        horizon="10 min", components=[{"path": f"{ROOM}/pump"}],
        rules=[
            {"name": "off", "when": {"up": f"{ROOM}/pump"}, "after": "1 s", "do": {"stop": f"{ROOM}/pump"}},
            {"name": "on", "when": {"down": f"{ROOM}/pump"}, "after": "1 s", "do": {"start": f"{ROOM}/pump"}},
        ],
        events=[{"name": "begin", "at": "90.5 s", "do": {"stop": f"{ROOM}/pump"}}],
    )  # fmt: skip
    assert len(spans_down(replayed(written(tmp_path, "swing", tree)), f"{ROOM}/pump")) > 200


def test_the_shuffler_shuffles() -> None:
    tree = small()
    other = shuffled(tree, random.Random(0))
    assert yaml.safe_dump(other, sort_keys=False) != yaml.safe_dump(tree, sort_keys=False)
    assert sorted(c["path"] for c in other["world"]["components"]) == sorted(c["path"] for c in tree["world"]["components"])


# -- what follows from failures of one instant ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [("alpha", "zulu"), ("zulu", "alpha")])
def test_who_is_replaced_at_the_loss_sees_all_that_was_lost_with_it(first: str, second: str, tmp_path: Path) -> None:
    """A feed named in the middle takes both: whoever waits for the other waits, whichever path comes first."""
    feed = f"{ROOM}/middle"
    waits = [{"follow": {"component": second}}]
    units = {"path": f"{ROOM}/{first}", "requires": {"latching": {"on": feed, "at_loss": True}}, "recovery": waits}
    others = {"path": f"{ROOM}/{second}", "requires": {"latching": {"on": feed}}, "recovery": [{"wait": {"for": "10 min"}}]}
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": feed, "for": "1 h"}}}
    trace = replayed(written(tmp_path, "both", tree_of(components=[{"path": feed}, units, others], events=[fault])))
    back = {owner: time for time, change, owner, _, _, _ in trace.records if change == "up"}
    assert back[f"{ROOM}/{first}"] == back[f"{ROOM}/{second}"] == 7800.0


def test_writes_are_lost_for_as_long_as_the_rule_says(tmp_path: Path) -> None:
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/unit", "for": "1 h"}}}
    rule = {"name": "promote", "when": {"served_below": {"of": "front", "level": "50 %"}}, "do": {"lose_writes": "5 min"}}
    app_ = tenant_of(components=[{"path": "front", "requires": {"live": f"{ROOM}/unit"}}], rules=[rule])
    tree = tree_of(components=[{"path": f"{ROOM}/unit"}], events=[fault])
    result = api.compare(written(tmp_path, "writes", tree), [written(tmp_path, "app", app_)], replications=2, drawn=False)
    assert {row.data_loss_minutes.mean for row in result.rows} == {5.0}
