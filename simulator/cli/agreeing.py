"""`azsim fidelity`: how the model agrees with the record."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.exceptions import Exit

from simulator.cli import options, writing
from simulator.cli.answering import Shapes, answer
from simulator.cli.failing import EXPECTATION_FAILED
from simulator.cli.group import typed
from simulator.cli.replaying import Where, replaying

if TYPE_CHECKING:
    from simulator.ensemble.results import Fidelity

REPRODUCED = 2
"""A fitted number is reproduced when the search ends at the same number to as many digits as files keep: what observations can tell."""


@click.command(short_help="Hold SCENARIO against the record.")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@options.REPLICATIONS
@options.SEED
@click.option(
    "--seeds", type=click.IntRange(min=1), default=5, show_default=True, metavar="N",
    help="Check with so many seeds, from --seed on, how stable each verdict is; takes as many times as long.",
)  # fmt: skip
@replaying
@click.option("--vary", type=click.Choice(["assumed"]), help="Also draw assumed numbers from their ranges, and print that range too.")
@click.option("--refit", is_flag=True, help="Find the fitted numbers again, instead of checking the observations.")
@click.option("--tenant", metavar="NAME", help="Only observations that speak of this tenant of a scenario.")
@options.FORMAT
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write fidelity.json and fidelity.csv into this folder.")
def fidelity(
    *, scenarios: tuple[str, ...], replications: int, seed: int, seeds: int, vary: str | None, refit: bool, tenant: str | None, shape: str,
    out: Path | None, where: Where,
) -> None:  # fmt: skip
    """Hold SCENARIO against the record: documented and simulated, side by side.

    Without a scenario, all of the catalogue are checked. Ends with 1 when a given, fitted or control observation lies outside, or an
    emergent one lies outside without a reason or inside against one. With --refit, ends with 1 when a number is not found again
    to two digits. Figures and verdicts are those of --seed; the other seeds say how stable a verdict is.

    \b
    Examples:
      azsim fidelity
      azsim fidelity 2012-06-29-us-east-1-power-loss --vary assumed
      azsim fidelity --tenant netflix
      azsim fidelity 2012-06-29-us-east-1-power-loss --refit
    """
    from simulator import api
    from simulator.report import fidelity_documents, tables

    if refit:
        if vary or out or tenant:
            raise click.UsageError("--refit goes with none of --vary, --tenant and --out. Leave one of them out.")
        _refit(scenarios, seed, shape)
        return

    def checked() -> "Fidelity":
        with where.running() as how:
            return api.fidelity(
                scenarios, replications=replications, seed=seed, vary_assumed=vary is not None, tenant=tenant, seeds=seeds, running=how
            )

    shapes = Shapes(
        name="fidelity", document=lambda found: fidelity_documents.fidelity_document(found, typed(), seed),
        csv=fidelity_documents.fidelity_csv, lines=tables.fidelity_lines,
    )  # fmt: skip
    found = answer(checked, shapes, shape=shape, out=out)
    for failure in found.failures if shape != "table" else ():
        writing.print_notice(f"azsim: {failure}")
    if found.failures:
        raise Exit(EXPECTATION_FAILED)


def _refit(scenarios: Sequence[str], seed: int, shape: str) -> None:
    from simulator import __version__, api
    from simulator.report.documents import csv_text
    from simulator.report.layout import Column, Table, laid_out
    from simulator.scenario import catalogue

    rows = []
    for scenario in scenarios or catalogue.names("incident"):
        rows += [(scenario, name, found, filed, _same(found, filed)) for name, found, filed in api.fit(scenario, seed=seed)]
    heads = ("scenario", "number", "found", "in_file", "reproduced")
    if shape == "json":
        document = {
            "format": "azsim.refit/1",
            "azsim_version": __version__,
            "command": typed(),
            "seed": seed,
            "rows": [dict(zip(heads, row, strict=True)) for row in rows],
            "warnings": [f"{row[0]} {row[1]} is not found again" for row in rows if not row[4]],
        }
        writing.print_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    elif shape == "csv":
        writing.print_text(csv_text(heads, rows))
    elif rows:
        cells = tuple((*row[:4], "yes" if row[4] else "no") for row in rows)
        table = Table(columns=tuple(Column(head=head.replace("_", " ")) for head in heads), rows=cells)
        writing.print_lines(laid_out(table, writing.terminal_width()))
    else:
        writing.print_text("no fitted numbers")
    if not all(row[4] for row in rows):
        raise Exit(EXPECTATION_FAILED)


def _same(found: str, filed: str) -> bool:
    from simulator.scenario.reckoning import Quantity

    try:
        ours, theirs = Quantity.read(found), Quantity.read(filed)
    except ValueError:
        return found == filed
    return f"{ours.amount:.{REPRODUCED}g}" == f"{theirs.amount:.{REPRODUCED}g}" and ours.time == theirs.time


COMMANDS = {"fidelity": fidelity}
