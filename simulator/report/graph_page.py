"""Where the boxes and lines of a dependency graph lie on the page: how wide its columns are, where lines begin and where they bend."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.report.graph_boxes import Drawn, Node
from simulator.report.layered import Layout, layered
from simulator.report.sheet import Box
from simulator.report.style import LINE, MARGIN, WIDTH, fitted, plain, width_of

NAME, UNDER = 8.0, 7.5
"""Sizes of type in points: what a box is called, and what stands under it."""
_ROOM = 0.88
_PADDING = 0.055
_NARROWEST = 0.4
_GAP, _PER_LINE, _WIDEST_GAP = 0.2, 0.014, 0.4
_MOST_LINES = 3
_PIECE = re.compile(r"[^-_. /]+[-_. /]*|[-_. /]+")

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """The lines of a box: its name, and smaller ones under it."""

    name: tuple[str, ...]
    under: tuple[str, ...]
    bold: bool

    @property
    def width(self) -> float:
        lines = [width_of(line, NAME, bold=self.bold) for line in self.name] + [width_of(line, UNDER) for line in self.under]
        return max(_NARROWEST, *lines) + 2 * _PADDING

    @property
    def height(self) -> float:
        return (len(self.name) * NAME + len(self.under) * UNDER) * LINE / 72 + 2 * _PADDING - 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Boxes in inches from the left and from the top, as their nodes are ordered; per link the points it passes, from its user on."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    written: tuple[Written, ...]
    ways: tuple[tuple[Point, ...], ...]


def written(node: Node) -> Written:
    """What stands in a box, in lines that fit."""
    together = " · ".join(part for part in (node.where, node.state) if part)
    under = [together] if width_of(together, UNDER) <= _ROOM else [*broken(node.where, UNDER), fitted(node.state, _ROOM, UNDER)]
    name = broken(node.name, NAME, bold=node.own)
    return Written(name=tuple(name), under=tuple(line for line in under if line), bold=node.own)


def broken(name: str, size: float, *, bold: bool = False) -> list[str]:
    """A name in at most three lines, broken behind its slashes, and at hyphens where it has to be."""
    pieces: list[str] = []
    for part in re.findall(r"[^/]*/|[^/]+", plain(name)):
        pieces += [part] if width_of(part, size, bold=bold) <= _ROOM else _PIECE.findall(part)
    lines: list[str] = []
    while pieces and len(lines) < _MOST_LINES - 1:
        line = pieces.pop(0)
        while pieces and width_of((line + pieces[0]).rstrip(), size, bold=bold) <= _ROOM:
            line += pieces.pop(0)
        lines.append(line)
    return [fitted(line.strip(), _ROOM, size, bold=bold) for line in (*lines, "".join(pieces)) if line.strip()]


def page_of(drawn: Drawn, top: float) -> Page:
    """The graph with its top at `top`; as wide as the other pictures, wider where it has to be."""
    texts = [written(node) for node in drawn.nodes]
    edges = [(link.user, link.on) for link in drawn.links]
    heights = [text.height for text in texts]
    weak = [link.kind == "stage" or (link.kind == "condition" and not link.travelled) for link in drawn.links]
    layout = layered(heights, edges, weak, [link.travelled for link in drawn.links])
    columns = max(layout.columns, default=-1) + 1
    widths = [max((t.width for t, c in zip(texts, layout.columns, strict=True) if c == k), default=0.0) for k in range(columns)]
    gaps = _gaps(layout, edges, columns)
    free = WIDTH - 2 * MARGIN - sum(widths) - sum(gaps)
    if free > 0 and gaps:
        gaps = [gap + min(free / len(gaps), 0.5) for gap in gaps]
    free = max(0.0, WIDTH - 2 * MARGIN - sum(widths) - sum(gaps))
    columned = [Box(left=MARGIN + free / 2 + sum(widths[:k]) + sum(gaps[:k]), top=top, width=widths[k], height=0.0) for k in range(columns)]
    boxes = [
        Box(left=columned[c].left, top=top + middle - text.height / 2, width=columned[c].width, height=text.height)
        for c, middle, text in zip(layout.columns, layout.middles, texts, strict=True)
    ]
    return Page(
        width=max(WIDTH, 2 * MARGIN + sum(widths) + sum(gaps)), height=layout.height, boxes=tuple(boxes), written=tuple(texts),
        ways=tuple(_ways(layout, edges, boxes, columned)),
    )  # fmt: skip


def _gaps(layout: Layout, edges: Sequence[tuple[int, int]], columns: int) -> list[float]:
    """Room between the columns, more where more lines run."""
    running = [0] * max(0, columns - 1)
    for a, b in edges:
        for k in range(layout.columns[a], layout.columns[b]):
            running[k] += 1
    return [min(_WIDEST_GAP, _GAP + _PER_LINE * n) for n in running]


def _ways(layout: Layout, edges: Sequence[tuple[int, int]], boxes: Sequence[Box], columned: Sequence[Box]) -> list[tuple[Point, ...]]:
    """Per edge the points between which it bends: out of its user, along both ends of each lane, into what is needed."""
    inner = [
        [point for c, y in lane for point in ((columned[c].left, columned[c].top + y), (columned[c].right, columned[c].top + y))]
        for lane in layout.lanes
    ]
    middles = [box.top + box.height / 2 for box in boxes]
    forward = [layout.columns[a] < layout.columns[b] for a, b in edges]
    # Lines leave and enter a box in the order of where they come from, so that they do not cross at its side.
    out = _ports([(a, inner[e][0][1] if inner[e] else middles[b], e) for e, (a, b) in enumerate(edges) if forward[e]], boxes)
    into = _ports([(b, inner[e][-1][1] if inner[e] else middles[a], e) for e, (a, b) in enumerate(edges) if forward[e]], boxes)
    found: list[tuple[Point, ...]] = []
    for e, (a, b) in enumerate(edges):
        if forward[e]:
            found.append(((boxes[a].right, out[e]), *inner[e], (boxes[b].left, into[e])))
        elif layout.columns[a] == layout.columns[b]:
            found.append(_beside(a, b, boxes, layout))
        else:
            found.append(((boxes[a].left, middles[a]), (boxes[b].right, middles[b])))
    return found


def _beside(a: int, b: int, boxes: Sequence[Box], layout: Layout) -> tuple[Point, ...]:
    """Within a column: straight down or up to the next box, around those between."""
    high, low = sorted((boxes[a], boxes[b]), key=lambda box: box.top)
    others = [boxes[i] for i in range(len(boxes)) if layout.columns[i] == layout.columns[a] and i not in (a, b)]
    middle = high.left + high.width / 2
    if not any(high.bottom <= other.top < low.top for other in others):
        ends = ((middle, high.bottom), (middle, low.top))
        return ends if boxes[a] is high else ends[::-1]
    return (boxes[a].right, boxes[a].top + boxes[a].height / 2), (boxes[b].right, boxes[b].top + boxes[b].height / 2)


def _ports(wanted: Sequence[tuple[int, float, int]], boxes: Sequence[Box]) -> dict[int, float]:
    """Where on its side of the box each line begins or ends: spread over the middle half."""
    found: dict[int, float] = {}
    for box in {i for i, _, _ in wanted}:
        mine = sorted((y, e) for i, y, e in wanted if i == box)
        for k, (_, e) in enumerate(mine):
            found[e] = boxes[box].top + boxes[box].height * (0.5 if len(mine) == 1 else 0.2 + 0.6 * k / (len(mine) - 1))
    return found
