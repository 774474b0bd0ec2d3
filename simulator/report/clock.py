"""The clock under a picture: seconds since the start, labelled in the scenario's own offset; and durations as people say them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from matplotlib.axes import Axes

from simulator.report.style import GREY, SMALL, width_of

_DAY = 86_400.0
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200)
_STEPS_OF_DAYS = (1, 2, 7, 14, 28, 91, 182, 365, 730, 1826, 3652, 9131, 18_262, 36_525, 91_312)
# Not strftime: pictures are the same wherever they are drawn, whatever the language of the machine.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
STILL = 0.005
"""A curve that keeps within this of its last value has come to rest."""
_PADDING = 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """The stretch of the simulated time that a picture shows, in seconds since `start`, of a run that lasts `horizon` seconds."""

    start: datetime
    low: float
    high: float
    horizon: float
    still: float = STILL

    def across(self, seconds: float) -> float:
        """Where an instant lies, from 0 at the left edge to 1 at the right one."""
        return (seconds - self.low) / (self.high - self.low)

    def note(self) -> str | None:
        """What is to be said of the part that is left out, if one is."""
        if self.high >= self.horizon:
            return None
        return (
            f"Simulated until {clock_text(self.start, self.horizon, dated=True)}; "
            f"after {clock_text(self.start, self.high, dated=True)} nothing shown here changes by more than {self.still * 100:g} %."
        )


def window_of(
    start: datetime,
    horizon: float,
    curves: Iterable[tuple[tuple[float, ...], tuple[float, ...]]],
    marks: Iterable[float],
    *,
    still: float = STILL,
) -> Window:
    """From just before the first thing that happens until just after the last curve has come to rest; all of it where that is most."""
    first, last = horizon, 0.0
    for seconds in marks:
        first, last = min(first, seconds), max(last, seconds)
    for times, values in curves:
        moved = [i for i in range(1, len(values)) if _moves(values[i - 1], values[0], still) or _moves(values[i], values[0], still)]
        late = [i for i in range(1, len(values)) if _moves(values[i - 1], values[-1], still)]
        if moved:
            first = min(first, times[moved[0]])
        if late:
            last = max(last, times[late[-1]])
    if first >= last:
        return Window(start=start, low=0.0, high=horizon, horizon=horizon, still=still)
    padding = (last - first) * _PADDING
    # Whole minutes, since the edges are told in words too.
    grain = next((g for g in (900.0, 300.0, 60.0) if last - first > 20 * g), 1.0)
    low = max(0.0, math.floor((first - padding) / grain) * grain)
    high = min(horizon, math.ceil((last + padding) / grain) * grain)
    if high - low > 0.9 * horizon:
        low, high = 0.0, horizon
    return Window(start=start, low=low, high=high, horizon=horizon, still=still)


def _moves(a: float, b: float, still: float) -> bool:
    return math.isnan(a) != math.isnan(b) or abs(a - b) > still


def duration_text(minutes: float) -> str:
    """Minutes as people say them, to three digits or so: `0.4 min`, `45 min`, `2 h 13 min`, `3 d 4 h`."""
    if minutes < 9.95:
        return "0 min" if minutes < 0.05 else f"{minutes:.1f} min"
    whole = round(minutes)
    if whole < 60:
        return f"{whole} min"
    if whole < 48 * 60:
        return _two(whole // 60, "h", whole % 60, "min")
    hours = round(minutes / 60)
    return _two(hours // 24, "d", hours % 24, "h")


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large:,} {large_unit} {small} {small_unit}" if small else f"{large:,} {large_unit}"


def clock_text(start: datetime, seconds: float, *, dated: bool = False) -> str:
    """The clock at an instant: `20:04`, `20:04:30`, with `dated` or on another day than the start's `30 Jun 00:10`."""
    moment = _moment(start, seconds)
    if moment is None:
        return f"{seconds / _DAY:,.0f} d after the start"
    text = f"{moment:%H:%M}" if moment.second == 0 else f"{moment:%H:%M:%S}"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {text}" if dated or moment.date() != start.date() else text


def offset_text(start: datetime) -> str:
    """`UTC−07:00`, or nothing where the start has no offset."""
    offset = start.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    return f"UTC{'−' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def date_text(start: datetime) -> str:
    """`29 Jun 2012`."""
    return f"{start.day} {_MONTHS[start.month - 1]} {start.year}"


def axis_text(start: datetime) -> str:
    """The label of a clock axis: which day, and which offset."""
    return ", ".join(part for part in (f"clock time from {date_text(start)}", offset_text(start)) if part)


def _moment(start: datetime, seconds: float) -> datetime | None:
    try:
        return (start + timedelta(seconds=seconds)).replace(microsecond=0)
    except OverflowError:
        return None


def ticks(window: Window, room: float) -> list[tuple[float, str]]:
    """Instants on round clock times with their labels, as many as stand beside each other in `room` inches; days under their first."""
    per_label = width_of("00:00:00", SMALL) + 0.12
    most = max(1, int(room / per_label))
    span = window.high - window.low
    steps = (*_STEPS, *(days * _DAY for days in _STEPS_OF_DAYS))
    step = float(next((s for s in steps if span / s <= most), steps[-1]))
    midnight = window.start.replace(hour=0, minute=0, second=0, microsecond=0)
    since_midnight = (window.start - midnight).total_seconds()
    first = math.ceil((window.low + since_midnight) / step - 1e-9)
    last = math.floor((window.high + since_midnight) / step + 1e-9)
    instants = [i * step - since_midnight for i in range(first, last + 1)]
    days = [(t + since_midnight) // _DAY for t in instants]
    return [(t, _label(window.start, t, step, new_day=i == 0 or days[i] != days[i - 1])) for i, t in enumerate(instants)]


def _label(start: datetime, seconds: float, step: float, *, new_day: bool) -> str:
    moment = _moment(start, seconds)
    if moment is None:
        return f"{seconds / _DAY:,.0f} d"
    day = f"{moment.day} {_MONTHS[moment.month - 1]}"
    if step >= _DAY:
        return f"{day}\n{moment.year}"
    clock = f"{moment:%H:%M:%S}" if step < 60 else f"{moment:%H:%M}"
    return f"{clock}\n{day}" if new_day else clock


def clock_axis(axes: Axes, window: Window, room: float, *, labelled: bool) -> None:
    """Give a panel `room` inches wide the clock as its axis; only the lowest panel of a column carries the labels."""
    marks = ticks(window, room)
    axes.set_xlim(window.low, window.high)
    # All have two lines, else those with a day would hang a little lower than the others.
    texts = [text if "\n" in text else f"{text}\n " for _, text in marks]
    axes.set_xticks([t for t, _ in marks], texts if labelled else [""] * len(marks))
    axes.tick_params(axis="x", length=3, pad=4)
    if labelled:
        axes.set_xlabel(axis_text(window.start), fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
