"""Names and clock times, as scenarios write them, found: indices of nodes, stations and cohorts, seconds since the start."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from simulator.model.world import Scenario
from simulator.units import parse_clock, parse_duration, resolve_clock


@dataclass(kw_only=True, slots=True)
class Names:
    """Which index a name has: nodes (components, stocks, routes), stations, and the world's cohorts."""

    nodes: dict[str, int]
    stations: dict[str, int]
    cohorts: dict[str, int]


def scoped(name: str, owner: str) -> Iterable[str]:
    """Where a name may be found, from the owner's own place outwards."""
    place = owner.split("/")
    for depth in range(len(place), -1, -1):
        yield "/".join([*place[:depth], name])


def found(name: str, owner: str, known: dict[str, int]) -> int:
    """The index of what `name` means to `owner`; KeyError when nothing of that name is in reach."""
    for candidate in scoped(name, owner):
        if candidate in known:
            return known[candidate]
    msg = f"{owner} refers to {name}, which does not exist"
    raise KeyError(msg)


def seconds(clock: str, scenario: Scenario) -> float:
    """A clock time, or a duration after the start, in seconds since the start."""
    try:
        return parse_duration(clock)
    except ValueError:
        start = parse_clock(scenario.start)
        return resolve_clock(parse_clock(clock), start, scenario.horizon)  # type: ignore[arg-type]


def rule_owner(rule: Any) -> str:
    """What a rule is called in the trace: its name, behind the place it stands in."""
    return rule.name if rule.path is None or rule.name.startswith(f"{rule.path}/") else f"{rule.path}/{rule.name}"


def day_clock(scenario: Scenario) -> tuple[float, float]:
    """The second of the day at which a scenario starts, in the clock of its own offset, and its horizon."""
    start = parse_clock(scenario.start)
    return start.hour * 3600.0 + start.minute * 60.0 + start.second, scenario.horizon
