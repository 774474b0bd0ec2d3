"""From a scenario and its tenants to index lists: names become indices, laws become quantiles, order is settled once."""

from __future__ import annotations

from functools import partial

from simulator.engine.conditions import amount
from simulator.engine.names import Names, day_clock, found, rule_owner, seconds
from simulator.engine.need import served_by
from simulator.engine.parts import (
    batch_stock_plan,
    batches_of,
    by_target,
    effect_plan,
    flow_plan,
    hazard_plan,
    latch_plans,
    product_of,
    rule_plan,
    stage_plans,
    station_plan,
)
from simulator.engine.plan import CohortPlan, EventPlan, Plan, StockPlan
from simulator.engine.streams import provision_role
from simulator.model.component import After, Component, Hazard, lives
from simulator.model.stock import Stock
from simulator.model.world import Scenario


def compile_world(scenario: Scenario) -> tuple[Plan, Names]:
    """The world's part of the plan. Components and stocks are nodes, ranked by path; requirements come before what requires them."""
    world = scenario.world
    plan = Plan(horizon=scenario.horizon, concentration=world.exposure_concentration)
    paths = sorted([c.path for c in world.components] + [s.path for s in world.stocks] + [s.path for s in world.stations if s.room])
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
    clock = day_clock(scenario)
    for c in sorted(world.components, key=lambda c: c.path):
        _add_component(c, plan, names, reading, clock)
    for stock in world.stocks:
        _add_stock(stock, plan, names)
    plan.order = _order(reading)
    plan.dependents = _dependents(reading)
    for station in sorted(world.stations, key=lambda s: s.path):
        behind = -1 if station.behind is None else found(station.behind, station.path, names.stations)
        node = names.nodes[station.path] if station.room else -1
        if station.room:
            plan.units[station.path] = 1.0
        index = partial(_found_by, station.path, names.nodes)
        plan.stations.append(station_plan(station, station.path, index, behind=behind, node=node))
    plan.world_stations = len(plan.stations)
    _settle_first(plan)
    for rule in sorted([*world.rules, *scenario.rules], key=lambda r: (r.path or "", r.name)):
        owner = rule_owner(rule)
        index = partial(_found_by, owner, names.nodes)
        plan.rules.append(rule_plan(rule, owner, names, index, clock=partial(seconds, scenario=scenario), role=owner))
    for event in sorted(scenario.events, key=lambda e: e.name):
        effects = by_target(effect_plan(e, event.name, names, lambda n: found(n, "", names.nodes)) for e in event.do)
        plan.events.append(EventPlan(name=event.name, time=seconds(event.at, scenario), effects=effects))
    return plan, names


def _add_stock(s: Stock, plan: Plan, names: Names) -> None:
    i, index = names.nodes[s.path], partial(_found_by, s.path, names.nodes)
    if s.each is not None:
        plan.batch_stocks[i] = batch_stock_plan(s, found(s.each, s.path, names.cohorts), index)
        return
    level = amount(s.capacity if s.level is None else s.level)
    plan.own[i] = float(level > 0)
    plan.units[s.path] = 1.0
    flows = tuple(flow_plan(f, index) for f in s.flows)
    plan.stocks[i] = StockPlan(path=s.path, capacity=amount(s.capacity), level=level, flows=flows)


def _found_by(owner: str, known: dict[str, int], name: str) -> int:
    return found(name, owner, known)


def _add_component(c: Component, plan: Plan, names: Names, reading: list[list[int]], clock: tuple[float, float]) -> None:
    i = names.nodes[c.path]

    def node(name: str) -> int:
        return found(name, c.path, names.nodes)

    def index(kind: str, name: str) -> int:
        return found(name, c.path, {"node": names.nodes, "station": names.stations, "cohort": names.cohorts}[kind])

    parts = [served_by(need, node) for need in lives(c)]
    if parts:
        plan.needs[i] = parts[0][0] if len(parts) == 1 else product_of([f for f, _ in parts])
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
            provision=stage_plans(c.provision, owner=c.path, role=provision_role(c.path), batches=batches, single=single, index=index),
            failure=c.failure.after if isinstance(c.failure, After) else None,
            hazard=hazard_plan(c.failure.hazard, index, clock=clock) if isinstance(c.failure, Hazard) else None,
        )
    )  # fmt: skip


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
