"""What one tenant in its placement hangs on: its own parts, what they ride in the world, and what those need, down to the roots."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.engine.names import scoped
from simulator.model.component import Component, lives
from simulator.model.graph import asked, live_order, needed, requirement_graph
from simulator.model.requirement import AllOf, AnyOf, AtLeast
from simulator.model.rule import Fail, Rule, Stop
from simulator.model.world import Tenant, World

Kind = Literal["live", "latching", "rides", "stage", "condition"]
What = Literal["users", "component", "route", "station", "stock"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing in the world or in the tenant, as the trace calls it."""

    owner: str
    name: str
    """What it is called in its place."""
    place: str
    """Of a tenant's part the role, of the world's the fault domain; empty where it stands in none."""
    what: What
    own: bool
    """Whether it is the tenant's."""
    standby: bool = False
    """Whether it does not run from the start."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    """`user` needs `on`: at every moment, or so that losing it takes units down, or by riding it, or on its way back.

    By a condition: its level flows, its units fail, or a rule takes it down, depending on the state of the other.
    """

    user: str
    on: str
    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class HangsOn:
    """All that a tenant's users hang on, directly and indirectly; the users come first."""

    parts: tuple[Part, ...]
    ties: tuple[Tie, ...]


def hangs_on(world: World, tenant: Tenant, zones: Mapping[str, str], label: str, rules: Iterable[Rule] = ()) -> HangsOn:
    """Everything reachable from a tenant's users, who are called by the tenant's label in the trace; `zones` maps roles to zones.

    `rules` are those of the world and of the scenario: what they take down hangs on what they ask for.
    """
    parts = {part.owner: part for part in (*_world_parts(world), *_tenant_parts(tenant, zones, label))}
    found_ties = (*_rule_ties(rules), *_world_ties(world), *_tenant_ties(world, tenant, zones, label))
    ties = {(a, b): kind for a, b, kind in found_ties if b in parts}
    users = [p.owner for p in parts.values() if p.what == "users"]
    after: dict[str, list[str]] = {}
    for a, b in ties:
        after.setdefault(a, []).append(b)
    reached, news = set(users), list(users)
    while news:
        found = [b for b in after.get(news.pop(), ()) if b not in reached]
        reached.update(found)
        news += found
    ordered = [*users, *sorted(reached - set(users))]
    return HangsOn(
        parts=tuple(parts[owner] for owner in ordered),
        ties=tuple(Tie(user=a, on=b, kind=ties[a, b]) for a, b in sorted(ties) if a in reached),
    )


def _world_parts(world: World) -> Iterable[Part]:
    domains = {place for dc in world.datacenters for place in _around(dc.path)}
    resting = _resting(world)

    def part(path: str, what: What) -> Part:
        place = next((p for p in list(_around(path))[1:] if p in domains), "")
        name = path[len(place) + 1 :] if place else path
        return Part(owner=path, name=name, place=place, what=what, own=False, standby=path in resting)

    for c in world.components:
        yield part(c.path, "component")
    for station in world.stations:
        yield part(station.path, "station")
    for stock in world.stocks:
        yield part(stock.path, "stock")


def _resting(world: World) -> set[str]:
    """What does not serve before anything has happened: it is switched off, or hangs on what is."""
    components = {c.path: c for c in world.components}
    resting: set[str] = set()
    for path in live_order(requirement_graph(world)):
        c = components.get(path)
        if c is not None and (c.initially == "down" or not all(_met(need, resting) for need in lives(c))):
            resting.add(path)
    return resting


def _met(need: Any, resting: set[str]) -> bool:
    if isinstance(need, AnyOf):
        return any(_met(one, resting) for one in need.any_of)
    if isinstance(need, AtLeast):
        return sum(_met(one, resting) for one in need.at_least.of) >= need.at_least.k
    if isinstance(need, AllOf):
        return all(_met(one, resting) for one in need.all_of)
    return any(path not in resting for path in needed(need))


def _around(path: str) -> Iterable[str]:
    """A place and those that it lies in, from the inside out."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _world_ties(world: World) -> Iterable[tuple[str, str, Kind]]:
    graph = requirement_graph(world)
    for a, b in graph.edges:
        yield a, b, graph.edges[a, b]["kind"]


def _rule_ties(rules: Iterable[Rule]) -> Iterable[tuple[str, str, Kind]]:
    for rule in rules:
        for effect in rule.do:
            taken = (effect.fail.target,) if isinstance(effect, Fail) else effect.stop if isinstance(effect, Stop) else ()
            yield from ((path, on, "condition") for path in taken for on in asked(rule.when) if path != on)


def _tenant_parts(tenant: Tenant, zones: Mapping[str, str], label: str) -> Iterable[Part]:
    def part(path: str, what: What, standby: bool = False) -> Part:
        role, _, rest = path.partition("/")
        place, name = (role, rest) if rest and role in zones else ("", path)
        return Part(owner=f"{label}/{path}", name=name, place=place, what=what, own=True, standby=standby)

    for owner, name, _ in _users(tenant, label):
        yield Part(owner=owner, name=name, place="", what="users", own=True)
    for c in tenant.components:
        yield part(c.path, "component", c.initially == "down")
    for route in tenant.routes:
        yield part(route.path, "route")
    for station in tenant.stations:
        yield part(station.path, "station")


def _users(tenant: Tenant, label: str) -> list[tuple[str, str, str]]:
    """(owner, name, where they come in) of each group of users, or of all together where there are no groups."""
    groups = [(f"{label}:{group.name}", group.name, group.enters) for group in tenant.groups]
    return groups or [(label, "users", str(tenant.enters))]


def _tenant_ties(world: World, tenant: Tenant, zones: Mapping[str, str], label: str) -> Iterable[tuple[str, str, Kind]]:
    own = {p.owner.removeprefix(f"{label}/") for p in _tenant_parts(tenant, zones, label) if p.what != "users"}
    known = {p.owner for p in _world_parts(world)}
    first = next(iter(zones.values()))

    def found(name: str, path: str) -> str:
        """The tenant's own first, then the zone's, then the region's."""
        mine = next((c for c in scoped(name, path) if c in own), None)
        if mine is not None:
            return f"{label}/{mine}"
        return next((c for c in scoped(name, zones.get(path.split("/", maxsplit=1)[0], first)) if c in known), name)

    for owner, _, enters in _users(tenant, label):
        yield owner, found(enters, ""), "live"
    graph = requirement_graph(tenant)
    for a, b in graph.edges:
        yield f"{label}/{a}", found(b, a), graph.edges[a, b]["kind"]
    for c in tenant.components:
        for path in _ridden(c, world, zones, known) if c.rides is not None else ():
            yield f"{label}/{c.path}", path, "rides"


def _ridden(c: Component, world: World, zones: Mapping[str, str], known: set[str]) -> Iterable[str]:
    """What of the world a tenant's units may ride: in each datacenter of its zone that may get some of them, or one thing around it."""
    role = c.path.split("/", maxsplit=1)[0]
    chosen = list(zones.values()) if c.lives_in == "any_zone" else [zones.get(role, next(iter(zones.values())))]
    given = c.exposure or {}
    rest = 1.0 - sum(given.values())
    for dc in world.datacenters:
        if any(dc.path.startswith(f"{zone}/") for zone in chosen) and given.get(dc.path, rest) > 0:
            yield from [p for p in scoped(str(c.rides), dc.path) if p in known][:1]
