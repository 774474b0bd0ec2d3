"""Many tenants that nobody knows one by one: classes of them, each with how often it occurs, how large they are and what they hang on."""

from typing import Literal

from pydantic import Field

from simulator.distributions import Fixed
from simulator.model.basis import Basis
from simulator.model.quantities import Count, CountLaw, Delay, Duration, Frozen, Many, Name, OneOrMany, Path, Share, Text


class ZonesUsed(Frozen):
    region: Path = Field(description="the region")
    zones: int = Field(default=1, ge=1, le=10, description="in how many of its zones a tenant stands; which ones is drawn")


class Held(Frozen):
    """Units of one kind that every tenant of a class has, and how many of them it needs."""

    name: Name = Field(description="what they are to the tenant")
    summary: Text | None = Field(default=None, description="what they are, in one line")
    rides: Name = Field(description="the world's component, in a datacenter or around it, whose fate they share")
    units: Count = Field(default=1.0, ge=1, le=1000, description="how many")
    per: Literal["zone", "region", "tenant"] = Field(
        default="zone", description="in each zone it uses; or in each region, or once, and then in one datacenter of a drawn zone of these"
    )
    lives_in: Literal["zone", "one"] = Field(
        default="zone", description="of what each zone has: spread over its datacenters as exposure is drawn, or all in one of them"
    )
    serves_at_least: Count | None = Field(default=None, description="serves in full while this many are up, and else not at all")
    carries: Share | None = Field(
        default=None, description="share of the demand that they carry together; without it the share that is up is the share served"
    )
    address: bool = Field(default=False, description="true: they are the zone's address; whoever meets a dead one may try another zone's")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")


class Leaving(Frozen):
    """Taking the address of a zone in which nothing serves out of use, and back, through a control plane or without one."""

    detect: Delay = Field(description="until it is noticed that a zone is dead, or serves again")
    station: Name | None = Field(default=None, description="the control plane's queue, where one is needed")
    work: Delay = Field(default=Fixed(value=0.0), description="work of the change there")
    ttl: Duration = Field(default=0.0, description="how long clients go on using the address they know")


class Launching(Frozen):
    """Launching what is missing, once for each zone: more where it has too little, or all of it in another place."""

    below: Share = Field(default=0.99, description="a zone asks for more when it carries less than this share of what reaches it")
    after: Delay = Field(description="for so long, until somebody or an automaton launches")
    needs: Name = Field(description="the world's component that launches")
    poll: Duration = Field(default=0.0, description="how often it is asked again, each time with the chance that it serves")
    takes: Delay = Field(description="from the launch call to an instance that serves")
    station: Name | None = Field(default=None, description="the queue in which it is registered, where there is one")
    work: Delay = Field(default=Fixed(value=0.0), description="work of the change there")
    carries: Share = Field(description="share of the demand that what was launched carries")
    elsewhere: bool = Field(
        default=False, description="true: it takes the place of all that the tenant has in the zone, of its address and what it stores too"
    )


class TenantClass(Frozen):
    """Tenants that are deployed alike; they differ in size, in their zones, and in which units of the world they got."""

    name: Name = Field(description="what tables call it")
    summary: Text = Field(description="what these tenants are, in one line")
    share: Share = Field(gt=0, description="share of all tenants; the shares of all classes are scaled to a sum of 100 %")
    users: CountLaw = Field(description="how many people use one of them")
    placement: OneOrMany[ZonesUsed] = Field(description="which regions it uses, and how many zones of each")
    has: Many[Held] = Field(description="what it needs", min_length=1)
    single_address: Share = Field(default=0.0, description="share of the clients that try one address only")
    shift: Leaving | None = Field(default=None, description="takes the addresses of dead zones out of use; without it they stay")
    launches: Launching | None = Field(default=None, description="what it launches when something is missing; nothing, where left out")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")


class Population(Frozen):
    """Tenants of a region, by class. They weigh nothing: what happens to them is worked out after the world's run."""

    name: Name = Field(description="what commands call it")
    summary: Text = Field(description="whom it stands for, in one line")
    objective: Share = Field(default=0.95, gt=0, description="share of its demand served below which a tenant counts as down")
    classes: Many[TenantClass] = Field(description="the classes of tenants", min_length=1)

    def shares(self) -> dict[str, float]:
        """Share of each class, scaled so that they sum to 1."""
        total = sum(one.share for one in self.classes)
        return {one.name: one.share / total for one in self.classes}
