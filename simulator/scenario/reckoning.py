"""Reckoning with quantities of a file: sums, differences, products and ratios that keep their dimension."""

import math
import re
from dataclasses import dataclass

from simulator import units
from simulator.scenario.problems import quoted

SIGNS = ("sum", "difference", "product", "ratio")
_PLAIN = re.compile(r"-?[0-9][0-9,_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


_NEGATIVE = re.compile(r"[-+] *(\$[A-Za-z0-9._-]+)")


def arithmetic(value: object) -> tuple[str, str] | None:
    """What is wrong with something reckoned where only a name or a quantity can stand, and the remedy; None for anything else."""
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in SIGNS:
        return "arithmetic does not stand here", "Give its result a name under 'numbers', and write $name here."
    if isinstance(value, str) and (found := _NEGATIVE.fullmatch(value)):
        return "a name carries no sign", f"Give {{product: [-1, {found[1]}]}} a name under 'numbers', and write that."
    return None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number with its dimension: `time` is the exponent of time (1 for a duration, -1 for a rate)."""

    amount: float
    time: int = 0
    share: bool = False

    @classmethod
    def read(cls, value: object) -> "Quantity":
        """From text with its unit, or a plain number; ValueError for anything else."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls(amount=float(value))
        if (wrong := arithmetic(value)) is not None:
            raise units.refusal(*wrong)
        if not isinstance(value, str):
            raise units.refusal("a quantity is expected here", "write for example '82 min', '7 %', '40/min' or 12")
        text = value.strip()
        if text.endswith("%"):
            return cls(amount=units.parse_share(text), share=True)
        if "/" in text:
            return cls(amount=units.parse_rate(text), time=-1)
        if _PLAIN.fullmatch(text):
            return cls(amount=float(re.sub("[,_]", "", text)))
        return cls(amount=units.parse_duration(text), time=1)

    def text(self) -> str | int | float:
        """As a file writes it, exactly."""
        if self.time == 1:
            return units.format_duration(self.amount)
        if self.time == -1:
            return units.format_rate(self.amount)
        if self.time:
            raise units.refusal("this multiplies times with times", "keep to durations, rates, shares and plain numbers")
        if self.share:
            return units.format_share(self.amount)
        if not math.isfinite(self.amount):
            raise units.refusal("the result is too large", "use smaller numbers")
        return int(self.amount) if self.amount == int(self.amount) else self.amount


_PERCENT = re.compile(r"[0-9]+([.][0-9]*)?(e[+]?[0-9]+)? *%")
_KINDS = {1: "duration", -1: "rate"}
EXAMPLES = {"duration": "'82 min'", "rate": "'40/min'", "share": "'7 %'", "plain number": "12"}


def same_kind(name: str, before: object, after: object) -> None:
    """Another value of a number is a quantity of the same kind; ValueError otherwise. Laws and texts are judged where they stand."""
    try:
        old = Quantity.read(before)
    except ValueError:
        return
    if isinstance(after, dict | list):
        return
    kind = dimension_of(old)
    try:
        new = Quantity.read(after)
    except ValueError:
        if kind == "share" and isinstance(after, str) and _PERCENT.fullmatch(after.strip()):
            fact = f"the number {quoted(name)} is a share, and {quoted(after)} is more than the whole"
            raise units.refusal(fact, "write at most '100 %'") from None
        fact = f"the number {quoted(name)} is a {kind}, and {quoted(str(after))} is not"
        raise units.refusal(fact, f"write for example {EXAMPLES[kind]}") from None
    if alike(old, new):
        return
    if (remedy := remedy_of_unit(new, kind)) is not None:
        raise units.refusal(f"the number {quoted(name)} is a {kind}, and {new.amount:g} has no unit", remedy)
    fact = f"the number {quoted(name)} is a {kind}, and {quoted(str(after))} is a {dimension_of(new)}"
    raise units.refusal(fact, f"write for example {EXAMPLES[kind]}")


def remedy_of_unit(quantity: Quantity, kind: str) -> str | None:
    """What to write in the place of a plain number where a duration or a rate is wanted; None for anything else."""
    units_of = {"duration": (" s", " min"), "rate": ("/min", "/h")}.get(kind)
    if quantity.time or quantity.share or units_of is None:
        return None
    return f"write '{quantity.amount:g}{units_of[0]}' or '{quantity.amount:g}{units_of[1]}'"


def alike(one: Quantity, other: Quantity) -> bool:
    """Whether both are of one kind."""
    # A share may be written as a plain number up to one, wherever it stands.
    return one.time == other.time and (one.share == other.share or max(one.amount, other.amount) <= 1)


def dimension_of(quantity: Quantity) -> str:
    """A duration, a rate, a share or a plain number."""
    return _KINDS.get(quantity.time, "share" if quantity.share else "plain number")


def _rounded(amount: float) -> float:
    # 7 % of 20,000 are 1,400 units, and not 1400.0000000000002.
    return float(f"{amount:.15g}")


def reckon(sign: str, parts: list[Quantity]) -> Quantity:
    """A sum, difference, product or ratio of quantities, to 15 digits; ValueError where it has no meaning."""
    first, *rest = parts
    if sign in ("sum", "difference"):
        if any(part.time != first.time for part in rest):
            raise units.refusal(f"a {sign} of different kinds of quantity has no meaning", "give all its members the same kind of unit")
        amount = math.fsum([first.amount, *((-1 if sign == "difference" else 1) * part.amount for part in rest)])
        if amount < 0:
            raise units.refusal("the difference is below zero", "take the smaller number from the larger")
        return Quantity(amount=_rounded(amount), time=first.time, share=any(part.share for part in parts))
    amount, time = first.amount, first.time
    for part in rest:
        if sign == "product":
            amount, time = amount * part.amount, time + part.time
        elif part.amount == 0:
            raise units.refusal("a ratio to zero has no value", "give a number above zero")
        else:
            amount, time = amount / part.amount, time - part.time
    return Quantity(amount=_rounded(amount), time=time, share=sign == "product" and all(part.share for part in parts))
