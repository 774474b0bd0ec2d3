"""Options of commands that replay many times: on which workers, into which journal."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import writing
from simulator.cli.options import options
from simulator.cli.progressing import progress

if TYPE_CHECKING:
    from simulator.ensemble.replicating import Running

_OPTIONS: Callable[[Any], Any] = options(
    click.option("--workers", type=click.IntRange(min=1), help="Processes to replay in; 1 is this one alone.  [default: all cores]"),
    click.option(
        "--scheduler", metavar="tcp://HOST:PORT", help="Replay on the Dask cluster of this scheduler (pip install 'azsim[distributed]')."
    ),
    click.option(
        "--journal", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
        help="Keep what is done in this file, safe from Ctrl-C, kills and power loss.",
    ),
    click.option("--resume", is_flag=True, help="Go on from what the journal holds."),
)  # fmt: skip


@dataclass(kw_only=True, frozen=True)
class Where:
    """Where the replications of a command run. It changes nothing of what comes of them."""

    workers: int | None
    scheduler: str | None
    journal: Path | None
    resume: bool

    @contextmanager
    def running(self, what: str = "replications") -> Iterator[Running]:
        """For as long as a command replays: whoever waits at a terminal sees how far it is, and Ctrl-C says what is safe."""
        from simulator.ensemble.running import running

        with (
            progress(what) as told,
            running(workers=self.workers, scheduler=self.scheduler, journal=self.journal, resume=self.resume, progress=told) as how,
        ):
            try:
                yield how
            except KeyboardInterrupt:
                if how.journal is not None:
                    safe = how.journal.replications()
                    writing.print_notice(f"azsim: {safe} {what} are safe in '{self.journal}'; go on from them with --resume")
                raise


def replaying(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that replays many times: it takes these options, and is handed a Where for them as `where`."""

    @functools.wraps(command)
    def called(
        *args: Any, workers: int | None, scheduler: str | None, journal: Path | None, resume: bool, **chosen: Any
    ) -> Any:
        if resume and journal is None:
            raise click.UsageError("--resume goes on from a journal. Name it with --journal FILE.")
        if scheduler is not None and workers is not None:
            raise click.UsageError("--workers are processes here, and a --scheduler has workers of its own. Leave one of them out.")
        where = Where(workers=workers, scheduler=scheduler, journal=journal, resume=resume)
        return command(*args, where=where, **chosen)

    decorated: Callable[..., Any] = _OPTIONS(called)
    return decorated
