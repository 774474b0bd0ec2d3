"""Quantities as people write them (`82 min`, `7 %`, `40/min`, `20:57`) and as azsim computes with them.

Inside, time is seconds as float, a share is a fraction of 1, a rate is per second. Outside, every quantity carries its unit.
Each `parse_*` raises ValueError with the fact and the remedy in one sentence; each `format_*` prints a short text that
its parser reads back to the identical float.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta, timezone
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

LONGEST_YEARS = 1_000
LONGEST_DURATION = LONGEST_YEARS * 365.25 * 86_400.0
"""1,000 years of 365.25 days, in seconds: no horizon and no delay is longer."""
LARGEST_RATE = 1e12
LARGEST_COUNT = 10**12
DAY = 86_400.0

_TICKS = 2.0**20  # ticks of the simulated clock in a second
_LONGEST_TEXT = 100
_SHOWN = 40
_LONG_NUMBER = 8
_NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?"
_UNITS = {"d": Fraction(86_400), "h": Fraction(3_600), "min": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1_000)}
_SPELLINGS = {**_UNITS, "m": Fraction(60)}
_ISO_UNITS = {"D": Fraction(86_400), "H": Fraction(3_600), "M": Fraction(60), "S": Fraction(1)}
_PER = {unit: 1 / _UNITS[unit] for unit in ("s", "min", "h", "d")}
_PART = re.compile(rf"({_NUMBER}) *(ms|min|[mshd])")
_DURATION = re.compile(rf"(?:{_PART.pattern} *)+")
_ISO_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([DHMS])")
_ISO = re.compile(r"P(?=.)(?:[0-9.]+D)?(?:T(?=.)(?:[0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?)?")
_RATE = re.compile(rf"({_NUMBER}) */ *(s|min|h|d)")
_SHARE = re.compile(rf"({_NUMBER})( *%)?")
_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:_[0-9]{3})+")
_CLOCK = re.compile(
    r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2})T)?((?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def refusal(fact: str, remedy: str) -> ValueError:
    """The error of every parser: what is wrong, then what to write instead."""
    return ValueError(f"{fact}: {remedy}")


def shown(value: object) -> str:
    """A value as error messages quote it: escaped, so that it cannot act on a terminal, and cut to a readable length."""
    if isinstance(value, int) and abs(value) > LARGEST_COUNT:
        return f"{Decimal(value):.6g}"
    text = repr(value[: _SHOWN + 1] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _number(value: object) -> float | int | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: object, what: str, remedy: str) -> str:
    """The text of a leaf, without surrounding spaces; whatever is no text, or cannot be a quantity at a glance, is refused."""
    if not isinstance(value, str):
        kinds = {dict: "a mapping", list: "a list", bool: "true or false", type(None): "nothing"}
        raise refusal(f"{what} is expected here, not {kinds.get(type(value)) or shown(value)}", remedy)
    text = value.strip(" ")
    if len(text) > _LONGEST_TEXT:
        raise refusal(f"{shown(text)} is longer than {_LONGEST_TEXT} characters", remedy)
    if any(c.isnumeric() and not c.isascii() for c in text):
        raise refusal(f"{shown(text)} has digits other than 0 to 9", remedy)
    if re.match(r"-[ 0-9.]", text):
        raise refusal(f"{shown(text)} is negative", remedy)
    return text


def _as_float(exact: Fraction, text: object) -> float:
    """The nearest float. A number too small for one is refused, because it would silently become zero."""
    value = float(exact)
    if exact and not value:
        raise refusal(f"{shown(text)} is too small to tell from zero", "write 0 with its unit, or a larger number")
    return value


@lru_cache(maxsize=8192)  # a world says the same few numbers thousands of times
def _shortest(value: float, scale: Fraction) -> str:
    """The shortest decimal x for which x times scale is read as exactly this float; 17 digits always do."""
    wide = Context(prec=60)
    quotient = wide.divide(wide.multiply(Decimal(value), Decimal(scale.denominator)), Decimal(scale.numerator))
    for digits in range(1, 18):
        rounded = Context(prec=digits).plus(quotient)
        if float(Fraction(rounded) * scale) == value:
            break
    rounded = rounded.normalize(wide)
    return min(f"{rounded:f}", f"{rounded:e}".replace("e+", "e"), key=len)


def _best_unit(value: float, units: Mapping[str, Fraction]) -> tuple[str, str]:
    """The number and the unit with the fewest characters before the unit; the earlier unit wins a tie.

    A number that is long in every unit is no easier to read in days, and stays in seconds.
    """

    def length(candidate: tuple[str, str]) -> int:
        number, unit = candidate
        # A person reads "1.5 h" as easily as "90 min".
        return len(number) - bool(unit == "h" and re.fullmatch(r"[1-9]\.5", number))

    best = min(((_shortest(value, scale), unit) for unit, scale in units.items()), key=length)
    return best if len(best[0]) <= _LONG_NUMBER else (_shortest(value, Fraction(1)), "s")


# --- durations ---------------------------------------------------------------------------------------------------------

_DURATION_REMEDY = "write a number and a unit (ms, s, min, h, d), such as '82 min' or '1 h 30 min'"


def parse_duration(text: object) -> float:
    """Seconds, from `90 s`, `82 min`, `4 h`, `30 d`, `250 ms`, `0.5 h`, `1h30m`, `1 h 30 min` or ISO 8601 (`PT30M`, `P1DT2H`).

    Parts go from the largest unit to the smallest, each once; only the last may have decimals. From 0 to 1,000 years. A bare
    number, `1M` and `1:30` are refused, because programs disagree about what they mean.
    """
    if (bare := _number(text)) is not None:
        raise refusal(f"{shown(bare)} has no unit", "write for example '90 s', '82 min' or '4 h'")
    plain = _text(text, "a duration", _DURATION_REMEDY)
    parts = _duration_parts(plain)
    sizes = [size for _, size in parts]
    if sizes != sorted(set(sizes), reverse=True):
        raise refusal(f"{shown(plain)} does not go from the largest unit to the smallest, each once", "write for example '1 h 30 min'")
    if any(number.denominator != 1 for number, _ in parts[:-1]):
        raise refusal(f"{shown(plain)} has decimals before its last unit", "write for example '1.5 h' or '1 h 30 min'")
    exact = sum((number * size for number, size in parts), Fraction(0))
    if exact > Fraction(LONGEST_DURATION):
        raise refusal(f"{shown(plain)} is longer than {LONGEST_YEARS:,} years", "write at most '365250 d'")
    return _as_float(exact, plain)


def _duration_parts(plain: str) -> list[tuple[Fraction, Fraction]]:
    """The numbers of a duration with the seconds in their units."""
    if _DURATION.fullmatch(plain):
        return [(Fraction(number), _SPELLINGS[unit]) for number, unit in _PART.findall(plain)]
    if _ISO.fullmatch(plain) and ".." not in plain:
        parts = _ISO_PART.findall(plain)
        if "".join(number + unit for number, unit in parts) == plain[1:].replace("T", ""):
            return [(Fraction(number), _ISO_UNITS[unit]) for number, unit in parts]
    if re.fullmatch(_NUMBER, plain):
        raise refusal(f"{shown(plain)} has no unit", f"write for example '{plain} s' or '{plain} min'")
    if ambiguous := re.fullmatch(rf"({_NUMBER}) *M", plain):
        raise refusal(f"{shown(plain)} is ambiguous", f"write '{ambiguous[1]} min' or '30 d'")
    if colon := re.fullmatch(r"([0-9]+):([0-9]+)", plain):
        left, right = colon[1], colon[2]
        raise refusal(f"{shown(plain)} is ambiguous", f"write '{left} h {right} min' or '{left} min {right} s'")
    raise refusal(f"{shown(plain)} is not a duration", _DURATION_REMEDY)


def format_duration(seconds: float) -> str:
    """A short number with one unit that `parse_duration` reads back to exactly these seconds: `82 min`, `1.5 h`, `250 ms`."""
    if not 0 <= seconds <= LONGEST_DURATION:
        raise refusal(f"{shown(seconds)} seconds is not a duration", f"it lies between 0 and {LONGEST_YEARS:,} years")
    if not seconds:
        return "0 s"
    return " ".join(_best_unit(seconds, _UNITS))


# --- shares, rates, counts ---------------------------------------------------------------------------------------------

_SHARE_REMEDY = "write a share between '0 %' and '100 %', such as '7 %' or 0.07"
_RATE_REMEDY = "write a number per unit of time (s, min, h, d), such as '40/min'"
_COUNT_REMEDY = f"write a whole number between 0 and {LARGEST_COUNT:,}, such as 16900 or '16,900'"


def parse_share(text: object) -> float:
    """A part of a whole, between 0 and 1, from `7 %` or from a number such as 0.07."""
    number, percent = _number(text), False
    if number is None:
        plain = _text(text, "a share", _SHARE_REMEDY)
        match = _SHARE.fullmatch(plain)
        if not match:
            raise refusal(f"{shown(plain)} is not a share", _SHARE_REMEDY)
        exact, percent = Fraction(match[1]), bool(match[2])
    elif not 0 <= number < math.inf:
        raise refusal(f"{shown(number)} is not a share", _SHARE_REMEDY)
    else:
        exact = Fraction(number)
    share = exact / 100 if percent else exact
    if share > 1:
        if percent or share > 100:
            raise refusal(f"{shown(text)} is more than the whole", "write at most '100 %'")
        raise refusal(f"{shown(text)} is more than the whole", f"write '{str(text).strip()} %'")
    return _as_float(share, text)


def format_share(share: float) -> str:
    """The shortest percentage that `parse_share` reads back to exactly this share: `7 %`."""
    if not 0 <= share <= 1:
        raise refusal(f"{shown(share)} is not a share", "it lies between 0 and 1")
    return f"{_shortest(share, Fraction(1, 100))} %"


def parse_rate(text: object) -> float:
    """How often per second, from `1/s`, `40/min`, `0.0153/h` or `3/d`; from 0 to 10^12 per second."""
    if (bare := _number(text)) is not None:
        raise refusal(f"{shown(bare)} has no unit of time", "write for example '40/min' or '3/h'")
    plain = _text(text, "a rate", _RATE_REMEDY)
    match = _RATE.fullmatch(plain)
    if not match:
        if re.fullmatch(_NUMBER, plain):
            raise refusal(f"{shown(plain)} has no unit of time", f"write for example '{plain}/min' or '{plain}/h'")
        raise refusal(f"{shown(plain)} is not a rate", _RATE_REMEDY)
    exact = Fraction(match[1]) * _PER[match[2]]
    if exact > LARGEST_RATE:
        raise refusal(f"{shown(plain)} is too high", "write at most '1e12/s'")
    return _as_float(exact, plain)


def format_rate(per_second: float) -> str:
    """A short rate that `parse_rate` reads back to exactly this float: `40/min`, `0.0153/h`."""
    if not 0 <= per_second <= LARGEST_RATE:
        raise refusal(f"{shown(per_second)} per second is not a rate", "it lies between 0 and 1e12")
    return "/".join(_best_unit(per_second, _PER)) if per_second else "0/s"


def parse_count(text: object) -> int:
    """How many, from 16900, `16900`, `16,900` or `16_900`; a float only when it is whole. From 0 to 10^12."""
    number = _number(text)
    if number is None:
        plain = _text(text, "a count", _COUNT_REMEDY)
        if not _COUNT.fullmatch(plain):
            raise refusal(f"{shown(plain)} is not a whole number", _COUNT_REMEDY)
        number = int(re.sub("[,_]", "", plain))
    elif isinstance(number, float) and not number.is_integer():
        raise refusal(f"{shown(number)} is not a whole number", _COUNT_REMEDY)
    if not 0 <= number <= LARGEST_COUNT:
        fact = "is negative" if number < 0 else "is too many"
        raise refusal(f"{shown(text)} {fact}", _COUNT_REMEDY)
    return int(number)


# --- times -------------------------------------------------------------------------------------------------------------

_CLOCK_REMEDY = "write '20:57', '20:57:30' or a full time with its offset, such as '2026-06-14T20:44-07:00'"
_LATEST_REMEDY = "choose an earlier start or a shorter horizon"


def parse_clock(text: object) -> datetime | time:
    """A full ISO 8601 time with its offset (`2026-06-14T20:44-07:00`, `...Z`), or a bare clock (`20:57`, `20:57:30`) as a naive time."""
    plain = _text(text, "a clock time", _CLOCK_REMEDY)
    match = _CLOCK.fullmatch(plain)
    if not match:
        raise refusal(f"{shown(plain)} is not a clock time", _CLOCK_REMEDY)
    date, clock, offset = match.groups()
    if date and not offset:
        raise refusal(f"{shown(plain)} has no offset", f"write for example '{plain}Z' or '{plain}-07:00'")
    if offset and not date:
        raise refusal(f"{shown(plain)} has an offset but no date", _CLOCK_REMEDY)
    try:
        moment = datetime.fromisoformat(plain) if date else time.fromisoformat(clock)
    except ValueError:
        raise refusal(f"{shown(plain)} does not exist in the calendar or on the clock", _CLOCK_REMEDY) from None
    # At its very ends the calendar has no room for another offset.
    if isinstance(moment, datetime) and not 1 < moment.year < 9999:
        raise refusal(f"{shown(plain)} is no year between 2 and 9998", "choose another year")
    return moment


def resolve_clock(clock: datetime | time, start: datetime, horizon: float) -> float:
    """Seconds from the start to a clock time, which lies between the start and the horizon.

    A bare clock is the first such time at or after the start, in the start's own offset. ValueError when the time lies outside
    the run, and for a bare clock when the horizon exceeds 24 h, because the clock would then show it more than once.
    """
    start = _with_fixed_offset(start)
    if isinstance(clock, datetime):
        moment, name = _with_fixed_offset(clock), clock.isoformat()
    else:
        name = clock.isoformat()
        example = datetime.combine(start.date(), clock, start.tzinfo).isoformat()
        if horizon > DAY:
            raise refusal(f"'{name}' comes more than once within a horizon of more than 24 h", f"write the full time, such as '{example}'")
        moment = datetime.combine(start.date(), clock, start.tzinfo)
        if moment < start:
            moment = _later(moment, DAY)
    seconds = (moment - start).total_seconds()
    if seconds < 0:
        raise refusal(f"'{name}' is before the start '{start.isoformat()}'", "choose an earlier start or a later time")
    if seconds > horizon:
        raise refusal(f"'{name}' is after the horizon, {format_duration(horizon)} from the start", "choose a longer horizon")
    return seconds


def format_clock(seconds: float, start: datetime) -> str:
    """The time that many seconds after the start, as ISO 8601 in the start's offset, to the microsecond where it is not whole."""
    moment = _later(_with_fixed_offset(start), seconds)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds")


def _with_fixed_offset(moment: datetime) -> datetime:
    """The same time with a constant offset: a named time zone would make an hour vanish at a change of summer time."""
    offset = moment.utcoffset()
    if offset is None:
        raise refusal(f"'{moment.isoformat()}' has no offset", "give the time with an offset, such as '-07:00'")
    return moment.astimezone(timezone(offset))


def _later(moment: datetime, seconds: float) -> datetime:
    try:
        return moment + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        raise refusal(f"{shown(seconds)} s from '{moment.isoformat()}' is no year between 1 and 9999", _LATEST_REMEDY) from None


def round_time(t: float) -> float:
    """Seconds, to the nearest multiple of 2^-20 s: the grain of the simulated clock, fine enough for any microsecond."""
    try:
        return round(t * _TICKS) / _TICKS
    except (OverflowError, ValueError):
        raise refusal(f"{shown(t)} is not a time", "give a finite number of seconds") from None
