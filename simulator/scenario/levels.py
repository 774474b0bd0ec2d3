"""What can be wrong with the levels of a stock, and with what fills it or takes from it."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator import units
from simulator.distributions import parse_distribution
from simulator.model import component, rule, stock
from simulator.scenario.findings import Loc, fact_and_remedy
from simulator.scenario.reckoning import Quantity, arithmetic

Tell = Callable[[Loc, str, str], None]


def read(value: object) -> Quantity:
    """A level: a duration or a plain number, not below zero. ValueError for anything else."""
    quantity = Quantity.read(value)
    if quantity.time not in (0, 1) or quantity.share:
        raise units.refusal("a level is a duration or a plain number", "write for example '7 min' or 40")
    if quantity.amount < 0:
        raise units.refusal("a level is not below zero", "write zero or more")
    return quantity


def _amount(value: object, loc: Loc, tell: Tell) -> Quantity | None:
    try:
        return read(value)
    except ValueError as error:
        tell(loc, *fact_and_remedy(str(error)))
        return None


def check_stock(part: stock.Stock, loc: Loc, tell: Tell) -> None:
    capacity = _amount(part.capacity, (*loc, "capacity"), tell)
    if part.each is not None:
        _check_each(part, loc, tell)
    elif part.share != 1:
        remedy = "Leave it out, or name under 'each' the component whose batches have such a level."
        tell((*loc, "share"), "without 'each' there are no batches to have a share of", remedy)
    if capacity is not None and capacity.amount == 0:
        tell((*loc, "capacity"), "a stock with a capacity of zero is always empty", "Write a capacity above zero.")
    elif part.level is not None:
        _check_level(part, capacity, (*loc, "level"), tell)


def _check_each(part: stock.Stock, loc: Loc, tell: Tell) -> None:
    if part.share == 0:
        tell((*loc, "share"), "no batch has such a level", "Write a share above zero, or leave the stock out.")
    for i, flow in enumerate(part.flows):
        if isinstance(flow, stock.Approaching):
            fact = "the levels of batches flow steadily, and approach nothing"
            tell((*loc, "flows", i), fact, "Write a 'steady' flow, or leave out 'each'.")


def _check_level(part: stock.Stock, capacity: Quantity | None, loc: Loc, tell: Tell) -> None:
    if (reckoned := arithmetic(part.level)) is not None:
        tell(loc, *reckoned)
        return
    if isinstance(part.level, dict) and part.each is None:
        tell(loc, "only the levels of batches follow a law", "Write one level, or name under 'each' the component whose batches have one.")
        return
    kinds: set[int] = set()

    def quantity(value: object) -> float:
        found = read(value)
        kinds.add(found.time)
        return found.amount

    try:
        law = parse_distribution(part.level, quantity)
    except ValueError as error:
        tell(loc, *fact_and_remedy(str(error)))
        return
    # A law may reach beyond the capacity: what does not fit in is not there.
    if capacity is not None and (kinds != {capacity.time} or law.mean() > capacity.amount):
        tell(loc, "the level is not between zero and the capacity", "Write at most the capacity, in the same unit.")


def check_level_below(part: rule.LevelBelow, loc: Loc, tell: Tell) -> None:
    _amount(part.level, (*loc, "level"), tell)


def check_filling(part: rule.Filling, loc: Loc, tell: Tell) -> None:
    by = _amount(part.by, (*loc, "by"), tell)
    if by is not None and by.amount == 0:
        tell((*loc, "by"), "this fills nothing in", "Write an amount above zero.")


def check_taking(part: component.Taking, loc: Loc, tell: Tell) -> None:
    if part.amount == 0:
        tell((*loc, "amount"), "this takes nothing out", "Write an amount above zero, or leave the stage out.")


def check_way(stages: Sequence[Any], loc: Loc, tell: Tell) -> None:
    """Nothing can follow what all units are lost in."""
    for i, stage in enumerate(stages[:-1]):
        if isinstance(stage, component.Lose) and stage.lose.share == 1:
            tell((*loc, i, "lose"), "no unit is left for what comes after this", "Give it a share, or make it the last stage.")
