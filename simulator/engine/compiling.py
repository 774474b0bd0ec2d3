"""From a scenario and its tenants to index lists: names become indices, laws become quantiles, order is settled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from simulator.distributions import Distribution
from simulator.engine.conditions import amount, compiled
from simulator.engine.need import served_by
from simulator.engine.plan import LEAP, MOST_BATCHES, CohortPlan, EventPlan, LatchPlan, Plan, RulePlan, StagePlan, StationPlan, StockPlan
from simulator.engine.reach import targets
from simulator.model.component import Component, Hazard, latches, lives
from simulator.model.requirement import Spread
from simulator.model.station import Station
from simulator.model.world import Scenario
from simulator.units import parse_clock, parse_duration, resolve_clock


@dataclass(kw_only=True, slots=True)
class Names:
    """Which index a name has: nodes (components, stocks, routes), stations, and the world's cohorts."""

    nodes: dict[str, int]
    stations: dict[str, int]
    cohorts: dict[str, int]


def scoped(name: str, owner: str) -> Iterable[str]:
    """Where a name may be found, from the owner's own place outwards."""
    place = owner.split("/")
    for depth in range(len(place), -1, -1):
        yield "/".join([*place[:depth], name])


def found(name: str, owner: str, known: dict[str, int]) -> int:
    """The index of what `name` means to `owner`; KeyError when nothing of that name is in reach."""
    for candidate in scoped(name, owner):
        if candidate in known:
            return known[candidate]
    msg = f"{owner} refers to {name}, which does not exist"
    raise KeyError(msg)


def seconds(clock: str, scenario: Scenario) -> float:
    """A clock time, or a duration after the start, in seconds since the start."""
    try:
        return parse_duration(clock)
    except ValueError:
        start = parse_clock(scenario.start)
        return resolve_clock(parse_clock(clock), start, scenario.horizon)  # type: ignore[arg-type]


def stage_plans(
    stages: Iterable[Any], *, owner: str, role: str, batches: int, single: bool, index: Callable[[str, str], int]
) -> tuple[StagePlan, ...]:
    """Stages with names as indices; `index(kind, name)` finds a node, station or cohort."""
    return tuple(_stage_plan(s, f"{role}#{n}", batches, single, index) for n, s in enumerate(stages)) if owner else ()


def _stage_plan(stage: Any, role: str, batches: int, single: bool, index: Callable[[str, str], int]) -> StagePlan:
    kind = next(iter(type(stage).model_fields))
    body = getattr(stage, kind)
    law: Distribution | None = getattr(body, "work", None) or getattr(body, "span", None)
    common: dict[str, Any] = {
        "kind": kind, "role": role, "law": law, "share": body.share, "group": body.group or "", "impaired": body.state == "impaired",
        "quantiles": () if single or law is None else tuple(law.quantiles(batches)),
    }  # fmt: skip
    if kind == "visit":
        return StagePlan(
            **common, station=index("station", body.station), label=body.label or "", again=body.again, weightless=body.weightless
        )
    if kind == "until":
        return StagePlan(**common, node=index("node", body.up), poll=body.poll)
    if kind == "follow":
        return StagePlan(**common, cohort=index("cohort", body.component))
    return StagePlan(**common)


def batches_of(component: Component, units: float) -> tuple[int, bool]:
    """In how many parts a cohort moves, and whether each part is a single unit."""
    if component.batches is not None:
        n = min(component.batches, max(1, round(units)))
    else:
        n = int(min(max(1, round(units)), LEAP if isinstance(component.failure, Hazard) else MOST_BATCHES))
    return n, n == round(units)


def latch_plans(component: Component, owner: str, node: Callable[[str], int]) -> tuple[LatchPlan, ...]:
    """What takes the units down, with bounds cumulated for a spread."""
    plans = []
    for latch in latches(component):
        on = latch.on
        pairs = sorted(on.spread.items()) if isinstance(on, Spread) else [(on, 1.0)]
        if not all(isinstance(path, str) for path, _ in pairs):
            msg = f"{owner}: a latching requirement names a path or a spread; give a combination a component of its own"
            raise ValueError(msg)
        bounds, total = [], 0.0
        for _, share in pairs:
            total += share
            bounds.append(total)
        bounds[-1] = 1.0
        plans.append(
            LatchPlan(nodes=tuple(node(p) for p, _ in pairs), bounds=tuple(bounds), restore=latch.restore, at_loss=latch.at_loss)
        )
    return tuple(plans)


def compile_world(scenario: Scenario) -> tuple[Plan, Names]:
    """The world's part of the plan. Components and stocks are nodes, ranked by path; requirements come before what requires them."""
    world = scenario.world
    plan = Plan(horizon=scenario.horizon, concentration=world.exposure_concentration)
    paths = sorted([c.path for c in world.components] + [s.path for s in world.stocks])
    names = Names(
        nodes={p: i for i, p in enumerate(paths)},
        stations={p: i for i, p in enumerate(sorted(s.path for s in world.stations))},
        cohorts={p: i for i, p in enumerate(sorted(c.path for c in world.components))},
    )
    plan.owners = paths
    plan.world_nodes = len(paths)
    plan.own = [1.0] * len(paths)
    plan.needs = [None] * len(paths)
    reading: list[list[int]] = [[] for _ in paths]
    for c in sorted(world.components, key=lambda c: c.path):
        _add_component(c, plan, names, reading)
    for s in world.stocks:
        i = names.nodes[s.path]
        level = amount(s.capacity if s.level is None else s.level)
        plan.own[i] = float(level > 0)
        plan.units[s.path] = 1.0
        flows = tuple(_flow(f, lambda n, owner=s.path: found(n, owner, names.nodes)) for f in s.flows)  # type: ignore[misc]
        plan.stocks[i] = StockPlan(path=s.path, capacity=amount(s.capacity), level=level, flows=flows)
    plan.order = _order(reading)
    plan.dependents = _dependents(reading)
    for station in sorted(world.stations, key=lambda s: s.path):
        plan.stations.append(station_plan(station, station.path, lambda n, owner=station.path: found(n, owner, names.nodes)))  # type: ignore[misc]
    _settle_first(plan)
    for rule in sorted([*world.rules, *scenario.rules], key=lambda r: (r.path or "", r.name)):
        owner = rule_owner(rule)
        plan.rules.append(rule_plan(rule, owner, names, lambda n, owner=owner: found(n, owner, names.nodes), role=owner))  # type: ignore[misc]
    for event in sorted(scenario.events, key=lambda e: e.name):
        effects = _by_target(effect_plan(e, event.name, names, lambda n: found(n, "", names.nodes)) for e in event.do)
        plan.events.append(EventPlan(name=event.name, time=seconds(event.at, scenario), effects=effects))
    return plan, names


def _add_component(c: Component, plan: Plan, names: Names, reading: list[list[int]]) -> None:
    i = names.nodes[c.path]

    def node(name: str) -> int:
        return found(name, c.path, names.nodes)

    def index(kind: str, name: str) -> int:
        return found(name, c.path, {"node": names.nodes, "station": names.stations, "cohort": names.cohorts}[kind])

    parts = [served_by(need, node) for need in lives(c)]
    if parts:
        plan.needs[i] = parts[0][0] if len(parts) == 1 else _product([f for f, _ in parts])
        reading[i] = [j for _, r in parts for j in r]
    units = float(c.units) if isinstance(c.units, float | int) else float(c.units.spread)
    batches, single = batches_of(c, units)
    if c.initially == "down":
        plan.own[i] = 0.0
    if c.serves_at_least is not None:
        plan.quorum[i] = c.serves_at_least / units
    plan.units[c.path] = units
    plan.cohorts.append(
        CohortPlan(
            owner=c.path, node=i, role=c.path, units=units, batches=batches, single=single, off=c.initially == "down",
            latches=latch_plans(c, c.path, node),
            recovery=stage_plans(c.recovery, owner=c.path, role=c.path, batches=batches, single=single, index=index),
            provision=stage_plans(c.provision, owner=c.path, role=c.path + "+", batches=batches, single=single, index=index),
            failure=c.failure,
        )
    )  # fmt: skip


def _product(functions: list[Any]) -> Any:
    def served(v: Any) -> float:
        share = 1.0
        for f in functions:
            share *= f(v)
        return share

    return served


def _flow(flow: Any, index_of: Callable[[str], int]) -> tuple[Any, ...]:
    tag = next(iter(type(flow).model_fields))
    body = getattr(flow, tag)
    condition = None if body.during is None else compiled(body.during, index_of)
    if tag == "steady":
        return ("steady", float(body.per_second), 0.0, condition)
    return ("relax", amount(body.toward), body.over, condition)


def station_plan(station: Station, path: str, index_of: Callable[[str], int]) -> StationPlan:
    """A station with its discipline spelt out."""
    tag = next(iter(type(station.discipline).model_fields))
    body = getattr(station.discipline, tag)
    parts = [served_by(need.live, index_of) for need in station.requires if hasattr(need, "live")]
    return StationPlan(
        path=path, discipline=tag, servers=getattr(body, "servers", 1.0), per_job=getattr(body, "per_job", 1e12), capacity=station.capacity,
        goodput=tuple((level.inside, level.capacity) for level in station.goodput), first=tuple(station.first),
        patience=None if station.patience is None else station.patience.after,
        again=0.0 if station.patience is None else station.patience.again,
        need=_product([f for f, _ in parts]) if parts else None, reads=tuple(j for _, r in parts for j in r),
    )  # fmt: skip


def rule_owner(rule: Any) -> str:
    """What a rule is called in the trace: its name, behind the place it stands in."""
    return rule.name if rule.path is None or rule.name.startswith(f"{rule.path}/") else f"{rule.path}/{rule.name}"


def rule_plan(rule: Any, owner: str, names: Names, index_of: Callable[[str], int], *, role: str, tenant: int = -1) -> RulePlan:
    """A rule with its condition compiled and its targets found."""
    effects = _by_target(effect_plan(e, owner, names, index_of) for e in rule.do)
    condition = compiled(rule.when, index_of)
    return RulePlan(
        name=owner, role=role, condition=condition, after=rule.after, commits=rule.commits, once=rule.once, effects=effects, tenant=tenant
    )


def _by_target(effects: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """Effects of one kind that follow each other, in order of what they act on: a pattern may list its matches in any order."""
    return tuple(e for _, alike in groupby(effects, key=itemgetter(0)) for e in sorted(alike, key=targets))


def effect_plan(effect: Any, owner: str, names: Names, index_of: Callable[[str], int]) -> tuple[str, Any]:
    """An effect as (what, operands), with targets as node or station indices."""
    tag = next(iter(type(effect).model_fields))
    body = getattr(effect, tag)
    if tag == "fail":
        return tag, (index_of(body.target), body.span, body.share)
    if tag in {"repair", "start", "stop"}:
        return tag, tuple(sorted(index_of(p) for p in body))
    if tag in {"withdraw", "readmit"}:
        return tag, tuple(body)
    if tag == "switch":
        return tag, (index_of(body.route), index_of(body.to))
    if tag in {"submit", "set_capacity"}:
        station = found(body.station, owner, names.stations)
        return tag, (station, body)
    return tag, body


def _order(reading: list[list[int]]) -> list[int]:
    """Position of each node in an order in which whatever is required comes first; ValueError on a cycle."""
    position = [-1] * len(reading)
    state = [0] * len(reading)
    count = 0
    for root in range(len(reading)):
        stack = [(root, iter(reading[root]))] if state[root] == 0 else []
        state[root] = state[root] or 1
        while stack:
            node, rest = stack[-1]
            below = next((j for j in rest if state[j] != 2), None)
            if below is None:
                state[node], position[node] = 2, count
                count += 1
                stack.pop()
            elif state[below] == 1:
                msg = "live requirements run in a circle"
                raise ValueError(msg)
            else:
                state[below] = 1
                stack.append((below, iter(reading[below])))
    return position


def _dependents(reading: list[list[int]]) -> list[tuple[int, ...]]:
    out: list[set[int]] = [set() for _ in reading]
    for i, reads_of in enumerate(reading):
        for j in reads_of:
            out[j].add(i)
    return [tuple(sorted(d)) for d in out]


def _settle_first(plan: Plan) -> None:
    plan.values = list(plan.own)
    for i in sorted(range(len(plan.owners)), key=plan.order.__getitem__):
        own = plan.own[i] if i not in plan.quorum else float(plan.own[i] >= plan.quorum[i])
        need = plan.needs[i]
        plan.values[i] = own if need is None else own * need(plan.values)
