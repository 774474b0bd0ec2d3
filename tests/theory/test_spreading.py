"""What spreads by the load that it makes: the final size of an outbreak, and the threshold beyond which it runs away.

Units fail at a rate per unit of work that a station does, and what has failed is worked on there for a fixed time. That is the general
epidemic with a fixed infectious period, whose final size has an exact law (Ball 1986; the triangular equations below). Single units.
"""

from collections.abc import Iterator
from functools import cache
from math import comb, exp
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.hazards import Hazard
from simulator.engine.loads import Load
from simulator.engine.replay import replay
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import plan_of, tree_of, written

ROOM = "north/zone-1/dc-1"
UNITS, SEEDS = 20, 2
MINUTES = 10.0
"""How long a failed unit is worked on."""
RUNS = 6000


@cache
def final_sizes(units: int, seeds: int, contact: float) -> tuple[float, ...]:
    """P[k of `units` fail in the end], where `contact` is rate x time at work: each failed unit strikes each other one with 1 - e^-contact.

    For l = 0 .. n: the sum over k <= l of C(n - k, l - k) P_k / q(l)^(k + seeds) is C(n, l), with q(l) = exp(-contact (n - l)).
    """
    found: list[float] = []
    for size in range(units + 1):
        escape = exp(-contact * (units - size))
        known = sum(comb(units - k, size - k) * p / escape ** (k + seeds) for k, p in enumerate(found))
        found.append((comb(units, size) - known) * escape ** (size + seeds))
    assert abs(sum(found) - 1.0) < 1e-6
    return tuple(found)


def expected(contact: float) -> float:
    """The mean number of units that fail."""
    return sum(k * p for k, p in enumerate(final_sizes(UNITS, SEEDS, contact)))


def outbreak(folder: Path, contact: float, *, retries: bool = True, units: int = UNITS, seeds: int = SEEDS) -> Path:
    """Two units go down and are worked on; the others fail by that work. Without the edge back, their own failures make no work."""
    work = [{"visit": {"station": "repair", "work": f"{MINUTES} min"}}]
    components = [
        {"path": f"{ROOM}/seeds", "units": seeds, "initially": "down", "provision": work},
        {
            "path": f"{ROOM}/units", "units": units,
            "failure": {"hazard": {"rate": f"{contact / MINUTES!r}/min", "driven_by": "repair"}},
            "recovery": [*(work if retries else ()), {"wait": {"for": "1000 h"}}],
        },
    ]  # fmt: skip
    stations = [{"path": f"{ROOM}/repair", "discipline": {"unlimited": {}}}]
    events = [{"name": "begins", "at": "1 min", "do": {"start": f"{ROOM}/seeds"}}]
    return written(folder, "outbreak", tree_of(components=components, stations=stations, events=events))


def sizes(path: Path, runs: int = RUNS) -> Iterator[float]:
    plan = plan_of(path)
    for replication in range(runs):
        trace = replay(plan, seed=5, replication=replication)
        yield sum(r[3] for r in trace.records if r[1] == "down" and r[2] == f"{ROOM}/units")


def failed(path: Path) -> Estimate:
    return mean_of(sizes(path))


@pytest.mark.parametrize("strikes", [0.5, 2.0])
def test_final_size_of_an_outbreak_on_both_sides_of_the_threshold(strikes: float, tmp_path: Path) -> None:
    contact = strikes / UNITS
    found = failed(outbreak(tmp_path, contact))
    assert found.relative < 0.02
    assert found.agrees(expected(contact))


def test_five_percent_more_contact_is_noticed(tmp_path: Path) -> None:
    assert not failed(outbreak(tmp_path, 2.0 * 1.05 / UNITS)).agrees(expected(2.0 / UNITS))


def test_without_the_edge_back_only_the_seeds_strike(tmp_path: Path) -> None:
    contact = 2.0 / UNITS
    found = failed(outbreak(tmp_path, contact, retries=False))
    assert found.agrees(UNITS * (1.0 - exp(-SEEDS * contact)))
    assert found.value < 0.5 * expected(contact)


def as_if_alone(self: Hazard) -> None:
    """A hazard that looks whether the station works at all, and not how much."""
    assert self._driven_by is not None
    self._catch_up()
    self._drive = min(1.0, self._driven_by.work_rate())
    self._look_ahead()


def never_told(self: Load) -> None:
    """A station that forgets to say that its load has changed."""


@pytest.mark.parametrize(("owner", "name", "wrong"), [(Hazard, "driven", as_if_alone), (Load, "tell", never_told)])
def test_a_hazard_that_does_not_follow_the_load_fails_it(
    owner: type[Any], name: str, wrong: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, name, wrong)
    assert not failed(outbreak(tmp_path, 2.0 / UNITS)).agrees(expected(2.0 / UNITS))


def test_beyond_the_threshold_a_large_fleet_is_lost_and_below_it_is_not(tmp_path: Path) -> None:
    """The threshold is found by halving: where a seed of one per cent ends in more than a fifth of two thousand units. For a large fleet
    z = 1 - exp(-R (z + s)) has its first root above a fifth at R = -ln(0.8) / 0.21 = 1.0626, where s is the seed's share."""
    low, high = 0.5, 2.0
    for _ in range(6):
        middle = (low + high) / 2.0
        path = outbreak(tmp_path, middle / 2000, units=2000, seeds=20)
        share = mean_of(size / 2000 for size in sizes(path, 40)).value
        low, high = (middle, high) if share < 0.2 else (low, middle)
    assert 0.95 < (low + high) / 2.0 < 1.17


def test_who_fails_by_the_load_names_what_began_it(tmp_path: Path) -> None:
    """However long the outbreak, each failure leads back to the first work of it, and with that to the event, in few hops."""
    trace = replay(plan_of(outbreak(tmp_path, 3.0 / UNITS)), seed=5)
    failures = [n for n, r in enumerate(trace.records) if r[1] == "fails"]
    assert len(failures) > 10
    for n in failures:
        chain = [trace.records[n]]
        while chain[-1][4] >= 0:
            chain.append(trace.records[chain[-1][4]])
        assert chain[-1][1:3] == ("event", "begins")
        assert len(chain) < 8
