"""What commands that replay have in common: do the work, fill a folder where one is named, print in the shape asked for."""

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from simulator.cli import writing

if TYPE_CHECKING:
    from simulator.report.layout import Line
    from simulator.report.sample_files import SampleTable

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Shapes(Generic[T]):
    """A result as JSON, CSV, a table and pictures; `name` is that of the command and of its files. With `table` a folder gets that too."""

    name: str
    document: Callable[[T], dict[str, Any]]
    csv: Callable[[T], str]
    lines: Callable[[T, int | None], "Iterable[Line]"]
    draw: Callable[[T, Path], object] | None = None
    table: bool = False
    samples: "Callable[[T], SampleTable] | None" = None
    """Of what replays many times: every replication."""


def answer(work: Callable[[], T], shapes: Shapes[T], *, shape: str, out: Path | None, samples: Path | None = None) -> T:
    """The result of the work, written and printed. Nothing is written before all of it is there."""
    from simulator.report.plain import json_text
    from simulator.report.sample_files import write_samples

    with contextlib.ExitStack() as places:
        # Both places are made sure of before any work is done, and filled only when all of it is.
        file = None if samples is None else places.enter_context(writing.file_to_fill(samples))
        folder = None if out is None else places.enter_context(writing.folder_to_fill(out))
        found = work()
        if out is not None and folder is not None:
            with writing.worded(out):
                writing.fill(folder / f"{shapes.name}.json", json_text(shapes.document(found)))
                writing.fill(folder / f"{shapes.name}.csv", shapes.csv(found))
                if shapes.table:
                    writing.fill(folder / f"{shapes.name}.txt", "".join(f"{line.plain}\n" for line in shapes.lines(found, None)))
                if shapes.draw is not None:
                    shapes.draw(found, folder)
        if samples is not None and file is not None and shapes.samples is not None:
            with writing.worded(samples):
                write_samples(shapes.samples(found), file, samples.suffix)
    if shape == "json":
        writing.print_text(json_text(shapes.document(found)))
    elif shape == "csv":
        writing.print_text(shapes.csv(found))
    else:
        writing.print_lines(shapes.lines(found, writing.terminal_width()))
    if out is not None:
        files = [f"{shapes.name}.{kind}" for kind in ("json", "csv", *(["txt"] if shapes.table else []))]
        *some, last = [*files, *(["the pictures"] if shapes.draw else [])]
        writing.print_notice(f"{', '.join(some)} and {last} are in {out}")
    return found
