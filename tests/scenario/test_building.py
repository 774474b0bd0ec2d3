"""Building scenarios: what a file means, every problem with its place and text, and that what is shown loads as the same."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of, probes_of
from simulator.model.world import Scenario
from simulator.scenario import catalogue, placing
from simulator.scenario.building import load, load_tenant
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import read_yaml
from simulator.scenario.showing import sha256, show
from simulator.units import parse_duration

CORPUS = Path(__file__).parent.parent / "corpus"
VALID = sorted((CORPUS / "valid").glob("*.yaml"))
INVALID = sorted((CORPUS / "invalid" / "scenario").glob("*.yaml"))
INCIDENTS = catalogue.names("incident")


def by_path(elements: Any) -> dict[str, Any]:
    return {element.path: element for element in elements}


def reloaded(described: Any, folder: Path, scenario: Scenario | None = None) -> Any:
    path = folder / "shown.yaml"
    path.write_text(show(described), encoding="utf-8")
    return load(path) if scenario is None else load_tenant(path, scenario)


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_each_invalid_file_is_refused_with_its_text(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(path.parent)
    with pytest.raises(ScenarioError) as caught:
        load(Path(path.name), catalogue_root=tmp_path)
    assert f"{caught.value}\n" == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_each_text_belongs_to_a_file() -> None:
    assert {path.stem for path in (CORPUS / "invalid" / "scenario").glob("*.expected")} == {path.stem for path in INVALID}
    assert len(VALID) >= 6


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_what_is_shown_loads_as_the_same(path: Path, tmp_path: Path) -> None:
    scenario = load(path)
    again = reloaded(scenario, tmp_path)
    assert again == scenario
    assert show(again) == show(scenario)
    assert sha256(again) == sha256(scenario)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_switched_scenarios_are_other_ones_and_show_as_the_same_too(path: Path, tmp_path: Path) -> None:
    plain = load(path)
    for switch in plain.mechanisms:
        switched = load(path, without=[switch.name])
        assert sha256(switched) != sha256(plain)
        assert reloaded(switched, tmp_path) == switched
    for mitigation in plain.mitigations:
        switched = load(path, with_=[mitigation.name])
        assert sha256(switched) != sha256(plain)
        assert reloaded(switched, tmp_path) == switched


REPLAYED = [
    pytest.param(path, key, id=f"{path.stem}-{key or 'as it is'}")
    for path in VALID for key in ("", "mechanisms", "mitigations")
]  # fmt: skip


@pytest.mark.parametrize(("path", "key"), REPLAYED)
def test_what_loads_can_be_replayed(path: Path, key: str) -> None:
    option: Any = {"mechanisms": "without", "mitigations": "with_"}.get(key)
    scenarios: list[Scenario] = [load(path, **{option: [one.name]}) for one in getattr(load(path), key)] if option else [load(path)]
    for scenario in scenarios:
        traces = [replay(plan_of(scenario, probes_of(scenario)), seed=1) for _ in range(2)]
        assert {event.name for event in scenario.events} == {owner for _, change, owner, *_ in traces[0].records if change == "event"}
        assert traces[0].records == traces[1].records


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_order_of_keys_changes_nothing(path: Path, tmp_path: Path) -> None:
    def shuffled(tree: Any) -> Any:
        if isinstance(tree, dict):
            keys = list(tree)
            random.Random(7).shuffle(keys)
            return {key: shuffled(tree[key]) for key in keys}
        return [shuffled(item) for item in tree] if isinstance(tree, list) else tree

    tree = read_yaml(path.read_bytes(), file=path.name).value
    other = tmp_path / path.name
    other.write_text(json.dumps(shuffled(tree)), encoding="utf-8")
    assert load(other).world.components == load(path).world.components
    assert load(other).events == load(path).events


def test_units_of_a_region_are_divided_by_share_without_losing_one() -> None:
    components = by_path(load(CORPUS / "valid" / "component.yaml").world.components)
    counts = [components[f"north/zone-{i}/dc-1/instances"].units for i in (1, 2)]
    # Nothing but names tells the two apart: neither gets the odd one.
    assert counts == [200.5, 200.5]


def test_names_are_looked_up_from_the_inside_out() -> None:
    components = by_path(load(CORPUS / "valid" / "requirement.yaml").world.components)
    needs = components["north/zone-1/dc-1/rack"].requires[0].live.all_of
    assert needs[0].any_of == ("north/zone-1/dc-1/feed-1", "north/spare")
    assert needs[1].at_least.of == tuple(f"north/zone-1/dc-1/feed-{i}" for i in (1, 2, 3))
    assert components["north/zone-1/dc-1/hall"].requires[0].live.all_of == needs[1].at_least.of


def test_a_pattern_in_an_event_stands_for_one_effect_each() -> None:
    (event,) = load(CORPUS / "valid" / "requirement.yaml").events
    assert [effect.fail.target for effect in event.do] == ["north/zone-1/dc-1/feed-2", "north/zone-1/dc-1/feed-3"]
    assert {effect.fail.span.mean() for effect in event.do} == {3600.0}


def test_times_are_utc_and_the_start_keeps_its_offset() -> None:
    component = load(CORPUS / "valid" / "component.yaml")
    assert component.events[0].at == "2030-01-01T12:30:00Z"
    assert component.observations[0].expect == ("2030-01-01T12:50:00Z", "2030-01-01T13:10:00Z")
    assert load(CORPUS / "valid" / "stock.yaml").events[0].at == "2030-01-01T13:00:00Z"
    assert load(CORPUS / "valid" / "requirement.yaml").events[0].at == "1 h"
    assert component.start == "2030-01-01T12:00Z"


def test_numbers_are_reckoned_set_and_varied() -> None:
    path = CORPUS / "valid" / "stock.yaml"

    def charge(**options: Any) -> Any:
        return by_path(load(path, **options).world.stocks)["north/zone-1/dc-1/battery"].capacity

    assert charge() == "8.5 min"
    assert charge(set_={"bottle": "5 min"}) == "630 s"
    assert charge(without=["small-battery"]) == "85 min"
    assert charge(set_={"charge": {"product": ["$charge", 2]}}) == "17 min"
    # Half-way along a range lies its geometric middle; its ends are 2 and 8 min.
    assert charge(vary=lambda _: 0.5) == "8.5 min"
    assert parse_duration(charge(vary=lambda _: 0.25)) == pytest.approx(60 * (2 * 2 * 2**0.5 + 0.5))
    assert load(path, vary=lambda _: 0.5).numbers["bottle"]["value"] == "4 min"


def test_a_resolved_scenario_refuses_other_numbers(tmp_path: Path) -> None:
    path = tmp_path / "shown.yaml"
    path.write_text(show(load(CORPUS / "valid" / "stock.yaml")), encoding="utf-8")
    for options in ({"set_": {"bottle": "5 min"}}, {"without": ["small-battery"]}, {"vary": lambda _: 0.5}):
        with pytest.raises(ScenarioError, match="this is a resolved scenario"):
            load(path, **options)


def test_a_mechanism_takes_away_what_is_tagged_with_it() -> None:
    path = CORPUS / "valid" / "rule.yaml"
    assert [event.name for event in load(path).events] == ["crash"]
    assert load(path, without=["weak-disk"]).events == ()
    assert [rule.name for rule in load(path).world.rules] == ["fail-over", "north/zone-1/dc-1/drill", "north/zone-2/dc-1/drill"]
    assert load(path, without=["automation"]).world.rules == ()
    added = load(path, with_=["second-drill"]).rules[-1]
    assert (added.name, added.when.at) == ("drill-at-night", "2030-01-01T23:00:00Z")
    assert [effect.readmit for effect in added.do] == [("north/zone-1", "north/zone-2")]


def test_a_mechanism_of_a_tenant_takes_away_its_fail_safe() -> None:
    path = CORPUS / "valid" / "route.yaml"
    assert load(path).probes[0].routes[0].fail_safe is not None
    assert load(path, without=["freezing"]).probes[0].routes[0].fail_safe is None


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"without": ["weak-dusk"]}, "rule.yaml:37:1: the scenario has no mechanism 'weak-dusk' to switch off"),
        ({"with_": ["nothing"]}, "rule.yaml:40:1: the scenario has no mitigation 'nothing' to switch on"),
        ({"set_": {"nothing": 1}}, "rule.yaml:1:1: there is no number 'nothing' to set"),
    ],
)
def test_unknown_switches_are_told(options: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CORPUS / "valid")
    with pytest.raises(ScenarioError) as caught:
        load(Path("rule.yaml"), **options)
    assert str(caught.value).startswith(text)


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "ELEMENT_LIMIT", 3)
    with pytest.raises(ScenarioError, match="describes more than 3 components"):
        load(CORPUS / "valid" / "component.yaml")
