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
