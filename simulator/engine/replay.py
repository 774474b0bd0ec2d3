"""One replication: a plan, a seed, and what came of it."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from simulator.engine import conservation
from simulator.engine.agenda import REPAIR, Endless
from simulator.engine.batch_stocks import BatchStocks
from simulator.engine.budget import endless
from simulator.engine.compiling import compile_world
from simulator.engine.conditions import MADE_OF, reads
from simulator.engine.deploying import Deployment
from simulator.engine.draws import Draws
from simulator.engine.effects import Action, Steps, in_phases
from simulator.engine.hazards import Hazard
from simulator.engine.loops import loop_of
from simulator.engine.names import Names
from simulator.engine.plan import EventPlan, Plan
from simulator.engine.reach import (
    all_flows,
    failing_by_themselves,
    latches_by_node,
    moving_nodes,
    nodes_alone,
    riders_by_node,
    riders_by_ridden,
    twins,
)
from simulator.engine.routes import RouteState
from simulator.engine.rules import RuleState
from simulator.engine.run import Run
from simulator.engine.stations import StationState
from simulator.engine.stocks import StockState
from simulator.engine.stratified import StratifiedDraws
from simulator.engine.streams import event_role
from simulator.engine.tenants import TenantFlow
from simulator.engine.trace import Trace
from simulator.model.world import Scenario, Tenant

Deployed = tuple[str, Tenant, dict[str, str]]
"""(label of its curve, tenant, role -> zone)."""


@dataclass(kw_only=True, frozen=True)
class CompiledWorld:
    """The world of a scenario compiled, into which tenants are deployed as often as is wanted."""

    scenario: Scenario
    plan: Plan
    names: Names

    @classmethod
    def of(cls, scenario: Scenario) -> CompiledWorld:
        plan, names = compile_world(scenario)
        plan.moving = moving_nodes(plan)
        return cls(scenario=scenario, plan=plan, names=names)

    def with_tenants(self, tenants: Sequence[Deployed]) -> Plan:
        """Everything that a replication with these tenants needs, worked out once."""
        own = self.plan
        plan = replace(
            own, owners=list(own.owners), own=list(own.own), values=list(own.values), units=dict(own.units), cohorts=list(own.cohorts),
            stations=list(own.stations), rules=list(own.rules), stocks=dict(own.stocks), tenants=[],
        )  # fmt: skip
        for label, tenant, zones in tenants:
            Deployment(scenario=self.scenario, plan=plan, names=self.names, tenant=tenant, zones=zones, label=label).add()
        return _completed(plan)


def compile_plan(scenario: Scenario, tenants: Sequence[Deployed] = ()) -> Plan:
    """Everything a replication needs, worked out once: `tenants` are (label, tenant, role -> zone)."""
    return CompiledWorld.of(scenario).with_tenants(tenants)


def _completed(plan: Plan) -> Plan:
    """What follows from all parts of a plan together."""
    plan.moving = moving_nodes(plan)
    plan.loops = [loop_of(tenant.nodes, (tenant.enters, *(node for _, node in tenant.groups))) for tenant in plan.tenants]
    plan.latches_on = latches_by_node(plan)
    alike = twins(plan)
    plan.riders = {
        rider.node: replace(rider, twins=alike.get(rider.node, -1)) for tenant in plan.tenants for rider in tenant.riders
    }
    plan.riders_on = riders_by_node(plan)
    plan.riders_of = riders_by_ridden(plan)
    plan.alone = nodes_alone(plan)
    plan.cohort_at = {c.node: n for n, c in enumerate(plan.cohorts)}
    plan.failing, plan.failing_riders = failing_by_themselves(plan)
    levels: dict[int, list[float]] = {}
    for condition in _conditions(plan):
        for node, level in _levels(condition):
            levels.setdefault(node, []).append(level)
    for node, found in levels.items():
        plan.stocks[node] = replace(plan.stocks[node], thresholds=tuple(found))
    return plan


def replay(plan: Plan, *, seed: int, replication: int = 0, strata: int = 0, keep: Collection[str] | None = None) -> Trace:
    """Run one replication of a compiled scenario. The same plan, seed, replication and strata give the same trace.

    With `strata` it is one of a block of so many, whose draws are stratified (`engine.stratified`). `keep` names the owners whose records
    will be read, none for curves alone: the records of a run over years take more memory than everything else. Without it all are kept.
    """
    draws = StratifiedDraws(seed=seed, replication=replication, strata=strata) if strata else Draws(seed=seed, replication=replication)
    with _uncollected():
        return _replayed(plan, draws, None if keep is None else frozenset(keep))


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: a trace only grows, and each round of collection would walk through all of it again.

    Nor is there any garbage for it: `Run.end` breaks every circle, so that counting references frees a replication as a whole.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _replayed(plan: Plan, draws: Draws, kept: frozenset[str] | None) -> Trace:
    run = Run(plan=plan, draws=draws, kept=kept)
    try:
        begin(run)
        _schedule(run)
        run.agenda.run()
        if conservation.CHECKED:
            conservation.check_conservation(run)
        return _finished(run)
    except Endless:
        raise endless(run) from None
    finally:
        run.end()


def begin(run: Run) -> None:
    """Bring a replication into the state in which it starts, with what follows from that, before anything of the scenario happens."""
    plan = run.plan
    run.stations = [StationState(run=run, plan=s, rank=n) for n, s in enumerate(plan.stations)]
    _place_tenants(run)
    _connect(run)
    for tenant in run.tenants:
        tenant.begin(*_tenant_parts(run, tenant))
    _hear_tenants(run)
    for stock in run.stocks.values():
        stock.flow(-1)
    for levels in run.batch_stocks.values():
        levels.flow(-1)
    for node in sorted({*plan.latches_on, *plan.riders_on}):
        if run.value[node] < 1.0:
            for latch in run.latches_on(node):
                latch(-1)
    run.agenda.settle_start()
    for tenant in run.tenants:
        run.trace.baseline[tenant.plan.label] = tenant.served
        run.trace.baseline.update({label: curve[-1][1] for label, curve in tenant.groups.items()})


def _schedule(run: Run) -> None:
    """All that can be scheduled before anything has happened."""
    plan = run.plan
    for event in plan.events:
        steps = in_phases(event.effects, otherwise=REPAIR)
        run.agenda.at(event.time, steps[0][0], _happen, (run, event, steps))
    for n, rule in enumerate(plan.rules):
        state = RuleState(run=run, plan=rule, rank=n)
        for node in dict.fromkeys(reads(rule.condition)):
            run.watchers.setdefault(node, []).append(state.look)
            if node in run.tenant_of:
                run.tenant_of[node].watch(node)
        if rule.condition[0] in {"at", "every"} or any(i in plan.moving or i in run.tenant_of for i in reads(rule.condition)):
            state.begin()
    for cohorts in list(run.cohorts_of.values()):
        for cohort in cohorts:
            if cohort.ageing is not None:
                cohort.ageing.resume()


def _finished(run: Run) -> Trace:
    """The trace, with what is known of it only at the end."""
    trace = run.trace
    trace.events = run.agenda.steps
    trace.curves = {label: curve for t in run.tenants for label, curve in ((t.plan.label, t.curve), *t.groups.items())}
    trace.waits = {s.plan.path: s.waits for s in run.stations if s.waits}
    return trace


def _place_tenants(run: Run) -> None:
    """Give every tenant its flow. Its units get their datacenters when something first happens to one of these."""
    for rank, plan in enumerate(run.plan.tenants):
        flow = TenantFlow(run=run, plan=plan, rank=rank)
        run.tenants.append(flow)
        run.tenant_of.update(dict.fromkeys(flow.node_of, flow))
        for i in plan.outside:
            run.tenants_reading.setdefault(i, []).append(flow)
    for node in run.plan.failing_riders:
        run.place(node, -1)


def _connect(run: Run) -> None:
    """Let everything that can move hear of what it hangs on."""
    plan = run.plan
    for index in plan.failing:
        run.cohort(index)
    for node, stock in plan.stocks.items():
        if node not in plan.moving:
            continue
        run.stocks[node] = state = StockState(run=run, node=node, plan=stock)
        for i in dict.fromkeys(j for flow in stock.flows if flow[3] is not None for j in reads(flow[3])):
            run.watchers.setdefault(i, []).append(state.flow)
    for node, levels in plan.batch_stocks.items():
        if node in plan.moving:
            run.batch_stocks[node] = each = BatchStocks(run=run, node=node, plan=levels)
            for i in dict.fromkeys(j for flow in levels.flows if flow[3] is not None for j in reads(flow[3])):
                run.watchers.setdefault(i, []).append(each.flow)
    for hazard in [c.ageing for cohorts in run.cohorts_of.values() for c in cohorts if isinstance(c.ageing, Hazard)]:
        hazard.watch(run.watchers)
    for station in run.stations:
        for i in station.plan.reads:
            run.watchers.setdefault(i, []).append(station.need_changed)
        if station.plan.behind >= 0:
            run.stations[station.plan.behind].load.followers.append(station.left_over)


def _hear_tenants(run: Run) -> None:
    """Let stations, stocks and hazards hear of tenants' components that they read, whose state is known only now."""
    for node in [node for node in run.watchers if node in run.tenant_of]:
        run.tenant_of[node].watch(node)
        for watcher in run.watchers[node]:
            watcher(-1)


def _tenant_parts(run: Run, tenant: TenantFlow) -> tuple[list[RouteState], list[int]]:
    routes = []
    for node in tenant.plan.nodes:
        if node.route is not None:
            run.routes[node.index] = state = RouteState(run=run, tenant=tenant, plan=node)
            routes.append(state)
    ageing = [
        node.index
        for node in (tenant.plan.nodes if run.cohorts_of else ())
        for cohort in run.cohorts_of.get(node.index, ())
        if cohort.plan.failure is not None and cohort.plan.failure.ageing == "in_use"
    ]
    return routes, ageing


def _conditions(plan: Plan) -> Iterator[Any]:
    """Every condition that anything in the plan reads."""
    riders = [c for tenant in plan.tenants for rider in tenant.riders for zone in rider.zones for _, c in zone if c is not None]
    yield from (rule.condition for rule in plan.rules)
    yield from (flow[3] for flow in all_flows(plan) if flow[3] is not None)
    yield from (c.hazard.during for c in (*plan.cohorts, *riders) if c.hazard is not None and c.hazard.during is not None)


def _levels(condition: Any) -> list[tuple[int, float]]:
    if condition[0] in MADE_OF:
        return [pair for c in condition[1] for pair in _levels(c)]
    return [(condition[1], condition[2])] if condition[0] == "level_below" else []


def _happen(args: tuple[Run, EventPlan, Steps]) -> None:
    run, event, steps = args
    record = run.trace.add(run.agenda.now, "event", event.name)
    Action(run=run, steps=steps, cause=record, role=event_role(event.name)).act()
