"""How far an incident reaches in the world: the share of what stands in the struck regions that was impaired, by class."""

from collections.abc import Collection, Mapping

from simulator.engine.placements import targets_of_events
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


class Reach:
    """The shares impaired in the struck regions, replication by replication."""

    def __init__(self, scenario: Scenario) -> None:
        self._classes = classes_in(scenario, struck_regions(scenario))
        self._peaks: dict[str, list[float]] = {}
        self._evers: dict[str, list[float]] = {}

    def add(self, index: TraceIndex) -> None:
        """One more replication."""
        for name, radius in by_class(index, self._classes).items():
            self._peaks.setdefault(name, []).append(radius.peak)
            self._evers.setdefault(name, []).append(max(radius.ever, radius.peak))

    def estimates(self) -> Mapping[str, RadiusEstimate]:
        """By class, in a fixed order; those of which the world has no units are left out."""
        return {
            name: RadiusEstimate(peak=estimate(self._peaks[name], ceiling=1.0), ever=estimate(self._evers[name], ceiling=1.0))
            for name in CLASSES
            if name in self._peaks
        }
