"""A small world and a shop in it, as a graph that nobody simulated: three zones of two datacenters each, of which one lost its power."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from simulator.engine.trace import Trace
from simulator.ensemble.hanging import HangsOn, Part, Tie
from simulator.ensemble.results import RunResult
from simulator.measures.curves import steps
from tests.report import invented

LABEL = "shop@0"
ZONES = {"a": "east/zone-1", "b": "east/zone-2", "c": "east/zone-3"}
HIT = "east/zone-1/dc-2"
DATACENTERS = [f"{zone}/dc-{n}" for zone in ZONES.values() for n in (1, 2)]
FIRST, WORST = 2220.0, 2640.0


def own(name: str, place: str = "", *, what: str = "component", standby: bool = False) -> Part:
    owner = f"{LABEL}/{place}/{name}" if place else f"{LABEL}/{name}"
    return Part(owner=owner, name=name, place=place, what=what, own=True, standby=standby)  # type: ignore[arg-type]


def world(name: str, place: str, *, what: str = "component", standby: bool = False) -> Part:
    return Part(owner=f"{place}/{name}", name=name, place=place, what=what, own=False, standby=standby)  # type: ignore[arg-type]


USERS = Part(owner=LABEL, name="users", place="", what="users", own=True)


def graph() -> HangsOn:
    parts = [USERS, own("lb", what="route"), own("database"), world("launch-api", "east"), world("queue", "east", what="station")]
    ties = [(LABEL, f"{LABEL}/lb", "live"), (f"{LABEL}/lb", "east/queue", "stage")]
    for role, zone in ZONES.items():
        parts += [own("web", role), own("web-extra", role, standby=True)]
        for name in ("web", "web-extra"):
            ties.append((f"{LABEL}/lb", f"{LABEL}/{role}/{name}", "live"))
            ties.append((f"{LABEL}/{role}/{name}", f"{LABEL}/database", "live"))
            ties += [(f"{LABEL}/{role}/{name}", f"{zone}/dc-{n}/instances", "rides") for n in (1, 2)]
        ties.append((f"{LABEL}/{role}/web-extra", "east/launch-api", "stage"))
        ties += [(f"{LABEL}/database", f"{zone}/dc-{n}/disks", "rides") for n in (1, 2)]
    for dc in DATACENTERS:
        parts += [world("instances", dc), world("disks", dc), world("boot", dc, what="station"), world("power/utility", dc)]
        ties += [(f"{dc}/instances", f"{dc}/boot", "stage"), (f"{dc}/instances", f"{dc}/disks", "stage")]
        for group in ("power/group-1", "power/group-2"):
            parts += [world(group, dc), world(f"{group}/generators", dc, standby=True), world(f"{group}/ups", dc, what="stock")]
            ties += [(f"{dc}/{name}", f"{dc}/{group}", "latching") for name in ("instances", "disks")]
            ties += [(f"{dc}/{group}", f"{dc}/{group}/{name}", "live") for name in ("generators", "ups")]
            ties.append((f"{dc}/{group}", f"{dc}/power/utility", "live"))
    return made(parts, ties)


def made(parts: Sequence[Part], ties: Sequence[tuple[str, str, str]]) -> HangsOn:
    return HangsOn(parts=tuple(parts), ties=tuple(Tie(user=a, on=b, kind=kind) for a, b, kind in ties))  # type: ignore[arg-type]


def trace() -> Trace:
    """The utility fails, the charge runs out, and with the power go the instances, the disks, a quarter of the web tier, the database."""
    units = {f"{dc}/{name}": 100.0 for dc in DATACENTERS for name in ("instances", "disks")}
    units |= {f"{LABEL}/{role}/web": 12.0 for role in ZONES} | {f"{LABEL}/database": 1.0}
    found = Trace(
        horizon=invented.HORIZON, units=units, waits={"east/queue": [(WORST - 600, 1800.0)]},
        curves={LABEL: [(0.0, 1.0), (WORST, 0.25), (9000.0, 1.0)]},
    )  # fmt: skip
    event = found.add(FIRST, "event", "utility-fails")
    dark = found.add(FIRST, "stops_serving", f"{HIT}/power/utility", 0.0, event)
    for group in (1, 2):
        empty = found.add(WORST, "level", f"{HIT}/power/group-{group}/ups", 0.0, dark, "falls")
        empty = found.add(WORST, "stops_serving", f"{HIT}/power/group-{group}/ups", 0.0, empty)
        power = found.add(WORST, "stops_serving", f"{HIT}/power/group-{group}", 0.0, empty)
    for name in ("instances", "disks"):
        found.add(WORST, "down", f"{HIT}/{name}", 100.0, power, 0)
    found.add(WORST, "down", f"{LABEL}/a/web", 3.0, power, 0)
    lost = found.add(WORST, "down", f"{LABEL}/database", 1.0, power, 0)
    found.add(WORST, "served", LABEL, 0.25, lost)
    found.add(9000.0, "served", LABEL, 1.0, found.add(9000.0, "up", f"{LABEL}/database", 1.0, lost, 0))
    return found


def run(hanging: HangsOn | None = None, recorded: Trace | None = None) -> RunResult:
    told = trace() if recorded is None else recorded
    return replace(
        invented.run(), architecture="shop", label=LABEL, trace=told, placement=ZONES, worst_served=min(v for _, v in told.curves[LABEL]),
        curve=steps(told.curves[LABEL], end=told.horizon), hangs_on=graph() if hanging is None else hanging,
    )  # fmt: skip


def still() -> Trace:
    return Trace(horizon=invented.HORIZON, curves={LABEL: [(0.0, 1.0)]})


def chained(count: int) -> HangsOn:
    """As deep as it is long."""
    parts = [USERS, *(own(f"tier-{chr(97 + k // 26)}{chr(97 + k % 26)}") for k in range(count))]
    owners = [part.owner for part in parts]
    return made(parts, [(a, b, "live") for a, b in pairwise(owners)])


def fanned(count: int) -> HangsOn:
    """As wide as it is large, and everything needs everything of the next column."""
    letters = [chr(97 + k // 26) + chr(97 + k % 26) for k in range(count)]
    parts = [USERS, *(own(f"web-{x}") for x in letters), *(own(f"store-{x}") for x in letters)]
    ties = [(LABEL, f"{LABEL}/web-{x}", "live") for x in letters]
    return made(parts, [*ties, *((f"{LABEL}/web-{x}", f"{LABEL}/store-{y}", "latching") for x in letters for y in letters)])


def circular() -> HangsOn:
    """Ways back that run in a circle."""
    parts = [USERS, *(own(name) for name in "abc")]
    ties = [(LABEL, f"{LABEL}/a", "live"), *((f"{LABEL}/{x}", f"{LABEL}/{y}", "stage") for x, y in ("ab", "bc", "ca"))]
    return made(parts, ties)


def grouped() -> tuple[HangsOn, Trace]:
    """Users in two groups, of which one lost something."""
    parts = [Part(owner=f"{LABEL}:{n}", name=n, place="", what="users", own=True) for n in ("home", "abroad")]
    parts += [own("lb", what="route"), own("cdn")]
    told = Trace(horizon=1000.0, units={f"{LABEL}/lb": 1.0}, curves={LABEL: [(0.0, 1.0), (5.0, 0.5)], f"{LABEL}:abroad": [(0.0, 1.0)]})
    told.curves[f"{LABEL}:home"] = [(0.0, 1.0), (5.0, 0.2)]
    dead = told.add(5.0, "rotation", f"{LABEL}/lb", 0.8)
    told.add(5.0, "served", LABEL, 0.5, dead)
    told.add(5.0, "served", f"{LABEL}:home", 0.2, dead)
    return made(parts, [(f"{LABEL}:home", f"{LABEL}/lb", "live"), (f"{LABEL}:abroad", f"{LABEL}/cdn", "live")]), told


def named(text: str) -> RunResult:
    """The same with this text for whatever has a name."""
    hanging = graph()
    parts = tuple(replace(p, name=f"{text}{p.name}", place=p.place and f"{text}{p.place}") for p in hanging.parts)
    found = run(HangsOn(parts=parts, ties=hanging.ties))
    return replace(found, architecture=text, placement={text: text}, origin=replace(invented.ORIGIN, scenario=text))
