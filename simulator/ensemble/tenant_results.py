"""What an incident did to the tenants that were there, beside what is on record about them: plain frozen records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.results import Estimate, Origin
from simulator.ensemble.stops import Stopped
from simulator.measures.agreement import Spread


@dataclass(kw_only=True, frozen=True, slots=True)
class FirstCause:
    """Where the chain of causes of a first outage begins, in words; `share` of the replications in which there was one."""

    text: str
    share: float


@dataclass(kw_only=True, frozen=True, slots=True)
class Documented:
    """One statement on record: clock times in seconds since the start, the outage in minutes, how many people in words."""

    down: str
    since: float | None
    until: float | None
    outage_minutes: float | None
    users: str | None
    source: str


@dataclass(kw_only=True, frozen=True, slots=True)
class TenantRow:
    """A tenant, or one group of its users, over all replications.

    `since`, `until` (in seconds after the start, infinite where it was still down at the end) and `outage_minutes` are taken over
    the replications in which it was down, and None where it never was. So is `users_affected`, the number of users not served at
    the worst moment, which is taken over all where it never was down. `lost_user_minutes` is taken over all: its means add up.
    """

    tenant: str
    group: str | None
    summary: str
    users: float
    objective: float
    down: float
    """Share of the replications in which it was below its objective at any time."""
    since: Spread | None
    until: Spread | None
    outage_minutes: Spread | None
    lost_user_minutes: Estimate
    users_affected: Spread
    open_at_horizon: float
    """Share of the replications in which it was still down when the simulated time ended."""
    first_cause: FirstCause | None
    """The most frequent one."""
    record: Sequence[Documented]
    down_ci95: tuple[float, float] | None = None
    values: Mapping[str, Sequence[float]] = field(default_factory=dict, repr=False, compare=False)
    """Replication by replication: minutes of outage, lost user-minutes, users not served at the worst moment, whether it was still open."""
    baseline: Baseline | None = None
    """What is served before the incident begins; the figures are what the incident takes of that."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Tenancy:
    """All tenants of an incident under the same dice; each is followed by the groups of its users."""

    origin: Origin
    summary: str
    replications: int
    rows: tuple[TenantRow, ...]
    warnings: tuple[str, ...] = ()
    stopped: Stopped | None = None
    """Where replications went on until a precision: how they ended."""
