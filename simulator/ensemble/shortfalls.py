"""Why an application does not serve all of its demand before anything of the scenario happens: what falls short first, in one sentence.

Its graph is walked from where users come in, always to what falls shortest, until that is so by itself and not for want of what it depends
on: too little capacity, too few threads, fewer units than its quorum, or units that are down when the simulation starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.engine.asking import leaves, served_of
from simulator.measures.curves import SLACK

if TYPE_CHECKING:
    from simulator.engine.plan import TenantNode
    from simulator.engine.run import Run
    from simulator.engine.tenants import TenantFlow

OFF = "`initially: down`"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cause:
    """What falls short, by path, and how: its state in words, for one thing and for each of several, and what depends on it."""

    paths: tuple[str, ...]
    one: str
    each: str
    user: str = ""


def reason_of(run: Run, tenant: TenantFlow, entry: int, zones: Mapping[str, str]) -> str:
    """What falls short for the users who come in at this node; `zones` maps the roles of the tenant to zones."""
    cause = _Walk(run, tenant).at(entry)
    return _sentence(cause, zones)


class _Walk:
    """From the users to what falls short, in the state in which a replication starts."""

    def __init__(self, run: Run, tenant: TenantFlow) -> None:
        self.run, self.tenant = run, tenant
        self.prefix = f"{tenant.plan.label}/"

    def path(self, i: int) -> str:
        return self.run.plan.owners[i].removeprefix(self.prefix)

    def at(self, i: int, user: str = "") -> _Cause:
        node = self.tenant.node_of.get(i)
        if node is None:
            return self._in_world(i, user)
        if node.route is not None:
            return self._of_route(node)
        return self._of_component(node, user)

    def _of_route(self, node: TenantNode) -> _Cause:
        """Of its targets that which loses most, and all others that fall short in the same way."""
        run, state = self.run, self.run.routes[node.index]
        lost = {}
        for target, weight, dead in zip(state.plan.targets, state.weights, state.dead, strict=True):
            share = weight * (1.0 - (1.0 - dead) * run.quality[target])
            if share > SLACK:
                lost[target] = share
        if not lost:
            return _Cause(paths=(self.path(node.index),), one="serves too little at the start", each="serve too little at the start")
        causes = [self.at(target) for target in sorted(lost, key=lambda t: (-lost[t], self.path(t)))]
        alike = [one for one in causes if (one.one, one.user == "") == (causes[0].one, causes[0].user == "")]
        paths = tuple(dict.fromkeys(path for one in alike for path in one.paths))
        return _Cause(paths=tuple(sorted(paths)), one=causes[0].one, each=causes[0].each, user=causes[0].user)

    def _of_component(self, node: TenantNode, user: str) -> _Cause:
        run, paths = self.run, (self.path(node.index),)
        up, offered = run.own[node.index], run.load[node.index]
        if node.quorum is not None and up * node.units < node.quorum - SLACK:
            text = f"{up * node.units:g} of {node.units:g} units up at the start, and needs {node.quorum:g}"
            return _Cause(paths=paths, one=f"has {text}", each=f"have {text.replace('needs', 'need')}", user=user)
        if up <= 0.0:
            why = OFF if run.plan.own[node.index] <= 0.0 else "what its units depend on is down"
            return _Cause(paths=paths, one=f"is down at the start ({why})", each=f"are down at the start ({why})", user=user)
        need = 1.0 if node.need is None else served_of(node.need, run.value)
        able = self.tenant._able(node, offered, up) if node.carries is not None or node.threads is not None else 1.0
        if node.need is not None and need < 1.0 - SLACK and need <= able:
            short = min(leaves(node.need), key=lambda i: (run.value[i], self.path(i)))
            return self.at(short, user=paths[0])
        if able < 1.0 - SLACK:
            return replace(self._too_small(node, offered, up), user=user)
        text = f"{_percent(up)} of its units up at the start"
        return _Cause(paths=paths, one=f"has {text}", each=f"have {text.replace('its', 'their')}", user=user)

    def _too_small(self, node: TenantNode, offered: float, up: float) -> _Cause:
        paths = (self.path(node.index),)
        if node.carries is not None and node.carries * up < offered:
            room = f"capacity for {_percent(node.carries * up)} of the demand"
            arrives = f"{_percent(offered)} arrives"
            return _Cause(paths=paths, one=f"has {room}, and {arrives}", each=f"have {room} each, and {arrives} at each")
        held = self.run.hold[node.index]
        text = f"{(node.threads or 0.0) * node.units * up:g} threads for {offered * self.tenant.plan.calls:.4g} requests per second"
        text += f" that hold one for {held:.3g} s each"
        return _Cause(paths=paths, one=f"has {text}", each=f"have {text}")

    def _in_world(self, i: int, user: str) -> _Cause:
        """From a component of the world to what it does not serve for."""
        run, seen = self.run, {i}
        while run.plan.own[i] > 0.0 and run.own[i] >= 1.0 - SLACK:
            needed = [j for j, users in enumerate(run.plan.dependents) if i in users and run.value[j] < 1.0 - SLACK and j not in seen]
            if not needed:
                break
            i = min(needed, key=lambda j: (run.value[j], run.plan.owners[j]))
            seen.add(i)
        serves = "does not serve" if run.value[i] <= 0.0 else f"serves {_percent(run.value[i])}"
        why = f" ({OFF})" if run.plan.own[i] <= 0.0 else ""
        text = f"{serves} at the start{why}"
        return _Cause(paths=(run.plan.owners[i],), one=text, each=text.replace("does", "do").replace("serves", "serve"), user=user)


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _sentence(cause: _Cause, zones: Mapping[str, str]) -> str:
    """`zone a has capacity for 75 % of the demand, and 100 % arrives (a/web)`."""
    roles = [path.partition("/")[0] for path in cause.paths]
    many = len(cause.paths) > 1
    state = cause.each if many else cause.one
    depends = f"; {cause.user} depends on {'them' if many else 'it'}" if cause.user else ""
    if all("/" in path and role in zones for path, role in zip(cause.paths, roles, strict=True)) and len(set(roles)) == len(roles):
        return f"zone{'s' if many else ''} {_listed(roles)} {state} ({', '.join(cause.paths)}){depends}"
    return f"{_listed(cause.paths)} {state}{depends}"


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
