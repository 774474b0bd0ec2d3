"""A scenario compiled to index lists, once, before anything happens: what each node needs, which cohort latches on what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.distributions import Distribution
from simulator.engine.loops import Loop
from simulator.engine.need import Served
from simulator.engine.profiles import Profile
from simulator.model.component import AfterUp
from simulator.model.route import Route

MOST_BATCHES = 100
"""A larger cohort moves in this many parts."""
LEAP = 2000
"""A large cohort with a hazard moves in leaps of 1/2000 = 0.05 % of its units."""


@dataclass(kw_only=True, frozen=True)
class StagePlan:
    """One stage of a way back. `node`, `station` and `cohort` are indices; which of them counts depends on `kind`."""

    kind: str
    role: str
    law: Distribution | None = None
    quantiles: tuple[float, ...] = ()
    share: float = 1.0
    group: str = ""
    impaired: bool = False
    station: int = -1
    label: str = ""
    again: float = 1.0
    weightless: bool = False
    node: int = -1
    poll: float = 0.0
    cohort: int = -1
    amount: float = 0.0
    """Of `take`: how much of the stock `node` each unit takes."""
    ways: tuple[tuple["StagePlan", ...], ...] = ()
    """Of `either`: the ways that race; each ends with a stage of kind `won`."""


@dataclass(kw_only=True, frozen=True)
class HazardPlan:
    """A rate without memory, per second; see `hazards`."""

    rate: float
    profile: Profile
    during: "Condition | None"
    without: int
    """Cohort of the world whose units keep their counterparts safe while they are up; -1: none does."""
    driver: int = -1
    """Station by whose work the rate is multiplied; -1: by none."""


@dataclass(kw_only=True, frozen=True)
class LatchPlan:
    """What takes batches down: for each node the share of the batches, up to a cumulated bound, that hang on it."""

    nodes: tuple[int, ...]
    bounds: tuple[float, ...]
    restore: Distribution
    at_loss: bool


@dataclass(kw_only=True, frozen=True)
class CohortPlan:
    """Units of one component in one fault domain, and how they move."""

    owner: str
    node: int
    role: str
    units: float
    batches: int
    single: bool
    off: bool
    latches: tuple[LatchPlan, ...]
    recovery: tuple[StagePlan, ...]
    provision: tuple[StagePlan, ...]
    failure: AfterUp | None
    hazard: HazardPlan | None = None
    rider: bool = False
    rides: int = -1
    """Of a rider: the world's component whose fate it shares."""
    weighs: bool = True


@dataclass(kw_only=True, frozen=True)
class StockPlan:
    """A stock with its amounts as numbers and its flows compiled (see `stocks.FlowPlan`)."""

    path: str
    capacity: float
    level: float
    flows: tuple[tuple[Any, ...], ...]
    thresholds: tuple[float, ...] = ()


@dataclass(kw_only=True, frozen=True)
class BatchStockPlan:
    """A level for each of some batches of a cohort; flows are steady ones."""

    path: str
    cohort: int
    share: float
    capacity: float
    level: Distribution
    flows: tuple[tuple[Any, ...], ...]


@dataclass(kw_only=True, frozen=True)
class StationPlan:
    path: str
    discipline: str
    servers: float
    per_job: float
    capacity: float
    goodput: tuple[tuple[float, float], ...]
    first: tuple[str, ...]
    patience: Distribution | None
    again: float
    need: Served | None
    reads: tuple[int, ...]
    behind: int = -1
    """Station that is served first out of the same capacity; -1: none."""
    room: float = 0.0
    node: int = -1
    """Node that serves while fewer than `room` units are inside; -1: there is always room."""


@dataclass(kw_only=True, frozen=True)
class RulePlan:
    name: str
    role: str
    condition: Any
    after: Distribution
    commits: bool
    once: bool
    effects: tuple[tuple[str, Any], ...]
    tenant: int = -1


@dataclass(kw_only=True, frozen=True)
class EventPlan:
    name: str
    time: float
    effects: tuple[tuple[str, Any], ...]


@dataclass(kw_only=True, frozen=True)
class RiderPlan:
    """A tenant's units in one role: the cohorts of the world they may ride with, by datacenter."""

    owner: str
    node: int
    role: str
    units: int
    lives_in: str
    zones: tuple[tuple[tuple[float, CohortPlan | None], ...], ...]
    """Per zone it may live in: per datacenter its share of the zone, and the cohort there (None: nothing happens there)."""
    exposure: tuple[float, ...] | None
    twins: int = -1
    """Components of other tenants with this number live through exactly the same: same role, units, datacenters and dice."""


@dataclass(kw_only=True, frozen=True)
class TenantNode:
    """One node of a tenant's graph: a component or a route; indices are those of the whole plan."""

    index: int
    need: Any = None
    asks: int = -1
    """The one node that it needs, where its need is as simple as that."""
    partial: bool = False
    """Asked directly, without a capacity of its own: calls to its dead units fail, and only the others reach a live one."""
    carries: float | None = None
    threads: float | None = None
    call_time: float = 0.0
    units: float = 1.0
    quorum: float | None = None
    route: Route | None = None
    targets: tuple[int, ...] = ()
    zones: tuple[str, ...] = ()
    station: int = -1
    role: str = ""


@dataclass(kw_only=True, frozen=True)
class TenantPlan:
    label: str
    name: str
    calls: float
    enters: int
    """Node where users come in; of a tenant with groups, the node that stands for all of them together."""
    groups: tuple[tuple[str, int], ...]
    """Label of each group's curve, and the node where it comes in."""
    nodes: tuple[TenantNode, ...]
    """In order from the users to the leaves."""
    riders: tuple[RiderPlan, ...]
    outside: frozenset[int]
    """Nodes of the world that it reads."""


@dataclass(kw_only=True)
class Plan:
    """Everything the engine needs, with names turned into indices. Built once, read by every replication."""

    horizon: float
    concentration: float = 1.0
    owners: list[str] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    needs: list[Served | None] = field(default_factory=list)
    dependents: list[tuple[int, ...]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    quorum: dict[int, float] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    stocks: dict[int, StockPlan] = field(default_factory=dict)
    batch_stocks: dict[int, BatchStockPlan] = field(default_factory=dict)
    cohorts: list[CohortPlan] = field(default_factory=list)
    stations: list[StationPlan] = field(default_factory=list)
    rules: list[RulePlan] = field(default_factory=list)
    events: list[EventPlan] = field(default_factory=list)
    tenants: list[TenantPlan] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    """By tenant, where its flow feeds back on itself."""
    world_nodes: int = 0
    world_stations: int = 0
    moving: frozenset[int] = frozenset()
    """Nodes that anything in the scenario can ever change; whatever hangs on none of them needs no state."""
    latches_on: dict[int, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    """Node -> (cohort of the world, number of its latch, segment of the latch) that hangs on it."""
    riders: dict[int, RiderPlan] = field(default_factory=dict)
    """Node of a tenant's component -> how its units ride."""
    riders_of: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Node of a component of the world -> nodes of the tenants' components that may ride it."""
    riders_on: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Node of the world -> nodes of the tenants' components that may have units hanging on it."""
    alone: frozenset[int] = frozenset()
    """The world's nodes that nothing reads but the trace."""
    units: dict[str, float] = field(default_factory=dict)
    cohort_at: dict[int, int] = field(default_factory=dict)
    """Node -> index of the cohort whose units make it up."""
    failing: tuple[int, ...] = ()
    """Cohorts of the world that can fail by themselves."""
    failing_riders: tuple[int, ...] = ()
    """Nodes of tenants' components that can."""


Condition = tuple[Any, ...]
"""A compiled condition: (tag, operands...), nodes as indices, members of `all` and `any` compiled likewise."""

Resolve = Callable[[str], int]
Values = Sequence[float]
