"""How demand is spread over targets now, and the timed reactions that change it: checks, fail-safes, shifts, switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.engine.agenda import REACTION, Deed
from simulator.engine.checks import Failing, Removal
from simulator.engine.jobs import Job, Waiting
from simulator.engine.plan import StagePlan, TenantNode
from simulator.engine.streams import CHECK, DETECTION, FAIL_SAFE, WORK, target_role

if TYPE_CHECKING:
    from simulator.engine.run import Run
    from simulator.engine.tenants import TenantFlow

_DEAD: Final = 1e-9


class RouteState:
    """One route in one replication.

    Of each target it knows `known` units, of which `removed` are out of rotation; what is known, not removed and not up is dead
    weight that still gets its part of the calls. A withdrawn target gets nothing.
    """

    __slots__ = (
        "_asked", "_changing", "_checks", "_detections", "_failing", "_noted", "_pending", "_released", "_seen", "_targets", "_units",
        "again", "alive", "dead", "first", "frozen", "known", "mends", "node", "plan", "reach", "removed", "retries", "route", "run",
        "tenant", "weights", "withdrawn",
    )  # fmt: skip

    def __init__(self, *, run: Run, tenant: TenantFlow, plan: TenantNode) -> None:
        self.run, self.tenant, self.plan, self.node = run, tenant, plan, plan.index
        assert plan.route is not None
        self.route = route = plan.route
        self.retries = int(route.retries)
        n = len(plan.targets)
        self._units = [tenant.units_of(t) for t in plan.targets]
        self.known = [units if run.own[t] > 0 else 0.0 for t, units in zip(plan.targets, self._units, strict=True)]
        self.removed = [0.0] * n
        self.withdrawn: dict[int, set[str]] = {}
        self.first = 0
        self.frozen = self._released = False
        self._failing = [Failing() for _ in range(n)]
        self._pending: list[Deed | Job | None] = [None] * n
        self._seen = [units * run.own[t] for t, units in zip(plan.targets, self._units, strict=True)]
        self._targets = [target_role(plan.role, target) for target in route.targets]
        """What draws about each target are named by: each has its own, so that one target's failures do not move another's."""
        self._checks, self._detections, self._asked = [0] * n, [0] * n, [0] * n
        self._changing = [False] * n
        """Whether clients are about to follow a change of a target that has been made."""
        self.weights = [0.0] * n
        self.dead = [0.0] * n
        self.reach: list[tuple[int, float]] = []
        self.alive = 1.0
        self.again = 1.0
        self.mends = False
        """Whether what its targets serve is not yet what it serves: dead targets are met, or failed calls tried again."""
        self._noted = 0.0
        self.weigh()

    # -- who gets what ------------------------------------------------------------------------------------------------------------

    def weigh(self) -> None:
        """Work out the weights and, per target, the share of dead units in rotation.

        `reach` is what part of the calls reaches a live unit of which target, `alive` their sum, and `again` how much more each gets
        because clients that know several addresses try another one.
        """
        route, targets, own = self.route, self.plan.targets, self.run.own
        raw = []
        for t, target in enumerate(targets):
            up = own[target] * self._units[t]
            known = self.known[t] = max(self.known[t], up)
            removed = self.removed[t] = min(self.removed[t], known - up)
            rotation = known - removed
            self.dead[t] = max(0.0, 1.0 - up / rotation) if rotation > 0.0 else 1.0
            raw.append(0.0 if self.withdrawn.get(t) else rotation if route.spread == "by_unit" else 1.0)
        self.weights = self._weights(raw)
        self.reach = []
        self.alive = 0.0
        for t, weight in enumerate(self.weights):
            part = weight * (1.0 - self.dead[t])
            if part > 0.0:
                self.reach.append((targets[t], part))
                self.alive += part
        one, alive = route.single_address, self.alive
        self.again = one + (1.0 - one) / alive if one < 1.0 and route.spread == "by_target" and alive > 0.0 else 1.0
        self.mends = alive < 1.0 or self.retries > 0

    def _weights(self, raw: list[float]) -> list[float]:
        if self.route.spread == "first":
            return [float(t == self.first) for t in range(len(raw))]
        total = 0.0
        for r in raw:
            total += r
        # Where nothing is left to choose from, clients go on trying what they know.
        return [r / total for r in raw] if total > 0.0 else [1.0 / len(raw)] * len(raw)

    def _dead(self) -> float:
        """What part of the calls would meet a dead unit."""
        dead = 0.0
        for t, weight in enumerate(self.weights):
            dead += weight * self.dead[t]
        return dead

    def note_dead(self, cause: int) -> None:
        """Put on record how much of the calls would meet a dead unit, when that has changed."""
        dead = self._dead()
        if abs(dead - self._noted) > _DEAD:
            self._noted = dead
            run = self.run
            run.trace.add(run.agenda.now, "rotation", run.plan.owners[self.node], dead, cause)

    # -- reactions ------------------------------------------------------------------------------------------------------------------

    def target_changed(self, t: int, cause: int) -> None:
        """Units of a target went down, and leave the rotation once they have failed all their checks in a row, or came up before that."""
        up = self._units[t] * self.run.own[self.plan.targets[t]]
        lost = self._seen[t] - up
        self._seen[t] = up
        if lost < -_DEAD:
            self._failing[t].come_back(-lost)
        check = self.route.health_check
        if lost > _DEAD and check is not None:
            self._checks[t] += 1
            u = self.run.draws.uniform(self._targets[t], CHECK, self._checks[t])
            span = (check.threshold - 1) * check.interval + u * check.interval + check.timeout
            removal = self._failing[t].go_down(lost)
            self.run.agenda.at(self.run.agenda.now + span, REACTION + self.node, _remove, (self, t, removal, cause))

    def remove(self, t: int, units: float, cause: int) -> None:
        """Checks have found units dead: they leave the rotation, unless so many vanished that the fail-safe freezes it."""
        safe = self.route.fail_safe
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
        safe = self.route.fail_safe
        assert safe is not None
        span = safe.until.draw(run.draws.uniform(self.plan.role, FAIL_SAFE))
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
        shift = self.route.shift
        if shift is None:
            return
        enough, quality, own = max(shift.below, _DEAD), self.run.quality, self.run.own
        serving = [quality[t] > enough and own[t] > _DEAD for t in self.plan.targets]
        some = True in serving
        for t, serves in enumerate(serving):
            want_out = some and not serves
            is_out = "shift" in self.withdrawn.get(t, ())
            pending = self._pending[t]
            if want_out == is_out:
                if isinstance(pending, Deed):  # what was noticed has passed before anybody acted
                    pending.call_off()
                    self._pending[t] = None
            elif pending is None and not self._changing[t]:
                self._detections[t] += 1
                u = self.run.draws.uniform(self._targets[t], DETECTION, self._detections[t])
                agenda = self.run.agenda
                when = agenda.now + shift.detect.draw(u)
                self._pending[t] = agenda.at(when, REACTION + self.node, _detected, (self, t, want_out, cause))

    def detected(self, t: int, out: bool, cause: int) -> None:
        """It has been noticed: ask the control plane, where one is needed."""
        run, shift = self.run, self.route.shift
        assert shift is not None
        if self.plan.station < 0:
            self.changed(t, out, cause)
            return
        self._asked[t] += 1
        role, number = self._targets[t], self._asked[t]
        work = shift.work.draw(run.draws.uniform(role, WORK, number))
        job = Job(
            cohort=_Asking(self, t, out), batch=t, life=number, stage=0, stages=_NO_STAGES, cause=cause,
            units=0.0, work=work, label=shift.label or "", role=role, number=number,
        )  # fmt: skip
        self._pending[t] = job
        run.stations[self.plan.station].enter(job)

    def changed(self, t: int, out: bool, cause: int) -> None:
        """The answer is another one from now on; clients follow when what they know has expired, and until then nobody asks again."""
        agenda, shift = self.run.agenda, self.route.shift
        assert shift is not None
        self._pending[t], self._changing[t] = None, True
        agenda.at(agenda.now + shift.ttl, REACTION + self.node, _shifted, (self, t, out, cause))

    def shifted(self, t: int, out: bool, reason: str, cause: int) -> None:
        """Clients have left a target, or use it again."""
        reasons = self.withdrawn.setdefault(t, set())
        before = bool(reasons)
        if out:
            reasons.add(reason)
        else:
            reasons.discard(reason)
        if bool(reasons) != before:
            self._changed("withdrawn" if out else "readmitted", cause, self.run.plan.owners[self.plan.targets[t]])

    def end(self) -> None:
        """The replication is over: let go of requests, which know their route."""
        self._pending.clear()

    def switch(self, target: int, cause: int) -> None:
        """Everything goes to this target from now on."""
        self.first = self.plan.targets.index(target)
        self._changed("switched", cause, self.run.plan.owners[target])

    def _changed(self, change: str, cause: int, detail: object = None) -> None:
        self.weigh()
        run = self.run
        dead = self._dead()
        self._noted = dead
        run.touch_tenant(self.tenant, run.trace.add(run.agenda.now, change, run.plan.owners[self.node], dead, cause, detail))


_NO_STAGES: tuple[StagePlan, ...] = ()


class _Asking(Waiting):
    """A route's request in a control plane's queue; to the station it looks like a batch that waits there."""

    __slots__ = ("out", "route", "t")

    def __init__(self, route: RouteState, t: int, out: bool) -> None:
        super().__init__(owner=route.run.plan.owners[route.node], role=route.plan.role, first_unit=0)
        self.route, self.t, self.out = route, t, out

    def awaits(self, job: Job) -> bool:
        return self.route._pending[self.t] is job

    def job_done(self, job: Job, cause: int) -> None:
        self.route.changed(self.t, self.out, cause)

    def job_given_up(self, job: Job, cause: int) -> None:
        """Nothing has changed; it asks again when something next happens to its targets and the reason is still there."""
        self.route._pending[self.t] = None


def _remove(args: tuple[RouteState, int, Removal, int]) -> None:
    route, t, removal, cause = args
    units = route._failing[t].take_out(removal)
    if units > 0.0:
        route.remove(t, units, cause)


def _thaw(args: tuple[RouteState, int]) -> None:
    route, cause = args
    route.thaw(cause)


def _detected(args: tuple[RouteState, int, bool, int]) -> None:
    route, t, out, cause = args
    route.detected(t, out, cause)


def _shifted(args: tuple[RouteState, int, bool, int]) -> None:
    route, t, out, cause = args
    route._changing[t] = False
    route.shifted(t, out, "shift", cause)
    # The target may have changed meanwhile, and whoever looks next does so when the tenant settles.
    route.run.touch_tenant(route.tenant, cause)
