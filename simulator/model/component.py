"""Anything that can fail or serve: its units, what they need, and the work that brings them back."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.distributions import Fixed
from simulator.model.basis import Basis
from simulator.model.quantities import (
    Count,
    Delay,
    Duration,
    Frozen,
    Many,
    Name,
    OneOrMany,
    Pattern,
    Rate,
    Share,
    Text,
    TimeOfDay,
    tag_of,
)  # fmt: skip
from simulator.model.requirement import Requirement
from simulator.model.rule import State as Condition

State = Literal["recovering", "impaired"]


class Step(Frozen):
    """What every stage of a recovery has in common."""

    share: Share = Field(default=1.0, description="share of the batches that pass through this stage; the others skip it")
    group: Name | None = Field(default=None, description="stages of one component with the same group choose the same batches")
    state: State = Field(default="recovering", description="what the units are meanwhile")
    mechanism: Name | None = Field(default=None, description="the mechanism this stage belongs to")


class Visiting(Step):
    station: Pattern = Field(description="the station")
    work: Delay = Field(description="work of one unit")
    again: Count = Field(default=1.0, ge=1, description="mean number of attempts until one succeeds (geometric); each is a job of its own")
    label: Name | None = Field(default=None, description="class of the job, where the station serves some first")
    weightless: bool = Field(default=False, description="true: the units are counted in another component's load already")


class Waiting(Step):
    span: Delay = Field(alias="for", description="how long; at the quantiles of the law for batches, drawn for single units")


class Needing(Step):
    up: Pattern = Field(description="component that has to serve")
    poll: Duration = Field(
        default=0.0, description="how often it is asked again, each time with the chance that it serves; 0: told when it serves in full"
    )


class Following(Step):
    component: Pattern = Field(description="component of whose batches each batch here follows one, drawn")


class Taking(Step):
    stock: Pattern = Field(alias="from", description="the stock")
    amount: Count = Field(default=1.0, description="how much each unit takes")


class Visit(Frozen):
    visit: Visiting = Field(description="queue at a station and be worked on")


class Wait(Frozen):
    wait: Waiting = Field(description="time that passes, such as a person's")


class Until(Frozen):
    until: Needing = Field(description="wait until a component serves")


class Follow(Frozen):
    follow: Following = Field(description="wait until a batch of another component is back")


class Take(Frozen):
    take: Taking = Field(description="take so much out of a stock; while there is too little, all wait, and whose turn it is next is drawn")


class Lose(Frozen):
    lose: Step = Field(description="the end of the way: these units never come back")


Plain: TypeAlias = Annotated[
    Annotated[Visit, Tag("visit")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[Until, Tag("until")]
    | Annotated[Follow, Tag("follow")]
    | Annotated[Take, Tag("take")]
    | Annotated[Lose, Tag("lose")],
    Discriminator(tag_of),
]


class Racing(Step):
    ways: Many[Many[Plain]] = Field(description="lists of stages; all begin together, and the first to end wins", min_length=2)


class Either(Frozen):
    either: Racing = Field(description="several ways at once, of which the fastest counts")


Stage: TypeAlias = Annotated[
    Annotated[Either, Tag("either")]
    | Annotated[Visit, Tag("visit")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[Until, Tag("until")]
    | Annotated[Follow, Tag("follow")]
    | Annotated[Take, Tag("take")]
    | Annotated[Lose, Tag("lose")],
    Discriminator(tag_of),
]


class AfterUp(Frozen):
    law: Delay = Field(description="time from up to failure, one draw per unit and life")
    ageing: Literal["always", "in_use"] = Field(default="always", description="in_use: a unit ages only while it is asked for something")


class Knot(Frozen):
    hour: TimeOfDay = Field(description="time of day, in the clock of the scenario's start")
    factor: Count = Field(description="what the rate is multiplied with at this hour")


class HazardOf(Frozen):
    rate: Rate = Field(description="failures per unit and time")
    harmful: Share = Field(default=1.0, description="share of them that do harm; the others pass unnoticed")
    profile: Many[Knot] = Field(default=(), description="the rate over the day: linear from each hour to the next, and around midnight")
    during: Condition | None = Field(default=None, alias="while", description="when it acts; always, where left out")
    without: Pattern | None = Field(
        default=None, description="it acts only on units whose counterpart, a drawn unit of this component, is down"
    )
    driven_by: Pattern | None = Field(
        default=None, description="a station: the rate is one per unit of the work that this station does, so that it rises with the load"
    )
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to; without it nothing fails by itself")


class After(Frozen):
    after: AfterUp = Field(description="a life with an age, for single units")


class Hazard(Frozen):
    hazard: HazardOf = Field(description="a rate without memory; large cohorts move in leaps of at most 0.05 %")


Failure: TypeAlias = Annotated[
    Annotated[After, Tag("after")]
    | Annotated[Hazard, Tag("hazard")],
    Discriminator(tag_of),
]


class PerDatacenter(Frozen):
    spread: Count = Field(description="units in the whole region, divided over its datacenters by their share")


class Component(Frozen):
    """Units of one kind in one fault domain."""

    path: Pattern = Field(description="fault domain and name; `*` makes one component per matching fault domain")
    summary: Text | None = Field(default=None, description="what it is, in one line")
    units: Count | PerDatacenter = Field(default=1.0, description="how many, here or in the whole region")
    counts_as: Literal["instances", "volumes", "load_balancers", "load_balancer_nodes"] | None = Field(
        default=None, description="blast radius it belongs to; nodes are the zonal addresses of a load balancer"
    )
    batches: int | None = Field(default=None, ge=1, le=10_000, description="in how many parts the cohort moves; default min(units, 100)")
    initially: Literal["up", "down"] = Field(default="up", description="down: not provisioned until something starts it")
    requires: OneOrMany[Requirement] = Field(default=(), description="what it needs from others")
    failure: Failure | None = Field(default=None, description="how its units fail by themselves")
    recovery: Many[Stage] = Field(default=(), description="the way back after a loss")
    provision: Many[Stage] = Field(default=(), description="the way up when something starts it")
    serves_at_least: Count | None = Field(default=None, description="serves in full while this many units are up, and else not at all")
    rides: Name | None = Field(
        default=None,
        description="of a tenant: the world's component whose fate it shares, in its datacenter or around it, or its path in full",
    )
    lives_in: Literal["zone", "one", "any_zone"] = Field(
        default="zone", description="zone: spread over its datacenters; one: all in one drawn datacenter; any_zone: in one drawn zone"
    )
    replaced: bool = Field(
        default=False, description="true: lost units are replaced; their recovery begins at the loss, not when power returns"
    )
    hazard_ratio: Count = Field(default=1.0, description="of a tenant: how often its units fail by themselves, relative to what they ride")
    exposure: dict[str, Share] | None = Field(default=None, description="reported share of the units by datacenter, where it is not drawn")
    carries: Share | None = Field(default=None, description="share of the tenant's demand that its units can carry together")
    call_time: Duration = Field(default=0.0, description="time a call is held here, without what it waits for")
    threads: Count | None = Field(default=None, description="calls one unit can hold at a time")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")


def latches(component: Component) -> list[Any]:
    """What a loss takes the component's units down."""
    return [r.latching for r in component.requires if hasattr(r, "latching")]


def lives(component: Component) -> list[Any]:
    """What the component needs at every moment."""
    return [r.live for r in component.requires if hasattr(r, "live")]


IMMEDIATELY = Fixed(value=0.0)
