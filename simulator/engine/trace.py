"""The record of one replication: every change of state with the change that caused it."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

Record = tuple[float, str, str, float, int, object]
"""(time in seconds, change, owner, amount, cause, detail); cause is the index of an earlier record, or -1 for a root."""

RECENT: Final = 5000
"""So many of the last records tell what spends the events of a replication."""


@dataclass(kw_only=True, slots=True)
class Trace:
    """What happened in one replication. Filled by the engine; whoever reads it leaves it as it is.

    `records` are in order of time. `curves` hold each tenant's served share as a step function: (instant, value from then on).
    `waits` hold for each first-come station the time a job arriving at that instant would wait; between entries it falls by a
    second per second down to zero. `writes_lost` is in seconds of writes. `unsettled` holds the instants at which a served share may
    be off by more than the tolerance: (time, label of the tenant, node that moved most, error). `baseline` is the share of its demand that
    each tenant, and each group of its users, serves before anything of the scenario happens: an event at the start is no part of it.

    Where `kept` names owners, only their records and waits are kept. All records are numbered all the same, `count` of them, so that the
    causes of those kept stay right; but a chain of causes can be followed only where all are kept.
    """

    horizon: float
    kept: frozenset[str] | None = None
    count: int = 0
    records: list[Record] = field(default_factory=list)
    units: dict[str, float] = field(default_factory=dict)
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    waits: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    writes_lost: dict[str, float] = field(default_factory=dict)
    unsettled: list[tuple[float, str, str, float]] = field(default_factory=list)
    baseline: dict[str, float] = field(default_factory=dict)
    events: int = 0
    passing: deque[tuple[float, str, str]] = field(default_factory=lambda: deque(maxlen=RECENT))
    """Where not all records are kept: what the last ones said."""

    def add(self, time: float, change: str, owner: str, amount: float = 0.0, cause: int = -1, detail: object = None) -> int:  # noqa: PLR0917  the hot path
        """Number a record, keep it where somebody reads it, and return its number, so that what follows can name it as its cause."""
        number = self.count
        self.count = number + 1
        if self.kept is None or owner in self.kept:
            self.records.append((time, change, owner, amount, cause, detail))
        if self.kept is not None:
            self.passing.append((time, change, owner))
        return number

    def last(self) -> list[tuple[float, str, str]]:
        """(time, change, owner) of the last records, kept or not."""
        return [record[:3] for record in self.records[-RECENT:]] if self.kept is None else list(self.passing)

    def keeps(self, owner: str) -> bool:
        """Whether anybody reads what happens to this owner."""
        return self.kept is None or owner in self.kept
