"""Ways back: what each stage does with a batch, from a visit to a station to the end of the way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.engine.agenda import REPAIR
from simulator.engine.chance import LIVES
from simulator.engine.following import followed
from simulator.engine.jobs import Job
from simulator.engine.plan import StagePlan
from simulator.engine.states import UP
from simulator.engine.stocks import Request
from simulator.engine.streams import ATTEMPTS, SPAN, WORK

if TYPE_CHECKING:
    from simulator.engine.cohorts import Cohort

Way = tuple[StagePlan, ...]
Race = tuple[tuple[Way, ...], int, Way]
"""Ways that a batch is on at once; and the stage, with the way that it stands in, which one of them has to end for."""


def _visit(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    plan = way[s]
    attempts = 1
    if plan.again > 1.0:
        u = cohort.chance.level(b, cohort.life[b], plan, ATTEMPTS)
        attempts = 1 + int(math.log(1.0 - u) / math.log(1.0 - 1.0 / plan.again))
    job = Job(
        cohort=cohort, batch=b, life=cohort.life[b], stage=s, stages=way, cause=cause,
        # A passenger adds nothing to the world's stations; in one of its own tenant's it is what the station is there for.
        units=0.0 if plan.weightless or not (cohort.plan.weighs or plan.station >= cohort.run.plan.world_stations) else cohort.size,
        work=cohort.chance.quantity(b, cohort.life[b], plan, WORK), label=plan.label, attempts=attempts,
        role=plan.role, number=cohort.first_unit + b + (cohort.life[b] << LIVES),
    )  # fmt: skip
    jobs = cohort.jobs.get(b)
    if jobs is None:
        cohort.jobs[b] = [job]
    else:
        jobs.append(job)
    cohort.run.stations[plan.station].enter(job)
    return True


def _either(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    life = cohort.life[b]
    cohort.races[b] = (way[s].ways, s, way)
    for one in way[s].ways:
        cohort.proceed(b, life, 0, one, cause)
    return True


def _won(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    _, s, way = cohort.races[b]
    cohort.leave_ways(b)
    cohort.proceed(b, cohort.life[b], s + 1, way, cause)
    return True


def _wait(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    agenda, life = cohort.run.agenda, cohort.life[b]
    span = cohort.chance.quantity(b, life, way[s], SPAN)
    agenda.at(agenda.now + span, REPAIR + cohort.node, go_on, (cohort, b, life, s + 1, way, cause))
    return True


def _until(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    return not _answered(cohort, b, s, way, cause, since=cohort.run.agenda.now)


def _answered(cohort: Cohort, b: int, s: int, way: Way, cause: int, *, since: float) -> bool:
    """Whether what a batch waits for serves it now; else it waits, or asks again when the time comes."""
    run, plan, life = cohort.run, way[s], cohort.life[b]
    served = run.value[plan.node]
    if served >= 1.0:
        return True
    if plan.poll <= 0.0 or served <= 0.0:
        run.await_serving(plan.node, (cohort, b, life, s + 1, way, since, plan.poll))
        return False
    n = round((run.agenda.now - since) / plan.poll)
    if cohort.chance.asked(plan.role, b, life, n) < served:
        return True
    run.agenda.at(since + (n + 1) * plan.poll, REPAIR + cohort.node, ask_again, (cohort, b, life, s + 1, way, cause, since))
    return False


def _take(cohort: Cohort, b: int, s: int, way: Way, cause: int) -> bool:
    amount = way[s].amount * cohort.size if cohort.plan.weighs else 0.0
    request = Request(cohort=cohort, batch=b, life=cohort.life[b], stage=s, stages=way, amount=amount, cause=cause)
    cohort.run.stocks[way[s].node].ask(request)
    return True


def _lose(cohort: Cohort, b: int, _: int, __: Way, cause: int) -> bool:
    cohort.give_up(b, cause)
    return True


def _follow(cohort: Cohort, b: int, s: int, way: Way, _: int) -> bool:
    other = cohort.run.cohort(way[s].cohort)
    j = followed(cohort, b, way[s], other)
    if other.state[j] == UP:
        return False
    other.followers.setdefault(j, []).append((cohort, b, cohort.life[b], s + 1, way))
    return True


STAGES: dict[str, Callable[[Cohort, int, int, Way, int], bool]] = {
    "visit": _visit, "either": _either, "won": _won, "wait": _wait, "until": _until, "take": _take, "lose": _lose, "follow": _follow,
}  # fmt: skip
"""How a cohort's batch begins stage s of a way because of a record; false when it takes no time at all."""


def ask_again(args: tuple[Cohort, int, int, int, Way, int, float]) -> None:
    """The next time a batch asks whether what it waits for serves: it goes on, or waits further."""
    cohort, b, life, stage, way, cause, since = args
    if cohort.waits(b, life, way) and _answered(cohort, b, stage - 1, way, cause, since=since):
        cohort.proceed(b, life, stage, way, cause)


def go_on(args: tuple[Cohort, int, int, int, Way, int]) -> None:
    """A batch takes up its way back where it stopped."""
    cohort, b, life, stage, way, cause = args
    cohort.proceed(b, life, stage, way, cause)
