"""A tenant in a placement, compiled into a plan: its graph from the users to the leaves, and the cohorts its units ride with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from simulator.engine.asking import tenant_need
from simulator.engine.names import Names, day_clock, found, rule_owner, scoped, seconds
from simulator.engine.parts import hazard_plan, latch_plans, rule_plan, stage_plans, station_plan
from simulator.engine.plan import MOST_BATCHES, CohortPlan, Plan, RiderPlan, StagePlan, TenantNode, TenantPlan
from simulator.engine.pruning import always_there, asked_by, from_users, pruned
from simulator.engine.reach import targets as targets_of
from simulator.engine.streams import provision_role, stage_role, tenant_role, way_role
from simulator.model.component import After, Component, lives
from simulator.model.requirement import AllOf
from simulator.model.world import Scenario, Tenant

EVERYBODY = "*"
"""Stands for all groups of a tenant's users together; no path can be called so."""
HEAVY = 0.01
"""A tenant above this share of a cohort adds its weight to the world's stations."""


class Deployment:
    """Collects the nodes, riders, stations and rules of one tenant in one placement, and adds them to the plan."""

    def __init__(self, *, scenario: Scenario, plan: Plan, names: Names, tenant: Tenant, zones: dict[str, str], label: str) -> None:
        self.scenario, self.plan, self.names, self.tenant, self.zones, self.label = scenario, plan, names, tenant, zones, label
        paths = sorted([c.path for c in tenant.components] + [r.path for r in tenant.routes]) + [EVERYBODY] * bool(tenant.groups)
        self.targets = {r.path: r.targets for r in tenant.routes}
        self.routed = {t for r in tenant.routes for t in r.targets}
        base = len(plan.owners)
        self.own = {path: base + n for n, path in enumerate(paths)}
        self.own_stations = {s.path: len(plan.stations) + n for n, s in enumerate(sorted(tenant.stations, key=lambda s: s.path))}
        plan.owners += [f"{label}/{path}" for path in paths]
        plan.own += [1.0] * len(paths)
        plan.values += [1.0] * len(paths)

    # -- names ------------------------------------------------------------------------------------------------------------------

    def zones_of(self, path: str) -> tuple[str, ...]:
        """The zones from which a path of the tenant sees the world: its role's; of what stands in no role, all of them.

        A route that stands in no role sees it from the zones of its targets, also through other routes.
        """
        seen, left = dict.fromkeys([path]), [path]
        while left:
            one = left.pop()
            more = () if one.partition("/")[0] in self.zones else self.targets.get(one, ())
            left += [target for target in more if target not in seen]
            seen |= dict.fromkeys(more)
        zones = dict.fromkeys(self.zones[role] for one in seen if (role := one.partition("/")[0]) in self.zones)
        return tuple(zones or dict.fromkeys(self.zones.values()))

    def find(self, kind: str, name: str, path: str) -> int:
        """The index of what `name` means to the tenant's `path`: the tenant's own first, then its zone's, then the region's."""
        own = {"node": self.own, "station": self.own_stations, "cohort": {}}[kind]
        world = {"node": self.names.nodes, "station": self.names.stations, "cohort": self.names.cohorts}[kind]
        for candidate in scoped(name, path):
            if candidate in own:
                return own[candidate]
        meant = {found(name, zone, world) for zone in self.zones_of(path)}
        if len(meant) > 1:
            raise ambiguous(self.tenant.name, path, name)
        return meant.pop()

    def node(self, path: str) -> Callable[[str], int]:
        return lambda name: self.find("node", name, path)

    # -- parts -------------------------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Add everything to the plan."""
        plan, tenant = self.plan, self.tenant
        for s in sorted(tenant.stations, key=lambda s: s.path):
            plan.stations.append(station_plan(s, f"{self.label}/{s.path}", self.node(s.path)))
        nodes: dict[int, TenantNode] = {}
        riders: list[RiderPlan] = []
        for c in sorted(tenant.components, key=lambda c: c.path):
            nodes[self.own[c.path]] = self._component_node(c)
            if c.rides is None:
                plan.cohorts.append(self._cohort(c))
            else:
                riders.append(self._rider(c))
        for r in tenant.routes:
            index = self.own[r.path]
            station = -1 if r.shift is None or r.shift.station is None else self.find("station", r.shift.station, r.path)
            targets = tuple(self.find("node", t, r.path) for t in r.targets)
            zones = tuple(self.zones.get(t.split("/")[0], "") for t in r.targets)
            plan.units[plan.owners[index]] = 1.0
            nodes[index] = TenantNode(index=index, route=r, targets=targets, zones=zones, station=station, role=tenant_role(r.path))
        number, rules = len(plan.tenants), len(plan.rules)
        for rule in sorted(tenant.rules, key=lambda r: (r.path or "", r.name)):
            owner = rule_owner(rule)
            known = Names(nodes=self.names.nodes, stations={**self.names.stations, **self.own_stations}, cohorts=self.names.cohorts)
            clock = partial(seconds, scenario=self.scenario)
            made = rule_plan(rule, f"{self.label}/{owner}", known, self.node(owner), clock=clock, role=tenant_role(owner), tenant=number)
            plan.rules.append(made)
        groups, enters = self._entrances(nodes)
        acted_on = {i for made in plan.rules[rules:] for effect in made.effects for i in targets_of(effect)}
        sure = always_there([(self.own[c.path], c) for c in tenant.components], riders, {*acted_on, enters, *(i for _, i in groups)})
        nodes = pruned(nodes, sure)
        ordered = from_users(nodes, enters, plan.world_nodes)
        outside = frozenset(j for n in ordered for j in asked_by(n) if j < plan.world_nodes)
        plan.tenants.append(
            TenantPlan(
                label=self.label, name=tenant.name, calls=tenant.calls, enters=enters, groups=groups, nodes=ordered, riders=tuple(riders),
                outside=outside,
            )
        )

    def _entrances(self, nodes: dict[int, TenantNode]) -> tuple[tuple[tuple[str, int], ...], int]:
        """Where each group of users comes in, and where all of them do together."""
        plan, tenant = self.plan, self.tenant
        everybody = sorted(tenant.groups, key=lambda group: group.name)
        groups = tuple((f"{self.label}:{group.name}", self.find("node", group.enters, "")) for group in everybody)
        if not groups:
            return (), self.find("node", str(tenant.enters), "")
        enters = self.own[EVERYBODY]
        plan.units[plan.owners[enters]] = 1.0
        shares = [group.users / tenant.users for group in everybody]
        spread = tuple((("node", node), share) for (_, node), share in zip(groups, shares, strict=True))
        nodes[enters] = TenantNode(index=enters, need=("spread", spread))
        return groups, enters

    def _component_node(self, c: Component) -> TenantNode:
        index, units = self.own[c.path], _units(c)
        needs = lives(c)
        need = None if not needs else tenant_need(needs[0] if len(needs) == 1 else AllOf(all_of=tuple(needs)), self.node(c.path))
        self.plan.units[self.plan.owners[index]] = units
        if c.initially == "down":
            self.plan.own[index] = 0.0
        return TenantNode(
            index=index, need=need, asks=need[1] if need is not None and need[0] == "node" else -1, carries=c.carries,
            partial=c.carries is None and c.path not in self.routed,
            threads=c.threads, call_time=c.call_time, units=units, quorum=c.serves_at_least,
        )  # fmt: skip

    def _stages(self, c: Component, stages: tuple[Any, ...], role: str, batches: int) -> Any:
        return stage_plans(
            stages, owner=c.path, role=role, batches=batches, single=True, index=lambda kind, name: self.find(kind, name, c.path)
        )

    def _cohort(self, c: Component) -> CohortPlan:
        units = _units(c)
        batches = c.batches or int(min(max(1, round(units)), MOST_BATCHES))
        role = tenant_role(c.path)
        return CohortPlan(
            owner=f"{self.label}/{c.path}", node=self.own[c.path], role=role, units=units, batches=batches, single=True,
            off=c.initially == "down", latches=latch_plans(c, c.path, self.node(c.path)),
            recovery=self._stages(c, c.recovery, role, batches),
            provision=self._stages(c, c.provision, provision_role(role), batches), **self._failing(c, None),
        )  # fmt: skip

    def _rider(self, c: Component) -> RiderPlan:
        tokens = int(min(max(1, round(_units(c))), c.batches or MOST_BATCHES))
        chosen = tuple(self.zones[r] for r in sorted(self.zones)) if c.lives_in == "any_zone" else self.zones_of(c.path)
        if len(chosen) > 1 and c.lives_in != "any_zone":
            if len({self._reach(c, zone) for zone in chosen}) > 1:
                raise ambiguous(self.tenant.name, c.path, str(c.rides))
            chosen = chosen[:1]
        zones: list[tuple[tuple[float, CohortPlan | None], ...]] = []
        exposure = None
        for zone in chosen:
            members = sorted((d for d in self.scenario.world.datacenters if d.path.startswith(zone + "/")), key=lambda d: d.path)
            if f"{members[0].path}/{c.rides}" not in self.names.cohorts:  # one for the whole zone or region
                zones.append(((1.0, self._ridden(c, members[0].path, tokens)),))
                continue
            total = sum(dc.share for dc in members)
            zones.append(tuple((dc.share / total, self._ridden(c, dc.path, tokens)) for dc in members))
            if c.exposure is not None:
                exposure = tuple(c.exposure.get(dc.path, 0.0) for dc in members)
                rest = 1.0 - sum(exposure)
                unnamed = [dc for dc in members if dc.path not in c.exposure]
                exposure = tuple(
                    e if dc.path in c.exposure else rest * dc.share / sum(d.share for d in unnamed)
                    for e, dc in zip(exposure, members, strict=True)
                )
        return RiderPlan(
            owner=f"{self.label}/{c.path}", node=self.own[c.path], role=tenant_role(c.path), units=tokens, lives_in=c.lives_in,
            zones=tuple(zones), exposure=exposure,
        )  # fmt: skip

    def _reach(self, c: Component, zone: str) -> tuple[int, ...]:
        """What the units of a component run on in the datacenters of a zone."""
        members = sorted(d.path for d in self.scenario.world.datacenters if d.path.startswith(zone + "/"))
        return tuple(dict.fromkeys(self._around(path, str(c.rides)) for path in members))

    def _ridden(self, c: Component, datacenter: str, tokens: int) -> CohortPlan | None:
        """The cohort that the tenant's units in a datacenter ride with; None where nothing can ever happen to them."""
        base = self.plan.cohorts[self._around(datacenter, str(c.rides))]
        role = tenant_role(c.path)
        touched = base.node in self.plan.moving
        if not touched and c.initially == "up" and c.failure is None:
            return None
        recovery = self._stages(c, c.recovery, role, tokens) if c.recovery else tuple(
            _rode(s, stage_role(role, n)) for n, s in enumerate(base.recovery)
        )  # fmt: skip
        latches = tuple(replace(latch, at_loss=True) for latch in base.latches) if c.replaced else base.latches
        return CohortPlan(
            owner=f"{self.label}/{c.path}", node=self.own[c.path], role=role, units=_units(c), batches=tokens, single=True,
            off=c.initially == "down", latches=latches, recovery=recovery,
            provision=self._stages(c, c.provision, provision_role(role), tokens), **self._failing(c, base), rider=True,
            rides=base.node, weighs=_units(c) > HEAVY * base.units,
        )  # fmt: skip

    def _around(self, datacenter: str, name: str) -> int:
        """The cohort of this name in a datacenter, or else in its zone, or in its region, or of this path in full."""
        return found(name, datacenter, self.names.cohorts)

    def _failing(self, c: Component, base: CohortPlan | None) -> dict[str, Any]:
        """How units fail by themselves: as the file says, else as what they ride does, so much more or less often."""
        if isinstance(c.failure, After):
            return {"failure": c.failure.after}
        if c.failure is not None:
            index = partial(self.find, path=c.path)
            clock = day_clock(self.scenario)
            return {"failure": None, "hazard": hazard_plan(c.failure.hazard, index, clock=clock, ratio=c.hazard_ratio)}
        hazard = base.hazard if base is not None and base.node in self.plan.moving else None
        return {
            "failure": None if base is None else base.failure,
            "hazard": None if hazard is None else replace(hazard, rate=hazard.rate * c.hazard_ratio),
        }


def ambiguous(tenant: str, path: str, name: str) -> ValueError:
    """What has to be said where a name means one thing in one zone of a tenant and another in another, and nothing says which."""
    where = f"{path} stands in no role" if path else "nothing here stands in a role"
    return ValueError(f"{tenant}: {where}, and {name} is another thing in each of its zones; put it in a role, such as ROLE/{path or name}")


def _rode(stage: StagePlan, role: str) -> StagePlan:
    """A stage of what is ridden, with dice of the rider's own."""
    ways = tuple(
        tuple(s if s.kind == "won" else _rode(s, stage_role(way_role(role, w), n)) for n, s in enumerate(way))
        for w, way in enumerate(stage.ways)
    )
    return replace(stage, role=role, quantiles=(), ways=ways)


def _units(c: Component) -> float:
    return float(c.units) if isinstance(c.units, float | int) else float(c.units.spread)
