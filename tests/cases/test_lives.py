"""Lives of batches: repair times anew in every life, and what went down together comes back together."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine import following
from simulator.engine.chance import Chance
from simulator.engine.plan import StagePlan
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import replayed, tree_of, written

CASES = Path(__file__).parent
UP, DOWN, HOURS = 7.0, 3.0, 5000.0
"""Means in hours, and how long is simulated."""


def lost(units: str, replications: int) -> Estimate:
    """Minutes in which units did not serve, as a share of the time of all."""
    folder = CASES / "repair-times-anew"
    (row,) = api.compare(folder / f"{units}.yaml", [folder / "batapp.yaml"], replications=replications, drawn=False).rows
    return mean_of(minutes / (60.0 * HOURS) for minutes in row.values["lost"])


def unavailable() -> float:
    """Long-run share down / (up + down), less what is missing at first because all are new: integral of exp(-t (1/up + 1/down))."""
    settled = 1.0 / (1.0 / UP + 1.0 / DOWN)
    return DOWN / (UP + DOWN) * (1.0 - settled / HOURS)


@pytest.mark.parametrize(("units", "replications"), [("bat100", 7), ("bat101", 7), ("bat400b", 3)])
def test_units_are_down_for_their_share_of_the_time_whatever_the_number_of_batches(units: str, replications: int) -> None:
    found = lost(units, replications)
    assert found.relative < 0.005
    assert found.agrees(unavailable())


def test_one_repair_time_for_all_lives_of_a_batch_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Chance.quantity

    def repeated(self: Chance, b: int, life: int, stage: StagePlan, purpose: str) -> float:
        return honest(self, b, 1, stage, purpose)

    monkeypatch.setattr(Chance, "quantity", repeated)
    found = lost("bat101", replications=4)
    assert not found.agrees(unavailable())
    assert found.value == pytest.approx(0.251, abs=0.003)


# -- follow -------------------------------------------------------------------------------------------------------------------------------


def share_down(owner: str, at: float) -> float:
    trace = replayed(CASES / "follow" / "fol.yaml")
    down = 0.0
    for time, change, who, units, _, _ in trace.records:
        if who == owner and time <= at and change in {"down", "up"}:
            down += units if change == "down" else -units
    return down / trace.units[owner]


def test_volumes_wait_for_the_servers_that_went_down_with_them() -> None:
    """Half of the power is lost: while half of the servers boot, the half of the volumes that lost the same feed waits, and no other."""
    room = "here/zone-1/room"
    for minutes in (29.0, 31.0, 149.0):
        assert share_down(f"{room}/servers", 60.0 * minutes) == 0.5
        assert share_down(f"{room}/volumes", 60.0 * minutes) == 0.5
    assert share_down(f"{room}/volumes", 60.0 * 151.0) == 0.0


def test_volumes_that_follow_any_server_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def any_of_them(cohort: Any, _: int, other: Any) -> Any:
        return list(range(cohort.batches)), list(range(other.batches))

    monkeypatch.setattr(following, "_in_common", any_of_them)
    assert share_down("here/zone-1/room/volumes", 60.0 * 31.0) < 0.35


def test_shares_of_a_failure_are_of_all_units() -> None:
    """30 % three times is 30 %: each time the same units are meant."""
    assert [share_down("here/tenth", 60.0 * minutes) for minutes in (11.5, 12.5, 13.5)] == [0.3, 0.3, 0.3]


def test_of_many_servers_each_volume_batch_follows_one_of_its_own(tmp_path: Path) -> None:
    """Ten batches follow forty that went down with them: no two follow the same, so that they come back at ten instants."""
    room = "north/zone-1/dc-1"
    feed = {"latching": {"on": f"{room}/feed"}}
    boots = [{"visit": {"station": "north/boot", "work": "1 s"}}]
    servers = {"path": f"{room}/servers", "units": 400, "batches": 40, "requires": feed, "recovery": boots}
    volumes = {"path": f"{room}/volumes", "units": 100, "batches": 10, "requires": feed, "recovery": [{"follow": {"component": "servers"}}]}
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{room}/feed", "for": "10 min"}}}
    station = {"path": "north/boot", "discipline": {"fifo": {"servers": 1}}}
    tree = tree_of(components=[{"path": f"{room}/feed"}, servers, volumes], stations=[station], events=[fault])
    path = written(tmp_path, "many", tree)
    for n in range(5):
        trace = replayed(path, replication=n)
        back = [time for time, change, owner, _, _, _ in trace.records if change == "up" and owner.endswith("volumes")]
        assert len(back) == len(set(back)) == 10
        assert set(back) <= {time for time, change, owner, _, _, _ in trace.records if change == "up" and owner.endswith("servers")}
