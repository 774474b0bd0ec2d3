"""Named numbers: `$name` stands for a value, values may be reckoned from others, and those with a range may be varied over it."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.scenario.document import Document
from simulator.scenario.findings import Findings, Loc, fact_and_remedy, meant
from simulator.scenario.problems import quoted
from simulator.scenario.ranges import Vary, assumed_range, check_within, ranged
from simulator.scenario.reckoning import SIGNS, Quantity, reckon, same_kind

# What people read as text, where a dollar sign is a dollar sign.
TEXT_KEYS = frozenset({"summary", "what", "because", "documented", "outside_because", "derived", "changed", "confidence", "sources"})
# Other values for numbers are worked out when they are put in place: there `$name` is the value before.
AS_WRITTEN = TEXT_KEYS | {"set", "given"}
_REFERENCE = re.compile(r"\$([A-Za-z0-9][A-Za-z0-9._-]*)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


# A number, a space and a word: no name, no path and no clock time, so that it can be nothing but a quantity.
_AMOUNT = re.compile(r"[-+]?[0-9][0-9.,_]* +[A-Za-z%/].*")


class _BrokenError(Exception):
    """A number that cannot be worked out, and whose problem is already told."""


def mentioned(tree: object, *, aside: frozenset[str] = TEXT_KEYS) -> set[str]:
    """Names of the numbers that something in a tree stands for; what is under the keys `aside` does not count."""
    if isinstance(tree, dict):
        return {name for key, value in tree.items() if key not in aside for name in mentioned(value, aside=aside)}
    if isinstance(tree, list | tuple):
        return {name for item in tree for name in mentioned(item, aside=aside)}
    match = _REFERENCE.fullmatch(tree) if isinstance(tree, str) else None
    return {match[1]} if match else set()


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """One statement of a number's value; a later one for the same name hides the earlier."""

    document: Document
    loc: Loc
    value: Any
    basis: Any = None
    other: bool = False
    """Given in the place of what the file says."""


def _home(document: Document) -> str:
    """What the file calls itself."""
    name = document.value.get("name") if isinstance(document.value, dict) else None
    return name if isinstance(name, str) else document.file


class Numbers:
    """The numbers that a file sees, innermost last."""

    def __init__(self, findings: Findings, vary: Vary | None = None) -> None:
        self._findings = findings
        self._vary = vary
        self._stacks: dict[str, list[_Entry]] = {}
        self._values: dict[tuple[str, int], Any] = {}
        self._open: list[tuple[str, int]] = []
        self._set: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._stacks

    def __iter__(self) -> Any:
        return iter(self._stacks)

    def declare(self, document: Document, loc: Loc, raw: object) -> None:
        """Adds the `numbers` of a file; they hide those of the same name that were added before."""
        for name, body in raw.items() if isinstance(raw, dict) else ():
            if not _NAME.fullmatch(name):
                self._findings.add(
                    document, (*loc, name), f"{quoted(name)} names no number", "Use letters, digits and . _ - only.", key=True
                )
            elif isinstance(body, dict) and "value" in body:
                entry = _Entry(document=document, loc=(*loc, name, "value"), value=body["value"], basis=body.get("basis"))
                self._stacks.setdefault(name, []).append(entry)

    def override(self, document: Document, loc: Loc, raw: object, elsewhere: Collection[str] = ()) -> None:
        """Gives numbers that exist other values; `$name` in the new value of `name` is the old one. Those `elsewhere` are left alone."""
        for name, body in raw.items() if isinstance(raw, Mapping) else ():
            if name not in self._stacks:
                if name not in elsewhere:
                    remedy = meant(name, [*self._stacks, *elsewhere])
                    self._findings.add(document, (*loc, name), f"there is no number {quoted(name)} to set", remedy, key=True)
                continue
            full = isinstance(body, dict) and "value" in body
            value = body["value"] if full else body
            place = (*loc, name, "value") if full else (*loc, name)
            basis = body.get("basis") if full else None
            self._stacks[name].append(_Entry(document=document, loc=place, value=value, basis=basis, other=True))
            self._set.add(name)

    def tried(self, document: Document, loc: Loc, raw: Mapping[str, object]) -> None:
        """Tells what would be wrong with these other values, and leaves everything as it is."""
        kept, depths, were = self._values.copy(), {name: len(stack) for name, stack in self._stacks.items()}, self._set.copy()
        self.override(document, loc, raw)
        for name in raw:
            if name in self._stacks:
                self.value(name)
        for name, depth in depths.items():
            del self._stacks[name][depth:]
        self._values, self._set = kept, were

    def put(self, name: str, value: object, document: Document, *, other: bool = False) -> None:
        """Adds a number that was worked out elsewhere, `other` where it was given another value there."""
        self._set |= {name} if other else set()
        self._stacks.setdefault(name, []).append(_Entry(document=document, loc=("numbers", name), value=value))

    def value(self, name: str) -> Any:
        """What the number stands for; None, and a problem told, where it cannot be worked out."""
        try:
            return self._value(name, len(self._stacks[name]) - 1)
        except _BrokenError:
            return None

    def ranges(self) -> list[str]:
        """Names of the numbers that may be varied."""
        return [name for name, stack in self._stacks.items() if assumed_range(stack[-1].basis) is not None]

    def filled(self, document: Document, loc: Loc = ()) -> Any:
        """The tree of a file with every number in its place, and worked out where the file names it."""
        tree: Any = document.value
        for step in loc:
            tree = tree[step]
        if not isinstance(tree, dict):
            return tree
        filled = self.substituted({key: value for key, value in tree.items() if key != "numbers"}, document, loc)
        if "numbers" in tree:
            stated = tree["numbers"]
            filled["numbers"] = {name: self._recorded(name, body) for name, body in stated.items()} if isinstance(stated, dict) else stated
        return filled

    def _recorded(self, name: str, body: Any) -> Any:
        if not isinstance(body, dict) or "value" not in body or name not in self._stacks:
            return body
        value = self.value(name)
        return body if value is None else body | {"value": value}

    def substituted(self, tree: Any, document: Document, loc: Loc = ()) -> Any:
        """The tree with the value of each `$name` in its place; texts for people stay as they are."""
        if isinstance(tree, dict):
            return {k: v if k in AS_WRITTEN else self.substituted(v, document, (*loc, k)) for k, v in tree.items()}
        if isinstance(tree, list | tuple):
            return [self.substituted(item, document, (*loc, i)) for i, item in enumerate(tree)]
        if not isinstance(tree, str) or not (match := _REFERENCE.fullmatch(tree)):
            return tree
        try:
            value = self._referred(match[1], document, loc)
        except _BrokenError:
            self._findings.add_broken(document, loc)
            return None
        if names := self._set_behind(tree):
            self._findings.add_derived(document, loc, names)
        return value

    def _set_behind(self, tree: Any) -> list[str]:
        """Numbers with other values that something in a tree follows from."""
        if not self._set:
            return []
        seen: set[str] = set()
        ahead = mentioned(tree)
        while ahead - seen:
            name = min(ahead - seen)
            seen.add(name)
            ahead |= {other for entry in self._stacks.get(name, ()) for other in mentioned(entry.value)}
        return sorted(seen & self._set)

    def _referred(self, name: str, document: Document, loc: Loc) -> Any:
        if name not in self._stacks:
            self._findings.add(document, loc, f"there is no number {quoted(name)}", meant(name, self._stacks, "Known numbers are"))
            raise _BrokenError
        level = len(self._stacks[name]) - 1
        if self._open and self._open[-1][0] == name:
            level = self._open[-1][1] - 1
        if (name, level) in self._open or level < 0:
            names = [opened for opened, _ in self._open]
            cycle = [*names[names.index(name) :], name]
            fact = f"the number is reckoned from itself: {' -> '.join(cycle)}"
            self._findings.add(document, loc, fact, "Give one of them a value of its own.")
            raise _BrokenError
        return self._value(name, level)

    def _value(self, name: str, level: int) -> Any:
        key = (name, level)
        if key not in self._values:
            entry = self._stacks[name][level]
            self._open.append(key)
            try:
                self._values[key] = self._worked_out(name, entry)
                if entry.other and level:
                    same_kind(name, self._value(name, level - 1), self._values[key])
            except ValueError as error:
                if names := self._set_behind(entry.value):
                    self._findings.add_derived(entry.document, entry.loc, names)
                self._findings.add(entry.document, entry.loc, *fact_and_remedy(str(error)))
                self._values[key] = _BrokenError
            except _BrokenError:
                self._findings.add_broken(entry.document, entry.loc)
                self._values[key] = _BrokenError
            finally:
                self._open.pop()
        if self._values[key] is _BrokenError:
            raise _BrokenError
        return self._values[key]

    def _worked_out(self, name: str, entry: _Entry) -> Any:
        value = self._evaluated(entry.value, entry.document, entry.loc)
        if isinstance(value, str) and value == entry.value and not entry.other and _AMOUNT.fullmatch(value):
            Quantity.read(value)  # here, where it is written, and not wherever it is used
        one = ranged(name, _home(entry.document), entry.basis, value)
        if one is None:
            return value
        level = None if self._vary is None else self._vary(one)
        if level is not None:
            return one.at(level).text()
        if one.basis == "assumed":
            check_within(name, value, one.low, one.high)
        return value

    def _evaluated(self, tree: Any, document: Document, loc: Loc) -> Any:
        sign = next(iter(tree)) if isinstance(tree, dict) and len(tree) == 1 else None
        if sign in SIGNS and isinstance(tree[sign], list) and tree[sign]:
            parts = [Quantity.read(self._evaluated(part, document, (*loc, sign, i))) for i, part in enumerate(tree[sign])]
            return reckon(sign, parts).text()
        if isinstance(tree, str) and (match := _REFERENCE.fullmatch(tree)):
            return self._referred(match[1], document, loc)
        return self.substituted(tree, document, loc)
