"""Random small scenarios that are valid: a world of one or two regions, what happens in it, and applications that run there.

Each is a file as a user would write it. Everything the format knows can occur: live and latching requirements of all kinds, stations of all
disciplines with patience, retries, goodput, priorities and queue limits, stocks, hazards, rules, events; routes with health checks,
shifts, fail-safes and retries; standby units that a rule starts. Hypothesis makes them smaller when one of them breaks a law.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.theory.scenarios import BASIS, Tree, tenant_of, written

Drawn = Any
"""What hypothesis hands to a composite strategy: a function that takes a strategy and returns an example of it."""


@dataclass(frozen=True, kw_only=True)
class RandomScenario:
    """An incident with its world inside, and files of the architectures that run in it."""

    incident: Tree
    tenants: tuple[Tree, ...]

    def write(self, folder: Path) -> tuple[Path, list[Path]]:
        """The scenario's file and the files of its architectures, written into a folder."""
        return written(folder, "incident", self.incident), [written(folder, str(tree["name"]), tree) for tree in self.tenants]


# -- quantities --------------------------------------------------------------------------------------------------------------------------

SECONDS = (0, 1, 7, 30, 60, 90, 300, 600, 1800, 3600)
SHARES = (0.25, 0.5, 0.7, 1.0)


def durations(*, least: int = 0, most: int = 3600) -> st.SearchStrategy[str]:
    """Durations in seconds, whole ones, so that events often fall on one instant."""
    return st.sampled_from([f"{n} s" for n in SECONDS if least <= n <= most])


@st.composite
def delays(draw: Drawn, *, least: int = 0, most: int = 3600, random: bool = True) -> Any:
    """Laws of durations, fixed ones among them."""
    fixed = draw(durations(least=least, most=most))
    kind = draw(st.sampled_from(["fixed", "fixed", "uniform", "exponential", "lognormal", "mixture", "empirical"])) if random else "fixed"
    mean = max(least, int(fixed.split()[0]), 1)
    if kind == "uniform":
        return {"uniform": [f"{mean // 2} s", f"{mean * 2} s"]}
    if kind == "exponential":
        return {"exponential": {"mean": f"{mean} s"}}
    if kind == "lognormal":
        return {"lognormal": {"median": f"{mean} s", "p90": f"{3 * mean} s"}}
    if kind == "mixture":
        return {"mixture": [{"share": "75 %", "of": f"{mean} s"}, {"share": "25 %", "of": {"exponential": {"mean": f"{mean} s"}}}]}
    if kind == "empirical":
        return {"empirical": [f"{mean} s", f"{2 * mean} s", f"{5 * mean} s"]}
    return fixed


def percent(share: float) -> str:
    return f"{100 * share:.6g} %"


# -- the world ---------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where things stand: datacenters with their shares, and what hypothesis may use."""

    datacenters: tuple[tuple[str, float], ...]
    random: bool
    """Whether laws may be random ones; without it, every replication is alike but for where units land."""

    @property
    def rooms(self) -> list[str]:
        return [path for path, _ in self.datacenters]

    @property
    def zones(self) -> list[str]:
        return list(dict.fromkeys(path.rsplit("/", 1)[0] for path in self.rooms))

    @property
    def regions(self) -> list[str]:
        return list(dict.fromkeys(path.split("/", 1)[0] for path in self.rooms))


@st.composite
def grounds(draw: Drawn, *, random: bool = True) -> Ground:
    found: list[tuple[str, float]] = []
    for region in ("north", "south")[: draw(st.integers(1, 2))]:
        rooms = []
        for zone in range(draw(st.integers(2, 3) if region == "north" else st.integers(1, 2))):
            rooms += [f"{region}/zone-{zone + 1}/dc-{n + 1}" for n in range(draw(st.integers(1, 2)))]
        weights = [draw(st.sampled_from([1, 1, 1, 3])) for _ in rooms]
        found += [(room, weight / sum(weights)) for room, weight in zip(rooms, weights, strict=True)]
    return Ground(datacenters=tuple(found), random=random)


@st.composite
def ways(draw: Drawn, ground: Ground, *, tenant: bool = False, lose: bool = True) -> list[Any]:
    """A way back: stages one after the other, the last of them perhaps a loss for good."""
    return [
        *(draw(stages(ground, tenant=tenant)) for _ in range(draw(st.integers(0, 2)))),
        *([{"lose": {"share": "25 %"}}] if lose and draw(st.sampled_from([False, False, False, True])) else []),
    ]


@st.composite
def stages(draw: Drawn, ground: Ground, *, tenant: bool = False, plain: bool = False) -> Any:
    """One stage of a recovery. Short names are looked up from where the component stands, outwards."""
    kinds = ["wait", "wait", "visit", "visit", "until", "take", *([] if plain else ["either"])]
    kind = draw(st.sampled_from(kinds))
    common: dict[str, Any] = {} if draw(st.booleans()) else {"share": draw(st.sampled_from([percent(s) for s in SHARES]))}
    if kind == "wait":
        return {"wait": {"for": draw(delays(random=ground.random)), **common}}
    if kind == "visit":
        station = draw(st.sampled_from(["desk", "calls", *([] if tenant else ["boot"])]))
        body: dict[str, Any] = {"station": station, "work": draw(delays(most=90, random=ground.random))}
        if draw(st.booleans()):
            body["again"] = draw(st.sampled_from([1, 1.5, 3]))
        if draw(st.booleans()):
            body["label"] = draw(st.sampled_from(["urgent", "other"]))
        return {"visit": body | common}
    if kind == "until":
        return {"until": {"up": "control", "poll": draw(durations(most=60)), **common}}
    if kind == "take":
        return {"take": {"from": "addresses", "amount": draw(st.sampled_from([1, 2])), **common}}
    return {"either": {"ways": [[draw(stages(ground, tenant=tenant, plain=True))] for _ in range(2)], **common}}


@st.composite
def failures(draw: Drawn, ground: Ground) -> dict[str, Any]:
    """How units fail by themselves: not at all, by age, or with a rate that may depend on what goes on."""
    kind = draw(st.sampled_from(["none", "none", "hazard", "after"])) if ground.random else "none"
    if kind == "after":
        return {"failure": {"after": {"law": draw(delays(least=600, random=True))}}}
    if kind == "hazard":
        body: dict[str, Any] = {"rate": draw(st.sampled_from(["0.1/h", "1/h"]))}
        if draw(st.booleans()):
            body["harmful"] = "50 %"
        if draw(st.booleans()):
            body["profile"] = [{"hour": "00:00", "factor": 1}, {"hour": "12:00", "factor": 3}]
        if draw(st.booleans()):
            body["while"] = draw(states(("control",)))
        return {"failure": {"hazard": body}}
    return {}


@st.composite
def units_of(draw: Drawn, ground: Ground, name: str) -> dict[str, Any]:
    """Machines or volumes in each datacenter, down when the power is, and back through work."""
    found: dict[str, Any] = {"path": f"*/*/*/{name}", "units": draw(st.sampled_from([1, 3, 10, 40, {"spread": 60}]))}
    if draw(st.booleans()):
        found["batches"] = draw(st.sampled_from([1, 4, 20]))
    latching: dict[str, Any] = {"on": draw(st.sampled_from(["power", {"spread": {"power": "75 %", "ups": "25 %"}}]))}
    if draw(st.booleans()):
        latching["restore"] = draw(delays(most=600, random=ground.random))
    if draw(st.sampled_from([False, False, True])):
        latching["at_loss"] = True
    hanging: list[Any] = [{"latching": latching}]
    found["requires"] = draw(st.sampled_from([hanging, [*hanging, {"live": "control"}], [{"live": "power"}]]))
    found["recovery"] = draw(ways(ground))
    return found | draw(failures(ground))


@st.composite
def needs(draw: Drawn, paths: Sequence[str]) -> Any:
    """One need of every kind, over these paths."""
    kind = draw(st.sampled_from(["path", "all_of", "any_of", "at_least", "every", "spread"]))
    some = paths if len(paths) < 3 else paths[: draw(st.integers(2, min(3, len(paths))))]
    if kind == "path" or len(some) < 2:
        return some[0]
    if kind == "at_least":
        return {"at_least": {"k": draw(st.integers(1, len(some))), "of": list(some)}}
    if kind == "every":
        return {"every": {"of": some[0], "count": draw(st.integers(1, 3))}}
    if kind == "spread":
        return {"spread": {path: f"{100 / len(some)!r} %" for path in some}}
    return {kind: list(some)}


@st.composite
def regional_parts(draw: Drawn, ground: Ground, region: str) -> dict[str, list[Any]]:
    """The region's control plane, its stations, and a stock of addresses."""
    rooms = [f"{room}/machines" for room in ground.rooms if room.startswith(f"{region}/")]
    control: dict[str, Any] = {"path": f"{region}/control"}
    if draw(st.booleans()):
        # What machines hang on while they come back may hang on machines: not on those that require it live, which would be a circle.
        control["requires"] = {"live": draw(needs([path.replace("machines", "power") for path in rooms]))}
    desk: dict[str, Any] = {"path": f"{region}/desk", "discipline": draw(disciplines())}
    if "fifo" in desk["discipline"] and draw(st.booleans()):
        desk["first"] = ["urgent"]
    if draw(st.booleans()):
        desk["capacity"] = draw(st.sampled_from([0.5, 1, 4]))
    if draw(st.booleans()):
        desk["patience"] = draw(patience(ground))
    if draw(st.sampled_from([False, False, True])):
        desk["goodput"] = [{"inside": 5, "capacity": 0.5}, {"inside": 20, "capacity": 0.25}]
    if draw(st.sampled_from([False, False, True])):
        desk["requires"] = {"live": "control"}
    calls: dict[str, Any] = {"path": f"{region}/calls", "discipline": draw(disciplines())}
    if draw(st.sampled_from([False, True])):
        calls["patience"] = draw(patience(ground))
    addresses: dict[str, Any] = {"path": f"{region}/addresses", "capacity": draw(st.sampled_from([5, 100]))}
    if draw(st.booleans()):
        addresses["level"] = draw(st.sampled_from([0, 3]))
    flow: dict[str, Any] = {"per_second": draw(st.sampled_from([0.01, 0.1]))}
    if draw(st.booleans()):
        flow["while"] = {"up": f"{region}/control"}
    addresses["flows"] = [{"steady": flow}]
    return {"components": [control], "stations": [desk, calls], "stocks": [addresses]}


def disciplines() -> st.SearchStrategy[Any]:
    return st.sampled_from(
        [{"fifo": {}}, {"fifo": {"servers": 3}}, {"processor_sharing": {}}, {"processor_sharing": {"per_job": 1}}, {"unlimited": {}}]
    )


@st.composite
def patience(draw: Drawn, ground: Ground) -> dict[str, Any]:
    return {"after": draw(delays(least=30, most=600, random=ground.random)), "again": draw(st.sampled_from(["0 %", "50 %", "100 %"]))}


# -- what happens ------------------------------------------------------------------------------------------------------------------------


@st.composite
def states(draw: Drawn, paths: Sequence[str], stocks: Sequence[str] = (), *, deep: bool = True) -> Any:
    """A condition that lasts, over components and stocks."""
    path = draw(st.sampled_from(list(paths)))
    kinds = ["down", "up", "served_below", *(["level_below"] if stocks else []), *(["all", "any", "not"] if deep else [])]
    kind = draw(st.sampled_from(kinds))
    if kind == "served_below":
        return {"served_below": {"of": path, "level": draw(st.sampled_from(["50 %", "99 %"]))}}
    if kind == "level_below":
        return {"level_below": {"of": draw(st.sampled_from(list(stocks))), "level": draw(st.sampled_from([1, 3]))}}
    if kind in ("all", "any"):
        return {kind: [draw(states(paths, stocks, deep=False)) for _ in range(2)]}
    if kind == "not":
        return {"not": draw(states(paths, stocks, deep=False))}
    return {kind: path}


@st.composite
def effects(draw: Drawn, ground: Ground) -> Any:
    """Something that happens to the world at an instant."""
    region = draw(st.sampled_from(ground.regions))
    room, zone = draw(st.sampled_from(ground.rooms)), draw(st.sampled_from(ground.zones))
    others = ["repair", "stop", "start", "submit", "set_capacity", "fill", "withdraw", "readmit"]
    kind = draw(st.sampled_from(["fail", "fail", "fail", *others]))
    if kind == "fail":
        target = draw(st.sampled_from([f"{room}/power", f"{zone}/*/power", f"{room}/machines", f"{room}/volumes", f"{region}/control"]))
        body: dict[str, Any] = {"target": target}
        if draw(st.booleans()):
            body["for"] = draw(delays(least=1, random=ground.random))
        if draw(st.booleans()):
            body["share"] = draw(st.sampled_from(["10 %", "60 %"]))
        return {"fail": body}
    if kind in ("repair", "start", "stop"):
        return {kind: draw(st.sampled_from([f"{room}/power", f"{room}/machines", f"{region}/control"]))}
    if kind == "submit":
        work, n = draw(delays(most=60, random=ground.random)), draw(st.sampled_from([1, 5, 20]))
        return {"submit": {"station": f"{region}/desk", "work": work, "units": n} | ({"label": "urgent"} if draw(st.booleans()) else {})}
    if kind == "set_capacity":
        return {"set_capacity": {"station": f"{region}/desk", "to": draw(st.sampled_from([0, 1, 8]))}}
    if kind == "fill":
        return {"fill": {"stock": f"{region}/addresses", "by": draw(st.sampled_from([1, 50]))}}
    return {kind: zone}


@st.composite
def rules(draw: Drawn, ground: Ground, n: int) -> dict[str, Any]:
    region = draw(st.sampled_from(ground.regions))
    room = draw(st.sampled_from(ground.rooms))
    watched = [f"{room}/power", f"{room}/machines", f"{region}/control"]
    when = draw(st.sampled_from(["state", "state", "every", "at"]))
    found: dict[str, Any] = {"name": f"rule-{n}", "do": draw(effects(ground))}
    if when == "every":
        found["when"] = {"every": draw(delays(least=600, random=ground.random))}
    elif when == "at":
        found["when"] = {"at": draw(durations())}
    else:
        found["when"] = draw(states(watched, [f"{region}/addresses"]))
    if when != "every" and draw(st.booleans()):
        found["after"] = draw(delays(random=ground.random))
    # A rule that acts again and again at one instant is a mistake of whoever writes it; a minute between keeps random ones from it.
    if when == "state" and not draw(st.booleans()):
        found["once"] = True
    elif when == "state":
        found["after"] = draw(delays(least=60, random=ground.random))
    if draw(st.booleans()):
        found["commits"] = True
    return found


@st.composite
def events(draw: Drawn, ground: Ground, n: int) -> dict[str, Any]:
    deeds = [draw(effects(ground)) for _ in range(draw(st.integers(1, 2)))]
    return {"name": f"event-{n}", "at": draw(durations()), "do": deeds, "basis": BASIS}


# -- applications ------------------------------------------------------------------------------------------------------------------------


@st.composite
def architectures(draw: Drawn, ground: Ground, name: str) -> dict[str, Any]:
    """Web servers in one zone or several behind a route, with a store perhaps, standby units, and people who switch over."""
    north = [zone for zone in ground.zones if zone.startswith("north/")]
    south = [zone for zone in ground.zones if zone.startswith("south/")]
    here = ["a", "b", "c"][: draw(st.integers(1, len(north)))]
    placement: list[Any] = [{"region": "north", "roles": here}]
    if south and draw(st.booleans()):
        placement.append({"region": "south", "roles": ["far"]})
    web: dict[str, Any] = {
        "path": "*/web", "units": draw(st.sampled_from([1, 4, 12])), "rides": "machines",
        "lives_in": draw(st.sampled_from(["zone", "zone", "one"])),
    }  # fmt: skip
    if draw(st.booleans()):
        web["carries"] = draw(st.sampled_from([percent(s) for s in SHARES]))
    if draw(st.booleans()):
        web |= {"call_time": "50 ms", "threads": draw(st.sampled_from([1, 20, 1000]))}
    if draw(st.sampled_from([False, False, True])):
        web["replaced"] = True
    components, routes, happening = [web], [], []
    if draw(st.booleans()):
        lives = draw(st.sampled_from(["one", "any_zone"]))
        # One that is in no role is in any of its zones; a zone of its own has to be a role's.
        path = "store" if lives == "any_zone" else "a/store"
        web["requires"] = {"live": path}
        components.append({"path": path, "rides": "volumes", "lives_in": lives, "units": draw(st.sampled_from([1, 2]))})
    else:
        web["requires"] = draw(st.sampled_from([{"live": "north/control"}, []]))
    targets: Any = "*/web"
    if draw(st.booleans()):
        targets = ["*/web", "*/spare"]
        launched = draw(ways(ground, tenant=True, lose=False))
        components.append({"path": "*/spare", "units": 2, "rides": "machines", "initially": "down", "provision": launched})
        happening.append({
            "name": "launch", "path": "*", "when": {"served_below": {"of": "web", "level": "90 %"}},
            "after": draw(delays(random=ground.random)), "do": {"start": "spare"}, "once": True,
        })  # fmt: skip
    front: dict[str, Any] = {"path": "front", "targets": targets, "spread": draw(st.sampled_from(["by_target", "by_unit", "first"]))}
    if draw(st.booleans()):
        front["health_check"] = {"interval": draw(durations(least=7, most=60)), "threshold": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            front["fail_safe"] = {"below": "70 %", "until": draw(delays(least=60, random=ground.random))}
    if draw(st.booleans()):
        shift: dict[str, Any] = {"detect": draw(delays(most=90, random=ground.random)), "ttl": draw(durations(most=60))}
        if draw(st.booleans()):
            shift |= {"station": "north/desk", "work": draw(delays(most=30, random=ground.random))}
        front["shift"] = shift
    if draw(st.booleans()):
        front |= {"retries": draw(st.sampled_from([1, 3])), "call_timeout": "250 ms"}
    if draw(st.booleans()):
        front["single_address"] = "20 %"
    routes.append(front)
    if len(here) > 1 and front["spread"] == "first" and draw(st.booleans()):
        happening.append({
            "name": "fail-over", "when": {"served_below": {"of": "a/web", "level": "50 %"}}, "after": draw(delays(random=ground.random)),
            "once": True, "do": [{"switch": {"route": "front", "to": "b/web"}}, {"lose_writes": draw(delays(random=ground.random))}],
        })  # fmt: skip
    return tenant_of(name=name, placement=placement, components=components, routes=routes, rules=happening)


# -- all of it ---------------------------------------------------------------------------------------------------------------------------


@st.composite
def random_scenarios(draw: Drawn, *, random: bool = True, tenants: int = 2, rules_too: bool = True) -> RandomScenario:
    """A scenario with up to so many `tenants`, at least one; without `random`, laws are fixed and nothing fails by itself."""
    ground = draw(grounds(random=random))
    parts: dict[str, list[Any]] = {
        "components": [{"path": "*/*/*/power"}, draw(units_of(ground, "machines")), draw(units_of(ground, "volumes"))],
        "stations": [{"path": "*/*/*/boot", "discipline": draw(disciplines()), "capacity": draw(st.sampled_from([1, 20]))}],
        "stocks": [{
            "path": "*/*/*/ups", "capacity": draw(durations(least=60, most=600)),
            "flows": [{"steady": {"per_second": -1, "while": {"down": "power"}}}],
        }],
    }  # fmt: skip
    for region in ground.regions:
        for kind, more in draw(regional_parts(ground, region)).items():
            parts[kind] += more
    if draw(st.sampled_from([False, False, True])):
        behind = {"path": "north/second", "discipline": {"processor_sharing": {}}, "behind": "north/calls"}
        if parts["stations"][2]["discipline"] == {"processor_sharing": {}}:
            parts["stations"].append(behind)
    world = {
        "name": "ground", "summary": "a random world",
        "datacenters": [{"path": path, "share": f"{100 * share!r} %", "basis": BASIS} for path, share in ground.datacenters],
        "exposure_concentration": draw(st.sampled_from([0.1, 1, 10])),
        **{kind: [{**part, "basis": BASIS} for part in found] for kind, found in parts.items()},
        "rules": [{**draw(rules(ground, n)), "basis": BASIS} for n in range(draw(st.integers(0, 2)) if rules_too else 0)],
    }  # fmt: skip
    incident = {
        "format": 1, "name": "random", "summary": "a random incident", "start": "2030-01-01T22:00Z",
        "horizon": draw(st.sampled_from(["2 h", "6 h"])), "hit_zones": draw(st.sampled_from(ground.zones)), "world": world,
        "events": [draw(events(ground, n)) for n in range(draw(st.integers(1, 3)))],
    }  # fmt: skip
    names = ["app", "second"][: draw(st.integers(1, max(1, tenants)))]
    return RandomScenario(incident=incident, tenants=tuple(draw(architectures(ground, name)) for name in names))
