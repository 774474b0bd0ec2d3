"""How demand is spread over targets now, and the timed reactions that change it: checks, fail-safes, shifts, switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import REACTION, Deed
from simulator.engine.jobs import Job
from simulator.engine.plan import StagePlan, TenantNode

if TYPE_CHECKING:
    from simulator.engine.run import Run
    from simulator.engine.tenants import TenantFlow

_DEAD = 1e-9


class RouteState:
    """One route in one replication.

    Of each target it knows `known` units, of which `removed` are out of rotation; what is known, not removed and not up is dead
    weight that still gets its part of the calls. A withdrawn target gets nothing.
    """

    __slots__ = (
        "_noted", "_pending", "_released", "_seen", "_shifts", "_units", "again", "alive", "dead",
        "first", "frozen", "known", "node", "plan", "reach",
        "removed", "run", "shifts", "tenant", "weights", "withdrawn",
    )  # fmt: skip

    def __init__(self, *, run: Run, tenant: TenantFlow, plan: TenantNode) -> None:
        self.run, self.tenant, self.plan, self.node = run, tenant, plan, plan.index
        self.shifts = plan.route is not None and plan.route.shift is not None
        n = len(plan.targets)
        self.known = [tenant.units_of(t) if run.own[t] > 0 else 0.0 for t in plan.targets]
        self._units = [tenant.units_of(t) for t in plan.targets]
        self.removed = [0.0] * n
        self.withdrawn: list[set[str]] = [set() for _ in range(n)]
        self.first = 0
        self.frozen = self._released = False
        self._pending: list[Deed | Job | None] = [None] * n
        self._seen = [tenant.units_of(t) * run.own[t] for t in plan.targets]
        self._shifts = 0
        self.weights = [0.0] * n
        self.dead = [0.0] * n
        self.reach: list[tuple[int, float]] = []
        self.alive = 1.0
        self.again = 1.0
        self._noted = 0.0
        self.weigh()

    # -- who gets what ------------------------------------------------------------------------------------------------------------

    def weigh(self) -> None:
        """Work out the weights and, per target, the share of dead units in rotation.

        `reach` is what part of the calls reaches a live unit of which target, `alive` their sum, and `again` how much more each gets
        because clients that know several addresses try another one.
        """
        route, targets = self.plan.route, self.plan.targets
        assert route is not None
        own = self.run.own
        n = len(targets)
        rotation = [0.0] * n
        for t in range(n):
            units = self._units[t]
            up = own[targets[t]] * units
            known = self.known[t] = max(self.known[t], up)
            self.removed[t] = min(self.removed[t], known - up)
            rotation[t] = known - self.removed[t]
            self.dead[t] = max(0.0, 1.0 - up / rotation[t]) if rotation[t] > 0 else 1.0
        if route.spread == "first":
            self.weights = [float(t == self.first) for t in range(n)]
        else:
            raw = rotation if route.spread == "by_unit" else [1.0] * n
            raw = [0.0 if self.withdrawn[t] else raw[t] for t in range(n)]
            total = sum(raw)
            # Where nothing is left to choose from, clients go on trying what they know.
            self.weights = [r / total for r in raw] if total > 0 else [1.0 / n] * n
        self.reach = [(targets[t], w * (1.0 - self.dead[t])) for t, w in enumerate(self.weights) if w * (1.0 - self.dead[t]) > 0.0]
        self.alive = alive = sum(part for _, part in self.reach)
        one = route.single_address
        self.again = one + (1.0 - one) / alive if one < 1.0 and route.spread == "by_target" and alive > 0.0 else 1.0

    def note_dead(self, cause: int) -> None:
        """Put on record how much of the calls would meet a dead unit, when that has changed."""
        dead = sum(w * d for w, d in zip(self.weights, self.dead, strict=True))
        if abs(dead - self._noted) > _DEAD:
            self._noted = dead
            run = self.run
            run.trace.add(run.agenda.now, "rotation", run.plan.owners[self.node], dead, cause)

    # -- reactions ------------------------------------------------------------------------------------------------------------------

    def target_changed(self, t: int, cause: int) -> None:
        """Units of a target went down or came up."""
        route = self.plan.route
        assert route is not None
        up = self.tenant.units_of(self.plan.targets[t]) * self.run.own[self.plan.targets[t]]
        lost = self._seen[t] - up
        self._seen[t] = up
        if lost > _DEAD and route.health_check is not None:
            check = route.health_check
            self._shifts += 1
            u = self.run.draws.uniform(self.plan.role, "check", self._shifts)
            span = (check.threshold - 1) * check.interval + u * check.interval + check.timeout
            self.run.agenda.at(self.run.agenda.now + span, REACTION + self.node, _remove, (self, t, lost, cause))

    def remove(self, t: int, units: float, cause: int) -> None:
        """Checks have found units dead: they leave the rotation, unless so many vanished that the fail-safe freezes it."""
        route = self.plan.route
        assert route is not None
        safe = route.fail_safe
        if self.frozen:
            return
        if safe is not None and not self._released:
            up = sum(self._seen)
            if up < safe.below * sum(self.known) * (1 - 1e-12):
                self._freeze(cause)
                return
        dead = max(0.0, self.known[t] - self.removed[t] - self._seen[t])
        if dead > 0:
            self.removed[t] += min(units, dead)
            self._changed("rotation", cause)

    def _freeze(self, cause: int) -> None:
        run = self.run
        self.frozen = True
        record = run.trace.add(run.agenda.now, "freezes", run.plan.owners[self.node], 0.0, cause)
        safe = self.plan.route.fail_safe  # type: ignore[union-attr]
        span = safe.until.draw(run.draws.uniform(self.plan.role, "fail_safe"))  # type: ignore[union-attr]
        run.agenda.at(run.agenda.now + span, REACTION + self.node, _thaw, (self, record))

    def thaw(self, cause: int) -> None:
        """People have released the fail-safe: everything dead leaves the rotation."""
        self.frozen, self._released = False, True
        record = self.run.trace.add(self.run.agenda.now, "thaws", self.run.plan.owners[self.node], 0.0, cause)
        for t in range(len(self.known)):
            self.removed[t] = max(self.removed[t], self.known[t] - self._seen[t])
        self._changed("rotation", record)

    def look_at_targets(self, cause: int) -> None:
        """After settling: a dead target is to be left, one that serves again to be used."""
        route = self.plan.route
        if route is None or route.shift is None:
            return
        enough = max(route.shift.below, _DEAD)
        serving = [self.run.quality[t] > enough and self.run.own[t] > _DEAD for t in self.plan.targets]
        for t, serves in enumerate(serving):
            want_out = not serves and any(serving)
            is_out = "shift" in self.withdrawn[t]
            pending = self._pending[t]
            if want_out == is_out:
                if isinstance(pending, Deed):  # what was noticed has passed before anybody acted
                    pending.call_off()
                    self._pending[t] = None
            elif pending is None:
                self._shifts += 1
                u = self.run.draws.uniform(self.plan.role, f"detect:{t}", self._shifts)
                agenda = self.run.agenda
                when = agenda.now + route.shift.detect.draw(u)
                self._pending[t] = agenda.at(when, REACTION + self.node, _detected, (self, t, want_out, cause))

    def detected(self, t: int, out: bool, cause: int) -> None:
        """It has been noticed: ask the control plane, where one is needed."""
        run, shift = self.run, self.plan.route.shift  # type: ignore[union-attr]
        assert shift is not None
        if self.plan.station < 0:
            self._pending[t] = None
            run.agenda.at(run.agenda.now + shift.ttl, REACTION + self.node, _shifted, (self, t, out, cause))
            return
        work = shift.work.draw(run.draws.uniform(self.plan.role, f"work:{t}", self._shifts))
        owner = _Asking(self, t, out)
        job = Job(
            cohort=owner,  # type: ignore[arg-type]
            batch=t, life=self._shifts, stage=0, stages=_NO_STAGES, cause=cause, units=0.0, work=work, label=shift.label or "",
        )  # fmt: skip
        self._pending[t] = job
        run.stations[self.plan.station].enter(job)

    def shifted(self, t: int, out: bool, reason: str, cause: int) -> None:
        """Clients have left a target, or use it again."""
        before = bool(self.withdrawn[t])
        if out:
            self.withdrawn[t].add(reason)
        else:
            self.withdrawn[t].discard(reason)
        if bool(self.withdrawn[t]) != before:
            self._changed("withdrawn" if out else "readmitted", cause, self.run.plan.owners[self.plan.targets[t]])

    def switch(self, target: int, cause: int) -> None:
        """Everything goes to this target from now on."""
        self.first = self.plan.targets.index(target)
        self._changed("switched", cause, self.run.plan.owners[target])

    def _changed(self, change: str, cause: int, detail: object = None) -> None:
        self.weigh()
        run = self.run
        dead = sum(w * d for w, d in zip(self.weights, self.dead, strict=True))
        self._noted = dead
        run.touch_tenant(self.tenant, run.trace.add(run.agenda.now, change, run.plan.owners[self.node], dead, cause, detail))


_NO_STAGES: tuple[StagePlan, ...] = ()


class _Asking:
    """A route's request in a control plane's queue; to the station it looks like a batch that waits there."""

    __slots__ = ("first_unit", "out", "plan", "route", "t")

    def __init__(self, route: RouteState, t: int, out: bool) -> None:
        self.route, self.t, self.out = route, t, out
        self.first_unit = 0
        self.plan = _Owner(route.run.plan.owners[route.node], route.plan.role)

    def job_done(self, _: Job, cause: int) -> None:
        route = self.route
        route._pending[self.t] = None
        ttl = route.plan.route.shift.ttl  # type: ignore[union-attr]
        agenda = route.run.agenda
        agenda.at(agenda.now + ttl, REACTION + route.node, _shifted, (route, self.t, self.out, cause))


class _Owner:
    __slots__ = ("owner", "role")

    def __init__(self, owner: str, role: str) -> None:
        self.owner, self.role = owner, role


def _remove(deed: Any) -> None:
    route, t, units, cause = deed.args
    route.remove(t, units, cause)


def _thaw(deed: Any) -> None:
    route, cause = deed.args
    route.thaw(cause)


def _detected(deed: Any) -> None:
    route, t, out, cause = deed.args
    route.detected(t, out, cause)


def _shifted(deed: Any) -> None:
    route, t, out, cause = deed.args
    route.shifted(t, out, "shift", cause)
