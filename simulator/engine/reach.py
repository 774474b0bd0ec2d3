"""What a scenario can ever change: everything else stands still and costs nothing."""

from typing import Any

from simulator.engine.conditions import reads
from simulator.engine.plan import Plan


def moving_nodes(plan: Plan) -> frozenset[int]:
    """Nodes reachable from events, laws of failure, flows and rules through requirements, latches and rules' deeds."""
    moving: set[int] = set()
    news = [i for e in plan.events for effect in e.effects for i in targets(effect)]
    news += [c.node for c in plan.cohorts if c.failure is not None]
    news += [i for i, (_, flows) in plan.stocks.items() if any(flow[3] is None for flow in flows)]
    news += [i for r in plan.rules if r.condition[0] in {"at", "every"} for effect in r.effects for i in targets(effect)]
    after: dict[int, set[int]] = {}
    for c in plan.cohorts:
        for latch in c.latches:
            for i in latch.nodes:
                after.setdefault(i, set()).add(c.node)
    for i, (_, flows) in plan.stocks.items():
        for flow in flows:
            for j in reads(flow[3]) if flow[3] is not None else ():
                after.setdefault(j, set()).add(i)
    for rule in plan.rules:
        for j in reads(rule.condition):
            after.setdefault(j, set()).update(i for effect in rule.effects for i in targets(effect))
    while news:
        i = news.pop()
        if i not in moving:
            moving.add(i)
            news.extend(plan.dependents[i] if i < len(plan.dependents) else ())
            news.extend(after.get(i, ()))
    return frozenset(moving)


def targets(effect: tuple[str, Any]) -> tuple[int, ...]:
    """The nodes an effect acts on."""
    tag, body = effect
    if tag == "fail":
        return (body[0],)
    return body if tag in {"repair", "start", "stop", "switch"} else ()
