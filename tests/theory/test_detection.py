"""How long a health check takes to find a dead unit (k), and what that costs."""

from pathlib import Path

import pytest

from simulator import api
from simulator.engine.routes import RouteState
from simulator.ensemble.results import RunResult
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import exponential, tenant_of, tree_of, written

INTERVAL, THRESHOLD, TIMEOUT = 30.0, 3, 5.0
UNITS, LIFE, HORIZON = 50, 4_000.0, 240_000.0
"""Fifty units of which each lives 4,000 h, watched for 240,000 h: some 3,000 losses, hardly ever two at a time."""


def watched(folder: Path, *, check: bool = True) -> RunResult:
    """Fifty units behind a route; a dead one takes its part of the calls until checks have found it."""
    scenario = written(folder, "empty", tree_of(horizon=f"{HORIZON!r} h"))
    interval = {"health_check": {"interval": f"{INTERVAL!r} s", "threshold": THRESHOLD, "timeout": f"{TIMEOUT!r} s"}} if check else {}
    web = {
        "path": "a/web", "units": UNITS, "failure": {"after": {"law": exponential(LIFE * 3600.0)}}, "recovery": [{"wait": {"for": "1 h"}}],
    }  # fmt: skip
    tenant = tenant_of(components=[web], routes=[{"path": "front", "targets": "a/web", "spread": "by_unit", **interval}])
    return api.run(scenario, written(folder, "app", tenant))


def detections(result: RunResult) -> list[float]:
    """Seconds from the loss of a unit to its leaving the rotation."""
    records = result.trace.records
    spans = [time - records[cause][0] for time, change, _, _, cause, _ in records if change == "rotation" and records[cause][1] == "down"]
    return [span for span in spans if span > 0.0]  # at the loss itself the rotation has a dead unit more


def lost_seconds(result: RunResult) -> Estimate:
    """Seconds of whole service lost per loss of a unit, times the units."""
    losses = sum(1 for r in result.trace.records if r[1] == "down")
    return Estimate(value=result.lost_minutes * 60.0 * UNITS / losses, error=INTERVAL / 12**0.5 / losses**0.5)


EXACT = (THRESHOLD - 0.5) * INTERVAL + TIMEOUT


def test_k_checks_find_a_dead_unit_after_two_whole_and_a_drawn_interval(tmp_path: Path) -> None:
    result = watched(tmp_path)
    spans = detections(result)
    found = mean_of(spans)
    assert len(spans) > 2_500
    assert found.relative < 0.003
    assert found.agrees(EXACT)
    assert mean_of((s - EXACT) ** 2 for s in spans).agrees(INTERVAL**2 / 12)
    assert min(spans) >= (THRESHOLD - 1) * INTERVAL + TIMEOUT
    assert max(spans) <= THRESHOLD * INTERVAL + TIMEOUT
    # Now and then two units are out at once, and each of the rest has a little more.
    assert lost_seconds(result).agrees(EXACT, rounding=1e-3)


def test_k_checks_that_find_it_at_once_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = RouteState.remove

    def at_once(self: RouteState, t: int, cause: int) -> None:
        lost = self._seen[t] - self.tenant.units_of(self.plan.targets[t]) * self.run.own[self.plan.targets[t]]
        self._seen[t] -= lost
        if lost > 0:
            remove(self, t, lost, cause)

    monkeypatch.setattr(RouteState, "target_changed", at_once)
    result = watched(tmp_path)
    assert detections(result) == []
    assert not lost_seconds(result).agrees(EXACT, rounding=1e-3)


def test_k_no_checks_at_all_are_noticed(tmp_path: Path) -> None:
    result = watched(tmp_path, check=False)
    assert detections(result) == []
    assert lost_seconds(result).agrees(3600.0, rounding=2e-3)
