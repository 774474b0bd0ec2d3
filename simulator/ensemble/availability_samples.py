"""What is kept of each replication to tell availabilities: losses by time, requests and users, and the worst window of each length."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simulator.ensemble.cases import Case
from simulator.ensemble.convergence import Unsettled, worst_of
from simulator.ensemble.reaching import Radii, reach_of_units, units_read
from simulator.ensemble.replays import Replayed, Replays
from simulator.ensemble.results import Origin
from simulator.ensemble.studies import identity_of
from simulator.measures.availability import Group, Loss, by_requests, by_time, by_users, felt_by, pooled
from simulator.measures.baselines import level_beyond
from simulator.measures.blast_radius import of_tenants, of_users
from simulator.measures.curves import Steps, weighted_mean, worst_windows
from simulator.measures.index import TraceIndex
from simulator.measures.outages import open_at_horizon
from simulator.model.world import Scenario


@dataclass(kw_only=True, frozen=True, slots=True)
class Fate:
    """What one replication did to tenants that are taken together. Requests and users count as they are."""

    time: Loss
    requests: Loss
    users: Loss
    users_peak: float
    felt: float
    tenants_peak: float
    tenants_ever: float
    open: float
    windows: tuple[Loss, ...]


@dataclass(kw_only=True, frozen=True, slots=True)
class Sample:
    """One replication: the fate of each bundle of tenants in turn, and how far the incident reached."""

    fates: tuple[Fate, ...]
    radii: Radii
    unsettled: tuple[Unsettled, ...] = ()


Bundle = tuple[Case, ...]
"""Tenants in one placement each that are taken together."""


@dataclass(kw_only=True, frozen=True)
class Nights:
    """A scenario, all that rides in it, and what is kept of each replication to tell availabilities."""

    origin: Origin
    scenario: Scenario
    cases: tuple[Case, ...]
    bundles: tuple[Bundle, ...]
    lengths: tuple[float, ...]

    @property
    def kept(self) -> type[Sample]:
        return Sample

    @property
    def identity(self) -> Mapping[str, str]:
        together = ["+".join(case.label for case in bundle) for bundle in self.bundles]
        return identity_of(self.origin, self.cases, bundles=together, windows=self.lengths)

    def ready(self) -> Callable[[int], Sample]:
        replays = Replays(self.scenario, self.cases)
        reach, read = reach_of_units(self.scenario), units_read(self.scenario)

        def take(n: int) -> Sample:
            found = replays.replay(n, seed=self.origin.seed, keep=read)
            return Sample(
                fates=tuple(_fate(found, bundle, self.lengths) for bundle in self.bundles), radii=reach(found.world),
                unsettled=worst_of(found.unsettled()),
            )  # fmt: skip

        return take


def labels_of(bundle: Bundle) -> tuple[str, ...]:
    return tuple(case.label for case in bundle)


def _fate(found: Replayed, bundle: Bundle, lengths: Sequence[float]) -> Fate:
    # What each lost beyond what it did not serve before: the others are not made less available by a neighbour that is short.
    curves = [found.of(case.label).beyond(case.label) for case in bundle]
    groups = [group for case in bundle for group in _groups(found.of(case.label), case)]
    objectives = [level_beyond(case.tenant.objective, found.of(case.label).baseline(case.label)) for case in bundle]
    whole = curves[0] if len(curves) == 1 else weighted_mean(curves, [case.tenant.users for case in bundle])
    down = of_tenants(curves, objectives)
    return Fate(
        time=pooled(by_time(curve, objective) for curve, objective in zip(curves, objectives, strict=True)),
        requests=pooled(by_requests(curve, case.tenant.calls) for curve, case in zip(curves, bundle, strict=True)),
        users=by_users(groups), users_peak=of_users(whole).peak, felt=felt_by(groups), tenants_peak=down.peak, tenants_ever=down.ever,
        open=float(any(open_at_horizon(curve, objective) for curve, objective in zip(curves, objectives, strict=True))),
        windows=_worst(whole, lengths),
    )  # fmt: skip


def _groups(index: TraceIndex, case: Case) -> list[Group]:
    """The users of one tenant by the ways in which they come in."""
    if not case.tenant.groups:
        return [(index.beyond(case.label), case.tenant.users)]
    return [(index.beyond(f"{case.label}:{group.name}"), group.users) for group in case.tenant.groups]


def _worst(curve: Steps, lengths: Sequence[float]) -> tuple[Loss, ...]:
    windows = worst_windows(curve, lengths)
    nothing = Loss(lost=0.0, offered=0.0)
    return tuple(nothing if one is None else Loss(lost=one.lost_seconds, offered=one.defined_seconds) for one in windows)
