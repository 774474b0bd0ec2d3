"""What a tenant in its placement hangs on, followed from its users down to the roots."""

import pytest

from simulator.ensemble.hanging import HangsOn, hangs_on
from simulator.model.world import Tenant, World

ASSUMED = {"assumed": "for the test"}


def _feed(path: str, **more: object) -> dict[str, object]:
    return {"path": path, **more}


def world(*more: dict[str, object]) -> World:
    places = ["r/zone-1/dc-1", "r/zone-1/dc-2", "r/zone-2/dc-1"]
    components: list[dict[str, object]] = []
    for place in places:
        components += [
            _feed(f"{place}/grid"),
            _feed(f"{place}/generators", initially="down"),
            _feed(f"{place}/circuit", requires=[{"live": f"{place}/generators"}]),
            _feed(f"{place}/power", requires=[{"live": {"any_of": [f"{place}/grid", f"{place}/circuit"]}}]),
            _feed(
                f"{place}/servers", units=100,
                requires=[{"latching": {"on": {"spread": {f"{place}/power": "100 %"}}}}],
                recovery=[{"visit": {"station": f"{place}/boot", "work": "5 min"}}],
            ),
        ]  # fmt: skip
    components += [_feed("r/api"), _feed("r/registrar"), _feed("elsewhere")]
    return World.model_validate(
        {
            "name": "small", "summary": "small",
            "datacenters": [{"path": place, "share": "30 %", "basis": ASSUMED} for place in places],
            "components": [*components, *more],
            "stations": [
                *({"path": f"{place}/boot", "discipline": {"fifo": {}}} for place in places),
                {"path": "r/queue", "discipline": {"fifo": {}}, "requires": [{"live": "r/registrar"}]},
            ],
        }
    )  # fmt: skip


def shop(**changes: object) -> Tenant:
    body: dict[str, object] = {
        "name": "shop", "summary": "a shop", "users": 10, "calls": 10, "enters": "front",
        "placement": [{"region": "r", "roles": ["a", "b"]}],
        "components": [
            {"path": "a/web", "units": 4, "rides": "servers"},
            {"path": "b/web", "units": 4, "rides": "servers", "initially": "down", "provision": [{"until": {"up": "api"}}]},
        ],
        "routes": [
            {"path": "front", "targets": ["a/web", "b/web"], "shift": {"detect": "1 min", "station": "queue"}},
        ],
    }  # fmt: skip
    return Tenant.model_validate({**body, **changes})


def found(tenant: Tenant, *more: dict[str, object]) -> HangsOn:
    return hangs_on(world(*more), tenant, {"a": "r/zone-1", "b": "r/zone-2"}, "shop@0")


def ties(hanging: HangsOn, user: str) -> dict[str, str]:
    return {tie.on: tie.kind for tie in hanging.ties if tie.user == user}


def test_the_way_from_the_users_to_the_roots() -> None:
    hanging = found(shop())
    assert ties(hanging, "shop@0") == {"shop@0/front": "live"}
    assert ties(hanging, "shop@0/front") == {"shop@0/a/web": "live", "shop@0/b/web": "live", "r/queue": "stage"}
    assert ties(hanging, "shop@0/a/web") == {"r/zone-1/dc-1/servers": "rides", "r/zone-1/dc-2/servers": "rides"}
    assert ties(hanging, "shop@0/b/web") == {"r/zone-2/dc-1/servers": "rides", "r/api": "stage"}
    assert ties(hanging, "r/zone-1/dc-2/servers") == {"r/zone-1/dc-2/power": "latching", "r/zone-1/dc-2/boot": "stage"}
    assert ties(hanging, "r/zone-1/dc-2/power") == {"r/zone-1/dc-2/grid": "live", "r/zone-1/dc-2/circuit": "live"}
    assert ties(hanging, "r/queue") == {"r/registrar": "live"}


def test_users_come_first_and_what_they_do_not_reach_is_no_part() -> None:
    hanging = found(shop())
    owners = [part.owner for part in hanging.parts]
    assert owners[0] == "shop@0"
    assert owners[1:] == sorted(owners[1:])
    assert "elsewhere" not in owners
    assert {tie.user for tie in hanging.ties} | {tie.on for tie in hanging.ties} == set(owners)


def test_each_part_has_its_name_and_its_place() -> None:
    parts = {part.owner: part for part in found(shop()).parts}
    said = [
        (part.name, part.place, part.what, part.own)
        for part in (parts["shop@0"], parts["shop@0/a/web"], parts["r/zone-1/dc-2/power"], parts["r/queue"])
    ]
    assert said == [
        ("users", "", "users", True),
        ("web", "a", "component", True),
        ("power", "r/zone-1/dc-2", "component", False),
        ("queue", "r", "station", False),
    ]


def test_what_does_not_run_from_the_start_and_what_hangs_on_it_alone_stand_by() -> None:
    standby = {part.owner for part in found(shop()).parts if part.standby}
    places = ("r/zone-1/dc-1", "r/zone-1/dc-2", "r/zone-2/dc-1")
    assert standby == {"shop@0/b/web", *(f"{p}/generators" for p in places), *(f"{p}/circuit" for p in places)}


def test_a_reported_exposure_leaves_out_the_datacenters_without_units() -> None:
    placed = {"path": "a/web", "units": 4, "rides": "servers", "exposure": {"r/zone-1/dc-2": "100 %"}}
    hanging = found(shop(components=[placed], enters="a/web", routes=[]))
    assert ties(hanging, "shop@0/a/web") == {"r/zone-1/dc-2/servers": "rides"}


def test_a_part_in_any_zone_may_ride_in_all_of_them() -> None:
    database = {"path": "database", "rides": "servers", "lives_in": "any_zone"}
    hanging = found(shop(components=[database], enters="database", routes=[]))
    assert sorted(ties(hanging, "shop@0/database")) == ["r/zone-1/dc-1/servers", "r/zone-1/dc-2/servers", "r/zone-2/dc-1/servers"]


def test_what_is_one_for_the_region_is_ridden_once() -> None:
    balancer = {"path": "a/balancer", "rides": "balancers"}
    hanging = found(shop(components=[balancer], enters="a/balancer", routes=[]), _feed("r/balancers", units=50))
    assert ties(hanging, "shop@0/a/balancer") == {"r/balancers": "rides"}


def test_ways_that_race_and_what_a_hazard_needs_are_followed() -> None:
    ways = [[{"visit": {"station": "r/queue", "work": "1 min"}}], [{"until": {"up": "r/api"}}]]
    balancers = _feed(
        "r/balancers", units=50, failure={"hazard": {"rate": "1/h", "without": "r/registrar"}}, recovery=[{"either": {"ways": ways}}]
    )
    hanging = found(shop(components=[{"path": "a/balancer", "rides": "balancers"}], enters="a/balancer", routes=[]), balancers)
    assert ties(hanging, "r/balancers") == {"r/queue": "stage", "r/api": "stage", "r/registrar": "latching"}


@pytest.mark.parametrize("turned", [False, True])
def test_groups_of_users_each_come_in_by_their_own_way(turned: bool) -> None:
    groups = [{"name": "east", "users": 4, "enters": "a/web"}, {"name": "west", "users": 6, "enters": "b/web"}]
    hanging = found(shop(enters=None, groups=groups[::-1] if turned else groups))
    assert {part.owner: part.name for part in hanging.parts if part.what == "users"} == {"shop@0:east": "east", "shop@0:west": "west"}
    assert ties(hanging, "shop@0:east") == {"shop@0/a/web": "live"}
    assert "shop@0/front" not in {part.owner for part in hanging.parts}
