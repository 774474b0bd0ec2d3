"""A scenario as it will be run: read, switched and built, with the tenants that ride in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import __version__
from simulator.ensemble.arguments import checked, files_or_none
from simulator.ensemble.results import Origin
from simulator.model.world import Scenario, Tenant
from simulator.units import parse_clock

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

    def origin(self, seed: int) -> Origin:
        """Where a result of this scenario comes from."""
        start = parse_clock(self.scenario.start)
        return Origin(
            scenario=self.scenario.name, scenario_sha256=self.sha256, seed=seed, azsim_version=__version__, start=start,  # type: ignore[arg-type]
            horizon_seconds=self.scenario.horizon, without=self.without, with_=self.with_,
        )  # fmt: skip

    def tenants(self, names: Sequence[str | Path] = (), objective: float | None = None) -> list[Tenant]:
        """Architectures by name or file, in this scenario's world; all of the catalogue when none is named."""
        from simulator.scenario import building, catalogue

        wanted: Sequence[str | Path] = names or [e.name for e in catalogue.entries("architecture")]
        found = [building.load_tenant(n, self.scenario, without=self.without, set_=self.numbers) for n in wanted]
        building.check_distinct(wanted, found)
        found = [with_objective(t, objective) for t in found]
        return found if names else sorted(found, key=lambda t: (t.cost_index, t.name))

    def tenant(self, name: str | Path, objective: float | None = None) -> Tenant:
        """One tenant: a probe of the scenario by its name, else one of the catalogue or of a file, in this scenario's world."""
        from simulator.scenario.choosing import chosen

        return with_objective(chosen(name, self.scenario, without=self.without, set_=self.numbers), objective)


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
