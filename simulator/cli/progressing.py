"""How far a long run is, told to a person who waits at a terminal."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from simulator.cli.interrupting import heed

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 1.0
"""Seconds after which somebody who waits wants to know."""


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function (done, of) that shows a bar on standard error once the work takes longer than a second; quiet off a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: heed()
        return
    shown = _Shown(what)
    try:
        yield shown.advance
    finally:
        shown.stop()


class _Shown:
    def __init__(self, what: str) -> None:
        self._what = what
        self._since = time.monotonic()
        self._bar: Progress | None = None

    def advance(self, done: int, of: int) -> None:
        heed()
        if self._bar is None:
            if time.monotonic() - self._since < PATIENCE or done >= of:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            text = TextColumn("{task.description}", markup=False)
            columns = (text, BarColumn(bar_width=None), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task(self._what, total=of)
        self._bar.update(self._bar.task_ids[0], completed=done, total=of)

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
