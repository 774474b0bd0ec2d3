"""Chance in a cohort: single units draw for themselves, batches stand at the quantiles of a law in a drawn order."""

from __future__ import annotations

from typing import Final

from simulator.engine.draws import Draws
from simulator.engine.plan import CohortPlan, StagePlan

LIVES: Final = 24
"""Bits kept for the unit in the number of a draw; the lives it has had stand above them."""


class Chance:
    """The draws of one cohort in one replication. `life` counts how often the batch has gone down."""

    __slots__ = ("_batches", "_draws", "_first_unit", "_orders", "_plan", "_quantities")

    def __init__(self, *, draws: Draws, plan: CohortPlan, batches: int, first_unit: int) -> None:
        self._draws, self._plan, self._batches, self._first_unit = draws, plan, batches, first_unit
        self._orders: dict[str, list[int]] = {}
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
        return (self.order(purpose + stage.role, self._batches)[b] + 0.5) / self._batches

    def quantity(self, b: int, life: int, stage: StagePlan, purpose: str) -> float:
        """The work or the span of a stage."""
        assert stage.law is not None  # visits and waits always carry a law
        if self._plan.single:
            return stage.law.draw(self.uniform(stage.role, purpose, b, life))
        found = self._quantities.get(stage.role)
        if found is None:
            found = self._quantities[stage.role] = [stage.quantiles[i] for i in self.order(purpose + stage.role, self._batches)]
        return found[b]

    def asked(self, role: str, b: int, life: int, n: int) -> float:
        """One number for the n-th time that one life of a batch asks for something."""
        return self._draws.uniform(role, "asks", self._first_unit + b + (life << LIVES) + (n << (LIVES + 20)))

    def belongs(self, b: int, life: int, stage: StagePlan) -> bool:
        """Whether a batch is among those that pass through a stage."""
        purpose = "group:" + (stage.group or stage.role)
        if self._plan.single:
            return self.uniform(self._plan.role, purpose, b, life) < stage.share
        return self.order(purpose, self._batches)[b] + 0.5 < stage.share * self._batches
