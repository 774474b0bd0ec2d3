"""Where work waits and is done: a clock, and a heap of marks at which jobs leave.

What arrives at one instant is admitted when all else of the instant is over, in an order drawn for each job: paths say nothing about
who came first.

First come, first served: the clock is the work one server has done, a job's mark is set when its service begins. Processor
sharing: the clock is the service attained by each unit inside, a job's mark is set on arrival. Unlimited: the clock is time.
"""

from __future__ import annotations

import math
from collections import deque
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from simulator.engine.agenda import COARSE, REPAIR, Deed
from simulator.engine.jobs import ARRIVING, INSIDE, OUTSIDE, Job
from simulator.engine.loads import Load
from simulator.engine.patience import wait_at_most
from simulator.engine.plan import StationPlan
from simulator.engine.streams import TURN_AT_STATION

if TYPE_CHECKING:
    from simulator.engine.run import Run


class StationState:
    """A station in one replication.

    A job of zero units takes its place and its time, and slows nobody down: neither the clock nor the dice of those with weight
    change by a trifle when it comes or goes, so that they do not depend on which tenants ride along.
    """

    __slots__ = (
        "_arriving", "_backlog", "_capacity", "_clock", "_deed", "_due", "_fifo", "_heap", "_known_speed", "_last", "_need", "_queues",
        "_servers", "_serving", "admitted", "done", "inside", "load", "plan", "rank", "run", "waits", "withdrawn",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: StationPlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self._fifo = plan.discipline == "fifo"
        self._servers = plan.servers
        self._capacity = plan.capacity
        self._clock = self._last = 0.0
        self._heap: list[tuple[float, int, Job]] = []
        self._queues: list[deque[tuple[int, Job]]] = [deque() for _ in range(len(plan.first) + 1)] if self._fifo else []
        self._arriving: list[Job] = []
        self.admitted = self.done = self.withdrawn = 0
        """How many jobs came in, left with their work done, and left without."""
        self.inside = 0.0
        self._serving = 0
        self._backlog = 0.0
        self._due = 0.0
        self._deed: Deed | None = None
        self._need = 1.0 if plan.need is None else plan.need(run.value)
        self._known_speed = -1.0
        self.waits: list[tuple[float, float]] = []
        self.load = Load(run=run, station=plan, rank=rank)

    # -- coming and going ----------------------------------------------------------------------------------------------------------

    def enter(self, job: Job) -> None:
        """A job arrives; it is admitted when all else of this instant is over."""
        job.station, job.state = self, ARRIVING
        if not self._arriving:
            self.run.ask_to_admit(self)
        self._arriving.append(job)

    def admit(self) -> None:
        """Let in what has arrived at this instant, in a drawn order."""
        arrived, self._arriving = [job for job in self._arriving if job.state == ARRIVING], []
        if len(arrived) > 1:
            draws = self.run.draws
            turns = [(job.uniform(draws, TURN_AT_STATION), n, job) for n, job in enumerate(arrived)]
            arrived = [job for _, _, job in sorted(turns)]
        weighs = False
        for job in arrived:
            self._admit(job)
            weighs = weighs or job.units > 0.0
        if arrived:
            if self._fifo:
                self._begin_service()
                if weighs:
                    self._note_wait()
            self._look_ahead()

    def _admit(self, job: Job) -> None:
        run, plan, units = self.run, self.plan, job.units
        if units > 0.0:
            self._catch_up()
        job.state = INSIDE
        job.ticket = self.admitted
        self.admitted += 1
        job.visits += 1
        cause = job.cause = run.trace.add(run.agenda.now, "enters", self._whose(job), units, job.cause, (job.batch, plan.path))
        if units > 0.0 and self.inside <= 0.0:
            self.load.begun_by = cause
        self.inside += units
        if self._fifo:
            self._queues[plan.first.index(job.label) if job.label in plan.first else -1].append((job.ticket, job))
            self._backlog += job.work * units
        else:
            self._push(job, job.work)
        if plan.patience is not None:
            wait_at_most(self, job)
        self.load.changed(self.inside, cause)

    def withdraw(self, job: Job) -> None:
        """A job leaves without being done."""
        if job.state == ARRIVING:
            job.state = OUTSIDE
        elif job.state == INSIDE:
            if job.units > 0.0:
                self._catch_up()
            self.withdrawn += 1
            self._take_out(job)
            if self._fifo:
                self._begin_service()
            self._look_ahead()
            self._forget()
            self.load.changed(self.inside, job.cause)

    def _forget(self) -> None:
        """Drop what was noted about earlier visits when it is most of what is noted: jobs may give up and come again for ever."""
        inside = self.admitted - self.done - self.withdrawn
        if len(self._heap) > 2 * inside + 64:
            self._heap = [entry for entry in self._heap if _stands(entry[1], entry[2])]
            heapify(self._heap)
        for n, queue in enumerate(self._queues):
            if len(queue) > 2 * inside + 64:
                self._queues[n] = deque(entry for entry in queue if _stands(entry[0], entry[1]))

    def jobs(self) -> list[Job]:
        """Who is inside now, each once, and who waits to be admitted."""
        inside = [job for _, ticket, job in self._heap if _stands(ticket, job)]
        inside += [job for queue in self._queues for ticket, job in queue if _stands(ticket, job)]
        return [*inside, *(job for job in self._arriving if job.state == ARRIVING)]

    def _whose(self, job: Job) -> str:
        return self.plan.path if job.cohort is None else job.cohort.owner

    def _push(self, job: Job, work: float) -> None:
        mark = job.mark = self._reading() + work
        heappush(self._heap, (mark, job.ticket, job))

    def _begin_service(self) -> None:
        """Let the next jobs begin while a server is free; a job without weight begins when its turn comes and takes no server."""
        for queue in self._queues:
            while queue:
                if self._serving >= self._servers:
                    return
                ticket, job = queue.popleft()
                if _stands(ticket, job):
                    weighs = job.units > 0.0
                    self._serving += weighs
                    self._push(job, job.work * job.units if weighs else job.work)

    def _take_out(self, job: Job) -> None:
        job.state = OUTSIDE
        self.inside -= job.units
        if self.inside < 1e-9:
            self.inside = 0.0
        if self._fifo and job.units > 0:
            self._backlog -= job.work * job.units
            self._serving -= job.mark >= 0.0
        job.mark = -1.0
        if job.patience is not None:
            job.patience.call_off()

    # -- the clock -----------------------------------------------------------------------------------------------------------------

    def _speed(self) -> float:
        """How fast the clock runs, worked out anew."""
        plan, speed = self.plan, self._need
        if plan.discipline != "unlimited":
            capacity = self._capacity_left()
            speed *= capacity if self._fifo else min(plan.per_job, capacity / max(self.inside, 1.0))
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
            if self.inside >= inside:
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
        return self._pace() * (min(self._serving, self._servers) if self._fifo else self.inside)

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
        while heap and not _stands(heap[0][1], heap[0][2]):
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
        while heap and (not _stands(heap[0][1], heap[0][2]) or self._due_at(heap[0][0]) <= now):
            _, ticket, job = heappop(heap)
            if _stands(ticket, job):
                gone.append(job)
                if job.units > 0.0:
                    last = job.mark
        if last >= 0.0:
            self._catch_up()
            self._clock = max(self._clock, last)
        self.done += len(gone)
        for job in gone:
            self._take_out(job)
        if self._fifo:
            self._begin_service()
        self._look_ahead()
        if gone:
            self.load.changed(self.inside, gone[0].cause)
        for job in gone:
            self._leave(job)

    def _leave(self, job: Job) -> None:
        run = self.run
        record = run.trace.add(run.agenda.now, "leaves", self._whose(job), job.units, job.cause, (job.batch, self.plan.path))
        if job.attempts > 1 and (job.cohort is None or job.cohort.awaits(job)):
            job.attempts -= 1
            job.cause = record
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
        self.load.changed(self.inside, -1)

    def need_changed(self, cause: int) -> None:
        """What the station requires serves more or less than before."""
        assert self.plan.need is not None
        self._catch_up()
        self._need = self.plan.need(self.run.value)
        self._look_ahead()
        self.load.changed(self.inside, cause)

    def left_over(self) -> None:
        """The station that is served first leaves more or less than before."""
        self._catch_up()
        self._look_ahead()
        self._note_wait()
        self.load.changed(self.inside, -1)

    def _note_wait(self) -> None:
        """Put on record how long a job that arrives now would wait: what is left of all that came, at the speed of all servers."""
        speed = self._pace() * self._servers if self._fifo and self.run.trace.keeps(self.plan.path) else 0.0
        if speed > 0.0:
            clock, started = self._reading(), 0.0
            for mark, ticket, job in self._heap:
                if job.units > 0.0 and _stands(ticket, job):
                    done = job.work * job.units - (mark - clock)
                    if done > 0.0:
                        started += done
            self.waits.append((self.run.agenda.now, max(0.0, self._backlog - started) / speed))


def _stands(ticket: int, job: Job) -> bool:
    """Whether what was noted about a job at its admission still holds: it has not left since."""
    return job.ticket == ticket and job.state == INSIDE


def _reached(station: StationState) -> None:
    station.reached()
