"""The order in which a tenant's nodes are settled, without those to which nothing can ever happen."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from simulator.engine.asking import Need, leaves
from simulator.engine.plan import RiderPlan, TenantNode
from simulator.model.component import Component


def always_there(components: Iterable[tuple[int, Component]], riders: Iterable[RiderPlan], acted_on: Collection[int]) -> frozenset[int]:
    """Nodes of components that ride what nothing happens to, need nothing, bound nothing, and on which no rule acts."""
    calm = {rider.node for rider in riders if all(cohort is None for zone in rider.zones for _, cohort in zone)}
    return frozenset(
        i
        for i, c in components
        if i in calm and i not in acted_on and not c.requires and c.carries is None and c.threads is None and not c.call_time
    )


def pruned(nodes: dict[int, TenantNode], sure: Collection[int]) -> dict[int, TenantNode]:
    """The nodes without needs that are always met, and without those that then nobody asks."""
    left = {i: _lighter(node, sure) for i, node in nodes.items()}
    asked = {j for node in left.values() for j in (*node.targets, *(leaves(node.need) if node.need is not None else ()))}
    return {i: node for i, node in left.items() if i not in sure or i in asked}


def _lighter(node: TenantNode, sure: Collection[int]) -> TenantNode:
    if node.need is None or node.need[0] != "all_of":
        return node
    members = tuple(m for m in node.need[1] if not (m[0] == "node" and m[1] in sure))
    if len(members) == len(node.need[1]):
        return node
    need: Need | None = members[0] if len(members) == 1 else ("all_of", members) if members else None
    return replace(node, need=need, asks=need[1] if need is not None and need[0] == "node" else -1)


def asked_by(node: TenantNode) -> list[int]:
    """The nodes that a node asks for something."""
    if node.route is not None:
        return list(node.targets)
    return [] if node.need is None else leaves(node.need)


def from_users(nodes: dict[int, TenantNode], enters: int, world: int) -> tuple[TenantNode, ...]:
    """Nodes reachable from where users come in, each before what it asks; then the rest, in order of path."""
    done: list[int] = []
    seen: set[int] = set()

    def visit(i: int) -> None:
        if i in seen or i < world:
            return
        seen.add(i)
        for j in asked_by(nodes[i]):
            visit(j)
        done.append(i)

    for i in sorted(nodes, key=lambda i: (i != enters, i), reverse=True):
        visit(i)
    return tuple(nodes[i] for i in reversed(done))
