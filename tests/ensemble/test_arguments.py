"""The API takes NumPy's numbers, and refuses what the command line refuses, with one error that says the fact and the remedy."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import api
from simulator.ensemble.population import population

DRILL, ONE = "zone-power-interruption", ["single-zone"]


def refused(call: Callable[..., object], *args: Any, **kwargs: Any) -> api.InputError:
    with pytest.raises(api.InputError) as told:
        call(*args, **kwargs)
    assert told.value.fact
    assert told.value.remedy
    return told.value


@pytest.mark.parametrize("objective", [2, -1, 0, math.nan, math.inf, "99 %", True, np.float64("nan")])
def test_an_objective_is_a_share(objective: Any) -> None:
    for call in (api.compare, api.run, api.availability):
        assert "objective is" in refused(call, DRILL, "single-zone", objective=objective).fact


@pytest.mark.parametrize("seed", [-1, 1.0, "1", True, None, 2**64])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    for call in (api.compare, api.explain, api.matrix, api.fidelity, api.sensitivity, api.whatif, api.causes, api.tenants, population):
        assert "seed is" in refused(call, DRILL, seed=seed, **({"tenant": "netflix"} if call is api.whatif else {})).fact


@pytest.mark.parametrize("replications", [0, -1, 10**20, 2.5, np.int64(0)])
def test_there_is_at_least_one_replication(replications: Any) -> None:
    for call in (api.compare, api.availability, api.matrix, api.tenants, population, api.causes, api.fidelity):
        assert "replications is" in refused(call, DRILL, replications=replications).fact


@pytest.mark.parametrize(
    ("call", "arguments", "fact"),
    [
        (api.run, {"replication": -1}, "replication is -1"),
        (api.explain, {"replication": -1}, "replication is -1"),
        (api.run, {"case": "average"}, "case is 'average'"),
        (api.causes, {"case": "average"}, "case is 'average'"),
        (api.sensitivity, {"case": "fixed"}, "case is 'fixed'"),
        (api.sensitivity, {"method": "banana"}, "method is 'banana'"),
        (api.sensitivity, {"method": "sobol", "samples": 20}, "samples is 20"),
        (api.compare, {"strata": 1_000_000}, "strata is 1000000"),
        (api.compare, {"strata": -1}, "strata is -1"),
        (api.compare, {"architectures": 5}, "architectures is 5"),
        (api.compare, {"numbers": ["x"]}, "numbers is"),
        (api.compare, {"until": "soon"}, "'soon' is not a precision"),
        (population, {"tenants": -5}, "tenants is -5"),
        (population, {"tenants": 10**8}, "tenants is 100000000"),
        (api.run, {"tenant": "netflix", "architecture": "single-zone"}, "an architecture and a tenant"),
        (api.run, {}, "an architecture and a tenant"),
        (api.load, {"without": "no-such-mechanism"}, "the scenario has no mechanism 'no-such-mechanism' to switch off"),
    ],
)
def test_each_argument_is_refused_by_its_name(call: Callable[..., object], arguments: dict[str, Any], fact: str) -> None:
    assert refused(call, DRILL, **arguments).fact.startswith(fact)


@pytest.mark.parametrize("scenario", [5, None, "", Path(), ["a"]])
def test_a_scenario_is_a_name_or_a_path(scenario: Any) -> None:
    refused(api.compare, scenario, ONE)
    refused(api.load, scenario)


@pytest.mark.parametrize("workers", [-1, 0, 1.5, "two"])
def test_workers_are_counted(workers: Any) -> None:
    def opened() -> None:
        with api.running_on(workers=workers):
            pass

    assert "workers is" in refused(opened).fact


def test_limits_are_limits() -> None:
    def opened(**asked: Any) -> None:
        with api.limits(**asked):
            pass

    assert "max_events is 0" in refused(opened, max_events=0).fact
    assert "max_memory is 5" in refused(opened, max_memory=5).fact


def test_numbers_of_numpy_are_numbers() -> None:
    plain = api.compare(DRILL, ONE, replications=3, seed=2, objective=0.5, strata=0)
    other = api.compare(
        DRILL, ONE, replications=np.int64(3), seed=np.uint8(2), objective=np.float32(0.5), strata=np.int32(0),  # type: ignore[arg-type]
        numbers={"interruption": "30 min"},
    )  # fmt: skip
    assert plain.rows == other.rows
    assert api.run(DRILL, "single-zone", replication=np.int64(1)).replication == 1  # type: ignore[arg-type]
    assert population(DRILL, tenants=np.int64(100), replications=np.int64(1)).replications == 1  # type: ignore[arg-type]


def test_one_name_needs_no_brackets() -> None:
    assert api.compare(DRILL, "single-zone", replications=1).rows[0].architecture == "single-zone"
    assert api.load(DRILL, without="boot-bottleneck").without == ("boot-bottleneck",)


def test_every_error_of_input_is_of_one_type() -> None:
    from simulator.cli.failing import Unwritable
    from simulator.ensemble.refusing import Refused
    from simulator.scenario.problems import ScenarioError

    assert all(issubclass(one, api.InputError) for one in (Refused, ScenarioError, Unwritable))
