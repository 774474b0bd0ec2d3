"""Replications end at a look that was fixed beforehand, when all that was asked for is as narrow as was asked."""

import itertools
import math
import re

import pytest

from simulator.ensemble.stopping import Precision, Width, level, looks, parse_precision

TWO_PERCENT = Precision(quantity="lost_minutes", half=0.02, relative=True)
ONE_MINUTE = Precision(quantity="lost_minutes", half=1.0, relative=False)


def test_looks_grow_by_half_and_end_with_the_most() -> None:
    assert list(looks(500)) == [64, 96, 144, 216, 324, 486, 500]
    assert list(looks(486)) == [64, 96, 144, 216, 324, 486]
    assert [list(looks(most)) for most in (1, 64, 65)] == [[1], [64], [64, 65]]


def test_where_a_run_stops_early_does_not_depend_on_the_most() -> None:
    long = list(looks(10**6))
    assert len(long) == 25
    for most in (100, 1000, 99_999):
        assert list(looks(most))[:-1] == long[: len(list(looks(most))) - 1]


def test_all_looks_together_may_be_wrong_one_time_in_twenty() -> None:
    spent = math.fsum(1.0 - level(k) for k in range(1, 100_001))
    assert 0.0499 < spent < 0.05
    assert [level(k) for k in (1, 2, 3)] == pytest.approx([0.975, 0.99166667, 0.99583333])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lost_minutes ±2 %", TWO_PERCENT),
        ("  lost_minutes  ± 2%", TWO_PERCENT),
        ("lost_minutes±2 %", TWO_PERCENT),
        ("lost_minutes +/- 60 s", ONE_MINUTE),
        ("outage_minutes +-1 min", Precision(quantity="outage_minutes", half=1.0, relative=False)),
        ("lost_minutes of two-zone ±5 %", Precision(quantity="lost_minutes", half=0.05, relative=True, of="two-zone")),
        ("lost_minutes of my own.yaml +- 1 h", Precision(quantity="lost_minutes", half=60.0, relative=False, of="my own.yaml")),
    ],
)
def test_a_precision_is_read_and_written(text: str, expected: Precision) -> None:
    assert parse_precision(text) == expected
    assert parse_precision(str(expected)) == expected


REMEDY = "write a quantity and half the width of its interval, such as 'lost_minutes ±2 %' or 'lost_minutes of two-zone ±1 min'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"'' is not a precision: {REMEDY}"),
        ("lost_minutes 2 %", f"'lost_minutes 2 %' is not a precision: {REMEDY}"),
        ("lost_minutes of ±2 %", f"'lost_minutes of ±2 %' is not a precision: {REMEDY}"),
        (
            "lost ±2 %",
            "'lost' is no quantity of which a precision can be asked: choose one of lost_minutes, outage_minutes, "
            "time_to_recover_minutes, data_loss_minutes",
        ),
        ("lost_minutes ±2", "'2' has neither a % nor a unit of time: write '2 %' or '2 min'"),
        ("lost_minutes ±0 %", "±0 % takes endless replications: write a half-width above 0, such as '±2 %' or '±1 min'"),
        ("lost_minutes ±0 min", "±0 min takes endless replications: write a half-width above 0, such as '±2 %' or '±1 min'"),
        ("lost_minutes ±100 %", "±100 % is as wide as the mean itself: write a half-width below 100 %, such as '±2 %'"),
        ("lost_minutes ±101 %", "'101 %' is more than the whole: write at most '100 %'"),
        ("lost_minutes ±1 M", "'1 M' is ambiguous: write '1 min' or '30 d'"),
    ],
)
def test_what_is_no_precision_is_refused_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_precision(text)


STEADY = [99.0, 101.0] * 50
SHAKY = [50.0, 150.0] * 50


def test_the_row_farthest_from_what_was_asked_decides() -> None:
    assert TWO_PERCENT.met({"steady": STEADY}, 1)
    assert not TWO_PERCENT.met({"steady": STEADY, "shaky": SHAKY}, 1)
    worst = TWO_PERCENT.widest({"steady": STEADY, "shaky": SHAKY}, 1)
    assert worst is not None
    # The 98.75 % point of Student's law with 99 degrees of freedom is 2.2760.
    half = 2.2760 * 50.0 * math.sqrt(100 / 99) / 10.0
    assert (worst.row, worst.mean, worst.sound) == ("shaky", 100.0, True)
    assert (worst.half, worst.share) == (pytest.approx(half, rel=1e-4), pytest.approx(half / 100.0, rel=1e-4))


def test_later_looks_ask_for_more() -> None:
    half = [worst.half for look in (1, 2, 9) if (worst := ONE_MINUTE.widest({"shaky": SHAKY}, look)) is not None]
    assert len(half) == 3
    assert all(earlier < later for earlier, later in itertools.pairwise(half))


def test_what_was_alike_in_all_replications_is_known() -> None:
    assert TWO_PERCENT.met({"fixed": [0.1] * 64}, 1)
    assert ONE_MINUTE.met({"spared": [0.0] * 64}, 1)
    assert ONE_MINUTE.widest({"spared": [0.0] * 64}, 1) == Width(row="spared", mean=0.0, half=0.0, sound=True)


def test_what_was_always_nothing_is_no_part_of_a_mean() -> None:
    assert not TWO_PERCENT.met({"spared": [0.0] * 64}, 1)
    assert TWO_PERCENT.widest({"spared": [0.0] * 64}, 1) is None
    assert TWO_PERCENT.met({"spared": [0.0] * 100, "steady": STEADY}, 1)
    # It varied, and its mean is nothing all the same.
    assert not TWO_PERCENT.met({"even": [-1.0, 1.0] * 50, "steady": STEADY}, 1)


def test_few_hits_are_not_taken_for_precision() -> None:
    rare = [10.0] + [0.0] * 99
    worst = ONE_MINUTE.widest({"rare": rare, "shaky": SHAKY}, 1)
    assert worst is not None
    assert (worst.row, worst.half < 1.0, worst.sound) == ("rare", True, False)
    assert not ONE_MINUTE.met({"rare": [1.0] + [0.0] * 99}, 1)
    assert ONE_MINUTE.met({"common": [1.0, 0.0] * 50}, 1)


def test_one_replication_is_never_precise() -> None:
    assert not ONE_MINUTE.met({"steady": [3.0]}, 1)
