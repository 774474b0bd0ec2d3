"""What each kind of file may say: the model's own descriptions, with what only a file has."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, Discriminator, Field, Tag, create_model

from simulator.model.basis import Mechanism, Mitigation, Number
from simulator.model.component import Component
from simulator.model.population import Population
from simulator.model.quantities import Frozen, Many, Name, OneOrMany, Pattern, Text
from simulator.model.rule import Event, Rule
from simulator.model.station import Station
from simulator.model.stock import Stock
from simulator.model.world import Scenario, Tenant, World

M = TypeVar("M", bound=BaseModel)


class Added(Frozen):
    """What comes on top of a world."""

    components: Many[Component] = Field(default=(), description="what can fail or serve")
    stations: Many[Station] = Field(default=(), description="where work waits")
    stocks: Many[Stock] = Field(default=(), description="levels")
    rules: Many[Rule] = Field(default=(), description="what reacts")


class AddedToScenario(Added):
    events: Many[Event] = Field(default=(), description="what happens")


class FileHead(Frozen):
    """What every file begins with."""

    format: Literal[1] = Field(description="version of the file format")
    sources: dict[str, Text] = Field(default={}, description="codes and addresses of the sources")
    numbers: dict[str, Number] = Field(default={}, description="named numbers; `$name` stands for the value")


def _label(text: str, other: str) -> Discriminator:
    return Discriminator(lambda value: text if isinstance(value, str) else other)


def _or_name(model: type[BaseModel]) -> Any:
    """A name, or what stands behind it written out."""
    return Annotated[Annotated[Text, Tag("name")] | Annotated[model, Tag("inline")], _label("name", "inline")]


def _set_to(value: object) -> str:
    return "number" if isinstance(value, Number) or (isinstance(value, dict) and "value" in value) else "plain"


SetTo = Annotated[Annotated[Number, Tag("number")] | Annotated[Any, Tag("plain")], Discriminator(_set_to)]


def _head(*names: str) -> dict[str, Any]:
    return {name: _definition(FileHead, name) for name in names}


def _definition(model: type[BaseModel], name: str) -> tuple[Any, Any]:
    field = model.model_fields[name]
    annotation: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return annotation, field


def _optional(model: type[BaseModel], name: str) -> tuple[Any, Any]:
    annotation, field = _definition(model, name)
    return annotation | None, Field(default=None, description=field.description)


def _derived(name: str, base: type[BaseModel], fields: dict[str, Any]) -> type[BaseModel]:
    return cast("type[BaseModel]", create_model(name, __base__=base, __module__=__name__, **fields))


def _switch(model: type[BaseModel]) -> type[BaseModel]:
    return _derived(model.__name__, model, {"add": (AddedToScenario, Field(default=AddedToScenario(), description="what comes on top"))})


def _many(model: Any) -> Any:
    return Many[model]


_REMOVE = (OneOrMany[Pattern], Field(default=(), description="paths and names of what is left out of the file it is like"))
_CHANGE: Any = (dict[str, dict[str, Any]], Field(default={}, description="by path or name: fields that get another value"))


@cache
def world_file() -> type[BaseModel]:
    return _derived("WorldFile", World, _head("format", "sources", "numbers"))


@cache
def incident_file() -> type[BaseModel]:
    fields = _head("numbers") | {
        "world": (_or_name(World), Field(description="name of the world, or the world itself")),
        "set": (dict[str, SetTo], Field(default={}, description="numbers of the world with other values")),
        "remove": (OneOrMany[Pattern], Field(default=(), description="paths and names of what the world has, and was not there")),
        "change": (
            dict[str, dict[str, Any]],
            Field(default={}, description="by path or name: fields of what the world has that were otherwise then"),
        ),
        "add": (Added, Field(default=Added(), description="what comes on top of the world")),
        "events": (Many[Event], Field(default=(), description="what happened")),
        "mechanisms": (_many(_switch(Mechanism)), Field(default=(), description="what can be switched off")),
        "mitigations": (_many(_switch(Mitigation)), Field(default=(), description="what can be switched on")),
        "probes": (_many(_or_name(Tenant)), Field(default=(), description="tenants that observations speak of")),
    }
    return _derived("IncidentFile", Scenario, fields)


_REFERENCES = {
    "application": (Name | None, Field(default=None, description="name of the application whose users it serves")),
    "like": (Name | None, Field(default=None, description="name of the architecture or tenant that it starts from")),
    "remove": _REMOVE,
    "change": _CHANGE,
    "lends": (
        dict[str, dict[str, Any]],
        Field(default={}, description="by path: fields that get another value in an architecture that serves this tenant's users"),
    ),
}


@cache
def tenant_file() -> type[BaseModel]:
    """An architecture or a tenant; what it shares with others may come from the file it is like, or from its application."""
    left_out = {name: _optional(Tenant, name) for name in ("users", "calls", "placement")}
    return _derived("TenantFile", Tenant, _head("format", "sources", "numbers") | left_out | _REFERENCES)


@cache
def application_file() -> type[BaseModel]:
    shared = {name: _optional(Tenant, name) for name in ("users", "calls")} | {"objective": _definition(Tenant, "objective")}
    named = {name: _definition(Tenant, name) for name in ("name", "summary")}
    return _derived("ApplicationFile", FileHead, named | shared)


@cache
def population_file() -> type[BaseModel]:
    return _derived("PopulationFile", Population, _head("format", "sources", "numbers"))


KINDS: dict[str, Callable[[], type[BaseModel]]] = {
    "world": world_file,
    "incident": incident_file,
    "tenant": tenant_file,
    "application": application_file,
    "population": population_file,
}
_SIGNS_OF = (
    ("world", {"datacenters"}),
    ("population", {"classes"}),
    ("incident", {"horizon", "events", "start", "observations"}),
    ("tenant", {"placement", "kind", "like", "enters", "routes", "application"}),
)


def kind_of(tree: object) -> str:
    """Which kind of file it is, by its keys."""
    keys = set(tree) if isinstance(tree, dict) else set()
    return next((kind for kind, signs in _SIGNS_OF if keys & signs), "application")
