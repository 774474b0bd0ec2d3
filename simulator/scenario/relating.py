"""What only several elements together can get wrong: units of one quantity in two places, stations that wait for each other."""

from collections.abc import Iterable, Sequence
from typing import Any

from simulator.model import rule
from simulator.model.station import Station
from simulator.model.stock import Stock
from simulator.scenario import levels
from simulator.scenario.bounding import parts
from simulator.scenario.findings import Findings, Loc
from simulator.scenario.placing import Placed
from simulator.scenario.problems import quoted


def check_related(placed: Sequence[tuple[Placed, Any]], findings: Findings) -> None:
    """Every element beside the others; each as it was placed, and with its references followed."""
    _check_behind([(one, element) for one, element in placed if isinstance(element, Station)], findings)
    kinds = {element.path: _kind(element.capacity) for _, element in placed if isinstance(element, Stock)}
    for one, element in placed:
        for stock, value, where in _levels(element, one):
            mine, kind = _kind(value), kinds.get(stock)
            if mine is not None and kind is not None and mine != kind:
                fact = f"the stock {quoted(stock)} is measured in {kind}, and this in {mine}"
                findings.add(*one.at(where), fact, "Write it in the unit of its capacity.")


def _levels(element: Any, one: Placed) -> Iterable[tuple[str, object, Loc]]:
    """(stock, amount, place) of whatever speaks of a stock's level."""
    effects = getattr(element, "do", ())
    # What one effect with a pattern stands for is several: then which of them it was cannot be told any more.
    known = len(effects) == len(getattr(one.element, "do", ()))
    for i, effect in enumerate(effects):
        if isinstance(effect, rule.Fill):
            yield effect.fill.stock, effect.fill.by, (*one.loc, "do", *((i, "fill", "by") if known else ()))
    for part, where in parts(element, one.loc):
        if isinstance(part, rule.LevelBelow):
            yield part.of, part.level, (*where, "level")


def _kind(value: object) -> str | None:
    try:
        return "time" if levels.read(value).time else "plain numbers"
    except ValueError:
        return None


def _check_behind(stations: Sequence[tuple[Placed, Station]], findings: Findings) -> None:
    behind = {element.path: element.behind for _, element in stations if element.behind is not None}
    told: set[str] = set()
    for one, element in stations:
        way = [element.path]
        while (further := behind.get(way[-1])) is not None and further not in way:
            way.append(further)
        if further != element.path or element.path in told:
            continue
        told.update(way)
        fact = f"these stations stand behind each other: {' -> '.join((*way, further))}"
        if len(way) == 1:
            fact = f"the station {quoted(further)} stands behind itself"
        findings.add(*one.at((*one.loc, "behind")), fact, "Name a station that is served before it, or leave it out.")
