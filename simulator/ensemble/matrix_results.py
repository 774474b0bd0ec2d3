"""Incidents times architectures: what each cell came to, and what leaving one zone, or the region, is worth in each incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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

    @property
    def struck(self) -> Figures | None:
        """What it means to be where the failure strikes; where chance never struck, all replications, in which nothing was lost."""
        return next((self.figures[case] for case in ("hit", "if_hit", "fixed", "average") if case in self.figures), None)

    @property
    def expected(self) -> Figures | None:
        """Over all placements; of a tenant whose zones are known, where it stood."""
        return next((self.figures[case] for case in ("average", "fixed") if case in self.figures), None)


@dataclass(kw_only=True, frozen=True, slots=True)
class Reached:
    """Of the architectures that spread alike, the one that loses least in an incident, the cheapest of equals."""

    reach: Reach
    name: str
    lost_minutes: float
    saved_minutes: float
    """Against the one in a single zone; 0 for that one itself."""
    saved_ci95: tuple[float, float] | None
    """Of the difference replication by replication; None with one replication, or for the one in a single zone."""


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
    """By class: instances, volumes, load_balancers, load_balancer_nodes of the struck regions; tenants and tenant_users of the rows."""
    reached: tuple[Reached, ...]
    """One per way to spread, from one zone on; measured where the failure strikes, or over all replications where chance says whom."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Matrix:
    """Incidents in order of their dates, rows in order of their cost, tenants after architectures; one cell for each of both."""

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
