"""What a class of tenants serves: the formulas on single states, and laws that hold in all of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.measures.stacks import Answer, Need, Stack, answered

ZONES = 3
ADDRESS = Need(units=1, tokens=1, columns=(0, 1, 2), address=True)
SERVERS = Need(units=4, tokens=4, columns=(3, 4, 5), carries=0.5)
DISKS = Need(units=2, tokens=2, columns=(6, 7, 8), at_least=2)
REGIONAL = Need(units=1, tokens=1, columns=(9, 9, 9), of_zone=False)
DATABASE = Need(units=2, tokens=2, columns=(10, 10, 10), of_zone=False, of_all=True)
STACK = Stack(
    zones=ZONES, needs=(ADDRESS, SERVERS, DISKS, REGIONAL, DATABASE), single_address=0.2, withdrawn=(11, 12, 13), launched=(14, 15, 16),
    launch_carries=0.25, columns=17,
)  # fmt: skip
MOST = [1, 1, 1, 4, 4, 4, 2, 2, 2, 1, 2, 1, 1, 1, 1, 1, 1]
STATES = st.tuples(*(st.integers(0, most) for most in MOST)).map(list)


def answer(away: dict[int, int] | list[int], stack: Stack = STACK) -> Answer:
    row = [away.get(c, 0) for c in range(17)] if isinstance(away, dict) else away
    return answered(stack, np.array([row], dtype=np.int32))


def served(away: dict[int, int] | list[int], stack: Stack = STACK) -> float:
    return float(answer(away, stack).served[0])


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ({}, 1.0),
        ({10: 1}, 0.5),  # one of two database shards
        ({9: 1}, 0.0),  # the region's one configuration
        ({0: 1}, 0.2 * 2 / 3 + 0.8),  # a dead address: those who know several try another one, and two zones carry all
        ({0: 1, 11: 1}, 1.0),  # out of use
        ({6: 1}, 2 / 3),  # a disk: the zone fails what it gets, and nobody tries again
        ({6: 1, 11: 1}, 1.0),
        ({3: 2}, 1 / 3 * (0.25 / (1 / 3)) + 2 / 3),  # half of a zone's servers
        ({3: 4, 11: 1, 4: 2}, 0.5 * 0.5 + 0.5),  # two zones left, one of them with half of its servers
        ({3: 2, 14: 1}, 1.0),  # launched
        ({0: 1, 1: 1, 2: 1}, 0.0),
        ({6: 1, 7: 1, 8: 1, 11: 1, 12: 1, 13: 1}, 0.0),
    ],
)
def test_a_state_serves(away: dict[int, int], expected: float) -> None:
    assert served(away) == pytest.approx(expected)


def test_what_is_launched_elsewhere_takes_the_place_of_all_of_a_zone() -> None:
    elsewhere = replace(STACK, elsewhere=True, launch_carries=1.0)
    assert served({0: 1, 3: 4, 6: 2, 14: 1}, elsewhere) == 1.0
    assert served({0: 1, 3: 4, 6: 2, 14: 1, 11: 1}, elsewhere) == 1.0
    assert served({9: 1, 14: 1}, elsewhere) == 0.0


def test_a_zone_that_is_only_short_is_not_dead() -> None:
    found = answer({3: 3, 7: 1})
    assert [bool(one[0]) for one in found.serving] == [True, False, True]
    assert found.room[0][0] == pytest.approx(0.125 * 3)
    # What the region or the tenant as a whole lacks makes no zone dead by itself.
    missing = answer({9: 1})
    assert [bool(one[0]) for one in missing.alive] == [True] * 3
    assert not any(one[0] for one in missing.serving)


@given(STATES, st.integers(3, 10))
def test_one_unit_more_that_is_up_never_serves_less(away: list[int], column: int) -> None:
    """Not so of addresses: an address that is back before what is behind it takes calls away from zones that would answer them."""
    assert 0.0 <= served(away) <= 1.0
    if away[column]:
        more = away.copy()
        more[column] -= 1
        assert served(more) >= served(away) - 1e-12


@given(STATES, st.floats(0, 0.5), st.integers(14, 16))
def test_more_capacity_never_serves_less(away: list[int], extra: float, launched: int) -> None:
    larger = replace(STACK, needs=(ADDRESS, replace(SERVERS, carries=0.5 + extra), DISKS, REGIONAL, DATABASE))
    assert served(away, larger) >= served(away) - 1e-12
    fewer, more = [*away], [*away]
    fewer[launched], more[launched] = 0, 1
    assert served(more) >= served(fewer) - 1e-12


@given(STATES)
def test_who_needs_fewer_is_served_no_less(away: list[int]) -> None:
    modest = replace(STACK, needs=(ADDRESS, SERVERS, replace(DISKS, at_least=1), REGIONAL, DATABASE))
    assert served(away, modest) >= served(away) - 1e-12
