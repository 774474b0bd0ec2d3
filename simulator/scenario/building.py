"""Building a scenario from its files: its world, what happens in it, and what is on record about it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator import units
from simulator.model.rule import LoseWrites
from simulator.model.world import Scenario, Tenant, World
from simulator.scenario import catalogue
from simulator.scenario.checking import check_parts, check_placed, registered
from simulator.scenario.collecting import uncollected
from simulator.scenario.drafting import Draft, begun, judge, numbers_of_probes, override, place
from simulator.scenario.expanding import Space, kinds_of
from simulator.scenario.files import kind_of
from simulator.scenario.findings import Findings, fact_and_remedy, meant
from simulator.scenario.lineage import Setting, read, refused
from simulator.scenario.observing import observed, recorded
from simulator.scenario.ordering import check_order
from simulator.scenario.placing import Placed, world_ground
from simulator.scenario.probing import Place, deployed_otherwise, probes_of
from simulator.scenario.problems import quoted
from simulator.scenario.ranges import Vary
from simulator.scenario.referring import Rewriter, Times
from simulator.scenario.relating import check_related
from simulator.scenario.skipping import without_effects_on
from simulator.scenario.tenants import tenant_from_file

__all__ = ["check_distinct", "load", "load_tenant"]


@uncollected()
def load(
    name_or_path: str | Path,
    *,
    without: Collection[str] = (),
    with_: Collection[str] = (),
    set_: Mapping[str, Any] | None = None,
    vary: Vary | None = None,
    beside: Collection[str | Path] = (),
    only: Collection[str] | None = None,
    catalogue_root: Path | None = None,
) -> Scenario:
    """The scenario of this name in the catalogue, or in this file, resolved and judged.

    `without` switches mechanisms off, `with_` mitigations on; `set_` gives numbers other values (`{"in-flight": "30 %"}`); `vary` says
    where in their ranges others stand. `beside` names architectures that will run in it: `set_` may give values to their numbers, and to
    those of the probes, as well. `only` these of its probes are built, and no observations: what happens is the same, and is sooner read.
    ScenarioError carries all problems of the files.
    """
    path = catalogue.find(name_or_path, "incident", catalogue=catalogue_root)
    document = read(path)
    kind = kind_of(document.value)
    if kind != "incident":
        raise refused(document.file, f"this is the file of {'an' if kind == 'application' else 'a'} {kind}", "Name a scenario.")
    findings = Findings()
    draft = begun(
        document, path.parent, findings, vary=vary, without=without, with_=with_, set_=set_ or {}, beside=beside, root=catalogue_root
    )
    override(draft, vary)
    judge(draft)
    place(draft)
    return _built(draft, vary, only)


def load_tenant(
    name_or_path: str | Path,
    scenario: Scenario,
    *,
    without: Collection[str] = (),
    set_: Mapping[str, Any] | None = None,
    vary: Vary | None = None,
    catalogue_root: Path | None = None,
    application: str | Path | Tenant | None = None,
) -> Tenant:
    """An architecture or tenant, by name or file, in the world and with the numbers of a scenario.

    `application` is another tenant whose users it serves instead of its own: their number, calls and objective; where it is a file, the
    numbers of the application, such as how many load balancers there are, also have the values that they have there.
    """
    path = catalogue.find(scenario.instead.get(str(name_or_path), name_or_path), "architecture", catalogue=catalogue_root)
    space = Space(world_ground(scenario.world.datacenters).domains)
    for kind in ("component", "station", "stock"):
        for element in getattr(scenario.world, f"{kind}s"):
            space.add(element.path, *kinds_of(kind, element))
    numbers = {name: body["value"] for name, body in scenario.numbers.items()}
    setting = Setting(
        space=space, times=_times(scenario.start, scenario.horizon), numbers=numbers, sources=scenario.sources, without=without,
        vary=vary, other_values=set_, catalogue=catalogue_root,
    )  # fmt: skip
    if application is not None and not isinstance(application, Tenant):
        file = catalogue.find(application, "tenant", catalogue=catalogue_root)
        application, setting = tenant_from_file(file, setting)[0], replace(setting, application=file)
    tenant = tenant_from_file(path, setting)[0]
    if application is not None:
        tenant = tenant.model_copy(update={name: getattr(application, name) for name in ("users", "calls", "objective")})
    return tenant.model_copy(update={"name": str(name_or_path)}) if str(name_or_path) in scenario.instead else tenant


def check_distinct(names_or_paths: Sequence[str | Path], tenants: Sequence[Tenant], catalogue_root: Path | None = None) -> None:
    """ScenarioError where two of the files that are compared call their tenant the same."""
    findings = Findings()
    seen: dict[str, Path] = {}
    for word, tenant in zip(names_or_paths, tenants, strict=True):
        path = catalogue.find(word, "architecture", catalogue=catalogue_root)
        first = seen.setdefault(tenant.name, path)
        if first is path:
            continue
        if first.resolve() == path.resolve():
            raise refused(catalogue.shown(path), f"the architecture {quoted(tenant.name)} is named twice", "Name it once.")
        fact = f"the architecture of {catalogue.shown(first)} has the name {quoted(tenant.name)} already"
        findings.add(read(path), ("name",), fact, "Give one of the two another name.")
    findings.stop()


def _times(start: str, horizon: float) -> Times:
    moment = units.parse_clock(start)
    if not hasattr(moment, "date"):
        raise units.refusal(f"{start!r} has no date", "write the full time with its offset, such as '2026-06-14T20:44-07:00'")
    return Times(start=moment, horizon=horizon)  # type: ignore[arg-type]


def _built(draft: Draft, vary: Vary | None, only: Collection[str] | None) -> Scenario:
    """The description, once every reference in it has been followed."""
    findings, incident, document = draft.findings, draft.incident, draft.document
    try:
        times = _times(incident.start, incident.horizon)
    except ValueError as error:
        findings.add(document, ("start",), *fact_and_remedy(str(error)))
        findings.stop()
        raise
    space = Space(world_ground(draft.world.datacenters).domains)
    registered(draft.everything, space, findings)
    instead = deployed_otherwise(draft)
    sources = {**getattr(draft.world, "sources", {}), **incident.sources}
    probes = probes_of(draft, Place(space=space, times=times, sources=sources, instead=instead), vary, only)
    if only is None and len(probes) < len(incident.probes):
        # What is said about a probe that could not be built is not wrong for that.
        findings.stop()
    rewriter = Rewriter(space, times, findings, unknown=None if draft.off is None else draft.off.fact)
    if draft.off is not None:
        draft.everything = without_effects_on(draft.off, draft.everything, space)
    elements = _elements(draft, rewriter, sources)
    told = incident.observations if only is None else ()
    given = {name: value for one in told for name, value in one.given.items()}
    numbers = [*draft.numbers, *(numbers_of_probes(draft) if any(name not in draft.numbers for name in given) else ())]
    names = {
        "sources": sources, "mechanisms": [m.name for m in incident.mechanisms], "mitigations": [m.name for m in incident.mitigations],
        "numbers": numbers, "probes": {probe.name: [group.name for group in probe.groups] for probe in probes}, "times": times,
    }  # fmt: skip
    observations = observed(told, document, rewriter, findings, names)
    record = recorded(incident.record if only is None else (), document, rewriter, findings, names)
    _check_rest(draft, sources, space)
    findings.stop()
    about = draft.world
    world = World(
        name=about.name, summary=about.summary, datacenters=about.datacenters,
        exposure_concentration=about.exposure_concentration, components=elements["component"],
        stations=elements["station"], stocks=elements["stock"], rules=elements["rule"],
    )  # fmt: skip
    check_order(world, draft.everything, findings)
    findings.stop()
    return Scenario(
        format=1, name=incident.name, summary=incident.summary, invented=incident.invented, start=incident.start,
        horizon=_as_text(incident.horizon), hit_zones=incident.hit_zones, sources=sources, world=world, events=elements["event"],
        rules=elements["own rule"],
        observations=observations, mechanisms=tuple(draft.switches.get("mechanisms", ())),
        mitigations=tuple(draft.switches.get("mitigations", ())), probes=tuple(probes), record=record, instead=instead,
        numbers=_numbers_on_record(draft),
    )  # fmt: skip


def _as_text(seconds: float) -> Any:
    """Durations are read from text alone."""
    return units.format_duration(seconds)


def _elements(draft: Draft, rewriter: Rewriter, sources: Mapping[str, str]) -> dict[str, tuple[Any, ...]]:
    """Everything with full paths and times, by kind; rules that are not of the world are the scenario's own."""
    kinds: dict[str, list[Any]] = {kind: [] for kind in ("component", "station", "stock", "rule", "own rule", "event")}
    together: list[tuple[Placed, Any]] = []
    for one in draft.everything:
        element = rewriter.rewritten(one.element, one.document, one.loc, one.home, one.changed)
        check_placed(one, element, draft.findings, sources)
        _check_effects(element, one, draft.findings)
        own = one.kind == "rule" and one.local and one.loc[0] != "add"
        kinds["own rule" if own else one.kind].append(element)
        together.append((one, element))
    check_related(together, draft.findings)
    return {kind: tuple(found) for kind, found in kinds.items()}


def _check_effects(element: Any, one: Placed, findings: Findings) -> None:
    for i, effect in enumerate(getattr(element, "do", ())):
        if isinstance(effect, LoseWrites):
            remedy = "Put a rule with 'lose_writes' into the file of a tenant."
            findings.add(*one.at((*one.loc, "do", i)), "only a tenant has writes to lose, and this stands outside of all tenants", remedy)


def _check_rest(draft: Draft, sources: Mapping[str, str], space: Space) -> None:
    """What stands at the top of the files: hit zones, numbers, the basis of each."""
    findings, incident, document = draft.findings, draft.incident, draft.document
    for i, zone in enumerate(incident.hit_zones):
        if zone not in space.domains:
            remedy = meant(zone, [domain for domain in space.domains if domain.count("/") == 1], "Zones are")
            findings.add(document, ("hit_zones", i), f"the world has no zone {quoted(zone)}", remedy)
    described: Iterable[tuple[Any, Any, Any]] = [(draft.world, draft.world_document, draft.world_loc), (incident, document, ())]
    for tree, where, loc in described:
        for name, number in getattr(tree, "numbers", {}).items():
            check_parts(number, where, (*loc, "numbers", name), findings, sources)
        for key in ("datacenters", "mitigations"):
            for i, element in enumerate(getattr(tree, key, ())):
                check_parts(element, where, (*loc, key, i), findings, sources)
    ids = [one.id for one in incident.observations]
    for name, number in incident.numbers.items():
        fitted = getattr(number.basis, "fitted", None)
        if fitted is not None and not draft.resolved and fitted.observation not in ids:
            place = ("numbers", name, "basis", "fitted", "observation")
            fact = f"there is no observation {quoted(fitted.observation)}"
            findings.add(document, place, fact, meant(fitted.observation, ids, "Observations are"))
    for name in incident.numbers if not draft.resolved else ():
        if name not in draft.mentioned:
            fact = f"the number {quoted(name)} is used nowhere"
            findings.add(document, ("numbers", name), fact, f"Write ${name} where it belongs, or remove it.", key=True)


def _numbers_on_record(draft: Draft) -> dict[str, Any]:
    """All named numbers with what they stood at and where they come from."""
    numbers = {**getattr(draft.world, "numbers", {}), **draft.incident.numbers}
    record = {name: number.model_dump(by_alias=True, exclude_none=True) for name, number in numbers.items()}
    for name, other in draft.incident.set.items():
        if name in record and not isinstance(other, str | int | float | dict | list):
            record[name] |= other.model_dump(by_alias=True, exclude_none=True, exclude={"value"})
    return record
