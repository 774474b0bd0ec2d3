"""Options of commands that replay many times: on which workers, into which journal."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from simulator.cli import writing
from simulator.cli.limiting import limiting
from simulator.cli.options import Whole, options
from simulator.cli.progressing import progress

if TYPE_CHECKING:
    from simulator.ensemble.replicating import Running

_OPTIONS: Callable[[Any], Any] = options(
    click.option(
        "--workers", type=Whole(1, 10_000), envvar="AZSIM_WORKERS", show_envvar=True,
        help="Processes to replay in; 1 is this one alone.  [default: all cores]",
    ),
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


class SampleFile(click.ParamType[Path]):
    """A file whose name says how it is written."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        from importlib.util import find_spec

        from simulator.report.sample_files import ENDINGS

        path = Path(value)
        if path.suffix not in ENDINGS:
            self.fail(f"'{value}' does not say how to write samples: name a file that ends in {', '.join(ENDINGS)}.", param, ctx)
        if path.suffix == ".parquet" and find_spec("pyarrow") is None:
            self.fail("Parquet needs the package 'pyarrow': pip install 'azsim[parquet]', or name a file that ends in .csv.", param, ctx)
        return path


SAMPLES = click.option(
    "--samples", type=SampleFile(), metavar="FILE", help="Also write every replication into this file: .jsonl, .csv or .parquet."
)


class UntilPrecision(click.ParamType[str]):
    """A quantity and half the width of its interval: `lost_minutes ±2 %`."""

    name = "precision"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from simulator.ensemble.stopping import parse_precision

        try:
            return str(parse_precision(str(value)))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


def until_precise(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that may go on until an estimate is as precise as is asked for; --replications then are the most that it may take."""

    @functools.wraps(command)
    def called(*args: Any, until: str | None, replications: int, **chosen: Any) -> Any:
        if until is not None and click.get_current_context().get_parameter_source("replications") is ParameterSource.DEFAULT:
            from simulator.ensemble.watching import MOST

            replications = MOST
        return command(*args, until=until, replications=replications, **chosen)

    help_ = "Replay until a mean is as precise as that, such as 'lost_minutes ±2 %' or 'lost_minutes of two-zone ±1 min'."
    decorated: Callable[..., Any] = click.option("--until-precision", "until", type=UntilPrecision(), help=help_)(called)
    return decorated


def replaying(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that replays many times: it takes these options, and is handed a Where for them as `where`."""

    @functools.wraps(command)
    def called(
        *args: Any, workers: int | None, scheduler: str | None, journal: Path | None, resume: bool, **chosen: Any
    ) -> Any:
        if resume and journal is None:
            raise click.UsageError("--resume goes on from a journal. Name it with --journal FILE.")
        given = click.get_current_context().get_parameter_source("workers") is ParameterSource.COMMANDLINE
        if scheduler is not None and given:
            raise click.UsageError("--workers are processes here, and a --scheduler has workers of its own. Leave one of them out.")
        where = Where(workers=workers, scheduler=scheduler, journal=journal, resume=resume)
        return command(*args, where=where, **chosen)

    decorated: Callable[..., Any] = _OPTIONS(limiting(called))
    return decorated
