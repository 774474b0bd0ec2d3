"""The grid of the heat map: what each row lost in each incident, and below the architectures what leaving one zone is worth."""

import math
from dataclasses import dataclass

from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.patches import Rectangle

from simulator.ensemble.matrix_results import Cell, Figures, Matrix, Reach, Row, Struck
from simulator.report.baseline_notes import marked_row
from simulator.report.clock import duration_text
from simulator.report.matrix_wording import ELSEWHERE, NONE, NOTHING, REGIONS, UNSURE, ZONES, cost_text, dates, enough, share_saved
from simulator.report.outages_picture import minutes_text
from simulator.report.sheet import Box, Sheet
from simulator.report.style import BODY, GREY, INK, LINE, MARGIN, RULE, SKY, SMALL, VERMILLION, fitted, width_of, wrapped

ROW = 0.34
GUTTER = 0.35
HEADS = 0.86
_BETWEEN = 0.34
_LINE = SMALL * LINE / 72
# Lightness falls all the way, so that grey print and colour-blind eyes see the same order; what is nothing is of another hue.
_RAMP = LinearSegmentedColormap.from_list("lost", ["#FDEBDD", "#F3B384", VERMILLION, "#7A3200", "#3A1800"])
SCALE = (1.0, 10.0, 100.0, 1_000.0, 10_000.0)
"""Minutes that the key shows: the same in every picture, so that two of them can be held side by side."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHARES: tuple[tuple[str, Reach], ...] = (("saved by more zones", "zones"), ("saved by a second region", "regions"))
LEAST = "at least half is saved by"
_WORDS = {
    NOTHING: "–", UNSURE: "?", ZONES: "zones", REGIONS: "second region", ELSEWHERE: "only leaving the region", NONE: "nothing here",
}  # fmt: skip
_MOST_LINES = 3
Color = str | tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Where rows and columns stand on the page, in inches; `architectures` and `tenants` are numbers of rows."""

    left: float
    top: float
    cell: float
    columns: int
    architectures: int
    tenants: int
    least: tuple[list[str], ...]
    """Of each incident, in lines, the least that saves at least half; empty where nothing is compared in any of them."""

    def panel(self, number: int) -> float:
        """Left edge of a panel."""
        return self.left + number * (self.columns * self.cell + GUTTER)

    def row(self, i: int) -> float:
        """Upper edge of a row; tenants come below what is said of the architectures."""
        return self.top + i * ROW + (self.strip + _BETWEEN if i >= self.architectures else 0.0)

    @property
    def strip(self) -> float:
        """Height of what is said below the architectures."""
        return (len(_SHARES) + max(map(len, self.least))) * _LINE + 0.12 if self.least else 0.0

    @property
    def bottom(self) -> float:
        if self.tenants:
            return self.row(self.architectures + self.tenants - 1) + ROW
        return self.top + self.architectures * ROW + self.strip


def least_lines(matrix: Matrix, cell: float) -> tuple[list[str], ...]:
    """Of each incident the least that saves at least half, in columns of so many inches; empty where nothing is compared."""
    found = [enough(one) for one in matrix.incidents]
    room = cell - 0.04
    return tuple(wrapped(_WORDS.get(one, "–"), room, SMALL, most=_MOST_LINES, bold=True) for one in found) if any(found) else ()


def labels_width() -> float:
    """Inches that the labels of the rows below the architectures take."""
    return max(width_of(text, SMALL) for text in (LEAST, *(label for label, _ in _SHARES)))


def color_of(minutes: float) -> Color:
    """On a logarithmic scale from one minute to ten thousand; nothing at all has a colour of its own."""
    if minutes <= 0:
        return SKY
    red, green, blue, alpha = _RAMP(min(max(math.log(minutes / SCALE[0]) / math.log(SCALE[-1] / SCALE[0]), 0.0), 1.0))
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


def framed(corner: tuple[float, float], width: float, height: float) -> Rectangle:
    """A cell without a figure."""
    return Rectangle(corner, width, height, facecolor="white", edgecolor=RULE, linewidth=0.8)


def draw_grid(sheet: Sheet, matrix: Matrix, grid: Grid, names: float) -> None:
    """The names of the rows, both panels, and what leaving one zone is worth."""
    _row_names(sheet, matrix, grid, names)
    for number, title in enumerate(("Hit", "Average")):
        _panel(sheet, matrix, grid, number, title)
    if grid.least:
        _strip(sheet, matrix, grid)


def _row_names(sheet: Sheet, matrix: Matrix, grid: Grid, room: float) -> None:
    for i, row in enumerate(matrix.rows):
        top = grid.row(i) + ROW / 2 - BODY / 72 / 2
        sheet.write(fitted(marked_row(matrix, row), room, BODY, bold=True), MARGIN, top, bold=True)
        cost = cost_text(row)
        sheet.write(f"cost {cost}" if cost else "", grid.left - 0.12, top + 0.01, size=SMALL, color=GREY, align="right")
    if grid.tenants:
        chance = " (†: where chance struck)" if any(one.by_chance for one in matrix.incidents) else ""
        sheet.write(f"Tenants, where they stood{chance}", MARGIN, grid.row(grid.architectures) - 0.2, size=SMALL, color=GREY)


def _shown(cell: Cell, row: Row, number: int) -> Figures | None:
    if row.kind == "tenant":
        return cell.stood
    return cell.expected if number else cell.struck


def _panel(sheet: Sheet, matrix: Matrix, grid: Grid, number: int, title: str) -> None:
    left = grid.panel(number)
    sheet.write(title, left, grid.top - HEADS + 0.08, bold=True)
    axes = sheet.axes(Box(left=left, top=grid.top, width=grid.columns * grid.cell, height=grid.bottom - grid.top))
    axes.set_axis_off()
    axes.set_xlim(0, grid.columns)
    axes.set_ylim(grid.bottom, grid.top)
    rows = matrix.rows[: grid.architectures] if number else matrix.rows
    for k, (one, day) in enumerate(zip(matrix.incidents, dates(matrix.incidents), strict=True)):
        middle = left + (k + 0.5) * grid.cell
        mark = "†" if one.by_chance and not number else ""
        _head(sheet, one, f"{day}{mark}", Box(left=middle - grid.cell / 2, top=grid.top - 0.58, width=grid.cell, height=0.58))
        for i, row in enumerate(rows):
            figures = _shown(matrix.cell(one.origin.scenario, row), row, number)
            color: Color = "white" if figures is None else color_of(figures.lost_minutes.mean)
            corner, high = (k + 0.02, grid.row(i) + 0.012), ROW - 0.024
            axes.add_patch(framed(corner, 0.96, high) if figures is None else Rectangle(corner, 0.96, high, facecolor=color, linewidth=0))
            text = "–" if figures is None else fitted(number_text(figures), grid.cell - 0.04, SMALL)
            ink = GREY if figures is None else _ink_on(color)
            sheet.write(text, middle, grid.row(i) + ROW / 2 - SMALL / 72 / 2, size=SMALL, align="center", color=ink)


def _head(sheet: Sheet, one: Struck, day: str, box: Box) -> None:
    start = one.origin.start
    # What comes after the day tells two of one day apart.
    words = ("invented", day[len("invented") :]) if one.invented else (f"{start.day} {_MONTHS[start.month - 1]}", f"{start:%Y}{day[10:]}")
    for n, text in enumerate((*words, duration_text(one.origin.horizon_seconds / 60))):
        at, color = box.top + n * _LINE, GREY if n == len(words) else INK
        sheet.write(fitted(text, box.width, SMALL), box.left + box.width / 2, at, size=SMALL, align="center", color=color)


def _strip(sheet: Sheet, matrix: Matrix, grid: Grid) -> None:
    """Below the hit panel: per cent of what one zone loses that leaving it saves, and the least that saves at least half."""
    top = grid.top + grid.architectures * ROW + 0.1
    for n, label in enumerate((*(label for label, _ in _SHARES), LEAST)):
        sheet.write(label, MARGIN, top + n * _LINE, size=SMALL, color=GREY)
    for k, (one, least) in enumerate(zip(matrix.incidents, grid.least, strict=True)):
        middle = grid.panel(0) + (k + 0.5) * grid.cell
        for n, text in enumerate((*(share_saved(one, reach) for _, reach in _SHARES), *least)):
            bold = n >= len(_SHARES)
            sheet.write(fitted(text, grid.cell, SMALL, bold=bold), middle, top + n * _LINE, size=SMALL, bold=bold, align="center")
