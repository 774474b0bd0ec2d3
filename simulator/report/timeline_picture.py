"""What was impaired when: a lane for each group of components, filled by the share of its units that is down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.results import Comparison, Impairment
from simulator.measures.curves import Steps, highest, segments
from simulator.report.baseline_notes import baseline_texts
from simulator.report.captions import conditional, traced
from simulator.report.clock import Window, clock_axis, window_of
from simulator.report.marks import LEADERS, EventTexts, draw_flags, draw_lines, event_sign
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height
from simulator.report.style import BLUE, GREY, MARGIN, PALE, SMALL, WIDTH, fitted, plain, width_of

LANE = 0.25
_FILLED = 0.62
"""Part of a lane's height that stands for all of its units."""
_AXIS = 0.74
_LONGEST_LABEL = 3.9
_WORST = 0.62


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """Components that were down alike, under one label."""

    label: str
    down: Steps


def merged(timeline: Sequence[Impairment]) -> list[Lane]:
    """Lanes in the order given; where all combinations of some parts were down alike at every instant, they share one lane.

    `zone-2/feed` and `zone-3/feed` become `zone-{2,3}/feed`, and that with `zone-{2,3}/hall` becomes `zone-{2,3}/{feed,hall}`.
    """
    lanes = [([frozenset({part}) for part in plain(i.component).split("/")], i.down) for i in timeline]
    at = 0
    while at < len(lanes):
        parts, down = lanes[at]
        other = next((k for k in range(at) if lanes[k][1] == down and _join(lanes[k][0], parts)), None)
        if other is None:
            at += 1
            continue
        lanes[other] = ([a | b for a, b in zip(lanes[other][0], parts, strict=True)], down)
        del lanes[at]
        # The wider lane may now fit one before it.
        at = other
    return [Lane(label="/".join(braced(sorted(names)) for names in parts), down=down) for parts, down in lanes]


def _join(some: list[frozenset[str]], others: list[frozenset[str]]) -> bool:
    return len(some) == len(others) and sum(a != b for a, b in zip(some, others, strict=True)) <= 1


def braced(names: Sequence[str]) -> str:
    """Names as one: `zone-{2,3}`, `group-{1–4}`."""
    if len(names) == 1:
        return names[0]
    stem = 0
    while all(len(name) > stem and name[stem] == names[0][stem] for name in names):
        stem += 1
    return f"{names[0][:stem]}{{{_listed([name[stem:] for name in names])}}}"


def _listed(ends: list[str]) -> str:
    """`1,2`, `fails,holds`, and `2–5` for numbers without a gap."""
    if len(ends) > 2 and all(end.isdecimal() and end.isascii() and len(end) < 10 for end in ends):
        numbers = sorted(map(int, ends))
        if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return f"{numbers[0]}–{numbers[-1]}"
    return ",".join(ends)


def timeline_sheet(comparison: Comparison) -> Sheet:
    """The world's components through the incident, in the first replication; the compared architectures are not among them."""
    lanes = merged(comparison.timeline)
    origin = comparison.origin
    curves = [(lane.down.times, lane.down.values) for lane in lanes]
    window = window_of(origin.start, origin.horizon_seconds, curves, [event.seconds for event in comparison.events])
    heading = Heading(
        title=f"What was impaired in {origin.scenario}",
        lines=(
            *baseline_texts([row.baseline for row in comparison.rows]), comparison.summary,
            f"One replication, the first. {conditional(origin)}",
        ),
        key=_key(),
    )
    label_room = min(max((width_of(lane.label, SMALL) for lane in lanes), default=1.0), _LONGEST_LABEL)
    box = Box(
        left=MARGIN + label_room + 0.12,
        top=heading.height() + (LEADERS if comparison.events else 0.1) + 0.1,
        width=WIDTH - 2 * MARGIN - label_room - 0.12 - _WORST,
        height=LANE * max(len(lanes), 1),
    )
    texts = EventTexts(events=comparison.events, window=window, width=WIDTH)
    notes = [note for note in (window.note(), traced(origin)) if note]
    sheet = Sheet(box.bottom + _AXIS + texts.height() + footer_height(notes))
    heading.draw(sheet)
    _draw(sheet, box, lanes, window, comparison)
    texts.draw(sheet, box.bottom + _AXIS)
    footer(sheet, notes)
    return sheet


def _key() -> tuple[Sign, ...]:
    return (
        Sign(
            text="height: share of the units that is down; all of them where the lane is full",
            artists=(Rectangle((0, 0), 1, 1, facecolor=PALE), Rectangle((0, 0), 1, 0.6, facecolor=BLUE)),
        ),
        Sign(text="line: some are down", artists=(Line2D([0, 1], [0, 0], color=BLUE, linewidth=1.6),)),
        event_sign(),
    )


def _draw(sheet: Sheet, box: Box, lanes: Sequence[Lane], window: Window, comparison: Comparison) -> None:
    axes = sheet.axes(box)
    count = max(len(lanes), 1)
    axes.set_ylim(count, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    draw_lines(axes, comparison.events)
    clock_axis(axes, window, box.width, labelled=True)
    if comparison.events:
        draw_flags(sheet, comparison.events, window, box)
    if not lanes:
        sheet.write("Nothing of the world was impaired.", MARGIN, box.top + 0.05, size=SMALL)
        return
    sheet.write("worst", box.right + _WORST, box.top - 0.18, size=SMALL, color=GREY, align="right")
    for i, lane in enumerate(lanes):
        _lane(axes, lane, i + 0.5 + _FILLED / 2)
        top = box.top + LANE * i + (LANE - SMALL / 72) / 2
        sheet.write(fitted(lane.label, box.left - MARGIN - 0.1, SMALL), box.left - 0.1, top, size=SMALL, align="right")
        sheet.write(_share_text(highest(lane.down) or 0.0), box.right + _WORST, top, size=SMALL, color=GREY, align="right")


def _lane(axes: Axes, lane: Lane, floor: float) -> None:
    axes.axhspan(floor - _FILLED, floor, facecolor=PALE, edgecolor="none", zorder=1)
    spells = [(a, b, share) for a, b, share in segments(lane.down) if share > 0]
    if not spells:
        return
    begins, ends, shares = np.array(spells).T
    # The thin edge keeps a spell of seconds visible on an axis of a day, the thick one below a share of some per mille.
    axes.bar(begins, -_FILLED * shares, ends - begins, floor, align="edge", color=BLUE, edgecolor=BLUE, linewidth=0.6, zorder=3)
    axes.hlines([floor] * len(begins), begins, ends, colors=BLUE, linewidth=1.6, zorder=3)


def _share_text(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{share * 100:.1f} %" if share < 0.0995 else f"{share * 100:.0f} %"
