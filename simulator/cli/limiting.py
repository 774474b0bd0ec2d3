"""Options of commands that replay: how many events and how much memory a replication may take."""

import functools
import re
from collections.abc import Callable
from typing import Any

import click

from simulator.cli.options import Whole, options

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *(MB|GB|TB)", re.IGNORECASE)
_UNITS = {"MB": 1e6, "GB": 1e9, "TB": 1e12}
LEAST = 100_000_000
"""Less memory than this is not even enough to load the libraries."""


class Size(click.ParamType[int]):
    """An amount of memory in bytes: `500 MB`, `4 GB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = _SIZE.fullmatch(str(value).strip())
        found = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
        if found < LEAST:
            from simulator.scenario.problems import quoted

            self.fail(f"{quoted(str(value))} is no amount of memory: write 100 MB or more, such as '4 GB'.", param, ctx)
        return found


_OPTIONS: Callable[[Any], Any] = options(
    click.option(
        "--max-events", type=Whole(1, 10**12), metavar="N",
        help="Stop a replication that has more events than this, and say what spends them.  [default: 10,000,000]",
    ),
    click.option(
        "--max-memory", type=Size(), metavar="SIZE",
        help="Stop when a process has taken more memory than this, such as '500 MB'.  [default: 4 GB]",
    ),
)  # fmt: skip


def limiting(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command that replays: it takes these options, and everything it does keeps to them."""

    @functools.wraps(command)
    def called(*args: Any, max_events: int | None, max_memory: int | None, **chosen: Any) -> Any:
        from simulator import api

        with api.limits(max_events=max_events, max_memory=max_memory):
            return command(*args, **chosen)

    decorated: Callable[..., Any] = _OPTIONS(called)
    return decorated
