"""What events and rules do to the state, each effect in the phase of the instant that it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import FAILURE, REPAIR
from simulator.engine.chance import LIVES
from simulator.engine.jobs import Job
from simulator.engine.streams import FAULT_SPAN, WORK, WRITES, effect_role

if TYPE_CHECKING:
    from simulator.engine.run import Run

Steps = tuple[tuple[int, tuple[tuple[int, str, Any], ...]], ...]
"""Phases of an instant in their order, and of each the effects in it: number among all effects, kind, operands."""
_PHASES = {"fail": FAILURE, "stop": FAILURE, "repair": REPAIR, "start": REPAIR}


def in_phases(effects: Iterable[tuple[str, Any]], otherwise: int) -> Steps:
    """Effects by the phase they belong to: repairs, then failures, and what is neither in the phase `otherwise`."""
    phases: dict[int, list[tuple[int, str, Any]]] = {}
    for n, (kind, body) in enumerate(effects):
        phases.setdefault(_PHASES.get(kind, otherwise), []).append((n, kind, body))
    return tuple((phase, tuple(phases[phase])) for phase in sorted(phases))


class Action:
    """What an event or a rule does at one instant because of a record: one phase after the other.

    `role` and `k` number its draws, `rank` orders it within a phase; `tenant` is whose rule it is, -1 for the world's.
    """

    __slots__ = ("cause", "k", "rank", "role", "run", "steps", "tenant")

    def __init__(self, *, run: Run, steps: Steps, cause: int, role: str, k: int = 0, rank: int = 0, tenant: int = -1) -> None:
        self.run, self.steps, self.cause, self.role, self.k, self.rank, self.tenant = run, steps, cause, role, k, rank, tenant

    def act(self) -> None:
        """Carry out the effects of the phase that it is now, and let the next phase follow within the instant."""
        (_, effects), self.steps = self.steps[0], self.steps[1:]
        for n, kind, body in effects:
            EFFECTS[kind](self, body, effect_role(self.role, n))
        if self.steps:
            self.run.agenda.at(self.run.agenda.now, self.steps[0][0] + self.rank, _go_on, self)


def _go_on(action: Action) -> None:
    action.act()


def _fail(action: Action, body: tuple[int, Any, float], role: str) -> None:
    node, span, share = body
    run = action.run
    record = run.trace.add(run.agenda.now, "fails", run.plan.owners[node], share, action.cause)
    run.faults.setdefault(node, {})[record] = share
    for cohort in run.cohorts_at(node):
        for b in range(_held(share, cohort.batches)):
            cohort.lose(b, record)
    if span is not None:
        when = run.agenda.now + span.draw(run.draws.uniform(role, FAULT_SPAN, action.k))
        run.agenda.at(when, REPAIR + node, _over, (run, node, record))


def _held(share: float, batches: int) -> int:
    """How many batches a fault of this share holds down: at least one, so that no fault is without effect."""
    return max(1, int(share * batches + 0.5)) if share > 0 else 0


def _repair(action: Action, nodes: tuple[int, ...], _: str) -> None:
    """They are whole again: every fault is gone, and with it its end that may still be scheduled."""
    run = action.run
    for node in nodes:
        for fault in list(run.faults.get(node, ())):
            _end(run, node, fault, action.cause)


def _start(action: Action, nodes: tuple[int, ...], _: str) -> None:
    run = action.run
    for node in nodes:
        record = run.trace.add(run.agenda.now, "starts", run.plan.owners[node], 0.0, action.cause)
        for cohort in run.cohorts_at(node):
            cohort.start(record)


def _stop(action: Action, nodes: tuple[int, ...], _: str) -> None:
    run = action.run
    for node in nodes:
        record = run.trace.add(run.agenda.now, "stops", run.plan.owners[node], 0.0, action.cause)
        for cohort in run.cohorts_at(node):
            cohort.stop(record)


def _end(run: Run, node: int, fault: int, cause: int) -> None:
    share = run.faults[node].pop(fault)
    record = run.trace.add(run.agenda.now, "repaired", run.plan.owners[node], share, cause)
    for cohort in run.cohorts_at(node):
        for b in range(_held(share, cohort.batches)):
            cohort.regain(b, record)


def _over(args: tuple[Run, int, int]) -> None:
    run, node, fault = args
    if fault in run.faults[node]:
        _end(run, node, fault, fault)


def _submit(action: Action, body: tuple[int, Any], role: str) -> None:
    station, what = body
    run = action.run
    n, where = max(1, round(what.units)), run.stations[station].plan.path
    run.budget.submit(n, where)
    for j in range(n):
        run.budget.submitted(j, where)
        # Numbered like units of a component, so that a job has the draws of no other one however many come at another time.
        number = j + (action.k << LIVES)
        work = what.work.draw(run.draws.uniform(role, WORK, number))
        run.stations[station].enter(
            Job(
                cohort=None, batch=-1, life=0, stage=0, stages=(), cause=action.cause, units=1.0, work=work, label=what.label or "",
                role=role, number=number,
            )
        )  # fmt: skip


def _set_capacity(action: Action, body: tuple[int, Any], _: str) -> None:
    station, to = body
    action.run.stations[station].set_capacity(to.to)


def _fill(action: Action, body: tuple[int, float], _: str) -> None:
    node, by = body
    run = action.run
    stock = run.stocks.get(node) or run.batch_stocks.get(node)
    if stock is not None:
        stock.fill(by, action.cause)


def _switch(action: Action, body: tuple[int, int], _: str) -> None:
    action.run.routes[body[0]].switch(body[1], action.cause)


def _withdraw(action: Action, zones: tuple[str, ...], _: str) -> None:
    _move_out(action.run, zones, action.cause, out=True)


def _readmit(action: Action, zones: tuple[str, ...], _: str) -> None:
    _move_out(action.run, zones, action.cause, out=False)


def _lose_writes(action: Action, law: Any, role: str) -> None:
    run = action.run
    label = run.plan.tenants[action.tenant].label
    span = law.draw(run.draws.uniform(role, WRITES, action.k))
    run.trace.writes_lost[label] = run.trace.writes_lost.get(label, 0.0) + span
    run.trace.add(run.agenda.now, "writes_lost", label, span, action.cause)


def _move_out(run: Run, zones: tuple[str, ...], cause: int, *, out: bool) -> None:
    """Every load balancer leaves a zone, or uses it again, without asking its control plane."""
    for route in run.routes.values():
        if route.plan.route is not None and route.plan.route.shift is not None:
            for t, zone in enumerate(route.plan.zones):
                if zone in zones:
                    route.shifted(t, out, "evacuation", cause)


EFFECTS: dict[str, Callable[[Action, Any, str], None]] = {
    "fail": _fail, "repair": _repair, "start": _start, "stop": _stop, "submit": _submit, "fill": _fill, "set_capacity": _set_capacity,
    "switch": _switch, "withdraw": _withdraw, "readmit": _readmit, "lose_writes": _lose_writes,
}  # fmt: skip
"""How each kind of effect is carried out, with the role of its draws; a kind that does not stand here is a fault of the program."""
