"""Requirements turned into functions of the served shares, once, before anything happens."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

Served = Callable[[Sequence[float]], float]
"""From the served shares of all nodes, by index, to the share of a call's requirement that is served."""


def at_least(k: int, shares: Sequence[float]) -> float:
    """P[at least k of independent members serve], member i with probability shares[i] (Poisson-binomial tail)."""
    sure = 0
    tail: list[float] = []
    for p in shares:
        if not tail:
            # Members that are up or down for certain are counted; most are, most of the time.
            if p == 1.0:
                sure += 1
                continue
            if p == 0.0:
                continue
            tail = [1.0] * (min(sure, k) + 1) + [0.0] * (k - min(sure, k))
        if p != 0.0:
            for j in range(k, 0, -1):
                tail[j] += p * (tail[j - 1] - tail[j])
    return tail[k] if tail else float(sure >= k)


def served_by(need: Any, index_of: Callable[[str], int]) -> tuple[Served, list[int]]:
    """Compile a requirement: the function, and the nodes that it reads."""
    if isinstance(need, str):
        i = index_of(need)
        return (lambda v: v[i]), [i]
    tag = next(iter(type(need).model_fields))
    if tag == "every":
        i, count = index_of(need.every.of), need.every.count
        return (lambda v: v[i] ** count), [i]
    if tag == "spread":
        pairs = sorted((index_of(path), share) for path, share in need.spread.items())
        return (lambda v: sum([v[i] * s for i, s in pairs])), [i for i, _ in pairs]
    members = need.at_least.of if tag == "at_least" else getattr(need, tag)
    parts = sorted((served_by(m, index_of) for m in members), key=itemgetter(1))  # floats depend on the order of factors
    reads = [i for _, r in parts for i in r]
    functions = [f for f, _ in parts]
    if tag == "all_of":
        return _all_of(functions), reads
    if tag == "any_of":
        return _any_of(functions), reads
    k = int(need.at_least.k)
    return (lambda v: at_least(k, [f(v) for f in functions])), reads


def _all_of(functions: list[Served]) -> Served:
    def served(v: Sequence[float]) -> float:
        share = 1.0
        for f in functions:
            share *= f(v)
        return share

    return served


def _any_of(functions: list[Served]) -> Served:
    def served(v: Sequence[float]) -> float:
        failed = 1.0
        for f in functions:
            failed *= 1.0 - f(v)
            if failed <= 0.0:
                return 1.0
        return 1.0 - failed

    return served
