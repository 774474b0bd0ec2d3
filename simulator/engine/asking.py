"""What one call asks of others: a requirement walked with the load it makes, the share of it that is served, the time it takes."""

from collections.abc import Callable, Sequence
from typing import Any

from simulator.engine.need import at_least

Need = tuple[Any, ...]
"""("node", index), ("all_of" | "any_of", members), ("spread", ((member, share), ...)), ("at_least", k, members)
or ("every", count, (member,))."""


def tenant_need(need: Any, index_of: Callable[[str], int]) -> Need:
    """A requirement of the model as nested tuples, with names turned into indices."""
    if isinstance(need, str):
        return ("node", index_of(need))
    tag = next(iter(type(need).model_fields))
    if tag == "spread":
        return (tag, tuple((("node", index_of(path)), share) for path, share in sorted(need.spread.items())))
    if tag == "every":
        return (tag, need.every.count, (("node", index_of(need.every.of)),))
    if tag == "at_least":
        return (tag, int(need.at_least.k), tuple(tenant_need(m, index_of) for m in need.at_least.of))
    return (tag, tuple(tenant_need(m, index_of) for m in getattr(need, tag)))


def ask(need: Need, amount: float, load: list[float], value: Sequence[float]) -> None:
    """Add the load that `amount` of calls makes: of any_of, each member gets what the earlier ones failed; else each gets all."""
    kind = need[0]
    if kind == "node":
        load[need[1]] += amount
    elif kind == "any_of":
        for member in need[1]:
            ask(member, amount, load, value)
            amount *= 1.0 - served_of(member, value)
            if amount <= 0.0:
                return
    elif kind == "spread":
        for member, share in need[1]:
            ask(member, amount * share, load, value)
    else:
        for member in need[-1]:
            ask(member, amount, load, value)


def served_of(need: Need, value: Sequence[float]) -> float:
    """The share of a call's requirement that is served."""
    kind = need[0]
    if kind == "node":
        return value[need[1]]
    if kind == "all_of":
        share = 1.0
        for member in need[1]:
            share *= served_of(member, value)
        return share
    if kind == "any_of":
        failed = 1.0
        for member in need[1]:
            failed *= 1.0 - served_of(member, value)
        return 1.0 - failed
    if kind == "spread":
        return float(sum([served_of(m, value) * s for m, s in need[1]]))
    if kind == "every":
        return float(served_of(need[2][0], value) ** need[1])
    return at_least(need[1], [served_of(m, value) for m in need[2]])


def held_by(need: Need, value: Sequence[float], hold: Sequence[float]) -> float:
    """How long a call is held by what it asks, in seconds: one after the other, of at_least the slowest."""
    kind = need[0]
    if kind == "node":
        return hold[need[1]]
    if kind == "any_of":
        total, asked = 0.0, 1.0
        for member in need[1]:
            total += asked * held_by(member, value, hold)
            asked *= 1.0 - served_of(member, value)
        return total
    if kind == "spread":
        return float(sum([held_by(m, value, hold) * s for m, s in need[1]]))
    if kind in {"at_least", "every"}:
        return max(held_by(m, value, hold) for m in need[2])
    return float(sum([held_by(m, value, hold) for m in need[1]]))


def leaves(need: Need) -> list[int]:
    """The nodes that a requirement names."""
    if need[0] == "node":
        return [need[1]]
    if need[0] == "spread":
        return [i for m, _ in need[1] for i in leaves(m)]
    return [i for m in need[-1] for i in leaves(m)]
