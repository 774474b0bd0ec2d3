"""Which batch of another component a batch waits for on its way back: one that went down with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulator.engine.plan import LatchPlan, StagePlan
from simulator.engine.streams import FOLLOWED, followed_by

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort


Company = tuple[dict[int, int], list[int]]
"""Batches that went down together, each with its place in a drawn order; and the batches of the other component they follow."""
KEPT = 16
"""So many companies of a component are kept; more are never on their way at a time but where single batches fail by themselves."""


def followed(cohort: Cohort, b: int, stage: StagePlan, other: Cohort) -> int:
    """The batch of the other component that batch b follows in a stage, drawn.

    Where both components depend on the same thing, it is one that this thing takes down together with batch b, and among these one that
    went down at the same instant; where nothing did, any of them. Where they depend on nothing in common, it is any batch.
    """
    places, theirs = _company(cohort, b, stage, other)
    if cohort.plan.single:
        return theirs[int(cohort.chance.uniform(stage.role, FOLLOWED, b, cohort.life[b]) * len(theirs))]
    place = places[b] * len(theirs)
    if len(theirs) <= len(places):
        return theirs[place // len(places)]
    # Several of theirs belong to each of ours: one of these.
    u = cohort.chance.uniform(stage.role, FOLLOWED, b, cohort.life[b])
    return theirs[min(len(theirs) - 1, int((place + u * len(theirs)) / len(places)))]


def _company(cohort: Cohort, b: int, stage: StagePlan, other: Cohort) -> Company:
    key = (stage.role, cohort.fell[b])
    for places, theirs in cohort.companies.get(key, ()):
        if b in places:
            return places, theirs
    ours, theirs = _in_common(cohort, b, other)
    order = [] if cohort.plan.single else cohort.chance.order(followed_by(stage.role), cohort.batches)
    made = ({i: n for n, i in enumerate(ours if cohort.plan.single else sorted(ours, key=order.__getitem__))}, theirs)
    if len(cohort.companies) >= KEPT:
        del cohort.companies[next(iter(cohort.companies))]
    cohort.companies.setdefault(key, []).append(made)
    return made


def _in_common(cohort: Cohort, b: int, other: Cohort) -> tuple[list[int], list[int]]:
    """The batches that share the fate of batch b, of its own component and of the other one."""
    ours, theirs = cohort.plan.latches, other.plan.latches
    if not ours or not theirs or ours[0].nodes != theirs[0].nodes:
        return list(range(cohort.batches)), list(range(other.batches))
    low, high = _segment(ours[0], b, cohort.batches, cohort.offset)
    own, all_theirs = _within(cohort, low, high), _within(other, low, high)
    if not all_theirs:
        return list(range(cohort.batches)), list(range(other.batches))
    fell = cohort.fell[b]
    with_it = [j for j in all_theirs if other.fell[j] == fell]
    return ([i for i in own if cohort.fell[i] == fell], with_it) if with_it else (own, all_theirs)


def _within(cohort: Cohort, low: float, high: float) -> list[int]:
    """The batches between two shares of a component."""
    n, offset = cohort.batches, cohort.offset
    return list(range(max(0, math.ceil(low * n - offset)), min(n, math.ceil(high * n - offset))))


def _segment(latch: LatchPlan, b: int, batches: int, offset: float) -> tuple[float, float]:
    at, low = (b + offset) / batches, 0.0
    for bound in latch.bounds:
        if at < bound:
            return low, bound
        low = bound
    return low, 1.0
