"""`azsim population`: how many of all tenants were down."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import SAMPLES, Where, replaying, until_precise

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult


@click.command(short_help="Tell how many of all tenants were down in SCENARIO.")
@options.SCENARIO
@click.option(
    "--population", "name", metavar="NAME|FILE", help="Whose tenants, by name or as a file.  [default: called as the scenario's world]"
)
@click.option(
    "--tenants", type=options.Whole(1, 10_000_000), default=10_000, show_default=True, help="How many tenants are a sample of all."
)
@click.option(
    "--replications", type=options.Whole(1), default=50, show_default=True, help="How often to replay, each time with new dice."
)
@click.option("--vary", type=click.Choice(["assumed"]), help="Also draw assumed numbers from their ranges, and print those ranges too.")
@options.SEED
@until_precise
@replaying
@options.SWITCHES
@SAMPLES
@options.FORMAT
@options.OUT
def population(
    *, scenario: str, shape: str, out: Path | None, samples: Path | None,
    vary: str | None, settings: tuple[tuple[str, Any], ...], where: Where, **chosen: Any,
) -> None:  # fmt: skip
    """Tell how many of all tenants were down in SCENARIO, for how long, and how many users that were.

    A population says which classes of tenants there are, how often each occurs, and what they hang on. The world is replayed once per
    replication, and what happened to each tenant is worked out from that: a million tenants take seconds. --vary assumed does so again,
    a fifth as often, with every assumed number of population and scenario drawn from its range. --out also draws a picture.

    \b
    Examples:
      azsim population 2012-06-29-us-east-1-power-loss
      azsim population 2012-06-29-us-east-1-power-loss --with automatic-datastore-flip
      azsim population 2012-06-29-us-east-1-power-loss --vary assumed
      azsim population 2012-12-24-us-east-1-elb-state-deletion --tenants 1000000 --replications 1
      azsim population 2012-06-29-us-east-1-power-loss --population mine.yaml --format csv
    """
    from simulator import api
    from simulator.report.population_documents import population_csv, population_document
    from simulator.report.population_picture import write_population_picture
    from simulator.report.population_tables import population_lines
    from simulator.report.sample_files import population_samples

    def replayed() -> "PopulationResult":
        with where.running() as how:
            return api.population(scenario, numbers=options.numbers(settings), vary_assumed=vary is not None, running=how, **chosen)

    shapes = Shapes(
        name="population", document=lambda found: population_document(found, typed()), csv=population_csv, lines=population_lines,
        draw=write_population_picture, samples=population_samples,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out, samples=samples)


COMMANDS = {"population": population}
