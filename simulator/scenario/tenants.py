"""Building a tenant: its file, the files it is like, its roles, and the names it shares with the world."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.model.component import Component
from simulator.model.requirement import Latching, Spread
from simulator.model.world import RoleGroup, Tenant
from simulator.scenario.checking import check_placed, registered
from simulator.scenario.document import Document
from simulator.scenario.expanding import Space, Tree
from simulator.scenario.files import application_file, kind_of, tenant_file
from simulator.scenario.findings import Findings, Loc, meant
from simulator.scenario.lineage import Setting, chain, declared, known, lent, read
from simulator.scenario.numbers import mentioned
from simulator.scenario.ordering import check_order
from simulator.scenario.placing import Placed, placed, tenant_ground
from simulator.scenario.problems import quoted
from simulator.scenario.referring import Rewriter
from simulator.scenario.relating import check_related
from simulator.scenario.roles import check_roles
from simulator.scenario.skipping import switched_off, without_effects_on
from simulator.scenario.switching import Change, applied, without_tagged
from simulator.scenario.wording import judged


@dataclass(frozen=True, kw_only=True)
class Part:
    """One description that a tenant is made of, and where it stands."""

    described: Any
    document: Document
    loc: Loc = ()


def tenant_from_file(path: Path, setting: Setting) -> tuple[Tenant, dict[str, str]]:
    """The tenant of a file, and the sources it names; ScenarioError with all its problems."""
    findings = Findings()
    documents = chain(read(path), path.parent, setting.catalogue, findings)
    findings.stop()
    numbers = known(documents, setting, findings)
    own = declared(documents[-1:])
    parts = []
    sources: dict[str, str] = {}
    for document in documents:
        model = tenant_file() if kind_of(document.value) == "tenant" else application_file()
        described: Any = judged(model, numbers.filled(document), document, findings)
        if described is not None:
            parts.append(Part(described=described, document=document))
            sources |= described.sources
    used = {name for document in documents for name in mentioned(document.value)}
    setting.mentioned.update(used)
    for name in sorted(own - used):
        fact = f"the number {quoted(name)} is used nowhere"
        findings.add(documents[-1], ("numbers", name), fact, f"Write ${name} where it belongs, or remove it.", key=True)
    findings.stop()
    # A resolved form has no sources of its own: its basis is on record with the scenario it was resolved in.
    tenant = settled(parts, setting, {*sources, *setting.sources} if sources else None, findings)
    findings.stop()
    assert tenant is not None
    return tenant, sources


def settled(parts: list[Part], setting: Setting, sources: Collection[str] | None, findings: Findings) -> Tenant | None:
    """The tenant that these descriptions make together, later ones before earlier ones; None where that cannot be."""
    last = parts[-1]
    values = _values(parts)
    placement = values.get("placement")
    for name in ("calls", "placement", *(() if values.get("groups") else ("users", "enters"))):
        if values.get(name) is None:
            says = Tenant.model_fields[name].description
            findings.add(last.document, last.loc, f"the key {quoted(name)} is missing", f"Add it: {says}.")
    if placement is None:
        return None
    roles = _roles(placement, parts, setting, findings)
    ground = tenant_ground(roles)
    everything: list[Placed] = []
    for part in parts:
        everything += placed(part.described, part.document, part.loc, ground, findings, local=False)
        if (changes := getattr(part.described, "change", None)) is not None:
            change = Change(remove=part.described.remove, change=changes, add=None, document=part.document, loc=part.loc)
            everything = applied(everything, change, ground, findings).everything
    if (loan := lent(setting, findings)) is not None:
        loaned = Change(remove=(), change=loan[0], add=None, document=loan[1], loc=(), key="lends")
        everything = applied(everything, loaned, ground, findings).everything
    before, everything = everything, without_tagged(everything, setting.without)
    space, off = Space(ground.domains), switched_off(before, everything, ground.domains)
    registered(everything, space, findings)
    everything = without_effects_on(off, everything, space)
    regions = [group.region for group in placement]
    outside, rideable = (_outside(setting.space, regions, depth=depth) for depth in (1, 2))
    rewriter = Rewriter(space, setting.times, findings, outside, off.fact)
    elements: dict[str, list[Any]] = {}
    together = [(one, rewriter.rewritten(one.element, one.document, one.loc, one.home, one.changed)) for one in everything]
    for one, element in together:
        check_placed(one, element, findings, sources)
        if one.kind == "component" and element.rides is not None and not rideable(element.rides, ("component",)):
            _unknown_ride(element.rides, one, setting, findings)
        if one.kind == "component":
            _latches_on_its_own(element, one, space, findings)
        _stands_alone(element, one, findings)
        elements.setdefault(one.kind, []).append(element)
    check_related(together, findings)
    check_roles(together, placement, space, setting.space, findings)
    _check_entrances(values, parts, space, findings)
    findings.stop()
    many = {f"{kind}s": tuple(elements.get(kind, ())) for kind in ("component", "route", "station", "rule")}
    tenant = Tenant.model_validate(values | many)
    check_order(tenant, everything, findings)
    return tenant


def _check_entrances(values: dict[str, Any], parts: list[Part], space: Space, findings: Findings) -> None:
    """Where users come in has to be there; users who come in by groups come in by nothing else."""
    ways: list[tuple[Loc, str]] = [] if values.get("enters") is None else [(("enters",), values["enters"])]
    names: dict[str, int] = {}
    for i, group in enumerate(values.get("groups", ())):
        ways.append((("groups", i, "enters"), group.enters))
        if names.setdefault(group.name, i) != i:
            part = _saying(parts, "groups")
            fact = f"the group {quoted(group.name)} stands here twice"
            findings.add(part.document, (*part.loc, "groups", i, "name"), fact, "Give each group a name of its own.")
    part = _saying(parts, "groups")
    if values.get("groups"):
        for other in {"users", "enters"} & part.described.model_fields_set:
            if getattr(part.described, other) not in (None, values["users"]):
                fact = f"{quoted(other)} stands beside groups of users, who say it for themselves"
                findings.add(part.document, (*part.loc, other), fact, f"Leave out either {quoted(other)} or the groups.", key=True)
        if not values["users"]:
            findings.add(part.document, (*part.loc, "groups"), "nobody belongs to any of these groups", "Write how many people do.")
    for where, way in ways:
        part = _saying(parts, str(where[0]))
        if space.kinds.get(way) not in ("route", "component"):
            remedy = meant(way, [path for path, kind in space.kinds.items() if kind in ("route", "component")])
            findings.add(part.document, (*part.loc, *where), f"there is no route or component {quoted(way)} to enter by", remedy)


def _saying(parts: list[Part], name: str) -> Part:
    """The last part that says something under a key."""
    return next((part for part in reversed(parts) if getattr(part.described, name, None)), parts[-1])


def _values(parts: list[Part]) -> dict[str, Any]:
    """The single values of a tenant: of each the last that was given."""
    values: dict[str, Any] = {}
    for part in parts:
        for name in ("name", "summary", "kind", "users", "calls", "enters", "groups", "objective", "placement"):
            if name in part.described.model_fields_set and getattr(part.described, name) is not None:
                values[name] = getattr(part.described, name)
                # Who comes in by groups comes in by nothing else, and the other way round: the later file decides.
                for other in {"groups": ("enters", "users"), "enters": ("groups",)}.get(name, ()) if values[name] else ():
                    values.pop(other, None)
    if values.get("groups"):
        values["users"] = sum(group.users for group in values["groups"])
    return values


def _roles(placement: tuple[RoleGroup, ...], parts: list[Part], setting: Setting, findings: Findings) -> list[str]:
    part = _saying(parts, "placement")
    roles: list[str] = []
    for i, group in enumerate(placement):
        where = (*part.loc, "placement", i)
        for j, role in enumerate(group.roles):
            if role in roles:
                fact = f"the role {quoted(role)} stands here twice"
                findings.add(part.document, (*where, "roles", j), fact, "Give each role a name of its own.")
            roles.append(role)
        _check_zones(group, part.document, where, setting.space.domains, findings)
    return roles


def _check_zones(group: RoleGroup, document: Document, loc: Loc, domains: Tree, findings: Findings) -> None:
    regions = [domain for domain in domains if "/" not in domain]
    if group.region not in regions:
        remedy = meant(group.region, regions, "Regions are")
        findings.add(document, (*loc, "region"), f"the world has no region {quoted(group.region)}", remedy)
        return
    zones = domains.matches(f"{group.region}/*")
    if len(group.roles) > len(zones):
        fact = f"{len(group.roles)} roles need as many zones, and {quoted(group.region)} has {len(zones)}"
        findings.add(document, (*loc, "roles"), fact, f"Use at most {len(zones)} roles.")
    for j, zone in enumerate(group.fixed or ()):
        if zone not in zones:
            fact = f"{quoted(group.region)} has no zone {quoted(zone)}"
            findings.add(document, (*loc, "fixed", j), fact, meant(zone, zones, "Its zones are"))
    if group.fixed is not None and len(group.fixed) != len(group.roles):
        fact = f"{len(group.fixed)} zones are fixed for {len(group.roles)} roles"
        findings.add(document, (*loc, "fixed"), fact, "Fix one zone for each role, or none.")


def _outside(world: Space, regions: list[str], *, depth: int) -> Callable[[str, tuple[str, ...]], bool]:
    """Whether a name means something in the world, seen from a zone (depth 1) or a datacenter (2) in one of these regions.

    In which datacenters its units are is drawn, so that only what they ride may be one of several in a zone.
    """
    everything = [domain for region in dict.fromkeys(regions) for domain in (region, *world.domains.matches(f"{region}/**"))]
    domains = [domain for domain in everything if domain.count("/") <= depth]

    def means_something(word: str, kinds: tuple[str, ...]) -> bool:
        if kinds == ("domain",):
            return bool(world.domains.matches(word))
        return bool(world.matches(word, kinds)) or any(world.matches(f"{domain}/{word}", kinds) for domain in domains)

    return means_something


def _latches_on_its_own(element: Component, one: Placed, space: Space, findings: Findings) -> None:
    """What a tenant loses by latching is the world's; of its own things it needs live ones."""
    for i, latch in enumerate(element.requires):
        on = latch.latching.on if isinstance(latch, Latching) else None
        for path in on.spread if isinstance(on, Spread) else [on] if isinstance(on, str) else []:
            if path in space.kinds:
                fact = f"{quoted(path)} is the tenant's own, and latching is on things of the world only"
                remedy = "Make the requirement live, or name what of the world it hangs on."
                findings.add(one.document, (*one.loc, "requires", i), fact, remedy)


def _stands_alone(element: Any, one: Placed, findings: Findings) -> None:
    """Who is turned away by a station, or served before it, is of the world."""
    for key in ("room", "behind"):
        if getattr(element, key, None) is not None:
            fact = f"a tenant's own station knows no {quoted(key)}"
            findings.add(*one.at((*one.loc, key)), fact, "Leave it out, or let the station stand in the world.")


def _unknown_ride(word: str, one: Placed, setting: Setting, findings: Findings) -> None:
    elsewhere = dict.fromkeys(path.split("/")[0] for path in setting.space.matches(f"**/{word}", ("component",)))
    near = None if elsewhere else setting.space.nearest(word, ("component",))
    remedy = f"Did you mean {quoted(near)}?" if near else "Write the name that a component of the world has in its datacenter."
    if elsewhere:
        remedy = f"Only {', '.join(elsewhere)} has one of this name: place the tenant there, or ride what these regions have."
    findings.add(one.document, (*one.loc, "rides"), f"the regions of this tenant have no component {quoted(word)} to ride", remedy)
