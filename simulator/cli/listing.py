"""`azsim list`, `check` and `show`: what there is, whether it is sound, and what was understood."""

from typing import Any

import click

from simulator.cli import options, writing

_HEADINGS = {"incident": "scenarios", "architecture": "architectures", "tenant": "tenants", "population": "populations", "world": "worlds"}


@click.command("list", short_help="List what the catalogue holds.")
@click.argument("kind", type=click.Choice(list(_HEADINGS.values())), required=False)
@options.FORMAT
def list_(kind: str | None, shape: str) -> None:
    """List the scenarios, architectures, tenants, populations and worlds of the catalogue.

    \b
    Examples:
      azsim list
      azsim list architectures
      azsim list --format json
    """
    from simulator import __version__
    from simulator.report.documents import csv_text, json_text
    from simulator.report.layout import Column, Line, Table, laid_out, line
    from simulator.scenario import catalogue

    wanted = [k for k, heading in _HEADINGS.items() if kind in (None, heading)]
    found = [(k, entry) for k in wanted for entry in catalogue.entries(k)]
    entries = [(_HEADINGS[k], e.name, e.summary, str(e.path), e.invented if k == "incident" else None) for k, e in found]
    heads = ("kind", "name", "summary", "path", "invented")
    if shape == "json":
        rows = [dict(zip(heads, entry, strict=True)) for entry in entries]
        writing.print_text(json_text({"format": "azsim.list/1", "azsim_version": __version__, "rows": rows, "warnings": []}))
    elif shape == "csv":
        writing.print_text(csv_text(heads, entries))
    else:
        lines: list[Line] = []
        for heading in dict.fromkeys(entry[0] for entry in entries):
            own = [entry for entry in entries if entry[0] == heading]
            made_up = any(invented for *_, invented in own)
            rows_of = tuple((name, *(["invented" if invented else ""] if made_up else []), says) for _, name, says, _, invented in own)
            columns = (Column(head="name"), *([Column(head="")] if made_up else []), Column(head="summary", prose=True))
            table = Table(columns=columns, rows=rows_of, title=heading, headed=False)
            lines += [*([line("")] if lines else []), *laid_out(table, writing.terminal_width())]
        writing.print_lines(lines)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.WORLD_OF
def check(files: tuple[str, ...], scenario: str | None) -> None:
    """Check files: scenarios, worlds, architectures, tenants and populations.

    FILE is a path or a name of the catalogue, or - for standard input. Every problem of every file is printed, each with file, line and
    column; then the command ends with 2. With a scenario, named by --scenario or as the only one among the files, architectures, tenants
    and populations are checked in its world. An application that is below its outage threshold before the incident begins is then a
    problem, with its reason.

    \b
    Examples:
      azsim check mine.yaml
      azsim check scenarios/*/*.yaml
      azsim check my-incident.yaml my-architecture.yaml
      azsim check my-architecture.yaml --scenario my-incident.yaml
      cat mine.yaml | azsim check -
    """
    from simulator.cli import describing
    from simulator.scenario.problems import ScenarioError, printable

    problems = []
    within = scenario or describing.incident_of(files)
    staged = describing.staged(within)
    for file in files:
        try:
            describing.check(file, staged, healthy=within is not None)
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
        else:
            writing.print_text(f"{printable(file)}: ok")
    if problems:
        raise ScenarioError(tuple(problems))


@click.command()
@click.argument("file", metavar="NAME|FILE")
@options.WORLD_OF
@options.SWITCHES
def show(file: str, scenario: str | None, without: tuple[str, ...], with_: tuple[str, ...], settings: tuple[tuple[str, Any], ...]) -> None:
    """Print what was understood of a scenario, world, architecture, tenant or population.

    The canonical form: patterns expanded, numbers filled in, defaults explicit. Loading what it printed gives the same again. Where a
    world and something else have one name, worlds/NAME means the world.

    \b
    Examples:
      azsim show 2012-06-29-us-east-1-power-loss
      azsim show worlds/us-east-1-2012
      azsim show two-zone
      azsim show mine.yaml > resolved.yaml
    """
    from simulator.cli import describing
    from simulator.scenario import showing

    path, kind, document, others = describing.shown(file)
    for other in others:
        writing.print_notice(f"azsim: there is another file of this name: azsim show {other.parent.name}/{other.stem}")
    numbers = options.numbers(settings)
    switches = {"without": without, "with_": with_, "numbers": numbers}
    if kind == "incident":
        writing.print_text(showing.show(describing.scenario(path, **switches)))
    elif kind == "tenant":
        writing.print_text(showing.show(describing.tenant(path, scenario, **switches)))
    elif kind == "population":
        writing.print_text(showing.show(describing.population(path, scenario, **switches)))
    elif kind == "world":
        writing.print_text(showing.show_world(describing.world(document, **switches)))
    elif without or with_:
        raise click.UsageError("An application has nothing to switch. Leave --without and --with out, or name a scenario.")
    else:
        writing.print_text(showing.show_application(describing.application(document, numbers)))


COMMANDS = {"list": list_, "check": check, "show": show}
