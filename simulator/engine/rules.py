"""Rules in one replication: armed, waiting out their delay, cancelled, acting, armed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE, REACTION, REPAIR, Deed
from simulator.engine.conditions import holds
from simulator.engine.effects import apply
from simulator.engine.plan import RulePlan

if TYPE_CHECKING:
    from simulator.engine.run import Run

_PHASE = {"fail": FAILURE, "stop": FAILURE, "repair": REPAIR, "start": REPAIR}


class RuleState:
    """When its condition begins to hold, after a delay, it acts; it is armed again when the condition has been false.

    A condition that holds from the start has not begun: what is so before anything happens is nobody's occasion to act.
    """

    __slots__ = ("_armed", "_deed", "_done", "plan", "rank", "run")

    def __init__(self, *, run: Run, plan: RulePlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self._armed = True
        self._deed: Deed | None = None
        self._done = 0

    def begin(self) -> None:
        """What can be scheduled before anything has happened."""
        tag = self.plan.condition[0]
        if tag == "at":
            self._schedule(self.plan.condition[1] + self._delay(), -1)
        elif tag == "every":
            self._repeat()
        else:
            self._armed = not holds(self.plan.condition, self.run)

    def look(self, cause: int) -> None:
        """Something the condition reads has changed."""
        if not holds(self.plan.condition, self.run):
            self._armed = True
            if self._deed is not None and not self.plan.commits:
                self._deed.call_off()
                self._deed = None
        elif self._armed and self._deed is None and not (self.plan.once and self._done):
            self._armed = False
            self._schedule(self.run.agenda.now + self._delay(), cause)

    def _delay(self) -> float:
        return self.plan.after.draw(self.run.draws.uniform(self.plan.role, "after", self._done))

    def _repeat(self) -> None:
        gap = self.plan.condition[1].draw(self.run.draws.uniform(self.plan.role, "every", self._done))
        self._schedule(self.run.agenda.now + gap, -1)

    def _schedule(self, time: float, cause: int) -> None:
        phase = _PHASE.get(self.plan.effects[0][0], REACTION)
        self._deed = self.run.agenda.at(time, phase + self.rank, _act, (self, cause))

    def act(self, cause: int) -> None:
        """Do what the rule says."""
        self._deed = None
        self._done += 1
        run = self.run
        record = run.trace.add(run.agenda.now, "rule", self.plan.name, 0.0, cause)
        for n, effect in enumerate(self.plan.effects):
            apply(run, effect, record, role=f"{self.plan.role}!{n}", k=self._done, tenant=self.plan.tenant)
        if self.plan.condition[0] == "every" and not self.plan.once:
            self._repeat()


def _act(args: tuple[RuleState, int]) -> None:
    rule, cause = args
    rule.act(cause)
