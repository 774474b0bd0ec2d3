"""`azsim tenants`: who was down."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import SAMPLES, Where, replaying, until_precise

if TYPE_CHECKING:
    from simulator.ensemble.tenant_results import Tenancy


@click.command(short_help="Tell which tenants of SCENARIO were down.")
@options.SCENARIO
@click.argument("names", nargs=-1, metavar="[TENANT]...")
@options.REPLICATIONS
@options.SEED
@until_precise
@replaying
@options.SWITCHES
@SAMPLES
@options.FORMAT
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write tenants.json and tenants.csv into this folder.")
def tenants(
    *, scenario: str, names: tuple[str, ...], shape: str, out: Path | None, samples: Path | None,
    settings: tuple[tuple[str, Any], ...], where: Where,
    **chosen: Any,
) -> None:  # fmt: skip
    """Tell which tenants of SCENARIO were down, since when, for how long, and why.

    For each tenant, where it stood, and for each group of its users; below the simulated figures what is on record. TENANT is one that the
    scenario brings along, or any other by name (azsim list tenants) or file; without any, all that it brings along are told of.

    \b
    Examples:
      azsim tenants 2012-06-29-us-east-1-power-loss
      azsim tenants 2012-06-29-us-east-1-power-loss netflix --without registry-fail-safe
      azsim tenants 2012-06-29-us-east-1-power-loss must-launch mine.yaml --format csv
    """
    from simulator import api
    from simulator.report.sample_files import tenancy_samples
    from simulator.report.tenant_documents import tenancy_csv, tenancy_document
    from simulator.report.tenant_tables import tenancy_lines

    def replayed() -> "Tenancy":
        with where.running() as how:
            return api.tenants(scenario, names, numbers=options.numbers(settings), running=how, **chosen)

    shapes = Shapes(
        name="tenants", document=lambda found: tenancy_document(found, typed()), csv=tenancy_csv, lines=tenancy_lines,
        samples=tenancy_samples,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out, samples=samples)


COMMANDS = {"tenants": tenants}
