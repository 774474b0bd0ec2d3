"""What may be exchanged without a difference: zones with their datacenters in a scenario, roles in a tenant.

Everything that the engine reads is written down as text, with what has no order in alphabetical order. Two things may be exchanged where
the text is the same after each has been given the other's name. Names and descriptions that nothing refers to are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import blake2b
from itertools import groupby, islice, permutations, product
from typing import Any

from simulator.model.words import BY_PATH, LABELS, words_of
from simulator.model.world import Scenario, Tenant

Rename = Callable[[str], str]
Tree = Any
"""JSON: mappings, lists, texts and numbers."""

_UNREAD = {"summary", "basis", "name"}
_UNORDERED = frozenset({"requires", "all_of", "of", "all", "any", "repair", "start", "stop", "withdraw", "readmit"})
_TARGETS_ALIKE = ("by_target", "by_unit")
"""Ways to spread demand that do not look at the order of targets."""
MATCHES = 720
"""So many one-to-one matches of the datacenters of two zones are tried at the most."""
ROUNDS = 4
"""So often what is known of a thing is passed on to what refers to it, before things are put in order."""


def written(value: Tree, rename: Rename, key: str = "") -> str:
    """A tree as text, after its words have been renamed; equal texts mean the same to the engine."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(f"{rename(k) if key in BY_PATH else k}:{written(v, rename, k)}" for k, v in value.items())) + "}"
    if isinstance(value, list):
        if key == "do":
            # Effects of one kind that follow each other are carried out together.
            kinds = [[written(one, rename) for one in some] for _, some in groupby(value, key=lambda one: next(iter(one)))]
            return "[" + ";".join(",".join(sorted(some)) for some in kinds) + "]"
        parts = [written(one, rename, key) for one in value]
        return "[" + ",".join(sorted(parts) if key in _UNORDERED else parts) + "]"
    if isinstance(value, str):
        return repr(value if key in LABELS else rename(value))
    return repr(value)


def trees_of(scenario: Scenario) -> list[Tree]:
    """Everything in a scenario that the engine or a placement reads, each thing as a tree of its own."""
    world = scenario.world
    things: list[Any] = [
        *world.datacenters, *world.components, *world.stations, *world.stocks, *world.rules, *scenario.rules, *scenario.events,
    ]  # fmt: skip
    trees = [thing.model_dump(mode="json", exclude=_UNREAD) for thing in things]
    return [*trees, *({"affected": zone} for zone in scenario.hit_zones)]


def parts_of_tenant(tenant: Tenant) -> list[Tree]:
    """Everything in a tenant that the engine reads but for its placement."""
    trees: list[Tree] = [c.model_dump(mode="json", exclude=_UNREAD) for c in (*tenant.components, *tenant.stations, *tenant.rules)]
    for route in tenant.routes:
        tree = route.model_dump(mode="json", exclude=_UNREAD)
        # Only where everything goes to the first does the order of targets matter.
        trees.append(tree | {"targets": sorted(tree["targets"])} if route.spread in _TARGETS_ALIKE else tree)
    return [*trees, {"enters": tenant.enters}, *(group.model_dump(mode="json") for group in tenant.groups)]


def zone_of_path(path: str) -> str:
    """The zone that a path lies in or names: its first two parts."""
    return "/".join(path.split("/", 2)[:2])


def region_of(path: str) -> str:
    """The region that a path lies in or names: its first part."""
    return path.split("/", maxsplit=1)[0]


class ZoneExchange:
    """The zones of a scenario, and which of them may be exchanged with each other."""

    def __init__(self, scenario: Scenario) -> None:
        self.trees = trees_of(scenario)
        self.rooms: dict[str, list[str]] = {}
        for dc in scenario.world.datacenters:
            self.rooms.setdefault(zone_of_path(dc.path), []).append(dc.path)
        self._about: dict[str, list[int]] = {zone: [] for zone in self.rooms}
        for n, tree in enumerate(self.trees):
            for zone in dict.fromkeys(zone_of_path(word) for word in words_of(tree)):
                if zone in self._about:
                    self._about[zone].append(n)
        self._local = {room: self._seen_from(room) for rooms in self.rooms.values() for room in rooms}

    def kinds(self) -> dict[str, str]:
        """Zone -> the first of those that it may be exchanged with."""
        kinds: dict[str, str] = {}
        for zone in sorted(self.rooms):
            kinds[zone] = next((other for other in dict.fromkeys(kinds.values()) if self.alike(zone, other)), zone)
        return kinds

    def alike(self, one: str, other: str) -> bool:
        """Whether two zones of a region may be exchanged, their datacenters under some one-to-one match."""
        ours, theirs = self.rooms[one], self.rooms[other]
        if region_of(one) != region_of(other) or Counter(map(self._local.get, ours)) != Counter(map(self._local.get, theirs)):
            return False
        concerned = [self.trees[n] for n in dict.fromkeys([*self._about[one], *self._about[other]])]
        before = Counter(written(tree, _same) for tree in concerned)
        return any(
            before == Counter(written(tree, rename) for tree in concerned)
            for match in islice(self._matches(ours, theirs), MATCHES)
            for rename in [_exchanging({one: other} | dict(match))]
        )

    def _matches(self, ours: Sequence[str], theirs: Sequence[str]) -> Iterator[list[tuple[str, str]]]:
        """Every one-to-one match of datacenters of two zones that look alike from inside."""
        looks = dict.fromkeys(self._local[room] for room in ours)
        groups = [([r for r in ours if self._local[r] == look], [r for r in theirs if self._local[r] == look]) for look in looks]
        for ways in product(*(permutations(others) for _, others in groups)):
            yield [pair for (own, _), way in zip(groups, ways, strict=True) for pair in zip(own, way, strict=True)]

    def _seen_from(self, room: str) -> str:
        """What stands or happens in a datacenter, whatever it and its zone are called."""
        zone = zone_of_path(room)

        def rename(word: str) -> str:
            if word == room or word.startswith(room + "/"):
                return "@" + word[len(room):]
            if word == zone or word.startswith(zone + "/"):
                # Another datacenter beside it may be called anything.
                parts = word.split("/", 3)
                return "@@" if len(parts) < 3 else "@@/#" if "/".join(parts[:3]) in self.rooms[zone] else "@@/" + "/".join(parts[2:])
            return "#" if zone_of_path(word) in self.rooms else word

        trees = [self.trees[n] for n in self._about[zone]]
        inside = [tree for tree in trees if any(word == room or word.startswith(room + "/") for word in words_of(tree))]
        return "|".join(sorted(written(tree, rename) for tree in inside))


def _same(word: str) -> str:
    return word


def _exchanging(pairs: Mapping[str, str]) -> Rename:
    """Gives paths in one of two zones the place in the other that corresponds to them, both ways."""
    places = {**pairs, **{b: a for a, b in pairs.items()}}

    @cache
    def rename(word: str) -> str:
        parts = word.split("/", 3)
        for depth in (3, 2):
            place = "/".join(parts[:depth])
            if len(parts) >= depth and place in places:
                return places[place] + word[len(place):]
        return word

    return rename


def role_kinds(tenant: Tenant, roles: Sequence[str]) -> dict[str, str]:
    """Of some roles of a tenant: role -> the first of those that it may be exchanged with."""
    trees = parts_of_tenant(tenant)
    before = Counter(written(tree, _same) for tree in trees)
    kinds: dict[str, str] = {}
    for role in sorted(roles):
        others = dict.fromkeys(kinds.values())
        kinds[role] = next((o for o in others if Counter(written(_given(tree, role, o), _same) for tree in trees) == before), role)
    return kinds


def _given(value: Tree, one: str, other: str, key: str = "") -> Tree:
    """A part of a tenant in which two roles have each other's names."""
    if isinstance(value, dict):
        tree = {_in_role(k, one, other) if key in BY_PATH else k: _given(v, one, other, k) for k, v in value.items()}
        if tree.get("spread") in _TARGETS_ALIKE:
            tree["targets"] = sorted(tree["targets"])
        return tree
    if isinstance(value, list):
        return [_given(one_of_it, one, other, key) for one_of_it in value]
    # A word without a slash names a role only where it says in which one a rule stands.
    path = isinstance(value, str) and key not in LABELS and ("/" in value or key == "path")
    return _in_role(value, one, other) if path else value


def _in_role(path: str, one: str, other: str) -> str:
    role, slash, rest = path.partition("/")
    return {one: other, other: one}.get(role, role) + slash + rest


def looks(trees: Sequence[Tree], things: Iterable[str]) -> dict[str, str]:
    """A text for each of some things that says how it stands among the others, whatever anything is called.

    Things are paths, or beginnings of paths. What stands alike has the same text; where two have, nothing here tells them apart.
    """
    paths = {word for tree in trees for word in words_of(tree) if "/" in word}
    known = dict.fromkeys([*paths, *things], "")
    about: dict[str, list[Tree]] = {}
    for tree in trees:
        for word in dict.fromkeys(words_of(tree)):
            for place in _around(word):
                if place in known:
                    about.setdefault(place, []).append(tree)
    for _ in range(ROUNDS):
        shown = {path: partial(_shown, own=path, known=known) for path in known}
        seen = {path: "|".join(sorted(written(tree, rename) for tree in about.get(path, ()))) for path, rename in shown.items()}
        known = {path: blake2b(text.encode(), digest_size=8).hexdigest() for path, text in seen.items()}
    return {thing: known[thing] for thing in things}


def _around(word: str) -> list[str]:
    parts = word.split("/")
    return ["/".join(parts[:n]) for n in range(len(parts), 0, -1)]


def _shown(word: str, *, own: str, known: Mapping[str, str]) -> str:
    if word == own:
        return "@"
    inside = "@/" if word.startswith(own + "/") else ""
    return inside + "?" + known[word] if word in known else word
