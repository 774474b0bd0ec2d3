"""Which tenants run in which placements: every architecture in every class of placements, probes where they are fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.engine.exchange import looks, parts_of_tenant, trees_of
from simulator.engine.placements import MOST, Placement, placements, zone_kinds
from simulator.engine.plan import Plan
from simulator.engine.replay import compile_plan
from simulator.ensemble.refusing import Refused
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


def warnings_of_placements(cases: Sequence[Case]) -> tuple[str, ...]:
    """Whose placements are too many to be all replayed, so that some stand for them."""
    drawn = list(dict.fromkeys(case.tenant.name for case in cases if case.placement.sampled))
    if not drawn:
        return ()
    more = f"more than {MOST} placements differ for {', '.join(drawn)}"
    return (f"{more}: {MOST} placements were drawn, and their averages have an error of their own that no interval shows",)


def probes_of(scenario: Scenario) -> list[Case]:
    """The scenario's probes, each where it stands."""
    return standing(scenario, scenario.probes)


def standing(scenario: Scenario, tenants: Sequence[Tenant]) -> list[Case]:
    """Tenants as they stand, each in the one placement that it has, and under its own name.

    Refused where a tenant may stand in several zones that are not alike: nothing says then where it does.
    """
    kinds = zone_kinds(scenario) if tenants else {}
    found = [(t, placements(scenario, t, kinds)) for t in tenants]
    open_ones = [f"{t.name} ({len(some)} placements that differ)" for t, some in found if len(some) > 1]
    if open_ones:
        say = "write them in its placement, as in fixed: [REGION/ZONE, ...]"
        raise Refused(f"nothing says in which zones these tenants stand: {', '.join(open_ones)}; {say}")
    return [Case(label=t.name, tenant=t, placement=some[0]) for t, some in found]


def case_of(scenario: Scenario, tenant: Tenant, case: str) -> tuple[Case, str] | None:
    """The most frequent placement of one tenant in a case, and what the case is called; None where it has none such.

    Of equally frequent ones it is told by how its roles stand in the tenant and its zones in the world (`engine.exchange.looks`), whatever
    they are called.

    A tenant whose zones are all fixed is not placed by chance: its one placement is the case `fixed`. Where no zone fails, it is `any`.
    """
    members = shares_of(cases_of(scenario, [tenant]), tenant.name, case)
    if not members:
        return None
    if is_fixed(tenant):
        return standing(scenario, [tenant])[0], FIXED
    return _most_frequent(scenario, tenant, [one for one, _ in members]), case if scenario.hit_zones else ANY


def _most_frequent(scenario: Scenario, tenant: Tenant, members: Sequence[Case]) -> Case:
    most = max(one.placement.weight for one in members)
    first = [one for one in members if one.placement.weight >= most * (1.0 - 1e-9)]
    if len(first) == 1:
        return first[0]
    roles = [role for role, _ in first[0].placement.zones]
    look = looks(parts_of_tenant(tenant), roles)
    seen = looks(trees_of(scenario), {zone for one in first for _, zone in one.placement.zones})
    ordered = sorted(range(len(roles)), key=lambda n: look[roles[n]])

    def key(one: Case) -> tuple[list[bool], list[str]]:
        zones = [one.placement.zones[n][1] for n in ordered]
        return [zone not in scenario.hit_zones for zone in zones], [seen[zone] for zone in zones]

    return min(first, key=key)


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
