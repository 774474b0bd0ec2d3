"""Effects of a number where little is known of it: an end that cannot be, two trajectories, differences that are rounding."""

import numpy as np
import pytest

from simulator.engine.draws import Draws
from simulator.ensemble.sensitivity_effects import morris, swing


def test_an_end_that_cannot_be_leaves_the_mean_at_the_other() -> None:
    known = np.array([1.0, 3.0])
    alone = swing(None, known)
    assert (alone.low, alone.high, alone.difference, alone.ci95) == (None, 2.0, None, None)
    alone = swing(known, None)
    assert (alone.low, alone.high, alone.difference, alone.ci95) == (2.0, None, None, None)


def test_differences_below_a_billionth_of_a_minute_are_none() -> None:
    low = np.array([10.0, 20.0])
    assert swing(low, low + 1e-11).difference == 0.0
    assert swing(low, low + 1e-6).difference == pytest.approx(1e-6, rel=1e-3)
    assert swing(low, low + np.array([0.1, 0.3])).difference == pytest.approx(0.2)


def test_two_trajectories_have_an_interval_between_their_effects_and_one_has_none() -> None:
    two = morris(np.array([[1.0, 3.0], [-6.0, -6.0]]), draws=Draws(seed=1, replication=0))
    assert two is not None
    assert (two.mu, two.mu_star, two.effects) == (-2.0, 4.0, 2)
    assert two.sigma == pytest.approx(8.0 / 2**0.5)
    assert two.ci95 == (2.0, 6.0)  # a quarter of the resamples holds the same effect twice, on either side
    one = morris(np.array([[1.0, 3.0]]), draws=Draws(seed=1, replication=0))
    assert one is not None
    assert (one.mu, one.ci95, one.sigma) == (2.0, None, None)
    assert morris(np.zeros((0, 2)), draws=Draws(seed=1, replication=0)) is None
