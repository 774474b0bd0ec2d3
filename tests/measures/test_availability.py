"""Three answers to how available a tenant was: values worked out by hand, and what holds for all of them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.measures import availability, curves
from simulator.measures.availability import Loss
from simulator.measures.curves import Steps, steps
from tests.measures.test_curves import any_curve

# A hundred seconds: ten with half of the demand served, twenty with 96 %, ten with nothing asked.
NIGHT = steps([(0.0, 1.0), (10.0, 0.5), (20.0, 0.96), (40.0, math.nan), (50.0, 1.0)], end=100.0)
FINE = steps([(0.0, 1.0)], end=100.0)


def test_by_hand() -> None:
    assert availability.by_time(NIGHT, 0.95) == Loss(lost=10.0, offered=90.0)
    assert availability.by_time(NIGHT, 0.97) == Loss(lost=30.0, offered=90.0)
    found = availability.by_requests(NIGHT, 4.0)
    assert (found.lost, found.offered) == pytest.approx((4 * (5.0 + 0.8), 360.0))
    found = availability.by_users([(NIGHT, 30.0), (FINE, 70.0)])
    assert (found.lost, found.offered) == pytest.approx((30 * 5.8, 30 * 90 + 70 * 100))
    assert availability.felt_by([(NIGHT, 30.0), (FINE, 70.0)]) == pytest.approx(0.15)


def test_three_answers_of_two_tenants_taken_together() -> None:
    many = [(steps([(0.0, 0.0), (10.0, 1.0)], end=100.0), 1.0, 900.0), (steps([(0.0, 1.0), (50.0, 0.8)], end=100.0), 9.0, 100.0)]
    time = availability.pooled(availability.by_time(curve, 0.95) for curve, _, _ in many)
    requests = availability.pooled(availability.by_requests(curve, calls) for curve, calls, _ in many)
    users = availability.by_users([(curve, users) for curve, _, users in many])
    assert [one.unavailability for one in (time, requests, users)] == pytest.approx([60 / 200, 100 / 1000, (9000 + 1000) / 100_000])
    assert requests.offered == pytest.approx(1000.0)


def test_where_nothing_is_asked_for_no_share_is_lost() -> None:
    silent = steps([(0.0, math.nan)], end=10.0)
    for loss in (availability.by_time(silent, 0.9), availability.by_requests(silent, 5.0), availability.by_users([(silent, 5.0)])):
        assert loss == Loss(lost=0.0, offered=0.0)
        assert loss.unavailability is None
    assert availability.felt_by([(silent, 5.0)]) == availability.felt_by([]) == 0.0


@given(any_curve(undefined=True), st.floats(0.5, 1e6))
def test_users_who_all_come_in_alike_lose_what_the_requests_lose(curve: Steps, weight: float) -> None:
    by_users, by_requests = availability.by_users([(curve, weight)]), availability.by_requests(curve, weight)
    assert (by_users.lost, by_users.offered) == (by_requests.lost, by_requests.offered)


@given(any_curve(), st.integers(1, 1000), st.integers(1, 1000))
def test_how_users_of_one_way_are_divided_changes_nothing(curve: Steps, one: int, other: int) -> None:
    whole, parts = availability.by_users([(curve, one + other)]), availability.by_users([(curve, one), (curve, other)])
    assert (parts.lost, parts.offered) == pytest.approx((whole.lost, whole.offered))


@given(st.lists(st.tuples(st.lists(st.integers(0, 8), min_size=5, max_size=5), st.integers(1, 99)), min_size=1, max_size=4))
def test_users_of_groups_lose_what_their_mean_curve_loses(table: list[tuple[list[int], int]]) -> None:
    groups = [(steps(((10.0 * i, v / 8) for i, v in enumerate(row)), end=50.0), float(users)) for row, users in table]
    mean = curves.weighted_mean([curve for curve, _ in groups], [users for _, users in groups])
    assert availability.by_users(groups).unavailability == pytest.approx(availability.by_requests(mean, 7.0).unavailability, abs=1e-12)


@given(any_curve(undefined=True), st.floats(0.0, 1.0))
def test_losses_are_bound_by_the_time_below_the_objective(curve: Steps, objective: float) -> None:
    time, requests = availability.by_time(curve, objective), availability.by_requests(curve, 1.0)
    # Below the objective at least 1 - objective is lost, and at most all; elsewhere at most 1 - objective.
    assert (1.0 - objective) * time.lost - 1e-6 <= requests.lost <= time.lost + (1.0 - objective) * (time.offered - time.lost) + 1e-6


@given(any_curve())
def test_over_the_whole_time_the_worst_window_is_the_availability_by_requests(curve: Steps) -> None:
    (window,) = curves.worst_windows(curve, [curve.length])
    whole = availability.by_requests(curve, 3.0).unavailability
    assert window is not None
    assert whole is not None
    assert 1.0 - window.availability == pytest.approx(whole, abs=1e-12)


@given(any_curve(), st.integers(1, 100))
def test_nobody_who_felt_it_loses_less_than_the_mean_or_more_than_all(curve: Steps, users: int) -> None:
    groups = [(curve, float(users)), (steps([(0.0, 1.0)], end=curve.end), 1.0)]
    felt, lost = availability.felt_by(groups), availability.by_users(groups).unavailability
    assert lost is not None
    assert lost <= felt + 1e-12
