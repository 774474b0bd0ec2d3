"""`azsim compare` and `azsim plot`: architectures side by side."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli import options, writing
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import SAMPLES, Where, replaying, until_precise

if TYPE_CHECKING:
    from simulator.ensemble.results import Comparison


@click.command()
@options.SCENARIO
@options.ARCHITECTURES
@options.REPLICATIONS
@options.STRATA
@options.SEED
@until_precise
@replaying
@options.SWITCHES
@options.OBJECTIVE
@SAMPLES
@options.FORMAT
@options.OUT
def compare(
    *, scenario: str, architectures: tuple[str, ...], shape: str, out: Path | None, samples: Path | None,
    settings: tuple[tuple[str, Any], ...], where: Where,
    **chosen: Any,
) -> None:  # fmt: skip
    """Replay SCENARIO on several architectures with the same dice.

    Architectures are names of the catalogue (azsim list) or files; without any, all of the catalogue are compared. The cases answer
    different questions: hit means placed where the failure strikes, missed elsewhere, average over all zones it may have got. With
    --out, the folder gets compare.json, compare.csv and the pictures.

    \b
    Examples:
      azsim compare 2012-06-29-us-east-1-power-loss
      azsim compare 2012-06-29-us-east-1-power-loss single-zone mine.yaml --objective 99%
      azsim compare 2012-06-29-us-east-1-power-loss --replications 400 --out results
      azsim compare 2012-06-29-us-east-1-power-loss --replications 400 --strata 20
    """
    from simulator import api
    from simulator.report import comparison_tables, documents, sample_files

    def replayed() -> "Comparison":
        with where.running() as how:
            return api.compare(
                scenario, architectures, numbers=options.numbers(settings), drawn=out is not None, running=how, **chosen
            )

    shapes = Shapes(
        name="compare", document=lambda found: documents.comparison_document(found, typed()), csv=documents.comparison_csv,
        lines=comparison_tables.comparison_lines, draw=_draw,
        samples=sample_files.comparison_samples,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out, samples=samples)


@click.command()
@options.SCENARIO
@options.ARCHITECTURES
@options.TENANT
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Write the pictures into this folder.")
@options.REPLICATIONS
@options.SEED
@until_precise
@replaying
@options.SWITCHES
@options.OBJECTIVE
def plot(
    *, scenario: str, architectures: tuple[str, ...], tenant: str | None, out: Path, settings: tuple[tuple[str, Any], ...], where: Where,
    **chosen: Any,
) -> None:  # fmt: skip
    """Draw SCENARIO on several architectures, or for one tenant, as PNG and SVG.

    Prints the path of each picture. Without architectures or a tenant, all architectures of the catalogue are drawn.

    \b
    Examples:
      azsim plot 2012-06-29-us-east-1-power-loss --out pictures
      azsim plot 2012-06-29-us-east-1-power-loss single-zone two-zone --out pictures
      azsim plot 2012-06-29-us-east-1-power-loss --tenant netflix --out pictures
    """
    from simulator import api

    if tenant is not None and architectures:
        raise click.UsageError("A tenant is drawn by itself, and architectures beside each other. Leave one of them out.")
    with writing.folder_to_fill(out) as folder:
        with where.running() as how:
            found = api.compare(scenario, architectures, tenant=tenant, numbers=options.numbers(settings), running=how, **chosen)
        with writing.worded(out):
            names = _draw(found, folder)
    writing.print_text("".join(f"{out / name}\n" for name in names))


def _draw(found: Any, folder: Path) -> list[str]:
    from simulator.report import pictures

    return [path.name for path in pictures.write_comparison_pictures(found, folder)]


COMMANDS = {"compare": compare, "plot": plot}
