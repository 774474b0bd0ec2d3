"""Where work waits and is done: a clock, and a heap of marks at which jobs leave.

First come, first served: the clock is the work one server has done, a job's mark is set when its service begins. Processor
sharing: the clock is the service attained by each unit inside, a job's mark is set on arrival. Unlimited: the clock is time.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import REPAIR, TICKS, Deed
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
        "_need", "_queues", "_seq", "_serving", "drawn", "load", "plan", "rank", "run", "waits",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: StationPlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self._fifo = plan.discipline == "fifo"
        self._capacity = plan.capacity
        self._clock = self._last = 0.0
        self._heap: list[tuple[float, int, Job]] = []
        self._queues: list[deque[Job]] = [deque() for _ in range(len(plan.first) + 1)]
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
        if job.units > 0:
            self._catch_up()
        run = self.run
        job.station, job.inside = self, True
        owner = job.cohort.plan.owner if job.cohort else self.plan.path
        job.cause = run.trace.add(run.agenda.now, "enters", owner, job.units, job.cause, (job.batch, self.plan.path))
        if job.units > 0 and self._inside <= 0.0:
            self.load.begun_by = job.cause
        self._inside += job.units
        job.tries += 1
        if self._fifo:
            first = self.plan.first
            self._queues[first.index(job.label) if job.label in first else -1].append(job)
            self._backlog += job.work * job.units
            self._begin_service()
            if job.units > 0:
                self._note_wait()
        else:
            self._push(job, job.work)
        if self.plan.patience is not None:
            wait_at_most(self, job)
        self._look_ahead()
        self.load.changed(self._inside, job.cause)

    def withdraw(self, job: Job) -> None:
        """A job leaves without being done."""
        if job.inside:
            if job.units > 0:
                self._catch_up()
            self._take_out(job)
            if self._fifo:
                self._begin_service()
            self._look_ahead()
            self.load.changed(self._inside, job.cause)

    def _push(self, job: Job, work: float) -> None:
        job.mark = self._reading() + work
        heapq.heappush(self._heap, (job.mark, self._seq, job))
        self._seq += 1

    def _begin_service(self) -> None:
        """Let the next jobs begin while a server is free; a job without weight begins when its turn comes and takes no server."""
        servers = self.plan.servers
        while self._serving < servers:
            queue = next((q for q in self._queues if q), None)
            if queue is None:
                return
            job = queue.popleft()
            if job.inside:
                work = job.work * job.units if job.units > 0 else job.work
                self._serving += job.units > 0
                self._push(job, work)

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
        """How fast the clock runs; worked out anew when what is inside, the capacity or the requirement has changed."""
        if self._known_speed >= 0.0:
            return self._known_speed
        plan, speed = self.plan, self._need
        if plan.discipline != "unlimited":
            capacity = self._capacity_left()
            speed *= capacity if self._fifo else min(plan.per_job, capacity / max(self._inside, 1.0))
        self._known_speed = speed
        return speed

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
        return self._speed() * (min(self._serving, self.plan.servers) if self._fifo else self._inside)

    def _reading(self) -> float:
        return self._clock + self._speed() * (self.run.agenda.now - self._last)

    def _catch_up(self) -> None:
        """Set the clock; its speed is about to change."""
        self._clock, self._last = self._reading(), self.run.agenda.now
        self._known_speed = -1.0

    def _due_at(self, mark: float, speed: float) -> float:
        """The instant at which the clock reaches a mark: the same whenever it is worked out, as long as the speed lasts."""
        due = self._last + max(0.0, mark - self._clock) / speed if speed > 0.0 else math.inf
        return round(due * TICKS) / TICKS if due < math.inf else due

    def _look_ahead(self) -> None:
        """Schedule the moment at which the clock reaches the next mark."""
        heap = self._heap
        while heap and not heap[0][2].inside:
            heapq.heappop(heap)
        due = self._due_at(heap[0][0], self._speed()) if heap else math.inf
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
        heap, now, speed = self._heap, self.run.agenda.now, self._speed()
        gone: list[Job] = []
        while heap and (not heap[0][2].inside or self._due_at(heap[0][0], speed) <= now):
            job = heapq.heappop(heap)[2]
            if job.inside:
                gone.append(job)
        reached = [job.mark for job in gone if job.units > 0]
        if reached:
            self._catch_up()
            self._clock = max(self._clock, reached[-1])
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
        owner = job.cohort.plan.owner if job.cohort else self.plan.path
        record = run.trace.add(run.agenda.now, "leaves", owner, job.units, job.cause, (job.batch, self.plan.path))
        if job.attempts > 1 and (job.cohort is None or job.cohort.awaits(job)):
            job.attempts -= 1
            job.mark, job.cause = -1.0, record
            self.enter(job)
        elif job.cohort is not None:
            job.cohort.job_done(job, record)

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
        if not self._fifo:
            return
        speed = self._speed() * self.plan.servers
        if speed > 0.0:
            busy = [(mark, job) for mark, _, job in self._heap if job.inside and job.units > 0]
            clock = self._reading()
            started = sum(max(0.0, job.work * job.units - (mark - clock)) for mark, job in busy)
            self.waits.append((self.run.agenda.now, max(0.0, self._backlog - started) / speed))


def _reached(deed: Any) -> None:
    deed.args.reached()
