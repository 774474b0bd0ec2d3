"""`azsim sensitivity`: which unknown number matters most."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from simulator.cli import options
from simulator.cli.answering import Shapes, answer
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying

if TYPE_CHECKING:
    from simulator.ensemble.sensitivity_results import Sensitivity

STARTS = {"morris": "trajectories", "sobol": "samples"}
"""What each method begins from; the other's option would change nothing."""


def _power_of_two(_ctx: click.Context, _param: click.Parameter, value: int) -> int:
    if value & (value - 1):
        raise click.BadParameter(f"{value} is no power of two. Write for example 16, 32 or 64.")
    return value


@click.command(short_help="Rank the unknown numbers by what they move.")
@options.SCENARIO
# Its fate hangs on the region's control planes, of which least is known: one zone hangs on its own power, spare zones on nearly nothing.
@click.option(
    "--architecture", metavar="NAME|FILE", default="three-zone-tight", show_default=True, help="The way to deploy, by name or as a file."
)
@options.TENANT
@click.option(
    "--case", type=click.Choice(["hit", "missed", "average"]), default="hit", show_default=True,
    help="Placed where the failure strikes, elsewhere, or anywhere.",
)
@click.option(
    "--method", type=click.Choice(list(STARTS)), default="morris", show_default=True,
    help="Elementary effects in minutes, or shares of the variance, which take many more points.",
)
@click.option(
    "--trajectories", type=options.Whole(1, 1_000_000), default=8, show_default=True, help="Of Morris: ways through the ranges."
)
@click.option(
    "--samples", type=options.Whole(2, 2**20), default=32, show_default=True, callback=_power_of_two, help="Of Sobol: a power of two."
)
@click.option("--number", "only", multiple=True, metavar="NAME", help="Move this number; repeat for more.  [default: all with a range]")
@click.option("--replications", type=options.Whole(1), default=10, show_default=True, help="How often to replay at each point.")
@options.SEED
@replaying
@options.SWITCHES
@options.FORMAT
@options.OUT
def sensitivity(
    *, scenario: str, architecture: str, tenant: str | None, shape: str, out: Path | None, settings: tuple[tuple[str, Any], ...],
    where: Where, **chosen: Any,
) -> None:  # fmt: skip
    """Rank the assumed and fitted numbers of SCENARIO by how much they move the lost minutes of an architecture or tenant.

    Every number whose basis states a range is moved: those of the scenario, of its world and of what rides in it. Each alone from one end
    of its range to the other, all others as the files say; and all together, so that what depends on several is seen. Effects that chance
    may have made are marked. Numbers that --set gives a value stay there. With --out, the folder gets sensitivity.json, sensitivity.csv
    and a tornado picture.

    \b
    Examples:
      azsim sensitivity 2012-06-29-us-east-1-power-loss
      azsim sensitivity 2012-06-29-us-east-1-power-loss --tenant netflix --out results
      azsim sensitivity 2012-06-29-us-east-1-power-loss --method sobol --number attempts --number boot-capacity --samples 64
    """
    from simulator import api
    from simulator.report.sensitivity_documents import sensitivity_csv, sensitivity_document
    from simulator.report.sensitivity_tables import sensitivity_lines

    for method, option in STARTS.items():
        given = click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE
        if given and method != chosen["method"]:
            raise click.UsageError(f"--{option} goes with --method {method}. Leave one of them out.")
    chosen |= {**options.rider(architecture, tenant), "numbers": options.numbers(settings)}

    def replayed() -> "Sensitivity":
        with where.running("points") as how:
            return api.sensitivity(scenario, running=how, **chosen)

    shapes = Shapes(
        name="sensitivity", document=lambda found: sensitivity_document(found, typed()), csv=sensitivity_csv, lines=sensitivity_lines,
        draw=_draw,
    )  # fmt: skip
    answer(replayed, shapes, shape=shape, out=out)


def _draw(found: "Sensitivity", folder: Path) -> None:
    from simulator.report.sensitivity_picture import write_sensitivity_picture

    write_sensitivity_picture(found, folder)


COMMANDS = {"sensitivity": sensitivity}
