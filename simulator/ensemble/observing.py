"""What replications make of observations: each measured in its own variant of a scenario, by chance alone or with numbers drawn anew."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.engine.names import seconds
from simulator.ensemble.cases import probes_of
from simulator.ensemble.redrawing import assumed_anew
from simulator.ensemble.replays import Replayed, Replays
from simulator.measures.evaluating import evaluate
from simulator.model.measure import Against, Relative, read_measure
from simulator.model.observation import Observation
from simulator.model.world import Scenario
from simulator.scenario import building
from simulator.scenario.ranges import Vary

Variant = tuple[str, tuple[str, ...], tuple[str, ...], tuple[tuple[str, Any], ...]]
"""(another scenario or nothing, mechanisms off, mitigations on, numbers given other values): what an observation is measured in."""
Load = Callable[[Variant, Vary | None], Scenario]


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


@dataclass(kw_only=True, frozen=True)
class Reading:
    """A scenario's source, read in any variant of it."""

    source: str | Path

    def __call__(self, variant: Variant, vary: Vary | None) -> Scenario:
        other, without, with_, given = variant
        return building.load(other or self.source, without=without, with_=with_, set_=dict(given), vary=vary)


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """The value of each observation in one replication, in order; None where what is measured did not happen."""

    values: tuple[float | None, ...]


@dataclass(kw_only=True, frozen=True)
class Nights:
    """Observations, and every variant of a scenario that they are measured in."""

    seed: int
    observations: tuple[Observation, ...]
    scenarios: tuple[tuple[Variant, Scenario], ...]

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return _identity(self.seed, self.observations, self.scenarios)

    def ready(self) -> Callable[[int], Sample]:
        ready = {variant: _ready(scenario) for variant, scenario in self.scenarios}
        return lambda n: _sample(self.observations, lambda variant: _traced(ready[variant], self.seed, n))


@dataclass(kw_only=True, frozen=True)
class VariedNights:
    """The same with every assumed number drawn anew in each replication, so that scenarios are read anew as well."""

    seed: int
    observations: tuple[Observation, ...]
    scenarios: tuple[tuple[Variant, Scenario], ...]
    load: Load

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return {**_identity(self.seed, self.observations, self.scenarios), "vary": "assumed"}

    def ready(self) -> Callable[[int], Sample]:
        def take(n: int) -> Sample:
            vary = assumed_anew(self.seed, n)
            return _sample(self.observations, lambda variant: _traced(_ready(self.load(variant, vary)), self.seed, n))

        return take


def _identity(seed: int, observations: Sequence[Observation], scenarios: Sequence[tuple[Variant, Scenario]]) -> dict[str, str]:
    digest = hashlib.sha256()
    for part in (*observations, *(scenario for _, scenario in scenarios)):
        digest.update(part.model_dump_json().encode() + b"\x1e")
    return {"scenario": scenarios[0][1].name if scenarios else "", "scenario_sha256": digest.hexdigest(), "seed": str(seed)}


@dataclass(kw_only=True)
class _Ready:
    scenario: Scenario
    replays: Replays
    objectives: Mapping[str, float]
    users: Mapping[str, float]

    def value(self, measure: Any, found: Replayed, other: Replayed | None = None) -> float | None:
        """The value of a measure in one replication of this scenario."""
        clock = clock_of(self.scenario)
        return evaluate(measure, found, clock, other=other, objectives=self.objectives, users=self.users)


def _ready(scenario: Scenario) -> _Ready:
    probes = probes_of(scenario)
    users = {c.label: c.tenant.users for c in probes} | {f"{c.label}:{g.name}": g.users for c in probes for g in c.tenant.groups}
    objectives = {c.label: c.tenant.objective for c in probes}
    return _Ready(scenario=scenario, replays=Replays(scenario, probes), objectives=objectives, users=users)


def _traced(ready: _Ready, seed: int, replication: int) -> tuple[Replayed, _Ready]:
    return ready.replays.replay(replication, seed=seed), ready


Traced = tuple[Replayed, _Ready]


def _sample(observations: Sequence[Observation], traced: Callable[[Variant], Traced]) -> Sample:
    """Each variant is replayed when the first observation asks for it, and forgotten after the last: a trace takes much memory."""
    wanted = [[v for v in variants_of(o) if v is not None] for o in observations]
    left = Counter(v for asked in wanted for v in asked)
    traces: dict[Variant, Traced] = {}
    values: list[float | None] = [None] * len(observations)
    place = {variant: n for n, variant in enumerate(left)}
    for i in sorted(range(len(observations)), key=lambda i: place[wanted[i][0]]):
        for variant in wanted[i]:
            if variant not in traces:
                traces[variant] = traced(variant)
        values[i] = _value(observations[i], traces)
        left.subtract(wanted[i])
        for variant in wanted[i]:
            if not left[variant]:
                traces.pop(variant, None)
    return Sample(values=tuple(values))


def _value(o: Observation, traces: Mapping[Variant, Traced]) -> float | None:
    first, second = variants_of(o)
    index, ready = traces[first]
    other = None if second is None else traces[second]
    if isinstance(o.measure, Against) and other is not None:
        there = other[1].value(_read(o.measure.against.of), other[0])
        here = ready.value(_read(o.measure.against.over), index)
        return None if there is None or not here else there / here
    return ready.value(o.measure, index, None if other is None else other[0])


def _read(tree: Any) -> Any:
    return read_measure(tree) if isinstance(tree, dict) else tree


def clock_of(scenario: Scenario) -> Callable[[str], float]:
    """Reads a clock time of the scenario as seconds since its start."""
    return lambda text: seconds(text, scenario)
