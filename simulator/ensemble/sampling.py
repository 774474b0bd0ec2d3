"""What a comparison keeps of each replication, and what that adds up to: quantities of each case, how far it reached, curves to draw."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.engine.plan import Plan
from simulator.ensemble.cases import Case
from simulator.ensemble.convergence import Doubts, Unsettled, worst_of
from simulator.ensemble.reaching import Radii, Reach, reach_of_units, units_read
from simulator.ensemble.replays import Replays
from simulator.ensemble.results import Band, Impairment, Origin
from simulator.ensemble.studies import identity_of
from simulator.measures.cohorts import number_down
from simulator.measures.curves import Steps, sample, weighted_mean
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from simulator.model.world import Scenario

if TYPE_CHECKING:
    from simulator.engine.trace import Trace

Floats = NDArray[np.float64]
GRID = 721
"""Instants at which bands are worked out; curves themselves are exact, a picture has no more columns than this."""
DRAWN = 1000
"""Replications that bands rest on at the most: more of them would change no pixel."""
QUANTITIES = ("outage", "recover", "lost", "worst", "users", "requests", "writes", "open")


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication of all cases. `values` are the quantities of each case in turn; what pictures show is there where it is wanted."""

    values: tuple[float, ...]
    radii: Radii
    curves: tuple[Steps, ...] = ()
    timeline: tuple[Impairment, ...] = ()
    unsettled: tuple[Unsettled, ...] = ()


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
        replays = Replays(self.scenario, self.cases)
        reach, read = reach_of_units(self.scenario), units_read(self.scenario)

        def take(n: int) -> Sample:
            drawn = self.drawn and n < DRAWN
            lanes = _standing(self.scenario, replays.shared) if drawn and n == 0 else set[str]()
            found = replays.replay(n, seed=self.origin.seed, strata=self.strata, keep=read | lanes)
            return Sample(
                values=tuple(value for case in self.cases for value in _values(found.of(case.label), case)), radii=reach(found.world),
                curves=tuple(found.of(case.label).curve(case.label) for case in self.cases) if drawn else (),
                timeline=_timeline(found.world, lanes), unsettled=worst_of(found.unsettled()),
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
        self.doubts = Doubts(nights.origin.start)

    def add(self, one: Sample) -> None:
        """One more replication."""
        self._values.extend(one.values)
        self.reach.add(one.radii)
        if one.curves:
            self.curves.append(one.curves)
        self.timeline = one.timeline or self.timeline
        self.doubts.add(one.unsettled)

    def over(self, members: Sequence[tuple[Case, float]]) -> dict[str, Floats]:
        """By quantity, replication by replication, the mean over some cases with their weights."""
        table = np.frombuffer(self._values, dtype=np.float64).reshape(-1, len(self._places), len(QUANTITIES))
        some = table[:, [self._places[case.label] for case, _ in members], :]
        weights = [weight for _, weight in members]
        values = {q: _mean(some[:, :, k], weights, 1.0 if q == "worst" else 0.0) for k, q in enumerate(QUANTITIES)}
        return values | {"deepest": some[:, :, QUANTITIES.index("users")].max(axis=1)}

    def band(self, members: Sequence[tuple[Case, float]], count: int) -> Band:
        """The served share over time, in the first `count` replications."""
        grid = np.linspace(0.0, self._nights.scenario.horizon, GRID)
        grid[-1] = np.nextafter(self._nights.scenario.horizon, 0.0)
        places, weights = [self._places[case.label] for case, _ in members], [weight for _, weight in members]
        table = np.vstack([sample(_together([curves[i] for i in places], weights), grid) for curves in self.curves[:count]])
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


def _values(index: TraceIndex, case: Case) -> tuple[float, ...]:
    """Of each quantity; minutes, shares, calls."""
    found = outcome(index, case.label, objective=case.tenant.objective, calls=case.tenant.calls)
    worst = 1.0 if found.worst_served is None else found.worst_served
    return (
        found.outage_seconds / 60.0, found.time_to_recover_seconds / 60.0, found.lost_seconds / 60.0, worst, found.worst_taken,
        found.lost_requests, found.data_loss_seconds / 60.0, float(found.open_at_horizon),
    )  # fmt: skip


def _standing(scenario: Scenario, plan: Plan) -> set[str]:
    """The world's components that serve in full before anything happens."""
    return {owner for owner, served in zip(plan.owners, plan.values, strict=True) if served >= 1.0} & {
        c.path for c in scenario.world.components
    }


def _timeline(index: TraceIndex, standing: set[str]) -> tuple[Impairment, ...]:
    """Of the world's components that served at the start and lost units, or stopped serving, the share down; the earliest first."""
    trace = index.trace
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
