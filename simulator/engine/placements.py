"""Which zones an architecture got: every way to place it, with ways that no event can tell apart taken together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from simulator.engine.names import rule_owner
from simulator.model.world import Scenario, Tenant


@dataclass(kw_only=True, slots=True, frozen=True)
class Placement:
    """One class of equivalent placements: role -> zone of a representative, its share of all placements, and whether it is hit."""

    zones: tuple[tuple[str, str], ...]
    weight: float
    hit: bool

    def text(self) -> str:
        """How tables and JSON name it: `a=region/zone-1 b=...`."""
        return " ".join(f"{role}={zone}" for role, zone in self.zones)


def zones_of(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Region -> zone -> weight of the zone when placements are averaged."""
    out: dict[str, dict[str, float]] = {}
    for dc in scenario.world.datacenters:
        region, zone, _ = dc.path.split("/", 2)
        out.setdefault(region, {})[f"{region}/{zone}"] = dc.zone_weight
    return out


def placements(scenario: Scenario, tenant: Tenant, kinds: Mapping[str, object] | None = None) -> list[Placement]:
    """All placements of a tenant, hit ones first. Zones are taken in order; which role a zone gets is no further choice.

    `kinds` are those of `zone_kinds`, for who asks for many tenants of one scenario.
    """
    zones = zones_of(scenario)
    kinds = zone_kinds(scenario) if kinds is None else kinds
    weights: dict[tuple[object, ...], float] = {}
    first: dict[tuple[object, ...], tuple[tuple[tuple[str, str], ...], bool]] = {}
    for ways in product(*(list(_ways(group.region, len(group.roles), group.fixed, zones)) for group in tenant.placement)):
        roles: list[tuple[str, str]] = []
        weight = 1.0
        for group, (chosen, w) in zip(tenant.placement, ways, strict=True):
            roles += zip(group.roles, chosen, strict=True)
            weight *= w
        chosen_zones = [zone for _, zone in roles]
        hit = any(zone in scenario.hit_zones for zone in chosen_zones)
        key = (hit, *(kinds[zone] for zone in chosen_zones))
        weights[key] = weights.get(key, 0.0) + weight
        first.setdefault(key, (tuple(roles), hit))
    everything = sum(weights.values())
    out = [Placement(zones=chosen, weight=weights[key] / everything, hit=is_hit) for key, (chosen, is_hit) in first.items()]
    return sorted(out, key=lambda p: (not p.hit, p.zones))


def _ways(
    region: str, count: int, fixed: tuple[str, ...] | None, zones: dict[str, dict[str, float]]
) -> Iterator[tuple[tuple[str, ...], float]]:
    if fixed is not None:
        yield tuple(fixed), 1.0
        return
    if region not in zones:
        msg = f"region {region} does not exist in this world; it has {', '.join(sorted(zones))}"
        raise ValueError(msg)
    if count > len(zones[region]):
        msg = f"{count} zones of {region} are asked for, and it has {len(zones[region])}"
        raise ValueError(msg)
    for chosen in combinations(sorted(zones[region]), count):
        weight = 1.0
        for zone in chosen:
            weight *= zones[region][zone]
        yield chosen, weight


def targets_of_events(scenario: Scenario) -> set[str]:
    """Paths of everything that the events of a scenario act on."""
    targeted: set[str] = set()
    for event in scenario.events:
        for effect in event.do:
            targeted.update(_acted_on(effect))
    return targeted


def zone_kinds(scenario: Scenario) -> dict[str, object]:
    """What tells zones of a region apart: what stands in them and in their datacenters, and what events do there, but for sizes."""
    world = scenario.world
    told: dict[str, set[str]] = {}
    everything: list[Any] = [*world.components, *world.stations, *world.stocks]
    named = [(one.path, one) for one in everything] + [(rule_owner(r), r) for r in (*world.rules, *scenario.rules)]
    for path, text in [*((path, one.model_dump_json(exclude=_OF_NO_MATTER)) for path, one in named), *_deeds(scenario)]:
        parts = path.split("/")
        for depth in (2, 3):
            place = "/".join(parts[:depth])
            zone = "/".join(parts[:2])
            told.setdefault(place, set()).add(text.replace(place, "@").replace(zone, "@@"))
    datacenters = {dc.path for dc in world.datacenters}
    kinds: dict[str, object] = {}
    members: dict[str, list[tuple[float, frozenset[str]]]] = {}
    for dc in sorted(world.datacenters, key=lambda d: d.path):
        members.setdefault("/".join(dc.path.split("/")[:2]), []).append((dc.share, frozenset(told.get(dc.path, ()))))
    of_zone: dict[str, set[str]] = {zone: set() for zone in members}
    for path, texts in told.items():
        zone = "/".join(path.split("/")[:2])
        if zone in of_zone and path != zone and path not in datacenters:
            of_zone[zone] |= texts
    for zone, inside in members.items():
        alike = {texts for _, texts in inside}
        kinds[zone] = (zone.split("/")[0], frozenset(alike) if len(alike) == 1 else tuple(inside), frozenset(of_zone[zone]))
    return kinds


_OF_NO_MATTER = {"units", "summary", "basis"}
"""Fields that tell no zones apart: buildings of all sizes count as alike where the same stands in them."""


def _deeds(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """What events do, by the path of each thing that they do it to."""
    for event in scenario.events:
        for effect in event.do:
            text = effect.model_dump_json()
            for path in _acted_on(effect):
                yield path, f"{event.at} {text}"


def _acted_on(effect: Any) -> list[str]:
    body = getattr(effect, next(iter(type(effect).model_fields)))
    if isinstance(body, tuple):
        return list(body)
    return [path for name in ("target", "station", "stock", "route") if (path := getattr(body, name, None)) is not None]
