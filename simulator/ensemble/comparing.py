"""Architectures side by side: the same incident, the same dice, differences replication by replication."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.engine.names import seconds
from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.ensemble.cases import FIXED, Case, cases_of, is_fixed, plan_of, shares_of
from simulator.ensemble.estimating import FEW, blocked, estimate, interval, warnings_of, warnings_of_blocks, whole_blocks
from simulator.ensemble.pooling import over_hits
from simulator.ensemble.reaching import Radii, Reach, reach_of_units
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Band, Comparison, ComparisonRow, EventMark, Impairment, Origin, Paired
from simulator.ensemble.studies import identity_of
from simulator.measures.cohorts import number_down
from simulator.measures.curves import Steps, sample, weighted_mean
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from simulator.model.world import Scenario

if TYPE_CHECKING:
    from simulator.engine.trace import Trace
    from simulator.ensemble.results import Estimate, Kind
    from simulator.model.world import Tenant

Floats = NDArray[np.float64]
GRID = 721
"""Instants at which bands are worked out; curves themselves are exact, a picture has no more columns than this."""
DRAWN = 1000
"""Replications that bands rest on at the most: more of them would change no pixel."""
QUANTITIES = ("outage", "recover", "lost", "worst", "users", "requests", "writes", "open")
CASES = ("hit", "missed", "average")


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication of all cases. `values` are the quantities of each case in turn; what pictures show is there where it is wanted."""

    values: tuple[float, ...]
    radii: Radii
    curves: tuple[Steps, ...] = ()
    timeline: tuple[Impairment, ...] = ()


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario, all that rides in it, and what a comparison keeps of each replication."""

    origin: Origin
    scenario: Scenario
    cases: tuple[Case, ...]
    drawn: bool
    """Whether curves of the first replications are kept, for pictures."""
    strata: int = 0
    """Replications in a block with stratified draws; 0: draws that are not stratified."""

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return identity_of(self.origin, self.cases, pictures=self.drawn, strata=self.strata)

    def ready(self) -> Callable[[int], Sample]:
        plan = plan_of(self.scenario, self.cases)
        reach = reach_of_units(self.scenario)

        def take(n: int) -> Sample:
            trace = replay(plan, seed=self.origin.seed, replication=n, strata=self.strata)
            index = TraceIndex(trace)
            drawn = self.drawn and n < DRAWN
            return Sample(
                values=tuple(value for case in self.cases for value in _values(index, case)), radii=reach(index),
                curves=tuple(index.curve(case.label) for case in self.cases) if drawn else (),
                timeline=_timeline(trace, index, _standing(self.scenario, plan)) if drawn and n == 0 else (),
            )  # fmt: skip

        return take


class Tally:
    """What all cases came to, replication by replication."""

    def __init__(self, nights: Nights) -> None:
        self._nights = nights
        self._places = {case.label: i for i, case in enumerate(nights.cases)}
        self._values = array("d")
        self.reach = Reach()
        self.curves: list[tuple[Steps, ...]] = []
        self.timeline: tuple[Impairment, ...] = ()

    def add(self, one: Sample) -> None:
        """One more replication."""
        self._values.extend(one.values)
        self.reach.add(one.radii)
        if one.curves:
            self.curves.append(one.curves)
        self.timeline = one.timeline or self.timeline

    def over(self, members: Sequence[tuple[Case, float]]) -> dict[str, Floats]:
        """By quantity, replication by replication, the mean over some cases with their weights."""
        table = np.frombuffer(self._values, dtype=np.float64).reshape(-1, len(self._places), len(QUANTITIES))
        some = table[:, [self._places[case.label] for case, _ in members], :]
        weights = [weight for _, weight in members]
        values = {q: _mean(some[:, :, k], weights, 1.0 if q == "worst" else 0.0) for k, q in enumerate(QUANTITIES)}
        return values | {"deepest": some[:, :, QUANTITIES.index("users")].max(axis=1)}

    def band(self, members: Sequence[tuple[Case, float]]) -> Band:
        """The served share over time."""
        grid = np.linspace(0.0, self._nights.scenario.horizon, GRID)
        grid[-1] = np.nextafter(self._nights.scenario.horizon, 0.0)
        places, weights = [self._places[case.label] for case, _ in members], [weight for _, weight in members]
        table = np.vstack([sample(_together([curves[i] for i in places], weights), grid) for curves in self.curves])
        low, middle, high = np.quantile(table, [0.05, 0.5, 0.95], axis=0)
        return Band(
            seconds=tuple(grid.tolist()), p05=tuple(low.tolist()), p50=tuple(middle.tolist()), p95=tuple(high.tolist()),
            mean=tuple(table.mean(axis=0).tolist()),
        )  # fmt: skip


def _mean(values: Floats, weights: Sequence[float], whole: float) -> Floats:
    """The weighted mean over cases. What is a share served is averaged as a share lost, so that nothing lost stays exactly nothing."""
    total = np.zeros(len(values))
    for k, weight in enumerate(weights):
        total += weight * np.abs(whole - values[:, k])
    # What is alike in all placements is that, and not its weighted mean with the rounding of one.
    alike = (values == values[:, :1]).all(axis=1)
    return np.where(alike, values[:, 0], np.abs(whole - total))


def _together(curves: Sequence[Steps], weights: Sequence[float]) -> Steps:
    return curves[0] if len(curves) == 1 else weighted_mean(curves, weights)


def compare(
    scenario: Scenario, tenants: Sequence[Tenant], *, origin: Origin, replications: int, kind: Kind = "architecture",
    drawn: bool = True, running: Running = HERE, key: str = "compare", strata: int = 0,
) -> Comparison:  # fmt: skip
    """Replay the scenario `replications` times with all tenants in all their placements riding along; `drawn` where pictures are wanted.

    With `strata` draws are stratified in blocks of so many replications, and their number is rounded up to whole blocks.
    """
    cases = cases_of(scenario, tenants)
    asked = (FIXED,) if kind == "tenant" and all(map(is_fixed, tenants)) else CASES if scenario.hit_zones else ("average",)
    lanes = {(t.name, case): members for t in tenants for case in asked if (members := shares_of(cases, t.name, case))}
    nights = Nights(origin=origin, scenario=scenario, cases=tuple(cases), drawn=drawn, strata=strata)
    tally = Tally(nights)
    taken = gather(nights, whole_blocks(replications, strata), running, tally.add, key=key)
    found = {lane: tally.over(members) for lane, members in lanes.items()}
    return Comparison(
        origin=origin, summary=scenario.summary, replications=taken, objective=None,
        rows=tuple(_row(t, case, found[t.name, case], strata) for t in tenants for case in asked if (t.name, case) in found),
        paired=tuple(_paired(tenants, found, strata)), kind=kind, strata=strata,
        bands={lane: tally.band(members) for lane, members in lanes.items() if drawn},
        events=event_marks(scenario), timeline=tally.timeline, blast_radius=tally.reach.estimates(strata),
        warnings=(
            *warnings_of(taken), *warnings_of_blocks(taken, strata), *without_effect(scenario, tenants),
            *few_hits(scenario, {lane: values["lost"] for lane, values in found.items()}),
        ),
    )  # fmt: skip


def event_marks(scenario: Scenario) -> tuple[EventMark, ...]:
    """The scenario's events in order of time."""
    marks = [EventMark(name=e.name, summary=e.summary or e.name, seconds=seconds(e.at, scenario)) for e in scenario.events]
    return tuple(sorted(marks, key=lambda m: (m.seconds, m.name)))


def _values(index: TraceIndex, case: Case) -> tuple[float, ...]:
    """Of each quantity; minutes, shares, calls."""
    found = outcome(index, case.label, objective=case.tenant.objective, calls=case.tenant.calls)
    worst = 1.0 if found.worst_served is None else found.worst_served
    return (
        found.outage_seconds / 60.0, found.time_to_recover_seconds / 60.0, found.lost_seconds / 60.0, worst, 1.0 - worst,
        found.lost_requests, found.data_loss_seconds / 60.0, float(found.open_at_horizon),
    )  # fmt: skip


def _row(tenant: Tenant, case: str, values: Mapping[str, Floats], strata: int) -> ComparisonRow:
    hit = values["lost"] > 0.0
    hits = int(hit.sum())

    def estimated(quantity: str, ceiling: float = math.inf) -> Estimate:
        return estimate(values[quantity], ceiling=ceiling, strata=strata)

    return ComparisonRow(
        architecture=tenant.name, summary=tenant.summary, placement=case, cost_index=tenant.cost_index,
        outage_minutes=estimated("outage"), time_to_recover_minutes=estimated("recover"),
        lost_minutes=estimated("lost"), hit_in=hits / len(hit), lost_if_hit=over_hits(values["lost"], strata) if hits else None,
        worst_if_hit=sum(values["worst"][hit].tolist()) / hits if hits else None, worst_served=estimated("worst", 1.0),
        blast_radius_users=estimated("users", 1.0), data_loss_minutes=estimated("writes"),
        open_at_horizon=sum(values["open"].tolist()) / len(hit), values=values,
    )  # fmt: skip


def _paired(tenants: Sequence[Tenant], found: Mapping[tuple[str, str], Mapping[str, Floats]], strata: int) -> list[Paired]:
    out = []
    for case in [case for case in ("hit", "average") if any(asked == case for _, asked in found)]:
        for a, b in combinations([t.name for t in tenants], 2):
            gaps = (found[a, case]["lost"] - found[b, case]["lost"]).tolist()
            ci95 = interval(blocked(gaps, strata))
            out.append(Paired(a=a, b=b, placement=case, lost_minutes_mean=sum(gaps) / len(gaps), lost_minutes_ci95=ci95))
    return out


def _standing(scenario: Scenario, plan: Plan) -> set[str]:
    """The world's components that serve in full before anything happens."""
    return {owner for owner, served in zip(plan.owners, plan.values, strict=True) if served >= 1.0} & {
        c.path for c in scenario.world.components
    }


def _timeline(trace: Trace, index: TraceIndex, standing: set[str]) -> tuple[Impairment, ...]:
    """Of the world's components that served at the start and lost units, or stopped serving, the share down; the earliest first."""
    found: dict[str, float] = {}
    for record in trace.records:
        if record[1] in {"down", "stops_serving"} and record[2] in standing:
            found.setdefault(record[2], record[0])
    lanes = []
    for path in sorted(found, key=lambda p: (found[p], p)):
        if index.spells(path):
            down = number_down(index, [path])
            units = trace.units[path]
            share = Steps(times=down.times, values=tuple(v / units for v in down.values), end=down.end)
            lanes.append(Impairment(component=path, down=share))
        else:
            lanes.append(Impairment(component=path, down=_not_serving(trace, path)))
    return tuple(lanes)


def _not_serving(trace: Trace, path: str) -> Steps:
    times, values = [0.0], [0.0]
    for time, change, owner, amount, _, _ in trace.records:
        if owner == path and change in {"stops_serving", "serves"}:
            if times[-1] == time:
                values[-1] = 1.0 - amount
            else:
                times.append(time)
                values.append(1.0 - amount)
    return Steps(times=tuple(times), values=tuple(values), end=trace.horizon)


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
