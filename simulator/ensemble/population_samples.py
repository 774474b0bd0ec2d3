"""What is kept of each replication of a population: what is noted of all tenants and of each class, once the world has been replayed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of
from simulator.ensemble.dice import BLOCK, Dice
from simulator.ensemble.envelopes import Curves
from simulator.ensemble.living import Block, Night
from simulator.ensemble.redrawing import assumed_anew
from simulator.ensemble.results import Origin
from simulator.ensemble.sampling import DRAWN
from simulator.ensemble.settling import Settled, around, settled
from simulator.ensemble.studies import identity_of
from simulator.ensemble.tallying import Crowd, all_of, crowd_of, notes_of
from simulator.measures.clocks import Gate, Queue, need_curve, queue_of, served_curve
from simulator.measures.fates import fates_of
from simulator.measures.index import TraceIndex
from simulator.model.population import Population
from simulator.model.world import Scenario


@dataclass(kw_only=True, frozen=True)
class Again:
    """A scenario and a population, read anew for a replication with every assumed number drawn from its range."""

    source: str | Path
    people: str | Path
    seed: int
    without: tuple[str, ...]
    with_: tuple[str, ...]
    numbers: dict[str, Any]

    def __call__(self, n: int) -> tuple[Scenario, Population]:
        from simulator.scenario import building, populations

        vary = assumed_anew(self.seed, n)
        switches: dict[str, Any] = {"without": self.without, "with_": self.with_, "set_": self.numbers, "vary": vary}
        scenario = building.load(self.source, beside=[self.people], **switches)
        return scenario, populations.load_population(self.people, scenario, set_=self.numbers, vary=vary)


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication of all tenants, and of those of each class in turn: what is noted of them, and how many users they are.

    `shares` of all tenants and of all users are down from each of `times` on; of the first replications alone, for pictures.
    """

    notes: tuple[dict[str, float], ...]
    sizes: tuple[float, ...]
    written: tuple[float, ...]
    """Of each, the share of all tenants that the population says."""
    times: tuple[float, ...] = ()
    shares: tuple[tuple[float, float], ...] = ()


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario, and so many tenants of a population in it."""

    origin: Origin
    scenario: Scenario
    people: Population
    tenants: int

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        people = sha256(self.people.model_dump_json().encode()).hexdigest()
        return identity_of(self.origin, (), riders=self.people.name, riders_sha256=people, tenants=self.tenants)

    def ready(self) -> Callable[[int], Sample]:
        living = _Living(self.scenario, self.people, tenants=self.tenants)
        return lambda n: living.sample(self.origin.seed, n, drawn=n < DRAWN)


@dataclass(kw_only=True, frozen=True)
class VariedNights:
    """The same with every assumed number of scenario and population drawn anew in each replication."""

    nights: Nights
    again: Again

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return {**self.nights.identity, "vary": "assumed"}

    def ready(self) -> Callable[[int], Sample]:
        seed, tenants = self.nights.origin.seed, self.nights.tenants
        return lambda n: _Living(*self.again(n), tenants=tenants).sample(seed, n, drawn=False)


class _Living:
    """So many tenants of a population in the world of a scenario."""

    def __init__(self, scenario: Scenario, people: Population, *, tenants: int) -> None:
        self.scenario, self.people, self.tenants = scenario, people, tenants
        self.plan = plan_of(scenario, [])
        self.classes = settled(scenario, people)
        self.counts = apportioned([one.share for one in self.classes], tenants)

    def sample(self, seed: int, replication: int, *, drawn: bool) -> Sample:
        """What is kept of one replication."""
        crowds = self._after(seed, replication)
        curves = crowds[0].shares_down()
        known: list[Curves | None] = [curves, *[None] * len(self.classes)]
        return Sample(
            notes=tuple(notes_of(crowd, own) for crowd, own in zip(crowds, known, strict=True)),
            sizes=tuple(float(crowd.users.sum()) for crowd in crowds), written=(1.0, *(one.share for one in self.classes)),
            times=tuple(curves.times.tolist()) if drawn else (), shares=tuple(map(tuple, curves.values.tolist())) if drawn else (),
        )  # fmt: skip

    def _after(self, seed: int, replication: int) -> list[Crowd]:
        """All tenants, and those of each class, after one replication."""
        index = TraceIndex(replay(self.plan, seed=seed, replication=replication))
        dice = Dice(seed=seed, replication=replication, population=self.people.name)
        night = night_of(self.scenario, self.plan, index, self.classes, dice)
        crowds = []
        for one, count in zip(self.classes, self.counts, strict=True):
            sizes = [min(BLOCK, count - first) for first in range(0, count, BLOCK)]
            blocks = [Block(settled=one, night=night, dice=dice, block=k, n=n, count=count) for k, n in enumerate(sizes)]
            crowds.append(all_of([crowd_of(block.lived(self.people.objective)) for block in blocks]))
        return [all_of(crowds), *crowds]


def apportioned(shares: Sequence[float], tenants: int) -> list[int]:
    """How many tenants each class has: whole ones, by largest remainder."""
    quotas = [share * tenants for share in shares]
    counts = [int(quota + 1e-9) for quota in quotas]
    for i in sorted(range(len(quotas)), key=lambda i: (counts[i] - quotas[i], i))[: tenants - sum(counts)]:
        counts[i] += 1
    return counts


def night_of(scenario: Scenario, plan: Plan, index: TraceIndex, classes: Sequence[Settled], dice: Dice) -> Night:
    """What one replication of the world holds for tenants of these classes."""
    ridden = {path for one in classes for riding in one.ridings for members in riding.rides.values() for _, path in members}
    batches = {c.owner: c.batches for c in plan.cohorts if c.owner in ridden}
    paths = {c.path for c in scenario.world.components}
    stations = {s.path: i for i, s in enumerate(plan.stations)}
    queues: dict[str, Queue] = {}
    gates: dict[str, Gate] = {}
    for one in classes:
        for region in one.regions:
            for asking in (one.shift, one.launches):
                if asking is not None and asking.station is not None and f"{region}/{asking.station}" not in queues:
                    at = stations[str(around(set(stations), region, asking.station))]
                    queues[f"{region}/{asking.station}"] = _queue(plan, index, at)
            if one.launches is not None:
                path = str(around(paths, region, one.launches.needs))
                gates[f"{region}/{one.launches.needs}"] = Gate(curve=served_curve(index, path))
    fates = fates_of(index, batches, lambda owner, n: dice.uniforms("", owner, 0, n))
    return Night(horizon=scenario.horizon, fates=fates, queues=queues, gates=gates)


def _queue(plan: Plan, index: TraceIndex, at: int) -> Queue:
    station = plan.stations[at]
    need = (lambda _: 1.0) if station.need is None else station.need
    curve = need_curve(index, need, station.reads, plan.owners, plan.values)
    return queue_of(index.trace.waits.get(station.path, ()), curve, station.capacity)
