"""What events and rules do to something that is switched off is skipped; what else needs it is refused with the mechanism's name."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.scenario.problems import ScenarioError
from tests.cli.invoking import azsim
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

HERE = Path(__file__).parent / "switched-off"
NIGHT, APP = str(HERE / "tag.yaml"), str(HERE / "y.yaml")
ROOM = "north/zone-1/dc-1"


def test_without_the_tank_nobody_fills_it() -> None:
    assert azsim("run", NIGHT, "--architecture", APP, "--without", "m").exit_code == 0
    assert [event.name for event in api.load(NIGHT).scenario.events] == ["f"]
    assert api.load(NIGHT, without="m").scenario.events == ()


def test_a_plain_explanation_switches_it_off_too() -> None:
    done = azsim("explain", NIGHT, "--architecture", APP, "--replications", "2")
    assert done.exit_code == 0


EFFECTS: list[Any] = [
    {"fail": {"target": f"{ROOM}/extra"}}, {"fail": {"target": "north/*/*/extra"}},
    {"repair": f"{ROOM}/extra"}, {"start": [f"{ROOM}/extra"]},
    {"stop": f"{ROOM}/extra"}, {"fill": {"stock": "north/tank", "by": 1}}, {"fill": {"stock": "*/tank", "by": 1}},
]  # fmt: skip


def scenario(folder: Path, do: Any, **more: Any) -> Path:
    tree = tree_of(
        components=[{"path": f"{ROOM}/hosts"}], events=[{"name": "deed", "at": "1 min", "do": do}],
        add={
            "components": [{"path": f"{ROOM}/extra", "mechanism": "m"}],
            "stocks": [{"path": "north/tank", "capacity": 10, "level": 0, "mechanism": "m"}], **more,
        },
        mechanisms=[{"name": "m", "summary": "something more"}],
    )  # fmt: skip
    return written(folder, "incident", tree)


@pytest.mark.parametrize("effect", EFFECTS, ids=str)
def test_every_effect_on_what_is_off_is_skipped_and_the_others_are_not(effect: Any, tmp_path: Path) -> None:
    path = scenario(tmp_path, [effect, {"fail": {"target": f"{ROOM}/hosts", "for": "1 h"}}])
    assert len(api.load(path).scenario.events[0].do) == 2
    ((left,),) = (event.do for event in api.load(path, without="m").scenario.events)
    assert left.fail.target == f"{ROOM}/hosts"  # type: ignore[union-attr]
    app = written(tmp_path, "app", tenant_of(components=[{"path": "a/front", "rides": "hosts"}], enters="a/front"))
    assert api.run(path, app, without="m").lost_minutes == pytest.approx(60.0)


def test_of_several_targets_those_that_are_on_stay(tmp_path: Path) -> None:
    path = scenario(tmp_path, {"stop": [f"{ROOM}/extra", f"{ROOM}/hosts"]})
    (event,) = api.load(path, without="m").scenario.events
    assert event.do[0].stop == (f"{ROOM}/hosts",)  # type: ignore[union-attr]


def test_a_rule_that_does_nothing_else_is_gone(tmp_path: Path) -> None:
    rule = {"name": "refill", "when": {"every": "10 min"}, "do": {"fill": {"stock": "north/tank", "by": 1}}, "basis": BASIS}
    path = scenario(tmp_path, {"fail": {"target": f"{ROOM}/hosts"}}, rules=[rule])
    on, off = api.load(path).scenario, api.load(path, without="m").scenario
    assert len([*on.rules, *on.world.rules]) == 1
    assert not [*off.rules, *off.world.rules]


def test_what_needs_it_is_refused_by_the_name_of_the_mechanism(tmp_path: Path) -> None:
    needy = {"path": f"{ROOM}/needy", "requires": {"live": "north/tank"}}
    path = scenario(tmp_path, {"fail": {"target": f"{ROOM}/hosts"}}, components=[{"path": f"{ROOM}/extra", "mechanism": "m"}, needy])
    assert api.load(path).scenario
    with pytest.raises(ScenarioError, match="'north/tank' belongs to the mechanism 'm', which is switched off") as told:
        api.load(path, without="m")
    assert told.value.problems[0].line > 1


def test_a_name_that_is_nowhere_is_still_unknown(tmp_path: Path) -> None:
    path = scenario(tmp_path, {"fail": {"target": f"{ROOM}/nothing"}})
    for without in ((), ("m",)):
        with pytest.raises(ScenarioError, match=r"there is no component '.*nothing' within reach"):
            api.load(path, without=without)
