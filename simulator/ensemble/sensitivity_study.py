"""What a sensitivity analysis asks at every point: a scenario and its rider read with these numbers, and the minutes that are lost then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simulator.ensemble.cases import cases_of, shares_of
from simulator.ensemble.replays import Replays
from simulator.ensemble.results import Origin
from simulator.ensemble.sensitivity_designs import Point
from simulator.measures.curves import lost_minutes
from simulator.model.world import Scenario, Tenant
from simulator.scenario import building
from simulator.scenario.choosing import chosen, file_of
from simulator.scenario.problems import ScenarioError
from simulator.scenario.ranges import Ranged, Vary

_REPLAYED = {"start", "horizon", "hit_zones", "world", "events", "rules"}
"""What of a scenario a replication depends on."""


@dataclass(kw_only=True, frozen=True)
class Reading:
    """A scenario, and the one architecture or tenant that rides in it, read with numbers at other values."""

    source: str | Path
    architecture: str | Path | None
    tenant: str | Path | None
    without: tuple[str, ...]
    with_: tuple[str, ...]
    numbers: dict[str, Any]

    def __call__(self, vary: Vary) -> tuple[Scenario, Tenant]:
        """ScenarioError where these numbers cannot be together."""
        word = self.architecture if self.tenant is None else self.tenant
        assert word is not None
        own: dict[str, Any] = {"without": self.without, "set_": self.numbers, "vary": vary}
        beside = [] if self.tenant is not None and file_of(word) is None else [word]
        only = () if self.tenant is None else (str(word),)
        scenario = building.load(self.source, with_=self.with_, beside=beside, only=only, **own)
        if self.tenant is None:
            return scenario, building.load_tenant(word, scenario, **own)
        return scenario, chosen(word, scenario, **own)

    def ranged(self) -> list[Ranged]:
        """Every number of the scenario, its world and the rider of which a range is known, but for those that are given other values."""
        found: dict[tuple[str, str], Ranged] = {}

        def noted(number: Ranged) -> None:
            if number.name not in self.numbers:
                found.setdefault((number.home, number.name), number)

        self(noted)
        return list(found.values())


@dataclass(kw_only=True, frozen=True, slots=True)
class Answer:
    """Lost minutes of each replication at a point; none where its numbers cannot be together, and then `because` says why.

    `replayed` is a hash of all that the replications depend on: points with the same have the same answer.
    """

    lost: tuple[float, ...]
    replayed: str = ""
    because: str = ""


@dataclass(kw_only=True, frozen=True)
class Points:
    """A rider in a case of a scenario, at the points of a design: what counts as a replication of this study is a point.

    At each point the same replications are run, under the same dice.
    """

    origin: Origin
    read: Reading
    case: str
    replications: int
    numbers: tuple[Ranged, ...]
    points: tuple[Point, ...]

    @property
    def kept(self) -> type[Answer]:
        return Answer

    @property
    def identity(self) -> Mapping[str, str]:
        rider = self.read.architecture if self.read.tenant is None else self.read.tenant
        # The text of a float is exact, and that of a number says its range.
        design = sha256(repr((self.numbers, self.points)).encode()).hexdigest()
        return {
            "scenario": self.origin.scenario, "scenario_sha256": self.origin.scenario_sha256, "seed": str(self.origin.seed),
            "riders": str(rider), "riders_sha256": self._replayed(*self.read(lambda _: None)), "case": self.case,
            "replications": str(self.replications), "design": design,
        }  # fmt: skip

    def ready(self) -> Callable[[int], Answer]:
        known: dict[str, tuple[float, ...]] = {}

        def take(n: int) -> Answer:
            levels = {(one.home, one.name): level for one, level in zip(self.numbers, self.points[n], strict=True)}
            try:
                scenario, tenant = self.read(lambda number: levels.get((number.home, number.name)))
            except ScenarioError as error:
                return Answer(lost=(), because=error.problems[0].fact)
            replayed = self._replayed(scenario, tenant)
            if replayed not in known:
                known[replayed] = self._lost(scenario, tenant)
            return Answer(lost=known[replayed], replayed=replayed)

        return take

    def _lost(self, scenario: Scenario, tenant: Tenant) -> tuple[float, ...]:
        shares = shares_of(cases_of(scenario, [tenant]), tenant.name, self.case)
        replays = Replays(scenario, [case for case, _ in shares])
        lost = []
        for n in range(self.replications):
            found = replays.replay(n, seed=self.origin.seed, keep=())
            lost.append(sum(weight * lost_minutes(found.of(case.label).beyond(case.label)) for case, weight in shares))
        return tuple(lost)

    @staticmethod
    def _replayed(scenario: Scenario, tenant: Tenant) -> str:
        return sha256(f"{scenario.model_dump_json(include=_REPLAYED)}\x1e{tenant.model_dump_json()}".encode()).hexdigest()
