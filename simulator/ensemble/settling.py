"""Classes of tenants settled in a world: which zones there are to be had, what in them each unit rides, and what it means to lose it."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from simulator.engine.placements import zones_of
from simulator.measures.stacks import Need, Stack
from simulator.model.population import Held, Launching, Leaving, Population, TenantClass
from simulator.model.world import Scenario

Floats = NDArray[np.float64]
MOST_TOKENS = 100
"""More units of one tenant move in this many parts."""

Rides = Mapping[str, tuple[tuple[float, str], ...]]
"""Zone -> what is ridden there: share and path, in each of its datacenters, or one for the whole zone or region."""


@dataclass(frozen=True, kw_only=True)
class Ways:
    """The sets of zones of one region that a tenant may get, with their cumulated probabilities, and which of its zones they are."""

    region: str
    sets: tuple[tuple[str, ...], ...]
    bounds: Floats
    slots: range


@dataclass(frozen=True, kw_only=True)
class Riding:
    """One kind of units: the columns that count those away, the zones (by slot) in which each column's may live, and what they ride."""

    held: Held
    tokens: int
    columns: tuple[tuple[int, tuple[int, ...]], ...]
    rides: Rides

    @property
    def spread(self) -> bool:
        """Whether the units of a zone are spread over its datacenters."""
        return self.held.per == "zone" and self.held.lives_in == "zone"


@dataclass(frozen=True, kw_only=True)
class Settled:
    """One class in one world."""

    of: TenantClass
    share: float
    ways: tuple[Ways, ...]
    ridings: tuple[Riding, ...]
    stack: Stack
    zones: Mapping[str, tuple[float, ...]]
    """Zone -> shares of its datacenters."""
    concentration: float
    regions: tuple[str, ...]
    """By slot."""

    @property
    def shift(self) -> Leaving | None:
        return self.of.shift if self.stack.withdrawn else None

    @property
    def launches(self) -> Launching | None:
        return self.of.launches


def settled(scenario: Scenario, population: Population) -> list[Settled]:
    """Every class of a population in the world of a scenario."""
    shares = population.shares()
    return [_settled(scenario, one, shares[one.name]) for one in population.classes]


def around(paths: frozenset[str] | set[str], place: str, name: str) -> str | None:
    """The path that a name has in a place, or else in one around it; None where there is no such thing."""
    while place:
        if f"{place}/{name}" in paths:
            return f"{place}/{name}"
        place = place.rpartition("/")[0]
    return name if name in paths else None


def _settled(scenario: Scenario, one: TenantClass, share: float) -> Settled:
    by_region = zones_of(scenario)
    ways: list[Ways] = []
    regions: list[str] = []
    for used in one.placement:
        ways.append(_ways(used.region, used.zones, by_region[used.region], len(regions)))
        regions += [used.region] * used.zones
    columns, ridings, needs = 0, [], []
    for held in one.has:
        riding, need = _riding(scenario, held, tuple(regions), columns)
        ridings.append(riding)
        needs.append(need)
        columns += len(riding.columns)
    slots = len(regions)
    withdrawn = tuple(range(columns, columns + slots)) if one.shift is not None and slots > 1 else ()
    columns += len(withdrawn)
    launched = tuple(range(columns, columns + slots)) if one.launches is not None else ()
    stack = Stack(
        zones=slots, needs=tuple(needs), single_address=one.single_address, withdrawn=withdrawn, launched=launched,
        launch_carries=0.0 if one.launches is None else one.launches.carries,
        elsewhere=one.launches is not None and one.launches.elsewhere, columns=columns + len(launched),
    )  # fmt: skip
    zones: dict[str, list[float]] = {}
    for dc in sorted(scenario.world.datacenters, key=lambda d: d.path):
        zones.setdefault(dc.path.rpartition("/")[0], []).append(dc.share)
    return Settled(
        of=one, share=share, ways=tuple(ways), ridings=tuple(ridings), stack=stack, regions=tuple(regions),
        zones={zone: tuple(s / sum(found) for s in found) for zone, found in zones.items()},
        concentration=scenario.world.exposure_concentration,
    )  # fmt: skip


def _ways(region: str, count: int, weights: Mapping[str, float], first: int) -> Ways:
    sets = tuple(combinations(sorted(weights), count))
    chances = np.array([np.prod([weights[zone] for zone in chosen]) for chosen in sets])
    return Ways(region=region, sets=sets, bounds=np.cumsum(chances / chances.sum()), slots=range(first, first + count))


def _riding(scenario: Scenario, held: Held, regions: tuple[str, ...], first: int) -> tuple[Riding, Need]:
    slots = range(len(regions))
    groups: list[tuple[int, ...]]
    if held.per == "zone":
        groups = [(z,) for z in slots]
    elif held.per == "region":
        groups = [tuple(z for z in slots if regions[z] == region) for region in dict.fromkeys(regions)]
    else:
        groups = [tuple(slots)]
    columns = tuple((first + k, group) for k, group in enumerate(groups))
    tokens = int(min(max(1, round(held.units)), MOST_TOKENS))
    column_of = {z: column for column, group in columns for z in group}
    need = Need(
        units=held.units, tokens=tokens, columns=tuple(column_of[z] for z in slots), at_least=held.serves_at_least, carries=held.carries,
        address=held.address, of_zone=held.per == "zone", of_all=held.per == "tenant",
    )  # fmt: skip
    return Riding(held=held, tokens=tokens, columns=columns, rides=_rides(scenario, held.rides, set(regions))), need


def _rides(scenario: Scenario, name: str, regions: set[str]) -> Rides:
    paths = {c.path for c in scenario.world.components}
    found: dict[str, list[tuple[float, str]]] = {}
    for dc in sorted(scenario.world.datacenters, key=lambda d: d.path):
        zone = dc.path.rpartition("/")[0]
        path = around(paths, dc.path, name)
        if dc.path.split("/")[0] in regions and path is not None:
            found.setdefault(zone, []).append((dc.share, path))
    out: dict[str, tuple[tuple[float, str], ...]] = {}
    for zone, members in found.items():
        total = sum(share for share, _ in members)
        one = {path for _, path in members}
        # One for the whole zone or region is in no datacenter.
        out[zone] = ((1.0, one.pop()),) if len(one) == 1 else tuple((share / total, path) for share, path in members)
    return out
