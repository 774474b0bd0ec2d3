"""How far an incident reaches in the world: the share of what stands in the struck regions that was impaired, by class."""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence

from simulator.engine.placements import targets_of_events
from simulator.engine.reach import is_beyond_reach
from simulator.ensemble.cases import Case, plan_of
from simulator.ensemble.estimating import estimate
from simulator.ensemble.results import RadiusEstimate
from simulator.measures.blast_radius import by_class
from simulator.measures.index import TraceIndex
from simulator.model.world import Scenario

CLASSES = ("instances", "volumes", "load_balancers", "load_balancer_nodes")


def struck_regions(scenario: Scenario) -> set[str]:
    """Regions in which something fails by itself: those of the hit zones, else of what the events act on."""
    return {path.split("/")[0] for path in scenario.hit_zones or targets_of_events(scenario)}


def classes_in(scenario: Scenario, regions: Collection[str]) -> dict[str, str]:
    """What each component in these regions is counted as, where it is counted."""
    return {c.path: c.counts_as for c in scenario.world.components if c.counts_as and c.path.split("/")[0] in regions}


Radii = tuple[tuple[str, float, float], ...]
"""Of each class of units: its name, and the shares impaired at the worst instant and ever."""


def units_read(scenario: Scenario) -> frozenset[str]:
    """The components whose records `reach_of_units` reads."""
    return frozenset(classes_in(scenario, struck_regions(scenario)))


def reach_of_units(scenario: Scenario) -> Callable[[TraceIndex], Radii]:
    """How far a replication of this scenario reaches in the struck regions."""
    classes = classes_in(scenario, struck_regions(scenario))

    def reach(index: TraceIndex) -> Radii:
        return tuple((name, one.peak, max(one.ever, one.peak)) for name, one in by_class(index, classes).items())

    return reach


def beyond_reach(scenario: Scenario, cases: Sequence[Case]) -> frozenset[str]:
    """The labels of the cases that nothing can happen to: that they lose nothing is certain, and not seen by chance."""
    plan = plan_of(scenario, list(cases))
    return frozenset(tenant.label for tenant in plan.tenants if is_beyond_reach(plan, tenant))


class Reach:
    """The shares impaired in the struck regions, replication by replication."""

    def __init__(self) -> None:
        self._peaks: dict[str, array[float]] = {}
        self._evers: dict[str, array[float]] = {}

    def add(self, radii: Radii) -> None:
        """One more replication."""
        for name, peak, ever in radii:
            self._peaks.setdefault(name, array("d")).append(peak)
            self._evers.setdefault(name, array("d")).append(ever)

    def estimates(self, strata: int = 0) -> Mapping[str, RadiusEstimate]:
        """By class, in a fixed order; those of which the world has no units are left out. `strata` are those of the draws."""
        return {
            name: RadiusEstimate(
                peak=estimate(self._peaks[name], ceiling=1.0, strata=strata), ever=estimate(self._evers[name], ceiling=1.0, strata=strata)
            )
            for name in CLASSES
            if name in self._peaks
        }
