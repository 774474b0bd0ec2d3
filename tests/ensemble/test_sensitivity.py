"""Which unknown number matters most: estimators against functions whose indices are known, and small incidents through the API."""

import json
import math
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from simulator import api
from simulator.engine.draws import Draws
from simulator.ensemble.replicating import Running
from simulator.ensemble.running import running
from simulator.ensemble.sensitivity_designs import STEP, saltelli, swings, trajectories
from simulator.ensemble.sensitivity_effects import Floats, elementary_effects, morris, sobol
from simulator.ensemble.sensitivity_results import Morris, Row, Sensitivity
from simulator.errors import InputError
from simulator.report.plain import json_text
from simulator.report.sensitivity_documents import sensitivity_document
from simulator.scenario.problems import ScenarioError
from tests.ensemble.unknown_world import OUTAGE, SCALE, assumed, shop, two_closures
from tests.theory.scenarios import BASIS

NAMES = ("a", "b", "c")
DRAWS = Draws(seed=1, replication=0)
Function = Callable[[Floats], Floats]


# --- the designs ---------------------------------------------------------------------------------------------------------------


def test_each_alone_is_moved_to_both_ends() -> None:
    assert swings(2) == [(None, None), (0.0, None), (1.0, None), (None, 0.0), (None, 1.0)]


def test_a_trajectory_moves_every_number_once_between_levels_of_the_grid() -> None:
    ways = trajectories(NAMES, 400, seed=3)
    for way in ways:
        assert sorted(way.moved) == [0, 1, 2]
        assert all(abs(step) == pytest.approx(STEP) for _, step in way.steps)
    levels = [round(3 * level) for way in ways for level in way.points[0]]
    counts = np.bincount(levels, minlength=4)
    assert counts.sum() == 1200
    # Three standard deviations of a binomial count.
    assert np.all(np.abs(counts - 300) < 3 * math.sqrt(1200 * 0.25 * 0.75))


def test_the_way_of_a_number_hangs_on_no_other() -> None:
    both, one = trajectories(("a", "b"), 5, seed=1), trajectories(("b",), 5, seed=1)
    assert [way.points[0][1] for way in both] == [way.points[0][0] for way in one]


# --- Morris --------------------------------------------------------------------------------------------------------------------


def screened(function: Function, *, count: int = 8, replications: int = 2) -> list[Morris]:
    """The effects of three numbers on a function without any chance."""
    ways = trajectories(NAMES, count, seed=1)
    values = function(np.array([point for way in ways for point in way.points]).T)
    answers = np.repeat(values[:, None], replications, axis=1)
    found = [morris(effects, draws=DRAWS) for effects in elementary_effects(ways, answers)]
    assert all(one is not None for one in found)
    return [one for one in found if one is not None]


def test_effects_of_a_linear_function_are_its_slopes() -> None:
    for one, slope in zip(screened(lambda x: 3 * x[0] - 5 * x[1] + 7), (3.0, -5.0, 0.0), strict=True):
        assert one.mu == pytest.approx(slope)
        assert one.mu_star == pytest.approx(abs(slope))
        assert one.sigma == pytest.approx(0.0, abs=1e-12)
        assert one.noise == 0.0
        assert one.ci95 == (pytest.approx(abs(slope)), pytest.approx(abs(slope)))


def test_what_goes_up_and_down_has_an_effect_that_its_mean_hides() -> None:
    # (x - 1/2)^2 is 1/4 at the ends and 1/36 at a third: whichever way the step goes, the effect is 2/9 over 2/3, up or down.
    bent = screened(lambda x: (x[0] - 0.5) ** 2, count=200)[0]
    assert bent.mu_star == pytest.approx((1 / 4 - 1 / 36) / (2 / 3))
    assert abs(bent.mu) < 0.2 * bent.mu_star, "the plain mean, which is the wrong measure, ranks it as nothing"


def test_an_interaction_shows_in_sigma() -> None:
    one = screened(lambda x: x[0] * x[1], count=400)[0]
    # The effect of the first number is the level of the second: 0, 1/3, 2/3 or 1.
    spread = math.sqrt(5) / 6
    assert one.mu == pytest.approx(0.5, abs=3 * spread / math.sqrt(400))
    assert one.sigma == pytest.approx(spread, rel=0.1)
    assert one.sigma is not None
    assert one.sigma > 0.5 * one.mu_star > 0.1


def test_the_noise_is_what_chance_alone_shows() -> None:
    ways = trajectories(NAMES, 300, seed=1)
    points = np.array([point for way in ways for point in way.points])
    noise = np.random.default_rng(0).normal(size=(len(points), 10))
    pure, *_ = (morris(effects, draws=DRAWS) for effects in elementary_effects(ways, noise))
    moved, *_ = (morris(effects, draws=DRAWS) for effects in elementary_effects(ways, noise + 3 * points[:, :1]))
    for one in (pure, moved):
        assert one is not None
        assert one.noise is not None
        # The difference of two means of ten, over a step: its standard deviation, and the mean size of a normal quantity with that.
        assert one.noise == pytest.approx(math.sqrt(2 / math.pi) * math.sqrt(2 / 10) / STEP, rel=0.05)
    assert pure is not None
    assert pure.mu_star == pytest.approx(pure.noise, rel=0.1), "a number that does nothing looks as if it did this much"
    assert moved is not None
    assert moved.ci95 is not None
    assert moved.ci95[0] > 2 * (moved.noise or 0.0)


def test_effects_at_points_that_cannot_be_are_left_out() -> None:
    ways = trajectories(NAMES, 4, seed=1)
    answers = np.ones((16, 2))
    answers[1] = math.nan
    assert sorted(len(effects) for effects in elementary_effects(ways, answers)) == [3, 3, 4]


# --- Sobol ---------------------------------------------------------------------------------------------------------------------


def ishigami(x: Floats) -> Floats:
    """Over [-pi, pi] each; Ishigami and Homma 1990."""
    z = (2 * x - 1) * math.pi
    return np.sin(z[0]) + 7 * np.sin(z[1]) ** 2 + 0.1 * z[2] ** 4 * np.sin(z[0])


def shares_of_ishigami() -> tuple[list[float], list[float]]:
    a, b, pi4 = 7.0, 0.1, math.pi**4
    alone = [0.5 * (1 + b * pi4 / 5) ** 2, a**2 / 8, 0.0]
    together = b**2 * pi4**2 * (1 / 18 - 1 / 50)
    variance = sum(alone) + together
    return [v / variance for v in alone], [(alone[0] + together) / variance, alone[1] / variance, together / variance]


def test_shares_of_the_variance_of_ishigamis_function() -> None:
    points = np.array(saltelli(NAMES, 1024, seed=1))
    values = ishigami(points.T)
    found = sobol(np.repeat(values[:, None], 2, axis=1), 3, draws=DRAWS)
    first, total = shares_of_ishigami()
    assert [one.first for one in found] == pytest.approx(first, abs=0.04)
    assert [one.total for one in found] == pytest.approx(total, abs=0.04)
    for one, share in zip(found, total, strict=True):
        assert one.total_ci95[0] < share < one.total_ci95[1]
        assert one.noise == pytest.approx(0.0, abs=1e-12)
    # The wrong method: a squared correlation sees neither what goes up and down nor what acts only together with another.
    wrong = [np.corrcoef(points[:1024, i], values[:1024])[0, 1] ** 2 for i in range(3)]
    assert wrong != pytest.approx(total, abs=0.04)
    assert wrong[1] < 0.01 < total[1]


def test_a_number_that_only_stirs_the_dice_looks_as_the_noise_says() -> None:
    """Three numbers: the first moves the answer, the second has other dice at each value, the third does nothing at all.

    The mean of R replications with dice of standard deviation s has the variance s^2 / R, which is what such a number seems to add.
    """
    count, replications, s = 4096, 5, 3.0
    points = np.array(saltelli(NAMES, count, seed=1))
    dice = np.random.default_rng(5)
    own, others, stirred = dice.normal(0.0, s, (3, count, replications))
    # A and B have dice of their own; a block with one number of B keeps those of A, unless that number stirs them.
    chance = np.concatenate([own, others, own, stirred, own])
    found = sobol(8.0 * points[:, :1] + chance, 3, draws=DRAWS)
    variance = 64.0 / 12.0 + s**2 / replications
    exact = s**2 / replications / variance
    moves, stirs, idle = found
    assert stirs.noise == pytest.approx(exact, rel=0.1)
    assert stirs.total == pytest.approx(exact, rel=0.1), "it does nothing, and looks as if it did this much"
    assert (moves.noise, idle.noise) == (pytest.approx(0.0, abs=1e-12), 0.0)
    assert moves.total == pytest.approx(64.0 / 12.0 / variance, rel=0.1)
    # Wrong: the variance of the difference of two answers for that of one, or of one replication for that of the mean.
    assert exact * 2 != pytest.approx(exact, rel=0.1)
    assert exact * replications != pytest.approx(exact, rel=0.1)


def test_shares_of_a_single_number_and_of_nothing() -> None:
    points = np.array(saltelli(("a",), 64, seed=1))
    (only,) = sobol(np.repeat(points, 2, axis=1), 1, draws=DRAWS)
    assert only.total == pytest.approx(1.0, abs=0.05)
    (nothing,) = sobol(np.ones((192, 2)), 1, draws=DRAWS)
    assert (nothing.first, nothing.total, nothing.total_ci95) == (0.0, 0.0, (0.0, 0.0))


# --- through the API -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("unknown")
    two_closures(made)
    shop(made)
    return made


def asked(folder: Path, *, scenario: Path | None = None, **more: Any) -> Sensitivity:
    options: dict[str, Any] = {"replications": 2, "trajectories": 6, **more}
    return api.sensitivity(scenario or folder / "two-closures.yaml", folder / "shop.yaml", **options)


@lru_cache
def found_in(folder: Path) -> Sensitivity:
    return asked(folder)


def rows(found: Sensitivity) -> dict[str, Row]:
    return {row.label: row for row in found.rows}


def test_each_number_alone_is_worth_what_the_closures_last(folder: Path) -> None:
    found = found_in(folder)
    assert found.lost_minutes.mean == pytest.approx(25 + 10)
    assert [row.label for row in found.rows] == ["outage", "scale", "lamps", "floor"]
    ends = {"outage": [end + 10 for end in OUTAGE], "scale": [25 + end for end in SCALE], "lamps": [35, 35]}
    for name, (low, high) in ends.items():
        swing = rows(found)[name].swing
        assert swing is not None
        assert (swing.low, swing.high) == (pytest.approx(low), pytest.approx(high))
        assert swing.told_apart is (name != "lamps")


def test_the_effects_are_those_of_the_known_function(folder: Path) -> None:
    found = rows(found_in(folder))
    outage, scale, lamps = (found[name].morris for name in ("outage", "scale", "lamps"))
    assert outage is not None
    assert scale is not None
    assert (outage.mu, outage.mu_star, outage.sigma) == (pytest.approx(30), pytest.approx(30), pytest.approx(0, abs=1e-9))
    # 5 * 4^u minutes, from 0 to 2/3 or from 1/3 to 1; were the range not walked in the logarithm, both would be 15.
    steps = [5 * (4.0**high - 4.0**low) / STEP for low, high in ((0, 2 / 3), (1 / 3, 1))]
    times = (scale.mu_star - steps[0]) / (steps[1] - steps[0]) * 6
    assert times == pytest.approx(round(times), abs=1e-6)
    assert steps[0] < scale.mu_star < steps[1]
    assert lamps is not None
    assert lamps.mu_star == 0.0
    assert [found[name].verdict for name in ("outage", "scale", "lamps", "floor")] == ["told apart", "told apart", "none", "unused"]
    assert (found["scale"].number.basis, found["outage"].number.basis) == ("fitted", "assumed")


def test_shares_are_those_of_the_known_function(folder: Path) -> None:
    found = rows(asked(folder, method="sobol", samples=64, replications=1, only=["outage", "scale"]))
    uniform = (OUTAGE[1] - OUTAGE[0]) ** 2 / 12
    ratio = SCALE[1] / SCALE[0]
    mean, square = (SCALE[0] ** k * (ratio**k - 1) / (k * math.log(ratio)) for k in (1, 2))
    geometric = square - mean**2
    for name, variance in (("outage", uniform), ("scale", geometric)):
        share = found[name].sobol
        assert share is not None
        truth = variance / (uniform + geometric)
        assert share.total == pytest.approx(truth, abs=0.12)
        assert share.total_ci95[0] < truth < share.total_ci95[1]
        assert share.noise is None, "one replication says nothing about chance"
    assert found["scale"].verdict == "not told apart"


def test_a_number_that_is_set_stays_and_one_that_is_named_moves_alone(folder: Path) -> None:
    held = asked(folder, numbers={"outage": "30 min"})
    assert "outage" not in rows(held)
    assert held.lost_minutes.mean == pytest.approx(40)
    assert list(rows(asked(folder, only=["scale"]))) == ["scale"]


def test_the_answer_is_that_of_a_comparison(tmp_path: Path) -> None:
    scenario, architecture = two_closures(tmp_path, by_chance=True), shop(tmp_path)
    found = api.sensitivity(scenario, architecture, replications=6, trajectories=2)
    compared = api.compare(scenario, [architecture], replications=6).rows
    assert found.lost_minutes == next(row.lost_minutes for row in compared if row.placement == "hit")


def test_chance_is_told_apart_from_an_effect(tmp_path: Path) -> None:
    """The first closure lasts from 0 to twice as long as the number says: a mean over few of them says little of its effect."""
    scenario, architecture = two_closures(tmp_path, by_chance=True), shop(tmp_path)
    few, many = (rows(api.sensitivity(scenario, architecture, replications=n, trajectories=4)) for n in (2, 40))
    assert few["outage"].swing is not None
    assert not few["outage"].swing.told_apart
    assert few["scale"].verdict == "told apart"
    assert many["outage"].verdict == "told apart"
    one = rows(api.sensitivity(scenario, architecture, replications=1, trajectories=4))
    assert {one[name].verdict for name in ("outage", "scale")} == {"not told apart"}
    assert one["scale"].morris is not None
    assert one["scale"].morris.noise is None


def text(found: Sensitivity) -> str:
    return json_text(sensitivity_document(found, "azsim"))


def test_the_same_comes_of_any_workers_and_of_an_interrupted_run(folder: Path, tmp_path: Path) -> None:
    alone = text(found_in(folder))
    with ThreadPoolExecutor(3) as pool:
        assert text(asked(folder, running=Running(executor=pool, workers=3))) == alone
    book = tmp_path / "half.journal"
    with running(workers=1, journal=book) as how:
        asked(folder, running=how)
    with sqlite3.connect(book) as opened:
        assert opened.execute("DELETE FROM chunks WHERE key = 'sensitivity morris' AND first > 3").rowcount > 0
    opened.close()
    with running(workers=1, journal=book, resume=True) as how:
        assert text(asked(folder, running=how)) == alone


def test_the_order_of_a_file_changes_nothing(folder: Path, tmp_path: Path) -> None:
    tree = yaml.safe_load((folder / "two-closures.yaml").read_text(encoding="utf-8"))
    turned = two_closures(tmp_path, numbers=dict(reversed(tree["numbers"].items())), events=tree["events"][::-1])
    found = [json.loads(text(one)) for one in (found_in(folder), asked(folder, scenario=turned))]
    for one in found:
        del one["scenario_sha256"]
    assert found[0] == found[1]


def test_two_files_with_a_number_of_one_name_have_two_numbers(folder: Path, tmp_path: Path) -> None:
    scenario = two_closures(tmp_path)
    architecture = shop(tmp_path, numbers={"lamps": assumed(1000, 500, 2000)})
    architecture.write_text(architecture.read_text().replace("users: 1000", "users: $lamps"))
    found = rows(api.sensitivity(scenario, architecture, replications=1, trajectories=1))
    assert {"lamps (two-closures)", "lamps (shop)"} <= set(found)
    assert found["lamps (shop)"].verdict == "none"


def test_points_that_cannot_be_are_left_out_and_told(tmp_path: Path) -> None:
    late = {
        "outage": assumed("10 min", "5 min", "20 min"), "scale": assumed("20 min", "10 min", "40 min"),
        "lamps": assumed(20, 10, 40), "floor": assumed("50 %", "25 %", "100 %"),
        "again": {"value": "1 min", "basis": BASIS},
    }  # fmt: skip
    scenario = two_closures(tmp_path, numbers=late)
    law = "lognormal: {median: $outage, p90: $scale}"
    scenario.write_text(scenario.read_text().replace("for: $outage", f"for: {{{law}}}"))
    found = api.sensitivity(scenario, shop(tmp_path), replications=2, trajectories=8)
    assert found.impossible > 0
    assert found.because == "p90 is not above the median"
    outage = rows(found)["outage"]
    assert outage.morris is not None
    assert 0 < outage.morris.effects < 8
    assert outage.swing is not None
    assert outage.swing.difference is None, "at its high end it is as large as the other as the file says"
    with pytest.raises(ScenarioError, match="numbers stand together that cannot: p90 is not above the median"):
        api.sensitivity(scenario, shop(tmp_path), method="sobol", samples=16, replications=1)


def test_what_cannot_be_asked_says_why(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no assumed or fitted number of this name"):
        asked(folder, only=["outrage"])
    with pytest.raises(InputError, match="samples is 12, no power of two; give for example 16, 32 or 64"):
        asked(folder, method="sobol", samples=12)
    known = {name: {"value": value, "basis": BASIS} for name, value in
             {"outage": "25 min", "again": "1 min", "lamps": 20, "floor": "50 %"}.items()}  # fmt: skip
    with pytest.raises(ScenarioError, match="there is nothing to vary"):
        api.sensitivity(two_closures(tmp_path, numbers=known), shop(tmp_path))


def test_ranking_is_by_size_and_what_does_nothing_is_last(folder: Path) -> None:
    found = found_in(folder)
    sizes = [row.size for row in found.rows if row.verdict not in ("none", "unused")]
    assert sizes == sorted(sizes, reverse=True)
    assert [row.verdict for row in found.rows][-2:] == ["none", "unused"]
    assert replace(found.rows[0], morris=None).size == 0.0
