"""A factor that follows the hours of the day: linear from each given hour to the next and around midnight."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

DAY = 86_400.0


class Profile:
    """The factor as a function of seconds since the start of a run, with its integral and the inverse of that.

    `knots` are (second of the day, factor); none means a factor of one. `start` is the second of the day at which the run begins.
    """

    __slots__ = ("_sums", "_times", "_values")

    def __init__(self, knots: Sequence[tuple[float, float]], *, start: float, horizon: float) -> None:
        ordered = sorted(knots) or [(0.0, 1.0)]
        ends = {0.0, horizon}
        days = range(-1, math.ceil((start + horizon) / DAY) + 1)
        ends.update(t for day in days for hour, _ in ordered if 0.0 < (t := hour + day * DAY - start) < horizon)
        self._times = sorted(ends)
        self._values = [_at((start + t) % DAY, ordered) for t in self._times]
        self._sums = [0.0]
        for n in range(1, len(self._times)):
            mean = (self._values[n - 1] + self._values[n]) / 2.0
            self._sums.append(self._sums[-1] + mean * (self._times[n] - self._times[n - 1]))

    def between(self, since: float, until: float) -> float:
        """The factor summed up from one instant to a later one, in seconds."""
        return self._sum(until) - self._sum(since)

    def reaches(self, since: float, amount: float) -> float:
        """The instant at which so much has been summed up since another one; infinite where that is beyond the horizon."""
        target = self._sum(since) + amount
        if target >= self._sums[-1]:
            return math.inf
        n = bisect_right(self._sums, target) - 1
        at, low = self._times[n], self._values[n]
        slope = (self._values[n + 1] - low) / (self._times[n + 1] - at)
        left = target - self._sums[n]
        if left <= 0.0:
            return at
        # low * s + slope * s^2 / 2 = left, in the form that stays exact for a slope near zero
        return at + 2.0 * left / (low + math.sqrt(max(0.0, low * low + 2.0 * slope * left)))

    def _sum(self, t: float) -> float:
        n = min(bisect_right(self._times, t), len(self._times) - 1) - 1
        s = t - self._times[n]
        slope = (self._values[n + 1] - self._values[n]) / (self._times[n + 1] - self._times[n])
        return self._sums[n] + self._values[n] * s + slope * s * s / 2.0


def _at(hour: float, knots: Sequence[tuple[float, float]]) -> float:
    around = [(knots[-1][0] - DAY, knots[-1][1]), *knots, (knots[0][0] + DAY, knots[0][1])]
    for (low, a), (high, b) in pairwise(around):
        if low <= hour <= high:
            return a + (b - a) * (hour - low) / (high - low) if high > low else a
    raise AssertionError(hour)
