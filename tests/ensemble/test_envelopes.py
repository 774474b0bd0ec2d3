"""Quantiles of step functions over time: exact where they are told, and no extreme is lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ensemble import envelopes
from simulator.ensemble.envelopes import Curves, bands

HORIZON = 100.0


@st.composite
def replications(draw: st.DrawFn) -> list[Curves]:
    made = []
    for _ in range(draw(st.integers(1, 4))):
        times = [0.0, *sorted(draw(st.sets(st.integers(1, 99), max_size=25)))]
        values = draw(st.lists(st.tuples(*[st.integers(0, 8)] * 2), min_size=len(times), max_size=len(times)))
        made.append(Curves(times=np.array(times), values=np.array(values) / 8))
    return made


def exact(made: list[Curves], seconds: np.ndarray, level: float) -> np.ndarray:
    return np.asarray(np.quantile(np.stack([curves.at(seconds) for curves in made]), level, axis=0))


@given(replications(), st.integers(1, 30), st.sampled_from([3, 20_000]))
def test_they_are_exact_and_keep_every_extreme(made: list[Curves], columns: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelopes, "_AT_ONCE", at_once)
        found = bands(made, HORIZON, columns)
    everywhere = np.arange(HORIZON)
    part = np.minimum(everywhere / HORIZON * columns, columns - 1).astype(int)
    for k, band in enumerate(found):
        assert band.seconds == found[0].seconds
        assert band.seconds[0] == 0.0
        for level, told in ((0.05, band.p05), (0.5, band.p50), (0.95, band.p95)):
            seconds = np.array(band.seconds)
            assert np.array_equal(exact(made, seconds, level)[:, k], told)
            drawn = np.array(told)[np.searchsorted(seconds, everywhere, side="right") - 1]
            truth = exact(made, everywhere, level)[:, k]
            for at in np.unique(part):
                inside, last = part == at, np.flatnonzero(part == at)[-1]
                assert drawn[inside].max() == truth[inside].max()
                assert drawn[inside].min() == truth[inside].min()
                assert drawn[last] == truth[last]


def test_what_lasts_a_moment_is_kept() -> None:
    moment = Curves(times=np.array([0.0, 50.0, 50.001]), values=np.array([[0.0], [1.0], [0.0]]))
    (band,) = bands([moment], HORIZON, 10)
    assert (band.seconds, band.p95) == ((0.0, 50.0, 50.001), (0.0, 1.0, 0.0))


def test_many_instants_become_few() -> None:
    rng = np.random.default_rng(1)
    many = [Curves(times=np.append(0.0, np.sort(rng.uniform(0, HORIZON, 30_000))), values=rng.uniform(size=(30_001, 2))) for _ in range(2)]
    first, second = bands(many, HORIZON)
    assert len(first.seconds) <= envelopes.COLUMNS * 14
    assert max(first.p95) > 0.99
    assert len(second.mean) == len(first.seconds)
