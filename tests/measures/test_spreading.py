"""How a failure spreads, on traces made by hand: a cohort of ten in batches of two, another of four, and what serves beside them."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.engine.trace import Trace
from simulator.measures import spreading
from simulator.measures.evaluating import evaluate
from simulator.measures.index import TraceIndex
from simulator.model.measure import read_measure, unit_of

UNITS = {"disks": 10.0, "tapes": 4.0, "spare": 5.0}


def traced(*records: tuple[float, str, str, float, object]) -> TraceIndex:
    trace = Trace(horizon=100.0, units=UNITS)
    for time, change, owner, amount, batch in records:
        trace.add(time, change, owner, amount, -1, batch)
    return TraceIndex(trace)


def down(time: float, batch: int, owner: str = "disks", amount: float = 2.0) -> tuple[float, str, str, float, object]:
    return time, "down", owner, amount, batch


def up(time: float, batch: int, owner: str = "disks", amount: float = 2.0) -> tuple[float, str, str, float, object]:
    return time, "up", owner, amount, batch


def test_when_so_many_were_down_for_the_first_time() -> None:
    index = traced(down(10, 0), down(20, 1), up(30, 0), down(40, 2), down(40, 3))
    assert spreading.time_down(index, ["disks"], 0.2) == 10
    assert spreading.time_down(index, ["disks"], 0.2000001) == 20
    assert spreading.time_down(index, ["disks"], 0.6) == 40
    assert spreading.time_down(index, ["disks"], 0.61) is None
    assert spreading.time_down(index, ["disks"], 1.2, base=["spare"]) == 40
    # Of what the run does not have there is no share.
    assert spreading.time_down(index, ["gone"], 0.1) is None
    assert spreading.time_down(index, ["disks"], 0.1, base=["gone"]) is None
    assert spreading.time_down(traced(), ["disks"], 0.1) is None


def test_what_goes_down_as_another_comes_up_is_not_down_besides() -> None:
    assert spreading.time_down(traced(down(10, 0), down(20, 1), up(20, 0)), ["disks"], 0.4) is None
    assert spreading.time_down(traced(down(10, 0), up(20, 0), down(20, 1)), ["disks"], 0.4) is None


def test_it_rises_where_it_never_falls_and_ends_higher() -> None:
    index = traced(down(10, 0), down(20, 1), down(30, 2), up(50, 0), down(60, 0), down(60, 3))
    assert spreading.rises(index, ["disks"], 0, 40) is True
    assert spreading.rises(index, ["disks"], 30, 40) is False  # it is 6 all the time
    assert spreading.rises(index, ["disks"], 29, 30) is True  # both ends belong to the window
    assert spreading.rises(index, ["disks"], 10, 49.9) is True
    assert spreading.rises(index, ["disks"], 10, 50) is False  # falls at its very end
    assert spreading.rises(index, ["disks"], 10, 60) is False  # ends higher, but fell on the way
    assert spreading.rises(index, ["disks"], 50, 60) is True
    assert spreading.rises(index, ["disks"], 50, 100) is True
    assert spreading.rises(index, ["gone"], 0, 40) is None
    assert spreading.rises(traced(), ["disks"], 0, 40) is False


def test_an_exchange_at_one_instant_is_no_fall() -> None:
    index = traced(down(10, 0), up(20, 0), down(20, 1), down(30, 2))
    assert spreading.rises(index, ["disks"], 5, 40) is True


def test_at_least_as_large_a_share_is_down() -> None:
    tapes = [down(10, 0, "tapes", 1.0), down(40, 1, "tapes", 1.0)]
    index = traced(down(10, 0), down(10, 1), down(39, 2), *tapes, up(70, 0))
    # 40 % against 25 %, 60 % against 50 %, then 40 % against 50 %.
    assert spreading.more_down(index, ["disks"], ["tapes"], 0, 100) is False
    assert spreading.more_down(index, ["disks"], ["tapes"], 0, 69.9) is True
    assert spreading.more_down(index, ["disks"], ["tapes"], 0, 70) is False
    assert spreading.more_down(index, ["tapes"], ["disks"], 70, 100) is True
    assert spreading.more_down(index, ["tapes"], ["disks"], 69.9, 100) is False
    late = traced(down(10, 0), down(11, 0, "tapes", 0.8))
    assert spreading.more_down(late, ["disks"], ["tapes"], 0, 100) is True  # a tie, from 11 on
    assert spreading.more_down(late, ["tapes"], ["disks"], 0, 100) is False
    assert spreading.more_down(late, ["tapes"], ["disks"], 11, 100) is True


def test_nothing_down_is_nothing_to_compare() -> None:
    index = traced(down(50, 0))
    assert spreading.more_down(index, ["disks"], ["tapes"], 0, 49) is None
    assert spreading.more_down(index, ["disks"], ["tapes"], 0, 50) is True
    assert spreading.more_down(index, ["tapes"], ["disks"], 0, 50) is False
    assert spreading.more_down(index, ["disks"], ["gone"], 0, 50) is None


def test_lost_for_good_are_units_of_batches_that_never_come_back() -> None:
    index = traced(down(10, 0), down(10, 1), up(20, 1), (30, "lost", "disks", 2.0, 0), (30, "lost", "tapes", 1.0, 0))
    assert spreading.lost_for_good(index, ["disks"]) == pytest.approx(0.2)
    assert spreading.lost_for_good(index, ["disks", "tapes", "disks"]) == pytest.approx(3 / 14)
    assert spreading.lost_for_good(index, ["disks"], base=["disks", "tapes"]) == pytest.approx(2 / 14)
    assert spreading.lost_for_good(index, ["spare"]) == 0
    assert spreading.lost_for_good(index, ["gone"]) is None
    # It is down for ever, and was not lost to begin with: a batch on its way back again is down only.
    assert index.spells("disks")[0].back == float("inf")


def serving(*changes: tuple[float, float]) -> TraceIndex:
    return traced(*((time, "serves" if share >= 1 else "stops_serving", "api", share, None) for time, share in changes))


@pytest.mark.parametrize(
    ("find", "after", "expected"),
    [
        (spreading.first_unserved, 0, 10),
        (spreading.first_unserved, 10, 10),
        (spreading.first_unserved, 15, 15),
        (spreading.first_unserved, 20, 30),
        (spreading.first_unserved, 40, None),
        (spreading.first_served, 0, 0),
        (spreading.first_served, 9.9, 9.9),
        (spreading.first_served, 10, 20),
        (spreading.first_served, 20, 20),
        (spreading.first_served, 30, 40),
        (spreading.first_served, 50, 50),
    ],
)
def test_the_first_instant_that_is_not_before(find: Callable[..., float | None], after: float, expected: float | None) -> None:
    # It serves in part, then less, then in full; at 35 it comes and goes within one instant.
    index = serving((10, 0.9), (15, 0.2), (20, 1.0), (30, 0.0), (35, 1.0), (35, 0.0), (40, 1.0))
    assert find(index, "api", after) == expected


def test_what_never_changes_serves_from_the_start_on() -> None:
    assert spreading.first_served(traced(), "api") == 0
    assert spreading.first_served(traced(), "api", 30) == 30
    assert spreading.first_unserved(traced(), "api") is None


def test_what_begins_to_serve_did_not_before() -> None:
    index = serving((25, 1.0))
    assert (spreading.first_unserved(index, "api"), spreading.first_served(index, "api")) == (0, 25)
    assert spreading.first_unserved(index, "api", 25) is None
    assert spreading.first_served(serving((25, 0.0)), "api", 25) is None


NIGHT = traced(
    down(10, 0), down(20, 1), down(15, 0, "tapes", 1.0), (30, "lost", "disks", 2.0, 0),
    (40, "stops_serving", "api", 0.5, None), (60, "serves", "api", 1.0, None),
)  # fmt: skip


@pytest.mark.parametrize(
    ("tree", "unit", "expected"),
    [
        ({"time_down": {"of": "disks", "at_least": "40 %"}}, "clock", 20),
        ({"time_down": {"of": "disks", "at_least": "40 %", "since": "15 s"}}, "duration", 5),
        ({"time_down": {"of": "disks", "at_least": "41 %", "since": "15 s"}}, "duration", None),
        ({"time_down": {"of": "disks", "at_least": "40 %", "base": ["spare"]}}, "clock", 10),
        ({"rises": {"of": "disks", "since": "5 s", "until": "25 s"}}, "holds", 1),
        ({"rises": {"of": "disks", "since": "20 s", "until": "25 s"}}, "holds", 0),
        ({"more_down": {"of": "disks", "than": "tapes"}}, "holds", 0),
        ({"more_down": {"of": "disks", "than": "tapes", "until": "14 s"}}, "holds", 1),
        ({"more_down": {"of": "disks", "than": "tapes", "since": "20 s"}}, "holds", 1),
        ({"more_down": {"of": "disks", "than": "tapes", "until": "0 s"}}, "holds", None),
        ({"lost_for_good": {"of": "disks"}}, "share", 0.2),
        ({"lost_for_good": {"of": "disks", "base": "spare"}}, "share", 0.4),
        ({"first_unserved": {"of": "api"}}, "clock", 40),
        ({"first_unserved": {"of": "api", "after": "50 s", "since": "45 s"}}, "duration", 5),
        ({"first_served": {"of": "api", "after": "50 s"}}, "clock", 60),
        ({"first_served": {"of": "api", "after": "50 s", "since": "45 s"}}, "duration", 15),
    ],
)  # fmt: skip
def test_each_is_taken_in_its_unit_and_from_where_it_says(tree: dict[str, Any], unit: str, expected: float | None) -> None:
    measure = read_measure(tree)
    assert unit_of(measure) == unit
    assert evaluate(measure, NIGHT, lambda text: float(text.removesuffix(" s"))) == expected
