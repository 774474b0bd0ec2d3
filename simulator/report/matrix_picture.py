"""Incidents times architectures as a heat map of lost minutes, the hit case beside the average, and what each incident would have taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.patches import Rectangle

from simulator.ensemble.matrix_results import Matrix
from simulator.report.baseline_notes import baseline_texts, marked_row, of_matrix
from simulator.report.captions import replications_text
from simulator.report.clock import duration_text
from simulator.report.matrix_grid import GUTTER, HEADS, SCALE, Color, Grid, color_of, draw_grid, framed, labels_width, least_lines
from simulator.report.matrix_wording import CHOSEN, CONDITIONAL, cost_text, dates, empty, enough, is_open, verdict, worth
from simulator.report.sheet import Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import BODY, GREY, LINE, MARGIN, SKY, SMALL, WIDTH, balanced, fitted, look, unbroken, width_of

_CELL = (0.8, 1.3)
"""Inches that a column takes at least and at most."""
_LONGEST_NAME = 2.3


def write_matrix_picture(matrix: Matrix, folder: Path) -> list[Path]:
    """`matrix.png` and `matrix.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("matrix"):
        return save(matrix_sheet(matrix), folder, "matrix")


def matrix_sheet(matrix: Matrix) -> Sheet:
    """Two panels, rows in order of cost and columns in order of date, and below them a line on each incident."""
    names = min(max(width_of(marked_row(matrix, row), BODY, bold=True) for row in matrix.rows), _LONGEST_NAME)
    costs = max(width_of(f"cost {cost_text(row)}", SMALL) for row in matrix.rows)
    compared = any(map(enough, matrix.incidents))
    left = MARGIN + max(names + 0.12 + costs + 0.15, labels_width() + 0.1 if compared else 0.0)
    cell = min(max((WIDTH - MARGIN - GUTTER - left) / (2 * len(matrix.incidents)), _CELL[0]), _CELL[1])
    width = max(WIDTH, left + 2 * len(matrix.incidents) * cell + GUTTER + MARGIN)
    heading = Heading(
        title="What each architecture loses in each incident",
        lines=(*baseline_texts(of_matrix(matrix)), _cases(matrix), CONDITIONAL), key=_key(matrix),
    )  # fmt: skip
    architectures = sum(row.kind == "architecture" for row in matrix.rows)
    grid = Grid(
        left=left, top=heading.height(width) + HEADS, cell=cell, columns=len(matrix.incidents), architectures=architectures,
        tenants=len(matrix.rows) - architectures, least=least_lines(matrix, cell),
    )  # fmt: skip
    told = _told(matrix, width)
    notes = _notes(matrix, width)
    below = grid.bottom + 0.25
    sheet = Sheet(below + sum(one.height for one in told) + footer_height(notes) + 0.1, width)
    heading.draw(sheet)
    draw_grid(sheet, matrix, grid, names)
    _list(sheet, told, below)
    footer(sheet, notes)
    return sheet


def _cases(matrix: Matrix) -> str:
    chance = " (†: where chance struck)" if any(one.by_chance for one in matrix.incidents) else ""
    mean = f"mean of {replications_text(matrix.replications)}"
    return f"Lost minutes of the whole demand, {mean}. Hit: placed where the failure strikes{chance}. Average: over all placements."


def _key(matrix: Matrix) -> tuple[Sign, ...]:
    def patch(color: Color) -> Artist:
        return Rectangle((0, -0.3), 1, 1.6, facecolor=color, edgecolor="none")

    signs = [Sign(text="0 min", artists=(patch(SKY),)), *(Sign(text=f"{v:,.0f} min", artists=(patch(color_of(v)),)) for v in SCALE)]
    if any(cell.empty_because or cell.never_hit for cell in matrix.cells):
        signs.append(Sign(text="no place in it, or never hit", artists=(framed((0, -0.3), 1, 1.6),)))
    return tuple(signs)


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
        source = f"sha256 {one.origin.scenario_sha256[:12]}, {duration_text(one.origin.horizon_seconds / 60)} simulated"
        name = fitted(one.origin.scenario, room - width_of(f", {source}", SMALL) - 0.05, SMALL)
        lines = balanced(unbroken(worth(one)), room, SMALL, most=4)
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


def _notes(matrix: Matrix, width: float) -> list[str]:
    reasons = empty(matrix)
    notes = reasons if len(reasons) < 4 else [*reasons[:2], f"The table says why {len(reasons) - 2} others have no place."]
    if any(map(is_open, matrix.cells)):
        notes.append("≥: a lower bound, since in some replications it was still down when the simulated time ended.")
    version = matrix.incidents[0].origin.azsim_version if matrix.incidents else ""
    chosen = balanced(unbroken(f"{CHOSEN} ?: in doubt."), width - 2 * MARGIN, SMALL, most=4) if any(map(enough, matrix.incidents)) else []
    return [*chosen, *notes, f"azsim {version}, seed {matrix.seed}"]

