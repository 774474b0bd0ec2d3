"""A comparison and a run that nobody simulated: eight architectures, an incident of an evening, curves of plausible shapes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np

from simulator.engine.trace import Trace
from simulator.ensemble.results import (
    Band,
    Comparison,
    ComparisonRow,
    Estimate,
    EventMark,
    Impairment,
    Origin,
    OutageSpan,
    Paired,
    Radius,
    RunResult,
)
from simulator.measures.curves import Steps, steps

START = datetime(2012, 6, 29, 19, 20, tzinfo=timezone(timedelta(hours=-7)))
HORIZON = 86_400.0
ORIGIN = Origin(
    scenario="2012-06-29-storm-in-the-east",
    scenario_sha256="1f0c" * 16,
    seed=1,
    azsim_version="0.1.0",
    start=START,
    horizon_seconds=HORIZON,
)
SUMMARY = (
    "In a storm the utility feed fails twice, the generators of one building refuse, and its UPS runs out: "
    "7 % of a region, and two control planes of the whole."
)
EVENTS = (
    EventMark(name="flicker", summary="feeds of datacenters in other zones fluctuate, and their back-up power carries them", seconds=120),
    EventMark(
        name="spike", summary="a voltage spike at the switchgear of both datacenters of the zone, and at the private site", seconds=240
    ),
    EventMark(
        name="refuse",
        summary="all generators of dc-2 start, and none gives a voltage that the transfer gear accepts; so at the one private site",
        seconds=240,
    ),
    EventMark(
        name="again",
        summary="the second failure finds the UPS partly used; generators elsewhere ran on for over 30 hours, beyond this run",
        seconds=2220,
    ),
    EventMark(
        name="by-hand",
        summary="staff bring the generators in by hand, ten minutes after the UPS was empty; taken alike for the private site",
        seconds=3240,
    ),
)
LOST = 2640.0
# name, cost, share served while its zone is gone, minutes until it is back (median), minutes that is spread over, share of placements hit
ARCHITECTURES = (
    ("single-zone", 1.0, 0.0, 330.0, 120.0, 0.2),
    ("two-zone", 2.0, 0.48, 14.0, 5.0, 0.4),
    ("three-zone-tight", 1.0, 0.62, 175.0, 60.0, 0.6),
    ("three-zone-spare", 1.5, 0.71, 6.0, 3.0, 0.6),
    ("three-zone-failsafe", 1.5, 0.66, 62.0, 20.0, 0.6),
    ("two-region-standby", 2.0, 0.0, 41.0, 18.0, 0.2),
    ("two-region-active", 2.0, 0.52, 1.2, 0.4, 0.2),
    ("private-datacenter", 1.3, 0.0, 96.0, 40.0, 0.5),
)


def estimate(values: np.ndarray) -> Estimate:
    mean, half = float(values.mean()), float(1.96 * values.std() / np.sqrt(len(values)))
    low, middle, high = (float(q) for q in np.quantile(values, [0.05, 0.5, 0.95]))
    return Estimate(mean=mean, ci95=(mean - half, mean + half), p05=low, p50=middle, p95=high)


def comparison(architectures: Sequence[tuple[str, float, float, float, float, float]] = ARCHITECTURES) -> Comparison:
    grid = np.linspace(0.0, HORIZON, 721)
    rows, bands = [], {}
    for k, (name, cost, served, median, wide, hit) in enumerate(architectures):
        rng = np.random.default_rng(k)
        minutes = median + wide * rng.gamma(2.0, 0.5, 100)
        curves = np.stack([_curve(grid, served * rng.uniform(0.9, 1.1), m * 60) for m in minutes])
        for case, share in (("hit", 1.0), ("average", hit)):
            band = 1 - share * (1 - curves)
            low, middle, high = np.quantile(band, [0.05, 0.5, 0.95], axis=0)
            bands[name, case] = Band(seconds=tuple(grid), p05=tuple(low), p50=tuple(middle), p95=tuple(high), mean=tuple(band.mean(axis=0)))
            lost = (1 - band).sum(axis=1) * 2
            rows.append(
                ComparisonRow(
                    hit_in=1.0, lost_if_hit=None, worst_if_hit=None,
                    architecture=name, summary=f"{name} of the reference application", placement=case, cost_index=cost,
                    outage_minutes=estimate(minutes * share), time_to_recover_minutes=None, lost_minutes=estimate(lost),
                    worst_served=estimate(band.min(axis=1)), blast_radius_users=estimate(1 - band.min(axis=1)),
                    data_loss_minutes=estimate(lost * 0), open_at_horizon=0.02 if name == "single-zone" and case == "hit" else 0.0,
                )
            )  # fmt: skip
    paired = (Paired(a="single-zone", b="two-zone", placement="hit", lost_minutes_mean=300.0, lost_minutes_ci95=(280.0, 320.0)),)
    return Comparison(
        origin=ORIGIN, summary=SUMMARY, replications=100, objective=0.95, rows=tuple(rows), paired=paired, bands=bands,
        events=EVENTS, timeline=timeline(),
    )  # fmt: skip


def _curve(grid: np.ndarray, served: float, back: float) -> np.ndarray:
    since = grid - LOST
    ramp = np.clip((since - back * 0.7) / max(back * 0.3, 1.0), 0, 1)
    return np.where(since < 0, 1.0, np.minimum(1.0, served + (1 - served) * np.floor(ramp * 12) / 12))


def timeline() -> tuple[Impairment, ...]:
    def lane(component: str, *points: tuple[float, float]) -> Impairment:
        return Impairment(component=component, down=steps([(0.0, 0.0), *points], end=HORIZON))

    back = [(LOST + 600 + i * 420, 1 - i / 26) for i in range(1, 27)]
    return (
        *(lane(f"east/zone-{z}/dc-1/power/utility", (120, 1), (150, 0)) for z in (2, 3, 4, 5)),
        *(lane(f"east/zone-1/{dc}/power/utility", (240, 1), (300, 0), (2220, 1)) for dc in ("dc-1", "dc-2")),
        lane("private/site-fails/dc-1/power/utility", (240, 1), (300, 0), (2220, 1)),
        *(lane(f"east/zone-1/dc-2/power/group-{g}/generators", (240, 1), (3240, 0)) for g in (1, 2)),
        *(lane(f"east/zone-1/dc-2/power/group-{g}/ups", (LOST, 1), (3240 + 100 * g, 0)) for g in (1, 2)),
        lane("east/zone-1/dc-2/instances", (LOST, 0.6), (LOST + 60, 1.0), *back),
        lane("east/zone-1/dc-2/volumes", (LOST, 1.0), *((t + 3000, v) for t, v in back)),
        lane("east/zone-1/dc-2/ebs-servers", (LOST, 1.0), *((t + 2000, v) for t, v in back)),
        lane("east/load-balancers", (LOST, 0.07), *((t + 9000, 0.07 * v) for t, v in back)),
        lane("east/launch-api", (LOST, 1), (6600, 0)),
        lane("east/databases/multi-zone-failover-of-the-stalled-ones", (LOST, 0.004), (24_000, 0)),
    )


def run() -> RunResult:
    curve = Steps(
        times=(0.0, LOST, LOST + 900, 9000.0, 9600.0, 15_000.0, 16_500.0), values=(1.0, 0.0, 0.4, 1.0, 0.85, 0.99, 1.0), end=HORIZON
    )
    trace = Trace(horizon=HORIZON)
    for event in EVENTS:
        trace.add(event.seconds, "event", event.name)
    spans = ((LOST, 9000.0), (9600.0, 15_000.0))
    return RunResult(
        origin=ORIGIN, architecture="three-zone-tight", case="hit", placement={"a": "east/zone-1", "b": "east/zone-2", "c": "east/zone-3"},
        replication=0, objective=0.95, curve=curve, outage_minutes=196.0, time_to_recover_minutes=206.0, lost_minutes=101.5,
        data_loss_minutes=0.0, worst_served=0.0, open_at_horizon=False,
        outages=tuple(OutageSpan(start=START + timedelta(seconds=a), end=START + timedelta(seconds=b)) for a, b in spans),
        blast_radius={"users": Radius(peak=1.0, ever=1.0)}, label="three-zone-tight@1", trace=trace,
    )  # fmt: skip


def named(comparison: Comparison, text: str) -> Comparison:
    """The same with this text for every name and summary that a user can write."""
    number = {row.architecture: f"{text}{i // 2}" for i, row in enumerate(comparison.rows)}
    return replace(
        comparison,
        origin=replace(comparison.origin, scenario=text, without=(text,), with_=(text,)),
        summary=text,
        rows=tuple(replace(row, architecture=number[row.architecture], summary=text) for row in comparison.rows),
        bands={(number[name], case): band for (name, case), band in comparison.bands.items()},
        events=tuple(replace(event, name=text, summary=text) for event in comparison.events),
        timeline=tuple(replace(lane, component=f"{text}/{i}") for i, lane in enumerate(comparison.timeline)),
    )
