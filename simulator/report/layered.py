"""Boxes in columns, each right of whatever needs it, in an order with few crossings. Lengths in inches, `y` counts downwards.

Columns by longest path, order by barycentres, after Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical
system structures", IEEE Transactions on Systems, Man, and Cybernetics 11 (1981).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

Edge = tuple[int, int]
_SWEEPS, _PULLS = 24, 200
_STRAIGHT, _HEAVY = 4.0, 3.0
_GAP = 0.16
_LANE = 0.09
"""Height of the lane that an edge takes where it passes a column."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Of each box its column and the height of its middle; of each edge the places it passes: (column, height), from left to right."""

    columns: tuple[int, ...]
    middles: tuple[float, ...]
    lanes: tuple[tuple[tuple[int, float], ...], ...]
    height: float


def layered(heights: Sequence[float], edges: Sequence[Edge], weak: Sequence[bool], heavy: Sequence[bool]) -> Layout:
    """A place for boxes of these heights. Weak edges decide about no column that strong ones decide about; heavy ones run straighter.

    An edge of a circle, or a weak one, may end in its own column or left of it: then it passes nothing.
    """
    columns = _columns(len(heights), edges, weak)
    # Where edges run right over several columns, a lane of its own keeps each of them clear of the boxes there.
    sizes, column, lanes = list(heights), list(columns), []
    ways: list[list[int]] = []
    for a, b in edges:
        passed = list(range(len(sizes), len(sizes) + max(0, columns[b] - columns[a] - 1)))
        sizes += [_LANE] * len(passed)
        column += range(columns[a] + 1, columns[a] + 1 + len(passed))
        lanes.append(passed)
        ways.append([a, *passed, b] if columns[b] > columns[a] else [])
    hops = [hop for way in ways for hop in pairwise(way)]
    beside = [(a, b) for a, b in edges if columns[a] == columns[b]]
    order = _ordered(column, hops, beside)
    middles = _placed(order, sizes, ways, heavy)
    top = min((m - s / 2 for m, s in zip(middles, sizes, strict=True)), default=0.0)
    bottom = max((m + s / 2 for m, s in zip(middles, sizes, strict=True)), default=0.0)
    return Layout(
        columns=tuple(columns),
        middles=tuple(m - top for m in middles[: len(heights)]),
        lanes=tuple(tuple((column[i], middles[i] - top) for i in passed) for passed in lanes),
        height=bottom - top,
    )


def _columns(n: int, edges: Sequence[Edge], weak: Sequence[bool]) -> list[int]:
    """Strong edges first; what only weak ones lead to stands left of what it needs, or else right of what needs it."""
    strong = _acyclic(n, [e for e, w in zip(edges, weak, strict=True) if not w])
    some = _acyclic(n, [*strong, *(e for e, w in zip(edges, weak, strict=True) if w)])
    roots = set(range(n)) - {b for _, b in some}
    reached = _reached(roots, strong)
    found: dict[int, int] = {}
    for i in _sorted(n, some):
        if i in reached:
            found[i] = max((found[a] + 1 for a, b in strong if b == i and a in found), default=0)
    for i in reversed(_sorted(n, some)):
        needs = [found[b] for a, b in strong if a == i and b in found]
        if i not in found and needs:
            found[i] = max(0, min(needs) - 1)
    for i in _sorted(n, some):
        if i not in found:
            found[i] = max((found[a] + 1 for a, b in some if b == i and a in found), default=0)
    return [found[i] for i in range(n)]


def _reached(roots: set[int], edges: Sequence[Edge]) -> set[int]:
    reached, news = set(roots), sorted(roots)
    for a in news:
        for source, b in edges:
            if source == a and b not in reached:
                reached.add(b)
                news.append(b)
    return reached


def _acyclic(n: int, edges: Sequence[Edge]) -> list[Edge]:
    """The edges without those that close a circle, the first ones kept."""
    kept: list[Edge] = []
    for a, b in edges:
        if a != b and a not in _reached({b}, kept):
            kept.append((a, b))
    return kept


def _sorted(n: int, edges: Sequence[Edge]) -> list[int]:
    """Each after whatever needs it."""
    order: list[int] = []
    while len(order) < n:
        done = set(order)
        order += [i for i in range(n) if i not in done and all(a in done for a, b in edges if b == i)]
    return order


def _ordered(column: Sequence[int], hops: Sequence[Edge], beside: Sequence[Edge]) -> list[list[int]]:
    """The columns from left to right, each from top to bottom, in the best order that the sweeps come to."""
    order = [[i for i in range(len(column)) if column[i] == c] for c in range(max(column, default=-1) + 1)]
    left, right = _neighbours(len(column), hops)
    best = [list(layer) for layer in order]
    fewest = _badness(order, hops, beside)
    for sweep in range(_SWEEPS):
        near = left if sweep % 2 == 0 else right
        for layer in order if sweep % 2 == 0 else reversed(order):
            at = {i: k for each in order for k, i in enumerate(each)}
            size = {i: len(order[column[i]]) for i in at}
            centre = {i: _mean([at[j] / size[j] for j in near[i]], at[i] / size[i]) for i in layer}
            layer.sort(key=lambda i: (centre[i], at[i]))
        _transpose(order, hops, beside)
        bad = _badness(order, hops, beside)
        if bad < fewest:
            fewest, best = bad, [list(layer) for layer in order]
    return best


def _neighbours(n: int, hops: Sequence[Edge]) -> tuple[list[list[int]], list[list[int]]]:
    left: list[list[int]] = [[] for _ in range(n)]
    right: list[list[int]] = [[] for _ in range(n)]
    for a, b in hops:
        left[b].append(a)
        right[a].append(b)
    return left, right


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _transpose(order: list[list[int]], hops: Sequence[Edge], beside: Sequence[Edge]) -> None:
    """Swap neighbours while that makes fewer crossings."""
    for layer in order:
        members = set(layer)
        some = [h for h in hops if members & {*h}]
        bad = _badness(order, some, beside)
        for k in range(len(layer) - 1):
            layer[k], layer[k + 1] = layer[k + 1], layer[k]
            swapped = _badness(order, some, beside)
            if swapped < bad:
                bad = swapped
            else:
                layer[k], layer[k + 1] = layer[k + 1], layer[k]


def _badness(order: Sequence[Sequence[int]], hops: Sequence[Edge], beside: Sequence[Edge]) -> float:
    """Crossings, and the distance of boxes of one column that are linked."""
    at = {i: k for layer in order for k, i in enumerate(layer)}
    column = {i: c for c, layer in enumerate(order) for i in layer}
    gaps: dict[int, list[Edge]] = {}
    for a, b in hops:
        gaps.setdefault(column[a], []).append((at[a], at[b]))
    crossings = sum((a[0] - b[0]) * (a[1] - b[1]) < 0 for gap in gaps.values() for i, a in enumerate(gap) for b in gap[:i])
    return crossings + sum(0.5 * (abs(at[a] - at[b]) - 1) for a, b in beside)


def _placed(order: Sequence[Sequence[int]], sizes: Sequence[float], ways: Sequence[Sequence[int]], heavy: Sequence[bool]) -> list[float]:
    """Heights in that order, each as near to those it is linked with as its neighbours in the column allow; lanes run straight first."""
    pulls: list[list[tuple[int, float]]] = [[] for _ in sizes]
    for way, much in zip(ways, heavy, strict=True):
        lanes = way[1:-1]
        pairs = [(a, b, 1.0) for a, b in pairwise(way)]
        # All lanes of an edge pull at each other, else it would climb like a staircase.
        pairs += [(a, b, _STRAIGHT) for k, a in enumerate(lanes) for b in lanes[:k]]
        for a, b, pull in pairs:
            pulls[a].append((b, pull * (_HEAVY if much else 1.0)))
            pulls[b].append((a, pull * (_HEAVY if much else 1.0)))
    middles = [0.0] * len(sizes)
    for layer in order:
        top = -sum(sizes[i] + _GAP for i in layer) / 2
        for i in layer:
            middles[i] = top + (sizes[i] + _GAP) / 2
            top += sizes[i] + _GAP
    for sweep in range(_PULLS):
        for layer in order if sweep % 2 == 0 else reversed(order):
            weights = [sum(pull for _, pull in pulls[i]) for i in layer]
            wanted = [
                sum(middles[j] * pull for j, pull in pulls[i]) / weight if weight else middles[i]
                for i, weight in zip(layer, weights, strict=True)
            ]
            found = _apart(wanted, [sizes[i] + _GAP for i in layer], [weight or 1e-6 for weight in weights])
            for i, middle in zip(layer, found, strict=True):
                middles[i] = middle
    return middles


def _apart(wanted: Sequence[float], room: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Middles in that order, none in another's room, with the least weighted sum of squared displacements (pool adjacent violators)."""
    ends = list(accumulate(room))
    offsets = [end - size / 2 for end, size in zip(ends, room, strict=True)]
    # With its offset taken off, each middle only has to be no less than the one before it: a block shares one value.
    blocks: list[tuple[float, float, int]] = []
    for want, offset, weight in zip(wanted, offsets, weights, strict=True):
        value, heavy, count = want - offset, weight, 1
        while blocks and blocks[-1][0] >= value:
            before, mass, members = blocks.pop()
            value, heavy, count = (before * mass + value * heavy) / (mass + heavy), mass + heavy, members + count
        blocks.append((value, heavy, count))
    values = [value for value, _, count in blocks for _ in range(count)]
    return [value + offset for value, offset in zip(values, offsets, strict=True)]
