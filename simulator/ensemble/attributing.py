"""Which mechanism costs what: lost minutes that vanish when each is switched off alone, and all of them together (leave-one-out)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.engine.placements import Placement
from simulator.ensemble.baselines import Baseline, of_cases, starts_of
from simulator.ensemble.cases import Case
from simulator.ensemble.estimating import estimate, interval
from simulator.ensemble.replays import Replays
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Estimate, Origin
from simulator.ensemble.studies import identity_of
from simulator.measures.curves import lost_minutes
from simulator.model.world import Scenario, Tenant

Load = Callable[[tuple[str, ...]], tuple[Scenario, Tenant]]
"""From the names of mechanisms to the scenario and its rider with these switched off."""
NOTHING = 1e-9
"""Minutes: a smaller difference in every replication is rounding."""
TOLD = 0.05
"""Minutes that a mean has to differ from another one to be told: below this both read alike."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Gap:
    """Minutes that vanish, replication by replication under common random numbers; negative where more is lost."""

    mean: float
    ci95: tuple[float, float] | None

    @property
    def sure(self) -> bool:
        """Whether it is told apart from nothing."""
        return abs(self.mean) >= TOLD and (self.ci95 is None or self.ci95[0] > 0 or self.ci95[1] < 0)


@dataclass(kw_only=True, frozen=True, slots=True)
class Cause:
    """A mechanism, and what is not lost when it alone is off."""

    mechanism: str
    summary: str
    vanishes: Gap


@dataclass(kw_only=True, frozen=True, slots=True)
class Attribution:
    """The lost minutes of one architecture or tenant, by the mechanisms that they hang on.

    `overlap` is what the mechanisms that cost something come to one by one, less what all come to together: above zero for minutes that
    need several of them at once, each of which is enough to save them; below zero for minutes that any one of several is enough to lose.
    """

    origin: Origin
    name: str
    placement: Mapping[str, str]
    replications: int
    lost_minutes: Estimate
    causes: tuple[Cause, ...]
    """The mechanisms that change something, the most first."""
    idle: tuple[str, ...]
    """Those that change nothing, in the order of the file."""
    together: Gap
    one_by_one: Gap
    overlap: Gap
    baseline: Baseline | None = None
    """What is served before the incident begins, with all mechanisms: lost minutes are what the incident takes of that."""


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario with some mechanisms off, and one rider in it; of each replication its lost minutes are kept."""

    origin: Origin
    scenario: Scenario
    case: Case

    @property
    def kept(self) -> type[float]:
        return float

    @property
    def identity(self) -> Mapping[str, str]:
        return identity_of(self.origin, [self.case], without=" ".join(self.origin.without))

    def ready(self) -> Callable[[int], float]:
        replays, label = Replays(self.scenario, [self.case]), self.case.label
        return lambda n: lost_minutes(replays.replay(n, seed=self.origin.seed, keep=()).of(label).beyond(label))


def attribution(
    load: Load, *, name: str, label: str, placement: Mapping[str, str], origin: Origin, replications: int,
    running: Running = HERE,
) -> Attribution:  # fmt: skip
    """Replay with everything as it is, without each mechanism alone, and without all; always in the same placement."""
    was = load(())
    mechanisms = {m.name: m.summary for m in was[0].mechanisms if m.name not in origin.without}
    runs = [(), *((one,) for one in mechanisms), *([tuple(mechanisms)] if len(mechanisms) > 1 else [])]
    total, lost = replications * len(runs), {}
    zones = Placement(zones=tuple(placement.items()), weight=1.0, hit=True)
    for k, off in enumerate(runs):
        scenario, rider = load(off) if off else was
        case = Case(label=label, tenant=rider, placement=zones)
        nights = Nights(origin=replace(origin, without=(*origin.without, *off)), scenario=scenario, case=case)
        values: list[float] = []
        gather(nights, replications, running.within(k * replications, total), values.append, key=" ".join(("explain", *off)))
        lost[off] = values
    case = Case(label=label, tenant=was[1], placement=zones)
    starts, threshold = starts_of(was[0], [case], origin.seed), was[1].objective
    alone = {one: lost[(one,)] for one in mechanisms}
    found = attributed(lost[()], alone, lost[runs[-1]], mechanisms)
    causes, idle, (together, one_by_one, overlap) = found
    return Attribution(
        origin=origin, name=name, placement=dict(placement), replications=replications,
        lost_minutes=estimate(lost[()], ceiling=origin.horizon_seconds / 60.0), causes=causes,
        idle=idle, together=together, one_by_one=one_by_one, overlap=overlap,
        baseline=of_cases(name, threshold, [(case, 1.0)], starts, span=was[0].horizon),
    )  # fmt: skip


def attributed(
    lost: Sequence[float], alone: Mapping[str, Sequence[float]], without_all: Sequence[float], summaries: Mapping[str, str]
) -> tuple[tuple[Cause, ...], tuple[str, ...], tuple[Gap, Gap, Gap]]:
    """Causes ranked, mechanisms that change nothing, and what vanishes together, one by one, and the difference of the two.

    Lost minutes by replication: with all mechanisms, without each one alone, and without all of them.
    """
    gaps = {name: [was - now for was, now in zip(lost, values, strict=True)] for name, values in alone.items()}
    idle = tuple(name for name, some in gaps.items() if all(abs(gap) <= NOTHING for gap in some))
    causes = [Cause(mechanism=name, summary=summaries[name], vanishes=_gap(some)) for name, some in gaps.items() if name not in idle]
    together = [was - now for was, now in zip(lost, without_all, strict=True)]
    costly = [gaps[one.mechanism] for one in causes if one.vanishes.mean > 0]
    summed = [math.fsum(some[n] for some in costly) for n in range(len(lost))]
    over = [a - b for a, b in zip(summed, together, strict=True)]
    return tuple(sorted(causes, key=lambda one: -one.vanishes.mean)), idle, (_gap(together), _gap(summed), _gap(over))


def _gap(values: Sequence[float]) -> Gap:
    return Gap(mean=math.fsum(values) / len(values), ci95=interval(values))
