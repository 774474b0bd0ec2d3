"""The nearest relative in reliability, AvailSim4, on the same system of units with repair."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from benchmarks.environments import AVAILSIM4, Ask, NotInstalled, awake
from benchmarks.ledger import Line
from benchmarks.units_with_repair import SURE, Life, System, life_of, lived, off
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, by_turns, timed

REPLICATIONS = 12

LINES = {
    System(k=2, n=3, horizon=2000.0): (Line.THREE, Line.THREE_THERE, Line.THREE_INSTEAD),
    System(k=20, n=30, horizon=400.0): (Line.THIRTY, Line.THIRTY_THERE, Line.THIRTY_INSTEAD),
}
"""Both have an event every 1.7 or 0.17 hours."""


def there(ask: Ask, system: System, lives: dict[int, Life]) -> Callable[[int], float]:
    """A replication in AvailSim4, in its own seconds; what came out is kept."""

    def seconds(replication: int) -> float:
        found = ask(**asdict(system), seed=replication)
        lives[replication] = Life(events=found["failures"] + found["repairs"], down=found["down"])
        return float(found["seconds"])

    return seconds


@pytest.mark.parametrize("system", LINES, ids=lambda system: f"{system.k}-of-{system.n}")
def test_units_with_repair(system: System, tmp_path: Path, benchmark: Any, enter: Any, leave_out: Any) -> None:
    here, elsewhere, instead = LINES[system]
    plan = system.plan(tmp_path)
    ours = [life_of(plan, n) for n in range(REPLICATIONS)]
    agrees("azsim", ours, system, benchmark)
    parts = {"bare": timed(bare_timeouts), "azsim": timed(lambda n: lived(plan, n))}
    lives: dict[int, Life] = {}
    with ExitStack() as stack:
        try:
            parts["availsim4"] = there(stack.enter_context(awake(AVAILSIM4)), system, lives)
        except NotInstalled as why:
            leave_out((elsewhere, instead), f"not installed, {why}")
        times = by_turns(benchmark, parts, replications=REPLICATIONS, rounds=2)
    events = mean_events(ours)
    enter(here, Pairs(subject=times["azsim"], base=times["bare"]), TIMEOUTS / events)
    if lives:
        theirs = list(lives.values())
        agrees("AvailSim4", theirs, system, benchmark)
        enter(elsewhere, Pairs(subject=times["availsim4"], base=times["bare"]), TIMEOUTS / mean_events(theirs))
        enter(instead, Pairs(subject=times["availsim4"], base=times["azsim"]), events / mean_events(theirs))


def mean_events(lives: list[Life]) -> float:
    return sum(life.events for life in lives) / len(lives)


def agrees(who: str, lives: list[Life], system: System, benchmark: Any) -> None:
    """Both have to give what the formula gives: how long another model takes is of no interest."""
    found, errors = off(lives, system.down())
    benchmark.extra_info[f"{who}: share of time down"] = f"{found.value:.4f}, {errors:+.1f} standard errors off {system.down():.4f}"
    assert found.relative < 0.05
    assert abs(errors) < SURE
    cycles = system.n * system.horizon / (system.life + system.repair)
    assert mean_events(lives) == pytest.approx(2 * cycles, rel=0.05)
