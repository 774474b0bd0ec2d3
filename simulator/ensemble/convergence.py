"""Where served shares were not found to within the tolerance: the worst of each tenant, as warnings."""

from collections.abc import Iterable
from datetime import datetime

from simulator.units import format_clock

Unsettled = tuple[float, str, str, float]
"""(time in seconds, label of the tenant, node that moved most, error of the served share)."""


def worst_of(unsettled: Iterable[Unsettled]) -> tuple[Unsettled, ...]:
    """Of each tenant the instant at which its served share may be off most, the earliest of equals; by label."""
    worst: dict[str, Unsettled] = {}
    for one in unsettled:
        known = worst.get(one[1])
        if known is None or (-one[3], one[0]) < (-known[3], known[0]):
            worst[one[1]] = one
    return tuple(worst[label] for label in sorted(worst))


def warnings_of_unsettled(unsettled: Iterable[Unsettled], start: datetime) -> tuple[str, ...]:
    """One line for each tenant, with the place, the time and the error."""
    return tuple(
        f"the served share of {label} at {format_clock(time, start)} may be off by {error:.1g}: {node} was still changing "
        "when the number of passes ran out"
        for time, label, node, error in worst_of(unsettled)
    )


class Doubts:
    """What was not settled in any of many replications."""

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._worst: tuple[Unsettled, ...] = ()

    def add(self, unsettled: Iterable[Unsettled]) -> None:
        """Those of one more replication."""
        self._worst = worst_of((*self._worst, *unsettled))

    @property
    def warnings(self) -> tuple[str, ...]:
        """One line for each tenant."""
        return warnings_of_unsettled(self._worst, self._start)
