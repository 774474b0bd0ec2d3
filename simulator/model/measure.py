"""What can be measured in a replication: the simulated side of an observation."""

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, TypeAdapter

from simulator.model.measured import (
    AtStation,
    Behind,
    Beside,
    Exceeding,
    Of,
    OfBase,
    OfDepth,
    OfInstant,
    OfLevel,
    OfLost,
    OfRoute,
    OfServing,
    OfShare,
    OfState,
    OfTenant,
    OfWindow,
    Slope,
)  # fmt: skip
from simulator.model.quantities import Duration, Frozen, Many, Name, OneOrMany, tag_of

Unit = Literal["clock", "duration", "share", "number", "holds"]


class Sequence(Frozen):
    of: Many["Measure"] = Field(description="measures of clock times, in the order in which they have to come", min_length=2)
    slack: Duration = Field(default=0.0, description="how much earlier than the one before it each may come")


class ShareDown(Frozen):
    unit: ClassVar[Unit] = "share"
    share_down: OfBase = Field(description="share of units down")


class UpShare(Frozen):
    unit: ClassVar[Unit] = "share"
    up_share: OfWindow = Field(description="mean share of units up over a window")


class ServedShare(Frozen):
    unit: ClassVar[Unit] = "share"
    served_share: OfWindow = Field(description="mean share served over a window, of components with live requirements")


class ShareLost(Frozen):
    unit: ClassVar[Unit] = "share"
    share_lost: OfWindow = Field(description="share of the units that go down within a window")


class TimeUp(Frozen):
    unit: ClassVar[Unit] = "clock"
    time_up: OfLevel = Field(description="when for the first time so many units are up that were not from the start")


class TimeOfWorst(Frozen):
    unit: ClassVar[Unit] = "clock"
    time_of_worst: Of = Field(description="when most units are down, for the first time")


class FirstLoss(Frozen):
    unit: ClassVar[Unit] = "clock"
    first_loss: Of = Field(description="when the first unit goes down")


class TimeDown(Frozen):
    unit: ClassVar[Unit] = "clock"
    time_down: OfDepth = Field(description="when for the first time so large a share of the units is down")


class Rises(Frozen):
    unit: ClassVar[Unit] = "holds"
    rises: OfWindow = Field(description="whether the number of units down never falls within a window, and is higher at its end")


class MoreDown(Frozen):
    unit: ClassVar[Unit] = "holds"
    more_down: Beside = Field(description="whether at every instant at least as large a share is down as of another")


class LostForGood(Frozen):
    unit: ClassVar[Unit] = "share"
    lost_for_good: OfLost = Field(description="share of the units that never come back")


class FirstUnserved(Frozen):
    unit: ClassVar[Unit] = "clock"
    first_unserved: OfServing = Field(description="the first instant at which something does not serve in full")


class FirstServed(Frozen):
    unit: ClassVar[Unit] = "clock"
    first_served: OfServing = Field(description="the first instant at which something serves in full")


class InOrder(Frozen):
    unit: ClassVar[Unit] = "holds"
    in_order: Sequence = Field(description="whether clock times come one after the other")


class DarkTime(Frozen):
    unit: ClassVar[Unit] = "duration"
    dark_time: OfState = Field(description="from losing what it latches on until having it back, of one batch")


class DownTime(Frozen):
    unit: ClassVar[Unit] = "duration"
    down_time: Of = Field(description="total time during which it does not serve in full")


class ShareOfReturns(Frozen):
    unit: ClassVar[Unit] = "share"
    share_of_returns: OfWindow = Field(description="share of all returns that fall into a window")


class TimeWhen(Frozen):
    unit: ClassVar[Unit] = "clock"
    time_when: OfShare = Field(description="when a share of the lost units is back")


class ShareBack(Frozen):
    unit: ClassVar[Unit] = "share"
    share_back: OfInstant = Field(description="share of the lost units that is back")


class Trails(Frozen):
    unit: ClassVar[Unit] = "holds"
    trails: Behind = Field(description="whether it is back later than another at every share")


class Wait(Frozen):
    unit: ClassVar[Unit] = "duration"
    wait: AtStation = Field(description="time a job that arrived then would wait")


class WaitExceeds(Frozen):
    unit: ClassVar[Unit] = "clock"
    wait_exceeds: Exceeding = Field(description="when the wait first passes a level")


class WaitSteepens(Frozen):
    unit: ClassVar[Unit] = "holds"
    wait_steepens: Slope = Field(description="whether the wait grows faster after an instant than before it")


class TenantMeasure(Frozen):
    unit: ClassVar[Unit] = "duration"
    tenant: OfTenant = Field(description="a measure of a probe's own outage")


class DeadAddresses(Frozen):
    unit: ClassVar[Unit] = "share"
    dead_addresses: OfRoute = Field(description="largest share of clients whose first address leads to a dead target")


class Relation(Frozen):
    of: "Measure" = Field(description="the measure")
    without: OneOrMany[Name] = Field(default=(), description="mechanisms switched off in the second run")
    with_: OneOrMany[Name] = Field(default=(), alias="with", description="mitigations switched on in the second run")


class Relative(Frozen):
    unit: ClassVar[Unit] = "number"
    relative: Relation = Field(description="the measure in the second run over the measure in the first, same dice")


class Other(Frozen):
    scenario: Name = Field(description="another scenario of the catalogue")
    of: Any = Field(description="the measure there, with times as durations after its start and concrete paths")
    over: Any = Field(description="the measure here, likewise")


class Against(Frozen):
    unit: ClassVar[Unit] = "number"
    against: Other = Field(description="a measure of another scenario over one of this one")


class Quotient(Frozen):
    of: "Measure" = Field(description="the measure above")
    over: "Measure" = Field(description="the measure below")


class Ratio(Frozen):
    unit: ClassVar[Unit] = "number"
    ratio: Quotient = Field(description="one measure over another")


Measure: TypeAlias = Annotated[
    Annotated[ShareDown, Tag("share_down")]
    | Annotated[UpShare, Tag("up_share")]
    | Annotated[ServedShare, Tag("served_share")]
    | Annotated[ShareLost, Tag("share_lost")]
    | Annotated[TimeUp, Tag("time_up")]
    | Annotated[TimeOfWorst, Tag("time_of_worst")]
    | Annotated[FirstLoss, Tag("first_loss")]
    | Annotated[TimeDown, Tag("time_down")]
    | Annotated[Rises, Tag("rises")]
    | Annotated[MoreDown, Tag("more_down")]
    | Annotated[LostForGood, Tag("lost_for_good")]
    | Annotated[FirstUnserved, Tag("first_unserved")]
    | Annotated[FirstServed, Tag("first_served")]
    | Annotated[InOrder, Tag("in_order")]
    | Annotated[DarkTime, Tag("dark_time")]
    | Annotated[DownTime, Tag("down_time")]
    | Annotated[ShareOfReturns, Tag("share_of_returns")]
    | Annotated[TimeWhen, Tag("time_when")]
    | Annotated[ShareBack, Tag("share_back")]
    | Annotated[Trails, Tag("trails")]
    | Annotated[Wait, Tag("wait")]
    | Annotated[WaitExceeds, Tag("wait_exceeds")]
    | Annotated[WaitSteepens, Tag("wait_steepens")]
    | Annotated[TenantMeasure, Tag("tenant")]
    | Annotated[DeadAddresses, Tag("dead_addresses")]
    | Annotated[Relative, Tag("relative")]
    | Annotated[Against, Tag("against")]
    | Annotated[Ratio, Tag("ratio")],
    Discriminator(tag_of),
]

for _model in (Sequence, InOrder, Relation, Relative, Quotient, Ratio):
    _model.model_rebuild()


def read_measure(tree: Any) -> Any:
    """The measure that a tagged mapping describes; ValueError where it describes none."""
    return TypeAdapter(Measure).validate_python(tree)


def unit_of(measure: Any) -> Unit:
    """What the value of a measure is: a clock time, a duration, a share, a bare number, or whether something holds."""
    if isinstance(measure, TimeWhen | TimeUp | TimeDown | FirstUnserved | FirstServed):
        return "clock" if getattr(measure, tag_of(measure) or "").since is None else "duration"
    if isinstance(measure, TenantMeasure):
        return _OF_TENANT.get(measure.tenant.what, "duration")
    unit: Unit = measure.unit
    return unit


_OF_TENANT: dict[str, Unit] = {
    "worst_served": "share", "starts": "clock", "ends": "clock", "mostly_back": "clock", "user_hours": "number",
}  # fmt: skip
