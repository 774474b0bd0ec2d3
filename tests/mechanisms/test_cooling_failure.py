"""The invented night without cooling: what happens when one of its mechanisms is taken away. Same dice throughout."""

from functools import lru_cache
from math import log

import pytest

from simulator import api
from simulator.engine.trace import Trace
from simulator.ensemble.results import RunResult

NIGHT = "cooling-failure"
ZONE = "us-east-1/zone-1"
ROOMS = (f"{ZONE}/dc-1", f"{ZONE}/dc-2")
TRIPS = 30 * 60.0
"""Seconds after 22:00 at which the chillers stop."""
REPLICATIONS = range(4)


@lru_cache
def night(
    tenant: str = "static-in-zone-1", *, replication: int = 0, without: tuple[str, ...] = (), with_: tuple[str, ...] = ()
) -> RunResult:
    return api.run(NIGHT, tenant=tenant, replication=replication, without=without, with_=with_)


def times(trace: Trace, change: str, *owners: str) -> list[float]:
    return [time for time, what, who, _, _, _ in trace.records if what == change and who in owners]


def hot_after(cut_off: float, heating: float, walls: float) -> float:
    """Seconds from the end of the cold water until a room that loses heat through its walls is that hot: x = h w (1 - exp(-t / w))."""
    return -walls * log(1.0 - cut_off / (heating * walls))


def instances(trace: Trace, change: str) -> list[float]:
    return times(trace, change, *(f"{room}/instances" for room in ROOMS))


@pytest.mark.parametrize(("room", "density"), [(ROOMS[0], 1.0), (ROOMS[1], 1.414)])
def test_the_older_servers_go_when_the_tank_and_the_room_are_exhausted(room: str, density: float) -> None:
    first = times(night().trace, "down", f"{room}/instances")[0]
    assert first == pytest.approx(TRIPS + 7.071 * 60 + hot_after(12.25, 0.025 * density, 1.414 * 3600), abs=0.01)


def test_a_larger_thermal_mass_is_dark_later_and_a_larger_tank_too() -> None:
    def first(*mitigations: str) -> float:
        return instances(night(with_=mitigations).trace, "down")[0] - TRIPS

    empty, room = 7.071 * 60, hot_after(12.25, 0.025 * 1.414, 1.414 * 3600)
    assert first() == pytest.approx(empty + room, abs=0.01)
    assert first("larger-thermal-mass") == pytest.approx(empty + hot_after(12.25, 0.025 * 1.414 / 2, 1.414 * 3600), abs=0.01)
    assert first("larger-tank") == pytest.approx(6 * empty + room, abs=0.01)


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_without_the_cut_off_nothing_happens_to_anybody(replication: int) -> None:
    calm = night("must-launch-in-zone-1", replication=replication, without=("thermal-cut-off",))
    assert instances(calm.trace, "down") == []
    assert calm.lost_minutes == 0.0
    assert night("must-launch-in-zone-1", replication=replication).lost_minutes > 0.0


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_the_newer_servers_last_longer_only_while_there_are_two_kinds(replication: int) -> None:
    def spread(**switches: tuple[str, ...]) -> float:
        trace = night(replication=replication, **switches).trace
        older, newer = (times(trace, "down", *(f"{room}/power/group-{n}" for room in ROOMS)) for n in (1, 2))
        return newer[0] - older[0]

    assert spread() > 120.0
    assert spread(without=("two-kinds",)) == 0.0


def switched_on(room: str, replication: int, *without: str) -> tuple[float, float]:
    """Seconds after the chillers run at which a room is cool enough, and at which its first power group is given power."""
    trace = night(replication=replication, without=without).trace
    running = times(trace, "serves", f"{ZONE}/chillers")[0]
    cool = [r[0] for r in trace.records if r[1:4] == ("level", f"{room}/heat", 4.472) and r[5] == "falls"]
    return (cool[0] if cool else 0.0) - running, times(trace, "repaired", f"{room}/power/group-1")[0] - running


def test_nothing_is_switched_on_before_its_room_is_cool() -> None:
    found = {(room, n): (switched_on(room, n), switched_on(room, n, "cool-first")) for room in ROOMS for n in REPLICATIONS}
    assert all(0 < cool <= on for (cool, on), _ in found.values())
    assert sum(on - hot for (_, on), (_, hot) in found.values()) / len(found) > 600.0


@pytest.mark.parametrize("replication", REPLICATIONS)
def test_without_stages_the_zone_is_back_sooner(replication: int) -> None:
    staged, at_once = (instances(night(replication=replication, without=w).trace, "up") for w in ((), ("staged-restart",)))
    assert len(staged) == len(at_once) == 200
    assert at_once[179] < staged[179] - 600.0


def test_survivors_run_short_only_while_spares_are_scarce() -> None:
    lost: dict[tuple[str, ...], list[float]] = {(): [], ("scarce-spares",): []}
    for without, found in lost.items():
        for n in range(12):
            one = night("must-launch-in-zone-1", replication=n, without=without)
            short = times(one.trace, "fails", "us-east-1/room-for-launches")
            assert bool(short) is (not without)
            found.append(one.lost_minutes)
    assert sum(lost[("scarce-spares",)]) < 0.9 * sum(lost[()])
