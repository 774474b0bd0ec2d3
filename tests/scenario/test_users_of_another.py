"""An architecture with the users of another tenant: what comes along with them, and what stays the architecture's own."""

from pathlib import Path

import pytest

from simulator.model.world import Scenario, Tenant
from simulator.scenario.building import load, load_tenant
from simulator.scenario.problems import ScenarioError
from tests.scenario.test_tenants import BASE, VALID, written

SHOP = """format: 1
name: shop
summary: what all have in common
numbers:
  fleet: {value: 6, basis: {assumed: x}}
  per-unit: {value: 10, basis: {assumed: x}}
  calls: {value: {product: [$fleet, $per-unit]}, basis: {derived: x}}
  tries: {value: 0, basis: {assumed: x}}
users: 5000
calls: $calls
"""
ARCHITECTURE = (
    BASE.replace("units: 4, rides: instances, carries", "units: $fleet, rides: instances, carries")
    .replace('targets: "*/web"', 'targets: "*/web", retries: $tries')
)  # fmt: skip
THEIRS = """format: 1
name: theirs
summary: many users, of whom half come in elsewhere
kind: tenant
like: base
numbers:
  fleet: {value: {product: [30, $share]}, basis: {derived: x}}
  share: {value: 40 %, basis: {assumed: x}}
  own-tries: {value: 2, basis: {assumed: x}}
  tries: {value: $own-tries, basis: {derived: x}}
objective: 99 %
lends:
  "*/web": {call_time: 3 s, threads: $own-tries}
groups: [{name: first, users: 300, enters: lb}, {name: second, users: 100, enters: lb}]
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(VALID / "route.yaml")


def built(scenario: Scenario, folder: Path, application: object = None, **more: object) -> Tenant:
    written(folder, shop=SHOP, base=ARCHITECTURE, theirs=THEIRS)
    return load_tenant(folder / "base.yaml", scenario, catalogue_root=folder / "none", application=application, **more)  # type: ignore[arg-type]


def test_users_calls_objective_and_numbers_of_the_application_come_along(scenario: Scenario, tmp_path: Path) -> None:
    own = built(scenario, tmp_path)
    assert (own.users, own.calls, own.objective, own.components[0].units, own.routes[0].retries) == (5000, 60, 0.95, 6, 0)
    served = built(scenario, tmp_path, tmp_path / "theirs.yaml")
    assert (served.name, served.users, served.calls, served.objective) == ("base", 400, 120, 0.99)
    assert [(c.path, c.units) for c in served.components[:2]] == [("a/web", 12), ("b/web", 12)]
    assert served.routes[0].retries == 2


def test_what_makes_it_this_architecture_stays(scenario: Scenario, tmp_path: Path) -> None:
    served = built(scenario, tmp_path, tmp_path / "theirs.yaml")
    assert served.components[0].carries == 0.5, "the other tenant has a number of this name as well"
    assert (served.groups, served.enters, served.cost_index) == ((), "lb", 1.0)


def test_what_a_tenant_lends_is_changed_where_the_architecture_has_it(scenario: Scenario, tmp_path: Path) -> None:
    own, served = built(scenario, tmp_path), built(scenario, tmp_path, tmp_path / "theirs.yaml")
    assert [(c.call_time, c.threads) for c in served.components[:2]] == [(3.0, 2.0)] * 2
    assert {c.call_time for c in own.components} == {0.0}
    theirs = load_tenant(tmp_path / "theirs.yaml", scenario, catalogue_root=tmp_path / "none")
    assert {c.call_time for c in theirs.components} == {0.0}, "it lends, and does not change itself"


def test_what_is_lent_to_nothing_is_told_where_it_stands(scenario: Scenario, tmp_path: Path) -> None:
    built(scenario, tmp_path)
    written(tmp_path, theirs=THEIRS.replace('"*/web": {call', '"*/wob": {call'))
    with pytest.raises(ScenarioError, match=r"theirs\.yaml:13:3: nothing here is called '\*/wob'"):
        load_tenant(tmp_path / "base.yaml", scenario, catalogue_root=tmp_path / "none", application=tmp_path / "theirs.yaml")


def test_numbers_that_are_set_are_set_once_for_both(scenario: Scenario, tmp_path: Path) -> None:
    doubled = {"fleet": {"product": ["$fleet", 2]}}
    served = built(scenario, tmp_path, tmp_path / "theirs.yaml", set_=doubled)
    assert (served.components[0].units, served.calls) == (24, 240)
    assert built(scenario, tmp_path, set_=doubled).components[0].units == 12


def test_a_tenant_without_a_file_brings_its_users_only(scenario: Scenario, tmp_path: Path) -> None:
    served = built(scenario, tmp_path, scenario.probes[0])
    assert (served.users, served.calls, served.objective, served.components[0].units) == (1000, 100, 0.95, 6)


def test_a_tenant_that_is_not_there_is_told(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the catalogue has no tenant of this name"):
        built(scenario, tmp_path, "nobody")
