"""How long a job waits at most, and whether it comes again when it has given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.agenda import FAILURE
from simulator.engine.jobs import INSIDE, Job
from simulator.engine.streams import PATIENCE, RETURN_AFTER_PATIENCE

if TYPE_CHECKING:
    from simulator.engine.stations import StationState


def wait_at_most(station: StationState, job: Job) -> None:
    """Let a job that enters give up when its patience is at an end."""
    law, agenda = station.plan.patience, station.run.agenda
    assert law is not None
    span = law.draw(job.uniform(station.run.draws, PATIENCE))
    job.patience = agenda.at(agenda.now + span, FAILURE + station.rank, _give_up, (station, job))


def _give_up(args: tuple[StationState, Job]) -> None:
    """A job has waited as long as it would; it comes again, or whoever it is done for is told that it does not."""
    station, job = args
    if job.state != INSIDE:
        return
    run = station.run
    station.withdraw(job)
    owner = station.plan.path if job.cohort is None else job.cohort.owner
    record = run.trace.add(run.agenda.now, "gives_up", owner, job.units, job.cause, (job.batch, station.plan.path))
    if job.uniform(run.draws, RETURN_AFTER_PATIENCE) < station.plan.again:
        job.cause = record
        station.enter(job)
    elif job.cohort is not None:
        job.cohort.job_given_up(job, record)
