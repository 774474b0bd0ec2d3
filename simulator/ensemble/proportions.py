"""Intervals of shares of replications: in how many of all it would happen, when it happened in so many of these."""

import math


def most_unseen(replications: int, level: float = 0.95) -> float:
    """The upper bound of the chance of something that was seen in none of so many independent replications: 1 - (1 - level)^(1/N).

    With this chance, or any greater, nothing would have been seen with a probability of 1 - level at the most: it is the one-sided bound
    of Clopper and Pearson, at 95 % about 3 / N, the rule of three (Hanley and Lippman-Hand, JAMA 249, 1983, 1743). Of events that come at
    a constant rate, as in a long run, -ln(1 - level) / (N x duration) is the same bound, of the rate. ValueError without replications.
    """
    if replications < 1:
        raise ValueError("nothing is known of no replications: take at least 1")
    return -math.expm1(math.log(1.0 - level) / replications)


def proportion_interval(happened: int, replications: int, level: float = 0.95) -> tuple[float, float] | None:
    """Clopper and Pearson's interval of a share of replications; None where there were none.

    It covers at least `level` for every share and every number of replications (Biometrika 26, 1934, 404). Wilson's is narrower, and
    falls short just at the shares that matter here, near none and near all: with 100 replications down to 84 %. What never happened, and
    what always did, is bounded on the other side alone, at (1 - level) / 2: of none in N, the end is 1 - 0.025^(1/N), about 3.7 / N.
    ValueError where more happened than there were replications.
    """
    if not 0 <= happened <= replications:
        raise ValueError(f"{happened} of {replications} is no share: count between 0 and {replications}")
    if replications == 0:
        return None
    from scipy.special import betaincinv

    tail, missed = (1.0 - level) / 2.0, replications - happened
    low = float(betaincinv(happened, missed + 1, tail)) if happened else 0.0
    # From the other end, so that a share close to all keeps its digits, and what is so of none mirrors what is so of all.
    high = 1.0 - float(betaincinv(missed, happened + 1, tail)) if missed else 1.0
    return low, high
