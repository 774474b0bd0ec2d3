"""Whether what needs each other can ever serve: cycles of live requirements are told as a path."""

from collections.abc import Iterable

from simulator.model.graph import CycleError, live_order, requirement_graph
from simulator.model.world import Tenant, World
from simulator.scenario.findings import Findings
from simulator.scenario.placing import Placed
from simulator.scenario.problems import quoted


def check_order(described: World | Tenant, everything: Iterable[Placed], findings: Findings) -> None:
    """Tells of everything that needs itself, and else of one cycle of live requirements, at the file's line of one of its members."""
    written = {one.key: one for one in everything if one.kind not in ("rule", "event")}
    graph = requirement_graph(described)
    selves = [path for path in graph if graph.has_edge(path, path) and path in written]
    for path in selves:
        one = written[path]
        remedy = "Write what else it needs, in full where something nearer has the same name."
        findings.add(one.document, one.loc, f"{quoted(path)} needs itself", remedy)
    if selves:
        return
    try:
        live_order(graph)
    except CycleError as error:
        at = next(written[path] for path in error.path if path in written)
        remedy = "Remove one of these requirements, or make it latching."
        findings.add(at.document, at.loc, f"these need each other at every moment: {' -> '.join(error.path)}", remedy)
