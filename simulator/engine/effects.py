"""What events and rules do to the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import REPAIR
from simulator.engine.jobs import Job

if TYPE_CHECKING:
    from simulator.engine.run import Run


def apply(run: Run, effect: tuple[str, Any], cause: int, *, role: str, k: int = 0, tenant: int = -1) -> None:
    """Carry one effect out now; `cause` is the record of the event or rule that does it."""
    tag, body = effect
    if tag == "fail":
        _fail(run, body, cause, role, k)
    elif tag == "repair":
        for node in body:
            _repair(run, node, cause)
    elif tag in {"start", "stop"}:
        for node in body:
            record = run.trace.add(run.agenda.now, f"{tag}s", run.plan.owners[node], 0.0, cause)
            for cohort in run.cohorts_at(node):
                (cohort.start if tag == "start" else cohort.stop)(record)
    elif tag == "submit":
        _submit(run, body, cause, role, k)
    elif tag == "fill":
        node, by = body
        stock = run.stocks.get(node) or run.batch_stocks.get(node)
        if stock is not None:
            stock.fill(by, cause)
    elif tag == "set_capacity":
        station, to = body
        run.stations[station].set_capacity(to.to)
    elif tag == "switch":
        run.routes[body[0]].switch(body[1], cause)
    elif tag in {"withdraw", "readmit"}:
        _move_out(run, body, cause, out=tag == "withdraw")
    else:
        label = run.plan.tenants[tenant].label
        span = body.draw(run.draws.uniform(role, "writes", k))
        run.trace.writes_lost[label] = run.trace.writes_lost.get(label, 0.0) + span
        run.trace.add(run.agenda.now, "writes_lost", label, span, cause)


def _fail(run: Run, body: tuple[int, Any, float], cause: int, role: str, k: int) -> None:
    node, span, share = body
    record = run.trace.add(run.agenda.now, "fails", run.plan.owners[node], share, cause)
    run.faults.setdefault(node, {})[record] = share
    for cohort in run.cohorts_at(node):
        for b in range(_held(share, cohort.batches)):
            cohort.lose(b, record)
    if span is not None:
        when = run.agenda.now + span.draw(run.draws.uniform(role, "for", k))
        run.agenda.at(when, REPAIR + node, _over, (run, node, record))


def _held(share: float, batches: int) -> int:
    """How many batches a fault of this share holds down: at least one, so that no fault is without effect."""
    return max(1, int(share * batches + 0.5)) if share > 0 else 0


def _repair(run: Run, node: int, cause: int) -> None:
    """It is whole again: every fault is gone, and with it its end that may still be scheduled."""
    for fault in list(run.faults.get(node, ())):
        _end(run, node, fault, cause)


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


def _submit(run: Run, body: tuple[int, Any], cause: int, role: str, k: int) -> None:
    station, what = body
    n = max(1, round(what.units))
    run.budget.submit(n, run.stations[station].plan.path)
    for j in range(n):
        run.budget.submitted(j, run.stations[station].plan.path)
        work = what.work.draw(run.draws.uniform(role, "work", k * n + j))
        run.stations[station].enter(
            Job(cohort=None, batch=-1, life=0, stage=0, stages=(), cause=cause, units=1.0, work=work, label=what.label or "")
        )


def _move_out(run: Run, zones: tuple[str, ...], cause: int, *, out: bool) -> None:
    """Every load balancer leaves a zone, or uses it again, without asking its control plane."""
    for route in run.routes.values():
        if route.plan.route is not None and route.plan.route.shift is not None:
            for t, zone in enumerate(route.plan.zones):
                if zone in zones:
                    route.shifted(t, out, "evacuation", cause)
