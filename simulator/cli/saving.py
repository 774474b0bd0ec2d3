"""`azsim whatif`: what would have saved a tenant."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying

if TYPE_CHECKING:
    from simulator.ensemble.saving import Savings


@click.command(short_help="Rank what would have saved a tenant.")
@options.SCENARIO
@options.ARCHITECTURES
@click.option("--tenant", metavar="NAME|FILE", required=True, help="The tenant: one that the scenario brings along, or any other.")
@options.REPLICATIONS
@options.SEED
@replaying
@click.option(
    "--pairs", type=options.Whole(0), default=3, show_default=True, help="How many pairs to print: those that save the most."
)
@click.option("--without", multiple=True, metavar="MECHANISM", help="Switch a mechanism of the scenario off; repeat for more.")
@click.option(
    "--set", "settings", type=options.Setting(), multiple=True, metavar="NAME=VALUE", help="Give a number another value; repeat for more."
)
@options.FORMAT
@options.OUT
def whatif(
    *, scenario: str, architectures: tuple[str, ...], tenant: str, shape: str, out: Path | None, settings: tuple[tuple[str, Any], ...],
    where: Where, **chosen: Any,
) -> None:  # fmt: skip
    """Rank what would have saved a tenant in SCENARIO.

    Every mitigation of the scenario by itself, the tenant's users on every architecture, and pairs: two of the best mitigations, or a
    mitigation with an architecture. Architectures are names of the catalogue or files; without any, all of the catalogue. Each is
    compared with the tenant as it was, under the same dice. With --out, the folder gets whatif.json, whatif.csv and a picture of saved
    minutes against cost.

    \b
    Examples:
      azsim whatif 2012-06-29-us-east-1-power-loss --tenant netflix
      azsim whatif 2012-06-29-us-east-1-power-loss --tenant heroku --replications 400 --out results
      azsim whatif mine.yaml my-architecture.yaml --tenant my-own.yaml --pairs 0 --format csv
    """
    from simulator import api
    from simulator.report.saving_documents import saving_csv, saving_document
    from simulator.report.saving_tables import saving_lines

    def replayed() -> "Savings":
        with where.running() as how:
            return api.whatif(scenario, tenant, architectures, numbers=options.numbers(settings), running=how, **chosen)

    shapes = Shapes(
        name="whatif", document=lambda found: saving_document(found, typed()), csv=saving_csv, lines=saving_lines,
        draw=_draw,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out)


def _draw(found: "Savings", folder: Path) -> None:
    from simulator.report.saving_picture import write_saving_picture

    write_saving_picture(found, folder)


COMMANDS = {"whatif": whatif}
