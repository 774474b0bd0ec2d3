"""The values a file holds, each with the line and column where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.scenario.problems import Problem

# The last element that pydantic gives to the path of a key it objects to.
_KEY_LABEL = "[key]"


class Mark(NamedTuple):
    """A place in a file; line and column count from 1, the column in characters."""

    line: int
    column: int


@dataclass(slots=True, kw_only=True)
class Place:
    """Where a value stands, where its key stands (the value itself for items of a list), and the places of what it holds."""

    mark: Mark
    key_mark: Mark
    children: dict[str | int, "Place"] = field(default_factory=dict)


def problem_at(file: str, lines: Sequence[str], mark: Mark, fact: str, remedy: str) -> Problem:
    """A problem at a mark, with the line of the file that it stands on."""
    source_line = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    return Problem(file=file, line=mark.line, column=mark.column, fact=fact, remedy=remedy, source_line=source_line)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What one file says, as dict, list, str, int, float and bool, and where it says it.

    Values reached through an alias are shared, not copied: treat `value` as read-only. Their places are those of the anchored value,
    but for the aliased value itself, which stands where the alias does.
    """

    value: object
    root: Place
    lines: tuple[str, ...]
    file: str

    def mark(self, path: Sequence[str | int], *, key: bool = False) -> Mark:
        """Where the value at `path` stands, or its key with `key=True`.

        The path may be the `loc` of a pydantic error: elements that name no key or index here (the label of a union's branch, a key that
        is missing) are passed over, so that the answer is the nearest value that does exist; a final `[key]` asks for the key.
        """
        place = self.root
        found = False
        for element in path:
            child = place.children.get(element)
            found = child is not None
            if child is not None:
                place = child
        if path and path[-1] == _KEY_LABEL and not found:
            return place.key_mark
        return place.key_mark if key and found else place.mark

    def marks(self, path: Sequence[str | int], depth: int) -> list[Mark]:
        """Where the value at `path` stands, and what it holds down to `depth` levels below."""
        place = self.root
        for element in path:
            place = place.children.get(element, place)
        level, found = [place], [place.mark]
        for _ in range(depth):
            level = [child for one in level for child in one.children.values()]
            found += [one.mark for one in level]
        return found

    def problem(self, path: Sequence[str | int], fact: str, remedy: str, *, key: bool = False) -> Problem:
        """A problem with the value at `path`, or with its key."""
        return problem_at(self.file, self.lines, self.mark(path, key=key), fact, remedy)
