"""Some of very many placements, drawn without a seed: the same ones whatever the seed, the names, and the order of lines.

How many zones that the incident affects a placement uses is settled exactly: half of the draws go to the placements that use any, half to
those that use none, where there are both, and each half keeps its true weight. Within a half, the numbers of affected zones by group are
taken at evenly spaced levels of their distribution. Then zones are drawn one after the other, each as likely as the products of weights
of all sets with it say (conditional Poisson sampling by elementary symmetric polynomials), and dealt to the roles in a drawn order.
So a placement is as likely as the product of its zones' weights. The draws are outputs of SplitMix64 on their number; zones and
roles are put in order beforehand by how they stand in the scenario and in the tenant (`exchange.looks`), never by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import factorial

from simulator.engine.draws import Draws
from simulator.engine.exchange import looks, parts_of_tenant, trees_of
from simulator.engine.streams import DEAL, ZONES
from simulator.model.world import Scenario, Tenant

Open = tuple[tuple[str, ...], Mapping[str, float]]
"""Roles without a zone, and the zones left for them with their weights."""
Zones = tuple[tuple[str, str], ...]
_Side = tuple[list[str], list[tuple[str, float]], list[tuple[str, float]]]
"""Roles, and the zones for them with their weights: those that the incident affects, and the others."""


def sampled(
    groups: Sequence[Open], fixed: Zones, scenario: Scenario, tenant: Tenant, most: int
) -> Iterator[tuple[Zones, float]]:
    """So many placements, with weights that are proportional to what each stands for; see above. `fixed` are roles with known zones."""
    affected = set(scenario.hit_zones)
    zones = [zone for _, weights in groups for zone in weights]
    look = looks(trees_of(scenario), zones)
    shown = looks(parts_of_tenant(tenant), [role for roles, _ in groups for role in roles])
    sides: list[_Side] = []
    for free, weights in groups:
        ordered = sorted(weights, key=lambda zone: (look[zone], weights[zone], zone))
        sides.append((
            sorted(free, key=lambda role: (shown[role], role)),
            [(z, weights[z]) for z in ordered if z in affected], [(z, weights[z]) for z in ordered if z not in affected],
        ))  # fmt: skip
    always = any(zone in affected for _, zone in fixed)
    ways = [
        (numbers, weight)
        for numbers in product(*(range(len(roles) + 1) for roles, _, _ in sides))
        if (weight := _weight(numbers, sides)) > 0.0
    ]
    halves = [[way for way in ways if bool(sum(way[0])) == any_of_them] for any_of_them in (True, False)]
    halves = [ways] if always else [half for half in halves if half]
    draws = Draws(seed=0, replication=0)
    for half, some in enumerate(halves):
        total, count = sum(weight for _, weight in some), most // len(halves)
        for n in range(count):
            chosen = list(fixed)
            for group, ((roles, hit, spared), number) in enumerate(zip(sides, _at(some, (n + 0.5) / count * total), strict=True)):
                stream = f"placement/{half}/{group}/{n}"
                got = [*_drawn(hit, number, draws, f"{stream}/hit"), *_drawn(spared, len(roles) - number, draws, f"{stream}/spared")]
                dealt = draws.permutation(stream, DEAL, len(got))
                chosen += [(role, got[i]) for role, i in zip(roles, dealt, strict=True)]
            yield tuple(chosen), total / count


def _weight(numbers: Sequence[int], sides: Sequence[_Side]) -> float:
    """The sum of the products of weights over all sets of zones with so many affected ones in each group, times the ways to deal them."""
    weight = 1.0
    for number, (roles, hit, spared) in zip(numbers, sides, strict=True):
        rest = len(roles) - number
        if number > len(hit) or rest > len(spared):
            return 0.0
        weight *= _sums([w for _, w in hit], number)[-1][number] * _sums([w for _, w in spared], rest)[-1][rest] * factorial(len(roles))
    return weight


def _sums(weights: Sequence[float], most: int) -> list[list[float]]:
    """Of the first 0, 1, 2, ... weights, the sums over their sets of 0 to `most` of the products."""
    rows = [[1.0] + [0.0] * most]
    for w in weights:
        last = rows[-1]
        rows.append([1.0, *(last[j] + w * last[j - 1] for j in range(1, most + 1))])
    return rows


def _drawn(zones: Sequence[tuple[str, float]], number: int, draws: Draws, stream: str) -> list[str]:
    """So many of some zones, a set as likely as the product of its weights."""
    chosen: list[str] = []
    sums = _sums([w for _, w in zones], number)
    for n in range(len(zones), 0, -1):
        left = number - len(chosen)
        zone, weight = zones[n - 1]
        if left and draws.uniform(stream, ZONES, n) * sums[n][left] < weight * sums[n - 1][left - 1]:
            chosen.append(zone)
    return chosen


def _at(ways: Sequence[tuple[tuple[int, ...], float]], level: float) -> tuple[int, ...]:
    """The way in which the cumulated weight reaches a level."""
    for numbers, weight in ways:
        level -= weight
        if level < 0.0:
            return numbers
    return ways[-1][0]
