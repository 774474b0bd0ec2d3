"""Incidents times architectures: every incident replayed once for all of them, with the dice and the measures of a comparison."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from simulator.engine.placements import zones_of
from simulator.ensemble.cases import is_fixed
from simulator.ensemble.comparing import compare
from simulator.ensemble.estimating import estimate, interval, warnings_of
from simulator.ensemble.gathering import Asked, Gathered, Gathering
from simulator.ensemble.matrix_results import Case, Cell, Figures, Matrix, Reach, Reached, Row, Struck
from simulator.ensemble.reaching import struck_regions
from simulator.ensemble.replicating import HERE, Running
from simulator.ensemble.results import Comparison, ComparisonRow, Estimate
from simulator.model.world import Scenario, Tenant

REACHES: tuple[Reach, ...] = ("zone", "zones", "regions", "elsewhere")
LEAST = 5
"""Values below which no interval is told: with so few, one more of them may change it altogether."""
HALF = 0.5
"""Share of what one zone loses that a way to spread has to save to be called enough."""


def matrix(gathering: Gathering, *, seed: int, replications: int, running: Running = HERE) -> Matrix:
    """Replay each incident `replications` times with all that have a place in it riding along."""
    rows = _rows(gathering)
    incidents, cells = [], []
    told: dict[str, None] = dict.fromkeys(warnings_of(replications))
    for n, night in enumerate(gathering.incidents):
        scenario, riders = night.loaded.scenario, list(night.found.values())
        origin, region = night.loaded.origin(seed), home(scenario, riders)
        part = running.within(n * replications, replications * len(gathering.incidents))
        found = compare(scenario, riders, origin=origin, replications=replications, drawn=False, running=part, key=f"matrix {n}")
        own = [_cell(night, ask, gathering.names[ask], found) for ask in gathering.names]
        told |= {text if text in told else f"{scenario.name}: {text}": None for text in (*found.warnings, *_spared(own, replications))}
        cells += own
        incidents.append(
            Struck(
                origin=origin, summary=scenario.summary, region=region, by_chance=not scenario.hit_zones,
                blast_radius=found.blast_radius,
                reached=tuple(_reached(_architectures(night), region, found)), invented=scenario.invented,
            )
        )  # fmt: skip
    if gathering.left_out:
        told[f"left out, since no world and architecture here go with it: {', '.join(gathering.left_out)}"] = None
    if gathering.invented:
        told[f"left out, since they never happened and nobody named them: {', '.join(gathering.invented)}"] = None
    return Matrix(seed=seed, replications=replications, incidents=tuple(incidents), rows=rows, cells=tuple(cells), warnings=tuple(told))


def _rows(gathering: Gathering) -> tuple[Row, ...]:
    """Architectures before tenants, each in order of cost; those of unknown cost last."""
    rows = []
    for ask, name in gathering.names.items():
        tenant = next(night.found[ask] for night in gathering.incidents if ask in night.found)
        rows.append(Row(name=name, kind=ask[0], summary=tenant.summary, cost_index=tenant.cost_index or None))
    return tuple(sorted(rows, key=lambda row: (row.kind, math.inf if row.cost_index is None else row.cost_index, row.name)))


def _architectures(night: Gathered) -> list[Tenant]:
    return [tenant for ask, tenant in night.found.items() if ask[0] == "architecture"]


def _spared(cells: Sequence[Cell], replications: int) -> Iterator[str]:
    """What has to be said of those whom chance struck never, or too seldom for an interval."""
    never = [cell.name for cell in cells if cell.never_hit]
    if never:
        yield f"never hit in {replications}: {', '.join(never)}"
    hits = {cell.name: cell.figures["if_hit"].replications for cell in cells if "if_hit" in cell.figures}
    seldom = [f"{name} ({count})" for name, count in hits.items() if count < LEAST]
    if seldom:
        yield f"fewer than {LEAST} hits, and so means without intervals: {', '.join(seldom)}"


def home(scenario: Scenario, riders: Sequence[Tenant]) -> str:
    """The region of which an incident's reach is told: of those that it strikes the one in which most of the riders have a part."""
    regions = list(zones_of(scenario))
    struck = struck_regions(scenario)
    parts = Counter(region for rider in riders for region in {group.region for group in rider.placement})
    return min([region for region in regions if region in struck] or regions, key=lambda region: (-parts[region], region))


def reach_of(tenant: Tenant, region: str) -> Reach:
    """How far an architecture spreads, seen from a region."""
    regions = {group.region for group in tenant.placement}
    if region not in regions:
        return "elsewhere"
    if len(regions) > 1:
        return "regions"
    return "zones" if sum(len(group.roles) for group in tenant.placement) > 1 else "zone"


def _cell(night: Gathered, ask: Asked, name: str, found: Comparison) -> Cell:
    by_chance = not night.loaded.scenario.hit_zones
    if ask not in night.found:
        because = night.because[ask]
        return Cell(incident=found.origin.scenario, kind=ask[0], name=name, figures={}, empty_because=because, by_chance=by_chance)
    rows = {row.placement: row for row in found.rows if row.architecture == name}
    calls, horizon = night.found[ask].calls, found.origin.horizon_seconds
    figures: dict[Case, Figures] = {}
    standing = ask[0] == "tenant" and is_fixed(night.found[ask])
    if "hit" in rows and not standing:
        figures["hit"] = _figures(rows["hit"], calls, horizon)
    if by_chance and rows["average"].hit_in > 0:
        figures["if_hit"] = _figures(rows["average"], calls, horizon, if_hit=True)
    # Of all placements there is one where it stood: the average over them is how it fared there.
    figures["fixed" if standing else "average"] = _figures(rows["average"], calls, horizon)
    return Cell(incident=found.origin.scenario, kind=ask[0], name=name, figures=figures, by_chance=by_chance)


def _figures(row: ComparisonRow, calls: float, horizon: float, *, if_hit: bool = False) -> Figures:
    kept = [n for n, lost in enumerate(row.values["lost"]) if lost > 0.0 or not if_hit]

    def over(quantity: str, ceiling: float) -> Estimate:
        found = estimate([row.values[quantity][n] for n in kept], ceiling=ceiling, certain=row.certain)
        return found if len(kept) >= LEAST else replace(found, ci95=None)

    return Figures(
        outage_minutes=over("outage", horizon / 60.0), lost_minutes=over("lost", horizon / 60.0), blast_radius_users=over("users", 1.0),
        blast_radius_users_worst_placement=over("deepest", 1.0), lost_requests=over("requests", calls * horizon),
        open_at_horizon=math.fsum(row.values["open"][n] for n in kept) / len(kept), replications=len(kept),
        baseline=row.baseline,
    )  # fmt: skip


def _reached(architectures: Sequence[Tenant], region: str, found: Comparison) -> Iterator[Reached]:
    """The best of each way to spread, beside the best in one zone."""
    case = "hit" if any(row.placement == "hit" for row in found.rows) else "average"
    lost = {row.architecture: row.values["lost"] for row in found.rows if row.placement == case}
    mean = {row.architecture: row.lost_minutes.mean for row in found.rows if row.placement == case}
    # Who serves too little before the incident has less to lose in it, and is the best of its kind only where there is no other.
    short = {row.architecture for row in found.rows if row.baseline is not None and row.baseline.below_threshold}
    best: dict[Reach, Tenant] = {}
    for tenant in sorted(architectures, key=lambda one: (one.name in short, mean[one.name], one.cost_index, one.name)):
        best.setdefault(reach_of(tenant, region), tenant)
    if "zone" not in best:
        return
    base = lost[best["zone"].name]
    # Where chance says who is hit, it is the hits that the differences rest on.
    enough = sum(one > 0.0 for one in base) >= LEAST if case == "average" else len(base) >= LEAST
    for reach in REACHES:
        if reach in best:
            one = best[reach].name
            saved = [ours - theirs for ours, theirs in zip(base, lost[one], strict=True)]
            beyond = [gap - HALF * ours for gap, ours in zip(saved, base, strict=True)]
            told = enough and reach != "zone"
            yield Reached(
                reach=reach, name=one, lost_minutes=mean[one], saved_minutes=math.fsum(saved) / len(saved),
                saved_ci95=interval(saved) if told else None, beyond_half_ci95=interval(beyond) if told else None,
            )  # fmt: skip
