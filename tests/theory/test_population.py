"""A class of a population comes to what a tenant deployed alike comes to in the engine, and to something else with a wrong mechanism."""

from pathlib import Path

import numpy as np
import pytest

from simulator import api
from simulator.engine.replay import replay
from simulator.ensemble import living
from simulator.ensemble.cases import cases_of, plan_of, shares_of
from simulator.ensemble.dice import Dice, Floats
from simulator.ensemble.population_results import Toll
from simulator.ensemble.results import ComparisonRow
from simulator.measures.curves import SLACK
from simulator.measures.index import TraceIndex
from tests.theory import crowd_world
from tests.theory.measuring import Estimate

REPLICATIONS = 240
TENANTS, NIGHTS = 6000, 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crowd")


@pytest.fixture(scope="module")
def engine(folder: Path) -> dict[str, ComparisonRow]:
    """Each architecture over all placements. Everything below full service counts, as it does for the population below."""
    found = api.compare(crowd_world.region(folder), crowd_world.architectures(folder), replications=REPLICATIONS, objective=1.0)
    return {row.architecture: row for row in found.rows if row.placement == "average"}


@pytest.fixture(scope="module")
def ever_in_engine(folder: Path) -> dict[str, list[float]]:
    """By architecture, in each replication: the share of its placements in which it was ever impaired."""
    loaded = api.load(crowd_world.region(folder))
    tenants = loaded.tenants(crowd_world.architectures(folder))
    cases = cases_of(loaded.scenario, tenants)
    plan = plan_of(loaded.scenario, cases)
    ever: dict[str, list[float]] = {tenant.name: [] for tenant in tenants}
    for n in range(REPLICATIONS):
        index = TraceIndex(replay(plan, seed=1, replication=n))
        for name, found in ever.items():
            members = shares_of(cases, name, "average")
            found.append(sum(weight for case, weight in members if min(index.curve(case.label).values) < 1.0 - SLACK))
    return ever


def crowd(folder: Path) -> dict[str, Toll]:
    path = crowd_world.crowd(folder, objective="100 %", **crowd_world.CLASSES)
    found = api.population(crowd_world.region(folder), path, tenants=TENANTS, replications=NIGHTS)
    return {str(row.name): row.toll for row in found.rows if row.toll is not None}


@pytest.fixture(scope="module")
def classes(folder: Path) -> dict[str, Toll]:
    return crowd(folder)


def lost(toll: Toll) -> Estimate:
    """Minutes per user: all tenants have equally many."""
    mean, ci95 = toll.lost_minutes_per_user.mean, toll.lost_minutes_per_user.ci95
    assert ci95 is not None
    return Estimate(value=mean, error=(ci95[1] - mean) / 2.0)


def agree(ours: Estimate, theirs: Estimate) -> bool:
    return Estimate(value=ours.value, error=float(np.hypot(ours.error, theirs.error))).agrees(theirs.value)


def rode(row: ComparisonRow) -> Estimate:
    assert row.lost_minutes.ci95 is not None
    return Estimate(value=row.lost_minutes.mean, error=(row.lost_minutes.ci95[1] - row.lost_minutes.mean) / 1.96)


@pytest.mark.parametrize("name", list(crowd_world.CLASSES))
def test_a_class_loses_what_its_architecture_loses_in_the_engine(
    name: str, classes: dict[str, Toll], engine: dict[str, ComparisonRow]
) -> None:
    ours, theirs = lost(classes[name]), rode(engine[name])
    assert theirs.relative < 0.06
    assert ours.error < theirs.error / 2
    assert agree(ours, theirs)


@pytest.mark.parametrize("name", list(crowd_world.CLASSES))
def test_as_many_are_ever_down_as_in_the_engine(name: str, classes: dict[str, Toll], ever_in_engine: dict[str, list[float]]) -> None:
    ever = np.array(ever_in_engine[name])
    theirs = Estimate(value=float(ever.mean()), error=float(ever.std(ddof=1) / np.sqrt(REPLICATIONS)))
    # Of three zones one is struck, and nobody uses more than two.
    assert 0.1 < theirs.value <= 2 / 3
    assert theirs.relative < 0.06
    assert agree(Estimate(value=classes[name].down_ever.mean, error=0.0), theirs)


def test_units_of_a_tenant_that_share_one_place_are_noticed(
    folder: Path, engine: dict[str, ComparisonRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "standing", lambda i, n, place: place)
    assert not agree(lost(crowd(folder)["striped"]), rode(engine["striped"]))


def test_tenants_that_are_all_exposed_alike_are_noticed(
    folder: Path, engine: dict[str, ComparisonRow], monkeypatch: pytest.MonkeyPatch
) -> None:
    uniforms = Dice.uniforms

    def alike(self: Dice, of: str, purpose: str, block: int, n: int) -> Floats:
        return np.full(n, 0.5) if purpose.startswith("exposure") else uniforms(self, of, purpose, block, n)

    monkeypatch.setattr(Dice, "uniforms", alike)
    assert not agree(lost(crowd(folder)["striped"]), rode(engine["striped"]))


def scatter(toll: Toll, tenants: int = TENANTS // len(crowd_world.CLASSES)) -> float:
    """Standard error of the share ever down from replication to replication, over that of as many tenants with dice of their own."""
    mean, ci95 = toll.down_ever.mean, toll.down_ever.ci95
    assert ci95 is not None
    return (ci95[1] - mean) / 2.07 / float(np.sqrt(mean * (1 - mean) / tenants / NIGHTS))


def test_no_two_tenants_have_dice_in_common(classes: dict[str, Toll], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left between replications is the scatter of so many independent tenants; chi of 23 degrees lies within these bounds."""
    assert 0.5 < scatter(classes["striped"]) < 1.7
    uniforms = Dice.uniforms
    monkeypatch.setattr(Dice, "uniforms", lambda self, *what: np.full(what[-1], uniforms(self, *what[:-1], 1)[0]))
    assert scatter(crowd(folder)["striped"]) > 10
