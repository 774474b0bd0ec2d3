"""What an event costs that does nothing: SimPy's with few or many processes, and that of a plain heap of callbacks."""

from __future__ import annotations

from statistics import mean
from typing import Any

from benchmarks.ledger import Line
from benchmarks.loops import callbacks, timeouts
from benchmarks.nights import night, replayed
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, by_turns, in_turn, timed

TOTAL = 100_000
REPLICATIONS = 4


def test_loops_in_bare_timeouts(benchmark: Any, enter: Any) -> None:
    loops = {
        Line.HUNDRED: timeouts(100, TOTAL),
        Line.TEN_THOUSAND: timeouts(10_000, TOTAL),
        Line.CALLBACK: callbacks(1, TOTAL),
        Line.HUNDRED_CALLBACKS: callbacks(100, TOTAL),
        Line.TEN_THOUSAND_CALLBACKS: callbacks(10_000, TOTAL),
    }
    parts = {"bare": timed(bare_timeouts), **{line.name: timed(loop) for line, loop in loops.items()}}
    times = by_turns(benchmark, parts, rounds=5)
    for line in loops:
        enter(line, Pairs(subject=times[line.name], base=times["bare"]), TIMEOUTS / TOTAL)


def test_one_replication_in_callbacks(benchmark: Any, enter: Any) -> None:
    subject = replayed(night().plan())
    events = mean(subject(n).events for n in range(REPLICATIONS))
    pairs = in_turn(benchmark, subject, [callbacks(1, TIMEOUTS)], replications=REPLICATIONS)
    enter(Line.EVENT_IN_CALLBACKS, pairs, TIMEOUTS / events)
