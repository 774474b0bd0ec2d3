"""What laws share: the refusal of impossible numbers, and inversion where no formula does it."""

import math
from collections.abc import Callable

from simulator.units import format_share, refusal

_TOP = 1 - 2.0**-53


def require_inside(p: float) -> None:
    if not 0 < p < 1:
        raise refusal(f"a probability of {p:g} has no quantile", "give one strictly between 0 and 1")


def require_amount(value: float, what: str, *, positive: bool = False) -> None:
    if not 0 <= value < math.inf or (positive and value == 0):
        raise refusal(f"{what} is {value:g}", f"give a finite number {'above zero' if positive else 'of at least zero'}")


def require_second_quantile(median: float, p: tuple[float, float]) -> tuple[float, float]:
    level, value = p
    name = level_name(level)
    if level == 0.5:
        raise refusal("p50 is the median itself", "give another quantile such as p90")
    require_amount(value, name, positive=True)
    if level > 0.5 and value <= median:
        raise refusal(f"{name} is not above the median", "give a larger value, or a level below p50")
    if level < 0.5 and value >= median:
        raise refusal(f"{name} is not below the median", "give a smaller value, or a level above p50")
    return level, value


def level_name(level: float) -> str:
    """0.9 is p90, 0.999 is p99.9."""
    if not 0 < level < 1:
        raise refusal(f"{level:g} is not the level of a quantile", "give one strictly between 0 and 1, such as p90")
    return f"p{format_share(level).removesuffix(' %')}"


def median_and(median: float, p: tuple[float, float] | None, format: Callable[[float], str | float]) -> dict[str, str | float]:
    return {"median": format(median)} | ({level_name(p[0]): format(p[1])} if p else {})


def clipped(u: float) -> float:
    """A rescaled uniform number, kept strictly between 0 and 1 where rounding took it to an end."""
    return min(_TOP, max(1 - _TOP, u))


def bisected(cdf: Callable[[float], float], p: float, low: float, high: float) -> float:
    """The smallest float between the bounds at which the law has reached p."""
    if cdf(low) >= p:
        return low
    while low < (middle := low + (high - low) / 2) < high:
        if cdf(middle) < p:
            low = middle
        else:
            high = middle
    return high


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for x below (a + 1) / (a + b + 2).

    Its continued fraction (DLMF 8.17.22), from the front by the modified Lentz method.
    """
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, 20_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            result *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * result
