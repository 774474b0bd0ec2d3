"""Hazards that follow the day, act at times and on some units only, and differ between tenants (m); ways back that race.

Shares of units that are gone are compared, on single units. Times of the tests are in hours.
"""

from collections.abc import Callable, Sequence
from math import exp
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.chance import Chance
from simulator.engine.profiles import Profile
from simulator.engine.replay import compile_plan, replay
from simulator.scenario import building
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import BASIS, exponential, replayed, tenant_of, tree_of, written

HOUR = 3600.0
ROOM = "north/zone-1/dc-1"
UNITS, GROUPS = 5000, 80
KNOTS = [(1.0, 0.5), (5.0, 2.5)]
"""Hour of the day and factor; from the last around midnight to the first."""
NEVER_BACK = [{"wait": {"for": "1000 h"}}]


def factor(hour: float) -> float:
    """The profile, written down a second time: rising over four hours, falling over the other twenty."""
    hour %= 24.0
    return 0.5 + 0.5 * (hour - 1.0) if 1.0 <= hour <= 5.0 else 2.5 - 0.1 * ((hour - 5.0) % 24.0)


def summed(since: float, until: float, steps: int = 20_000) -> float:
    """The integral of the profile, by the midpoint rule."""
    width = (until - since) / steps
    return sum(factor(since + (n + 0.5) * width) for n in range(steps)) * width


def gone(folder: Path, failure: dict[str, Any], *, hours: float, groups: int = GROUPS, **more: Any) -> Estimate:
    """Share of the units that have gone down by the horizon; nothing comes back before it."""
    other = [{"path": f"{ROOM}/safe", "units": 100}, {"path": f"{ROOM}/switch"}]
    parts = [
        {"path": f"{ROOM}/units-{g}", "units": UNITS, "batches": UNITS, "failure": {"hazard": failure}, "recovery": NEVER_BACK}
        for g in range(groups)
    ]
    trace = replayed(written(folder, "hazard", tree_of(horizon=f"{hours!r} h", components=[*other, *parts], **more)), seed=3)
    lost = dict.fromkeys((p["path"] for p in parts), 0.0)
    for _, change, owner, amount, _, _ in trace.records:
        if change == "down" and owner in lost:
            lost[owner] += amount
    return mean_of(v / UNITS for v in lost.values())


def over_the_day(rate: float = 0.15) -> dict[str, Any]:
    return {"rate": f"{rate!r}/h", "profile": [{"hour": f"{int(h):02d}:00", "factor": f} for h, f in KNOTS]}


def event(name: str, hours: float, **do: Any) -> dict[str, Any]:
    return {"name": name, "at": f"{hours!r} h", "do": do}


# -- m: the rate follows the day ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [2.0, 4.5, 30.0])
def test_m_a_rate_that_follows_the_day_adds_up(hours: float, tmp_path: Path) -> None:
    rate = 0.15 if hours < 10 else 0.03
    found = gone(tmp_path, over_the_day(rate), hours=hours)
    assert found.relative < 0.005
    assert found.agrees(1.0 - exp(-rate * summed(0.0, hours)))


def test_m_two_percent_more_of_it_is_noticed(tmp_path: Path) -> None:
    assert not gone(tmp_path, over_the_day(0.15 * 1.02), hours=4.5).agrees(1.0 - exp(-0.15 * summed(0.0, 4.5)))


def steps(self: Profile, knots: Sequence[tuple[float, float]], *, start: float, horizon: float) -> None:
    """A profile that jumps at each hour and stays until the next, instead of going there in a straight line."""
    following = [hour - 1.0 for hour, _ in [*knots[1:], knots[0]]]
    held = [pair for (hour, f), end in zip(knots, following, strict=True) for pair in ((hour, f), (end, f))]
    ORIGINAL(self, held, start=start, horizon=horizon)


def flat(self: Profile, knots: Sequence[tuple[float, float]], *, start: float, horizon: float) -> None:
    """A profile that is forgotten."""
    ORIGINAL(self, (), start=start, horizon=horizon)


ORIGINAL = Profile.__init__


@pytest.mark.parametrize("wrong", [steps, flat])
def test_m_a_profile_that_is_forgotten_or_jumps_is_noticed(
    wrong: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Profile, "__init__", wrong)
    assert not gone(tmp_path, over_the_day(), hours=4.5).agrees(1.0 - exp(-0.15 * summed(0.0, 4.5)))


@pytest.mark.parametrize("start", [0.0, 3.0, 20.5])
def test_the_integral_of_a_profile_and_its_inverse_belong_together(start: float) -> None:
    profile = Profile([(h * HOUR, f) for h, f in KNOTS], start=start * HOUR, horizon=40 * HOUR)
    for since, until in [(0.0, 1.0), (0.3, 7.9), (2.0, 39.0)]:
        amount = profile.between(since * HOUR, until * HOUR)
        assert amount == pytest.approx(summed(start + since, start + until) * HOUR, rel=1e-6)
        assert profile.reaches(since * HOUR, amount) == pytest.approx(until * HOUR, rel=1e-9)
    assert profile.reaches(0.0, 1e9) == float("inf")


# -- m: frozen, and on some units only ---------------------------------------------------------------------------------------------------

FREEZE = [event("freeze", 2.0, stop=f"{ROOM}/switch"), event("thaw", 5.0, start=f"{ROOM}/switch")]


def test_m_nothing_breaks_while_everything_is_frozen(tmp_path: Path) -> None:
    failure = over_the_day() | {"while": {"up": f"{ROOM}/switch"}}
    found = gone(tmp_path, failure, hours=6.0, events=FREEZE)
    assert found.relative < 0.005
    assert found.agrees(1.0 - exp(-0.15 * (summed(0.0, 2.0) + summed(5.0, 6.0))))
    frozen = gone(tmp_path, failure, hours=4.9, events=FREEZE[:1])
    assert frozen.agrees(1.0 - exp(-0.15 * summed(0.0, 2.0)))


def test_m_a_hazard_that_goes_on_in_the_frozen_state_is_noticed(tmp_path: Path) -> None:
    found = gone(tmp_path, over_the_day(), hours=6.0, events=FREEZE)
    assert not found.agrees(1.0 - exp(-0.15 * (summed(0.0, 2.0) + summed(5.0, 6.0))))


LOST = [event("lost", 1.0, fail={"target": f"{ROOM}/safe", "share": "40 %"}), event("found", 4.0, repair=f"{ROOM}/safe")]


def test_m_only_units_whose_counterpart_is_down_are_at_risk_and_only_so_long(tmp_path: Path) -> None:
    found = gone(tmp_path, {"rate": "0.3/h", "without": f"{ROOM}/safe"}, hours=6.0, events=LOST)
    assert found.relative < 0.01
    # Each unit has drawn its counterpart for itself, so that a cohort's share at risk is binomial around 40 %.
    assert found.agrees(0.4 * (1.0 - exp(-0.3 * 3.0)))


def test_m_a_counterpart_that_is_drawn_anew_for_each_blow_is_noticed(tmp_path: Path) -> None:
    """Then every unit would break, only more slowly: a thinned rate in the place of a share that is safe."""
    found = gone(tmp_path, {"rate": "0.3/h", "harmful": "40 %", "while": {"served_below": {"of": f"{ROOM}/safe", "level": "99 %"}}},
                 hours=6.0, events=LOST)  # fmt: skip
    assert found.agrees(1.0 - exp(-0.4 * 0.3 * 3.0))
    assert not found.agrees(0.4 * (1.0 - exp(-0.3 * 3.0)))


# -- m: groups that are touched more and less often --------------------------------------------------------------------------------------

RATIOS = {"often": 5.0, "seldom": 0.25}


def in_groups(folder: Path, ratios: dict[str, float], *, hours: float = 3.0, replications: int = 40) -> Estimate:
    """Share of a tenant's units, half of them touched often and half seldom, that are gone by the horizon."""
    fleet = {"path": "north/fleet", "units": 100_000, "failure": {"hazard": {"rate": "0.1/h"}}, "recovery": NEVER_BACK}
    scenario = building.load(written(folder, "groups", tree_of(horizon=f"{hours!r} h", components=[fleet])))
    parts = [{"path": name, "units": 2000, "batches": 2000, "rides": "fleet", "hazard_ratio": r} for name, r in ratios.items()]
    groups = [{"name": name, "users": 500, "enters": name} for name in ratios]
    tree = {k: v for k, v in tenant_of(components=parts, groups=groups).items() if k not in {"enters", "users"}}
    tenant = building.load_tenant(written(folder, "app", tree), scenario)
    plan = compile_plan(scenario, [("app", tenant, {"a": "north/zone-1"})])
    return mean_of(1.0 - replay(plan, seed=1, replication=n).curves["app"][-1][1] for n in range(replications))


def mixture(rate: float, hours: float) -> float:
    return 1.0 - sum(exp(-rate * r * hours) for r in RATIOS.values()) / 2.0


def test_m_groups_lose_the_mixture_of_their_shares(tmp_path: Path) -> None:
    found = in_groups(tmp_path, RATIOS)
    assert found.relative < 0.005
    assert found.agrees(mixture(0.1, 3.0))


def test_the_order_of_groups_in_a_file_changes_nothing(tmp_path: Path) -> None:
    backwards = dict(reversed(RATIOS.items()))
    assert in_groups(tmp_path, RATIOS, replications=3) == in_groups(tmp_path, backwards, replications=3)


def test_m_one_average_rate_for_all_groups_is_noticed(tmp_path: Path) -> None:
    average = dict.fromkeys(RATIOS, sum(RATIOS.values()) / 2.0)
    found = in_groups(tmp_path, average)
    assert found.agrees(1.0 - exp(-0.1 * average["often"] * 3.0))
    assert not found.agrees(mixture(0.1, 3.0))


def test_m_units_that_share_one_draw_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uniform = Chance.uniform
    monkeypatch.setattr(Chance, "uniform", lambda self, role, purpose, b, life: uniform(self, role, purpose, 0, life))
    found = in_groups(tmp_path, RATIOS)
    assert found.error > 0.01  # all or nothing of a group, in every replication


# -- ways back that race -----------------------------------------------------------------------------------------------------------------


def on(feed: str) -> dict[str, Any]:
    """Losing the feed takes units down, and their way back begins with the loss."""
    return {"latching": {"on": f"{ROOM}/{feed}", "at_loss": True}}


def time_away(folder: Path, stages: list[dict[str, Any]]) -> Estimate:
    """Mean time, in hours, from a loss at 1 h until each of many units is back."""
    parts = [
        {"path": f"{ROOM}/units-{g}", "units": UNITS, "batches": UNITS, "requires": on("feed"), "recovery": stages} for g in range(20)
    ]
    happening = [event("blink", 1.0, fail={"target": f"{ROOM}/feed", "for": "1 s"})]
    tree = tree_of(horizon="100 h", components=[{"path": f"{ROOM}/feed"}, *parts], events=happening)
    back = {p["path"]: [0.0, 0] for p in parts}
    for time, change, owner, _, _, _ in replayed(written(folder, "race", tree)).records:
        if change == "up" and owner in back:
            back[owner][0] += time / HOUR - 1.0
            back[owner][1] += 1
    assert all(count == UNITS for _, count in back.values())
    return mean_of(total / count for total, count in back.values())


def test_of_two_ways_the_faster_one_counts(tmp_path: Path) -> None:
    """The smaller of two independent exponential times has the sum of their rates."""
    one, other = {"wait": {"for": exponential(2 * HOUR)}}, {"wait": {"for": exponential(3 * HOUR)}}
    found = time_away(tmp_path, [{"either": {"ways": [[one], [other]]}}, {"wait": {"for": "30 min"}}])
    assert found.relative < 0.005
    exact = 1.0 / (1.0 / 2.0 + 1.0 / 3.0) + 0.5
    assert found.agrees(exact, rounding=1e-6)
    assert not time_away(tmp_path, [one, {"wait": {"for": "30 min"}}]).agrees(exact)
    assert not time_away(tmp_path, [one, other, {"wait": {"for": "30 min"}}]).agrees(exact)


def test_a_way_goes_with_the_mechanism_that_it_was(tmp_path: Path) -> None:
    """Without hands the slow way is left; without what comes before it, it is quicker; with both off, the other two stages are."""
    by_hand = [{"wait": {"for": "10 min", "mechanism": "hands"}}]
    alone = [{"wait": {"for": "20 min", "mechanism": "looks"}}, {"wait": {"for": "1 h"}}]
    units = {"path": f"{ROOM}/units", "requires": on("feed"), "recovery": [{"either": {"ways": [by_hand, alone]}}]}
    mechanisms = [{"name": name, "summary": "x"} for name in ("hands", "looks")]
    blink = event("blink", 0.0, fail={"target": f"{ROOM}/feed", "for": "1 s"})
    tree = tree_of(horizon="3 h", components=[{"path": f"{ROOM}/feed"}, units], events=[blink], mechanisms=mechanisms)
    path = written(tmp_path, "ways", tree)

    def back(*without: str) -> float:
        records = replay(compile_plan(building.load(path, without=without)), seed=1).records
        return next(time / 60.0 for time, change, owner, *_ in records if change == "up" and owner == f"{ROOM}/units")

    assert [back(), back("looks"), back("hands"), back("hands", "looks")] == [10.0, 10.0, 80.0, 60.0]


def test_who_came_back_another_way_leaves_the_queue(tmp_path: Path) -> None:
    """Ten units queue for an hour each; from 3.5 h on all that are still there are back at once, and the queue is empty."""
    work = {"visit": {"station": "north/crew", "work": "1 h"}}
    ways = [[work], [{"until": {"up": f"{ROOM}/cure"}}]]
    units = {"path": f"{ROOM}/units", "units": 10, "requires": on("feed"), "recovery": [{"either": {"ways": ways}}]}
    late = {"path": f"{ROOM}/late", "requires": on("other"), "recovery": [work]}
    others = [{"path": f"{ROOM}/feed"}, {"path": f"{ROOM}/other"}, {"path": f"{ROOM}/cure", "initially": "down"}]
    tree = tree_of(
        horizon="12 h", components=[*others, units, late], stations=[{"path": "north/crew", "discipline": {"fifo": {}}, "basis": BASIS}],
        events=[
            event("blink", 0.0, fail={"target": f"{ROOM}/feed", "for": "1 s"}), event("cure", 3.5, start=f"{ROOM}/cure"),
            event("second", 4.0, fail={"target": f"{ROOM}/other", "for": "1 s"}),
        ],
    )  # fmt: skip
    records = replayed(written(tmp_path, "queue", tree)).records
    assert [t / HOUR for t, change, owner, *_ in records if change == "up" and owner == f"{ROOM}/units"] == [1, 2, 3] + [3.5] * 7
    assert [t / HOUR for t, change, owner, *_ in records if change == "up" and owner == f"{ROOM}/late"] == [5.0]


# -- at risk again -----------------------------------------------------------------------------------------------------------------------

WINDOWS = [(1.0, 1.5), (2.0, 2.5), (3.0, 3.5)]


@pytest.mark.parametrize("batches", [UNITS, 500])
def test_m_units_that_were_safe_meanwhile_break_as_often_as_before(batches: int, tmp_path: Path) -> None:
    """Without memory: what survived a time at risk breaks in the next one as a new unit would."""
    happening = [
        one
        for n, (since, until) in enumerate(WINDOWS)
        for one in (event(f"lost-{n}", since, fail={"target": f"{ROOM}/safe"}), event(f"found-{n}", until, repair=f"{ROOM}/safe"))
    ]
    parts = [{"path": f"{ROOM}/safe", "units": 10}] + [
        {"path": f"{ROOM}/units-{g}", "units": UNITS, "batches": batches, "recovery": NEVER_BACK,
         "failure": {"hazard": {"rate": "1/h", "without": f"{ROOM}/safe"}}}
        for g in range(12)
    ]  # fmt: skip
    records = replayed(written(tmp_path, "again", tree_of(horizon="4 h", components=parts, events=happening))).records
    for n, (since, until) in enumerate(WINDOWS):
        lost = dict.fromkeys((p["path"] for p in parts[1:]), 0.0)
        for time, change, owner, amount, *_ in records:
            if change == "down" and owner in lost and since * HOUR <= time < until * HOUR:
                lost[owner] += amount / UNITS
        exact = exp(-0.5 * n) - exp(-0.5 * (n + 1))
        assert mean_of(lost.values()).agrees(exact, rounding=0.0 if batches == UNITS else 2 / batches)


def test_m_a_fleet_in_leaps_that_comes_back_breaks_at_the_same_rate_all_the_time(tmp_path: Path) -> None:
    """Each part draws its later lives anew: were it always early or always late, the mean rate would be another."""
    fleet = {"path": f"{ROOM}/fleet", "units": 100_000, "batches": 200, "failure": {"hazard": {"rate": "0.5/h"}},
             "recovery": [{"wait": {"for": "30 min"}}]}  # fmt: skip
    records = replayed(written(tmp_path, "leaps", tree_of(horizon="400 h", components=[fleet]))).records
    downs = [time / HOUR for time, change, owner, *_ in records if change == "down" and owner == fleet["path"]]
    each = [sum(1 for t in downs if 20.0 * n <= t < 20.0 * (n + 1)) / 200 / 20.0 for n in range(1, 20)]
    found = mean_of(each)
    assert found.relative < 0.01
    assert found.agrees(1.0 / (2.0 + 0.5))


def test_a_tenants_hazard_and_station_hear_of_its_own_components(tmp_path: Path) -> None:
    """The switch is on from 1 h to 2 h, so that 1 - 1/e of the units break; the crew that mends them comes at 3 h."""
    scenario = building.load(written(tmp_path, "empty", tree_of(horizon="6 h", components=[{"path": "north/thing"}])))
    at = [{"name": name, "when": {"at": f"{hours} h"}, "do": do} for name, hours, do in (
        ("on", 1, {"start": "switch"}), ("off", 2, {"stop": "switch"}), ("called", 3, {"start": "crew"}),
    )]  # fmt: skip
    units = {"path": "units", "units": 2000, "batches": 2000, "failure": {"hazard": {"rate": "1/h", "while": {"up": "switch"}}},
             "recovery": [{"visit": {"station": "bench", "work": "1 s"}}]}  # fmt: skip
    bench = {"path": "bench", "discipline": {"fifo": {}}, "requires": {"live": "crew"}}
    tree = tenant_of(
        enters="units", components=[units, {"path": "switch", "initially": "down"}, {"path": "crew", "initially": "down"}],
        stations=[bench], rules=at,
    )  # fmt: skip
    app = building.load_tenant(written(tmp_path, "app", tree), scenario)
    records = replay(compile_plan(scenario, [("app", app, {"a": "north/zone-1"})]), seed=1).records
    downs = [time / HOUR for time, change, owner, *_ in records if change == "down" and owner == "app/units"]
    ups = [time / HOUR for time, change, owner, *_ in records if change == "up" and owner == "app/units"]
    assert min(downs) >= 1.0
    assert max(downs) < 2.0
    assert len(downs) / 2000 == pytest.approx(1.0 - exp(-1.0), abs=4.5 * (0.37 * 0.63 / 2000) ** 0.5)
    assert min(ups) > 3.0
    assert len(ups) == len(downs)


def test_a_hazard_may_wait_for_a_level(tmp_path: Path) -> None:
    tank = {"path": f"{ROOM}/tank", "capacity": "4 h", "flows": [{"steady": {"per_second": -1}}]}
    failure = {"rate": "0.4/h", "while": {"level_below": {"of": f"{ROOM}/tank", "level": "2 h"}}}
    assert gone(tmp_path, failure, hours=3.0, groups=20, stocks=[tank]).agrees(1.0 - exp(-0.4 * 1.0))
