"""The tenants of an incident: all of them ride in one replay, and each is held beside what is on record about it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.engine.names import seconds
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of, standing
from simulator.ensemble.estimating import estimate, warnings_of
from simulator.ensemble.explaining import first_causes
from simulator.ensemble.results import Origin
from simulator.ensemble.tenant_results import Documented, FirstCause, Tenancy, TenantRow
from simulator.measures.agreement import Spread, spread
from simulator.measures.causes import Hop, begin_chain
from simulator.measures.curves import Interval
from simulator.measures.index import TraceIndex
from simulator.measures.outages import outcome
from simulator.model.basis import Reported
from simulator.model.world import Scenario, Tenant, TenantRecord

Progress = Callable[[int, int], None]


def tenancy(
    scenario: Scenario, tenants: Sequence[Tenant], *, origin: Origin, replications: int, progress: Progress | None = None
) -> Tenancy:
    """Replay the scenario `replications` times with these tenants where they stand."""
    names = frozenset(tenant.name for tenant in tenants)
    lanes = [lane for tenant in tenants for lane in _lanes(scenario, tenant, names)]
    plan = plan_of(scenario, standing(scenario, tenants))
    for n in range(replications if tenants else 0):
        index = TraceIndex(replay(plan, seed=origin.seed, replication=n))
        for lane in lanes:
            lane.add(index)
        if progress is not None:
            progress(n + 1, replications)
    return Tenancy(
        origin=origin, summary=scenario.summary, replications=replications, rows=tuple(lane.row(scenario) for lane in lanes),
        warnings=warnings_of(replications) if tenants else (),
    )  # fmt: skip


@dataclass(kw_only=True)
class _Lane:
    """One tenant or group, and what came of it replication by replication. Those in which it was not down have no outages."""

    tenant: Tenant
    group: str | None
    users: float
    words: Callable[[Hop], str]
    outages: list[tuple[Interval, ...]] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)
    affected: list[float] = field(default_factory=list)
    open: int = 0
    causes: Counter[str] = field(default_factory=Counter)

    def add(self, index: TraceIndex) -> None:
        label = self.tenant.name if self.group is None else f"{self.tenant.name}:{self.group}"
        found = outcome(index, label, objective=self.tenant.objective, users=self.users)
        self.outages.append(found.outages)
        self.lost.append(found.lost_user_minutes)
        self.affected.append(0.0 if found.worst_served is None else (1.0 - found.worst_served) * self.users)
        self.open += found.open_at_horizon
        chain = begin_chain(index, label, self.tenant.objective) if found.outages else []
        if chain:
            self.causes[self.words(chain[0])] += 1

    def row(self, scenario: Scenario) -> TenantRow:
        down = [(outages, affected) for outages, affected in zip(self.outages, self.affected, strict=True) if outages]
        count = len(self.outages)

        def over(value: Callable[[tuple[Interval, ...]], float | None]) -> Spread | None:
            return spread([value(outages) for outages, _ in down]) if down else None

        end = scenario.horizon
        return TenantRow(
            tenant=self.tenant.name, group=self.group, summary=self.tenant.summary, users=self.users, objective=self.tenant.objective,
            down=len(down) / count, since=over(lambda o: o[0].start), until=over(lambda o: o[-1].end if o[-1].end < end else None),
            outage_minutes=over(lambda o: sum(one.length for one in o) / 60.0), lost_user_minutes=estimate(self.lost),
            users_affected=spread([affected for _, affected in down] or self.affected), open_at_horizon=self.open / count,
            first_cause=self._first_cause(len(down)), record=documented(scenario, self.tenant.name, self.group),
        )  # fmt: skip

    def _first_cause(self, down: int) -> FirstCause | None:
        # Of equally frequent ones the first in the alphabet, so that the order of replications says nothing.
        found = min(self.causes.items(), key=lambda pair: (-pair[1], pair[0]), default=None)
        return None if found is None else FirstCause(text=found[0], share=found[1] / down)


def _lanes(scenario: Scenario, tenant: Tenant, names: frozenset[str]) -> list[_Lane]:
    said = first_causes(scenario, tenant, tenant.name)

    def words(hop: Hop) -> str:
        # What two tenants deploy alike has one fate, and is told under the name of one of them: to each it is its own.
        whose, _, part = hop.owner.partition("/")
        return said(replace(hop, owner=f"{tenant.name}/{part}") if whose in names and part else hop)

    groups = [_Lane(tenant=tenant, group=group.name, users=group.users, words=words) for group in tenant.groups]
    return [_Lane(tenant=tenant, group=None, users=tenant.users, words=words), *groups]


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
