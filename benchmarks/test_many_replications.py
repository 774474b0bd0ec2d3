"""A thousand replications of the night from the command line, by one worker, by two, and by two of Dask."""

from __future__ import annotations

import subprocess
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ledger import Line
from benchmarks.nights import NIGHT
from benchmarks.test_cold_start import AZSIM, process
from benchmarks.workers import dask_workers
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, by_turns, least_of, timed

COMMAND = (AZSIM, "compare", NIGHT, "--replications", "1000")
ROUNDS = 2


@pytest.fixture(scope="module")
def options() -> str:
    """What the command says about its options."""
    return subprocess.run([AZSIM, "compare", "--help"], check=True, capture_output=True, text=True).stdout


def test_a_thousand_replications(benchmark: Any, enter: Any) -> None:
    parts = {"bare": least_of(20, timed(bare_timeouts)), "azsim": timed(process(*COMMAND))}
    times = by_turns(benchmark, parts, rounds=ROUNDS, warm=False)
    enter(Line.THOUSAND, Pairs(subject=times["azsim"], base=times["bare"]), TIMEOUTS)


def test_two_workers(options: str, tmp_path: Path, benchmark: Any, enter: Any, leave_out: Any) -> None:
    if "--workers" not in options:
        leave_out((Line.TWO_WORKERS, Line.DASK), "azsim compare has no --workers")
        pytest.skip("azsim compare has no --workers")
    parts = {f"{n}": timed(process(*COMMAND, "--workers", f"{n}")) for n in (1, 2)}
    without = "azsim compare has no --scheduler" if "--scheduler" not in options else "distributed is not installed"
    with ExitStack() as stack:
        if "--scheduler" in options and find_spec("distributed"):
            address = stack.enter_context(dask_workers(2, tmp_path))
            parts["dask"] = timed(process(*COMMAND, "--scheduler", address))
        else:
            leave_out((Line.DASK,), without)
        times = by_turns(benchmark, parts, rounds=ROUNDS, warm=False)
    enter(Line.TWO_WORKERS, Pairs(subject=times["2"], base=times["1"]))
    if "dask" in times:
        enter(Line.DASK, Pairs(subject=times["dask"], base=times["2"]))
