"""The dependency graph of one tenant, from its users to the roots, coloured by what was impaired at its worst instant."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from simulator.ensemble.hanging import HangsOn, Kind
from simulator.ensemble.results import RunResult
from simulator.measures.causes import Hop, begin_chain
from simulator.measures.impairment import decline_chain, impairment_at, running_at, wait_at, worst_instant
from simulator.measures.index import TraceIndex
from simulator.report.baseline_notes import baseline_texts
from simulator.report.captions import case_text, conditional, traced
from simulator.report.clock import clock_text, duration_text
from simulator.report.graph_boxes import Drawn, Found, Node, drawn
from simulator.report.graph_page import NAME, UNDER, Page, Point, page_of
from simulator.report.run_picture import placement_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height
from simulator.report.style import BLUE, GREY, INK, LINE, MARGIN, PALE, SMALL, VERMILLION, balanced, width_of
from simulator.report.wording import percent

_STYLES: dict[Kind, tuple[str, object]] = {
    "live": ("needs it at every moment", "solid"),
    "latching": ("goes down with it, and returns through work", (0, (5, 2))),
    "rides": ("runs on it and shares its fate", (0, (1, 1.2))),
    "stage": ("needs it on the way back only", (0, (5, 1.5, 1, 1.5))),
    "condition": ("changes when it does: a level, a hazard or a rule", (0, (2.5, 1.2, 1, 1.2, 1, 1.2))),
}
_FAINTEST = 0.1
_BAR = 1.7
_BAR_ROW = 0.34
_MEANING = "impaired: units down or not served; of a route, calls that meet dead units; of users, demand not answered"


def graph_sheet(run: RunResult, hanging: HangsOn) -> Sheet:
    """What the tenant of a run hangs on: boxes coloured by their impairment at its worst instant, users left and roots right."""
    index = TraceIndex(run.trace)
    instant = worst_instant(index.curve(run.label))
    at = instant or 0.0
    began = begin_chain(index, run.label, run.objective)
    worst = decline_chain(index, run.label, at)
    chains = [began, worst, *(decline_chain(index, part.owner, at) for part in hanging.parts if part.what == "users")]
    what = drawn(hanging, _found(index, hanging, at), chains)
    page = page_of(what, 0.0)
    heading = Heading(title=_title(run, instant), lines=_lines(run, instant, began or worst, worst), key=_key(what))
    top = heading.height(page.width) + _BAR_ROW + 0.12
    page = page_of(what, top)
    notes = _notes(run, what, page.width)
    sheet = Sheet(top + page.height + 0.25 + footer_height(notes), page.width)
    heading.draw(sheet)
    _bar(sheet, top - _BAR_ROW - 0.12)
    _draw(sheet, page, what)
    footer(sheet, notes)
    return sheet


def _found(index: TraceIndex, hanging: HangsOn, instant: float) -> Found:
    words = {}
    for part in hanging.parts:
        if part.what == "station" and (wait := wait_at(index, part.owner, instant)) >= 30:
            words[part.owner] = f"{duration_text(wait / 60)} wait"
        elif part.standby and not running_at(index, part.owner, instant):
            words[part.owner] = "not running"
    used = [detail for _, change, _, _, _, detail in index.trace.records if change in {"enters", "takes"} and isinstance(detail, tuple)]
    visited = {str(detail[1]) for detail in used}
    impaired = impairment_at(index, [part.owner for part in hanging.parts], instant)
    return Found(impaired=impaired, words=words, touched=visited.union(index.by_owner, index.trace.waits))


def _title(run: RunResult, instant: float | None) -> str:
    if instant is None or run.worst_served >= 1.0:
        return f"What {run.architecture} hangs on in {run.origin.scenario}"
    return f"What {run.architecture} hangs on, at its worst instant: {clock_text(run.origin.start, instant, dated=True)}"


def _lines(run: RunResult, instant: float | None, began: Sequence[Hop], worst: Sequence[Hop]) -> tuple[str, ...]:
    """What is lost and why: the first outage began as `explain` says it, and what came on top may have had another first fault."""
    origin = run.origin
    before = 1.0 if run.baseline is None or not run.baseline.short else run.baseline.served
    if instant is None or run.worst_served >= before:
        first = "It was never impaired: the colours are those of the start."
    else:
        first = f"{origin.scenario}: {percent(before - run.worst_served)} of the demand is not answered."
        if began:
            first += f" First fault: {_fault(run, began)}"
            first += f", and {_fault(run, worst)}" if worst and worst[0].index != began[0].index else ""
            first += "; the thick lines are the way it came."
    where = f"Case {case_text(run.case)}{placement_text(run)}. Replication {run.replication}. {conditional(origin)}"
    return *baseline_texts([run.baseline]), first, where


def _fault(run: RunResult, chain: Sequence[Hop]) -> str:
    return f"{chain[0].owner.removeprefix(f'{run.label}/')} at {clock_text(run.origin.start, chain[0].time)}"


def _notes(run: RunResult, what: Drawn, width: float) -> list[str]:
    notes = ["What needs something stands left of it. One box stands for all of one kind that is impaired alike."]
    if what.left_out:
        text = f"Left out, since nothing happened to them in this run, or since only such things need them: {'; '.join(what.left_out)}."
        notes += balanced(text, width - 2 * MARGIN, SMALL, most=4)
    return [*notes, traced(run.origin)]


def _key(what: Drawn) -> tuple[Sign, ...]:
    kinds = {link.kind for link in what.links}
    signs = [Sign(text=text, artists=(_stroke(kind),)) for kind, (text, _) in _STYLES.items() if kind in kinds]
    if any(link.travelled for link in what.links):
        line = Line2D([0.25, 1], [0.5, 0.5], color=INK, linewidth=2.2)
        head = Polygon([(0, 0.5), (0.35, 1.0), (0.35, 0.0)], closed=True, facecolor=INK, edgecolor="none")
        signs.append(Sign(text="the way the impairment came", artists=(line, head)))
    if any(node.named for node in what.nodes):
        signs.append(Sign(text="named in the causal chain", artists=(_outline(INK, "white", 2.0),)))
    signs.append(Sign(text="the tenant's own", artists=(_outline(BLUE, "white"),)))
    signs.append(Sign(text="the world's", artists=(_outline(GREY, "white"),)))
    if any(node.resting for node in what.nodes):
        signs.append(Sign(text="not running, from the start or switched off", artists=(_outline(GREY, PALE),)))
    return tuple(signs)


def _stroke(kind: Kind) -> Line2D:
    return Line2D([0, 1], [0.5, 0.5], color=GREY, linewidth=1.1, linestyle=_STYLES[kind][1])  # type: ignore[arg-type]


def _outline(edge: str, face: str, width: float = 1.2) -> Artist:
    return Rectangle((0, 0), 1, 1, facecolor=face, edgecolor=edge, linewidth=width)


def colour(share: float) -> str:
    """White for what is whole, from a tint that can be seen up to full vermillion for what is wholly gone."""
    if share <= 0:
        return "#ffffff"
    depth = _FAINTEST + (1 - _FAINTEST) * min(share, 1.0)
    red, green, blue = (1 - depth * (1 - c) for c in to_rgb(VERMILLION))
    return to_hex((red, green, blue))


def _bar(sheet: Sheet, top: float) -> None:
    """The colours, and what they mean."""
    left = MARGIN
    sheet.write("0 %", left, top, size=SMALL)
    left += width_of("0 %", SMALL) + 0.08
    axes = sheet.axes(Box(left=left, top=top - 0.01, width=_BAR, height=SMALL * 1.1 / 72))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for k in range(101):
        axes.add_artist(Rectangle((k / 101, 0), 1 / 101 + 0.002, 1, facecolor=colour(k / 100), edgecolor="none"))
    axes.add_artist(Rectangle((0, 0), 1, 1, facecolor="none", edgecolor=GREY, linewidth=0.7, clip_on=False))
    sheet.write("100 %", left + _BAR + 0.08, top, size=SMALL)
    sheet.write(_MEANING, left + _BAR + 0.08 + width_of("100 %", SMALL) + 0.15, top, size=SMALL)


def _draw(sheet: Sheet, page: Page, what: Drawn) -> None:
    axes = sheet.axes(Box(left=0, top=0, width=sheet.width, height=sheet.height))
    axes.set_axis_off()
    axes.set_xlim(0, sheet.width)
    axes.set_ylim(sheet.height, 0)
    for link, way in zip(what.links, page.ways, strict=True):
        path = _curve(way)
        name = f"link {link.user}-{link.on} {link.kind}" + (" travelled" if link.travelled else "")
        _, style = _STYLES[link.kind]
        if link.travelled:
            axes.add_patch(PathPatch(path, facecolor="none", edgecolor="white", linewidth=4.5, zorder=2.4))
            _arrow_head(axes, way)
        axes.add_patch(
            PathPatch(
                path, facecolor="none", edgecolor=INK if link.travelled else GREY, linewidth=2.0 if link.travelled else 0.8,
                linestyle=style, capstyle="butt", zorder=2.5 if link.travelled else 2, gid=name,
            )
        )  # fmt: skip
    for i, (node, box) in enumerate(zip(what.nodes, page.boxes, strict=True)):
        _box(axes, node, box, f"box {i}")
        _words(sheet, page, i)


def _curve(way: Sequence[Point]) -> Path:
    """Through the points: bent in the gaps between columns, straight along the lanes."""
    points, codes = [way[0]], [Path.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(way):
        bend = max(abs(x1 - x0) / 2, 0.0 if x0 != x1 else 0.3 * (abs(y1 - y0) > 0.3))
        points += [(x0 + bend, y0), (x1 - bend if x1 > x0 else x1 + bend, y1), (x1, y1)]
        codes += [Path.CURVE4] * 3
    return Path(points, codes)


def _arrow_head(axes: Axes, way: Sequence[Point]) -> None:
    """At the user's end: that is where the impairment went."""
    (x, y), (x1, y1) = way[0], way[1]
    if x == x1:
        down = 1 if y1 > y else -1
        corners = [(x, y), (x - 0.05, y + 0.1 * down), (x + 0.05, y + 0.1 * down)]
    else:
        corners = [(x, y), (x + 0.1, y - 0.05), (x + 0.1, y + 0.05)]
    axes.add_patch(Polygon(corners, closed=True, facecolor=INK, edgecolor="none", zorder=2.6))


def _box(axes: Axes, node: Node, box: Box, name: str) -> None:
    round_ = 0.03 if node.what != "route" else min(0.16, box.height / 2)
    axes.add_patch(
        FancyBboxPatch(
            (box.left + round_, box.top + round_), box.width - 2 * round_, box.height - 2 * round_, f"round,pad={round_}",
            facecolor=PALE if node.resting else colour(node.impaired), edgecolor=INK if node.named else BLUE if node.own else GREY,
            linewidth=2.0 if node.named else 1.2, zorder=3, gid=name,
        )
    )  # fmt: skip


def _words(sheet: Sheet, page: Page, i: int) -> None:
    box, text = page.boxes[i], page.written[i]
    middle = box.left + box.width / 2
    inner = (len(text.name) * NAME + len(text.under) * UNDER) * LINE / 72
    top = box.top + (box.height - inner) / 2 + 0.025
    for line in text.name:
        sheet.write(line, middle, top, size=NAME, bold=text.bold, align="center")
        top += NAME * LINE / 72
    for line in text.under:
        sheet.write(line, middle, top, size=UNDER, align="center")
        top += UNDER * LINE / 72
