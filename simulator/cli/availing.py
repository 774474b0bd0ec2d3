"""`azsim availability`: how available, counted in three ways, and in the worst window of each length."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying, until_precise

if TYPE_CHECKING:
    from simulator.ensemble.availability_results import Availabilities


@click.command(short_help="Tell how available architectures and tenants were.")
@options.SCENARIO
@options.ARCHITECTURES
@click.option("--tenant", "tenants", multiple=True, metavar="NAME|FILE", help="A tenant, where it stood; repeat for more.")
@options.REPLICATIONS
@options.SEED
@until_precise
@replaying
@options.SWITCHES
@options.OBJECTIVE
@options.FORMAT
@options.OUT
def availability(
    *, scenario: str, architectures: tuple[str, ...], tenants: tuple[str, ...], shape: str, out: Path | None,
    settings: tuple[tuple[str, Any], ...], where: Where, **chosen: Any,
) -> None:  # fmt: skip
    """Tell how available architectures and tenants were in SCENARIO.

    Three answers, each as availability and as minutes lost: by time (below the objective or not), by requests (answered or not) and by
    users (served or not, each group counting with its users). Then the worst availability over all windows of a minute, of five minutes
    and so on, up to the whole simulated time. Without architectures or tenants, all architectures of the catalogue are told of; several
    tenants that stood where it is known are also taken together. With --out, the folder gets availability.json, availability.csv and a
    picture of the worst windows.

    \b
    Examples:
      azsim availability 2012-06-29-us-east-1-power-loss
      azsim availability 2012-06-29-us-east-1-power-loss two-zone three-zone-spare --tenant netflix
      azsim availability 2012-12-24-us-east-1-elb-state-deletion --tenant netflix --tenant heroku --out results
    """
    from simulator import api
    from simulator.report.availability_documents import availability_csv, availability_document
    from simulator.report.availability_tables import availability_lines

    def replayed() -> "Availabilities":
        with where.running() as how:
            return api.availability(scenario, architectures, tenants=tenants, numbers=options.numbers(settings), running=how, **chosen)

    shapes = Shapes(
        name="availability", document=lambda found: availability_document(found, typed()), csv=availability_csv, lines=availability_lines,
        draw=_draw,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out)


def _draw(found: "Availabilities", folder: Path) -> None:
    from simulator.report.windows_picture import write_windows_picture

    write_windows_picture(found, folder)


COMMANDS = {"availability": availability}
