"""Units that fail and are repaired: alone (a), several with a repair of their own (c), with few crews (d), one in cold standby (f1).

Unavailability is compared, never availability: 0.9990 and 0.9999 agree to three digits.
"""

import re
from math import comb, exp, factorial
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine.chance import Chance
from simulator.engine.draws import Draws
from tests.theory.measuring import Estimate, mean_of, spans_down, steps_below, unavailability
from tests.theory.scenarios import ZONE, exponential, failing, plan_of, replay, replayed, tenant_of, tree_of, written

HOUR = 3600.0
ROOM = f"{ZONE}/dc-1"
SMALL = 0.005


def in_hours(hours: float) -> str:
    return f"{hours!r} h"


# -- a: one repairable unit --------------------------------------------------------------------------------------------------------------

LAWS = {
    "exponential": (exponential, 90_000),
    "others": (lambda mean: {"uniform": ["0 s", f"{2 * mean!r} s"]}, 60_000),
}


def one_unit(folder: Path, *, law: str = "exponential", up: float = 7.0, down: float = 3.0, cycles: int = 0) -> Estimate:
    make, usual = LAWS[law]
    horizon = (cycles or usual) * 10.0
    tree = tree_of(horizon=in_hours(horizon), components=[failing(f"{ROOM}/unit", make(up * HOUR), [{"wait": {"for": make(down * HOUR)}}])])
    trace = replayed(written(folder, "unit", tree))
    return unavailability(spans_down(trace, f"{ROOM}/unit"), start=0.0, end=trace.horizon)


def one_unit_exactly(*, failures: float = 1 / 7, repairs: float = 1 / 3) -> float:
    return failures / (failures + repairs)


def test_the_formula_of_one_unit_has_the_values_of_the_textbook() -> None:
    assert one_unit_exactly(failures=1 / 1000, repairs=1 / 8) == pytest.approx(7.9365e-3, rel=1e-4)
    assert 1 - transient(24.0, 1 / 1000, 1 / 8) == pytest.approx(0.9924492572, abs=1e-10)


@pytest.mark.parametrize("law", LAWS)
def test_a_one_unit_is_down_for_its_share_of_the_time_whatever_the_laws(law: str, tmp_path: Path) -> None:
    found = one_unit(tmp_path, law=law)
    assert found.relative < SMALL
    assert found.agrees(one_unit_exactly())


def test_a_two_percent_too_many_failures_are_noticed(tmp_path: Path) -> None:
    found = one_unit(tmp_path, law="others", up=7.0 / 1.02)
    assert not found.agrees(one_unit_exactly())


def test_a_one_draw_that_stands_for_all_lives_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uniform = Chance.uniform
    monkeypatch.setattr(Chance, "uniform", lambda self, role, purpose, b, life: uniform(self, role, purpose, b, 0))
    assert not one_unit(tmp_path, cycles=5000).agrees(one_unit_exactly())


def transient(time: float, failures: float, repairs: float) -> float:
    """Probability that a unit that was new at 0 is down at `time`."""
    return failures / (failures + repairs) * (1.0 - exp(-(failures + repairs) * time))


def down_at(folder: Path, instants: tuple[float, ...], *, stages: Any = None) -> list[Estimate]:
    """Share of many units that are down some hours after all were new. Standard errors come from 16 groups of 2,000."""
    repair = stages or [{"wait": {"for": exponential(3.0 * HOUR)}}]
    groups = [failing(f"{ROOM}/units-{g}", exponential(7.0 * HOUR), repair, units=2000, batches=2000) for g in range(16)]
    trace = replayed(written(folder, "units", tree_of(horizon="7 h", components=groups)))
    down = {g["path"]: [0] * len(instants) for g in groups}
    for time, change, owner, _, _, _ in trace.records:
        if change in {"down", "up"}:
            for n, hours in enumerate(instants):
                if time <= hours * HOUR:
                    down[owner][n] += 1 if change == "down" else -1
    return [mean_of(d[n] / 2000 for d in down.values()) for n in range(len(instants))]


def test_a_new_units_approach_it_exponentially(tmp_path: Path) -> None:
    instants = (0.5, 2.0, 6.0)
    for hours, found in zip(instants, down_at(tmp_path, instants), strict=True):
        assert found.relative < 0.04  # 32,000 units, of which 7 % are down at half an hour
        assert found.agrees(transient(hours, 1 / 7, 1 / 3))


def test_a_a_repair_of_fixed_length_has_another_approach(tmp_path: Path) -> None:
    (found,) = down_at(tmp_path, (2.0,), stages=[{"wait": {"for": "3 h"}}])
    assert not found.agrees(transient(2.0, 1 / 7, 1 / 3))


# -- c: k of n, each with a repair of its own --------------------------------------------------------------------------------------------

N, K = 6, 4
Spans = list[tuple[float, float]]


def some_of(n: int, k: int, up: float) -> float:
    """P[at least k of n independent units are up]."""
    return sum(comb(n, i) * up**i * (1.0 - up) ** (n - i) for i in range(k, n + 1))


def some_needed(
    folder: Path, *, hours: float, up: Any, down: Any, crew: Any = None, n: int = N, k: int = K
) -> Spans:  # fmt: skip
    """When fewer than k of n units were up. `crew` is the discipline of the station that repairs them, without it each has its own."""
    stages = [{"wait": {"for": down}}] if crew is None else [{"visit": {"station": "north/crew", "work": down}}]
    units = [failing(f"{ROOM}/unit-{i}", up, stages) for i in range(n)]
    system = {"path": "north/system", "requires": {"live": {"at_least": {"k": k, "of": [u["path"] for u in units]}}}}
    stations = [] if crew is None else [{"path": "north/crew", "discipline": crew}]
    tree = tree_of(horizon=in_hours(hours), components=[*units, system], stations=stations)
    return spans_down(replayed(written(folder, "system", tree)), "north/system")


def shares(spans: Spans, hours: float) -> Estimate:
    return unavailability(spans, start=100 * HOUR, end=hours * HOUR)


def test_the_formula_of_k_of_n_has_the_values_of_the_textbook() -> None:
    up = 1 - one_unit_exactly(failures=1 / 1000, repairs=1 / 8)
    rate = comb(N, K) * up**K * (1 - up) ** (N - K) * K / 1000
    assert 1 - some_of(N, K, up) == pytest.approx(9.8207e-6, rel=1e-4)
    assert rate * 8766 == pytest.approx(0.0320680, rel=1e-3)
    assert (1 - some_of(N, K, up)) / rate == pytest.approx(2.6827179, rel=1e-6)


@pytest.mark.parametrize(("law", "hours", "error"), [("exponential", 300_000.0, 0.0075), ("others", 150_000.0, SMALL)])
def test_c_four_of_six_are_down_as_often_as_the_binomial_says(law: str, hours: float, error: float, tmp_path: Path) -> None:
    up = 0.7
    make = LAWS[law][0]
    spans = some_needed(tmp_path, hours=hours, up=make(7.0 * HOUR), down=make(3.0 * HOUR))
    found, exact = shares(spans, hours), 1 - some_of(N, K, up)
    assert found.relative < error
    assert found.agrees(exact)
    # A unit fails every ten hours; the system does when exactly k are up and one of these fails.
    every = exact / (comb(N, K) * up**K * (1 - up) ** (N - K) * K / 7.0) * HOUR
    lengths = mean_of(end - start for start, end in spans[:-1])
    assert lengths.relative < 0.01
    assert lengths.agrees(every)


def test_c_units_that_share_their_draws_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uniform = Draws.uniform
    monkeypatch.setattr(Draws, "uniform", lambda self, role, purpose, k=0: uniform(self, re.sub(r"-\d", "", role), purpose, k))
    found = shares(some_needed(tmp_path, hours=60_000.0, up=exponential(8.0 * HOUR), down=exponential(2.0 * HOUR)), 60_000.0)
    assert not found.agrees(1 - some_of(N, K, 0.8))
    assert found.agrees(0.2)  # all six are one


# -- d: k of n with few crews ------------------------------------------------------------------------------------------------------------


def with_crews(n: int, k: int, crews: int, rho: float) -> float:
    """Unavailability of k of n when at most `crews` are repaired at a time: a birth-death process in the number down."""
    weight = [
        comb(n, j) * rho**j if j <= crews else comb(n, j) * factorial(j) / (factorial(crews) * crews ** (j - crews)) * rho**j
        for j in range(n + 1)
    ]
    return sum(weight[n - k + 1 :]) / sum(weight)


FEW = {
    "one-crew": ({"n": 6, "k": 4}, 1, 11.0, "11 h", 160_000.0, 0.01),
    "two-crews": ({"n": 6, "k": 4}, 2, 6.0, exponential(6.0 * HOUR), 160_000.0, 0.01),
    "three-units": ({"n": 3, "k": 2}, 1, 6.0, {"uniform": ["0 h", "12 h"]}, 470_000.0, SMALL),
}
"""How many of how many, crews, mean life beside a repair of two hours, its law, hours to run, and the error that this gives. Only the
repair need be exponential: the units that are up are as in a station without queue, where the law does not count but for its mean."""


def test_the_formula_of_few_crews_has_the_values_of_the_textbook() -> None:
    for crews, up in ((1, 0.9999400577), (2, 0.9999851800), (6, 0.9999901793)):
        assert with_crews(N, K, crews, 0.008) == pytest.approx(1 - up, abs=1e-10)


@pytest.mark.parametrize("case", FEW)
def test_d_the_broken_queue_for_their_crews(case: str, tmp_path: Path) -> None:
    some, crews, mean, life, hours, error = FEW[case]
    crew = {"fifo": {"servers": crews}}
    found = shares(some_needed(tmp_path, hours=hours, up=life, down=exponential(2.0 * HOUR), crew=crew, **some), hours)
    assert found.relative < error
    assert found.agrees(with_crews(**some, crews=crews, rho=2.0 / mean))


@pytest.mark.parametrize("case", FEW)
def test_d_a_crew_for_everybody_is_noticed(case: str, tmp_path: Path) -> None:
    some, crews, mean, life, _, _ = FEW[case]
    spans = some_needed(tmp_path, hours=40_000.0, up=life, down=exponential(2.0 * HOUR), crew={"unlimited": {}}, **some)
    found = shares(spans, 40_000.0)
    assert not found.agrees(with_crews(**some, crews=crews, rho=2.0 / mean))
    assert found.agrees(with_crews(**some, crews=some["n"], rho=2.0 / mean))


# -- f1: one in cold standby -------------------------------------------------------------------------------------------------------------


def standby(folder: Path, *, hours: float, ageing: str = "in_use") -> Spans:
    """A pair of which the second works while the first is broken, and one crew for both; spans without either."""
    scenario = written(folder, "empty", tree_of(horizon=in_hours(hours)))
    life = {"after": {"law": exponential(10.0 * HOUR), "ageing": ageing}}
    recovery = [{"visit": {"station": "crew", "work": exponential(6.0 * HOUR)}}]
    tenant = written(folder, "pair", tenant_of(
        name="pair",
        components=[
            {"path": "front", "requires": {"live": {"any_of": ["first", "second"]}}},
            {"path": "first", "failure": life, "recovery": recovery},
            {"path": "second", "failure": life, "recovery": recovery},
        ],
        stations=[{"path": "crew", "discipline": {"fifo": {"servers": 1}}}],
    ))  # fmt: skip
    result = api.run(scenario, tenant)
    return steps_below(result.trace.curves[result.label], 0.5, result.trace.horizon)


def cold(rho: float) -> float:
    return rho**2 / (1 + rho + rho**2)


def hot(rho: float) -> float:
    return 2 * rho**2 / (1 + 2 * rho + 2 * rho**2)


def test_the_formula_of_cold_standby_has_the_value_of_the_textbook() -> None:
    assert cold(0.008) == pytest.approx(1 - 0.9999365120, abs=1e-10)


def test_f1_a_unit_in_cold_standby_does_not_age(tmp_path: Path) -> None:
    hours = 400_000.0
    found = shares(standby(tmp_path, hours=hours), hours)
    assert found.relative < 0.015
    assert found.agrees(cold(0.6))


def test_f1_a_standby_that_ages_is_noticed(tmp_path: Path) -> None:
    found = shares(standby(tmp_path, hours=100_000.0, ageing="always"), 100_000.0)
    assert not found.agrees(cold(0.6))
    assert found.agrees(hot(0.6))


def test_the_plan_of_a_file_can_be_replayed_twice(tmp_path: Path) -> None:
    plan = plan_of(written(tmp_path, "unit", tree_of(components=[failing(f"{ROOM}/unit", exponential(HOUR), [{"wait": {"for": "1 h"}}])])))
    assert replay(plan, seed=3).records == replay(plan, seed=3).records != replay(plan, seed=4).records
