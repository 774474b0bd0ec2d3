"""Judging a file against its description, with every problem in the words of the person who wrote the file."""

import types
import typing
from typing import Any, TypeVar

from pydantic import BaseModel, Tag, ValidationError

from simulator.scenario.bounding import check_bounds
from simulator.scenario.document import Document
from simulator.scenario.findings import Findings, Loc, fact_and_remedy, meant, nearest
from simulator.scenario.problems import printable, quoted
from simulator.scenario.reckoning import arithmetic

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_BOUNDS = {"greater_than": "above", "greater_than_equal": "at least", "less_than": "below", "less_than_equal": "at most"}


def judged(model: type[M], tree: object, document: Document, findings: Findings, loc: Loc = ()) -> M | None:
    """The tree as this description; None, and every problem told, where it does not fit. `loc` is where the tree stands."""
    try:
        described = model.model_validate(tree)
    except ValidationError as invalid:
        for error in invalid.errors(include_url=False):
            where = error["loc"]
            if _is_other_branch(error, tree) or _is_counted_short(error, tree):
                continue
            if not findings.is_broken(document, (*loc, *where)):
                fact, remedy = _worded(error, model, tree)
                findings.add(document, (*loc, *where), fact, remedy, key=error["type"] == "extra_forbidden")
        return None
    check_bounds(described, document, loc, findings)
    return described


def _is_other_branch(error: Any, tree: object) -> bool:
    """Whether the error is about the branch of a plain choice (a number or a mapping) that the author did not take."""
    value = tree
    for step in error["loc"]:
        if (below := _below(value, step)) is not None:
            value = below
        elif isinstance(step, str) and step.startswith("function-"):
            return isinstance(value, dict)
        elif error["type"] == "model_type" and step == error["loc"][-1] and step == error.get("ctx", {}).get("class_name"):
            return not isinstance(value, dict)
    return False


def _is_counted_short(error: Any, tree: object) -> bool:
    """Whether there are enough of them in the file, and only too few that are right: what is wrong with the others is told already."""
    value = tree
    for step in error["loc"]:
        if (below := _below(value, step)) is not None:
            value = below
    return error["type"] == "too_short" and isinstance(value, dict | list) and len(value) >= error["ctx"]["min_length"]


def _worded(error: Any, model: type[BaseModel], tree: object) -> tuple[str, str]:
    kind, loc, given, context = error["type"], error["loc"], error["input"], error.get("ctx", {})
    if kind in ("value_error", *_WANTED) and (reckoned := arithmetic(given)) is not None:
        return reckoned
    if kind == "extra_forbidden":
        return f"unknown key {quoted(str(loc[-1]))}", _keys(str(loc[-1]), _at(model, loc[:-1]))
    if kind == "missing":
        inside = _at(model, loc[:-1])
        says = next((f.description for n, f in _fields(inside) if loc[-1] in (n, f.alias)), None)
        return f"the key {quoted(str(loc[-1]))} is missing", f"Add it: {says}." if says else "Add it."
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _tag(given, _at(model, loc))
    if kind == "value_error":
        return fact_and_remedy(str(context["error"]))
    if kind == "literal_error":
        allowed = [word.strip().strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f"{_shown(given)} is not allowed here", _allowed(str(given), allowed)
    if kind in _WANTED:
        return f"{_WANTED[kind]} is expected here, not {_shown(given)}", f"Write {_WANTED[kind]}."
    if kind in _BOUNDS:
        limit = next(v for k, v in context.items() if k in ("gt", "ge", "lt", "le"))
        bound = f"{_BOUNDS[kind]} {limit:g}"
        return f"{_shown(_written(loc, tree, given))} is not {bound}", f"Write a value {bound}."
    if kind in ("too_short", "too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        wanted = f"at least {least}" if kind == "too_short" else f"at most {most}"
        return f"{wanted} of these must stand here, and there are {context['actual_length']}", f"Write {wanted}."
    if kind == "string_pattern_mismatch":
        return f"{_shown(given)} is not allowed here", _allowed(str(given), context["pattern"].split("|"))
    return f"{_shown(given)} is not possible here", f"{printable(error['msg'])}."


def _below(tree: Any, step: object) -> Any:
    """What stands under a key or an index; None where there is no such thing."""
    if isinstance(tree, dict):
        return tree.get(step)
    return tree[step] if isinstance(tree, list) and isinstance(step, int) and step < len(tree) else None


def _written(loc: Loc, tree: Any, given: object) -> object:
    for step in loc:
        if (below := _below(tree, step)) is not None:
            tree = below
    return tree if isinstance(tree, str | int | float) else given


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted(value) if isinstance(value, str) else printable(repr(value), 60)


def _allowed(word: str, allowed: list[str], what: str = "Allowed here") -> str:
    close = nearest(word, allowed)
    return (f"Did you mean {quoted(close)}? " if close else "") + f"{what}: {', '.join(allowed)}."


def _keys(word: str, model: Any) -> str:
    names = [f.alias or n for n, f in _fields(model)]
    return _allowed(word, names) if names else meant(word, names, "Allowed here")


def _tag(given: object, union: Any) -> tuple[str, str]:
    tags = [tag for tag, _ in _branches(union)]
    words = [tag for tag in tags if tag != "path"]
    if isinstance(given, dict) and len(given) == 1:
        tag = str(next(iter(given)))
        return f"unknown key {quoted(tag)}", _allowed(tag, words)
    if isinstance(given, dict):
        return f"one key is expected here, and there are {len(given)}", f"Keep one of {', '.join(words)}."
    kinds = "a path or a mapping with one key" if "path" in tags else "a mapping with one key"
    example = f"Write one of {', '.join(words)} as its key."
    return f"{kinds} is expected here, not {_shown(given)}", example


def _fields(model: Any) -> list[tuple[str, Any]]:
    return list(model.model_fields.items()) if isinstance(model, type) and issubclass(model, BaseModel) else []


def _bare(annotation: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    while True:
        if typing.get_origin(annotation) is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif _is_union(annotation) and len(some := [a for a in typing.get_args(annotation) if a is not types.NoneType]) == 1:
            annotation = some[0]
        else:
            return annotation


def _is_union(annotation: Any) -> bool:
    return typing.get_origin(annotation) in (typing.Union, types.UnionType)


def _branches(annotation: Any) -> list[tuple[str, Any]]:
    """The branches of a choice with what pydantic calls them in the place of an error."""
    found: list[tuple[str, Any]] = []
    bare = _bare(annotation)
    for branch in typing.get_args(bare) if _is_union(bare) else ():
        inner = _bare(branch)
        metadata = typing.get_args(branch)[1:] if typing.get_origin(branch) is typing.Annotated else ()
        tag = next((m.tag for m in metadata if isinstance(m, Tag)), None)
        if tag is None and _is_union(inner):
            found += _branches(inner)
        elif inner is not types.NoneType:
            found.append((str(tag or getattr(inner, "__name__", "function")), inner))
    return found


def _at(annotation: Any, loc: Loc) -> Any:
    """The type that stands at the place of an error."""
    for step in loc:
        bare = _bare(annotation)
        if branch := dict(_branches(bare)).get(str(step)):
            annotation = branch
        elif fields := _fields(bare):
            annotation = next((f.annotation for n, f in fields if step in (n, f.alias)), None)
        elif typing.get_origin(bare) in (tuple, list):
            annotation = typing.get_args(bare)[0]
        elif typing.get_origin(bare) is dict:
            annotation = typing.get_args(bare)[1]
    return _bare(annotation)
