"""Cases of one scenario, compiled and replayed: in as few runs of the world as leave each answer what it would be alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from simulator.engine.plan import Plan
from simulator.engine.replay import CompiledWorld, Deployed, replay
from simulator.engine.weighing import fate_of, weighs_on_world
from simulator.ensemble.cases import Case
from simulator.ensemble.refusing import Refused
from simulator.measures.agreement import texts_of
from simulator.measures.index import TraceIndex
from simulator.model.world import Scenario


class Replays:
    """Runs of the world for some cases, compiled once.

    A case that weighs on the world (`engine.weighing`) has a run of its own. All others share one, which nobody in it can feel: what
    it says of the world is what it would say without them. Placements of a tenant that live through the same are replayed once.
    """

    def __init__(self, scenario: Scenario, cases: Iterable[Case]) -> None:
        self.cases = tuple(cases)
        world = CompiledWorld.of(scenario)
        self.own: dict[str, Plan] = {}
        """Label -> the plan of a case that weighs on the world."""
        self.same: dict[str, list[str]] = {}
        """Label -> the labels of other cases that live through the same."""
        sharing: list[Deployed] = []
        first: dict[tuple[str, str], str] = {}
        for case in self.cases:
            deployed = (case.label, case.tenant, dict(case.placement.zones))
            plan = world.with_tenants([deployed])
            known = first.setdefault((case.tenant.name, fate_of(plan)), case.label)
            if known != case.label:
                self.same.setdefault(known, []).append(case.label)
            elif weighs_on_world(plan, 0):
                self.own[case.label] = plan
            else:
                sharing.append(deployed)
        self.shared = world.with_tenants(sharing)
        self._run_of = {one: label for label, others in self.same.items() for one in others}

    def replay(self, n: int, *, seed: int, strata: int = 0, keep: Collection[str] | None = None) -> Replayed:
        """Replication n of all cases; a run is made when somebody first asks what came of it. Of each, the records of `keep` are kept."""
        return Replayed(self, seed=seed, replication=n, strata=strata, keep=keep)

    def place_of(self, label: str) -> str:
        """The label of the run in which a case is found; empty for the one that is shared."""
        ran = self._run_of.get(label, label)
        return ran if ran in self.own else ""


class Replayed:
    """One replication of some cases."""

    def __init__(self, replays: Replays, *, seed: int, replication: int, strata: int, keep: Collection[str] | None) -> None:
        self._replays, self._seed, self._replication, self._strata, self._keep = replays, seed, replication, strata, keep
        self._own: dict[str, TraceIndex] = {}

    @cached_property
    def world(self) -> TraceIndex:
        """What happens in the world while only those ride in it whom it does not feel."""
        return self._run(self._replays.shared)

    def of(self, label: str) -> TraceIndex:
        """What came of the case of this label, in the run of the world that it has a part in."""
        place = self._replays.place_of(label)
        if not place:
            return self.world
        if place not in self._own:
            self._own[place] = self._run(self._replays.own[place])
        return self._own[place]

    def speaking_of(self, measure: Any) -> TraceIndex:
        """The run that holds what a measure speaks of: that of the tenant it names, where one is alone in it, else the shared one."""
        own = self._replays.own
        named = {word.split("/", 1)[0].split(":", 1)[0] for word in texts_of(measure.model_dump())} & own.keys() if own else set()
        if len(named) > 1:
            msg = f"one measure speaks of {' and '.join(sorted(named))}, each of which has a run of the world of its own"
            raise Refused(msg)
        return self.of(named.pop()) if named else self.world

    def unsettled(self) -> list[tuple[float, str, str, float]]:
        """Where served shares were not found to within the tolerance, in all runs."""
        runs = [self.world, *(self.of(label) for label in self._replays.own)]
        return [each for run in runs for each in run.trace.unsettled]

    def _run(self, plan: Plan) -> TraceIndex:
        trace = replay(plan, seed=self._seed, replication=self._replication, strata=self._strata, keep=self._keep)
        for label in [tenant.label for tenant in plan.tenants]:
            for other in self._replays.same.get(label, ()):
                for known in [name for name in trace.curves if name == label or name.startswith(f"{label}:")]:
                    trace.curves[other + known[len(label) :]] = trace.curves[known]
                    trace.baseline[other + known[len(label) :]] = trace.baseline[known]
                if label in trace.writes_lost:
                    trace.writes_lost[other] = trace.writes_lost[label]
        return TraceIndex(trace)

