"""A population of tenants in an incident: the world is replayed, and what it did to each tenant worked out afterwards, all at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of
from simulator.ensemble.comparing import GRID, event_marks
from simulator.ensemble.dice import BLOCK, Dice
from simulator.ensemble.estimating import estimate, warnings_of
from simulator.ensemble.living import Block, Lived, Night
from simulator.ensemble.loading import Names, Numbers, load
from simulator.ensemble.population_results import PopulationResult, PopulationRow
from simulator.ensemble.results import Band, Estimate, Origin
from simulator.ensemble.settling import Settled, around, settled
from simulator.measures.clocks import Gate, Queue, need_curve, queue_of, served_curve
from simulator.measures.crowds import Floats, Ints, number_down
from simulator.measures.fates import fates_of
from simulator.measures.index import TraceIndex
from simulator.model.population import Population
from simulator.model.world import Scenario

Progress = Callable[[int, int], None]
OF_ALL = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
OF_DOWN = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
TENANTS, REPLICATIONS = 10_000, 50
"""What is taken where nothing else is asked for."""


def population(
    scenario: str | Path, name: str | Path | None = None, *, tenants: int = TENANTS, replications: int = REPLICATIONS, seed: int = 1,
    without: Names = (), with_: Names = (), numbers: Numbers | None = None, progress: Progress | None = None,
) -> PopulationResult:  # fmt: skip
    """Replay a scenario, and work out what it did to so many tenants of a population.

    Without a `name` it is the population of the catalogue that is called as the scenario's world. ScenarioError where there is none.
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
    return lived(
        loaded.scenario, found, origin=loaded.origin(seed), tenants=tenants, replications=replications, progress=progress
    )


def lived(
    scenario: Scenario, people: Population, *, origin: Origin, tenants: int, replications: int, progress: Progress | None = None
) -> PopulationResult:
    """What came of a population in so many replications of a scenario."""
    plan = plan_of(scenario, [])
    classes = settled(scenario, people)
    counts = apportioned([one.share for one in classes], tenants)
    tallies = [_Tally() for _ in range(len(classes) + 1)]
    grid = np.linspace(0.0, scenario.horizon, GRID)
    over_time: dict[str, list[Floats]] = {"tenants": [], "users": []}
    for n in range(replications):
        index = TraceIndex(replay(plan, seed=origin.seed, replication=n))
        dice = Dice(seed=origin.seed, replication=n, population=people.name)
        night = night_of(scenario, plan, index, classes, dice)
        crowds = [_crowd(one, count, night, dice, people.objective) for one, count in zip(classes, counts, strict=True)]
        for tally, crowd in zip(tallies, [_all(crowds), *crowds], strict=True):
            tally.add(crowd, scenario.horizon)
        for kind, samples in over_time.items():
            samples.append(_sampled(_all(crowds), kind, grid))
        if progress is not None:
            progress(n + 1, replications)
    whole = tallies[0].row(name=None, summary=people.summary, share=1.0, tenants=tenants)
    rows = [
        tally.row(name=one.of.name, summary=one.of.summary, share=count / tenants, tenants=count)
        for tally, one, count in zip(tallies[1:], classes, counts, strict=True)
    ]
    return PopulationResult(
        origin=origin, summary=scenario.summary, population=people.name, population_summary=people.summary, objective=people.objective,
        replications=replications, rows=(whole, *rows), shares_as_written={one.name: one.share for one in people.classes},
        tenants_down=_band(over_time["tenants"], grid), users_down=_band(over_time["users"], grid), events=event_marks(scenario),
        warnings=(*warnings_of(replications), *_too_small(rows)),
    )  # fmt: skip


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


@dataclass(kw_only=True)
class _Crowd:
    """The tenants of a class after one replication."""

    users: Floats
    lost: Floats
    served: Floats
    outage: Floats
    open: Floats
    instants: Floats
    tenants_steps: Floats
    users_steps: Floats


def _crowd(one: Settled, count: int, night: Night, dice: Dice, objective: float) -> _Crowd:
    sizes = [min(BLOCK, count - first) for first in range(0, count, BLOCK)]
    found = [Block(settled=one, night=night, dice=dice, block=k, n=n).lived(objective) for k, n in enumerate(sizes)]
    return _all([_of_block(block) for block in found])


def _of_block(block: Lived) -> _Crowd:
    of = block.fortunes
    instants, place = np.unique(of.instants, return_inverse=True)
    return _Crowd(
        users=block.users, lost=of.lost_seconds, served=of.served_seconds, outage=of.outage_seconds,
        open=of.open_at_horizon.astype(np.float64), instants=instants, tenants_steps=_by_place(place, of.steps),
        users_steps=_by_place(place, of.steps * block.users[of.changed]),
    )  # fmt: skip


def _by_place(place: Ints, steps: Floats | Ints) -> Floats:
    return np.asarray(np.bincount(place, weights=steps), dtype=np.float64)


def _all(crowds: Sequence[_Crowd]) -> _Crowd:
    fields = _Crowd.__dataclass_fields__
    return _Crowd(**{name: np.concatenate([np.zeros(0), *(getattr(crowd, name) for crowd in crowds)]) for name in fields})


def _sampled(crowd: _Crowd, kind: str, grid: Floats) -> Floats:
    """The share that is down at each instant of a grid."""
    times, down = number_down(crowd.instants, crowd.tenants_steps if kind == "tenants" else crowd.users_steps)
    whole = len(crowd.users) if kind == "tenants" else crowd.users.sum()
    return np.asarray(down[np.searchsorted(times, grid, side="right") - 1] / whole)


@dataclass(kw_only=True)
class _Tally:
    """What came of a class, replication by replication."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def _note(self, name: str, value: float) -> None:
        self.values.setdefault(name, []).append(float(value))

    def add(self, crowd: _Crowd, horizon: float) -> None:
        n = len(crowd.users)
        if not n:
            return
        total, down = crowd.users.sum(), crowd.outage > 0
        self._note("users", total)
        for who, steps, whole, ever in (
            ("down", crowd.tenants_steps, n, down.sum()), ("users", crowd.users_steps, total, crowd.users[down].sum())
        ):  # fmt: skip
            self._note(f"{who}_ever", ever / whole)
            # Not more than ever, by the rounding of long sums.
            self._note(f"{who}_peak", min(ever, number_down(crowd.instants, steps)[1].max()) / whole)
        self._note("open_at_horizon", crowd.open.mean())
        self._note("offered_user_hours", total * horizon / 3600.0)
        self._note("served_user_hours", np.dot(crowd.users, crowd.served) / 3600.0)
        self._note("lost_user_hours", np.dot(crowd.users, crowd.lost) / 3600.0)
        for who, levels, outages in (("all", OF_ALL, crowd.outage), ("down", OF_DOWN, crowd.outage[down])):
            for name, seconds in zip(levels, np.quantile(outages, list(levels.values())), strict=True) if len(outages) else ():
                self._note(f"{who}/{name}", seconds / 60.0)

    def row(self, *, name: str | None, summary: str, share: float, tenants: int) -> PopulationRow:
        def of(quantity: str, ceiling: float = np.inf) -> Estimate:
            return estimate(self.values.get(quantity, [0.0]), ceiling=ceiling)

        down = {level: of(f"down/{level}") for level in OF_DOWN if f"down/{level}" in self.values}
        return PopulationRow(
            name=name, summary=summary, share=share, tenants=tenants, users=of("users"), down_ever=of("down_ever", 1.0),
            down_peak=of("down_peak", 1.0), users_ever=of("users_ever", 1.0), users_peak=of("users_peak", 1.0),
            outage_of_all={level: of(f"all/{level}") for level in OF_ALL}, outage_of_down=down or None,
            offered_user_hours=of("offered_user_hours"), served_user_hours=of("served_user_hours"), lost_user_hours=of("lost_user_hours"),
            open_at_horizon=of("open_at_horizon", 1.0),
        )  # fmt: skip


def _band(samples: list[Floats], grid: Floats) -> Band:
    values = np.stack(samples)
    p05, p50, p95 = (tuple(row.tolist()) for row in np.quantile(values, [0.05, 0.5, 0.95], axis=0))
    return Band(seconds=tuple(grid.tolist()), p05=p05, p50=p50, p95=p95, mean=tuple(values.mean(axis=0).tolist()))


FEW_TENANTS = 20


def _too_small(rows: Sequence[PopulationRow]) -> tuple[str, ...]:
    few = [str(row.name) for row in rows if row.tenants < FEW_TENANTS]
    if not few:
        return ()
    return (f"fewer than {FEW_TENANTS} tenants stand for {', '.join(few)}: take more tenants",)
