"""A tenant's deployments in one state of a scenario: where it stands and on every architecture, all in the same replications."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from simulator.ensemble.baselines import Baseline, of_cases, starts_of
from simulator.ensemble.cases import Case, cases_of, is_fixed, shares_of, standing
from simulator.ensemble.convergence import Unsettled, worst_of
from simulator.ensemble.replays import Replays
from simulator.ensemble.replicating import Running, gather
from simulator.ensemble.results import Origin
from simulator.ensemble.studies import identity_of
from simulator.ensemble.varying import Variant
from simulator.measures.outages import outcome
from simulator.model.world import Scenario

AS_IT_WAS = ""


@dataclass(kw_only=True, frozen=True)
class Outcome:
    """Lost minutes in each replication, the share of these with an outage open at the end, what the deployment costs, and its baseline."""

    lost: tuple[float, ...]
    open: float
    cost_index: float | None
    unsettled: tuple[Unsettled, ...] = ()
    """Where the served shares of any deployment were not found to within the tolerance, with the same mitigations."""
    baseline: Baseline | None = None


Outcomes = dict[tuple[tuple[str, ...], str], Outcome]
"""By mitigations and architecture; AS_IT_WAS stands for the tenant's own deployment."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication: lost minutes of each deployment in turn, and whether its outage was open at the end, by weight of placements."""

    lost: tuple[float, ...]
    open: tuple[float, ...]
    unsettled: tuple[Unsettled, ...] = ()


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario with some mitigations on, and a tenant's deployments in it: the placements of each, with their weights."""

    origin: Origin
    scenario: Scenario
    mitigations: tuple[str, ...]
    deployments: tuple[tuple[tuple[Case, float], ...], ...]

    @property
    def riding(self) -> list[Case]:
        """All that rides in it."""
        return [case for members in self.deployments for case, _ in members]

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        return identity_of(self.origin, self.riding, mitigations=" ".join(self.mitigations))

    def ready(self) -> Callable[[int], Sample]:
        riding = self.riding
        replays = Replays(self.scenario, riding)

        def take(n: int) -> Sample:
            found = replays.replay(n, seed=self.origin.seed, keep=())
            ended = {case.label: outcome(found.of(case.label), case.label, objective=case.tenant.objective) for case in riding}
            return Sample(
                lost=tuple(math.fsum(w * ended[c.label].lost_seconds for c, w in some) / 60.0 for some in self.deployments),
                open=tuple(math.fsum(w * ended[c.label].open_at_horizon for c, w in some) for some in self.deployments),
                unsettled=worst_of(found.unsettled()),
            )

        return take


def outcomes(mitigations: tuple[str, ...], variant: Variant, origin: Origin, replications: int, running: Running) -> Outcomes:
    """The tenant where it stands and every architecture where the failure strikes, in the same replications."""
    scenario = variant.scenario
    members: dict[str, list[tuple[Case, float]]] = {AS_IT_WAS: own_cases(variant)}
    cases = cases_of(scenario, variant.architectures)
    members |= {one.name: shares_of(cases, one.name, "hit") for one in variant.architectures}
    nights = Nights(
        origin=origin, scenario=scenario, mitigations=mitigations, deployments=tuple(tuple(some) for some in members.values())
    )
    samples: list[Sample] = []
    gather(nights, replications, running, samples.append, key=" ".join(("whatif", *mitigations)))
    lost = {name: tuple(one.lost[i] for one in samples) for i, name in enumerate(members)}
    still = {name: sum(one.open[i] / replications for one in samples) for i, name in enumerate(members)}
    costs = {AS_IT_WAS: variant.tenant.cost_index, **{one.name: one.cost_index for one in variant.architectures}}
    unsettled = worst_of(each for one in samples for each in one.unsettled)
    starts = starts_of(scenario, nights.riding, origin.seed)
    threshold = {AS_IT_WAS: variant.tenant.objective, **{one.name: one.objective for one in variant.architectures}}
    return {
        (mitigations, name): Outcome(
            lost=lost[name], open=still[name], cost_index=costs[name] or None, unsettled=unsettled,
            baseline=of_cases(name or variant.tenant.name, threshold[name], some, starts, span=scenario.horizon),
        )
        for name, some in members.items()
    }  # fmt: skip


def own_cases(variant: Variant) -> list[tuple[Case, float]]:
    """The tenant where it stood; one whose zones are not known, as architectures are, where the failure strikes."""
    scenario, tenant = variant.scenario, variant.tenant
    if is_fixed(tenant):
        return [(standing(scenario, [tenant])[0], 1.0)]
    # An architecture that is compared with itself rides under its own name as well.
    return [(replace(case, label=f"{case.label}="), weight) for case, weight in shares_of(cases_of(scenario, [tenant]), tenant.name, "hit")]
