"""Agreement with the record: every observation beside what the engine makes of it, over replications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from simulator.ensemble.loading import Loaded
from simulator.ensemble.observing import Load, Nights, Sample, VariedNights, clock_of, variants_of
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import FidelityRow
from simulator.measures.agreement import accepts_nearly_anything, counted, expected, inside, inside_by_median, speaks_of, spread
from simulator.model.measure import unit_of
from simulator.model.observation import Observation
from simulator.model.world import Scenario
from simulator.scenario.choosing import unknown


@dataclass(kw_only=True, frozen=True)
class Measured:
    """Values of an observation over replications, by chance alone and with assumed numbers varied."""

    observation: Observation
    values: tuple[float | None, ...]
    varied: tuple[float | None, ...]
    others: tuple[tuple[float | None, ...], ...] = ()
    """The values with each further seed."""


def measure(
    load: Load, observations: Sequence[Observation], *, seed: int, replications: int, varied: int, seeds: int = 1,
    running: Running = HERE, key: str = "fidelity",
) -> list[Measured]:  # fmt: skip
    """Take every measure in every replication; scenarios are loaded once per variant, and anew where numbers are varied.

    With several `seeds` it is done as often with each of those that follow the first.
    """
    wanted = tuple(o for o in observations if o.measure is not None)
    variants = dict.fromkeys(v for o in wanted for v in variants_of(o) if v is not None)
    scenarios = tuple((variant, load(variant, None)) for variant in variants)
    total = seeds * replications + varied
    by_seed: list[list[Sample]] = [[] for _ in range(seeds)]
    for k, samples in enumerate(by_seed):
        nights = Nights(seed=seed + k, observations=wanted, scenarios=scenarios)
        own = key if k == 0 else f"{key} seed {seed + k}"
        gather(nights, replications, running.within(k * replications, total), samples.append, key=own)
    assumed: list[Sample] = []
    if varied:
        anew = VariedNights(seed=seed, observations=wanted, scenarios=scenarios, load=load)
        gather(anew, varied, running.within(seeds * replications, total), assumed.append, key=f"{key} varied")

    def of(samples: Sequence[Sample], i: int) -> tuple[float | None, ...]:
        return tuple(sample.values[i] for sample in samples)

    return [
        Measured(observation=o, values=of(by_seed[0], i), varied=of(assumed, i), others=tuple(of(samples, i) for samples in by_seed[1:]))
        for i, o in enumerate(wanted)
    ]


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
        outside_because=o.outside_because, source=_source(o), same_as=o.same_as, written=_written(o),
        **({} if m is None else _judged(scenario, o, m)),
    )  # fmt: skip


def _judged(scenario: Scenario, o: Observation, m: Measured) -> dict[str, Any]:
    """What the verdict is worth: by the median alone, with every seed, and whether nearly any outcome would have done."""
    clock, by_seed = clock_of(scenario), (m.values, *m.others)
    by_range, by_median = ([judge(o, values, clock) for values in by_seed] for judge in (inside, inside_by_median))
    return {
        "by_median": by_median[0], "wide": accepts_nearly_anything(o, m.values, clock, horizon=scenario.horizon),
        "inside_in": None if by_range[0] is None else by_range.count(True),
        "by_median_in": None if by_median[0] is None else by_median.count(True),
    }  # fmt: skip


def _written(o: Observation) -> tuple[str, str] | None:
    if o.expect is None or o.measure is None or unit_of(o.measure) in {"clock", "holds"}:
        return None
    low, high = o.expect
    return str(low), str(high)


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
