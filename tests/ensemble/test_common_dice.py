"""Common random numbers are real: on two nights they narrow a difference, and dice of their own do not.

A ratio of variances of 3 means that dice of their own would take three times as many replications for an interval as narrow. How large
it can be depends on the pair: were b always a fifth of a, so that nothing but the size differs, it would be (1 + 1/25) / (4/5)^2 = 1.6.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from simulator import api
from simulator.ensemble.pairing import difference
from simulator.scenario import catalogue

POWER_LOSS, DELETION = "2012-06-29-us-east-1-power-loss", "2012-12-24-us-east-1-elb-state-deletion"
REPLICATIONS = 60
OTHER = 2


@cache
def lost(incident: str, architectures: tuple[str | Path, ...], case: str, seed: int = 1) -> dict[str, Sequence[float]]:
    """Lost minutes by architecture, replication by replication."""
    found = api.compare(incident, architectures, replications=REPLICATIONS, seed=seed)
    return {row.architecture: row.values["lost"] for row in found.rows if row.placement == case}


@pytest.fixture(scope="module")
def slow_standby(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The standby of the catalogue, with people who take three times as long to decide."""
    text = catalogue.find("two-region-standby", "architecture").read_text(encoding="utf-8")
    for was, now in (("name: two-region-standby", "name: slow-standby"), ("20 min", "60 min"), ("[10 min, 40 min]", "[30 min, 2 h]")):
        assert was in text
        text = text.replace(was, now)
    path = tmp_path_factory.mktemp("standby") / "slow-standby.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_in_june_common_dice_narrow_the_gain_of_spare_capacity() -> None:
    # Over eight seeds the ratio is 3.2 to 23, and that of dice of their own 0.86 to 1.21.
    pair = ("three-zone-failsafe", "three-zone-spare")
    ours, other = lost(POWER_LOSS, pair, "hit"), lost(POWER_LOSS, pair, "hit", OTHER)
    common, own = difference(ours[pair[0]], ours[pair[1]]), difference(ours[pair[0]], other[pair[1]])
    assert common.variance_ratio is not None
    assert own.variance_ratio is not None
    assert common.variance_ratio > 2.5
    assert 0.6 < own.variance_ratio < 1.6


def test_in_december_common_dice_narrow_the_cost_of_deciding_late(slow_standby: Path) -> None:
    # Over four seeds 3.1 to 4.2, and with dice of their own 0.92 to 1.45: one replication in ten is hit, and then both are.
    chosen = ("single-zone", "two-zone", "two-region-standby", slow_standby)
    ours, other = lost(DELETION, chosen, "average"), lost(DELETION, chosen, "average", OTHER)
    common = difference(ours["slow-standby"], ours["two-region-standby"])
    own = difference(ours["slow-standby"], other["two-region-standby"])
    assert common.variance_ratio is not None
    assert own.variance_ratio is not None
    assert common.variance_ratio > 2.2
    assert 0.6 < own.variance_ratio < 1.8


def test_in_december_a_second_zone_changes_nothing_and_common_dice_show_it(slow_standby: Path) -> None:
    chosen = ("single-zone", "two-zone", "two-region-standby", slow_standby)
    ours, other = lost(DELETION, chosen, "average"), lost(DELETION, chosen, "average", OTHER)
    common, own = difference(ours["single-zone"], ours["two-zone"]), difference(ours["single-zone"], other["two-zone"])
    assert max(ours["single-zone"]) > 0.0
    assert (common.mean, common.ci95, common.variance_ratio) == (0.0, (0.0, 0.0), None)
    assert own.ci95 is not None
    assert own.ci95[1] - own.ci95[0] > 10.0
    assert own.variance_ratio is not None
    assert 0.6 < own.variance_ratio < 1.6
