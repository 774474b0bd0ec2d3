"""How a failure spreads: when how much is down, whether it still grows, what is gone for good, and what else it takes along.

Times in seconds. What happens at one instant counts together: a share is judged once all of that instant has happened.
"""

import math
from itertools import pairwise

from simulator.measures.cohorts import Owners, number_down, served_curve, units_of
from simulator.measures.curves import SLACK, Steps, is_below, segments, value_at
from simulator.measures.index import TraceIndex


def time_down(index: TraceIndex, owners: Owners, share: float, *, base: Owners | None = None) -> float | None:
    """When so large a share of the units of `base` (of the components themselves) was first down; None where it never was."""
    level = share * units_of(index, owners if base is None else base) * (1 - SLACK)
    return next((t for t, _, down in segments(number_down(index, owners)) if down >= level), None) if level > 0 else None


def rises(index: TraceIndex, owners: Owners, since: float, until: float) -> bool | None:
    """Whether the number down never falls within [since, until], and is higher at its end than at its start; None without units."""
    units = units_of(index, owners)
    if units <= 0:
        return None
    curve = number_down(index, owners)
    values = [value_at(curve, t) for t in _instants([curve], since, until)]
    never_falls = all(b >= a - SLACK * units for a, b in pairwise(values))
    return never_falls and values[-1] > values[0] + SLACK * units


def more_down(index: TraceIndex, owners: Owners, others: Owners, since: float, until: float) -> bool | None:
    """Whether at every instant of [since, until] no larger share of the others is down; None where nothing is, of the one or the other."""
    ours, theirs = units_of(index, owners), units_of(index, others)
    if ours <= 0 or theirs <= 0:
        return None
    mine, other = number_down(index, owners), number_down(index, others)
    pairs = [(value_at(mine, t) / ours, value_at(other, t) / theirs) for t in _instants([mine, other], since, until)]
    return all(a >= b - SLACK for a, b in pairs) if any(a > 0 or b > 0 for a, b in pairs) else None


def _instants(curves: list[Steps], since: float, until: float) -> list[float]:
    """The instants of [since, until] at which one of the curves has another value than before, and both ends."""
    return [since, *sorted({t for curve in curves for t in curve.times if since < t < until}), until]


def lost_for_good(index: TraceIndex, owners: Owners, *, base: Owners | None = None) -> float | None:
    """Units that never come back over the units of `base` (of the components themselves); None without units."""
    units = units_of(index, owners if base is None else base)
    records = index.trace.records
    lost = math.fsum(records[i][3] for owner in dict.fromkeys(owners) for i in index.of(owner, "lost"))
    return lost / units if units > 0 else None


def first_unserved(index: TraceIndex, owner: str, after: float = 0.0) -> float | None:
    """The first instant from `after` on at which it does not serve in full; None where it always does."""
    return next((max(a, after) for a, b, v in segments(served_curve(index, owner)) if b > after and is_below(v, 1.0)), None)


def first_served(index: TraceIndex, owner: str, after: float = 0.0) -> float | None:
    """The first instant from `after` on at which it serves in full; None where it never does again.

    What has no record has not changed, and counts as serving: the trace does not say what was switched off all the time.
    """
    return next((max(a, after) for a, b, v in segments(served_curve(index, owner)) if b > after and not is_below(v, 1.0)), None)
