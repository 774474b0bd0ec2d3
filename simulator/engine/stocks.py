"""Levels that rise and fall between events; the instants at which they cross a threshold are computed, not polled."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Final

from simulator.engine.agenda import FAILURE, REACTION, Deed
from simulator.engine.level_causes import LevelCauses
from simulator.engine.streams import TURN_AT_LEVEL

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort
    from simulator.engine.plan import Condition, StagePlan, StockPlan
    from simulator.engine.run import Run

FlowPlan = tuple[str, float, float, "Condition | None"]
"""("steady", change per second, 0, condition) or ("relax", level approached, time constant in seconds, condition)."""


_CLOSE: Final = 1e-9
"""Of a stock's capacity: a level this near to an amount is the amount."""


class Request:
    """A batch on its way back that wants so much of a stock. Of no amount, it is a passenger: it takes nothing, and waits for its turn."""

    __slots__ = ("amount", "batch", "cause", "cohort", "life", "since", "stage", "stages")

    def __init__(
        self, *, cohort: Cohort, batch: int, life: int, stage: int, stages: tuple[StagePlan, ...], amount: float, cause: int
    ) -> None:
        self.cohort, self.batch, self.life, self.stage, self.stages = cohort, batch, life, stage, stages
        self.amount, self.cause, self.since = amount, cause, cohort.run.agenda.now

    def stands(self) -> bool:
        return self.cohort.waits(self.batch, self.life, self.stages)


class StockState:
    """A level in one replication: dL/dt = steady - rate * (L - toward), with what flows at the moment.

    Whoever wants to take more than there is waits. Whose turn is next is drawn, not who came first: a search for space is a lottery,
    and where thousands are lost at one instant nobody comes first.
    """

    __slots__ = (
        "_asked", "_causes", "_deed", "_last", "_level", "_next", "_rate", "_serving", "_steady", "_toward", "_waiting", "below",
        "capacity", "node", "owner", "run", "thresholds",
    )  # fmt: skip

    def __init__(self, *, run: Run, node: int, plan: StockPlan) -> None:
        self.run, self.node, self.owner, self.capacity = run, node, plan.path, plan.capacity
        self.thresholds = tuple(sorted({0.0, *plan.thresholds}))
        self._level, self._last = plan.level, 0.0
        self._steady = self._rate = self._toward = 0.0
        self._deed: Deed | None = None
        self._waiting: list[tuple[float, int, Request]] = []
        self._asked = 0
        self._causes = LevelCauses(run=run, flows=plan.flows)
        self._serving = False
        self._next: Deed | None = None
        self.below = {t: plan.level <= t for t in self.thresholds}

    def flow(self, cause: int) -> None:
        """What moves the level has changed: bring the level up to now and look for the next crossing."""
        self._catch_up()
        steady = rate = pull = 0.0
        for kind, a, b in self._causes.flowing(cause):
            if kind == "steady":
                steady += a
            else:
                rate += 1.0 / b
                pull += a / b
        self._steady, self._rate = steady, rate
        self._toward = (pull + steady) / rate if rate > 0 else 0.0
        self._look_ahead()

    # -- taking and filling ------------------------------------------------------------------------------------------------------------

    def ask(self, request: Request) -> None:
        """A batch wants to take something; it is served in its turn, when everybody who asks at this instant has asked."""
        cohort = request.cohort
        turn = cohort.chance.uniform(request.stages[request.stage].role, TURN_AT_LEVEL, request.batch, request.life)
        heapq.heappush(self._waiting, (turn, self._asked, request))
        self._asked += 1
        self._serve_soon()

    def requests(self) -> list[Request]:
        """Who waits to take something."""
        return [request for _, _, request in self._waiting if request.stands()]

    def fill(self, by: float, cause: int) -> None:
        """The level rises by so much at once, up to the capacity."""
        self._catch_up()
        before, self._level = self._level, min(self.capacity, self._level + by)
        self._causes.fill(self._level - before, cause, full=self._level >= self.capacity)
        self._compare(cause, falls=False)
        self._serve_soon()
        self._look_ahead()

    def _serve_soon(self) -> None:
        if not self._serving:
            self._serving = True
            self.run.agenda.at(self.run.agenda.now, REACTION + self.node, _serve, self)

    def serve(self) -> None:
        """Give to those who wait, in their turn, as far as the level goes."""
        self._serving = False
        self._catch_up()
        run, near, cause = self.run, _CLOSE * self.capacity, -1
        brought = self._causes.record(self._level, falls=False)
        while self._waiting:
            _, _, request = self._waiting[0]
            stands = request.stands()
            if stands and (self._level <= near or min(request.amount, self.capacity) > self._level + near):
                break
            heapq.heappop(self._waiting)
            if stands:
                # What wants more than the stock can ever hold takes all of a full one.
                amount = min(request.amount, self._level)
                self._level = self._level - amount if self._level - amount > near else 0.0
                cohort, b = request.cohort, request.batch
                # Who had to wait goes on because of what brought it, and not because of what it came from.
                cause = brought if brought >= 0 and request.since < run.agenda.now else request.cause
                cause = run.trace.add(run.agenda.now, "takes", cohort.plan.owner, amount, cause, (b, self.owner))
                # At once, since a batch that asks on two ways has to be served on one of them only.
                cohort.proceed(b, request.life, request.stage + 1, request.stages, cause)
        if cause >= 0 and self._waiting:
            self._causes.take()
        self._compare(cause, falls=True)
        self._look_ahead()

    def _compare(self, cause: int, *, falls: bool) -> None:
        """The level has jumped down, or up, because of a record: note which thresholds lie between."""
        for t in self.thresholds:
            below = self._level <= t
            if below != self.below[t]:
                # What flows may have come to a threshold at this very instant, too.
                self._pass(t, below, cause if below == falls and cause >= 0 else self._causes.record(self._level, falls=below))

    def _wait_for_more(self) -> None:
        """Look for the instant at which a rising level is enough for whoever is next."""
        if self._next is not None:
            self._next.call_off()
            self._next = None
        while self._waiting and not self._waiting[0][2].stands():
            heapq.heappop(self._waiting)
        if self._waiting and self._rising() > 0:
            wanted = min(max(self._waiting[0][2].amount, 2 * _CLOSE * self.capacity), self.capacity)
            span = self._until(wanted) if wanted > self._level else 0.0
            if math.isfinite(span):
                agenda = self.run.agenda
                self._next = agenda.at(agenda.now + span, REACTION + self.node, _serve_next, self)

    def serve_next(self) -> None:
        """The level has risen to what the next one wants."""
        self._next = None
        self.serve()

    # -- rising and falling ------------------------------------------------------------------------------------------------------------

    def _at(self, span: float) -> float:
        if self._rate > 0:
            level = self._toward + (self._level - self._toward) * math.exp(-self._rate * span)
        else:
            level = self._level + self._steady * span
        return min(max(level, 0.0), self.capacity)

    def _catch_up(self) -> None:
        now = self.run.agenda.now
        if now > self._last:
            since, span, before = self._last, now - self._last, self._level
            self._level, self._last = self._at(span), now
            # Of dL/dt = rate * (toward - L) the mean level follows from the change; of a steady flow it is the middle.
            by = self._level - before
            self._causes.move(since, by, self._toward - by / (self._rate * span) if self._rate > 0 else before + by / 2)

    def _until(self, target: float) -> float:
        """Seconds until the level reaches `target`; infinite when it never does."""
        gap = target - self._level
        if self._rate > 0:
            far, near = self._level - self._toward, target - self._toward
            return math.log(far / near) / self._rate if near and far / near > 1.0 else math.inf
        return gap / self._steady if self._steady and gap / self._steady > 0 else math.inf

    def _look_ahead(self) -> None:
        if self._deed is not None:
            self._deed.call_off()
            self._deed = None
        rising = self._rising()
        spans = []
        for t in self.thresholds:
            if rising < 0 and not self.below[t]:
                # The flow may have turned round at the very instant at which the level had come up to the threshold.
                spans.append((0.0 if self._level <= t else self._until(t), t))
            elif rising > 0 and self.below[t]:
                spans.append((0.0 if self._level >= t else self._until(t), t))
        if spans:
            span, target = min(spans)
            if math.isfinite(span) and target <= self.capacity:
                agenda = self.run.agenda
                self._deed = agenda.at(agenda.now + span, FAILURE + self.node, _crossed, (self, target, rising < 0))
        if self._waiting:
            self._wait_for_more()

    def _rising(self) -> float:
        if self._rate > 0:
            return self._toward - self._level
        return self._steady

    def crossed(self, target: float, falling: bool) -> None:
        """The level has reached a threshold."""
        self._deed = None
        self._catch_up()
        self._level = target
        self._pass(target, falling, self._causes.record(target, falls=falling))
        self._look_ahead()

    def _pass(self, threshold: float, falls: bool, cause: int) -> None:
        """The level is at or below a threshold from now on, or above it."""
        self.below[threshold] = falls
        run = self.run
        record = run.trace.add(run.agenda.now, "level", self.owner, threshold, cause, "falls" if falls else "rises")
        if threshold == 0.0:
            run.own[self.node] = 0.0 if falls else 1.0
            run.touch(self.node, record)
        else:
            for watcher in run.watchers.get(self.node, ()):
                run.react(watcher, record, self.node)


def _crossed(args: tuple[StockState, float, bool]) -> None:
    stock, target, falling = args
    stock.crossed(target, falling)


def _serve(stock: StockState) -> None:
    stock.serve()


def _serve_next(stock: StockState) -> None:
    stock.serve_next()
