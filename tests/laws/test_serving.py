"""Serving predicted by hand: who rides a component shares its faults, and calls to dead units reach nobody."""

from pathlib import Path

import pytest
import yaml

from simulator import api

ASSUMED = {"assumed": "an example"}
WORLD = {
    "name": "small",
    "summary": "one zone of two rooms",
    "datacenters": [{"path": f"r/z1/d{n}", "share": "50 %", "basis": ASSUMED} for n in (1, 2)],
    "components": [
        {"path": "r/z1/*/power"},
        {"path": "r/z1/*/servers", "units": 100, "requires": {"latching": {"on": "power"}}, "basis": ASSUMED},
    ],
}


def served(folder: Path, fault: str, components: list[dict[str, object]]) -> list[tuple[float, float]]:
    """The curve of a tenant through half an hour of a fault, instants in minutes."""
    incident = {
        "format": 1, "name": "half-an-hour", "summary": "something fails", "world": WORLD, "start": "2030-01-01T00:00Z", "horizon": "2 h",
        "hit_zones": "r/z1",
        "events": [{"name": "fault", "at": "10 min", "do": {"fail": {"target": fault, "for": "30 min"}}, "basis": ASSUMED}],
    }  # fmt: skip
    tenant = {
        "format": 1, "name": "one", "summary": "a tenant", "kind": "architecture", "users": 1000, "calls": 100, "enters": "a/mid",
        "placement": [{"region": "r", "roles": ["a"]}], "components": [{"basis": ASSUMED, **c} for c in components],
    }  # fmt: skip
    for name, tree in (("incident", incident), ("tenant", tenant)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(tree))
    curve = api.run(folder / "incident.yaml", folder / "tenant.yaml").curve
    return [(t / 60, v) for t, v in zip(curve.times, curve.values, strict=True)]


HALF = {"path": "a/mid", "rides": "servers", "units": 4, "exposure": {"r/z1/d1": "50 %", "r/z1/d2": "50 %"}}


@pytest.mark.parametrize("fault", ["r/z1/d1/servers", "r/z1/d1/power"])
def test_a_fault_of_what_is_ridden_takes_the_riders_down(fault: str, tmp_path: Path) -> None:
    assert served(tmp_path, fault, [HALF]) == [(0.0, 1.0), (10.0, 0.5), (40.0, 1.0)]


def test_threads_of_live_units_hold_only_the_calls_that_reach_them(tmp_path: Path) -> None:
    mid = {**HALF, "threads": 10, "call_time": "400 ms"}  # 2 units x 10 threads hold 100 / 2 calls a second for 0.4 s
    assert served(tmp_path, "r/z1/d1/power", [mid]) == [(0.0, 1.0), (10.0, 0.5), (40.0, 1.0)]
    mid = {**mid, "call_time": "500 ms"}  # with all units up 40 threads hold 80 calls a second
    assert served(tmp_path, "r/z1/d1/power", [mid]) == [(0.0, 0.8), (10.0, 0.4), (40.0, 0.8)]


def test_live_units_alone_ask_others(tmp_path: Path) -> None:
    store = {"path": "a/store", "units": 4, "carries": "60 %"}
    mid = {**HALF, "requires": {"live": "store"}}
    assert served(tmp_path, "r/z1/d1/power", [mid, store]) == [(0.0, 0.6), (10.0, 0.5), (40.0, 0.6)]
