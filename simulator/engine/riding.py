"""Where a tenant's units live: spread over a zone's datacenters by a drawn or reported exposure, or all in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.distributions.composed import share_of
from simulator.engine.cohorts import Cohort
from simulator.engine.plan import CohortPlan, RiderPlan
from simulator.engine.streams import EXPOSURE, FEED, PLACE

if TYPE_CHECKING:
    from simulator.engine.run import Run

Exposures = dict[tuple[str, tuple[float, ...]], tuple[float, ...]]


def cohorts_riding(run: Run, rider: RiderPlan, drawn: Exposures) -> list[Cohort]:
    """Allot a tenant's units to datacenters, and give those to whom something may happen a cohort."""
    u = run.draws.uniform(rider.role, PLACE)
    zone = rider.zones[0]
    if len(rider.zones) > 1:
        at = u * len(rider.zones)
        zone, u = rider.zones[int(at)], at - int(at)
    live = [plan for _, plan in zone if plan is not None]
    if not live:
        return []
    size = live[0].units / rider.units
    shares = tuple(share for share, _ in zone)
    if rider.exposure is not None:
        shares = rider.exposure
    elif rider.lives_in == "zone" and len(zone) > 1:
        shares = _exposure(run, rider.role, shares, drawn)
    if live[0].off:
        shares = _lit(run, zone, shares)
    cohorts, first, total = [], 0, 0.0
    for (_, plan), share in zip(zone, shares, strict=True):
        low, total = total, total + share
        n = rider.units if rider.lives_in != "zone" and low <= u < total else 0
        if rider.lives_in == "zone":
            n = _between(rider.units, u, low, total)
        if n and plan is not None:
            cohorts.append(_cohort(run, plan, n, size, first))
        first += n
    return cohorts


def _lit(run: Run, zone: tuple[tuple[float, CohortPlan | None], ...], shares: tuple[float, ...]) -> tuple[float, ...]:
    """What is launched finds room where everything serves; where nothing does, it waits in the dark."""
    lit = [
        share if plan is None or all(run.value[i] >= 1.0 for latch in plan.latches for i in latch.nodes) else 0.0
        for (_, plan), share in zip(zone, shares, strict=True)
    ]
    total = sum(lit)
    return tuple(share / total for share in lit) if total > 0 else shares


def _cohort(run: Run, plan: CohortPlan, n: int, size: float, first: int) -> Cohort:
    cohort = Cohort(run=run, plan=plan, units=n * size, batches=n, first_unit=first)
    cohort.offset = run.draws.uniform(plan.role, FEED, first)
    return cohort


def _between(n: int, u: float, low: float, high: float) -> int:
    """How many of n evenly spaced positions (i + u) / n lie in [low, high)."""
    return sum(1 for i in range(n) if low <= (i + u) / n < high or (high > 1.0 - 1e-9 and (i + u) / n >= high))


def _exposure(run: Run, role: str, shares: tuple[float, ...], drawn: Exposures) -> tuple[float, ...]:
    """Shares of a tenant's units in a zone's datacenters, drawn once per role: Beta sticks with the datacenters' shares as means."""
    place = role.rsplit("/", 1)[0]
    known = drawn.get((place, shares))
    if known is None:
        out, left, rest = [], 1.0, 1.0
        for n, share in enumerate(shares[:-1]):
            u = run.draws.uniform(place, EXPOSURE, n)
            part = share_of(share / rest, run.plan.concentration * rest, u) if share < rest else 1.0
            out.append(left * part)
            left, rest = left * (1.0 - part), rest - share
        known = drawn[(place, shares)] = (*out, left)
    return known
