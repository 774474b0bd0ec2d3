"""Numbers beside the dots of a picture: from 1 in their order, those of a crowd together, none over another or over a dot."""

from collections.abc import Sequence

from matplotlib.patheffects import withStroke

from simulator.report.sheet import Box, Sheet
from simulator.report.style import INK, SMALL, width_of

_CLOSE = (0.09, 0.14)
"""Inches across and down between two dots below which they share a label."""
_BESIDE = 0.11
_DOT = 0.06
_HEIGHT = SMALL / 72 * 1.15
_SHIFTS = (0.0, -0.6, 0.6, -1.2, 1.2, -2.0, 2.0)

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def number(sheet: Sheet, dots: Sequence[Point], box: Box) -> None:
    """Writes the numbers of dots, given in inches, inside a panel. A label without room is left out: a list beside has to have them all."""
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]
    for crowd in crowds(dots):
        text = ranges([i + 1 for i in crowd])
        spot = _free(dots[crowd[0]][0], sum(dots[i][1] for i in crowd) / len(crowd), width_of(text, SMALL, bold=True), box, taken)
        if spot is None:
            continue
        taken.append(spot)
        label = sheet.write(text, spot[0], (spot[1] + spot[3]) / 2 - SMALL / 144, size=SMALL, bold=True, color=INK)
        # Lines that run behind a number leave it readable.
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])


def _free(x: float, y: float, width: float, box: Box, taken: Sequence[Rectangle]) -> Rectangle | None:
    for shift in _SHIFTS:
        for left in (x + _BESIDE, x - _BESIDE - width):
            middle = y + shift * _HEIGHT
            spot = (left, middle - _HEIGHT / 2, left + width, middle + _HEIGHT / 2)
            inside = box.left + 0.02 < spot[0] and spot[2] < box.right and box.top - 0.1 < spot[1] and spot[3] < box.bottom
            if inside and not any(_meet(spot, other) for other in taken):
                return spot
    return None


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crowds(dots: Sequence[Point]) -> list[list[int]]:
    """The indices of dots, by those that lie too close to each other for labels of their own."""
    groups: list[list[int]] = []
    for i in sorted(range(len(dots)), key=dots.__getitem__):
        x, y = dots[i]
        near = next((g for g in groups if abs(dots[g[-1]][0] - x) < _CLOSE[0] and abs(dots[g[-1]][1] - y) < _CLOSE[1]), None)
        if near is None:
            groups.append([i])
        else:
            near.append(i)
    return groups


def ranges(numbers: Sequence[int]) -> str:
    """`1–3, 7`."""
    runs: list[list[int]] = []
    for one in sorted(numbers):
        if runs and one == runs[-1][-1] + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)
