"""The observations of two readings side by side."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.model.observation import Observation
from simulator.model.world import Scenario
from tests.transcriptions.reading import Row, Table, amount, plain, same

ENDLESS = {"share": 1.0, "number": math.inf}
FREE = {"fitted", "emergent", "control"}


def observations(sheet: Row, scenario: Scenario, table: Table) -> Iterator[str]:
    met: set[str] = set()
    for one in scenario.observations:
        rows = _counterparts(one, table.ids.get(one.id, one.id), sheet["observations"])
        if not rows:
            yield f"{one.id}: not transcribed"
            continue
        found = [(list(_compared(row, one, scenario, table)), row["id"]) for row in rows]
        met |= {of for differ, of in found if not differ}
        nearest, of = min(found, key=lambda pair: len(pair[0]))
        met.add(of)
        yield from nearest
    yield from (f"{row['id']}: missing" for row in sheet["observations"] if row["id"] not in met)


def _counterparts(one: Observation, called: str | None, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The row of the same id, else those of the same family: O8 beside O8a and O8b, Q2-low beside Q2. Like units where there are any."""
    family = [row for row in rows if called is not None and _kin(called, row["id"])]
    exact = [row for row in family if row["id"] == called] or family
    holds = one.measure is not None and one.measure.unit == "holds"
    return [row for row in exact if (row["unit"] in ("holds", "order")) == holds] or exact


def _kin(a: str, b: str) -> bool:
    shorter, longer = sorted((a, b), key=len)
    return longer.startswith(shorter) and not longer[len(shorter) :][:1].isdigit()


def _compared(row: Row, one: Observation, scenario: Scenario, table: Table) -> Iterator[str]:
    if one.id in table.restated:
        row = table.restated[one.id](row, scenario)
    if one.role not in (FREE if row["role"] == "free" else {row["role"].replace(" ", "_")}):
        yield f"{one.id}: role"
    if one.role == "not_modelled" and one.measure is None:
        return
    measured: dict[str, Any] = {}
    if one.measure is not None:
        (measured,) = one.measure.model_dump().values()
    first, last = row.get("window") or (None, None)
    for name, moment in {"at": row.get("at"), "since": first, "until": row.get("until", last)}.items():
        there = _instant(measured, name, scenario)
        if moment is not None and (there is None or not same(amount(moment, scenario)[1], there)):
            yield f"{one.id}: {name}"
    if "slack_seconds" in row and not same(row["slack_seconds"], amount(measured.get("slack", 0), scenario)[1]):
        yield f"{one.id}: slack"
    yield from _intervals(row, one, scenario, measured.get("since"))


def _instant(measured: Mapping[str, Any], name: str, scenario: Scenario) -> float | None:
    """When it is read; a quotient from the earlier beginning of its two measures on, and up to the later end."""
    parts = [part for part in (measured.get("of"), measured.get("over")) if isinstance(part, Mapping)]
    inner = [_instant(next(iter(part.values())), name, scenario) for part in parts]
    own = measured.get(name) or (measured.get("around") if name == "at" else None)
    found = [amount(own, scenario)[1]] if own else [at for at in inner if at is not None]
    return (min if name == "since" else max)(found, default=None)


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
    low, high = (default if end is None else plain(end, scenario) for end, default in zip(ends, (0.0, open_end), strict=True))
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
