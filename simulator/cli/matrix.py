"""`azsim matrix`: incidents times architectures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Matrix


@click.command(short_help="Hold incidents against architectures.")
@click.argument("incidents", nargs=-1, metavar="[INCIDENT]...")
@click.option("--architecture", "architectures", multiple=True, metavar="NAME|FILE", help="A way to deploy; repeat for more.")
@click.option("--tenant", "tenants", multiple=True, metavar="NAME|FILE", help="A tenant as a further row; repeat for more.")
@click.option("--tenants", "all_tenants", is_flag=True, help="All tenants that one of the incidents brings along, as further rows.")
@options.REPLICATIONS
@options.SEED
@replaying
@options.FORMAT
@options.OUT
def matrix(*, incidents: tuple[str, ...], shape: str, out: Path | None, where: Where, **chosen: Any) -> None:
    """Hold incidents against architectures: lost minutes, outage and blast radius in each of them.

    INCIDENT is a name of the catalogue or a file; without any, all of the catalogue that happened are replayed, and so are all
    architectures. For each incident it says what more zones and another region were worth. Where an incident's world has no place for an
    architecture or a tenant, the cell is empty, and the reason is told. With --out, the folder gets matrix.json, matrix.csv, the table as
    matrix.txt and a heat map.

    \b
    Examples:
      azsim matrix
      azsim matrix 2012-06-29-us-east-1-power-loss 2012-12-24-us-east-1-elb-state-deletion --out results
      azsim matrix --architecture single-zone --architecture mine.yaml --tenant netflix --replications 400
    """
    from simulator import api
    from simulator.report.matrix_documents import matrix_csv, matrix_document
    from simulator.report.matrix_tables import matrix_lines

    def replayed() -> "Matrix":
        with where.running() as how:
            return api.matrix(incidents, running=how, **chosen)

    shapes = Shapes(
        name="matrix", document=lambda found: matrix_document(found, typed()), csv=matrix_csv, lines=matrix_lines, draw=_draw, table=True
    )
    answer(replayed, shapes, shape=shape, out=out)


def _draw(found: "Matrix", folder: Path) -> None:
    from simulator.report.matrix_picture import write_matrix_picture

    write_matrix_picture(found, folder)


COMMANDS = {"matrix": matrix}
