"""Chance in a cohort: single units draw for themselves, batches stand at the quantiles of a law in a drawn order.

In its first life a batch stands at the middle of its part of the law. In each later one the batches have a new order, and each is anywhere
in its part with equal probability, so that over its lives a batch has the mean of the law and not one value again and again.
"""

from __future__ import annotations

from typing import Final

from simulator.engine.draws import Draws
from simulator.engine.plan import CohortPlan, StagePlan
from simulator.engine.streams import POLL, group_of, in_life

LIVES: Final = 24
"""Bits kept for the unit in the number of a draw; the lives it has had stand above them."""
POLLS: Final = 44
"""Bits kept for unit and life; how often a batch has asked stands above them."""
KEPT: Final = 20_000
"""Of the orders of later lives so many places are kept; what is dropped is drawn again, and comes out alike."""


class Chance:
    """The draws of one cohort in one replication. `life` counts how often the batch has gone down; 1 is its first way back."""

    __slots__ = ("_batches", "_draws", "_first_unit", "_later", "_orders", "_plan", "_quantities")

    def __init__(self, *, draws: Draws, plan: CohortPlan, batches: int, first_unit: int) -> None:
        self._draws, self._plan, self._batches, self._first_unit = draws, plan, batches, first_unit
        self._orders: dict[str, list[int]] = {}
        self._later: dict[tuple[str, int], list[int]] = {}
        self._quantities: dict[str, list[float]] = {}

    def uniform(self, role: str, purpose: str, b: int, life: int) -> float:
        """One number for one life of one batch."""
        return self._draws.uniform(role, purpose, self._first_unit + b + (life << LIVES))

    def order(self, purpose: str, n: int) -> list[int]:
        """A drawn order of n things, the same whenever it is asked for."""
        order = self._orders.get(purpose)
        if order is None:
            order = self._orders[purpose] = self._draws.permutation(self._plan.role, purpose, n)
        return order

    def level(self, b: int, life: int, stage: StagePlan, purpose: str) -> float:
        """The probability level of a batch in a law."""
        if self._plan.single:
            return self.uniform(stage.role, purpose, b, life)
        if life <= 1:
            return (self.order(purpose + stage.role, self._batches)[b] + 0.5) / self._batches
        return (self._order_in_life(purpose + stage.role, life)[b] + self.uniform(stage.role, purpose, b, life)) / self._batches

    def quantity(self, b: int, life: int, stage: StagePlan, purpose: str) -> float:
        """The work or the span of a stage."""
        assert stage.law is not None  # visits and waits always carry a law
        if self._plan.single or life > 1:
            return stage.law.draw(self.level(b, life, stage, purpose))
        found = self._quantities.get(stage.role)
        if found is None:
            found = self._quantities[stage.role] = [stage.quantiles[i] for i in self.order(purpose + stage.role, self._batches)]
        return found[b]

    def asked(self, role: str, b: int, life: int, n: int) -> float:
        """One number for the n-th time that one life of a batch asks for something."""
        return self._draws.uniform(role, POLL, self._first_unit + b + (life << LIVES) + (n << POLLS))

    def belongs(self, b: int, life: int, stage: StagePlan) -> bool:
        """Whether a batch is among those that pass through a stage."""
        purpose = group_of(stage.group or stage.role)
        if self._plan.single:
            return self.uniform(self._plan.role, purpose, b, life) < stage.share
        if life <= 1:
            return self.order(purpose, self._batches)[b] + 0.5 < stage.share * self._batches
        return self._order_in_life(purpose, life)[b] + self.uniform(self._plan.role, purpose, b, life) < stage.share * self._batches

    def _order_in_life(self, purpose: str, life: int) -> list[int]:
        """The order of the batches in a later life; batches that live at the same time are in lives near each other."""
        order = self._later.get((purpose, life))
        if order is None:
            if len(self._later) * self._batches >= KEPT:
                del self._later[next(iter(self._later))]
            order = self._later[purpose, life] = self._draws.permutation(self._plan.role, in_life(purpose, life), self._batches)
        return order
