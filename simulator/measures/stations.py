"""How long a job would wait at a station: it jumps when work arrives, and between arrivals falls by a second per second, down to zero.

Every function takes the station's entries of the trace, (instant, wait of a job that arrives just then), in order of time. Seconds.
"""

from collections.abc import Sequence

Waits = Sequence[tuple[float, float]]


def wait_at(waits: Waits, t: float) -> float:
    """The wait of a job that arrives at `t`; what arrived at that instant before it is ahead of it."""
    last = next((entry for entry in reversed(waits) if entry[0] <= t), None)
    return _fallen(last, t)


def wait_before(waits: Waits, t: float) -> float:
    """The wait just before `t`, without what arrives at that instant."""
    last = next((entry for entry in reversed(waits) if entry[0] < t), None)
    return _fallen(last, t)


def _fallen(entry: tuple[float, float] | None, t: float) -> float:
    return 0.0 if entry is None else max(0.0, entry[1] - (t - entry[0]))


def peak_wait(waits: Waits) -> float:
    """The longest wait ever: between entries it only falls."""
    return max((wait for _, wait in waits), default=0.0)


def first_exceeds(waits: Waits, level: float) -> float | None:
    """The first instant at which the wait is longer than the level; None where it never is."""
    return next((time for time, wait in waits if wait > level), None)


def growth(waits: Waits, start: float, stop: float) -> float:
    """By how much the wait grew over [start, stop), in seconds: what arrives at `stop` comes after it."""
    return wait_before(waits, stop) - wait_before(waits, start)


def steepens(waits: Waits, around: float, over: float) -> bool:
    """Whether the wait grows faster in the window of this length after the instant than in the one before it."""
    return growth(waits, around, around + over) > growth(waits, around - over, around)
