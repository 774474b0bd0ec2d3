"""The tenants that a scenario brings along: those its observations speak of, deployed as they were or otherwise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.model.world import Tenant
from simulator.scenario import catalogue
from simulator.scenario.drafting import Draft
from simulator.scenario.expanding import Space, kinds_of
from simulator.scenario.findings import Loc, meant
from simulator.scenario.lineage import Setting, chain, read
from simulator.scenario.problems import ScenarioError, quoted
from simulator.scenario.ranges import Vary
from simulator.scenario.referring import Times
from simulator.scenario.tenants import Part, settled, tenant_from_file


def deployed_otherwise(draft: Draft) -> dict[str, str]:
    """Tenants that are deployed as another file says, because of what is switched; every file that could be is there."""
    chosen = dict(draft.incident.instead)
    for key, names in (("mechanisms", draft.without), ("mitigations", draft.with_)):
        for i, switch in enumerate(getattr(draft.incident, key)):
            for tenant, file in switch.instead.items():
                _known(tenant, draft, (key, i, "instead", tenant))
                found = catalogue.refer(file, "tenant", draft.folder, catalogue=draft.catalogue)
                if isinstance(found, tuple):
                    draft.findings.add(draft.document, (key, i, "instead", tenant), *found)
                elif switch.name in names and chosen.get(tenant, file) != file:
                    fact = f"{quoted(tenant)} is to be deployed as {quoted(chosen[tenant])} already"
                    draft.findings.add(draft.document, (key, i, "instead", tenant), fact, "Switch one of the two only.")
                elif switch.name in names:
                    chosen[tenant] = file
    return chosen


def _known(tenant: str, draft: Draft, loc: Loc) -> None:
    """A tenant that nobody has would be deployed otherwise without any effect."""
    probes = [probe if isinstance(probe, str) else probe.name for probe in draft.incident.probes]
    if tenant not in probes and isinstance(catalogue.refer(tenant, "tenant", draft.folder, catalogue=draft.catalogue), tuple):
        remedy = meant(tenant, probes, "Probes are")
        draft.findings.add(draft.document, loc, f"neither the probes nor the catalogue have a tenant {quoted(tenant)}", remedy, key=True)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What probes are put into; their sources and paths join those of the scenario."""

    space: Space
    times: Times
    sources: dict[str, str]
    instead: Mapping[str, str]


def probes_of(draft: Draft, place: Place, vary: Vary | None, only: Collection[str] | None = None) -> list[Tenant]:
    """The tenants that observations speak of, or `only` these of them; their paths join the space under their names."""
    findings, document, space, sources = draft.findings, draft.document, place.space, place.sources
    numbers = {name: draft.numbers.value(name) for name in draft.numbers}
    probes: list[Tenant] = []
    setting = Setting(
        space=space, times=place.times, numbers=numbers, sources=dict(sources), without=draft.without, vary=vary, catalogue=draft.catalogue,
        mentioned=draft.mentioned, other_values=draft.set_,
    )  # fmt: skip
    for i, probe in enumerate(draft.incident.probes):
        loc = ("probes", i)
        try:
            if isinstance(probe, str):
                found = catalogue.refer(place.instead.get(probe, probe), "tenant", draft.folder, catalogue=draft.catalogue)
                if isinstance(found, tuple):
                    findings.add(document, loc, *found)
                    continue
                if only is not None and (more := _sources_of_another(probe, found, only, draft)) is not None:
                    sources |= {code: address for code, address in more.items() if code not in sources}
                    continue
                tenant, more = tenant_from_file(found, setting)
                sources |= {code: address for code, address in more.items() if code not in sources}
                if probe in place.instead:
                    tenant = tenant.model_copy(update={"name": probe})
            elif only is None or probe.name in only:
                inline = settled([Part(described=probe, document=document, loc=loc)], setting, sources, findings)
                if inline is None:
                    continue
                tenant = inline
            else:
                continue
        except ScenarioError as error:
            for problem in error.problems:
                findings.take(problem)
            continue
        if any(tenant.name == other.name for other in probes):
            findings.add(document, loc, f"the probe {quoted(tenant.name)} stands here twice", "Keep one of the two.")
            continue
        probes.append(tenant)
    for tenant in probes:
        for kind in ("component", "route", "station"):
            for element in getattr(tenant, f"{kind}s"):
                space.add(f"{tenant.name}/{element.path}", *kinds_of(kind, element))
    return probes


def _sources_of_another(probe: str, path: Path, only: Collection[str], draft: Draft) -> dict[str, str] | None:
    """What a tenant's files name as sources, for the scenario may cite them too; None where it is one of these tenants."""
    trees: list[Any] = [document.value for document in chain(read(path), path.parent, draft.catalogue, draft.findings)]
    if probe in only or trees[-1].get("name") in only:
        return None
    return {code: address for tree in trees for code, address in (tree.get("sources") or {}).items()}
