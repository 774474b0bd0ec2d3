"""What a measure looks at: which components, from when to when, of whom."""

from typing import Literal

from pydantic import Field

from simulator.model.quantities import Clock, Duration, Frozen, Name, OneOrMany, Pattern, Share


class Of(Frozen):
    of: OneOrMany[Pattern] = Field(description="components, by path; together they count as one cohort")


class OfBase(Of):
    base: OneOrMany[Pattern] | None = Field(default=None, description="what the share is of; default `of` itself")
    at: Clock | None = Field(default=None, description="when; default at the worst moment")


class OfWindow(Of):
    since: Clock = Field(description="start of the window")
    until: Clock = Field(description="end of the window")


class OfShare(Of):
    share: Share = Field(description="share of the units that were ever lost")
    since: Clock | None = Field(default=None, description="measured from here, as a duration; default the clock time itself")
    counts_from: Literal["up", "impaired"] = Field(default="up", description="impaired: handed back already counts as back")


class OfInstant(Of):
    at: Clock | None = Field(default=None, description="when")
    within: Duration | None = Field(default=None, description="how long after each unit's own loss, instead of a clock time")


class OfState(Of):
    which: Literal["shortest", "longest"] = Field(description="which of the batches")


class Behind(Of):
    leader: OneOrMany[Pattern] = Field(description="what has to be back earlier")
    from_share: Share = Field(default=0.0, description="compared at every share from this one on")
    to_share: Share = Field(default=1.0, description="and up to this one")


class AtStation(Frozen):
    station: Pattern = Field(description="the station")
    at: Clock | None = Field(default=None, description="when; default at the worst moment")


class Exceeding(Frozen):
    station: Pattern = Field(description="the station")
    level: Duration = Field(description="the wait that is passed")


class Slope(Frozen):
    station: Pattern = Field(description="the station")
    around: Clock = Field(description="instant before and after which the growth is compared")
    over: Duration = Field(description="length of each of the two windows")


class OfTenant(Frozen):
    tenant: Name = Field(description="a probe of the scenario")
    group: Name | None = Field(default=None, description="one group of its users; all, where left out")
    what: Literal[
        "outage", "start_after", "time_to_recover", "lost", "worst_served", "data_loss", "starts", "ends", "mostly_back", "user_hours"
    ] = Field(description="the measure")
    below: Share | None = Field(default=None, description="for starts and ends: the share served that counts; default its objective")
    since: Clock | None = Field(default=None, description="for start_after: counted from here")


class OfRoute(Frozen):
    route: Pattern = Field(description="tenant and route, as tenant/route")


class OfLevel(Of):
    at_least: Share = Field(default=1.0, description="share of the units")
    since: Clock | None = Field(default=None, description="measured from here, as a duration; default the clock time itself")


class OfDepth(Of):
    at_least: Share = Field(description="share of the units")
    base: OneOrMany[Pattern] | None = Field(default=None, description="what the share is of; default `of` itself")
    since: Clock | None = Field(default=None, description="measured from here, as a duration; default the clock time itself")


class Beside(Of):
    than: OneOrMany[Pattern] = Field(description="components of which no larger share may be down")
    since: Clock | None = Field(default=None, description="compared from here on; default the start")
    until: Clock | None = Field(default=None, description="and up to here; default the horizon")


class OfServing(Frozen):
    of: Pattern = Field(description="what serves: a component, a stock, or a station with room")
    after: Clock | None = Field(default=None, description="looked for from here on; default the start")
    since: Clock | None = Field(default=None, description="measured from here, as a duration; default the clock time itself")


class OfLost(Of):
    base: OneOrMany[Pattern] | None = Field(default=None, description="what the share is of; default `of` itself")
