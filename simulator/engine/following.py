"""Which batch of another component a batch waits for on its way back: one that shares its feed, drawn."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.engine.plan import LatchPlan, StagePlan

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort


def followed(cohort: Cohort, b: int, stage: StagePlan, other: Cohort) -> int:
    """The batch of the other component that batch b follows in a stage."""
    first, last = _same_hold(cohort, b, other)
    if cohort.plan.single:
        return first + int(cohort.chance.uniform(stage.role, "follow", b, cohort.life[b]) * (last - first))
    n = min(cohort.batches, other.batches)
    return first + cohort.chance.order("follow:" + stage.role, n)[b % n] % (last - first)


def _same_hold(cohort: Cohort, b: int, other: Cohort) -> tuple[int, int]:
    """The other's batches that hang on the same thing as batch b: what shares a feed is lost together."""
    ours, theirs = cohort.plan.latches, other.plan.latches
    if not ours or not theirs or ours[0].nodes != theirs[0].nodes:
        return 0, other.batches
    low, high = _segment(ours[0], b, cohort.batches, cohort.offset)
    first, last = math.ceil(low * other.batches - other.offset), math.ceil(high * other.batches - other.offset)
    return (first, last) if last > first else (0, other.batches)


def _segment(latch: LatchPlan, b: int, batches: int, offset: float) -> tuple[float, float]:
    at, low = (b + offset) / batches, 0.0
    for bound in latch.bounds:
        if at < bound:
            return low, bound
        low = bound
    return low, 1.0
