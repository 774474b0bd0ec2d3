"""Points at which an answer is asked for, so that what each number does to it can be told apart: one at a time, Morris, Sobol.

A point gives every number a level from 0, the low end of its range, to 1, the high end. Levels are drawn independently of each other and
uniformly, which is what `--vary assumed` does too: a number whose range has a geometric middle is uniform in its logarithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from simulator.engine.draws import Draws
from simulator.engine.streams import SHIFT, START_POINT, STEP_ORDER, parameter_role

Point = tuple[float | None, ...]
"""The level of each number; None where it keeps the value of its file."""

GRID = 4
"""Levels of Morris' design: 0, 1/3, 2/3 and 1."""
STEP = GRID / (2 * (GRID - 1))
"""How far a number moves: with it each level is as likely as another, before the step and after it (Morris 1991)."""


def swings(numbers: int) -> list[Point]:
    """Every number at the value of its file; then each one alone at its low end, and at its high end."""
    still: Point = (None,) * numbers
    return [still, *((*still[:i], end, *still[i + 1 :]) for i in range(numbers) for end in (0.0, 1.0))]


@dataclass(kw_only=True, frozen=True, slots=True)
class Trajectory:
    """A way through the ranges on which each number moves once: number `moved[k]` between points k and k + 1."""

    points: tuple[tuple[float, ...], ...]
    moved: tuple[int, ...]

    @property
    def steps(self) -> list[tuple[int, float]]:
        """Each number in the order in which they move, and by how much, up or down."""
        return [(i, b[i] - a[i]) for i, (a, b) in zip(self.moved, pairwise(self.points), strict=True)]


def trajectories(names: Sequence[str], count: int, *, seed: int) -> list[Trajectory]:
    """Morris, Factorial sampling plans for preliminary computational experiments, Technometrics 33 (1991)."""
    return [_trajectory(names, Draws(seed=seed, replication=t)) for t in range(count)]


def _trajectory(names: Sequence[str], draws: Draws) -> Trajectory:
    at = [int(GRID * draws.uniform(parameter_role(name), START_POINT)) / (GRID - 1) for name in names]
    order = sorted(range(len(names)), key=lambda i: draws.uniform(parameter_role(names[i]), STEP_ORDER))
    points = [tuple(at)]
    for i in order:
        at[i] += STEP if at[i] < 0.5 else -STEP
        # 2/3 less 2/3 is to be 0, and no rounding below it.
        at[i] = round(at[i] * (GRID - 1)) / (GRID - 1)
        points.append(tuple(at))
    return Trajectory(points=tuple(points), moved=tuple(order))


def saltelli(names: Sequence[str], count: int, *, seed: int) -> list[tuple[float, ...]]:
    """`count` points A, as many points B, and for each number in turn the points A with its levels from B.

    A and B are the halves of a Sobol' sequence of twice as many dimensions, shifted by draws of the seed (Cranley and Patterson 1976);
    Saltelli and others, Variance based sensitivity analysis of model output, Computer Physics Communications 181 (2010).
    """
    from scipy.stats import qmc

    draws = Draws(seed=seed, replication=0)
    shift = [draws.uniform(parameter_role(name), SHIFT, half) for half in (0, 1) for name in names]
    sample = (qmc.Sobol(d=2 * len(names), scramble=False).random(count) + np.array(shift)) % 1.0
    a, b = sample[:, : len(names)], sample[:, len(names) :]
    mixed = []
    for i in range(len(names)):
        one = a.copy()
        one[:, i] = b[:, i]
        mixed.append(one)
    return [tuple(row) for part in (a, b, *mixed) for row in part.tolist()]
