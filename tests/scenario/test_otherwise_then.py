"""What a night may say of its world: what was otherwise then, and what was not there."""

from pathlib import Path
from typing import Any

import pytest

from simulator.scenario.building import load
from simulator.scenario.problems import ScenarioError

OTHERWISE = Path(__file__).parent.parent / "corpus" / "valid" / "otherwise.yaml"


def recovery(zone: int, **options: Any) -> list[str]:
    """Kinds of the stages by which the rack of a zone comes back, with how long each takes."""
    (rack,) = (c for c in load(OTHERWISE, **options).world.components if c.path == f"north/zone-{zone}/dc-1/rack")
    return [f"{kind} {getattr(stage, kind).work.mean() if kind == 'visit' else getattr(stage, kind).span.mean():g}"
            for stage in rack.recovery for kind in type(stage).model_fields]  # fmt: skip


def test_a_night_changes_what_its_pattern_names_and_nothing_else() -> None:
    assert recovery(1) == ["wait 240", "visit 20", "wait 60"]
    assert recovery(2) == ["visit 10"]
    world = load(OTHERWISE).world
    changed = {c.path: c for c in world.components}
    assert (changed["north/spare"].initially, changed["north/spare"].summary) == ("down", "away for repair")
    # What a change does not speak of stays as the world has it.
    assert changed["north/zone-1/dc-1/rack"].units == 10
    assert changed["north/zone-1/dc-1/rack"].requires[0].latching.on == "north/zone-1/dc-1/feed"


def test_a_night_can_do_without_what_its_world_has() -> None:
    world = load(OTHERWISE).world
    assert "north/shed" not in [c.path for c in world.components]
    assert world.rules == ()


def test_switches_find_the_world_as_the_night_has_it() -> None:
    assert recovery(1, without=["inspection"]) == ["visit 20"]
    assert recovery(1, without=["slow-rack"]) == recovery(2, without=["slow-rack"]) == ["visit 1"]
    spare = {c.path: c for c in load(OTHERWISE, without=["no-spare"]).world.components}["north/spare"]
    assert (spare.initially, spare.summary) == ("up", "away for repair")
    assert "north/zone-1/dc-1/rack" not in [c.path for c in load(OTHERWISE, with_=["no-rack"]).world.components]


def test_a_number_that_only_a_change_names_is_used_and_varied() -> None:
    assert recovery(1, set_={"inspection": "3 min"})[0] == "wait 180"
    assert recovery(1, vary=lambda _: 0.25)[0] == f"wait {120 * 2**0.5:g}"


def test_what_is_changed_is_judged_where_the_night_says_it(tmp_path: Path) -> None:
    """In the file of the night, though the element stands in that of the world."""
    text = OTHERWISE.read_text(encoding="utf-8")
    world = text[text.index("world:\n") + len("world:\n") : text.index("change:\n")]
    (tmp_path / "worlds").mkdir()
    lines = ["format: 1", *(line.removeprefix("  ") for line in world.splitlines())]
    (tmp_path / "worlds" / "small.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    night = text[: text.index("world:\n")] + "world: small\n" + text[text.index("change:\n") :]
    night = night.replace("station: boot, work: 20", "station: bot, work: 20")
    path = tmp_path / "night.yaml"
    path.write_text(night, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(path, catalogue_root=tmp_path)
    (problem,) = caught.value.problems
    assert Path(problem.file).name == "night.yaml"
    assert problem.source_line.strip() == "- {visit: {station: bot, work: 20 s}}"
    assert problem.fact == "there is no station 'bot' within reach"


def test_an_element_that_a_switch_takes_away_cannot_be_changed_any_more(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    text = OTHERWISE.read_text(encoding="utf-8")
    path.write_text(text.replace("- {name: no-spare, summary: there is no other feed, change: {north/spare: {initially: up}}}",
                                 "- {name: shed, summary: a shed, change: {north/shed: {units: 2}}}"), encoding="utf-8")  # fmt: skip
    with pytest.raises(ScenarioError, match="nothing here is called 'north/shed'"):
        load(path)
