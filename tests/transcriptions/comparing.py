"""Two readings of one fact sheet side by side: where the file of a scenario says something else than the transcription."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from simulator import units
from simulator.model.observation import Observation
from simulator.model.world import Scenario
from simulator.scenario import catalogue

Row = Mapping[str, Any]
ENDLESS = {"share": 1.0, "number": math.inf}


@dataclass(frozen=True, kw_only=True)
class Table:
    """What the keys of a transcription are called in the file of its scenario; None where it has no such thing."""

    # An event, and numbers whose durations come on top; `half NAME` is half of one.
    events: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # `NAME`, `NAME / NAME`, `TENANT: NAME`, `basis of COMPONENT`, `exposure of PROBE COMPONENT DATACENTER`,
    # `EVENT + NAME + NAME` for an instant; None where the file has no such number.
    numbers: Mapping[str, str | None] = field(default_factory=dict)
    mitigations: Mapping[str, str] = field(default_factory=dict)
    # Observations that the file turns round: the same row as the file would write it.
    restated: Mapping[str, Callable[[Row, Scenario], Row]] = field(default_factory=dict)


def read(path: Path) -> dict[str, Any]:
    tree: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tree


def amount(value: Any, scenario: Scenario) -> tuple[str, float]:
    """`number` (a share is one), `duration` in seconds, or `clock` in seconds after the start."""
    if isinstance(value, datetime):
        return "clock", (value - _start(scenario)).total_seconds()
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


def _start(scenario: Scenario) -> datetime:
    start = units.parse_clock(scenario.start)
    assert isinstance(start, datetime)
    return start


def _clock_of(scenario: Scenario) -> Callable[[str], float]:
    return lambda text: units.resolve_clock(units.parse_clock(text), _start(scenario), scenario.horizon)


def same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


# --- events --------------------------------------------------------------------------------------------------------------


def events(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    at = _instants(scenario)
    clocked = {row["key"]: row["at"] for row in sheet["inputs"] if row["kind"] == "event" and row["at"] is not None}
    for key, moment in clocked.items():
        name, *later = table.events.get(key, ("",))
        if name not in at:
            yield f"event {key}: missing"
            continue
        there = at[name] + sum(_later(n, scenario) for n in later)
        if not same(there, amount(moment, scenario)[1]):
            yield f"event {key}: instant"
    transcribed = {table.events[key][0] for key in clocked if len(table.events.get(key, ())) == 1}
    yield from (f"event {name}: not transcribed" for name in at if name not in transcribed)


def _instants(scenario: Scenario) -> dict[str, float]:
    return {e.name: amount(e.at, scenario)[1] for e in scenario.events}


def _later(name: str, scenario: Scenario) -> float:
    seconds = amount(scenario.numbers[name.removeprefix("half ")]["value"], scenario)[1]
    return seconds / 2 if name.startswith("half ") else seconds


# --- numbers -------------------------------------------------------------------------------------------------------------


def _number(name: str, scenario: Scenario) -> tuple[Any, Any]:
    """Value and range of what a table names."""
    if name.startswith("basis of "):
        basis = next(c for c in scenario.world.components if c.path == name[9:]).basis
        assert basis is not None
        return None, basis.model_dump()["assumed"]["range"]
    if name.startswith("exposure of "):
        probe, path, where = name[12:].split(" ")
        exposed = next(c for p in scenario.probes if p.name == probe for c in p.components if c.path == path).exposure
        return (exposed or {})[where], None
    if " / " in name:
        part, whole = (_plain(_number(n, scenario)[0], scenario) for n in name.split(" / "))
        return part / whole, None
    if " + " in name:
        event, *before, name = name.split(" + ")
        at = _instants(scenario)[event] + sum(_later(n, scenario) for n in before)
        value, ends = _number(name, scenario)
        return at + _plain(value, scenario), [at + _plain(end, scenario) for end in ends or ()]
    if ": " in name:
        tenant, name = name.split(": ")
        body = read(catalogue.find(tenant, "tenant"))["numbers"][name]
    else:
        body = scenario.numbers[name]
    assumed = body["basis"].get("assumed")
    return body["value"], assumed["range"] if isinstance(assumed, Mapping) else None


def numbers(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    for row in sheet["assumed"]:
        if row["key"] not in table.numbers:
            yield f"number {row['key']}: not in the table"
    for row in [*sheet["inputs"], *sheet["assumed"]]:
        name = table.numbers.get(row["key"])
        if name is None or row.get("kind") == "event":
            continue
        value, ends = _number(name, scenario)
        base = row.get("base", row.get("seconds", row.get("value", row.get("per_hour"))))
        if base is not None and value is not None and not same(_plain(base, scenario), _plain(value, scenario)):
            yield f"number {row['key']}: value"
        for end, there in zip(("low", "high"), ends or (None, None), strict=True):
            if row.get(end) is not None and (there is None or not same(_plain(row[end], scenario), _plain(there, scenario))):
                yield f"number {row['key']}: {end}"


def _plain(value: Any, scenario: Scenario) -> float:
    if isinstance(value, str) and value.endswith(("/h", "/min", "/s", "/d")):
        return units.parse_rate(value) * 3600
    return amount(value, scenario)[1]


# --- observations --------------------------------------------------------------------------------------------------------


def observations(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    met: set[str] = set()
    for one in scenario.observations:
        rows = _counterparts(one, sheet["observations"])
        found = [(row["id"], list(_compared(row, one, scenario, table))) for row in rows]
        met |= {of for of, differ in found if not differ} or {of for of, _ in found[:1]}
        yield from min((differ for _, differ in found), key=len, default=[f"{one.id}: not transcribed"])
    yield from (f"{row['id']}: missing" for row in sheet["observations"] if row["id"] not in met)


def _counterparts(one: Observation, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The row of the same id, else those of the same family: O8 beside O8a and O8b, Q2-low beside Q2. Like units where there are any."""
    family = [row for row in rows if _kin(one.id, row["id"])]
    exact = [row for row in family if row["id"] == one.id] or family
    holds = one.measure is not None and one.measure.unit == "holds"
    return [row for row in exact if (row["unit"] in ("holds", "order")) == holds] or exact


def _kin(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return longer.startswith(shorter) and not longer[len(shorter) :][:1].isdigit()


def _compared(row: Row, one: Observation, scenario: Scenario, table: Table) -> Iterator[str]:
    if one.id in table.restated:
        row = table.restated[one.id](row, scenario)
    if row["role"].replace(" ", "_") != one.role:
        yield f"{one.id}: role"
    if one.role == "not_modelled" and one.measure is None:
        return
    measured: dict[str, Any] = {}
    if one.measure is not None:
        (measured,) = one.measure.model_dump().values()
    reading = {"at": row.get("at"), "since": (row.get("window") or [None])[0], "until": (row.get("window") or [None])[-1]}
    for name, moment in reading.items():
        if moment is None:
            continue
        there = measured.get(name) or measured.get("around") if name == "at" else measured.get(name)
        if there is None or not same(amount(moment, scenario)[1], amount(there, scenario)[1]):
            yield f"{one.id}: {name}"
    yield from _intervals(row, one, scenario, measured.get("since"))


def _intervals(row: Row, one: Observation, scenario: Scenario, since: str | None) -> Iterator[str]:
    if row["unit"] in ("holds", "order"):
        if one.expect is not None and one.expect[0] is not True:
            yield f"{one.id}: unit"
        return
    if one.expect is None:
        yield f"{one.id}: unit"
        return
    ends = [row["low"], row["high"]]
    open_end = ENDLESS.get(row["unit"], scenario.horizon)
    low, high = (default if end is None else _plain(end, scenario) for end, default in zip(ends, (0.0, open_end), strict=True))
    counted_from = amount(since, scenario)[1] if since else None
    anchor = amount(row["anchor"], scenario)[1] if "anchor" in row else None
    wanted = {"clock": "clock", "seconds": "duration"}.get(row["unit"], "number")
    for name, mine, end in zip(("low", "high"), (low, high), one.expect, strict=True):
        pair = _in_one_unit((wanted, mine), amount(end, scenario), anchor, counted_from)
        if pair is None:
            yield f"{one.id}: unit"
        elif not same(*pair):
            yield f"{one.id}: {name}"
    if wanted == "duration" and None not in (anchor, counted_from) and anchor != counted_from:
        yield f"{one.id}: since"


def _in_one_unit(
    mine: tuple[str, float], theirs: tuple[str, float], anchor: float | None, counted_from: float | None
) -> tuple[float, float] | None:
    """A duration from a known instant on can stand beside a clock time; None where the two cannot be compared."""
    match mine[0], theirs[0]:
        case "clock", "duration" if counted_from is not None:
            return mine[1], theirs[1] + counted_from
        case "duration", "clock" if anchor is not None:
            return mine[1] + anchor, theirs[1]
        case a, b if a == b:
            return mine[1], theirs[1]
    return None


# --- all of it -----------------------------------------------------------------------------------------------------------


def mitigations(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    there = {m.name for m in scenario.mitigations}
    yield from (f"mitigation {row['id']}: missing" for row in sheet["mitigations"] if table.mitigations.get(row["id"]) not in there)


def differences(sheet: Row, scenario: Scenario, table: Table) -> set[str]:
    """Every point in which the two readings differ, by a short name."""
    parts = (events, numbers, observations, mitigations)
    return {found for part in parts for found in part(sheet, scenario, table)}
