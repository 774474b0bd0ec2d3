"""Ranges of numbers: what number lies in one, whether it stands at its midpoint, and another one drawn from it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulator import units
from simulator.scenario.problems import quoted
from simulator.scenario.reckoning import EXAMPLES, Quantity, alike, dimension_of, remedy_of_unit

# A midpoint that a person has rounded to four digits still is one.
OFF = 0.002


@dataclass(frozen=True, kw_only=True)
class Ranged:
    """A number of which no more than a range is known: an assumed one, or a fitted one with what its fit looked at."""

    name: str
    home: str
    """What the world, scenario or tenant is called whose file says it."""
    basis: Literal["assumed", "fitted"]
    low: Quantity
    high: Quantity
    geometric: bool
    value: Any
    """What the file says."""

    def at(self, level: float) -> Quantity:
        """Where it stands at a level from 0, its low end, to 1, its high end."""
        return drawn(self.low, self.high, self.geometric, level)


Vary = Callable[[Ranged], float | None]
"""From a number to the level between 0 and 1 at which it stands in its range; None where it keeps the value of its file."""


def ranged(name: str, home: str, basis: object, value: object) -> Ranged | None:
    """A number with its range; None where its basis states none. ValueError where it states one that cannot be."""
    if (bounds := assumed_range(basis)) is not None:
        low, high, geometric = bounds
        check_range(name, low, high)
        return Ranged(name=name, home=home, basis="assumed", low=low, high=high, geometric=geometric, value=value)
    if (ends := fitted_range(basis, value)) is not None:
        return Ranged(name=name, home=home, basis="fitted", low=ends[0], high=ends[1], geometric=True, value=value)
    return None


def fitted_range(basis: object, value: object) -> tuple[Quantity, Quantity] | None:
    """Between what a fit looks for its number, in the kind of its value; None where a basis is no fit of a quantity above zero."""
    fitted = basis.get("fitted") if isinstance(basis, dict) else None
    bounds = fitted.get("between") if isinstance(fitted, dict) else None
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        return None
    try:
        low, high, own = (Quantity.read(part) for part in (*bounds, value))
    except ValueError:
        return None
    if not 0 < low.amount <= high.amount or not (alike(low, own) and alike(high, own)):
        return None
    return replace(low, share=own.share), replace(high, share=own.share)


def assumed_range(basis: object) -> tuple[Quantity, Quantity, bool] | None:
    """Low, high, and whether its midpoint is the geometric one; None where a basis states no range of quantities."""
    assumed = basis.get("assumed") if isinstance(basis, dict) else None
    bounds = assumed.get("range") if isinstance(assumed, dict) else None
    if not isinstance(bounds, list | tuple) or len(bounds) != 2:
        return None
    try:
        low, high = (Quantity.read(bound) for bound in bounds)
    except ValueError:
        return None
    return low, high, assumed.get("middle") != "arithmetic" if isinstance(assumed, dict) else True


def check_range(name: str, low: Quantity, high: Quantity) -> None:
    """ValueError unless both ends are quantities of one kind, the lower one first."""
    if not alike(low, high):
        fact = f"the range of {quoted(name)} goes from a {dimension_of(low)} to a {dimension_of(high)}"
        raise units.refusal(fact, "write both ends in one kind of unit")
    if low.amount > high.amount:
        raise units.refusal(f"the range of {quoted(name)} does not go from low to high", "write its lowest and its highest value")


def check_within(name: str, value: object, low: Quantity, high: Quantity) -> None:
    """ValueError unless the value is a quantity of the kind of its range. Laws and texts are judged where they stand."""
    try:
        quantity = Quantity.read(value)
    except ValueError:
        return
    if not (alike(quantity, low) and alike(quantity, high)):
        kind = dimension_of(low if dimension_of(low) != "plain number" else high)
        fact = f"{value} is a {dimension_of(quantity)}, and the range of {quoted(name)} is one of {kind}s"
        raise units.refusal(fact, remedy_of_unit(quantity, kind) or f"write both in one kind of unit, for example {EXAMPLES[kind]}")


def moved(numbers: Mapping[str, Any]) -> list[str]:
    """Names of a scenario's numbers that no longer stand at the midpoint of their range, said under `changed` or not."""
    return [name for name, body in numbers.items() if body.get("changed") or _is_off(body)]


def _is_off(body: Mapping[str, Any]) -> bool:
    if (bounds := assumed_range(body.get("basis"))) is None:
        return False
    low, high, geometric = bounds
    middle = math.sqrt(low.amount * high.amount) if geometric else (low.amount + high.amount) / 2
    try:
        return abs(Quantity.read(body["value"]).amount - middle) > OFF * abs(middle)
    except ValueError:
        return False


def drawn(low: Quantity, high: Quantity, geometric: bool, u: float) -> Quantity:
    """Log-uniform where the middle of the range is the geometric one, else uniform."""
    if geometric and low.amount <= 0:
        raise units.refusal("a range from zero has no geometric middle", "write 'middle: arithmetic', or begin it above zero")
    amount = low.amount * (high.amount / low.amount) ** u if geometric else low.amount + u * (high.amount - low.amount)
    return Quantity(amount=amount, time=low.time, share=low.share or high.share)
