"""The tenants of an incident: all of them ride in one replay, and each is held beside what is on record about it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.engine.names import seconds
from simulator.ensemble.baselines import Starts, baseline_of, starts_of
from simulator.ensemble.cases import Case, standing
from simulator.ensemble.convergence import Doubts, Unsettled, worst_of
from simulator.ensemble.estimating import Values, estimate, warnings_of, warnings_of_unseen
from simulator.ensemble.explaining import first_causes
from simulator.ensemble.proportions import proportion_interval
from simulator.ensemble.reaching import beyond_reach
from simulator.ensemble.replays import Replays
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Origin
from simulator.ensemble.stopping import Precision
from simulator.ensemble.studies import identity_of
from simulator.ensemble.tenant_results import Documented, FirstCause, Tenancy, TenantRow
from simulator.ensemble.watching import Watch, told
from simulator.measures.agreement import Spread, spread
from simulator.measures.causes import Hop, begin_chain
from simulator.measures.curves import Interval
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from simulator.model.basis import Reported
from simulator.model.world import Scenario, Tenant, TenantRecord


def tenancy(
    scenario: Scenario, tenants: Sequence[Tenant], *, origin: Origin, replications: int, until: Precision | None = None,
    running: Running = HERE,
) -> Tenancy:  # fmt: skip
    """Replay the scenario `replications` times with these tenants where they stand, or `until` a mean is as precise as that."""
    nights = Nights(origin=origin, scenario=scenario, cases=tuple(standing(scenario, tenants)))
    lanes = [_Lane(of=party) for party in _parties(tenants)]
    doubts = Doubts(origin.start)

    def add(one: Sample) -> None:
        for lane, fate in zip(lanes, one.fates, strict=True):
            lane.add(fate)
        doubts.add(one.unsettled)

    def columns(quantity: str) -> Mapping[str, Values]:
        whole = [lane for lane in lanes if lane.of.group is None]
        minutes = {
            "lost_minutes": {lane.of.tenant.name: [lost / (lane.of.users or 1.0) for lost in lane.lost] for lane in whole},
            "outage_minutes": {lane.of.tenant.name: [sum(o.length for o in some) / 60.0 for some in lane.outages] for lane in whole},
        }
        return told(minutes, quantity)

    starts = starts_of(scenario, nights.cases, origin.seed)
    watch = Watch(until=until, most=replications, columns=columns)
    taken = gather(nights, replications, running, add, key="tenants", said=watch.said, enough=watch.enough) if tenants else replications
    sure = watch.confidence
    idle = [lane.of.tenant.name for lane in lanes if not any(lane.lost)]
    certain = beyond_reach(scenario, nights.cases) if idle else frozenset[str]()
    rows = tuple(lane.row(scenario, sure, starts, certain=lane.of.tenant.name in certain) for lane in lanes)
    unseen = warnings_of_unseen(taken, any(row.lost_user_minutes.unseen for row in rows), horizon=scenario.horizon, level=sure)
    return Tenancy(
        origin=origin, summary=scenario.summary, replications=taken, rows=rows,
        warnings=(*warnings_of(taken), *watch.warnings, *doubts.warnings, *unseen) if tenants else (), stopped=watch.stopped,
    )  # fmt: skip


@dataclass(kw_only=True, frozen=True, slots=True)
class Fate:
    """What one replication did to a tenant or a group; the first cause of its outage in words, where it was down."""

    outages: tuple[Interval, ...]
    lost: float
    affected: float
    open: bool
    cause: str | None


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication: the fate of each tenant, each followed by its groups."""

    fates: tuple[Fate, ...]
    unsettled: tuple[Unsettled, ...] = ()


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario, its tenants where they stand, and what is kept of each replication."""

    origin: Origin
    scenario: Scenario
    cases: tuple[Case, ...]

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return identity_of(self.origin, self.cases)

    def ready(self) -> Callable[[int], Sample]:
        replays = Replays(self.scenario, self.cases)
        tenants = [case.tenant for case in self.cases]
        said = {tenant.name: _words(self.scenario, tenant, frozenset(one.name for one in tenants)) for tenant in tenants}
        parties = _parties(tenants)

        def take(n: int) -> Sample:
            found = replays.replay(n, seed=self.origin.seed)
            fates = tuple(_fate(found.of(party.tenant.name), party, said[party.tenant.name]) for party in parties)
            return Sample(fates=fates, unsettled=worst_of(found.unsettled()))

        return take


@dataclass(kw_only=True, frozen=True)
class _Party:
    """A tenant as a whole, or one group of its users."""

    tenant: Tenant
    group: str | None
    users: float


def _parties(tenants: Sequence[Tenant]) -> list[_Party]:
    found = []
    for tenant in tenants:
        found.append(_Party(tenant=tenant, group=None, users=tenant.users))
        found += [_Party(tenant=tenant, group=group.name, users=group.users) for group in tenant.groups]
    return found


def _fate(index: TraceIndex, party: _Party, words: Callable[[Hop], str]) -> Fate:
    tenant = party.tenant
    label = tenant.name if party.group is None else f"{tenant.name}:{party.group}"
    found = outcome(index, label, objective=tenant.objective, users=party.users)
    chain = begin_chain(index, label, tenant.objective) if found.outages else []
    return Fate(
        outages=found.outages, lost=found.lost_user_minutes, open=found.open_at_horizon, cause=words(chain[0]) if chain else None,
        affected=found.worst_taken * party.users,
    )  # fmt: skip


@dataclass(kw_only=True)
class _Lane:
    """What came of a tenant or group replication by replication. Those in which it was not down have no outages."""

    of: _Party
    outages: list[tuple[Interval, ...]] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    affected: list[float] = field(default_factory=list)
    open: list[float] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, fate: Fate) -> None:
        self.outages.append(fate.outages)
        self.lost.append(fate.lost)
        self.affected.append(fate.affected)
        self.open.append(float(fate.open))
        if fate.cause is not None:
            self.causes[fate.cause] += 1

    def row(self, scenario: Scenario, sure: float, starts: Starts, *, certain: bool = False) -> TenantRow:
        down = [(outages, affected) for outages, affected in zip(self.outages, self.affected, strict=True) if outages]
        count = len(self.outages)

        def over(value: Callable[[tuple[Interval, ...]], float | None]) -> Spread | None:
            return spread([value(outages) for outages, _ in down]) if down else None

        lost = estimate(self.lost, ceiling=self.of.users * scenario.horizon / 60.0, level=sure, certain=certain or not self.of.users)
        end, tenant, group = scenario.horizon, self.of.tenant, self.of.group
        name, label = (tenant.name, tenant.name) if group is None else (f"{tenant.name}: {group}", f"{tenant.name}:{group}")
        return TenantRow(
            tenant=tenant.name, group=group, summary=tenant.summary, users=self.of.users, objective=tenant.objective,
            down=len(down) / count, down_ci95=proportion_interval(len(down), count, sure),
            since=over(lambda o: o[0].start), until=over(lambda o: o[-1].end if o[-1].end < end else None),
            outage_minutes=over(lambda o: sum(one.length for one in o) / 60.0), lost_user_minutes=lost,
            users_affected=spread([affected for _, affected in down] or self.affected), open_at_horizon=sum(self.open) / count,
            first_cause=self._first_cause(len(down)), record=documented(scenario, tenant.name, group),
            baseline=baseline_of(name, tenant.objective, [(label, 1.0)], starts, span=end),
            values={
                "outage_minutes": [sum(one.length for one in some) / 60.0 for some in self.outages], "lost_user_minutes": self.lost,
                "users_affected": self.affected, "open_at_horizon": self.open,
            },
        )  # fmt: skip

    def _first_cause(self, down: int) -> FirstCause | None:
        # Of equally frequent ones the first in the alphabet, so that the order of replications says nothing.
        found = min(self.causes.items(), key=lambda pair: (-pair[1], pair[0]), default=None)
        return None if found is None else FirstCause(text=found[0], share=found[1] / down)


def _words(scenario: Scenario, tenant: Tenant, names: frozenset[str]) -> Callable[[Hop], str]:
    """Puts the first hop of a tenant's chain of causes into words."""
    said = first_causes(scenario, tenant, tenant.name)

    def words(hop: Hop) -> str:
        # What two tenants deploy alike has one fate, and is told under the name of one of them: to each it is its own.
        whose, _, part = hop.owner.partition("/")
        return said(replace(hop, owner=f"{tenant.name}/{part}") if whose in names and part else hop)

    return words


def documented(scenario: Scenario, tenant: str, group: str | None) -> tuple[Documented, ...]:
    """What is on record about a tenant as a whole, or about one group of its users, in the order of the file."""
    return tuple(_documented(scenario, one) for one in scenario.record if (one.tenant, one.group) == (tenant, group))


def _documented(scenario: Scenario, one: TenantRecord) -> Documented:
    def clock(text: str | None) -> float | None:
        return None if text is None else seconds(text, scenario)

    basis: Any = one.basis
    source = ", ".join(basis.reported) if isinstance(basis, Reported) else next(iter(type(basis).model_fields))
    return Documented(
        down=one.down, since=clock(one.since), until=clock(one.until), outage_minutes=None if one.outage is None else one.outage / 60.0,
        users=one.users, source=source,
    )  # fmt: skip
