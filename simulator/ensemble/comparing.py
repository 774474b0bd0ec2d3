"""Architectures side by side: the same incident, the same dice, differences replication by replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.names import seconds
from simulator.ensemble.baselines import of_cases, starts_of
from simulator.ensemble.cases import FIXED, Case, cases_of, is_fixed, shares_of, warnings_of_placements
from simulator.ensemble.estimating import FEW, Values, estimate, warnings_of, warnings_of_blocks, warnings_of_unseen, whole_blocks
from simulator.ensemble.pairing import difference
from simulator.ensemble.pooling import over_hits
from simulator.ensemble.proportions import proportion_interval
from simulator.ensemble.reaching import beyond_reach
from simulator.ensemble.refusing import Refused
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Comparison, ComparisonRow, Estimate, EventMark, Paired
from simulator.ensemble.sampling import Floats, Nights, Tally
from simulator.ensemble.watching import Watch, told

if TYPE_CHECKING:
    from simulator.ensemble.results import Kind, Origin
    from simulator.ensemble.stopping import Precision
    from simulator.model.world import Scenario, Tenant

CASES = ("hit", "missed", "average")
TOLD = {"lost_minutes": "lost", "outage_minutes": "outage", "time_to_recover_minutes": "recover", "data_loss_minutes": "writes"}
"""Quantities of which a precision can be asked, and what they are called in samples."""


def compare(
    scenario: Scenario, tenants: Sequence[Tenant], *, origin: Origin, replications: int, kind: Kind = "architecture",
    drawn: bool = True, until: Precision | None = None, strata: int = 0, running: Running = HERE,
    key: str = "compare",
) -> Comparison:  # fmt: skip
    """Replay the scenario `replications` times with all tenants in all their placements riding along; `drawn` where pictures are wanted.

    With `until` they end as soon as a mean is as precise as that in the first of the cases: where the failure strikes, if it strikes zones.
    With `strata` draws are stratified in blocks of so many replications, and their number is rounded up to whole blocks. Refused where
    both are asked for: looks at a precision fall between blocks.
    """
    if until is not None and strata:
        raise Refused("a precision is looked for between the blocks that strata need; leave one of them out")
    cases = cases_of(scenario, tenants)
    asked = (FIXED,) if kind == "tenant" and all(map(is_fixed, tenants)) else CASES if scenario.hit_zones else ("average",)
    lanes = {(t.name, case): members for t in tenants for case in asked if (members := shares_of(cases, t.name, case))}
    nights = Nights(origin=origin, scenario=scenario, cases=tuple(cases), drawn=drawn, strata=strata)
    starts = starts_of(scenario, cases, origin.seed)
    tally = Tally(nights)

    def columns(quantity: str) -> Mapping[str, Values]:
        first = {t.name: tally.over(lanes[t.name, asked[0]]) for t in tenants if (t.name, asked[0]) in lanes}
        return told({name: {row: values[q] for row, values in first.items()} for name, q in TOLD.items()}, quantity)

    watch = Watch(until=until, most=replications, columns=columns)
    taken = gather(nights, whole_blocks(replications, strata), running, tally.add, key=key, said=watch.said, enough=watch.enough)
    stops = {t.name: watch.stop_of(t.name, taken) for t in tenants}
    found = {(name, case): _first(tally.over(members), stops[name][0]) for (name, case), members in lanes.items()}
    certain = spared(scenario, cases, lanes, {lane: values["lost"] for lane, values in found.items()})
    rows = tuple(
        replace(
            _row(
                t, case, found[t.name, case], horizon=scenario.horizon, sure=stops[t.name][1], strata=strata,
                certain=(t.name, case) in certain,
            ),
            baseline=of_cases(t.name, t.objective, lanes[t.name, case], starts, span=scenario.horizon),
        )
        for t in tenants
        for case in asked
        if (t.name, case) in found
    )  # fmt: skip
    return Comparison(
        origin=origin, summary=scenario.summary, replications=taken, objective=None,
        rows=rows, paired=tuple(_paired(tenants, found, certain, stops, horizon=scenario.horizon, strata=strata)), kind=kind,
        stopped=watch.stopped, strata=strata,
        bands={lane: tally.band(members, stops[lane[0]][0]) for lane, members in lanes.items() if drawn},
        events=event_marks(scenario), timeline=tally.timeline, blast_radius=tally.reach.estimates(strata),
        warnings=(
            *warnings_of(taken), *warnings_of_blocks(taken, strata), *watch.warnings, *tally.doubts.warnings,
            *warnings_of_placements(cases),
            *without_effect(scenario, tenants),
            *few_hits(scenario, {lane: values["lost"] for lane, values in found.items()}),
            *warnings_of_unseen(
                taken, any(row.lost_minutes.unseen for row in rows), horizon=scenario.horizon, strata=strata, level=watch.confidence
            ),
        ),
    )  # fmt: skip


def _first(values: Mapping[str, Floats], count: int) -> dict[str, Floats]:
    """The values of the first so many replications."""
    return {quantity: column[:count] for quantity, column in values.items()}


def event_marks(scenario: Scenario) -> tuple[EventMark, ...]:
    """The scenario's events in order of time."""
    marks = [EventMark(name=e.name, summary=e.summary or e.name, seconds=seconds(e.at, scenario)) for e in scenario.events]
    return tuple(sorted(marks, key=lambda m: (m.seconds, m.name)))


Lane = tuple[str, str]
"""Who, in which case."""


def spared(
    scenario: Scenario, cases: Sequence[Case], lanes: Mapping[Lane, Sequence[tuple[Case, float]]], lost: Mapping[Lane, Floats]
) -> frozenset[Lane]:
    """Of those that lost nothing, the ones that nothing can happen to in any of their placements. It costs nothing where all lost some."""
    idle = [lane for lane, each in lost.items() if not np.any(each)]
    if not idle:
        return frozenset()
    beyond = beyond_reach(scenario, cases)
    return frozenset(lane for lane in idle if all(case.label in beyond for case, _ in lanes[lane]))


def _row(
    tenant: Tenant, case: str, values: Mapping[str, Floats], *, horizon: float, sure: float, strata: int, certain: bool
) -> ComparisonRow:
    hit = values["lost"] > 0.0
    hits, count = int(hit.sum()), len(hit)

    def over(column: Floats, ceiling: float = horizon / 60.0, idle: float = 0.0) -> Estimate:
        return estimate(column, ceiling=ceiling, idle=idle, level=sure, strata=strata, certain=certain)

    return ComparisonRow(
        architecture=tenant.name, summary=tenant.summary, placement=case, cost_index=tenant.cost_index,
        outage_minutes=over(values["outage"]), time_to_recover_minutes=over(values["recover"]), lost_minutes=over(values["lost"]),
        hit_in=hits / count, hit_in_ci95=proportion_interval(hits, count, sure),
        lost_if_hit=over_hits(values["lost"], strata, sure) if hits else None,
        worst_if_hit=sum(values["worst"][hit].tolist()) / hits if hits else None, worst_served=over(values["worst"], 1.0, 1.0),
        blast_radius_users=over(values["users"], 1.0), data_loss_minutes=over(values["writes"]),
        open_at_horizon=sum(values["open"].tolist()) / count, values=values, certain=certain, replications=count,
    )  # fmt: skip


def _paired(
    tenants: Sequence[Tenant], found: Mapping[Lane, Mapping[str, Floats]], certain: frozenset[Lane],
    stops: Mapping[str, tuple[int, float]], *, horizon: float, strata: int,
) -> list[Paired]:  # fmt: skip
    """Differences over the replications that both have: at a look, each interval is as sure as that look needs."""
    out = []
    for case in [case for case in ("hit", "average") if any(asked == case for _, asked in found)]:
        for a, b in combinations([t.name for t in tenants], 2):
            count, sure = min(stops[a], stops[b])
            ours, theirs = found[a, case]["lost"][:count], found[b, case]["lost"][:count]
            most = None if {(a, case), (b, case)} <= certain else horizon / 60.0
            gap = difference(ours, theirs, sure, strata, most=most)
            out.append(
                Paired(
                    a=a, b=b, placement=case, lost_minutes_mean=gap.mean, lost_minutes_ci95=gap.ci95, variance_ratio=gap.variance_ratio
                )
            )
    return out


def without_effect(scenario: Scenario, tenants: Sequence[Tenant]) -> tuple[str, ...]:
    """What is switched on may be for tenants that are not here."""
    if not scenario.instead or any(t.name in scenario.instead for t in tenants):
        return ()
    return (f"what is switched on deploys {', '.join(scenario.instead)} otherwise, and nobody else",)


def few_hits(scenario: Scenario, lost: Mapping[tuple[str, str], Sequence[float] | Floats]) -> tuple[str, ...]:
    """Where chance says who is hit, it is the hits that an estimate rests on; `lost` is by name and case, in each replication."""
    if scenario.hit_zones:
        return ()
    hits = {name: sum(one > 0.0 for one in each) for (name, _), each in lost.items()}
    some = {n for n in hits.values() if 0 < n < FEW}
    return (f"estimates rest on as few as {min(some)} hits: take more replications",) if some else ()
