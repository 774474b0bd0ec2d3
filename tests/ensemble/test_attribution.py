"""What lost minutes hang on: each mechanism off by itself, all of them off, and what it means when the two do not agree."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import api
from simulator.ensemble.attributing import Attribution, attributed
from simulator.report.cause_tables import interaction
from tests.ensemble.test_savings import NET, POWER, cut, in_zone, incident
from tests.theory.scenarios import BASIS, written

MECHANISMS = [{"name": name, "summary": f"what {name} does"} for name in ("frost", "flood", "moths")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written(tmp_path, "shop", in_zone("shop", 1) | {"kind": "tenant", "users": 600})
    return tmp_path


def by(mechanism: str, event: dict[str, Any]) -> dict[str, Any]:
    return event | {"mechanism": mechanism}


def found(folder: Path, *events: dict[str, Any], replications: int = 2, **more: Any) -> Attribution:
    switches = {key: more.pop(key) for key in ("without", "numbers", "seed") if key in more}
    tree = incident(events=list(events), mitigations=[], **({"mechanisms": MECHANISMS} | more))
    return api.causes(written(folder, "cut", tree), tenant="shop", replications=replications, **switches)


def told(one: Attribution) -> list[tuple[str, float]]:
    return [(cause.mechanism, cause.vanishes.mean) for cause in one.causes]


def test_causes_one_after_the_other_add_up(folder: Path) -> None:
    later = {**cut("water", POWER, "20 min"), "at": "5 h"}
    one = found(folder, by("frost", cut("ice", POWER, "60 min")), by("flood", later))
    assert one.lost_minutes.mean == 80
    assert told(one) == [("frost", 60), ("flood", 20)]
    assert one.causes[0].summary == "what frost does"
    assert one.idle == ("moths",)
    assert (one.together.mean, one.one_by_one.mean, one.overlap.mean) == (80, 80, 0)
    assert interaction(one) == "Together they explain 80.0 min, one by one 80.0 min: they add up."


def test_two_causes_of_the_same_loss_hide_each_other(folder: Path) -> None:
    one = found(folder, by("frost", cut("ice", POWER, "60 min")), by("flood", cut("water", NET, "60 min")), mechanisms=MECHANISMS[:2])
    assert told(one) == []
    assert one.idle == ("frost", "flood")
    assert (one.lost_minutes.mean, one.together.mean, one.overlap.mean) == (60, 60, -60)
    assert interaction(one) == (
        "Together they explain 60.0 min, one by one 0.0 min: 60.0 min vanish only when more than one is off, because either of frost and "
        "flood is enough to lose them."
    )


def test_one_of_two_causes_of_the_same_loss_lasts_longer(folder: Path) -> None:
    one = found(folder, by("frost", cut("ice", POWER, "60 min")), by("flood", cut("water", NET, "45 min")))
    assert told(one) == [("frost", 15)]
    assert one.idle == ("flood", "moths")
    assert one.together.mean == 60
    assert interaction(one) == (
        "Together they explain 60.0 min, one by one 15.0 min: 45.0 min vanish only when more than one is off, because any one of several "
        "is enough to lose them."
    )


def needing_both(folder: Path, **more: Any) -> Attribution:
    """A spare generator: power is lost only while both the feed and the generator are."""
    spare = "north/zone-1/dc-1/generator"
    components = [{"path": spare, "basis": BASIS}, {"path": "north/zone-1/dc-1/feed", "basis": BASIS}]
    change = {"components": [*components]}
    rule = {
        "name": "dark", "when": {"all": [{"down": spare}, {"down": "north/zone-1/dc-1/feed"}]}, "do": {"fail": {"target": POWER}},
        "basis": BASIS,
    }  # fmt: skip
    light = {"name": "light", "when": {"up": "north/zone-1/dc-1/feed"}, "do": {"repair": POWER}, "basis": BASIS}
    events = (by("frost", cut("ice", spare, "3 h")), by("flood", cut("water", "north/zone-1/dc-1/feed", "60 min")))
    return found(folder, *events, add=change, rules=[rule, light], **more)


def test_causes_that_need_each_other_count_twice(folder: Path) -> None:
    one = needing_both(folder)
    assert sorted(told(one)) == [("flood", 60), ("frost", 60)]
    assert (one.together.mean, one.one_by_one.mean, one.overlap.mean) == (60, 120, 60)
    assert " need each other for these, and either of them off is enough to save them." in interaction(one)
    assert interaction(one).startswith("Together they explain 60.0 min, one by one 120 min: 60.0 min are counted more than once, because ")


def test_what_is_off_already_is_no_cause_any_more(folder: Path) -> None:
    one = needing_both(folder, without=["frost"])
    assert (told(one), one.idle, one.lost_minutes.mean) == ([], ("flood", "moths"), 0)
    assert interaction(one) == ""


def test_differences_are_taken_replication_by_replication(folder: Path) -> None:
    """The power is back after a drawn time; without frost it was never gone, and a steady loss besides stays as it is."""
    back = {"name": "back", "when": {"down": POWER}, "after": {"uniform": ["10 min", "50 min"]}, "do": {"repair": POWER}, "basis": BASIS}
    steady = {**cut("water", NET, "30 min"), "at": "6 h"}
    one = found(folder, by("frost", cut("ice", POWER, "2 h")), by("flood", steady), rules=[back], replications=10)
    frost, flood = one.causes if one.causes[0].mechanism == "frost" else one.causes[::-1]
    assert (flood.vanishes.mean, flood.vanishes.ci95) == (pytest.approx(30), pytest.approx((30, 30)))
    assert one.lost_minutes.ci95 is not None
    assert frost.vanishes.ci95 == pytest.approx([end - 30 for end in one.lost_minutes.ci95])


MINUTES = st.lists(st.floats(0, 500), min_size=3, max_size=3)


@given(MINUTES, st.dictionaries(st.sampled_from(["a", "b", "c"]), MINUTES), MINUTES)
def test_what_vanishes_is_accounted_for(lost: list[float], alone: dict[str, list[float]], without_all: list[float]) -> None:
    causes, idle, (together, one_by_one, overlap) = attributed(lost, alone, without_all, dict.fromkeys("abc", ""))
    assert sorted([*idle, *(one.mechanism for one in causes)]) == sorted(alone)
    assert [one.vanishes.mean for one in causes] == sorted((one.vanishes.mean for one in causes), reverse=True)
    assert sum(max(one.vanishes.mean, 0.0) for one in causes) == pytest.approx(one_by_one.mean, abs=1e-6)
    assert together.mean == pytest.approx((sum(lost) - sum(without_all)) / 3, abs=1e-9)
    assert overlap.mean == pytest.approx(one_by_one.mean - together.mean, abs=1e-6)
