"""Assumed numbers that do not stand at the midpoint of their range, and what counts them."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.scenario.ranges import moved
from tests.theory.scenarios import BASIS, tree_of, written

HERE = "north/zone-1/dc-1"


def scenario(folder: Path, value: Any, bounds: Any, *, set_: Any = None, **more: Any) -> Path:
    """A stock that lasts as long as a number says, of a world or of the incident itself."""
    stock = {"path": f"{HERE}/water", "capacity": "$tank"}
    event = {"name": "ends", "at": "1 h", "do": {"fail": {"target": f"{HERE}/pump"}}}
    changed = {"changed": more.pop("changed")} if "changed" in more else {}
    tank = {"value": value, "basis": {"assumed": {"range": bounds, "because": "made for a test", **more}}, **changed}
    fine = {"value": "2 min", "basis": {"assumed": {"range": ["1 min", "4 min"], "because": "made for a test"}}}
    other = {**stock, "path": f"{HERE}/oil", "capacity": "$fine"}
    tree = tree_of(components=[{"path": f"{HERE}/pump"}], stocks=[stock, other], events=[event])
    if set_ is None:
        return written(folder, "tank", {**tree, "numbers": {"tank": tank, "fine": fine}})
    written(folder, "world", {"format": 1, **tree["world"], "numbers": {"tank": tank, "fine": fine}})
    return written(folder, "tank", {**tree, "world": "world", "set": {"tank": set_}})


@pytest.mark.parametrize(
    ("value", "bounds", "more", "counts"),
    [
        ("7.071 min", ["5 min", "10 min"], {}, False),
        ("7.08 min", ["5 min", "10 min"], {}, False),
        ("424.26 s", ["5 min", "10 min"], {}, False),
        ("7.09 min", ["5 min", "10 min"], {}, True),
        ("6 min", ["5 min", "10 min"], {}, True),
        ("6 min", ["5 min", "10 min"], {"changed": "a reader knew better"}, True),
        ("7.5 min", ["5 min", "10 min"], {"middle": "arithmetic"}, False),
        ("7.071 min", ["5 min", "10 min"], {"middle": "arithmetic"}, True),
        ({"product": ["$fine", 3.5355]}, ["5 min", "10 min"], {}, False),
        (0.4, ["25 %", "64 %"], {}, False),
    ],
)
def test_what_does_not_stand_at_its_midpoint_counts_as_changed(
    tmp_path: Path, value: Any, bounds: list[str], more: Any, counts: bool
) -> None:
    numbers = api.load(scenario(tmp_path, value, bounds, **more)).scenario.numbers
    assert moved(numbers) == (["tank"] if counts else [])


def test_agreement_with_the_record_names_them(tmp_path: Path) -> None:
    path = scenario(tmp_path, "6 min", ["5 min", "10 min"])
    assert api.fidelity([path], replications=1).changed_numbers == ("tank",)


@pytest.mark.parametrize(
    ("value", "counts"),
    [("6 min", True), ("7.071 min", False), ({"value": "6 min", "basis": BASIS}, False)],
)
def test_what_an_incident_sets_has_its_own_basis_or_that_of_the_world(tmp_path: Path, value: Any, counts: bool) -> None:
    numbers = api.load(scenario(tmp_path, "7.071 min", ["5 min", "10 min"], set_=value)).scenario.numbers
    assert moved(numbers) == (["tank"] if counts else [])
