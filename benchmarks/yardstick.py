"""The yardstick, and how something is held against it.

Seconds differ from machine to machine and from minute to minute, so only ratios are reported. Both sides are timed in turn within one
process: whatever slows the machine down for a while then slows both.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.loops import timeouts

TIMEOUTS = 15_000


bare_timeouts = timeouts(1, TIMEOUTS)
"""The yardstick: one SimPy process that waits for 15,000 timeouts, one after the other, and does nothing else."""

Times = tuple[tuple[float, ...], ...]
"""In seconds; for each replication, those of every round."""


@dataclass(kw_only=True, frozen=True)
class Pairs:
    """Times of a subject and of its base."""

    subject: Times
    base: Times

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


def timed(part: Callable[[int], Any]) -> Callable[[int], float]:
    """Seconds that a replication of something in this process takes."""

    def seconds(replication: int) -> float:
        gc.collect()
        begin = perf_counter()
        part(replication)
        return perf_counter() - begin

    return seconds


def least_of(many: int, part: Callable[[int], float]) -> Callable[[int], float]:
    """The least of many times of something short, beside something long that is timed but a few times."""
    return lambda replication: min(part(replication) for _ in range(many))


def by_turns(
    benchmark: Any, parts: Mapping[str, Callable[[int], float]], *, replications: int = 1, rounds: int = 5, warm: bool = True
) -> dict[str, Times]:
    """Run several things in turn that return themselves how many seconds they took: some are processes that time their inner part.

    Without `warm`, what is a process of its own from its start to its end, nothing runs beforehand.
    """
    if warm:
        for part in parts.values():
            part(0)
    times: dict[str, list[list[float]]] = {name: [[] for _ in range(replications)] for name in parts}

    def all_in_turn() -> None:
        for _ in range(rounds):
            for n in range(replications):
                for name, part in parts.items():
                    times[name][n].append(part(n))

    benchmark.pedantic(all_in_turn, rounds=1)
    return {name: tuple(map(tuple, found)) for name, found in times.items()}


def both(pairs: Pairs, scale: float = 1.0) -> tuple[float, float]:
    """The ratio by least times and by medians."""
    return pairs.ratio() * scale, pairs.ratio(median) * scale
