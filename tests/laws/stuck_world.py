"""A small world of volumes that get stuck: copies are sought, the search crashes servers, space runs out, an interface jams."""

from typing import Any

from tests.theory.scenarios import tenant_of, tree_of

ROOM = "north/zone-1/dc-1"


def stuck(*, space: float = 60, brought: float = 400, crash: float = 2e-4, calls: str = "20 s") -> dict[str, Any]:
    """Of a thousand volumes a fifth loses its copy, and there is room for `space` of them; servers also leak memory."""
    components: list[dict[str, Any]] = [
        {"path": f"{ROOM}/mirrors", "units": 100},
        {"path": f"{ROOM}/servers", "units": 200, "failure": {"hazard": {"rate": f"{crash!r}/min", "driven_by": "search"}},
         "recovery": [{"visit": {"station": "repairs", "work": "90 s"}}]},
        {"path": f"{ROOM}/volumes", "units": 1000, "batches": 500,
         "requires": [{"latching": {"on": "mirrors", "at_loss": True}}, {"latching": {"on": "servers", "at_loss": True}}],
         "recovery": [
             {"either": {"ways": [
                 [{"take": {"from": "space"}}],
                 [{"follow": {"component": "servers", "share": "30 %"}}, {"visit": {"station": "healing", "work": "20 s"}}],
                 [{"visit": {"station": "search", "work": "900 h"}}],
             ]}},
             {"lose": {"share": "2 %"}},
             {"until": {"up": "north/api", "poll": "1 min", "share": "50 %"}},
         ]},
        {"path": f"{ROOM}/storage", "requires": {"live": {"every": {"of": "volumes", "count": 2.5}}}},
        {"path": f"{ROOM}/databases", "units": 400, "requires": {"latching": {"on": "storage"}}},
        {"path": "north/gate", "units": 10},
        {"path": "north/api", "requires": {"live": {"all_of": ["north/threads", "north/gate"]}}},
    ]  # fmt: skip
    stations = [
        {"path": f"{ROOM}/search", "discipline": {"unlimited": {}}},
        {"path": f"{ROOM}/repairs", "discipline": {"processor_sharing": {"per_job": 1}}, "capacity": 3},
        {"path": f"{ROOM}/healing", "discipline": {"fifo": {"servers": 1}}, "capacity": 5, "behind": "repairs"},
        {"path": "north/threads", "discipline": {"fifo": {"servers": 8}}, "room": 8, "patience": {"after": "9 min"}},
    ]
    stocks = [
        {"path": f"{ROOM}/space", "capacity": 2000, "level": space, "flows": [{"steady": {"per_second": 0.002}}]},
        {"path": f"{ROOM}/memory", "each": "servers", "share": "15 %", "capacity": "9 h",
         "level": {"lognormal": {"median": "80 min", "p90": "120 min"}}, "flows": [{"steady": {"per_second": -1}}]},
    ]  # fmt: skip
    events = [
        {"name": "wrong-shift", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/mirrors", "share": "20 %", "for": "2 min"}}},
        {"name": "part-of-the-gate", "at": "90 min", "do": {"fail": {"target": "north/gate", "share": "40 %", "for": "2 h"}}},
        {"name": "cure", "at": "3 h", "do": {"fill": {"stock": f"{ROOM}/memory", "by": "6 h"}}},
        {"name": "trucks", "at": "4 h", "do": {"fill": {"stock": f"{ROOM}/space", "by": brought}}},
    ]
    submit = {"submit": {"station": "north/threads", "work": "4 min"}}
    rules = [{"name": "calls", "when": {"every": {"exponential": {"mean": calls}}}, "do": submit}]
    return tree_of(
        horizon="8 h", zones=2, components=components, stations=stations, stocks=stocks, rules=rules, events=events,
        hit_zones=["north/zone-1"],
    )  # fmt: skip


def shop() -> dict[str, Any]:
    """An application with volumes and a database in the zone that is hit."""
    return tenant_of(
        enters="front", placement=[{"region": "north", "roles": ["a"], "fixed": ["north/zone-1"]}],
        components=[
            {"path": "front", "requires": {"live": {"all_of": ["a/disks", "a/database"]}}},
            {"path": "a/disks", "units": 9, "rides": "volumes"},
            {"path": "a/database", "rides": "databases", "lives_in": "one"},
        ],
    )  # fmt: skip
