"""What would have saved a tenant, on a world small enough to say beforehand what each change saves."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import api
from simulator.ensemble.saving import Saving, on_front
from simulator.scenario.problems import ScenarioError
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

POWER, NET = "north/zone-1/dc-1/power", "north/zone-1/net"


def number(value: str) -> dict[str, Any]:
    return {"value": value, "basis": BASIS}


def incident(*, events: Any, mitigations: Any, probes: Any = ("shop",), **more: Any) -> dict[str, Any]:
    """Instances in two zones that need power and a network; only zone-1 is ever hit."""
    components = [
        part
        for zone in (1, 2)
        for part in (
            {"path": f"north/zone-{zone}/dc-1/power"},
            {"path": f"north/zone-{zone}/net"},
            {"path": f"north/zone-{zone}/dc-1/instances", "units": 1000, "requires": {"latching": {"on": "power"}}},
        )
    ]
    return tree_of(
        name="cut", zones=2, components=components, events=events, hit_zones=["north/zone-1"], probes=list(probes),
        mitigations=[{"summary": "made for a test", "basis": BASIS, **one} for one in mitigations], **more,
    )  # fmt: skip


def cut(name: str, target: str, span: str = "$length") -> dict[str, Any]:
    return {"name": name, "at": "1 h", "do": {"fail": {"target": target, "for": span}}}


def in_zone(name: str, zone: int, *, carries: str = "100 %", **more: Any) -> dict[str, Any]:
    placement = [{"region": "north", "roles": ["a"], "fixed": [f"north/zone-{zone}"]}]
    web = {"path": "a/web", "units": 10, "rides": "instances", "carries": carries, "requires": {"live": "net"}}
    return tenant_of(name=name, enters="a/web", placement=placement, components=[web], **more)


LENGTH = {"length": number("60 min")}
HALVED = {"name": "halved", "set": {"length": "30 min"}}
SOONER = {"name": "sooner", "set": {"length": {"product": ["$length", "25 %"]}}}
IDLE = {"name": "idle", "change": {"north/zone-2/dc-1/instances": {"units": 2000}}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, "shop", in_zone("shop", 1) | {"kind": "tenant", "users": 600})
    written(tmp_path, "elsewhere", in_zone("elsewhere", 2) | {"users": 1})
    written(tmp_path, "dear", _two("dear"))
    return tmp_path


def _two(name: str) -> dict[str, Any]:
    """Everything in each of two zones, and half of the calls still go to a dead one."""
    web = {"path": "*/web", "units": 10, "rides": "instances", "carries": "100 %", "requires": {"live": "net"}}
    routes = [{"path": "front", "targets": "*/web", "single_address": "100 %"}]
    return tenant_of(name=name, roles=("a", "b"), components=[web], routes=routes)


def saved(path: Path, *architectures: Path, **more: Any) -> dict[str, Saving]:
    found = api.whatif(path, "shop", [*architectures], **{"replications": 2, **more})
    return {one.name: one for one in found.options}


def test_each_change_saves_what_it_should(folder: Path) -> None:
    path = written(folder, "cut", incident(events=[cut("power-fails", POWER)], mitigations=[HALVED, SOONER, IDLE], numbers=LENGTH))
    found = api.whatif(path, "shop", [folder / "elsewhere.yaml", folder / "dear.yaml"], replications=2, pairs=0)
    assert (found.tenant, found.users, found.cost_index, found.lost_minutes.mean) == ("shop", 600, 1.0, 60.0)
    assert found.lost_user_hours.mean == 600
    told = [(one.name, one.kind, one.lost_minutes.mean, one.saved_minutes.mean, one.cost_index, one.on_front) for one in found.options]
    assert told == [
        ("elsewhere", "architecture", 0, 60, 1.0, True),
        ("sooner", "mitigation", 15, 45, 1.0, False),
        ("halved", "mitigation", 30, 30, 1.0, False),
        ("dear", "architecture", 30, 30, 2.0, False),
        ("idle", "mitigation", 60, 0, 1.0, False),
    ]
    assert [one.saved_user_hours.mean for one in found.options] == [600, 450, 300, 300, 0]


def test_a_change_without_effect_saves_exactly_nothing_however_the_dice_fall(folder: Path) -> None:
    again = {"name": "back", "when": {"down": POWER}, "after": {"uniform": ["10 min", "50 min"]}, "do": {"repair": POWER}}
    tree = incident(events=[cut("power-fails", POWER, "2 h")], mitigations=[IDLE], rules=[{**again, "basis": BASIS}])
    found = api.whatif(written(folder, "cut", tree), "shop", [folder / "dear.yaml"], replications=20)
    assert found.lost_minutes.p95 - found.lost_minutes.p05 > 10
    idle, dear = (next(one for one in found.options if one.name == name) for name in ("idle", "dear"))
    assert (idle.saved_minutes.mean, idle.saved_minutes.ci95) == (0.0, (0.0, 0.0))
    # Half of what the tenant loses is lost in every replication: the differences vary as it does, half as much.
    assert found.lost_minutes.ci95 is not None
    assert dear.saved_minutes.ci95 == pytest.approx([end / 2 for end in found.lost_minutes.ci95])


def test_a_pair_may_save_more_than_the_sum(folder: Path) -> None:
    switches = [{"name": "no-cut", "remove": ["power-fails"]}, {"name": "no-loss", "remove": ["net-fails"]}, IDLE]
    tree = incident(events=[cut("power-fails", POWER, "60 min"), cut("net-fails", NET, "45 min")], mitigations=switches)
    found = saved(written(folder, "cut", tree), folder / "dear.yaml")
    assert {name: one.saved_minutes.mean for name, one in found.items()} == pytest.approx(
        {"no-cut": 15, "no-loss": 0, "idle": 0, "no-cut + no-loss": 60, "dear": 30, "no-cut + dear": 37.5}
    )
    assert found["no-cut + no-loss"].kind == "pair"
    assert [name for name, one in found.items() if one.on_front] == ["no-cut + no-loss"]


def test_only_the_best_pairs_are_told_and_none_that_its_better_half_equals(folder: Path) -> None:
    switches = [{"name": "no-cut", "remove": ["power-fails"]}, {"name": "no-loss", "remove": ["net-fails"]}]
    tree = incident(events=[cut("power-fails", POWER, "60 min"), cut("net-fails", NET, "45 min")], mitigations=switches)
    path = written(folder, "cut", tree)
    architectures = (folder / "elsewhere.yaml", folder / "dear.yaml")
    names = [name for name in saved(path, *architectures) if "+" in name]
    assert names == ["no-cut + no-loss", "no-cut + dear"], "nothing can be added to what saves everything"
    assert api.whatif(path, "shop", architectures, replications=1).pairs_tried == 5, "one of two mitigations, four with an architecture"
    assert [name for name in saved(path, *architectures, pairs=1) if "+" in name] == ["no-cut + no-loss"]
    found = api.whatif(path, "shop", architectures, replications=1, pairs=0)
    assert (found.pairs_tried, [one.name for one in found.options if one.kind == "pair"]) == (0, [])


@pytest.mark.parametrize(("minutes", "worth"), [("30 s", False), ("40 s", True)])
def test_a_pair_has_to_save_a_hundredth_of_the_loss_more(folder: Path, minutes: str, worth: bool) -> None:
    """Without the cut, so little of the hour is left to save that half a minute is less than 1 % of it."""
    switches = [{"name": "no-cut", "remove": ["power-fails"]}, {"name": "no-loss", "remove": ["net-fails"]}]
    tree = incident(events=[cut("power-fails", POWER, "60 min"), cut("net-fails", NET, minutes)], mitigations=switches)
    found = saved(written(folder, "cut", tree), folder / "dear.yaml")
    assert ("no-cut + no-loss" in found) is worth


def test_a_mitigation_may_deploy_the_tenant_otherwise_and_costs_what_that_costs(folder: Path) -> None:
    written(folder, "shop-in-two", _two("shop-in-two"))
    moved = {"name": "moved", "instead": {"shop": "shop-in-two"}}
    path = written(folder, "cut", incident(events=[cut("power-fails", POWER)], mitigations=[moved], numbers=LENGTH))
    found = saved(path, folder / "elsewhere.yaml")
    assert (found["moved"].saved_minutes.mean, found["moved"].cost_index) == (30, 2.0)
    assert found["elsewhere"].saved_user_hours.mean == 600, "its users are those of the tenant as it was"


def test_mitigations_that_cannot_be_on_together_are_tried_alone(folder: Path) -> None:
    def mended(name: str, after: str) -> dict[str, Any]:
        rule = {"name": "mend", "when": {"down": POWER}, "after": after, "do": {"repair": POWER}, "basis": BASIS}
        return {"name": name, "add": {"rules": [rule]}}

    switches = [mended("soon", "10 min"), mended("late", "40 min")]
    path = written(folder, "cut", incident(events=[cut("power-fails", POWER, "60 min")], mitigations=switches))
    found = api.whatif(path, "shop", [folder / "elsewhere.yaml"], replications=20)
    assert [(one.name, one.saved_minutes.mean) for one in found.options] == [("elsewhere", 60), ("soon", 50), ("late", 20)]
    assert found.warnings == ("these cannot be on together: soon + late; azsim show with both says why",)


def test_an_architecture_saves_nothing_against_itself(folder: Path) -> None:
    """Each of its two placements counts by its weight, as one placed where the failure strikes; the third zone makes three of them."""
    again = {"name": "back", "when": {"down": POWER}, "after": {"uniform": ["10 min", "50 min"]}, "do": {"repair": POWER}, "basis": BASIS}
    tree = incident(events=[cut("power-fails", POWER, "2 h")], mitigations=[], probes=[], rules=[again])
    extra = {"path": "north/zone-3/dc-1", "share": "50 %", "basis": BASIS}
    zones = [{**dc, "share": "25 %"} for dc in tree["world"]["datacenters"]]
    tree["world"]["datacenters"] = [*zones, extra]
    more = [{"path": f"north/zone-3/{name}", "basis": BASIS} for name in ("net", "dc-1/power")]
    tree["world"]["components"] += [*more, {**tree["world"]["components"][2], "path": "north/zone-3/dc-1/instances", "units": 5}]
    found = api.whatif(written(folder, "cut", tree), folder / "dear.yaml", [folder / "dear.yaml"], replications=5)
    (itself,) = found.options
    assert found.lost_minutes.mean > 0
    assert (itself.name, itself.saved_minutes.mean, itself.saved_minutes.ci95) == ("dear", 0.0, (0.0, 0.0))
    assert not itself.on_front


def test_what_is_switched_off_or_set_counts_as_it_was(folder: Path) -> None:
    tree = incident(events=[{**cut("power-fails", POWER), "mechanism": "frail"}], mitigations=[HALVED], numbers=LENGTH)
    path = written(folder, "cut", tree | {"mechanisms": [{"name": "frail", "summary": "made for a test"}]})
    some = (folder / "elsewhere.yaml",)
    assert saved(path, *some, numbers={"length": "20 min"})["elsewhere"].saved_minutes.mean == 20
    assert saved(path, *some, without=["frail"])["elsewhere"].saved_minutes.mean == 0


def test_a_tenant_that_is_no_probe_and_one_that_has_no_file(folder: Path) -> None:
    inline = in_zone("inline", 1) | {"kind": "tenant"}
    del inline["format"]
    path = written(folder, "cut", incident(events=[cut("power-fails", POWER)], mitigations=[HALVED], probes=[inline], numbers=LENGTH))
    for tenant in ("inline", folder / "shop.yaml"):
        found = api.whatif(path, tenant, [folder / "elsewhere.yaml"], replications=1)
        assert [(one.name, one.saved_minutes.mean) for one in found.options] == [("elsewhere", 60), ("halved", 30)]
        assert found.options[0].saved_minutes.ci95 is None


def test_architectures_of_the_catalogue_that_this_world_has_no_place_for_are_left_out(folder: Path) -> None:
    path = written(folder, "cut", incident(events=[cut("power-fails", POWER)], mitigations=[HALVED], numbers=LENGTH))
    found = api.whatif(path, "shop", replications=20)
    assert [one.name for one in found.options] == ["halved"]
    (warning,) = found.warnings
    assert warning.startswith("this world has no place for ")
    assert "two-zone" in warning
    with pytest.raises(ScenarioError, match="there is no number 'replacement-work'"):
        api.whatif(path, "shop", ["two-zone"], replications=1)


COSTS = st.one_of(st.none(), st.sampled_from([0.5, 1.0, 1.5, 2.0]))
SAVED = st.integers(-3, 6).map(float)


@given(st.lists(st.tuples(COSTS, SAVED), max_size=8), COSTS)
def test_the_front_is_what_nothing_else_beats(options: list[tuple[float | None, float]], own: float | None) -> None:
    marks = on_front(options, own)
    for (cost, gain), marked in zip(options, marks, strict=True):
        cheap = [g for c, g in [*options, (own, 0.0)] if c == cost or (c is not None and cost is not None and c <= cost)]
        dear = [c for c, g in options if g >= gain and c is not None and cost is not None and c < cost]
        beaten = max(cheap) > gain or bool(dear) or gain < 0
        beaten = beaten or (gain == 0 and (own == cost or (own is not None and cost is not None and own < cost)))
        assert marked is not beaten
    gains = [gain for _, gain in options if gain > 0]
    assert not gains or max(gains) in [gain for (_, gain), marked in zip(options, marks, strict=True) if marked]
