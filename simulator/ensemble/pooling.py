"""Ratios over replications: what was lost in all of them over what was asked for in all of them, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulator.ensemble.estimating import estimate
from simulator.ensemble.proportions import most_unseen
from simulator.ensemble.results import Estimate
from simulator.measures.availability import Loss

NOTHING = 1e-9
"""A smaller part of the whole is lost in rounding."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Pooled:
    """An unavailability: the share lost over all replications with its 95 % interval, and quantiles of that of single ones."""

    unavailability: float
    ci95: tuple[float, float] | None
    """None where one replication says nothing about the spread."""
    p05: float
    p50: float
    p95: float
    unseen: bool = False
    """Nothing was lost in any replication, and could have been: `ci95` is from nothing to an upper bound."""

    @property
    def availability(self) -> float:
        """The share that was not lost."""
        return 1.0 - self.unavailability


def pool(losses: Sequence[Loss], level: float = 0.95, *, certain: bool = False) -> Pooled | None:
    """The ratio of the sums; None where nothing was asked for in any replication. `level` is that of `ratio_interval`.

    Where nothing was lost in any replication, and it is not `certain` that nothing can be, the interval ends at the chance of losing
    anything (`proportions.most_unseen`), times the largest demand over the mean one, since all of it may then be lost.

    A replication in which nothing was asked for says nothing of the ratio, and is left out.
    """
    each = [one for one in losses if one.offered > 0]
    if not each:
        return None
    lost, offered = (np.array([getattr(one, what) for one in each], dtype=float) for what in ("lost", "offered"))
    ratio = min(1.0, max(0.0, math.fsum(lost.tolist()) / math.fsum(offered.tolist())))
    found = ratio_interval(lost, offered, level)
    shares = np.clip(lost / offered, 0.0, 1.0)
    low, middle, high = (float(q) for q in np.quantile(shares, [0.05, 0.5, 0.95]))
    ci95 = None if found is None else (max(0.0, found[0]), min(1.0, found[1]))
    unseen = ci95 is not None and not certain and not lost.any()
    if unseen:
        ci95 = 0.0, min(1.0, most_unseen(len(each), level) * float(offered.max() / offered.mean()))
    return Pooled(unavailability=ratio, ci95=ci95, p05=low, p50=middle, p95=high, unseen=unseen)


def ratio_interval(lost: np.ndarray, offered: np.ndarray, level: float = 0.95) -> tuple[float, float] | None:
    """Student's interval of sum(lost) / sum(offered), with the spread by the jackknife: how the ratio moves without each replication.

    Where all are asked for alike it is the interval of the mean. Linearising the ratio (the delta method; Cochran, "Sampling techniques",
    3rd ed. 1977, section 2.11) leaves out that the sum below moves too, and covers less where demand varies much; with the jackknife
    (R. G. Miller, Biometrika 61, 1974, 1) the interval is a little wider. None with one replication, and where all the others together
    were asked for next to nothing. Each of `offered` is above zero; ValueError otherwise.
    """
    if not (offered > 0.0).all():
        raise ValueError("a replication in which nothing was asked for has no ratio: leave it out")
    n, total = len(offered), math.fsum(offered.tolist())
    others = total - offered
    if n == 1 or float(others.min()) <= NOTHING * total:
        return None
    from scipy.special import stdtrit

    ratio = math.fsum(lost.tolist()) / total
    moves = (ratio * offered - lost) / others
    away = moves - math.fsum(moves.tolist()) / n
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * math.sqrt(math.fsum((away**2).tolist()) * (n - 1) / n)
    return ratio - half, ratio + half


def over_hits(lost: np.ndarray, strata: int = 0, level: float = 0.95) -> Estimate:
    """What was lost in the replications in which anything was, of which there is at least one.

    With `strata` the interval of the mean is that of a ratio, what a block lost over how often it was hit: hits of one block are not
    independent of each other.
    """
    found = estimate(lost[lost > 0.0], level=level)
    if not strata:
        return found
    blocks = lost.reshape(-1, strata)
    hits = (blocks > 0.0).sum(axis=1)
    ends = ratio_interval(blocks.sum(axis=1)[hits > 0], hits[hits > 0], level)
    return replace(found, ci95=None if ends is None else (max(0.0, ends[0]), ends[1]))
