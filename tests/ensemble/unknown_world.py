"""A small incident whose lost minutes are a known function of what is not known: two closures, one after the other."""

from pathlib import Path
from typing import Any

from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

NAME = "two-closures"
OUTAGE, SCALE = (10.0, 40.0), (5.0, 20.0)
"""Minutes for which the door is shut first, and for which it is shut again; uniform, and uniform in its logarithm."""


def assumed(value: Any, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "basis": {"assumed": {"range": [low, high], "because": "made for a test", **more}}}


def two_closures(folder: Path, *, numbers: dict[str, Any] | None = None, by_chance: bool = False, **more: Any) -> Path:
    """All of the demand is lost for `$outage` and for `$scale` minutes; `$lamps` shine on nobody, and `$floor` is only observed.

    With `by_chance` the first closure lasts anything up to twice as long, with the same mean.
    """
    door = {"path": "north/door"}
    lamps = {"path": "north/zone-1/dc-1/lamps", "units": "$lamps"}
    first = {"uniform": ["0 s", "$twice"]} if by_chance else "$outage"
    events = [
        {"name": "shut", "at": "1 h", "do": {"fail": {"target": "north/door", "for": first}}},
        {"name": "shut-again", "at": "4 h", "do": {"fail": {"target": "north/door", "for": "$again"}}},
    ]
    stated = numbers if numbers is not None else {
        "outage": assumed("25 min", "10 min", "40 min", middle="arithmetic"),
        "scale": {"value": 10, "basis": {"fitted": {"observation": "Q1", "between": list(SCALE), "target": "10 min"}}},
        "lamps": assumed(20, 10, 40),
        "floor": assumed("50 %", "25 %", "100 %"),
        "again": {"value": {"product": ["$scale", "1 min"]}, "basis": BASIS},
        **({"twice": {"value": {"product": [2, "$outage"]}, "basis": BASIS}} if by_chance else {}),
    }  # fmt: skip
    observation = {
        "id": "Q1", "what": "how long it is shut again", "measure": {"up_share": {"of": "north/door", "since": "2 h", "until": "3 h"}},
        "expect": ["$floor", "100 %"], "documented": "a while", "role": "fitted", "confidence": "stated", "basis": BASIS,
    }  # fmt: skip
    tree = tree_of(name=NAME, horizon="8 h", zones=2, components=[door, lamps], events=events, hit_zones=["north/zone-1"])
    return written(folder, NAME, {**tree, "numbers": stated, "observations": [observation], **more})


def shop(folder: Path, **more: Any) -> Path:
    """An architecture that needs the door."""
    till = {"path": "till", "requires": {"live": "door"}}
    return written(folder, "shop", tenant_of(name="shop", enters="till", components=[till], **more))
