"""What runs, comparisons and fidelity checks hand over: plain frozen records, with units in the names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.engine.trace import Trace
from simulator.ensemble.baselines import Baseline
from simulator.ensemble.convergence import warnings_of_unsettled
from simulator.ensemble.hanging import HangsOn
from simulator.ensemble.stops import Stopped
from simulator.measures.causes import Hop
from simulator.measures.curves import Steps

Kind = Literal["architecture", "tenant"]
"""What a result is about: a way to deploy, or somebody who was there."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Origin:
    """Where a result comes from, so that it can be had again."""

    scenario: str
    scenario_sha256: str
    seed: int
    azsim_version: str
    start: datetime
    horizon_seconds: float
    without: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()


@dataclass(kw_only=True, frozen=True, slots=True)
class Radius:
    """Impaired share, at the worst instant and ever, in [0, 1]."""

    peak: float
    ever: float


@dataclass(kw_only=True, frozen=True, slots=True)
class OutageSpan:
    start: datetime
    end: datetime


@dataclass(kw_only=True, frozen=True, slots=True)
class GroupOutage:
    """What one replication did to one group of a tenant's users."""

    name: str
    users: float
    outage_minutes: float
    lost_minutes: float
    worst_served: float
    open_at_horizon: bool
    baseline: Baseline | None = None


@dataclass(kw_only=True, frozen=True, slots=True)
class RunResult:
    """One replication of one tenant in one placement. `placement` maps roles to zones; `users` counts people."""

    origin: Origin
    architecture: str
    case: str
    placement: Mapping[str, str]
    replication: int
    objective: float
    curve: Steps
    outage_minutes: float
    time_to_recover_minutes: float | None
    lost_minutes: float
    data_loss_minutes: float
    worst_served: float
    open_at_horizon: bool
    outages: tuple[OutageSpan, ...]
    blast_radius: Mapping[str, Radius]
    """Keys: users (of this tenant), instances, volumes, load_balancers, load_balancer_nodes (of the world's regions)."""
    label: str
    trace: Trace = field(repr=False, compare=False)
    kind: Kind = "architecture"
    users: float = 0.0
    groups: tuple[GroupOutage, ...] = ()
    hangs_on: HangsOn | None = field(default=None, repr=False, compare=False)
    """What the tenant hangs on in this placement."""
    baseline: Baseline | None = None
    """What it serves before the incident begins: all other figures but the curve are what the incident takes of that."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where its served share was not found to within the tolerance."""
        return warnings_of_unsettled(self.trace.unsettled, self.origin.start)


@dataclass(kw_only=True, frozen=True, slots=True)
class Estimate:
    """Of a quantity over replications: mean with its 95 % interval, and quantiles of the quantity itself with theirs."""

    mean: float
    ci95: tuple[float, float] | None
    """None where one replication says nothing about the spread."""
    p05: float
    p50: float
    p95: float
    p05_ci95: tuple[float, float] | None = None
    """By order statistics; None where replications are too few to bound the quantile: below 72, and for the median below 6."""
    p50_ci95: tuple[float, float] | None = None
    p95_ci95: tuple[float, float] | None = None
    unseen: bool = False
    """Nothing was seen in any replication, and could have been: the far end of `ci95` is an upper bound of what the mean may be."""


@dataclass(kw_only=True, frozen=True, slots=True)
class RadiusEstimate:
    """Impaired share over replications, at the worst instant of each and ever, in [0, 1]."""

    peak: Estimate
    ever: Estimate


@dataclass(kw_only=True, frozen=True, slots=True)
class ComparisonRow:
    """One architecture in one case: `hit`, `missed` or `average` over all placements; a tenant whose zones are known is `fixed`."""

    architecture: str
    summary: str
    placement: str
    cost_index: float
    outage_minutes: Estimate
    time_to_recover_minutes: Estimate | None
    lost_minutes: Estimate
    hit_in: float
    """Share of replications in which it lost anything."""
    hit_in_ci95: tuple[float, float] | None = field(default=None, kw_only=True)
    lost_if_hit: Estimate | None
    """Lost minutes in these alone; None where there are none."""
    worst_if_hit: float | None
    """Mean of the least share served, in these alone."""
    worst_served: Estimate
    blast_radius_users: Estimate
    data_loss_minutes: Estimate
    open_at_horizon: float
    """Share of replications in which the outage was still open when the simulated time ended."""
    certain: bool = False
    """Nothing that can happen reaches it: that it loses nothing is known, not estimated."""
    replications: int = 0
    """How many it rests on: fewer than the comparison took, where it was as precise as was asked for before another row was."""
    values: Mapping[str, NDArray[np.float64]] = field(default_factory=dict, repr=False, compare=False)
    """Replication by replication: outage, recover, lost and writes in minutes, worst served, users not served at the worst moment, and
    in the deepest of the placements, lost requests, and whether it was still open."""
    baseline: Baseline | None = None
    """What it serves before the incident begins; the figures are what the incident takes of that."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Paired:
    """Difference a - b of lost minutes, replication by replication under common random numbers."""

    a: str
    b: str
    placement: str
    lost_minutes_mean: float
    lost_minutes_ci95: tuple[float, float] | None
    variance_ratio: float | None = None
    """How many times more replications dice of their own would take for an interval as narrow; None where the difference does not vary."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Band:
    """Served share over time: median and 5-95 % range over replications, at `seconds` after the start (a common grid)."""

    seconds: tuple[float, ...]
    p05: tuple[float, ...]
    p50: tuple[float, ...]
    p95: tuple[float, ...]
    mean: tuple[float, ...]


@dataclass(kw_only=True, frozen=True, slots=True)
class Impairment:
    """One line of the timeline: a group of components, and the share of its units down as a step function (first replication)."""

    component: str
    down: Steps


@dataclass(kw_only=True, frozen=True, slots=True)
class EventMark:
    """An event of the scenario, for pictures."""

    name: str
    summary: str
    seconds: float


@dataclass(kw_only=True, frozen=True, slots=True)
class Comparison:
    """The same incident, the same dice, several architectures."""

    origin: Origin
    summary: str
    replications: int
    objective: float | None
    rows: tuple[ComparisonRow, ...]
    paired: tuple[Paired, ...]
    bands: Mapping[tuple[str, str], Band]
    """By (architecture, case)."""
    events: tuple[EventMark, ...]
    timeline: tuple[Impairment, ...]
    warnings: tuple[str, ...] = ()
    kind: Kind = "architecture"
    stopped: Stopped | None = None
    """Where replications went on until a precision: how they ended. All intervals of means then are wider, so that they still cover."""
    blast_radius: Mapping[str, RadiusEstimate] = field(default_factory=dict)
    """Of the incident itself, in the struck regions. Keys: instances, volumes, load_balancers, load_balancer_nodes."""
    strata: int = 0
    """Replications in a block with stratified draws; 0: draws that are not stratified."""


@dataclass(kw_only=True, frozen=True, slots=True)
class FidelityRow:
    """One observation beside the simulated quantity. Clock times are seconds since the start in p05, p50, p95 and expect."""

    scenario: str
    start: datetime
    id: str
    what: str
    role: str
    confidence: str
    documented: str
    expect: tuple[float, float] | None
    unit: str
    """clock, duration (seconds), share, number, holds"""
    p05: float | None
    p50: float | None
    p95: float | None
    assumed_p05: float | None
    assumed_p95: float | None
    single: bool
    """One accident of many: its verdict is by the 5-95 % range."""
    happens_in: float | None
    """Where only replications count in which it happens: their share."""
    holds_in: float | None
    """Of what holds or not: the share of the replications in which it holds."""
    inside: bool | None
    outside_because: str | None
    source: str
    assumed_holds_in: float | None = None
    """The same with assumed numbers varied."""
    written: tuple[str, str] | None = None
    """The ends of `expect` as the file writes them; None of clock times, which are written in many ways."""
    by_median: bool | None = None
    """Inside by the median, also where one accident of many is by the range."""
    wide: bool = False
    """Nearly any outcome would have been inside (`measures.agreement.accepts_nearly_anything`)."""
    same_as: str | None = None
    """The observation that reads the same range, and is counted for both."""
    inside_in: int | None = None
    """With how many seeds it is inside; None where there is nothing to compare."""
    by_median_in: int | None = None


@dataclass(kw_only=True, frozen=True, slots=True)
class Fidelity:
    """How the model agrees with the record. `failures` are rows that break a promise: given or control outside, emergent outside without
    a reason, or inside against its reason."""

    origins: tuple[Origin, ...]
    replications: int
    rows: tuple[FidelityRow, ...]
    fitted_numbers: tuple[str, ...]
    changed_numbers: tuple[str, ...]
    failures: tuple[str, ...]
    seeds: int = 1
    """With how many seeds every observation was checked; quantiles and verdicts are those of the first."""
    tenant: str | None = None
    """Where only what speaks of one tenant was checked: that tenant."""
    left_out: int = 0
    """Observations that speak of something else."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Told:
    """One hop of an explanation: when, what in plain words, and the mechanism behind it where it has one."""

    seconds: float
    text: str
    mechanism: str | None
    hop: Hop


@dataclass(kw_only=True, frozen=True, slots=True)
class Explanation:
    """Why the first outage began, and why it ended only then; from the root event to the tenant."""

    run: RunResult
    began: tuple[Told, ...]
    ended: tuple[Told, ...]
