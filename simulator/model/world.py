"""What exists before a tenant arrives, who the tenants are, and what happens to them: resolved, frozen, self-contained."""

from typing import Any, Literal

from pydantic import Field

from simulator.model.basis import Basis, Mechanism, Mitigation
from simulator.model.component import Component
from simulator.model.observation import Observation
from simulator.model.quantities import Clock, Count, Duration, Frozen, Many, Name, OneOrMany, Path, Share, Text
from simulator.model.route import Route
from simulator.model.rule import Event, Rule
from simulator.model.station import Station
from simulator.model.stock import Stock


class Datacenter(Frozen):
    path: Path = Field(description="region/zone/datacenter")
    share: Share = Field(description="its share of the region")
    zone_weight: Count = Field(default=1.0, description="weight of its zone when placements are averaged")
    basis: Basis = Field(description="where the share comes from")


class World(Frozen):
    """Regions, their services, everybody else's load. Every path is concrete: no pattern is left."""

    name: Name = Field(description="what scenarios call it")
    summary: Text = Field(description="what it stands for, in one line")
    datacenters: Many[Datacenter] = Field(description="all fault domains, down to the datacenter")
    exposure_concentration: Count = Field(
        default=1.0, description="a + b of the Beta law of a tenant's share in a datacenter; small: mostly all or nothing"
    )
    components: Many[Component] = Field(default=(), description="what can fail or serve")
    stations: Many[Station] = Field(default=(), description="where work waits")
    stocks: Many[Stock] = Field(default=(), description="levels")
    rules: Many[Rule] = Field(default=(), description="what reacts")


class RoleGroup(Frozen):
    """Zones of one region that a tenant uses; each role gets another zone, and the comparison enumerates which."""

    region: Path = Field(description="the region")
    roles: OneOrMany[Name] = Field(description="one name per zone used")
    fixed: OneOrMany[Path] | None = Field(default=None, description="the zones, where they are not enumerated")


class UserGroup(Frozen):
    name: Name = Field(description="what tables call it")
    users: Count = Field(description="how many people belong to it")
    enters: Name = Field(description="route or component where they come in")


class Tenant(Frozen):
    """An application with users, deployed on an architecture; paths begin with a role, or stand in the tenant itself."""

    name: Name = Field(description="what commands call it")
    summary: Text = Field(description="what it is, in one line")
    kind: Literal["architecture", "tenant"] = Field(default="architecture", description="whether it is compared or a probe")
    users: Count = Field(description="how many people use it; of one with groups, their sum")
    calls: Count = Field(description="calls per second, all users together")
    enters: Name | None = Field(default=None, description="route or component where users come in")
    groups: Many[UserGroup] = Field(default=(), description="users who come in by different ways, in the place of `enters`")
    objective: Share = Field(default=0.95, description="share of demand served below which it counts as down")
    placement: Many[RoleGroup] = Field(description="which zones it uses")
    components: Many[Component] = Field(default=(), description="its units")
    routes: Many[Route] = Field(default=(), description="its ways")
    stations: Many[Station] = Field(default=(), description="its own queues")
    rules: Many[Rule] = Field(default=(), description="its people and automatons")

    @property
    def cost_index(self) -> float:
        """Provisioned capacity over demand: the mean over its tiers of what the units that are always there carry together."""
        tiers: dict[str, float] = {}
        for c in self.components:
            if c.carries is not None and c.rides is not None:
                tier = c.path.rsplit("/", 1)[-1]
                tiers[tier] = tiers.get(tier, 0.0) + (c.carries if c.initially == "up" else 0.0)
        provisioned = [v for v in tiers.values() if v > 0]
        return round(sum(provisioned) / len(provisioned), 9) if provisioned else 0.0


class TenantRecord(Frozen):
    """What is on record about one tenant in this incident, in words and figures; nothing of it goes into the simulation."""

    tenant: Name = Field(description="the probe")
    group: Name | None = Field(default=None, description="the group of its users that is spoken of; all, where left out")
    down: Literal["yes", "partly", "no", "unknown"] = Field(description="whether it was down")
    since: Clock | None = Field(default=None, description="from when")
    until: Clock | None = Field(default=None, description="until when")
    outage: Duration | None = Field(default=None, description="for how long")
    users: Text | None = Field(default=None, description="how many people felt it")
    basis: Basis = Field(description="who reports it")


class Scenario(Frozen):
    """A world and what happens in it: an incident that was, or one that is invented."""

    format: Literal[1] = Field(description="version of the file format")
    name: Name = Field(description="what commands call it")
    summary: Text = Field(description="the story in one line")
    invented: bool = Field(default=False, description="whether it never happened, but was made up for an exercise")
    start: Clock = Field(description="start of the simulated time, with its offset from UTC")
    horizon: Duration = Field(gt=0, description="length of the simulated time")
    hit_zones: OneOrMany[Path] = Field(default=(), description="placements that use one of these zones are the hit case")
    sources: dict[str, Text] = Field(default={}, description="codes and addresses of the sources")
    world: World = Field(description="what exists")
    events: Many[Event] = Field(description="what happened")
    rules: Many[Rule] = Field(default=(), description="what reacts in this incident only")
    observations: Many[Observation] = Field(default=(), description="what is on record")
    mechanisms: Many[Mechanism] = Field(default=(), description="what can be switched off")
    mitigations: Many[Mitigation] = Field(default=(), description="what can be switched on")
    probes: Many[Tenant] = Field(default=(), description="tenants that observations speak of")
    record: Many[TenantRecord] = Field(default=(), description="what is on record about tenants, beside what comes out")
    instead: dict[Name, Name] = Field(default={}, description="tenants that a mitigation deploys otherwise, with the file that says how")
    numbers: dict[str, Any] = Field(default={}, description="named numbers it was built with, for the record")
