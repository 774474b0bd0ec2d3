"""Three answers to how available a tenant was, each a ratio of what was lost to what was asked for, so that many can be pooled.

By time: of all instants, those at which the tenant as a whole served less than its objective. By requests: of the demand, what was not
answered. By users: of the time in which users wanted to be served, what they were not; this is user-uptime, due to Hauer, Hoffmann,
Lunney, Ardelean and Diwan, "Meaningful availability", NSDI 2020.

Users are not followed one by one. The share of a group's calls that fails counts as that share of its users being down: it is so where
the same users fail all the time, and on average where a user is down from a call that fails until one that does not, and all call
equally often. Then requests and users differ between tenants, and never within one.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.measures.curves import Steps, below, defined_length, lost_seconds, lowest

Group = tuple[Steps, float]
"""The share served of a group of users, and how many belong to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """So much lost of so much that was asked for, both in seconds times whatever is counted: tenants, requests a second, users."""

    lost: float
    offered: float

    @property
    def unavailability(self) -> float | None:
        """The share lost, in [0, 1]; None where nothing was asked for."""
        return min(1.0, max(0.0, self.lost / self.offered)) if self.offered > 0 else None


def by_time(curve: Steps, objective: float) -> Loss:
    """Seconds in which less than the objective was served, of those in which anything was asked for."""
    return Loss(lost=math.fsum(outage.length for outage in below(curve, objective)), offered=defined_length(curve))


def by_requests(curve: Steps, calls: float) -> Loss:
    """Requests not answered, of all; `calls` is the demand in requests per second, which does not change with time."""
    return Loss(lost=lost_seconds(curve) * calls, offered=defined_length(curve) * calls)


def by_users(groups: Sequence[Group]) -> Loss:
    """User-seconds not served, of all: each group counts with its users."""
    return pooled([Loss(lost=lost_seconds(curve) * users, offered=defined_length(curve) * users) for curve, users in groups])


def pooled(losses: Iterable[Loss]) -> Loss:
    """What was lost in all of them, of what was asked for in all of them."""
    each = list(losses)
    return Loss(lost=math.fsum(one.lost for one in each), offered=math.fsum(one.offered for one in each))


def felt_by(groups: Sequence[Group]) -> float:
    """Share of the users who were not served at some time: in each group as many as at its worst moment, which is a lower bound."""
    total = math.fsum(users for _, users in groups)
    hit = math.fsum((1.0 - least) * users for curve, users in groups if (least := lowest(curve)) is not None)
    return hit / total if total > 0 else 0.0
