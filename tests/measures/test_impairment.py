"""What is impaired at an instant, and which instant is the worst."""

import math

import pytest

from simulator.engine.trace import Trace
from simulator.measures.curves import steps
from simulator.measures.impairment import decline_chain, impairment_at, running_at, wait_at, worst_instant
from simulator.measures.index import TraceIndex


def test_the_worst_instant_is_the_first_of_the_lowest_stretch() -> None:
    curve = steps([(0.0, 1.0), (10.0, 0.4), (20.0, 0.2), (30.0, 0.6), (40.0, 0.2), (50.0, 1.0)], end=90.0)
    assert worst_instant(curve) == 20.0


def test_the_worst_instant_where_nothing_was_asked_or_nothing_was_lost() -> None:
    assert worst_instant(steps([(0.0, math.nan), (10.0, 0.4), (20.0, 1.0)], end=90.0)) == 10.0
    assert worst_instant(steps([(0.0, math.nan)], end=90.0)) is None
    assert worst_instant(steps([(0.0, 1.0)], end=90.0)) == 0.0


def test_the_chain_of_a_decline_begins_with_the_first_fault(night: Trace) -> None:
    hops = decline_chain(TraceIndex(night), "shop", 60.0)
    assert [(hop.change, hop.owner) for hop in hops] == [
        ("event", "spike"),
        ("stops_serving", "dc/ups"),
        ("down", "dc/instances"),
        ("served", "shop"),
    ]
    assert decline_chain(TraceIndex(night), "shop", 399.0) == hops, "afterwards it only rises"
    assert decline_chain(TraceIndex(night), "shop", 59.0) == []
    assert decline_chain(TraceIndex(night), "far", 399.0) == []


def test_of_several_declines_the_last_counts_at_one_instant_too() -> None:
    trace = Trace(horizon=100.0, curves={"shop": [(0.0, 1.0), (10.0, 0.2)]})
    for time, owner, served in ((10.0, "a", 0.5), (10.0, "b", 0.2), (20.0, "c", 0.9), (30.0, "d", 0.8)):
        trace.add(time, "served", "shop", served, trace.add(time, "down", owner, 1.0))
    chains = [decline_chain(TraceIndex(trace), "shop", t) for t in (10.0, 25.0, 30.0)]
    assert [[hop.owner for hop in hops] for hops in chains] == [["b", "shop"], ["b", "shop"], ["d", "shop"]]


@pytest.mark.parametrize(
    ("instant", "shares"),
    [
        (59.9, (0.0, 0.0, 0.0, 0.0, 0.0)),
        (60.0, (1.0, 1.0, 0.5, 0.0, 0.0)),
        (70.0, (1.0, 1.0, 0.5, 1 / 3, 0.0)),
        (110.0, (1.0, 0.0, 0.5, 1 / 3, 0.0)),
        (160.0, (0.6, 0.0, 0.2, 1 / 3, 0.0)),
        (180.0, (1.0, 0.0, 0.2, 1 / 3, 0.0)),
        (399.0, (0.0, 0.0, 0.01, 1 / 3, 0.0)),
    ],
)
def test_units_service_users_and_routes_through_the_night(night: Trace, instant: float, shares: tuple[float, ...]) -> None:
    owners = ("dc/instances", "dc/ups", "shop", "shop/front", "unheard-of")
    found = impairment_at(TraceIndex(night), owners, instant)
    assert found == pytest.approx(dict(zip(owners, shares, strict=True)), abs=1e-9)


def _trace(*records: tuple[float, str, float, int, object]) -> TraceIndex:
    trace = Trace(horizon=100.0, units={"thing": 4.0})
    for time, change, amount, cause, detail in records:
        trace.add(time, change, "thing", amount, cause, detail)
    return TraceIndex(trace)


def _at(index: TraceIndex, instant: float) -> float:
    return impairment_at(index, ["thing"], instant)["thing"]


def test_what_did_not_serve_from_the_start_is_not_impaired_by_resting() -> None:
    index = _trace((10.0, "starts", 0, -1, None), (12.0, "serves", 1.0, 0, None), (50.0, "stops_serving", 0.0, -1, None))
    assert [_at(index, t) for t in (5.0, 20.0, 60.0)] == [0.0, 0.0, 0.0]
    assert [running_at(index, "thing", t) for t in (5.0, 11.0, 20.0, 60.0)] == [False, False, True, False]


def test_what_is_switched_off_is_not_impaired_although_its_units_are_down() -> None:
    index = _trace((10.0, "stops", 0, -1, None), (10.0, "down", 4.0, 0, 0), (10.0, "stops_serving", 0.0, 1, None))
    assert _at(index, 20.0) == 0.0
    assert _at(_trace((10.0, "down", 4.0, -1, 0)), 20.0) == 1.0


def test_a_fault_impairs_what_rests_until_it_is_repaired() -> None:
    begun = (10.0, "fails", 1.0, -1, None), (10.0, "fails", 0.5, -1, None)
    index = _trace(*begun, (20.0, "repaired", 1.0, 0, None), (30.0, "repaired", 0.5, -1, None))
    assert [_at(index, t) for t in (5.0, 10.0, 20.0, 30.0)] == [0.0, 1.0, 0.5, 0.0]


def test_a_unit_that_fails_by_itself_is_one_unit_and_not_a_share() -> None:
    index = _trace((10.0, "fails", 1.0, -1, 2), (10.0, "down", 1.0, 0, 2), (30.0, "up", 1.0, 1, 2))
    assert [_at(index, t) for t in (10.0, 30.0)] == [0.25, 0.0]


def test_the_most_impaired_of_units_and_service_counts() -> None:
    index = _trace((10.0, "down", 1.0, -1, 0), (10.0, "stops_serving", 0.75, 0, None), (11.0, "down", 1.0, -1, 1))
    assert [_at(index, t) for t in (10.0, 11.0)] == [0.25, 0.5]
    assert _at(_trace((10.0, "down", 1.0, -1, 0), (10.0, "stops_serving", 0.1, 0, None)), 10.0) == 0.9


def test_the_wait_at_a_station_falls_by_a_second_per_second(night: Trace) -> None:
    index = TraceIndex(night)
    assert [wait_at(index, "queue", t) for t in (5.0, 10.0, 12.0, 50.0, 105.0, 120.0)] == [0.0, 5.0, 3.0, 0.0, 65.0, 50.0]
    assert wait_at(index, "elsewhere", 10.0) == 0.0
