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
def progress(what: str) -> Iterator[Callable[..., None]]:
    """A function (done, of, what says how the estimate stands) that shows a bar on standard error once the work takes longer than a second.

    Beside the bar stand the rate, the time left, and the estimate. Quiet off a terminal.
    """
    if not sys.stderr.isatty():
        yield _heed
        return
    shown = _Shown(what)
    try:
        yield shown.advance
    finally:
        shown.stop()


def _heed(*_told: object) -> None:
    heed()


class _Shown:
    def __init__(self, what: str) -> None:
        self._what = what
        self._since = time.monotonic()
        self._bar: Progress | None = None
        self._asked = 0.0
        self._estimate = ""

    def advance(self, done: int, of: int, said: Callable[[], str] | None = None) -> None:
        heed()
        if self._bar is None:
            if time.monotonic() - self._since < PATIENCE or done >= of:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            texts = ("{task.description}", "{task.fields[rate]}", "{task.fields[said]}")
            what, pace, estimate = (TextColumn(each, markup=False) for each in texts)
            columns = (what, BarColumn(bar_width=None), MofNCompleteColumn(), pace, TimeRemainingColumn(), estimate)
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task(self._what, total=of, rate="", said="")
        now = time.monotonic()
        if said is not None and now - self._asked >= PATIENCE:
            self._asked, self._estimate = now, said()
        task = self._bar.tasks[0]
        rate = "" if task.speed is None else f"{task.speed:.3g}/s"
        self._bar.update(task.id, completed=done, total=of, rate=rate, said=self._estimate)

    def stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
