"""What one replication of the world did to a block of tenants of one class: where they stood, which units they lost, what they served.

Nothing here loops over tenants. A tenant draws its zones, for each zone how much of it is in which datacenter (Beta sticks with the
datacenters' shares as means, as for a tenant that rides in the engine), and for each kind of its units one place: unit i of n stands at
(i + place) / n of what it rides, so that units of one tenant are spread evenly, and those of two tenants have nothing in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.distributions import Beta
from simulator.distributions.arrays import drawn
from simulator.engine.streams import (
    CHANGE,
    DELAY,
    DETECTION,
    ENTERING,
    EXPOSURE,
    HEARD,
    HOUSE,
    LAUNCH,
    LEAVING,
    PLACE,
    RETURN,
    SHIFT,
    TAKES,
    ZONES,
    of_population,
)  # fmt: skip
from simulator.ensemble.dice import BLOCK, Dice
from simulator.ensemble.settling import Riding, Settled
from simulator.measures.clocks import Gate, Queue
from simulator.measures.crowds import Changes, Floats, Fortunes, Ints, States, away, fortunes, runs, states, together
from simulator.measures.fates import Fates
from simulator.measures.stacks import Answer, Stack, answered
from simulator.model.population import Launching, Leaving

Codes = NDArray[np.int16]


@dataclass(frozen=True, kw_only=True)
class Night:
    """What tenants can meet in one replication: fates of batches, queues by path of the station, gates by path of the component."""

    horizon: float
    fates: Fates
    queues: Mapping[str, Queue]
    gates: Mapping[str, Gate]


@dataclass(frozen=True, kw_only=True)
class Lived:
    """A block of tenants after the night. `users` are numbers of people."""

    users: Floats
    fortunes: Fortunes


@dataclass(frozen=True, kw_only=True)
class _Units:
    """One kind of units, in one column: where those of each tenant begin."""

    riding: Riding
    column: int
    place: Floats


class Block:
    """Tenants of a class in one replication: `n` of all `count`, from number `block` times the size of a block on."""

    def __init__(self, *, settled: Settled, night: Night, dice: Dice, block: int, n: int, count: int) -> None:
        self.settled, self.night, self.dice, self.block, self.n, self.count = settled, night, dice, block, n, count
        self.codes = {zone: code for code, zone in enumerate(settled.zones)}
        self._exposures: dict[tuple[int, str], tuple[Ints, list[Floats]]] = {}
        self._zones = self._placed()

    def uniforms(self, purpose: str) -> Floats:
        """One number for each tenant."""
        return self.dice.uniforms(self.settled.of.name, purpose, self.block, self.n)

    def lived(self, objective: float) -> Lived:
        """What they went through."""
        stack, horizon = self.settled.stack, self.night.horizon
        changes = together([part for riding in self.settled.ridings for part in self._lost(riding)])
        now = states(changes, stack.columns, horizon)
        answer = answered(stack, now.away)
        if self.settled.shift is not None:
            changes = together([changes, *self._shifts(now, answer)])
            now = states(changes, stack.columns, horizon)
            answer = answered(stack, now.away)
        if self.settled.launches is not None:
            changes = together([changes, *self._launches(now, answer)])
            now = states(changes, stack.columns, horizon)
            answer = answered(stack, now.away)
        found = fortunes(
            answer.served, now, tenants=self.n, before=served_at_first(stack), objective=objective, horizon=horizon
        )
        return Lived(users=self._sizes(), fortunes=found)

    def _sizes(self) -> Floats:
        """Users of each: evenly spread quantiles of their law, so that replications differ by the night alone."""
        number = self.block * BLOCK + np.arange(self.n)
        return drawn(self.settled.of.users, (number + 0.5) / self.count)

    # -- where they stand --------------------------------------------------------------------------------------------------------

    def _placed(self) -> Codes:
        """The zone of each tenant in each slot."""
        zones = np.empty((self.n, len(self.settled.regions)), dtype=np.int16)
        for ways in self.settled.ways:
            table = np.array([[self.codes[zone] for zone in chosen] for chosen in ways.sets], dtype=np.int16)
            choice = np.searchsorted(ways.bounds, self.uniforms(of_population(ZONES, ways.region)), side="right")
            zones[:, ways.slots.start : ways.slots.stop] = table[np.minimum(choice, len(table) - 1)]
        return zones

    def _in(self, slot: int, zone: str) -> Ints:
        return np.flatnonzero(self._zones[:, slot] == self.codes[zone])

    def _exposure(self, slot: int, zone: str) -> tuple[Ints, list[Floats]]:
        """The tenants that have this zone in this slot, and of each the cumulated shares of its units in the zone's datacenters."""
        known = self._exposures.get((slot, zone))
        if known is None:
            who = self._in(slot, zone)
            shares = self.settled.zones[zone]
            left, rest, total = np.ones(len(who)), 1.0, np.zeros(len(who))
            bounds = []
            for k, share in enumerate(shares[:-1]):
                law = Beta(average=share / rest, concentration=self.settled.concentration * rest)
                part = drawn(law, self.uniforms(of_population(EXPOSURE, slot, k))[who])
                total = total + left * part
                bounds.append(total)
                left, rest = left * (1.0 - part), rest - share
            known = self._exposures[slot, zone] = (who, bounds)
        return known

    # -- what they lose ------------------------------------------------------------------------------------------------------------

    def _lost(self, riding: Riding) -> list[Changes]:
        """What is lost of one kind of units; of zones in which nothing was, nothing is worked out."""
        begun = self.night.fates.begin
        struck = [zone for zone, members in riding.rides.items() if any(path in begun for _, path in members)]
        parts: list[Changes] = []
        for column, slots in riding.columns if struck else ():
            units = _Units(riding=riding, column=column, place=self.uniforms(of_population(riding.held.name, PLACE, column)))
            house = self.uniforms(of_population(riding.held.name, HOUSE, column))
            for zone in struck:
                if riding.spread and len(riding.rides[zone]) > 1:
                    parts += self._spread_out(units, zone, *self._exposure(slots[0], zone))
                    continue
                for at, slot in enumerate(slots):
                    who = self._in(slot, zone)
                    own = house[who] * len(slots) - at
                    chosen = (own >= 0) & (own < 1)
                    parts += self._together(units, zone, who[chosen], own[chosen])
        return parts

    def _spread_out(self, units: _Units, zone: str, who: Ints, bounds: list[Floats]) -> list[Changes]:
        """Units in all datacenters of a zone, each tenant's as it is exposed."""
        edges = [np.zeros(len(who)), *bounds, np.ones(len(who))]
        tokens, place = units.riding.tokens, units.place[who]
        parts = []
        for (_, path), low, high in zip(units.riding.rides[zone], edges[:-1], edges[1:], strict=True):
            for i in range(tokens if path in self.night.fates.begin else 0):
                at = standing(i, tokens, place)
                inside = np.flatnonzero((low <= at) & (at < high))
                within = (at[inside] - low[inside]) / (high[inside] - low[inside])
                parts.append(self._away(units.column, who[inside], path, within))
        return parts

    def _together(self, units: _Units, zone: str, who: Ints, house: Floats) -> list[Changes]:
        """Units that are all in one datacenter, drawn by share."""
        tokens, low = units.riding.tokens, 0.0
        parts = []
        for share, path in units.riding.rides[zone]:
            inside = who[(low <= house) & (house < low + share)]
            for i in range(tokens if path in self.night.fates.begin else 0):
                parts.append(self._away(units.column, inside, path, standing(i, tokens, units.place[inside])))
            low += share
        return parts

    def _away(self, column: int, who: Ints, path: str, positions: Floats) -> Changes:
        fates = self.night.fates.of(path, positions)
        hit = np.flatnonzero(fates >= 0)
        whose, lost, back = self.night.fates.losses(fates[hit])
        return away(who[hit][whose], column, lost, back)

    # -- what is done about it -----------------------------------------------------------------------------------------------------

    def _shifts(self, of: States, answer: Answer) -> list[Changes]:
        """Addresses of zones in which nothing serves are taken out of use while another zone serves, and back when they serve again."""
        shift = self.settled.shift
        assert shift is not None
        some = np.logical_or.reduce(answer.serving)
        parts = []
        for z, column in enumerate(self.settled.stack.withdrawn):
            rows, ends = runs(~answer.serving[z] & some, of)
            who, since = of.tenant[rows], of.time[rows]
            noticed = since + drawn(shift.detect, self.uniforms(of_population(SHIFT, DETECTION, z))[who])
            # What has passed before anybody noticed is not acted upon.
            kept = ends > noticed
            who, noticed, ends = who[kept], noticed[kept], ends[kept]
            out = self._worked(shift, of_population(SHIFT, LEAVING, z), z, who, noticed) + shift.ttl
            again = np.maximum(ends, out) + drawn(shift.detect, self.uniforms(of_population(SHIFT, RETURN, z))[who])
            back = self._worked(shift, of_population(SHIFT, ENTERING, z), z, who, again) + shift.ttl
            parts.append(away(who, column, out, back))
        return parts

    def _launches(self, of: States, answer: Answer) -> list[Changes]:
        """What is launched for each zone the first time that it has had too little for long enough."""
        launch = self.settled.launches
        assert launch is not None
        parts = []
        for z, column in enumerate(self.settled.stack.launched):
            short = answer.room[z] < launch.below
            if launch.elsewhere:
                short |= ~answer.alive[z]
            rows, ends = runs(short, of)
            who, since = of.tenant[rows], of.time[rows]
            asked = since + drawn(launch.after, self.uniforms(of_population(LAUNCH, DELAY, z))[who])
            late = np.flatnonzero(ends > asked)
            who, first = np.unique(who[late], return_index=True)
            asked = asked[late][first]
            marks = -np.log1p(-self.uniforms(of_population(LAUNCH, HEARD, z))[who])
            heard = self.night.gates[f"{self.settled.regions[z]}/{launch.needs}"].opens(asked, launch.poll, marks)
            ready = heard + drawn(launch.takes, self.uniforms(of_population(LAUNCH, TAKES, z))[who])
            there = self._worked(launch, of_population(LAUNCH, CHANGE, z), z, who, ready)
            parts.append(away(who, column, there, np.full(len(who), np.inf)))
        return parts

    def _worked(self, asking: Leaving | Launching, purpose: str, slot: int, who: Ints, since: Floats) -> Floats:
        """When a change that is asked for at each of these instants has been made."""
        if asking.station is None:
            return since
        queue = self.night.queues[f"{self.settled.regions[slot]}/{asking.station}"]
        return queue.done(since, drawn(asking.work, self.uniforms(purpose)[who]))


def standing(i: int, n: int, place: Floats) -> Floats:
    """Where unit i of n stands in what it rides, in [0, 1)."""
    return (i + place) / n


def served_at_first(stack: Stack) -> float:
    """What is served while nothing is away."""
    return float(answered(stack, np.zeros((1, stack.columns), dtype=np.int32)).served[0])
