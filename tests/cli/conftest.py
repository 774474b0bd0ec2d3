"""Results made up by hand, with awkward values in every place where one can be."""

import math
import sysconfig
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from simulator.engine.trace import Trace
from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Mean, Together, Weighted, WorstWindow
from simulator.ensemble.pooling import Pooled
from simulator.ensemble.results import (
    Comparison,
    ComparisonRow,
    Estimate,
    Explanation,
    Fidelity,
    FidelityRow,
    Origin,
    OutageSpan,
    Paired,
    Radius,
    RadiusEstimate,
    RunResult,
    Told,
)
from simulator.measures.causes import Hop
from simulator.measures.curves import Steps

START = datetime.fromisoformat("2020-03-01T22:30:00-07:00")


@pytest.fixture(scope="session")
def azsim() -> str:
    """The installed command."""
    return str(Path(sysconfig.get_path("scripts")) / "azsim")


def origin(scenario: str = "storm") -> Origin:
    return Origin(scenario=scenario, scenario_sha256="ab" * 32, seed=7, azsim_version="0.1.0", start=START, horizon_seconds=86_400.0)


def estimate(mean: float, spread: float = 1.0) -> Estimate:
    return Estimate(mean=mean, ci95=(mean - spread, mean + spread), p05=mean / 2, p50=mean, p95=mean * 2)


@pytest.fixture
def run_result() -> RunResult:
    trace = Trace(horizon=86_400.0)
    trace.add(600.0, "event", "power-fails")
    trace.add(600.5, "down", "r/z/d/instances", 3.0, 0, ("x", 1))
    trace.add(601.0, "level", "r/z/d/ups", math.inf, 1, object)
    return RunResult(
        origin=origin(), architecture="[/b]two", case="hit", placement={"a": "r/z-1"}, replication=0, objective=0.95,
        curve=Steps(times=(0.0, 600.0, 1200.0), values=(1.0, 0.25, 1.0), end=86_400.0), outage_minutes=10.0, time_to_recover_minutes=None,
        lost_minutes=7.5, data_loss_minutes=0.0, worst_served=0.25, open_at_horizon=False,
        outages=(OutageSpan(start=START + timedelta(minutes=10), end=START + timedelta(minutes=100)),),
        blast_radius={"users": Radius(peak=0.75, ever=0.75), "load_balancers": Radius(peak=0.2, ever=0.3)}, label="two@0", trace=trace,
    )  # fmt: skip


@pytest.fixture
def comparison() -> Comparison:
    def row(name: str, placement: str, mean: float) -> ComparisonRow:
        return ComparisonRow(
            hit_in=1.0, lost_if_hit=None, worst_if_hit=None,
            architecture=name, summary="", placement=placement, cost_index=2.0, outage_minutes=estimate(mean),
            time_to_recover_minutes=None if mean == 0 else estimate(mean), lost_minutes=estimate(mean), worst_served=estimate(0.4, 0.1),
            blast_radius_users=estimate(0.6, 0.1), data_loss_minutes=estimate(0.0, math.nan), open_at_horizon=0.5 if mean > 1000 else 0.0,
        )  # fmt: skip

    rows = [row(name, case, mean) for name, mean in (("=cmd()", 1234.7), ("one", 12.5)) for case in ("hit", "missed", "average")]
    paired = [Paired(a="one", b="=cmd()", placement="hit", lost_minutes_mean=-1222.0, lost_minutes_ci95=(-1230.0, -1214.0))]
    return Comparison(
        origin=origin(), summary="A [/b] storm.", replications=20, objective=0.99, rows=tuple(rows), paired=tuple(paired), bands={},
        events=(), timeline=(), warnings=("few",),
        blast_radius={"load_balancers": RadiusEstimate(peak=estimate(0.05, 0.01), ever=estimate(0.25, 0.01))},
    )  # fmt: skip


@pytest.fixture
def availabilities() -> Availabilities:
    def pooled(lost: float) -> Pooled:
        return Pooled(unavailability=lost, ci95=(lost / 2, lost * 1.5), p05=0.0, p50=lost, p95=lost)

    def row(name: str, lost: float, *, case: str = "fixed", share: Pooled | None = None) -> AvailabilityRow:
        way = Weighted(share=share or pooled(lost), lost_minutes=estimate(1440 * lost))
        radius = RadiusEstimate(peak=estimate(0.5, 0.1), ever=estimate(0.6, 0.1))
        windows = tuple(WorstWindow(length_seconds=length, share=pooled(lost)) for length in (60.0, 86_400.0))
        return AvailabilityRow(
            name=name, kind="architecture" if case == "hit" else "tenant", case=case,
            cost_index=2.0 if case == "hit" else None, users=1000.0, calls=100.0, by_time=way, by_requests=way, by_users=way,
            lost_requests=estimate(8.64e6 * lost), lost_user_minutes=estimate(1.44e6 * lost), lost_minutes_each=1440 * lost or None,
            blast_radius={"users": radius}, open_at_horizon=0.5 if lost > 0.5 else 0.0,
            windows=windows, curve=windows,
        )  # fmt: skip

    rows = (row("[/b]two", 0.0012, case="hit"), row("=cmd()", 0.75), row("shop", 0.0))
    mean = Mean(unavailability=0.5, lost_minutes=720.0)
    both = Together(
        members=("=cmd()", "shop"), users=2000.0, by_time=mean, by_users=mean, lost_user_minutes=1.44e6, lost_minutes_each=1200.0,
        blast_radius={name: Radius(peak=0.5, ever=0.6) for name in ("users", "tenants")}, open_at_horizon=0.5,
        windows=((60.0, 0.5), (86_400.0, 0.5)), curve=((60.0, 0.5), (86_400.0, 0.5)),
    )  # fmt: skip
    return Availabilities(
        origin=origin(), summary="A [/b] storm.", replications=20, objective=None, rows=rows, blast_radius={}, warnings=("few",),
        together=both,
    )


@pytest.fixture
def fidelity() -> Fidelity:
    def row(name: str, role: str, unit: str, **values: object) -> FidelityRow:
        given: dict[str, object] = {
            "p05": None, "p50": None, "p95": None, "assumed_p05": None, "assumed_p95": None, "expect": None, "inside": None,
            "outside_because": None, "holds_in": None, "single": False, "happens_in": None,
        }  # fmt: skip
        return FidelityRow(
            scenario="storm", start=START, id=name, what=f"what {name} is", role=role, confidence="stated", documented="as they say",
            unit=unit, source="paper", **(given | values),
        )  # type: ignore[arg-type] # fmt: skip

    rows = (
        row("Q1", "emergent", "clock", p05=5000.0, p50=5400.0, p95=math.inf, expect=(5100.0, 6000.0), inside=True),
        row(
            "Q2", "emergent", "duration", p05=900.0, p50=1860.0, p95=2400.0, expect=(60.0, 120.0), inside=False, outside_because="no rates",
            assumed_p05=600.0, assumed_p95=3000.0,
        ),
        row("Q3", "control", "share", p05=0.0, p50=0.07, p95=0.0701, expect=(0.065, 0.075), inside=True),
        row("Q4", "control", "holds", p05=1.0, p50=1.0, p95=1.0, holds_in=1.0, expect=(1.0, 1.0), inside=True),
        row("Q5", "not_modelled", ""),
    )  # fmt: skip
    return Fidelity(
        origins=(origin(),), replications=20, rows=rows, fitted_numbers=("a", "b"), changed_numbers=(), failures=("storm Q2 is outside",)
    )


@pytest.fixture
def explanation(run_result: RunResult) -> Explanation:
    def told(seconds: float, text: str, mechanism: str | None, repeats: int = 1) -> Told:
        hop = Hop(index=0, time=seconds, change="event", owner="x", amount=0.0, detail=None, waited=0.0, repeats=repeats, last=seconds)
        return Told(seconds=seconds, text=text, mechanism=mechanism, hop=hop)

    began = (told(600.0, "power fails", None), told(7200.0, "the registry [/b] freezes", "fail-safe", 3))
    return Explanation(run=run_result, began=began, ended=())
