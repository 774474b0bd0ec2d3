"""A simulator of single requests, AsyncFlow, on its own example of servers that go out, beside the same outages in azsim."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.environments import ASYNCFLOW, Ask, NotInstalled, awake
from benchmarks.ledger import Line
from benchmarks.nights import replayed
from benchmarks.servers_out import CALLS, HORIZON, OUTAGES, write_servers_out
from benchmarks.yardstick import TIMEOUTS, Pairs, bare_timeouts, by_turns, least_of, timed
from simulator.api import load
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of

ROUNDS = 4
CHECK = 1.0
"""Seconds between the health checks of azsim's balancer; AsyncFlow takes a server out at the instant at which it fails."""


def there(ask: Ask, answers: list[dict[str, Any]]) -> Callable[[int], float]:
    """The example in AsyncFlow, in its own seconds; what came out is kept. It takes no seed: every time is another."""

    def seconds(_: int) -> float:
        answers.append(ask(horizon=int(HORIZON), outages=OUTAGES))
        return float(answers[-1]["seconds"])

    return seconds


def test_servers_out(tmp_path: Path, benchmark: Any, enter: Any, leave_out: Any) -> None:
    incident, tenant = write_servers_out(tmp_path)
    loaded = load(incident)
    subject = replayed(plan_of(loaded.scenario, cases_of(loaded.scenario, loaded.tenants([tenant]))))
    other_carries_all(subject(0))
    parts = {"bare": least_of(10, timed(bare_timeouts)), "azsim": least_of(10, timed(subject))}
    answers: list[dict[str, Any]] = []
    with ExitStack() as stack:
        try:
            parts["asyncflow"] = there(stack.enter_context(awake(ASYNCFLOW)), answers)
        except NotInstalled as why:
            leave_out((Line.REQUEST, Line.REQUEST_EVENT, Line.OUTAGES_INSTEAD), f"not installed, {why}")
        times = by_turns(benchmark, parts, rounds=ROUNDS)
    enter(Line.OUTAGES, Pairs(subject=times["azsim"], base=times["bare"]), TIMEOUTS)
    if not answers:
        return
    # Users come and go by the minute: two minutes of outage hold a tenth more or less than the others, but half would be far less.
    assert mean(a["during"] for a in answers) > 0.8 * mean(a["otherwise"] for a in answers)
    assert 0.85 < mean(a["requests"] for a in answers) / CALLS / HORIZON < 1.05
    pairs = Pairs(subject=times["asyncflow"], base=times["bare"])
    enter(Line.REQUEST, pairs, TIMEOUTS / mean(a["requests"] for a in answers))
    enter(Line.REQUEST_EVENT, pairs, TIMEOUTS / mean(a["events"] for a in answers))
    enter(Line.OUTAGES_INSTEAD, Pairs(subject=times["asyncflow"], base=times["azsim"]))


def other_carries_all(trace: Trace) -> None:
    """Half of the calls fail from the outage to the next check, and none after it: the server that is left carries them all."""
    ((_, curve),) = trace.curves.items()
    ends = [*(t for t, _ in curve[1:]), trace.horizon]
    lost = [(t, end - t, served) for (t, served), end in zip(curve, ends, strict=True) if served < 1]
    assert [t for t, _, _ in lost] == [start for start, _ in OUTAGES]
    assert all(served == 0.5 and spell <= CHECK for _, spell, served in lost)
