"""A small incident with tenants whose users come in by different ways: two gates fail, one for certain and one by chance."""

from pathlib import Path
from typing import Any

from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

NAME = "two-gates"


def ferry(name: str = "ferry", **more: Any) -> dict[str, Any]:
    """A tenant with three groups: one behind each gate, and one that needs neither."""
    groups = [
        {"name": "east", "users": 600, "enters": "east-pier"},
        {"name": "west", "users": 300, "enters": "west-pier"},
        {"name": "by-air", "users": 100, "enters": "strip"},
    ]
    components = [
        {"path": "east-pier", "requires": {"live": "east-gate"}, "basis": BASIS},
        {"path": "west-pier", "requires": {"live": "west-gate"}, "basis": BASIS},
        {"path": "strip", "basis": BASIS},
    ]
    return {
        "name": name, "summary": "boats", "users": 1000, "calls": 10,
        "placement": [{"region": "north", "roles": ["a"], "fixed": ["north/zone-1"]}], "groups": groups, "components": components, **more,
    }  # fmt: skip


def kiosk(name: str = "kiosk", **more: Any) -> dict[str, Any]:
    """A tenant that all of its users reach through the west gate."""
    components = [{"path": "hatch", "requires": {"live": "west-gate"}, "basis": BASIS}]
    return {
        "name": name, "summary": "tea", "users": 50, "calls": 1, "enters": "hatch", "components": components,
        "placement": [{"region": "north", "roles": ["a"], "fixed": ["north/zone-2"]}], **more,
    }  # fmt: skip


def two_gates(folder: Path, *, probes: list[Any] | None = None, more_components: list[Any] | None = None, **more: Any) -> Path:
    """The east gate is shut at 01:00 for 40 to 80 minutes; the west gate breaks in about half of all replications."""
    breaks = {"failure": {"after": {"law": {"exponential": {"mean": "8 h"}}}}, "recovery": [{"wait": {"for": "90 min"}}]}
    components = [{"path": "north/east-gate"}, {"path": "north/west-gate", **breaks}, *(more_components or [])]
    shut = {"name": "east-gate-shut", "at": "1 h", "summary": "a tree falls on the east gate"}
    events = [shut | {"do": {"fail": {"target": "north/east-gate", "for": {"uniform": ["40 min", "80 min"]}}}}]
    tree = tree_of(name=NAME, horizon="6 h", zones=2, components=components, events=events, hit_zones=["north/zone-1"], **more)
    return written(folder, NAME, tree | {"probes": [ferry(), kiosk()] if probes is None else probes})


def three_faults(folder: Path) -> Path:
    """The east gate is shut for 36 minutes from 01:00 on, the west gate for 12 from 02:00 on, and lamps are out for 90 in one zone."""
    faults = (("north/east-gate", "1 h", "36 min"), ("north/west-gate", "2 h", "12 min"), ("north/zone-1/dc-1/lamps", "3 h", "90 min"))
    lamps = [{"path": f"north/zone-{z}/dc-1/lamps", "units": 100, "counts_as": "instances"} for z in (1, 2)]
    events = [{"name": f"fault-{i}", "at": at, "do": {"fail": {"target": path, "for": span}}} for i, (path, at, span) in enumerate(faults)]
    components = [{"path": "north/east-gate"}, {"path": "north/west-gate"}, *lamps]
    tree = tree_of(name="three-faults", horizon="6 h", zones=2, components=components, events=events, hit_zones=["north/zone-1"])
    return written(folder, "three-faults", tree | {"probes": [ferry(), kiosk()]})


def booth(folder: Path) -> Path:
    """An architecture that needs one lamp, in one of two zones."""
    till = {"path": "a/till", "units": 1, "rides": "lamps", "carries": "100 %", "lives_in": "one"}
    return written(folder, "booth", tenant_of(name="booth", enters="a/till", components=[till]))
