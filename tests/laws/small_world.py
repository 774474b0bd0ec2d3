"""A small world with something of everything, and an application in it."""

from typing import Any

from tests.theory.scenarios import tenant_of, tree_of

ROOM = "north/zone-1/dc-1"


def small() -> dict[str, Any]:
    """Something of everything in three zones."""
    rooms = [f"north/zone-{z}/dc-1" for z in (1, 2, 3)]
    racks = {"latching": {"on": {"spread": {"feed-b": "30 %", "feed-a": "70 %"}}, "restore": {"uniform": ["0 s", "10 min"]}}}
    components: list[dict[str, Any]] = [{"path": "north/plane"}]
    stations: list[dict[str, Any]] = [{"path": "north/queue", "discipline": {"fifo": {"servers": 2}}, "requires": {"live": "plane"}}]
    stations[0]["patience"] = {"after": {"uniform": ["5 s", "2 min"]}, "again": "50 %"}
    for room in rooms:
        components += [{"path": f"{room}/feed-a"}, {"path": f"{room}/feed-b", "requires": {"live": {"any_of": ["grid", "battery"]}}}]
        components += [{"path": f"{room}/grid"}]
        components += [
            {"path": f"{room}/instances", "units": 3000, "requires": racks, "recovery": [
                {"visit": {"station": "boot", "work": {"lognormal": {"median": "3 min", "p90": "5 min"}}}},
                {"visit": {"station": "north/queue", "work": "0.1 s", "again": 2, "share": "40 %"}},
            ]},
            {"path": f"{room}/disks", "units": 400, "requires": racks, "recovery": [
                {"follow": {"component": "instances"}}, {"wait": {"for": {"exponential": {"mean": "9 min"}}, "state": "impaired"}},
            ]},
        ]  # fmt: skip
        stations += [{"path": f"{room}/boot", "discipline": {"processor_sharing": {"per_job": 1}}, "capacity": 500}]
    drain = [{"steady": {"per_second": -1, "while": {"down": "grid"}}}]
    stocks = [{"path": f"{room}/battery", "capacity": "5 min", "flows": drain} for room in rooms]
    events = [
        {"name": "spike", "at": "1 h", "do": [{"fail": {"target": "north/zone-1/*/grid", "for": "30 min"}}]},
        {"name": "fire", "at": "1 h", "do": {"fail": {"target": "north/zone-2/*/feed-a", "for": "20 min"}}},
        {"name": "crash", "at": "80 min", "do": {"fail": {"target": "north/plane", "for": "5 min"}}},
    ]
    submit = {"submit": {"station": "north/queue", "work": "50 s"}}
    panic = {"when": {"down": f"{rooms[0]}/feed-b"}, "after": {"uniform": ["1 min", "9 min"]}, "do": {"withdraw": "north/zone-1"}}
    rules = [{"name": "traffic", "when": {"every": {"exponential": {"mean": "2 min"}}}, "do": submit}, {"name": "panic", **panic}]
    return tree_of(
        horizon="6 h", zones=3, components=components, stations=stations, stocks=stocks, rules=rules, events=events,
        hit_zones=["north/zone-1", "north/zone-2"],
    )  # fmt: skip


def app() -> dict[str, Any]:
    return tenant_of(
        roles=("a", "b"), enters="name",
        components=[
            {"path": "*/web", "units": 12, "rides": "instances", "carries": "70 %", "requires": {"live": "store"}},
            {"path": "*/disk", "units": 1, "rides": "disks", "lives_in": "one"},
            {"path": "store", "requires": {"live": {"any_of": ["a/disk", "b/disk"]}}},
        ],
        routes=[{
            "path": "name", "targets": "*/web", "health_check": {"interval": "30 s", "threshold": 2}, "single_address": "20 %",
            "shift": {"detect": {"uniform": ["20 s", "60 s"]}, "station": "queue", "work": "10 s", "ttl": "1 min"},
        }],
    )  # fmt: skip


def twin() -> dict[str, Any]:
    """The same application under another name, with less capacity."""
    tree = app() | {"name": "twin"}
    tree["components"][0] = tree["components"][0] | {"carries": "55 %"}
    return tree
