"""The command `azsim`: parse, call, print, exit code."""

import click

from simulator import __version__
from simulator.cli.group import LazyGroup

__all__ = ["main"]


@click.group(
    cls=LazyGroup,
    homes={
        "list": "listing",
        "check": "listing",
        "show": "listing",
        "run": "running",
        "compare": "comparing",
        "plot": "comparing",
        "availability": "availing",
        "tenants": "tenancy",
        "population": "population",
        "fidelity": "agreeing",
        "explain": "explaining",
        "whatif": "saving",
        "matrix": "matrix",
        "sensitivity": "sensitivity",
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="azsim", message="%(prog)s %(version)s")
def main() -> None:
    """Replay documented failures of cloud zones and compare architectures.

    Results are conditional on the incident that is replayed; they are no forecast.

    \b
    Begin with:
      azsim list
      azsim compare 2012-06-29-us-east-1-power-loss
      azsim explain 2012-06-29-us-east-1-power-loss --architecture two-zone

    \b
    Exit codes:
      0  fine
      1  an expectation failed
      2  the input is wrong, or the output cannot be written
      3  a bug of azsim
    """
