"""What applications serve before the incident begins, and why not all of it: said before anything is said about the incident."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.engine.draws import Draws
from simulator.engine.replay import begin
from simulator.engine.run import Run
from simulator.ensemble.cases import Case, cases_of, plan_of, shares_of
from simulator.ensemble.shortfalls import reason_of
from simulator.measures.baselines import falls_short, missing, missing_minutes, outage_level
from simulator.model.world import Scenario, Tenant


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """One tenant in one placement before anything of the scenario happens: the share of its demand that it serves, and why not all."""

    served: float
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What an application serves before the incident begins, over the placements that a result is about.

    Figures of the incident are measured against it (see `measures.baselines`): none of them contains `lost_minutes`, the minutes of its
    whole demand that it leaves unserved in the simulated time even if nothing happens.
    """

    name: str
    served: float
    """Mean over the placements."""
    threshold: float
    """The outage threshold."""
    below_threshold: bool
    """Whether it is below its outage threshold in any of the placements."""
    lost_minutes: float
    reason: str | None
    """What falls short, in the placement in which least is served; None where all of the demand is served."""
    everywhere: bool = True
    """Whether it serves the same share in all placements."""

    @property
    def outage_level(self) -> float:
        """The share served below which the incident makes an outage."""
        return outage_level(self.threshold, self.served)

    @property
    def short(self) -> bool:
        """Whether any of the demand is not served before the incident."""
        return self.reason is not None


Starts = Mapping[str, Start]
"""By label of a curve: of tenants in their placements, and of groups of their users."""


def starts_of(scenario: Scenario, cases: Sequence[Case], seed: int) -> dict[str, Start]:
    """How all cases start: where units depend on something that starts down, which of them is drawn, and is here as in replication 0."""
    if not cases:
        return {}
    run = Run(plan=plan_of(scenario, cases), draws=Draws(seed=seed, replication=0))
    begin(run)
    found = {}
    for case, flow in zip(cases, run.tenants, strict=True):
        for label, entry in ((case.label, flow.plan.enters), *flow.plan.groups):
            served = run.trace.baseline[label]
            short = missing(served) > 0.0
            found[label] = Start(served=served, reason=reason_of(run, flow, entry, dict(case.placement.zones)) if short else None)
    run.end()
    return found


def baseline_of(
    name: str, threshold: float, members: Sequence[tuple[str, float]], starts: Starts, *, span: float
) -> Baseline:
    """The baseline over placements: labels with weights that sum to 1; `span` is the simulated time in seconds."""
    some = [(starts[label], weight) for label, weight in members]
    worst = min((start for start, _ in some), key=lambda start: start.served)
    alike = all(start.served == worst.served for start, _ in some)
    return Baseline(
        name=name, served=worst.served if alike else math.fsum(weight * start.served for start, weight in some), threshold=threshold,
        below_threshold=falls_short(worst.served, threshold), reason=worst.reason, everywhere=alike,
        lost_minutes=math.fsum(weight * missing_minutes(start.served, span) for start, weight in some),
    )  # fmt: skip


def below_threshold(scenario: Scenario, tenants: Sequence[Tenant]) -> list[Baseline]:
    """The baselines of those that are below their outage threshold before the incident begins, in any of their placements."""
    cases = cases_of(scenario, tenants)
    starts = starts_of(scenario, cases, 1)
    found = [of_cases(t.name, t.objective, shares_of(cases, t.name, "average"), starts, span=scenario.horizon) for t in tenants]
    return [one for one in found if one.below_threshold]


def of_cases(
    name: str, threshold: float, members: Sequence[tuple[Case, float]], starts: Starts, *, span: float
) -> Baseline:
    """The baseline of a tenant over the cases of a row."""
    return baseline_of(name, threshold, [(case.label, weight) for case, weight in members], starts, span=span)
