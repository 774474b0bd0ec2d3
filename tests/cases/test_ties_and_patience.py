"""Stations: who is first when many arrive at one instant, and what becomes of jobs that give up."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine.jobs import Job
from simulator.engine.streams import TURN_AT_STATION
from simulator.engine.trace import Trace
from simulator.ensemble.results import Comparison
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import replayed

CASES = Path(__file__).parent
QUEUED, SINGLE = 300, 1.0
"""Three zones of 200 hosts come back in batches of two, one minute of work each: 300 jobs of two minutes."""


def outages(folder: str, *names: str, replications: int, average: str = "average") -> dict[str, Estimate]:
    """Mean outage in minutes of each architecture over its placements."""
    files = [CASES / folder / f"{name}.yaml" for name in names]
    found: Comparison = api.compare(CASES / folder / "i.yaml", files, replications=replications, drawn=False)
    return {row.architecture: mean_of(row.values["outage"]) for row in found.rows if row.placement in {average, "fixed"}}


def queue_time(jobs: int, minutes: float) -> float:
    """Mean wait in minutes of one who stands anywhere among so many jobs, all places equally likely."""
    return jobs * minutes / 2


# -- fifo-order: three zones lose all at once and queue at one desk ------------------------------------------------------------------------


def test_zones_that_nothing_tells_apart_wait_alike() -> None:
    found = outages("fifo-order", "a", "b", "c", "x", replications=400)
    exact = 10.0 + queue_time(QUEUED, 2.0) + SINGLE
    for name in ("zone-a", "zone-b", "zone-c", "zone-x"):
        assert found[name].error < 0.035 * exact
        assert found[name].agrees(exact), name


def test_all_hosts_of_a_zone_are_back_when_nearly_all_of_the_queue_is_worked_off() -> None:
    """Of a zone's 100 batches the 95th to come back ends the outage below 95 %: order statistics of places in a drawn order of 300."""
    found = outages("fifo-order", "live-a", "live-b", "live-c", "live-x", replications=100)
    # The r-th smallest of m numbers drawn from 1..n without replacement has the mean r (n + 1) / (m + 1); two minutes for each place.
    exact = 10.0 + 2.0 * 95 * 301 / 101
    for estimate in found.values():
        assert estimate.agrees(exact)


def in_order_of_paths(self: Job, draws: Any, purpose: str) -> float:
    return 0.5 if purpose == TURN_AT_STATION else HONEST(self, draws, purpose)


HONEST = Job.uniform


def test_a_queue_in_the_order_of_paths_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Job, "uniform", in_order_of_paths)
    found = outages("fifo-order", "a", "c", replications=60)
    exact = 10.0 + queue_time(QUEUED, 2.0) + SINGLE
    assert not found["zone-a"].agrees(exact)
    assert not found["zone-c"].agrees(exact)


# -- everything-lost-at-once: one unit among a thousand ---------------------------------------------------------------------------------


def test_a_tenant_of_negligible_weight_has_a_drawn_place_in_the_queue() -> None:
    found = outages("everything-lost-at-once", "p", replications=1000)["passenger"]
    # A hundred batches of ten hosts, 0.2 minutes each; the loss of ten minutes before, and its own work after.
    exact = 10.0 + queue_time(100, 2.0) + 0.2
    assert found.error < 0.02 * exact
    assert found.agrees(exact, rounding=0.01)  # restored within a second


def test_a_tenant_that_comes_last_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Job, "uniform", in_order_of_paths)
    folder = CASES / "everything-lost-at-once-in-an-instant"
    found: Comparison = api.compare(folder / "i.yaml", [folder / "p.yaml"], replications=20, drawn=False)
    assert set(found.rows[0].values["outage"]) == {210.2}


def test_a_tenant_is_not_last_when_all_is_lost_and_restored_in_an_instant() -> None:
    found = outages("everything-lost-at-once-in-an-instant", "p", replications=1000)["passenger"]
    assert found.agrees(10.0 + queue_time(100, 2.0) + 0.2)


# -- random-patience: four jobs share a server, and each gives up long before it is done -------------------------------------------------


def back(trace: Trace) -> list[float]:
    return [time for time, change, owner, _, _, _ in trace.records if change == "up" and owner.endswith("/hosts")]


def patient(folder: Path, *, discipline: str = "{processor_sharing: {}}", after: str = "{uniform: [2 min, 3 min]}") -> Path:
    """The case with another discipline, or another patience."""
    world, incident = ((CASES / "random-patience" / name).read_text() for name in ("w.yaml", "i.yaml"))
    world = world.replace("discipline: {processor_sharing: {}}", f"discipline: {discipline}")
    (folder / "w.yaml").write_text(world.replace("after: {uniform: [2 min, 3 min]}", f"after: {after}"))
    (folder / "i.yaml").write_text(incident)
    return folder / "i.yaml"


@pytest.mark.parametrize("discipline", ["{processor_sharing: {}}", "{unlimited: {}}", "{fifo: {servers: 4}}", "{fifo: {servers: 1}}"])
@pytest.mark.parametrize("after", ["2.5 min", "{uniform: [2 min, 3 min]}"])
def test_work_that_takes_longer_than_anybody_waits_is_never_done(discipline: str, after: str, tmp_path: Path) -> None:
    """Each comes again for ever, and begins anew: no job of ten minutes is done by one who waits three at most."""
    trace = replayed(patient(tmp_path, discipline=discipline, after=after))
    assert back(trace) == []
    assert not [record for record in trace.records if record[1] == "leaves"]
    gave_up = [record for record in trace.records if record[1] == "gives_up"]
    assert len(gave_up) > 4 * 23 * 60 / 3
    entered = [record for record in trace.records if record[1] == "enters"]
    assert len(entered) == len(gave_up) + 4


def test_patience_is_drawn_anew_for_each_visit(tmp_path: Path) -> None:
    incident = patient(tmp_path)
    ends: dict[object, list[float]] = {}
    for time, change, _, _, _, detail in replayed(incident).records:
        if change in {"enters", "gives_up"}:
            ends.setdefault(detail, []).append(time)
    spans = [b - a for times in ends.values() for a, b in zip(times[::2], times[1::2], strict=False)]
    assert len(set(spans)) > 0.99 * len(spans)
    assert mean_of(spans).agrees(150.0)


def test_who_comes_again_comes_because_it_gave_up(tmp_path: Path) -> None:
    records = replayed(patient(tmp_path)).records
    causes = [records[cause][1] for _, change, _, _, cause, _ in records if change == "enters"]
    assert causes[:4] == ["restored"] * 4
    assert len(causes) > 1000
    assert set(causes[4:]) == {"gives_up"}


# -- given-up: who gives up and does not come again ---------------------------------------------------------------------------------------


def test_who_gives_up_for_good_is_lost_for_good() -> None:
    """In 20.5 minutes one desk serves twenty of a hundred; the others give up, and none of them is on its way any more."""
    trace = replayed(CASES / "given-up" / "i.yaml")
    assert sum(record[3] for record in trace.records if record[1] == "lost") == 80.0
    assert len(back(trace)) == 20
    (_, down, lost) = api.fidelity([CASES / "given-up" / "i.yaml"], replications=5).rows
    assert (lost.id, lost.p50, down.p50) == ("L", 0.8, 0.8)
