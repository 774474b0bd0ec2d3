"""What an incident did to a population of tenants: plain frozen records, over replications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.results import Band, Estimate, EventMark, Origin
from simulator.ensemble.stops import Stopped


@dataclass(kw_only=True, frozen=True, slots=True)
class Toll:
    """What it cost some tenants. Shares are of these tenants and of their users, times in minutes.

    A tenant is down while it serves less than the objective. By users it counts with all of its users while it is down; lost minutes
    count them by the share of their demand that is served no more. Both are what the incident takes of what was served before it.
    """

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
    served_minutes_per_user: Estimate
    lost_minutes_per_user: Estimate
    """Mean over the users; with the minutes served, and those that are missing before the incident, it makes the whole simulated time."""
    open_at_horizon: Estimate
    """Share of the tenants that were still down when the simulated time ended."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Assumed:
    """The same with every assumed number of population and scenario drawn anew from its range in each replication."""

    share: Estimate
    share_of_users: Estimate
    toll: Toll | None


@dataclass(kw_only=True, frozen=True, slots=True)
class PopulationRow:
    """One class of tenants, or all of them (`name` is None)."""

    name: str | None
    summary: str
    share: float
    """Of all tenants, as simulated."""
    share_of_users: float
    """Of the users of all tenants."""
    sample_tenants: int
    """How many tenants of the sample stand for them."""
    sample_users: float
    """Users of these; nothing but a size of the sample."""
    toll: Toll | None
    """None where the sample has no such tenant."""
    assumed: Assumed | None = None
    """None where assumed numbers were not varied."""
    values: Mapping[str, Sequence[float]] = field(default_factory=dict, repr=False, compare=False)
    """Replication by replication, by quantity: shares, minutes, and quantiles of outages in minutes."""
    baseline: Baseline | None = None
    """What a tenant of the class serves before the incident begins; None of all classes together."""


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
    """Share of all tenants that is down, over time; at the same instants as the users."""
    users_down: Band
    events: tuple[EventMark, ...]
    warnings: tuple[str, ...] = ()
    varied: int = 0
    """Replications in which assumed numbers were varied."""
    stopped: Stopped | None = None
    """Where replications went on until a precision: how they ended."""
