"""Which tenant a command means: one that a scenario brings along, or any other file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator.model.world import Scenario, Tenant
from simulator.scenario import building, catalogue
from simulator.scenario.document import Mark, problem_at
from simulator.scenario.findings import meant
from simulator.scenario.problems import ScenarioError, quoted
from simulator.scenario.ranges import Vary


def chosen(
    word: str | Path, scenario: Scenario, *, without: Collection[str] = (), set_: Mapping[str, Any] | None = None, vary: Vary | None = None
) -> Tenant:
    """The scenario's probe of this name, else the tenant of the catalogue or of the file. ScenarioError where there is neither."""
    for probe in scenario.probes:
        if probe.name == word:
            return probe
    if isinstance(word, str) and word not in scenario.instead and file_of(word) is None and not _is_path(word):
        known = [*(probe.name for probe in scenario.probes), *(entry.name for entry in catalogue.entries("tenant"))]
        raise unknown(word, "neither the scenario nor the catalogue has a tenant of this name", dict.fromkeys(known), "There are")
    return building.load_tenant(word, scenario, without=without, set_=set_, vary=vary)


def all_chosen(
    words: Sequence[str | Path], scenario: Scenario, *, without: Collection[str] = (), set_: Mapping[str, Any] | None = None,
    taken: Collection[str] = (),
) -> list[Tenant]:  # fmt: skip
    """The tenants of these names, or all that the scenario brings along where none is named; each once. `taken` are names of others."""
    found: dict[str, Tenant] = {}
    for word in dict.fromkeys(words or [probe.name for probe in scenario.probes]):
        tenant = chosen(word, scenario, without=without, set_=set_)
        if tenant.name in found or tenant.name in taken:
            fact = f"the tenant {quoted(tenant.name)} is named already"
            raise ScenarioError((problem_at(str(word), (), Mark(0, 0), fact, "Name it once, or give one of the two another name."),))
        found[tenant.name] = tenant
    return list(found.values())


def check_once(words: Sequence[str | Path]) -> None:
    """That no name is given twice. ScenarioError names each one that is."""
    twice = dict.fromkeys(str(word) for n, word in enumerate(words) if word in words[:n])
    remedy = "Name it once, or give one of the two another name."
    if twice:
        raise ScenarioError(tuple(problem_at(w, (), Mark(0, 0), f"the tenant {quoted(w)} is named twice", remedy) for w in twice))


def file_of(word: str | Path) -> Path | None:
    """The file of a tenant or architecture of this name, or at this path; None where there is none."""
    try:
        return catalogue.find(word, "tenant")
    except ScenarioError:
        return None


def _is_path(word: str) -> bool:
    return Path(word).suffix in (".yaml", ".yml") or "/" in word or "\\" in word


def unknown(word: str, fact: str, known: Iterable[str], what: str) -> ScenarioError:
    """A name given to a command that nothing has, with what may have been meant."""
    return ScenarioError((problem_at(word, (), Mark(0, 0), fact, meant(word, known, what)),))
