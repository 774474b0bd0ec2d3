"""Which tenants run in which placements: every architecture in every class of placements, probes where they are fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.engine.placements import Placement, placements
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
    return [
        Case(label=f"{tenant.name}@{k}", tenant=tenant, placement=placement)
        for tenant in tenants
        for k, placement in enumerate(placements(scenario, tenant))
    ]


def probes_of(scenario: Scenario) -> list[Case]:
    """The scenario's probes, each in its first placement."""
    return [Case(label=t.name, tenant=t, placement=placements(scenario, t)[0]) for t in scenario.probes]


def plan_of(scenario: Scenario, cases: Sequence[Case]) -> Plan:
    """Compile a scenario with all its cases riding along."""
    return compile_plan(scenario, [(c.label, c.tenant, dict(c.placement.zones)) for c in cases])


def shares_of(cases: Sequence[Case], name: str, case: str) -> list[tuple[Case, float]]:
    """The cases of one architecture that make up `hit`, `missed` or `average`, with weights that sum to 1.

    Where no zone fails, no placement is hit more than another: then all of them are the hit case.
    """
    own = [c for c in cases if c.tenant.name == name]
    hit = [c for c in own if c.placement.hit]
    chosen = {"hit": hit or own, "missed": [c for c in own if not c.placement.hit], "average": own}[case]
    total = sum(c.placement.weight for c in chosen)
    return [(c, c.placement.weight / total) for c in chosen]
