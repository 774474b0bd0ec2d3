"""Laws of chance as reports allow them to be stated: by a median and another quantile, by a mean, by a list of what was seen.

Every law inverts a uniform number itself, so that one number gives the same draw under every version of every library. Values are
finite and not negative; their unit is that of the quantity: seconds for a duration, a fraction for a share, per second for a rate.
In a file a law is a mapping with one key, `{lognormal: {median: 31 min, p90: 74 min}}`, and a plain quantity is a fixed one.
"""

import math
import re
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, TypeAlias

from simulator.units import format_duration, format_share, parse_share, refusal, shown

Tagged: TypeAlias = str | float | dict[str, Any]
"""A law as YAML: one tagged mapping, or a plain quantity."""
Format: TypeAlias = Callable[[float], str | float]
Quantity: TypeAlias = Callable[[object], float]

_LN2 = math.log(2.0)
_TOP = 1 - 2.0**-53
_STANDARD_NORMAL = NormalDist()


class _Law(ABC):
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
class Fixed(_Law):
    """Always the same value."""

    value: float

    def __post_init__(self) -> None:
        _require_amount(self.value, "the value")

    def quantile(self, p: float) -> float:
        _require_inside(p)
        return self.value

    def cdf(self, x: float) -> float:
        return float(x >= self.value)

    def mean(self) -> float:
        return self.value

    def tagged(self, format: Format = format_duration) -> Tagged:
        return format(self.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Uniform(_Law):
    """Any value between two bounds, all equally likely."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _require_amount(self.low, "the lower bound")
        _require_amount(self.high, "the upper bound")
        if self.low >= self.high:
            raise refusal("the lower bound of a uniform law is not below the upper one", "write the smaller one first, or one value alone")

    def quantile(self, p: float) -> float:
        _require_inside(p)
        return self.low + p * (self.high - self.low)

    def cdf(self, x: float) -> float:
        return min(1.0, max(0.0, (x - self.low) / (self.high - self.low)))

    def mean(self) -> float:
        return self.low + (self.high - self.low) / 2

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"uniform": [format(self.low), format(self.high)]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Exponential(_Law):
    """The wait for something that is equally likely at every moment; `average` is its mean."""

    average: float

    def __post_init__(self) -> None:
        _require_amount(self.average, "the mean of an exponential law", positive=True)

    def quantile(self, p: float) -> float:
        _require_inside(p)
        return -self.average * math.log1p(-p)

    def cdf(self, x: float) -> float:
        return -math.expm1(-x / self.average) if x > 0 else 0.0

    def mean(self) -> float:
        return self.average

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"exponential": {"mean": format(self.average)}}


@dataclass(frozen=True, kw_only=True, slots=True)
class Lognormal(_Law):
    """A product of many small factors, as times that people and repairs take: a median, and a second quantile or the mean.

    `p` is (level, value): (0.9, 4440.0) says that 90 % of the values are at most 4440. `average` is the mean. Exactly one is given.
    `sigma`, the standard deviation of the logarithm, follows: ln(value / median) / z(level), or sqrt(2 ln(mean / median)).
    """

    median: float
    p: tuple[float, float] | None = None
    average: float | None = None
    sigma: float = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        _require_amount(self.median, "the median of a lognormal law", positive=True)
        if self.p is not None and self.average is None:
            level, value = _require_second_quantile(self.median, self.p)
            sigma = (math.log(value) - math.log(self.median)) / _STANDARD_NORMAL.inv_cdf(level)
        elif self.average is not None and self.p is None:
            _require_amount(self.average, "the mean of a lognormal law", positive=True)
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
        _require_inside(p)
        return self.median * math.exp(self.sigma * _STANDARD_NORMAL.inv_cdf(p))

    def cdf(self, x: float) -> float:
        return _STANDARD_NORMAL.cdf((math.log(x) - math.log(self.median)) / self.sigma) if x > 0 else 0.0

    def mean(self) -> float:
        return self.average if self.average is not None else self.median * math.exp(self.sigma**2 / 2)

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"lognormal": _median_and(self.median, self.p, format) | ({} if self.average is None else {"mean": format(self.average)})}


@dataclass(frozen=True, kw_only=True, slots=True)
class Weibull(_Law):
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
            _require_amount(self.median, "the median of a Weibull law", positive=True)
            level, value = _require_second_quantile(self.median, self.p)
            spread = math.log(value) - math.log(self.median)
            k = math.log(-math.log1p(-level) / _LN2) / spread if spread else math.inf
        elif self.average is not None and self.shape is not None and self.median is None and self.p is None:
            _require_amount(self.average, "the mean of a Weibull law", positive=True)
            k = self.shape
        else:
            raise refusal("a Weibull law takes two numbers", "give its median and another quantile such as p90, or its mean and its shape")
        if not 0.05 <= k <= 1_000:  # beyond these its mean overflows, or it is a fixed value
            raise refusal(f"the shape of a Weibull law comes out as {k:g}", "give numbers that make it lie between 0.05 and 1000")
        object.__setattr__(self, "k", k)
        scale = self.median / _LN2 ** (1 / k) if self.median is not None else (self.average or 0.0) / math.gamma(1 + 1 / k)
        object.__setattr__(self, "scale", scale)

    def quantile(self, p: float) -> float:
        _require_inside(p)
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
        return {"weibull": _median_and(self.median or 0.0, self.p, format)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Empirical(_Law):
    """One of the values that were seen, each equally likely; kept in ascending order."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(sorted(self.values)))
        if not self.values:
            raise refusal("an empirical law has no values", "list at least one")
        for value in self.values:
            _require_amount(value, "a value of an empirical law")

    def quantile(self, p: float) -> float:
        _require_inside(p)
        n = len(self.values)
        rank = min(n, max(1, math.ceil(p * n)))
        # p * n is rounded; the rank is settled by the same quotients that cdf returns.
        while rank > 1 and (rank - 1) / n >= p:
            rank -= 1
        while rank < n and rank / n < p:
            rank += 1
        return self.values[rank - 1]

    def cdf(self, x: float) -> float:
        return bisect_right(self.values, x) / len(self.values)

    def mean(self) -> float:
        return math.fsum(value / len(self.values) for value in self.values)

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"empirical": [format(value) for value in self.values]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mixture(_Law):
    """One of several laws, each with its share; the shares sum to 1.

    Parts are kept in ascending order of their mean, so that their order in a file changes no draw.
    """

    parts: tuple[tuple[float, "Distribution"], ...]

    def __post_init__(self) -> None:
        for share, _ in self.parts:
            if not 0 < share <= 1:
                raise refusal(f"a share of {share:g} in a mixture is not above 0 and at most 1", "leave out a part that never happens")
        total = math.fsum(share for share, _ in self.parts)
        if not math.isclose(total, 1, rel_tol=0, abs_tol=1e-9):
            raise refusal(f"the shares of a mixture sum to {100 * total:.10g} %", "make them sum to 100 %")
        object.__setattr__(self, "parts", tuple(sorted(self.parts, key=lambda part: (part[1].mean(), part[0], repr(part[1])))))

    def draw(self, u: float) -> float:
        """The part that u falls into, and from it the value at u's place within that part."""
        _require_inside(u)
        below = 0.0
        for share, of in self.parts[:-1]:
            if u < below + share:
                return of.draw(_clipped((u - below) / share))
            below += share
        share, of = self.parts[-1]
        return of.draw(_clipped((u - below) / share))

    def quantile(self, p: float) -> float:
        _require_inside(p)
        each = [of.quantile(p) for _, of in self.parts]
        return _bisected(self.cdf, p, min(each), max(each))

    def cdf(self, x: float) -> float:
        return min(1.0, math.fsum(share * of.cdf(x) for share, of in self.parts))

    def mean(self) -> float:
        return math.fsum(share * of.mean() for share, of in self.parts)

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"mixture": [{"share": format_share(share), "of": of.tagged(format)} for share, of in self.parts]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Beta(_Law):
    """A share that is not known exactly: `average` is its mean, `concentration` how many observations it is worth.

    a = mean x concentration, b = (1 - mean) x concentration; both at least 0.01, the concentration at most a million.
    """

    average: float
    concentration: float

    def __post_init__(self) -> None:
        if not 0 < self.average < 1:
            raise refusal(f"the mean of a beta law, {self.average:g}, is not between 0 and 1", "give a share such as '30 %'")
        if not (min(self._a(), self._b()) >= 0.01 and self.concentration <= 1e6):
            raise refusal(
                f"a concentration of {self.concentration:g} is not possible for a beta law with mean {self.average:g}",
                "give the number of observations that the mean is worth, such as 20, at most a million",
            )

    def _a(self) -> float:
        return self.average * self.concentration

    def _b(self) -> float:
        return (1 - self.average) * self.concentration

    def quantile(self, p: float) -> float:
        _require_inside(p)
        return _bisected(self.cdf, p, 0.0, 1.0)

    def cdf(self, x: float) -> float:
        if not 0 < x < 1:
            return float(x >= 1)
        a, b = self._a(), self._b()
        if x > (a + 1) / (a + b + 2):
            return 1 - _incomplete_beta(b, a, 1 - x)
        return _incomplete_beta(a, b, x)

    def mean(self) -> float:
        return self.average

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"beta": {"mean": format_share(self.average), "concentration": self.concentration}}


Distribution: TypeAlias = Fixed | Uniform | Exponential | Lognormal | Weibull | Empirical | Mixture | Beta
DISTRIBUTIONS = (Fixed, Uniform, Exponential, Lognormal, Weibull, Empirical, Mixture, Beta)


# --- what the laws share -----------------------------------------------------------------------------------------------


def _require_inside(p: float) -> None:
    if not 0 < p < 1:
        raise refusal(f"a probability of {p:g} has no quantile", "give one strictly between 0 and 1")


def _require_amount(value: float, what: str, *, positive: bool = False) -> None:
    if not 0 <= value < math.inf or (positive and value == 0):
        raise refusal(f"{what} is {value:g}", f"give a finite number {'above zero' if positive else 'of at least zero'}")


def _require_second_quantile(median: float, p: tuple[float, float]) -> tuple[float, float]:
    level, value = p
    name = _level_name(level)
    if level == 0.5:
        raise refusal("p50 is the median itself", "give another quantile such as p90")
    _require_amount(value, name, positive=True)
    if level > 0.5 and value <= median:
        raise refusal(f"{name} is not above the median", "give a larger value, or a level below p50")
    if level < 0.5 and value >= median:
        raise refusal(f"{name} is not below the median", "give a smaller value, or a level above p50")
    return level, value


def _level_name(level: float) -> str:
    """0.9 is p90, 0.999 is p99.9."""
    if not 0 < level < 1:
        raise refusal(f"{level:g} is not the level of a quantile", "give one strictly between 0 and 1, such as p90")
    return f"p{format_share(level).removesuffix(' %')}"


def _median_and(median: float, p: tuple[float, float] | None, format: Format) -> dict[str, str | float]:
    return {"median": format(median)} | ({_level_name(p[0]): format(p[1])} if p else {})


def _clipped(u: float) -> float:
    """A rescaled uniform number, kept strictly between 0 and 1 where rounding took it to an end."""
    return min(_TOP, max(1 - _TOP, u))


def _bisected(cdf: Callable[[float], float], p: float, low: float, high: float) -> float:
    """The smallest float between the bounds at which the law has reached p."""
    if cdf(low) >= p:
        return low
    while low < (middle := low + (high - low) / 2) < high:
        if cdf(middle) < p:
            low = middle
        else:
            high = middle
    return high


def _incomplete_beta(a: float, b: float, x: float) -> float:
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


# --- reading -----------------------------------------------------------------------------------------------------------

_LEVEL = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,15})?)")


def parse_distribution(tree: object, quantity: Quantity) -> Distribution:
    """The law that a plain quantity or a tagged mapping states, as YAML gives it; `quantity` reads a leaf (`parse_duration`).

    ValueError says what is wrong and what to write instead; unknown laws and keys are answered with the allowed ones.
    """
    if not isinstance(tree, Mapping):
        if isinstance(tree, list | tuple):
            raise refusal("a list alone is not a law", "write a quantity, or tag the list with 'empirical' or 'uniform'")
        return Fixed(value=quantity(tree))
    if len(tree) != 1:
        raise refusal(f"a law is a mapping with one key, not with {len(tree)}", f"write one of {', '.join(_READERS)}")
    ((tag, body),) = tree.items()
    reader = _READERS.get(tag) if isinstance(tag, str) else None
    if reader is None:
        raise refusal(f"{shown(tag)} is not a law", _did_you_mean(tag, _READERS))
    return reader(body, quantity)


def _did_you_mean(word: object, allowed: Iterable[str]) -> str:
    import difflib

    names = list(allowed)
    close = difflib.get_close_matches(str(word)[:40].lower(), names, n=1)
    return (f"did you mean '{close[0]}'? " if close else "") + f"Allowed are {', '.join(names)}"


def _fields(tag: str, body: object, required: Sequence[str], optional: Sequence[str] = (), *, levels: bool = False) -> dict[str, object]:
    """The keys of a law's mapping, each known and none missing."""
    allowed = [*required, *optional, *(["p90 (or any other level)"] if levels else [])]
    if not isinstance(body, Mapping):
        raise refusal(f"{tag} takes a mapping", f"its keys are {', '.join(allowed)}")
    for key in body:
        if not (isinstance(key, str) and (key in required or key in optional or (levels and _LEVEL.fullmatch(key)))):
            raise refusal(f"{tag} has no key {shown(key)}", _did_you_mean(key, allowed))
    for key in required:
        if key not in body:
            raise refusal(f"{tag} lacks its '{key}'", f"its keys are {', '.join(allowed)}")
    return dict(body)


def _second_quantile(tag: str, fields: Mapping[str, object], quantity: Quantity) -> tuple[float, float] | None:
    found = [(match[1], value) for key, value in fields.items() if (match := _LEVEL.fullmatch(key))]
    if len(found) > 1:
        raise refusal(f"{tag} has {len(found)} quantiles beside its median, and one settles it", "keep the best documented one")
    return (parse_share(f"{found[0][0]} %"), quantity(found[0][1])) if found else None


def _listed(tag: str, body: object) -> Sequence[object]:
    if not isinstance(body, list | tuple):
        raise refusal(f"{tag} takes a list", f"write for example {_EXAMPLES[tag]}")
    return body


def _number(value: object, what: str) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1e15:
        raise refusal(f"{what} is {shown(value)}", "give a positive number without a unit")
    return float(value)


def _read_fixed(body: object, quantity: Quantity) -> Distribution:
    return Fixed(value=quantity(body))


def _read_uniform(body: object, quantity: Quantity) -> Distribution:
    if isinstance(body, Mapping):
        fields = _fields("uniform", body, ["low", "high"])
        return Uniform(low=quantity(fields["low"]), high=quantity(fields["high"]))
    bounds = _listed("uniform", body)
    if len(bounds) != 2:
        raise refusal(f"uniform takes two bounds, not {len(bounds)}", f"write for example {_EXAMPLES['uniform']}")
    return Uniform(low=quantity(bounds[0]), high=quantity(bounds[1]))


def _read_exponential(body: object, quantity: Quantity) -> Distribution:
    return Exponential(average=quantity(_fields("exponential", body, ["mean"])["mean"]))


def _read_lognormal(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("lognormal", body, ["median"], ["mean"], levels=True)
    average = quantity(fields["mean"]) if "mean" in fields else None
    return Lognormal(median=quantity(fields["median"]), p=_second_quantile("lognormal", fields, quantity), average=average)


def _read_weibull(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("weibull", body, [], ["median", "mean", "shape"], levels=True)
    return Weibull(
        median=quantity(fields["median"]) if "median" in fields else None,
        p=_second_quantile("weibull", fields, quantity),
        average=quantity(fields["mean"]) if "mean" in fields else None,
        shape=_number(fields["shape"], "the shape of a Weibull law") if "shape" in fields else None,
    )


def _read_empirical(body: object, quantity: Quantity) -> Distribution:
    return Empirical(values=tuple(quantity(value) for value in _listed("empirical", body)))


def _read_mixture(body: object, quantity: Quantity) -> Distribution:
    parts = [_fields("a part of a mixture", part, ["share", "of"]) for part in _listed("mixture", body)]
    return Mixture(parts=tuple((parse_share(part["share"]), parse_distribution(part["of"], quantity)) for part in parts))


def _read_beta(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("beta", body, ["mean", "concentration"])
    try:
        quantity("50 %")
    except ValueError:
        raise refusal("beta is a law of shares, and this quantity is none", "choose another law, such as lognormal") from None
    return Beta(average=parse_share(fields["mean"]), concentration=_number(fields["concentration"], "the concentration of a beta law"))


_EXAMPLES = {
    "uniform": "{uniform: [1 min, 5 min]}",
    "empirical": "{empirical: [2 min, 3 min, 10 min]}",
    "mixture": "{mixture: [{share: 97 %, of: 2 min}, {share: 3 %, of: 4 h}]}",
}
_READERS: dict[str, Callable[[object, Quantity], Distribution]] = {
    "fixed": _read_fixed,
    "uniform": _read_uniform,
    "exponential": _read_exponential,
    "lognormal": _read_lognormal,
    "weibull": _read_weibull,
    "empirical": _read_empirical,
    "mixture": _read_mixture,
    "beta": _read_beta,
}
