"""`azsim explain`: why."""

from typing import Any

import click

from simulator.cli import options, writing
from simulator.cli.group import typed


@click.command(short_help="Print why an outage began, and why it lasted.")
@options.SCENARIO
@options.ARCHITECTURE
@options.TENANT
@options.CASE
@options.SEED
@options.REPLICATION
@options.SWITCHES
@options.OBJECTIVE
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", show_default=True, help="What to print.")
def explain(
    *, scenario: str, architecture: str, tenant: str | None, shape: str, settings: tuple[tuple[str, Any], ...], **chosen: Any
) -> None:
    """Print the chain of causes: why an outage began, and why it ended only then.

    From the first fault to the architecture or tenant, each hop with its clock time and, in brackets, the mechanism that --without
    switches off.

    \b
    Examples:
      azsim explain 2012-06-29-us-east-1-power-loss --architecture two-zone
      azsim explain 2012-06-29-us-east-1-power-loss --architecture two-zone --without scale-up-bug
      azsim explain 2012-06-29-us-east-1-power-loss --tenant netflix
    """
    from simulator import api
    from simulator.report import documents, tables

    found = api.explain(scenario, **options.rider(architecture, tenant), numbers=options.numbers(settings), **chosen)
    if shape == "json":
        writing.print_text(documents.json_text(documents.explanation_document(found, typed())))
    else:
        writing.print_lines(tables.explanation_lines(found, writing.terminal_width()))


COMMANDS = {"explain": explain}
