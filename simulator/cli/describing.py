"""What a name or a file given to `check` and `show` describes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from simulator.report.wording import percent
from simulator.scenario import catalogue
from simulator.scenario.document import Document, Mark, problem_at
from simulator.scenario.files import application_file, kind_of
from simulator.scenario.findings import Findings, meant
from simulator.scenario.lineage import read
from simulator.scenario.numbers import Numbers
from simulator.scenario.problems import Problem, ScenarioError
from simulator.scenario.reading import STANDARD_INPUT
from simulator.scenario.wording import judged

if TYPE_CHECKING:
    from simulator.ensemble.baselines import Baseline
    from simulator.ensemble.loading import Loaded
    from simulator.model.population import Population
    from simulator.model.world import Scenario, Tenant

BELOW = "Give what falls short more units or more capacity, or place it in more zones."
# A world is sound when a scenario in which nothing happens can be built on it.
_NOTHING_HAPPENS = "{format: 1, name: nothing-happens, summary: nothing, world: %s, start: 2000-01-01T00:00Z, horizon: 1 h, events: []}\n"


def found(word: str) -> list[Path]:
    """The files that are meant: of this name in the catalogue, one of each kind that has it, else a path. ScenarioError if none.

    A name with its folder, such as worlds/us-east-1-2012, means the one there.
    """
    if word == "-":
        return [STANDARD_INPUT]
    folder, _, name = word.partition("/")
    within = next((kind for kind, folders in catalogue.FOLDERS.items() if folder == folders[0] and name in catalogue.names(kind)), None)
    if within is not None:
        return [catalogue.find(name, within)]
    paths = dict.fromkeys(catalogue.find(word, kind) for kind in catalogue.FOLDERS if word in catalogue.names(kind))
    if paths:
        return list(paths)
    path = Path(word)
    if path.suffix or "/" in word or catalogue.is_there(path):
        return [catalogue.find(path, "incident")]
    names = dict.fromkeys(name for kind in catalogue.FOLDERS for name in catalogue.names(kind))
    raise ScenarioError((problem_at(word, (), Mark(0, 0), "the catalogue has nothing of this name", meant(word, names, "It has")),))


# Of files that have one name, what stands in a world is shown before the world itself.
_RANK = ("incident", "tenant", "application", "population", "world")


def shown(word: str) -> tuple[Path, str, Document, list[Path]]:
    """The file of this name that is shown, its kind and what it says; and the others of this name."""
    every = sorted(((path, *kind(path)) for path in found(word)), key=lambda one: _RANK.index(one[1]))
    return (*every[0], [path for path, *_ in every[1:]])


def kind(path: Path) -> tuple[str, Document]:
    """Which kind of file it is, and what it says."""
    document = read(path)
    return kind_of(document.value), document


def tenant(path: Path, scenario: str | None, **switches: object) -> "Tenant":
    """An architecture or tenant, in the world of a scenario: by default the first of the catalogue."""
    from simulator import api

    loaded = api.load(scenario or catalogue.names("incident")[0], architectures=[path], **switches)  # type: ignore[arg-type]
    return loaded.tenants([path])[0]


def population(path: Path, scenario: str | None, **switches: object) -> "Population":
    """A population, in the world of a scenario: by default the first of the catalogue."""
    from simulator import api
    from simulator.scenario.populations import load_population

    loaded = api.load(scenario or catalogue.names("incident")[0], architectures=[path], **switches)  # type: ignore[arg-type]
    return load_population(path, loaded.scenario, set_=loaded.numbers)


def scenario(path: Path, **switches: object) -> "Scenario":
    from simulator import api

    return api.load(path, **switches).scenario  # type: ignore[arg-type]


def incident_of(words: Sequence[str]) -> str | None:
    """The one scenario among these names and files; None where there is none, or several."""
    named = [word for word in words if word in catalogue.names("incident") or _is_incident(word)]
    return named[0] if len(named) == 1 else None


def _is_incident(word: str) -> bool:
    try:
        return any(kind(path)[0] == "incident" for path in found(word))
    except ScenarioError:
        # What is wrong with the file is said where it is checked.
        return False


def check(word: str, in_scenario: Callable[[], "Loaded"], *, healthy: bool) -> None:
    """ScenarioError with everything that is wrong with this file, or with all of this name; the scenario is loaded where one is needed.

    Where it has to be `healthy`, an application that is below its outage threshold before the incident begins is wrong as well.
    """
    from simulator.ensemble.baselines import below_threshold
    from simulator.scenario import building
    from simulator.scenario.populations import load_population

    for path in found(word):
        what, document = kind(path)
        if what == "incident":
            alone = building.load(path)
            _stop_below(document, below_threshold(alone, alone.probes))
        elif what == "tenant":
            loaded = in_scenario()
            tenants = loaded.tenants([path])
            if healthy:
                _stop_below(document, below_threshold(loaded.scenario, tenants))
        elif what == "population":
            load_population(path, in_scenario().scenario)
        else:
            _check_alone(what, document)


def staged(scenario: str | None) -> Callable[[], "Loaded"]:
    """A scenario that is loaded when it is first needed, and once; by default the first of the catalogue."""
    from simulator import api

    return cache(lambda: api.load(scenario or catalogue.names("incident")[0]))


def _check_alone(what: str, document: Document) -> None:
    if what == "world":
        world(document)
    else:
        application(document)


def _stop_below(document: Document, baselines: "Sequence[Baseline]") -> None:
    """ScenarioError where there are any."""
    findings = Findings()
    for one in baselines:
        served = f"{percent(one.served)} served{'' if one.everywhere else ' on average over its placements'}"
        fact = f"{one.name} is below its outage threshold of {percent(one.threshold)} before the incident begins: {served}; {one.reason}"
        findings.add(document, ("placement",), fact, BELOW)
    findings.stop()


def world(document: Document, **switches: object) -> "Scenario":
    """A world, in a scenario in which nothing happens."""
    with TemporaryDirectory(prefix="azsim-") as folder:
        copy = Path(folder) / "world.yaml"
        copy.write_text("\n".join(document.lines) + "\n", encoding="utf-8", newline="")
        empty = Path(folder) / "nothing-happens.yaml"
        empty.write_text(_NOTHING_HAPPENS % "world", encoding="utf-8")
        try:
            return scenario(empty, **switches)
        except ScenarioError as error:
            shown = catalogue.shown(empty)
            raise ScenarioError(tuple(_told_of(document, problem, within=problem.file != shown) for problem in error.problems)) from None


def _told_of(document: Document, problem: Problem, *, within: bool) -> Problem:
    """A problem of a copy, as one of the file itself; what is not within it has no line there."""
    return replace(problem, file=document.file) if within else replace(problem, file=document.file, line=0, column=0, source_line="")


def application(document: Document, numbers: Mapping[str, Any] | None = None) -> "Any":
    """An application, with other values for its numbers."""
    findings = Findings()
    known = Numbers(findings)
    raw = document.value
    known.declare(document, ("numbers",), raw.get("numbers") if isinstance(raw, dict) else None)
    known.override(document, (), numbers or {})
    described = judged(application_file(), known.filled(document), document, findings)
    findings.stop()
    assert described is not None
    return described
