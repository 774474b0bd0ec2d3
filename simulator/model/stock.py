"""A level that rises and falls: charge, heat, memory, space, addresses."""

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.model.basis import Basis
from simulator.model.quantities import Count, Duration, Frozen, Many, Name, Pattern, Share, Text, tag_of
from simulator.model.rule import State

Amount = Duration | Count
"""A level: a duration where the stock is measured in time, else a plain number."""


class Steady(Frozen):
    per_second: float = Field(description="change per second while the condition holds; negative empties")
    during: State | None = Field(default=None, alias="while", description="when it flows; always, where left out")


class Relaxing(Frozen):
    toward: Amount = Field(description="the level it approaches")
    over: Duration = Field(gt=0, description="time constant of the exponential")
    during: State | None = Field(default=None, alias="while", description="when it flows; always, where left out")


class Flowing(Frozen):
    steady: Steady = Field(description="a constant flow")


class Approaching(Frozen):
    relax: Relaxing = Field(description="an exponential approach")


Flow: TypeAlias = Annotated[
    Annotated[Flowing, Tag("steady")]
    | Annotated[Approaching, Tag("relax")],
    Discriminator(tag_of),
]


class Stock(Frozen):
    """A level between zero and its capacity; whatever requires it is served while the level is above zero."""

    path: Pattern = Field(description="fault domain and name")
    summary: Text | None = Field(default=None, description="what it is, in one line")
    capacity: Any = Field(description="the highest level: a duration or a number")
    level: Any = Field(default=None, description="the level at the start; full, where left out; with `each` also a law")
    each: Pattern | None = Field(
        default=None, description="a component whose batches each have a level of their own, and are down while it is empty"
    )
    share: Share = Field(default=1.0, description="with `each`: share of the batches that have such a level; the others lack nothing")
    flows: Many[Flow] = Field(default=(), description="what moves the level")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")
