"""How a tenant is served: the load goes from the users to the leaves, the served share comes back, until both agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.need import at_least
from simulator.engine.plan import TenantNode, TenantPlan

if TYPE_CHECKING:
    from simulator.engine.routes import RouteState
    from simulator.engine.run import Run

_MOST_PASSES = 100
_CLOSE = 1e-10


class TenantFlow:
    """One tenant in one placement, in one replication.

    `load[i]` is the share of all demand that is offered to node i, `quality[i]` the share of the calls reaching a live unit of it
    that are answered well, `hold[i]` the mean time in seconds that such a call is held.
    """

    __slots__ = (
        "_ageing", "_routes", "_touched", "_watched", "curve", "hold", "load", "node_of", "plan", "quality", "rank", "run", "served",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: TenantPlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self.node_of: dict[int, TenantNode] = {n.index: n for n in plan.nodes}
        self.load: dict[int, float] = dict.fromkeys(self.node_of, 0.0)
        self.hold: dict[int, float] = dict.fromkeys(self.node_of, 0.0)
        self.quality: dict[int, float] = dict.fromkeys(self.node_of, 1.0)
        self.served = 1.0
        self.curve: list[tuple[float, float]] = []
        self._routes: list[RouteState] = []
        self._touched: dict[int, int] = {}
        self._watched: dict[int, tuple[float, float]] = {}
        self._ageing: dict[int, bool] = {}

    def begin(self, routes: list[RouteState], ageing: list[int]) -> None:
        """Settle for the first time, before anything has happened."""
        self._routes = routes
        self._ageing = dict.fromkeys(ageing, False)
        self.settle(-1)
        self.curve = [(0.0, self.served)]

    def watch(self, node: int) -> None:
        """Somebody's condition reads this node."""
        self._watched[node] = (self.run.value[node], self.run.own[node])

    def units_of(self, node: int) -> float:
        return self.run.plan.units.get(self.run.plan.owners[node], 1.0)

    def touched(self, node: int, cause: int) -> None:
        """The units of one of its components changed."""
        self._touched.setdefault(node, cause)

    def settle(self, cause: int) -> None:
        """Find the loads and served shares that agree with each other, starting from the last ones."""
        run = self.run
        for node, why in self._touched.items():
            for route in self._routes:
                if node in route.plan.targets:
                    route.target_changed(route.plan.targets.index(node), why)
        self._touched.clear()
        for route in self._routes:
            route.weigh()
        nodes = self.plan.nodes
        for n in range(_MOST_PASSES):
            self._send(nodes)
            if self._answer(nodes, 1.0 if n < _MOST_PASSES // 2 else 0.5) < _CLOSE:
                break
        served = run.value[self.plan.enters]
        if abs(served - self.served) > _CLOSE:
            now = run.agenda.now
            self.served = served
            run.trace.add(now, "served", self.plan.label, served, cause)
            if self.curve and self.curve[-1][0] == now:
                self.curve.pop()
            self.curve.append((now, served))
        self._tell(cause)

    def _tell(self, cause: int) -> None:
        for route in self._routes:
            route.look_at_targets(cause)
        run = self.run
        for i in [i for i in run.waiting if i in self.node_of and run.own[i] >= 1.0]:
            run.release(i, cause)
        for i, seen in self._watched.items():
            now = (run.value[i], run.own[i])
            if now != seen:
                self._watched[i] = now
                for watcher in run.watchers.get(i, ()):
                    run.react(watcher, cause, i)
        for i, used in self._ageing.items():
            if (self.load[i] > 0.0) != used:
                self._ageing[i] = not used
                for cohort in run.cohorts_of[i]:
                    if used:
                        cohort.stop_ageing()
                    else:
                        cohort.start_ageing()

    # -- forward: load ------------------------------------------------------------------------------------------------------------

    def _send(self, nodes: tuple[TenantNode, ...]) -> None:
        load = self.load
        for i in load:
            load[i] = 0.0
        load[self.plan.enters] = 1.0
        for node in nodes:
            offered = load[node.index]
            if offered <= 0.0:
                continue
            if node.route is not None:
                self._spread(node, offered)
            elif node.need is not None:
                self._ask(node.need, offered * self._able(node, offered))

    def _spread(self, node: TenantNode, offered: float) -> None:
        state, route = self.run.routes[node.index], node.route
        assert route is not None
        alive = sum(w * (1.0 - d) for w, d in zip(state.weights, state.dead, strict=True))
        again = 1.0
        if route.single_address < 1.0 and route.spread == "by_target" and alive > 0.0:
            again = route.single_address + (1.0 - route.single_address) / alive
        if route.retries > 0:
            failed = 1.0 - min(1.0, self.run.value[node.index])
            first = 1.0 - self._once(node)
            again *= sum(first**k for k in range(int(route.retries) + 1)) if failed < 1.0 or first < 1.0 else 1.0 + route.retries
        for t, target in enumerate(node.targets):
            _, part = state.reach(t)
            if part > 0.0 and target in self.load:
                self.load[target] += offered * part * again

    def _ask(self, need: Any, amount: float) -> None:
        kind = need[0]
        if kind == "node":
            if need[1] in self.load:
                self.load[need[1]] += amount
        elif kind == "any_of":
            for member in need[1]:
                self._ask(member, amount)
                amount *= 1.0 - self._served(member)
                if amount <= 0.0:
                    return
        elif kind == "spread":
            for member, share in need[1]:
                self._ask(member, amount * share)
        else:
            for member in need[-1]:
                self._ask(member, amount)

    # -- backward: what is served, and how long it takes ----------------------------------------------------------------------------

    def _answer(self, nodes: tuple[TenantNode, ...], step: float) -> float:
        """One pass from the leaves to the users; returns the largest change of a served share."""
        run, worst = self.run, 0.0
        for node in reversed(nodes):
            i = node.index
            if node.route is not None:
                served, hold = self._through(node)
                self.quality[i] = served
            else:
                served, hold = self._at(node)
            worst = max(worst, abs(served - run.value[i]), abs(hold - self.hold[i]) * 1e-3)
            run.value[i] += step * (served - run.value[i])
            self.hold[i] += step * (hold - self.hold[i])
        return worst

    def _at(self, node: TenantNode) -> tuple[float, float]:
        own = self.run.own[node.index]
        if node.quorum is not None:
            own = float(own * node.units >= node.quorum - 1e-9)
        needed, held = (1.0, 0.0) if node.need is None else (self._served(node.need), self._held(node.need))
        hold = node.call_time + held
        if own <= 0.0:
            self.quality[node.index] = 0.0
            return 0.0, hold
        quality = self._able(node, self.load[node.index]) * needed
        self.quality[node.index] = quality
        return (quality if node.carries is not None else own * quality), hold

    def _able(self, node: TenantNode, offered: float) -> float:
        """Share of the offered load that the units that are up can take, by capacity and by threads."""
        own = self.run.own[node.index]
        if own <= 0.0:
            return 0.0
        able = 1.0
        if node.carries is not None and offered > 0.0:
            able = min(able, node.carries * own / offered)
        if node.threads is not None and offered > 0.0:
            hold = self.hold[node.index]
            calls = offered * self.plan.calls * hold
            if calls > 0.0:
                able = min(able, node.threads * node.units * own / calls)
        return able

    def _once(self, node: TenantNode) -> float:
        state = self.run.routes[node.index]
        return sum(state.reach(t)[1] * self._quality(target) for t, target in enumerate(node.targets))

    def _quality(self, target: int) -> float:
        quality = self.quality.get(target)
        return self.run.value[target] if quality is None else quality

    def _through(self, node: TenantNode) -> tuple[float, float]:
        state, route = self.run.routes[node.index], node.route
        assert route is not None
        served = self._once(node)
        alive = sum(w * (1.0 - d) for w, d in zip(state.weights, state.dead, strict=True))
        hold = sum(state.reach(t)[1] * self.hold.get(target, 0.0) for t, target in enumerate(node.targets))
        hold += (1.0 - alive) * route.call_timeout
        if route.spread == "by_target" and route.single_address < 1.0 and alive > 0.0:
            served = route.single_address * served + (1.0 - route.single_address) * min(1.0, served / alive)
        if route.retries > 0:
            failed = 1.0 - served
            hold *= sum(failed**k for k in range(int(route.retries) + 1))
            served = 1.0 - failed ** (int(route.retries) + 1)
        return (1.0 if served > 1.0 - 1e-12 else served), hold

    def _served(self, need: Any) -> float:
        kind = need[0]
        if kind == "node":
            value: float = self.run.value[need[1]]
            return value
        if kind == "all_of":
            share = 1.0
            for member in need[1]:
                share *= self._served(member)
            return share
        if kind == "any_of":
            failed = 1.0
            for member in need[1]:
                failed *= 1.0 - self._served(member)
            return 1.0 - failed
        if kind == "spread":
            return float(sum(self._served(m) * s for m, s in need[1]))
        return at_least(need[1], [self._served(m) for m in need[2]])

    def _held(self, need: Any) -> float:
        kind = need[0]
        if kind == "node":
            return self.hold.get(need[1], 0.0)
        if kind == "any_of":
            total, asked = 0.0, 1.0
            for member in need[1]:
                total += asked * self._held(member)
                asked *= 1.0 - self._served(member)
            return total
        if kind == "spread":
            return float(sum(self._held(m) * s for m, s in need[1]))
        if kind == "at_least":
            return max(self._held(m) for m in need[2])
        return float(sum(self._held(m) for m in need[1]))


def tenant_need(need: Any, index_of: Any) -> Any:
    """A requirement as nested tuples that both the load and the served share can walk."""
    if isinstance(need, str):
        return ("node", index_of(need))
    tag = next(iter(type(need).model_fields))
    if tag == "spread":
        return (tag, tuple((("node", index_of(path)), share) for path, share in need.spread.items()))
    if tag == "at_least":
        return (tag, int(need.at_least.k), tuple(tenant_need(m, index_of) for m in need.at_least.of))
    return (tag, tuple(tenant_need(m, index_of) for m in getattr(need, tag)))
