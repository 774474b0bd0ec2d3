"""The worst availability in windows of every length: a small panel for each architecture or tenant, all on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Together
from simulator.report.availability_tables import available
from simulator.report.baseline_notes import baseline_texts, marked
from simulator.report.captions import case_text, conditional, cost_text, replications_text, traced
from simulator.report.clock import duration_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import BLUE, BODY, GREY, MARGIN, RULE, SKY, SMALL, WIDTH, fitted, look, width_of
from simulator.report.windows_overview import HIGHEST, LOWEST, NAMES, Curve, draw_overview, overview_height

PANEL = 1.35
_NAME = 0.27
_BELOW = 0.22
_AXIS = 0.62
_SCALE = 0.68
_GUTTER = 0.4
_LEVELS = (0.0, 0.5, 0.75, 0.9, 0.99, 1.0)
_LENGTHS = (60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0, 31_536_000.0)
_MAIN = ("hit", "any", "fixed")
READ = "Square-root scale of what is lost. Of all windows of a length, wherever they begin, the one with the least availability by users."


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One architecture's or tenant's place in the grid."""

    curve: Curve
    box: Box
    lowest: bool
    leftmost: bool


def write_windows_picture(found: Availabilities, folder: Path) -> list[Path]:
    """`windows.png` and `windows.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("windows"):
        return save(windows_sheet(found), folder, "windows")


def windows_sheet(found: Availabilities) -> Sheet:
    """Worst availability over window length, pooled: all in one panel, then each with the 5-95 % band of its replications."""
    rows = [row for row in found.rows if row.case in _MAIN]
    curves = [*map(_curve, rows), *([_curve_together(found.together)] if found.together is not None else [])]
    cases = [case_text(case) for case in _MAIN if any(row.case == case for row in rows)]
    told = f"Case {'; '.join(cases)}. " if cases else ""
    heading = Heading(
        title=f"The worst window of {found.origin.scenario}, by its length",
        lines=(*baseline_texts([row.baseline for row in found.rows]), found.summary, f"{told}{conditional(found.origin)}"),
        key=_key(found),
    )
    top = heading.height() + 0.05
    left = MARGIN + _SCALE
    whole = Box(left=left, top=top + _NAME, width=WIDTH - MARGIN - left - NAMES, height=overview_height(curves))
    several = len(curves) > 1
    panels = _grid(curves, whole.bottom + _AXIS if several else top)
    notes = [READ, traced(found.origin)]
    below = max((panel.box.bottom for panel in panels), default=heading.height() + 0.3) + _AXIS
    sheet = Sheet(below + footer_height(notes))
    heading.draw(sheet)
    if several:
        axes = sheet.axes(whole)
        draw_overview(sheet, axes, whole, curves)
        _scale(axes, Panel(curve=curves[0], box=whole, lowest=True, leftmost=True), found.origin.horizon_seconds)
        sheet.write("All of them", left, whole.top - 0.21, bold=True)
    for panel in panels:
        _draw(sheet, panel, found)
    if not panels:
        sheet.write("Nothing was replayed.", MARGIN, heading.height() + 0.1)
    footer(sheet, notes)
    return sheet


def _key(found: Availabilities) -> tuple[Sign, ...]:
    line = Line2D([0, 1], [0.5, 0.5], color=BLUE, linewidth=1.8)
    band = Rectangle((0, 0), 1, 1, facecolor=SKY, edgecolor="none")
    return (
        Sign(text=f"worst window, pooled over {replications_text(found.replications)}", artists=(line,)),
        Sign(text="5–95 % of them", artists=(band,)),
    )


def _grid(curves: Sequence[Curve], top: float) -> list[Panel]:
    columns = 2 if len(curves) > 1 else 1
    width = (WIDTH - MARGIN * 2 - _SCALE - _GUTTER * (columns - 1)) / columns
    panels = []
    for i, curve in enumerate(curves):
        down, across = divmod(i, columns)
        box = Box(
            left=MARGIN + _SCALE + across * (width + _GUTTER), top=top + _NAME + down * (PANEL + _NAME + _BELOW), width=width, height=PANEL
        )
        panels.append(Panel(curve=curve, box=box, lowest=i + columns >= len(curves), leftmost=across == 0))
    return panels


def _draw(sheet: Sheet, panel: Panel, found: Availabilities) -> None:
    axes, curve = sheet.axes(panel.box), panel.curve
    if curve.low is not None and curve.high is not None:
        axes.fill_between(curve.lengths, -np.sqrt(curve.low), -np.sqrt(curve.high), facecolor=SKY, edgecolor="none", zorder=2)
    axes.plot(curve.lengths, -np.sqrt(curve.lost), color=BLUE, linewidth=1.8, zorder=3, gid="worst")
    _scale(axes, panel, found.origin.horizon_seconds)
    _name(sheet, panel)


def _curve(row: AvailabilityRow) -> Curve:
    known = [(one.length_seconds, one.share) for one in row.curve if one.share is not None]
    table = [(length, share.unavailability, share.p05, share.p95) for length, share in known]
    lengths, lost, low, high = np.array(table, dtype=float).reshape(-1, 4).T
    cost = f"{cost_text(row.cost_index)} · " if row.cost_index else ""
    share = row.by_users.share
    said = f"{cost}{available(share.unavailability)} overall" if share is not None else cost
    return Curve(name=marked(row.name, row.baseline), said=said, lengths=lengths, lost=lost, low=low, high=high)


def _curve_together(both: Together) -> Curve:
    """The mean alone: its spread over replications would be too wide."""
    table = [(length, lost) for length, lost in both.curve if lost is not None]
    lengths, lost = np.array(table, dtype=float).reshape(-1, 2).T
    overall = both.by_users.unavailability
    return Curve(name="together", said="" if overall is None else f"{available(overall)} overall", lengths=lengths, lost=lost)


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
    axes.set_ylim(LOWEST, HIGHEST)
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
    box, curve = panel.box, panel.curve
    room = box.width - width_of(curve.said, SMALL) - 0.15
    sheet.write(fitted(curve.name, room, BODY, bold=True), box.left, box.top - 0.21, bold=True)
    sheet.write(curve.said, box.right, box.top - 0.205, size=SMALL, color=GREY, align="right")
