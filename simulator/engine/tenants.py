"""How a tenant is served: the load goes from the users to the leaves, the served share comes back, until both agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.engine.asking import ask, held_by, served_of
from simulator.engine.attempts import attempts, mended
from simulator.engine.feedback import Feedback
from simulator.engine.plan import TenantNode, TenantPlan

if TYPE_CHECKING:
    from simulator.engine.routes import RouteState
    from simulator.engine.run import Run

_CLOSE: Final = 1e-10

_Step = tuple[int, int, bool, bool, TenantNode, "RouteState | None"]
"""(index, the one node that it asks, whether it is bounded by a capacity or by threads, partial, node, route): what each pass reads."""


class TenantFlow:
    """One tenant in one placement, in one replication.

    Of each of its nodes `run.load` is the share of all demand that is offered, `run.quality` the share of the calls reaching a live
    unit that are answered well, `run.hold` the mean time in seconds that such a call is held.
    """

    __slots__ = (
        "_ageing", "_back", "_first", "_forward", "_idle", "_last", "_loop", "_shifting", "_targeted", "_touched",
        "_watched", "curve", "groups", "node_of", "plan", "rank", "run", "served",
    )  # fmt: skip

    def __init__(self, *, run: Run, plan: TenantPlan, rank: int) -> None:
        self.run, self.plan, self.rank = run, plan, rank
        self.node_of: dict[int, TenantNode] = {n.index: n for n in plan.nodes}
        self._first, self._last = min(self.node_of), max(self.node_of) + 1
        self._idle = [0.0] * (self._last - self._first)
        self._forward: list[_Step] = []
        self._back: list[_Step] = []
        self.served = 1.0
        self.curve: list[tuple[float, float]] = []
        self.groups: dict[str, list[tuple[float, float]]] = {label: [] for label, _ in plan.groups}
        self._shifting: list[RouteState] = []
        self._targeted: dict[int, list[tuple[RouteState, int]]] = {}
        self._touched: dict[int, int] = {}
        self._watched: dict[int, tuple[float, float]] = {}
        self._ageing: dict[int, bool] = {}
        self._loop = run.plan.loops[rank]

    def begin(self, routes: list[RouteState], ageing: list[int]) -> None:
        """Settle for the first time, before anything has happened."""
        self._shifting = [route for route in routes if route.route.shift is not None]
        for route in routes:
            for t, target in enumerate(route.plan.targets):
                self._targeted.setdefault(target, []).append((route, t))
        self._forward = [
            (n.index, n.asks, n.carries is not None or n.threads is not None, n.partial, n, self.run.routes.get(n.index))
            for n in self.plan.nodes
        ]
        self._back = self._forward[::-1]
        self._ageing = dict.fromkeys(ageing, False)
        self.settle(-1)
        self.curve = [(0.0, self.served)]

    def end(self) -> None:
        """Let go of the routes, which know their tenant."""
        for part in (self._shifting, self._targeted, self._forward, self._back):
            part.clear()

    def watch(self, node: int) -> None:
        """Somebody's condition reads this node."""
        self._watched[node] = (self.run.value[node], self.run.own[node])

    def units_of(self, node: int) -> float:
        """Units of a component; 1 of a route."""
        return self.run.plan.units.get(self.run.plan.owners[node], 1.0)

    def touched(self, node: int, cause: int) -> None:
        """The units of one of its components changed."""
        self._touched.setdefault(node, cause)

    def settle(self, cause: int) -> None:
        """Find the loads and served shares that agree with each other, starting from the last ones."""
        run, touched = self.run, self._touched
        if touched:
            # Of all that changed at once, what has least left is named as the cause.
            cause = touched[min(touched, key=run.own.__getitem__) if len(touched) > 1 else next(iter(touched))]
            changed: dict[RouteState, None] = {}
            for node, why in touched.items():
                for route, t in self._targeted.get(node, ()):
                    route.target_changed(t, why)
                    changed[route] = None
            for route in changed:
                route.weigh()
                route.note_dead(cause)
            touched.clear()
        if self._loop.nodes:
            Feedback(self, self._loop).settle()
        else:
            self.send()
            self.answer()
        served = run.value[self.plan.enters]
        if abs(served - self.served) > _CLOSE:
            now = run.agenda.now
            self.served = served
            run.trace.add(now, "served", self.plan.label, served, cause)
            if self.curve and self.curve[-1][0] == now:
                self.curve.pop()
            self.curve.append((now, served))
        for label, node in self.plan.groups:
            self._note_group(label, run.value[node], cause)
        self._tell(cause)

    def _note_group(self, label: str, served: float, cause: int) -> None:
        run, curve = self.run, self.groups[label]
        if not curve or abs(served - curve[-1][1]) > _CLOSE:
            now = run.agenda.now
            if curve:
                run.trace.add(now, "served", label, served, cause)
            if curve and curve[-1][0] == now:
                curve.pop()
            curve.append((now, served))

    def _tell(self, cause: int) -> None:
        for route in self._shifting:
            route.look_at_targets(cause)
        run = self.run
        if run.waiting:
            for i in [i for i in run.waiting if i in self.node_of and run.own[i] >= 1.0]:
                run.release(i, cause)
        for i, seen in self._watched.items():
            now = (run.value[i], run.own[i])
            if now != seen:
                self._watched[i] = now
                for watcher in run.watchers.get(i, ()):
                    run.react(watcher, cause, i)
        for i, used in self._ageing.items():
            if (run.load[i] > 0.0) != used:
                self._ageing[i] = not used
                for ageing in [cohort.ageing for cohort in run.cohorts_of[i] if cohort.ageing is not None]:
                    if used:
                        ageing.pause()
                    else:
                        ageing.resume()

    # -- forward: load ------------------------------------------------------------------------------------------------------------

    def send(self) -> None:
        run = self.run
        load, own = run.load, run.own
        load[self._first : self._last] = self._idle
        load[self.plan.enters] = 1.0
        for i, asks, bounded, partial, node, state in self._forward:
            offered = load[i]
            if offered <= 0.0:
                continue
            if state is not None:
                offered *= state.again * attempts(state, run.quality) if state.retries else state.again
                for target, part in state.reach:
                    load[target] += offered * part
            elif node.need is not None:
                up = own[i]
                if bounded:
                    offered *= self._able(node, offered, up) * up if partial else self._able(node, offered, up)
                else:
                    offered *= 0.0 if up <= 0.0 else up if partial else 1.0
                if asks >= 0:
                    load[asks] += offered
                else:
                    ask(node.need, offered, load, run.value)

    # -- backward: what is served, and how long it takes ----------------------------------------------------------------------------

    def answer(self) -> None:
        """One pass from the leaves to the users."""
        run = self.run
        own, load, value, holds, quality = run.own, run.load, run.value, run.hold, run.quality
        for i, asks, bounded, _, node, state in self._back:
            if state is not None:
                good = hold = 0.0
                for target, part in state.reach:
                    good += part * quality[target]
                    hold += part * holds[target]
                if state.mends:
                    good, hold = mended(state, good, hold)
                served = good = 1.0 if good > 1.0 - 1e-12 else good
            else:
                up = own[i]
                if node.quorum is not None:
                    up = float(up * node.units >= node.quorum - 1e-9)
                hold = node.call_time
                good = 1.0
                if asks >= 0:
                    good = value[asks]
                    hold += holds[asks]
                elif node.need is not None:
                    good = served_of(node.need, value)
                    hold += held_by(node.need, value, holds)
                if up <= 0.0:
                    good = 0.0
                elif bounded and good > 0.0:
                    good *= self._able(node, load[i], own[i])
                served = good if node.carries is not None else up * good
            quality[i], value[i], holds[i] = good, served, hold

    def limit(self, node: TenantNode) -> int:
        """What bounded a component in the last pass: 0 nothing, 1 its capacity, 2 its threads."""
        up = self.run.own[node.index]
        able = self._able(node, self.run.load[node.index], up)
        if able >= 1.0 or up <= 0.0:
            return 0
        offered = self.run.load[node.index] * (up if node.partial else 1.0)
        return 1 if node.carries is not None and able == node.carries * up / offered else 2

    def _able(self, node: TenantNode, offered: float, up: float) -> float:
        """Share of the offered load that the units that are up can take, by capacity and by threads."""
        if up <= 0.0:
            return 0.0
        able = 1.0
        if node.partial:
            offered *= up
        if offered > 0.0:
            carries, threads = node.carries, node.threads
            if carries is not None and carries * up < offered:
                able = carries * up / offered
            if threads is not None:
                calls = offered * self.plan.calls * self.run.hold[node.index]
                room = threads * node.units * up
                if calls * able > room:
                    able = min(able, room / calls)
        return able
