"""Incidents times architectures as a heat map of lost minutes, the hit case beside the average, and what each incident would have taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from simulator.ensemble.matrix_results import Figures, Matrix, Struck
from simulator.report.captions import cost_text, replications_text
from simulator.report.clock import duration_text
from simulator.report.matrix_wording import CONDITIONAL, NOTHING, UNSURE, dates, empty, enough, is_open, verdict, worth
from simulator.report.outages_picture import minutes_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import (
    BODY,
    GREY,
    INK,
    LINE,
    MARGIN,
    RULE,
    SKY,
    SMALL,
    VERMILLION,
    WIDTH,
    balanced,
    fitted,
    look,
    width_of,
)

ROW = 0.34
_CELL = (0.66, 1.3)
"""Inches that a column takes at least and at most."""
_GUTTER = 0.35
_LONGEST_NAME = 2.3
_HEADS = 0.86
_BETWEEN = 0.34
# Lightness falls all the way, so that grey print and colour-blind eyes see the same order; what is nothing is of another hue.
_RAMP = LinearSegmentedColormap.from_list("lost", ["#FDEBDD", "#F3B384", VERMILLION, "#7A3200", "#3A1800"])
_LEAST = 0.1
"""Minutes from which on the colour changes."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENOUGH = "half is saved by"
_WORDS = {NOTHING: "–", UNSURE: "?"}
Color = str | tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Where rows and columns stand on the page, in inches; `tenants` is the number of the first tenant's row, `most` the end of the
    scale of colours in minutes."""

    left: float
    top: float
    cell: float
    columns: int
    tenants: int
    rows: int
    most: float

    def panel(self, number: int) -> float:
        """Left edge of a panel."""
        return self.left + number * (self.columns * self.cell + _GUTTER)

    def row(self, i: int) -> float:
        """Upper edge of a row; tenants keep a distance from the architectures."""
        return self.top + i * ROW + (_BETWEEN if i >= self.tenants > 0 else 0.0)

    @property
    def bottom(self) -> float:
        return self.row(self.rows - 1) + ROW


def write_matrix_picture(matrix: Matrix, folder: Path) -> list[Path]:
    """`matrix.png` and `matrix.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("matrix"):
        return save(matrix_sheet(matrix), folder, "matrix")


def matrix_sheet(matrix: Matrix) -> Sheet:
    """Two panels, rows in order of cost and columns in order of date, and below them a line on each incident."""
    most = top_of([cell.struck.lost_minutes.mean for cell in matrix.cells if cell.struck is not None])
    names = min(max(width_of(row.name, BODY, bold=True) for row in matrix.rows), _LONGEST_NAME)
    names = max(names, width_of(ENOUGH, SMALL))
    left = MARGIN + names + 0.12 + width_of(cost_text(1.11), SMALL) + 0.15
    cell = min(max((WIDTH - MARGIN - _GUTTER - left) / (2 * len(matrix.incidents)), _CELL[0]), _CELL[1])
    width = max(WIDTH, left + 2 * len(matrix.incidents) * cell + _GUTTER + MARGIN)
    heading = Heading(
        title="What each architecture loses in each incident",
        lines=(_cases(matrix), CONDITIONAL),
        key=_key(matrix, most),
    )
    architectures = sum(row.kind == "architecture" for row in matrix.rows)
    grid = Grid(
        left=left, top=heading.height(width) + _HEADS, cell=cell, columns=len(matrix.incidents), rows=len(matrix.rows),
        tenants=architectures if architectures < len(matrix.rows) else 0, most=most,
    )  # fmt: skip
    told = _told(matrix, width)
    notes = _notes(matrix)
    below = grid.bottom + ROW + 0.3
    sheet = Sheet(below + sum(one.height for one in told) + footer_height(notes) + 0.1, width)
    heading.draw(sheet)
    _row_names(sheet, matrix, grid, names)
    for number, title in enumerate(("Hit", "Average")):
        _panel(sheet, matrix, grid, number, title)
    _strip(sheet, matrix, grid)
    _list(sheet, told, below)
    footer(sheet, notes)
    return sheet


def _cases(matrix: Matrix) -> str:
    chance = " (†: where chance struck)" if any(one.by_chance for one in matrix.incidents) else ""
    mean = f"mean of {replications_text(matrix.replications)}"
    return f"Lost minutes of the whole demand, {mean}. Hit: placed where the failure strikes{chance}. Average: over all placements."


def top_of(minutes: Sequence[float]) -> float:
    """Where the scale of colours ends: the next power of ten, and ten minutes at least."""
    return float(10.0 ** max(1, math.ceil(math.log10(max([1.0, *minutes])) - 1e-9)))


def color_of(minutes: float, most: float) -> Color:
    """On a logarithmic scale from a tenth of a minute to `most`; nothing at all has a colour of its own."""
    if minutes <= 0:
        return SKY
    at = math.log(max(minutes, _LEAST) / _LEAST) / math.log(most / _LEAST)
    red, green, blue, alpha = _RAMP(min(at, 1.0))
    return red, green, blue, alpha


def _ink_on(color: Color) -> str:
    """Black or white, whichever is told better from the colour: by its relative luminance (WCAG 2.1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "white"


def number_text(figures: Figures) -> str:
    """Lost minutes as short as they are understood: `0` is nothing at all, `<0.1` nearly nothing, `≥` a lower bound."""
    minutes = figures.lost_minutes.mean
    if minutes < 0.05:
        return "<0.1" if minutes > 0 else "0"
    text = minutes_text(minutes)
    for size, unit in ((1e6, "M"), (1e5, "k")):
        if minutes >= size:
            text = f"{minutes / (1e6 if unit == 'M' else 1e3):,.3g}{unit}"
            break
    return f"≥{text}" if figures.open_at_horizon > 0 else text


def _key(matrix: Matrix, most: float) -> tuple[Sign, ...]:
    def patch(color: Color) -> Artist:
        return Rectangle((0, -0.3), 1, 1.6, facecolor=color, edgecolor="none")

    steps = [(value, f"{value:,.0f} min") for value in (10.0**e for e in range(9)) if value <= most]
    signs = [Sign(text="nothing lost", artists=(patch(SKY),)), *(Sign(text=text, artists=(patch(color_of(v, most)),)) for v, text in steps)]
    if any(cell.empty_because for cell in matrix.cells):
        signs.append(Sign(text="no place in it", artists=(_framed((0, -0.3), 1, 1.6),)))
    return tuple(signs)


def _framed(corner: tuple[float, float], width: float, height: float) -> Rectangle:
    return Rectangle(corner, width, height, facecolor="white", edgecolor=RULE, linewidth=0.8)


def _row_names(sheet: Sheet, matrix: Matrix, grid: Grid, room: float) -> None:
    for i, row in enumerate(matrix.rows):
        top = grid.row(i) + ROW / 2 - BODY / 72 / 2
        sheet.write(fitted(row.name, room, BODY, bold=True), MARGIN, top, bold=True)
        cost = "" if row.cost_index is None else cost_text(row.cost_index)
        sheet.write(cost, grid.left - 0.12, top + 0.01, size=SMALL, color=GREY, align="right")
    if grid.tenants:
        sheet.write("Tenants, where they stood", MARGIN, grid.row(grid.tenants) - 0.2, size=SMALL, color=GREY)


def _panel(sheet: Sheet, matrix: Matrix, grid: Grid, number: int, title: str) -> None:
    left = grid.panel(number)
    sheet.write(title, left, grid.top - _HEADS + 0.08, bold=True)
    axes = sheet.axes(Box(left=left, top=grid.top, width=grid.columns * grid.cell, height=grid.bottom - grid.top))
    axes.set_axis_off()
    axes.set_xlim(0, grid.columns)
    axes.set_ylim(grid.bottom, grid.top)
    for k, (one, day) in enumerate(zip(matrix.incidents, dates(matrix.incidents), strict=True)):
        middle = left + (k + 0.5) * grid.cell
        mark = "†" if one.by_chance and not number else ""
        _head(sheet, grid, one, f"{day[10:]}{mark}", middle)
        for i, row in enumerate(matrix.rows):
            cell = matrix.cell(one.origin.scenario, row)
            figures = cell.expected if number else cell.struck
            color: Color = "white" if figures is None else color_of(figures.lost_minutes.mean, grid.most)
            corner, high = (k + 0.02, grid.row(i) + 0.012), ROW - 0.024
            axes.add_patch(_framed(corner, 0.96, high) if figures is None else Rectangle(corner, 0.96, high, facecolor=color, linewidth=0))
            text = "–" if figures is None else fitted(number_text(figures), grid.cell - 0.04, SMALL)
            ink = GREY if figures is None else _ink_on(color)
            sheet.write(text, middle, grid.row(i) + ROW / 2 - SMALL / 72 / 2, size=SMALL, align="center", color=ink)


def _head(sheet: Sheet, grid: Grid, one: Struck, mark: str, middle: float) -> None:
    start = one.origin.start
    for n, text in enumerate((f"{start.day} {_MONTHS[start.month - 1]}", f"{start:%Y}{mark}", _horizon(one))):
        at = grid.top - 0.58 + n * SMALL * LINE / 72
        sheet.write(fitted(text, grid.cell, SMALL), middle, at, size=SMALL, align="center", color=GREY if n == 2 else INK)


def _horizon(one: Struck) -> str:
    return duration_text(one.origin.horizon_seconds / 60)


def _strip(sheet: Sheet, matrix: Matrix, grid: Grid) -> None:
    """Below the hit panel, the least that saves most of what one zone loses."""
    words = [_WORDS.get(enough(one), enough(one)) for one in matrix.incidents]
    if not any(words):
        return
    at = grid.bottom + 0.1
    sheet.write(ENOUGH, MARGIN, at, size=SMALL, color=GREY)
    for k, word in enumerate(words):
        sheet.write(fitted(word, grid.cell, SMALL), grid.panel(0) + (k + 0.5) * grid.cell, at, size=SMALL, bold=True, align="center")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What is said of an incident: its day with the verdict, the figures behind it, and which file it was."""

    day: str
    verdict: str
    lines: Sequence[str]
    source: str

    @property
    def height(self) -> float:
        return (2 + len(self.lines)) * SMALL * LINE / 72 + 0.1


def _told(matrix: Matrix, width: float) -> list[Entry]:
    room = width - 2 * MARGIN
    out = []
    for one, day in zip(matrix.incidents, dates(matrix.incidents), strict=True):
        source = f"sha256 {one.origin.scenario_sha256[:12]}, {_horizon(one)} simulated"
        name = fitted(one.origin.scenario, room - width_of(f", {source}", SMALL) - 0.05, SMALL)
        lines = balanced(worth(one), room, SMALL, most=4)
        out.append(Entry(day=day, verdict=verdict(one), lines=lines, source=f"{name}, {source}"))
    return out


def _list(sheet: Sheet, told: Sequence[Entry], top: float) -> None:
    for one in told:
        sheet.write(one.day, MARGIN, top, size=SMALL, bold=True, color=GREY)
        left = MARGIN + width_of(one.day, SMALL, bold=True) + 0.12
        sheet.write(fitted(one.verdict, sheet.width - MARGIN - left, SMALL, bold=True), left, top, size=SMALL, bold=True)
        for n, text in enumerate(one.lines, 1):
            sheet.write(text, MARGIN, top + n * SMALL * LINE / 72, size=SMALL)
        sheet.write(one.source, MARGIN, top + (1 + len(one.lines)) * SMALL * LINE / 72, size=SMALL, color=GREY)
        top += one.height


def _notes(matrix: Matrix) -> list[str]:
    reasons = empty(matrix)
    notes = reasons if len(reasons) < 4 else [*reasons[:2], f"The table says why {len(reasons) - 2} others have no place."]
    if any(map(is_open, matrix.cells)):
        notes.append("≥: a lower bound, since in some replications it was still down when the simulated time ended.")
    version = matrix.incidents[0].origin.azsim_version if matrix.incidents else ""
    return [*notes, f"azsim {version}, seed {matrix.seed}"]

