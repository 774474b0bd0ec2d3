"""Populations through the public API: what adds up, what more redundancy is worth, and whose dice are whose."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.ensemble.dice import Dice
from simulator.ensemble.population import apportioned
from simulator.ensemble.population_results import PopulationResult, PopulationRow
from simulator.scenario import catalogue
from simulator.scenario.populations import load_population
from tests.theory.crowd_world import ADDRESS, CLASSES, SHIFT, crowd, held, region

STORM = "2012-06-29-us-east-1-power-loss"
ZONES: dict[str, Any] = {"placement": {"region": "north", "zones": 2}, "single_address": "20 %"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crowd")


@pytest.fixture(scope="module")
def scenario(folder: Path) -> Path:
    return region(folder)


@pytest.fixture(scope="module")
def storm() -> PopulationResult:
    return api.population(STORM, tenants=3000, replications=4)


def row(found: PopulationResult, name: str | None = None) -> PopulationRow:
    return next(one for one in found.rows if one.name == name)


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=9), st.integers(1, 5000))
def test_shares_become_whole_tenants(weights: list[float], tenants: int) -> None:
    shares = [weight / sum(weights) for weight in weights]
    counts = apportioned(shares, tenants)
    assert sum(counts) == tenants
    assert all(abs(count - share * tenants) < 1 for count, share in zip(counts, shares, strict=True))


def test_everything_adds_up(storm: PopulationResult) -> None:
    whole, *classes = storm.rows
    assert len(classes) == len(storm.shares_as_written) == 9
    assert sum(one.tenants for one in classes) == whole.tenants == 3000
    assert sum(one.share for one in classes) == pytest.approx(1.0)
    for one in storm.rows:
        assert one.served_user_hours.mean + one.lost_user_hours.mean == pytest.approx(one.offered_user_hours.mean)
        assert one.offered_user_hours.mean == pytest.approx(one.users.mean * 24)
        assert 0 <= one.down_peak.mean <= one.down_ever.mean <= 1
        assert 0 <= one.users_peak.mean <= one.users_ever.mean <= 1
        assert one.open_at_horizon.mean <= one.down_ever.mean
    for quantity in ("users", "offered_user_hours", "served_user_hours", "lost_user_hours"):
        assert sum(getattr(one, quantity).mean for one in classes) == pytest.approx(getattr(whole, quantity).mean)
    assert sum(one.down_ever.mean * one.tenants for one in classes) == pytest.approx(whole.down_ever.mean * 3000)
    assert max(storm.tenants_down.p50) <= whole.down_peak.p95
    assert max(storm.users_down.p95) <= 1


def test_the_same_seed_gives_the_same_and_another_seed_does_not(storm: PopulationResult) -> None:
    assert api.population(STORM, tenants=3000, replications=4) == storm
    assert api.population(STORM, tenants=3000, replications=4, seed=2).rows != storm.rows


def test_of_a_storm_the_classes_come_out_in_the_order_of_their_redundancy(storm: PopulationResult) -> None:
    """Lost minutes per user: three zones with spare lose less than two without data of their own, and one zone more than any."""
    def lost(name: str) -> float:
        one = row(storm, name)
        return 60.0 * one.lost_user_hours.mean / one.users.mean

    assert min(lost("one-server"), lost("one-zone-managed"), lost("one-zone-cluster")) > 3 * lost("two-zone-managed")
    assert lost("three-zone-tight") > lost("three-zone-spare") > 0
    assert lost("movable") < lost("one-server") / 2
    # Nobody in a zone that stayed lit is down: a fifth of the tenants of one zone is in the dark one, and not all of these are hit.
    assert 0 < row(storm, "one-server").down_ever.p95 < 0.2


def test_numbers_and_switches_reach_the_population() -> None:
    def movable(**more: Any) -> PopulationRow:
        return row(api.population(STORM, tenants=3000, replications=1, **more), "movable")

    plain, flipped = movable(), movable(with_=["automatic-datastore-flip"])
    assert plain.outage_of_down is not None
    assert flipped.outage_of_down is not None
    # With the same dice, the launch API is back an hour earlier.
    assert plain.users == flipped.users
    assert plain.down_ever == flipped.down_ever
    assert flipped.outage_of_down["p50"].mean < plain.outage_of_down["p50"].mean / 2
    assert movable(numbers={"movable-share": "100 %"}).share > 2 * plain.share


def test_all_classes_are_down_alike_where_one_thing_of_the_region_breaks() -> None:
    """On Christmas Eve zones do not help, and who has no load balancer is not touched."""
    found = api.population("2012-12-24-us-east-1-elb-state-deletion", tenants=6000, replications=3)
    assert row(found, "one-server").down_ever.mean == row(found, "movable").down_ever.mean == 0
    for name in ("one-zone-managed", "two-zone-managed", "three-zone-spare"):
        assert row(found, name).down_ever.mean == pytest.approx(0.068, abs=0.03)


# -- more redundancy never loses more ---------------------------------------------------------------------------------------------


def lost(scenario: Path, folder: Path, body: dict[str, Any]) -> float:
    found = api.population(scenario, crowd(folder, one=body), tenants=400, replications=1)
    return row(found).lost_user_hours.mean


def two_zones(carries: float, at_least: int, disks: int = 4, **more: Any) -> dict[str, Any]:
    return {
        **ZONES, "shift": SHIFT, **more,
        "has": [
            ADDRESS, held("servers", "instances", units=5, carries=f"{carries!r} %"),
            held("disks", "volumes", units=disks, serves_at_least=at_least),
        ],
    }  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(capacity=st.tuples(*[st.floats(50, 100)] * 2).map(sorted), needed=st.tuples(*[st.integers(1, 4)] * 2).map(sorted))
def test_more_redundancy_never_loses_more(scenario: Path, folder: Path, capacity: list[float], needed: list[int]) -> None:
    """With the same dice: more capacity in each zone, and fewer of the disks that are needed."""
    plain = lost(scenario, folder, two_zones(capacity[0], needed[1]))
    assert lost(scenario, folder, two_zones(capacity[1], needed[1])) <= plain * (1 + 1e-9)
    assert lost(scenario, folder, two_zones(capacity[0], needed[0])) <= plain * (1 + 1e-9)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_launching_what_is_missing_loses_less(elsewhere: bool, scenario: Path, folder: Path) -> None:
    launches = CLASSES["growing"]["launches"] | {"elsewhere": elsewhere}
    never = lost(scenario, folder, two_zones(50.0, 4))
    assert 0 < lost(scenario, folder, two_zones(50.0, 4, launches=launches)) < never


def test_another_zone_loses_less_and_another_disk_that_is_needed_more(scenario: Path, folder: Path) -> None:
    one = two_zones(100.0, 2, disks=2) | {"placement": {"region": "north"}}
    assert lost(scenario, folder, two_zones(100.0, 2, disks=2)) < lost(scenario, folder, one)
    assert lost(scenario, folder, two_zones(100.0, 4)) > lost(scenario, folder, two_zones(100.0, 1, disks=1))


# -- dice -------------------------------------------------------------------------------------------------------------------------


def test_dice_are_a_function_of_what_they_are_drawn_for() -> None:
    dice = Dice(seed=1, replication=0, population="town")
    found = dice.uniforms("shop", "place", 0, 1000)
    assert dice.uniforms("shop", "place", 0, 400).tolist() == found[:400].tolist()
    others = [
        dice.uniforms("firm", "place", 0, 1000), dice.uniforms("shop", "house", 0, 1000), dice.uniforms("shop", "place", 1, 1000),
        Dice(seed=2, replication=0, population="town").uniforms("shop", "place", 0, 1000),
        Dice(seed=1, replication=1, population="town").uniforms("shop", "place", 0, 1000),
        Dice(seed=1, replication=0, population="village").uniforms("shop", "place", 0, 1000),
    ]  # fmt: skip
    assert all(abs(np.corrcoef(found, other)[0, 1]) < 0.15 for other in others)
    assert 0 < found.min() < found.max() < 1
    assert abs(found.mean() - 0.5) < 4.5 / np.sqrt(12 * 1000)


def test_a_class_does_not_depend_on_which_others_there_are(scenario: Path, folder: Path) -> None:
    def of(share: str, tenants: int) -> PopulationRow:
        path = crowd(folder, striped=CLASSES["striped"] | {"share": "20 %"}, growing=CLASSES["growing"] | {"share": share})
        return row(api.population(scenario, path, tenants=tenants, replications=2), "striped")

    alone, beside = of("20 %", 400), of("60 %", 800)
    assert alone.tenants == 200
    assert alone == replace(beside, share=0.5)


def test_the_catalogue_holds_what_every_incident_of_its_world_can_use() -> None:
    for entry in catalogue.entries("incident"):
        scenario = api.load(entry.name).scenario
        if scenario.world.name == "us-east-1-2012":
            people = load_population("us-east-1-2012", scenario)
            assert sum(people.shares().values()) == pytest.approx(1.0)


def test_every_number_of_the_catalogue_stands_at_the_middle_of_its_range() -> None:
    from simulator.scenario.lineage import read
    from simulator.scenario.reckoning import Quantity

    tree: Any = read(catalogue.find("us-east-1-2012", "population")).value
    assumed = {name: body for name, body in tree["numbers"].items() if isinstance(body["basis"].get("assumed"), dict)}
    assert len(assumed) > 15
    for name, body in assumed.items():
        low, high = (Quantity.read(end).amount for end in body["basis"]["assumed"]["range"])
        assert Quantity.read(body["value"]).amount == pytest.approx((low * high) ** 0.5, rel=2e-3), name
        assert body["basis"]["assumed"]["because"]
