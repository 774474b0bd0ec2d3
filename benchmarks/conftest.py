"""Collects what the benchmarks measured, and prints it against what was aimed at."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from benchmarks.ledger import Entry, LeftOut, Line, table
from benchmarks.yardstick import Pairs, both

_ENTRIES = pytest.StashKey[dict[Line, Entry | LeftOut]]()

Enter = Callable[..., None]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ENTRIES] = {}
    # A test that fails before it has timed anything says why by itself.
    config.addinivalue_line("filterwarnings", "ignore:Benchmark fixture was not used")


@pytest.fixture
def enter(request: pytest.FixtureRequest, benchmark: Any) -> Enter:
    """Write a line of the table: the ratio of a pair, times a scale; none where nothing is timed."""

    def write(line: Line, pairs: Pairs, scale: float = 1.0) -> None:
        if benchmark.disabled:
            return
        least, middle = both(pairs, scale)
        request.config.stash[_ENTRIES][line] = Entry(least=least, median=middle)
        benchmark.extra_info[line.name.lower()] = least

    return write


@pytest.fixture
def leave_out(request: pytest.FixtureRequest) -> Callable[[Iterable[Line], str], None]:
    """Say in the table why lines could not be measured."""

    def write(lines: Iterable[Line], why: str) -> None:
        request.config.stash[_ENTRIES].update(dict.fromkeys(lines, LeftOut(why=why)))

    return write


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    entries = config.stash[_ENTRIES]
    if entries:
        terminalreporter.section("measured and aimed at")
        for row in table(entries):
            terminalreporter.write_line(row)
