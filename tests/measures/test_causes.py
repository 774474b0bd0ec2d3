"""Chains of causes in the hand-made night."""

import pytest

from simulator.engine.trace import Trace
from simulator.measures import causes
from simulator.measures.causes import Hop
from simulator.measures.index import TraceIndex


def _said(hops: list[Hop]) -> list[tuple[str, str, float, float]]:
    return [(hop.change, hop.owner, hop.time, hop.waited) for hop in hops]


def test_why_the_outage_began(night: Trace) -> None:
    assert _said(causes.begin_chain(night, "shop", 0.95)) == [
        ("event", "spike", 0.0, 0.0),
        ("stops_serving", "dc/ups", 60.0, 60.0),
        ("down", "dc/instances", 60.0, 0.0),
        ("served", "shop", 60.0, 0.0),
    ]


def test_why_it_lasted_until_then(night: Trace) -> None:
    assert _said(causes.end_chain(night, "shop", 0.95)) == [
        ("event", "power-returns", 100.0, 0.0),
        ("serves", "dc/ups", 110.0, 10.0),
        ("restored", "dc/instances", 130.0, 20.0),
        ("up", "dc/instances", 200.0, 70.0),
        ("served", "shop", 200.0, 0.0),
    ]
    # A lower objective is met again earlier, and by another batch.
    assert causes.end_chain(TraceIndex(night), "shop", 0.75)[-2].index == 11


def test_of_several_at_one_instant_the_first_to_begin_it_and_the_last_to_end_it() -> None:
    trace = Trace(horizon=100.0, curves={"shop": [(0.0, 1.0), (10.0, 0.2), (20.0, 1.0)]})
    for time, served in [(10.0, 0.5), (10.0, 0.2), (20.0, 0.96), (20.0, 1.0)]:
        trace.add(time, "served", "shop", served)
    assert [hop.amount for hop in causes.begin_chain(trace, "shop", 0.95)] == [0.5]
    assert [hop.amount for hop in causes.end_chain(trace, "shop", 0.95)] == [1.0]


def test_without_an_outage_there_is_nothing_to_explain(night: Trace) -> None:
    assert causes.begin_chain(night, "far", 0.95) == []
    assert causes.end_chain(night, "far", 0.95) == []


def test_an_outage_open_at_the_horizon_has_no_end(night: Trace) -> None:
    assert causes.begin_chain(night, "shop", 0.999) != []
    assert causes.end_chain(night, "shop", 0.999) == []


def test_what_comes_again_and_again_is_told_once() -> None:
    trace = Trace(horizon=100.0)
    last = trace.add(0.0, "event", "spike")
    for lap in range(5):
        last = trace.add(10.0 * lap + 1, "rotation", "front", 0.0, last)
        last = trace.add(10.0 * lap + 4, "rule", "registers", 0.0, last)
    last = trace.add(50.0, "served", "shop", 0.5, last)
    hops = causes.collapse(causes.chain(trace, last))
    assert [(h.change, h.time, h.last, h.repeats, h.waited) for h in hops] == [
        ("event", 0.0, 0.0, 1, 0.0),
        ("rotation", 1.0, 41.0, 5, 1.0),
        ("rule", 4.0, 44.0, 5, 3.0),
        ("served", 50.0, 50.0, 1, 6.0),
    ]


def test_the_same_hop_in_a_row_is_told_once() -> None:
    trace = Trace(horizon=100.0)
    last = -1
    for t in range(4):
        last = trace.add(float(t), "served", "shop", 1 - t / 10, last)
    assert [(h.repeats, h.time, h.last) for h in causes.collapse(causes.chain(trace, last))] == [(4, 0.0, 3.0)]


@pytest.mark.parametrize("cause", [1, 2])
def test_a_circle_of_causes_is_refused(cause: int) -> None:
    trace = Trace(horizon=10.0)
    trace.add(0.0, "event", "spike")
    trace.add(1.0, "down", "dc", 1.0, cause)
    with pytest.raises(ValueError, match=rf"record 1 \(down dc\) names record {cause} as its cause, which is not earlier"):
        causes.chain(trace, 1)
