"""Bounds of quantities, and walking a description for them: what reads a quantity from text hides its bounds from the schema library."""

import operator
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from simulator.scenario.document import Document
from simulator.scenario.findings import Findings, Loc

_SIGNS = (("gt", operator.gt, "above"), ("ge", operator.ge, "of at least"), ("lt", operator.lt, "below"), ("le", operator.le, "of at most"))


def parts(model: BaseModel, loc: Loc = ()) -> Iterator[tuple[Any, Loc]]:
    """The description and everything inside it, each with its place."""
    yield model, loc
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        where = (*loc, field.alias or name)
        if isinstance(value, BaseModel):
            yield from parts(value, where)
        elif isinstance(value, tuple):
            yield from _inside(value, where)


def _inside(items: tuple[Any, ...], loc: Loc) -> Iterator[tuple[Any, Loc]]:
    for i, item in enumerate(items):
        if isinstance(item, BaseModel):
            yield from parts(item, (*loc, i))
        elif isinstance(item, tuple):
            yield from _inside(item, (*loc, i))


def check_bounds(model: BaseModel, document: Document, loc: Loc, findings: Findings) -> None:
    """Every number of a description against its bounds, at whatever depth it stands."""
    for part, where in parts(model, loc):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if not isinstance(value, int | float):
                continue
            key = field.alias or name
            for bound in field.metadata:
                for sign, holds, words in _SIGNS:
                    limit = getattr(bound, sign, None)
                    if isinstance(limit, int | float) and not holds(value, limit):
                        findings.add(document, (*where, key), f"{key} is {value:g}", f"Write a value {words} {limit}.")
