"""One look for every picture: colours that colour-blind people tell apart, greys that survive print, text that is only ever text."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

WIDTH = 10.0
"""Inches; at DOTS per inch a PNG is 1600 pixels wide, and still legible at half of that."""
MARGIN = 0.3
DOTS = 160
TITLE, BODY, SMALL = 14.0, 10.0, 9.0
"""Sizes of type in points."""
LINE = 1.32
"""Distance of two lines of text, in sizes of type."""

# The palette of Okabe and Ito, "Color universal design" (2008), and greys. Each stands for one thing in every picture.
INK = "#000000"
BLUE = "#0072B2"
SKY = "#BCDDF2"
VERMILLION = "#D55E00"
GREY = "#595959"
RULE = "#C8C8C8"
PALE = "#F0F0F0"

FAMILY = "DejaVu Sans"
_LOOK: dict[Any, Any] = {
    "font.family": [FAMILY],
    "font.size": BODY,
    # Names and summaries are other people's text: a `$` in them is a dollar.
    "text.parse_math": False,
    "text.usetex": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "hatch.color": GREY,
    # Outlines instead of fonts: no viewer lacks the font, and no label grows into its neighbour there.
    "svg.fonttype": "path",
    "svg.id": None,
}

_NO_BREAK = "\u00a0"
_SPACES = re.compile(rf"[^\S{_NO_BREAK}]+")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|min|h|d)(?!\w))|(?<=[<>]) (?=\d)")


@contextmanager
def look(salt: str) -> Iterator[None]:
    """Inside, matplotlib draws in azsim's style whatever the user's own settings; afterwards those are back.

    `salt` keeps the identifiers inside an SVG the same from run to run, and apart from those of other pictures on one page.
    """
    with mpl.rc_context(), warnings.catch_warnings():
        # A character that the font lacks is drawn as a box; a warning on the terminal would help nobody.
        warnings.filterwarnings("ignore", message="Glyph [0-9]+ ")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support .* natively")
        mpl.rcdefaults()
        mpl.rcParams.update({**_LOOK, "svg.hashsalt": f"azsim {salt}"})
        yield


def plain(text: str) -> str:
    """One line of what can be printed: line breaks become spaces, control characters a dot; no-break spaces stay."""
    return "".join(c if c.isprintable() or c == _NO_BREAK else "·" for c in _SPACES.sub(" ", text).strip())


def unbroken(text: str) -> str:
    """The text with every number kept on one line with its unit."""
    return _UNIT.sub(_NO_BREAK, text)


@lru_cache(maxsize=20_000)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Inches that a line of text takes, rounded up a little because screens round the widths of letters."""
    text = plain(text)
    if not text:
        return 0.0
    font = FontProperties(family=FAMILY, size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
    return float(width) / 72 * 1.02


def fitted(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text on one line of `room` inches; what does not fit is cut out of its middle, since names differ at their ends."""
    text = plain(text)
    if width_of(text, size, bold=bold) <= room:
        return text
    low, high = 0, min(len(text), 400)
    while low < high:
        kept = (low + high + 1) // 2
        if width_of(_without_middle(text, kept), size, bold=bold) <= room:
            low = kept
        else:
            high = kept - 1
    return _without_middle(text, low)


def _without_middle(text: str, kept: int) -> str:
    head = (kept + 1) // 2
    return f"{text[:head]}…{text[len(text) - (kept - head) :]}"


def wrapped(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """The text in lines of `room` inches, at most `most` of them; the last one ends in `…` where there was more."""
    words = plain(text).split(" ")
    lines: list[str] = []
    while words:
        line = fitted(words.pop(0), room, size, bold=bold)
        while words and width_of(f"{line} {words[0]}", size, bold=bold) <= room:
            line = f"{line} {words.pop(0)}"
        lines.append(line)
        if len(lines) == most and words:
            lines[-1] = _with_ellipsis(line, room, size, bold=bold)
            break
    return [line for line in lines if line]


def balanced(text: str, room: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """As `wrapped`, with lines about equally long, so that no word stands alone on the last one."""
    lines = wrapped(text, room, size, most=most, bold=bold)
    longest = max((width_of(word, size, bold=bold) for word in plain(text).split(" ")), default=0.0)
    if len(lines) < 2 or longest > room or lines[-1].endswith(" …"):
        return lines
    low, high = max(longest, 0.7 * room), room
    while high - low > 0.05:
        middle = (low + high) / 2
        low, high = (low, middle) if len(wrapped(text, middle, size, most=most + 1, bold=bold)) <= len(lines) else (middle, high)
    return wrapped(text, high, size, most=most, bold=bold)


def _with_ellipsis(line: str, room: float, size: float, *, bold: bool) -> str:
    while line and width_of(f"{line} …", size, bold=bold) > room:
        line = line[:-1].rstrip()
    return f"{line} …"
