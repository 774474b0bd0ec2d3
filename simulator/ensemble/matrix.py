"""Incidents times architectures: every incident replayed once for all of them, with the dice and the measures of a comparison."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from simulator.engine.placements import zones_of
from simulator.ensemble.cases import is_fixed
from simulator.ensemble.comparing import compare
from simulator.ensemble.estimating import estimate, warnings_of
from simulator.ensemble.gathering import Asked, Gathered, Gathering
from simulator.ensemble.matrix_results import Case, Cell, Figures, Matrix, Reach, Reached, Row, Struck
from simulator.ensemble.reaching import struck_regions
from simulator.ensemble.results import Comparison, ComparisonRow, Estimate, RadiusEstimate
from simulator.measures.blast_radius import BlastRadius, of_all_users, of_tenants
from simulator.measures.index import TraceIndex
from simulator.model.world import Scenario, Tenant

Progress = Callable[[int, int], None]
REACHES: tuple[Reach, ...] = ("zone", "zones", "regions", "elsewhere")


def matrix(gathering: Gathering, *, seed: int, replications: int, progress: Progress | None = None) -> Matrix:
    """Replay each incident `replications` times with all that have a place in it riding along."""
    rows = _rows(gathering)
    incidents, cells = [], []
    told: dict[str, None] = dict.fromkeys(warnings_of(replications))
    for n, night in enumerate(gathering.incidents):

        def tick(done: int, of: int, before: int = n * replications) -> None:
            if progress is not None:
                progress(before + done, of * len(gathering.incidents))

        scenario, riders = night.loaded.scenario, list(night.found.values())
        told_of = _Tenants(tenants=_of_kind(night, "tenant"))
        origin, region = night.loaded.origin(seed), home(scenario, riders)
        found = compare(scenario, riders, origin=origin, replications=replications, progress=tick, watch=told_of.add)
        own = [_cell(night, ask, gathering.names[ask], found) for ask in gathering.names]
        told |= {text if text in told else f"{scenario.name}: {text}": None for text in found.warnings}
        cells += own
        incidents.append(
            Struck(
                origin=origin, summary=scenario.summary, region=region, by_chance=not scenario.hit_zones,
                blast_radius={**found.blast_radius, **told_of.estimates()},
                reached=tuple(_reached(_of_kind(night, "architecture"), region, found)),
            )
        )  # fmt: skip
    if gathering.left_out:
        told[f"left out, since no world and architecture here go with it: {', '.join(gathering.left_out)}"] = None
    return Matrix(seed=seed, replications=replications, incidents=tuple(incidents), rows=rows, cells=tuple(cells), warnings=tuple(told))


def _rows(gathering: Gathering) -> tuple[Row, ...]:
    """Architectures before tenants, each in order of cost; those of unknown cost last."""
    rows = []
    for ask, name in gathering.names.items():
        tenant = next(night.found[ask] for night in gathering.incidents if ask in night.found)
        rows.append(Row(name=name, kind=ask[0], summary=tenant.summary, cost_index=tenant.cost_index or None))
    return tuple(sorted(rows, key=lambda row: (row.kind, math.inf if row.cost_index is None else row.cost_index, row.name)))


def _of_kind(night: Gathered, kind: str) -> list[Tenant]:
    return [tenant for ask, tenant in night.found.items() if ask[0] == kind]


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


@dataclass(kw_only=True)
class _Tenants:
    """How far an incident reaches among the tenants that ride in it, replication by replication."""

    tenants: Sequence[Tenant]
    found: dict[str, list[BlastRadius]] = field(default_factory=dict)

    def add(self, index: TraceIndex) -> None:
        if not self.tenants:
            return
        curves = [index.curve(f"{tenant.name}@0") for tenant in self.tenants]
        down = of_tenants(curves, [tenant.objective for tenant in self.tenants])
        people = of_all_users(curves, [tenant.users for tenant in self.tenants])
        for name, radius in (("tenants", down), ("tenant_users", people)):
            self.found.setdefault(name, []).append(radius)

    def estimates(self) -> Mapping[str, RadiusEstimate]:
        """Of the tenants as they stand, those below their objective, and the users not served."""

        def over(values: list[float]) -> Estimate:
            return estimate(values, ceiling=1.0)

        return {
            name: RadiusEstimate(peak=over([r.peak for r in radii]), ever=over([max(r.ever, r.peak) for r in radii]))
            for name, radii in self.found.items()
        }


def _cell(night: Gathered, ask: Asked, name: str, found: Comparison) -> Cell:
    if ask not in night.found:
        return Cell(incident=found.origin.scenario, kind=ask[0], name=name, figures={}, empty_because=night.because[ask])
    rows = {row.placement: row for row in found.rows if row.architecture == name}
    figures: dict[Case, Figures] = {}
    standing = ask[0] == "tenant" and is_fixed(night.found[ask])
    if "hit" in rows and not standing:
        figures["hit"] = _figures(rows["hit"])
    if not night.loaded.scenario.hit_zones and rows["average"].hit_in > 0:
        figures["if_hit"] = _figures(rows["average"], if_hit=True)
    # Of all placements there is one where it stood: the average over them is how it fared there.
    figures["fixed" if standing else "average"] = _figures(rows["average"])
    return Cell(incident=found.origin.scenario, kind=ask[0], name=name, figures=figures)


def _figures(row: ComparisonRow, *, if_hit: bool = False) -> Figures:
    kept = [n for n, lost in enumerate(row.values["lost"]) if lost > 0.0 or not if_hit]

    def over(quantity: str, ceiling: float = math.inf) -> Estimate:
        return estimate([row.values[quantity][n] for n in kept], ceiling=ceiling)

    return Figures(
        outage_minutes=over("outage"), lost_minutes=over("lost"), blast_radius_users=over("users", 1.0),
        blast_radius_users_worst_placement=over("deepest", 1.0), lost_requests=over("requests"),
        open_at_horizon=math.fsum(row.values["open"][n] for n in kept) / len(kept), replications=len(kept),
    )  # fmt: skip


def _reached(architectures: Sequence[Tenant], region: str, found: Comparison) -> Iterator[Reached]:
    """The best of each way to spread, beside the best in one zone."""
    case = "hit" if any(row.placement == "hit" for row in found.rows) else "average"
    lost = {row.architecture: row.lost_minutes.mean for row in found.rows if row.placement == case}
    best: dict[Reach, Tenant] = {}
    for tenant in sorted(architectures, key=lambda one: (lost[one.name], one.cost_index, one.name)):
        best.setdefault(reach_of(tenant, region), tenant)
    base = best.get("zone")
    if base is None:
        return
    for reach in REACHES:
        if reach in best:
            one = best[reach].name
            saved, ci95 = _saved(found, case, base.name, one)
            yield Reached(reach=reach, name=one, lost_minutes=lost[one], saved_minutes=saved, saved_ci95=ci95)


def _saved(found: Comparison, case: str, base: str, other: str) -> tuple[float, tuple[float, float] | None]:
    """How much less one loses than the base, from the paired differences of the comparison."""
    for pair in found.paired:
        if pair.placement == case and {pair.a, pair.b} == {base, other}:
            sign = 1.0 if pair.a == base else -1.0
            ends = pair.lost_minutes_ci95
            low, high = sorted(sign * end for end in ends) if ends is not None else (0.0, 0.0)
            return sign * pair.lost_minutes_mean, None if ends is None else (low, high)
    return 0.0, None

