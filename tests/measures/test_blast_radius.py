"""How much was hit, by class of units, users and tenants."""

import pytest

from simulator.engine.trace import Trace
from simulator.measures import blast_radius
from simulator.measures.blast_radius import BlastRadius
from simulator.measures.curves import steps

CLASSES = {"dc/instances": "instances", "other/instances": "instances", "dc/volumes": "volumes", "dc/nodes": "load_balancers"}


def test_by_class_over_all_units_of_the_class(night: Trace) -> None:
    # The batch that is lost twice counts once. There are no load balancers in this world.
    assert blast_radius.by_class(night, CLASSES) == {
        "instances": BlastRadius(peak=0.1, ever=0.1),
        "volumes": BlastRadius(peak=1.0, ever=1.0),
    }


def test_one_after_the_other_is_less_at_the_peak_than_ever() -> None:
    trace = Trace(horizon=100.0, units={"c": 4.0})
    for time, change, batch in [(10.0, "down", 0), (20.0, "down", 1), (20.0, "up", 0), (30.0, "up", 1), (40.0, "down", 0)]:
        trace.add(time, change, "c", 1.0, -1, batch)
    assert blast_radius.by_class(trace, {"c": "instances"}) == {"instances": BlastRadius(peak=0.25, ever=0.5)}


def test_users_of_one_tenant_and_of_several() -> None:
    a = steps([(0.0, 1.0), (10.0, 0.2), (20.0, 1.0)], end=50.0)
    b = steps([(0.0, 1.0), (30.0, 0.6)], end=50.0)
    assert blast_radius.of_users(a).peak == pytest.approx(0.8)
    both = blast_radius.of_all_users([a, b], [100.0, 300.0])
    assert (both.peak, both.ever) == pytest.approx((0.3, 0.5))
    assert blast_radius.of_tenants([a, b], [0.95, 0.95]) == BlastRadius(peak=0.5, ever=1.0)
    assert blast_radius.of_tenants([a, b], [0.95, 0.5]) == BlastRadius(peak=0.5, ever=0.5)


def test_at_one_instant_a_return_and_a_loss_do_not_add_up() -> None:
    # Both orders of the two at 20 s occur: a is below from 10 to 20 and c from 20 on, b from 20 to 30.
    a = steps([(0.0, 1.0), (10.0, 0.2), (20.0, 1.0)], end=50.0)
    b = steps([(0.0, 0.2), (10.0, 1.0), (20.0, 0.2), (30.0, 1.0)], end=50.0)
    assert blast_radius.of_tenants([a, b], [0.95, 0.95]) == BlastRadius(peak=0.5, ever=1.0)
    assert blast_radius.of_tenants([b, a], [0.95, 0.95]) == BlastRadius(peak=0.5, ever=1.0)


def test_nobody() -> None:
    assert blast_radius.of_tenants([], []) == BlastRadius(peak=0.0, ever=0.0)
    assert blast_radius.of_users(steps([(0.0, float("nan"))], end=1.0)) == BlastRadius(peak=0.0, ever=0.0)
