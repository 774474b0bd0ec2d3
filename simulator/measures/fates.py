"""What happened to each batch of the world's components in one replication, as arrays from which many tenants' units can be looked up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.measures.index import TraceIndex

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fates:
    """The losses of batches: those of fate k lie between `first[k]` and `first[k + 1]`, in order of time; no two overlap.

    `begin` is the fate of a component's first batch, `batches` how many it has. A component of which nothing was ever lost is left out.
    """

    begin: Mapping[str, int]
    batches: Mapping[str, int]
    first: Ints
    lost: Floats
    back: Floats
    """Infinite where a batch was not back by the horizon."""

    def of(self, owner: str, positions: Floats) -> Ints:
        """The fates of units that stand at these positions in [0, 1) of a component; -1 where nothing was ever lost."""
        if owner not in self.begin:
            return np.full(positions.shape, -1, dtype=np.int64)
        n = self.batches[owner]
        fates = self.begin[owner] + np.minimum((positions * n).astype(np.int64), n - 1)
        return np.where(self.first[fates + 1] > self.first[fates], fates, -1)

    def losses(self, fates: Ints) -> tuple[Ints, Floats, Floats]:
        """Of each loss of these fates: whose it is, as a place in `fates`, when it began, and when it was over."""
        counts = self.first[fates + 1] - self.first[fates]
        whose = np.repeat(np.arange(len(fates)), counts)
        within = np.arange(len(whose)) - np.repeat(np.cumsum(counts) - counts, counts)
        at = self.first[fates][whose] + within
        return whose, self.lost[at], self.back[at]


def fates_of(index: TraceIndex, batches: Mapping[str, int], dice: Callable[[str, int], Floats]) -> Fates:
    """The fates of these components, by path with their numbers of batches.

    Batches stand in the order in which they were first lost, those lost at one instant in an order that `dice` decide: a tenant whose
    units are spread evenly over a component then hangs evenly on its feeds, and gets its places in the queues after them by chance.
    """
    begin, counts, lost, back = {}, [], [], []
    kept = {}
    total = 0
    for owner, n in batches.items():
        spells: dict[int, list[tuple[float, float]]] = {}
        for spell in index.spells(owner):
            spells.setdefault(int(spell.batch), []).append((spell.lost, spell.back))  # type: ignore[call-overload]
        if not spells:
            continue
        begin[owner], kept[owner] = total, n
        total += n
        earliest = np.array([spells[b][0][0] if b in spells else np.inf for b in range(n)])
        for b in np.lexsort((dice(owner, n), earliest)).tolist():
            own = spells.get(b, [])
            counts.append(len(own))
            lost += [start for start, _ in own]
            back += [end for _, end in own]
    first = np.concatenate(([0], np.cumsum(np.array(counts, dtype=np.int64))))
    return Fates(begin=begin, batches=kept, first=first, lost=np.array(lost, dtype=np.float64), back=np.array(back, dtype=np.float64))
