"""What of a dependency graph is drawn: one box for all that is alike, and where that is still too much, only what something happened to."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.ensemble.hanging import HangsOn, Kind, Part, What
from simulator.measures.causes import Hop
from simulator.report.timeline_picture import braced
from simulator.report.wording import percent

MOST = 40
"""With more boxes than these, those are left out that nothing happened to."""
_STRONGEST: tuple[Kind, ...] = ("live", "latching", "rides", "stage", "condition")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a run says of each part at one instant, by owner: its impaired share, other words, and to whom anything ever happened."""

    impaired: Mapping[str, float]
    words: Mapping[str, str]
    touched: Collection[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One box: everything of one name that is impaired alike."""

    owners: tuple[str, ...]
    name: str
    where: str
    state: str
    impaired: float
    what: What
    own: bool
    resting: bool
    named: bool = False
    """Whether a causal chain names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Box `user` needs box `on`, both by their place in the list of boxes."""

    user: int
    on: int
    kind: Kind
    travelled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """Boxes, users first; links between them; and what is left out, by place."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    left_out: tuple[str, ...] = ()


def drawn(hanging: HangsOn, found: Found, chains: Sequence[Sequence[Hop]], most: int = MOST) -> Drawn:
    """The boxes and links of the picture, and which of them are the ways by which impairment came; the order of the parts is free.

    Each chain leads from a first fault to users, all of them or a group. What chains name stands apart from its like in other places.
    """
    whole = _grouped(hanging, found, chains)
    if len(whole.nodes) <= most:
        return whole
    kept = _eventful(hanging, found, {hop.owner for chain in chains for hop in chain})
    left = [part for part in hanging.parts if part not in set(kept.parts)]
    return replace(_grouped(kept, found, chains), left_out=_called(_grouped(HangsOn(parts=tuple(left), ties=()), found, ()).nodes))


def _grouped(hanging: HangsOn, found: Found, chains: Sequence[Sequence[Hop]]) -> Drawn:
    groups: dict[tuple[object, ...], list[Part]] = {}
    named = {hop.owner for chain in chains for hop in chain}
    there = {_named_alike(part) for part in hanging.parts if part.owner in named}
    for part in hanging.parts:
        groups.setdefault((_named_alike(part) in there, *_alike(part, found)), []).append(part)
    members = sorted(groups.values(), key=lambda parts: (parts[0].what != "users", not parts[0].own, min(p.owner for p in parts)))
    place = {part.owner: i for i, parts in enumerate(members) for part in parts}
    kinds: dict[tuple[int, int], Kind] = {}
    for tie in hanging.ties:
        pair = place[tie.user], place[tie.on]
        if pair[0] != pair[1] and (pair not in kinds or _STRONGEST.index(tie.kind) < _STRONGEST.index(kinds[pair])):
            kinds[pair] = tie.kind
    resting = {i for i, parts in enumerate(members) if _rests(parts[0], found)}
    way: set[tuple[int, int]] = set()
    for chain in chains:
        steps = [place[hop.owner] for hop in chain if hop.owner in place]
        way |= _way(kinds, steps, resting - {*steps})
    region = _common({part.place.split("/")[0] for part in hanging.parts if not part.own and part.place})
    return Drawn(
        nodes=tuple(_node(parts, found, region, named=any(part.owner in named for part in parts)) for parts in members),
        links=tuple(Link(user=a, on=b, kind=kind, travelled=(a, b) in way) for (a, b), kind in sorted(kinds.items())),
    )


def _rests(part: Part, found: Found) -> bool:
    return part.standby and part.owner in found.words and not found.impaired.get(part.owner, 0.0)


def _hit_users(part: Part, found: Found) -> bool:
    return part.what == "users" and found.impaired.get(part.owner, 0.0) > 0


def _alike(part: Part, found: Found) -> tuple[object, ...]:
    """Parts of which this is the same share a box."""
    _, _, name = _named_alike(part)
    return part.own, part.what, name, bool(part.place), percent(found.impaired.get(part.owner, 0.0)), found.words.get(part.owner, "")


def _named_alike(part: Part) -> tuple[bool, str, str]:
    """What parts of one place share that are numbered."""
    return part.own, part.place, part.name if part.what == "users" else _NUMBER.sub("#", part.name)


def _common(regions: set[str]) -> str:
    return f"{next(iter(regions))}/" if len(regions) == 1 else ""


def _node(parts: Sequence[Part], found: Found, region: str, *, named: bool) -> Node:
    first = min(parts, key=lambda part: part.owner)
    impaired = found.impaired.get(first.owner, 0.0)
    words = found.words.get(first.owner, "")
    names = [part.name.split("/") for part in parts]
    return Node(
        owners=tuple(sorted(part.owner for part in parts)),
        name="/".join(braced(sorted(set(level))) for level in zip(*names, strict=True)),
        where=_where(parts, region),
        state=percent(impaired) if impaired > 0 else words,
        impaired=impaired, what=first.what, own=first.own, resting=_rests(first, found), named=named,
    )  # fmt: skip


def _where(parts: Sequence[Part], region: str) -> str:
    """One place by its name, a few roles by theirs, else how many there are."""
    places = sorted({part.place for part in parts if part.place})
    if parts[0].what == "users":
        return "" if parts[0].name == "users" else "users"
    if parts[0].own:
        return ", ".join(places) if len(places) <= 4 else f"{len(places)} zones"
    if len(places) <= 1:
        # Where all stands in one region, its name would say nothing.
        return "".join(places).removeprefix(region).removesuffix(region.rstrip("/") or "\0")
    depths = {place.count("/") for place in places}
    return f"{len(places)} {('regions', 'zones', 'datacenters')[min(2, depths.pop())] if len(depths) == 1 else 'places'}"


def _way(links: Collection[tuple[int, int]], chain: Sequence[int], resting: Collection[int]) -> set[tuple[int, int]]:
    """The links along which an impairment travelled, from the boxes of its chain, the first fault first.

    What had an effect is linked to the next box of the chain that needs it, directly or through others that run, by all ways of the
    fewest links.
    """
    after: dict[int, list[int]] = {}
    for a, b in sorted(links):
        if a not in resting and b not in resting:
            after.setdefault(a, []).append(b)
    found: set[tuple[int, int]] = set()
    for i, source in enumerate(chain):
        ways = (_shortest(after, later, source) for later in chain[i + 1 :])
        found.update(next((way for way in ways if way), ()))
    return found


def _shortest(after: Mapping[int, Sequence[int]], user: int, on: int) -> set[tuple[int, int]]:
    """All links on ways from one box to another that have the fewest links; none where there is no way or where both are the same."""
    far = {user: 0}
    news = [user]
    for a in news:
        for b in after.get(a, ()):
            if b not in far:
                far[b] = far[a] + 1
                news.append(b)
    path: set[tuple[int, int]] = set()
    back = [on] if on in far else []
    for b in back:
        before = [a for a in far if b in after.get(a, ()) and far[a] == far[b] - 1]
        path.update((a, b) for a in before)
        back += [a for a in before if a not in back]
    return path


def _eventful(hanging: HangsOn, found: Found, way: Collection[str]) -> HangsOn:
    """What impaired users hang on, without the parts that nothing ever happened to.

    Of the tenant's own such parts those stay that lead to something to which something happened.
    """
    kept = {part.owner for part in hanging.parts if part.owner in way or part.owner in found.touched}
    users = [part.owner for part in hanging.parts if part.what == "users"]
    hit = [part.owner for part in hanging.parts if _hit_users(part, found)]
    own = {part.owner for part in hanging.parts if part.own}
    ties = [tie for tie in hanging.ties if tie.user in own]
    news: list[str] = sorted(kept)
    for owner in news:
        more = sorted({tie.user for tie in ties if tie.on == owner} - kept)
        kept.update(more)
        news += more
    reached = set(hit or users)
    news = sorted(reached)
    for owner in news:
        more = sorted({tie.on for tie in hanging.ties if tie.user == owner and tie.on in kept} - reached)
        reached.update(more)
        news += more
    return HangsOn(
        parts=tuple(part for part in hanging.parts if part.owner in reached),
        ties=tuple(tie for tie in hanging.ties if {tie.user, tie.on} <= reached),
    )


def _called(nodes: Sequence[Node]) -> tuple[str, ...]:
    """What boxes are called, those of one place together: `instances, volumes in 5 datacenters`."""
    names: dict[str, list[str]] = {}
    for node in nodes:
        names.setdefault("" if node.what == "users" else node.where, []).append(node.name)
    return tuple(f"{', '.join(some)} in {where}" if where else ", ".join(some) for where, some in sorted(names.items()))
