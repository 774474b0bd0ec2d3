"""A level for each batch of a component, such as the memory left in each server: a batch is down while its own level is empty."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE, Deed
from simulator.engine.cohorts import Cohort
from simulator.engine.level_causes import LevelCauses
from simulator.engine.plan import BatchStockPlan
from simulator.engine.streams import INITIAL_LEVEL, level_of

if TYPE_CHECKING:
    from simulator.engine.run import Run


class BatchStocks:
    """The levels of one cohort's batches in one replication.

    All rise and fall together, so that the order in which they empty stands from the beginning: what each began with, plus what has
    flowed since, is its level. One deed looks for the next to empty. A tenant's unit that rides the component shares the level of a
    drawn batch.
    """

    __slots__ = ("_causes", "_deed", "_empty", "_flowed", "_last", "_levels", "_riders", "_steady", "cohort", "node", "plan", "run")

    def __init__(self, *, run: Run, node: int, plan: BatchStockPlan) -> None:
        self.run, self.node, self.plan = run, node, plan
        self.cohort = cohort = run.cohort(plan.cohort)
        n = max(1, int(plan.share * cohort.batches + 0.5)) if plan.share > 0 else 0
        chosen = cohort.chance.order(level_of(plan.path), cohort.batches)[:n]
        if cohort.plan.single:
            levels = [plan.level.draw(cohort.chance.uniform(plan.path, INITIAL_LEVEL, b, 0)) for b in chosen]
        else:
            levels = plan.level.quantiles(n) if n else []
        self._levels = [(min(level, plan.capacity), b) for level, b in zip(levels, chosen, strict=True)]
        heapq.heapify(self._levels)
        self._empty: list[int] = []
        self._riders: dict[int, list[tuple[Cohort, int]]] | None = None
        self._flowed = self._last = self._steady = 0.0
        self._deed: Deed | None = None
        self._causes = LevelCauses(run=run, flows=plan.flows)

    def flow(self, cause: int) -> None:
        """What moves the levels has changed."""
        self._catch_up()
        self._steady = sum([amount for _, amount, _ in self._causes.flowing(cause)])
        if self._steady > 0.0:
            self._refill(0.0, self._causes.record(0.0, falls=False))
        self._look_ahead()

    def fill(self, by: float, cause: int) -> None:
        """Every level rises by so much at once, up to the capacity."""
        self._catch_up()
        self._causes.fill(by, cause, full=by >= self.plan.capacity)
        self._refill(by, cause)
        self._look_ahead()

    def _refill(self, by: float, cause: int) -> None:
        empty, self._empty = sorted(self._empty), []
        self._levels = [(min(self.plan.capacity, level + self._flowed + by), b) for level, b in self._levels]
        self._levels += [(min(self.plan.capacity, by), b) for b in empty]
        heapq.heapify(self._levels)
        self._flowed = 0.0
        if empty:
            run = self.run
            record = run.trace.add(run.agenda.now, "level", self.plan.path, by, cause, "rises")
            for b in empty:
                for cohort, unit in self._sharing(b):
                    cohort.regain(unit, record)

    def _catch_up(self) -> None:
        now = self.run.agenda.now
        flowed = self._steady * (now - self._last)
        self._causes.move(self._last, flowed, 0.0)
        self._flowed += flowed
        self._last = now
        if self._steady > 0.0:
            self._levels = [(min(self.plan.capacity, level + self._flowed), b) for level, b in self._levels]
            heapq.heapify(self._levels)
            self._flowed = 0.0

    def _look_ahead(self) -> None:
        if self._deed is not None:
            self._deed.call_off()
            self._deed = None
        if self._levels and self._steady < 0.0:
            agenda = self.run.agenda
            left = max(0.0, self._levels[0][0] + self._flowed)
            self._deed = agenda.at(agenda.now - left / self._steady, FAILURE + self.node, _emptied, self)

    def emptied(self) -> None:
        """The lowest level is empty."""
        self._deed = None
        self._catch_up()
        level, b = heapq.heappop(self._levels)
        self._flowed = -level
        self._empty.append(b)
        run = self.run
        cause = self._causes.record(0.0, falls=True)
        record = run.trace.add(run.agenda.now, "level", self.plan.path, 0.0, cause, "falls")
        for cohort, unit in self._sharing(b):
            cohort.lose(unit, record)
        self._look_ahead()

    def _sharing(self, b: int) -> list[tuple[Cohort, int]]:
        """Who shares the level of a batch: the batch itself, and then the tenants' units that ride there."""
        if self._riders is None:
            self._riders = {}
            for cohort in self.run.cohorts_at(self.cohort.node):
                for unit in range(cohort.batches) if cohort.plan.rider else ():
                    place = cohort.chance.uniform(cohort.plan.role, level_of(self.plan.path), unit, 0)
                    self._riders.setdefault(int(place * self.cohort.batches), []).append((cohort, unit))
        return [(self.cohort, b), *self._riders.get(b, ())]


def _emptied(stocks: BatchStocks) -> None:
    stocks.emptied()
