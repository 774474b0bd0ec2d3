"""Fitted numbers, found again: one number, one observation, one search over the declared range."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from simulator.ensemble.agreeing import measure
from simulator.ensemble.observing import clock_of
from simulator.errors import InputError
from simulator.measures.agreement import expected, speaks_of, spread
from simulator.model.measure import read_measure, unit_of
from simulator.model.observation import Observation
from simulator.model.world import Scenario
from simulator.scenario import building
from simulator.scenario.problems import quoted
from simulator.scenario.reckoning import Quantity
from simulator.units import parse_duration, parse_share

COARSE, FINE = 16, 12
"""Points of the first grid over the range (evenly spaced in the logarithm), and steps of the refinement."""
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def fitted_numbers(source: str | Path, *, seed: int, replications: int) -> list[tuple[str, str, str]]:
    """Find every fitted number of a scenario again: (name, value found, value in the file), in the order of the file.

    A number is fitted with the ones before it at their new values, and the ones after it at those of the file.
    """
    scenario = building.load(source)
    found: dict[str, Any] = {}
    out = []
    for name, body in scenario.numbers.items():
        basis = body.get("basis", {}).get("fitted")
        here = basis is not None and basis.get("scenario", scenario.name) == scenario.name
        observed = [o for o in scenario.observations if o.id == basis["observation"]] if here else []
        if basis is None or not observed:
            continue
        low, high, write = _range(name, basis["between"], body["value"])
        before = dict(found)
        dice: dict[str, Any] = {"seed": seed, "replications": max(replications, basis.get("replications", 1))}
        cost = _cost(source, observed[0], basis, dice, lambda v, n=name, b=before, w=write: {**b, n: w(v)})  # type: ignore[misc]
        best = _search(cost, low, high)
        found[name] = write(float(f"{best:.4g}"))
        out.append((name, found[name], str(body["value"])))
    return out


def _range(name: str, between: Sequence[Any], value: Any) -> tuple[float, float, Callable[[float], str]]:
    """The ends of the range that a fit looks at, and how a value between them is written: with the unit of the number itself."""
    try:
        low, high, own = (Quantity.read(each) for each in (*between, value))
    except ValueError as error:
        raise InputError(f"the number {quoted(name)} cannot be fitted: {error}") from None
    if not 0 < low.amount < high.amount or (low.time, low.share) != (high.time, high.share) or low.time != own.time:
        fact = f"the number {quoted(name)} cannot be fitted between {between[0]} and {between[1]}"
        raise InputError(f"{fact}; write two values above zero in the unit of its value, the lower one first")
    return low.amount, high.amount, lambda amount: str(replace(low, amount=amount).text())


def _cost(
    source: str | Path, observation: Observation, basis: dict[str, Any], dice: dict[str, Any], numbers: Callable[[float], dict[str, Any]]
) -> Callable[[float], float]:
    """What the search makes as small as it gets, as a function of the number."""
    changes: dict[str, Any] = {"id": "fit"}
    if basis.get("measure") is not None:
        changes["measure"] = read_measure(basis["measure"])
    one = observation.model_copy(update=changes)

    def cost(value: float) -> float:
        def load(variant: Any, _: Any) -> Scenario:
            _, without, with_, given = variant
            loaded = building.load(source, without=without, with_=with_, set_={**dict(given), **numbers(float(f"{value:.6g}"))})
            return loaded.model_copy(update={"probes": tuple(probe for probe in loaded.probes if speaks_of(one, probe.name))})

        measured = measure(load, [one], varied=0, **dice)[0]
        middle = spread(measured.values).p50
        if basis.get("maximise"):
            return -middle
        return abs(min(middle, 1e9) - _target(basis, observation, one, building.load(source)))

    return cost


def _target(basis: dict[str, Any], observation: Observation, one: Observation, scenario: Scenario) -> float:
    if basis.get("target") is None:
        interval = expected(observation, clock_of(scenario))
        return 0.0 if interval is None else sum(interval) / 2
    unit = unit_of(one.measure)
    read: dict[str, Callable[[Any], float]] = {"clock": clock_of(scenario), "duration": parse_duration, "share": parse_share}
    return read.get(unit, float)(basis["target"])


def _search(cost: Callable[[float], float], low: float, high: float) -> float:
    """A grid in the logarithm, then a golden section around its best point."""
    grid = [low * (high / low) ** (k / (COARSE - 1)) for k in range(COARSE)]
    costs = [cost(x) for x in grid]
    best = min(range(COARSE), key=costs.__getitem__)
    a, b = math.log(grid[max(0, best - 1)]), math.log(grid[min(COARSE - 1, best + 1)])
    left, right = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_left, at_right = cost(math.exp(left)), cost(math.exp(right))
    for _ in range(FINE):
        if at_left <= at_right:
            b, right, at_right = right, left, at_left
            left = b - _GOLDEN * (b - a)
            at_left = cost(math.exp(left))
        else:
            a, left, at_left = left, right, at_right
            right = a + _GOLDEN * (b - a)
            at_right = cost(math.exp(right))
    return math.exp(left if at_left <= at_right else right)
