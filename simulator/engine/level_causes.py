"""Why a level goes where it goes: which record has moved it most since it last went the other way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.engine.conditions import changed_by, holds

if TYPE_CHECKING:
    from simulator.engine.plan import Condition
    from simulator.engine.run import Run

_ALIKE: Final = 1.0 - 1e-9


class LevelCauses:
    """The flows of one level, what turned each of them on or off, and how far each such record has moved the level.

    What empties a level is the flow that drains it, not whatever its condition read last. So of every flow the record is kept that
    turned it on; where a flow against the direction stopped, such as a charger, the record that turned it off counts like one that
    turned on the opposite. What the level moves is divided among them by their rates. Of several records the one is named that has
    moved the level most since it last went the other way; of several that have moved it alike, the latest. What flows from the start
    has no record, and is named only where nothing else is.
    """

    __slots__ = ("_brought", "_drained", "_falling", "_flows", "_on", "_records", "_run", "_since")

    def __init__(self, *, run: Run, flows: Sequence[tuple[str, float, float, Condition | None]]) -> None:
        self._run, self._flows = run, flows
        self._on = [False] * len(flows)
        self._records = [-1] * len(flows)
        self._since = [0.0] * len(flows)
        self._drained: dict[int, float] = {}
        self._brought: dict[int, float] = {}
        self._falling = False

    def flowing(self, cause: int) -> list[tuple[str, float, float]]:
        """What flows now, as (kind, change per second or level approached, time constant in seconds); `cause` is what changed."""
        found = []
        for n, (kind, a, b, condition) in enumerate(self._flows):
            on = condition is None or holds(condition, self._run)
            if on != self._on[n]:
                self._on[n], self._since[n] = on, self._run.agenda.now
                self._records[n] = cause if condition is None else changed_by(condition, self._run, cause)
            if on:
                found.append((kind, a, b))
        return found

    def move(self, since: float, by: float, mean: float) -> None:
        """From `since` on the level has moved `by`, and stood at `mean` on average."""
        if by == 0.0:
            return
        if (by < 0.0) != self._falling:
            self._falling = by < 0.0
            self._drained.clear()
            self._brought.clear()
            # A flow that had stopped before the level turned round did not turn it.
            for n, on in enumerate(self._on):
                if not on and self._since[n] < since:
                    self._records[n] = -1
        moved = self._drained if self._falling else self._brought
        # Each has its part of what the level has really moved: a source that stopped lets it fall no faster than what drains it.
        rates = self._rates(mean, self._falling)
        total = sum(rates.values())
        for record, rate in rates.items():
            moved[record] = moved.get(record, 0.0) + abs(by) * rate / total

    def fill(self, by: float, record: int, *, full: bool) -> None:
        """The level has risen at once; a full one has back all that was drained."""
        if by > 0.0:
            self._brought[record] = self._brought.get(record, 0.0) + by
        if full:
            self._drained.clear()

    def take(self) -> None:
        """All that was brought is taken: whoever still waits does so for what is brought from now on."""
        self._brought.clear()

    def record(self, level: float, *, falls: bool) -> int:
        """What has the level fall to where it is, or rise; -1 where it does so from the start."""
        moved = (self._drained if falls else self._brought) or self._rates(level, falls)
        most = max(moved.values(), default=0.0)
        return max((record for record, amount in moved.items() if amount >= most * _ALIKE), default=-1)

    def _rates(self, level: float, falls: bool) -> dict[int, float]:
        """By record, how fast it moves the level in this direction."""
        rates: dict[int, float] = {}
        for n, (kind, a, b, _) in enumerate(self._flows):
            record = self._records[n]
            if record >= 0:
                rate = a if kind == "steady" else (a - level) / b
                rates[record] = rates.get(record, 0.0) + (rate if self._on[n] else -rate)
        sign = -1.0 if falls else 1.0
        return {record: sign * rate for record, rate in rates.items() if sign * rate > 0.0 and math.isfinite(rate)}
