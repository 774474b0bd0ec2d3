"""Latching requirements in one replication: which batches hang on what, and who of them has lost it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from simulator.distributions import Distribution
from simulator.engine.agenda import AFTER_FAILURES, REPAIR, Deed
from simulator.engine.chance import LIVES
from simulator.engine.plan import LatchPlan
from simulator.engine.states import HELD
from simulator.engine.streams import drawn_for, in_life, loss_order, restore_of, rounding_of

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort

_ROUNDING: Final = 1e-9


@lru_cache(maxsize=1024)
def _spread(law: Distribution, n: int) -> tuple[float, ...]:
    """A law as n equally likely values; what is restored is alike in every replication, and more often than not in every cohort."""
    return tuple(law.quantiles(n))


class LatchState:
    """The batches of one cohort that hang on one node. Of a share lost, so many batches go down; they have it back one by one.

    Which ones go first is settled by their order in the first latch of a cohort, and by a drawn one in each further latch, so that two
    causes strike independently; of a tenant's units it is always drawn, with an offset, since they are a handful of a large cohort's.
    """

    __slots__ = ("_lost", "_members", "_ordered", "_pending", "_plan", "_restored", "_restores", "_round", "cohort", "node")

    def __init__(self, *, cohort: Cohort, plan: LatchPlan, segment: int, number: int) -> None:
        self.cohort, self._plan, self.node = cohort, plan, plan.nodes[segment]
        self._ordered = "" if number == 0 and not cohort.plan.rider else loss_order(number, segment)
        self._round = 0.5
        low, high = plan.bounds[segment - 1] if segment else 0.0, plan.bounds[segment]
        self._members = [b for b in range(cohort.batches) if low <= (b + cohort.offset) / cohort.batches < high]
        self._lost = 0
        self._pending: dict[int, Deed] = {}
        self._restores = restore_of(number)
        self._restored: dict[int, int] = {}
        """Batch -> how often it has had this back."""

    def changed(self, cause: int) -> None:
        """The node serves more or less than before."""
        served = self.cohort.run.value[self.node]
        if self._ordered and 0.0 < served < 1.0:
            self._draw_order()
        lost = int((1.0 - served) * len(self._members) + self._round + _ROUNDING) if served < 1.0 else 0
        if lost > self._lost:
            for b in self._members[self._lost : lost]:
                self._lose(b, cause)
        elif lost < self._lost:
            self._restore(self._members[lost : self._lost], cause)
        self._lost = lost

    def _draw_order(self) -> None:
        cohort, purpose, self._ordered = self.cohort, self._ordered, ""
        order = cohort.run.draws.permutation(cohort.plan.role, drawn_for(purpose, cohort.first_unit), len(self._members))
        if self._lost == 0:
            self._members = [self._members[i] for i in order]
        if cohort.plan.rider:
            self._round = cohort.run.draws.uniform(cohort.plan.role, rounding_of(purpose), cohort.first_unit)

    def _lose(self, b: int, cause: int) -> None:
        cohort = self.cohort
        waiting = self._pending.pop(b, None)
        if waiting is not None:
            waiting.call_off()
        elif not self._plan.at_loss:
            cohort.lose(b, cause)
        else:
            record = cohort.lose(b, cause, hold=False)
            # What it needs on its way may be lost at this instant too, and paths do not say which of them is lost first.
            agenda = cohort.run.agenda
            agenda.at(agenda.now, AFTER_FAILURES + cohort.node, _replaced, (cohort, b, cohort.life[b], record))

    def _restore(self, batches: list[int], cause: int) -> None:
        if self._plan.at_loss:
            return
        cohort, law = self.cohort, self._plan.restore
        agenda = cohort.run.agenda
        if cohort.plan.single:
            spans: Sequence[float] = [law.quantile(self._level(b)) for b in batches]
        elif any(b in self._restored for b in batches):
            spans = self._spread_again(batches)
        else:
            spans = _spread(law, len(batches))
        for b, span in zip(batches, spans, strict=True):
            self._restored[b] = self._restored.get(b, 0) + 1
            self._pending[b] = agenda.at(agenda.now + span, REPAIR + cohort.node, _restored, (self, b, cause))

    def _spread_again(self, batches: list[int]) -> list[float]:
        """The law over batches of which some had this back before: in a new order, and each anywhere in its part of the law."""
        cohort, n = self.cohort, len(batches)
        times = max(self._restored.get(b, 0) for b in batches)
        order = cohort.run.draws.permutation(cohort.role, in_life(drawn_for(self._restores, cohort.first_unit), times), n)
        return [self._plan.restore.quantile((place + self._level(b)) / n) for place, b in zip(order, batches, strict=True)]

    def _level(self, b: int) -> float:
        cohort = self.cohort
        k = cohort.first_unit + b + (self._restored.get(b, 0) << LIVES)
        return cohort.run.draws.uniform(cohort.role, self._restores, k)

    def restored(self, b: int, cause: int) -> None:
        """One batch has back what it hangs on."""
        del self._pending[b]
        self.cohort.regain(b, cause)


def latch_states(cohort: Cohort) -> list[LatchState]:
    """The latches of a cohort, one for each thing that its batches hang on."""
    return [
        LatchState(cohort=cohort, plan=plan, segment=n, number=number)
        for number, plan in enumerate(cohort.plan.latches)
        for n in range(len(plan.nodes))
    ]


def _replaced(args: tuple[Cohort, int, int, int]) -> None:
    cohort, b, life, record = args
    if cohort.state[b] == HELD and cohort.holds[b] == 0 and cohort.life[b] == life:
        cohort.set_out(b, record, cohort.plan.recovery)


def _restored(args: tuple[LatchState, int, int]) -> None:
    latch, b, cause = args
    latch.restored(b, cause)
