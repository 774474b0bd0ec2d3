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
_MIX_FIRST: Final = 0xBF58476D1CE4E5B9
_MIX_SECOND: Final = 0x94D049BB133111EB
_TO_UNIT: Final = 2.0**-53
_CENTRE: Final = 2.0**-54  # keeps the uniforms off 0 and 1, where transforms are infinite


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * _MIX_FIRST) & _MASK
    z = ((z ^ (z >> 27)) * _MIX_SECOND) & _MASK
    return z ^ (z >> 31)


@lru_cache(maxsize=65536)
def _name_key(role: str, purpose: str) -> int:
    return int.from_bytes(blake2b(f"{role}\x1f{purpose}".encode(), digest_size=8).digest(), "big")


_11, _27, _30, _31, _FIRST, _SECOND = map(np.uint64, (11, 27, 30, 31, _MIX_FIRST, _MIX_SECOND))
"""The same numbers as NumPy wants them, made once: to make one takes as long as an operation on a hundred draws."""


@lru_cache(maxsize=256)
def _weyl(n: int) -> np.ndarray:
    """The first n numbers of the Weyl sequence of every stream, without the stream's name."""
    return np.arange(1, n + 1, dtype=np.uint64) * np.uint64(_GOLDEN)


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
        z = _weyl(n) + np.uint64(self._run ^ _name_key(role, purpose))
        z ^= z >> _30
        z *= _FIRST
        z ^= z >> _27
        z *= _SECOND
        z ^= z >> _31
        z >>= _11
        return z * _TO_UNIT + _CENTRE

    def permutation(self, role: str, purpose: str, n: int) -> list[int]:
        """A random order of 0..n-1: the ranks of the stream's first n numbers."""
        order: list[int] = self.uniforms(role, purpose, n).argsort(kind="stable").tolist()
        return order
