"""A population of tenants in an incident: the world is replayed, and what it did to each tenant worked out afterwards, all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from simulator.engine.draws import Draws
from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of
from simulator.ensemble.comparing import event_marks
from simulator.ensemble.dice import BLOCK, Dice
from simulator.ensemble.envelopes import Curves, bands
from simulator.ensemble.estimating import FEW, warnings_of
from simulator.ensemble.living import Block, Night
from simulator.ensemble.loading import Names, Numbers, load
from simulator.ensemble.population_results import Assumed, PopulationResult, PopulationRow
from simulator.ensemble.results import Origin
from simulator.ensemble.settling import Settled, around, settled
from simulator.ensemble.tallying import Crowd, Tally, all_of, crowd_of
from simulator.measures.clocks import Gate, Queue, need_curve, queue_of, served_curve
from simulator.measures.fates import fates_of
from simulator.measures.index import TraceIndex
from simulator.model.population import Population
from simulator.model.world import Scenario

Progress = Callable[[int, int], None]
Again = Callable[[int], tuple[Scenario, Population]]
"""From a replication to the scenario and the population with other numbers."""
TENANTS, REPLICATIONS = 10_000, 50
"""What is taken where nothing else is asked for."""


def population(
    scenario: str | Path, name: str | Path | None = None, *, tenants: int = TENANTS, replications: int = REPLICATIONS, seed: int = 1,
    without: Names = (), with_: Names = (), numbers: Numbers | None = None, vary_assumed: bool = False, progress: Progress | None = None,
) -> PopulationResult:  # fmt: skip
    """Replay a scenario, and work out what it did to so many tenants of a population.

    Without a `name` it is the population of the catalogue that is called as the scenario's world. With `vary_assumed` it is replayed
    again, a fifth as often, with every assumed number drawn anew. ScenarioError where there is no such population.
    """
    from simulator.scenario import building, populations

    if name is None and not numbers:
        loaded = load(scenario, without=without, with_=with_)
        path = populations.chosen(None, loaded.scenario.world.name)
    else:
        # Which numbers may be set depends on the population, and which population there is on the scenario.
        path = populations.chosen(name, "" if name is not None else load(scenario).scenario.world.name)
        loaded = load(scenario, without=without, with_=with_, numbers=numbers, architectures=[path])
    found = populations.load_population(path, loaded.scenario, set_=loaded.numbers)

    def again(n: int) -> tuple[Scenario, Population]:
        draws = Draws(seed=seed, replication=n)

        def vary(number: str) -> float:
            return draws.uniform(f"number/{number}", "vary")

        other = building.load(scenario, without=without, with_=with_, set_=loaded.numbers, vary=vary, beside=[path])
        return other, populations.load_population(path, other, set_=loaded.numbers, vary=vary)

    return lived(
        loaded.scenario, found, origin=loaded.origin(seed), tenants=tenants, replications=replications, progress=progress,
        again=again if vary_assumed else None,
    )  # fmt: skip


def lived(
    scenario: Scenario, people: Population, *, origin: Origin, tenants: int, replications: int, progress: Progress | None = None,
    again: Again | None = None,
) -> PopulationResult:  # fmt: skip
    """What came of a population in so many replications of a scenario, and of both with other numbers, where `again` draws these."""
    drawn = [] if again is None else [partial(again, n) for n in range(max(FEW, replications // 5))]
    steps = replications + len(drawn)
    told = progress or (lambda _done, _total: None)
    sample = _Sample(scenario=scenario, people=people, tenants=tenants)
    tallies, others = ([Tally() for _ in range(len(people.classes) + 1)] for _ in range(2))
    curves: list[Curves] = []
    for n in range(replications):
        crowds = sample.after(origin.seed, n)
        curves.append(crowds[0].shares_down())
        for tally, crowd, known in zip(tallies, crowds, [curves[-1], *[None] * len(people.classes)], strict=True):
            tally.add(crowd, known)
        if not n:
            users = [float(crowd.users.sum()) for crowd in crowds]
        told(n + 1, steps)
    for n, other_numbers in enumerate(drawn):
        other = _Sample(*other_numbers(), tenants=tenants)
        crowds = other.after(origin.seed, n)
        for tally, crowd, share in zip(others, crowds, [1.0, *(one.share for one in other.classes)], strict=True):
            tally.note("share", share)
            tally.note("share_of_users", crowd.users.sum() / crowds[0].users.sum())
            tally.add(crowd)
        told(replications + n + 1, steps)
    tenants_down, users_down = bands(curves, scenario.horizon)
    rows = _rows(sample, users, tallies, others if drawn else [None] * len(tallies))
    return PopulationResult(
        origin=origin, summary=scenario.summary, population=people.name, population_summary=people.summary, objective=people.objective,
        replications=replications, rows=rows, shares_as_written={one.name: one.share for one in people.classes},
        tenants_down=tenants_down, users_down=users_down, events=event_marks(scenario),
        warnings=(*warnings_of(replications), *_too_small(rows[1:])), varied=len(drawn),
    )  # fmt: skip


class _Sample:
    """So many tenants of a population in the world of a scenario."""

    def __init__(self, scenario: Scenario, people: Population, *, tenants: int) -> None:
        self.scenario, self.people, self.tenants = scenario, people, tenants
        self.plan = plan_of(scenario, [])
        self.classes = settled(scenario, people)
        self.counts = apportioned([one.share for one in self.classes], tenants)

    def after(self, seed: int, replication: int) -> list[Crowd]:
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


def _rows(sample: _Sample, users: Sequence[float], tallies: Sequence[Tally], others: Sequence[Tally | None]) -> tuple[PopulationRow, ...]:
    """All tenants first, then each class."""
    told: list[tuple[str | None, str]] = [(None, sample.people.summary), *((one.of.name, one.of.summary) for one in sample.classes)]
    return tuple(
        PopulationRow(
            name=name, summary=summary, share=count / sample.tenants, share_of_users=size / users[0], sample_tenants=count,
            sample_users=size, toll=tally.toll(), assumed=None if other is None else _assumed(other),
        )
        for (name, summary), count, size, tally, other in zip(told, [sample.tenants, *sample.counts], users, tallies, others, strict=True)
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
