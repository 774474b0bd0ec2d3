"""What a name or a file given to `check` and `show` describes."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from simulator.scenario import catalogue
from simulator.scenario.document import Document, Mark, problem_at
from simulator.scenario.files import application_file, kind_of
from simulator.scenario.findings import Findings, meant
from simulator.scenario.numbers import Numbers
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import read_text_file, read_yaml
from simulator.scenario.wording import judged

if TYPE_CHECKING:
    from simulator.model.population import Population
    from simulator.model.world import Scenario, Tenant

# A world is sound when a scenario in which nothing happens can be built on it.
_NOTHING_HAPPENS = "{format: 1, name: nothing-happens, summary: nothing, world: %s, start: 2000-01-01T00:00Z, horizon: 1 h, events: []}\n"


def found(word: str) -> list[Path]:
    """The files that are meant: of this name in the catalogue, one of each kind that has it, else a path. ScenarioError if none."""
    paths = dict.fromkeys(catalogue.find(word, kind) for kind in catalogue.FOLDERS if word in catalogue.names(kind))
    if paths:
        return list(paths)
    path = Path(word)
    if path.suffix or "/" in word or path.exists():
        return [catalogue.find(path, "incident")]
    names = dict.fromkeys(name for kind in catalogue.FOLDERS for name in catalogue.names(kind))
    raise ScenarioError((problem_at(word, (), Mark(0, 0), "the catalogue has nothing of this name", meant(word, names, "It has")),))


_SHOWN = frozenset({"incident", "tenant", "population"})


def shown(word: str) -> tuple[Path, str, Document]:
    """The file of this name that can be shown, its kind and what it says; the first where none can."""
    every = [(path, *kind(path)) for path in found(word)]
    return next((one for one in every if one[1] in _SHOWN), every[0])


def kind(path: Path) -> tuple[str, Document]:
    """Which kind of file it is, and what it says."""
    shown = catalogue.shown(path)
    document = read_yaml(read_text_file(path, shown_as=shown), file=shown)
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


def check(word: str, in_scenario: str | None) -> None:
    """ScenarioError with everything that is wrong with this file, or with all of this name."""
    for path in found(word):
        _check(path, in_scenario)


def _check(path: Path, in_scenario: str | None) -> None:
    what, document = kind(path)
    if what == "incident":
        scenario(path)
    elif what == "tenant":
        tenant(path, in_scenario)
    elif what == "population":
        population(path, in_scenario)
    elif what == "world":
        _check_world(path, document)
    else:
        _check_application(document)


def _check_world(path: Path, document: Document) -> None:
    with TemporaryDirectory(prefix="azsim-") as folder:
        copy = Path(folder) / "world.yaml"
        copy.write_text("\n".join(document.lines) + "\n", encoding="utf-8", newline="")
        empty = Path(folder) / "nothing-happens.yaml"
        empty.write_text(_NOTHING_HAPPENS % "world", encoding="utf-8")
        try:
            scenario(empty)
        except ScenarioError as error:
            raise ScenarioError(tuple(replace(problem, file=document.file) for problem in error.problems)) from None


def _check_application(document: Document) -> None:
    findings = Findings()
    numbers = Numbers(findings)
    raw = document.value
    numbers.declare(document, ("numbers",), raw.get("numbers") if isinstance(raw, dict) else None)
    judged(application_file(), numbers.filled(document), document, findings)
    findings.stop()
