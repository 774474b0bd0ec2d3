"""Where a number comes from: reported, derived, fitted or assumed."""

from typing import Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from simulator.model.quantities import Frozen, Many, Name, OneOrMany, Text, tag_of


class Reported(Frozen):
    reported: OneOrMany[Name] = Field(description="codes of the sources that state it")


class Derived(Frozen):
    derived: Text = Field(description="from what, and how")


class FittedTo(Frozen):
    observation: Name = Field(description="id of the observation the number was tuned to")
    scenario: Name | None = Field(default=None, description="the scenario that has this observation; the one it stands in, where left out")
    replications: int | None = Field(default=None, ge=1, description="how often each value is tried, where chance is large")
    between: Many[Any] = Field(description="lowest and highest value the fit looks at", min_length=2, max_length=2)
    maximise: bool = Field(default=False, description="true: make the measure as large as it gets; false: bring it to the target")
    measure: Any = Field(default=None, description="the measure to fit, where it is not the observation's own")
    target: Any = Field(default=None, description="the value to reach, where it is not the documented one")


class Fitted(Frozen):
    fitted: FittedTo


class AssumedRange(Frozen):
    range: Many[Any] = Field(description="lowest and highest plausible value", min_length=2, max_length=2)
    because: Text = Field(description="why this range")
    middle: str = Field(default="geometric", pattern="geometric|arithmetic", description="which midpoint the value stands at")


class Assumed(Frozen):
    assumed: AssumedRange | Text = Field(description="range and because, or only a reason where the number is no quantity")


Basis: TypeAlias = Annotated[
    Annotated[Reported, Tag("reported")]
    | Annotated[Derived, Tag("derived")]
    | Annotated[Fitted, Tag("fitted")]
    | Annotated[Assumed, Tag("assumed")],
    Discriminator(tag_of),
]


class Number(Frozen):
    """A named quantity of a file; elsewhere `$name` stands for it."""

    value: Any = Field(description="a quantity with its unit, or {sum|difference|product|ratio: [..]} of quantities and $names")
    basis: Basis = Field(description="where the number comes from")
    changed: Text | None = Field(default=None, description="why it no longer stands at its midpoint, where that is so")


class Changed(Frozen):
    """What is different when a mechanism is off or a mitigation is on."""

    set: dict[str, Any] = Field(default={}, description="numbers with other values, by name")
    remove: Many[Name] = Field(default=(), description="names of events and rules, and paths of components, that are left out")
    add: dict[str, Any] = Field(default={}, description="events, rules, components, stations and stocks that come on top")
    change: dict[str, Any] = Field(default={}, description="by path: fields that get another value")
    instead: dict[Name, Name] = Field(default={}, description="tenant: the tenant file that is deployed under its name")


class Mechanism(Changed):
    """A named part of a scenario that can be switched off (`--without`)."""

    name: Name = Field(description="what `--without` calls it")
    summary: Text = Field(description="what it does, in one line")


class Mitigation(Changed):
    """A named change that can be switched on (`--with`)."""

    name: Name = Field(description="what `--with` calls it")
    summary: Text = Field(description="what it changes, in one line")
    basis: Basis = Field(description="who announced it, or why it is assumed")
