"""Cohorts of the hand-made night: batch 0 (40) is lost at 60 and again at 180, batch 1 (60) at 60; back at 160, 200 and 250."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.trace import Trace
from simulator.measures import cohorts
from simulator.measures.index import TraceIndex

INSTANCES = ("dc/instances",)
VOLUMES = ("dc/volumes",)


@pytest.fixture
def index(night: Trace) -> TraceIndex:
    return TraceIndex(night)


def test_number_down_over_time(index: TraceIndex) -> None:
    curve = cohorts.number_down(index, INSTANCES)
    assert curve.times == (0.0, 60.0, 160.0, 180.0, 200.0, 250.0)
    assert curve.values == (0.0, 100.0, 60.0, 100.0, 40.0, 0.0)
    assert cohorts.number_down(index, VOLUMES).times == (0.0, 60.0, 300.0)
    assert cohorts.number_down(index, VOLUMES, "impaired").times == (0.0, 60.0, 170.0)


def test_share_down_at_the_worst_moment_at_an_instant_and_of_a_base(index: TraceIndex) -> None:
    assert cohorts.share_down(index, INSTANCES) == 1.0
    assert cohorts.share_down(index, INSTANCES, at=159.9) == 1.0
    assert cohorts.share_down(index, INSTANCES, at=160.0) == 0.6
    assert cohorts.share_down(index, INSTANCES, base=["dc/instances", "other/instances"]) == 0.1
    assert cohorts.share_down(index, ("other/instances",)) == 0.0
    assert cohorts.share_down(index, ("nowhere",)) is None


def test_up_share_is_a_mean_over_a_half_open_window(index: TraceIndex) -> None:
    assert cohorts.up_share(index, INSTANCES, 150.0, 170.0) == pytest.approx(0.2)
    assert cohorts.up_share(index, INSTANCES, 0.0, 60.0) == 1.0
    assert cohorts.up_share(index, INSTANCES, 60.0, 60.0) is None


def test_returns_count_every_time(index: TraceIndex) -> None:
    assert cohorts.returns(index, INSTANCES) == [(160.0, 40.0), (200.0, 60.0), (250.0, 40.0)]
    assert cohorts.share_of_returns(index, INSTANCES, 160.0, 250.0) == pytest.approx(100 / 140)
    assert cohorts.share_of_returns(index, INSTANCES, 160.0, 200.0) == pytest.approx(40 / 140)
    assert cohorts.share_of_returns(index, ("other/instances",), 0.0, 400.0) is None


def test_when_a_share_is_back(index: TraceIndex) -> None:
    assert cohorts.time_when(index, INSTANCES, 0.4) == 160.0
    assert cohorts.time_when(index, INSTANCES, 0.5) == 200.0
    assert cohorts.time_when(index, INSTANCES, 0.61) == 250.0
    assert cohorts.time_when(index, VOLUMES, 0.5) == 300.0
    assert cohorts.time_when(index, VOLUMES, 0.5, "impaired") == 170.0
    assert cohorts.time_when(index, ("other/instances",), 0.5) is None


def test_share_back_at_an_instant_and_within_a_time_of_the_own_loss(index: TraceIndex) -> None:
    assert cohorts.share_back(index, INSTANCES, at=59.0) is None
    assert cohorts.share_back(index, INSTANCES, at=60.0) == 0.0
    assert cohorts.share_back(index, INSTANCES, at=190.0) == 0.0
    assert cohorts.share_back(index, INSTANCES, at=200.0) == 0.6
    assert cohorts.share_back(index, INSTANCES) == 1.0
    assert cohorts.share_back_within(index, INSTANCES, 70.0) == pytest.approx(40 / 140)
    assert cohorts.share_back_within(index, INSTANCES, 100.0) == pytest.approx(80 / 140)


def test_dark_time_of_the_shortest_and_the_longest_batch(index: TraceIndex) -> None:
    assert cohorts.dark_time(index, INSTANCES, "shortest") == 40.0
    assert cohorts.dark_time(index, INSTANCES, "longest") == 70.0
    # The volumes never get back what they latch on: dark until the horizon.
    assert cohorts.dark_time(index, VOLUMES, "longest") == 340.0
    assert cohorts.dark_time(index, ("other/instances",), "longest") is None


def test_what_is_lost_again_on_its_way_back_is_one_loss_with_two_dark_times() -> None:
    trace = Trace(horizon=100.0, units={"c": 1.0})
    for time, change in [(0, "down"), (5, "down"), (10, "restored"), (12, "restored"), (20, "impaired"), (30, "down"), (34, "restored")]:
        trace.add(float(time), change, "c", 1.0, -1, 0)
    index = TraceIndex(trace)
    assert [(spell.lost, spell.dark) for spell in index.spells("c")] == [(0.0, [(0.0, 10.0), (30.0, 34.0)])]
    # Handed back at 20, but taken away again at 30.
    assert cohorts.time_when(index, ["c"], 1.0, "impaired") is None
    trace.add(50.0, "impaired", "c", 1.0, -1, 0)
    trace.add(60.0, "impaired", "c", 1.0, -1, 0)
    assert cohorts.time_when(TraceIndex(trace), ["c"], 1.0, "impaired") == 50.0


def test_trails_at_every_share(index: TraceIndex) -> None:
    assert cohorts.trails(index, VOLUMES, INSTANCES) is True
    assert cohorts.trails(index, INSTANCES, VOLUMES) is False
    assert cohorts.trails(index, INSTANCES, INSTANCES) is False
    assert cohorts.trails(index, ("other/instances",), ("nowhere",)) is None


def test_trails_looks_only_from_a_share_on() -> None:
    index = TraceIndex(_returning({"fast": [10.0, 90.0], "slow": [20.0, 80.0], "late": [20.0, 95.0]}))
    assert cohorts.trails(index, ["slow"], ["fast"], 0.0) is False
    assert cohorts.trails(index, ["late"], ["fast"], 0.0) is True
    assert cohorts.trails(index, ["fast"], ["slow"], 0.5) is False
    assert cohorts.trails(index, ["fast"], ["slow"], 0.6) is True


def test_one_that_never_returns_trails_one_that_does() -> None:
    index = TraceIndex(_returning({"back": [10.0], "gone": [None]}))
    assert cohorts.trails(index, ["gone"], ["back"]) is True
    assert cohorts.trails(index, ["back"], ["gone"]) is False
    assert cohorts.time_when(index, ["gone"], 0.1) is None


def test_units_that_come_up_for_the_first_time_are_no_returns() -> None:
    trace = Trace(horizon=100.0, units={"spare": 1.0})
    # It is held down once while it is being provisioned: no unit is lost, and the amount says so.
    for time, change, amount in [(3.0, "down", 0.0), (4.0, "restored", 1.0), (5.0, "up", 1.0)]:
        trace.add(time, change, "spare", amount, -1, 0)
    index = TraceIndex(trace)
    assert (cohorts.returns(index, ["spare"]), cohorts.dark_time(index, ["spare"], "longest")) == ([], None)


def test_down_seconds_of_several_together_is_their_union(index: TraceIndex) -> None:
    assert cohorts.down_seconds(index, ["dc/ups"]) == 50.0
    trace = Trace(horizon=100.0)
    for time, change, owner in [
        (10.0, "stops_serving", "a"),
        (20.0, "stops_serving", "b"),
        (30.0, "serves", "a"),
        (40.0, "serves", "b"),
        (50.0, "serves", "late"),
        (90.0, "stops_serving", "a"),
    ]:
        trace.add(time, change, owner)
    assert cohorts.down_seconds(TraceIndex(trace), ["a"]) == 30.0
    assert cohorts.down_seconds(TraceIndex(trace), ["a", "b"]) == 40.0
    assert cohorts.down_seconds(TraceIndex(trace), ["late"]) == 50.0
    assert cohorts.down_seconds(TraceIndex(trace), ["a", "b", "late"]) == 60.0


def _returning(back: dict[str, list[float | None]]) -> Trace:
    trace = Trace(horizon=100.0, units={owner: float(len(times)) for owner, times in back.items()})
    changes = [(0.0, "down", owner, batch) for owner, times in back.items() for batch in range(len(times))]
    changes += [(t, "up", owner, batch) for owner, times in back.items() for batch, t in enumerate(times) if t is not None]
    for time, change, owner, batch in sorted(changes, key=lambda c: c[0]):
        trace.add(time, change, owner, 1.0, -1, batch)
    return trace


TIMES = st.lists(st.none() | st.integers(1, 99).map(float), min_size=1, max_size=8)


@given(TIMES, st.floats(0.01, 1))
def test_a_share_is_back_when_it_is_said_to_be(times: list[float | None], share: float) -> None:
    index = TraceIndex(_returning({"c": times}))
    when = cohorts.time_when(index, ["c"], share)
    if when is None:
        assert (cohorts.share_back(index, ["c"]) or 0.0) < share
    else:
        assert (cohorts.share_back(index, ["c"], at=when) or 0.0) >= share - 1e-9
        assert (cohorts.share_back(index, ["c"], at=when - 0.5) or 0.0) < share


@given(TIMES, TIMES)
def test_two_cannot_trail_each_other(ours: list[float | None], theirs: list[float | None]) -> None:
    index = TraceIndex(_returning({"a": ours, "b": theirs}))
    assert not (cohorts.trails(index, ["a"], ["b"]) and cohorts.trails(index, ["b"], ["a"]))
    together = cohorts.number_down(index, ["a", "b"])
    apart = [cohorts.number_down(index, [c]) for c in "ab"]
    assert max(together.values) <= sum(max(c.values) for c in apart)


def test_what_is_up_again_within_the_instant_was_never_down() -> None:
    records = [
        (5.0, "down", "fleet", 1.0, -1, 0), (5.0, "up", "fleet", 1.0, 0, 0),
        (5.0, "down", "fleet", 1.0, -1, 1), (6.0, "up", "fleet", 1.0, 2, 1),
    ]  # fmt: skip
    found = TraceIndex(Trace(horizon=10.0, records=records, units={"fleet": 2.0}))
    assert [spell.batch for spell in found.spells("fleet")] == [1]
    assert cohorts.share_down(found, ["fleet"]) == 0.5
