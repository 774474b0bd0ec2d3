"""Tenants and architectures: files alone, what they share, and how their names meet the world's."""

from pathlib import Path

import pytest

from simulator.model.world import Scenario
from simulator.scenario.building import load, load_tenant
from simulator.scenario.problems import ScenarioError
from simulator.scenario.showing import show

VALID = Path(__file__).parent.parent / "corpus" / "valid"

APPLICATION = "format: 1\nname: shop\nsummary: a shop\nusers: 5000\ncalls: $calls\nnumbers: {calls: {value: 50, basis: {assumed: x}}}\n"
BASE = """format: 1
name: base
summary: two zones
application: shop
numbers:
  share: {value: 50 %, basis: {assumed: x}}
placement: [{region: north, roles: [a, b]}]
enters: lb
components:
  - {path: "*/web", units: 4, rides: instances, carries: $share}
  - {path: "*/store", units: 1, rides: instances}
  - {path: quorum, requires: {live: {at_least: {k: 1, of: ["*/store"]}}}}
routes:
  - {path: lb, targets: "*/web"}
"""
X = "{name: x, users: 1, enters: lb}"
CHILD = """format: 1
name: child
summary: like the other, with all in each
like: base
numbers:
  share: {value: 100 %, basis: {assumed: x}}
remove: [quorum, "*/store"]
change: {"*/web": {units: 8}, lb: {retries: 1}}
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(VALID / "route.yaml")


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def refusal(path: Path, scenario: Scenario, folder: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load_tenant(path, scenario, catalogue_root=folder / "none")
    return str(caught.value)


def test_an_architecture_is_a_file_alone(scenario: Scenario, tmp_path: Path) -> None:
    folder = written(tmp_path, shop=APPLICATION, base=BASE)
    tenant = load_tenant(folder / "base.yaml", scenario, catalogue_root=tmp_path / "none")
    assert (tenant.users, tenant.calls, tenant.objective) == (5000, 50, 0.95)
    assert [c.path for c in tenant.components] == ["a/web", "b/web", "a/store", "b/store", "quorum"]
    assert tenant.routes[0].targets == ("a/web", "b/web")
    assert tenant.components[-1].requires[0].live.at_least.of == ("a/store", "b/store")
    assert tenant.cost_index == 1.0
    (tmp_path / "shown.yaml").write_text(show(tenant), encoding="utf-8")
    assert load_tenant(tmp_path / "shown.yaml", scenario) == tenant


def test_a_file_that_is_like_another_changes_it(scenario: Scenario, tmp_path: Path) -> None:
    folder = written(tmp_path, shop=APPLICATION, base=BASE, child=CHILD)
    tenant = load_tenant(folder / "child.yaml", scenario, catalogue_root=tmp_path / "none")
    assert [(c.path, c.units, c.carries) for c in tenant.components] == [("a/web", 8, 1.0), ("b/web", 8, 1.0)]
    assert tenant.routes[0].retries == 1
    assert tenant.cost_index == 2.0


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("region: north", "region: nort", ":7:22: the world has no region 'nort'"),
        ("[a, b]", "[a, a]", ":7:40: the role 'a' stands here twice"),
        ("[a, b]", "[a, b, c]", ":7:36: 3 roles need as many zones, and 'north' has 2"),
        ("enters: lb", "enters: bl", ":8:9: there is no route or component 'bl' to enter by"),
        (
            "rides: instances, carries",
            "rides: instance, carries",
            ":10:38: the regions of this tenant have no component 'instance'",
        ),
        ('targets: "*/web"', "targets: wb", ":14:25: there is no component, stock or route 'wb' within reach"),
        (
            "units: 1, rides: instances",
            "units: 1, requires: {live: instances}",
            ":11:50: there is no component, stock or route 'instances' within reach",
        ),
        (
            'requires: {live: {at_least: {k: 1, of: ["*/store"]}}}',
            "requires: [{latching: {on: a/store}}]",
            ":12:31: 'a/store' is the tenant's own, and latching is on things of the world only",
        ),
        (
            "enters: lb",
            "enters: lb\ngroups: [{name: all, users: 5, enters: lb}]",
            ":8:1: 'enters' stands beside groups of users, who say it for themselves",
        ),
        ("enters: lb", "groups: [{name: all, users: 0, enters: lb}]", ":8:9: nobody belongs to any of these groups"),
        ("enters: lb", f"groups: [{X}, {X}]", ":8:50: the group 'x' stands here twice"),
        ("units: 1, rides: instances", "units: 1, hazard_ratio: 2", ":11:47: only what rides"),
        ("application: shop", "application: ship", ":4:14: neither this folder nor the catalogue has the tenant 'ship'"),
        ("application: shop", "application: ../shop", ":4:14: '../shop' leads out of the folder of this file"),
        ("application: shop", "application: shop\nlike: base", ":5:7: these are like each other without end:"),
        ("carries: $share", "carries: 1", ":6:3: the number 'share' is used nowhere"),
    ],
)
def test_mistakes_are_told_with_their_place(scenario: Scenario, tmp_path: Path, old: str, new: str, text: str) -> None:
    folder = written(tmp_path, shop=APPLICATION, base=BASE.replace(old, new))
    assert text in refusal(folder / "base.yaml", scenario, tmp_path)


def test_what_is_missing_is_told(scenario: Scenario, tmp_path: Path) -> None:
    folder = written(tmp_path, base=BASE.replace("application: shop\n", ""))
    told = refusal(folder / "base.yaml", scenario, tmp_path)
    assert "the key 'users' is missing" in told
    assert "the key 'calls' is missing" in told


def test_a_link_out_of_the_folder_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    written(outside, shop=APPLICATION)
    written(inside, base=BASE)
    (inside / "shop.yaml").symlink_to(outside / "shop.yaml")
    assert "'shop' is a link that leads out of the folder of this file" in refusal(inside / "base.yaml", scenario, tmp_path)
