"""A population of tenants in an incident: the world is replayed, and what it did to each tenant worked out afterwards, all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of
from simulator.ensemble.comparing import DRAWN, event_marks
from simulator.ensemble.dice import BLOCK, Dice
from simulator.ensemble.envelopes import Curves, bands
from simulator.ensemble.estimating import FEW, warnings_of
from simulator.ensemble.living import Block, Night
from simulator.ensemble.loading import Names, Numbers, load
from simulator.ensemble.population_results import Assumed, PopulationResult, PopulationRow
from simulator.ensemble.redrawing import assumed_anew
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Origin
from simulator.ensemble.settling import Settled, around, settled
from simulator.ensemble.studies import identity_of
from simulator.ensemble.tallying import Crowd, Tally, all_of, crowd_of, notes_of
from simulator.measures.clocks import Gate, Queue, need_curve, queue_of, served_curve
from simulator.measures.fates import fates_of
from simulator.measures.index import TraceIndex
from simulator.model.population import Population
from simulator.model.world import Scenario

TENANTS, REPLICATIONS = 10_000, 50
"""What is taken where nothing else is asked for."""


def population(
    scenario: str | Path, name: str | Path | None = None, *, tenants: int = TENANTS, replications: int = REPLICATIONS, seed: int = 1,
    without: Names = (), with_: Names = (), numbers: Numbers | None = None, vary_assumed: bool = False, running: Running = HERE,
) -> PopulationResult:  # fmt: skip
    """Replay a scenario, and work out what it did to so many tenants of a population.

    Without a `name` it is the population of the catalogue that is called as the scenario's world. With `vary_assumed` it is replayed
    again, a fifth as often, with every assumed number drawn anew. ScenarioError where there is no such population.
    """
    from simulator.scenario import populations

    if name is None and not numbers:
        loaded = load(scenario, without=without, with_=with_)
        path = populations.chosen(None, loaded.scenario.world.name)
    else:
        # Which numbers may be set depends on the population, and which population there is on the scenario.
        path = populations.chosen(name, "" if name is not None else load(scenario).scenario.world.name)
        loaded = load(scenario, without=without, with_=with_, numbers=numbers, architectures=[path])
    found = populations.load_population(path, loaded.scenario, set_=loaded.numbers)

    again = Again(source=scenario, people=path, seed=seed, without=tuple(without), with_=tuple(with_), numbers=dict(loaded.numbers))
    return lived(
        loaded.scenario, found, origin=loaded.origin(seed), tenants=tenants, replications=replications, running=running,
        again=again if vary_assumed else None,
    )  # fmt: skip


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


def lived(
    scenario: Scenario, people: Population, *, origin: Origin, tenants: int, replications: int, running: Running = HERE,
    again: Again | None = None,
) -> PopulationResult:  # fmt: skip
    """What came of a population in so many replications of a scenario, and of both with other numbers, where `again` draws these."""
    nights = Nights(origin=origin, scenario=scenario, people=people, tenants=tenants)
    varied = 0 if again is None else max(FEW, replications // 5)
    tallies, others = ([Tally() for _ in range(len(people.classes) + 1)] for _ in range(2))
    curves: list[Curves] = []
    sizes: list[tuple[float, ...]] = []

    def add(one: Sample) -> None:
        sizes.append(one.sizes)
        if one.times:
            curves.append(Curves(times=np.array(one.times), values=np.array(one.shares)))
        for tally, notes in zip(tallies, one.notes, strict=True):
            tally.add(notes)

    def add_other(one: Sample) -> None:
        for tally, share, size, notes in zip(others, one.written, one.sizes, one.notes, strict=True):
            tally.add({"share": share, "share_of_users": size / one.sizes[0]})
            tally.add(notes)

    taken = gather(nights, replications, running.within(0, replications + varied), add, key="population")
    if again is not None:
        other = VariedNights(nights=nights, again=again)
        gather(other, varied, running.within(replications, replications + varied), add_other, key="population varied")
    tenants_down, users_down = bands(curves, scenario.horizon)
    rows = _rows(nights, sizes[0], tallies, others if varied else [None] * len(tallies))
    return PopulationResult(
        origin=origin, summary=scenario.summary, population=people.name, population_summary=people.summary, objective=people.objective,
        replications=taken, rows=rows, shares_as_written={one.name: one.share for one in people.classes},
        tenants_down=tenants_down, users_down=users_down, events=event_marks(scenario),
        warnings=(*warnings_of(taken), *_too_small(rows[1:])), varied=varied,
    )  # fmt: skip


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


def _rows(nights: Nights, users: Sequence[float], tallies: Sequence[Tally], others: Sequence[Tally | None]) -> tuple[PopulationRow, ...]:
    """All tenants first, then each class."""
    classes = settled(nights.scenario, nights.people)
    counts = apportioned([one.share for one in classes], nights.tenants)
    told: list[tuple[str | None, str]] = [(None, nights.people.summary), *((one.of.name, one.of.summary) for one in classes)]
    return tuple(
        PopulationRow(
            name=name, summary=summary, share=count / nights.tenants, share_of_users=size / users[0], sample_tenants=count,
            sample_users=size, toll=tally.toll(), assumed=None if other is None else _assumed(other),
        )
        for (name, summary), count, size, tally, other in zip(told, [nights.tenants, *counts], users, tallies, others, strict=True)
    )  # fmt: skip


def _assumed(tally: Tally) -> Assumed:
    return Assumed(share=tally.of("share", 1.0), share_of_users=tally.of("share_of_users", 1.0), toll=tally.toll())


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


FEW_TENANTS = 20


def _too_small(rows: Sequence[PopulationRow]) -> tuple[str, ...]:
    few = [str(row.name) for row in rows if row.sample_tenants < FEW_TENANTS]
    if not few:
        return ()
    return (f"fewer than {FEW_TENANTS} tenants stand for {', '.join(few)}: take more tenants",)
