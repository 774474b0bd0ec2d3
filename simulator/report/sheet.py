"""A page that is laid out in inches from its top left corner, so that what stands where is decided and not negotiated."""

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from simulator.report.style import BODY, DOTS, GREY, INK, LINE, MARGIN, SMALL, TITLE, WIDTH, balanced, fitted, plain, width_of

KEY_ROW = 0.27
_SWATCH = 0.3
_NARROW = 0.08
_KEY_GAP = 0.24


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A place on the page, in inches; `top` counts downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width


class Sheet:
    """A figure of a given height, and the only way in which words get onto it."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width, height), dpi=DOTS, facecolor="white")
        FigureCanvasAgg(self.figure)

    def axes(self, box: Box) -> Axes:
        """A panel that fills the box."""
        return self.figure.add_axes((box.left / self.width, 1 - box.bottom / self.height, box.width / self.width, box.height / self.height))

    def write(
        self, text: str, left: float, top: float, *, size: float = BODY, bold: bool = False, color: str = INK, align: str = "left"
    ) -> Text:
        """One line whose capitals begin at `top`, beginning, centred or ending at `left`."""
        # The baseline is placed, not the box around the letters: lines keep their distance whatever letters they hold.
        baseline = top + size * 0.95 / 72
        return self.figure.text(
            left / self.width,
            1 - baseline / self.height,
            plain(text),
            fontsize=size,
            fontweight="bold" if bold else "normal",
            color=color,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
        )

    def line(self, points: Sequence[tuple[float, float]], *, color: str = GREY, width: float = 0.7) -> Line2D:
        """A line through points given in inches from the left and from the top."""
        xs, ys = [x / self.width for x, _ in points], [1 - y / self.height for _, y in points]
        line = Line2D(xs, ys, color=color, linewidth=width, transform=self.figure.transFigure)
        self.figure.add_artist(line)
        return line


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """An entry of the key: what is drawn, in a square from 0 to 1 stretched to the swatch, and what it means."""

    text: str
    artists: tuple[Artist, ...] = ()
    narrow: bool = False

    @property
    def room(self) -> float:
        """Inches up to where the text begins."""
        if not self.artists:
            return 0.0
        return (_NARROW if self.narrow else _SWATCH) + 0.08


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """What a picture is about: a title, the lines under it, and the key to its signs."""

    title: str
    lines: tuple[str, ...]
    key: tuple[Sign, ...] = ()

    def _rows(self, width: float) -> list[tuple[str, float, bool]]:
        room = width - 2 * MARGIN
        rows = [(line, TITLE, True) for line in balanced(self.title, room, TITLE, most=2, bold=True)]
        for line in self.lines:
            rows += [(part, BODY, False) for part in balanced(line, room, BODY, most=3)]
        return rows

    def _key_rows(self, width: float) -> list[list[tuple[Sign, str, float]]]:
        rows: list[list[tuple[Sign, str, float]]] = []
        left = width
        for sign in self.key:
            text = fitted(sign.text, width - 2 * MARGIN - sign.room, SMALL)
            needed = sign.room + width_of(text, SMALL) + _KEY_GAP
            if left + needed > width - MARGIN + _KEY_GAP:
                rows.append([])
                left = MARGIN
            rows[-1].append((sign, text, left))
            left += needed
        return rows

    def height(self, width: float = WIDTH) -> float:
        """Inches from the top of the page to below the key."""
        text = sum(size * LINE / 72 + (0.08 if bold else 0) for _, size, bold in self._rows(width))
        return MARGIN + text + (0.1 + KEY_ROW * len(self._key_rows(width)) if self.key else 0.0)

    def draw(self, sheet: Sheet) -> None:
        """Onto the top of the page."""
        top = MARGIN
        for text, size, bold in self._rows(sheet.width):
            sheet.write(text, MARGIN, top, size=size, bold=bold, color=INK if bold else GREY)
            top += size * LINE / 72 + (0.08 if bold else 0)
        top += 0.1
        for row in self._key_rows(sheet.width):
            for sign, text, left in row:
                _swatch(sheet, sign, left, top)
                sheet.write(text, left + sign.room, top, size=SMALL)
            top += KEY_ROW


def _swatch(sheet: Sheet, sign: Sign, left: float, top: float) -> None:
    if not sign.artists:
        return
    axes = sheet.axes(Box(left=left, top=top, width=sign.room - 0.08, height=SMALL / 72))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for artist in sign.artists:
        axes.add_artist(artist)
        artist.set_clip_on(False)


def footer(sheet: Sheet, lines: Sequence[str]) -> None:
    """Small grey lines at the foot of the page."""
    top = sheet.height - footer_height(lines)
    for line in lines:
        sheet.write(fitted(line, sheet.width - 2 * MARGIN, SMALL), MARGIN, top, size=SMALL, color=GREY)
        top += SMALL * LINE / 72


def footer_height(lines: Sequence[str]) -> float:
    """Inches that the foot takes, with the margin under it."""
    return len(lines) * SMALL * LINE / 72 + 0.15


def save(sheet: Sheet, folder: Path, name: str) -> list[Path]:
    """`name`.png and `name`.svg in the folder, each of them whole or not at all. OSError where the folder cannot be written.

    Nothing of the day, the machine or the versions goes into the files: the same result gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kinds: Mapping[str, Mapping[str, None]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
    written = []
    for kind, metadata in kinds.items():
        buffer = io.BytesIO()
        sheet.figure.savefig(buffer, format=kind, dpi=DOTS, metadata=dict(metadata))
        written.append(_put(folder / f"{name}.{kind}", buffer.getvalue()))
    return written


def _put(path: Path, content: bytes) -> Path:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
