"""Two units: a fail-over that does not always succeed (f3), and a cause of failure that they share (g).

Rates are per hour, so high that the unavailability is 5 to 30 %.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.theory.measuring import Estimate, spans_down, unavailability
from tests.theory.scenarios import exponential, replayed, tree_of, written

HOUR = 3600.0
ROOM = "north/zone-1/dc-1"


def at_rate(per_hour: float, **more: Any) -> dict[str, Any]:
    return {"hazard": {"rate": f"{per_hour!r}/h", **more}}


def lasting(hours: float) -> dict[str, Any]:
    return {"wait": {"for": exponential(hours * HOUR)}}


def both_down(folder: Path, components: list[dict[str, Any]], *, hours: float) -> Estimate:
    """Share of the time in which the system does not serve."""
    tree = tree_of(horizon=f"{hours!r} h", components=components)
    return unavailability(spans_down(replayed(written(folder, "pair", tree)), f"{ROOM}/system"), start=100 * HOUR, end=hours * HOUR)


# -- f3: the fail-over fails in one of several cases -------------------------------------------------------------------------------------


def uncovered(fails: float, repairs: float, covers: float, ends: float) -> float:
    """Share of the time without service; states by balance, relative to both units being up."""
    jammed, one, none = 2 * (1 - covers) * fails / ends, 2 * fails / repairs, (2 * fails / repairs) * (fails / (2 * repairs))
    return (jammed + none) / (1 + jammed + one + none)


def test_the_formula_of_a_failover_has_the_values_of_the_textbook() -> None:
    assert uncovered(1 / 1000, 1 / 8, 0.95, 1.0) == pytest.approx(1.6139127e-4, rel=1e-6)
    assert uncovered(1 / 1000, 1 / 8, 1.0, 1.0) == pytest.approx(6.2988e-5, rel=1e-4)


L, M, C, D = 0.05, 0.2, 0.7, 0.5


def switched(folder: Path, *, hours: float = 120_000.0, covers: float = C, jams_alone: bool = False) -> Estimate:
    """Units a and b, of which one is enough. With both up a failure is `jammed` in 1 - covers of the cases: nothing serves until that is
    over, and nothing else happens meanwhile; only then the repair of the failed unit begins (taken to be a, since they are alike)."""
    moving = {"up": "jam"}
    both = {"all": [{"up": f"{ROOM}/a"}, {"up": f"{ROOM}/b"}, moving]}
    parts: list[dict[str, Any]] = [
        {"path": f"{ROOM}/jam", "failure": at_rate(2 * (1 - covers) * L, **{"while": both}), "recovery": [lasting(1 / D)]}
    ]
    for name, other in (("a", "b"), ("b", "a")):
        alone = {"all": [{"down": f"{ROOM}/{other}"}, moving]}
        # What the other's absence adds to the rate: then every failure counts, and none can jam.
        last = at_rate((1 - covers) * L, **{"while": alone})
        parts.append({"path": f"{ROOM}/last-{name}", "failure": last, "recovery": [{"wait": {"for": "1 s"}}]})
        needs = [{"latching": {"on": f"{ROOM}/last-{name}", "at_loss": True}}]
        if name == "a" and not jams_alone:
            needs.append({"latching": {"on": f"{ROOM}/jam"}})
        parts.append(
            {"path": f"{ROOM}/{name}", "failure": at_rate(covers * L, **{"while": moving}), "recovery": [lasting(1 / M)], "requires": needs}
        )
    pair = {"any_of": [f"{ROOM}/a", f"{ROOM}/b"]}
    parts.append({"path": f"{ROOM}/system", "requires": {"live": {"all_of": [f"{ROOM}/jam", pair]}}})
    return both_down(folder, parts, hours=hours)


def test_f3_a_failover_that_sometimes_fails(tmp_path: Path) -> None:
    found = switched(tmp_path)
    assert found.relative < 0.02
    assert found.agrees(uncovered(L, M, C, D))


def test_f3_a_perfect_switch_is_noticed(tmp_path: Path) -> None:
    found = switched(tmp_path, covers=0.999)
    assert not found.agrees(uncovered(L, M, C, D))
    assert found.agrees(uncovered(L, M, 0.999, D))


def test_f3_an_outage_after_which_nothing_needs_repair_is_noticed(tmp_path: Path) -> None:
    assert not switched(tmp_path, jams_alone=True, hours=500_000.0).agrees(uncovered(L, M, C, D))


# -- g: a cause that both have in common -------------------------------------------------------------------------------------------------


def in_common(fails: float, repairs: float, shared: float) -> float:
    """Share of the time with both units down; a share of each unit's failures takes both."""
    rho = fails / repairs
    one = (2 - shared) * rho
    none = (shared * rho + rho * one) / 2
    return none / (1 + one + none)


def test_the_formula_of_a_common_cause_has_the_values_of_the_textbook() -> None:
    assert in_common(1 / 1000, 1 / 8, 0.1) == pytest.approx(4.5369478e-4, rel=1e-6)
    assert in_common(1 / 1000, 1 / 8, 0.0) == pytest.approx(6.2988e-5, rel=1e-4)


B, RATE, REPAIR = 0.3, 0.1, 0.3


def pair(folder: Path, *, shared: float, told: bool = True, hours: float = 120_000.0) -> Estimate:
    """Units a and b fail by themselves and by a blow to both; `told` says whether the blow reaches both, or each its own."""
    blow = {"failure": at_rate(shared * RATE), "recovery": [{"wait": {"for": "1 s"}}]}
    blows = ["blow"] if told else ["blow-a", "blow-b"]
    parts: list[dict[str, Any]] = [{"path": f"{ROOM}/{name}", **blow} for name in blows] if shared else []
    for n, name in enumerate("ab"):
        needs = {"requires": {"latching": {"on": f"{ROOM}/{blows[n % len(blows)]}", "at_loss": True}}} if shared else {}
        parts.append({"path": f"{ROOM}/{name}", "failure": at_rate((1 - shared) * RATE), "recovery": [lasting(1 / REPAIR)], **needs})
    parts.append({"path": f"{ROOM}/system", "requires": {"live": {"any_of": [f"{ROOM}/a", f"{ROOM}/b"]}}})
    return both_down(folder, parts, hours=hours)


def test_g_a_cause_that_takes_both(tmp_path: Path) -> None:
    found = pair(tmp_path, shared=B)
    assert found.relative < 0.02
    assert found.agrees(in_common(RATE, REPAIR, B))


def test_g_a_forgotten_common_cause_is_noticed(tmp_path: Path) -> None:
    """The same rate of failures for each unit, but blows of its own."""
    found = pair(tmp_path, shared=B, told=False)
    assert not found.agrees(in_common(RATE, REPAIR, B))
    assert found.agrees(in_common(RATE, REPAIR, 0.0))
