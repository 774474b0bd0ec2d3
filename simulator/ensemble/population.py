"""A population of tenants in an incident: the world is replayed, and what it did to each tenant worked out afterwards, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from simulator.ensemble.arguments import MOST_TENANTS, checked, whole
from simulator.ensemble.baselines import Baseline, Start, baseline_of
from simulator.ensemble.comparing import event_marks
from simulator.ensemble.envelopes import Curves, bands
from simulator.ensemble.estimating import FEW, Values, warnings_of, warnings_of_unseen
from simulator.ensemble.living import served_at_first
from simulator.ensemble.loading import Names, Numbers, load
from simulator.ensemble.population_results import Assumed, PopulationResult, PopulationRow
from simulator.ensemble.population_samples import Again, Nights, Sample, VariedNights, apportioned
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Origin
from simulator.ensemble.settling import Settled, settled
from simulator.ensemble.stopping import Precision
from simulator.ensemble.tallying import Tally
from simulator.ensemble.watching import Watch, precision, told
from simulator.model.population import Population
from simulator.model.world import Scenario

TENANTS, REPLICATIONS = 10_000, 50
"""What is taken where nothing else is asked for."""


@checked(tenants=whole(1, MOST_TENANTS))
def population(
    scenario: str | Path, name: str | Path | None = None, *, tenants: int = TENANTS, replications: int = REPLICATIONS, seed: int = 1,
    without: Names = (), with_: Names = (), numbers: Numbers | None = None, vary_assumed: bool = False,
    until: str | Precision | None = None, running: Running = HERE,
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
        until=precision(until), again=again if vary_assumed else None,
    )  # fmt: skip


def lived(
    scenario: Scenario, people: Population, *, origin: Origin, tenants: int, replications: int, until: Precision | None = None,
    running: Running = HERE, again: Again | None = None,
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

    def columns(quantity: str) -> Mapping[str, Values]:
        names = ("all", *(one.name for one in people.classes))
        lost = {name: tally.values.get("lost_minutes_per_user", []) for name, tally in zip(names, tallies, strict=True)}
        return told({"lost_minutes": {name: values for name, values in lost.items() if values or not sizes}}, quantity)

    watch = Watch(until=until, most=replications, columns=columns)
    part = running.within(0, replications + varied)
    taken = gather(nights, replications, part, add, key="population", said=watch.said, enough=watch.enough)
    if again is not None:
        other = VariedNights(nights=nights, again=again)
        gather(other, varied, running.within(replications, replications + varied), add_other, key="population varied")
    tenants_down, users_down = bands(curves, scenario.horizon)
    rows = _rows(nights, sizes[0], tallies, others if varied else [None] * len(tallies), watch.confidence)
    return PopulationResult(
        origin=origin, summary=scenario.summary, population=people.name, population_summary=people.summary, objective=people.objective,
        replications=taken, rows=rows, shares_as_written={one.name: one.share for one in people.classes},
        tenants_down=tenants_down, users_down=users_down, events=event_marks(scenario),
        warnings=(
            *warnings_of(taken), *watch.warnings, *_too_small(rows[1:]),
            *warnings_of_unseen(
                taken, any(row.toll is not None and row.toll.down_ever.unseen for row in rows), horizon=scenario.horizon,
                level=watch.confidence,
            ),
        ), varied=varied, stopped=watch.stopped,
    )  # fmt: skip


def _rows(
    nights: Nights, users: Sequence[float], tallies: Sequence[Tally], others: Sequence[Tally | None], sure: float
) -> tuple[PopulationRow, ...]:
    """All tenants first, then each class."""
    classes = settled(nights.scenario, nights.people)
    before = [None, *(_baseline(one, nights.people.objective, nights.scenario.horizon) for one in classes)]
    counts = apportioned([one.share for one in classes], nights.tenants)
    told: list[tuple[str | None, str]] = [(None, nights.people.summary), *((one.of.name, one.of.summary) for one in classes)]
    return tuple(
        PopulationRow(
            name=name, summary=summary, share=count / nights.tenants, share_of_users=size / users[0], sample_tenants=count,
            sample_users=size, toll=tally.toll(sure, horizon=nights.scenario.horizon), values=tally.of_all(),
            assumed=None if other is None else _assumed(other, nights.scenario.horizon), baseline=baseline,
        )
        for (name, summary), count, size, tally, other, baseline in zip(
            told, [nights.tenants, *counts], users, tallies, others, before, strict=True
        )
    )  # fmt: skip


def _baseline(one: Settled, threshold: float, span: float) -> Baseline:
    """What every tenant of a class serves before the incident begins: all of its demand, since a class that could not is refused."""
    start = Start(served=served_at_first(one.stack), reason=None)
    return baseline_of(one.of.name, threshold, [("", 1.0)], {"": start}, span=span)


def _assumed(tally: Tally, horizon: float) -> Assumed:
    return Assumed(share=tally.of("share", 1.0), share_of_users=tally.of("share_of_users", 1.0), toll=tally.toll(horizon=horizon))


FEW_TENANTS = 20


def _too_small(rows: Sequence[PopulationRow]) -> tuple[str, ...]:
    few = [str(row.name) for row in rows if row.sample_tenants < FEW_TENANTS]
    if not few:
        return ()
    return (f"fewer than {FEW_TENANTS} tenants stand for {', '.join(few)}: take more tenants",)
