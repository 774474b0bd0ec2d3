"""Hazards: failures without memory, at a rate that follows the hours of the day, acts only at times and only on some units.

The clock of a hazard is its rate summed up over time. Each unit at risk draws a mark ahead of the clock, exponential with mean one,
and fails when the clock reaches it: P[fails by t] = 1 - exp(-integral of the rate). A whole fleet needs one deed on the agenda.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE, Deed
from simulator.engine.conditions import changed_by, holds, reads
from simulator.engine.plan import HazardPlan
from simulator.engine.streams import AFTER_UP, COUNTERPART

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort
    from simulator.engine.stations import StationState


class Hazard:
    """A cohort's hazard in one replication."""

    __slots__ = (
        "_acting", "_acts_by", "_because", "_clock", "_cohort", "_deed", "_drive", "_driven_by", "_followers", "_last", "_left",
        "_marked", "_marks", "_plan",
    )  # fmt: skip

    def __init__(self, *, cohort: Cohort, plan: HazardPlan) -> None:
        self._cohort, self._plan = cohort, plan
        self._clock = self._last = 0.0
        self._marks: list[tuple[float, int]] = []
        self._marked: dict[int, float] = {}
        """Batch at risk -> its mark; whatever else stands in the heap counts no more."""
        self._left: dict[int, float] = {}
        """Batch that was at risk and is safe again -> how far its mark was ahead of the clock."""
        self._followers: dict[int, list[int]] = {}
        self._because: dict[int, int] = {}
        self._deed: Deed | None = None
        self._acting = False
        self._acts_by = -1
        """The record of what has it act since then; -1 where it acts from the start."""
        self._drive = 1.0
        self._driven_by: StationState | None = None

    def begin(self, b: int) -> None:
        """Batch b is up, and at risk unless its counterpart keeps it safe."""
        other = self._counterparts()
        if other is None or other.state[self._counterpart(b, other)] != 0:
            self._mark(b)

    def end(self, b: int) -> None:
        """Batch b is down, whatever took it."""
        self._marked.pop(b, None)
        self._left.pop(b, None)

    def resume(self) -> None:
        """Time begins: all units that are up are at risk, unless their counterparts keep all of them safe."""
        other = self._counterparts()
        if other is not None and len(other.batches_up()) == other.batches:
            return
        for b in self._cohort.batches_up():
            if b not in self._marked:
                self.begin(b)

    def pause(self) -> None:
        """Nothing is asked of the units any more; a hazard without memory goes on all the same."""

    def changed(self, cause: int) -> None:
        """What says when the hazard acts may have changed."""
        acting = self._acts()
        if acting != self._acting:
            assert self._plan.during is not None
            self._catch_up()
            self._acts_by = changed_by(self._plan.during, self._cohort.run, cause)
            self._acting = acting
            self._look_ahead()

    def driven(self) -> None:
        """The station that drives it does more or less work than before."""
        assert self._driven_by is not None
        self._catch_up()
        self._drive = self._driven_by.work_rate()
        self._look_ahead()

    def watch(self, watchers: dict[int, list[Callable[[int], None]]]) -> None:
        """Hear of what says when it acts, of the work that drives it, and of every unit of the other component."""
        self._acting = self._acts()
        if self._plan.driver >= 0:
            self._driven_by = self._cohort.run.stations[self._plan.driver]
            self._driven_by.load.followers.append(self.driven)
            self._drive = self._driven_by.work_rate()
        for node in dict.fromkeys(reads(self._plan.during) if self._plan.during is not None else ()):
            watchers.setdefault(node, []).append(self.changed)
        other = self._counterparts()
        if other is not None:
            for b in range(self._cohort.batches):
                self._followers.setdefault(self._counterpart(b, other), []).append(b)
            other.watchers.append(self)

    def counterpart(self, j: int, *, up: bool, record: int) -> None:
        """Unit j of the other component is up again, or down; its loss is the cause of what breaks for want of it."""
        self._because[j] = record
        for b in self._followers.get(j, ()):
            if up and b in self._marked:
                self._catch_up()
                self._left[b] = self._marked.pop(b) - self._clock
            elif not up and self._cohort.state[b] == 0 and b not in self._marked:
                self._mark(b)

    # -- marks and the clock ---------------------------------------------------------------------------------------------------------

    def _acts(self) -> bool:
        return self._plan.during is None or holds(self._plan.during, self._cohort.run)

    def _counterparts(self) -> Cohort | None:
        return None if self._plan.without < 0 else self._cohort.run.cohort(self._plan.without)

    def _counterpart(self, b: int, other: Cohort) -> int:
        cohort = self._cohort
        if cohort.plan.single:
            return int(cohort.chance.uniform(cohort.plan.role, COUNTERPART, b, 0) * other.batches)
        return cohort.chance.order(COUNTERPART, cohort.batches)[b] * other.batches // cohort.batches

    def _mark(self, b: int) -> None:
        """Batch b is at risk: with a new mark, or as far ahead of the clock as it was when it was at risk before in this life."""
        self._catch_up()
        ahead = self._left.pop(b, None)
        mark = self._marked[b] = self._clock + (self._drawn(b) if ahead is None else ahead)
        first = not self._marks or mark < self._marks[0][0]
        heapq.heappush(self._marks, (mark, b))
        if first:
            self._look_ahead()

    def _drawn(self, b: int) -> float:
        cohort, life = self._cohort, self._cohort.life[b]
        u = cohort.chance.uniform(cohort.plan.role, AFTER_UP, b, life)
        if not cohort.plan.single and life == 0:  # one batch is one leap: evenly spread over the law, as many units together are
            u = (cohort.chance.order(AFTER_UP, cohort.batches)[b] + u) / cohort.batches
        return -math.log(1.0 - u)

    def _catch_up(self) -> None:
        now = self._cohort.run.agenda.now
        if self._acting and now > self._last:
            self._clock += self._plan.rate * self._drive * self._plan.profile.between(self._last, now)
        self._last = now

    def _look_ahead(self) -> None:
        """Put the next failure on the agenda."""
        marks = self._marks
        while marks and self._marked.get(marks[0][1]) != marks[0][0]:
            heapq.heappop(marks)
        if self._deed is not None:
            self._deed.call_off()
            self._deed = None
        rate = self._plan.rate * self._drive
        if marks and self._acting and rate > 0.0:
            cohort = self._cohort
            when = self._plan.profile.reaches(self._last, max(0.0, marks[0][0] - self._clock) / rate)
            if when < cohort.run.agenda.horizon:
                self._deed = cohort.run.agenda.at(when, FAILURE + cohort.node, _reached, self)

    def reached(self) -> None:
        """The clock stands at the next mark: that batch fails by itself, unless something else took it meanwhile."""
        self._deed = None
        self._catch_up()
        mark, b = heapq.heappop(self._marks)
        self._clock = max(self._clock, mark)
        if self._marked.get(b) == mark:
            del self._marked[b]
            self._cohort.fail_by_itself(b, self._cause(b))
        self._look_ahead()

    def _cause(self, b: int) -> int:
        """What made it fail: whatever came last of all that exposes it, since without that it would not be exposed.

        The loss of its counterpart, what began the work of the station that drives the hazard, and what has the hazard act.
        """
        other, driver = self._counterparts(), self._driven_by
        lost = -1 if other is None else self._because.get(self._counterpart(b, other), -1)
        return max(lost, self._acts_by, -1 if driver is None else driver.load.begun_by)


def _reached(hazard: Hazard) -> None:
    hazard.reached()
