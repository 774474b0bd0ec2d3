"""What events and rules do to something that belongs to a mechanism that is switched off: nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.scenario.expanding import Space, Tree, kinds_of
from simulator.scenario.placing import Placed
from simulator.scenario.problems import quoted
from simulator.scenario.referring import wanted


@dataclass(frozen=True, kw_only=True)
class Off:
    """Everything that is left out because its mechanism is off: by path, and the mechanism of each."""

    space: Space
    mechanisms: Mapping[str, str]

    def fact(self, word: str, home: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        """The fact and the remedy for a name that means something here that is off; None where it means nothing."""
        found = self.space.resolve(word, home, kinds) if self.mechanisms else []
        if not found:
            return None
        mechanism = quoted(self.mechanisms[found[0]])
        remedy = f"Leave {mechanism} on, or let it take along what needs {quoted(word)}."
        return f"{quoted(word)} belongs to the mechanism {mechanism}, which is switched off", remedy


def switched_off(before: Iterable[Placed], after: Iterable[Placed], domains: Tree) -> Off:
    """What was there before switches were thrown and is not afterwards, of what belongs to a mechanism."""
    left = {(one.kind, one.key) for one in after}
    space, mechanisms = Space(domains), {}
    for one in before:
        if (one.kind, one.key) not in left and one.kind not in ("rule", "event") and one.element.mechanism is not None:
            space.add(one.key, *kinds_of(one.kind, one.element))
            mechanisms[one.key] = one.element.mechanism
    return Off(space=space, mechanisms=mechanisms)


def without_effects_on(off: Off, everything: Iterable[Placed], space: Space) -> list[Placed]:
    """Events and rules without what they do to something that is off; one that would do nothing else is left out."""
    if not off.mechanisms:
        return list(everything)
    kept = []
    for one in everything:
        if one.kind in ("rule", "event"):
            do = tuple(left for effect in one.element.do for left in _left(effect, one, off, space))
            if not do:
                continue
            if do != one.element.do:
                one = replace(one, element=one.element.model_copy(update={"do": do}))  # noqa: PLW2901
        kept.append(one)
    return kept


def _left(effect: Any, one: Placed, off: Off, space: Space) -> list[Any]:
    """The effect, or what is left of it."""
    (tag,) = type(effect).model_fields
    body = getattr(effect, tag)
    if isinstance(body, tuple):
        kinds = wanted(type(effect), tag)
        words = tuple(word for word in body if not _is_off(word, kinds, one, off, space))
        return [effect if words == body else effect.model_copy(update={tag: words})] if words else []
    for name in ("target", "station", "stock", "route"):
        word = getattr(body, name, None)
        if word is not None and _is_off(word, wanted(type(body), name), one, off, space):
            return []
    return [effect]


def _is_off(word: str, kinds: tuple[str, ...], one: Placed, off: Off, space: Space) -> bool:
    return not space.resolve(word, one.home, kinds) and bool(off.space.resolve(word, one.home, kinds))
