"""The quantities a scenario is written in: how each is read from text, checked, and printed again.

Inside, time is seconds, a share lies in [0, 1], a rate is per second. Outside each carries its unit; a bare number is
taken only where the quantity has none.
"""

import math
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PlainValidator, Strict, WithJsonSchema

from simulator import distributions, units

T = TypeVar("T")

NAME = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,127}"
_NAME = re.compile(NAME)
_DAY = re.compile(r"([0-9]{2}):([0-9]{2})")
_PATTERN = re.compile(r"[A-Za-z0-9*.\[][A-Za-z0-9._/*,!\[\]-]{0,127}")


class Frozen(BaseModel):
    """A description: immutable, every key known, every number finite."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


def _quantity(read: Callable[[Any], float], what: str, example: str) -> Callable[[object], float]:
    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            msg = f"a {what} is expected here, such as {example}"
            raise ValueError(msg)  # noqa: TRY004
        return read(value)

    return check


def _duration(value: str | float) -> float:
    if not isinstance(value, str):
        msg = f"{value!r} has no unit: write '{value} s' or '{value} min'"
        raise ValueError(msg)  # noqa: TRY004  pydantic reports a ValueError with its place
    return units.parse_duration(value)


def _rate(value: str | float) -> float:
    if not isinstance(value, str):
        msg = f"{value!r} has no unit: write '{value}/min' or '{value}/h'"
        raise ValueError(msg)  # noqa: TRY004
    return units.parse_rate(value)


def _number(value: str | float) -> float:
    if isinstance(value, str):
        try:
            value = float(value.replace(",", "")) if value.isascii() else math.nan
        except ValueError:
            value = math.nan
    if not math.isfinite(value) or value < 0 or value > 1e15:
        msg = "a finite number between 0 and 1e15 is expected here"
        raise ValueError(msg)
    return float(value)


def _time_of_day(value: object) -> float:
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        msg = "a time of day is expected here, such as '17:30'"
        raise ValueError(msg)
    return int(match[1]) * 3600.0 + int(match[2]) * 60.0


def _shown_time_of_day(seconds: float) -> str:
    return f"{int(seconds // 3600):02d}:{int(seconds % 3600 // 60):02d}"


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _law(quantity: Callable[[object], float]) -> Callable[[object], distributions.Distribution]:
    def check(value: object) -> distributions.Distribution:
        if isinstance(value, distributions.DISTRIBUTIONS):
            return value
        return distributions.parse_distribution(value, quantity)

    return check


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        msg = "a name is expected here: letters, digits and . _ - / , at most 128, the first a letter or a digit"
        raise ValueError(msg)
    return value


def _pattern(value: object) -> str:
    if not isinstance(value, str) or not _PATTERN.fullmatch(value):
        msg = "a path is expected here, such as region/zone-1/dc-2/power; * and ** stand for any name and any path"
        raise ValueError(msg)
    return value


def _display(value: object) -> str:
    if not isinstance(value, str):
        msg = "a text is expected here"
        raise ValueError(msg)  # noqa: TRY004
    bad = next((c for c in value if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or c in _BIDI), None)
    if bad is not None or len(value) > 2000:
        hidden = "" if bad is None else f"the text holds the character U+{ord(bad):04X}, which can hide or rewrite what a reader sees"
        msg = hidden or "the text is longer than 2,000 characters"
        raise ValueError(msg)
    return value


_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TEXT = WithJsonSchema({"type": "string"})
_TEXT_OR_NUMBER = WithJsonSchema({"type": ["string", "number"]})

Duration = Annotated[float, PlainValidator(_quantity(_duration, "duration", "'82 min'")), PlainSerializer(units.format_duration), _TEXT]
Share = Annotated[
    float, PlainValidator(_quantity(units.parse_share, "share", "'7 %'")), PlainSerializer(units.format_share), _TEXT_OR_NUMBER
]
Rate = Annotated[float, PlainValidator(_quantity(_rate, "rate", "'40/min'")), PlainSerializer(units.format_rate), _TEXT]
Count = Annotated[float, PlainValidator(_quantity(_number, "number", "16900")), PlainSerializer(_plain), _TEXT_OR_NUMBER]
CountLaw = Annotated[
    distributions.Distribution,
    PlainValidator(_law(_quantity(_number, "number", "16900"))),
    PlainSerializer(lambda law: law.tagged(_plain)),
    WithJsonSchema({"type": ["string", "number", "object"]}),
]
TimeOfDay = Annotated[float, PlainValidator(_time_of_day), PlainSerializer(_shown_time_of_day), _TEXT]
Delay = Annotated[
    distributions.Distribution,
    PlainValidator(_law(_duration)),
    PlainSerializer(lambda law: law.tagged()),
    WithJsonSchema({"type": ["string", "object"]}),
]
Name = Annotated[str, PlainValidator(_name), _TEXT]
Path = Annotated[str, PlainValidator(_name), _TEXT]
Pattern = Annotated[str, PlainValidator(_pattern), _TEXT]
Text = Annotated[str, PlainValidator(_display), _TEXT]
Clock = Annotated[str, PlainValidator(_display), _TEXT]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def tag_of(value: object) -> str | None:
    """The one key of a tagged mapping; None where there is not exactly one."""
    if isinstance(value, dict):
        return str(next(iter(value))) if len(value) == 1 else None
    if isinstance(value, BaseModel):
        name, field = next(iter(type(value).model_fields.items()))
        return field.alias or name
    return "path" if isinstance(value, str) else None


Many = Annotated[tuple[T, ...], Strict(False)]
"""A list in a file, a tuple inside."""
OneOrMany = Annotated[tuple[T, ...], Strict(False), BeforeValidator(_listed)]
"""A list in a file, or its only member without the brackets."""
