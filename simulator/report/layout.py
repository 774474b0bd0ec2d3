"""Laying out rows of text for the width there is: in columns, else as tables below each other, else in one block per row."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

GAP = "  "
# More than this of one table below each other is harder to read than one block per row.
MOST_PARTS = 3
# Below this a column of prose is a tower of single words.
NARROWEST_PROSE = 24
# Where prose may be broken. Not at a no-break space, which keeps a number with its unit.
_SPACES = " \t\n\r\f\v"
_SPACE = re.compile(f"[{_SPACES}]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line: texts with their styles (as rich names them; empty for none)."""

    spans: tuple[tuple[str, str], ...]

    @property
    def plain(self) -> str:
        return "".join(text for text, _ in self.spans)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its head, whether its cells are numbers (aligned right), and whether they are prose that may be wrapped."""

    head: str
    numeric: bool = False
    prose: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of cells, one per column, under a title and (`headed`) the heads; `styles` names the style of a cell by its text."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    styles: tuple[tuple[str, str], ...] = ()
    headed: bool = True


def line(text: str, style: str = "") -> Line:
    return Line(spans=((text, style),))


def prose(text: str, width: int | None, indent: str = "") -> list[Line]:
    """A paragraph; on a terminal wrapped at its width, elsewhere one line."""
    if width is None:
        return [line(indent + text)]
    return [line(indent + part) for part in wrapped(text, max(width - cell_width(indent), 1))]


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most this width on a terminal; a word that is wider stays whole, because half a number is a wrong number."""
    lines, room = [""], 0
    for word in _SPACE.split(text.strip(_SPACES)):
        size = cell_width(word)
        if lines[-1] and size < room:
            lines[-1] += f" {word}"
            room -= size + 1
        else:
            # The first word replaces the empty line that stands for a text of no words.
            lines[len(lines) - (not lines[-1]) :] = [word]
            room = width - size
    return lines


def laid_out(table: Table, width: int | None) -> list[Line]:
    """The lines of a table. Without a width (a pipe) every row is one line, however long."""
    if not table.rows:
        return prose(table.title, width) if table.title else []
    heads = [column.head if table.headed else "" for column in table.columns]
    widths = [max(map(cell_width, cells)) for cells in zip(heads, *table.rows, strict=True)]
    if width is not None and _total(widths) > width:
        fitting = _squeezed(table, widths, width)
        if fitting is None:
            parts = _parted(widths, width)
            if any(column.prose for column in table.columns) or len(parts) > MOST_PARTS:
                return [*_title(table, width), *_blocks(table, width)]
            return [*_title(table, width), *_in_parts(table, widths, parts)]
        widths = fitting
    return [*_title(table, width), *_columns(table, widths)]


def _parted(widths: Sequence[int], width: int) -> list[list[int]]:
    """The columns in as few tables as the width allows, each beginning with the first column."""
    parts = [[0]]
    for i in range(1, len(widths)):
        if len(parts[-1]) > 1 and _total([widths[k] for k in (*parts[-1], i)]) > width:
            parts.append([0])
        parts[-1].append(i)
    fits = all(_total([widths[k] for k in part]) <= width for part in parts)
    return parts if fits else [[0]] * (MOST_PARTS + 1)


def _in_parts(table: Table, widths: Sequence[int], parts: Sequence[Sequence[int]]) -> Iterator[Line]:
    for n, part in enumerate(parts):
        if n:
            yield line("")
        # A row that has nothing more to say is not named again.
        rows = [row for row in table.rows if not n or any(row[i] for i in part[1:])]
        some = replace(table, columns=tuple(table.columns[i] for i in part), rows=tuple(tuple(row[i] for i in part) for row in rows))
        yield from _columns(some, [widths[i] for i in part])


def cell_width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _title(table: Table, width: int | None) -> list[Line]:
    return [line(each.plain, "bold") for each in prose(table.title, width)] if table.title else []


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _squeezed(table: Table, widths: list[int], width: int) -> list[int] | None:
    """Widths with the columns of prose made narrower, or None where the others alone are too wide."""
    narrow = list(widths)
    prosaic = [i for i, column in enumerate(table.columns) if column.prose]
    for i in sorted(prosaic, key=lambda i: -widths[i]):
        over = _total(narrow) - width
        if over > 0:
            longest = max(cell_width(word) for row in table.rows for word in [*row[i].split(), ""])
            narrow[i] = max(narrow[i] - over, min(widths[i], max(NARROWEST_PROSE, longest)))
    return narrow if _total(narrow) <= width else None


def _columns(table: Table, widths: Sequence[int]) -> Iterator[Line]:
    if table.headed:
        heads = [_padded(column.head, size, column.numeric) for column, size in zip(table.columns, widths, strict=True)]
        yield line(GAP.join(heads).rstrip(), "bold")
    styles = dict(table.styles)
    for row in table.rows:
        cells = [wrapped(c, w) if col.prose else [c] for c, w, col in zip(row, widths, table.columns, strict=True)]
        for k in range(max(map(len, cells))):
            spans: list[tuple[str, str]] = []
            for i, (cell, size, column) in enumerate(zip(cells, widths, table.columns, strict=True)):
                text = cell[k] if k < len(cell) else ""
                spans.append((_padded(text, size, column.numeric), styles.get(row[i], "")))
                spans.append((GAP, ""))
            yield _trimmed(spans)


def _trimmed(spans: list[tuple[str, str]]) -> Line:
    while spans and not spans[-1][0].strip():
        spans.pop()
    if spans:
        spans[-1] = (spans[-1][0].rstrip(), spans[-1][1])
    return Line(spans=tuple(spans))


def _padded(text: str, size: int, numeric: bool) -> str:
    space = " " * (size - cell_width(text))
    return space + text if numeric else text + space


def _blocks(table: Table, width: int) -> Iterator[Line]:
    """One block per row: the first cell, and below it every other one under its own head."""
    styles = dict(table.styles)
    for n, row in enumerate(table.rows):
        if n:
            yield line("")
        yield line(row[0], "bold")
        for column, cell in zip(table.columns[1:], row[1:], strict=True):
            if not cell:
                continue
            head = f"  {column.head}: " if table.headed else "  "
            if cell_width(head + cell) <= width:
                yield Line(spans=((head, ""), (cell, styles.get(cell, ""))))
            else:
                if table.headed:
                    yield line(head.rstrip())
                yield from (line(f"    {part}", styles.get(cell, "")) for part in wrapped(cell, max(width - 4, 1)))
