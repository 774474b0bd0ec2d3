"""A region in which half of one zone goes dark, tenants that ride in it with the engine, and classes of a population that are alike."""

from pathlib import Path
from typing import Any

from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

REGION = "north"
DARK = f"{REGION}/zone-1/dc-2"
ROOMS = {f"{REGION}/zone-1/dc-1": "18 %", DARK: "22 %", f"{REGION}/zone-2/dc-1": "30 %", f"{REGION}/zone-3/dc-1": "30 %"}
ON_POWER = {"latching": {"on": "power", "restore": {"uniform": ["0 s", "10 min"]}}}
LAUNCH_AFTER, LAUNCH_TAKES, SHIFT_WORK = "3 min", {"uniform": ["2 min", "10 min"]}, "4 min"
SHIFT = {"detect": {"uniform": ["20 s", "60 s"]}, "station": "queue", "work": SHIFT_WORK, "ttl": "1 min"}


def region(folder: Path, *, concentration: float = 1.0) -> Path:
    """Power fails in one of four rooms for an hour; batches come back after waits, and meanwhile all changes stand in one queue."""

    def waits(median: str, p90: str) -> list[dict[str, Any]]:
        return [{"wait": {"for": {"lognormal": {"median": median, "p90": p90}}}}]

    components: list[dict[str, Any]] = [{"path": f"{REGION}/{name}"} for name in ("gate", "plane", "hill")]
    for room in ROOMS:
        components += [
            {"path": f"{room}/power"},
            {"path": f"{room}/instances", "units": 4000, "batches": 200, "requires": ON_POWER, "recovery": waits("30 min", "1 h")},
            {"path": f"{room}/volumes", "units": 4000, "batches": 200, "requires": ON_POWER, "recovery": waits("50 min", "2 h")},
            {"path": f"{room}/nodes", "units": 4000, "batches": 200, "requires": ON_POWER, "recovery": waits("20 min", "40 min")},
        ]
    queue = {"path": f"{REGION}/queue", "discipline": {"fifo": {"servers": 1}}, "capacity": 1, "requires": {"live": "plane"}}
    events = [
        {"name": "dark", "at": "1 h", "do": {"fail": {"target": f"{DARK}/power", "for": "1 h"}}},
        {"name": "shut", "at": "62 min", "do": {"fail": {"target": f"{REGION}/gate", "for": "40 min"}}},
        {"name": "stuck", "at": "65 min", "do": {"fail": {"target": f"{REGION}/plane", "for": "10 min"}}},
        {"name": "work", "at": "1 h", "do": {"submit": {"station": "north/queue", "work": "20 min"}}},
        {"name": "more-work", "at": "70 min", "do": {"submit": {"station": "north/queue", "work": "30 min"}}},
    ]
    tree = tree_of(name="half-dark", components=components, stations=[queue], events=events, hit_zones=[f"{REGION}/zone-1"])
    tree["world"]["datacenters"] = [{"path": room, "share": share, "basis": BASIS} for room, share in ROOMS.items()]
    tree["world"]["exposure_concentration"] = concentration
    return written(folder, "half-dark", tree)


def crowd(folder: Path, name: str = "crowd", objective: str = "95 %", **classes: dict[str, Any]) -> Path:
    """A population of these classes, by name, each of a thousand users."""
    made = [
        {"name": key, "summary": "made for a test", "share": "10 %", "users": 1000, "placement": {"region": REGION}, **body}
        for key, body in classes.items()
    ]
    return written(folder, name, {"format": 1, "name": name, "summary": "made for a test", "objective": objective, "classes": made})


def held(name: str, rides: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "rides": rides, **more}


STRIPE = held("volumes", "volumes", units=3, serves_at_least=3)
SERVERS = held("servers", "instances", units=4, carries="100 %")
ADDRESS = held("address", "nodes", lives_in="one", address=True)
CLASSES: dict[str, dict[str, Any]] = {
    "striped": {"has": [STRIPE]},
    "one-zone": {"has": [STRIPE, SERVERS]},
    "two-zone": {
        "placement": {"region": REGION, "zones": 2}, "single_address": "20 %", "shift": SHIFT,
        "has": [
            ADDRESS, held("servers", "instances", units=4, carries="60 %"),
            held("volumes", "volumes", units=2, lives_in="one", serves_at_least=2),
        ],
    },
    "growing": {
        "placement": {"region": REGION, "zones": 2}, "has": [held("servers", "instances", units=4, carries="50 %")],
        "launches": {"below": "99 %", "after": LAUNCH_AFTER, "needs": "gate", "poll": "1 min", "takes": LAUNCH_TAKES, "carries": "50 %"},
    },
}  # fmt: skip


def _zone(component: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {key: value for key, value in component.items() if key not in {"name", "address"}} | {"path": f"*/{component['name']}"} | more


def architectures(folder: Path) -> list[Path]:
    """The same, as tenants that ride in the engine."""
    front = {"path": "a/front", "requires": {"live": "a/servers"}}
    striped = tenant_of(name="striped", enters="a/volumes", components=[_zone(STRIPE)])
    one = tenant_of(name="one-zone", enters="a/front", components=[_zone(STRIPE), _zone(SERVERS, requires={"live": "volumes"}), front])
    parts = CLASSES["two-zone"]["has"]
    two = tenant_of(
        name="two-zone", enters="name", roles=["a", "b"],
        components=[
            _zone(parts[0], requires={"live": "servers"}), _zone(parts[1], requires={"live": "volumes"}), _zone(parts[2]),
        ],
        routes=[{"path": "name", "targets": "*/address", "single_address": "20 %", "shift": SHIFT}],
    )  # fmt: skip
    more = {
        "path": "*/extra", "units": 4, "rides": "instances", "carries": "50 %", "initially": "down",
        "provision": [{"until": {"up": "gate", "poll": "1 min"}}, {"wait": {"for": LAUNCH_TAKES}}],
    }
    growing = tenant_of(
        name="growing", enters="name", roles=["a", "b"],
        components=[
            _zone(CLASSES["growing"]["has"][0]), more,
            {"path": "*/front", "requires": {"live": "pool"}},
        ],
        routes=[
            {"path": "name", "targets": "*/front", "single_address": "100 %"},
            {"path": "*/pool", "targets": ["servers", "extra"], "spread": "by_unit", "health_check": {"interval": "1 s", "threshold": 1}},
        ],
        rules=[{
            "name": "grow", "path": "*", "when": {"served_below": {"of": "pool", "level": "99 %"}}, "after": LAUNCH_AFTER,
            "do": {"start": "extra"},
        }],
    )  # fmt: skip
    return [written(folder, tree["name"], tree) for tree in (striped, one, two, growing)]
