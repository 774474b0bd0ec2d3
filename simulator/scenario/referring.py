"""Putting full paths and full times in the place of what authors write: names in scope, patterns, bare clocks."""

import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, PlainValidator

from simulator import units
from simulator.model import component, measured, requirement, route, rule, station, stock
from simulator.model.quantities import Frozen, Pattern
from simulator.scenario.document import Document
from simulator.scenario.expanding import LEVELS, ROOMY, Space, is_glob
from simulator.scenario.findings import Findings, Loc, fact_and_remedy, nearest
from simulator.scenario.problems import quoted

M = TypeVar("M", bound=Frozen)

SERVING = ("component", "stock", "route", ROOMY)
_STATION = ("station",)
_RECORDED = ("component", "stock", ROOMY)
_FILLED = ("stock", LEVELS)
_WHAT: dict[tuple[str, ...], str] = {SERVING: "component, stock or route", _RECORDED: "component or stock", _FILLED: "stock"}
_WANTED: dict[tuple[type[BaseModel], str], tuple[str, ...]] = {
    (component.Visiting, "station"): _STATION,
    (component.Following, "component"): ("component",),
    (component.Taking, "stock"): ("stock",),
    (component.HazardOf, "without"): ("component",),
    (component.HazardOf, "driven_by"): _STATION,
    (station.Station, "behind"): _STATION,
    (stock.Stock, "each"): ("component",),
    (route.Shift, "station"): _STATION,
    (rule.Submitting, "station"): _STATION,
    (rule.Resizing, "station"): _STATION,
    (rule.Filling, "stock"): _FILLED,
    (rule.LevelBelow, "of"): ("stock",),
    (rule.Switching, "route"): ("route",),
    (rule.FailingOf, "target"): ("component",),
    (rule.Repair, "repair"): ("component",),
    (rule.Start, "start"): ("component",),
    (rule.Stop, "stop"): ("component",),
    (rule.Withdraw, "withdraw"): ("domain",),
    (rule.Readmit, "readmit"): ("domain",),
    (measured.AtStation, "station"): _STATION,
    (measured.Exceeding, "station"): _STATION,
    (measured.Slope, "station"): _STATION,
    (measured.OfServing, "of"): _RECORDED,
    (measured.OfRoute, "route"): ("route",),
}
# One of these with a pattern stands for as many of them as the pattern matches.
_MULTIPLIED = (rule.FailingOf, rule.Fail, rule.Filling, rule.Fill, rule.Down, rule.Up)
_CLOCKS = frozenset({"at", "since", "until", "around", "after"})
_ASIDE = frozenset({"path", "basis", "mechanism", "name", "summary"})
_PATTERN: PlainValidator = next(m for m in typing.get_args(Pattern) if isinstance(m, PlainValidator))
_NOTHING: Mapping[str | int, Any] = {}
_DAY_REMEDY = "Choose an earlier time or a longer horizon."


def wanted(model: type[BaseModel], field: str) -> tuple[str, ...]:
    """What a field that names something may name."""
    return _WANTED.get((model, field), SERVING)


Explain = Callable[[str, str, tuple[str, ...]], tuple[str, str] | None]
"""What to say of a name that nothing has: from it, the place where it stands and the kinds that are wanted, a fact and a remedy."""


class _Field(NamedTuple):
    name: str
    key: str
    names_paths: bool
    is_clock: bool


@cache
def _fields(model: type[BaseModel]) -> tuple[_Field, ...]:
    return tuple(
        _Field(name, f.alias or name, _holds_patterns(f.annotation, f.metadata), name in _CLOCKS)
        for name, f in model.model_fields.items()
        if name not in _ASIDE
    )


def _holds_patterns(annotation: Any, metadata: Any = ()) -> bool:
    if _PATTERN in metadata:
        return True
    arguments = typing.get_args(annotation)
    return any(_holds_patterns(a, arguments[1:]) for a in arguments if not isinstance(a, type) or typing.get_args(a))


class _Spot(NamedTuple):
    """Where something is written, and the place from which its references are looked up."""

    document: Document
    loc: Loc
    home: str
    changed: Mapping[str | int, tuple[Document, Loc]] = _NOTHING
    """What of it stands elsewhere."""

    def inside(self, step: str | int) -> "_Spot":
        document, loc = self.changed.get(step, (self.document, (*self.loc, step)))
        return _Spot(document, loc, self.home)


@dataclass(frozen=True, kw_only=True)
class Times:
    """Start and length of a run, and what clock times mean in it."""

    start: datetime
    horizon: float

    def full(self, text: str, *, end: bool = True) -> str:
        """A clock time as ISO 8601 in UTC; a duration after the start as a duration.

        ValueError outside of the run; its end counts as outside unless `end`, because nothing happens there any more.
        """
        try:
            clock: datetime | time = units.parse_clock(text)
        except ValueError as not_clock:
            try:
                seconds = units.parse_duration(text)
            except ValueError as neither:
                raise (not_clock if ":" in text else neither) from None
            if seconds > self.horizon or (seconds == self.horizon and not end):
                raise units.refusal(f"{text!r} after the start is not before the horizon", _DAY_REMEDY) from None
            return units.format_duration(seconds)
        seconds = units.resolve_clock(clock, self.start, self.horizon)
        if seconds == self.horizon and not end:
            raise units.refusal(f"{text!r} is not before the horizon", _DAY_REMEDY)
        return units.format_clock(seconds, self.start.astimezone(UTC)).replace("+00:00", "Z")

    def seconds(self, text: str) -> float:
        """Seconds after the start of a time as `full` gives it."""
        return units.resolve_clock(units.parse_clock(text), self.start, self.horizon) if "T" in text else units.parse_duration(text)


class Rewriter:
    """Rewrites the references of one element after another within one space."""

    def __init__(
        self, space: Space, times: Times, findings: Findings, outside: Callable[[str, tuple[str, ...]], bool] | None = None,
        unknown: Explain | None = None,
    ) -> None:  # fmt: skip
        self._space = space
        self._unknown = unknown
        self._times = times
        self._findings = findings
        # Of a tenant: whether a name that it does not have itself means something in the world.
        self._outside = outside

    def rewritten(
        self, element: M, document: Document, loc: Loc, home: str, changed: Mapping[str | int, tuple[Document, Loc]] = _NOTHING
    ) -> M:
        """The element with full paths and times; what cannot be resolved is told and stays. `changed` fields stand elsewhere."""
        return typing.cast("M", self._copies(element, _Spot(document, loc, home, changed))[0])

    def _copies(self, model: Any, spot: _Spot) -> list[Any]:
        updates: dict[str, Any] = {}
        several: tuple[str, list[Any]] | None = None
        model_type: type[BaseModel] = type(model)
        for field in _fields(model_type):
            value = getattr(model, field.name)
            if value is None or isinstance(value, float | bool):
                continue
            at = spot.inside(field.key)
            if isinstance(value, tuple):
                new: Any = tuple(x for i, item in enumerate(value) for x in self._each(model, field, item, at.inside(i)))
            elif isinstance(value, dict):
                new = self._keys(model, field, value, at)
            else:
                found = self._each(model, field, value, at)
                if len(found) > 1 and isinstance(model, _MULTIPLIED):
                    several = (field.name, found)
                    continue
                new = found[0] if len(found) == 1 else self._joined(model, field, found, at)
            if new != value:
                updates[field.name] = new
        copy = model.model_copy(update=updates) if updates else model
        return [copy] if several is None else [copy.model_copy(update={several[0]: one}) for one in several[1]]

    def _each(self, model: Any, field: _Field, value: Any, at: _Spot) -> list[Any]:
        if isinstance(value, BaseModel):
            return self._copies(value, at)
        if isinstance(value, tuple):
            return [tuple(x for i, item in enumerate(value) for x in self._each(model, field, item, at.inside(i)))]
        if isinstance(value, str):
            if field.names_paths:
                return self._paths(value, wanted(type(model), field.name), at)
            if field.is_clock:
                return [self._clock(value, at, end=not isinstance(model, rule.Event | rule.At))]
        return [value]

    def _joined(self, model: Any, field: _Field, found: list[Any], at: _Spot) -> Any:
        """Several in the place of one: all of them are needed, where that can be said."""
        if isinstance(model, requirement.Live | requirement.LatchingOn):
            return requirement.AllOf(all_of=tuple(found))
        if all(isinstance(one, rule.Down | rule.Up) for one in found):
            return rule.All(all=tuple(found))
        fact = f"this pattern stands for {len(found)} paths, and one is expected here"
        self._findings.add(at.document, at.loc, fact, "Write one path, or one entry for each.")
        return getattr(model, field.name)

    def _keys(self, model: Any, field: _Field, value: dict[str, Any], at: _Spot) -> dict[str, Any]:
        if not isinstance(model, requirement.Spread):
            return value
        found = {}
        for word, share in value.items():
            paths = self._paths(word, SERVING, at.inside(word))
            if len(paths) > 1:
                self._joined(model, field, paths, at.inside(word))
            found[paths[0]] = share
        return found

    def _paths(self, word: str, kinds: tuple[str, ...], at: _Spot) -> list[str]:
        found = self._space.domains.matches(word) if kinds == ("domain",) else self._space.resolve(word, at.home, kinds)
        if found or (self._outside is not None and self._outside(word, kinds)):
            return found or [word]
        if self._unknown is not None and (told := self._unknown(word, at.home, kinds)) is not None:
            self._findings.add(at.document, at.loc, *told)
            return [word]
        what = _WHAT.get(kinds) or {"domain": "zone"}.get(kinds[0], " or ".join(kinds))
        other = next((self._space.kinds[path] for path in self._space.resolve(word, at.home, tuple({*self._space.kinds.values()}))), None)
        if other is not None:
            fact = f"{quoted(word)} is a {other}, and a {what} is expected here"
            lack = {"station": "Give it a 'room', or w" if ROOMY in kinds else "W", LEVELS: "Leave out its 'each', or w"}.get(other, "W")
            remedy = f"{lack}rite the path of a {what}."
        elif is_glob(word):
            fact, remedy = f"{quoted(word)} matches no {what}", "Write a pattern that matches something, or leave it out."
        else:
            near = nearest(word, self._space.domains) if kinds == ("domain",) else self._space.nearest(word, kinds)
            fact = f"there is no {what} {quoted(word)} within reach"
            remedy = f"Did you mean {quoted(near)}?" if near else f"Add a {what} of this name, or write the path of one."
        self._findings.add(at.document, at.loc, fact, remedy)
        return [word]

    def _clock(self, text: str, at: _Spot, *, end: bool) -> str:
        try:
            return self._times.full(text, end=end)
        except ValueError as error:
            self._findings.add(at.document, at.loc, *fact_and_remedy(str(error)))
            return text
