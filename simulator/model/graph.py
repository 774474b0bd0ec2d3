"""Who needs whom: the dependency graph of a world or of a tenant."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simulator.model.component import Component, Hazard
from simulator.model.quantities import tag_of
from simulator.model.requirement import AllOf, AnyOf, AtLeast, Every, Latching, Spread
from simulator.model.world import Tenant, World

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.DiGraph[str]

# Where one thing needs another in several ways, the strongest is kept.
_STRENGTH = {"condition": 0, "stage": 1, "latching": 2, "live": 3}


class CycleError(ValueError):
    """Components that need each other live: none could ever serve first. `path` begins and ends with the same one."""

    def __init__(self, path: list[str]) -> None:
        self.path = path
        super().__init__(f"these need each other at every moment: {' -> '.join(path)}")


def needed(need: Any) -> Iterator[str]:
    """The paths that a need names, in order."""
    if isinstance(need, str):
        yield need
    elif isinstance(need, AllOf | AnyOf):
        for one in need.all_of if isinstance(need, AllOf) else need.any_of:
            yield from needed(one)
    elif isinstance(need, AtLeast):
        for one in need.at_least.of:
            yield from needed(one)
    elif isinstance(need, Every):
        yield need.every.of
    elif isinstance(need, Spread):
        yield from need.spread


def asked(condition: Any) -> Iterator[str]:
    """The paths whose state a condition asks for, in order; an instant asks for none."""
    tag = tag_of(condition) or next(iter(type(condition).model_fields))
    body = getattr(condition, next(iter(type(condition).model_fields)))
    if tag in {"all", "any"}:
        for one in body:
            yield from asked(one)
    elif tag == "not":
        yield from asked(body)
    elif tag not in {"at", "every"}:
        yield body if isinstance(body, str) else body.of


def _edges(element: Any) -> Iterator[tuple[str, str]]:
    """What one component, station, stock or route needs, with the way it needs it."""
    for flow in getattr(element, "flows", ()):
        during = getattr(flow, next(iter(type(flow).model_fields))).during
        if during is not None:
            yield from ((path, "condition") for path in asked(during) if path != element.path)
    for requirement in getattr(element, "requires", ()):
        if isinstance(requirement, Latching):
            yield from ((path, "latching") for path in needed(requirement.latching.on))
        else:
            yield from ((path, "live") for path in needed(requirement.live))
    for target in getattr(element, "targets", ()):
        yield target, "live"
    if getattr(element, "shift", None) is not None and element.shift.station is not None:
        yield element.shift.station, "stage"
    if getattr(element, "behind", None) is not None:
        yield element.behind, "stage"
    if isinstance(element, Component):
        if isinstance(element.failure, Hazard):
            hazard = element.failure.hazard
            yield from ((path, "latching") for path in (hazard.without, hazard.driven_by) if path is not None)
            if hazard.during is not None:
                yield from ((path, "condition") for path in asked(hazard.during) if path != element.path)
        for stage in (*element.recovery, *element.provision):
            yield from ((path, "stage") for path in _visited(stage))


def _visited(stage: Any) -> Iterator[str]:
    """What one stage of a way back needs, with all ways of those that race."""
    step = getattr(stage, next(iter(type(stage).model_fields)))
    for field in ("station", "up", "component", "stock"):
        if isinstance(path := getattr(step, field, None), str):
            yield path
    for way in getattr(step, "ways", ()):
        for inner in way:
            yield from _visited(inner)


def requirement_graph(described: World | Tenant) -> "Graph":
    """Component, stock, station or route -> what it needs; `kind` of an edge is live, latching, stage or condition. Frozen.

    A tenant's nodes that it does not have itself are the world's, by the names that the tenant gives them.
    """
    import networkx as nx

    graph: Graph = nx.DiGraph()
    elements: list[Any] = [*described.components, *described.stations]
    elements += described.routes if isinstance(described, Tenant) else described.stocks
    graph.add_nodes_from(element.path for element in elements)
    for element in elements:
        for path, kind in _edges(element):
            _strengthen(graph, element.path, path, kind)
        # A level of each batch stands at the stock, and is what the component hangs on.
        if getattr(element, "each", None) is not None:
            _strengthen(graph, element.each, element.path, "latching")
    frozen: Graph = nx.freeze(graph)
    return frozen


def _strengthen(graph: "Graph", user: str, on: str, kind: str) -> None:
    known: Any = graph.get_edge_data(user, on)
    if known is None or _STRENGTH[kind] > _STRENGTH[known["kind"]]:
        graph.add_edge(user, on, kind=kind)


def live_order(graph: "Graph") -> list[str]:
    """All nodes, each after everything it needs live; CycleError where that cannot be. The order does not hang on the file's."""
    import networkx as nx

    live: Graph = nx.DiGraph()
    live.add_nodes_from(graph)
    live.add_edges_from((b, a) for a, b in graph.edges if graph.edges[a, b]["kind"] == "live")
    try:
        return list(nx.lexicographical_topological_sort(live))
    except nx.NetworkXUnfeasible:
        cycle = [b for _, b in nx.find_cycle(live)][::-1]
        first = cycle.index(min(cycle))
        path = cycle[first:] + cycle[:first]
        raise CycleError([*path, path[0]]) from None
