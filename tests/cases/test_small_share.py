"""A small part of a zone is a part like any other: however a zone is divided, a scenario runs and units are there on average."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import api
from simulator.distributions import Beta
from simulator.distributions.composed import share_of
from tests.fuzzing import fuzzed
from tests.theory.measuring import mean_of
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

HERE = Path(__file__).parent / "small-share"
N = 4_000


def middle_of(average: float, concentration: float) -> float:
    """The mean of the law, from its quantiles at the middles of N equal parts: of a share, it is wrong by at most 1 / N."""
    return math.fsum(share_of(average, concentration, (i + 0.5) / N) for i in range(N)) / N


@pytest.mark.parametrize("concentration", [1e-30, 1e-9, 2e-9, 1e-4, 0.02, 1.0, 50.0])
@pytest.mark.parametrize("average", [1e-4, 0.02, 0.5, 0.98])
def test_the_mean_of_a_share_is_what_it_is_called(average: float, concentration: float) -> None:
    assert abs(middle_of(average, concentration) - average) <= 1.0 / N + 1e-9


@given(st.floats(1e-3, 0.999), st.floats(20.0, 500.0), st.floats(0.001, 0.999))
def test_where_a_beta_law_is_possible_it_is_that_law(average: float, concentration: float, p: float) -> None:
    assert share_of(average, concentration, p) == pytest.approx(Beta(average=average, concentration=concentration).quantile(p), abs=2e-12)


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_without_concentration_it_is_all_or_nothing(average: float, p: float) -> None:
    for concentration in (1e-300, 1e-10, 1e-8):
        near = abs(p - (1 - average)) < 1e-6
        assert near or share_of(average, concentration, p) == float(p > 1 - average)


@given(st.floats(0.0, 1.0), st.floats(1e-320, 1e6), st.floats(1e-12, 1 - 1e-12))
def test_no_shares_are_impossible(average: float, concentration: float, p: float) -> None:
    assert 0.0 <= share_of(average, concentration, p) <= 1.0


@fuzzed(30)
@given(st.lists(st.integers(1, 10_000), min_size=2, max_size=6), st.sampled_from([1e-6, 0.01, 1, 100]))
def test_a_zone_may_be_divided_in_any_way(tmp_path_factory: pytest.TempPathFactory, parts: list[int], concentration: float) -> None:
    folder = tmp_path_factory.mktemp("shares")
    incident, app = divided(folder, [part / sum(parts) for part in parts], concentration)
    found = api.run(incident, app)
    assert 0.0 <= found.lost_minutes <= 60.0 + 1e-9


def divided(folder: Path, shares: list[float], concentration: float) -> tuple[Path, Path]:
    """A zone of so many rooms, the first of which is dark for an hour, and an application whose units lie anywhere in the zone."""
    rooms = [f"north/zone-1/room-{n + 1}" for n in range(len(shares))]
    tree = tree_of(
        horizon="2 h", components=[{"path": "north/*/*/hosts", "units": {"spread": 1000}}],
        events=[{"name": "off", "at": "10 min", "do": {"fail": {"target": f"{rooms[0]}/hosts", "for": "1 h"}}}],
    )  # fmt: skip
    tree["world"]["datacenters"] = [
        {"path": room, "share": f"{100 * share:.12f} %", "basis": BASIS} for room, share in zip(rooms, shares, strict=True)
    ]
    tree["world"]["exposure_concentration"] = concentration
    app = tenant_of(components=[{"path": "a/front", "units": 50, "rides": "hosts"}], enters="a/front")
    return written(folder, "incident", tree), written(folder, "app", app)


@pytest.mark.parametrize("concentration", [0.01, 1.0])
def test_a_small_room_takes_its_share_of_the_minutes(concentration: float, tmp_path: Path) -> None:
    """Two of a hundred units on average are in the room that is dark for an hour: 1.2 lost minutes; other shares are another number."""
    shares = [0.02, 0.97, 0.005, 0.005]
    incident, app = divided(tmp_path, shares, concentration)
    lost = [api.run(incident, app, replication=n).lost_minutes for n in range(600)]
    found = mean_of(lost)
    assert found.agrees(60.0 * shares[0])
    assert not found.agrees(60.0 * 3 * shares[0])


def test_the_case_runs() -> None:
    found = api.compare(HERE / "i.yaml", HERE / "p.yaml", replications=400)
    row = next(row for row in found.rows if row.placement == "average")
    half = (row.lost_minutes.ci95[1] - row.lost_minutes.ci95[0]) / 2 if row.lost_minutes.ci95 else 0.0
    # Half a per cent of the units for ten minutes; what is back at once loses no more than that.
    assert np.isfinite(row.lost_minutes.mean)
    assert abs(row.lost_minutes.mean - 0.005 * 10.0) <= 4.5 / 1.96 * half + 1e-9
