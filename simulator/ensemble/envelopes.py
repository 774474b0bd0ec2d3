"""Quantiles of many step functions over time, exact at every instant, and the few instants that a picture or a file has to keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.ensemble.results import Band

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLUMNS = 720
"""Equal parts of the time: of each, every quantile keeps its lowest and its highest value at their own instants, its first and its last."""
_AT_ONCE = 20_000
"""Instants that are worked out together; a bound on memory alone."""
_LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curves:
    """Step functions of one replication that change at the same instants: row i of `values` holds from `times[i]` on; `times[0]` is 0."""

    times: Floats
    values: Floats

    def at(self, instants: Floats) -> Floats:
        return np.asarray(self.values[np.searchsorted(self.times, instants, side="right") - 1])


def bands(replications: Sequence[Curves], horizon: float, columns: int = COLUMNS) -> list[Band]:
    """For each of the step functions its 5 %, 50 % and 95 % quantiles and its mean over replications, from 0 up to the horizon.

    They are worked out at all instants at which any replication changes, and no highest or lowest value is lost of any `columns`-th part
    of the time. All bands have the same instants.
    """
    instants = np.unique(np.concatenate([curves.times for curves in replications]))
    instants = instants[instants < horizon]
    found = [_thinned(*_worked_out(replications, piece), horizon, columns) for piece in _pieces(instants)]
    seconds, table = _thinned(np.concatenate([s for s, _ in found]), np.concatenate([t for _, t in found]), horizon, columns)
    return [
        Band(
            seconds=tuple(seconds.tolist()), p05=tuple(table[:, 0, k].tolist()), p50=tuple(table[:, 1, k].tolist()),
            p95=tuple(table[:, 2, k].tolist()), mean=tuple(table[:, 3, k].tolist()),
        )
        for k in range(table.shape[2])
    ]  # fmt: skip


def _pieces(instants: Floats) -> Iterator[Floats]:
    for first in range(0, len(instants), _AT_ONCE):
        yield instants[first : first + _AT_ONCE]


def _worked_out(replications: Sequence[Curves], instants: Floats) -> tuple[Floats, Floats]:
    """At each instant, by quantile or mean, by step function."""
    values = np.stack([curves.at(instants) for curves in replications])
    table = np.concatenate((np.quantile(values, _LEVELS, axis=0), values.mean(axis=0, keepdims=True)))
    return instants, np.moveaxis(table, 0, 1)


def _thinned(seconds: Floats, table: Floats, horizon: float, columns: int) -> tuple[Floats, Floats]:
    """Without the instants that hold no extreme of a quantile in their part of the time, and are neither the first nor the last in it."""
    part = np.minimum((seconds / horizon * columns).astype(np.int64), columns - 1)
    firsts = np.flatnonzero(np.diff(part, prepend=-1))
    lasts = np.append(firsts[1:], len(seconds)) - 1
    kept = np.zeros(len(seconds), dtype=bool)
    kept[firsts] = kept[lasts] = True
    for curve in table[:, : len(_LEVELS)].reshape(len(seconds), -1).T:
        for ends in (np.lexsort((curve, part))[firsts], np.lexsort((-curve, part))[firsts]):
            kept[ends] = True
    some = np.flatnonzero(kept)
    changes = np.ones(len(some), dtype=bool)
    changes[1:] = (table[some[1:]] != table[some[:-1]]).any(axis=(1, 2))
    return seconds[some[changes]], table[some[changes]]
