"""What is different in a scenario or a tenant when mechanisms are off and mitigations are on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from simulator.model.basis import Mechanism, Mitigation
from simulator.model.component import Either
from simulator.model.station import Station
from simulator.scenario.document import Document
from simulator.scenario.expanding import Tree
from simulator.scenario.findings import Findings, Loc, nearest
from simulator.scenario.placing import Ground, Placed, placed
from simulator.scenario.problems import quoted
from simulator.scenario.wording import judged


def without_tagged(everything: Iterable[Placed], without: Collection[str]) -> list[Placed]:
    """What is left when everything that belongs to one of these mechanisms is gone: elements, stages, hazards, fail-safes.

    A station stays, since others go through it; its mechanism's numbers are what changes.
    """
    left = []
    for one in everything:
        if one.element.mechanism in without and not isinstance(one.element, Station):
            continue
        updates: dict[str, Any] = {}
        for field in ("recovery", "provision"):
            stages = getattr(one.element, field, ())
            kept = tuple(left for stage in stages for left in _left_of(stage, without))
            if kept != tuple(stages):
                updates[field] = kept
        hazard = getattr(getattr(one.element, "failure", None), "hazard", None)
        if hazard is not None and hazard.mechanism in without:
            updates["failure"] = None
        fail_safe = getattr(one.element, "fail_safe", None)
        if fail_safe is not None and fail_safe.mechanism in without:
            updates["fail_safe"] = None
        left.append(replace(one, element=one.element.model_copy(update=updates)) if updates else one)
    return left


def _left_of(stage: Any, without: Collection[str]) -> tuple[Any, ...]:
    """A stage, where it is left; of ways that race those that still lead somewhere, and of a single one its stages."""
    step = getattr(stage, next(iter(type(stage).model_fields)))
    if step.mechanism in without:
        return ()
    if not isinstance(stage, Either):
        return (stage,)
    ways = [(way, tuple(left for inner in way for left in _left_of(inner, without))) for way in step.ways]
    # A way that was nothing but the mechanism is gone with it: it is not one that leads back at once.
    left = tuple(kept for way, kept in ways if kept or not way)
    if len(left) == 1:
        return left[0]
    return (stage.model_copy(update={"either": step.model_copy(update={"ways": left})}),) if left else ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one mechanism, mitigation or architecture changes: where it is written, and its `remove`, `change` and `add`."""

    remove: tuple[str, ...]
    change: dict[str, Any]
    add: Any
    document: Document
    loc: Loc
    key: str = "change"
    """Under which key its changes stand."""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """What a change left, and which names its patterns stood for."""

    everything: list[Placed]
    removed: tuple[str, ...]
    changed: dict[str, Any]

    def among(self, everything: list[Placed], add: Any, document: Document, loc: Loc) -> Change:
        """The same change to what other changes have left."""
        keys = {one.key for one in everything}
        remove = tuple(key for key in self.removed if key in keys)
        return Change(remove=remove, change={k: v for k, v in self.changed.items() if k in keys}, add=add, document=document, loc=loc)

    def recorded(self, switch: Any, keys: Collection[str], *, done: bool) -> Mechanism | Mitigation:
        """The switch as a resolved scenario lists it: with full names, and empty when it has been thrown already."""
        about = {"name": switch.name, "summary": switch.summary}
        model: type[Mechanism | Mitigation] = Mechanism
        if isinstance(switch, Mitigation):
            model, about["basis"] = Mitigation, switch.basis
        if done:
            return model(**about)
        remove = tuple(key for key in self.removed if key in keys)
        change = {key: fields for key, fields in self.changed.items() if key in keys}
        add = switch.add.model_dump(by_alias=True, exclude_unset=True)
        return model(**about, set=switch.set, remove=remove, change=change, add=add, instead=switch.instead)


def applied(everything: list[Placed], change: Change, ground: Ground, findings: Findings) -> Applied:
    """Everything after the change; unknown names and fields are told."""
    document, loc = change.document, change.loc
    index = _Index(everything)
    removed: dict[str, int] = {}
    for i, word in enumerate(change.remove):
        removed |= dict.fromkeys(index.find(word, document, (*loc, "remove", i), findings), 0)
    left = [one for one in everything if one.key not in removed]
    changed: dict[str, Any] = {}
    for word, fields in change.change.items():
        where = (*loc, change.key, word)
        if not isinstance(fields, dict):
            findings.add(document, where, "a mapping of fields is expected here", "Write each field with its new value.")
            continue
        names = index.find(word, document, where, findings, key=True)
        changed |= {name: changed.get(name, {}) | fields for name in names}
        wanted = set(names)
        left = [_changed(one, fields, document, where, findings) if one.key in wanted else one for one in left]
    added = placed(change.add, document, (*loc, "add"), ground, findings) if change.add is not None else []
    # Two switches may bring the same thing along, each for itself.
    brought = {one.key: one.element for one in left if one.local and one.loc[0] in ("mechanisms", "mitigations")}
    added = [one for one in added if brought.get(one.key) != one.element]
    return Applied(everything=left + added, removed=tuple(removed), changed=changed)


class _Index:
    def __init__(self, everything: Iterable[Placed]) -> None:
        self._by_original: dict[str, list[str]] = {}
        self._keys = Tree()
        for one in everything:
            self._keys.add(one.key)
            self._by_original.setdefault(one.original, []).append(one.key)

    def find(self, word: str, document: Document, loc: Loc, findings: Findings, *, key: bool = False) -> list[str]:
        found = self._by_original.get(word) or self._keys.matches(word)
        if not found:
            near = nearest(word, [*self._by_original, *self._keys])
            remedy = f"Did you mean {quoted(near)}?" if near else "Write the path of a component, or the name of a rule or an event."
            findings.add(document, loc, f"nothing here is called {quoted(word)}", remedy, key=key)
        return found


def _changed(one: Placed, fields: dict[str, Any], document: Document, loc: Loc, findings: Findings) -> Placed:
    """The element with other values in some fields; the others are read again from their own text."""
    own = one.element.model_dump(by_alias=True, exclude_none=True, include=one.element.model_fields_set)
    new = judged(type(one.element), own | fields, document, findings, loc)
    there: dict[str | int, tuple[Document, Loc]] = {name: (document, (*loc, name)) for name in fields}
    return one if new is None else replace(one, element=new, changed={**one.changed, **there})
