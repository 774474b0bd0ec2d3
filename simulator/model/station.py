"""Where work waits and is done."""

from typing import Annotated, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.model.basis import Basis
from simulator.model.quantities import Count, Delay, Frozen, Many, Name, OneOrMany, Pattern, Share, Text, tag_of
from simulator.model.requirement import Requirement


class Fifo(Frozen):
    servers: Count = Field(default=1.0, gt=0, description="how many jobs are worked on at a time")


class Sharing(Frozen):
    per_job: Count = Field(default=1e12, gt=0, description="capacity that one unit can use at the most")


class InOrder(Frozen):
    fifo: Fifo = Field(description="first come, first served")


class Shared(Frozen):
    processor_sharing: Sharing = Field(description="the capacity is shared evenly by all units inside")


class Unlimited(Frozen):
    unlimited: Frozen = Field(description="everybody is worked on at once")


Discipline: TypeAlias = Annotated[
    Annotated[InOrder, Tag("fifo")]
    | Annotated[Shared, Tag("processor_sharing")]
    | Annotated[Unlimited, Tag("unlimited")],
    Discriminator(tag_of),
]


class Level(Frozen):
    inside: Count = Field(description="units inside, from this many on")
    capacity: Count = Field(description="capacity then")


class Patience(Frozen):
    after: Delay = Field(description="how long a job waits at most")
    again: Share = Field(default=0.0, description="chance that a job that gave up comes again at once")


class Station(Frozen):
    """A clock and a heap of marks: a job leaves when the clock reaches its mark."""

    path: Pattern = Field(description="fault domain and name")
    summary: Text | None = Field(default=None, description="what it is, in one line")
    discipline: Discipline = Field(description="who is worked on")
    capacity: Count = Field(default=1.0, description="work done per time, in servers working at once (for fifo: the speed of each)")
    goodput: Many[Level] = Field(default=(), description="capacity by how much is inside, in steps, where overload changes it")
    first: Many[Name] = Field(default=(), description="labels served before all others, in this order (fifo)")
    patience: Patience | None = Field(default=None, description="after which time a job gives up")
    behind: Pattern | None = Field(
        default=None, description="another station that is served first out of the same capacity; this one works with what that leaves"
    )
    room: Count | None = Field(
        default=None, gt=0, description="units that find room inside; while there are as many it is full, and fails who requires it live"
    )
    requires: OneOrMany[Requirement] = Field(default=(), description="live requirements; it stands still while they fail")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")
