"""Outages of one tenant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.trace import Trace
from simulator.measures import outages
from simulator.measures.curves import Interval, steps

TWICE = steps([(0.0, 1.0), (10.0, 0.4), (20.0, 1.0), (50.0, 0.9), (70.0, 1.0)], end=100.0)


def test_two_outages_and_the_time_to_recover_from_both() -> None:
    assert outages.outages(TWICE, 0.95) == [Interval(start=10.0, end=20.0), Interval(start=50.0, end=70.0)]
    assert outages.outage_seconds(TWICE, 0.95) == 30.0
    assert outages.time_to_recover_seconds(TWICE, 0.95) == 60.0
    assert outages.worst_served(TWICE) == 0.4
    assert not outages.open_at_horizon(TWICE, 0.95)
    assert outages.outage_seconds(TWICE, 0.9) == 10.0


def test_an_outage_open_at_the_horizon_is_counted_and_flagged() -> None:
    curve = steps([(0.0, 1.0), (90.0, 0.0)], end=100.0)
    assert outages.open_at_horizon(curve, 0.95)
    assert (outages.outage_seconds(curve, 0.95), outages.time_to_recover_seconds(curve, 0.95)) == (10.0, 10.0)


def test_no_outage() -> None:
    curve = steps([(0.0, 1.0)], end=100.0)
    assert (outages.outage_seconds(curve, 0.95), outages.time_to_recover_seconds(curve, 0.95)) == (0.0, 0.0)
    assert not outages.open_at_horizon(curve, 0.95)


def test_the_outcome_of_a_tenant(night: Trace) -> None:
    found = outages.outcome(night, "shop", objective=0.95, users=600.0, calls=20.0)
    assert found.outages == (Interval(start=60.0, end=200.0),)
    assert (found.outage_seconds, found.time_to_recover_seconds, found.open_at_horizon) == (140.0, 140.0, False)
    assert found.lost_seconds == pytest.approx(50 + 8 + 2)
    assert found.lost_requests == pytest.approx(1200)
    assert found.lost_user_minutes == pytest.approx(600)
    assert (found.worst_served, found.data_loss_seconds) == (0.5, 12.5)
    assert outages.outcome(night, "far", objective=0.95).data_loss_seconds == 0.0
    with pytest.raises(KeyError):
        outages.outcome(night, "nobody", objective=0.95)


@given(st.lists(st.integers(0, 8).map(lambda n: n / 8), min_size=1, max_size=12), st.floats(0, 1))
def test_outage_at_most_time_to_recover_at_most_the_run(values: list[float], objective: float) -> None:
    curve = steps(((10.0 * i, v) for i, v in enumerate(values)), end=10.0 * len(values))
    outage, recover = outages.outage_seconds(curve, objective), outages.time_to_recover_seconds(curve, objective)
    assert 0 <= outage <= recover <= curve.length
    assert (outage == 0) == (not outages.outages(curve, objective))
