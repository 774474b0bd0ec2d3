"""The worst availability in windows of every length: a small panel for each architecture or tenant, all on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.availability_results import Availabilities, AvailabilityRow
from simulator.report.availability_tables import available
from simulator.report.captions import case_text, conditional, cost_text, replications_text, traced
from simulator.report.clock import duration_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import BLUE, BODY, GREY, MARGIN, RULE, SKY, SMALL, WIDTH, fitted, look, width_of

PANEL = 1.35
_NAME = 0.27
_BELOW = 0.22
_AXIS = 0.62
_SCALE = 0.68
_GUTTER = 0.4
_LEVELS = (0.0, 0.5, 0.75, 0.9, 0.99, 1.0)
_LENGTHS = (60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0)
_OTHER: dict[str, Any] = {"color": GREY, "alpha": 0.45, "linewidth": 0.8}
_MAIN = ("hit", "any", "fixed")
READ = "Square-root scale of what is lost. Of all windows of a length, wherever they begin, the one with the least availability by users."


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One architecture's or tenant's place in the grid."""

    row: AvailabilityRow
    box: Box
    lowest: bool
    leftmost: bool


def write_windows_picture(found: Availabilities, folder: Path) -> list[Path]:
    """`windows.png` and `windows.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("windows"):
        return save(windows_sheet(found), folder, "windows")


def windows_sheet(found: Availabilities) -> Sheet:
    """Worst availability over window length, pooled, with the 5-95 % band of the replications; the others in grey."""
    rows = [row for row in found.rows if row.case in _MAIN]
    cases = [case_text(case) for case in _MAIN if any(row.case == case for row in rows)]
    told = f"Case {'; '.join(cases)}. " if cases else ""
    heading = Heading(
        title=f"The worst window of {found.origin.scenario}, by its length",
        lines=(found.summary, f"{told}{conditional(found.origin)}"),
        key=_key(found, len(rows) > 1),
    )
    panels = _grid(rows, heading.height() + 0.05)
    notes = [READ, traced(found.origin)]
    below = max((panel.box.bottom for panel in panels), default=heading.height() + 0.3) + _AXIS
    sheet = Sheet(below + footer_height(notes))
    heading.draw(sheet)
    for panel in panels:
        _draw(sheet, panel, rows, found)
    if not panels:
        sheet.write("Nothing was replayed.", MARGIN, heading.height() + 0.1)
    footer(sheet, notes)
    return sheet


def _key(found: Availabilities, several: bool) -> tuple[Sign, ...]:
    line = Line2D([0, 1], [0.5, 0.5], color=BLUE, linewidth=1.8)
    other = Line2D([0, 1], [0.5, 0.5], **_OTHER)
    band = Rectangle((0, 0), 1, 1, facecolor=SKY, edgecolor="none")
    signs = [
        Sign(text=f"worst window, pooled over {replications_text(found.replications)}", artists=(line,)),
        Sign(text="5–95 % of them", artists=(band,)),
    ]
    return (*signs, *([Sign(text="the others", artists=(other,))] if several else []))


def _grid(rows: Sequence[AvailabilityRow], top: float) -> list[Panel]:
    columns = 2 if len(rows) > 1 else 1
    width = (WIDTH - MARGIN * 2 - _SCALE - _GUTTER * (columns - 1)) / columns
    panels = []
    for i, row in enumerate(rows):
        down, across = divmod(i, columns)
        box = Box(
            left=MARGIN + _SCALE + across * (width + _GUTTER), top=top + _NAME + down * (PANEL + _NAME + _BELOW), width=width, height=PANEL
        )
        panels.append(Panel(row=row, box=box, lowest=i + columns >= len(rows), leftmost=across == 0))
    return panels


def _draw(sheet: Sheet, panel: Panel, rows: Sequence[AvailabilityRow], found: Availabilities) -> None:
    axes = sheet.axes(panel.box)
    for other in rows:
        lengths, lost, _, _ = _curve(other)
        if other is not panel.row:
            axes.plot(lengths, -np.sqrt(lost), zorder=2.5, **_OTHER)
    lengths, lost, low, high = _curve(panel.row)
    axes.fill_between(lengths, -np.sqrt(low), -np.sqrt(high), facecolor=SKY, edgecolor="none", zorder=2)
    axes.plot(lengths, -np.sqrt(lost), color=BLUE, linewidth=1.8, zorder=3, gid="worst")
    _scale(axes, panel, found.origin.horizon_seconds)
    _name(sheet, panel)


def _curve(row: AvailabilityRow) -> tuple[np.ndarray, ...]:
    """Lengths in seconds, and the shares lost: pooled, and at the ends of the band."""
    known = [(one.length_seconds, one.share) for one in row.curve if one.share is not None]
    table = [(length, share.unavailability, share.p05, share.p95) for length, share in known]
    return tuple(np.array(table, dtype=float).reshape(-1, 4).T)


def _scale(axes: Axes, panel: Panel, horizon: float) -> None:
    """Lengths on a logarithmic scale, availability by the square root of what is lost, always from nothing to all."""
    axes.set_xscale("log")
    first = min(_LENGTHS[0], horizon / 2)
    axes.set_xlim(first, horizon)
    axes.minorticks_off()
    ticks = _ticks(first, horizon, panel.box.width)
    axes.set_xticks([at for at, _ in ticks], [text if panel.lowest else "" for _, text in ticks])
    # A label at an end stays within its panel, so that those of neighbours keep apart.
    for at, label in zip((at for at, _ in ticks), axes.get_xticklabels(), strict=True):
        label.set_horizontalalignment("right" if at == horizon else "left" if at == first else "center")
    axes.set_ylim(-1.05, 0.05)
    marks = [-float(np.sqrt(1.0 - level)) for level in _LEVELS]
    axes.set_yticks(marks, [available(1.0 - level) if panel.leftmost else "" for level in _LEVELS])
    axes.tick_params(axis="y", length=3 if panel.leftmost else 0, pad=3)
    axes.tick_params(axis="x", length=3, pad=4)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.spines["left"].set_visible(panel.leftmost)
    if panel.leftmost:
        axes.set_ylabel("availability", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
    if panel.lowest:
        axes.set_xlabel("length of the window, logarithmic scale", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)


def _ticks(first: float, horizon: float, room: float) -> list[tuple[float, str]]:
    """Round lengths whose labels keep clear of each other, the whole simulated time for certain."""
    chosen: list[tuple[float, str]] = []
    free = float("inf")
    for length in (horizon, *(one for one in reversed(_LENGTHS) if first <= one < horizon)):
        text = duration_text(length / 60.0).replace(".0 ", " ")
        at, size = room * float(np.log(length / first) / np.log(horizon / first)), width_of(text, SMALL)
        right = at if length == horizon else at + size if length == first else at + size / 2
        if right <= free:
            chosen.append((length, text))
            free = right - size - 0.1
    return chosen[::-1]


def _name(sheet: Sheet, panel: Panel) -> None:
    box, row = panel.box, panel.row
    cost = f"{cost_text(row.cost_index)} · " if row.cost_index else ""
    share = row.by_users.share
    said = f"{cost}{available(share.unavailability)} overall" if share is not None else cost
    room = box.width - width_of(said, SMALL) - 0.15
    sheet.write(fitted(row.name, room, BODY, bold=True), box.left, box.top - 0.21, bold=True)
    sheet.write(said, box.right, box.top - 0.205, size=SMALL, color=GREY, align="right")
