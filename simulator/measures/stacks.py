"""What tenants of one class serve, for any state of their units: a stack for each zone, side by side below their addresses.

Zone z gets the weight w_z of the calls, 1 / n of n addresses in use, and its address answers the share a_z of them. Clients who know
several addresses try another one, so that each zone gets w_z a_z (one + (1 - one) / sum(w a)), with `one` the share of those who do
not. Of this it answers min(1, capacity / load), times the served share of everything else that the zone needs; the whole is multiplied
with what the tenant needs once. These are the formulas by which the engine settles a tenant with a route over zones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.measures.crowds import Counts, Flags, Floats

_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """Units of one kind: how many, in which column each zone finds those that it needs, and how the share that is up acts."""

    units: float
    tokens: int
    """How many of them can be away: the units, or fewer that stand for many."""
    columns: tuple[int, ...]
    """By zone."""
    at_least: float | None = None
    carries: float | None = None
    address: bool = False
    of_zone: bool = True
    """Whether each zone has its own."""
    of_all: bool = False
    """Whether the tenant needs it once, and not each zone for itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """How a class of tenants is deployed; columns below `zones` counts are those of the needs, then of addresses, then of launches."""

    zones: int
    needs: tuple[Need, ...]
    single_address: float = 0.0
    withdrawn: tuple[int, ...] = ()
    """By zone: the column that counts why its address is out of use; empty where addresses stay in use."""
    launched: tuple[int, ...] = ()
    """By zone: the column that counts what was launched for it."""
    launch_carries: float = 0.0
    elsewhere: bool = False
    columns: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """For each state: what is served; by zone whether it serves at all, and what its capacity is over the load that reaches it."""

    served: Floats
    serving: tuple[Flags, ...]
    alive: tuple[Flags, ...]
    """Whether everything that the zone itself has is there, whatever the region and the tenant as a whole lack."""
    room: tuple[Floats, ...]


def answered(stack: Stack, away: Counts) -> Answer:
    """What is served in each state; `away[:, c]` units of column c are away."""
    rows = len(away)
    whole = np.ones(rows)
    zones: list[_Zone] = []
    for z in range(stack.zones):
        address, capacity, mine, shared = np.ones(rows), np.full(rows, np.inf), np.ones(rows), np.ones(rows)
        for need in stack.needs:
            if need.of_all and z > 0:
                continue
            up = 1.0 - away[:, need.columns[z]] / need.tokens
            factor = up if need.at_least is None else (up * need.units >= need.at_least - _ROUNDING).astype(np.float64)
            if need.carries is not None:
                capacity = np.minimum(capacity, need.carries * up) if not need.of_all else capacity
                factor = np.ones(rows) if need.at_least is None else factor
            if need.of_all:
                whole *= factor if need.carries is None else factor * np.minimum(1.0, need.carries * up)
            elif need.address:
                address = address * factor
            elif need.of_zone:
                mine = mine * factor
            else:
                shared = shared * factor
        if stack.launched:
            there = away[:, stack.launched[z]] > 0
            capacity = np.where(there, np.maximum(capacity, 0.0) + stack.launch_carries, capacity)
            if stack.elsewhere:
                capacity = np.where(there, stack.launch_carries, capacity)
                address, mine = np.where(there, 1.0, address), np.where(there, 1.0, mine)
        zones.append(_Zone(address=address, capacity=capacity, own=mine, regional=shared))
    return _spread(stack, away, whole, zones)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Zone:
    """Of one zone, in each state: shares of its addresses and of all that is needed besides, and its capacity."""

    address: Floats
    capacity: Floats
    own: Floats
    regional: Floats

    @property
    def alive(self) -> Flags:
        return (self.address > 0) & (self.own > 0) & (self.capacity > 0)


def _spread(stack: Stack, away: Counts, whole: Floats, zones: Sequence[_Zone]) -> Answer:
    """How the calls are spread over the zones, and what comes of them."""
    rows, n = len(away), stack.zones
    used = np.ones((n, rows))
    for z in range(n if stack.withdrawn else 0):
        out = away[:, stack.withdrawn[z]] > 0
        used[z] = ~out | (away[:, stack.launched[z]] > 0) if stack.launched and stack.elsewhere else ~out
    total = used.sum(axis=0)
    # Where nothing is left to choose from, clients go on trying what they know.
    weights = np.where(total > 0, used / np.where(total > 0, total, 1.0), 1.0 / n)
    reached = weights * np.stack([zone.address for zone in zones])
    alive = reached.sum(axis=0)
    one = stack.single_address
    some = alive > 0
    again = np.where(some, one + (1.0 - one) / np.where(some, alive, 1.0), 1.0)
    served = np.zeros(rows)
    room: list[Floats] = []
    for z, zone in enumerate(zones):
        load = reached[z] * again
        busy = load > 0
        room.append(np.where(busy, zone.capacity / np.where(busy, load, 1.0), np.where(zone.capacity > 0, np.inf, 0.0)))
        served += reached[z] * zone.own * zone.regional * np.minimum(1.0, room[z])
    partly = some & (alive < 1.0 - _ROUNDING)
    served = np.where(partly, one * served + (1.0 - one) * np.minimum(1.0, served / np.where(some, alive, 1.0)), served)
    served = np.minimum(1.0, served * whole)
    serving = tuple(zone.alive & (zone.regional > 0) & (whole > 0) for zone in zones)
    served = np.where(served > 1.0 - 1e-12, 1.0, served)
    return Answer(served=served, serving=serving, alive=tuple(zone.alive for zone in zones), room=tuple(room))
