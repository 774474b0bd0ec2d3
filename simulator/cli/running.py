"""`azsim run`: one architecture or tenant, one set of dice."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options, writing
from simulator.cli.group import typed
from simulator.cli.limiting import limiting

if TYPE_CHECKING:
    from simulator.ensemble.results import RunResult


@click.command()
@options.SCENARIO
@options.ARCHITECTURE
@options.TENANT
@options.CASE
@options.SEED
@options.REPLICATION
@limiting
@options.SWITCHES
@options.OBJECTIVE
@click.option("--trace", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="Write every change of state, one JSON object a line.")
@options.FORMAT
@options.OUT
def run(
    *,
    scenario: str,
    architecture: str,
    tenant: str | None,
    shape: str,
    trace: Path | None,
    out: Path | None,
    settings: tuple[tuple[str, Any], ...],
    **chosen: Any,
) -> None:
    """Replay SCENARIO once on one architecture, or for one tenant.

    SCENARIO is a name of the catalogue (azsim list) or a file. With --out, the folder gets run.json, run.csv (the curve), a picture of
    the curve, and one of all that it hangs on, at the worst instant. With --trace, each line of the file is a change: t_seconds, clock,
    change, owner, amount, cause (number of the line, from 0, of the change that caused it; -1 for a first fault), and detail where there
    is one.

    \b
    Examples:
      azsim run 2012-06-29-us-east-1-power-loss --architecture two-zone
      azsim run 2012-06-29-us-east-1-power-loss --without boot-bottleneck
      azsim run 2012-06-29-us-east-1-power-loss --tenant netflix
      azsim run mine.yaml --architecture my-own.yaml --case missed --format json
    """
    from simulator import api
    from simulator.report import documents, tables

    rider = options.rider(architecture, tenant)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(writing.folder_to_fill(out)) if out else None
        traced = stack.enter_context(writing.file_to_fill(trace)) if trace else None
        found = api.run(scenario, **rider, numbers=options.numbers(settings), **chosen)
        if trace and traced:
            with writing.worded(trace), traced.open("w", encoding="utf-8", newline="") as file:
                file.writelines(documents.trace_lines(found.trace, found.origin))
        if out and folder:
            with writing.worded(out):
                _write(found, folder, typed())
    if shape == "json":
        writing.print_text(documents.json_text(documents.run_document(found, typed())))
    elif shape == "csv":
        writing.print_text(documents.run_csv(found))
    else:
        writing.print_lines(tables.run_lines(found, writing.terminal_width()))


def _write(found: "RunResult", folder: Path, command: str) -> None:
    from simulator.report import documents, pictures

    writing.fill(folder / "run.json", documents.json_text(documents.run_document(found, command)))
    writing.fill(folder / "run.csv", documents.run_csv(found))
    pictures.write_run_picture(found, folder)
    pictures.write_graph_picture(found, folder)


COMMANDS = {"run": run}
