"""The state of one replication: everything that changes, in one place, born and gone with the run."""

import math
from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from simulator.engine.agenda import FAILURE, REACTION, REPAIR, Agenda
from simulator.engine.budget import Budget
from simulator.engine.cohorts import Cohort
from simulator.engine.draws import Draws
from simulator.engine.latches import LatchState, latch_states
from simulator.engine.plan import Plan
from simulator.engine.riding import Exposures, cohorts_riding
from simulator.engine.trace import Trace
from simulator.engine.ways import ask_again

if TYPE_CHECKING:
    from simulator.engine.batch_stocks import BatchStocks
    from simulator.engine.routes import RouteState
    from simulator.engine.stations import StationState
    from simulator.engine.stocks import StockState
    from simulator.engine.tenants import TenantFlow

Watcher = Callable[[int], None]
"""Called in the reaction phase with the index of the record that changed what it watches."""


class Run:
    """What the rooms of the engine share while time passes.

    `own[i]` is the share of node i's own units that are up, `value[i]` what it serves of what it is asked. A change of `own` is
    announced with `touch`, and settled with all the others of the same instant. `changes` are what those hear who look now: node -> record.
    """

    def __init__(self, *, plan: Plan, draws: Draws, kept: frozenset[str] | None = None) -> None:
        self.plan = plan
        self.draws = draws
        self.trace = Trace(horizon=plan.horizon, kept=kept, units=plan.units)
        self.budget = Budget(trace=self.trace)
        self.agenda = Agenda(horizon=plan.horizon, look=self.budget.look)
        self.own = list(plan.own)
        self.value = list(plan.values)
        self.load = [0.0] * len(plan.owners)
        self.hold = [0.0] * len(plan.owners)
        self.quality = list(plan.values)
        self.cohorts: list[Cohort | None] = [None] * len(plan.cohorts)
        self.cohorts_of: dict[int, list[Cohort]] = {}
        self.calm_units: dict[int, float] = {}
        self.faults: dict[int, dict[int, float]] = {}
        """Node -> its open faults: the record of each, and the share of its batches that it holds down."""
        self.waiting: dict[int, list[Any]] = {}
        self.stations: list[StationState] = []
        self.stocks: dict[int, StockState] = {}
        self.batch_stocks: dict[int, BatchStocks] = {}
        self.routes: dict[int, RouteState] = {}
        self.tenants: list[TenantFlow] = []
        self.tenant_of: dict[int, TenantFlow] = {}
        self.latched: dict[int, list[Callable[[int], None]]] = {}
        self.watchers: dict[int, list[Watcher]] = {}
        self.tenants_reading: dict[int, list[TenantFlow]] = {}
        self.cause_of: dict[int, int] = {}
        self._woken: set[int] = set()
        self._placed: set[int] = set()
        self._exposures: Exposures = {}
        self._twins: dict[int, int] = {}
        self._dirty: dict[int, int] = {}
        self._dirty_tenants: dict[TenantFlow, int] = {}
        self._settling = False
        self._arrivals: list[StationState] = []
        self._looking: list[tuple[int, Watcher, int]] = []
        self.changes: dict[int, int] = {}

    def end(self) -> None:
        """Break every circle of references, so that all of it is freed at once, and nothing is left to the collector of garbage."""
        self.agenda.end()
        cohorts = {id(cohort): cohort for some in self.cohorts_of.values() for cohort in some}
        parts: list[Cohort | StationState | RouteState | TenantFlow] = [
            *cohorts.values(), *self.stations, *self.routes.values(), *self.tenants,
        ]  # fmt: skip
        for part in parts:
            part.end()
        for held in (
            self.cohorts, self.cohorts_of, self.waiting, self.stations, self.stocks, self.batch_stocks, self.routes, self.tenants,
            self.tenant_of, self.latched, self.watchers, self.tenants_reading, self._looking, self._dirty_tenants, self._arrivals,
        ):  # fmt: skip
            held.clear()

    def cohort(self, index: int) -> Cohort:
        """A cohort of the plan; it has no state until something can happen to it."""
        cohort = self.cohorts[index]
        if cohort is None:
            cohort = self.cohorts[index] = Cohort(run=self, plan=self.plan.cohorts[index])
            self.cohorts_of[cohort.node] = [cohort]
        return cohort

    def cohorts_at(self, node: int) -> list[Cohort]:
        """The cohorts whose units make up a component, and those of tenants that ride it."""
        if node in self.plan.riders:
            self.place(node, -1)
        if node not in self.cohorts_of and node in self.plan.cohort_at:
            self.cohort(self.plan.cohort_at[node])
        found = list(self.cohorts_of.get(node, ()))
        for rider in self.plan.riders_of.get(node, ()):
            self.place(rider, -1)
            found += [c for c in self.cohorts_of[rider] if c.plan.rides == node and c not in found]
        return found

    def place(self, node: int, cause: int) -> None:
        """Draw in which datacenters the units of a tenant's component live, and let them hang on what is there."""
        if node in self._placed:
            return
        self._placed.add(node)
        rider = self.plan.riders[node]
        known = self._twins.get(rider.twins)
        if known is not None:
            cohorts = self.cohorts_of[node] = self.cohorts_of[known]
            self.calm_units[node] = self.calm_units[known]
            for cohort in cohorts:
                cohort.twins.append((rider.owner, node))
            return
        if rider.twins >= 0:
            self._twins[rider.twins] = node
        cohorts = self.cohorts_of[node] = cohorts_riding(self, rider, self._exposures)
        self.calm_units[node] = self.plan.units[rider.owner] - sum([c.size * c.batches for c in cohorts])
        for cohort in cohorts:
            for latch in latch_states(cohort):
                self.latched.setdefault(latch.node, []).append(latch.changed)
                if self.value[latch.node] < 1.0 and latch.node in self._woken:
                    latch.changed(cause)

    def latches_on(self, node: int) -> list[Callable[[int], None]]:
        """What hangs on a node: tenants' units, and the world's cohorts, which come to life when it first changes."""
        latches = self.latched.setdefault(node, [])
        if node not in self._woken:
            world = []
            for index, number, segment in self.plan.latches_on.get(node, ()):
                cohort = self.cohort(index)
                world.append(LatchState(cohort=cohort, plan=cohort.plan.latches[number], segment=segment, number=number).changed)
            # Who rides along comes after the world's own units, whatever brought it to life first.
            latches[:0] = world
            for rider in self.plan.riders_on.get(node, ()):
                self.place(rider, -1)
        self._woken.add(node)
        return latches

    def note_alone(self, node: int, served: float, cause: int) -> None:
        """Nothing hangs on this node of the world: its served share is noted here, and there is nothing to settle."""
        before, self.value[node] = self.value[node], served
        if before >= 1.0 or served >= 1.0:
            self.trace.add(self.agenda.now, "stops_serving" if served < 1.0 else "serves", self.plan.owners[node], served, cause)

    def state_of(self, node: int) -> float:
        """What conditions ask about: of a tenant's component the share of units up, of anything else the share it serves."""
        tenant = self.tenant_of.get(node)
        return self.value[node] if tenant is None or tenant.node_of[node].route is not None else self.own[node]

    def in_use(self, node: int) -> bool:
        """Whether a tenant's component is asked for anything; the world's components always are."""
        tenant = self.tenant_of.get(node)
        return tenant is None or self.load[node] > 0.0

    def await_serving(self, node: int, waiter: Any) -> None:
        """A batch waits until a node serves in full."""
        self.waiting.setdefault(node, []).append(waiter)

    def release(self, node: int, cause: int) -> None:
        """A node serves: who waited for it goes on, at the next time it asks. Who asks only once waits until it serves in full."""
        now = self.agenda.now
        waiting = self.waiting.pop(node, [])
        if self.value[node] < 1.0:
            self.waiting[node] = [waiter for waiter in waiting if waiter[-1] <= 0]
            waiting = [waiter for waiter in waiting if waiter[-1] > 0]
        for cohort, b, life, stage, stages, since, poll in waiting:
            when = now if poll <= 0 else since + math.ceil((now - since) / poll) * poll
            self.agenda.at(when, REPAIR + cohort.node, ask_again, (cohort, b, life, stage, stages, cause, since))

    def touch(self, node: int, cause: int) -> None:
        """Node `node` changed because of record `cause`; it is settled within this instant."""
        tenant = self.tenant_of.get(node)
        if tenant is None:
            self._dirty.setdefault(node, cause)
        else:
            tenant.touched(node, cause)
            self._dirty_tenants.setdefault(tenant, cause)
        self.ask_to_settle()

    def touch_tenant(self, tenant: "TenantFlow", cause: int) -> None:
        """Something of a tenant changed that is no node: a weight, a rotation."""
        self._dirty_tenants.setdefault(tenant, cause)
        self.ask_to_settle()

    def ask_to_settle(self) -> None:
        if not self._settling:
            self._settling = True
            self.agenda.settle_with(self._settle)

    def ask_to_admit(self, station: "StationState") -> None:
        """Jobs have arrived at a station; it lets them in when all else of this instant is over."""
        if not self._arrivals:
            self.agenda.admit_with(self._admit)
        self._arrivals.append(station)

    def _admit(self, _: Any) -> None:
        arrivals, self._arrivals = self._arrivals, []
        for station in sorted(arrivals, key=lambda s: s.rank) if len(arrivals) > 1 else arrivals:
            station.admit()

    def react(self, watcher: Watcher, cause: int, node: int) -> None:
        """Let a watcher of a node react within this instant, after settling. All see the same state: none acts before all have looked."""
        if not self._looking:
            self.agenda.at(self.agenda.now, REACTION, self._look)
        self._looking.append((node, watcher, cause))

    def _look(self, _: Any) -> None:
        looking, self._looking = self._looking, []
        self.changes = {node: cause for node, _, cause in looking}
        for _, watcher, cause in sorted(looking, key=itemgetter(0)):
            watcher(cause)

    def _settle(self, _: Any) -> None:
        self._settling = False
        dirty, self._dirty = self._dirty, {}
        self.agenda.count_round(self.plan.owners[next(iter(dirty))] if dirty else "routes")
        if dirty:
            self._settle_world(dirty)
        tenants, self._dirty_tenants = self._dirty_tenants, {}
        for tenant in sorted(tenants, key=lambda t: t.rank) if len(tenants) > 1 else tenants:
            tenant.settle(tenants[tenant])

    def _settle_world(self, dirty: dict[int, int]) -> None:
        """Work the served shares out again, requirements before what requires them, from the nodes that changed."""
        plan, value, own = self.plan, self.value, self.own
        order = plan.order
        while dirty:
            i = min(dirty, key=order.__getitem__) if len(dirty) > 1 else next(iter(dirty))
            cause = dirty.pop(i)
            need = plan.needs[i]
            served = own[i] if i not in plan.quorum else float(own[i] >= plan.quorum[i])
            if need is not None:
                served *= need(value)
            if served == value[i]:
                continue
            before, value[i] = value[i], served
            if before >= 1.0 or served >= 1.0 or need is not None:
                cause = self.trace.add(self.agenda.now, "stops_serving" if served < 1.0 else "serves", plan.owners[i], served, cause)
            self.cause_of[i] = cause
            for j in plan.dependents[i]:
                dirty.setdefault(j, cause)
            self.announce(i, before, served, cause)

    def announce(self, node: int, before: float, served: float, cause: int) -> None:
        """Tell those who hang on a node's served share: latches at once, watchers in the reaction phase."""
        phase = FAILURE if served < before else REPAIR
        for latch in self.latches_on(node):
            self.agenda.at(self.agenda.now, phase + node, _call, (latch, cause))
        for watcher in self.watchers.get(node, ()):
            self.react(watcher, cause, node)
        if node in self.waiting and served > before:
            self.release(node, cause)
        for tenant in self.tenants_reading.get(node, ()):
            self._dirty_tenants.setdefault(tenant, cause)


def _call(args: tuple[Watcher, int]) -> None:
    act, cause = args
    act(cause)
