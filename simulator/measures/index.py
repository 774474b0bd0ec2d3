"""A trace, read once: its records by owner, so that no measure has to walk through all of them again."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.measures.baselines import curve_beyond
from simulator.measures.curves import Steps, steps

if TYPE_CHECKING:
    from simulator.engine.trace import Trace


@dataclass(kw_only=True, slots=True)
class Spell:
    """One loss of one batch: from being up to being up again. Times in seconds; infinite where it did not happen before the horizon."""

    owner: str
    batch: object
    units: float
    lost: float
    back: float = math.inf
    handed_back: float = math.inf
    """When it was handed back impaired, unless it was taken away again since."""
    dark: list[tuple[float, float]] = field(default_factory=list)
    """Stretches without what it latches on; the last may end at infinity."""


class TraceIndex:
    """The records of a trace by owner, and what follows from them, worked out when first asked for."""

    def __init__(self, trace: "Trace") -> None:
        self.trace = trace
        by_owner: defaultdict[str, list[int]] = defaultdict(list)
        for i, record in enumerate(trace.records):
            by_owner[record[2]].append(i)
        self.by_owner: dict[str, list[int]] = dict(by_owner)
        self._spells: dict[str, list[Spell]] = {}
        self._curves: dict[str, Steps] = {}

    @property
    def horizon(self) -> float:
        return self.trace.horizon

    def curve(self, label: str) -> Steps:
        """The served share of a tenant. KeyError where the trace has no such tenant."""
        if label not in self._curves:
            self._curves[label] = steps(self.trace.curves[label], end=self.trace.horizon)
        return self._curves[label]

    def baseline(self, label: str) -> float:
        """The share that a tenant, or a group of its users, served before anything of the scenario happened."""
        return self.trace.baseline.get(label, 1.0)

    def beyond(self, label: str) -> Steps:
        """What the incident left of what the tenant served before it, as `curve_beyond` says; KeyError where there is no such tenant."""
        return curve_beyond(self.curve(label), self.baseline(label))

    def spells(self, owner: str) -> list[Spell]:
        """The losses of a component's batches, in order of time. Units that were never up are not lost."""
        if owner not in self._spells:
            self._spells[owner] = _spells(self.trace, owner, self.by_owner.get(owner, []))
        return self._spells[owner]

    def of(self, owner: str, *changes: str) -> list[int]:
        """Indices of the owner's records of these changes, in order."""
        records = self.trace.records
        return [i for i in self.by_owner.get(owner, []) if records[i][1] in changes]


def indexed(trace: "Trace | TraceIndex") -> TraceIndex:
    """The index of a trace; an index stands for itself. Make it once per trace when several measures are taken."""
    return trace if isinstance(trace, TraceIndex) else TraceIndex(trace)


def _spells(trace: "Trace", owner: str, indices: list[int]) -> list[Spell]:
    found: list[Spell] = []
    now: dict[object, Spell] = {}
    for i in indices:
        time, change, _, amount, _, batch = trace.records[i]
        if change == "down":
            spell = now.get(batch)
            if spell is None:
                # What is held down on its way up for the first time takes nobody's unit away.
                if amount <= 0:
                    continue
                spell = now[batch] = Spell(owner=owner, batch=batch, units=amount, lost=time)
                found.append(spell)
            spell.handed_back = math.inf
            if not spell.dark or spell.dark[-1][1] < math.inf:
                spell.dark.append((time, math.inf))
        elif change in _RETURNS and batch in now:
            _return(now, batch, change, time)
    # What is up again within the same instant was never down: intervals are half-open, and this one is empty.
    return [spell for spell in found if spell.back > spell.lost]


_RETURNS = frozenset({"restored", "impaired", "up"})


def _return(now: dict[object, Spell], batch: object, change: str, time: float) -> None:
    spell = now[batch]
    if change == "restored":
        if spell.dark[-1][1] == math.inf:
            spell.dark[-1] = (spell.dark[-1][0], time)
    elif change == "impaired":
        # Several stages in a row may be impaired ones: it was handed back at the first.
        spell.handed_back = min(spell.handed_back, time)
    else:
        spell.back = time
        del now[batch]
