"""How available architectures and tenants were in an incident, counted in three ways, and in their worst windows: plain frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.ensemble.pooling import Pooled
from simulator.ensemble.results import Estimate, Kind, Origin, RadiusEstimate


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
    """One architecture or tenant in one case, or several tenants together."""

    name: str
    kind: Kind
    case: str
    """`hit`, `missed` or `average` over all placements; `any` where no zone fails; `fixed` where it is known where it stood."""
    members: tuple[str, ...]
    """The tenants that are taken together; of one alone, itself."""
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
    """Keys: users; and tenants, where several are taken together."""
    open_at_horizon: float
    """Share of replications in which an outage was still open when the simulated time ended."""
    windows: tuple[WorstWindow, ...]
    """Of the lengths that tables show, up to the whole simulated time."""
    curve: tuple[WorstWindow, ...]
    """Of many more lengths."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Availabilities:
    """The same incident, the same dice: availabilities side by side. Of tenants taken together the row comes last."""

    origin: Origin
    summary: str
    replications: int
    objective: float | None
    rows: tuple[AvailabilityRow, ...]
    blast_radius: Mapping[str, RadiusEstimate]
    """Of the incident itself, in the struck regions."""
    warnings: tuple[str, ...] = ()
