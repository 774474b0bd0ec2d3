"""The night of 29 June 2012: what happens when one mechanism is taken away or made larger. Same dice throughout."""

from functools import lru_cache
from pathlib import Path

import pytest

from simulator import api
from simulator.engine.trace import Trace
from simulator.ensemble.results import RunResult
from tests.theory.scenarios import BASIS, written

NIGHT = "2012-06-29-us-east-1-power-loss"
DARK = "us-east-1/zone-1/dc-2"
QUEUE = "us-east-1/load-balancer-queue"
LOST, POWER_BACK = 44 * 60.0, 54 * 60.0
"""Seconds after 19:20: the UPS is empty at 20:04, the generators are in at 20:14."""
SEEDS = (1, 2, 3)


@lru_cache
def night(
    tenant: str | Path, *, seed: int = 1, case: str = "hit", without: tuple[str, ...] = (), numbers: tuple[tuple[str, str], ...] = ()
) -> RunResult:
    return api.run(NIGHT, tenant, seed=seed, case=case, without=without, numbers=dict(numbers))


def times(trace: Trace, change: str, owner: str) -> list[float]:
    return [time for time, what, who, _, _, _ in trace.records if what == change and who == owner]


def half_back(trace: Trace) -> float:
    """Seconds after power returned until half of the lost instances are back."""
    back = times(trace, "up", f"{DARK}/instances")
    lost = times(trace, "down", f"{DARK}/instances")
    return back[(len(lost) - 1) // 2] - POWER_BACK


def peak_wait(trace: Trace) -> float:
    return max(wait for _, wait in trace.waits[QUEUE])


# -- the shared queue --------------------------------------------------------------------------------------------------------------------

TENFOLD = (("shifts-total", "37.42 min"), ("replacements-total", "346.4 min"), ("scale-ups-total", "3873 min"))
"""The others' traffic shifts, replacements and scale-ups, at ten times what the world assumes."""


def test_ten_times_the_jobs_of_others_delay_a_tenants_own() -> None:
    shifts, registered = [], []
    for seed in SEEDS:
        plain, crowded = night("netflix", seed=seed), night("netflix", seed=seed, numbers=TENFOLD)
        shift, owner = f"{plain.label}/lb", f"{plain.label}/b/web-extra"
        shifts.append(times(crowded.trace, "withdrawn", shift)[0] - times(plain.trace, "withdrawn", shift)[0])
        registered.append(times(crowded.trace, "up", owner)[0] - times(plain.trace, "up", owner)[0])
        # Service instances register themselves, without the load balancers' control plane.
        owner = f"{plain.label}/b/service-extra"
        assert times(plain.trace, "up", owner) == times(crowded.trace, "up", owner)
    assert min(shifts) > 60.0
    assert sum(shifts) / len(SEEDS) > 5 * 60.0
    assert min(registered) > 3600.0


@pytest.mark.parametrize("seed", SEEDS)
def test_without_the_scale_up_bug_the_wait_stays_short(seed: int) -> None:
    free = peak_wait(night("single-zone", seed=seed, without=("scale-up-bug",)).trace)
    assert free < 0.25 * peak_wait(night("single-zone", seed=seed).trace)


# -- calls that hang into a dead zone ----------------------------------------------------------------------------------------------------


def with_timeout(folder: Path, timeout: str) -> Path:
    """The fail-safe tenant with another time-out of the calls between its tiers."""
    return written(folder, "tenant", {
        "format": 1, "name": "other-timeout", "summary": "the same with another time-out", "kind": "tenant", "like": "netflix",
        "numbers": {"call-timeout": {"value": timeout, "basis": BASIS}},
    })  # fmt: skip


def served_in_the_hour_after(result: RunResult) -> float:
    """Mean share served from a quarter of an hour after the loss on, for an hour: the registry is frozen, nothing has returned."""
    start, end = LOST + 900.0, LOST + 4500.0
    seconds, served = api.curve_arrays(result)
    ends = [*seconds[1:], result.trace.horizon]
    return sum(max(0.0, min(e, end) - max(s, start)) * v for s, e, v in zip(seconds, ends, served, strict=True)) / (end - start)


def test_a_short_time_out_leaves_two_thirds_and_a_long_one_next_to_nothing(tmp_path: Path) -> None:
    quick = served_in_the_hour_after(api.run(NIGHT, with_timeout(tmp_path, "0.1 s")))
    slow = served_in_the_hour_after(api.run(NIGHT, with_timeout(tmp_path, "60 s")))
    assert 0.6 < quick < 0.72
    assert slow < 0.15


def test_it_is_the_frozen_registry_that_keeps_the_dead_in_rotation(tmp_path: Path) -> None:
    freed = api.run(NIGHT, with_timeout(tmp_path, "60 s"), without=["registry-fail-safe"])
    assert served_in_the_hour_after(freed) > 0.95


# -- the launch API ----------------------------------------------------------------------------------------------------------------------


def test_the_launch_api_is_gone_while_running_capacity_serves_on() -> None:
    result = night("single-zone", case="missed")
    (gone,), (back,) = (times(result.trace, change, "us-east-1/launch-api") for change in ("stops_serving", "serves"))
    assert gone == pytest.approx(LOST, abs=1.0)
    assert (back - gone) / 60 == pytest.approx(66.0, abs=0.01)
    elsewhere = {who for _, change, who, _, _, _ in result.trace.records if change == "down" and who.endswith(("instances", "volumes"))}
    kinds = ("instances", "environment-instances", "volumes")
    assert {who for who in elsewhere if who.startswith("us-east-1/")} == {f"{DARK}/{kind}" for kind in kinds}
    assert result.lost_minutes == 0.0
    assert result.curve.values == (1.0,)


def test_launches_wait_until_people_have_promoted_the_replica() -> None:
    for role in "bc":  # zones that nothing happened to
        for switched, later in (((), True), (("api-manual-failover",), False)):
            result = night("netflix", without=switched)
            owner = f"{result.label}/{role}/web-extra"
            asked, up = times(result.trace, "starts", owner)[0], times(result.trace, "up", owner)
            assert LOST < asked < LOST + 600.0
            assert (min(up) > LOST + 66 * 60.0) is later


# -- the boot ----------------------------------------------------------------------------------------------------------------------------


def test_nothing_returns_in_the_first_two_hours_and_then_much_at_once() -> None:
    """The dead time is nobody's number: it arises because all servers share what boots them."""
    back = [t - POWER_BACK for t in times(night("single-zone").trace, "up", f"{DARK}/instances")]
    assert back[0] > 2 * 3600.0
    first_half = back[len(back) // 2] - back[0]
    assert first_half < back[0]


def test_without_the_boot_bottleneck_half_of_the_instances_are_back_within_minutes() -> None:
    free = half_back(night("single-zone", without=("boot-bottleneck",)).trace)
    assert free < 20 * 60.0
    assert half_back(night("single-zone").trace) > 8 * free


def test_half_the_dark_share_is_back_in_much_less_time() -> None:
    whole, half = (half_back(night("single-zone", numbers=numbers).trace) for numbers in ((), (("dc-2-share", "3.5 %"),)))
    assert half <= 0.7 * whole
