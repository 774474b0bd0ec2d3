"""Building a population: its file, the numbers it sees, and what its classes name of the world."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.model.population import Held, Population, TenantClass
from simulator.model.world import Scenario
from simulator.scenario import catalogue
from simulator.scenario.checking import check_parts
from simulator.scenario.document import Document, Mark, Place, problem_at
from simulator.scenario.expanding import Tree
from simulator.scenario.files import kind_of, population_file
from simulator.scenario.findings import Findings, Loc, meant
from simulator.scenario.lineage import read, refused
from simulator.scenario.numbers import Numbers, mentioned
from simulator.scenario.problems import ScenarioError, quoted
from simulator.scenario.ranges import Vary
from simulator.scenario.wording import judged

_ROUNDING = 1e-9
EVERYBODY = "all"
"""What tables call all tenants together."""


def chosen(name: str | Path | None, world: str, *, catalogue_root: Path | None = None) -> Path:
    """The file of a population by name or path; without a name the one that is called as the world, or the only one there is."""
    if name is not None:
        return catalogue.find(name, "population", catalogue=catalogue_root)
    known = catalogue.names("population", catalogue=catalogue_root)
    if world in known:
        return catalogue.find(world, "population", catalogue=catalogue_root)
    fact = f"the catalogue has no population for the world {quoted(world)}"
    raise ScenarioError((problem_at(world, (), Mark(0, 0), fact, meant(world, known, "Name one. There are")),))


def load_population(
    name_or_path: str | Path, scenario: Scenario, *, set_: Mapping[str, Any] | None = None, vary: Vary | None = None,
    catalogue_root: Path | None = None,
) -> Population:  # fmt: skip
    """A population by name or file, in the world and with the numbers of a scenario; ScenarioError with all problems of its file.

    `set_` gives numbers of it other values; `vary` says where in their ranges others stand, and rounds units to whole ones.
    """
    document = read(catalogue.find(name_or_path, "population", catalogue=catalogue_root))
    _check_kind(document)
    findings = Findings()
    raw: Any = document.value
    numbers = Numbers(findings, vary)
    others = set_ or {}
    for name, body in scenario.numbers.items():
        numbers.put(name, body["value"], document, other=name in others)
    stated = raw["numbers"] if isinstance(raw, dict) and isinstance(raw.get("numbers"), dict) else {}
    numbers.declare(document, ("numbers",), stated)
    for name, value in others.items():
        if name in stated:
            numbers.override(_option(name), (), {name: value})
    tree = numbers.filled(document)
    described: Any = judged(population_file(), tree if vary is None else _in_whole_units(tree), document, findings)
    # Where there are no classes, there is nothing that could use one.
    for name in sorted(set(stated) - mentioned(raw)) if kind_of(raw) == "population" else ():
        fact = f"the number {quoted(name)} is used nowhere"
        findings.add(document, ("numbers", name), fact, f"Write ${name} where it belongs, or remove it.", key=True)
    findings.stop()
    # A resolved form has no sources of its own: its basis is on record with the scenario it was resolved in.
    sources = {*described.sources, *scenario.sources} if described.sources else None
    check_parts(described, document, (), findings, sources)
    for name, number in described.numbers.items():
        check_parts(number, document, ("numbers", name), findings, sources)
    _Check(document=document, findings=findings, scenario=scenario).classes(described.classes)
    findings.stop()
    return Population(**{name: getattr(described, name) for name in Population.model_fields})


def _check_kind(document: Document) -> None:
    """ScenarioError for the file of something else. One of which only the classes are missing may be that of a population."""
    raw = document.value
    kind = kind_of(raw)
    if kind == "population" or (kind == "application" and not (isinstance(raw, dict) and raw.keys() & {"users", "calls"})):
        return
    raise refused(document.file, f"this is the file of {'an' if kind[0] in 'ai' else 'a'} {kind}", "Name a population.")


def _option(name: str) -> Document:
    """Where a value stands that a command was given: in no file."""
    nowhere = Place(mark=Mark(0, 0), key_mark=Mark(0, 0))
    return Document(value={}, root=nowhere, lines=(), file=f"--set {name}")


def _in_whole_units(tree: Any) -> Any:
    """A drawn number of units is rounded, as there are no parts of a server."""
    if isinstance(tree, dict):
        return {key: _rounded(value) if key in {"units", "serves_at_least"} else _in_whole_units(value) for key, value in tree.items()}
    return [_in_whole_units(item) for item in tree] if isinstance(tree, list) else tree


def _rounded(value: Any) -> Any:
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class _Check:
    """What the types of a population cannot say, and what the world has to have."""

    def __init__(self, *, document: Document, findings: Findings, scenario: Scenario) -> None:
        self._document, self._findings = document, findings
        world = scenario.world
        self._zones: dict[str, set[str]] = {}
        for datacenter in world.datacenters:
            region, zone, _ = datacenter.path.split("/")
            self._zones.setdefault(region, set()).add(zone)
        self._known = {"component": Tree([c.path for c in world.components]), "station": Tree([s.path for s in world.stations])}

    def _tell(self, loc: Loc, fact: str, remedy: str) -> None:
        self._findings.add(self._document, loc, fact, remedy)

    def classes(self, classes: tuple[TenantClass, ...]) -> None:
        self._distinct(((("classes", i, "name"), one.name) for i, one in enumerate(classes)), "class")
        for i, one in enumerate(classes):
            loc: Loc = ("classes", i)
            if one.name == EVERYBODY:
                fact = f"the name {quoted(EVERYBODY)} stands for all classes together"
                self._tell((*loc, "name"), fact, "Give the class another name.")
            self._distinct((((*loc, "has", j, "name"), held.name) for j, held in enumerate(one.has)), "thing")
            if not self._placed(one, loc):
                continue
            zones = sum(used.zones for used in one.placement)
            for j, held in enumerate(one.has):
                self._held(one, held, (*loc, "has", j), zones)
            for key in ("shift", "launches"):
                asking = getattr(one, key)
                if asking is not None and asking.station is not None:
                    self._named(one, asking.station, "station", (*loc, key, "station"), depth=1)
            if one.launches is not None:
                self._named(one, one.launches.needs, "component", (*loc, "launches", "needs"), depth=1)

    def _distinct(self, names: Iterator[tuple[Loc, str]], what: str, remedy: str = "Give one of the two another name.") -> None:
        seen: set[str] = set()
        for loc, name in names:
            if name in seen:
                self._tell(loc, f"the {what} {quoted(name)} stands here twice", remedy)
            seen.add(name)

    def _placed(self, one: TenantClass, loc: Loc) -> bool:
        good = True
        for k, used in enumerate(one.placement):
            where = (*loc, "placement", k)
            zones = self._zones.get(used.region)
            if zones is None:
                fact = f"the world has no region {quoted(used.region)}"
                self._tell((*where, "region"), fact, meant(used.region, self._zones, "Regions are"))
            elif used.zones > len(zones):
                fact = f"{used.zones} zones are used, and {quoted(used.region)} has {len(zones)}"
                self._tell((*where, "zones"), fact, f"Write at most {len(zones)}.")
            good &= zones is not None and used.zones <= len(zones)
        regions = (((*loc, "placement", k, "region"), used.region) for k, used in enumerate(one.placement))
        self._distinct(regions, "region", "Say once how many of its zones are used.")
        return good

    def _held(self, one: TenantClass, held: Held, loc: Loc, zones: int) -> None:
        self._named(one, held.rides, "component", (*loc, "rides"), depth=3)
        for key, count in (("units", held.units), ("serves_at_least", held.serves_at_least)):
            if count is not None and count != round(count):
                self._tell((*loc, key), f"{count:g} units are no whole number of them", "Write a whole number.")
        if held.serves_at_least is not None and held.serves_at_least > held.units:
            fact = f"{held.serves_at_least:g} of {held.units:g} units can never be up"
            self._tell((*loc, "serves_at_least"), fact, f"Write at most {held.units:g}.")
        if held.carries is not None and held.per == "region":
            fact, remedy = "capacity is what each zone has, or what the tenant has once", "Write 'per: zone' or 'per: tenant'."
            self._tell((*loc, "carries"), fact, remedy)
        elif held.carries is not None and (together := held.carries * (zones if held.per == "zone" else 1)) < 1 - _ROUNDING:
            fact = f"all together carry {100 * together:.6g} % of the demand"
            self._tell((*loc, "carries"), fact, "Let them carry all of it while nothing has happened.")
        if held.address and (held.per != "zone" or held.carries is not None):
            fact, remedy = "an address is a zone's, and carries nothing itself", "Write 'per: zone', and leave 'carries' out."
            self._tell((*loc, "address"), fact, remedy)

    def _named(self, one: TenantClass, word: str, kind: str, loc: Loc, *, depth: int) -> None:
        """A name has to mean something in each region that the class uses, or around it."""
        tree = self._known[kind]
        for used in one.placement:
            region = used.region
            patterns = [word, f"{region}/{word}", f"{region}/*/{word}", f"{region}/*/*/{word}"][: depth + 1]
            if any(tree.matches(pattern) for pattern in patterns):
                continue
            places = {path.removeprefix(f"{region}/") for path in tree if path.startswith(f"{region}/")}
            names = dict.fromkeys(place.split("/", 2)[-1] if depth == 3 and place.count("/") >= 2 else place for place in sorted(places))
            fact = f"{quoted(region)} has no {kind} {quoted(word)}"
            self._tell(loc, fact, meant(word, names, f"Its {kind}s are"))
