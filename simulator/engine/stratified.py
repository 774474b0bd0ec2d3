"""Stratified draws: over so many replications in a row, a named number falls once into every equal part of (0, 1).

A Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979, 239) over all named numbers at once: replications come in blocks of
S, and the one in place i of its block has (p(i) + v) / S where an ordinary one would have v, with an order p of the S parts that is drawn
for each block and each number by itself. So each replication taken alone is as before: all its numbers are uniform and independent of
each other. What changes is that the replications of a block are unlike each other, for better estimates of what they have in common, and
that only whole blocks are independent.
"""

from functools import lru_cache

from simulator.engine.chance import LIVES
from simulator.engine.draws import Draws
from simulator.engine.streams import STRATUM

UNITS = 16
"""The first units of a component, and the first times that a rule or an event draws, are stratified. What is drawn for more of them
evens out by itself, and its parts would cost more time than they save."""
_UNIT = (1 << LIVES) - 1


class StratifiedDraws(Draws):
    """All streams of one replication of a block of `strata`; what is drawn many at once (`uniforms`, `permutation`) is as it was."""

    __slots__ = ("_block", "_place", "_strata")

    def __init__(self, *, seed: int, replication: int, strata: int) -> None:
        super().__init__(seed=seed, replication=replication)
        block, self._place = divmod(replication, strata)
        self._block, self._strata = _block(seed, block, strata), strata

    def uniform(self, role: str, purpose: str, k: int = 0) -> float:
        """The k-th number of a stream, uniform on (0, 1); one that is stratified is in another part in each replication of the block."""
        v = super().uniform(role, purpose, k)
        return v if k & _UNIT >= UNITS else (self._block.order(role, purpose, k)[self._place] + v) / self._strata


class Block:
    """The orders in which the replications of one block visit the parts of (0, 1): kept while the block lasts, and drawn anew if lost."""

    __slots__ = ("_draws", "_orders", "_strata")

    def __init__(self, *, seed: int, block: int, strata: int) -> None:
        self._draws, self._strata = Draws(seed=seed, replication=block), strata
        self._orders: dict[tuple[str, str, int], list[int]] = {}

    def order(self, role: str, purpose: str, k: int) -> list[int]:
        """The part that each replication of the block takes for one number."""
        known = self._orders.get((role, purpose, k))
        if known is None:
            known = self._orders[role, purpose, k] = self._draws.permutation(role, f"{purpose}{STRATUM}{k}", self._strata)
        return known


@lru_cache(maxsize=1)
def _block(seed: int, block: int, strata: int) -> Block:
    return Block(seed=seed, block=block, strata=strata)
