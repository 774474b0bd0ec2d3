"""Agreement with the record: every observation beside what the engine makes of it, over replications."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simulator.engine.draws import Draws
from simulator.engine.names import seconds
from simulator.engine.replay import replay
from simulator.ensemble.cases import plan_of, probes_of
from simulator.ensemble.loading import Loaded
from simulator.ensemble.results import FidelityRow
from simulator.measures.agreement import counted, expected, inside, speaks_of, spread
from simulator.measures.evaluating import evaluate
from simulator.measures.index import TraceIndex
from simulator.model.measure import Against, Relative, read_measure, unit_of
from simulator.model.observation import Observation
from simulator.model.world import Scenario
from simulator.scenario.choosing import unknown

Variant = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, Any], ...]]
"""(another scenario or nothing, mechanisms off, mitigations on, numbers given other values): what an observation is measured in."""
Vary = Callable[[str], float]
Load = Callable[[Variant, Vary | None], Scenario]
Progress = Callable[[], None]


@dataclass(kw_only=True, frozen=True)
class Measured:
    """Values of an observation over replications, by chance alone and with assumed numbers varied."""

    observation: Observation
    values: tuple[float | None, ...]
    varied: tuple[float | None, ...]


def variants_of(observation: Observation) -> tuple[Variant, Variant | None]:
    """The variant an observation is measured in, and the second one that it is related to."""
    given = tuple(sorted(observation.given.items()))
    first = ("", tuple(observation.without), (), given)
    if isinstance(observation.measure, Relative):
        what = observation.measure.relative
        return first, ("", (*observation.without, *what.without), tuple(what.with_), given)
    if isinstance(observation.measure, Against):
        return first, (observation.measure.against.scenario, (), (), ())
    return first, None


def measure(
    load: Load, observations: Sequence[Observation], *, seed: int, replications: int, varied: int, tick: Progress
) -> list[Measured]:
    """Take every measure in every replication; scenarios are loaded once per variant, and anew where numbers are varied."""
    wanted = [o for o in observations if o.measure is not None]
    variants = list(dict.fromkeys(v for o in wanted for v in variants_of(o) if v is not None))
    values: dict[str, list[float | None]] = {o.id: [] for o in wanted}
    assumed: dict[str, list[float | None]] = {o.id: [] for o in wanted}
    ready = {variant: _ready(load(variant, None)) for variant in variants}
    for n in range(replications):
        _take(wanted, {v: _traced(r, seed, n) for v, r in ready.items()}, values)
        tick()
    for n in range(varied):
        draws = Draws(seed=seed, replication=n)

        def vary(name: str, draws: Draws = draws) -> float:
            return draws.uniform(f"number/{name}", "vary")

        _take(wanted, {v: _traced(_ready(load(v, vary)), seed, n) for v in variants}, assumed)
        tick()
    return [Measured(observation=o, values=tuple(values[o.id]), varied=tuple(assumed[o.id])) for o in wanted]


@dataclass(kw_only=True)
class _Ready:
    scenario: Scenario
    plan: Any
    objectives: Mapping[str, float]
    users: Mapping[str, float]

    def value(self, measure: Any, index: TraceIndex, other: TraceIndex | None = None) -> float | None:
        """The value of a measure in one replication of this scenario."""
        clock = clock_of(self.scenario)
        return evaluate(measure, index, clock, other=other, objectives=self.objectives, users=self.users)


def _ready(scenario: Scenario) -> _Ready:
    probes = probes_of(scenario)
    users = {c.label: c.tenant.users for c in probes} | {f"{c.label}:{g.name}": g.users for c in probes for g in c.tenant.groups}
    objectives = {c.label: c.tenant.objective for c in probes}
    return _Ready(scenario=scenario, plan=plan_of(scenario, probes), objectives=objectives, users=users)


def _traced(ready: _Ready, seed: int, replication: int) -> tuple[TraceIndex, _Ready]:
    return TraceIndex(replay(ready.plan, seed=seed, replication=replication)), ready


def _take(wanted: Sequence[Observation], traces: Mapping[Variant, tuple[TraceIndex, _Ready]], into: dict[str, list[float | None]]) -> None:
    for o in wanted:
        first, second = variants_of(o)
        index, ready = traces[first]
        other = None if second is None else traces[second]
        if isinstance(o.measure, Against) and other is not None:
            there = other[1].value(_read(o.measure.against.of), other[0])
            here = ready.value(_read(o.measure.against.over), index)
            into[o.id].append(None if there is None or not here else there / here)
            continue
        into[o.id].append(ready.value(o.measure, index, None if other is None else other[0]))


def _read(tree: Any) -> Any:
    return read_measure(tree) if isinstance(tree, dict) else tree


def clock_of(scenario: Scenario) -> Callable[[str], float]:
    """Reads a clock time of the scenario as seconds since its start."""
    return lambda text: seconds(text, scenario)


def rows_of(scenario: Scenario, start: datetime, measured: Sequence[Measured]) -> list[FidelityRow]:
    """One row per observation, in the order of the file; what is not modelled has no simulated value."""
    found = {m.observation.id: m for m in measured}
    return [_row(scenario, start, o, found.get(o.id)) for o in scenario.observations]


def _row(scenario: Scenario, start: datetime, o: Observation, m: Measured | None) -> FidelityRow:
    clock = clock_of(scenario)
    low = middle = high = varied_low = varied_high = None
    values, varied = ([], []) if m is None else (_said(o, m.values), _said(o, m.varied))
    if values:
        found = spread(values)
        low, middle, high = found.p05, found.p50, found.p95
    if varied:
        other = spread(varied)
        varied_low, varied_high = other.p05, other.p95
    holds = m is not None and unit_of(o.measure) == "holds"
    return FidelityRow(
        scenario=scenario.name, start=start, id=o.id, what=o.what, role=o.role, confidence=o.confidence, documented=o.documented,
        expect=expected(o, clock), unit="" if o.measure is None else unit_of(o.measure), p05=low, p50=middle, p95=high,
        assumed_p05=varied_low, assumed_p95=varied_high, inside=None if m is None else inside(o, m.values, clock),
        single=o.single,
        happens_in=len(counted(o, m.values)) / len(m.values) if m is not None and m.values and o.where_it_happens else None,
        holds_in=_share(values) if holds else None, assumed_holds_in=_share(varied) if holds else None,
        outside_because=o.outside_because, source=_source(o),
    )  # fmt: skip


def _said(o: Observation, values: Sequence[float | None]) -> list[float | None]:
    """The values that count. Where something that has to be so did not happen at all, it does not hold."""
    if o.measure is not None and unit_of(o.measure) == "holds":
        return [float(bool(value)) for value in values]
    return list(counted(o, values))


def _share(values: Sequence[float | None]) -> float | None:
    return sum(bool(value) for value in values) / len(values) if values else None


def _source(o: Observation) -> str:
    basis: Any = o.basis
    if hasattr(basis, "reported"):
        return ", ".join(basis.reported)
    return str(getattr(basis, next(iter(type(basis).model_fields))))


def failures_of(rows: Sequence[FidelityRow]) -> tuple[str, ...]:
    """Rows that break a promise: given, fitted or control outside; emergent outside without a reason, or inside against one."""
    out = []
    for row in rows:
        name = f"{row.scenario} {row.id}"
        if row.role in {"given", "fitted", "control"} and row.inside is False:
            out.append(f"{name} ({row.role}) is outside")
        elif row.role == "emergent" and row.inside is False and not row.outside_because:
            out.append(f"{name} (emergent) is outside, and the file does not say why")
        elif row.role == "emergent" and row.inside and row.outside_because:
            out.append(f"{name} (emergent) is inside, although the file says why it would not be")
    return tuple(out)


def speaking_of(tenant: str, everything: Sequence[Loaded]) -> list[Loaded]:
    """The scenarios that have observations of a tenant, with these alone."""
    known = [probe.name for loaded in everything for probe in loaded.scenario.probes]
    if tenant not in known:
        of = "the scenario has no" if len(everything) == 1 else "none of the scenarios has a"
        raise unknown(tenant, f"{of} tenant of this name", dict.fromkeys(known), "Tenants are")
    found = []
    for loaded in everything:
        observations = tuple(o for o in loaded.scenario.observations if speaks_of(o, tenant))
        if observations:
            found.append(replace(loaded, scenario=loaded.scenario.model_copy(update={"observations": observations})))
    return found
