"""One replication of one tenant, as a result with its measures."""

from datetime import datetime, timedelta

from simulator.engine.replay import replay
from simulator.ensemble.baselines import Starts, baseline_of, of_cases, starts_of
from simulator.ensemble.cases import Case, plan_of
from simulator.ensemble.hanging import hangs_on
from simulator.ensemble.reaching import CLASSES, classes_in, struck_regions
from simulator.ensemble.results import GroupOutage, Kind, Origin, OutageSpan, Radius, RunResult
from simulator.measures.blast_radius import by_class, of_users
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from simulator.model.world import Scenario, UserGroup


def run_case(scenario: Scenario, case: Case, *, origin: Origin, replication: int, name: str, kind: Kind = "architecture") -> RunResult:
    """Replay a scenario once with one tenant in one placement riding along. The world's blast radius is its struck region's."""
    trace = replay(plan_of(scenario, [case]), seed=origin.seed, replication=replication)
    index = TraceIndex(trace)
    found = outcome(index, case.label, objective=case.tenant.objective)
    curve = index.curve(case.label)
    regions = {group.region for group in case.tenant.placement}
    radii = by_class(index, classes_in(scenario, struck_regions(scenario) & regions or regions))
    starts = starts_of(scenario, [case], origin.seed)
    users = of_users(index.beyond(case.label))
    return RunResult(
        origin=origin, architecture=case.tenant.name, case=name, placement=dict(case.placement.zones), replication=replication,
        objective=case.tenant.objective, curve=curve, outage_minutes=found.outage_seconds / 60.0,
        time_to_recover_minutes=found.time_to_recover_seconds / 60.0 if found.outages else None,
        lost_minutes=found.lost_seconds / 60.0, data_loss_minutes=found.data_loss_seconds / 60.0,
        worst_served=1.0 if found.worst_served is None else found.worst_served, open_at_horizon=found.open_at_horizon,
        outages=tuple(OutageSpan(start=clock(origin, o.start), end=clock(origin, o.end)) for o in found.outages),
        blast_radius={
            "users": Radius(peak=users.peak, ever=users.ever),
            **{c: Radius(peak=radii[c].peak, ever=max(radii[c].ever, radii[c].peak)) for c in CLASSES if c in radii},
        },
        label=case.label, trace=trace, kind=kind, users=case.tenant.users, groups=groups_of(index, case, starts),
        baseline=of_cases(case.tenant.name, case.tenant.objective, [(case, 1.0)], starts, span=scenario.horizon),
        hangs_on=hangs_on(
            scenario.world, case.tenant, dict(case.placement.zones), case.label, (*scenario.world.rules, *scenario.rules)
        ),
    )  # fmt: skip


def groups_of(index: TraceIndex, case: Case, starts: Starts) -> tuple[GroupOutage, ...]:
    """The groups of a tenant's users, each measured by the tenant's objective."""
    return tuple(_group(index, case, group, starts) for group in case.tenant.groups)


def _group(index: TraceIndex, case: Case, group: UserGroup, starts: Starts) -> GroupOutage:
    label = f"{case.label}:{group.name}"
    found = outcome(index, label, objective=case.tenant.objective)
    name = f"{case.tenant.name}: {group.name}"
    return GroupOutage(
        name=group.name, users=group.users, outage_minutes=found.outage_seconds / 60.0, lost_minutes=found.lost_seconds / 60.0,
        worst_served=1.0 if found.worst_served is None else found.worst_served, open_at_horizon=found.open_at_horizon,
        baseline=baseline_of(name, case.tenant.objective, [(label, 1.0)], starts, span=index.horizon),
    )  # fmt: skip


def clock(origin: Origin, seconds: float) -> datetime:
    """Seconds since the start as a clock time, in the scenario's own offset."""
    return origin.start + timedelta(seconds=seconds)
