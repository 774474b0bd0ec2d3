"""From answers at the points of a design to what each number does: elementary effects, shares of variance, and what is chance in them.

Answers are arrays with a row for each point and a column for each replication, under the same dice at every point. Their mean over the
replications is the answer; how their differences scatter from replication to replication says what chance is in these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.engine.draws import Draws
from simulator.engine.streams import RESAMPLE, SENSITIVITY_ROLE
from simulator.ensemble.estimating import interval
from simulator.ensemble.sensitivity_designs import Trajectory
from simulator.ensemble.sensitivity_results import Morris, Sobol, Swing

Floats = NDArray[np.float64]

RESAMPLES = 500
"""How often a bootstrap draws anew."""
NOTHING = 1e-9
"""Minutes: smaller differences are rounding."""
_FOLDED = math.sqrt(2 / math.pi)
"""Mean size of a normal quantity around zero, in its standard deviations."""


def swing(low: Floats | None, high: Floats | None) -> Swing:
    """Of a number alone, from the answers at both ends; None for an end that cannot be."""
    means = [None if end is None else math.fsum(end) / len(end) for end in (low, high)]
    if low is None or high is None:
        return Swing(low=means[0], high=means[1], difference=None, ci95=None)
    gaps = _rounded(high - low)
    return Swing(low=means[0], high=means[1], difference=math.fsum(gaps) / len(gaps), ci95=interval(gaps))


def elementary_effects(design: Sequence[Trajectory], answers: Floats) -> list[Floats]:
    """Of each number a row for each trajectory: change of the answer over change of the level, replication by replication.

    Answers are those of all trajectories, one after the other. A row is left out where one of its two points is NaN: it cannot be.
    """
    found: list[list[Floats]] = [[] for _ in design[0].moved]
    first = 0
    for trajectory in design:
        for k, (i, step) in enumerate(trajectory.steps):
            effect = _rounded(answers[first + k + 1] - answers[first + k]) / step
            if not np.isnan(effect).any():
                found[i].append(effect)
        first += len(trajectory.points)
    return [np.array(rows).reshape(len(rows), answers.shape[1]) for rows in found]


def morris(effects: Floats, *, draws: Draws) -> Morris | None:
    """Of one number, from its elementary effects; None where there are none. The interval is a bootstrap over trajectories.

    mu_star is that of Campolongo, Cariboni and Saltelli, An effective screening design for sensitivity analysis of large models (2007).
    """
    count, replications = effects.shape
    if not count:
        return None
    means = effects.mean(axis=1)
    sizes = np.abs(means)
    ci95 = None
    if count > 1:
        ends = np.quantile(sizes[_resampled(count, draws)].mean(axis=1), [0.025, 0.975])
        ci95 = (float(ends[0]), float(ends[1]))
    errors = _errors(effects) if replications > 1 else None
    return Morris(
        mu=float(means.mean()), mu_star=float(sizes.mean()), ci95=ci95, sigma=float(means.std(ddof=1)) if count > 1 else None,
        noise=None if errors is None else float(_FOLDED * errors.mean()), effects=count,
    )  # fmt: skip


def sobol(answers: Floats, numbers: int, *, draws: Draws) -> list[Sobol]:
    """Of each number, from the answers at the points of `saltelli`, by scipy's estimators. The intervals are bootstraps over samples."""
    count = len(answers) // (numbers + 2)
    means = answers.mean(axis=1).reshape(numbers + 2, count)
    first, total = _indices(means)
    again = [_indices(means[:, picked]) for picked in _resampled(count, draws)]
    ends = np.quantile(np.array(again), [0.025, 0.975], axis=0)
    noise: list[float | None] = [None] * numbers
    variance = float(means[:2].var())
    if answers.shape[1] > 1 and variance > 0:
        parts = answers.reshape(numbers + 2, count, -1)
        noise = [float(0.5 * (_errors(_rounded(parts[i + 2] - parts[0])) ** 2).mean() / variance) for i in range(numbers)]
    return [
        Sobol(
            first=float(first[i]), first_ci95=(float(ends[0, 0, i]), float(ends[1, 0, i])), total=float(total[i]),
            total_ci95=(float(ends[0, 1, i]), float(ends[1, 1, i])), noise=noise[i],
        )
        for i in range(numbers)
    ]  # fmt: skip


def _indices(means: Floats) -> tuple[Floats, Floats]:
    """First-order and total indices; all are 0 where nothing varies."""
    from scipy.stats import sobol_indices

    # A second output, which is the first one again: scipy fails where there is one of outputs and of numbers.
    twice = np.stack([means, means], axis=1)
    found = sobol_indices(func={"f_A": twice[0], "f_B": twice[1], "f_AB": twice[2:]}, n=means.shape[1])
    return found.first_order.reshape(2, -1)[0], found.total_order.reshape(2, -1)[0]


def _resampled(count: int, draws: Draws) -> NDArray[np.int64]:
    """Which of so many to take, each time anew, with replacement."""
    return (draws.uniforms(SENSITIVITY_ROLE, RESAMPLE, RESAMPLES * count) * count).astype(np.int64).reshape(RESAMPLES, count)


def _errors(differences: Floats) -> Floats:
    """Standard error of the mean of each row."""
    errors: Floats = differences.std(axis=1, ddof=1) / math.sqrt(differences.shape[1])
    return errors


def _rounded(differences: Floats) -> Floats:
    return np.where(np.abs(differences) <= NOTHING, 0.0, differences)
