"""A system of n units with repair that is up while k of them are: as a scenario, as a formula, and what a replication of it came to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from pathlib import Path

import numpy as np

from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.engine.trace import Trace
from tests.theory.measuring import SURE, Estimate, mean_of, spans_down
from tests.theory.scenarios import exponential, failing, plan_of, tree_of, written

__all__ = ["SURE", "Life", "System", "life_of", "lived", "off"]

HOUR = 3600.0
SEED = 1


@dataclass(kw_only=True, frozen=True)
class System:
    """k of n units, new at first, each with an exponential life and an exponential repair of its own; means and horizon in hours."""

    k: int
    n: int
    life: float = 7.0
    repair: float = 3.0
    horizon: float

    def plan(self, folder: Path) -> Plan:
        """The system as a scenario of azsim, compiled."""
        stages = [{"wait": {"for": exponential(self.repair * HOUR)}}]
        units = [failing(f"north/zone-1/dc-1/unit-{i}", exponential(self.life * HOUR), stages) for i in range(self.n)]
        whole = {"path": "north/system", "requires": {"live": {"at_least": {"k": self.k, "of": [u["path"] for u in units]}}}}
        return plan_of(written(folder, "system", tree_of(horizon=f"{self.horizon!r} h", components=[*units, whole])))

    def down(self) -> float:
        """Expected share of the horizon during which fewer than k are up: a sum over binomials, averaged over time since all were new."""
        steps = 100_000
        rate = 1 / self.life + 1 / self.repair
        time = (np.arange(steps) + 0.5) * self.horizon / steps
        out = (1 - np.exp(-rate * time)) / self.life / rate
        enough = sum(comb(self.n, i) * (1 - out) ** i * out ** (self.n - i) for i in range(self.k, self.n + 1))
        return float(1 - np.mean(enough))


@dataclass(kw_only=True, frozen=True)
class Life:
    """One replication: how many failures and repairs of units there were, and the share of time during which the system was down."""

    events: float
    down: float


def lived(plan: Plan, replication: int) -> tuple[Trace, float]:
    """One replication with the system's share of time down, which is what is timed: the other simulator works that out as well."""
    trace = replay(plan, seed=SEED, replication=replication)
    return trace, sum(end - start for start, end in spans_down(trace, "north/system")) / trace.horizon


def life_of(plan: Plan, replication: int) -> Life:
    """What came out of that replication."""
    trace, down = lived(plan, replication)
    events = sum(change in {"down", "up"} and "/unit-" in owner for _, change, owner, *_ in trace.records)
    return Life(events=events, down=down)


def off(lives: Iterable[Life], exact: float) -> tuple[Estimate, float]:
    """Mean share of time down, and by how many standard errors it is off."""
    found = mean_of(life.down for life in lives)
    return found, (found.value - exact) / found.error
