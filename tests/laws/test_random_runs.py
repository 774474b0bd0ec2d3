"""Whole runs of random scenarios: each is compared, or refused with a text; all figures are finite, and shares lie between 0 and 1."""

import math
import tempfile
from pathlib import Path

from hypothesis import given

from simulator import api
from simulator.ensemble.results import Comparison, Estimate
from tests.fuzzing import fuzzed
from tests.laws.random_scenarios import RandomScenario, random_scenarios


def compared(scenario: RandomScenario) -> Comparison:
    with tempfile.TemporaryDirectory() as folder:
        incident, tenants = scenario.write(Path(folder))
        return api.compare(incident, tenants, replications=2, drawn=False)


def minutes(comparison: Comparison) -> list[Estimate]:
    return [each for row in comparison.rows for each in (row.lost_minutes, row.outage_minutes, row.data_loss_minutes)]


@fuzzed(60)
@given(random_scenarios())
def test_a_valid_scenario_is_compared_and_every_figure_is_finite(scenario: RandomScenario) -> None:
    """They are valid by construction: none may be refused, and none may end in an exception."""
    found = compared(scenario)
    horizon = found.origin.horizon_seconds / 60.0
    assert {row.architecture for row in found.rows} == {tree["name"] for tree in scenario.tenants}
    for estimate in minutes(found):
        assert math.isfinite(estimate.mean)
        assert estimate.mean >= 0.0
    for row in found.rows:
        assert row.lost_minutes.mean <= horizon * (1 + 1e-9)
        assert row.outage_minutes.mean <= horizon * (1 + 1e-9)
        assert 0.0 <= row.worst_served.mean <= 1.0


def test_random_scenarios_are_no_desert() -> None:
    """Most of them lose something, and not everything: the strategy makes scenarios in which laws can be broken."""
    lost: list[float] = []

    @fuzzed(40)
    @given(random_scenarios())
    def collect(scenario: RandomScenario) -> None:
        if len(lost) < 80:
            found = compared(scenario)
            lost.extend(row.lost_minutes.mean / (found.origin.horizon_seconds / 60.0) for row in found.rows if row.placement == "average")

    collect()
    assert sum(0.0 < share < 1.0 for share in lost) >= len(lost) / 4
