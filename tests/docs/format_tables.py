"""The tables of scenarios/README.md, from the descriptions that files are judged by.

`python -m tests.docs.format_tables` rewrites the part of that file between the two markers.
"""

import re
import types
import typing
from pathlib import Path
from typing import Any, Literal

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulator import distributions, units
from simulator.model import basis, component, measure, observation, population, quantities, requirement, route, rule, station, stock, world
from simulator.scenario import files

GUIDE = Path(__file__).resolve().parents[2] / "scenarios" / "README.md"
BEGIN = "<!-- fields: written by `python -m tests.docs.format_tables` -->"
END = "<!-- end of fields -->"


def _member(model: type[BaseModel], name: str) -> Any:
    """What a field of a file lists."""
    return typing.get_args(model.model_fields[name].annotation)[0]


_HEADINGS: dict[str, list[tuple[str, type[BaseModel] | Any]]] = {
    "The five kinds of file": [
        ("Incident file", files.incident_file()),
        ("World file", files.world_file()),
        ("Architecture or tenant file", files.tenant_file()),
        ("Application file", files.application_file()),
        ("Population file", files.population_file()),
    ],
    "Numbers and where they come from": [
        ("Number", basis.Number),
        ("Basis", basis.Basis),
        ("Range", basis.AssumedRange),
        ("Fit", basis.FittedTo),
    ],
    "What stands in a world or a tenant": [
        ("Datacenter", world.Datacenter),
        ("Component", component.Component),
        ("Units over a region", component.PerDatacenter),
        ("Requirement", requirement.Requirement),
        ("Need", requirement.Need),
        ("Stage", component.Stage),
        ("Every stage", component.Step),
        ("Failure", component.Failure),
        ("Knot of a profile", component.Knot),
        ("Station", station.Station),
        ("Discipline", station.Discipline),
        ("Step of goodput", station.Level),
        ("Patience", station.Patience),
        ("Stock", stock.Stock),
        ("Flow", stock.Flow),
        ("Route", route.Route),
        ("Health check", route.HealthCheck),
        ("Fail-safe", route.FailSafe),
        ("Shift", route.Shift),
        ("Role group", world.RoleGroup),
        ("Group of users", world.UserGroup),
    ],
    "What stands in a population": [
        ("Class of tenants", population.TenantClass),
        ("Zones used", population.ZonesUsed),
        ("What a tenant has", population.Held),
        ("Leaving an address", population.Leaving),
        ("Launching", population.Launching),
    ],
    "What happens": [
        ("Event", rule.Event),
        ("Rule", rule.Rule),
        ("Condition", rule.Condition),
        ("State", rule.State),
        ("Effect", rule.Effect),
    ],
    "What can be switched": [
        ("Mechanism", _member(files.incident_file(), "mechanisms")),
        ("Mitigation", _member(files.incident_file(), "mitigations")),
        ("What comes on top", files.AddedToScenario),
    ],
    "What is on record": [
        ("Observation", observation.Observation),
        ("Measure", measure.Measure),
        ("What is on record of a tenant", world.TenantRecord),
    ],
}
_SECTION_OF = {model.__name__: section for members in _HEADINGS.values() for section, model in members if isinstance(model, type)}
_SECTION_OF |= {
    "World": "World file", "Tenant": "Architecture or tenant file", "Population": "Population file", "Added": "What comes on top",
}  # fmt: skip

_WORDS: dict[int, str] = {}
for _alias, _word in {
    "Duration": "duration",
    "Share": "share",
    "Rate": "rate",
    "Count": "number",
    "TimeOfDay": "time of day",
    "Delay": "[law](#laws) of durations",
    "CountLaw": "[law](#laws) of numbers",
    "Name": "name",
    "Pattern": "path or pattern",
    "Text": "text",
}.items():
    for _piece in typing.get_args(getattr(quantities, _alias))[1:]:
        _WORDS.setdefault(id(_piece), _word)

# What a type does not say by itself: texts that are clock times or paths, and what is judged only after it was read.
_CLOCKS = {"at", "since", "until", "around", "start"}
_PATHS = {"path", "region", "fixed", "hit_zones"}
_SPECIAL = {
    "world": "name, or [the world itself](#world-file)",
    "probes": "list of names, or of [tenants](#architecture-or-tenant-file) themselves",
    "change": "mapping from paths or names to mappings of fields",
    "lends": "mapping from paths to mappings of fields",
    "set": "mapping from names to quantities, or to [numbers](#number)",
    "given": "mapping from names to quantities",
    "measure": "[measure](#measure)",
    "relative.of": "[measure](#measure)",
    "against.of": "[measure](#measure)",
    "against.over": "[measure](#measure)",
    "instead": "mapping from names of tenants to names of files",
    "value": "quantity, or arithmetic",
}

_PLAIN = {bool: "true or false", float: "number, of either sign", int: "whole number", str: "text", Any: "quantity"}
_SHOWN = {"duration": units.format_duration, "share": units.format_share, "rate": units.format_rate}
_BOUNDS = {Gt: ("above", "gt"), Ge: ("at least", "ge"), Lt: ("below", "lt"), Le: ("at most", "le")}


def anchor(heading: str) -> str:
    """How GitHub links to a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _section(model: type[BaseModel]) -> str | None:
    return _SECTION_OF.get(model.__name__)


def _members(annotation: Any) -> list[type[BaseModel]]:
    """The models of a union of tagged mappings, each with one field; plain texts among them left out."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    found = [typing.get_args(one)[0] for one in typing.get_args(annotation) if typing.get_origin(one) is typing.Annotated]
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]


_UNION_OF = {frozenset(m.__name__ for m in _members(u)): s for g in _HEADINGS.values() for s, u in g if not isinstance(u, type)}


def words(annotation: Any) -> str:
    """A type, in words."""
    if isinstance(annotation, typing.ForwardRef | str):
        return {"Need": f"[need](#{anchor('Need')})", "State": f"[state](#{anchor('State')})"}[
            annotation if isinstance(annotation, str) else annotation.__forward_arg__
        ]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _annotated(arguments)
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in arguments)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(dict.fromkeys(words(one) for one in arguments if one is not type(None)))
    if origin is tuple:
        inner = [one for one in arguments if one is not Ellipsis]
        return f"list of {words(inner[0])}" if Ellipsis in arguments else f"list of two: {words(inner[0])}"
    if origin is dict:
        return f"mapping from names to {words(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        section = _section(annotation)
        return f"[{section.lower()}](#{anchor(section)})" if section else "mapping"
    return _PLAIN[annotation]


def _annotated(arguments: tuple[Any, ...]) -> str:
    inner, *metadata = arguments
    for piece in metadata:
        if id(piece) in _WORDS:
            return _WORDS[id(piece)]
    union = _UNION_OF.get(frozenset(m.__name__ for m in _members(inner)))
    if union is not None:
        return f"[{union.lower()}](#{anchor(union)})"
    if any(piece.__class__.__name__ == "BeforeValidator" for piece in metadata):
        return f"{words(typing.get_args(inner)[0])}, or a list of them"
    return words(inner)


def field_words(field: FieldInfo, name: str) -> str:
    """The type of a field in words, with its bounds."""
    if name in _SPECIAL:
        return _SPECIAL[name]
    pieces = tuple(piece for piece in field.metadata if piece is not None)
    text = words(typing.Annotated[(field.annotation, *pieces)]) if pieces else words(field.annotation)
    bounds = [f"{word} {getattr(piece, name):,}" for piece in pieces for kind, (word, name) in _BOUNDS.items() if isinstance(piece, kind)]
    if any(isinstance(piece, MinLen) and piece.min_length == 1 for piece in pieces):
        bounds.append("not empty")
    if any(isinstance(piece, MinLen) and piece.min_length == 2 for piece in pieces):
        two = "two" if any(isinstance(piece, MaxLen) for piece in pieces) else "at least two"
        text = text.replace("list of", f"list of {two}:", 1)
    last = name.rpartition(".")[2]
    text = "clock time" if text == "text" and last in _CLOCKS else text
    text = re.sub("^name", "path", text) if last in _PATHS else text
    patterns = [p.pattern for p in pieces if isinstance(getattr(p, "pattern", None), str)]
    if patterns:
        return " or ".join(f"`{one}`" for one in patterns[0].split("|"))
    return ", ".join([text, *bounds])


def _default(field: FieldInfo, text: str) -> str:
    value = field.default
    if field.is_required():
        return "**required**"
    if isinstance(value, distributions.Fixed):
        return f"`{units.format_duration(value.value)}`"
    if value is None or value in ((), {}) or isinstance(value, BaseModel):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    for word, shown in _SHOWN.items():
        if text.startswith(word):
            return f"`{shown(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _row(name: str, field: FieldInfo) -> str:
    text = field_words(field, name)
    return f"| `{name}` | {text} | {_default(field, text)} | {_cell(field.description or '')} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _rows(model: type[BaseModel], before: str = "", without: type[BaseModel] = BaseModel) -> list[str]:
    """A row for each field, those that every file begins with first."""
    fields = {name: field for name, field in model.model_fields.items() if name not in without.model_fields}
    first = {name: fields[name] for name in ("format", "name", "summary") if name in fields and "name" in fields}
    return [_row(before + (field.alias or name), field) for name, field in (first | fields).items()]


def _tagged(member: type[BaseModel]) -> list[str]:
    """One choice of a union: its key, and below it the fields of the mapping behind it."""
    ((name, field),) = member.model_fields.items()
    key, inner = field.alias or name, field.annotation
    if isinstance(inner, type) and issubclass(inner, BaseModel) and _section(inner) is None:
        meaning = field.description or (inner.__doc__ or "").strip().rstrip(".") or _MEANS.get(key, "")
        gives = f"; gives {_GIVES[member.unit]}" if hasattr(member, "unit") else ""
        head = f"| **`{key}`** | mapping{'' if inner.model_fields else ', empty: `{}`'} | | {meaning}{gives} |"
        return [head, *_rows(inner, f"{key}.", component.Step if issubclass(inner, component.Step) else BaseModel)]
    text = field_words(field, key)
    return [f"| **`{key}`** | {text} | | {_cell(field.description or _MEANS.get(key, ''))} |"]


_GIVES = {"clock": "a clock time", "duration": "a duration", "share": "a share", "number": "a number", "holds": "whether it holds"}


_MEANS = {
    "served_below": "a component or route serves too little",
    "level_below": "a stock is low",
    "all": "all of these hold",
    "any": "at least one of these holds",
    "fail": "a fault: units go down until it is repaired",
    "submit": "work arrives at a station",
    "switch": "a route leads elsewhere",
    "set_capacity": "a station works faster or slower",
    "assumed": "nobody says: a range, and why",
    "fitted": "tuned to one observation; `azsim fidelity --refit` finds it again",
}
_TAGGED_HEAD = "Exactly one of the keys in bold.\n\n| key | takes | default | meaning |\n|---|---|---|---|"


def _table(section: str, model: Any) -> str:
    """One heading with its table."""
    if not isinstance(model, type):
        rows = [row for member in _members(model) for row in _tagged(member)]
        plain = "A path, or exactly one of the keys in bold" if section == "Need" else "Exactly one of the keys in bold"
        return f"#### {section}\n\n{_TAGGED_HEAD.replace('Exactly one of the keys in bold', plain)}\n" + "\n".join(rows)
    about = " ".join((model.__doc__ or "").split()) if model.__module__.startswith("simulator.model") else ""
    head = f"#### {section}\n\n" + (f"{about}\n\n" if about else "")
    return f"{head}| field | type | default | meaning |\n|---|---|---|---|\n" + "\n".join(_rows(model))


def described() -> set[str]:
    """Names of the models that have a table or stand in one."""
    names = {m.__name__ for members in _HEADINGS.values() for _, m in members if isinstance(m, type)}
    for members in _HEADINGS.values():
        for member in (one for _, union in members if not isinstance(union, type) for one in _members(union)):
            names.add(member.__name__)
            names |= {f.annotation.__name__ for f in member.model_fields.values() if isinstance(f.annotation, type)}
    return names


def tables() -> str:
    """All of them, under their headings."""
    groups = []
    for heading, members in _HEADINGS.items():
        groups.append("\n\n".join([f"### {heading}", *(_table(section, model) for section, model in members)]))
    return "\n\n".join(groups)


def with_tables(guide: str) -> str:
    """The guide with the tables as they have to be."""
    before, rest = guide.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}"


if __name__ == "__main__":
    GUIDE.write_text(with_tables(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
