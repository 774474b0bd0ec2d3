"""Names and order mean nothing: every assignment of zones to roles counts, with the product of the zones' weights."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations, product
from math import prod, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.engine.placements import MOST, Placement, placements
from simulator.scenario.problems import ScenarioError
from tests.theory.scenarios import BASIS, tenant_of, written

HOUR = 60.0
SMALL = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

Zone = tuple[int, float, int]
"""Units, weight, and for how many minutes power fails."""
zones_drawn = st.lists(st.tuples(st.sampled_from([10, 20]), st.sampled_from([1.0, 3.0]), st.sampled_from([0, 30])), min_size=2, max_size=4)
roles_drawn = st.lists(st.sampled_from([1, 2]), min_size=1, max_size=3)


def incident(zones: list[Zone], names: list[str] | None = None, *, unit: str = "servers") -> dict[str, Any]:
    """A region of zones of one datacenter each; power fails in some of them for a fixed time, and what it takes down is back at once."""
    names = names or [f"zone-{n}" for n in range(len(zones))]
    rooms = [f"north/{name}/room" for name in names]
    datacenters = [
        {"path": room, "share": 1.0 / len(zones), "zone_weight": weight, "basis": BASIS}
        for room, (_, weight, _) in zip(rooms, zones, strict=True)
    ]
    at_once = {"wait": {"for": "0 s"}}
    components: list[dict[str, Any]] = [{"path": f"{room}/power"} for room in rooms]
    components += [
        {"path": f"{room}/{unit}", "units": units, "basis": BASIS, "requires": {"latching": {"on": "power"}}, "recovery": [at_once]}
        for room, (units, _, _) in zip(rooms, zones, strict=True)
    ]
    events = [
        {"name": f"out-{name}", "at": "1 h", "do": {"fail": {"target": f"{room}/power", "for": f"{span} min"}}, "basis": BASIS}
        for name, room, (_, _, span) in zip(names, rooms, zones, strict=True) if span
    ]  # fmt: skip
    world = {"name": "world", "summary": "made for a test", "datacenters": datacenters, "components": components}
    return {
        "format": 1, "name": "outages", "summary": "made for a test", "start": "2030-01-01T00:00Z", "horizon": "12 h", "world": world,
        "events": events, "hit_zones": [f"north/{name}" for name, zone in zip(names, zones, strict=True) if zone[2]],
    }  # fmt: skip


def app(
    roles: list[int], *, names: str = "abcd", unit: str = "servers", name: str = "app", fixed: list[str] | None = None
) -> dict[str, Any]:
    """An application whose roles carry shares of the demand in proportion to a number each; a share is lost while its zone is down."""
    group: dict[str, Any] = {"region": "north", "roles": list(names[: len(roles)])}
    share = {f"{role}/web": weight / sum(roles) for role, weight in zip(names, roles, strict=False)}
    components = [{"path": path, "rides": unit} for path in share]
    components.append({"path": "front", "requires": {"live": {"spread": {p: f"{100 * s!r} %" for p, s in share.items()}}}})
    return tenant_of(name=name, components=components, placement=[group if fixed is None else group | {"fixed": fixed}])


def classes(folder: Path, world: dict[str, Any], tenant: dict[str, Any]) -> list[Placement]:
    loaded = api.load(written(folder, "incident", world))
    return placements(loaded.scenario, loaded.tenants([written(folder, "tenant", tenant)])[0])


def lost(folder: Path, world: dict[str, Any], tenant: dict[str, Any], case: str = "average") -> float:
    """Lost minutes in a case."""
    found = api.compare(written(folder, "incident", world), [written(folder, "tenant", tenant)], replications=1, objective=0.999)
    return float(next(row for row in found.rows if row.placement == case).lost_minutes.mean)


@SMALL
@given(zones=zones_drawn, roles=roles_drawn)
def test_classes_and_their_weights_are_those_of_all_assignments(zones: list[Zone], roles: list[int]) -> None:
    """By brute force: two assignments are alike where the pairs of what a role is and what its zone is are the same ones."""
    roles = roles[: len(zones)]
    right: Counter[Any] = Counter()
    for chosen in permutations(zones, len(roles)):
        right[tuple(sorted(zip(roles, chosen, strict=True)))] += prod(weight for _, weight, _ in chosen)
    with TemporaryDirectory() as folder:
        found = classes(Path(folder), incident(zones), app(roles))
    got: Counter[Any] = Counter()
    for one in found:
        got[tuple(sorted((roles["abcd".index(role)], zones[int(zone[-1])]) for role, zone in one.zones))] += one.weight
    total = sum(right.values())
    assert len(found) == len(got) == len(right)
    assert got == {key: pytest.approx(weight / total) for key, weight in right.items()}
    assert all(one.hit == any(zones[int(zone[-1])][2] for _, zone in one.zones) for one in found)


@settings(SMALL, max_examples=8)
@given(zones=zones_drawn, roles=roles_drawn)
def test_the_average_is_the_weighted_mean_over_all_assignments(zones: list[Zone], roles: list[int]) -> None:
    """Each assignment compared by itself, with its zones fixed; nothing is drawn, so that the mean is exact."""
    roles = roles[: len(zones)]
    with TemporaryDirectory() as folder:
        world, known, total, hit_total, hit = incident(zones), 0.0, 0.0, 0.0, 0.0
        for chosen in permutations(range(len(zones)), len(roles)):
            one = lost(Path(folder), world, app(roles, fixed=[f"north/zone-{n}" for n in chosen]))
            weight = prod(zones[n][1] for n in chosen)
            known, total = known + weight * one, total + weight
            if any(zones[n][2] for n in chosen):
                hit, hit_total = hit + weight * one, hit_total + weight
        assert lost(Path(folder), world, app(roles)) == pytest.approx(known / total, abs=1e-9)
        if hit_total:
            assert lost(Path(folder), world, app(roles), "hit") == pytest.approx(hit / hit_total, abs=1e-9)


@settings(SMALL, max_examples=8)
@given(zones=zones_drawn, roles=roles_drawn, data=st.data())
def test_names_and_the_order_of_lines_change_no_placement_and_no_result(zones: list[Zone], roles: list[int], data: st.DataObject) -> None:
    """Zones, datacenters, components, roles and the tenant called otherwise, and lines in another order."""
    roles = roles[: len(zones)]
    order = data.draw(st.permutations(range(len(zones))))
    turned = data.draw(st.permutations(range(len(roles))))
    names = data.draw(st.permutations(["zone-0", "quay", "alpha", "z"]))[: len(zones)]
    words = data.draw(st.permutations("qrsa"))
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        ours = Path(first), incident(zones), app(roles)
        other_world = incident([zones[n] for n in order], list(names), unit="hosts")
        for part in ("datacenters", "components"):
            other_world["world"][part] = data.draw(st.permutations(other_world["world"][part]))
        other_world["events"] = data.draw(st.permutations(other_world["events"]))
        theirs = Path(second), other_world, app([roles[n] for n in turned], names="".join(words), unit="hosts", name="zebra")
        shapes = []
        for folder, world, tenant in (ours, theirs):
            share = {c["path"]: None for c in world["world"]["datacenters"]}
            assert len(share) == len(zones)
            shapes.append(sorted((round(one.weight, 12), one.hit) for one in classes(folder, world, tenant)))
        assert shapes[0] == shapes[1]
        assert lost(*ours) == pytest.approx(lost(*theirs), abs=1e-9)


MANY = [(10 + n, 1.0 + (n % 3), 30 if n in {2, 5} else 0) for n in range(8)]


def many(folder: Path, **more: Any) -> list[Placement]:
    return classes(folder, incident(MANY, **more), app([1, 2, 3, 4]))


def test_of_very_many_classes_some_are_drawn_with_the_right_weights(tmp_path: Path) -> None:
    """1,680 classes: each role gets each zone as often as the products of weights say, by 4.5 standard errors; who is hit is exact."""
    found = many(tmp_path)
    assert len(found) <= MOST
    assert all(one.sampled for one in found)
    assert sum(one.weight for one in found) == pytest.approx(1.0)
    weight = {frozenset(chosen): prod(MANY[n][1] for n in chosen) for chosen in combinations(range(8), 4)}
    hit = sum(w for chosen, w in weight.items() if chosen & {2, 5}) / sum(weight.values())
    assert sum(one.weight for one in found if one.hit) == pytest.approx(hit)
    for zone, role in product(range(8), range(4)):
        right = sum(w for chosen, w in weight.items() if zone in chosen) / sum(weight.values()) / 4
        got = sum(one.weight for one in found if dict(one.zones)["abcd"[role]] == f"north/zone-{zone}")
        assert abs(got - right) <= 4.5 * sqrt(right * (1 - right) / (MOST / 2))


def test_what_is_drawn_depends_on_no_name(tmp_path: Path) -> None:
    names = ["h", "g", "f", "e", "d", "c", "b", "a"]
    ours, theirs = many(tmp_path), many(tmp_path, names=names)
    assert {one.zones for one in ours} == {
        tuple((role, f"north/zone-{names.index(zone.split('/')[1])}") for role, zone in one.zones) for one in theirs
    }


def test_what_is_drawn_is_said(tmp_path: Path) -> None:
    world, many = written(tmp_path, "incident", incident(MANY)), written(tmp_path, "app", app([1, 2, 3, 4]))
    for study in (api.compare, api.availability):
        found = study(world, [many], replications=2)
        assert any("200 placements were drawn" in text for text in found.warnings)
    few = api.compare(written(tmp_path, "incident", incident(MANY)), [written(tmp_path, "app", app([1, 1, 1]))], replications=2)
    assert not any("were drawn" in text for text in few.warnings)


@pytest.mark.parametrize("rides", [{"rides": "servers"}, {"rides": "servers", "lives_in": "one"}])
def test_outside_of_any_role_a_name_has_to_mean_one_thing(rides: dict[str, Any], tmp_path: Path) -> None:
    """Servers of which zone? The file says it nowhere, and no order of roles may."""
    tenant = app([1, 1])
    tenant["components"].append({"path": "common", **rides, "basis": BASIS})
    with pytest.raises(ScenarioError, match=r"tenant.yaml:\d+:\d+: 'common' stands in no role, and 'servers' means another thing"):
        classes(tmp_path, incident([(10, 1.0, 30), (10, 1.0, 0)]), tenant)


@pytest.mark.parametrize(
    "rides", [{"rides": "servers", "lives_in": "any_zone"}, {"rides": "shared"}, {"rides": "north/zone-1/room/servers"}]
)
def test_outside_of_any_role_what_is_common_to_all_zones_works(rides: dict[str, Any], tmp_path: Path) -> None:
    world, tenant = incident([(10, 1.0, 30), (10, 1.0, 0)]), app([1, 1])
    world["world"]["components"].append({"path": "north/shared"})
    tenant["components"].append({"path": "common", **rides, "basis": BASIS})
    assert classes(tmp_path, world, tenant)
    assert lost(tmp_path, world, tenant) == pytest.approx(15.0)


@pytest.mark.parametrize("weights", [(1.0, 1.0), (1.0, 3.0)])
def test_tenants_of_a_population_get_zones_by_their_weights(weights: tuple[float, float], tmp_path: Path) -> None:
    """Each in one zone, of which one fails for half an hour: minutes per tenant are half an hour times that zone's share of the weights."""
    world = incident([(10, weights[0], 30), (10, weights[1], 0)])
    people = {
        "format": 1, "name": "people", "summary": "made for a test", "objective": "99 %",
        "classes": [{
            "name": "one-zone", "summary": "made for a test", "share": "100 %", "users": 1, "placement": {"region": "north", "zones": 1},
            "has": [{"name": "server", "rides": "servers", "units": 1, "basis": BASIS}], "basis": BASIS,
        }],
    }  # fmt: skip
    tenants, share = 4000, weights[0] / sum(weights)
    found = api.population(written(tmp_path, "incident", world), written(tmp_path, "people", people), tenants=tenants, replications=4)
    toll = found.rows[0].toll
    assert toll is not None
    error = 30.0 * sqrt(share * (1 - share) / (4 * tenants))
    assert abs(toll.lost_minutes_per_user.mean - 30.0 * share) <= 4.5 * error
