"""Rules in one replication: armed, waiting out their delay, cancelled, acting, armed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.agenda import REACTION, Deed
from simulator.engine.conditions import changed_by, holds
from simulator.engine.effects import Action, in_phases
from simulator.engine.plan import RulePlan
from simulator.engine.streams import DELAY, GAP

if TYPE_CHECKING:
    from simulator.engine.run import Run


class RuleState:
    """When its condition begins to hold, after a delay, it acts; it is armed again when the condition has been false.

    A condition that holds from the start has not begun: what is so before anything happens is nobody's occasion to act.
    """

    __slots__ = ("_armed", "_deed", "_done", "_gaps", "_occasions", "_steps", "plan", "rank", "run")

    def __init__(self, *, run: Run, plan: RulePlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self._armed = True
        self._deed: Deed | None = None
        self._done = self._gaps = self._occasions = 0
        """How often it has acted, waited for its next time, and had occasion to act: each numbers draws of its own."""
        self._steps = in_phases(plan.effects, otherwise=REACTION)

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
            self._schedule(self.run.agenda.now + self._delay(), changed_by(self.plan.condition, self.run, cause))

    def _delay(self) -> float:
        self._occasions += 1
        return self.plan.after.draw(self.run.draws.uniform(self.plan.role, DELAY, self._occasions - 1))

    def _repeat(self) -> None:
        gap = self.plan.condition[1].draw(self.run.draws.uniform(self.plan.role, GAP, self._gaps))
        self._gaps += 1
        self._schedule(self.run.agenda.now + gap, -1)

    def _schedule(self, time: float, cause: int) -> None:
        self._deed = self.run.agenda.at(time, self._steps[0][0] + self.rank, _act, (self, cause))

    def act(self, cause: int) -> None:
        """Do what the rule says."""
        self._deed = None
        self._done += 1
        run = self.run
        record = run.trace.add(run.agenda.now, "rule", self.plan.name, 0.0, cause)
        plan = self.plan
        Action(run=run, steps=self._steps, cause=record, role=plan.role, k=self._done, rank=self.rank, tenant=plan.tenant).act()
        if plan.condition[0] == "every" and not plan.once:
            self._repeat()


def _act(args: tuple[RuleState, int]) -> None:
    rule, cause = args
    rule.act(cause)
