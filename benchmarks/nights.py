"""The night that is timed: its plan with no architecture, with some of them or with all, compiled once and replayed at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.api import load
from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of
from simulator.model.world import Scenario, Tenant

NIGHT = "2012-06-29-us-east-1-power-loss"
FACTOR = 10_000
SEED = 1

SCALED = ("servers-per-rack", "load-balancers", "databases", "boot-capacity", "volume-check-rate")
"""The region's unit counts, and the fitted capacities, which are units at a time and per second.

The work of the shared queue follows by itself: it is a total over the lost units.
"""


@dataclass(kw_only=True, frozen=True)
class Night:
    """A scenario and the tenants that ride along."""

    scenario: Scenario
    tenants: tuple[Tenant, ...]

    def plan(self, *, of: Sequence[Tenant] | None = None) -> Plan:
        """The scenario with some of its tenants, or with all, each in all of its placements."""
        return plan_of(self.scenario, cases_of(self.scenario, self.tenants if of is None else of))


def night(numbers: Mapping[str, Any] | None = None) -> Night:
    """The night with all architectures of the catalogue, and with some numbers at other values."""
    loaded = load(NIGHT, numbers=numbers)
    return Night(scenario=loaded.scenario, tenants=tuple(loaded.tenants()))


def larger() -> Night:
    """The same night in a region with 10,000 times the units, and with capacities to match."""
    return night({name: {"product": [f"${name}", FACTOR]} for name in SCALED})


def replayed(plan: Plan) -> Callable[[int], Trace]:
    """The replications of a plan, by number."""
    return lambda n: replay(plan, seed=SEED, replication=n)
