"""Many tenants at once: from the losses of their units to the step function that each of them is, without a loop over tenants.

A change takes units of one column of one tenant away, or gives them back. Sorted by tenant and time, and summed up within each
tenant, changes become states; a state holds from its instant to the tenant's next one. Times in seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.measures.baselines import missing, outage_level
from simulator.measures.curves import SLACK

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Counts = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """At `time`, `step` more units of `column` are away from `tenant`."""

    tenant: Ints
    time: Floats
    column: Ints
    step: Ints


def away(tenant: Ints, column: int | Ints, since: Floats, until: Floats) -> Changes:
    """The changes of units that are away for a while; what never comes back is away until an infinite instant."""
    columns = np.broadcast_to(np.asarray(column, dtype=np.int64), tenant.shape)
    one = np.ones(len(tenant), dtype=np.int64)
    return Changes(
        tenant=np.concatenate((tenant, tenant)), time=np.concatenate((since, until)), column=np.concatenate((columns, columns)),
        step=np.concatenate((one, -one)),
    )  # fmt: skip


def together(parts: Sequence[Changes]) -> Changes:
    """All of these changes."""
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return Changes(tenant=nothing, time=np.zeros(0), column=nothing, step=nothing)
    return Changes(
        tenant=np.concatenate([part.tenant for part in parts]), time=np.concatenate([part.time for part in parts]),
        column=np.concatenate([part.column for part in parts]), step=np.concatenate([part.step for part in parts]),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class States:
    """One row per tenant and instant at which anything of it changed, in order; `away[:, c]` units of column c are away until `until`."""

    tenant: Ints
    time: Floats
    until: Floats
    away: Counts
    opens: Flags
    """Whether it is the tenant's first row."""


def states(changes: Changes, columns: int, horizon: float) -> States:
    """What follows from changes before the horizon. Changes of one instant make one state."""
    inside = changes.time < horizon
    tenant, time = changes.tenant[inside], changes.time[inside]
    order = np.lexsort((time, tenant))
    tenant, time = tenant[order], time[order]
    steps = np.zeros((len(order), columns), dtype=np.int32)
    steps[np.arange(len(order)), changes.column[inside][order]] = changes.step[inside][order]
    sums = np.cumsum(steps, axis=0, dtype=np.int32)
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (tenant[1:] != tenant[:-1]) | (time[1:] != time[:-1])
    tenant, time, sums = tenant[last], time[last], sums[last]
    opens = np.ones(len(tenant), dtype=bool)
    opens[1:] = tenant[1:] != tenant[:-1]
    firsts = np.flatnonzero(opens)
    # What earlier tenants never got back is no loss of this one.
    before = np.zeros((len(firsts), columns), dtype=np.int32)
    before[1:] = sums[firsts[1:] - 1]
    lengths = np.diff(np.append(firsts, len(tenant)))
    until = np.full(len(time), horizon)
    until[:-1] = np.where(opens[1:], horizon, time[1:])
    return States(tenant=tenant, time=time, until=until, away=sums - np.repeat(before, lengths, axis=0), opens=opens)


def runs(holds: Flags, of: States) -> tuple[Ints, Floats]:
    """Stretches in which something holds: the row where each begins, and when it ends, infinite where it holds up to the horizon."""
    before = np.zeros(len(holds), dtype=bool)
    before[1:] = holds[:-1] & ~of.opens[1:]
    starts = np.flatnonzero(holds & ~before)
    # A stretch ends where the next row of the same tenant does not hold, or at the tenant's last row.
    closing = np.ones(len(holds), dtype=bool)
    closing[:-1] = ~holds[1:] | of.opens[1:]
    ends = np.flatnonzero(holds & closing)
    final = np.ones(len(holds), dtype=bool)
    final[:-1] = of.opens[1:]
    return starts, np.where(final[ends], np.inf, of.until[ends])


@dataclass(frozen=True, kw_only=True, slots=True)
class Fortunes:
    """What each of so many tenants went through, and when how many of them were down."""

    lost_seconds: Floats
    """Integral of what is served less than before the incident."""
    served_seconds: Floats
    outage_seconds: Floats
    """Below the objective, or the share of it that was served before where that was below it."""
    open_at_horizon: Flags
    changed: Ints
    """Of each instant at which a tenant went down or came back: which tenant,"""
    instants: Floats
    """when,"""
    steps: Ints
    """and 1 where it went down, -1 where it came back."""


def fortunes(served: Floats, of: States, *, tenants: int, before: float, objective: float, horizon: float) -> Fortunes:
    """The exact integrals of each tenant's step function: `before` is what is served until anything changes, the tenants' baseline."""
    span = of.until - of.time
    calm = np.full(tenants, horizon)
    calm[of.tenant[of.opens]] = of.time[of.opens]
    down = served < outage_level(objective, before) - SLACK
    taken = 1.0 - served
    if missing(before):
        taken = np.where(before - served > SLACK, before - served, 0.0)
    was = np.empty(len(down), dtype=bool)
    was[1:] = down[:-1]
    was[of.opens] = False
    turned = np.flatnonzero(down != was)
    ends = np.ones(len(down), dtype=bool)
    ends[:-1] = of.opens[1:]
    still = np.zeros(tenants, dtype=bool)
    still[of.tenant[ends]] = down[ends]
    return Fortunes(
        lost_seconds=_summed(of.tenant, taken * span, tenants),
        served_seconds=_summed(of.tenant, served * span, tenants) + before * calm,
        outage_seconds=_summed(of.tenant, down * span, tenants),
        open_at_horizon=still,
        changed=of.tenant[turned],
        instants=of.time[turned],
        steps=np.where(down[turned], 1, -1),
    )


def _summed(tenant: Ints, amounts: Floats, tenants: int) -> Floats:
    return np.asarray(np.bincount(tenant, weights=amounts, minlength=tenants), dtype=np.float64)


def number_down(instants: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """(instants, how much is down from each on) from what goes down and comes back; at one instant all of it counts together."""
    if not len(instants):
        return np.zeros(1), np.zeros(1)
    times, place = np.unique(instants, return_inverse=True)
    down = np.cumsum(np.bincount(place, weights=steps)).astype(np.float64)
    # What is left of adding and subtracting the same numbers of users is rounding.
    down[down <= SLACK * down.max()] = 0.0
    before = np.zeros(int(times[0] > 0))
    return np.concatenate((before, times)), np.concatenate((before, down))
