"""Architectures side by side: the same incident, the same dice, differences replication by replication."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from simulator.engine.names import seconds
from simulator.engine.replay import replay
from simulator.ensemble.cases import FIXED, Case, cases_of, is_fixed, plan_of, shares_of
from simulator.ensemble.estimating import FEW, estimate, interval, warnings_of
from simulator.ensemble.reaching import Reach
from simulator.ensemble.results import Band, Comparison, ComparisonRow, EventMark, Impairment, Paired
from simulator.measures.cohorts import number_down
from simulator.measures.curves import Steps, sample, weighted_mean
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome

if TYPE_CHECKING:
    from simulator.engine.trace import Trace
    from simulator.ensemble.results import Kind, Origin
    from simulator.model.world import Scenario, Tenant

Progress = Callable[[int, int], None]
GRID = 721
"""Instants at which bands are worked out; curves themselves are exact, a picture has no more columns than this."""
_QUANTITIES = ("outage", "recover", "lost", "worst", "users", "requests", "writes", "open")
CASES = ("hit", "missed", "average")


class _Tally:
    """What one architecture in one case came to, replication by replication."""

    def __init__(self, *, members: list[tuple[Case, float]]) -> None:
        self.members = members
        self.values: dict[str, list[float]] = {q: [] for q in (*_QUANTITIES, "deepest")}
        self.samples: list[np.ndarray] = []

    def add(self, curves: dict[str, Steps], values: dict[str, dict[str, float]], grid: np.ndarray) -> None:
        for q in _QUANTITIES:
            # What is a share served is averaged as a share lost, so that nothing lost stays exactly nothing.
            whole = 1.0 if q == "worst" else 0.0
            found = {values[c.label][q] for c, _ in self.members}
            # What is alike in all placements is that, and not its weighted mean with the rounding of one.
            mean = abs(whole - sum(w * abs(whole - values[c.label][q]) for c, w in self.members))
            self.values[q].append(found.pop() if len(found) == 1 else mean)
        self.values["deepest"].append(max(values[c.label]["users"] for c, _ in self.members))
        curve = curves[self.members[0][0].label]
        if len(self.members) > 1:
            curve = weighted_mean([curves[c.label] for c, _ in self.members], [w for _, w in self.members])
        self.samples.append(sample(curve, grid))


def compare(
    scenario: Scenario, tenants: Sequence[Tenant], *, origin: Origin, replications: int, kind: Kind = "architecture",
    progress: Progress | None = None,
) -> Comparison:  # fmt: skip
    """Replay the scenario `replications` times with all tenants in all their placements riding along."""
    cases = cases_of(scenario, tenants)
    asked = (FIXED,) if kind == "tenant" and all(map(is_fixed, tenants)) else CASES if scenario.hit_zones else ("average",)
    plan = plan_of(scenario, cases)
    grid = np.linspace(0.0, scenario.horizon, GRID)
    grid[-1] = np.nextafter(scenario.horizon, 0.0)
    tallies = {
        (t.name, case): _Tally(members=members) for t in tenants for case in asked if (members := shares_of(cases, t.name, case))
    }
    timeline: tuple[Impairment, ...] = ()
    reach = Reach(scenario)
    for n in range(replications):
        trace = replay(plan, seed=origin.seed, replication=n)
        index = TraceIndex(trace)
        reach.add(index)
        curves, values = {}, {}
        for case in cases:
            curves[case.label] = index.curve(case.label)
            values[case.label] = _values(index, case)
        for tally in tallies.values():
            tally.add(curves, values, grid)
        if n == 0:
            standing = {owner for owner, served in zip(plan.owners, plan.values, strict=True) if served >= 1.0}
            timeline = _timeline(trace, index, {c.path for c in scenario.world.components} & standing)
        if progress is not None:
            progress(n + 1, replications)
    return Comparison(
        origin=origin, summary=scenario.summary, replications=replications, objective=None,
        rows=tuple(_row(t, case, tallies[t.name, case]) for t in tenants for case in asked if (t.name, case) in tallies),
        paired=tuple(_paired(tenants, tallies)), kind=kind, bands={key: _band(tally, grid) for key, tally in tallies.items()},
        events=event_marks(scenario), timeline=timeline, blast_radius=reach.estimates(),
        warnings=(
            *warnings_of(replications), *without_effect(scenario, tenants),
            *few_hits(scenario, {key: tally.values["lost"] for key, tally in tallies.items()}),
        ),
    )  # fmt: skip


def event_marks(scenario: Scenario) -> tuple[EventMark, ...]:
    """The scenario's events in order of time."""
    marks = [EventMark(name=e.name, summary=e.summary or e.name, seconds=seconds(e.at, scenario)) for e in scenario.events]
    return tuple(sorted(marks, key=lambda m: (m.seconds, m.name)))


def _values(index: TraceIndex, case: Case) -> dict[str, float]:
    found = outcome(index, case.label, objective=case.tenant.objective, calls=case.tenant.calls)
    worst = 1.0 if found.worst_served is None else found.worst_served
    return {
        "outage": found.outage_seconds / 60.0, "recover": found.time_to_recover_seconds / 60.0, "lost": found.lost_seconds / 60.0,
        "worst": worst, "users": 1.0 - worst, "requests": found.lost_requests, "writes": found.data_loss_seconds / 60.0,
        "open": float(found.open_at_horizon),
    }  # fmt: skip


def _row(tenant: Tenant, case: str, tally: _Tally) -> ComparisonRow:
    values = tally.values
    hit = [lost for lost in values["lost"] if lost > 0.0]
    return ComparisonRow(
        architecture=tenant.name, summary=tenant.summary, placement=case, cost_index=tenant.cost_index,
        outage_minutes=estimate(values["outage"]), time_to_recover_minutes=estimate(values["recover"]),
        lost_minutes=estimate(values["lost"]), hit_in=len(hit) / len(values["lost"]), lost_if_hit=estimate(hit) if hit else None,
        worst_if_hit=sum(w for w, lost in zip(values["worst"], values["lost"], strict=True) if lost > 0.0) / len(hit) if hit else None,
        worst_served=estimate(values["worst"], ceiling=1.0),
        blast_radius_users=estimate(values["users"], ceiling=1.0), data_loss_minutes=estimate(values["writes"]),
        open_at_horizon=sum(values["open"]) / len(values["open"]), values={q: tuple(found) for q, found in values.items()},
    )  # fmt: skip


def _paired(tenants: Sequence[Tenant], tallies: dict[tuple[str, str], _Tally]) -> list[Paired]:
    out = []
    for case in [case for case in ("hit", "average") if any(asked == case for _, asked in tallies)]:
        for a, b in combinations([t.name for t in tenants], 2):
            ours, theirs = tallies[a, case].values["lost"], tallies[b, case].values["lost"]
            gaps = [x - y for x, y in zip(ours, theirs, strict=True)]
            out.append(Paired(a=a, b=b, placement=case, lost_minutes_mean=sum(gaps) / len(gaps), lost_minutes_ci95=interval(gaps)))
    return out


def _band(tally: _Tally, grid: np.ndarray) -> Band:
    table = np.vstack(tally.samples)
    low, middle, high = np.quantile(table, [0.05, 0.5, 0.95], axis=0)
    return Band(
        seconds=tuple(grid.tolist()), p05=tuple(low.tolist()), p50=tuple(middle.tolist()), p95=tuple(high.tolist()),
        mean=tuple(table.mean(axis=0).tolist()),
    )  # fmt: skip


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


def few_hits(scenario: Scenario, lost: Mapping[tuple[str, str], Sequence[float]]) -> tuple[str, ...]:
    """Where chance says who is hit, it is the hits that an estimate rests on; `lost` is by name and case, in each replication."""
    if scenario.hit_zones:
        return ()
    hits = {name: sum(one > 0.0 for one in each) for (name, _), each in lost.items()}
    some = {n for n in hits.values() if 0 < n < FEW}
    return (f"estimates rest on as few as {min(some)} hits: take more replications",) if some else ()
