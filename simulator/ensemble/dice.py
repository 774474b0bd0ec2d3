"""Uniform numbers for many tenants at once, from a counter-based generator: each is a pure function of what it is drawn for.

The key of Philox (Salmon, Moraes, Dror and Shaw 2011) is a hash of seed, replication, population, class, purpose and block; tenant k of
a class is number k of its blocks. So nobody's dice depend on how many tenants there are, on other classes, or on what is switched.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BLOCK = 1 << 16
"""Tenants that are worked out together; a bound on memory, and part of every key."""
_TO_UNIT = 2.0**-53
_CENTRE = 2.0**-54  # keeps the uniforms off 0 and 1, where transforms are infinite


class Dice:
    """All streams of one replication of one population."""

    __slots__ = ("_name",)

    def __init__(self, *, seed: int, replication: int, population: str) -> None:
        self._name = f"{seed}\x1f{replication}\x1f{population}"

    def uniforms(self, of: str, purpose: str, block: int, n: int) -> Floats:
        """The first n numbers of a block, uniform on (0, 1)."""
        name = f"{self._name}\x1f{of}\x1f{purpose}\x1f{block}"
        key = int.from_bytes(blake2b(name.encode(), digest_size=16).digest(), "big")
        raw = np.random.Philox(key=key).random_raw(n)
        return np.asarray((raw >> np.uint64(11)) * _TO_UNIT + _CENTRE)
