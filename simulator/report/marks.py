"""The events of an incident in a picture: thin lines where they happen, numbers above that keep out of each other's way, words below."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from simulator.ensemble.results import EventMark
from simulator.report.clock import Window, clock_text
from simulator.report.sheet import Box, Sheet, Sign
from simulator.report.style import BODY, GREY, LINE, MARGIN, SMALL, VERMILLION, width_of, wrapped

LEADERS = 0.42
"""Inches above a panel that the numbers and their leaders take."""
_GAP = 0.07
_GUTTER = 0.3
_LINES_OF_TEXT = 3
_EDGE = 0.1
_MANY = 15


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A number above a panel, or a range of numbers where events lie too close; `at` and `stands` in inches from the left."""

    text: str
    at: tuple[float, ...]
    stands: float


def in_order(events: Sequence[EventMark]) -> list[EventMark]:
    """The events as they are numbered, from 1: by time, those of one instant as the file has them."""
    return sorted(events, key=lambda event: event.seconds)


def spread(wanted: Sequence[float], widths: Sequence[float], low: float, high: float) -> list[float] | None:
    """Centres for labels of these widths, in order, none over another, each as near to where it is wanted as that allows.

    None where all of them together are wider than the room. Neighbours that would collide form a block, and the block stands where
    the sum of squared displacements is least (pool adjacent violators).
    """
    if sum(widths) > high - low:
        return None
    # A block: sum of (wanted - offset in the block), members, width, offset of each member's centre from the block's left end.
    blocks: list[tuple[float, list[float], float]] = []
    for want, width in zip(wanted, widths, strict=True):
        total, offsets, size = want - width / 2, [width / 2], width
        while blocks:
            before, earlier, breadth = blocks[-1]
            left = _clamped(total / len(offsets), size, low, high)
            if _clamped(before / len(earlier), breadth, low, high) + breadth <= left:
                break
            blocks.pop()
            total += before - breadth * len(offsets)
            offsets = [*earlier, *(breadth + offset for offset in offsets)]
            size += breadth
        blocks.append((total, offsets, size))
    return [_clamped(total / len(offsets), size, low, high) + offset for total, offsets, size in blocks for offset in offsets]


def _clamped(left: float, size: float, low: float, high: float) -> float:
    return max(low, min(left, high - size))


def flags(events: Sequence[EventMark], window: Window, box: Box) -> list[Flag]:
    """The numbers above a panel: one for each instant, and one for each crowd of instants where there is no room for all."""
    ordered = in_order(events)
    places = [box.left + min(max(window.across(event.seconds), 0.0), 1.0) * box.width for event in ordered]
    reach = 0.0
    while True:
        groups: list[list[int]] = []
        for i, place in enumerate(places):
            if groups and place - places[groups[-1][0]] <= reach:
                groups[-1].append(i)
            else:
                groups.append([i])
        texts = [str(group[0] + 1) if len(group) == 1 else f"{group[0] + 1}–{group[-1] + 1}" for group in groups]
        at = [tuple(sorted({places[i] for i in group})) for group in groups]
        wanted = [sum(group) / len(group) for group in at]
        found = spread(wanted, [width_of(text, SMALL, bold=True) + _GAP for text in texts], box.left - _EDGE, box.right + _EDGE)
        if found is not None:
            return [Flag(text=t, at=a, stands=s) for t, a, s in zip(texts, at, found, strict=True)]
        reach += 0.05


def event_sign() -> Sign:
    """The key's entry for events."""
    return Sign(text="event", artists=(Line2D([0.5, 0.5], [-0.2, 1.2], color=VERMILLION, linewidth=0.9),), narrow=True)


def draw_lines(axes: Axes, events: Sequence[EventMark]) -> None:
    """A thin line through the panel at each instant of an event."""
    instants = sorted({event.seconds for event in events})
    for seconds in instants:
        axes.axvline(seconds, color=VERMILLION, linewidth=0.7 if len(instants) <= _MANY else 0.25, alpha=0.9, zorder=1.5)


def draw_flags(sheet: Sheet, events: Sequence[EventMark], window: Window, box: Box) -> None:
    """The numbers above the panel in `box`, each with a leader down to its line."""
    for flag in flags(events, window, box):
        sheet.write(flag.text, flag.stands, box.top - LEADERS + 0.04, size=SMALL, bold=True, color=VERMILLION, align="center")
        for at in sorted({flag.at[0], flag.at[-1]}):
            points = [(flag.stands, box.top - LEADERS + 0.04 + SMALL * 1.1 / 72), (at, box.top - 0.07), (at, box.top)]
            sheet.line(points, color=VERMILLION)


@dataclass(frozen=True, kw_only=True, slots=True)
class EventTexts:
    """What the numbers mean: clock time and summary of each event, in one or two columns under the picture."""

    events: tuple[EventMark, ...]
    window: Window
    width: float

    def _columns(self) -> int:
        return 2 if len(self.events) > 1 else 1

    def _rooms(self) -> tuple[float, float, float]:
        """Inches of a column, and in it from its left to the clock and to the words."""
        columns = self._columns()
        column = (self.width - 2 * MARGIN - _GUTTER * (columns - 1)) / columns
        clocks = [width_of(clock_text(self.window.start, event.seconds), SMALL) for event in self.events]
        number = width_of(str(len(self.events)), SMALL, bold=True) + 0.1
        return column, number, number + max(clocks, default=0.0) + 0.12

    def _entries(self) -> list[list[str]]:
        column, _, words = self._rooms()
        texts = [event.summary or event.name for event in in_order(self.events)]
        return [wrapped(text, column - words, SMALL, most=_LINES_OF_TEXT) or [""] for text in texts]

    def _split(self) -> int:
        """How many entries stand in the first column, so that both are about as long."""
        lengths = [len(entry) for entry in self._entries()]
        if self._columns() == 1:
            return len(lengths)
        return min(range(1, len(lengths) + 1), key=lambda k: (max(sum(lengths[:k]), sum(lengths[k:])), -k))

    def height(self) -> float:
        """Inches, nothing where there are no events."""
        if not self.events:
            return 0.0
        entries, split = self._entries(), self._split()
        lines = max(sum(map(len, entries[:split])), sum(map(len, entries[split:])))
        tallest = max(split, len(entries) - split)
        return BODY * LINE / 72 + 0.08 + lines * SMALL * LINE / 72 + tallest * 0.03 + 0.15

    def draw(self, sheet: Sheet, top: float) -> None:
        """From `top` on downwards."""
        if not self.events:
            return
        sheet.write("Events", MARGIN, top, size=BODY, bold=True)
        column, clock, words = self._rooms()
        entries, split = self._entries(), self._split()
        begin = top + BODY * LINE / 72 + 0.08
        for i, (event, lines) in enumerate(zip(in_order(self.events), entries, strict=True)):
            if i in (0, split):
                at = begin
            left = MARGIN + (column + _GUTTER) * (i >= split)
            sheet.write(str(i + 1), left, at, size=SMALL, bold=True, color=VERMILLION)
            sheet.write(clock_text(self.window.start, event.seconds), left + clock, at, size=SMALL, color=GREY)
            for line in lines:
                sheet.write(line, left + words, at, size=SMALL)
                at += SMALL * LINE / 72
            at += 0.03
