"""What one replication costs, and how that grows with units and with architectures."""

from __future__ import annotations

from statistics import mean
from typing import Any

import pytest

from benchmarks.environments import SOURCE, asked
from benchmarks.ledger import Line
from benchmarks.nights import FACTOR, Night, larger, night, replayed
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, by_turns, in_turn, timed
from simulator.engine import cohorts
from simulator.engine.plan import MOST_BATCHES

REPLICATIONS = 8
STRUCK = "us-east-1/zone-1/dc-2/"


@pytest.fixture(scope="module")
def june() -> Night:
    return night()


def test_one_replication_in_bare_timeouts(june: Night, benchmark: Any, enter: Any) -> None:
    plan = june.plan()
    assert len(june.tenants) == 8
    assert len(plan.tenants) > len(june.tenants)
    subject = replayed(plan)
    events = mean(subject(n).events for n in range(REPLICATIONS))
    pairs = in_turn(benchmark, subject, [bare_timeouts], replications=REPLICATIONS)
    enter(Line.REPLICATION, pairs, TIMEOUTS)
    enter(Line.EVENT, pairs, TIMEOUTS / events)
    benchmark.extra_info["events"] = events


def test_compiled_and_in_plain_python(june: Night, benchmark: Any, enter: Any, leave_out: Any) -> None:
    if str(cohorts.__file__).endswith(".py"):
        leave_out((Line.PLAIN,), "nothing is compiled here")
        pytest.skip("nothing is compiled here")
    subject = replayed(june.plan())
    with asked(SOURCE, "azsim_in_plain_python.py") as ask:
        parts = {"compiled": timed(subject), "plain": lambda n: float(ask(replication=n)["seconds"])}
        times = by_turns(benchmark, parts, replications=REPLICATIONS, rounds=5)
    enter(Line.PLAIN, Pairs(subject=times["plain"], base=times["compiled"]))


def test_ten_thousand_times_the_units(june: Night, benchmark: Any, enter: Any) -> None:
    base, subject = june.plan(), larger().plan()
    struck = [c for c in base.cohorts if c.owner.startswith(STRUCK) and c.units > MOST_BATCHES]
    assert len(struck) > 5
    assert {c.owner for c in struck if subject.units[c.owner] != pytest.approx(c.units * FACTOR, rel=0.01)} == set(), "not scaled"
    enter(Line.UNITS, in_turn(benchmark, replayed(subject), [replayed(base)], replications=REPLICATIONS))


def test_from_one_architecture_to_eight(june: Night, benchmark: Any, enter: Any) -> None:
    alone = [replayed(june.plan(of=[tenant])) for tenant in june.tenants]
    enter(Line.ONE_TO_EIGHT, in_turn(benchmark, replayed(june.plan()), alone, replications=4, rounds=5))


def test_from_no_architecture_to_eight(june: Night, benchmark: Any, enter: Any) -> None:
    none = june.plan(of=[])
    assert not none.tenants
    enter(Line.NONE_TO_EIGHT, in_turn(benchmark, replayed(june.plan()), [replayed(none)], replications=REPLICATIONS))
