"""All curves of worst windows in one panel, each told by its colour and by its name at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from simulator.report.sheet import Box, Sheet
from simulator.report.style import BLUE, GREY, INK, LINE, SMALL, VERMILLION, fitted

# Okabe and Ito, "Color universal design" (2008), without the yellow that is lost on white.
COLORS = (BLUE, VERMILLION, "#009E73", "#CC79A7", "#56B4E9", "#E69F00", INK)
_DASHES: tuple[Any, ...] = ("solid", (0, (4, 1.5)), (0, (1, 1.2)))
NAMES = 2.5
"""Inches that the names take at the right."""
_LEADER = 0.3
_STEP = SMALL * LINE / 72
_LEAST = 1.8
LOWEST, HIGHEST = -1.05, 0.05
"""Ends of the axis, which is less the square root of the share lost."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """Shares lost by length of the window, in seconds; the band is that of 5-95 % of the replications, where it is known."""

    name: str
    said: str
    lengths: np.ndarray
    lost: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None


def overview_height(curves: Sequence[Curve]) -> float:
    """Inches that the panel takes, so that every name has a line."""
    return max(_LEAST, (len(curves) + 1) * _STEP)


def draw_overview(sheet: Sheet, axes: Axes, box: Box, curves: Sequence[Curve]) -> None:
    """Curves that lie upon each other have one colour, and each its own name."""
    looks = _looks(curves)
    known = [curve for curve in curves if curve.lost.size]
    for curve in known:
        color, dash = looks[_key(curve)]
        axes.plot(curve.lengths, -np.sqrt(curve.lost), color=color, linestyle=dash, linewidth=1.6, zorder=3, gid="all")
    ordered = sorted(known, key=lambda curve: (float(curve.lost[-1]), _key(curve), curve.name))
    ends = [box.top + (HIGHEST + float(np.sqrt(curve.lost[-1]))) / (HIGHEST - LOWEST) * box.height for curve in ordered]
    for curve, end, at in zip(ordered, ends, spread(ends, _STEP, box.bottom), strict=True):
        color, dash = looks[_key(curve)]
        sheet.line(((box.right, end), (box.right + _LEADER - 0.05, at)), color=color, width=0.9).set_linestyle(dash)
        sheet.write(fitted(curve.name, NAMES - _LEADER, SMALL), box.right + _LEADER, at - SMALL / 72 / 2, size=SMALL, color=INK)


def spread(wanted: Sequence[float], step: float, last: float) -> list[float]:
    """Places in order, each at least a step below the one before, as near to those wanted as that allows, and none below the last."""
    places: list[float] = []
    for one in wanted:
        places.append(max(one, places[-1] + step) if places else one)
    floor = last
    for i in reversed(range(len(places))):
        places[i] = min(places[i], floor)
        floor = places[i] - step
    return places


def _key(curve: Curve) -> tuple[float, ...]:
    return tuple(np.round(curve.lost, 6).tolist())


def _looks(curves: Sequence[Curve]) -> Mapping[tuple[float, ...], tuple[str, Any]]:
    different = list(dict.fromkeys(_key(curve) for curve in curves))
    some = [(color, dash) for dash in _DASHES for color in COLORS]
    return {key: some[n] if n < len(some) else (GREY, "solid") for n, key in enumerate(different)}
