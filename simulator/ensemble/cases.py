"""Which tenants run in which placements: every architecture in every class of placements, probes where they are fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.engine.placements import Placement, placements, zone_kinds
from simulator.engine.plan import Plan
from simulator.engine.replay import compile_plan
from simulator.model.world import Scenario, Tenant


@dataclass(kw_only=True, frozen=True, slots=True)
class Case:
    """A tenant in one class of placements; `label` names its curve in the trace."""

    label: str
    tenant: Tenant
    placement: Placement


def cases_of(scenario: Scenario, tenants: Sequence[Tenant]) -> list[Case]:
    """Every tenant in every class of its placements."""
    kinds = zone_kinds(scenario)
    return [
        Case(label=f"{tenant.name}@{k}", tenant=tenant, placement=placement)
        for tenant in tenants
        for k, placement in enumerate(placements(scenario, tenant, kinds))
    ]


def probes_of(scenario: Scenario) -> list[Case]:
    """The scenario's probes, each in its first placement."""
    return standing(scenario, scenario.probes)


def standing(scenario: Scenario, tenants: Sequence[Tenant]) -> list[Case]:
    """Tenants as they stand, each in its first placement and under its own name."""
    kinds = zone_kinds(scenario) if tenants else {}
    return [Case(label=t.name, tenant=t, placement=placements(scenario, t, kinds)[0]) for t in tenants]


def case_of(scenario: Scenario, tenant: Tenant, case: str) -> tuple[Case, str] | None:
    """The first placement of one tenant in a case, and what the case is called; None where it has none such.

    A tenant whose zones are all fixed is not placed by chance: its one placement is the case `fixed`. Where no zone fails, it is `any`.
    """
    members = shares_of(cases_of(scenario, [tenant]), tenant.name, case)
    if not members:
        return None
    if is_fixed(tenant):
        return standing(scenario, [tenant])[0], FIXED
    return members[0][0], case if scenario.hit_zones else ANY


FIXED, ANY = "fixed", "any"


def is_fixed(tenant: Tenant) -> bool:
    """Whether it is known in which zones the tenant stands."""
    return all(group.fixed is not None for group in tenant.placement)


def plan_of(scenario: Scenario, cases: Sequence[Case]) -> Plan:
    """Compile a scenario with all its cases riding along."""
    return compile_plan(scenario, [(c.label, c.tenant, dict(c.placement.zones)) for c in cases])


def shares_of(cases: Sequence[Case], name: str, case: str) -> list[tuple[Case, float]]:
    """The cases of one architecture that make up `hit`, `missed`, `average` or `fixed`, with weights that sum to 1.

    Where no zone fails, no placement is hit more than another: then all of them are the hit case.
    """
    own = [c for c in cases if c.tenant.name == name]
    hit = [c for c in own if c.placement.hit]
    chosen = {"hit": hit or own, "missed": [c for c in own if not c.placement.hit], "average": own, FIXED: own}[case]
    total = sum(c.placement.weight for c in chosen)
    return [(c, c.placement.weight / total) for c in chosen]
