"""The parts of a plan: stages, latches, flows, stations, rules and effects, with names as indices and laws as quantiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

from simulator.distributions import Distribution, parse_distribution
from simulator.engine.conditions import amount, compiled
from simulator.engine.names import Names, found
from simulator.engine.need import served_by
from simulator.engine.plan import LEAP, MOST_BATCHES, BatchStockPlan, HazardPlan, LatchPlan, RulePlan, StagePlan, StationPlan
from simulator.engine.profiles import Profile
from simulator.engine.reach import targets
from simulator.engine.streams import stage_role, way_role
from simulator.model.component import Component, Hazard, HazardOf, latches
from simulator.model.requirement import Spread
from simulator.model.station import Station
from simulator.model.stock import Stock


def stage_plans(
    stages: Iterable[Any], *, owner: str, role: str, batches: int, single: bool, index: Callable[[str, str], int]
) -> tuple[StagePlan, ...]:
    """Stages with names as indices; `index(kind, name)` finds a node, station or cohort."""
    return tuple(_stage_plan(s, stage_role(role, n), batches, single, index) for n, s in enumerate(stages)) if owner else ()


def _stage_plan(stage: Any, role: str, batches: int, single: bool, index: Callable[[str, str], int]) -> StagePlan:
    kind = next(iter(type(stage).model_fields))
    body = getattr(stage, kind)
    if kind == "either":
        ways = tuple(
            (
                *(_stage_plan(s, stage_role(way_role(role, w), n), batches, single, index) for n, s in enumerate(way)),
                StagePlan(kind="won", role=role),
            )
            for w, way in enumerate(body.ways)
        )
        return StagePlan(kind=kind, role=role, share=body.share, group=body.group or "", impaired=body.state == "impaired", ways=ways)
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
    if kind == "take":
        return StagePlan(**common, node=index("node", body.stock), amount=body.amount)
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


def hazard_plan(
    hazard: HazardOf, index: Callable[[str, str], int], *, clock: tuple[float, float], ratio: float = 1.0
) -> HazardPlan:
    """A hazard with its day laid along the run; `clock` is the second of the day at the start, and the horizon."""
    start, horizon = clock
    return HazardPlan(
        rate=hazard.rate * hazard.harmful * ratio,
        profile=Profile([(knot.hour, knot.factor) for knot in hazard.profile], start=start, horizon=horizon),
        during=None if hazard.during is None else compiled(hazard.during, lambda name: index("node", name)),
        without=-1 if hazard.without is None else index("cohort", hazard.without),
        driver=-1 if hazard.driven_by is None else index("station", hazard.driven_by),
    )


def product_of(functions: list[Any]) -> Any:
    """All of several requirements: the product of what each serves."""
    def served(v: Any) -> float:
        share = 1.0
        for f in functions:
            share *= f(v)
        return share

    return served


def flow_plan(flow: Any, index_of: Callable[[str], int]) -> tuple[Any, ...]:
    """A flow of a stock as a tuple (see `stocks.FlowPlan`)."""
    tag = next(iter(type(flow).model_fields))
    body = getattr(flow, tag)
    condition = None if body.during is None else compiled(body.during, index_of)
    if tag == "steady":
        return ("steady", float(body.per_second), 0.0, condition)
    return ("relax", amount(body.toward), body.over, condition)


def batch_stock_plan(stock: Stock, cohort: int, index_of: Callable[[str], int]) -> BatchStockPlan:
    """A level for each batch of a cohort: a law where the file gives one, else the same for all."""
    level = parse_distribution(stock.capacity if stock.level is None else stock.level, amount)
    return BatchStockPlan(
        path=stock.path, cohort=cohort, share=stock.share, capacity=amount(stock.capacity), level=level,
        flows=tuple(flow_plan(f, index_of) for f in stock.flows),
    )  # fmt: skip


def station_plan(station: Station, path: str, index_of: Callable[[str], int], *, behind: int = -1, node: int = -1) -> StationPlan:
    """A station with its discipline spelt out; `behind` is the station that is served before it, `node` stands for its room."""
    tag = next(iter(type(station.discipline).model_fields))
    body = getattr(station.discipline, tag)
    parts = [served_by(need.live, index_of) for need in station.requires if hasattr(need, "live")]
    return StationPlan(
        path=path, discipline=tag, servers=getattr(body, "servers", 1.0), per_job=getattr(body, "per_job", 1e12), capacity=station.capacity,
        goodput=tuple((level.inside, level.capacity) for level in station.goodput), first=tuple(station.first),
        patience=None if station.patience is None else station.patience.after,
        again=0.0 if station.patience is None else station.patience.again,
        need=product_of([f for f, _ in parts]) if parts else None, reads=tuple(j for _, r in parts for j in r),
        behind=behind, room=station.room or 0.0, node=node,
    )  # fmt: skip


def rule_plan(
    rule: Any, owner: str, names: Names, index_of: Callable[[str], int], *, clock: Callable[[str], float], role: str, tenant: int = -1
) -> RulePlan:
    """A rule with its condition compiled and its targets found; `clock` turns an instant into seconds since the start."""
    effects = by_target(effect_plan(e, owner, names, index_of) for e in rule.do)
    condition = compiled(rule.when, index_of)
    if condition[0] == "at":
        condition = ("at", clock(condition[1]))
    return RulePlan(
        name=owner, role=role, condition=condition, after=rule.after, commits=rule.commits, once=rule.once, effects=effects, tenant=tenant
    )


def by_target(effects: Iterable[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
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
    if tag == "fill":
        return tag, (index_of(body.stock), amount(body.by))
    if tag in {"submit", "set_capacity"}:
        station = found(body.station, owner, names.stations)
        return tag, (station, body)
    return tag, body
