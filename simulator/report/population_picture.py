"""A population in an incident, as a picture: the blast radius over the clock, and below it how many of each class were down how long."""

from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.population_results import PopulationResult, PopulationRow
from simulator.ensemble.results import Band
from simulator.report.captions import conditional, replications_text, traced
from simulator.report.clock import clock_axis, duration_text, window_of
from simulator.report.marks import LEADERS, EventTexts, draw_flags, draw_lines, event_sign
from simulator.report.outages_picture import MEASURES
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import BLUE, BODY, GREY, LINE, MARGIN, RULE, SKY, SMALL, VERMILLION, WIDTH, fitted, look, width_of
from simulator.report.wording import percent

PANEL = 2.1
ROW = 0.42
_AXIS = 0.74
_SCALE = 0.62
_NAME = 2.3
_SHARE = 1.9
_PALE = "#F6D9C4"
USERS: Literal["dashed"] = "dashed"
_THICK = 8.0
_TOPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_STILL = 0.002


def write_population_picture(found: PopulationResult, folder: Path) -> list[Path]:
    """`population.png` and `population.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("population"):
        return save(population_sheet(found), folder, "population")


def population_sheet(found: PopulationResult) -> Sheet:
    """Share of tenants and of users that is down over time; of each class the share ever down and the lengths of their outages."""
    origin = found.origin
    heading = Heading(
        title=f"Tenants of {found.population} in {origin.scenario}",
        lines=(found.summary, f"{_sample(found)}, deployed as is assumed. {conditional(origin)}"),
        key=_key(found),
    )
    curves = [(band.seconds, values) for band in (found.tenants_down, found.users_down) for values in (band.p05, band.p50, band.p95)]
    window = window_of(origin.start, origin.horizon_seconds, curves, [event.seconds for event in found.events], still=_STILL)
    texts = EventTexts(events=found.events, window=window, width=WIDTH)
    top = heading.height() + (LEADERS if found.events else 0.1)
    over_time = Box(left=MARGIN + _SCALE, top=top, width=WIDTH - 2 * MARGIN - _SCALE, height=PANEL)
    classes = over_time.bottom + _AXIS + 0.5
    below = classes + ROW * len(found.rows) + 0.65
    notes = [note for note in (window.note(), traced(origin)) if note]
    sheet = Sheet(below + texts.height() + footer_height(notes))
    heading.draw(sheet)
    axes = sheet.axes(over_time)
    highest = max(max(band.p95) for band in (found.tenants_down, found.users_down))
    _band(axes, found.users_down, origin.horizon_seconds, users=True)
    _band(axes, found.tenants_down, origin.horizon_seconds, users=False)
    draw_lines(axes, found.events)
    _share_axis(axes, next(end for end in _TOPS if highest <= end or end == 1.0))
    clock_axis(axes, window, over_time.width, labelled=True)
    if found.events:
        draw_flags(sheet, found.events, window, over_time)
    _classes(sheet, found, classes)
    texts.draw(sheet, below)
    footer(sheet, notes)
    return sheet


def _sample(found: PopulationResult) -> str:
    count = found.rows[0].sample_tenants
    return f"A sample of {count:,} tenant{'s' if count != 1 else ''}"


def _key(found: PopulationResult) -> tuple[Sign, ...]:
    signs = [
        Sign(text=f"tenants below {percent(found.objective)}, median", artists=(Line2D([0, 1], [0.5, 0.5], color=BLUE, linewidth=1.8),)),
        Sign(text="5–95 %", artists=(Rectangle((0, 0), 1, 1, facecolor=SKY, edgecolor="none"),)),
        Sign(text="users of these", artists=(Line2D([0, 1], [0.5, 0.5], color=VERMILLION, linewidth=1.8, linestyle=USERS),)),
        Sign(text="5–95 %", artists=(Rectangle((0, 0), 1, 1, facecolor=_PALE, edgecolor="none"),)),
        Sign(text=f"over {replications_text(found.replications)}"),
    ]
    return (*signs, *([event_sign()] if found.events else []))


def _band(axes: Axes, band: Band, horizon: float, *, users: bool) -> None:
    table = np.array([band.seconds, band.p05, band.p50, band.p95])
    kept = np.concatenate(([True], (table[1:, 1:] != table[1:, :-1]).any(axis=0)))
    last = table[:, -1:].copy()
    last[0] = max(horizon, float(last[0, 0]))
    seconds, low, middle, high = np.concatenate((table[:, kept], last), axis=1)
    color, pale, style = (VERMILLION, _PALE, USERS) if users else (BLUE, SKY, "solid")
    axes.fill_between(seconds, low, high, step="post", facecolor=pale, edgecolor="none", zorder=1.2 if users else 1.3, alpha=0.8)
    name = "users down" if users else "tenants down"
    axes.step(seconds, middle, where="post", color=color, linewidth=1.8, linestyle=style, zorder=3, solid_joinstyle="miter", gid=name)


def _share_axis(axes: Axes, highest: float) -> None:
    axes.set_ylim(0, highest * 1.04)
    ticks = [0.0, highest / 2, highest]
    axes.set_yticks(ticks, [percent(tick) for tick in ticks])
    axes.tick_params(axis="y", length=3, pad=3)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.spines["left"].set_visible(True)
    axes.set_ylabel("share that is down", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)


# -- class by class ---------------------------------------------------------------------------------------------------------------


def _classes(sheet: Sheet, found: PopulationResult, top: float) -> None:
    height = ROW * len(found.rows)
    number = max(width_of(_median(row), SMALL) for row in found.rows) + 0.16
    share = Box(left=MARGIN + _NAME, top=top, width=_SHARE - 0.75, height=height)
    left = MARGIN + _NAME + _SHARE + 0.1
    lengths = Box(left=left, top=top, width=WIDTH - MARGIN - left - number, height=height)
    sheet.write("Ever down", share.left, top - 0.4, bold=True)
    sheet.write("Length of the outage of those that were", lengths.left, top - 0.4, bold=True)
    sheet.write("median", WIDTH - MARGIN, top - 0.2, size=SMALL, color=GREY, align="right")
    _shares(sheet, found, share)
    _lengths(sheet, found, lengths)
    for i, row in enumerate(found.rows):
        at = top + ROW * i
        name = "all tenants" if row.name is None else row.name
        sheet.write(fitted(name, _NAME - 0.1, BODY, bold=True), MARGIN, at + 0.05, bold=True)
        said = f"{percent(row.share)} of all tenants" if row.name else ""
        sheet.write(said, MARGIN, at + 0.05 + BODY * LINE / 72, size=SMALL, color=GREY)
        middle = at + ROW / 2 - SMALL / 72 / 2
        sheet.write("" if row.toll is None else percent(row.toll.down_ever.p50), share.right + 0.62, middle, size=SMALL, align="right")
        sheet.write(_median(row), WIDTH - MARGIN, middle, size=SMALL, align="right")


def _median(row: PopulationRow) -> str:
    if row.toll is None:
        return ""
    return "none" if row.toll.outage_of_down is None else duration_text(row.toll.outage_of_down["p50"].p50)


def _outages_of(row: PopulationRow) -> dict[str, float]:
    """Medians over replications of the quantiles of outages; none where no tenant was down."""
    down = None if row.toll is None else row.toll.outage_of_down
    return {level: one.p50 for level, one in (down or {}).items()}


def _shares(sheet: Sheet, found: PopulationResult, box: Box) -> None:
    axes = sheet.axes(box)
    axes.set_xlim(0, 1)
    _rows(axes, len(found.rows))
    axes.set_xticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.set_xlabel("of the class", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
    for i, row in enumerate(found.rows):
        if row.toll is None:
            continue
        one = row.toll.down_ever
        axes.barh(i + 0.5, one.p50, height=0.5, color=BLUE if row.name else GREY, zorder=2)
        axes.plot([one.p05, one.p95], [i + 0.5, i + 0.5], color="black", linewidth=0.9, zorder=3, clip_on=False)


def _lengths(sheet: Sheet, found: PopulationResult, box: Box) -> None:
    axes = sheet.axes(box)
    axes.set_xscale("function", functions=(lambda x: np.sqrt(np.maximum(x, 0.0)), np.square))
    most = max([1.0, *(_outages_of(row).get("p95", 0.0) for row in found.rows)]) * 1.06
    axes.set_xlim(0, most)
    _rows(axes, len(found.rows))
    _ticks(axes, most, box.width)
    axes.set_xlabel(
        "median, middle half and 5–95 % of them, square-root scale", fontsize=SMALL, color=GREY, labelpad=4,
        parse_math=False,
    )  # fmt: skip
    for i, row in enumerate(found.rows):
        at = _outages_of(row)
        if not at:
            continue
        y, color = i + 0.5, BLUE if row.name else GREY
        axes.plot([at["p05"], at["p95"]], [y, y], color=color, linewidth=0.9, zorder=3, clip_on=False)
        axes.plot([at["p25"], at["p75"]], [y, y], color=color, alpha=0.35, linewidth=_THICK, solid_capstyle="butt", zorder=2, clip_on=False)
        axes.plot([at["p50"]], [y], linestyle="none", marker="o", markersize=5.5, color=color, zorder=4, clip_on=False)


def _rows(axes: Axes, rows: int) -> None:
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    for i in range(rows):
        axes.axhline(i + 1, color=RULE, linewidth=0.5, zorder=0.5)
    axes.tick_params(axis="x", length=3, pad=3)
    axes.grid(axis="x", color=RULE, linewidth=0.5)


def _ticks(axes: Axes, most: float, room: float) -> None:
    """Round durations, each where its label keeps clear of the one to its right."""
    chosen: list[tuple[float, str]] = [(0.0, "0")]
    free = room * 2
    for value in sorted(MEASURES[0].ticks, reverse=True):
        text = duration_text(value).replace(".0", "")
        middle, half = room * float(np.sqrt(value / most)), width_of(text, SMALL) / 2
        if 0 < value <= most and middle + half <= free and middle - half > 0.2:
            chosen.append((value, text))
            free = middle - half - 0.14
    axes.set_xticks([value for value, _ in chosen], [text for _, text in chosen])
