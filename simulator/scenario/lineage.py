"""The files that a tenant is made of, what it is put into, and the numbers that these files see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from simulator.scenario import catalogue
from simulator.scenario.collecting import uncollected
from simulator.scenario.document import Document, Mark
from simulator.scenario.expanding import Space
from simulator.scenario.files import kind_of
from simulator.scenario.findings import Findings
from simulator.scenario.numbers import Numbers
from simulator.scenario.problems import Problem, ScenarioError
from simulator.scenario.ranges import Vary
from simulator.scenario.reading import read_text_file, read_yaml
from simulator.scenario.referring import Times

# A file that is like a file that is like a file is hard to read already.
LIKE_LIMIT = 8


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a tenant is put into: a world with its numbers, and how it is run."""

    space: Space
    times: Times
    numbers: Mapping[str, Any]
    sources: Collection[str]
    without: Collection[str] = ()
    vary: Vary | None = None
    other_values: Mapping[str, Any] | None = None
    catalogue: Path | None = None
    mentioned: set[str] = field(default_factory=set)
    application: Path | None = None
    """The file of a tenant whose users it serves: numbers of its application have the values that they have there."""


def read(path: Path) -> Document:
    shown = catalogue.shown(path)
    return _parsed(read_text_file(path, shown_as=shown), shown)


@lru_cache(maxsize=64)
@uncollected()
def _parsed(text: bytes, file: str) -> Document:
    """What a text says. The same few files are read again for every tenant that is like another, and for every set of numbers."""
    return read_yaml(text, file=file)


def known(documents: list[Document], setting: Setting, findings: Findings) -> Numbers:
    """The numbers that a tenant's files see: the scenario's, those that each file declares, and what they are set to."""
    numbers = Numbers(findings, setting.vary)
    others = setting.other_values or {}
    for name, value in setting.numbers.items():
        numbers.put(name, value, documents[-1], other=name in others)
    # What it does not declare is of the scenario, or of another tenant beside it.
    own: set[str] = set()
    for document in documents:
        raw = document.value
        numbers.declare(document, ("numbers",), raw.get("numbers") if isinstance(raw, dict) else None)
        own |= declared([document])
        if setting.application is not None and kind_of(raw) == "application":
            own -= _taken_over(numbers, document, setting, findings)
    numbers.override(documents[-1], (), {name: value for name, value in others.items() if name in own})
    return numbers


def _taken_over(numbers: Numbers, application: Document, setting: Setting, findings: Findings) -> set[str]:
    """Gives the numbers of an application the values that they have with another tenant; returns their names.

    Only these: what an architecture declares by itself, such as what one zone carries, is what makes it this architecture.
    """
    path = setting.application
    assert path is not None
    documents = chain(read(path), path.parent, setting.catalogue, findings)
    findings.stop()
    there = known(documents, replace(setting, application=None), findings)
    names = declared([application]) & declared(documents)
    for name in sorted(names):
        numbers.put(name, there.value(name), documents[-1])
    return names


def lent(setting: Setting, findings: Findings) -> tuple[dict[str, Any], Document] | None:
    """What the tenant whose users are served lends to an architecture: fields by path, and the file that says so."""
    if setting.application is None:
        return None
    documents = chain(read(setting.application), setting.application.parent, setting.catalogue, findings)
    findings.stop()
    numbers = known(documents, replace(setting, application=None), findings)
    found = [document for document in documents if isinstance(document.value, dict) and "lends" in document.value]
    return (numbers.filled(found[-1])["lends"], found[-1]) if found else None


def numbers_of(path: Path, root: Path | None) -> set[str]:
    """Names of the numbers that a tenant's file, its application and the files it is like declare; none where they cannot be read."""
    try:
        return declared(chain(read(path), path.parent, root, Findings()))
    except ScenarioError:
        return set()


def declared(documents: list[Document]) -> set[str]:
    trees = [document.value["numbers"] for document in documents if isinstance(document.value, dict) and "numbers" in document.value]
    return {name for tree in trees if isinstance(tree, dict) for name in tree}


def chain(document: Document, folder: Path, root: Path | None, findings: Findings) -> list[Document]:
    """The files that a tenant is made of: its application, what it is like from the farthest on, and itself."""
    files, application, here, at = [document], None, document, folder
    for _ in range(LIKE_LIMIT + 1):
        raw = here.value if isinstance(here.value, dict) else {}
        if application is None and isinstance(raw.get("application"), str):
            application = _referred(raw["application"], "application", here, at, root=root, findings=findings)
        if not isinstance(raw.get("like"), str):
            break
        following = _referred(raw["like"], "like", here, at, root=root, findings=findings)
        if following is None:
            break
        here, at = following
        names = " -> ".join(one.file for one in [*files, here])
        if any(here.file == one.file for one in files):
            findings.add(document, ("like",), f"these are like each other without end: {names}", "Let one of them stand on its own.")
            break
        if len(files) > LIKE_LIMIT:
            fact = f"this is like a file that is like another, more than {LIKE_LIMIT} deep: {names}"
            findings.add(document, ("like",), fact, "Let one of the first of them be like the last, and say itself what lies between.")
            break
        files.append(here)
    return ([application[0]] if application is not None else []) + files[::-1]


def _referred(
    word: str, key: str, document: Document, folder: Path, *, root: Path | None, findings: Findings
) -> tuple[Document, Path] | None:
    """The file that a tenant's file names under `application` or `like`, and its folder."""
    found = catalogue.refer(word, "tenant" if key == "application" else "architecture", folder, catalogue=root)
    if isinstance(found, tuple):
        findings.add(document, (key,), *found)
        return None
    try:
        return read(found), found.parent
    except ScenarioError as error:
        for problem in error.problems:
            findings.take(problem)
        return None


def refused(file: str, fact: str, remedy: str) -> ScenarioError:
    """A problem with a file as a whole."""
    mark = Mark(0, 0)
    return ScenarioError((Problem(file=file, line=mark.line, column=mark.column, fact=fact, remedy=remedy, source_line=""),))
