"""Object storage and managed environments: what each needs to serve, and that it does not where that is lost."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import api

HOUR = 3600.0
SERVERS = "object-storage-servers"
API = "us-east-1/environment-api"
INSTANCES = "us-east-1/zone-1/dc-2/environment-instances"
Failure = tuple[str, str]
"""A path or pattern, and for how long it fails from 13:00 on."""


def measured(folder: Path, measure: dict[str, Any], failures: Sequence[Failure]) -> float:
    """Median of a measure, in seconds, over five replications of eleven hours of the world in which things fail at 13:00."""
    nobody = {"reported": "nobody"}
    tree = {
        "format": 1,
        "name": "loss",
        "summary": "Something fails at one o'clock.",
        "world": "us-east-1-2012",
        "start": "2012-07-10T12:00-07:00",
        "horizon": "11 h",
        "sources": {"nobody": "https://example.org"},
        "events": [
            {"name": f"loss-{n}", "at": "13:00", "do": {"fail": {"target": path, "for": span}}, "basis": nobody}
            for n, (path, span) in enumerate(failures)
        ],
        "observations": [
            {
                "id": "X", "what": "what is measured", "measure": measure, "expect": ["0 s", "0 s"], "documented": "nothing",
                "role": "unexplained", "confidence": "none", "outside_because": "nothing is expected", "basis": nobody,
            }
        ],
    }  # fmt: skip
    path = folder / "loss.yaml"
    path.write_text(yaml.safe_dump(tree, sort_keys=False))
    (row,) = api.fidelity([path], replications=5).rows
    assert row.p50 is not None
    return row.p50


def out(folder: Path, of: str, *failures: Failure) -> float:
    return measured(folder, {"down_time": {"of": of}}, failures)


# -- object storage ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zones", "outlives"),
    [(("zone-1",), True), (("zone-4", "zone-5"), True), (("zone-1", "zone-2"), False), (("zone-2", "zone-3"), False)],
    ids=["first", "fourth-and-fifth", "first-and-second", "second-and-third"],
)
def test_object_storage_outlives_one_of_its_zones_and_not_two(tmp_path: Path, zones: tuple[str, ...], outlives: bool) -> None:
    """Its servers are dark for an hour, and then have to boot."""
    seconds = out(tmp_path, "us-east-1/object-storage", *((f"us-east-1/{z}/*/{SERVERS}", "1 h") for z in zones))
    assert seconds == 0.0 if outlives else HOUR < seconds < 1.5 * HOUR


# -- the API of environments -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("needed", ["load-balancer-control-plane", "launch-api", "object-storage"])
@pytest.mark.parametrize("calls", ["new", "existing"])
def test_environments_cannot_be_made_or_changed_without_any_of_the_three(tmp_path: Path, needed: str, calls: str) -> None:
    assert out(tmp_path, f"{API}/{calls}", (f"us-east-1/{needed}", "1 h")) == HOUR


def test_missing_records_hinder_changes_and_not_what_is_new(tmp_path: Path) -> None:
    lost = ("us-east-1/load-balancer-records", "1 h")
    assert [out(tmp_path, f"{API}/{calls}", lost) for calls in ("new", "existing")] == [0.0, HOUR]


def test_a_zone_without_new_volumes_hinders_what_is_new_and_not_changes(tmp_path: Path) -> None:
    lost = ("us-east-1/zone-3/volume-creation", "1 h")
    assert [out(tmp_path, f"{API}/{calls}", lost) for calls in ("new", "existing")] == [HOUR, 0.0]


@pytest.mark.parametrize("of", ["object-storage", "environment-api/new", "environment-api/existing"])
def test_the_other_region_feels_nothing(tmp_path: Path, of: str) -> None:
    targets = [("us-east-1/launch-api", "1 h"), ("us-east-1/load-balancer-records", "1 h"), (f"us-east-1/*/*/{SERVERS}", "1 h")]
    assert out(tmp_path, f"eu-west-1/{of}", *targets) == 0.0


# -- instances of environments -----------------------------------------------------------------------------------------------------------


def back(folder: Path, share: str, *failures: Failure, of: str = INSTANCES) -> float:
    return measured(folder, {"time_when": {"of": of, "share": share, "since": "13:00"}}, failures)


LOST = ("us-east-1/zone-1/dc-2/instances", "5 h")


def test_an_automaton_replaces_lost_instances_while_the_others_are_still_down(tmp_path: Path) -> None:
    """One to ten minutes until it notices, up to one until it asks, two to ten for the launch; the work of the queue is short."""
    assert 180.0 <= back(tmp_path, "1 %", LOST) <= back(tmp_path, "100 %", LOST) <= 25 * 60.0


@pytest.mark.parametrize("needed", ["launch-api", "object-storage", "load-balancer-control-plane"])
def test_it_waits_for_what_it_needs(tmp_path: Path, needed: str) -> None:
    assert 2 * HOUR < back(tmp_path, "1 %", LOST, (f"us-east-1/{needed}", "2 h")) < 2.5 * HOUR


def test_where_nothing_can_be_launched_they_come_back_with_all_others(tmp_path: Path) -> None:
    lost = LOST, ("us-east-1/launch-api", "10 h")
    others = [back(tmp_path, share, *lost, of=LOST[0]) for share in ("1 %", "100 %")]
    own = [back(tmp_path, share, *lost) for share in ("1 %", "100 %")]
    assert 5 * HOUR < others[0] <= own[0] < own[1] <= others[1]
