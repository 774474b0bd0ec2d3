"""October 2012: a leak that starves servers nearly together, a failover without targets that keeps everything stuck, and what ended it.

Of each loop one edge is taken out, and the loop is gone; and where it begins to run away is found by halving, and compared with what
follows from the numbers. Same dice throughout.
"""

import math
from functools import partial

import pytest

from simulator.measures import cohorts
from simulator.measures.index import TraceIndex
from simulator.units import parse_share
from tests.mechanisms.stuck import down, night, number_of, of_zone, rises, switched, threshold, unserved

NIGHT = "2012-10-22-us-east-1-ebs-agent-leak"
VOLUMES, SERVERS = of_zone("volumes"), of_zone("ebs-servers")
MINUTE, HOUR = 60.0, 3600.0
BEGINS, BRAKE, THROTTLE, UNTHROTTLED, CURE = HOUR, 130 * MINUTE, 186 * MINUTE, 333 * MINUTE, 370 * MINUTE
"""Seconds after 09:00: the first volumes at 10:00, the brake at 11:10, the throttle from 12:06 to 14:33, the cure at 15:10."""

run = partial(switched, NIGHT)
number = partial(number_of, NIGHT)


def back(index: TraceIndex, at: float) -> float:
    """Share of the volumes lost by then that is back."""
    return cohorts.share_back(index, VOLUMES, at=at) or 0.0


# -- the leak ----------------------------------------------------------------------------------------------------------------------------


def test_the_leak_starves_servers_nearly_together_and_without_it_nothing_happens() -> None:
    index = run()
    assert down(index, SERVERS, BEGINS) < 0.02
    assert down(index, SERVERS, BEGINS + HOUR) == pytest.approx(number("stale"), abs=0.03)
    assert down(run("leak"), VOLUMES) == 0.0


def test_a_wider_spread_of_the_memory_left_lets_failover_keep_up_for_longer() -> None:
    """The same servers starve over six hours instead of forty minutes: an hour after the first, fewer volumes are stuck."""
    narrow, wide = run(), run(starving_spread="6 h")
    assert down(wide, VOLUMES, BRAKE) < 0.8 * down(narrow, VOLUMES, BRAKE)


# -- failover without targets ------------------------------------------------------------------------------------------------------------


def test_until_the_brake_ever_more_volumes_are_stuck() -> None:
    assert rises(run(), VOLUMES, BRAKE - 15 * MINUTE, BRAKE)
    assert back(run(), BRAKE) < 0.05


def test_without_attempts_that_find_no_room_it_heals_by_itself() -> None:
    """No retries: nothing takes the servers' capacity from the mending of volumes, and nothing sticks under load."""
    storm, calm = run(), run("retries")
    assert back(calm, BRAKE) > back(storm, BRAKE) + 0.05
    assert down(calm, VOLUMES) < down(storm, VOLUMES)


def test_without_the_load_of_failover_only_starved_servers_volumes_stick() -> None:
    storm, calm = run(), run("failover-load")
    assert down(calm, VOLUMES) <= down(calm, SERVERS) - number("spare-room") + 0.015
    assert down(storm, VOLUMES) > down(calm, VOLUMES) + 0.02


def test_with_enough_room_everything_moves_and_nobody_feels_it() -> None:
    assert down(run(with_=("larger-headroom",)), VOLUMES, BRAKE) < 0.001


def test_it_runs_away_where_volumes_stick_faster_than_they_can_be_mended() -> None:
    """Attempts leave nothing to mend with once as many volumes are stuck as the servers can bear attempts.

    It does not come to that where as many are mended in a minute as stick, at the densest point of the lognormal law by which servers
    starve, exp(sigma^2 / 2) / (median sigma sqrt(2 pi)). Those with a second copy on a server that starves too cannot be mended: they
    go on trying, and by the time that half of the servers have starved this many of them take their part of the capacity.
    """
    volumes = number("volumes") * parse_share("20 %")
    sigma = math.log(1.0 + 0.5 * number("starving-spread") / number("starves")) / 1.2816
    densest = math.exp(sigma**2 / 2.0) / (number("starves") * sigma * math.sqrt(2.0 * math.pi))
    mended = (1.0 - number("stale")) * volumes * number("stale") * densest * number("mending")
    trying = number("stale") * volumes * (number("stale") / 2.0 - number("spare-room"))

    def blocked(slowness: float) -> bool:
        """Whether of what is lost by the brake next to nothing has been mended."""
        return back(run("failover-load", background=f"{1.0 / slowness:.0f}"), BRAKE) < 0.4

    found = 1.0 / threshold(blocked, 1.0 / 100_000, 1.0 / 3_000)
    assert found == pytest.approx(mended + trying, rel=0.2)


# -- the brake, and the cure -------------------------------------------------------------------------------------------------------------


def test_without_the_brake_nothing_comes_back_before_the_cure() -> None:
    braked, free = run(), run("brake")
    assert back(braked, CURE) > 0.5
    assert back(free, CURE) < 0.05
    assert back(free, CURE + 65 * MINUTE) < back(braked, CURE + 65 * MINUTE)


def test_without_the_cure_what_has_both_copies_on_starved_servers_stays_stuck() -> None:
    """A second copy starves as often as any server: of those lost with their server so many stay, and the others are mended."""
    cured, left = run(), run("cure")
    assert back(cured, CURE + 2 * HOUR) > 0.95
    end = 23 * HOUR
    stays = down(left, VOLUMES, end) / down(left, VOLUMES, BRAKE)
    assert stays == pytest.approx(number("stale"), abs=0.08)


# -- the throttle, and addresses ---------------------------------------------------------------------------------------------------------


def test_the_throttle_slows_those_who_launch_and_only_while_it_is_on() -> None:
    launch = "us-east-1/launch-api"
    assert unserved(run(), launch) == pytest.approx(UNTHROTTLED - THROTTLE)
    assert unserved(run("api-throttle"), launch) == 0.0


def test_the_last_load_balancers_wait_for_addresses_and_with_enough_of_them_they_do_not() -> None:
    nodes, at = of_zone("load-balancer-nodes"), 11.5 * HOUR
    short, enough = (night(NIGHT, without=without, replication=1) for without in ((), ("address-shortage",)))
    assert 0.0 < down(short, nodes, at) < 0.1 * down(short, nodes)
    assert down(enough, nodes, at) == 0.0
