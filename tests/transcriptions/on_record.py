"""What two readings have on record about tenants, side by side."""

from collections.abc import Iterator
from typing import Any

from simulator.model.world import Scenario, TenantRecord
from tests.transcriptions.reading import Row, Table, amount, same

TIMES = ("since", "until", "outage")


def tenants(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    """Tenants of whom the sheet tells a time are there, everything that is told of a tenant agrees, and no time is told that is not."""
    there = {_called(one): one for one in scenario.record}
    transcribed = set()
    for row in sheet.get("tenants", ()):
        own = ": ".join(row[part] for part in ("tenant", "group") if part in row)
        name = table.tenants.get(own, own)
        transcribed.add(name)
        if name not in there:
            if _timed(row):
                yield f"tenant {name}: missing"
            continue
        if row["down"] != there[name].down:
            yield f"tenant {name}: down"
        yield from (f"tenant {name}: {part}" for part in TIMES if not _agrees(part, row, there[name], scenario))
    if "tenants" in sheet:
        told = (name for name, one in there.items() if name not in transcribed and any(getattr(one, part) is not None for part in TIMES))
        yield from (f"tenant {name}: not transcribed" for name in told)


def _called(one: TenantRecord) -> str:
    return one.tenant if one.group is None else f"{one.tenant}: {one.group}"


def _timed(row: Row) -> bool:
    return any(not _in_words(row.get(part)) for part in (*TIMES, "until_between"))


def _in_words(value: Any) -> bool:
    """Not found, or 'hours': no figure."""
    return value is None or (isinstance(value, str) and not value[:1].isdigit())


def _agrees(part: str, row: Row, one: TenantRecord, scenario: Scenario) -> bool:
    mine, theirs = row.get(part), getattr(one, part)
    if part == "until" and "until_between" in row:
        end = _end_of(one, scenario)
        return end is not None and _within(row["until_between"], end, scenario)
    if _in_words(mine) or theirs is None:
        return _in_words(mine) and theirs is None
    return _within(mine if isinstance(mine, list) else [mine, mine], amount(theirs, scenario)[1], scenario)


def _end_of(one: TenantRecord, scenario: Scenario) -> float | None:
    if one.until is not None:
        return amount(one.until, scenario)[1]
    if one.since is not None and one.outage is not None:
        return amount(one.since, scenario)[1] + amount(one.outage, scenario)[1]
    return None


def _within(ends: list[Any], there: float, scenario: Scenario) -> bool:
    low, high = (None if end is None else amount(end, scenario)[1] for end in ends)
    return (low is None or low < there or same(low, there)) and (high is None or there < high or same(there, high))
