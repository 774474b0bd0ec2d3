"""Event loops that do nothing else: SimPy with few or many processes, and a heap of callbacks without any library."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any

import simpy

PERIODS = 1.0
"""Unit of the waits. The waits of different processes differ a little, so that their timeouts come due in changing order."""


def timeouts(among: int, total: int) -> Callable[[int], None]:
    """So many SimPy processes that wait one timeout after the other, `total` in all. Starting the processes is part of it."""

    def loop(_replication: int = 0) -> None:
        environment = simpy.Environment()

        def process(period: float) -> Any:
            for _ in range(total // among):
                yield environment.timeout(period)

        for n in range(among):
            environment.process(process(PERIODS + n / among))
        environment.run()

    return loop


def callbacks(among: int, total: int) -> Callable[[int], None]:
    """The same without SimPy: a heap of (time, number, callback) from which each callback enters itself anew."""

    def loop(_replication: int = 0) -> None:
        heap: list[tuple[float, int, Callable[[float], None]]] = []
        number = count()

        def enter(period: float) -> None:
            left = total // among

            def again(now: float) -> None:
                nonlocal left
                left -= 1
                if left:
                    heappush(heap, (now + period, next(number), again))

            heappush(heap, (period, next(number), again))

        for n in range(among):
            enter(PERIODS + n / among)
        while heap:
            now, _, callback = heappop(heap)
            callback(now)

    return loop
