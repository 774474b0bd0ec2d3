"""What an incident did to a population of tenants: plain frozen records, over replications."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.ensemble.results import Band, Estimate, EventMark, Origin


@dataclass(kw_only=True, frozen=True, slots=True)
class PopulationRow:
    """One class of tenants, or all of them (`name` is None). Shares are of its own tenants and users, times in minutes.

    A tenant is down while it serves less than the objective. By users it counts with all of its users while it is down; lost user-hours
    count them by the share of their demand that is not served.
    """

    name: str | None
    summary: str
    share: float
    """Of all tenants, as simulated."""
    tenants: int
    users: Estimate
    """All together; sizes are drawn anew in every replication."""
    down_ever: Estimate
    """Share of the tenants that were down at any time."""
    down_peak: Estimate
    """Largest share of the tenants that was down at one time."""
    users_ever: Estimate
    """Share of the users whose tenant was down at any time."""
    users_peak: Estimate
    outage_of_all: Mapping[str, Estimate]
    """Quantiles (p50, p90, p99) over all tenants of how long each was down."""
    outage_of_down: Mapping[str, Estimate] | None
    """Quantiles (p05, p25, p50, p75, p95) over the tenants that were ever down, in replications that have some; None where none has."""
    offered_user_hours: Estimate
    served_user_hours: Estimate
    lost_user_hours: Estimate
    open_at_horizon: Estimate
    """Share of the tenants that were still down when the simulated time ended."""


@dataclass(kw_only=True, frozen=True, slots=True)
class PopulationResult:
    """A population under the dice of some replications: all tenants first, then each class in the order of the file."""

    origin: Origin
    summary: str
    population: str
    population_summary: str
    objective: float
    replications: int
    rows: tuple[PopulationRow, ...]
    shares_as_written: Mapping[str, float]
    """By class; the rows have them scaled to a sum of 1."""
    tenants_down: Band
    """Share of all tenants that is down, over time."""
    users_down: Band
    events: tuple[EventMark, ...]
    warnings: tuple[str, ...] = ()
