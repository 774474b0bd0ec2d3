"""When, after, do: faults, repairs, bugs, operators, retries."""

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.distributions import Fixed
from simulator.model.basis import Basis
from simulator.model.quantities import Clock, Count, Delay, Frozen, Many, Name, OneOrMany, Pattern, Share, Text, tag_of


class ServedBelow(Frozen):
    of: Pattern = Field(description="component or route that serves")
    level: Share = Field(description="the condition holds while it serves less than this share of what it is asked")


class LevelBelow(Frozen):
    of: Pattern = Field(description="stock")
    level: Any = Field(description="the condition holds while the level is at or below this")


class At(Frozen):
    at: Clock = Field(description="a clock time, or a duration after the start")


class Down(Frozen):
    down: Pattern = Field(description="component that serves nothing")


class Up(Frozen):
    up: Pattern = Field(description="component that serves in full")


class Below(Frozen):
    served_below: ServedBelow


class Level(Frozen):
    level_below: LevelBelow


class Every(Frozen):
    every: Delay = Field(description="again and again, with this law between")


class All(Frozen):
    all: "Many[State]" = Field(min_length=1)


class Any_(Frozen):
    any: "Many[State]" = Field(min_length=1)


class Not(Frozen):
    state: "State" = Field(alias="not", description="this does not hold")


# What lasts: it can hold together with others, and something can flow while it does. An instant (at, every) can do neither.
State: TypeAlias = Annotated[
    Annotated[Down, Tag("down")]
    | Annotated[Up, Tag("up")]
    | Annotated[Below, Tag("served_below")]
    | Annotated[Level, Tag("level_below")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(tag_of),
]
Condition: TypeAlias = Annotated[
    Annotated[At, Tag("at")]
    | Annotated[Every, Tag("every")]
    | Annotated[Down, Tag("down")]
    | Annotated[Up, Tag("up")]
    | Annotated[Below, Tag("served_below")]
    | Annotated[Level, Tag("level_below")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(tag_of),
]
All.model_rebuild()
Any_.model_rebuild()
Not.model_rebuild()


class FailingOf(Frozen):
    target: Pattern = Field(description="what fails")
    span: Delay | None = Field(default=None, alias="for", description="how long; until a repair, where left out")
    share: Share = Field(default=1.0, description="share of its batches")


class Submitting(Frozen):
    station: Pattern = Field(description="the station")
    work: Delay = Field(description="work of one job")
    units: Count = Field(default=1.0, description="how many jobs at once")
    label: Name | None = Field(default=None, description="class of the jobs")


class Switching(Frozen):
    route: Pattern = Field(description="the route")
    to: Pattern = Field(description="the target that gets everything from now on")


class Resizing(Frozen):
    station: Pattern = Field(description="the station")
    to: Count = Field(description="its capacity from now on")


class Filling(Frozen):
    stock: Pattern = Field(description="the stock")
    by: Any = Field(description="by how much its level rises at once, up to its capacity: a duration or a number")


class Fail(Frozen):
    fail: FailingOf


class Repair(Frozen):
    repair: OneOrMany[Pattern] = Field(description="what is whole again; its units return through their recovery")


class Start(Frozen):
    start: OneOrMany[Pattern] = Field(description="what is switched on; its units come up through their provision")


class Stop(Frozen):
    stop: OneOrMany[Pattern] = Field(description="what is switched off")


class Submit(Frozen):
    submit: Submitting


class Switch(Frozen):
    switch: Switching


class Withdraw(Frozen):
    withdraw: OneOrMany[Pattern] = Field(description="zones that all load balancers leave, without their control plane")


class Readmit(Frozen):
    readmit: OneOrMany[Pattern] = Field(description="zones that all load balancers use again")


class LoseWrites(Frozen):
    lose_writes: Delay = Field(description="the last writes, over this long, are gone")


class SetCapacity(Frozen):
    set_capacity: Resizing


class Fill(Frozen):
    fill: Filling


Effect: TypeAlias = Annotated[
    Annotated[Fail, Tag("fail")]
    | Annotated[Repair, Tag("repair")]
    | Annotated[Start, Tag("start")]
    | Annotated[Stop, Tag("stop")]
    | Annotated[Submit, Tag("submit")]
    | Annotated[Switch, Tag("switch")]
    | Annotated[Withdraw, Tag("withdraw")]
    | Annotated[Readmit, Tag("readmit")]
    | Annotated[LoseWrites, Tag("lose_writes")]
    | Annotated[SetCapacity, Tag("set_capacity")]
    | Annotated[Fill, Tag("fill")],
    Discriminator(tag_of),
]


class Rule(Frozen):
    """When its condition begins to hold, after a delay, it acts; a condition that ends during the delay cancels it.

    A condition that holds from the start has not begun to.
    """

    name: Name = Field(description="what it is called in causes and in `remove`")
    path: Pattern | None = Field(default=None, description="fault domain it stands in; `*` makes one rule per matching domain")
    summary: Text | None = Field(default=None, description="what happens, in one line")
    when: Condition = Field(description="the condition")
    after: Delay = Field(default=Fixed(value=0.0), description="delay from the condition to the deed")
    commits: bool = Field(default=False, description="true: once begun, the delay runs out whatever becomes of the condition")
    once: bool = Field(default=False, description="true: it acts at most once")
    do: OneOrMany[Effect] = Field(description="what it does")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")


class Event(Frozen):
    """Something that happens at an instant and changes state: a root cause, or a deed that is on record."""

    name: Name = Field(description="what it is called in causes, pictures and `remove`")
    summary: Text | None = Field(default=None, description="what happened, in one line")
    at: Clock = Field(description="clock time (bare: the first after the start), or a duration after the start")
    do: OneOrMany[Effect] = Field(description="what it does")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis = Field(description="who reports it")
