"""How much was hit: the share impaired at the worst moment, and the share that was impaired at any time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from simulator.measures.cohorts import ever_lost, number_down, spells_of, units_of
from simulator.measures.curves import Steps, below, highest, lowest, weighted_mean
from simulator.measures.index import TraceIndex, indexed

if TYPE_CHECKING:
    from simulator.engine.trace import Trace


@dataclass(frozen=True, kw_only=True, slots=True)
class BlastRadius:
    """Shares between 0 and 1: at the peak, and ever. Peak is at most ever."""

    peak: float
    ever: float


def by_class(trace: "Trace | TraceIndex", classes: Mapping[str, str]) -> dict[str, BlastRadius]:
    """By class of units (instances, volumes, load balancers), from the class of each component. A class without units is left out.

    A unit counts as impaired from its loss until it is up again, with recovering and with being handed back impaired.
    """
    index = indexed(trace)
    members: dict[str, list[str]] = {}
    for owner, name in classes.items():
        members.setdefault(name, []).append(owner)
    return {name: _of(index, owners) for name, owners in sorted(members.items()) if units_of(index, owners) > 0}


def _of(index: TraceIndex, owners: Sequence[str]) -> BlastRadius:
    units = units_of(index, owners)
    return BlastRadius(peak=(highest(number_down(index, owners)) or 0.0) / units, ever=ever_lost(spells_of(index, owners)) / units)


def of_users(curve: Steps) -> BlastRadius:
    """Users of one tenant: 1 - served. Users are not followed one by one, so that ever is a lower bound: the share at the peak."""
    served = lowest(curve)
    impaired = 0.0 if served is None else 1.0 - served
    return BlastRadius(peak=impaired, ever=impaired)


def of_all_users(curves: Sequence[Steps], users: Sequence[float]) -> BlastRadius:
    """Users of several tenants together, each tenant weighted with how many it has."""
    total = math.fsum(users)
    each = [of_users(curve).ever for curve in curves]
    ever = math.fsum(share * n for share, n in zip(each, users, strict=True)) / total if total > 0 else 0.0
    return BlastRadius(peak=min(of_users(weighted_mean(curves, users)).peak, ever), ever=ever)


def of_tenants(curves: Sequence[Steps], objectives: Sequence[float]) -> BlastRadius:
    """Tenants that serve less than their objective, as a share of all tenants."""
    if not curves:
        return BlastRadius(peak=0.0, ever=0.0)
    outages = [below(curve, objective) for curve, objective in zip(curves, objectives, strict=True)]
    # At one instant returns (-1) come before losses (+1), so that one tenant's return and another's loss do not add up.
    changes = sorted(change for found in outages for o in found for change in ((o.start, 1), (o.end, -1)))
    peak = max(accumulate((change for _, change in changes), initial=0))
    return BlastRadius(peak=peak / len(curves), ever=sum(bool(found) for found in outages) / len(curves))
