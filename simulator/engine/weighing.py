"""Which tenants weigh on the world, so that others in the same run would feel them; and which of them live through the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from simulator.engine.conditions import MADE_OF
from simulator.engine.plan import CohortPlan, Condition, Plan, RiderPlan, RulePlan, StagePlan, TenantNode, TenantPlan
from simulator.engine.reach import stages_of, targets

_ON_ROUTES = frozenset({"withdraw", "readmit"})
"""Effects on the routes of everybody."""


def weighs_on_world(plan: Plan, number: int) -> bool:
    """Whether tenant `number` of a plan changes anything for others: the world's queues, levels or states, or other tenants' routes.

    That is where units above `deploying.HEAVY` of what they run on, or units that run on nothing, are worked on by a station of the
    world or take from a level of it; where a rule of the tenant acts on the world; and where one waits for a level of the world, which
    is then worked out at other instants.
    """
    rules = [rule for rule in plan.rules if rule.tenant == number]
    return (
        any(_loads(stage, plan) for cohort in _cohorts(plan, number) if cohort.weighs for stage in stages_of(cohort))
        or any(_acts_on_world(rule, plan) for rule in rules)
        or any(node < plan.world_nodes for rule in rules for node in _levels(rule.condition))
    )


def _cohorts(plan: Plan, number: int) -> Iterator[CohortPlan]:
    tenant = plan.tenants[number]
    yield from (cohort for rider in tenant.riders for zone in rider.zones for _, cohort in zone if cohort is not None)
    yield from _own_cohorts(plan, tenant)


def _own_cohorts(plan: Plan, tenant: TenantPlan) -> list[CohortPlan]:
    """A tenant's units that run on nothing of the world."""
    return [cohort for cohort in plan.cohorts if cohort.node >= plan.world_nodes and cohort.owner.startswith(f"{tenant.label}/")]


def _loads(stage: StagePlan, plan: Plan) -> bool:
    """Whether a stage with weight changes what others find: a queue of the world, or a level."""
    if stage.kind == "take":
        return stage.amount > 0.0
    return stage.kind == "visit" and not stage.weightless and stage.station < plan.world_stations


def _acts_on_world(rule: RulePlan, plan: Plan) -> bool:
    return any(
        tag in _ON_ROUTES
        or (tag in {"submit", "set_capacity"} and body[0] < plan.world_stations)
        or any(node < plan.world_nodes for node in targets((tag, body)))
        for tag, body in rule.effects
    )


def _levels(condition: Condition) -> list[int]:
    """The levels that a condition waits for."""
    if condition[0] in MADE_OF:
        return [node for one in condition[1] for node in _levels(one)]
    return [condition[1]] if condition[0] == "level_below" else []


def fate_of(plan: Plan) -> str:
    """A text for the one tenant of a plan: where it is the same in two placements, the tenant lives through the same, to the last bit.

    What differs between zones in which nothing ever happens is left out.
    """
    (tenant,) = plan.tenants
    effects = [effect for rule in plan.rules for effect in rule.effects] + [effect for event in plan.events for effect in event.effects]
    left = {zone for tag, body in effects if tag in _ON_ROUTES for zone in body}
    nodes = tuple(_node(node, left) for node in tenant.nodes)
    riders = tuple(_rider(rider) for rider in tenant.riders)
    outside = frozenset(i for i in tenant.outside if i in plan.moving)
    parts = (
        replace(tenant, nodes=nodes, riders=riders, outside=outside), _own_cohorts(plan, tenant), plan.stations[plan.world_stations :],
        [rule for rule in plan.rules if rule.tenant >= 0],
    )  # fmt: skip
    return repr(parts).replace(tenant.label, "*")


def _node(node: TenantNode, left: set[str]) -> TenantNode:
    """A node without the names of zones that nobody leaves."""
    return replace(node, zones=tuple(zone if zone in left else "" for zone in node.zones)) if node.zones else node


def _rider(rider: RiderPlan) -> RiderPlan:
    zones = tuple(zone if any(cohort is not None for _, cohort in zone) else ((1.0, None),) for zone in rider.zones)
    calm = all(cohort is None for zone in zones for _, cohort in zone)
    return replace(rider, zones=zones, exposure=None if calm else rider.exposure)
