"""What was understood, as YAML: everything expanded, defaults explicit, times in UTC. Loading it gives the same again."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from simulator.model.population import Population
from simulator.model.world import Scenario, Tenant
from simulator.scenario.scalars import plain_value

_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/+%-]|:(?=[A-Za-z0-9])| (?=[A-Za-z0-9%]))*")
_WIDTH = 120


def show(described: Scenario | Tenant | Population) -> str:
    """The canonical form of a scenario, of a tenant or of a population."""
    tree = described.model_dump(by_alias=True, exclude_none=True)
    if not isinstance(described, Scenario):
        tree = {"format": 1} | tree
    return _written(tree)


def show_world(scenario: Scenario) -> str:
    """The canonical form of a scenario's world, as a file of its own: with the sources and the numbers that are on record."""
    world = scenario.world.model_dump(by_alias=True, exclude_none=True)
    head = {key: world.pop(key) for key in ("name", "summary")}
    return _written({"format": 1, **head, "sources": scenario.sources, "numbers": scenario.numbers, **world})


def show_application(application: BaseModel) -> str:
    """The canonical form of an application's file."""
    tree = application.model_dump(by_alias=True, exclude_none=True)
    return _written({key: tree[key] for key in ("format", "name", "summary")} | tree)


def _written(tree: dict[str, Any]) -> str:
    return "\n".join(_block(tree, 0)) + "\n"


def sha256(scenario: Scenario) -> str:
    """Hash of the canonical form: equal for files that mean the same, whatever their comments, order of keys and spelling."""
    return hashlib.sha256(show(scenario).encode("utf-8")).hexdigest()


def _block(tree: dict[str, Any], indent: int) -> Iterator[str]:
    margin = " " * indent
    for key, value in tree.items():
        head = f"{margin}{_scalar(key)}:"
        if not _has_parts(value) or (indent > 0 and len(head) + len(flow := _flow(value)) < _WIDTH):
            yield f"{head} {flow if _has_parts(value) else _scalar(value)}"
        elif isinstance(value, dict):
            yield head
            yield from _block(value, indent + 2)
        else:
            yield head
            yield from _items(value, indent + 2)


def _items(items: list[Any] | tuple[Any, ...], indent: int) -> Iterator[str]:
    margin = " " * indent
    for item in items:
        if not isinstance(item, dict) or not item or len(_flow(item)) + indent < _WIDTH - 2:
            yield f"{margin}- {_flow(item)}"
        else:
            first, *rest = _block(item, indent + 2)
            yield f"{margin}- {first.lstrip()}"
            yield from rest


def _has_parts(value: object) -> bool:
    return isinstance(value, dict | list | tuple) and bool(value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if _SAFE.fullmatch(value) and isinstance(plain_value(value), str):
        return str(value)
    # JSON writes a text as YAML reads it; other characters than control characters stay readable.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
