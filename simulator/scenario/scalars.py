"""What an unquoted word of a file means: the core schema of YAML 1.2 (section 10.3.2 of its specification), made stricter.

Stricter in that a whole number with leading zeros is text (readers disagree whether 010 is ten or eight), and in that a number must be
finite, must survive being read, and is at most 18 digits long.
"""

import math
import re
from dataclasses import dataclass

from simulator.scenario.problems import quoted

# 18 digits fit into 64 bits with a sign, and so into every program that may read a result.
INTEGER_DIGITS = 18

# A double needs 17 digits; what is longer is no measured quantity, and converting it takes quadratic time.
NUMBER_LENGTH = 64

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NONZERO = re.compile(r"[-+]?[0.]*[1-9]")
_MAY_BE_MORE_THAN_TEXT = frozenset("+-.0123456789~nNtTfF")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an unquoted word means nothing here, and what to write instead."""

    fact: str
    remedy: str


def plain_value(word: str) -> str | int | float | bool | Refusal | None:
    """What an unquoted word means: text, a number, true or false, or None for a null."""
    if word and word[0] not in _MAY_BE_MORE_THAN_TEXT:
        return word
    if word in _NULLS:
        return None
    if word in _BOOLEANS:
        return _BOOLEANS[word]
    if _NOT_FINITE.fullmatch(word):
        return Refusal(fact=f"{quoted(word)} is not a finite number", remedy="Write a finite number, or quote it if it is a text.")
    if _INTEGER.fullmatch(word):
        return _integer(word)
    if _FLOAT.fullmatch(word):
        return _float(word)
    return word


def _too_long(word: str) -> Refusal | None:
    if len(word) <= NUMBER_LENGTH:
        return None
    fact = f"the number {quoted(word)} is {len(word)} characters long"
    return Refusal(fact=fact, remedy=f"Write at most {NUMBER_LENGTH} characters, or quote it if it is a text.")


def _integer(word: str) -> int | Refusal:
    refusal = _too_long(word)
    if refusal is not None:
        return refusal
    number = int(word, {"0o": 8, "0x": 16}.get(word[:2], 10))
    if abs(number) < 10**INTEGER_DIGITS:
        return number
    fact = f"the whole number {quoted(word)} has more than {INTEGER_DIGITS} digits"
    return Refusal(fact=fact, remedy="Write a smaller number, or quote it if it is a text.")


def _float(word: str) -> float | Refusal:
    refusal = _too_long(word)
    if refusal is not None:
        return refusal
    number = float(word)
    if math.isinf(number):
        return Refusal(fact=f"the number {quoted(word)} is too large", remedy="Write a number below 1e308, or quote it if it is a text.")
    if number == 0 and _NONZERO.match(word):
        return Refusal(fact=f"the number {quoted(word)} is too small to tell from zero", remedy="Write 0, or a number above 1e-307.")
    return number
