"""Imports go one way: each room of the package knows the rooms below it and the libraries that are its job, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "simulator"


@dataclass(frozen=True, kw_only=True)
class Room:
    """What a room may import: rooms of the package, libraries, and libraries that only a function body may load."""

    rooms: frozenset[str]
    libraries: frozenset[str] = field(default_factory=frozenset)
    lazily: frozenset[str] = field(default_factory=frozenset)


def room(rooms: str = "", libraries: str = "", lazily: str = "") -> Room:
    return Room(rooms=frozenset(rooms.split()), libraries=frozenset(libraries.split()) | {"numpy"}, lazily=frozenset(lazily.split()))


BASE = "errors units distributions"
ROOMS = {
    "simulator": Room(rooms=frozenset({"api"})),
    "errors": room(),
    "units": room(),
    "distributions": room("units", lazily="scipy"),
    "model": room(BASE, "pydantic networkx"),
    "engine": room(f"{BASE} model", "simpy"),
    "scenario": room(f"{BASE} model", "yaml pydantic"),
    "measures": room(f"{BASE} model engine"),
    "ensemble": room(f"{BASE} model engine scenario measures", "pydantic scipy concurrent multiprocessing", lazily="distributed"),
    "report": room(f"{BASE} model engine scenario measures ensemble", "matplotlib jinja2 rich", lazily="pyarrow"),
    "api": room(f"{BASE} model engine scenario measures ensemble report", lazily="pandas"),
    "cli": room(f"{BASE} model engine scenario measures ensemble report api", "click rich"),
}
# From the standard library, but the job of one room: whoever starts processes decides about reproducibility.
GUARDED = frozenset({"concurrent", "multiprocessing"})


@dataclass(frozen=True, kw_only=True)
class Import:
    line: int
    module: str
    lazy: bool


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _absolute(node: ast.ImportFrom, package: list[str]) -> str:
    if not node.level:
        return node.module or ""
    base = package[: len(package) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def _imports(node: ast.AST, package: list[str], lazy: bool = False) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(line=child.lineno, module=alias.name, lazy=lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = _absolute(child, package)
            # `from simulator import model` names the room only in its last word.
            names = [f"{module}.{alias.name}" for alias in child.names] if module == "simulator" else [module]
            yield from (Import(line=child.lineno, module=name, lazy=lazy) for name in names)
        else:
            deferred = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _is_type_checking(child)
            yield from _imports(child, package, lazy or deferred)


def _complaint(name: str, found: Import) -> str | None:
    """Why a room must not have this import, or nothing."""
    rules = ROOMS[name]
    top, *below = found.module.split(".")
    if top == "simulator":
        target = below[0] if below else "simulator"
        # The package itself holds its version, which everyone may ask for; a module outside the table is reported where it stands.
        if target in {name, "simulator"} or target not in ROOMS or target in rules.rooms:
            return None
        return f"{name} must not import {target}; of the package it may import {_listed(rules.rooms)}"
    if top in rules.libraries or (top in sys.stdlib_module_names and top not in GUARDED):
        return None
    if top in rules.lazily:
        return None if found.lazy else f"{name} may import {top} only inside a function"
    return f"{name} must not import {top}; beyond the standard library it may import {_listed(rules.libraries | rules.lazily)}"


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "nothing"


def violations(package: Path) -> list[str]:
    """Every import that breaks the table, as `file:line: rule`."""
    broken = []
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        name = "simulator" if parts[1] == "__init__" else parts[1]
        where = path.relative_to(package.parent).as_posix()
        if name not in ROOMS:
            broken.append(f"{where}:1: {name} is no room of the table; move it into one or add it there")
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for found in _imports(tree, list(parts[:-1])):
            if complaint := _complaint(name, found):
                broken.append(f"{where}:{found.line}: {complaint}")
    return broken


def test_the_package_keeps_the_rules() -> None:
    assert violations(PACKAGE) == []


def test_modules_are_found() -> None:
    assert (PACKAGE / "cli" / "__init__.py") in set(PACKAGE.rglob("*.py"))


BELOW_ENGINE = "distributions, errors, model, units"
BELOW_MEASURES = "distributions, engine, errors, model, units"
ENGINE_LIBRARIES = "beyond the standard library it may import numpy, simpy"


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        (
            "engine/clock.py",
            "import heapq\nfrom simulator.scenario.reading import read\n",
            f"simulator/engine/clock.py:2: engine must not import scenario; of the package it may import {BELOW_ENGINE}",
        ),
        (
            "scenario/reading.py",
            "from simulator import engine\n",
            f"simulator/scenario/reading.py:1: scenario must not import engine; of the package it may import {BELOW_ENGINE}",
        ),
        (
            "measures/outages.py",
            "from ..scenario import catalogue\n",
            f"simulator/measures/outages.py:1: measures must not import scenario; of the package it may import {BELOW_MEASURES}",
        ),
        (
            "measures/outages.py",
            "from .. import report\n",
            f"simulator/measures/outages.py:1: measures must not import report; of the package it may import {BELOW_MEASURES}",
        ),
        (
            "engine/clock.py",
            "def late():\n    import pydantic\n",
            f"simulator/engine/clock.py:2: engine must not import pydantic; {ENGINE_LIBRARIES}",
        ),
        (
            "engine/clock.py",
            "from concurrent.futures import Future\n",
            f"simulator/engine/clock.py:1: engine must not import concurrent; {ENGINE_LIBRARIES}",
        ),
        (
            "units.py",
            "from simulator.distributions import Fixed\n",
            "simulator/units.py:1: units must not import distributions; of the package it may import nothing",
        ),
        (
            "distributions.py",
            "from scipy import special\n",
            "simulator/distributions.py:1: distributions may import scipy only inside a function",
        ),
        (
            "__init__.py",
            "import numpy\n",
            "simulator/__init__.py:1: simulator must not import numpy; beyond the standard library it may import nothing",
        ),
        ("odds/ends.py", "", "simulator/odds/ends.py:1: odds is no room of the table; move it into one or add it there"),
    ],
)
def test_a_bad_import_is_named_with_its_line_and_rule(tmp_path: Path, where: str, text: str, expected: str) -> None:
    assert violations(_tree(tmp_path, where, text)) == [expected]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("distributions.py", "import numpy as np\nfrom simulator.units import Duration\ndef quantile():\n    from scipy import special\n"),
        ("model/graph.py", "import networkx as nx\nfrom simulator.model.parts import Component\nfrom .. import units\n"),
        ("engine/clock.py", "import simpy\nfrom simulator import __version__, model\n"),
        ("ensemble/runs.py", "from concurrent.futures import Executor\nimport scipy\nfrom simulator.measures import outages\n"),
        ("api.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n"),
        ("cli/compare.py", "import click\nfrom simulator import api\nfrom simulator.report import tables\n"),
    ],
)
def test_what_the_table_allows_passes(tmp_path: Path, where: str, text: str) -> None:
    assert violations(_tree(tmp_path, where, text)) == []


def _tree(root: Path, where: str, text: str) -> Path:
    path = root / "simulator" / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return root / "simulator"
