"""Who rides in a scenario, as commands name it: one architecture, or one tenant, and the case that is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.ensemble.cases import Case, case_of
from simulator.ensemble.loading import Loaded, load
from simulator.ensemble.refusing import Refused
from simulator.model.world import Tenant


def placed(
    scenario: str | Path, architecture: str | Path | None, tenant: str | Path | None, *, case: str, objective: float | None, **switches: Any
) -> tuple[Loaded, Case, str]:
    """A scenario, what rides in it in the first placement of a case, and what the case is called."""
    from simulator.scenario.problems import Problem, ScenarioError

    loaded, one = rider(scenario, architecture, tenant, objective, **switches)
    found = case_of(loaded.scenario, one, case)
    if found is None:
        fact = f"{one.name} has no placement that is {case} in {loaded.scenario.name}"
        remedy = f"Ask for another case, or another {'architecture' if tenant is None else 'tenant'}."
        raise ScenarioError((Problem(file=str(tenant or architecture), line=0, column=0, fact=fact, remedy=remedy, source_line=""),))
    return loaded, *found


def rider(
    scenario: str | Path, architecture: str | Path | None, tenant: str | Path | None, objective: float | None, **switches: Any
) -> tuple[Loaded, Tenant]:
    """A scenario, and the one architecture or tenant that rides in it."""
    from simulator.scenario.choosing import file_of

    if tenant is None and architecture is not None:
        loaded = load(scenario, architectures=[architecture], **switches)
        return loaded, loaded.tenants([architecture], objective)[0]
    if tenant is None or architecture is not None:
        raise Refused("an architecture and a tenant each name what is replayed; give one of the two")
    # The numbers of a probe may be set without naming its file; an inline one has none.
    loaded = load(scenario, architectures=None if file_of(tenant) is None else [tenant], **switches)
    return loaded, loaded.tenant(tenant, objective)
