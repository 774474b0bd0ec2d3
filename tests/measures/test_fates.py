"""The losses of batches, looked up for many units."""

import numpy as np

from simulator.engine.trace import Trace
from simulator.measures.fates import fates_of
from simulator.measures.index import TraceIndex


def trace() -> TraceIndex:
    found = Trace(horizon=100.0, units={"a": 40.0, "b": 4.0})
    for time, change, batch in [(5.0, "down", 3), (5.0, "down", 1), (9.0, "up", 3), (20.0, "down", 2), (30.0, "down", 3), (31.0, "up", 3)]:
        found.add(time, change, "a", 10.0, -1, batch)
    return TraceIndex(found)


def test_batches_stand_in_the_order_of_their_first_loss() -> None:
    fates = fates_of(trace(), {"a": 4, "b": 4}, lambda owner, n: np.array([0.9, 0.8, 0.7, 0.1]))
    assert "b" not in fates.begin
    assert fates.of("b", np.array([0.5])).tolist() == [-1]
    # Lost at 5: batches 3 and 1, in the order of the dice; at 20: batch 2; never: batch 0.
    found = fates.of("a", np.array([0.0, 0.24, 0.25, 0.5, 0.75, 0.999]))
    assert found.tolist() == [0, 0, 1, 2, -1, -1]
    whose, lost, back = fates.losses(np.array([2, 0, 1]))
    assert whose.tolist() == [0, 1, 1, 2]
    assert lost.tolist() == [20.0, 5.0, 30.0, 5.0]
    assert back.tolist() == [np.inf, 9.0, 31.0, np.inf]
