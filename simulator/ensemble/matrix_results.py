"""Incidents times architectures: what each cell came to, and what leaving one zone, or the region, is worth in each incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.results import Estimate, Kind, Origin, RadiusEstimate

Case = Literal["hit", "if_hit", "average", "fixed"]
"""Placed where the failure strikes; where no zone fails, replications in which chance struck it; over all placements; where it stood."""
Reach = Literal["zone", "zones", "regions", "elsewhere"]
"""How far an architecture spreads: one zone of the region that an incident strikes, several of its zones, other regions besides it, or no
part of that region at all."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Figures:
    """One cell in one case. Shares of users are those not served at the worst moment: in the mean over the placements of the case, and in
    the worst one of them."""

    outage_minutes: Estimate
    lost_minutes: Estimate
    blast_radius_users: Estimate
    blast_radius_users_worst_placement: Estimate
    lost_requests: Estimate
    open_at_horizon: float
    """Share of the replications in which the outage was still open when the simulated time ended: its figures are lower bounds."""
    replications: int
    """Over how many the estimates are taken; of `if_hit`, those in which anything was lost."""
    baseline: Baseline | None = None
    """What is served before the incident begins; the figures are what the incident takes of that."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Row:
    """An architecture or a tenant; `cost_index` is None where nothing says what its units carry."""

    name: str
    kind: Kind
    summary: str
    cost_index: float | None


@dataclass(kw_only=True, frozen=True, slots=True)
class Cell:
    """A row in an incident. Without figures where it has no place there, and then `empty_because` says why."""

    incident: str
    kind: Kind
    name: str
    figures: Mapping[Case, Figures]
    empty_because: str | None = None
    by_chance: bool = False
    """Whether no zone fails in the incident."""

    @property
    def struck(self) -> Figures | None:
        """What it means to be where the failure strikes; None where chance never struck it."""
        return next((self.figures[case] for case in ("hit", "if_hit") if case in self.figures), None)

    @property
    def expected(self) -> Figures | None:
        """Over all placements."""
        return self.figures.get("average")

    @property
    def stood(self) -> Figures | None:
        """Of a tenant, where it stood; where no zone fails, the replications in which chance struck it, and None without any."""
        if self.by_chance:
            return self.figures.get("if_hit")
        return next((self.figures[case] for case in ("fixed", "average") if case in self.figures), None)

    @property
    def never_hit(self) -> bool:
        """Whether chance alone says who is hit, and spared it in every replication: of being hit nothing is known then."""
        return self.by_chance and self.empty_because is None and "if_hit" not in self.figures


@dataclass(kw_only=True, frozen=True, slots=True)
class Reached:
    """Of the architectures that spread alike, the one that loses least in an incident, the cheapest of equals."""

    reach: Reach
    name: str
    lost_minutes: float
    saved_minutes: float
    """Against the one in a single zone; 0 for that one itself."""
    saved_ci95: tuple[float, float] | None
    """Of the difference replication by replication; None where too few say anything, and for the one in a single zone."""
    beyond_half_ci95: tuple[float, float] | None
    """Of what is saved beyond half of what is lost in a single zone, replication by replication; None as above."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Struck:
    """An incident, and how far it reached. `region` is the struck one in which most of the rows stand: from there it is seen who spreads
    how far."""

    origin: Origin
    summary: str
    region: str
    by_chance: bool
    """Whether no zone fails, so that chance alone says who is hit."""
    blast_radius: Mapping[str, RadiusEstimate]
    """By class, of the struck regions: instances, volumes, load_balancers, load_balancer_nodes."""
    reached: tuple[Reached, ...]
    """One per way to spread, from one zone on; measured where the failure strikes, or over all replications where chance says whom."""
    invented: bool = False
    """Whether it never happened; then its date says nothing."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Matrix:
    """Incidents in order of their dates, invented ones last; rows in order of their cost, tenants after architectures; one cell for each
    of both."""

    seed: int
    replications: int
    incidents: tuple[Struck, ...]
    rows: tuple[Row, ...]
    cells: tuple[Cell, ...]
    warnings: tuple[str, ...] = ()

    def cell(self, incident: str, row: Row) -> Cell:
        """The cell of a row. KeyError where there is none."""
        for cell in self.cells:
            if (cell.incident, cell.kind, cell.name) == (incident, row.kind, row.name):
                return cell
        raise KeyError(incident, row.name)
