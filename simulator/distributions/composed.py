"""Laws made of other things: values that were seen, other laws in shares, a mean and how many observations it is worth."""

import math
from bisect import bisect_right
from dataclasses import dataclass

from simulator.distributions.inverting import bisected, clipped, incomplete_beta, require_amount, require_inside
from simulator.distributions.laws import Format, Law, Tagged
from simulator.units import format_duration, format_share, refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class Empirical(Law):
    """One of the values that were seen, each equally likely; kept in ascending order."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(sorted(self.values)))
        if not self.values:
            raise refusal("an empirical law has no values", "list at least one")
        for value in self.values:
            require_amount(value, "a value of an empirical law")

    def quantile(self, p: float) -> float:
        require_inside(p)
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
class Mixture(Law):
    """One of several laws, each with its share; the shares sum to 1.

    Parts are kept in ascending order of their mean, so that their order in a file changes no draw.
    """

    parts: tuple[tuple[float, Law], ...]

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
        require_inside(u)
        below = 0.0
        for share, of in self.parts[:-1]:
            if u < below + share:
                return of.draw(clipped((u - below) / share))
            below += share
        share, of = self.parts[-1]
        return of.draw(clipped((u - below) / share))

    def quantile(self, p: float) -> float:
        require_inside(p)
        each = [of.quantile(p) for _, of in self.parts]
        return bisected(self.cdf, p, min(each), max(each))

    def cdf(self, x: float) -> float:
        return min(1.0, math.fsum(share * of.cdf(x) for share, of in self.parts))

    def mean(self) -> float:
        return math.fsum(share * of.mean() for share, of in self.parts)

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"mixture": [{"share": format_share(share), "of": of.tagged(format)} for share, of in self.parts]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Beta(Law):
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
        require_inside(p)
        return bisected(self.cdf, p, 0.0, 1.0)

    def cdf(self, x: float) -> float:
        return _beta_cdf(self._a(), self._b(), x)

    def mean(self) -> float:
        return self.average

    def tagged(self, format: Format = format_duration) -> Tagged:
        return {"beta": {"mean": format_share(self.average), "concentration": self.concentration}}


def _beta_cdf(a: float, b: float, x: float) -> float:
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    return incomplete_beta(a, b, x)


def share_of(average: float, concentration: float, p: float) -> float:
    """A quantile of a Beta law of a share, for any mean and any concentration, down to where the share is all or nothing.

    As a + b goes to zero, the law of mean m goes to 1 with probability m, and else 0: of X in (e, 1 - e) the probability is at most
    2 a b / (a + b) ln(1 / e), which is below 1e-7 for a + b of 1e-9 and e of 1e-12. A share nearer than 1e-12 to none or all is just that.
    """
    require_inside(p)
    if not 0 < average < 1:
        return float(average >= 1)
    if concentration < _NO_CONCENTRATION:
        return float(p > 1 - average)
    a, b = average * concentration, (1 - average) * concentration
    if p <= _beta_cdf(a, b, _NO_SHARE):
        return 0.0
    if p > _beta_cdf(a, b, 1 - _NO_SHARE):
        return 1.0
    return bisected(lambda x: _beta_cdf(a, b, x), p, 0.0, 1.0)


_NO_CONCENTRATION, _NO_SHARE = 1e-9, 1e-12
