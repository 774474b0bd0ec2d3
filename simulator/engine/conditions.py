"""Conditions, compiled: what they read, and whether they hold now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from simulator.model.quantities import tag_of
from simulator.units import parse_duration

if TYPE_CHECKING:
    from simulator.engine.plan import Condition, Plan
    from simulator.engine.run import Run

_NOTHING: Final = 1e-9
MADE_OF: dict[str, Callable[[Iterable[bool]], bool]] = {"all": all, "any": any, "not": lambda held: not any(held)}
"""Conditions that are made of others, and how what these say comes together."""


def amount(value: Any) -> float:
    """A level of a stock: a duration in seconds, or a plain number, which may be a text where a command has set it."""
    if not isinstance(value, str):
        return float(value)
    try:
        return float(value.replace(",", ""))
    except ValueError:
        return parse_duration(value)


def compiled(condition: Any, index_of: Callable[[str], int]) -> Condition:
    """A condition of the model as nested tuples, with names turned into node indices."""
    field = next(iter(type(condition).model_fields))
    tag, body = tag_of(condition) or field, getattr(condition, field)
    if tag in {"down", "up"}:
        return (tag, index_of(body))
    if tag == "served_below":
        return (tag, index_of(body.of), body.level)
    if tag == "level_below":
        return (tag, index_of(body.of), amount(body.level))
    if tag in {"all", "any"}:
        return (tag, tuple(compiled(c, index_of) for c in body))
    if tag == "not":
        return (tag, (compiled(body, index_of),))
    return (tag, body)


def reads(condition: Condition) -> list[int]:
    """The nodes whose change can make the condition begin or end."""
    if condition[0] in MADE_OF:
        return [i for c in condition[1] for i in reads(c)]
    return [] if condition[0] in {"at", "every"} else [condition[1]]


def holds(condition: Condition, run: Run) -> bool:
    """Whether the condition holds at this instant, as last settled."""
    tag = condition[0]
    if tag == "level_below":
        stock = run.stocks.get(condition[1])
        # A stock that nothing moves has no state, and the level that it had.
        return stock.below[condition[2]] if stock is not None else run.plan.stocks[condition[1]].level <= condition[2]
    if tag in MADE_OF:
        return MADE_OF[tag](holds(c, run) for c in condition[1])
    return _served(condition, run.value[condition[1]] if tag == "served_below" else run.state_of(condition[1]))


def changed_by(condition: Condition, run: Run, cause: int) -> int:
    """The record that has just made the condition begin or end; `cause` where none of what it reads is known to have changed.

    A condition with several parts hears of each change of an instant, and the first that it hears of need not be the one that turned
    it. All of several begin with the last of them, any of several with the first, and they end the other way round.
    """
    record = _turned(condition, run, held=holds(condition, run))
    return cause if record < 0 else record


def _turned(condition: Condition, run: Run, *, held: bool) -> int:
    """Since which record of this instant the condition holds, or does not; -1 where nothing that says so has changed."""
    tag = condition[0]
    if tag == "not":
        held = not held
    if tag in MADE_OF:
        records = [_turned(c, run, held=held) for c in condition[1] if holds(c, run) == held]
        return max(records) if held == (tag == "all") else min(records)
    return run.changes.get(condition[1], -1)


def holds_at_first(condition: Condition, plan: Plan) -> bool:
    """Whether the condition holds before anything has happened."""
    tag = condition[0]
    if tag == "level_below":
        return bool(plan.stocks[condition[1]].level <= condition[2])
    if tag in MADE_OF:
        return MADE_OF[tag](holds_at_first(c, plan) for c in condition[1])
    return _served(condition, plan.values[condition[1]])


def _served(condition: Condition, share: float) -> bool:
    tag = condition[0]
    if tag == "down":
        return share <= _NOTHING
    if tag == "up":
        return share >= 1.0 - _NOTHING
    return bool(share < condition[2])
