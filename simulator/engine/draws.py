"""Named draws: number k of a stream is a pure function of seed, replication, role path, purpose and k.

The stream's name is hashed once; its numbers are the outputs of the SplitMix64 finaliser on a Weyl sequence (Steele, Lea and
Flood 2014), so that any of them can be had without the ones before it and nothing depends on what else is drawn.
"""

from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np

_MASK: Final = (1 << 64) - 1
_GOLDEN: Final = 0x9E3779B97F4A7C15
_TO_UNIT: Final = 2.0**-53
_CENTRE: Final = 2.0**-54  # keeps the uniforms off 0 and 1, where transforms are infinite


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=65536)
def _name_key(role: str, purpose: str) -> int:
    return int.from_bytes(blake2b(f"{role}\x1f{purpose}".encode(), digest_size=8).digest(), "big")


class Draws:
    """All streams of one replication. `role` names a role (`tenant/a/web`), never a placement or a worker."""

    __slots__ = ("_run",)

    def __init__(self, *, seed: int, replication: int) -> None:
        self._run = _mix((_mix(seed & _MASK) + (replication + 1) * _GOLDEN) & _MASK)

    def uniform(self, role: str, purpose: str, k: int = 0) -> float:
        """The k-th number of a stream, uniform on (0, 1)."""
        z = _mix(((self._run ^ _name_key(role, purpose)) + (k + 1) * _GOLDEN) & _MASK)
        return (z >> 11) * _TO_UNIT + _CENTRE

    def uniforms(self, role: str, purpose: str, n: int) -> np.ndarray:
        """The first n numbers of a stream, equal to `uniform(role, purpose, k)` for k < n."""
        z = np.uint64(self._run ^ _name_key(role, purpose)) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        return (z >> np.uint64(11)) * _TO_UNIT + _CENTRE

    def permutation(self, role: str, purpose: str, n: int) -> list[int]:
        """A random order of 0..n-1: the ranks of the stream's first n numbers."""
        order: list[int] = np.argsort(self.uniforms(role, purpose, n), kind="stable").tolist()
        return order
