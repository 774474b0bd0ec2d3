"""A documented quantity with an interval, and the measure of the simulated one that stands beside it."""

from typing import Any, Literal

from pydantic import Field

from simulator.model.basis import Basis
from simulator.model.measure import Measure
from simulator.model.quantities import Frozen, Name, OneOrMany, Text

Role = Literal["given", "fitted", "emergent", "control", "unexplained", "not_modelled"]


class Observation(Frozen):
    id: Name = Field(description="what the fact sheet calls it")
    what: Text = Field(description="the quantity, in one line")
    measure: Measure | None = Field(default=None, description="the simulated quantity; left out only where the role is not_modelled")
    without: OneOrMany[Name] = Field(default=(), description="mechanisms switched off for it")
    given: dict[str, Any] = Field(default={}, description="numbers with other values for it, by name")
    expect: tuple[Any, Any] | None = Field(default=None, strict=False, description="lowest and highest value that agrees, ends included")
    documented: Text = Field(description="what the record says")
    role: Role = Field(description="how it counts")
    confidence: Text = Field(description="stated, derived, press, assumed")
    single: bool = Field(
        default=False, description="true: one accident of many that could have been; the interval has to meet the simulated 5-95 % range"
    )
    where_it_happens: bool = Field(
        default=False, description="true: replications in which it does not happen are left out; false: they count as later than all others"
    )
    same_as: Name | None = Field(
        default=None, description="id of an observation that reads the same simulated range already, and is counted for both"
    )
    outside_because: Text | None = Field(default=None, description="why it comes out outside, where it does")
    basis: Basis = Field(description="who reports it")
