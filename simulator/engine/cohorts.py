"""Batches on their way down and back: what holds them, which stage of their recovery they are in, how many are up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.engine.ageing import Ageing
from simulator.engine.agenda import REPAIR
from simulator.engine.chance import Chance
from simulator.engine.following import Company
from simulator.engine.hazards import Hazard
from simulator.engine.jobs import Job, Waiting
from simulator.engine.plan import CohortPlan
from simulator.engine.states import HELD, LOST, RETURNING, UP
from simulator.engine.ways import STAGES, Race, Way, go_on

if TYPE_CHECKING:
    from simulator.engine.run import Run


class Cohort(Waiting):
    """The batches of one component in one fault domain, in one replication."""

    __slots__ = (
        "_alone", "_fresh", "_started", "_total", "ageing", "batches", "chance", "companies", "fell", "followers", "holds", "jobs",
        "life", "node", "offset", "plan", "races", "run", "size", "state", "twins", "up", "watchers",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: CohortPlan, units: float | None = None, batches: int | None = None, first_unit: int = 0) -> None:
        super().__init__(owner=plan.owner, role=plan.role, first_unit=first_unit)
        self.run, self.plan, self.node = run, plan, plan.node
        self._total = run.plan.units[plan.owner]
        self._alone = plan.node in run.plan.alone
        n = plan.batches if batches is None else batches
        self.batches = n
        self.size = (plan.units if units is None else units) / n
        self.offset = 0.5
        self.up = 0.0 if plan.off else self.size * n
        self.state: list[int] = [HELD if plan.off else UP] * n
        self.holds: list[int] = [int(plan.off)] * n
        self.life: list[int] = [0] * n
        self.fell: list[float] = [-1.0] * n
        """When each batch went down last."""
        self.jobs: dict[int, list[Job]] = {}
        self.races: dict[int, Race] = {}
        self.companies: dict[tuple[str, float], list[Company]] = {}
        self.followers: dict[int, list[tuple[Cohort, int, int, int, Way]]] = {}
        self._fresh = set(range(n)) if plan.off else set()
        self.twins: list[tuple[str, int]] = []
        self._started = not plan.off
        self.chance = Chance(draws=run.draws, plan=plan, batches=n, first_unit=first_unit)
        self.watchers: list[Hazard] = []
        self.ageing: Ageing | Hazard | None = None
        if plan.failure is not None:
            self.ageing = Ageing(cohort=self, failure=plan.failure)
        elif plan.hazard is not None:
            self.ageing = Hazard(cohort=self, plan=plan.hazard)

    def lose(self, b: int, cause: int, *, hold: bool = True) -> int:
        """Batch b goes down, or is held down by one thing more; returns the record to give as the cause of what follows."""
        if hold:
            self.holds[b] += 1
        state = self.state[b]
        if state in (HELD, LOST):
            return cause
        run = self.run
        self.life[b] += 1
        self.fell[b] = run.agenda.now
        self.state[b] = HELD
        lost = self.size if state == UP else 0.0
        record = run.trace.add(run.agenda.now, "down", self.owner, lost, cause, self.first_unit + b)
        if state == UP:
            self.up -= self.size
            if self.ageing is not None:
                self.ageing.end(b)
            self._announce(b, "down", record)
        else:
            self.leave_ways(b)
        return record

    def fail_by_itself(self, b: int, cause: int = -1) -> None:
        """The life of batch b has ended, or its hazard has struck; nothing holds it down, so it sets out on its way back at once."""
        run = self.run
        record = run.trace.add(run.agenda.now, "fails", self.owner, self.size, cause, self.first_unit + b)
        down = self.lose(b, record, hold=False)
        if self.holds[b] == 0:
            self.set_out(b, down, self.plan.recovery)

    def leave_ways(self, b: int) -> None:
        """Batch b is on no way back any more: it leaves the queues that it stood in."""
        self.races.pop(b, None)
        for job in self.jobs.pop(b, ()):
            job.station.withdraw(job)

    def batches_up(self) -> list[int]:
        """Which batches are up."""
        return [b for b in range(self.batches) if self.state[b] == UP]

    def regain(self, b: int, cause: int) -> None:
        """One thing that held batch b down is gone; when it was the last, the batch sets out on its way back, or up for the first time."""
        self.holds[b] -= 1
        if self.holds[b] == 0 and self.state[b] != LOST:
            run = self.run
            stages = self.plan.provision if b in self._fresh else self.plan.recovery
            self.set_out(b, run.trace.add(run.agenda.now, "restored", self.owner, self.size, cause, self.first_unit + b), stages)

    def set_out(self, b: int, cause: int, stages: Way) -> None:
        """Batch b begins its way back at the first stage."""
        self.state[b] = RETURNING
        self.proceed(b, self.life[b], 0, stages, cause)

    def proceed(self, b: int, life: int, stage: int, stages: Way, cause: int) -> None:
        """Take batch b through its stages from `stage` on, until one takes time or it is up."""
        if not self.waits(b, life, stages):
            return
        run = self.run
        now = run.agenda.now
        for s in range(stage, len(stages)):
            plan = stages[s]
            if plan.share < 1.0 and not self.chance.belongs(b, self.life[b], plan):
                continue
            if plan.impaired:
                cause = run.trace.add(now, "impaired", self.owner, self.size, cause, self.first_unit + b)
            if STAGES[plan.kind](self, b, s, stages, cause):
                return
        self._arrive(b, cause)

    def waits(self, b: int, life: int, stages: Way) -> bool:
        """Whether a batch is still on this way back."""
        if self.life[b] != life or self.state[b] != RETURNING:
            return False
        return not stages or stages[-1].kind != "won" or any(way is stages for way in self.races.get(b, _NO_RACE)[0])

    def awaits(self, job: Job) -> bool:
        return job in self.jobs.get(job.batch, ())

    def job_done(self, job: Job, cause: int) -> None:
        jobs = self.jobs.get(job.batch)
        if jobs is not None and job in jobs:
            jobs.remove(job)
        self.proceed(job.batch, job.life, job.stage + 1, job.stages, cause)

    def job_given_up(self, job: Job, cause: int) -> None:
        """One way back is closed to a batch: another that races with it goes on, and without one the batch never comes back."""
        b = job.batch
        jobs = self.jobs.get(b)
        if jobs is not None and job in jobs:
            jobs.remove(job)
        if job.stages[-1].kind == "won" and b in self.races:
            ways, stage, way = self.races[b]
            left = tuple([one for one in ways if one is not job.stages])
            if left:
                self.races[b] = (left, stage, way)
                return
        self.give_up(b, cause)

    def give_up(self, b: int, cause: int) -> None:
        """Batch b never comes back."""
        run = self.run
        self.leave_ways(b)
        self.state[b] = LOST
        run.trace.add(run.agenda.now, "lost", self.owner, self.size, cause, self.first_unit + b)

    def _arrive(self, b: int, cause: int) -> None:
        run = self.run
        self.state[b] = UP
        self._fresh.discard(b)
        self.up += self.size
        record = run.trace.add(run.agenda.now, "up", self.owner, self.size, cause, self.first_unit + b)
        self._announce(b, "up", record)
        if self.ageing is not None:
            self.ageing.begin(b)
        for cohort, batch, life, stage, stages in self.followers.pop(b, ()):
            run.agenda.at(run.agenda.now, REPAIR + cohort.node, go_on, (cohort, batch, life, stage, stages, record))

    def _announce(self, b: int, change: str, record: int) -> None:
        """Let the component, its twins in other tenants, and hazards that it keeps at bay, know how many of their units are up."""
        for hazard in self.watchers:
            hazard.counterpart(b, up=change == "up", record=record)
        run = self.run
        up, total = self.up, self._total
        if self.plan.rider:
            up = 0.0
            for cohort in run.cohorts_of[self.node]:
                up += cohort.up
            up += run.calm_units.get(self.node, 0.0)
        own = 1.0
        if up <= 1e-9 * total:
            own = 0.0
        elif up < total * (1 - 1e-12):
            own = up / total
        run.own[self.node] = own
        if self._alone:
            run.note_alone(self.node, own, record)
        else:
            run.touch(self.node, record)
        for owner, node in self.twins:
            run.own[node] = own
            run.touch(node, run.trace.add(run.agenda.now, change, owner, self.size, record, self.first_unit + b))

    def end(self) -> None:
        """The replication is over: let go of all that knows its cohort."""
        self.ageing = None
        self.watchers.clear()
        self.jobs.clear()
        self.races.clear()
        self.followers.clear()

    # -- switched on and off, failed and repaired as a whole -----------------------------------------------------------------------

    def start(self, cause: int) -> None:
        """Switch it on: its units come up through their provision."""
        if not self._started:
            self._started = True
            for b in range(self.batches):
                self.regain(b, cause)

    def stop(self, cause: int) -> None:
        """Switch it off."""
        if self._started:
            self._started = False
            self._fresh = set(range(self.batches))
            for b in range(self.batches):
                self.lose(b, cause)


_NO_RACE: Race = ((), 0, ())
