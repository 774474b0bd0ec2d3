"""Options that several commands share, and the kinds of values they take."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

F = TypeVar("F", bound=Callable[..., Any])


class Whole(click.ParamType[int]):
    """A whole number from `least` to `most`."""

    name = "integer"

    def __init__(self, least: int, most: int = 1_000_000_000) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        text = str(value).strip()
        found = int(text) if len(text) < 25 and text.lstrip("+-").isdecimal() and text.isascii() else None
        if found is None or not self.least <= found <= self.most:
            from simulator.scenario.problems import quoted

            self.fail(f"{quoted(text)} is no whole number from {self.least} to {self.most:,}.", param, ctx)
        return found


class Share(click.ParamType[float]):
    """A share of the demand: `99%`, `99.9 %` or 0.99."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        from simulator.units import parse_share

        try:
            share = parse_share(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)
        if not share:
            self.fail("'0 %' is met by an architecture that serves nothing: write a share above zero, such as '99 %'.", param, ctx)
        return share


class Setting(click.ParamType[tuple[str, Any]]):
    """Another value for a number of the scenario: `NAME=VALUE`."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        if isinstance(value, tuple):
            return value
        from simulator.scenario.problems import quoted
        from simulator.scenario.scalars import Refusal, plain_value

        name, sign, text = str(value).partition("=")
        name, text = name.strip(), text.strip()
        if not sign or not name or not text:
            self.fail(f"{quoted(str(value))} sets nothing: write a name, = and a value, such as NAME='20 min'.", param, ctx)
        read = plain_value(text)
        if isinstance(read, Refusal):
            self.fail(f"{read.fact}: {read.remedy}", param, ctx)
        return name, read


def options(*each: Callable[[F], F]) -> Callable[[F], F]:
    """Several options at once, in the order in which help lists them."""

    def decorated(function: F) -> F:
        for one in reversed(each):
            function = one(function)
        return function

    return decorated


def numbers(settings: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What `--set` was given, by name; the last value of a name counts."""
    return dict(settings)


def rider(architecture: str, tenant: str | None) -> dict[str, Any]:
    """What rides in the scenario: the tenant, if one was named, else the architecture. One of the two, not both."""
    if tenant is None:
        return {"architecture": architecture}
    if click.get_current_context().get_parameter_source("architecture") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--tenant and --architecture each name what is replayed. Leave one of them out.")
    return {"tenant": tenant}


SCENARIO = click.argument("scenario", metavar="SCENARIO")
ARCHITECTURES = click.argument("architectures", nargs=-1, metavar="[ARCHITECTURE]...")

SEED = click.option("--seed", type=Whole(0, 2**63 - 1), default=1, show_default=True, help="Dice: the same seed gives the same result.")
REPLICATIONS = click.option(
    "--replications", type=Whole(1), default=100, show_default=True, help="How often to replay, each time with new dice."
)
STRATA = click.option(
    "--strata", type=Whole(0, 10_000), default=0, show_default="none", metavar="S",
    help="Stratify draws over blocks of S replications for narrower intervals; replications are rounded up to whole blocks.",
)  # fmt: skip
REPLICATION = click.option("--replication", type=Whole(0), default=0, show_default=True, help="Which set of dice of the seed.")
OBJECTIVE = click.option("--objective", type=Share(), help="Share of demand served below which it counts as an outage, such as 99%.")
FORMAT = click.option(
    "--format", "shape", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True, help="What to print."
)
OUT = click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write results and pictures into this folder.")
ARCHITECTURE = click.option(
    "--architecture", metavar="NAME|FILE", default="single-zone", show_default=True, help="The way to deploy, by name or as a file."
)
TENANT = click.option(
    "--tenant", metavar="NAME|FILE", help="A tenant, where it stood, in the place of an architecture: one of the scenario's, or any other."
)
CASE = click.option(
    "--case", type=click.Choice(["hit", "missed"]), default="hit", show_default=True, help="Placed where the failure strikes, or elsewhere."
)
WORLD_OF = click.option(
    "--scenario", metavar="SCENARIO", help="The scenario in whose world an architecture stands.  [default: the first of the catalogue]"
)
SWITCHES = options(
    click.option("--without", multiple=True, metavar="MECHANISM", help="Switch a mechanism of the scenario off; repeat for more."),
    click.option("--with", "with_", multiple=True, metavar="MITIGATION", help="Switch a mitigation on; repeat for more."),
    click.option(
        "--set", "settings", type=Setting(), multiple=True, metavar="NAME=VALUE", help="Give a number another value; repeat for more."
    ),
)
