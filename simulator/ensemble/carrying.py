"""A replication carried on beyond its horizon, with the same dice and nothing new happening, to see how what is open there ends."""

from dataclasses import replace

from simulator.engine.placements import Placement
from simulator.engine.replay import replay
from simulator.ensemble.cases import Case, plan_of
from simulator.ensemble.results import RunResult
from simulator.measures.baselines import outage_level
from simulator.measures.curves import below
from simulator.measures.index import TraceIndex
from simulator.model.world import Scenario, Tenant

TIMES = (4, 16)
"""As long as so many horizons, one after the other: a few days for a night."""


def carried_on(scenario: Scenario, tenant: Tenant, run: RunResult) -> RunResult:
    """The run with a trace in which the outage that is open at its horizon ends; the run as it is where none is, or it ends nowhere."""
    placement = Placement(zones=tuple(run.placement.items()), weight=1.0, hit=True)
    for times in TIMES if run.open_at_horizon else ():
        longer = scenario.model_copy(update={"horizon": times * scenario.horizon})
        plan = plan_of(longer, [Case(label=run.label, tenant=tenant, placement=placement)])
        trace = replay(plan, seed=run.origin.seed, replication=run.replication)
        index = TraceIndex(trace)
        curve = index.curve(run.label)
        level = outage_level(run.objective, index.baseline(run.label))
        if [outage.end for outage in below(curve, level) if outage.start < scenario.horizon][-1] < curve.end:
            return replace(run, trace=trace)
    return run
