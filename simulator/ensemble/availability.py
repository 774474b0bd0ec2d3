"""Availabilities side by side: the same incident, the same dice, pooled over the replications."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Mean, Together, Weighted, WorstWindow
from simulator.ensemble.availability_samples import Bundle, Fate, Nights, Sample, labels_of
from simulator.ensemble.baselines import Baseline, Starts, of_cases, starts_of
from simulator.ensemble.cases import ANY, FIXED, Case, cases_of, is_fixed, shares_of, warnings_of_placements
from simulator.ensemble.comparing import CASES, few_hits, spared, without_effect
from simulator.ensemble.convergence import Doubts
from simulator.ensemble.estimating import Values, estimate, warnings_of, warnings_of_unseen
from simulator.ensemble.pooling import pool
from simulator.ensemble.reaching import Reach
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Estimate, Kind, Origin, Radius, RadiusEstimate
from simulator.ensemble.stopping import Precision
from simulator.ensemble.watching import Watch, told
from simulator.measures.availability import Loss, pooled
from simulator.model.world import Scenario, Tenant

WINDOWS = (60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0)
"""Lengths that tables show, in seconds, and beside them the whole simulated time."""
LENGTHS = 40
"""How many more are worked out for the picture, evenly on a logarithmic scale."""
TOGETHER = "together"


@dataclass(kw_only=True, frozen=True)
class _Lane:
    """A row in the making: placements by their weights, each of one tenant or of several."""

    name: str
    kind: Kind
    case: str
    tenants: tuple[Tenant, ...]
    members: tuple[tuple[Bundle, float], ...]


def availabilities(
    scenario: Scenario, riders: Sequence[tuple[Tenant, Kind]], *, origin: Origin, replications: int, objective: float | None = None,
    until: Precision | None = None, running: Running = HERE,
) -> Availabilities:  # fmt: skip
    """Replay the scenario `replications` times with all riders in all their placements, and tenants that stood still together too."""
    tenants = [tenant for tenant, _ in riders]
    cases = cases_of(scenario, tenants)
    lanes = _lanes(scenario, riders, cases)
    shown, lengths = window_lengths(scenario.horizon)
    places = {labels_of(bundle): bundle for lane in lanes for bundle, _ in lane.members}
    nights = Nights(origin=origin, scenario=scenario, cases=tuple(cases), bundles=tuple(places.values()), lengths=lengths)
    place = {labels: i for i, labels in enumerate(places)}
    reach, doubts = Reach(), Doubts(origin.start)
    found: list[list[tuple[tuple[Fate, float], ...]]] = [[] for _ in lanes]

    def add(one: Sample) -> None:
        reach.add(one.radii)
        doubts.add(one.unsettled)
        for lane, own in zip(lanes, found, strict=True):
            own.append(tuple((one.fates[place[labels_of(bundle)]], weight) for bundle, weight in lane.members))

    def columns(quantity: str) -> Mapping[str, Values]:
        first = {lane.name: (lane, own) for lane, own in reversed(list(zip(lanes, found, strict=True))) if len(lane.tenants) == 1}
        down = {name: [sum(w * fate.time.lost for fate, w in one) / 60.0 for one in own] for name, (_, own) in first.items()}
        lost = {
            name: [sum(w * fate.users.lost for fate, w in one) / 60.0 / (lane.tenants[0].users or 1.0) for one in own]
            for name, (lane, own) in first.items()
        }
        return told({"lost_minutes": lost, "outage_minutes": down}, quantity)

    watch = Watch(until=until, most=replications, columns=columns)
    taken = gather(nights, replications, running, add, key="availability", said=watch.said, enough=watch.enough)
    sure = watch.confidence
    starts = starts_of(scenario, cases, origin.seed)
    lost = {(lane.name, lane.case): [sum(w * s.users.lost for s, w in one) for one in own] for lane, own in zip(lanes, found, strict=True)}
    members = {(lane.name, lane.case): [(case, w) for bundle, w in lane.members for case in bundle] for lane in lanes}
    certain = spared(scenario, cases, members, {lane: np.array(each) for lane, each in lost.items()})
    rows = [
        replace(
            _row(lane, own, shown, lengths, sure, horizon=scenario.horizon, certain=(lane.name, lane.case) in certain),
            baseline=_baseline(lane, starts, scenario.horizon),
        )
        for lane, own in zip(lanes, found, strict=True)
        if len(lane.tenants) == 1
    ]
    both = next((_together(lane, own, shown, lengths) for lane, own in zip(lanes, found, strict=True) if len(lane.tenants) > 1), None)
    unseen = any(row.by_time.lost_minutes.unseen for row in rows)
    return Availabilities(
        origin=origin, summary=scenario.summary, replications=taken, objective=objective, rows=tuple(rows),
        blast_radius=reach.estimates(), together=both, stopped=watch.stopped,
        warnings=(
            *warnings_of(taken), *watch.warnings, *doubts.warnings, *warnings_of_placements(cases), *without_effect(scenario, tenants),
            *few_hits(scenario, lost),
            *warnings_of_unseen(taken, unseen, horizon=scenario.horizon, level=sure),
        ),
    )  # fmt: skip


def window_lengths(horizon: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lengths that tables show, and all for which windows are looked at, in seconds; both end with the whole simulated time."""
    shown = (*(length for length in WINDOWS if length < horizon), horizon)
    between = np.geomspace(min(WINDOWS[0], horizon), horizon, LENGTHS).tolist()
    return shown, tuple(sorted({*shown, *(min(length, horizon) for length in between)}))


def _lanes(scenario: Scenario, riders: Sequence[tuple[Tenant, Kind]], cases: Sequence[Case]) -> list[_Lane]:
    lanes = []
    for tenant, kind in riders:
        asked = (FIXED,) if kind == "tenant" and is_fixed(tenant) else CASES if scenario.hit_zones else (ANY,)
        for case in asked:
            members = tuple(((one,), weight) for one, weight in shares_of(cases, tenant.name, "average" if case == ANY else case))
            if members:
                lanes.append(_Lane(name=tenant.name, kind=kind, case=case, tenants=(tenant,), members=members))
    still = [lane for lane in lanes if lane.case == FIXED]
    if len(still) > 1:
        everybody = tuple(case for lane in still for (case,), _ in lane.members)
        tenants = tuple(tenant for lane in still for tenant in lane.tenants)
        lanes.append(_Lane(name=TOGETHER, kind="tenant", case=FIXED, tenants=tenants, members=((everybody, 1.0),)))
    return lanes


Drawn = Sequence[Sequence[tuple[Fate, float]]]
"""By replication, the samples of a lane's placements with their weights."""


def _row(
    lane: _Lane, drawn: Drawn, shown: Sequence[float], lengths: Sequence[float], sure: float, *, horizon: float, certain: bool
) -> AvailabilityRow:
    users, calls = (sum(getattr(tenant, what) for tenant in lane.tenants) for what in ("users", "calls"))
    by_requests, by_users = (_over(drawn, pick) for pick in (lambda s: s.requests, lambda s: s.users))
    felt = _mean(drawn, lambda s: s.felt)
    radii = {"users": _radius(_mean(drawn, lambda s: s.users_peak), felt, certain=certain)}
    curve = tuple(
        WorstWindow(length_seconds=length, share=pool(_over(drawn, _window(i)), certain=certain)) for i, length in enumerate(lengths)
    )

    def total(values: Sequence[float], each: float) -> Estimate:
        return estimate(values, ceiling=each * horizon, level=sure, certain=certain)

    def way(losses: Sequence[Loss], weight: float) -> Weighted:
        return _weighted(losses, weight, sure, horizon=horizon, certain=certain)

    lost = sum(one.lost for one in by_users) / 60.0 / users if users else 0.0
    return AvailabilityRow(
        name=lane.name, kind=lane.kind, case=lane.case, cost_index=lane.tenants[0].cost_index or None, users=users,
        calls=calls, by_time=way(_over(drawn, lambda s: s.time), 1.0), by_requests=way(by_requests, calls), by_users=way(by_users, users),
        lost_requests=total([one.lost for one in by_requests], calls),
        lost_user_minutes=total([one.lost / 60.0 for one in by_users], users / 60.0),
        lost_minutes_each=lost / sum(felt) if sum(felt) > 0 else None,
        blast_radius=radii, open_at_horizon=sum(_mean(drawn, lambda s: s.open)) / len(drawn),
        windows=tuple(one for one in curve if one.length_seconds in shown), curve=curve,
    )  # fmt: skip


def _baseline(lane: _Lane, starts: Starts, span: float) -> Baseline:
    tenant = lane.tenants[0]
    return of_cases(tenant.name, tenant.objective, [(one, weight) for (one,), weight in lane.members], starts, span=span)


def _together(lane: _Lane, drawn: Drawn, shown: Sequence[float], lengths: Sequence[float]) -> Together:
    def mean(pick: Callable[[Fate], float]) -> float:
        return math.fsum(_mean(drawn, pick)) / len(drawn)

    users = sum(tenant.users for tenant in lane.tenants)
    time, people = (_weighted(_over(drawn, pick), by) for pick, by in ((lambda s: s.time, len(lane.tenants)), (lambda s: s.users, users)))
    shares = [pool(_over(drawn, _window(i))) for i in range(len(lengths))]
    curve = tuple((at, None if one is None else one.unavailability) for at, one in zip(lengths, shares, strict=True))
    felt, peak, tenants_peak = mean(lambda s: s.felt), mean(lambda s: s.users_peak), mean(lambda s: s.tenants_peak)
    return Together(
        members=tuple(tenant.name for tenant in lane.tenants), users=users, by_time=_means(time), by_users=_means(people),
        lost_user_minutes=people.lost_minutes.mean * users, lost_minutes_each=people.lost_minutes.mean / felt if felt > 0 else None,
        blast_radius={
            "users": Radius(peak=peak, ever=max(peak, felt)),
            "tenants": Radius(peak=tenants_peak, ever=max(tenants_peak, mean(lambda s: s.tenants_ever))),
        },
        open_at_horizon=mean(lambda s: s.open), windows=tuple(one for one in curve if one[0] in shown), curve=curve,
    )  # fmt: skip


def _means(way: Weighted) -> Mean:
    return Mean(unavailability=None if way.share is None else way.share.unavailability, lost_minutes=way.lost_minutes.mean)


def _over(drawn: Drawn, pick: Callable[[Fate], Loss]) -> list[Loss]:
    """Replication by replication, what was lost over all placements."""
    return [pooled(Loss(lost=w * pick(s).lost, offered=w * pick(s).offered) for s, w in one) for one in drawn]


def _window(i: int) -> Callable[[Fate], Loss]:
    return lambda sample: sample.windows[i]


def _mean(drawn: Drawn, pick: Callable[[Fate], float]) -> list[float]:
    return [sum(weight * pick(sample) for sample, weight in one) for one in drawn]


def _weighted(
    losses: Sequence[Loss], weight: float, sure: float = 0.95, *, horizon: float = math.inf, certain: bool = False
) -> Weighted:
    minutes = [one.lost / weight / 60.0 if weight else 0.0 for one in losses]
    lost = estimate(minutes, ceiling=horizon / 60.0, level=sure, certain=certain or not weight)
    return Weighted(share=pool(losses, sure, certain=certain), lost_minutes=lost)


def _radius(peak: Sequence[float], ever: Sequence[float], *, certain: bool) -> RadiusEstimate:
    # What is hit at the worst moment is hit at some time; only rounding says otherwise.
    at_least = [max(pair) for pair in zip(peak, ever, strict=True)]
    return RadiusEstimate(
        peak=estimate(peak, ceiling=1.0, certain=certain), ever=estimate(at_least, ceiling=1.0, certain=certain)
    )

