"""`azsim explain`: why."""

from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from simulator.cli import options, writing
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying

if TYPE_CHECKING:
    from simulator.ensemble.attributing import Attribution


TRIES = 20
"""So many replications are looked through for an outage, where none is asked for."""


@click.command(short_help="Print why an outage began, and why it lasted.")
@options.SCENARIO
@options.ARCHITECTURE
@options.TENANT
@options.CASE
@options.SEED
@options.REPLICATION
@click.option(
    "--replications", type=options.Whole(0), default=20, show_default=True, help="How many sets of dice rank the mechanisms; 0: none."
)
@replaying
@options.SWITCHES
@options.OBJECTIVE
@options.FORMAT
def explain(
    *, scenario: str, architecture: str, tenant: str | None, replication: int, replications: int, objective: float | None, shape: str,
    settings: tuple[tuple[str, Any], ...], where: Where, **chosen: Any,
) -> None:  # fmt: skip
    """Print the chain of causes: why an outage began, and why it ended only then; and what the lost minutes hang on.

    The chain runs from the first fault to the architecture or tenant, each hop with its clock time and, in brackets, the mechanism that
    --without switches off. Below it, the mechanisms are ranked by the lost minutes that vanish when each is off alone, on average over
    several replications; csv prints these alone.

    \b
    Examples:
      azsim explain 2012-06-29-us-east-1-power-loss --architecture two-zone
      azsim explain 2012-06-29-us-east-1-power-loss --architecture two-zone --without scale-up-bug
      azsim explain 2012-06-29-us-east-1-power-loss --tenant netflix --replications 100
    """
    from simulator import api
    from simulator.ensemble.estimating import warnings_of
    from simulator.report import cause_documents, cause_tables, documents, layout, plain, tables

    chosen |= {**options.rider(architecture, tenant), "numbers": options.numbers(settings)}
    if shape == "csv" and not replications:
        raise click.UsageError("--format csv prints the ranking, and --replications 0 asks for none. Leave one of them out.")
    unasked = click.get_current_context().get_parameter_source("replication") is ParameterSource.DEFAULT
    found = api.explain(scenario, replication=replication, tries=TRIES if unasked else 1, objective=objective, **chosen)
    if found.run.replication != replication:
        writing.print_notice(f"azsim: no outage in replication {replication}; {found.run.replication} is the first that has one")

    def ranked() -> "Attribution":
        with where.running() as how:
            return api.causes(scenario, replications=replications, running=how, **chosen)

    causes = ranked() if replications else None
    if shape == "csv" and causes is not None:
        writing.print_text(cause_documents.cause_csv(causes))
    elif shape == "json":
        document = documents.explanation_document(found, typed())
        if causes is not None:
            document["causes"] = cause_documents.cause_document(causes)
            document["warnings"] += warnings_of(causes.replications)
        writing.print_text(plain.json_text(document))
    else:
        width = writing.terminal_width()
        writing.print_lines(tables.explanation_lines(found, width))
        if causes is not None:
            writing.print_lines([layout.line(""), *cause_tables.cause_lines(causes, width)])


COMMANDS = {"explain": explain}
