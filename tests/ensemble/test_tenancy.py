"""The tenants of an incident over many replications, against what follows from the two gates by hand."""

import random
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.ensemble.replicating import Running
from simulator.ensemble.tenant_results import Tenancy, TenantRow
from tests.cli.tenant_world import ferry, kiosk, two_gates
from tests.theory.scenarios import BASIS

HOUR = 3600.0
TIMES = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gates")


@pytest.fixture(scope="module")
def found(folder: Path) -> Tenancy:
    return api.tenants(two_gates(folder), replications=TIMES)


def row(found: Tenancy, tenant: str, group: str | None = None) -> TenantRow:
    return next(one for one in found.rows if (one.tenant, one.group) == (tenant, group))


def by_name(found: Tenancy) -> dict[tuple[str, str | None], TenantRow]:
    return {(one.tenant, one.group): one for one in found.rows if one.tenant != "stall"}


def test_each_tenant_is_followed_by_its_groups(found: Tenancy) -> None:
    names = [(one.tenant, one.group) for one in found.rows]
    assert names == [("ferry", None), ("ferry", "east"), ("ferry", "west"), ("ferry", "by-air"), ("kiosk", None)]
    assert [one.users for one in found.rows] == [1000, 600, 300, 100, 50]
    assert found.replications == TIMES


def test_the_groups_lose_what_the_tenant_loses(found: Tenancy) -> None:
    groups = [row(found, "ferry", name) for name in ("east", "west", "by-air")]
    assert sum(one.lost_user_minutes.mean for one in groups) == pytest.approx(row(found, "ferry").lost_user_minutes.mean)
    assert row(found, "ferry", "by-air").lost_user_minutes.mean == 0


def test_a_certain_outage_begins_on_time_and_lasts_as_long_as_the_gate_is_shut(found: Tenancy) -> None:
    east = row(found, "ferry", "east")
    assert (east.down, east.open_at_horizon) == (1.0, 0.0)
    assert east.since is not None
    assert east.outage_minutes is not None
    assert (east.since.p05, east.since.p95) == (HOUR, HOUR)
    assert 40 <= east.outage_minutes.p05 < 50 < east.outage_minutes.p50 < 70 < east.outage_minutes.p95 <= 80
    assert (east.users_affected.p05, east.users_affected.p95) == (600, 600)
    assert east.first_cause is not None
    assert (east.first_cause.text, east.first_cause.share) == ("east-gate-shut: a tree falls on the east gate", 1.0)


def test_an_outage_by_chance_is_described_as_it_is_where_it_happens(found: Tenancy) -> None:
    west = row(found, "ferry", "west")
    assert 0.35 < west.down < 0.75, "1 - exp(-6/8) is 53 %"
    assert west.outage_minutes is not None
    assert west.outage_minutes.p50 == 90
    assert west.users_affected.p50 == 300
    assert west.lost_user_minutes.mean < west.down * 300 * 2 * 90
    assert 0 < west.open_at_horizon < west.down
    assert west.until is not None
    assert west.until.p95 == float("inf"), "what breaks within the last 90 minutes is not repaired in time"
    assert west.first_cause is not None
    assert west.first_cause.text == "north/west-gate fails"


def test_two_tenants_behind_one_gate_have_one_fate(found: Tenancy) -> None:
    west, other = row(found, "ferry", "west"), row(found, "kiosk")
    assert (west.down, west.since, west.until, west.outage_minutes) == (other.down, other.since, other.until, other.outage_minutes)
    assert west.lost_user_minutes.mean / 300 == pytest.approx(other.lost_user_minutes.mean / 50)


def test_nobody_was_down_behind_neither_gate(found: Tenancy) -> None:
    air = row(found, "ferry", "by-air")
    assert (air.down, air.since, air.until, air.outage_minutes, air.first_cause) == (0.0, None, None, None, None)
    assert air.users_affected.p95 == 0


@pytest.mark.parametrize("seed", range(3))
def test_the_order_and_the_company_of_tenants_change_nothing(seed: int, folder: Path, found: Tenancy) -> None:
    third = kiosk("stall", users=7)
    probes = [ferry(), kiosk(), third]
    random.Random(seed).shuffle(probes)
    other = api.tenants(two_gates(folder, probes=probes), replications=TIMES)
    assert by_name(other) == by_name(found)
    named = api.tenants(two_gates(folder, probes=probes), ["kiosk"], replications=TIMES)
    assert named.rows == (row(found, "kiosk"),)


def test_a_run_is_one_of_the_replications(folder: Path) -> None:
    gates = two_gates(folder)
    runs = [api.run(gates, tenant="ferry", replication=n) for n in range(4)]
    together = row(api.tenants(gates, replications=4), "ferry")
    assert together.down == sum(bool(run.outages) for run in runs) / 4
    assert together.lost_user_minutes.mean == pytest.approx(sum(run.lost_minutes * 1000 for run in runs) / 4)


def test_what_is_deployed_alike_shares_its_dice_and_keeps_its_names(tmp_path: Path) -> None:
    fails = {"failure": {"hazard": {"rate": "1/h"}}, "recovery": [{"wait": {"for": "1 h"}}]}
    fleet = {"path": "north/zone-1/dc-1/machines", "units": 100, **fails}
    probes = [_rider("first"), _rider("second")]
    found = api.tenants(two_gates(tmp_path, probes=probes, more_components=[fleet]), replications=10)
    first, second = found.rows
    assert first.down == second.down > 0
    assert first.lost_user_minutes == second.lost_user_minutes
    assert [one.first_cause.text for one in found.rows if one.first_cause] == ["first: a/engine fails", "second: a/engine fails"]


def _rider(name: str) -> dict[str, Any]:
    engine = {"path": "a/engine", "units": 1, "rides": "machines", "basis": BASIS}
    return kiosk(name, enters="a/engine", components=[engine], placement=[{"region": "north", "roles": ["a"], "fixed": ["north/zone-1"]}])


def test_what_is_on_record_stands_with_the_one_it_is_about(folder: Path) -> None:
    record = [
        {"tenant": "ferry", "group": "east", "down": "yes", "since": "01:02", "until": "01:58", "users": "a full boat", "basis": BASIS},
        {"tenant": "kiosk", "down": "unknown", "outage": "1 h", "basis": {"reported": ["paper", "radio"]}},
    ]
    found = api.tenants(two_gates(folder, record=record, sources={"paper": "x", "radio": "y"}), replications=2)
    (east,) = row(found, "ferry", "east").record
    assert (east.down, east.since, east.until, east.outage_minutes, east.users) == ("yes", 62 * 60, 118 * 60, None, "a full boat")
    assert east.source == "assumed"
    (other,) = row(found, "kiosk").record
    assert (other.down, other.since, other.outage_minutes, other.users, other.source) == ("unknown", None, 60, None, "paper, radio")
    assert row(found, "ferry").record == ()


def test_few_replications_are_warned_of(found: Tenancy, folder: Path) -> None:
    assert [text for text in found.warnings if "upper bound" not in text] == []
    assert sum("upper bound" in text for text in found.warnings) == 1, "of users who come by air, in 60 replications"
    said = "{0} too few for the 5 % and 95 % quantiles: take at least 20"
    one = "1 replication is too few for the interval of a mean: take at least 2, for the 5 % and 95 % quantiles 20"
    assert api.tenants(two_gates(folder), replications=1).warnings == (one,)
    assert api.tenants(two_gates(folder), replications=19).warnings[0] == said.format("19 replications are")


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    running = Running(progress=lambda done, of, _said=None: told.append((done, of)))
    api.tenants("zone-power-interruption", ["static-capacity"], replications=2, running=running)
    assert told == [(1, 2), (2, 2)]
