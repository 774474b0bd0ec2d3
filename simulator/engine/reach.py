"""What a scenario can ever change: everything else stands still and costs nothing."""

from collections.abc import Iterator
from typing import Any

from simulator.engine.conditions import holds_at_first, reads
from simulator.engine.plan import CohortPlan, Plan, StagePlan, TenantPlan


def moving_nodes(plan: Plan) -> frozenset[int]:
    """Nodes reachable from events, laws of failure, flows, rules and what is down at the start through requirements, latches and deeds."""
    moving: set[int] = set()
    news = [i for e in plan.events for effect in e.effects for i in targets(effect)]
    news += [c.node for c in plan.cohorts if c.failure is not None or (c.hazard is not None and c.hazard.without < 0)]
    flows = {i: s.flows for i, s in plan.stocks.items()} | {i: s.flows for i, s in plan.batch_stocks.items()}
    news += [i for i, of_stock in flows.items() if any(flow[3] is None or holds_at_first(flow[3], plan) for flow in of_stock)]
    news += [s.node for c in _riding(plan) for s in stages_of(c) if s.kind == "take"]
    news += [i for effect in _root_effects(plan) for i in _crowded(plan, effect)]
    # What does not serve when everything begins takes what hangs on it down, though nothing else may ever happen to it.
    hangs_on = [i for c in (*plan.cohorts, *_riding(plan)) for latch in c.latches for i in latch.nodes]
    news += [i for i in hangs_on if min(plan.own[i], plan.values[i]) < 1.0]
    news += [i for r in plan.rules if r.condition[0] in {"at", "every"} for effect in r.effects for i in targets(effect)]
    after = _after_work(plan)
    for c in plan.cohorts:
        for latch in c.latches:
            for i in latch.nodes:
                after.setdefault(i, set()).add(c.node)
        if c.hazard is not None and c.hazard.without >= 0:
            after.setdefault(plan.cohorts[c.hazard.without].node, set()).add(c.node)
    for i, of_stock in flows.items():
        for flow in of_stock:
            for j in reads(flow[3]) if flow[3] is not None else ():
                after.setdefault(j, set()).add(i)
    for i, levels in plan.batch_stocks.items():
        after.setdefault(i, set()).add(plan.cohorts[levels.cohort].node)
    for rule in plan.rules:
        for j in reads(rule.condition):
            after.setdefault(j, set()).update(i for effect in rule.effects for i in (*targets(effect), *_crowded(plan, effect)))
    while news:
        i = news.pop()
        if i not in moving:
            moving.add(i)
            news.extend(plan.dependents[i] if i < len(plan.dependents) else ())
            news.extend(after.get(i, ()))
    return frozenset(moving)


def is_beyond_reach(plan: Plan, tenant: TenantPlan) -> bool:
    """Whether nothing that can happen reaches a tenant, whatever is drawn: neither its components, nor what they run on or read."""
    riding = any(c is not None for rider in tenant.riders for zone in rider.zones for _, c in zone)
    return not riding and plan.moving.isdisjoint({*(node.index for node in tenant.nodes), *tenant.outside})


def _after_work(plan: Plan) -> dict[int, set[int]]:
    """Node of a cohort -> what its units' ways back can change: rooms of stations, levels of stocks."""
    found: dict[int, set[int]] = {}
    for c in plan.cohorts:
        for s in stages_of(c):
            changed = plan.stations[s.station].node if s.kind == "visit" else s.node if s.kind == "take" else -1
            if changed >= 0:
                found.setdefault(c.node, set()).add(changed)
    return found


def _root_effects(plan: Plan) -> Iterator[tuple[str, Any]]:
    """What events do, and rules that wait for nothing but time."""
    yield from (effect for e in plan.events for effect in e.effects)
    yield from (effect for r in plan.rules if r.condition[0] in {"at", "every"} for effect in r.effects)


def _crowded(plan: Plan, effect: tuple[str, Any]) -> tuple[int, ...]:
    """The room that an effect's jobs may fill."""
    node = plan.stations[effect[1][0]].node if effect[0] in {"submit", "set_capacity"} else -1
    return (node,) if node >= 0 else ()


def _riding(plan: Plan) -> list[CohortPlan]:
    """What tenants' units ride, cohort by cohort."""
    return [c for t in plan.tenants for r in t.riders for zone in r.zones for _, c in zone if c is not None]


def nodes_alone(plan: Plan) -> frozenset[int]:
    """The world's nodes that no requirement, latch, rule, flow, stage, station or tenant reads."""
    read = {i for rule in plan.rules for i in reads(rule.condition)}
    read.update(i for flow in all_flows(plan) if flow[3] is not None for i in reads(flow[3]))
    read.update(i for c in plan.cohorts for latch in c.latches for i in latch.nodes)
    riders = _riding(plan)
    read.update(s.node for c in (*plan.cohorts, *riders) for s in stages_of(c))
    read.update(i for c in (*plan.cohorts, *riders) if c.hazard is not None and c.hazard.during for i in reads(c.hazard.during))
    read.update(i for s in plan.stations for i in s.reads)
    read.update(i for t in plan.tenants for i in t.outside)
    cohorts = {c.node for c in plan.cohorts if c.node < plan.world_nodes}
    free = [i for i in cohorts if not plan.dependents[i] and plan.needs[i] is None and i not in plan.quorum]
    return frozenset(i for i in free if i not in read)


def latches_by_node(plan: Plan) -> dict[int, tuple[tuple[int, int, int], ...]]:
    """Node -> (cohort, latch, segment) of everything that hangs on it and can lose it."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for index, c in enumerate(plan.cohorts):
        for number, latch in enumerate(c.latches):
            for segment, node in enumerate(latch.nodes):
                if node in plan.moving:
                    found.setdefault(node, []).append((index, number, segment))
    return {node: tuple(members) for node, members in found.items()}


def twins(plan: Plan) -> dict[int, int]:
    """Node of a tenant's component -> number of its group of twins. What rules or events act on by themselves has no twin."""
    acted_on = {i for rule in plan.rules for effect in rule.effects for i in targets(effect)}
    acted_on.update(i for event in plan.events for effect in event.effects for i in targets(effect))
    groups: dict[object, int] = {}
    found: dict[int, int] = {}
    for tenant in plan.tenants:
        for rider in tenant.riders:
            members = tuple(
                (share, None if c is None else (c.units, c.latches, c.recovery, c.hazard, c.weighs))
                for zone in rider.zones
                for share, c in zone
            )
            simple = all(c is None or (not c.off and c.failure is None and not c.weighs) for zone in rider.zones for _, c in zone)
            if simple and rider.node not in acted_on:
                key = (rider.role, rider.units, rider.lives_in, rider.exposure, tuple(len(z) for z in rider.zones), members)
                found[rider.node] = groups.setdefault(key, len(groups))
    return found


def failing_by_themselves(plan: Plan) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What needs state from the beginning: cohorts of the world, and nodes of tenants' components."""
    cohorts = [n for n, c in enumerate(plan.cohorts) if c.failure is not None or (c.hazard is not None and c.node in plan.moving)]
    riders = [
        rider.node
        for tenant in plan.tenants
        for rider in tenant.riders
        if any(c is not None and (c.failure is not None or c.hazard is not None) for zone in rider.zones for _, c in zone)
    ]
    return tuple(cohorts), tuple(riders)


def riders_by_ridden(plan: Plan) -> dict[int, tuple[int, ...]]:
    """Component of the world -> components of tenants that may ride it."""
    found: dict[int, dict[int, None]] = {}
    for rider in plan.riders.values():
        for zone in rider.zones:
            for _, cohort in zone:
                if cohort is not None:
                    found.setdefault(cohort.rides, {})[rider.node] = None
    return {node: tuple(sorted(members)) for node, members in found.items()}


def riders_by_node(plan: Plan) -> dict[int, tuple[int, ...]]:
    """Node -> components of tenants that may have units which can lose it."""
    found: dict[int, dict[int, None]] = {}
    for rider in plan.riders.values():
        for zone in rider.zones:
            for _, cohort in zone:
                for latch in cohort.latches if cohort is not None else ():
                    for node in latch.nodes:
                        if node in plan.moving:
                            found.setdefault(node, {})[rider.node] = None
    return {node: tuple(sorted(members)) for node, members in found.items()}


def all_flows(plan: Plan) -> Iterator[tuple[Any, ...]]:
    """Every flow of every stock."""
    yield from (flow for stock in plan.stocks.values() for flow in stock.flows)
    yield from (flow for levels in plan.batch_stocks.values() for flow in levels.flows)


def stages_of(cohort: CohortPlan) -> Iterator[StagePlan]:
    """Every stage of a cohort's ways back and up, those of ways that race too."""
    left = [*cohort.recovery, *cohort.provision]
    while left:
        stage = left.pop()
        yield stage
        left += [s for way in stage.ways for s in way]


def targets(effect: tuple[str, Any]) -> tuple[int, ...]:
    """The nodes an effect acts on."""
    tag, body = effect
    if tag == "fail":
        return (body[0],)
    return body if tag in {"repair", "start", "stop", "switch"} else body[:1] if tag == "fill" else ()
