"""Questions from practice whose answer depends on which zone each role gets: inputs beside this file, right values worked out by hand."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

import pytest

from simulator import api
from simulator.ensemble.results import ComparisonRow

HERE = Path(__file__).parent
HOUR = 60.0


def rows(case: str, incident: str, *architectures: str, replications: int) -> dict[tuple[str, str], ComparisonRow]:
    """The rows of a comparison of files of one folder, by architecture and case."""
    folder = HERE / case
    scenario = folder / f"{incident}.yaml"
    files = [folder / f"{name}.yaml" for name in architectures]
    found = api.compare(scenario if scenario.exists() else incident, files, replications=replications)
    return {(row.architecture, row.placement): row for row in found.rows}


def agrees(row: ComparisonRow, right: float, *, slack: float = 0.0) -> bool:
    """Whether lost minutes are as they should be, by 4.5 standard errors; exactly, but for rounding, where nothing is drawn."""
    values = row.values["lost"]
    error = stdev(values) / sqrt(len(values))
    return bool(abs(fmean(values) - right) <= 4.5 * error + slack + 1e-6)


def test_three_voters_of_five_in_the_zone_that_fails_half_of_the_time() -> None:
    """The failing zone has three members or two, each as likely: an hour without a majority, or none."""
    found = rows("quorum-in-two-zones", "zone-out", "five-members", replications=2)
    for case in ("hit", "average"):
        assert found["five-members", case].lost_minutes.mean == pytest.approx(HOUR / 2, abs=1e-6)
        assert not agrees(found["five-members", case], HOUR)
        assert not agrees(found["five-members", case], 0.0)


@pytest.mark.parametrize(
    ("incident", "pair", "alone"), [("zone-power-interruption", 26.2, 8.7), ("2012-06-29-us-east-1-power-loss", 52.4, 0.0)]
)
def test_two_voters_of_three_in_the_zone_that_fails_half_of_the_time(incident: str, pair: float, alone: float) -> None:
    """With each of the two fixed in the failing zone, and without: where it is not known, half of the sum."""
    found = rows("quorum-in-two-zones", incident, "three-members", replications=100)["three-members", "hit"]
    # The fixed ones were themselves estimated; a tenth of a minute is their last digit.
    assert agrees(found, (pair + alone) / 2, slack=0.1)


def test_one_gateway_in_one_of_three_zones_is_in_the_failing_one_every_third_time() -> None:
    """In a role of its own or in any zone: a third of an hour. In each zone: only until a health check has noticed, about ten seconds."""
    found = rows("one-gateway-for-three-zones", "zone-out", "nat-in-a", "one-nat", "nat-each", replications=200)
    # While the check has not noticed, a third of the calls of up to ten seconds is lost as well.
    detection = 10.0 / 60.0
    assert found["nat-in-a", "hit"].lost_minutes.mean == pytest.approx(HOUR / 3, abs=detection)
    assert agrees(found["one-nat", "hit"], HOUR / 3, slack=detection)
    assert 0.0 < found["nat-each", "hit"].lost_minutes.mean < detection


@pytest.mark.parametrize("incident", ["zone-out", "second-zone-out", "third-zone-out"])
def test_a_witness_keeps_two_copies_in_step_and_three_only_every_third_time(incident: str) -> None:
    """Of two zones with two copies each and one with a vote, any may fail: three copies are there only where it is the third."""
    found = rows("two-zones-and-a-witness", incident, "two-copies", "three-copies", replications=2)
    assert found["two-copies", "hit"].lost_minutes.mean == 0.0
    assert found["three-copies", "hit"].lost_minutes.mean == pytest.approx(HOUR * 2 / 3, abs=1e-6)


def test_zones_that_differ_in_size_alone_are_two_kinds() -> None:
    """Jobs of 4 minutes share 20 servers: a hundred units take 20 minutes, a thousand 200, each after a minute without power."""
    found = rows("unlike-zones", "servers-killed", "anywhere", "in-zone-1", "in-zone-2", replications=2)
    outages = {name: found[name, "average"].outage_minutes.mean for name, _ in found}
    assert outages["in-zone-1"] == pytest.approx(21.0, abs=1e-3)
    assert outages["in-zone-2"] == pytest.approx(201.0, abs=1e-3)
    assert outages["anywhere"] == pytest.approx((21.0 + 201.0) / 2, abs=1e-3)


def test_who_else_is_compared_changes_no_digit() -> None:
    """Each application is a tenth of a zone and queues with all of it: each has a run of the world of its own."""
    case = ("neighbours", "store-down")
    alone = {name: rows(*case, name, replications=3)[name, "average"] for name in ("in-a", "in-b", "anywhere")}
    for order in (("in-a", "in-b", "anywhere"), ("anywhere", "in-b", "in-a")):
        beside = rows(*case, *order, replications=3)
        assert {name: repr(row) for (name, _), row in beside.items()} == {name: repr(row) for name, row in alone.items()}


def test_pods_that_are_made_anew_elsewhere_save_what_is_left_after_the_toleration() -> None:
    """A third of the pods is away for an hour, or until 40 s + 300 s + 20 s have passed."""
    found = rows("spread-constraints", "zone-out", "do-not-schedule", "schedule-anyway", replications=20)
    detection = 10.0 / 60.0
    assert found["do-not-schedule", "hit"].lost_minutes.mean == pytest.approx(HOUR / 3, abs=1e-6)
    assert found["schedule-anyway", "hit"].lost_minutes.mean == pytest.approx(6.0 / 3, abs=detection)


def test_a_store_of_two_copies_of_three_is_away_while_two_zones_are() -> None:
    found = rows("two-of-three-zones", "two-out", "any-two", replications=2)
    # The first zone alone costs what it takes to notice.
    assert found["any-two", "hit"].lost_minutes.mean == pytest.approx(12 * HOUR, abs=10.0 / 60.0)


def test_addresses_lead_to_their_own_zone_however_few_servers_it_has() -> None:
    """Half of the calls meet one server, for 25 %, and half three: a quarter is lost before the failure and after it. A zone fails for an
    hour of the two: the other is left with 75 % or 25 % of the demand, and so a quarter or three quarters are lost. Twice ten seconds of
    half of the calls go by until addresses have changed."""
    found = rows("uneven-zones", "zone-out", "loses-one", "loses-three", replications=1)
    noticing = 2 * 0.5 * 10.0 / 60.0
    for name, lost in (("loses-one", 0.25), ("loses-three", 0.75)):
        row = found[name, "hit"]
        assert row.baseline is not None
        assert row.baseline.lost_minutes == pytest.approx(0.25 * 2 * HOUR)
        assert row.lost_minutes.mean + row.baseline.lost_minutes == pytest.approx(0.25 * HOUR + lost * HOUR, abs=noticing)
