"""What many units have in common: a zone (h), a database on several volumes (l), a hazard over a time (m)."""

import re
from math import comb, exp
from pathlib import Path

import pytest

from simulator.engine.draws import Draws
from tests.theory.measuring import Estimate, batch_mean, mean_of, spans_down, unavailability
from tests.theory.scenarios import exponential, failing, replayed, tree_of, written

HOUR = 3600.0


def binomial(n: int, i: int, p: float) -> float:
    return comb(n, i) * p**i * (1.0 - p) ** (n - i)


# -- h: three zones of four instances ----------------------------------------------------------------------------------------------------

ZONES, EACH = 3, 4


def in_zones(k: int, zone_up: float, up: float) -> float:
    """P[fewer than k of the instances are up] when a zone takes all of its own down."""
    ok = sum(
        binomial(ZONES, z, zone_up) * sum(binomial(EACH * z, i, up) for i in range(k, EACH * z + 1)) for z in range(ZONES + 1)
    )  # fmt: skip
    return 1.0 - ok


def spread_out(folder: Path, *, k: int, hours: float, own_feeds: bool = False) -> Estimate:
    """Share of the time with fewer than k of 12 instances: zones are up 90 %, instances 85 % of the time."""
    components = []
    for z in range(1, ZONES + 1):
        place = f"north/zone-{z}/dc-1"
        feeds = [f"{place}/feed-{i}" for i in range(EACH)] if own_feeds else [f"{place}/feed"]
        components += [failing(feed, exponential(9 * HOUR), [{"wait": {"for": exponential(1 * HOUR)}}]) for feed in feeds]
        components += [
            failing(f"{place}/instance-{i}", exponential(8.5 * HOUR), [{"wait": {"for": exponential(1.5 * HOUR)}}],
                    requires={"live": feeds[i % len(feeds)]})
            for i in range(EACH)
        ]  # fmt: skip
    instances = [c["path"] for c in components if "instance" in c["path"]]
    system = {"path": "north/system", "requires": {"live": {"at_least": {"k": k, "of": instances}}}}
    tree = tree_of(horizon=f"{hours!r} h", zones=ZONES, components=[*components, system])
    return unavailability(spans_down(replayed(written(folder, "zones", tree)), "north/system"), start=100 * HOUR, end=hours * HOUR)


def test_the_formula_of_zones_has_the_values_of_the_textbook() -> None:
    up = 1000 / 1008
    assert in_zones(8, 0.999, up) == pytest.approx(1.8791973e-4, rel=1e-6)
    assert in_zones(9, 0.999, up) == pytest.approx(2.9988619e-3, rel=1e-6)


@pytest.mark.parametrize("k", [7, 8])
def test_h_a_zone_takes_its_instances_along(k: int, tmp_path: Path) -> None:
    found = spread_out(tmp_path, k=k, hours=30_000.0)
    assert found.relative < 0.02
    assert found.agrees(in_zones(k, 0.9, 0.85))


@pytest.mark.parametrize("k", [7, 8])
def test_h_a_feed_for_each_instance_is_noticed(k: int, tmp_path: Path) -> None:
    found = spread_out(tmp_path, k=k, hours=12_000.0, own_feeds=True)
    assert not found.agrees(in_zones(k, 0.9, 0.85))
    assert found.agrees(1.0 - sum(binomial(12, i, 0.9 * 0.85) for i in range(k, 13)))


# -- l: a database on several volumes ----------------------------------------------------------------------------------------------------

STUCK, DAYS = 0.13, 15_000


def stuck_databases(folder: Path, *, volumes: int) -> Estimate:
    """Power blinks once a day; each volume is then stuck with 13 %, for hours. Share of the blinks that leave the database stuck."""
    room = "north/zone-1/dc-1"
    parts = [
        {"path": f"{room}/volume-{i}", "requires": {"latching": {"on": "power"}}, "recovery": [{"wait": {"for": "12 h", "share": "13 %"}}]}
        for i in range(volumes)
    ]
    database = {"path": f"{room}/database", "requires": {"live": {"all_of": [p["path"] for p in parts]}}}
    tree = tree_of(
        horizon=f"{DAYS} d",
        components=[{"path": f"{room}/power"}, *parts, database],
        rules=[{"name": "blink", "when": {"every": "1 d"}, "do": {"fail": {"target": f"{room}/power", "for": "1 s"}}}],
    )
    lengths = [end - start for start, end in spans_down(replayed(written(folder, "database", tree)), f"{room}/database")]
    assert len(lengths) == DAYS - 1  # the one at the horizon does not happen
    return mean_of(length > HOUR for length in lengths)


@pytest.mark.parametrize("volumes", [1, 4])
def test_l_a_database_is_stuck_when_any_of_its_volumes_is(volumes: int, tmp_path: Path) -> None:
    found = stuck_databases(tmp_path, volumes=volumes)
    assert found.relative < 0.025
    assert found.agrees(1.0 - (1.0 - STUCK) ** volumes)


def test_l_volumes_that_share_one_draw_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uniform = Draws.uniform
    monkeypatch.setattr(
        Draws, "uniform", lambda self, role, purpose, k=0: uniform(self, *(re.sub(r"volume-\d", "volume", s) for s in (role, purpose)), k)
    )
    found = stuck_databases(tmp_path, volumes=4)
    assert not found.agrees(1.0 - (1.0 - STUCK) ** 4)
    assert found.agrees(STUCK)


# -- m: a hazard over a time -------------------------------------------------------------------------------------------------------------

UNITS, GROUPS = 2000, 70


def broken(folder: Path, failure: object, *, hours: float, groups: int = GROUPS, units: float = UNITS) -> Estimate:
    """Share of the units that have failed by the horizon, and never come back before it."""
    parts = [
        {"path": f"north/zone-1/dc-1/balancers-{g}", "units": units, "failure": failure, "recovery": [{"wait": {"for": "1000 h"}}],
         **({"batches": UNITS} if units == UNITS else {})}
        for g in range(groups)
    ]  # fmt: skip
    trace = replayed(written(folder, "hazard", tree_of(horizon=f"{hours!r} h", components=parts)), seed=2)
    gone = {p["path"]: 0.0 for p in parts}
    for _, change, owner, amount, _, _ in trace.records:
        if change == "down":
            gone[owner] += amount
    return mean_of(g / units for g in gone.values())


def hazard(per_hour: float) -> dict[str, object]:
    return {"hazard": {"rate": f"{per_hour!r}/h"}}


def test_the_formula_of_a_hazard_has_the_value_of_the_textbook() -> None:
    assert 1 - exp(-0.0153 * 4.6) == pytest.approx(0.068, abs=5e-4)


@pytest.mark.parametrize(("per_hour", "hours", "error"), [(0.0153, 4.6, 0.012), (0.3, 5.0, 0.0025)])
def test_m_a_constant_hazard_breaks_a_growing_share(per_hour: float, hours: float, error: float, tmp_path: Path) -> None:
    found = broken(tmp_path, hazard(per_hour), hours=hours)
    assert found.relative < error
    assert found.agrees(1 - exp(-per_hour * hours))


def test_m_a_hazard_that_grows_adds_up(tmp_path: Path) -> None:
    """Weibull with shape 2 and scale s has the hazard 2 t / s²; its integral over t is (t / s)²."""
    found = broken(tmp_path, {"after": {"law": {"weibull": {"mean": f"{0.886226925 * 4!r} h", "shape": 2}}}}, hours=3.0, groups=20)
    assert found.relative < 0.02
    assert found.agrees(1 - exp(-((3.0 / 4.0) ** 2)), rounding=1e-6)


def test_m_two_percent_more_hazard_is_noticed(tmp_path: Path) -> None:
    assert not broken(tmp_path, hazard(0.3 * 1.02), hours=5.0).agrees(1 - exp(-0.3 * 5.0))


def test_m_a_large_cohort_breaks_in_leaps_of_a_two_thousandth(tmp_path: Path) -> None:
    found = broken(tmp_path, hazard(0.3), hours=5.0, groups=20, units=1_000_000)
    assert found.value == pytest.approx(1 - exp(-1.5), abs=1 / 2000)


def test_m_a_hazard_taken_for_a_share_per_hour_is_noticed(tmp_path: Path) -> None:
    """Without compounding, r t of the units would be gone: a uniform law of the time to failure."""
    found = broken(tmp_path, {"after": {"law": {"uniform": ["0 h", f"{1 / 0.15!r} h"]}}}, hours=5.0, groups=20)
    assert found.agrees(0.15 * 5.0)
    assert not found.agrees(1 - exp(-0.15 * 5.0))


def test_batches_of_neighbours_have_the_error_of_the_whole() -> None:
    """A wave that is slow against a value and quick against a batch leaves no error; one that is slower than a batch does."""
    quick = batch_mean([float(n % 50 < 25) for n in range(60_000)])
    slow = batch_mean([float(n % 10_000 < 5_000) for n in range(60_000)])
    assert quick.value == slow.value == 0.5
    assert quick.error < 1e-3
    assert slow.error > 0.05
