"""Stratified draws: equal means, by a formula and beside ordinary draws, and the smaller variance that theory gives for a small world."""

import itertools
import random
from collections.abc import Callable
from math import exp, log
from pathlib import Path

import numpy as np
import pytest

from simulator.engine import stratified
from simulator.engine.chance import LIVES
from simulator.engine.draws import Draws
from simulator.engine.plan import Plan
from simulator.engine.replay import compile_plan, replay
from simulator.engine.stratified import UNITS, StratifiedDraws
from simulator.scenario import building
from tests.laws.small_world import app, small
from tests.theory.measuring import SURE, Estimate, mean_of
from tests.theory.scenarios import tenant_of, tree_of, written

STRATA = 20
ROOM = "north/zone-1/dc-1"

# -- the numbers themselves --------------------------------------------------------------------------------------------------------------


def numbers(replications: range, *streams: tuple[str, str, int], strata: int = STRATA) -> np.ndarray:
    """One row for each replication, one column for each named number."""
    each = (StratifiedDraws(seed=3, replication=n, strata=strata) for n in replications)
    return np.array([[draws.uniform(*stream) for stream in streams] for draws in each])


@pytest.mark.parametrize("strata", [2, 7, 20])
def test_a_block_visits_each_part_once(strata: int) -> None:
    found = numbers(range(3 * strata, 5 * strata), ("a", "place", 0), ("a", "place", 1), ("b", "place", 0), strata=strata)
    assert ((found > 0.0) & (found < 1.0)).all()
    parts = np.sort((found * strata).astype(int).reshape(2, strata, 3), axis=1)
    assert (parts == np.arange(strata)[None, :, None]).all()


def test_one_stratum_is_none() -> None:
    ordinary = [Draws(seed=3, replication=n).uniform("a", "for", 2) for n in range(50)]
    assert numbers(range(50), ("a", "for", 2), strata=1)[:, 0].tolist() == ordinary


def test_further_units_have_ordinary_numbers() -> None:
    """In each of their lives: the number of a unit stands below that of its life."""
    first, further = ([("a", "failure", unit + (life << LIVES)) for life in (0, 2)] for unit in (UNITS - 1, UNITS))
    for replication in range(3):
        ordinary = Draws(seed=3, replication=replication)
        assert numbers(range(replication, replication + 1), *further)[0].tolist() == [ordinary.uniform(*stream) for stream in further]
    assert (np.sort((numbers(range(STRATA), *first) * STRATA).astype(int), axis=0) == np.arange(STRATA)[:, None]).all()


def test_what_is_drawn_many_at_once_is_as_it_was() -> None:
    ordinary, other = Draws(seed=3, replication=5), StratifiedDraws(seed=3, replication=5, strata=STRATA)
    assert ordinary.permutation("a", "turn", 9) == other.permutation("a", "turn", 9)


def looks_independent(found: np.ndarray) -> bool:
    """Uniform, and as little alike as independent columns are: the correlation of n pairs has a standard error of 1 / sqrt(n)."""
    uniform = (np.abs(found.mean(axis=0) - 0.5) < SURE * np.sqrt(1.0 / 12.0 / len(found))).all()
    alike = np.corrcoef(found, rowvar=False)[np.triu_indices(found.shape[1], 1)]
    return bool(uniform and (np.abs(alike) < SURE / np.sqrt(len(found))).all())


STREAMS = [(role, purpose, k) for role in ("a", "b") for purpose in ("for", "place") for k in (0, 1)]


def test_a_replication_taken_alone_has_independent_uniform_numbers() -> None:
    """The one in place 3 of each of many blocks: they would not be uniform were they always in the same part."""
    every = [numbers(range(n, n + 1), *STREAMS, strata=4)[0] for n in range(3, 12_000, 4)]
    assert looks_independent(np.array(every))


def together(self: stratified.Block, role: str, purpose: str, k: int) -> list[int]:
    """Wrong: one order for all numbers."""
    return self._draws.permutation("all", "strata", self._strata)


def in_turn(self: stratified.Block, role: str, purpose: str, k: int) -> list[int]:
    """Wrong: the parts one after the other."""
    return list(range(self._strata))


def in_the_middle(self: StratifiedDraws, role: str, purpose: str, k: int = 0) -> float:
    """Wrong: always the middle of a part."""
    return (self._block.order(role, purpose, k)[self._place] + 0.5) / self._strata


@pytest.mark.parametrize("wrong", [together, in_turn])
def test_with_one_order_for_all_they_are_not(wrong: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stratified.Block, "order", wrong)
    every = [numbers(range(n, n + 1), *STREAMS, strata=4)[0] for n in range(3, 12_000, 4)]
    assert not looks_independent(np.array(every))


def test_a_replication_is_the_same_whatever_came_before_it(tmp_path: Path) -> None:
    """As workers have it: chunks that begin anywhere, in any order, with other blocks between."""
    scenario = building.load(written(tmp_path, "small", small()))
    tenant = building.load_tenant(written(tmp_path, "app", app()), scenario)
    plan = compile_plan(scenario, [("app", tenant, {"a": "north/zone-1", "b": "north/zone-2"})])
    turns = [(seed, n) for seed in (1, 2) for n in range(6)]
    traces = {turn: replay(plan, seed=turn[0], replication=turn[1], strata=4) for turn in turns}
    for seed, n in random.Random(1).sample(turns, len(turns)):
        again = replay(plan, seed=seed, replication=n, strata=4)
        assert (again.records, again.curves) == (traces[seed, n].records, traces[seed, n].curves)
    assert all(traces[a].records != traces[b].records for a, b in itertools.combinations(turns, 2))


# -- equal means -------------------------------------------------------------------------------------------------------------------------


def minutes_lost(plan: Plan, replication: int, strata: int) -> float:
    trace = replay(plan, seed=1, replication=replication, strata=strata)
    curve = trace.curves["app"]
    ends = [t for t, _ in curve[1:]] + [trace.horizon]
    return sum((end - t) * (1.0 - served) for (t, served), end in zip(curve, ends, strict=True)) / 60.0


def blocks_of(plan: Plan, strata: int, *, blocks: int, size: int) -> np.ndarray:
    """Lost minutes, one row for each block of replications; `strata` 0: with ordinary draws."""
    return np.array([minutes_lost(plan, n, strata) for n in range(blocks * size)]).reshape(blocks, size)


@pytest.fixture
def either(tmp_path: Path) -> Plan:
    """It needs one of two things, which both fail: for a time even in 0 to 2 h, and for an exponential one with mean 30 min."""
    spans = {"a": {"uniform": ["0 min", "2 h"]}, "b": {"exponential": {"mean": "30 min"}}}
    events = [{"name": n, "at": "1 h", "do": {"fail": {"target": f"{ROOM}/{n}", "for": span}}} for n, span in spans.items()]
    scenario = building.load(written(tmp_path, "two", tree_of(components=[{"path": f"{ROOM}/{n}"} for n in spans], events=events)))
    front = {"path": "front", "requires": {"live": {"any_of": [f"{ROOM}/{n}" for n in spans]}}}
    tenant = building.load_tenant(written(tmp_path, "app", tenant_of(components=[front])), scenario)
    return compile_plan(scenario, [("app", tenant, {"a": "north/zone-1"})])


# The mean of the smaller one is the integral of both survivals, (1 - t / 120) e^(-t / 30) from 0 to 120.
SMALLER = 30.0 - 30.0 * 30.0 / 120.0 * (1.0 - exp(-4.0))


def stratified_mean(plan: Plan) -> Estimate:
    return mean_of(blocks_of(plan, 4, blocks=500, size=4).mean(axis=1))


def test_the_mean_is_the_exact_one_and_that_of_ordinary_draws(either: Plan) -> None:
    ours, ordinary = stratified_mean(either), mean_of(minutes_lost(either, n, 0) for n in range(2000))
    assert ours.agrees(SMALLER)
    assert ordinary.agrees(SMALLER)
    assert abs(ours.value - ordinary.value) <= SURE * np.hypot(ours.error, ordinary.error)
    assert ours.error < 0.75 * ordinary.error


@pytest.mark.parametrize("wrong", [together, in_turn])
def test_with_one_order_for_all_they_have_another_mean(
    either: Plan, wrong: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stratified.Block, "order", wrong)
    assert not stratified_mean(either).agrees(SMALLER)


# -- smaller errors ----------------------------------------------------------------------------------------------------------------------

DARK = 0.07
HOURS = 4.0


@pytest.fixture
def rarely_dark(tmp_path: Path) -> Plan:
    """A database stands in the small one of two buildings with 7 %, and that one is dark for a time even in 0 to 4 h."""
    rooms = {"dc-1": 1.0 - DARK, "dc-2": DARK}
    dark = {"fail": {"target": "north/zone-1/dc-2/disks", "for": {"uniform": ["0 h", f"{HOURS} h"]}}}
    disks = [{"path": f"north/zone-1/{dc}/disks", "units": 1000} for dc in rooms]
    tree = tree_of(components=disks, events=[{"name": "dark", "at": "1 h", "do": dark}])
    tree["world"]["datacenters"] = [
        {"path": f"north/zone-1/{dc}", "share": f"{share:.0%}", "basis": {"assumed": "made for a test"}} for dc, share in rooms.items()
    ]
    scenario = building.load(written(tmp_path, "dark", tree))
    database = {"path": "a/db", "units": 1, "rides": "disks", "lives_in": "one"}
    tenant = building.load_tenant(written(tmp_path, "app", tenant_of(enters="a/db", components=[database])), scenario)
    return compile_plan(scenario, [("app", tenant, {"a": "north/zone-1"})])


def agrees_in_variance(sums: np.ndarray, exact: float) -> bool:
    squares = (sums - sums.mean()) ** 2 * len(sums) / (len(sums) - 1)
    return mean_of(squares).agrees(exact)


def test_hits_and_their_severity_vary_as_little_as_theory_says(rarely_dark: Plan) -> None:
    """7 % of 20 are 1.4: each block has one hit for sure, and a second one with 40 %, instead of 20 chances of 7 %.

    With severities of mean m and variance v, two of a block are in different parts: their covariance is -v (1 - 1/400) / 19.
    """
    mean, variance = 60.0 * HOURS / 2.0, (60.0 * HOURS) ** 2 / 12.0
    ordinary = STRATA * (DARK * (variance + mean**2) - (DARK * mean) ** 2)
    exact = 1.4 * variance - 0.4 * 2.0 * variance * (1.0 - 1.0 / STRATA**2) / (STRATA - 1) + 0.4 * 0.6 * mean**2
    assert 2.5 < ordinary / exact < 2.6
    ours, plain = (blocks_of(rarely_dark, strata, blocks=120, size=STRATA) for strata in (STRATA, 0))
    assert {int(n) for n in (ours > 0.0).sum(axis=1)} == {1, 2}
    assert len(set((plain > 0.0).sum(axis=1).tolist())) > 3
    assert mean_of(ours.mean(axis=1)).agrees(DARK * mean)
    assert mean_of(plain.mean(axis=1)).agrees(DARK * mean)
    assert agrees_in_variance(ours.sum(axis=1), exact)
    assert agrees_in_variance(plain.sum(axis=1), ordinary)
    assert not agrees_in_variance(ours.sum(axis=1), ordinary)


def test_who_breaks_by_a_hazard_is_as_even(tmp_path: Path) -> None:
    """A load balancer that breaks within the hour with 7 %: one of 20 does for sure, and with 40 % a second one."""
    hazard = {"rate": f"{-log(1.0 - DARK)!r}/h"}
    balancer = {"path": f"{ROOM}/balancer", "failure": {"hazard": hazard}, "recovery": [{"wait": {"for": "2 h"}}]}
    plan = compile_plan(building.load(written(tmp_path, "breaks", tree_of(horizon="1 h", components=[balancer]))))

    def hits(strata: int) -> np.ndarray:
        broken = [any(r[1] == "down" for r in replay(plan, seed=1, replication=n, strata=strata).records) for n in range(100 * STRATA)]
        return np.array(broken).reshape(-1, STRATA).sum(axis=1)

    ours, plain = hits(STRATA), hits(0)
    assert set(ours.tolist()) == {1, 2}
    assert len(set(plain.tolist())) > 3
    assert mean_of(ours).agrees(DARK * STRATA)
    assert mean_of(plain).agrees(DARK * STRATA)


def test_from_the_middles_of_the_parts_hits_have_another_mean(rarely_dark: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the middles of 20 parts, one alone lies in the last 7 %."""
    monkeypatch.setattr(StratifiedDraws, "uniform", in_the_middle)
    ours = blocks_of(rarely_dark, STRATA, blocks=40, size=STRATA)
    assert {int(n) for n in (ours > 0.0).sum(axis=1)} == {1}
    assert not mean_of(ours.mean(axis=1)).agrees(DARK * 60.0 * HOURS / 2.0)
