"""Assumed numbers that do not stand at the midpoint of their range, and what counts them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import api
from simulator.scenario import building
from simulator.scenario.ranges import Ranged, fitted_range, moved
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


def test_a_fitted_number_may_stand_anywhere_its_fit_looked(tmp_path: Path) -> None:
    """As `vary` says; one that it leaves alone keeps the value of its file, assumed or fitted."""
    path = scenario(tmp_path, "$fine", ["1 min", "4 min"])
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    fit = {"fitted": {"observation": "Q1", "between": [0.05, 0.8]}}
    tree["numbers"] |= {"part": {"value": "20 %", "basis": fit}, "tank": {"value": {"product": ["$part", "10 min"]}, "basis": BASIS}}
    tree["observations"] = [{
        "id": "Q1", "what": "pump",
        "measure": {"up_share": {"of": f"{HERE}/pump", "since": "0 s", "until": "1 h"}}, "expect": ["0 %", "100 %"],
        "documented": "it ran", "role": "fitted", "confidence": "stated", "basis": BASIS,
    }]  # fmt: skip
    written(tmp_path, "tank", tree)
    seen: dict[str, Ranged] = {}

    def noted(number: Ranged, level: float | None) -> float | None:
        seen[number.name] = number
        return level if number.basis == "fitted" else None

    def values(level: float | None) -> list[Any]:
        numbers = building.load(path, vary=lambda number: noted(number, level)).numbers
        return [numbers[name]["value"] for name in ("part", "tank", "fine")]

    assert values(None) == ["20 %", "2 min", "2 min"]
    assert values(0.0) == ["5 %", "30 s", "2 min"]
    assert values(0.5) == ["20 %", "2 min", "2 min"], "the middle of 5 % and 80 % is geometric, as the fit walks"
    assert values(1.0) == ["80 %", "8 min", "2 min"]
    assert {name: (one.home, one.basis) for name, one in seen.items()} == {"part": ("small", "fitted"), "fine": ("small", "assumed")}


@pytest.mark.parametrize("between", [[0, 1], ["1 min", "2 min"], [2, 1], ["some", "more"]])
def test_a_fit_between_what_is_no_range_of_its_number_has_none(between: Any) -> None:
    assert fitted_range({"fitted": {"observation": "Q1", "between": between}}, "20 %") is None
