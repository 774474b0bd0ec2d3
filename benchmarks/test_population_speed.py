"""What a million tenants cost that are worked out after the world's run, in time and in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.ledger import Line
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, in_turn
from simulator import api
from simulator.ensemble.population import lived
from simulator.scenario.populations import load_population

STORM, POPULATION = "2012-06-29-us-east-1-power-loss", "us-east-1-2012"
MANY, FEW = 1_000_000, 10_000
ALONE = """
import resource
from simulator import api
assert api.population({storm!r}, {population!r}, tenants={tenants}, replications=1).rows[0].sample_tenants == {tenants}
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def tenants(count: int) -> Callable[[int], Any]:
    """One replication of the world with so many tenants, all files read beforehand."""
    loaded = api.load(STORM)
    people = load_population(POPULATION, loaded.scenario)

    def subject(replication: int) -> Any:
        found = lived(loaded.scenario, people, origin=loaded.origin(1 + replication), tenants=count, replications=1)
        assert found.rows[0].sample_tenants == count
        assert 0.1 < found.rows[0].toll.down_ever.mean < 0.3
        return found

    return subject


def test_a_million_tenants_in_bare_timeouts(benchmark: Any, enter: Any) -> None:
    enter(Line.PEOPLE, in_turn(benchmark, tenants(MANY), [bare_timeouts], replications=1, rounds=5), TIMEOUTS)


def test_a_million_tenants_instead_of_ten_thousand(benchmark: Any, enter: Any) -> None:
    enter(Line.MORE_PEOPLE, in_turn(benchmark, tenants(MANY), [tenants(FEW)], replications=1, rounds=5), FEW / MANY)


def test_memory_of_a_million_tenants(benchmark: Any, enter: Any) -> None:
    code = ALONE.format(storm=STORM, population=POPULATION, tenants=MANY)

    def measured() -> float:
        return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)

    used = benchmark.pedantic(measured, rounds=1)
    enter(Line.ROOM, Pairs(subject=((used,),), base=((1.0,),)))
