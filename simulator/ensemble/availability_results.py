"""How available architectures and tenants were in an incident, counted in three ways, and in their worst windows: plain frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.pooling import Pooled
from simulator.ensemble.results import Estimate, Kind, Origin, Radius, RadiusEstimate
from simulator.ensemble.stops import Stopped


@dataclass(kw_only=True, frozen=True, slots=True)
class Weighted:
    """One way of counting what was lost: as a share of what was asked for, and in minutes of the whole."""

    share: Pooled | None
    """None where nothing was asked for."""
    lost_minutes: Estimate


@dataclass(kw_only=True, frozen=True, slots=True)
class WorstWindow:
    """Of every window of one length that with the least demand served, replication by replication. Demand is weighted with users."""

    length_seconds: float
    share: Pooled | None


@dataclass(kw_only=True, frozen=True, slots=True)
class AvailabilityRow:
    """One architecture or tenant in one case."""

    name: str
    kind: Kind
    case: str
    """`hit`, `missed` or `average` over all placements; `any` where no zone fails; `fixed` where it is known where it stood."""
    cost_index: float | None
    users: float
    calls: float
    """Requests per second."""
    by_time: Weighted
    by_requests: Weighted
    by_users: Weighted
    lost_requests: Estimate
    lost_user_minutes: Estimate
    lost_minutes_each: float | None
    """Minutes lost by each of the users who felt it, if as few felt it as can have been; None where nobody did."""
    blast_radius: Mapping[str, RadiusEstimate]
    """Key: users."""
    open_at_horizon: float
    """Share of replications in which an outage was still open when the simulated time ended."""
    windows: tuple[WorstWindow, ...]
    """Of the lengths that tables show, up to the whole simulated time."""
    curve: tuple[WorstWindow, ...]
    """Of many more lengths."""
    baseline: Baseline | None = None
    """What is served before the incident begins: nothing that is lost here, in windows neither, was missing already then."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Mean:
    """A way of counting over all replications, as means alone: the share lost, None where nothing was asked for, and the minutes."""

    unavailability: float | None
    lost_minutes: float


@dataclass(kw_only=True, frozen=True, slots=True)
class Together:
    """Tenants that stood where it is known, taken together, as means alone.

    Tenants of like build ride with the same dice, which makes them fail together more often than they would: a spread over replications
    would be too wide. Of their requests too little is known to add them up.
    """

    members: tuple[str, ...]
    users: float
    by_time: Mean
    by_users: Mean
    lost_user_minutes: float
    lost_minutes_each: float | None
    blast_radius: Mapping[str, Radius]
    """Keys: users, tenants."""
    open_at_horizon: float
    windows: tuple[tuple[float, float | None], ...]
    """Lengths in seconds, and the share of the users' time lost in the worst window of each."""
    curve: tuple[tuple[float, float | None], ...]
    """Of many more lengths."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Availabilities:
    """The same incident, the same dice: availabilities side by side, and tenants together where there are several."""

    origin: Origin
    summary: str
    replications: int
    objective: float | None
    rows: tuple[AvailabilityRow, ...]
    blast_radius: Mapping[str, RadiusEstimate]
    """Of the incident itself, in the struck regions."""
    warnings: tuple[str, ...] = ()
    together: Together | None = None
    stopped: Stopped | None = None
    """Where replications went on until a precision: how they ended."""
