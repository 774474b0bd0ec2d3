"""Paths: where patterns expand to, and what a name means at the place where it is written."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from simulator.scenario.findings import nearest

# More than any region's inventory needs, as equal things are counted within one component.
ELEMENT_LIMIT = 200_000

# Of a file's problems fifty are shown, and each search compares a word with all names.
SEARCHES = 100

_GLOB = re.compile(r"[*\[]")
_CLASS = re.compile(r"\[(!?)((?:[A-Za-z0-9](?:-[A-Za-z0-9])?,?)+)\]")


def is_glob(path: str) -> bool:
    return _GLOB.search(path) is not None


class Tree:
    """Paths, kept by their segments in the order in which they were added."""

    def __init__(self, paths: Sequence[str] = ()) -> None:
        self._root: dict[str, dict] = {}  # type: ignore[type-arg]
        self._ends: set[str] = set()
        for path in paths:
            self.add(path)

    def __contains__(self, path: object) -> bool:
        return path in self._ends

    def __iter__(self) -> Iterator[str]:
        return iter(self.matches("**"))

    def add(self, path: str) -> None:
        node = self._root
        for segment in path.split("/"):
            node = node.setdefault(segment, {})
        self._ends.add(path)

    def matches(self, pattern: str) -> list[str]:
        """The paths that a pattern names: `*` stands for part of one segment, `**` for any number of segments."""
        if not is_glob(pattern):
            return [pattern] if pattern in self._ends else []
        found = dict.fromkeys(self._walk(self._root, pattern.split("/"), ""))
        return [path for path in found if path in self._ends]

    def _walk(self, node: dict[str, dict], pattern: list[str], above: str) -> Iterator[str]:  # type: ignore[type-arg]
        if not pattern:
            yield above
            return
        first, rest = pattern[0], pattern[1:]
        if first == "**":
            yield from self._walk(node, rest, above)
            for segment, below in node.items():
                yield from self._walk(below, pattern, _joined(above, segment))
        elif not is_glob(first):
            if first in node:
                yield from self._walk(node[first], rest, _joined(above, first))
        else:
            matcher = _segment(first)
            for segment, below in node.items():
                if matcher.fullmatch(segment):
                    yield from self._walk(below, rest, _joined(above, segment))


def _joined(above: str, segment: str) -> str:
    return f"{above}/{segment}" if above else segment


@lru_cache(maxsize=10_000)
def _segment(pattern: str) -> re.Pattern[str]:
    """One segment of a pattern, as an expression without backtracking traps: runs of `*` count as one."""
    parts, at = [], 0
    pattern = re.sub(r"\*+", "*", pattern)
    while at < len(pattern):
        if match := _CLASS.match(pattern, at):
            parts.append(f"[{'^' if match[1] else ''}{match[2].replace(',', '')}]")
            at = match.end()
        else:
            parts.append("[^/]*" if pattern[at] == "*" else re.escape(pattern[at]))
            at += 1
    try:
        return re.compile("".join(parts))
    except re.error:
        return re.compile(re.escape(pattern))


def _enumerated(name: str) -> list[str] | None:
    """The names that a name with classes stands for, `group-[1-3]`; None where that cannot be told without looking."""
    match = _CLASS.search(name)
    if match is None:
        return None if is_glob(name) else [name]
    if match[1]:
        return None
    letters: list[str] = []
    for part in re.findall(r"[A-Za-z0-9](?:-[A-Za-z0-9])?", match[2]):
        letters += [chr(c) for c in range(ord(part[0]), ord(part[-1]) + 1)]
    found: list[str] = []
    for letter in letters:
        rest = _enumerated(name[: match.start()] + letter + name[match.end() :])
        if rest is None or len(found) > ELEMENT_LIMIT:
            return None if rest is None else found
        found += rest
    return found


def places(pattern: str, domains: Tree, depth: int, *, bare: bool = False) -> list[tuple[str, str]] | str:
    """Where a pattern puts things: (fault domain, name) of each, or the fact that forbids it.

    The longest leading part that matches fault domains stands for them, the rest is the name; `bare` allows there to be no name.
    """
    segments = pattern.split("/")
    if "**" in segments:
        return "'**' cannot say where something stands"
    for length in range(min(depth, len(segments) - (not bare)), 0, -1):
        found = domains.matches("/".join(segments[:length]))
        if not found:
            continue
        names = _enumerated("/".join(segments[length:]))
        if names is None:
            return f"{'/'.join(segments[length:])!r} is the name of what stands there, and has to be written out"
        return list(islice(((domain, name) for domain in found for name in names), ELEMENT_LIMIT + 1))
    return "no fault domain matches the beginning of this path"


ROOMY = "station with room"
LEVELS = "stock of each batch"


def kinds_of(kind: str, element: Any) -> tuple[str, ...]:
    """As what an element can be referred to, first what it is: a station with room serves as well, while it has some.

    Levels that belong to batches serve nobody else, and nobody can take from them.
    """
    if getattr(element, "room", None) is not None:
        return (kind, ROOMY)
    return (LEVELS,) if getattr(element, "each", None) is not None else (kind,)


class Space:
    """Everything that can be referred to, by path, with its kind: component, stock, station, route or domain."""

    def __init__(self, domains: Tree) -> None:
        self.domains = domains
        self.kinds: dict[str, str] = {}
        self._trees: dict[str, Tree] = {}
        self._searches = 0

    def add(self, path: str, kind: str, *more: str) -> None:
        """Adds a path as what it is, and as what it can be referred to besides."""
        self.kinds[path] = kind
        for each in (kind, *more):
            self._trees.setdefault(each, Tree()).add(path)

    def matches(self, pattern: str, kinds: Sequence[str]) -> list[str]:
        if not is_glob(pattern):
            return [pattern] if any(pattern in self._trees[kind] for kind in kinds if kind in self._trees) else []
        return [path for kind in kinds if kind in self._trees for path in self._trees[kind].matches(pattern)]

    def resolve(self, word: str, home: str, kinds: Sequence[str]) -> list[str]:
        """What a word means at `home`: first there, then in each place around it, then as a path in full."""
        while home:
            if found := self.matches(f"{home}/{word}", kinds):
                return found
            home = home.rpartition("/")[0]
        return self.matches(word, kinds)

    def names(self, kinds: Sequence[str]) -> list[str]:
        """Paths of these kinds, and their last segments, for remedies."""
        paths = [path for path, kind in self.kinds.items() if kind in kinds or (ROOMY in kinds and path in self._trees.get(ROOMY, ()))]
        return list(dict.fromkeys([path.rpartition("/")[2] for path in paths] + paths))

    def nearest(self, word: str, kinds: Sequence[str]) -> str | None:
        """The name that was probably meant; not looked for any more in a file that is full of unknown names."""
        self._searches += 1
        if self._searches > SEARCHES:
            return None
        names = self.names(kinds)
        elsewhere = next((name for name in names if name.endswith(f"/{word}")), None)
        if elsewhere is not None:
            return elsewhere
        # A path that is wrong at its beginning is nearer to paths that end as it does.
        same_end = [name for name in names if name.rpartition("/")[2] == word.rpartition("/")[2]]
        return nearest(word, same_end) or nearest(word, names)
