"""Units with a life of their own length: when the next one ends, and what is left of a life that stands unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE, Deed
from simulator.engine.streams import AFTER_UP
from simulator.model.component import AfterUp

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort


class Ageing:
    """The lives of a cohort's batches, in one replication."""

    __slots__ = ("_cohort", "_failure", "_left", "_running")

    def __init__(self, *, cohort: Cohort, failure: AfterUp) -> None:
        self._cohort, self._failure = cohort, failure
        self._running: dict[int, tuple[Deed, float]] = {}
        self._left: dict[int, float] = {}

    def begin(self, b: int) -> None:
        """Let batch b, which is up, age until it fails by itself; one that stood unused goes on where it stopped."""
        cohort, failure = self._cohort, self._failure
        if failure.ageing == "in_use" and not cohort.run.in_use(cohort.node):
            return
        span = self._left.pop(b, None)
        agenda = cohort.run.agenda
        when = agenda.now + (self._life_of(b) if span is None else span)
        self._running[b] = (agenda.at(when, FAILURE + cohort.node, _fail_by_itself, (cohort, b)), when)

    def end(self, b: int) -> None:
        """Batch b is down, whatever took it."""
        self._left.pop(b, None)
        running = self._running.pop(b, None)
        if running is not None:
            running[0].call_off()

    def resume(self) -> None:
        """Something is asked of the units: those that are up age."""
        for b in self._cohort.batches_up():
            if b not in self._running:
                self.begin(b)

    def pause(self) -> None:
        """Nothing is asked of the units any more: what is left of each life waits until something is."""
        for b, (deed, when) in self._running.items():
            deed.call_off()
            self._left[b] = max(0.0, when - self._cohort.run.agenda.now)
        self._running.clear()

    def _life_of(self, b: int) -> float:
        cohort = self._cohort
        u = cohort.chance.uniform(cohort.plan.role, AFTER_UP, b, cohort.life[b])
        if not cohort.plan.single and cohort.life[b] == 0:  # one batch stands for many units: evenly spread over the law
            u = (cohort.chance.order(AFTER_UP, cohort.batches)[b] + u) / cohort.batches
        return self._failure.law.draw(u)


def _fail_by_itself(args: tuple[Cohort, int]) -> None:
    cohort, b = args
    cohort.fail_by_itself(b)
