"""What a sensitivity analysis found: each number that is not known well, with what it moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.results import Estimate, Kind, Origin
from simulator.scenario.ranges import Ranged

Method = Literal["morris", "sobol"]
Verdict = Literal["told apart", "not told apart", "none", "unused"]
"""Of an effect: beyond what chance makes of so few replications, not beyond it, nothing at all; `unused` where nothing that is replayed
stands for the number."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Swing:
    """Mean lost minutes with a number at either end of its range, all others at the values of their files.

    `ci95` is the interval of the difference, high end less low end, replication by replication under the same dice. None for an end at
    which the number cannot be with the others as they are.
    """

    low: float | None
    high: float | None
    difference: float | None
    ci95: tuple[float, float] | None

    @property
    def told_apart(self) -> bool:
        """Whether chance is ruled out."""
        return self.difference != 0 and self.ci95 is not None and (self.ci95[0] > 0 or self.ci95[1] < 0)


@dataclass(kw_only=True, frozen=True, slots=True)
class Morris:
    """Elementary effects of a number: lost minutes for a step of it, scaled to its whole range, one for each trajectory.

    `mu` is their mean, `mu_star` that of their sizes, `sigma` their standard deviation: large beside mu_star where the effect depends on
    where the other numbers stand, or bends. `noise` is what mu_star would be on average where the number did nothing but stir the dice.
    """

    mu: float
    mu_star: float
    ci95: tuple[float, float] | None
    """Of mu_star, over the trajectories."""
    sigma: float | None
    noise: float | None
    """None where one replication says nothing about chance."""
    effects: int
    """How many there are: fewer than trajectories where some points cannot be."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Sobol:
    """Shares of the variance of the answer over all ranges: that of a number alone, and that of all in which it takes part.

    `noise` is the total share that a number would have on average that did nothing but stir the dice.
    """

    first: float
    first_ci95: tuple[float, float]
    total: float
    total_ci95: tuple[float, float]
    noise: float | None


@dataclass(kw_only=True, frozen=True, slots=True)
class Row:
    """A number, and what it moves."""

    number: Ranged
    label: str
    """Its name, and where two files have one of that name, whose it is."""
    verdict: Verdict
    swing: Swing | None = None
    """None where the number is unused; then there are no effects either."""
    morris: Morris | None = None
    sobol: Sobol | None = None

    @property
    def size(self) -> float:
        """By what numbers are ranked: mu_star in minutes, or the total share."""
        if self.sobol is not None:
            return self.sobol.total
        return 0.0 if self.morris is None else self.morris.mu_star


@dataclass(kw_only=True, frozen=True, slots=True)
class Sensitivity:
    """Which numbers the lost minutes of one architecture or tenant hang on most, the most first."""

    origin: Origin
    summary: str
    name: str
    kind: Kind
    case: str
    method: Method
    replications: int
    """At every point."""
    starts: int
    """Trajectories of Morris, or samples of Sobol."""
    points: int
    """How many there were in all, those of the swings among them."""
    impossible: int
    """Points at which numbers stand together that cannot."""
    because: str
    """Why one of them cannot be; empty where all can."""
    lost_minutes: Estimate
    """With every number at the value of its file."""
    rows: tuple[Row, ...]
    baseline: Baseline | None = None
    """What is served before the incident begins, with every number at the value of its file: lost minutes are what the incident takes
    beyond what is missing before it, at each point by the numbers there."""
