"""Other values for numbers, switches that bring the same along, and architectures side by side: what is taken, what is refused, and how."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.scenario.building import check_distinct, load, load_tenant
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reckoning import same_kind

NIGHT = """format: 1
name: night
summary: a feed fails, and two people would do the same about it
start: 2030-01-01T12:00Z
horizon: 12 h
world:
  name: small
  summary: two regions, one of them without instances
  datacenters:
    - {path: north/zone-1/dc-1, share: 50 %, basis: {assumed: two alike}}
    - {path: north/zone-2/dc-1, share: 50 %, basis: {assumed: two alike}}
    - {path: south/zone-1/dc-1, share: 100 %, basis: {assumed: alone}}
  components:
    - {path: north/zone-1/dc-1/feed, units: $feeds}
    - {path: south/zone-1/dc-1/feeder}
    - {path: "north/*/*/instances", recovery: [{wait: {for: {uniform: [$least, 1 h]}}}]}
  stocks:
    - {path: north/zone-1/dc-1/battery, capacity: $charge, flows: [{relax: {toward: $half, over: $charge}}]}
  rules:
    - {name: by-hand, when: {down: north/zone-1/dc-1/feed}, do: {repair: north/zone-1/dc-1/feed}}
numbers:
  charge: {value: 5 min, basis: {assumed: x}}
  half: {value: {product: [$charge, $part]}, basis: {derived: half of it}}
  rest: {value: {difference: [10 min, $charge]}, basis: {derived: what is left}}
  part: {value: 50 %, basis: {assumed: x}}
  feeds: {value: 3, basis: {assumed: x}}
  least: {value: $rest, basis: {derived: the rest}}
events:
  - {name: e, at: 1 h, do: {fail: {target: north/zone-1/dc-1/feed}}, basis: {assumed: x}}
probes: [shop]
observations:
  - id: A
    what: time below the objective
    measure: {tenant: {tenant: shop, what: outage}}
    given: {hold: 2 s, charge: 6 min}
    expect: [0 s, 12 h]
    documented: invented
    role: control
    confidence: assumed
    basis: {assumed: x}
mechanisms:
  - name: hands
    summary: without them a machine does it
    remove: [by-hand]
    add: {rules: [&machine {name: at-once, when: {down: north/zone-1/dc-1/feed}, do: {repair: north/zone-1/dc-1/feed}}]}
mitigations:
  - {name: machine, summary: a machine does it, remove: [by-hand], add: {rules: [*machine]}, basis: {assumed: x}}
  - {name: larger, summary: more charge, set: {charge: {product: [$charge, 2]}}, basis: {assumed: x}}
"""
SHOP = """format: 1
name: shop
summary: one zone
kind: tenant
users: 10
calls: 10
enters: web
placement: [{region: north, roles: [a]}]
numbers:
  hold: {value: 1 s, basis: {assumed: x}}
components:
  - {path: web, rides: instances, call_time: $hold, basis: {assumed: x}}
"""
STALL = SHOP.replace("shop", "stall").replace("hold", "stand")


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("night", NIGHT), ("shop", SHOP), ("stall", STALL)):
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")
    return Path("night.yaml")


def refusal(source: Path, **options: Any) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(source, **options)
    return str(caught.value)


def test_numbers_of_probes_and_architectures_can_be_set(night: Path) -> None:
    assert load(night).probes[0].components[0].call_time == 1
    assert load(night, set_={"hold": "3 s"}).probes[0].components[0].call_time == 3
    loaded = api.load(night, numbers={"hold": "3 s", "stand": "4 s", "charge": "6 min"}, architectures=["stall.yaml"])
    assert [tenant.components[0].call_time for tenant in loaded.tenants(["stall.yaml", "shop.yaml"])] == [4, 3]
    assert loaded.scenario.world.stocks[0].capacity == "6 min"


def test_a_number_that_nobody_knows_is_refused_with_what_was_meant(night: Path) -> None:
    fact = "night.yaml:1:1: there is no number 'stan' to set\n    format: 1\n    "
    assert refusal(night, set_={"stan": "4 s"}, beside=["stall.yaml"]) == f"{fact}Did you mean 'stand'?"
    assert refusal(night, set_={"stan": "4 s"}) == f"{fact}Known: charge, half, rest, part, feeds, least, hold."


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("hold: 2 s", "hole: 2 s", "35:13: there is no number 'hole'"),
        ("charge: 6 min}\n", "chrge: 6 min}\n", "35:24: there is no number 'chrge'"),
        ("{charge: {product: [$charge, 2]}}", "{charge: 2}", "48:56: the number 'charge' is a duration, and 2 has no unit"),
        ("{charge: {product: [$charge, 2]}}", "{chrge: 2}", "48:48: there is no number 'chrge' to set"),
    ],
)
def test_what_is_not_in_use_is_judged_too(night: Path, old: str, new: str, text: str) -> None:
    assert old in NIGHT
    night.write_text(NIGHT.replace(old, new), encoding="utf-8")
    assert refusal(night).startswith(f"night.yaml:{text}")


@pytest.mark.parametrize(
    ("set_", "text"),
    [
        (
            {"charge": 30},
            "night.yaml:1:1: the number 'charge' is a duration, and 30 has no unit\n    format: 1\n    Write '30 s' or '30 min'.",
        ),
        ({"hold": 3}, "shop.yaml:1:1: the number 'hold' is a duration, and 3 has no unit\n    format: 1\n    Write '3 s' or '3 min'."),
        (
            {"charge": "20 min"},
            "night.yaml:24:17: the difference is below zero\n"
            "      rest: {value: {difference: [10 min, $charge]}, basis: {derived: what is left}}\n"
            "    Set the number 'charge' to another value: take the smaller number from the larger.",
        ),
        (
            {"rest": "2 h"},
            "night.yaml:16:61: the lower bound of a uniform law is not below the upper one\n"
            '        - {path: "north/*/*/instances", recovery: [{wait: {for: {uniform: [$least, 1 h]}}}]}\n'
            "    Set the number 'rest' to another value: write the smaller one first, or one value alone.",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_the_number_that_was_set(night: Path, set_: dict[str, Any], text: str) -> None:
    assert refusal(night, set_=set_) == text


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("5 min", "7 %", "the number 'n' is a duration, and '7 %' is a share: write for example '82 min'"),
        ("5 min", "soon", "the number 'n' is a duration, and 'soon' is not: write for example '82 min'"),
        ("40/min", 30, "the number 'n' is a rate, and 30 has no unit: write '30/min' or '30/h'"),
        ("40/min", "1 h", "the number 'n' is a rate, and '1 h' is a duration: write for example '40/min'"),
        ("7 %", "150 %", "the number 'n' is a share, and '150 %' is more than the whole: write at most '100 %'"),
        ("7 %", 30, "the number 'n' is a share, and '30' is a plain number: write for example '7 %'"),
        (30, "7 %", "the number 'n' is a plain number, and '7 %' is a share: write for example 12"),
        (30, "1 h", "the number 'n' is a plain number, and '1 h' is a duration: write for example 12"),
    ],
)
def test_a_number_keeps_its_dimension(before: object, after: object, text: str) -> None:
    with pytest.raises(ValueError, match=": write") as caught:
        assert same_kind("n", before, after) is None  # type: ignore[func-returns-value]
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("before", "after"), [("5 min", "1 h"), ("7 %", 0.3), (0.5, "7 %"), (30, 40), ("5 min", {"exponential": {"mean": "1 h"}}), ("any", 3)]
)
def test_another_value_of_the_same_kind_is_taken(before: object, after: object) -> None:
    assert same_kind("n", before, after) is None  # type: ignore[func-returns-value]


def test_what_two_switches_add_alike_counts_once(night: Path) -> None:
    without = load(night, without=["hands"])
    both = load(night, without=["hands"], with_=["machine"])
    assert [rule.name for rule in both.rules] == ["at-once"]
    assert (both.world, both.rules) == (without.world, without.rules)
    other = "[{name: at-once, when: {at: 1 h}, do: {repair: north/zone-1/dc-1/feed}}]"
    night.write_text(NIGHT.replace("[*machine]", other), encoding="utf-8")
    assert "the name 'at-once' stands on line 45 already" in refusal(night, without=["hands"], with_=["machine"])


def test_a_ride_that_other_regions_have_is_not_its_own_remedy(night: Path) -> None:
    scenario = load(night)
    for word, remedy in (
        ("instances", "Only north has one of this name: place the tenant there, or ride what these regions have."),
        ("instance", "Did you mean 'instances'?"),
    ):
        text = STALL.replace("region: north", "region: south").replace("rides: instances", f"rides: {word}")
        Path("stall.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(ScenarioError) as caught:
            load_tenant(Path("stall.yaml"), scenario)
        assert str(caught.value).splitlines()[0].endswith(f"the regions of this tenant have no component '{word}' to ride")
        assert str(caught.value).splitlines()[-1].strip() == remedy


def test_two_tenants_of_one_name_are_told_apart(night: Path) -> None:
    Path("other.yaml").write_text(STALL, encoding="utf-8")
    loaded = api.load(night)
    for names, text in (
        (
            ["stall.yaml", "other.yaml"],
            "other.yaml:2:7: the architecture of stall.yaml has the name 'stall' already\n"
            "    name: stall\n    Give one of the two another name.",
        ),
        (["stall.yaml", "stall.yaml"], "stall.yaml: the architecture 'stall' is named twice\n    Name it once."),
    ):
        with pytest.raises(ScenarioError) as caught:
            loaded.tenants(names)
        assert str(caught.value) == text
    check_distinct(["stall.yaml", "shop.yaml"], loaded.tenants(["stall.yaml", "shop.yaml"]))
