"""Two readings of one fact sheet side by side: where the file of a scenario says something else than the transcription."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.distributions.laws import Fixed
from simulator.model.rule import Fail
from simulator.model.world import Scenario
from simulator.scenario import catalogue
from tests.transcriptions.observing import observations
from tests.transcriptions.on_record import tenants
from tests.transcriptions.reading import Row, Table, amount, plain, read, same


def events(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    at = _instants(scenario)
    clocked = {row["key"]: row["at"] for row in sheet["inputs"] if row["kind"] == "event" and row["at"] is not None}
    for key, moment in clocked.items():
        name, *later = table.events.get(key, ("",))
        if name not in at:
            yield f"event {key}: missing"
            continue
        there = at[name] + sum(_lasts(name, scenario) if n == "its length" else _later(n, scenario) for n in later)
        if not same(there, amount(moment, scenario)[1]):
            yield f"event {key}: instant"
    transcribed = {table.events[key][0] for key in clocked if len(table.events.get(key, ())) == 1}
    yield from (f"event {name}: not transcribed" for name in at if name not in transcribed)


def _instants(scenario: Scenario) -> dict[str, float]:
    return {e.name: amount(e.at, scenario)[1] for e in scenario.events}


def _later(name: str, scenario: Scenario) -> float:
    seconds = amount(scenario.numbers[name.removeprefix("half ")]["value"], scenario)[1]
    return seconds / 2 if name.startswith("half ") else seconds


def _lasts(name: str, scenario: Scenario) -> float:
    effects = next(e.do for e in scenario.events if e.name == name)
    (seconds,) = {do.fail.span.value for do in effects if isinstance(do, Fail) and isinstance(do.fail.span, Fixed)}
    return seconds


# --- numbers -------------------------------------------------------------------------------------------------------------


def _number(name: str, scenario: Scenario) -> tuple[Any, Any]:
    """Value and range of what a table names."""
    if name.startswith("interval of "):
        return None, next(o.expect for o in scenario.observations if o.id == name[12:])
    if name.startswith("basis of "):
        basis = next(c for c in scenario.world.components if c.path == name[9:]).basis
        assert basis is not None
        return None, basis.model_dump()["assumed"]["range"]
    if name.startswith("exposure of "):
        probe, path, where = name[12:].split(" ")
        exposed = next(c for p in scenario.probes if p.name == probe for c in p.components if c.path == path).exposure
        return (exposed or {})[where], None
    if " / " in name:
        part, whole = (plain(_number(n, scenario)[0], scenario) for n in name.split(" / "))
        return part / whole, None
    if " + " in name:
        event, *before, name = name.split(" + ")
        at = _instants(scenario)[event] + sum(_later(n, scenario) for n in before)
        value, ends = _number(name, scenario)
        return at + plain(value, scenario), [at + plain(end, scenario) for end in ends or ()]
    if ": " in name:
        tenant, name = name.split(": ")
        body = read(catalogue.find(tenant, "tenant"))["numbers"][name]
    else:
        body = scenario.numbers[name]
    assumed, fitted = body["basis"].get("assumed"), body["basis"].get("fitted")
    if fitted is not None:
        return body["value"], fitted["between"]
    return body["value"], assumed["range"] if isinstance(assumed, Mapping) else None


def numbers(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    for row in sheet["assumed"]:
        if row["key"] not in table.numbers:
            yield f"number {row['key']}: not in the table"
    for row in [*sheet["inputs"], *sheet["assumed"]]:
        name = table.numbers.get(row["key"])
        if name is None or row.get("kind") == "event":
            continue
        try:
            value, ends = _number(name, scenario)
        except (KeyError, StopIteration):
            yield f"number {row['key']}: missing"
            continue
        base = row.get("base", row.get("seconds", row.get("value", row.get("per_hour"))))
        if base is not None and value is not None and not same(plain(base, scenario), plain(value, scenario)):
            yield f"number {row['key']}: value"
        for end, there in zip(("low", "high"), ends or (None, None), strict=True):
            if row.get(end) is not None and (there is None or not same(plain(row[end], scenario), plain(there, scenario))):
                yield f"number {row['key']}: {end}"


# --- all of it -----------------------------------------------------------------------------------------------------------


def mitigations(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    there = {m.name for m in scenario.mitigations}
    yield from (f"mitigation {row['id']}: missing" for row in sheet["mitigations"] if table.mitigations.get(row["id"]) not in there)


def window(sheet: Row, scenario: Scenario) -> Iterator[str]:
    """The simulated time begins early enough and ends late enough."""
    if "start" in sheet and amount(sheet["start"]["no_later_than"], scenario)[1] < 0:
        yield "start: too late"
    if "horizon" in sheet and amount(sheet["horizon"]["no_earlier_than"], scenario)[1] > scenario.horizon:
        yield "horizon: too early"


def differences(sheet: Row, scenario: Scenario, table: Table) -> set[str]:
    """Every point in which the two readings differ, by a short name."""
    parts = (events, numbers, observations, mitigations, tenants)
    return {*window(sheet, scenario), *(found for part in parts for found in part(sheet, scenario, table))}
