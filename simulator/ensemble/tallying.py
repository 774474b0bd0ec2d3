"""What came of a class of tenants, replication by replication: how many were down, for how long, and what their users lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from simulator.ensemble.envelopes import Curves
from simulator.ensemble.estimating import estimate
from simulator.ensemble.living import Lived
from simulator.ensemble.population_results import Toll
from simulator.ensemble.results import Estimate
from simulator.measures.crowds import Floats, Ints, number_down

OF_ALL = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
OF_DOWN = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(kw_only=True)
class Crowd:
    """Tenants after one replication: by tenant, and by instant how many tenants and users went down less those that came back."""

    users: Floats
    lost: Floats
    served: Floats
    outage: Floats
    open: Floats
    instants: Floats
    tenants_steps: Floats
    users_steps: Floats

    @property
    def down(self) -> Floats:
        """1 for each tenant that was ever down."""
        return np.asarray(self.outage > 0, dtype=np.float64)

    def shares_down(self) -> Curves:
        """The shares of the tenants and of the users that are down over time."""
        columns = []
        times = np.zeros(1)
        for steps, weights in ((self.tenants_steps, np.ones(len(self.users))), (self.users_steps, self.users)):
            times, down = number_down(self.instants, steps)
            # Not more than ever, by the rounding of long sums.
            columns.append(np.minimum(down, np.dot(self.down, weights)) / weights.sum())
        return Curves(times=times, values=np.stack(columns, axis=1))


def crowd_of(block: Lived) -> Crowd:
    """The tenants of one block."""
    of = block.fortunes
    instants, place = np.unique(of.instants, return_inverse=True)
    return Crowd(
        users=block.users, lost=of.lost_seconds, served=of.served_seconds, outage=of.outage_seconds,
        open=of.open_at_horizon.astype(np.float64), instants=instants, tenants_steps=_by_place(place, of.steps),
        users_steps=_by_place(place, of.steps * block.users[of.changed]),
    )  # fmt: skip


def _by_place(place: Ints, steps: Floats | Ints) -> Floats:
    return np.asarray(np.bincount(place, weights=steps), dtype=np.float64)


def all_of(crowds: Sequence[Crowd]) -> Crowd:
    """These crowds as one."""
    fields = Crowd.__dataclass_fields__
    return Crowd(**{name: np.concatenate([np.zeros(0), *(getattr(crowd, name) for crowd in crowds)]) for name in fields})


Notes = Mapping[str, float]
"""What one replication came to, by name of the quantity; nothing where a class has no tenant."""


def notes_of(crowd: Crowd, curves: Curves | None = None) -> dict[str, float]:
    """What one replication did to a crowd; `curves` are the crowd's shares down, where they are known already."""
    if not len(crowd.users):
        return {}
    total, down = crowd.users.sum(), crowd.outage > 0
    peaks = (crowd.shares_down() if curves is None else curves).values.max(axis=0)
    notes: dict[str, float] = {}
    for k, (who, ever) in enumerate((("down", crowd.down.mean()), ("users", np.dot(crowd.down, crowd.users) / total))):
        notes[f"{who}_ever"] = float(ever)
        notes[f"{who}_peak"] = float(peaks[k])
    notes["open_at_horizon"] = float(crowd.open.mean())
    notes["served_minutes_per_user"] = float(np.dot(crowd.users, crowd.served) / total / 60.0)
    notes["lost_minutes_per_user"] = float(np.dot(crowd.users, crowd.lost) / total / 60.0)
    for who, levels, outages in (("all", OF_ALL, crowd.outage), ("down", OF_DOWN, crowd.outage[down])):
        for name, seconds in zip(levels, np.quantile(outages, list(levels.values())), strict=True) if len(outages) else ():
            notes[f"{who}/{name}"] = float(seconds / 60.0)
    return notes


@dataclass(kw_only=True)
class Tally:
    """What came of a class, replication by replication; nothing where it has no tenant."""

    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, notes: Notes) -> None:
        """One more replication."""
        for name, value in notes.items():
            self.values.setdefault(name, []).append(value)

    def of(self, quantity: str, ceiling: float = np.inf, sure: float = 0.95) -> Estimate:
        """The estimate of what was noted under a name; its interval with this confidence."""
        return estimate(self.values[quantity], ceiling=ceiling, level=sure)

    def of_all(self) -> dict[str, list[float]]:
        """What was noted in every replication; of those that were down there are only quantiles where some were."""
        count = len(self.values.get("down_ever", ()))
        return {name: values for name, values in self.values.items() if len(values) == count}

    def toll(self, sure: float = 0.95, *, horizon: float = np.inf) -> Toll | None:
        """What the incident cost them, over replications of `horizon` seconds; None where there are none of them."""
        most = horizon / 60.0
        if "down_ever" not in self.values:
            return None
        shares = {name: self.of(name, 1.0, sure) for name in ("down_ever", "down_peak", "users_ever", "users_peak", "open_at_horizon")}
        down = {level: self.of(f"down/{level}", most, sure) for level in OF_DOWN if f"down/{level}" in self.values}
        served, lost = (self.of(f"{what}_minutes_per_user", most, sure) for what in ("served", "lost"))
        if lost.unseen and lost.ci95 is not None:
            served = replace(served, ci95=(most - lost.ci95[1], most), unseen=True)
        return Toll(
            **shares, outage_of_all={level: self.of(f"all/{level}", most, sure) for level in OF_ALL}, outage_of_down=down or None,
            served_minutes_per_user=served, lost_minutes_per_user=lost,
        )  # fmt: skip
