"""Quantities: what is read, what is refused and in which words, and that what is printed is read back to the identical float."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.units import (
    LARGEST_RATE,
    LONGEST_DURATION,
    format_clock,
    format_duration,
    format_rate,
    format_share,
    parse_clock,
    parse_count,
    parse_duration,
    parse_rate,
    parse_share,
    resolve_clock,
    round_time,
)

PACIFIC = timezone(timedelta(hours=-7))
START = datetime(2012, 6, 14, 20, 44, tzinfo=PACIFIC)
HORIZON = 12 * 3600.0


def refused(parse: Callable[[object], object], value: object) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers compare the whole text
        parse(value)
    assert type(caught.value) is ValueError
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90 s", 90.0),
        ("90s", 90.0),
        ("82 min", 4_920.0),
        ("4 h", 14_400.0),
        ("30 d", 2_592_000.0),
        ("250 ms", 0.25),
        ("0.5 h", 1_800.0),
        ("1h30m", 5_400.0),
        ("1 h 30 min", 5_400.0),
        ("1 d 2 h 3 min 4 s 5 ms", 93_784.005),
        ("2 min 0.5 s", 120.5),
        ("PT30M", 1_800.0),
        ("PT1.5S", 1.5),
        ("P1DT2H", 93_600.0),
        ("P7D", 604_800.0),
        ("0 s", 0.0),
        ("1e3 s", 1_000.0),
        (" 4 h ", 14_400.0),
        ("0.1 s", 0.1),
        ("365250 d", LONGEST_DURATION),
    ],
)
def test_durations_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


SYNTAX = "write a number and a unit (ms, s, min, h, d), such as '82 min' or '1 h 30 min'"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1M", "'1M' is ambiguous: write '1 min' or '30 d'"),
        ("15 M", "'15 M' is ambiguous: write '15 min' or '30 d'"),
        ("1:30", "'1:30' is ambiguous: write '1 h 30 min' or '1 min 30 s'"),
        ("90", "'90' has no unit: write for example '90 s' or '90 min'"),
        (90, "90 has no unit: write for example '90 s', '82 min' or '4 h'"),
        (math.nan, "nan has no unit: write for example '90 s', '82 min' or '4 h'"),
        pytest.param(10**5_000, "1.00000e+5000 has no unit: write for example '90 s', '82 min' or '4 h'", id="5,001 digits"),
        ("-5 min", f"'-5 min' is negative: {SYNTAX}"),
        ("- 5 min", f"'- 5 min' is negative: {SYNTAX}"),
        ("+5 min", f"'+5 min' is not a duration: {SYNTAX}"),
        ("nan h", f"'nan h' is not a duration: {SYNTAX}"),
        ("inf s", f"'inf s' is not a duration: {SYNTAX}"),
        ("５ min", f"'５ min' has digits other than 0 to 9: {SYNTAX}"),
        ("٥ s", f"'٥ s' has digits other than 0 to 9: {SYNTAX}"),
        ("5\u00a0min", f"'5\\xa0min' is not a duration: {SYNTAX}"),
        ("1_000 s", f"'1_000 s' is not a duration: {SYNTAX}"),
        ("2 w", f"'2 w' is not a duration: {SYNTAX}"),
        ("5 MIN", f"'5 MIN' is not a duration: {SYNTAX}"),
        ("5 min\n", f"'5 min\\n' is not a duration: {SYNTAX}"),
        ("", f"'' is not a duration: {SYNTAX}"),
        ("P", f"'P' is not a duration: {SYNTAX}"),
        ("P1DT", f"'P1DT' is not a duration: {SYNTAX}"),
        ("P1M", f"'P1M' is not a duration: {SYNTAX}"),
        ("PT1.H", f"'PT1.H' is not a duration: {SYNTAX}"),
        ("PT1.2.3H", f"'PT1.2.3H' is not a duration: {SYNTAX}"),
        ("30 min 1 h", "'30 min 1 h' does not go from the largest unit to the smallest, each once: write for example '1 h 30 min'"),
        ("1 h 2 h", "'1 h 2 h' does not go from the largest unit to the smallest, each once: write for example '1 h 30 min'"),
        ("1.5 h 3 min", "'1.5 h 3 min' has decimals before its last unit: write for example '1.5 h' or '1 h 30 min'"),
        ("1e309 s", "'1e309 s' is longer than 1,000 years: write at most '365250 d'"),
        ("365250.01 d", "'365250.01 d' is longer than 1,000 years: write at most '365250 d'"),
        ("1e-400 s", "'1e-400 s' is too small to tell from zero: write 0 with its unit, or a larger number"),
        ("1e999999999 s", f"'1e999999999 s' is not a duration: {SYNTAX}"),
        ("9" * 5_000 + " s", f"'{'9' * 38}… is longer than 100 characters: {SYNTAX}"),
        (None, f"a duration is expected here, not nothing: {SYNTAX}"),
        (True, f"a duration is expected here, not true or false: {SYNTAX}"),
        ([1], f"a duration is expected here, not a list: {SYNTAX}"),
        ({}, f"a duration is expected here, not a mapping: {SYNTAX}"),
    ],
)
def test_durations_refused(value: object, message: str) -> None:
    assert refused(parse_duration, value) == message


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.25, "250 ms"),
        (0.05, "50 ms"),
        (1.0, "1 s"),
        (60.0, "1 min"),
        (90.0, "90 s"),
        (600.0, "10 min"),
        (1_800.0, "30 min"),
        (4_920.0, "82 min"),
        (5_400.0, "1.5 h"),
        (14_400.0, "4 h"),
        (43_200.0, "12 h"),
        (86_400.0, "1 d"),
        (129_600.0, "36 h"),
        (LONGEST_DURATION, "365250 d"),
        (0.1 + 0.2, "0.30000000000000004 s"),
        (5e-309, "5e-309 s"),
    ],
)
def test_durations_print_short(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.floats(0, LONGEST_DURATION) | st.integers(0, 10**6).map(float) | st.integers(0, 10**9).map(lambda n: n / 1_000))
@example(math.nextafter(1.0, 0.0))
@example(math.nextafter(86_400.0, 0.0))
@example(0.1 + 0.2)
def test_durations_return(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.integers(0, 10**5), st.sampled_from([("ms", 0.001), ("s", 1.0), ("min", 60.0), ("h", 3_600.0)]))
def test_decimals_are_read_to_the_nearest_float(number: int, unit: tuple[str, float]) -> None:
    name, size = unit
    expected = number / 1_000 if name == "ms" else number * size
    assert parse_duration(f"{number} {name}") == expected


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf, LONGEST_DURATION * 1.001])
def test_what_is_no_duration_is_not_printed(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds is not a duration: it lies between 0 and 1,000 years"):
        format_duration(seconds)


@pytest.mark.parametrize(
    ("value", "share"),
    [("7 %", 0.07), ("7%", 0.07), ("0.07", 0.07), (0.07, 0.07), ("0 %", 0.0), ("100 %", 1.0), (0, 0.0), (1, 1.0), ("99.9 %", 0.999)],
)
def test_shares_read(value: object, share: float) -> None:
    assert parse_share(value) == share


SHARE = "write a share between '0 %' and '100 %', such as '7 %' or 0.07"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("7", "'7' is more than the whole: write '7 %'"),
        (7, "7 is more than the whole: write '7 %'"),
        (7.5, "7.5 is more than the whole: write '7.5 %'"),
        ("107 %", "'107 %' is more than the whole: write at most '100 %'"),
        (107, "107 is more than the whole: write at most '100 %'"),
        (10**400, "1.00000e+400 is more than the whole: write at most '100 %'"),
        (-0.1, f"-0.1 is not a share: {SHARE}"),
        ("-7 %", f"'-7 %' is negative: {SHARE}"),
        (math.nan, f"nan is not a share: {SHARE}"),
        (math.inf, f"inf is not a share: {SHARE}"),
        ("nan %", f"'nan %' is not a share: {SHARE}"),
        ("half", f"'half' is not a share: {SHARE}"),
        (True, f"a share is expected here, not true or false: {SHARE}"),
    ],
)
def test_shares_refused(value: object, message: str) -> None:
    assert refused(parse_share, value) == message


@given(st.floats(0, 1))
@example(0.07)
@example(math.nextafter(1.0, 0.0))
def test_shares_return(share: float) -> None:
    assert parse_share(format_share(share)) == share


@pytest.mark.parametrize(
    ("share", "text"), [(0.07, "7 %"), (1.0, "100 %"), (0.0, "0 %"), (0.999, "99.9 %"), (1 / 3, "33.33333333333333 %")]
)
def test_shares_print_short(share: float, text: str) -> None:
    assert format_share(share) == text


def test_what_is_no_share_is_not_printed() -> None:
    assert refused(format_share, 1.01) == "1.01 is not a share: it lies between 0 and 1"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "per_second"),
    [("40/min", 40 / 60), ("3/h", 3 / 3_600), ("0.0153/h", 0.0153 / 3_600), ("1/s", 1.0), ("12 / d", 12 / 86_400), ("0/s", 0.0)],
)
def test_rates_read(text: str, per_second: float) -> None:
    assert parse_rate(text) == per_second


RATE = "write a number per unit of time (s, min, h, d), such as '40/min'"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (40, "40 has no unit of time: write for example '40/min' or '3/h'"),
        ("40", "'40' has no unit of time: write for example '40/min' or '40/h'"),
        ("40/m", f"'40/m' is not a rate: {RATE}"),
        ("-1/s", f"'-1/s' is negative: {RATE}"),
        ("1e13/s", "'1e13/s' is too high: write at most '1e12/s'"),
        ("inf/s", f"'inf/s' is not a rate: {RATE}"),
        (None, f"a rate is expected here, not nothing: {RATE}"),
    ],
)
def test_rates_refused(value: object, message: str) -> None:
    assert refused(parse_rate, value) == message


@given(st.floats(0, LARGEST_RATE) | st.integers(1, 10_000).map(lambda n: n / 3_600))
def test_rates_return(per_second: float) -> None:
    assert parse_rate(format_rate(per_second)) == per_second


@pytest.mark.parametrize("text", ["40/min", "3/h", "0.0153/h", "1/s", "5/d", "0/s", "2.5/s"])
def test_rates_print_short(text: str) -> None:
    assert format_rate(parse_rate(text)) == text


def test_what_is_no_rate_is_not_printed() -> None:
    assert refused(format_rate, -1.0) == "-1.0 per second is not a rate: it lies between 0 and 1e12"  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [16_900, 16_900.0, "16900", "16,900", "16_900"])
def test_counts_read(value: object) -> None:
    count = parse_count(value)
    assert (count, type(count)) == (16_900, int)


COUNT = "write a whole number between 0 and 1,000,000,000,000, such as 16900 or '16,900'"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (16.9, f"16.9 is not a whole number: {COUNT}"),
        (math.nan, f"nan is not a whole number: {COUNT}"),
        (math.inf, f"inf is not a whole number: {COUNT}"),
        ("16.900", f"'16.900' is not a whole number: {COUNT}"),
        ("16,90", f"'16,90' is not a whole number: {COUNT}"),
        ("1,690_000", f"'1,690_000' is not a whole number: {COUNT}"),
        (-1, f"-1 is negative: {COUNT}"),
        ("-1", f"'-1' is negative: {COUNT}"),
        (10**12 + 1, f"1.00000e+12 is too many: {COUNT}"),
        pytest.param(10**5_000, f"1.00000e+5000 is too many: {COUNT}", id="5,001 digits"),
        (False, f"a count is expected here, not true or false: {COUNT}"),
    ],
)
def test_counts_refused(value: object, message: str) -> None:
    assert refused(parse_count, value) == message


def test_clocks_read() -> None:
    assert parse_clock("2012-06-14T20:44-07:00") == START
    assert parse_clock("2012-06-15T03:44:00Z") == START
    assert parse_clock("2012-06-14T20:44:00.25-07:00") == START + timedelta(seconds=0.25)
    assert parse_clock("20:57") == time(20, 57)
    assert parse_clock("20:57:30") == time(20, 57, 30)


CLOCK = "write '20:57', '20:57:30' or a full time with its offset, such as '2026-06-14T20:44-07:00'"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2012-06-14T20:44", "'2012-06-14T20:44' has no offset: write for example '2012-06-14T20:44Z' or '2012-06-14T20:44-07:00'"),
        ("2012-02-30T20:44Z", f"'2012-02-30T20:44Z' does not exist in the calendar or on the clock: {CLOCK}"),
        ("20:60", f"'20:60' does not exist in the calendar or on the clock: {CLOCK}"),
        ("2012-06-14T20:44+25:00", f"'2012-06-14T20:44+25:00' does not exist in the calendar or on the clock: {CLOCK}"),
        ("24:00", f"'24:00' is not a clock time: {CLOCK}"),
        ("20:57Z", f"'20:57Z' has an offset but no date: {CLOCK}"),
        ("2012-06-14", f"'2012-06-14' is not a clock time: {CLOCK}"),
        ("2012-06-14 20:44Z", f"'2012-06-14 20:44Z' is not a clock time: {CLOCK}"),
        ("8:57 pm", f"'8:57 pm' is not a clock time: {CLOCK}"),
        ("２０:57", f"'２０:57' has digits other than 0 to 9: {CLOCK}"),
        (45_000, f"a clock time is expected here, not 45000: {CLOCK}"),
    ],
)
def test_clocks_refused(value: object, message: str) -> None:
    assert refused(parse_clock, value) == message


def test_a_bare_clock_is_the_first_such_time_at_or_after_the_start() -> None:
    assert resolve_clock(time(20, 57), START, HORIZON) == 13 * 60
    assert resolve_clock(time(20, 44), START, HORIZON) == 0
    assert resolve_clock(time(0, 30), START, HORIZON) == (3 * 60 + 46) * 60
    assert resolve_clock(time(20, 43), START, 86_400.0) == 86_340
    assert resolve_clock(datetime(2012, 6, 15, 4, 0, tzinfo=UTC), START, HORIZON) == 16 * 60


@pytest.mark.parametrize(
    ("clock", "horizon", "message"),
    [
        (
            time(20, 57),
            86_401.0,
            "'20:57:00' comes more than once within a horizon of more than 24 h: write the full time, such as '2012-06-14T20:57:00-07:00'",
        ),
        (
            START - timedelta(seconds=1),
            HORIZON,
            "'2012-06-14T20:43:59-07:00' is before the start '2012-06-14T20:44:00-07:00': choose an earlier start or a later time",
        ),
        (time(20, 43), HORIZON, "'20:43:00' is after the horizon, 12 h from the start: choose a longer horizon"),
    ],
)
def test_times_outside_the_run_are_refused(clock: datetime | time, horizon: float, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        resolve_clock(clock, START, horizon)
    assert str(caught.value) == message


def test_a_start_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="'2012-06-14T20:44:00' has no offset: give the time with an offset, such as '-07:00'"):
        resolve_clock(time(20, 57), START.replace(tzinfo=None), HORIZON)


def test_no_hour_vanishes_at_a_change_of_summer_time() -> None:
    start = datetime(2012, 11, 3, 22, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert format_clock(6 * 3_600.0, start) == "2012-11-04T04:00:00-07:00"
    assert resolve_clock(time(4, 0), start, HORIZON) == 6 * 3_600


def test_clocks_print() -> None:
    assert format_clock(780.0, START) == "2012-06-14T20:57:00-07:00"
    assert format_clock(780.25, START) == "2012-06-14T20:57:00.250000-07:00"
    assert format_clock(LONGEST_DURATION, START) == "3012-06-22T20:44:00-07:00"


@pytest.mark.parametrize("seconds", [1e18, math.inf, math.nan, LONGEST_DURATION])
def test_times_beyond_the_calendar_are_refused(seconds: float) -> None:
    late = START.replace(year=9_500)
    with pytest.raises(ValueError, match="is no year between 1 and 9999: choose an earlier start or a shorter horizon"):
        format_clock(seconds, late)
    with pytest.raises(ValueError, match="is no year between 1 and 9999"):
        resolve_clock(time(0, 0), datetime(9_999, 12, 31, 12, 0, tzinfo=UTC), HORIZON)


@given(st.integers(0, 86_400 * 10**6 - 1))
def test_clocks_return_through_the_grain_of_the_clock(microseconds: int) -> None:
    t = round_time(microseconds / 1e6)
    back = parse_clock(format_clock(t, START))
    assert round_time(resolve_clock(back, START, 86_400.0)) == t


@given(st.floats(-1e9, 1e9))
def test_rounded_times_lie_on_the_grain(t: float) -> None:
    rounded = round_time(t)
    assert (rounded * 2**20).is_integer()
    assert abs(rounded - t) <= 2**-21
    assert round_time(rounded) == rounded


@pytest.mark.parametrize("t", [math.nan, math.inf])
def test_what_is_no_time_is_not_rounded(t: float) -> None:
    with pytest.raises(ValueError, match=f"{t} is not a time: give a finite number of seconds"):
        round_time(t)


almost = st.text(alphabet="0123456789.eE+-:/,_ %smhdinPTZM", max_size=20)


@pytest.mark.parametrize("parse", [parse_duration, parse_share, parse_rate, parse_count, parse_clock])
@given(value=almost | st.text(max_size=30) | st.none() | st.booleans() | st.integers() | st.floats() | st.lists(st.text(max_size=3)))
def test_nothing_but_a_value_or_a_refusal_comes_out(parse: Callable[[object], object], value: object) -> None:
    try:
        parse(value)
    except ValueError as error:
        refusal = str(error)
    else:
        refusal = "read: fine"
    assert ": " in refusal
    assert refusal.isprintable()
