"""Availability over the clock: a small panel for each architecture, all on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.results import Band, Comparison, ComparisonRow
from simulator.report.baseline_notes import baseline_texts, marked
from simulator.report.captions import SERVED, case_text, conditional, cost_text, cut_text, main_case, replications_text, traced
from simulator.report.clock import Window, clock_axis, duration_text, window_of
from simulator.report.marks import LEADERS, EventTexts, draw_flags, draw_lines, event_sign
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height
from simulator.report.style import BLUE, BODY, GREY, MARGIN, RULE, SKY, SMALL, WIDTH, fitted, width_of

PANEL = 1.0
# The last few units take many hours to come back: an axis up to the very last would squeeze everything else.
_STILL = 0.02
_NAME = 0.27
_BELOW = 0.2
_AXIS = 0.74
_SCALE = 0.5
_GUTTER = 0.32


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One architecture's place in the grid."""

    architecture: str
    band: Band
    row: ComparisonRow | None
    box: Box
    lowest: bool
    leftmost: bool
    topmost: bool


def availability_sheet(comparison: Comparison) -> Sheet:
    """Median served share of each architecture with its 5-95 % band, and the incident's events, in the hit case."""
    case = main_case(comparison)
    shown = [(name, band) for (name, kind), band in comparison.bands.items() if kind == case]
    curves = [(band.seconds, values) for _, band in shown for values in (band.p05, band.p50, band.p95)]
    origin, marks = comparison.origin, [event.seconds for event in comparison.events]
    window = window_of(origin.start, origin.horizon_seconds, curves, marks, still=_STILL)
    heading = Heading(
        title=f"Demand served through {comparison.origin.scenario}",
        lines=(
            *baseline_texts([row.baseline for row in comparison.rows]), comparison.summary,
            f"Case {case_text(case)}. {conditional(comparison.origin)}",
        ),
        key=_key(comparison),
    )
    texts = EventTexts(events=comparison.events, window=window, width=WIDTH)
    panels = _grid(comparison, shown, case, heading.height() + 0.05)
    cut = cut_text(comparison.origin) if any(panel.row and _is_cut(panel.row) for panel in panels) else None
    notes = [note for note in (window.note(), cut, traced(comparison.origin)) if note]
    below = max((panel.box.bottom for panel in panels), default=heading.height() + 0.3) + _AXIS
    sheet = Sheet(below + texts.height() + footer_height(notes))
    heading.draw(sheet)
    for panel in panels:
        _draw(sheet, panel, window, comparison)
    if not panels:
        sheet.write("No architecture was compared.", MARGIN, heading.height() + 0.1)
    texts.draw(sheet, below)
    footer(sheet, notes)
    return sheet


def _key(comparison: Comparison) -> tuple[Sign, ...]:
    line = Line2D([0, 1], [0.5, 0.5], color=BLUE, linewidth=1.8)
    signs = [
        Sign(text=f"median of {replications_text(comparison.replications)}", artists=(line,)),
        Sign(text="5–95 % of them", artists=(Rectangle((0, 0), 1, 1, facecolor=SKY, edgecolor="none"),)),
    ]
    if comparison.objective is not None:
        signs.append(Sign(text=f"below {comparison.objective:.4g} is down", artists=(objective_line(0.5),)))
    if comparison.events:
        signs.append(event_sign())
    return (*signs, Sign(text=SERVED))


def objective_line(level: float) -> Line2D:
    """The level below which a tenant counts as down, for panels and for the key."""
    return Line2D([0, 1], [level, level], color=GREY, linewidth=0.9, linestyle=(0, (1, 1.5)))


def _grid(comparison: Comparison, shown: Sequence[tuple[str, Band]], case: str, top: float) -> list[Panel]:
    columns = 2 if len(shown) > 1 else 1
    width = (WIDTH - MARGIN * 2 - _SCALE - _GUTTER * (columns - 1)) / columns
    rows = {row.architecture: row for row in comparison.rows if row.placement == case}
    flags = LEADERS if comparison.events else 0.0
    panels = []
    for i, (name, band) in enumerate(shown):
        down, across = divmod(i, columns)
        box = Box(
            left=MARGIN + _SCALE + across * (width + _GUTTER),
            top=top + _NAME + flags + down * (PANEL + _NAME + _BELOW),
            width=width,
            height=PANEL,
        )
        lowest = i + columns >= len(shown)
        panels.append(
            Panel(architecture=name, band=band, row=rows.get(name), box=box, lowest=lowest, leftmost=across == 0, topmost=down == 0)
        )
    return panels


def _draw(sheet: Sheet, panel: Panel, window: Window, comparison: Comparison) -> None:
    box = panel.box
    axes = sheet.axes(box)
    seconds, low, middle, high = _with_end(panel.band, comparison.origin.horizon_seconds)
    axes.fill_between(seconds, low, high, step="post", facecolor=SKY, edgecolor="none", zorder=2)
    axes.step(seconds, middle, where="post", color=BLUE, linewidth=1.8, zorder=3, solid_joinstyle="miter")
    if comparison.objective is not None:
        axes.axhline(comparison.objective, color=GREY, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=2.5)
    draw_lines(axes, comparison.events)
    served_axis(axes, labelled=panel.leftmost)
    clock_axis(axes, window, box.width, labelled=panel.lowest)
    _name(sheet, panel, lifted=LEADERS if panel.topmost and comparison.events else 0.0)
    if panel.topmost and comparison.events:
        draw_flags(sheet, comparison.events, window, box)


def _name(sheet: Sheet, panel: Panel, *, lifted: float) -> None:
    box = panel.box
    said = ""
    if panel.row is not None:
        more = "≥ " if _is_cut(panel.row) else ""
        said = f"{cost_text(panel.row.cost_index)} · median outage {more}{duration_text(panel.row.outage_minutes.p50)}"
    room = box.width - width_of(said, SMALL) - 0.15
    baseline = None if panel.row is None else panel.row.baseline
    sheet.write(marked(fitted(panel.architecture, room - 0.15, BODY, bold=True), baseline), box.left, box.top - lifted - 0.21, bold=True)
    sheet.write(said, box.right, box.top - lifted - 0.205, size=SMALL, color=GREY, align="right")


def _is_cut(row: ComparisonRow) -> bool:
    """Whether the median is only a lower bound: fewer than half of the replications cannot move it."""
    return row.open_at_horizon >= 0.5


def _with_end(band: Band, horizon: float) -> tuple[np.ndarray, ...]:
    """The band as arrays of its steps, the last one held until the end. Where nothing changes, nothing needs drawing."""
    table = np.array([band.seconds, band.p05, band.p50, band.p95])
    kept = np.concatenate(([True], (table[1:, 1:] != table[1:, :-1]).any(axis=0)))
    last = table[:, -1:].copy()
    last[0] = max(horizon, float(last[0, 0]))
    return tuple(np.concatenate((table[:, kept], last), axis=1))


def served_axis(axes: Axes, *, labelled: bool) -> None:
    """Share of demand served, always from 0 to 1: a zoomed axis would make small losses look like large ones."""
    axes.set_ylim(-0.06, 1.06)
    axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1.0"] if labelled else [""] * 3)
    axes.tick_params(axis="y", length=3 if labelled else 0, pad=3)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.spines["left"].set_visible(labelled)
    if labelled:
        axes.set_ylabel("share served", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
