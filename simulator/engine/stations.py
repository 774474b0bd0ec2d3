"""Where work waits and is done: a clock, and a heap of marks at which jobs leave.

First come, first served: the clock is the work one server has done, a job's mark is set when its service begins. Processor
sharing: the clock is the service attained by each unit inside, a job's mark is set on arrival. Unlimited: the clock is time.
"""

from __future__ import annotations

import math
from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from simulator.engine.agenda import COARSE, REPAIR, Deed
from simulator.engine.jobs import Job
from simulator.engine.loads import Load
from simulator.engine.patience import wait_at_most
from simulator.engine.plan import StationPlan

if TYPE_CHECKING:
    from simulator.engine.run import Run


class StationState:
    """A station in one replication.

    A job of zero units takes its place and its time, and slows nobody down: neither the clock nor the dice of those with weight
    change by a trifle when it comes or goes, so that they do not depend on which tenants ride along.
    """

    __slots__ = (
        "_backlog", "_capacity", "_clock", "_deed", "_due", "_fifo", "_heap", "_inside", "_known_speed", "_last",
        "_need", "_queues", "_seq", "_servers", "_serving", "drawn", "load", "plan", "rank", "run", "waits",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: StationPlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self._fifo = plan.discipline == "fifo"
        self._servers = plan.servers
        self._capacity = plan.capacity
        self._clock = self._last = 0.0
        self._heap: list[tuple[float, int, Job]] = []
        self._queues: list[deque[Job]] = [deque() for _ in range(len(plan.first) + 1)] if self._fifo else []
        self._seq = 0
        self._inside = 0.0
        self._serving = 0
        self._backlog = 0.0
        self._due = 0.0
        self._deed: Deed | None = None
        self._need = 1.0 if plan.need is None else plan.need(run.value)
        self.drawn: dict[str, int] = {}
        self._known_speed = -1.0
        self.waits: list[tuple[float, float]] = []
        self.load = Load(run=run, station=plan, rank=rank)

    # -- coming and going ----------------------------------------------------------------------------------------------------------

    def enter(self, job: Job) -> None:
        """A job arrives, and waits or is worked on."""
        run, plan, units = self.run, self.plan, job.units
        if units > 0.0:
            self._catch_up()
        job.station, job.inside = self, True
        cause = job.cause = run.trace.add(run.agenda.now, "enters", self._whose(job), units, job.cause, (job.batch, plan.path))
        if units > 0.0 and self._inside <= 0.0:
            self.load.begun_by = cause
        self._inside += units
        job.tries += 1
        if self._fifo:
            self._queues[plan.first.index(job.label) if job.label in plan.first else -1].append(job)
            self._backlog += job.work * units
            self._begin_service()
            if units > 0.0:
                self._note_wait()
        else:
            self._push(job, job.work)
        if plan.patience is not None:
            wait_at_most(self, job)
        self._look_ahead()
        self.load.changed(self._inside, cause)

    def withdraw(self, job: Job) -> None:
        """A job leaves without being done."""
        if job.inside:
            if job.units > 0.0:
                self._catch_up()
            self._take_out(job)
            if self._fifo:
                self._begin_service()
            self._look_ahead()
            self.load.changed(self._inside, job.cause)

    def _whose(self, job: Job) -> str:
        return self.plan.path if job.cohort is None else job.cohort.owner

    def _push(self, job: Job, work: float) -> None:
        mark = job.mark = self._reading() + work
        heappush(self._heap, (mark, self._seq, job))
        self._seq += 1

    def _begin_service(self) -> None:
        """Let the next jobs begin while a server is free; a job without weight begins when its turn comes and takes no server."""
        for queue in self._queues:
            while queue:
                if self._serving >= self._servers:
                    return
                job = queue.popleft()
                if job.inside:
                    weighs = job.units > 0.0
                    self._serving += weighs
                    self._push(job, job.work * job.units if weighs else job.work)

    def _take_out(self, job: Job) -> None:
        job.inside = False
        self._inside -= job.units
        if self._inside < 1e-9:
            self._inside = 0.0
        if self._fifo and job.units > 0:
            self._backlog -= job.work * job.units
            self._serving -= job.mark >= 0.0
        if job.patience is not None:
            job.patience.call_off()

    # -- the clock -----------------------------------------------------------------------------------------------------------------

    def _speed(self) -> float:
        """How fast the clock runs, worked out anew."""
        plan, speed = self.plan, self._need
        if plan.discipline != "unlimited":
            capacity = self._capacity_left()
            speed *= capacity if self._fifo else min(plan.per_job, capacity / max(self._inside, 1.0))
        return speed

    def _pace(self) -> float:
        """How fast the clock runs since what is inside, the capacity or the requirement has last changed."""
        if self._known_speed < 0.0:
            self._known_speed = self._speed()
        return self._known_speed

    def _capacity_left(self) -> float:
        """The capacity at the present load, less what the station takes that is served first."""
        capacity = self._capacity
        for inside, level in self.plan.goodput:
            if self._inside >= inside:
                capacity = level
        if self.plan.behind < 0:
            return capacity
        return max(0.0, capacity - self._work_before() / (self.plan.servers if self._fifo else 1.0))

    def _work_before(self) -> float:
        """Work done per time by all stations that are served before this one."""
        before, station = 0.0, self
        while station.plan.behind >= 0:
            station = self.run.stations[station.plan.behind]
            before += station.work_rate()
        return before

    def work_rate(self) -> float:
        """Work done per time at present: of units that are worked on by themselves, how many there are."""
        return self._pace() * (min(self._serving, self._servers) if self._fifo else self._inside)

    def _reading(self) -> float:
        now = self.run.agenda.now
        return self._clock if now == self._last else self._clock + self._pace() * (now - self._last)

    def _catch_up(self) -> None:
        """Set the clock; its speed is about to change."""
        self._clock, self._last = self._reading(), self.run.agenda.now
        self._known_speed = -1.0

    def _due_at(self, mark: float) -> float:
        """The instant at which the clock reaches a mark: the same whenever it is worked out, as long as the speed lasts."""
        speed, ahead = self._pace(), mark - self._clock
        if speed <= 0.0:
            return math.inf
        return (self._last + (ahead if ahead > 0.0 else 0.0) / speed + COARSE) - COARSE

    def _look_ahead(self) -> None:
        """Schedule the moment at which the clock reaches the next mark."""
        heap = self._heap
        while heap and not heap[0][2].inside:
            heappop(heap)
        if not heap:
            return
        due = self._due_at(heap[0][0])
        if self._deed is not None:
            # A deed that comes too early looks again when it comes; only one that comes too late has to go.
            if self._due <= due:
                return
            self._deed.call_off()
            self._deed = None
        if due < math.inf:
            self._due = due
            self._deed = self.run.agenda.at(due, REPAIR + self.rank, _reached, self)

    def reached(self) -> None:
        """The clock may stand at the next mark: everybody whose mark is reached leaves."""
        self._deed = None
        heap, now = self._heap, self.run.agenda.now
        gone: list[Job] = []
        last = -1.0
        while heap and (not heap[0][2].inside or self._due_at(heap[0][0]) <= now):
            job = heappop(heap)[2]
            if job.inside:
                gone.append(job)
                if job.units > 0.0:
                    last = job.mark
        if last >= 0.0:
            self._catch_up()
            self._clock = max(self._clock, last)
        for job in gone:
            self._take_out(job)
        if self._fifo:
            self._begin_service()
        self._look_ahead()
        if gone:
            self.load.changed(self._inside, gone[0].cause)
        for job in gone:
            self._leave(job)

    def _leave(self, job: Job) -> None:
        run = self.run
        record = run.trace.add(run.agenda.now, "leaves", self._whose(job), job.units, job.cause, (job.batch, self.plan.path))
        if job.attempts > 1 and (job.cohort is None or job.cohort.awaits(job)):
            job.attempts -= 1
            job.mark, job.cause = -1.0, record
            self.enter(job)
        elif job.cohort is not None:
            job.cohort.job_done(job, record)

    def end(self) -> None:
        """The replication is over: let go of the jobs, which know their station, and of those who follow."""
        self._heap.clear()
        self._queues.clear()
        self.load.end()

    # -- what is changed from outside ----------------------------------------------------------------------------------------------

    def set_capacity(self, capacity: float) -> None:
        self._catch_up()
        self._capacity = capacity
        self._look_ahead()
        self._note_wait()
        self.load.changed(self._inside, -1)

    def need_changed(self, cause: int) -> None:
        """What the station requires serves more or less than before."""
        assert self.plan.need is not None
        self._catch_up()
        self._need = self.plan.need(self.run.value)
        self._look_ahead()
        self.load.changed(self._inside, cause)

    def left_over(self) -> None:
        """The station that is served first leaves more or less than before."""
        self._catch_up()
        self._look_ahead()
        self._note_wait()
        self.load.changed(self._inside, -1)

    def _note_wait(self) -> None:
        """Put on record how long a job that arrives now would wait: what is left of all that came, at the speed of all servers."""
        speed = self._pace() * self._servers if self._fifo and self.run.trace.keeps(self.plan.path) else 0.0
        if speed > 0.0:
            clock, started = self._reading(), 0.0
            for mark, _, job in self._heap:
                if job.inside and job.units > 0.0:
                    done = job.work * job.units - (mark - clock)
                    if done > 0.0:
                        started += done
            self.waits.append((self.run.agenda.now, max(0.0, self._backlog - started) / speed))


def _reached(station: StationState) -> None:
    station.reached()
