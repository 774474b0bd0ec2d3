"""Conservation: what comes in leaves once or is still there; what goes down is up again, lost, held down, or on its way back.

The checks run at the end of every replication in all tests (conftest.py switches them on); here they run over random scenarios, and
engines that lose, double or forget something have to fail them.
"""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from simulator import api
from simulator.engine import conservation, stations
from simulator.engine.cohorts import Cohort
from simulator.engine.conservation import ConservationError
from simulator.engine.jobs import INSIDE, Job
from simulator.engine.stations import StationState
from simulator.engine.tenants import TenantFlow
from tests.fuzzing import fuzzed
from tests.laws.random_scenarios import RandomScenario, random_scenarios
from tests.theory.scenarios import exponential, replayed, tenant_of, tree_of, written

ROOM = "north/zone-1/dc-1"


def test_the_checks_are_on_in_tests() -> None:
    assert conservation.CHECKED


@fuzzed(60)
@given(random_scenarios())
def test_nothing_vanishes_and_nothing_is_doubled(scenario: RandomScenario) -> None:
    with tempfile.TemporaryDirectory() as folder:
        incident, tenants = scenario.write(Path(folder))
        api.compare(incident, tenants, replications=2, drawn=False)


# -- engines that break a law -------------------------------------------------------------------------------------------------------------


def crowd(folder: Path) -> Path:
    """Forty units that lose their feed again and again, and queue at a desk where some give up."""
    waits = {"after": exponential(120.0), "again": "90 %"}
    desk = {"path": "north/desk", "discipline": {"fifo": {"servers": 2}}, "patience": waits}
    units = {
        "path": f"{ROOM}/units", "units": 40, "requires": {"latching": {"on": "feed"}},
        "recovery": [{"visit": {"station": "north/desk", "work": exponential(120.0)}}, {"wait": {"for": "10 min"}}],
    }  # fmt: skip
    fall = [{"name": f"fall-{n}", "at": f"{10 + 15 * n} min", "do": {"fail": {"target": f"{ROOM}/feed", "for": "3 min"}}} for n in range(6)]
    tree = tree_of(horizon="92 min", components=[units, {"path": f"{ROOM}/feed"}], stations=[desk], events=fall)
    return written(folder, "crowd", tree)


def crowds(folder: Path) -> None:
    for n in range(20):
        replayed(crowd(folder), replication=n)


def test_the_crowd_obeys_them(tmp_path: Path) -> None:
    crowds(tmp_path)


def forgotten(self: Cohort, job: Job, _: int) -> None:
    self.jobs[job.batch].remove(job)


def doubled(_: int, job: Job) -> bool:
    return job.state == INSIDE


def kept(self: Cohort, b: int) -> None:
    self.races.pop(b, None)
    self.jobs.pop(b, None)


def miscounted(self: StationState, job: Job) -> None:
    TAKE_OUT(self, job)
    self.inside += 1e-3


def let_go(self: Cohort, b: int, cause: int) -> None:
    self.holds[b] -= 1
    REGAIN(self, b, cause)


TAKE_OUT, REGAIN = StationState._take_out, Cohort.regain

WRONG: dict[str, tuple[Any, str, Any, str]] = {
    "jobs that gave up are forgotten": (Cohort, "job_given_up", forgotten, "forgotten on its way back"),
    "jobs leave as often as they came": (stations, "_stands", doubled, "in it twice|came"),
    "who is lost again stays in the queue": (Cohort, "leave_ways", kept, "nobody waits any more"),
    "units are miscounted": (StationState, "_take_out", miscounted, "are said to be inside"),
    "one hold too many is taken away": (Cohort, "regain", let_go, "let go of more often"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_engine_that_breaks_a_law_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    where, attribute, wrong, said = WRONG[name]
    monkeypatch.setattr(where, attribute, wrong)
    with pytest.raises(ConservationError, match=said):
        crowds(tmp_path)


def test_an_application_that_serves_more_than_its_capacity_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(TenantFlow, "_able", lambda *_: 1.0)
    half = {"name": "half", "at": "1 h", "do": {"fail": {"target": f"{ROOM}/servers", "share": "50 %"}}}
    tree = tree_of(components=[{"path": f"{ROOM}/servers", "units": 10}], events=[half])
    app = tenant_of(enters="a/web", components=[{"path": "a/web", "units": 2, "rides": "servers", "carries": "80 %"}])
    with pytest.raises(ConservationError, match="of the demand with a capacity of"):
        api.compare(written(tmp_path, "incident", tree), [written(tmp_path, "app", app)], replications=1, drawn=False)
