"""Levels that rise and fall between events; the instants at which they cross a threshold are computed, not polled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import FAILURE, Deed
from simulator.engine.conditions import holds

if TYPE_CHECKING:
    from simulator.engine.plan import Condition, StockPlan
    from simulator.engine.run import Run

FlowPlan = tuple[str, float, float, "Condition | None"]
"""("steady", change per second, 0, condition) or ("relax", level approached, time constant in seconds, condition)."""


class StockState:
    """A level in one replication: dL/dt = steady - rate * (L - toward), with what flows at the moment."""

    __slots__ = (
        "_deed", "_last", "_level", "_rate", "_steady", "_toward", "below", "capacity", "flows", "node", "owner", "run", "thresholds",
    )  # fmt: skip

    def __init__(self, *, run: Run, node: int, plan: StockPlan) -> None:
        self.run, self.node, self.owner, self.capacity, self.flows = run, node, plan.path, plan.capacity, plan.flows
        self.thresholds = tuple(sorted({0.0, *plan.thresholds}))
        self._level, self._last = plan.level, 0.0
        self._steady = self._rate = self._toward = 0.0
        self._deed: Deed | None = None
        self.below = {t: plan.level <= t for t in self.thresholds}

    def flow(self, cause: int) -> None:
        """What moves the level has changed: bring the level up to now and look for the next crossing."""
        self._catch_up()
        steady = rate = pull = 0.0
        for kind, a, b, condition in self.flows:
            if condition is None or holds(condition, self.run):
                if kind == "steady":
                    steady += a
                else:
                    rate += 1.0 / b
                    pull += a / b
        self._steady, self._rate = steady, rate
        self._toward = (pull + steady) / rate if rate > 0 else 0.0
        self._look_ahead(cause)

    def _at(self, span: float) -> float:
        if self._rate > 0:
            level = self._toward + (self._level - self._toward) * math.exp(-self._rate * span)
        else:
            level = self._level + self._steady * span
        return min(max(level, 0.0), self.capacity)

    def _catch_up(self) -> None:
        now = self.run.agenda.now
        self._level, self._last = self._at(now - self._last), now

    def _until(self, target: float) -> float:
        """Seconds until the level reaches `target`; infinite when it never does."""
        gap = target - self._level
        if self._rate > 0:
            far, near = self._level - self._toward, target - self._toward
            return math.log(far / near) / self._rate if near and far / near > 1.0 else math.inf
        return gap / self._steady if self._steady and gap / self._steady > 0 else math.inf

    def _look_ahead(self, cause: int) -> None:
        if self._deed is not None:
            self._deed.call_off()
            self._deed = None
        falling = self._rising() < 0
        spans = []
        for t in self.thresholds:
            crosses = not self.below[t] if falling else self.below[t]
            if crosses:
                at_it = self._level == t
                spans.append((0.0 if at_it and not falling and self._rising() > 0 else self._until(t), t))
        if spans and self._rising() != 0:
            span, target = min(spans)
            if math.isfinite(span) and target <= self.capacity:
                agenda = self.run.agenda
                self._deed = agenda.at(agenda.now + span, FAILURE + self.node, _crossed, (self, target, falling, cause))

    def _rising(self) -> float:
        if self._rate > 0:
            return self._toward - self._level
        return self._steady

    def crossed(self, target: float, falling: bool, cause: int) -> None:
        """The level has reached a threshold."""
        self._deed = None
        self._last = self.run.agenda.now
        self._level = target
        self.below[target] = falling
        run = self.run
        record = run.trace.add(run.agenda.now, "level", self.owner, target, cause, "falls" if falling else "rises")
        if target == 0.0:
            run.own[self.node] = 0.0 if falling else 1.0
            run.touch(self.node, record)
        else:
            for watcher in run.watchers.get(self.node, ()):
                run.react(watcher, record, self.node)
        self._look_ahead(record)


def _crossed(deed: Any) -> None:
    stock, target, falling, cause = deed.args
    stock.crossed(target, falling, cause)
