"""A small night, made by hand, that the tests of several measures look at."""

import pytest

from simulator.engine.trace import Trace

LOSS = [
    (0.0, "event", "spike", 0.0, -1, None),  # 0
    (60.0, "stops_serving", "dc/ups", 0.0, 0, None),  # 1: 60 s later the charge is gone
    (60.0, "down", "dc/instances", 40.0, 1, 0),  # 2
    (60.0, "down", "dc/instances", 60.0, 1, 1),  # 3
    (60.0, "down", "dc/volumes", 10.0, 1, 0),  # 4
    (60.0, "served", "shop", 0.5, 3, None),  # 5
    (70.0, "rotation", "shop/front", 1 / 3, 1, None),  # 6
    (100.0, "event", "power-returns", 0.0, -1, None),  # 7
    (110.0, "serves", "dc/ups", 1.0, 7, None),  # 8
    (110.0, "restored", "dc/instances", 40.0, 8, 0),  # 9
    (130.0, "restored", "dc/instances", 60.0, 8, 1),  # 10
    (160.0, "up", "dc/instances", 40.0, 9, 0),  # 11
    (160.0, "served", "shop", 0.8, 11, None),  # 12
    (170.0, "impaired", "dc/volumes", 10.0, 8, 0),  # 13
    (180.0, "down", "dc/instances", 40.0, 7, 0),  # 14: the first batch is lost again
    (200.0, "up", "dc/instances", 60.0, 10, 1),  # 15
    (200.0, "served", "shop", 0.99, 15, None),  # 16
    (220.0, "restored", "dc/instances", 40.0, 14, 0),  # 17
    (250.0, "up", "dc/instances", 40.0, 17, 0),  # 18
    (300.0, "up", "dc/volumes", 10.0, 13, 0),  # 19
    (320.0, "up", "dc/standby", 1.0, 7, 0),  # 20
    (330.0, "up", "dc/standby", 1.0, 7, 1),  # 21
]


@pytest.fixture
def night() -> Trace:
    """100 instances and 10 volumes go down at 60 s; the run is 400 s long."""
    return Trace(
        horizon=400.0,
        records=list(LOSS),
        units={"dc/instances": 100.0, "dc/volumes": 10.0, "other/instances": 900.0, "dc/standby": 2.0},
        curves={"shop": [(0.0, 1.0), (60.0, 0.5), (160.0, 0.8), (200.0, 0.99)], "far": [(0.0, 1.0)], "shop:few": [(0.0, 0.25)]},
        waits={"queue": [(10.0, 5.0), (100.0, 30.0), (105.0, 65.0), (200.0, 100.0)]},
        writes_lost={"shop": 12.5},
    )
