"""Which zones an architecture may get: every assignment of zones to its roles, with those that nothing tells apart taken together."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import factorial, perm
from typing import Any

from simulator.engine.exchange import ZoneExchange, parts_of_tenant, role_kinds, zone_of_path
from simulator.engine.sampled_placements import sampled
from simulator.model.words import words_of
from simulator.model.world import RoleGroup, Scenario, Tenant

MOST = 200
"""Classes of placements that are all taken; of more of them some are drawn."""

Zones = tuple[tuple[str, str], ...]
"""(role, zone) of each role."""


@dataclass(kw_only=True, slots=True, frozen=True)
class Placement:
    """One class of equivalent placements: role -> zone of a representative, its share of all placements, and whether it is hit.

    `sampled` says that there are more classes than `MOST`, and that this one was drawn among them.
    """

    zones: Zones
    weight: float
    hit: bool
    sampled: bool = False

    def text(self) -> str:
        """How tables and JSON name it: `a=region/zone-1 b=...`."""
        return " ".join(f"{role}={zone}" for role, zone in self.zones)


def zones_of(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Region -> zone -> weight of the zone when placements are averaged."""
    out: dict[str, dict[str, float]] = {}
    for dc in scenario.world.datacenters:
        zone = zone_of_path(dc.path)
        out.setdefault(zone.split("/")[0], {})[zone] = dc.zone_weight
    return out


def placements(scenario: Scenario, tenant: Tenant, kinds: Mapping[str, str] | None = None) -> list[Placement]:
    """All classes of placements of a tenant, those that are hit first, in order of their zones' names.

    A placement gives each role of a group a zone of its own. Two of them are in one class where exchanging zones that nothing tells
    apart (`exchange.ZoneExchange`), or roles that nothing tells apart (`exchange.role_kinds`), makes one of the other. The weight of a
    class is proportional to the sum over its placements of the product of their zones' weights; a class without weight is left out. Of
    more than `MOST` classes some are drawn, see `sampled_placements`.

    `kinds` are those of `zone_kinds`, for who asks for many tenants of one scenario. ValueError where zones are missing, or have no weight.
    """
    kinds = zone_kinds(scenario) if kinds is None else kinds
    found: list[tuple[Zones, float]] = []
    choices = [_Choice.of(group, scenario, tenant, kinds) for group in tenant.placement]
    classes = list(islice(product(*(islice(choice.classes(), MOST + 1) for choice in choices)), MOST + 1))
    order = {role: n for n, role in enumerate(role for group in tenant.placement for role in group.roles)}
    hit_zones = set(scenario.hit_zones)
    if len(classes) > MOST:
        drawn = sampled([c.open for c in choices], tuple(pair for c in choices for pair in c.fixed), scenario, tenant, MOST)
        found = [(_class_of(zones, choices), share) for zones, share in drawn]
    else:
        found = []
        for ways in classes:
            weight = 1.0
            for _, w in ways:
                weight *= w
            found.append((tuple(pair for zones, _ in ways for pair in zones), weight))
    weights: dict[Zones, float] = {}
    for zones, weight in found:
        in_order = tuple(sorted(zones, key=lambda pair: order[pair[0]]))
        weights[in_order] = weights.get(in_order, 0.0) + weight
    total = sum(weights.values())
    if total <= 0.0:
        msg = f"{tenant.name}: no zone that it could get has any weight"
        raise ValueError(msg)
    out = [
        Placement(
            zones=zones, weight=weight / total, hit=any(zone in hit_zones for _, zone in zones), sampled=len(classes) > MOST,
        )
        for zones, weight in weights.items()
        if weight > 0.0
    ]  # fmt: skip
    return sorted(out, key=lambda p: (not p.hit, p.zones))


@dataclass(kw_only=True, slots=True, frozen=True)
class _Choice:
    """What is to be chosen for one group of roles: a zone for each, unless its zones are fixed."""

    fixed: Zones
    open: tuple[tuple[str, ...], Mapping[str, float]]
    """Roles without a zone, and the zones that they may get with their weights."""
    roles: tuple[tuple[str, ...], ...]
    """The roles without a zone, those together that may be exchanged."""
    zones: tuple[tuple[str, ...], ...]
    """The zones, those together that may be exchanged, in order of name."""

    @classmethod
    def of(cls, group: RoleGroup, scenario: Scenario, tenant: Tenant, kinds: Mapping[str, str]) -> "_Choice":
        if group.fixed is not None:
            return cls(fixed=tuple(zip(group.roles, group.fixed, strict=True)), open=((), {}), roles=(), zones=())
        by_region = zones_of(scenario)
        if group.region not in by_region:
            msg = f"region {group.region} does not exist in this world; it has {', '.join(sorted(by_region))}"
            raise ValueError(msg)
        weights = by_region[group.region]
        if len(group.roles) > len(weights):
            msg = f"{len(group.roles)} zones of {group.region} are asked for, and it has {len(weights)}"
            raise ValueError(msg)
        apart = _told_apart(group, tenant, weights)
        by_kind: dict[tuple[str, ...], list[str]] = {}
        for zone in sorted(weights):
            by_kind.setdefault((kinds[zone], zone) if zone in apart else (kinds[zone],), []).append(zone)
        by_role: dict[str, list[str]] = {}
        alike = role_kinds(tenant, group.roles) if len(group.roles) > 1 else {role: role for role in group.roles}
        for role in group.roles:
            by_role.setdefault(alike[role], []).append(role)
        return cls(
            fixed=(), open=(tuple(group.roles), weights), roles=tuple(map(tuple, by_role.values())),
            zones=tuple(map(tuple, by_kind.values())),
        )  # fmt: skip

    def classes(self) -> Iterator[tuple[Zones, float]]:
        """A representative of each class, and the sum over its placements of the products of weights."""
        for counts in _shared_out([len(some) for some in self.roles], [len(some) for some in self.zones]):
            ways = 1
            for some, of_kind in zip(self.roles, counts, strict=True):
                ways *= factorial(len(some))
                for count in of_kind:
                    ways //= factorial(count)
            weight = float(ways)
            for n, some in enumerate(self.zones):
                used = sum(of_kind[n] for of_kind in counts)
                weight *= perm(len(some), used) * self.open[1][some[0]] ** used
            yield (*self.fixed, *self.representative(counts)), weight

    def representative(self, counts: Sequence[Sequence[int]]) -> Zones:
        """The placement of a class in which zones of a kind are used in order: `counts` of each kind by each kind of roles."""
        left = [iter(some) for some in self.zones]
        return tuple(
            pair
            for some, of_kind in zip(self.roles, counts, strict=True)
            for pair in zip(some, [next(left[n]) for n, count in enumerate(of_kind) for _ in range(count)], strict=True)
        )

    def counts_of(self, zones: Mapping[str, str]) -> list[list[int]]:
        """Which class a placement is in."""
        kind_of = {zone: n for n, some in enumerate(self.zones) for zone in some}
        found = [Counter(kind_of[zones[role]] for role in some) for some in self.roles]
        return [[count[n] for n in range(len(self.zones))] for count in found]


def _told_apart(group: RoleGroup, tenant: Tenant, zones: Iterable[str]) -> set[str]:
    """The zones that are like no other to a tenant: those that it names, and all of a region in which several groups choose a zone."""
    others = [one for one in tenant.placement if one is not group and one.region == group.region]
    if any(one.fixed is None for one in others):
        return set(zones)
    fixed = {zone for one in others for zone in one.fixed or ()}
    return fixed | {zone_of_path(word) for tree in parts_of_tenant(tenant) for word in words_of(tree)}


def _class_of(zones: Zones, choices: Sequence[_Choice]) -> Zones:
    """The representative of the class of a placement."""
    got = dict(zones)
    return tuple(pair for choice in choices for pair in (*choice.fixed, *choice.representative(choice.counts_of(got))))


def _shared_out(roles: Sequence[int], zones: Sequence[int]) -> Iterator[list[list[int]]]:
    """Every way for kinds of roles, so many of each, to use zones of each kind, of which there are so many."""
    if not roles:
        yield []
        return
    for first in _split(roles[0], zones):
        for rest in _shared_out(roles[1:], [have - used for have, used in zip(zones, first, strict=True)]):
            yield [first, *rest]


def _split(count: int, zones: Sequence[int]) -> Iterator[list[int]]:
    if not zones:
        if count == 0:
            yield []
        return
    for used in range(min(count, zones[0]), -1, -1):
        for rest in _split(count - used, zones[1:]):
            yield [used, *rest]


def targets_of_events(scenario: Scenario) -> set[str]:
    """Paths of everything that the events of a scenario act on."""
    targeted: set[str] = set()
    for event in scenario.events:
        for effect in event.do:
            targeted.update(_acted_on(effect))
    return targeted


def zone_kinds(scenario: Scenario) -> dict[str, str]:
    """Zone -> its kind: zones of one kind may be exchanged, with their datacenters, without a difference in world, events or rules."""
    return ZoneExchange(scenario).kinds()


def _acted_on(effect: Any) -> list[str]:
    body = getattr(effect, next(iter(type(effect).model_fields)))
    if isinstance(body, tuple):
        return list(body)
    return [path for name in ("target", "station", "stock", "route") if (path := getattr(body, name, None)) is not None]
