"""How long each architecture was down and how much it lost: dots with intervals, the hit case and the average over placements."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from simulator.ensemble.results import Comparison, ComparisonRow, Estimate
from simulator.report.baseline_notes import baseline_texts, marked
from simulator.report.captions import case_text, conditional, cost_text, cut_text, outage_means, replications_text, traced
from simulator.report.clock import duration_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height
from simulator.report.style import BLUE, BODY, GREY, LINE, MARGIN, RULE, SMALL, VERMILLION, WIDTH, fitted, width_of

ROW = 0.52
_GUTTER = 0.4
_NUMBER_GAP = 0.16
_OFFSET = 0.19
_LONGEST_NAME = 2.4
_THICK = 9.0
_DURATION_TICKS = (0, 1, 5, 10, 30, 60, 120, 240, 480, 720, 1440, 2880, 5760, 10_080, 20_160, 43_200, 86_400, 172_800, 525_600, 5_256_000)
_MINUTE_TICKS = (0, 1, 5, 10, 20, 50, *(n * 10**e for e in range(2, 9) for n in (1, 2, 5)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a case is drawn: differing in colour, shape and filling, so that grey print tells them apart."""

    case: str
    color: str
    marker: str
    filled: bool
    offset: float

    @property
    def fill(self) -> str:
        return self.color if self.filled else "white"


LOOKS = (
    Look(case="hit", color=VERMILLION, marker="o", filled=True, offset=-_OFFSET),
    Look(case="average", color=BLUE, marker="D", filled=False, offset=_OFFSET),
    Look(case="fixed", color=VERMILLION, marker="o", filled=True, offset=0.0),
)
_SHOWN = {look.case for look in LOOKS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One of the two panels."""

    title: str
    axis: str
    of: Callable[[ComparisonRow], Estimate]
    text: Callable[[float], str]
    ticks: tuple[float, ...]


def minutes_text(minutes: float) -> str:
    """Lost minutes with their digits only: `0`, `0.4`, `1,240`."""
    if minutes < 9.95:
        return "0" if minutes < 0.05 else f"{minutes:.1f}"
    return f"{minutes:,.0f}"


MEASURES = (
    Measure(
        title="Outage duration",
        axis="time down, square-root scale",
        of=lambda row: row.outage_minutes,
        text=duration_text,
        ticks=tuple(map(float, _DURATION_TICKS)),
    ),
    Measure(
        title="Lost minutes",
        axis="minutes of the whole demand, square-root scale",
        of=lambda row: row.lost_minutes,
        text=minutes_text,
        ticks=tuple(map(float, _MINUTE_TICKS)),
    ),
)


def outages_sheet(comparison: Comparison) -> Sheet:
    """Two panels of dots: mean outage and mean lost minutes, each with its 95 % interval and the middle 90 % of replications."""
    origin = comparison.origin
    names = list(dict.fromkeys(row.architecture for row in comparison.rows))
    cases = [case_text(look.case) for look in LOOKS if any(row.placement == look.case for row in comparison.rows)]
    means = outage_means(comparison.objective, comparison.kind)
    baselines = {row.architecture: row.baseline for row in comparison.rows}
    heading = Heading(
        title=f"Outages and losses in {origin.scenario}",
        lines=(
            *baseline_texts(baselines.values()), comparison.summary,
            f"{_sentence('; '.join(cases))} {means}. {conditional(origin)}".strip(),
        ),
        key=_key(comparison),
    )
    name_room = min(max((width_of(marked(name, baselines[name]), BODY, bold=True) for name in names), default=1.0), _LONGEST_NAME)
    top = heading.height() + 0.55
    height = ROW * max(len(names), 1)
    cut = cut_text(origin) if any(row.open_at_horizon for row in comparison.rows if row.placement in _SHOWN) else None
    notes = [note for note in (cut, traced(origin)) if note]
    sheet = Sheet(top + height + 0.65 + footer_height(notes))
    heading.draw(sheet)
    _names(sheet, comparison, names, Box(left=MARGIN, top=top, width=name_room, height=height))
    left = MARGIN + name_room + 0.15
    each = (WIDTH - MARGIN - left - _GUTTER) / 2
    for i, measure in enumerate(MEASURES):
        _panel(sheet, comparison, names, measure, Box(left=left + i * (each + _GUTTER), top=top, width=each, height=height))
    footer(sheet, notes)
    return sheet


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _key(comparison: Comparison) -> tuple[Sign, ...]:
    signs = [
        Sign(text=f"{look.case}, mean", artists=(_marker(0.5, 0.5, look),), narrow=True)
        for look in LOOKS
        if any(row.placement == look.case for row in comparison.rows)
    ]
    interval = Line2D([0, 1], [0.5, 0.5], color=GREY, alpha=0.35, linewidth=_THICK, solid_capstyle="butt")
    range_ = Line2D([0, 1], [0.5, 0.5], color=GREY, linewidth=0.9)
    replications = f"5–95 % of {replications_text(comparison.replications)}"
    return (*signs, Sign(text="95 % interval of the mean", artists=(interval,)), Sign(text=replications, artists=(range_,)))


def _marker(x: float, y: float, look: Look) -> Line2D:
    return Line2D(
        [x], [y], linestyle="none", marker=look.marker, markersize=5.5, color=look.color, markerfacecolor=look.fill,
        markeredgewidth=1.2, zorder=4, clip_on=False,
    )  # fmt: skip


def _names(sheet: Sheet, comparison: Comparison, names: Sequence[str], box: Box) -> None:
    costs = {row.architecture: row.cost_index for row in comparison.rows}
    baselines = {row.architecture: row.baseline for row in comparison.rows}
    for i, name in enumerate(names):
        top = box.top + ROW * (i + 0.5) - BODY * LINE / 72
        text = marked(name, baselines[name])
        if width_of(text, BODY, bold=True) > box.width:
            text = marked(fitted(name, box.width - 0.15, BODY, bold=True), baselines[name])
        sheet.write(text, box.left, top + 0.02, bold=True)
        sheet.write(cost_text(costs[name]), box.left, top + 0.03 + BODY * LINE / 72, size=SMALL, color=GREY)


def _panel(sheet: Sheet, comparison: Comparison, names: Sequence[str], measure: Measure, box: Box) -> None:
    rows = {(row.architecture, row.placement): row for row in comparison.rows}
    numbers = {key: _number(measure, row) for key, row in rows.items()}
    room = max((width_of(text, SMALL) for (_, case), text in numbers.items() if case in _SHOWN), default=0.5)
    plot = Box(left=box.left, top=box.top, width=box.width - room - _NUMBER_GAP, height=box.height)
    axes = sheet.axes(plot)
    axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))
    most = _most(comparison)
    axes.set_xlim(0, most)
    axes.set_ylim(max(len(names), 1), 0)
    _scale(axes, measure, most, plot.width)
    sheet.write(measure.title, box.left, box.top - 0.4, bold=True)
    sheet.write("mean", box.right, box.top - 0.2, size=SMALL, color=GREY, align="right")
    for i, name in enumerate(names):
        axes.axhline(i + 1, color=RULE, linewidth=0.5, zorder=0.5)
        for look in LOOKS:
            row = rows.get((name, look.case))
            if row is None:
                continue
            _dot(axes, measure.of(row), look, i + 0.5 + look.offset)
            at = box.top + ROW * (i + 0.5 + look.offset) - SMALL / 72 / 2
            sheet.write(numbers[name, look.case], box.right, at, size=SMALL, align="right", color=look.color)


def _number(measure: Measure, row: ComparisonRow) -> str:
    return f"{'≥ ' if row.open_at_horizon else ''}{measure.text(measure.of(row).mean)}"


def _most(comparison: Comparison) -> float:
    """The end of both scales, in minutes: the same for both, since nothing is lost for longer than it is down."""
    ends = [
        max(*(estimate.ci95 or (0.0,)), estimate.p95, estimate.mean)
        for row in comparison.rows
        if row.placement in _SHOWN
        for estimate in (row.outage_minutes, row.lost_minutes)
    ]
    return max([1.0, *ends]) * 1.06


def _scale(axes: Axes, measure: Measure, most: float, room: float) -> None:
    """Round values, each where its label keeps clear of the one before."""
    chosen: list[tuple[float, str]] = [(0.0, "0")]
    free = room * 2
    for value in sorted(measure.ticks, reverse=True):
        text = measure.text(value).replace(".0", "")
        middle, half = room * float(np.sqrt(value / most)), width_of(text, SMALL) / 2
        if 0 < value <= most and middle + half <= free and middle - half > 0.2:
            chosen.append((value, text))
            free = middle - half - 0.14
    axes.set_xticks([value for value, _ in chosen], [text for _, text in chosen])
    axes.set_yticks([])
    axes.tick_params(axis="x", length=3, pad=3)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.spines["bottom"].set_visible(True)
    axes.set_xlabel(measure.axis, fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)


def _dot(axes: Axes, estimate: Estimate, look: Look, y: float) -> None:
    axes.plot([estimate.p05, estimate.p95], [y, y], color=look.color, linewidth=0.9, zorder=3, clip_on=False)
    # Higher than the dot, so that an interval narrower than the dot is still seen.
    if estimate.ci95 is not None:
        ends = [max(0.0, end) for end in estimate.ci95]
        axes.plot(ends, [y, y], color=look.color, alpha=0.35, linewidth=_THICK, solid_capstyle="butt", zorder=2, clip_on=False)
    axes.add_line(_marker(estimate.mean, y, look))
