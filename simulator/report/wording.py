"""Figures as people read them in a table."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.ensemble.stops import Stopped

CASES = {
    "hit": "placed where the failure strikes",
    "missed": "placed elsewhere",
    "average": "over all zones it may have got",
    "any": "in zones of which none fails",
}
"""What each case means. They answer three different questions."""
ALONE = "Minutes in one replication, which has no interval."
FIXED = "fixed"
"""The case of a tenant of which it is known where it stood, so that no placement is a choice."""

_MINUTE, _HOUR = 60.0, 3600.0
# Not strftime: the same everywhere, whatever the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def placed(case: str, placement: Mapping[str, str]) -> str:
    """`hit: placed where the failure strikes; a in region/zone-1.`"""
    roles = ", ".join(f"{role} in {zone}" for role, zone in placement.items())
    return f"Placed where it stood: {roles}." if case == FIXED else f"{case}: {CASES.get(case, '')}; {roles}."


def minutes(value: float) -> str:
    """Minutes with one decimal, from a hundred on without."""
    if not math.isfinite(value):
        return "never"
    text = f"{value:,.1f}" if abs(value) < 99.95 else f"{value:,.0f}"
    return text.removeprefix("-") if text == "-0.0" else text


def count(value: float) -> str:
    """How many people, or hours of people, to three digits: `12.5`, `1,240`, `27,000,000`."""
    if not value or not math.isfinite(value):
        return "never" if value else "0"
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:,.3g}"


def percent(share: float) -> str:
    """A share with at most one decimal, that reads 0 % or 100 % only where it is so."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    if text == "100" and share < 1:
        return "> 99.9 %"
    if text in ("0", "-0") and share > 0:
        return "< 0.1 %"
    return f"{text.removeprefix('-') if text == '-0' else text} %"


def clock(at: float, start: datetime, *, seconds: bool = False) -> str:
    """The clock that many seconds after the start, in the start's own offset; with the day where it is another one than the start's."""
    if not math.isfinite(at):
        return "never"
    grain = 1.0 if seconds else _MINUTE
    try:
        # From midnight on, so that the start's own seconds do not shift the rounding.
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = midnight + timedelta(seconds=grain * round(((start - midnight).total_seconds() + at) / grain))
    except OverflowError:
        return f"{at / 86_400:,.0f} d after the start"
    text = f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"
    return text if moment.date() == start.date() else f"{moment.day} {_MONTHS[moment.month - 1]} {text}"


def quantity(value: float | None, unit: str, start: datetime, *, like: float | None = None) -> str:
    """A measured quantity with its unit; a duration in the unit that suits `like`, so that a range reads in one unit."""
    if value is None:
        return ""
    if unit == "clock":
        return clock(value, start)
    if not math.isfinite(value):
        return "never"
    if unit == "duration":
        number, name = _duration(value, abs(value) if like is None else like)
        return f"{number} {name}"
    if unit == "share":
        return percent(value)
    if unit == "holds":
        return "holds" if value else "does not hold"
    return plain_number(value)


def plain_number(value: float) -> str:
    """A plain number to three digits, never with an exponent where it is large: `0.134`, `7.35`, `1,000`, `78,800,000`."""
    return count(value) if abs(value) >= 100 else f"{value:.3g}"


def as_written(low: str, high: str) -> str:
    """A range as its file writes it; a unit that both ends have stands once, at the end: `1 min–24 h`, `14.4–21.6 min`, `2–1000`."""
    first, gap, unit = low.partition(" ")
    return f"{first}–{high}" if gap and high.endswith(f" {unit}") else f"{low}–{high}"


def span(low: float | None, high: float | None, unit: str, start: datetime) -> str:
    """A range; its unit stands once, at its end."""
    if low is None or high is None:
        return ""
    if unit == "holds":
        return quantity(high, unit, start)
    largest = max((abs(end) for end in (low, high) if math.isfinite(end)), default=0.0)
    first, last = (quantity(end, unit, start, like=largest) for end in (low, high))
    number, gap, name = first.partition(" ")
    if unit in ("duration", "share") and gap and last.endswith(f" {name}") and not first.startswith((">", "<")):
        first = number
    return f"{first}–{last}"


def _duration(seconds: float, like: float) -> tuple[str, str]:
    if like < 2 * _MINUTE:
        return f"{seconds:.0f}", "s"
    if 0.0 < abs(seconds) < 0.5 * (_MINUTE if like < 4 * _HOUR else _HOUR):
        # Far below the other end of its range: in the unit of that one, nothing would be left of it.
        return _duration(seconds, abs(seconds))
    if like < 4 * _HOUR:
        return f"{seconds / _MINUTE:.1f}".removesuffix(".0"), "min"
    return f"{seconds / _HOUR:.1f}".removesuffix(".0"), "h"


def replayed(count: int, stopped: "Stopped | None" = None) -> str:
    """How often was replayed, and until when."""
    times = f"{count:,} replication{'s' if count != 1 else ''}"
    return times if stopped is None or not stopped.met else f"{times}, until {stopped.precision}"


def means_of(stopped: "Stopped | None", count: int) -> str:
    """What minutes in a table are, and what their intervals mean."""
    if count == 1:
        return ALONE
    if stopped is None:
        return "Minutes, as means over the replications with the 95 % interval of the mean."
    looks = "a look" if stopped.look == 1 else f"{stopped.look} looks"
    sure = f"the 95 % interval of the mean, which covers after {looks} at whether they are enough"
    return f"Minutes, as means over the replications with {sure}."
