"""The yardstick, and how something is held against it.

Seconds differ from machine to machine and from minute to minute, so only ratios are reported. Both sides are timed in turn within one
process: whatever slows the machine down for a while then slows both.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

import simpy

TIMEOUTS = 15_000


def bare_timeouts(_replication: int = 0) -> None:
    """The yardstick: one SimPy process that waits for 15,000 timeouts, one after the other, and does nothing else."""
    environment = simpy.Environment()

    def process() -> Any:
        for _ in range(TIMEOUTS):
            yield environment.timeout(1.0)

    environment.process(process())
    environment.run()


@dataclass(kw_only=True, frozen=True)
class Pairs:
    """Times in seconds of a subject and of its base; for each replication, those of every round."""

    subject: tuple[tuple[float, ...], ...]
    base: tuple[tuple[float, ...], ...]

    def ratio(self, kind: Callable[[Sequence[float]], float] = min) -> float:
        """Time of the subject over time of the base; each side is the sum over replications of the least (or the median) of its rounds."""
        return sum(map(kind, self.subject)) / sum(map(kind, self.base))


def in_turn(
    benchmark: Any, subject: Callable[[int], Any], base: Sequence[Callable[[int], Any]], *, replications: int = 8, rounds: int = 10
) -> Pairs:
    """Time a subject and its base in turn, replication by replication, round after round.

    Several bases count with the mean of their times. Everything runs once beforehand, so that what is worked out once is not timed.
    """
    for n in range(replications):
        for part in (subject, *base):
            part(n)
    base_times: list[list[float]] = [[] for _ in range(replications)]
    done = 0

    def timed_base() -> tuple[tuple[int], dict[str, Any]]:
        nonlocal done
        n, done = done % replications, done + 1
        spent = 0.0
        for part in base:
            gc.collect()
            begin = perf_counter()
            part(n)
            spent += perf_counter() - begin
        base_times[n].append(spent / len(base))
        gc.collect()
        return (n,), {}

    benchmark.pedantic(subject, setup=timed_base, rounds=replications * rounds)
    if benchmark.disabled:
        return Pairs(subject=(), base=())
    times = benchmark.stats.stats.data
    return Pairs(
        subject=tuple(tuple(times[n::replications]) for n in range(replications)), base=tuple(tuple(found) for found in base_times)
    )


def both(pairs: Pairs, scale: float = 1.0) -> tuple[float, float]:
    """The ratio by least times and by medians."""
    return pairs.ratio() * scale, pairs.ratio(median) * scale
