"""Putting results where they were asked for: on standard output, or in files that are whole or not there at all."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from simulator.cli import placing
from simulator.cli.failing import Unwritable, let_go_of_stdout, worded

if TYPE_CHECKING:
    from simulator.report.layout import Line

__all__ = ["file_to_fill", "fill", "folder_to_fill", "print_lines", "print_notice", "print_text", "terminal_width", "worded"]


def print_text(text: str) -> None:
    """A text on standard output; Unwritable when the disk behind it is full."""
    try:
        click.echo(text, nl=not text.endswith("\n"))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go_of_stdout()
        raise Unwritable(Unwritable.worded("standard output", error)) from None


def print_notice(text: str) -> None:
    """A text on standard error: what a person wants to know, and a program that reads the results does not."""
    click.echo(text, err=True)


def terminal_width() -> int | None:
    """Columns of the terminal that reads standard output; None where it is a pipe or a file."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return max(shutil.get_terminal_size().columns, 1)


def print_lines(lines: "Iterable[Line]") -> None:
    """Lines of a table: styled on a terminal that wants it, plain text elsewhere. No text is ever read as markup."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        print_text("".join(line.plain + "\n" for line in lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    for line in lines:
        # Soft wrapping leaves the lines as they were laid out: nothing is cut off.
        console.print(Text.assemble(*line.spans), soft_wrap=True)


@contextlib.contextmanager
def folder_to_fill(folder: Path) -> Iterator[Path]:
    """A temporary folder whose files move into `folder` together when all of them are complete; after a failure none does.

    Unwritable where that cannot be done; the folder is made before any work is, so that a long run does not end in that error. What is
    no regular file there stays as it is: a link is followed, and anything else refused.
    """
    with worded(folder):
        existed = folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with placing.temporary_folder(folder) as made:
            yield made
            files = sorted(made.iterdir())
            targets = [placing.regular_target(folder / file.name) for file in files]
            with worded(folder):
                for file, target in zip(files, targets, strict=True):
                    placing.move(file, target)
    finally:
        if not existed:
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextlib.contextmanager
def file_to_fill(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` when it is complete; after a failure nothing is left. Unwritable as above.

    A link stays and what it leads to is replaced. Into a pipe or a device the complete file is written through; nothing ever takes their
    place.
    """
    with worded(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "", str(path))
    if placing.is_written_through(path):
        with placing.written_through(path) as made:
            yield made
        return
    target = placing.regular_target(path)
    with placing.temporary_file(target.parent, path) as made:
        yield made
        with worded(path):
            made.chmod(0o666 & ~_umask())
            placing.move(made, target)


def fill(path: Path, text: str) -> None:
    """Writes a text, as it is: the same bytes on every system."""
    path.write_text(text, encoding="utf-8", newline="")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
