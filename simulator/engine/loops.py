"""Where a tenant's flow feeds back on itself: what of its last state the next pass reads. Worked out once, with the plan.

Retries make load out of the share of their targets' calls that is answered, any-of out of what its members serve; threads are
occupied for as long as a call is held. Nothing else of a state is read before it is worked out anew, so without these one pass is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.engine.asking import Need, leaves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.plan import TenantNode


@dataclass(kw_only=True, frozen=True)
class Loop:
    """What feeds back in one tenant."""

    nodes: tuple[int, ...]
    """Those whose quality counts, from index `qualities` on those whose served share does, from `times` on those whose hold does."""
    qualities: int
    times: int
    bounded: tuple[TenantNode, ...]
    """Components with a capacity or with threads."""
    served: tuple[int, ...]
    """Where users come in."""
    monotone: bool
    """Whether a better state always gives a better image."""


def loop_of(nodes: Sequence[TenantNode], served: Sequence[int]) -> Loop:
    """What feeds back among these nodes of a tenant, whose users come in at some of them.

    The more is served, the fewer calls are tried again or elsewhere, the smaller are all loads, the more is served: that is monotone. It
    is not where threads wait for calls whose time hangs on what is served: the longer they wait, the less they hand on.
    """
    own = {node.index for node in nodes}
    retried = {target for node in nodes if node.route is not None and node.route.retries for target in node.targets}
    doubted = {i for node in nodes if node.need is not None for i in _alternatives(node.need)}
    slow = sorted(node.index for node in nodes if node.threads is not None)
    qualities, values = sorted(retried & own), sorted(doubted & own)
    return Loop(
        nodes=(*qualities, *values, *slow), qualities=len(qualities), times=len(qualities) + len(values),
        bounded=tuple(node for node in nodes if node.carries is not None or node.threads is not None),
        served=tuple(dict.fromkeys(served)), monotone=not any(_varies(nodes, i) for i in slow),
    )  # fmt: skip


def _alternatives(need: Need) -> list[int]:
    """The nodes whose answers decide who else is asked."""
    if need[0] == "any_of":
        return [i for member in need[1] for i in leaves(member)]
    if need[0] in {"node", "spread"}:
        return []
    return [i for member in need[-1] for i in _alternatives(member)]


def _varies(nodes: Sequence[TenantNode], start: int) -> bool:
    """Whether how long a call is held at a node hangs on what is served below it."""
    by_index = {node.index: node for node in nodes}
    ahead, seen = [start], {start}
    while ahead:
        node = by_index.get(ahead.pop())
        if node is None:
            continue
        if (node.route is not None and node.route.retries) or (node.need is not None and _alternatives(node.need)):
            return True
        for i in (*node.targets, *(leaves(node.need) if node.need is not None else ())):
            if i not in seen:
                seen.add(i)
                ahead.append(i)
    return False
