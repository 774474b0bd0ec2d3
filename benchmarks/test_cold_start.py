"""How long a command takes from nothing: each run is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.ledger import Line
from benchmarks.nights import NIGHT
from benchmarks.yardstick import in_turn

AZSIM = str(Path(sys.executable).with_name("azsim"))


def process(*arguments: str) -> Callable[[int], None]:
    """A command as a user starts it, with its output into a pipe that nobody reads; one that fails is no measurement."""

    def run(_: int) -> None:
        subprocess.run(arguments, check=True, capture_output=True, stdin=subprocess.DEVNULL)

    return run


def test_help(benchmark: Any, enter: Any) -> None:
    base = process(sys.executable, "-c", "import click")
    enter(Line.HELP, in_turn(benchmark, process(AZSIM, "--help"), [base], replications=1, rounds=20))


def test_compare(benchmark: Any, enter: Any) -> None:
    command, base = process(AZSIM, "compare", NIGHT, "--replications", "1"), process(sys.executable, "-c", "pass")
    enter(Line.COMPARE, in_turn(benchmark, command, [base], replications=1, rounds=7))
