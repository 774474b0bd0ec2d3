"""What a description's types cannot say: shares that sum to one, ends after starts, names that exist."""

import math
from collections.abc import Callable, Collection, Iterable
from typing import Any

from pydantic import BaseModel

from simulator import units
from simulator.model import basis, component, measure, measured, requirement, rule, station, stock
from simulator.model.world import Datacenter
from simulator.scenario import levels
from simulator.scenario.bounding import parts
from simulator.scenario.document import Document
from simulator.scenario.expanding import Space, kinds_of
from simulator.scenario.findings import Findings, Loc, meant
from simulator.scenario.levels import Tell
from simulator.scenario.placing import Placed
from simulator.scenario.problems import quoted
from simulator.scenario.reckoning import Quantity, alike
from simulator.scenario.referring import Times

# Shares that a person rounded still sum to one within this.
SUM_TOLERANCE = 1e-6


def registered(everything: Iterable[Placed], space: Space, findings: Findings) -> None:
    """Adds all paths to the space; two things under one path, or two rules of one name, are told."""
    seen: dict[tuple[str, str], Placed] = {}
    for one in everything:
        named = one.kind in ("rule", "event")
        key = ("name" if named else "path", one.key)
        if (first := seen.setdefault(key, one)) is not one:
            tell_twice(findings, f"{key[0]} {quoted(one.key)}", first, one)
        elif not named:
            space.add(one.key, *kinds_of(one.kind, one.element))


def tell_twice(findings: Findings, what: str, first: Placed, second: Placed) -> None:
    """A duplicate, with both its places."""
    at = first.document.mark(first.loc)
    there = f"on line {at.line}" if first.document.file == second.document.file else f"in {first.document.file}, line {at.line}"
    findings.add(second.document, second.loc, f"the {what} stands {there} already", "Keep one of the two, or give this one another name.")


def check_placed(one: Placed, element: BaseModel, findings: Findings, sources: Collection[str] | None) -> None:
    """`check_parts` of an element that stands in several files where something has changed it."""

    def tell(where: Loc, fact: str, remedy: str) -> None:
        findings.add(*one.at(where), fact, remedy)

    _check(element, one.loc, tell, sources)


def check_parts(model: BaseModel, document: Document, loc: Loc, findings: Findings, sources: Collection[str] | None) -> None:
    """Everything that can be judged within one element; `sources` are the codes that it may name, None for any."""

    def tell(where: Loc, fact: str, remedy: str) -> None:
        findings.add(document, where, fact, remedy)

    _check(model, loc, tell, sources)


def _check(model: BaseModel, loc: Loc, tell: Tell, sources: Collection[str] | None) -> None:
    for part, where in parts(model, loc):
        if (check := _CHECKS.get(type(part))) is not None:
            check(part, where, tell)
        if isinstance(part, basis.Reported) and sources is not None:
            for i, code in enumerate(part.reported):
                if code not in sources:
                    tell((*where, "reported", i), f"there is no source {quoted(code)}", meant(code, sources, "Sources are"))


def _sums_to_one(shares: Iterable[float], loc: Loc, tell: Tell, what: str) -> None:
    total = math.fsum(shares)
    if abs(total - 1) > SUM_TOLERANCE:
        tell(loc, f"the shares of {what} sum to {100 * total:.6g} %", "Make them sum to 100 %.")


def _spread(part: requirement.Spread, loc: Loc, tell: Tell) -> None:
    _sums_to_one(part.spread.values(), (*loc, "spread"), tell, "this spread")


def _at_least(part: requirement.AtLeastOf, loc: Loc, tell: Tell) -> None:
    if part.k > len(part.of):
        tell((*loc, "k"), f"at least {part.k:g} of {len(part.of)} can never serve", f"Write at most {len(part.of)}.")


def _latching(part: requirement.LatchingOn, loc: Loc, tell: Tell) -> None:
    if not isinstance(part.on, str | requirement.Spread):
        remedy = "Give the combination a component of its own that requires it live, and name that here."
        tell((*loc, "on"), "a latching requirement names one path or a spread", remedy)


def _component(part: component.Component, loc: Loc, tell: Tell) -> None:
    if part.exposure is not None:
        _sums_to_one(part.exposure.values(), (*loc, "exposure"), tell, "this exposure")
    if part.hazard_ratio != 1 and part.rides is None:
        tell((*loc, "hazard_ratio"), "only what rides something can fail more or less often than that", "Write a rate.")
    if isinstance(part.units, float) and part.serves_at_least is not None and part.serves_at_least > part.units:
        fact = f"{part.serves_at_least:g} of {part.units:g} units can never be up"
        tell((*loc, "serves_at_least"), fact, f"Write at most {part.units:g}.")


    levels.check_way(part.recovery, (*loc, "recovery"), tell)
    levels.check_way(part.provision, (*loc, "provision"), tell)


def _racing(part: component.Racing, loc: Loc, tell: Tell) -> None:
    for i, way in enumerate(part.ways):
        levels.check_way(way, (*loc, "ways", i), tell)


def _station(part: station.Station, loc: Loc, tell: Tell) -> None:
    if part.capacity == 0 or any(level.capacity == 0 for level in part.goodput):
        tell((*loc, "capacity"), "a station with a capacity of zero never finishes anything", "Write a capacity above zero.")


def _hazard(part: component.HazardOf, loc: Loc, tell: Tell) -> None:
    hours = [knot.hour for knot in part.profile]
    for i, hour in enumerate(hours):
        if hour in hours[:i]:
            where = (*loc, "profile", i, "hour")
            tell(where, "this hour stands in the profile already", "Write two hours a minute apart where the rate jumps.")
    if part.rate == 0:
        tell((*loc, "rate"), "a rate of zero means that it never happens", "Leave the hazard out, or write a rate above zero.")


def _every(part: rule.Every, loc: Loc, tell: Tell) -> None:
    if part.every.mean() == 0:
        tell((*loc, "every"), "again and again with no time between is for ever at one instant", "Write a duration above zero.")


def _rule(part: rule.Rule, loc: Loc, tell: Tell) -> None:
    if isinstance(part.when, rule.Every) and part.after.mean() > 0:
        fact = "a rule that acts again and again has no condition whose beginning it could come after"
        tell((*loc, "after"), fact, "Leave 'after' out, or put the time between two actions into 'every'.")


def _in_order(part: measure.Sequence, loc: Loc, tell: Tell) -> None:
    for i, one in enumerate(part.of):
        if measure.unit_of(one) != "clock":
            tell((*loc, "of", i), "only clock times come one after the other", "Write a measure whose value is a clock time.")


def _quotient(part: measure.Quotient, loc: Loc, tell: Tell) -> None:
    over, of = measure.unit_of(part.over), measure.unit_of(part.of)
    if over != of or of in ("clock", "holds"):
        fact = f"a ratio of {_UNITS[of]} to {_UNITS[over]} says nothing"
        tell((*loc, "over"), fact, "Write two shares, two durations or two numbers.")


_UNITS = {"clock": "a clock time", "duration": "a duration", "share": "a share", "number": "a number", "holds": "what holds or not"}


def _of_tenant(part: measured.OfTenant, loc: Loc, tell: Tell) -> None:
    if part.below is not None and part.what not in ("starts", "ends"):
        tell((*loc, "below"), f"'below' says nothing about {quoted(part.what)}", "Leave it out, or measure 'starts' or 'ends'.")


def _depth(part: measured.OfDepth, loc: Loc, tell: Tell) -> None:
    if part.at_least == 0:
        tell((*loc, "at_least"), "a share of nothing is down from the start", "Write a share above zero.")


def _assumed(part: basis.AssumedRange, loc: Loc, tell: Tell) -> None:
    try:
        low, high = (Quantity.read(end) for end in part.range)
    except ValueError:
        return
    if low.amount > high.amount or not alike(low, high):
        tell((*loc, "range"), "the range does not go from low to high", "Write its lowest and its highest value, in one kind of unit.")


_CHECKS: dict[type[Any], Callable[[Any, Loc, Tell], None]] = {
    requirement.Spread: _spread,
    requirement.AtLeastOf: _at_least,
    requirement.LatchingOn: _latching,
    component.Component: _component,
    component.HazardOf: _hazard,
    station.Station: _station,
    component.Racing: _racing,
    component.Taking: levels.check_taking,
    stock.Stock: levels.check_stock,
    rule.Every: _every,
    rule.Rule: _rule,
    rule.LevelBelow: levels.check_level_below,
    rule.Filling: levels.check_filling,
    basis.AssumedRange: _assumed,
    measure.Sequence: _in_order,
    measure.Quotient: _quotient,
    measured.OfTenant: _of_tenant,
    measured.OfDepth: _depth,
}


def check_datacenters(datacenters: Iterable[Datacenter], document: Document, loc: Loc, findings: Findings) -> bool:
    """Whether the fault domains make a world: region/zone/datacenter, each once, shares of a region summing to one."""
    regions: dict[str, list[float]] = {}
    first: dict[str, int] = {}
    good = True
    for i, datacenter in enumerate(datacenters):
        where = (*loc, "datacenters", i, "path")
        if len(datacenter.path.split("/")) != 3 or not all(datacenter.path.split("/")):
            findings.add(document, where, f"{quoted(datacenter.path)} is no datacenter", "Write region/zone/datacenter.")
            good = False
        elif datacenter.path in first:
            line = document.mark((*loc, "datacenters", first[datacenter.path])).line
            findings.add(document, where, f"the datacenter {quoted(datacenter.path)} stands on line {line} already", "Keep one of the two.")
        first.setdefault(datacenter.path, i)
        regions.setdefault(datacenter.path.split("/")[0], []).append(datacenter.share)

    def tell(where: Loc, fact: str, remedy: str) -> None:
        findings.add(document, where, fact, remedy)

    for region, shares in regions.items():
        _sums_to_one(shares, (*loc, "datacenters"), tell, f"the datacenters of {quoted(region)}")
    return good


def expected(value: object, unit: str, times: Times) -> tuple[float, object]:
    """One end of an expected interval, as a number to compare and as it is written out; ValueError if it has another unit."""
    if unit == "clock":
        if not isinstance(value, str) or ":" not in value:
            raise units.refusal("a clock time is expected here", "write for example '20:57'")
        full = times.full(value)
        return times.seconds(full), full
    if unit == "duration":
        return units.parse_duration(value), value
    if unit == "share":
        return units.parse_share(value), value
    if unit == "holds":
        if str(value).lower() not in ("true", "false"):
            raise units.refusal("whether it holds is neither a time nor a number", "write true, or leave `expect` out")
        return float(str(value).lower() == "true"), value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise units.refusal("a plain number is expected here", "write for example 0.25")
    return float(value), value
