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
from simulator.ensemble.population_results import PopulationResult, PopulationRow, Toll
from simulator.ensemble.population_samples import apportioned
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


def toll(found: PopulationResult, name: str | None = None) -> Toll:
    of = row(found, name).toll
    assert of is not None
    return of


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=9), st.integers(1, 5000))
def test_shares_become_whole_tenants(weights: list[float], tenants: int) -> None:
    shares = [weight / sum(weights) for weight in weights]
    counts = apportioned(shares, tenants)
    assert sum(counts) == tenants
    assert all(abs(count - share * tenants) < 1 for count, share in zip(counts, shares, strict=True))


def test_everything_adds_up(storm: PopulationResult) -> None:
    whole, *classes = storm.rows
    assert len(classes) == len(storm.shares_as_written) == 9
    assert sum(one.sample_tenants for one in classes) == whole.sample_tenants == 3000
    assert sum(one.share for one in classes) == pytest.approx(1.0)
    assert sum(one.share_of_users for one in classes) == pytest.approx(1.0)
    assert sum(one.sample_users for one in classes) == pytest.approx(whole.sample_users)
    of_all = toll(storm)
    for one in (toll(storm, each.name) for each in storm.rows):
        assert one.served_minutes_per_user.mean + one.lost_minutes_per_user.mean == pytest.approx(24 * 60)
        assert 0 <= one.down_peak.mean <= one.down_ever.mean <= 1
        assert 0 <= one.users_peak.mean <= one.users_ever.mean <= 1
        assert one.open_at_horizon.mean <= one.down_ever.mean
    for quantity, weight in (("lost_minutes_per_user", "share_of_users"), ("users_ever", "share_of_users"), ("down_ever", "share")):
        parts = [getattr(one, weight) * getattr(one.toll, quantity).mean for one in classes]
        assert sum(parts) == pytest.approx(getattr(of_all, quantity).mean)
    assert max(storm.users_down.p95) <= 1


@pytest.mark.parametrize("scenario", [STORM, "2011-04-21-us-east-1-ebs-remirroring"])
def test_the_highest_point_of_a_curve_is_the_peak_of_the_row(scenario: str) -> None:
    """However short it lasts: in April 2011 most are down for minutes of four days."""
    for seed in (1, 2, 3):
        found = api.population(scenario, tenants=1500, replications=1, seed=seed)
        whole = toll(found)
        for band, peak in ((found.tenants_down, whole.down_peak), (found.users_down, whole.users_peak)):
            assert max(band.p05) == max(band.p50) == max(band.p95) == pytest.approx(peak.mean, rel=1e-12)


def test_no_quantile_of_the_curves_exceeds_that_of_the_peaks() -> None:
    found = api.population("2011-04-21-us-east-1-ebs-remirroring", tenants=1500, replications=20)
    for band, peak in ((found.tenants_down, toll(found).down_peak), (found.users_down, toll(found).users_peak)):
        for level in ("p05", "p50", "p95"):
            highest, most = max(getattr(band, level)), getattr(peak, level)
            # The traffic stalls at one instant in every replication: that is where all of them have their peaks.
            assert 0.97 * most < highest <= most * (1 + 1e-12)


def test_sizes_are_the_same_in_every_replication_and_spread_as_their_law_says(scenario: Path, folder: Path) -> None:
    sized = CLASSES["striped"] | {"users": {"lognormal": {"median": 100, "p90": 1000}}}
    found = row(api.population(scenario, crowd(folder, "sized", striped=sized), tenants=3, replications=3))
    spread = np.log(10.0) / 1.2815515655446004
    assert found.sample_users == pytest.approx(100 * (1 + 2 * np.cosh(0.9674215661017014 * spread)))
    many = row(api.population(scenario, crowd(folder, "sized", striped=sized), tenants=20_000, replications=1))
    assert many.sample_users / 20_000 == pytest.approx(100 * np.exp(spread**2 / 2), rel=0.03)


def test_assumed_numbers_are_drawn_anew() -> None:
    plain, found = (api.population(STORM, tenants=1000, replications=2, vary_assumed=vary) for vary in (False, True))
    assert [replace(one, assumed=None) for one in found.rows] == list(plain.rows)
    assert (plain.varied, found.varied) == (0, 20)
    assert all(one.assumed is None for one in plain.rows)
    for one in found.rows[1:]:
        assert one.assumed is not None
        assert one.assumed.share.p05 < one.share < one.assumed.share.p95
        assert one.assumed.share_of_users.p05 < one.share_of_users < one.assumed.share_of_users.p95
    fixed = dict.fromkeys(("one-server-share", "movable-share"), "20 %")
    given = api.population(STORM, tenants=200, replications=1, vary_assumed=True, numbers=fixed)
    one, other = (row(given, name).assumed for name in ("one-server", "movable"))
    assert one is not None
    assert other is not None
    assert one.share == other.share


def test_the_same_seed_gives_the_same_and_another_seed_does_not(storm: PopulationResult) -> None:
    assert api.population(STORM, tenants=3000, replications=4) == storm
    assert api.population(STORM, tenants=3000, replications=4, seed=2).rows != storm.rows


def test_of_a_storm_the_classes_come_out_in_the_order_of_their_redundancy(storm: PopulationResult) -> None:
    """Lost minutes per user: three zones with spare lose less than two without data of their own, and one zone more than any."""
    def lost(name: str) -> float:
        return toll(storm, name).lost_minutes_per_user.mean

    assert min(lost("one-server"), lost("one-zone-managed"), lost("one-zone-cluster")) > 3 * lost("two-zone-managed")
    assert lost("three-zone-tight") > lost("three-zone-spare") > 0
    assert lost("movable") < lost("one-server") / 2
    # Nobody in a zone that stayed lit is down: a fifth of the tenants of one zone is in the dark one, and not all of these are hit.
    assert 0 < toll(storm, "one-server").down_ever.p95 < 0.2


def test_numbers_and_switches_reach_the_population() -> None:
    def movable(**more: Any) -> PopulationRow:
        return row(api.population(STORM, tenants=3000, replications=1, **more), "movable")

    plain, flipped = movable().toll, movable(with_=["automatic-datastore-flip"]).toll
    assert plain is not None
    assert flipped is not None
    assert plain.outage_of_down is not None
    assert flipped.outage_of_down is not None
    # With the same dice, the launch API is back an hour earlier.
    assert plain.down_ever == flipped.down_ever
    assert flipped.outage_of_down["p50"].mean < plain.outage_of_down["p50"].mean / 2
    assert movable(numbers={"movable-share": "100 %"}).share > 2 * movable().share


def test_all_classes_are_down_alike_where_one_thing_of_the_region_breaks() -> None:
    """On Christmas Eve zones do not help, and who has no load balancer is not touched."""
    found = api.population("2012-12-24-us-east-1-elb-state-deletion", tenants=6000, replications=3)
    assert toll(found, "one-server").down_ever.mean == toll(found, "movable").down_ever.mean == 0
    for name in ("one-zone-managed", "two-zone-managed", "three-zone-spare"):
        assert toll(found, name).down_ever.mean == pytest.approx(0.068, abs=0.03)


# -- more redundancy never loses more ---------------------------------------------------------------------------------------------


def lost(scenario: Path, folder: Path, body: dict[str, Any]) -> float:
    found = api.population(scenario, crowd(folder, one=body), tenants=400, replications=1)
    return toll(found).lost_minutes_per_user.mean


def two_zones(carries: float, at_least: int, disks: int = 4, **more: Any) -> dict[str, Any]:
    return {
        **ZONES, **more,
        "has": [
            ADDRESS, held("servers", "instances", units=5, carries=f"{carries!r} %"),
            held("disks", "volumes", units=disks, serves_at_least=at_least),
        ],
    }  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(capacity=st.tuples(*[st.floats(50, 100)] * 2).map(sorted), needed=st.tuples(*[st.integers(1, 4)] * 2).map(sorted))
def test_more_redundancy_never_loses_more(scenario: Path, folder: Path, capacity: list[float], needed: list[int]) -> None:
    """With the same dice: more capacity in each zone, and fewer of the disks that are needed. Nobody acts on what serves or does not."""
    plain = lost(scenario, folder, two_zones(capacity[0], needed[1]))
    assert lost(scenario, folder, two_zones(capacity[1], needed[1])) <= plain * (1 + 1e-9)
    assert lost(scenario, folder, two_zones(capacity[0], needed[0])) <= plain * (1 + 1e-9)


def test_a_zone_that_limps_is_not_left_and_may_lose_more_than_a_dead_one(scenario: Path, folder: Path) -> None:
    """Where clients leave what serves nothing, redundancy that keeps a zone just alive keeps them in it."""
    dead, limping = (lost(scenario, folder, two_zones(96.0, needed, shift=SHIFT)) for needed in (2, 1))
    assert dead < limping < 1.01 * dead


@pytest.mark.parametrize("elsewhere", [False, True])
def test_launching_what_is_missing_loses_less(elsewhere: bool, scenario: Path, folder: Path) -> None:
    launches = CLASSES["growing"]["launches"] | {"elsewhere": elsewhere}
    never = lost(scenario, folder, two_zones(50.0, 4, shift=SHIFT))
    assert 0 < lost(scenario, folder, two_zones(50.0, 4, shift=SHIFT, launches=launches)) < never


def test_another_zone_loses_less_and_another_disk_that_is_needed_more(scenario: Path, folder: Path) -> None:
    one = two_zones(100.0, 2, disks=2, shift=SHIFT) | {"placement": {"region": "north"}}
    assert lost(scenario, folder, two_zones(100.0, 2, disks=2, shift=SHIFT)) < lost(scenario, folder, one)
    assert lost(scenario, folder, two_zones(100.0, 4, shift=SHIFT)) > lost(scenario, folder, two_zones(100.0, 1, disks=1, shift=SHIFT))


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
    assert alone.sample_tenants == 200
    assert alone == replace(beside, share=0.5, share_of_users=0.5)


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
