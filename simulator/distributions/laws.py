"""Laws that a formula inverts: fixed, uniform, exponential, lognormal, Weibull."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, TypeAlias

from simulator.distributions.inverting import median_and, require_amount, require_inside, require_second_quantile
from simulator.units import format_duration, refusal

Tagged: TypeAlias = str | float | dict[str, Any]
"""A law as YAML: one tagged mapping, or a plain quantity."""
Format: TypeAlias = Callable[[float], str | float]

_LN2 = math.log(2.0)
_STANDARD_NORMAL = NormalDist()


class Law(ABC):
    """What every law can do. Probabilities lie strictly between 0 and 1; anything else raises ValueError."""

    __slots__ = ()

    @abstractmethod
    def quantile(self, p: float) -> float:
        """The smallest value that is reached or stayed below with probability p."""

    @abstractmethod
    def cdf(self, x: float) -> float:
        """The probability of a value of at most x."""

    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @abstractmethod
    def tagged(self, format: Format = format_duration) -> Tagged:
        """The law as its YAML states it, with this text for each quantity; `parse_distribution` reads it back to an equal law."""

    def draw(self, u: float) -> float:
        """The value that a uniform random number strictly between 0 and 1 selects."""
        return self.quantile(u)

    def quantiles(self, n: int) -> list[float]:
        """The law as n equally likely values: its quantiles at (i + 1/2) / n."""
        if n < 1:
            raise refusal(f"{n} values cannot stand for a law", "ask for at least one")
        return [self.quantile((i + 0.5) / n) for i in range(n)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fixed(Law):
    """Always the same value."""

    value: float

    def __post_init__(self) -> None:
        require_amount(self.value, "the value")

    def quantile(self, p: float) -> float:
        require_inside(p)
        return self.value

    def cdf(self, x: float) -> float:
        return float(x >= self.value)

    def mean(self) -> float:
        return self.value

    def tagged(self, format: Format = format_duration) -> Tagged:
        return format(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Uniform(Law):
    """Any value between two bounds, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        require_amount(self.low, "the lower bound")
        require_amount(self.high, "the upper bound")
        if self.low >= self.high:
            raise refusal("the lower bound of a uniform law is not below the upper one", "write the smaller one first, or one value alone")

    def quantile(self, p: float) -> float:
        require_inside(p)
        return self.low + p * (self.high - self.low)

    def cdf(self, x: float) -> float:
        return min(1.0, max(0.0, (x - self.low) / (self.high - self.low)))

    def mean(self) -> float:
        return self.low + (self.high - self.low) / 2

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"uniform": [format(self.low), format(self.high)]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Exponential(Law):
    """The wait for something that is equally likely at every moment; `average` is its mean."""

    average: float

    def __post_init__(self) -> None:
        require_amount(self.average, "the mean of an exponential law", positive=True)

    def quantile(self, p: float) -> float:
        require_inside(p)
        return -self.average * math.log1p(-p)

    def cdf(self, x: float) -> float:
        return -math.expm1(-x / self.average) if x > 0 else 0.0

    def mean(self) -> float:
        return self.average

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"exponential": {"mean": format(self.average)}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lognormal(Law):
    """A product of many small factors, as times that people and repairs take: a median, and a second quantile or the mean.

    `p` is (level, value): (0.9, 4440.0) says that 90 % of the values are at most 4440. `average` is the mean. Exactly one is given.
    `sigma`, the standard deviation of the logarithm, follows: ln(value / median) / z(level), or sqrt(2 ln(mean / median)).
    """

    median: float
    p: tuple[float, float] | None = None
    average: float | None = None
    sigma: float = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        require_amount(self.median, "the median of a lognormal law", positive=True)
        if self.p is not None and self.average is None:
            level, value = require_second_quantile(self.median, self.p)
            sigma = (math.log(value) - math.log(self.median)) / _STANDARD_NORMAL.inv_cdf(level)
        elif self.average is not None and self.p is None:
            require_amount(self.average, "the mean of a lognormal law", positive=True)
            if self.average <= self.median:
                raise refusal("the mean of a lognormal law is not above its median", "give a larger mean, or a quantile such as p90")
            sigma = math.sqrt(2 * (math.log(self.average) - math.log(self.median)))
        else:
            raise refusal("a lognormal law is not settled by its median", "give also one other quantile such as p90, or the mean, not both")
        if sigma > 20:  # further out its mean overflows, and no report is so vague
            raise refusal("the two numbers of a lognormal law lie impossibly far apart", "give numbers closer together")
        if sigma == 0:
            raise refusal("the two numbers of a lognormal law are too close to tell apart", "write a single value alone")
        object.__setattr__(self, "sigma", sigma)

    def quantile(self, p: float) -> float:
        require_inside(p)
        return self.median * math.exp(self.sigma * _STANDARD_NORMAL.inv_cdf(p))

    def cdf(self, x: float) -> float:
        return _STANDARD_NORMAL.cdf((math.log(x) - math.log(self.median)) / self.sigma) if x > 0 else 0.0

    def mean(self) -> float:
        return self.average if self.average is not None else self.median * math.exp(self.sigma**2 / 2)

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"lognormal": median_and(self.median, self.p, format) | ({} if self.average is None else {"mean": format(self.average)})}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weibull(Law):
    """A wait whose end grows likelier (shape above 1) or less likely (below 1) the longer it lasts.

    Given by `median` and `p` = (level, value), or by `average` (the mean) and `shape`. F(x) = 1 - exp(-(x / scale)^k).
    """

    median: float | None = None
    p: tuple[float, float] | None = None
    average: float | None = None
    shape: float | None = None
    k: float = field(init=False, compare=False, repr=False)
    scale: float = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.median is not None and self.p is not None and self.average is None and self.shape is None:
            require_amount(self.median, "the median of a Weibull law", positive=True)
            level, value = require_second_quantile(self.median, self.p)
            spread = math.log(value) - math.log(self.median)
            k = math.log(-math.log1p(-level) / _LN2) / spread if spread else math.inf
        elif self.average is not None and self.shape is not None and self.median is None and self.p is None:
            require_amount(self.average, "the mean of a Weibull law", positive=True)
            k = self.shape
        else:
            raise refusal("a Weibull law takes two numbers", "give its median and another quantile such as p90, or its mean and its shape")
        if not 0.05 <= k <= 1_000:  # beyond these its mean overflows, or it is a fixed value
            raise refusal(f"the shape of a Weibull law comes out as {k:g}", "give numbers that make it lie between 0.05 and 1000")
        object.__setattr__(self, "k", k)
        scale = self.median / _LN2 ** (1 / k) if self.median is not None else (self.average or 0.0) / math.gamma(1 + 1 / k)
        object.__setattr__(self, "scale", scale)

    def quantile(self, p: float) -> float:
        require_inside(p)
        return float(self.scale * (-math.log1p(-p)) ** (1 / self.k))

    def cdf(self, x: float) -> float:
        if x <= 0:
            return 0.0
        log_hazard = self.k * (math.log(x) - math.log(self.scale))
        return -math.expm1(-math.exp(log_hazard)) if log_hazard < 7 else 1.0  # exp(-exp(7)) is 0 in floats

    def mean(self) -> float:
        return self.average if self.average is not None else self.scale * math.gamma(1 + 1 / self.k)

    def tagged(self, format: Format = format_duration) -> Tagged:
        if self.average is not None and self.shape is not None:
            return {"weibull": {"mean": format(self.average), "shape": self.shape}}
        return {"weibull": median_and(self.median or 0.0, self.p, format)}
