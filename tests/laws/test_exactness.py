"""Crossings are computed, not polled; what scales leaves the times alone; and how much the batches blur."""

from math import log
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine.trace import Trace
from simulator.scenario import catalogue
from simulator.scenario.reading import read_yaml
from tests.theory.measuring import spans_down
from tests.theory.scenarios import BASIS, replayed, tree_of, written

ROOM = "north/zone-1/dc-1"
NIGHT = "2012-06-29-us-east-1-power-loss"
TICK = 2.0**-20


def crossings(trace: Trace, owner: str) -> list[tuple[float, str]]:
    return [(time, detail) for time, change, who, _, _, detail in trace.records if change == "level" and who == owner]  # type: ignore[misc]


# -- stocks ------------------------------------------------------------------------------------------------------------------------------


def test_a_battery_spans_two_demands_and_is_empty_to_the_tick(tmp_path: Path) -> None:
    """Ten minutes and a third of a second; the first demand takes three minutes and 0.7 s of it."""
    drain = {"steady": {"per_second": -1, "while": {"down": "feed"}}}
    tree = tree_of(
        components=[{"path": f"{ROOM}/feed"}, {"path": f"{ROOM}/rack", "requires": {"live": {"any_of": ["feed", "battery"]}}}],
        stocks=[{"path": f"{ROOM}/battery", "capacity": "600.3333333 s", "flows": [drain]}],
        events=[
            {"name": "first", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/feed", "for": "180.7 s"}}},
            {"name": "second", "at": "2 h", "do": {"fail": {"target": f"{ROOM}/feed", "for": "1 h"}}},
        ],
    )
    trace = replayed(written(tmp_path, "battery", tree))
    empty = 7200.0 + 600.3333333 - 180.7
    ((time, direction),) = crossings(trace, f"{ROOM}/battery")
    assert direction == "falls"
    assert abs(time - empty) <= TICK
    assert spans_down(trace, f"{ROOM}/rack") == [(time, 10800.0)]


def test_an_exponential_approach_crosses_where_its_logarithm_says(tmp_path: Path) -> None:
    """From 100 towards 10 over half an hour; with a steady inflow it is drawn to a higher level at the same rate."""
    tau, level = 1800.0, 50.0
    for inflow in (0.0, 0.02):
        flows: list[dict[str, Any]] = [{"relax": {"toward": 10, "over": "30 min"}}, {"steady": {"per_second": inflow}}]
        tree = tree_of(
            components=[{"path": f"{ROOM}/alarm", "initially": "down"}],
            stocks=[{"path": f"{ROOM}/pressure", "capacity": 100, "flows": flows if inflow else flows[:1]}],
            rules=[{"name": "low", "when": {"level_below": {"of": f"{ROOM}/pressure", "level": level}}, "do": {"start": f"{ROOM}/alarm"}}],
            events=[{"name": "nothing", "at": "1 s", "do": {"repair": f"{ROOM}/alarm"}}],
        )
        trace = replayed(written(tmp_path, "pressure", tree))
        drawn_to = 10.0 + inflow * tau
        exact = tau * log((100.0 - drawn_to) / (level - drawn_to))
        ((time, _),) = crossings(trace, f"{ROOM}/pressure")
        assert abs(time - exact) <= TICK
        assert [t for t, change, owner, _, _, _ in trace.records if change == "up" and owner.endswith("alarm")] == [time]


def test_a_level_that_is_never_reached_is_never_crossed(tmp_path: Path) -> None:
    tree = tree_of(
        stocks=[{"path": f"{ROOM}/pressure", "capacity": 100, "flows": [{"relax": {"toward": 51, "over": "30 min"}}]}],
        components=[{"path": f"{ROOM}/alarm", "initially": "down"}],
        rules=[{"name": "low", "when": {"level_below": {"of": f"{ROOM}/pressure", "level": 50}}, "do": {"start": f"{ROOM}/alarm"}}],
        events=[{"name": "nothing", "at": "1 s", "do": {"repair": f"{ROOM}/alarm"}}],
    )
    assert crossings(replayed(written(tmp_path, "pressure", tree)), f"{ROOM}/pressure") == []


# -- scale -------------------------------------------------------------------------------------------------------------------------------


def restart(folder: Path, *, scale: int) -> Trace:
    """A power failure, a shared boot, a check of the volumes one by one; units and capacities multiplied alike."""
    racks = {"latching": {"on": "power", "restore": {"uniform": ["0 s", "10 min"]}}}
    tree = tree_of(
        horizon="24 h",
        components=[
            {"path": f"{ROOM}/power"},
            {"path": f"{ROOM}/instances", "units": 400 * scale, "requires": racks, "recovery": [
                {"visit": {"station": "boot", "work": {"lognormal": {"median": "4 min", "p90": "6 min"}}}},
            ]},
            {"path": f"{ROOM}/volumes", "units": 1200 * scale, "requires": racks, "recovery": [
                {"follow": {"component": "instances"}}, {"visit": {"station": "check", "work": "1 s", "share": "40 %", "again": 2}},
            ]},
        ],
        stations=[
            {"path": f"{ROOM}/boot", "discipline": {"processor_sharing": {"per_job": 1}}, "capacity": 32 * scale},
            {"path": f"{ROOM}/check", "discipline": {"fifo": {"servers": 1}}, "capacity": scale / 4},
        ],
        events=[{"name": "blink", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/power", "for": "20 min"}}}],
    )  # fmt: skip
    return replayed(written(folder, f"restart-{scale}", tree))


def test_ten_thousand_times_the_units_leave_every_instant_where_it_was(tmp_path: Path) -> None:
    """Above the number of batches the size of a batch is a weight and no more, where capacity grows along."""
    small, large = restart(tmp_path, scale=1), restart(tmp_path, scale=10_000)
    assert len(small.records) > 900
    assert [r[1:3] for r in large.records] == [r[1:3] for r in small.records]
    assert all(abs(b[0] - a[0]) <= 16 * TICK for a, b in zip(small.records, large.records, strict=True))
    pairs = zip(small.records, large.records, strict=True)
    moved = [(a[3], b[3]) for a, b in pairs if a[1] in {"down", "up"} and not a[2].endswith("power")]
    assert all(b == pytest.approx(10_000 * a) for a, b in moved)


def test_units_without_their_capacity_take_longer(tmp_path: Path) -> None:
    def last(trace: Trace) -> float:
        return max(time for time, change, owner, _, _, _ in trace.records if change == "up" and owner.endswith("instances"))

    plain = restart(tmp_path, scale=1)
    tree = read_yaml((tmp_path / "restart-1.yaml").read_bytes(), file="restart").value
    tree["world"]["components"][1]["units"] = 800
    assert last(replayed(written(tmp_path, "crowded", tree))) > last(plain) + 600.0


# -- batches -----------------------------------------------------------------------------------------------------------------------------

COARSE = ("instances", "ebs-servers", "volumes", "load-balancer-nodes", "databases-single")
"""What a lost building's world is divided into a hundred parts of, where the file says nothing else."""


def finer(folder: Path, batches: int) -> Path:
    """The night with its cohorts divided into other numbers of batches."""
    tree = read_yaml(catalogue.find(NIGHT, "incident").read_bytes(), file=NIGHT).value
    change = {f"us-east-1/zone-1/dc-2/{name}": {"batches": batches} for name in COARSE}
    tree["mitigations"].append({"name": "finer", "summary": "other batches", "change": change, "basis": BASIS})
    return written(folder, NIGHT, tree)


def whole_in_the_dark(folder: Path) -> Path:
    """The one-zone architecture with a hundred instances of each kind, all in the building that is lost, and no database to wait for.

    What is left to chance is where each unit stands in the line, so that the batches of the line are nearly all that differs.
    """
    dark = {"exposure": {"us-east-1/zone-1/dc-2": "100 %"}, "basis": BASIS}
    return written(folder, "dark", {
        "format": 1, "name": "dark", "summary": "all in the dark", "kind": "architecture", "like": "single-zone", "remove": "database",
        "numbers": {"fleet": {"value": 100, "basis": BASIS}},
        "change": {"a/lb-node": {"units": 100, "lives_in": "zone", **dark}, "a/web": dark, "a/service": {"requires": [], **dark}},
    })  # fmt: skip


def lost_with(batches: int, folder: Path) -> float:
    """Mean lost minutes over 30 nights; none of the instances waits for a volume, whose owner may sleep till noon."""
    (hit, *_) = api.compare(
        finer(folder, batches), [whole_in_the_dark(folder)], replications=30, with_=["finer"], numbers={"root-volume": "0 %"}
    ).rows  # fmt: skip
    assert hit.placement == "hit"
    return hit.lost_minutes.mean


def test_a_hundred_batches_lose_as_many_minutes_as_a_thousand(tmp_path: Path) -> None:
    """The error of batching. Measured: 205.05 min with a hundred batches, 205.02 min with a thousand, 0.02 % apart."""
    coarse, fine, rough = (lost_with(batches, tmp_path) for batches in (100, 1000, 2))
    assert fine > 180.0
    assert coarse == pytest.approx(fine, rel=0.005)
    assert rough != pytest.approx(fine, rel=0.005)
