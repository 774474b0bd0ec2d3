"""How results are written for programs: JSON without what is unknown, and CSV that no spreadsheet runs."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Cell = str | int | float | bool | None

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# What a spreadsheet takes for a formula at the start of a cell, and what makes it look past the start.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def json_text(document: Mapping[str, Any]) -> str:
    """A document as JSON text: without null and NaN, readable as it is."""
    return json.dumps(known(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def known(tree: Any) -> Any:
    """The same without what is unknown: no key with None, NaN or an infinity, and no interval with such an end."""
    if isinstance(tree, Mapping):
        return {key: known(value) for key, value in tree.items() if not _unknown(value)}
    if isinstance(tree, list | tuple):
        return [known(value) for value in tree]
    return tree


def _unknown(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_unknown(one) for one in value)
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a table, the heads first where there are any; cells as in `csv_text`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if heads:
        writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()


def csv_text(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Comma-separated text. A cell that a spreadsheet would run as a formula begins with an apostrophe; what is unknown is empty."""
    return "".join(csv_lines(heads, rows)) or ",".join(heads) + "\n"


def _cell(value: Cell) -> str:
    if _unknown(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _NUMBER.fullmatch(text) else text
