"""Two regions, and applications that stand in one zone, in two, in both regions, or out of reach."""

from typing import Any

from tests.theory.scenarios import tenant_of, tree_of

HIT = "north/zone-1/dc-1/power"


def world(name: str, **more: Any) -> dict[str, Any]:
    """Two zones in the north and one in the south; in each region a gate that all calls go through."""
    zones = ("north/zone-1", "north/zone-2", "south/zone-1")
    inside = [
        part
        for zone in zones
        for part in (
            {"path": f"{zone}/dc-1/power"},
            {"path": f"{zone}/dc-1/instances", "units": 1000, "counts_as": "instances", "requires": {"latching": {"on": "power"}}},
        )
    ]
    gates = [{"path": "north/gate", **more.pop("gate", {})}, {"path": "south/gate"}]
    tree = tree_of(name=name, zones=2, components=[*inside, *gates], **more)
    tree["world"]["datacenters"].append({"path": "south/zone-1/dc-1", "share": "100 %", "basis": {"assumed": "made for a test"}})
    return tree


def deployed(name: str, *places: tuple[str, str], fixed: str | None = None, carries: str = "100 %", **more: Any) -> dict[str, Any]:
    """An application with units in a zone for each role, each region's behind its gate, and calls that leave a dead zone at once."""
    placement = [{"region": region, "roles": list(roles), **({"fixed": [fixed]} if fixed else {})} for region, roles in places]
    roles = [(role, region) for region, some in places for role in some]
    web = [{"path": f"{r}/web", "units": 10, "rides": "instances", "carries": carries, "requires": {"live": f"{g}/gate"}} for r, g in roles]
    entry = {"enters": f"{roles[0][0]}/web"} if len(roles) == 1 else {"enters": "front", "routes": [{"path": "front", "targets": "*/web"}]}
    return tenant_of(name=name, placement=placement, components=web, **entry, **more)
