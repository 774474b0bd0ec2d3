"""What a component needs from others, and how it hangs on it."""

from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.distributions import Fixed
from simulator.model.quantities import Count, Delay, Frozen, Many, Pattern, Share, tag_of


class AllOf(Frozen):
    all_of: "Many[Need]" = Field(description="served only while every one of these serves", min_length=1)


class AnyOf(Frozen):
    any_of: "Many[Need]" = Field(description="in the order given, each is asked for what the earlier ones failed", min_length=1)


class AtLeastOf(Frozen):
    k: Count = Field(description="how many must serve", gt=0)
    of: "Many[Need]" = Field(description="among which", min_length=1)


class AtLeast(Frozen):
    at_least: AtLeastOf = Field(description="served with the probability that at least k of them serve")


class Several(Frozen):
    of: Pattern = Field(description="component of which a call needs several units")
    count: Count = Field(description="how many, all of them; each serves with the share that serves, and by itself", gt=0)


class Every(Frozen):
    every: Several = Field(description="served with the probability that each of so many units serves")


class Spread(Frozen):
    spread: dict[str, Share] = Field(description="which share of the units hangs on which path; the shares sum to 1", min_length=1)


Need: TypeAlias = Annotated[
    Annotated[AllOf, Tag("all_of")]
    | Annotated[AnyOf, Tag("any_of")]
    | Annotated[AtLeast, Tag("at_least")]
    | Annotated[Every, Tag("every")]
    | Annotated[Spread, Tag("spread")]
    | Annotated[Pattern, Tag("path")],
    Discriminator(tag_of),
]

for _model in (AllOf, AnyOf, AtLeastOf, AtLeast):
    _model.model_rebuild()


class LatchingOn(Frozen):
    on: Need = Field(description="what the units lose")
    restore: Delay = Field(default=Fixed(value=0.0), description="from its return until a batch has it back, at the quantiles of this law")
    at_loss: bool = Field(default=False, description="true: the recovery begins with the loss itself and does not wait for what was lost")


class Live(Frozen):
    live: Need = Field(description="served only while this serves")


class Latching(Frozen):
    latching: LatchingOn = Field(description="losing it takes units down; they return through recovery work")


Requirement: TypeAlias = Annotated[
    Annotated[Live, Tag("live")]
    | Annotated[Latching, Tag("latching")],
    Discriminator(tag_of),
]
