"""Laws of conservation, checked at the end of a replication while the program is tested.

Every job that came into a station left it once or is still there. Whatever went down is up again, lost, held down by something, or on its
way back. What is offered to a tenant is served or lost, and nothing serves more than it has the capacity for.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from simulator.engine.jobs import INSIDE
from simulator.engine.states import HELD, LOST, RETURNING, UP

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort
    from simulator.engine.run import Run
    from simulator.engine.stations import StationState
    from simulator.engine.tenants import TenantFlow

SWITCH: Final = "AZSIM_CHECK_CONSERVATION"
"""Environment variable; 1 has every replication checked, in worker processes too. The checks take about as long as the replication."""
CHECKED: bool = os.environ.get(SWITCH) == "1"
_CLOSE: Final = 1e-6

Way = tuple[int, int, int]
"""Which cohort (by identity), batch and life is on its way somewhere."""


class ConservationError(Exception):
    """Something came from nothing or vanished: a fault of the program, whatever the scenario."""


def check_conservation(run: Run) -> None:
    """Check a replication that has just ended; ConservationError names everything that does not add up."""
    found = [*_stations(run), *_units(run), *_demand(run)]
    if found:
        raise ConservationError("; ".join(found))


def _stations(run: Run) -> Iterator[str]:
    for station in run.stations:
        path, jobs = station.plan.path, station.jobs()
        inside = [job for job in jobs if job.state == INSIDE]
        if len({id(job) for job in jobs}) != len(jobs):
            yield f"{path}: a job is in it twice"
        if station.admitted != station.done + station.withdrawn + len(inside):
            yield f"{path}: {station.admitted} came, {station.done} done, {station.withdrawn} withdrawn, {len(inside)} inside"
        yield from _amounts(station, path)


def _amounts(station: StationState, path: str) -> Iterator[str]:
    inside = [job for job in station.jobs() if job.state == INSIDE]
    units = sum(job.units for job in inside)
    if abs(station.inside - units) > _CLOSE * max(1.0, units):
        yield f"{path}: {station.inside} units are said to be inside, and {units} are"
    for job in inside:
        if job.cohort is not None and not job.cohort.awaits(job):
            yield f"{path}: nobody waits any more for a job of {job.cohort.owner}"


def _units(run: Run) -> Iterator[str]:
    ways = Counter(_on_their_way(run))
    for cohort in dict.fromkeys(c for some in run.cohorts_of.values() for c in some):
        up = cohort.state.count(UP) * cohort.size
        if abs(cohort.up - up) > _CLOSE * max(1.0, cohort.size * cohort.batches):
            yield f"{cohort.owner}: {cohort.up} units are said to be up, and {up} are"
        for b, state in enumerate(cohort.state):
            name = f"{cohort.owner}, batch {cohort.first_unit + b}"
            if cohort.holds[b] < 0:
                yield f"{name}: let go of more often than held"
            elif state in (UP, RETURNING) and cohort.holds[b]:
                yield f"{name}: not down though something holds it down"
            elif state == HELD and not cohort.holds[b]:
                yield f"{name}: down though nothing holds it down"
            ways_of = ways[id(cohort), b, cohort.life[b]]
            if state == RETURNING and not ways_of:
                yield f"{name}: forgotten on its way back"
            if state in (UP, LOST) and any(job.batch == b for job in cohort.jobs.get(b, ())):
                yield f"{name}: has work in a station though it needs none"


def _on_their_way(run: Run) -> Iterator[Way]:
    """Whatever will take a batch on: time, a station, a component that is to serve, a level, another batch."""
    for args in run.agenda.pending():
        if isinstance(args, tuple) and len(args) > 5 and hasattr(args[0], "life"):
            yield id(args[0]), args[1], args[2]
    for waiting in run.waiting.values():
        for cohort, b, life, *_ in waiting:
            yield id(cohort), b, life
    for stock in run.stocks.values():
        for request in stock.requests():
            yield id(request.cohort), request.batch, request.life
    for cohort in _all_cohorts(run):
        for jobs in cohort.jobs.values():
            for job in jobs:
                if job in job.station.jobs():
                    yield id(cohort), job.batch, job.life
        for followers in cohort.followers.values():
            for follower, b, life, *_ in followers:
                yield id(follower), b, life


def _all_cohorts(run: Run) -> list[Cohort]:
    return list(dict.fromkeys(c for some in run.cohorts_of.values() for c in some))


def _demand(run: Run) -> Iterator[str]:
    for tenant in run.tenants:
        yield from _tenant(run, tenant)


def _tenant(run: Run, tenant: TenantFlow) -> Iterator[str]:
    for node in tenant.plan.nodes:
        i = node.index
        name, value, load = run.plan.owners[i], run.value[i], run.load[i]
        if not -_CLOSE <= value <= 1.0 + _CLOSE:
            yield f"{name}: serves {value} of what it is asked"
        if node.route is not None and load > 0.0:
            weights = sum(run.routes[i].weights)
            if abs(weights - 1.0) > _CLOSE:
                yield f"{name}: spreads {weights} of its demand"
        if node.carries is not None and load * run.quality[i] * (run.own[i] if node.partial else 1.0) > node.carries * run.own[i] + _CLOSE:
            yield f"{name}: serves {load * run.quality[i]} of the demand with a capacity of {node.carries * run.own[i]}"
