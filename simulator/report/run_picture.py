"""One replication of one architecture: its curve, and the times in which it counted as down."""

from collections.abc import Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.results import EventMark, RunResult
from simulator.report.availability_picture import objective_line, served_axis
from simulator.report.baseline_notes import baseline_texts, outage_level_of
from simulator.report.captions import SERVED, case_text, conditional, traced
from simulator.report.clock import Window, clock_axis, clock_text, duration_text, window_of
from simulator.report.marks import LEADERS, EventTexts, draw_flags, draw_lines, event_sign
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height
from simulator.report.style import BLUE, GREY, MARGIN, SMALL, VERMILLION, WIDTH, width_of

_PANEL = 2.6
_AXIS = 0.74
_SCALE = 0.5
_SHADE = "#F6D9C4"
_TOP = 1.16


def run_sheet(run: RunResult) -> Sheet:
    """Served share over the clock with the outages shaded, each with its length where there is room for it."""
    origin = run.origin
    events = events_of(run)
    curve = run.curve
    window = window_of(origin.start, origin.horizon_seconds, [(curve.times, curve.values)], [event.seconds for event in events])
    heading = Heading(
        title=f"{run.architecture} in {origin.scenario}",
        lines=(
            *baseline_texts([run.baseline]), _figures(run),
            f"Case {case_text(run.case)}{placement_text(run)}. Replication {run.replication}. {conditional(origin)}",
        ),
        key=_key(run, bool(events)),
    )
    box = Box(
        left=MARGIN + _SCALE,
        top=heading.height() + (LEADERS if events else 0.1),
        width=WIDTH - 2 * MARGIN - _SCALE,
        height=_PANEL,
    )
    texts = EventTexts(events=tuple(events), window=window, width=WIDTH)
    notes = [note for note in (window.note(), traced(origin)) if note]
    sheet = Sheet(box.bottom + _AXIS + texts.height() + footer_height(notes))
    heading.draw(sheet)
    _draw(sheet, box, run, window, events)
    texts.draw(sheet, box.bottom + _AXIS)
    footer(sheet, notes)
    return sheet


def events_of(run: RunResult) -> list[EventMark]:
    """The scenario's events, as the trace tells them."""
    return [
        EventMark(name=owner, summary=owner.replace("-", " "), seconds=seconds)
        for seconds, change, owner, _, _, _ in run.trace.records
        if change == "event"
    ]


def _figures(run: RunResult) -> str:
    more = "at least " if run.open_at_horizon else ""
    parts = [f"Down for {more}{duration_text(run.outage_minutes)}" if run.outages else "Never down"]
    if len(run.outages) > 1:
        parts[0] += f" in {len(run.outages)} outages"
    if run.outages:
        parts.append(f"{'the first ' if len(run.outages) > 1 else ''}from {clock_text(run.origin.start, _since(run, 0))}")
    parts.append(f"{run.lost_minutes:,.1f} lost minutes")
    parts.append(f"at worst {run.worst_served:.2f} served")
    if run.data_loss_minutes:
        parts.append(f"writes of {duration_text(run.data_loss_minutes)} lost")
    return "; ".join(parts) + "."


def _since(run: RunResult, i: int) -> float:
    return (run.outages[i].start - run.origin.start).total_seconds()


def placement_text(run: RunResult) -> str:
    """` (a in zone-1, b in zone-2)`, to stand behind the case; nothing where it has none."""
    return f" ({', '.join(f'{role} in {zone}' for role, zone in run.placement.items())})" if run.placement else ""


def _key(run: RunResult, events: bool) -> tuple[Sign, ...]:
    level = outage_level_of(run)
    signs = [Sign(text="share of demand served", artists=(Line2D([0, 1], [0.5, 0.5], color=BLUE, linewidth=1.8),))]
    if run.outages:
        signs.append(Sign(text="outage", artists=(Rectangle((0, 0), 1, 1, facecolor=_SHADE, edgecolor=VERMILLION, linewidth=0.6),)))
    signs.append(Sign(text=f"below {level:.4g} is down", artists=(objective_line(0.5),)))
    return (*signs, *([event_sign()] if events else []), Sign(text=SERVED))


def _draw(sheet: Sheet, box: Box, run: RunResult, window: Window, events: Sequence[EventMark]) -> None:
    axes = sheet.axes(box)
    for i, outage in enumerate(run.outages):
        start, end = _since(run, i), (outage.end - run.origin.start).total_seconds()
        axes.axvspan(start, end, facecolor=_SHADE, edgecolor=VERMILLION, linewidth=0.6, zorder=1, gid=f"outage {i + 1}")
        text = duration_text((end - start) / 60)
        left, right = (box.left + box.width * min(1.0, window.across(t)) for t in (start, end))
        # Above the curve and inside its outage, or not at all: the sum of all is in the heading.
        if width_of(text, SMALL) + 0.1 < right - left:
            label = sheet.write(text, (left + right) / 2, box.top + 0.06, size=SMALL, align="center")
            label.set_bbox({"facecolor": _SHADE, "edgecolor": "none", "pad": 1.0})
    times = np.array([*run.curve.times, run.curve.end])
    served = np.array([*run.curve.values, run.curve.values[-1]])
    axes.step(times, served, where="post", color=BLUE, linewidth=1.8, zorder=3, solid_joinstyle="miter", gid="served")
    axes.axhline(outage_level_of(run), color=GREY, linewidth=0.9, linestyle=(0, (1, 1.5)), zorder=2.5)
    draw_lines(axes, events)
    served_axis(axes, labelled=True)
    axes.set_ylim(-0.04, _TOP)
    clock_axis(axes, window, box.width, labelled=True)
    if events:
        draw_flags(sheet, events, window, box)
