"""What two readings of a fact sheet are brought to to be compared: amounts in one unit, and the names of one in the other."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from simulator import units
from simulator.model.world import Scenario

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What the keys of a transcription are called in the file of its scenario; None where it has no such thing."""

    # An event, and numbers whose durations come on top; `half NAME` is half of one, `its length` for how long it makes things fail.
    events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # `NAME`, `NAME / NAME`, `TENANT: NAME`, `basis of COMPONENT`, `exposure of PROBE COMPONENT DATACENTER`, `interval of OBSERVATION`,
    # `EVENT + NAME + NAME` for an instant; None where the file has no such number.
    numbers: Mapping[str, str | None] = field(default_factory=dict)
    mitigations: Mapping[str, str] = field(default_factory=dict)
    # The other way round: what the transcription calls an observation of the file, where that is something else. None: nothing at all.
    ids: Mapping[str, str | None] = field(default_factory=dict)
    # Observations that the file turns round: the same row as the file would write it.
    restated: Mapping[str, Callable[[Row, Scenario], Row]] = field(default_factory=dict)
    # `TENANT` or `TENANT: GROUP`, the same there.
    tenants: Mapping[str, str] = field(default_factory=dict)


def read(path: Path) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tree


def amount(value: Any, scenario: Scenario) -> tuple[str, float]:
    """`number` (a share is one), `duration` in seconds, or `clock` in seconds after the start."""
    if isinstance(value, datetime):
        return "clock", (value - start_of(scenario)).total_seconds()
    if not isinstance(value, str):
        return "number", float(value)
    if value.endswith("%"):
        return "number", units.parse_share(value)
    for kind, of in (("duration", units.parse_duration), ("clock", _clock_of(scenario)), ("number", float)):
        try:
            return kind, of(value)
        except ValueError:
            continue
    raise AssertionError(value)


def start_of(scenario: Scenario) -> datetime:
    start = units.parse_clock(scenario.start)
    assert isinstance(start, datetime)
    return start


def _clock_of(scenario: Scenario) -> Callable[[str], float]:
    return lambda text: units.resolve_clock(units.parse_clock(text), start_of(scenario), scenario.horizon)


def same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def plain(value: Any, scenario: Scenario) -> float:
    if isinstance(value, str) and value.endswith(("/h", "/min", "/s", "/d")):
        return units.parse_rate(value) * 3600
    return amount(value, scenario)[1]
