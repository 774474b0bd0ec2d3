"""How long a job waits at most, and whether it comes again when it has given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE
from simulator.engine.jobs import Job

if TYPE_CHECKING:
    from simulator.engine.stations import StationState


def wait_at_most(station: StationState, job: Job) -> None:
    """Let a job that enters give up when its patience is at an end."""
    law, agenda = station.plan.patience, station.run.agenda
    assert law is not None
    job.patience = agenda.at(agenda.now + law.draw(_chance(station, job, "patience")), FAILURE + station.rank, _at_an_end, (station, job))


def _give_up(station: StationState, job: Job) -> None:
    """A job has waited as long as it would; it may come again."""
    if not job.inside:
        return
    run = station.run
    station.withdraw(job)
    owner = station.plan.path if job.cohort is None else job.cohort.owner
    record = run.trace.add(run.agenda.now, "gives_up", owner, job.units, job.cause, (job.batch, station.plan.path))
    if _chance(station, job, "again") < station.plan.again:
        job.mark, job.cause = -1.0, record
        station.enter(job)


def _chance(station: StationState, job: Job, purpose: str) -> float:
    """A draw about a job: the station's next one for a job with weight, and for one without weight one of its owner's."""
    draws, cohort = station.run.draws, job.cohort
    if job.units > 0 or cohort is None:
        n = station.drawn[purpose] = station.drawn.get(purpose, 0) + 1
        return draws.uniform(station.plan.path, purpose, n)
    k = cohort.first_unit + job.batch + (job.life << 24) + (job.tries << 44)
    return draws.uniform(cohort.role, f"{purpose}:{job.stage}", k)


def _at_an_end(args: tuple[StationState, Job]) -> None:
    station, job = args
    _give_up(station, job)
