"""A scenario as it will be run: read, switched and built, with the tenants that ride in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import __version__
from simulator.ensemble.arguments import checked, files_or_none
from simulator.ensemble.refusing import Refused
from simulator.ensemble.results import Origin
from simulator.model.world import Scenario, Tenant
from simulator.units import parse_clock

if TYPE_CHECKING:
    from simulator.scenario.problems import ScenarioError

Names = Collection[str]
Numbers = Mapping[str, Any]


@dataclass(kw_only=True, frozen=True)
class Loaded:
    """A scenario as it will be run: what it was read from, what is switched, and what it was built into."""

    source: str | Path
    scenario: Scenario
    sha256: str
    without: tuple[str, ...]
    with_: tuple[str, ...]
    numbers: Numbers

    def left_out(self) -> tuple[str, ...]:
        """A warning about the architectures of the catalogue that cannot run in this world, where there are any."""
        lacking = self.able[1]
        return (f"Left out are architectures that cannot run in this world: {worded(lacking)}.",) if lacking else ()

    def origin(self, seed: int) -> Origin:
        """Where a result of this scenario comes from."""
        start = parse_clock(self.scenario.start)
        return Origin(
            scenario=self.scenario.name, scenario_sha256=self.sha256, seed=seed, azsim_version=__version__, start=start,  # type: ignore[arg-type]
            horizon_seconds=self.scenario.horizon, without=self.without, with_=self.with_,
        )  # fmt: skip

    def tenants(self, names: Sequence[str | Path] = (), objective: float | None = None) -> list[Tenant]:
        """Architectures by name or file, in this scenario's world; when none is named, all of the catalogue that can run there."""
        from simulator.scenario import building

        if not names:
            return sorted((with_objective(t, objective) for t in self.able[0]), key=lambda t: (t.cost_index, t.name))
        found = [self._built(name) for name in names]
        building.check_distinct(names, found)
        return [with_objective(t, objective) for t in found]

    @cached_property
    def able(self) -> tuple[list[Tenant], dict[str, list[str]]]:
        """The architectures of the catalogue that can run in this world; and what it lacks, with the names of those that need it.

        InputError where none can.
        """
        from simulator.scenario import building, catalogue
        from simulator.scenario.problems import ScenarioError

        able, lacking = [], dict[str, list[str]]()
        for entry in catalogue.entries("architecture"):
            try:
                able.append(self._built(entry.name))
            except ScenarioError as error:
                try:
                    building.load_tenant(entry.name, self.scenario)
                except ScenarioError as without_switches:
                    lacking.setdefault(_lack(without_switches), []).append(entry.name)
                else:
                    raise error from None
        if not able:
            fact = f"no architecture of the catalogue can run in the world '{self.scenario.world.name}': {worded(lacking)}"
            raise Refused(f"{fact}; name architectures that are made for this world")
        return able, lacking

    def _built(self, name: str | Path) -> Tenant:
        from simulator.scenario import building

        return building.load_tenant(name, self.scenario, without=self.without, set_=self.numbers)

    def tenant(self, name: str | Path, objective: float | None = None) -> Tenant:
        """One tenant: a probe of the scenario by its name, else one of the catalogue or of a file, in this scenario's world."""
        from simulator.scenario.choosing import chosen

        return with_objective(chosen(name, self.scenario, without=self.without, set_=self.numbers), objective)


def _lack(error: ScenarioError) -> str:
    """What a world lacks for an architecture: its region, else the first thing that is not there."""
    facts = [problem.fact for problem in error.problems]
    return next((fact for fact in facts if fact.startswith("the world has no region")), facts[0])


def worded(lacking: Mapping[str, Sequence[str]]) -> str:
    """What a world lacks, and for which architectures."""
    return ", ".join(f"{fact} ({', '.join(names)})" for fact, names in lacking.items())


def with_objective(tenant: Tenant, objective: float | None) -> Tenant:
    """The same, down below another share of its demand where one is given."""
    return tenant if objective is None else tenant.model_copy(update={"objective": objective})


@checked(architectures=files_or_none)
def load(
    source: str | Path, *, without: Names = (), with_: Names = (), numbers: Numbers | None = None,
    architectures: Sequence[str | Path] | None = None,
) -> Loaded:  # fmt: skip
    """A scenario by name or file. `without` switches mechanisms off, `with_` mitigations on, `numbers` gives numbers other values.

    `architectures` are those that will run in it, all of the catalogue where it is empty: `numbers` may name theirs too. ScenarioError
    carries every problem of the files, with file, line and column.
    """
    from simulator.scenario import building, catalogue, showing

    beside = () if architectures is None else architectures or [entry.name for entry in catalogue.entries("architecture")]
    scenario = building.load(source, without=without, with_=with_, set_=numbers or {}, beside=beside)
    return Loaded(
        source=source, scenario=scenario, sha256=showing.sha256(scenario), without=tuple(without), with_=tuple(with_), numbers=numbers or {}
    )
