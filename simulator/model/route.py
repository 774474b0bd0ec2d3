"""How demand is spread over targets, and how fast and by whom that is changed."""

from typing import Literal

from pydantic import Field

from simulator.distributions import Fixed
from simulator.model.basis import Basis
from simulator.model.quantities import Count, Delay, Duration, Frozen, Name, OneOrMany, Pattern, Share, Text


class HealthCheck(Frozen):
    interval: Duration = Field(gt=0, description="time between two checks of a unit")
    threshold: Count = Field(ge=1, description="failed checks in a row that take a unit out")
    timeout: Duration = Field(default=0.0, description="time until the last check counts as failed")


class FailSafe(Frozen):
    below: Share = Field(description="freezes when less than this share of the known units answers")
    until: Delay = Field(description="from then until people have released it")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")


class Shift(Frozen):
    """Moving clients away from a target that is dead, and back, through a control plane or without one."""

    below: Share = Field(default=0.0, description="a target counts as dead while it serves no more than this share of what reaches it")
    detect: Delay = Field(description="until it is noticed that a target is dead, or serves again")
    station: Pattern | None = Field(default=None, description="the control plane's queue, where one is needed")
    work: Delay = Field(default=Fixed(value=0.0), description="work of the change there")
    label: Name | None = Field(default=None, description="class of the job there")
    ttl: Duration = Field(default=0.0, description="how long clients go on using the address they know")


class Route(Frozen):
    path: Pattern = Field(description="fault domain and name")
    summary: Text | None = Field(default=None, description="what it is, in one line")
    targets: OneOrMany[Pattern] = Field(description="what the demand is spread over, in order")
    spread: Literal["by_target", "by_unit", "first"] = Field(
        default="by_target", description="evenly over targets, over the units in rotation, or all to the first until switched"
    )
    health_check: HealthCheck | None = Field(default=None, description="takes single dead units out of rotation; without it they stay")
    fail_safe: FailSafe | None = Field(default=None, description="stops taking units out when too many vanish at once")
    shift: Shift | None = Field(default=None, description="takes whole targets out")
    single_address: Share = Field(default=0.0, description="share of the clients that try one address only")
    call_timeout: Duration = Field(default=0.0, description="time a call to a dead unit hangs before it fails")
    retries: Count = Field(default=0.0, le=10, description="how often a failed call is tried again elsewhere")
    mechanism: Name | None = Field(default=None, description="the mechanism it belongs to")
    basis: Basis | None = Field(default=None, description="where its own numbers come from")
