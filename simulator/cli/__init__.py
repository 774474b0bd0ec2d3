"""The command `azsim`: parse, call, print, exit code."""

import click

from simulator import __version__

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="azsim", message="%(prog)s %(version)s")
def main() -> None:
    """Replay documented failures of cloud zones and compare architectures.

    Results are conditional on the incident that is replayed; they are no forecast.
    """
