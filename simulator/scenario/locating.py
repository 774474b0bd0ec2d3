"""Where the parts of a scenario are written, for errors that come up in a run: by path or name, in the files that it was read from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from simulator.errors import InputError
from simulator.scenario import catalogue
from simulator.scenario.document import Document
from simulator.scenario.findings import Findings
from simulator.scenario.lineage import chain, read
from simulator.scenario.problems import ScenarioError

_LISTS = ("events", "rules", "components", "stations", "stocks", "routes")
_Loc = tuple[str | int, ...]


def located(error: InputError, scenario: str | Path | None, others: Collection[str | Path] = ()) -> InputError:
    """The same error at the place in a file where the first of its `places` is written; as it was where that is not found."""
    if isinstance(error, ScenarioError) or not error.places:
        return error
    documents = list(_documents(scenario, others))
    for name in error.places:
        for document in documents:
            loc = _where(document.value, name)
            if loc is not None:
                remedy = error.remedy[:1].upper() + error.remedy[1:] + "."
                return ScenarioError((document.problem(loc, error.fact, remedy),))
    return error


def _documents(scenario: str | Path | None, others: Collection[str | Path]) -> Iterator[Document]:
    """The files of a scenario, of its world and of its probes, and those of what runs in it."""
    tenants: list[Path] = []
    if scenario is not None:
        path = catalogue.find(scenario, "incident")
        document = read(path)
        yield document
        raw: Any = document.value
        for key in ("world", "probes"):
            for word in raw.get(key) if isinstance(raw.get(key), list) else [raw.get(key)]:
                found = catalogue.refer(word, "world" if key == "world" else "tenant", path.parent) if isinstance(word, str) else ()
                if isinstance(found, Path) and key == "world":
                    yield read(found)
                elif isinstance(found, Path):
                    tenants.append(found)
    for other in others:
        try:
            tenants.append(catalogue.find(other, "architecture"))
        except ScenarioError:
            continue
    for path in tenants:
        yield from reversed(chain(read(path), path.parent, None, Findings()))


def _where(tree: Any, name: str, loc: _Loc = ()) -> _Loc | None:
    """Where the element of this path or name is listed: at the top, in a world, or in what is added."""
    if not isinstance(tree, dict):
        return None
    for key in _LISTS:
        for i, one in enumerate(_list(tree.get(key))):
            if isinstance(one, dict) and _means(one, name):
                return (*loc, key, i)
    for key in ("world", "add"):
        if (found := _where(tree.get(key), name, (*loc, key))) is not None:
            return found
    for key in ("mechanisms", "mitigations", "probes"):
        for i, one in enumerate(_list(tree.get(key))):
            if (found := _where(one, name, (*loc, key, i))) is not None:
                return found
    return None


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _means(element: dict[str, Any], name: str) -> bool:
    """Whether an element, as it is written, is the one of this name in a run: there patterns are expanded, and tenants go before."""
    called = element.get("name", element.get("path"))
    if not isinstance(called, str):
        return False
    pattern = "".join("[^/]*" if part == "*" else ".*" if part == "**" else re.escape(part) for part in re.split(r"(\*\*|\*)", called))
    return re.fullmatch(rf"(?:.*/)?{pattern}", name) is not None
