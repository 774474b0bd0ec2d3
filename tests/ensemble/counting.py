"""Studies without a world: what they keep follows from the number of the replication alone, so that every sample is known beforehand."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulator.engine.draws import Draws
from simulator.ensemble.replicating import HERE, Running, gather


@dataclass(kw_only=True, frozen=True, slots=True)
class Count:
    """A replication's number, numbers that are hard to write down exactly, and what may be missing."""

    n: int
    drawn: tuple[float, ...]
    endless: float
    text: str | None


@dataclass(kw_only=True, frozen=True)
class Counting:
    """Each replication takes so many seconds; the one that is said kills its worker, once."""

    seed: int = 1
    seconds: float = 0.0
    kills_at: int = -1
    killed: Path | None = None
    ready_in: Path | None = None
    """A folder in which each process that compiles this study leaves a file."""

    @property
    def kept(self) -> type[Count]:
        return Count

    @property
    def identity(self) -> Mapping[str, str]:
        return {"scenario": "counting", "scenario_sha256": "c0", "seed": str(self.seed)}

    def ready(self) -> Callable[[int], Count]:
        if self.ready_in is not None:
            with (self.ready_in / str(os.getpid())).open("a") as told:
                told.write("ready\n")
        return self._take

    def _take(self, n: int) -> Count:
        time.sleep(self.seconds)
        if n == self.kills_at and self.killed is not None and not self.killed.exists():
            self.killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        draws = Draws(seed=self.seed, replication=n)
        numbers = tuple(draws.uniform("count", "number", k) * 10.0 ** (40 * k - 60) for k in range(4))
        return Count(n=n, drawn=numbers, endless=math.inf if n % 2 else -math.inf, text=None if n % 3 else f"number {n}\u2028é")


def counted(study: Counting, replications: int, running: Running = HERE) -> list[Count]:
    """All samples in the order in which they are handed over."""
    samples: list[Count] = []
    assert gather(study, replications, running, samples.append, key="count") == replications
    return samples
