"""The parts of pictures that can be wrong by themselves: labels that make room, clock axes, durations, lines of text."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.report.captions import cost_text
from simulator.report.clock import Window, clock_text, duration_text, offset_text, ticks, window_of
from simulator.report.marks import spread
from simulator.report.style import SMALL, balanced, fitted, look, width_of, wrapped

START = datetime(2012, 6, 29, 19, 20, tzinfo=timezone(timedelta(hours=-7)))


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.05, 1.5)), min_size=1, max_size=12))
def test_labels_that_fit_are_spread_in_order_and_without_overlap(labels: list[tuple[float, float]]) -> None:
    labels.sort()
    wanted, widths = [want for want, _ in labels], [width for _, width in labels]
    found = spread(wanted, widths, 0.0, 10.0)
    if sum(widths) > 10:
        assert found is None
        return
    assert found is not None
    edges = [(centre - width / 2, centre + width / 2) for centre, width in zip(found, widths, strict=True)]
    assert edges[0][0] >= -1e-9
    assert edges[-1][1] <= 10 + 1e-9
    assert all(left[1] <= right[0] + 1e-9 for left, right in pairwise(edges))


def test_labels_with_room_stay_where_they_are_wanted() -> None:
    assert spread([1.0, 3.0, 9.0], [0.5, 0.5, 0.5], 0.0, 10.0) == pytest.approx([1.0, 3.0, 9.0])


def test_labels_at_one_place_stand_around_it() -> None:
    assert spread([5.0, 5.0, 5.0], [1.0, 1.0, 1.0], 0.0, 10.0) == pytest.approx([4.0, 5.0, 6.0])


@given(st.floats(60, 3e9), st.floats(1.5, 10))
def test_clock_labels_never_touch(span: float, room: float) -> None:
    window = Window(start=START, low=0.0, high=span, horizon=span)
    marks = ticks(window, room)
    places = [room * window.across(t) for t, _ in marks]
    halves = [max(width_of(line, SMALL) for line in text.split("\n")) / 2 for _, text in marks]
    for i in range(len(marks) - 1):
        assert places[i] + halves[i] < places[i + 1] - halves[i + 1]


def test_clock_ticks_lie_on_round_times_of_the_scenarios_own_offset() -> None:
    marks = ticks(Window(start=START, low=0.0, high=8 * 3600.0, horizon=86_400.0), 5.0)
    assert [text for _, text in marks] == ["20:00\n29 Jun", "22:00", "00:00\n30 Jun", "02:00"]
    assert [t for t, _ in marks] == [2400.0, 9600.0, 16_800.0, 24_000.0]


def test_a_start_near_the_end_of_the_calendar_is_no_error() -> None:
    late = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
    marks = ticks(Window(start=late, low=0.0, high=864_000.0, horizon=864_000.0), 5.0)
    assert marks[-1][1].endswith(" d")
    assert clock_text(late, 864_000.0) == "10 d after the start"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0.0, "0 min"),
        (0.04, "0 min"),
        (0.4, "0.4 min"),
        (9.96, "10 min"),
        (59.4, "59 min"),
        (59.6, "1 h"),
        (133.2, "2 h 13 min"),
        (2879.4, "47 h 59 min"),
        (2880.0, "2 d"),
        (4560.0, "3 d 4 h"),
        (1440.0 * 365_250, "365,250 d"),
    ],
)
def test_durations_are_said_as_people_say_them(minutes: float, text: str) -> None:
    assert duration_text(minutes) == text


@pytest.mark.parametrize(("cost", "text"), [(1.0, "cost 1.0"), (1.5, "cost 1.5"), (4 / 3, "cost 1.33"), (12.25, "cost 12.25")])
def test_costs_have_one_decimal_or_two(cost: float, text: str) -> None:
    assert cost_text(cost) == text


def test_clock_times_name_the_day_where_it_is_another() -> None:
    assert clock_text(START, 2640.0) == "20:04"
    assert clock_text(START, 2670.0) == "20:04:30"
    assert clock_text(START, 18_000.0) == "30 Jun 00:20"
    assert clock_text(START, 0.0, dated=True) == "29 Jun 19:20"


@pytest.mark.parametrize(("hours", "text"), [(-7, "UTC−07:00"), (0, "UTC+00:00"), (5.5, "UTC+05:30"), (-3.5, "UTC−03:30")])
def test_offsets(hours: float, text: str) -> None:
    assert offset_text(datetime(2012, 1, 1, tzinfo=timezone(timedelta(hours=hours)))) == text


def test_a_window_shows_where_something_happens_and_all_when_that_is_most() -> None:
    curve = ((0.0, 10_000.0, 20_000.0), (1.0, 0.0, 1.0))
    short = window_of(START, 86_400.0, [curve], [9000.0])
    assert (short.low, short.high) == (8400.0, 20_400.0)
    assert window_of(START, 21_000.0, [curve], [0.0]).note() is None
    assert (window_of(START, 86_400.0, [], []).low, window_of(START, 86_400.0, [], []).high) == (0.0, 86_400.0)


def test_a_change_too_small_to_see_does_not_stretch_the_window() -> None:
    curve = ((0.0, 10_000.0, 20_000.0, 80_000.0), (1.0, 0.0, 0.996, 1.0))
    assert window_of(START, 86_400.0, [curve], []).high < 30_000.0


@given(st.text(max_size=80), st.floats(0.5, 5))
def test_fitted_text_fits(text: str, room: float) -> None:
    with look("test"):
        assert width_of(fitted(text, room, SMALL), SMALL) <= room


@given(st.text(alphabet="abcdef  ", max_size=300), st.floats(1, 5), st.integers(1, 4))
def test_wrapped_text_fits_and_keeps_its_words(text: str, room: float, most: int) -> None:
    for lines in (wrapped(text, room, SMALL, most=most), balanced(text, room, SMALL, most=most)):
        assert len(lines) <= most
        assert all(width_of(line, SMALL) <= room for line in lines)
        if lines and "…" not in " ".join(lines):
            assert " ".join(lines) == " ".join(text.split())


def test_balanced_lines_leave_no_word_alone() -> None:
    text = "all but one of these words would stand on the first line of the two and the last one alone"
    room = width_of(text.removesuffix(" alone"), SMALL) + 0.05
    assert wrapped(text, room, SMALL, most=3)[-1] == "alone"
    assert len(balanced(text, room, SMALL, most=3)) == 2
    assert len(balanced(text, room, SMALL, most=3)[-1].split()) > 3
