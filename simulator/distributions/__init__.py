"""Laws of chance as reports allow them to be stated: by a median and another quantile, by a mean, by a list of what was seen.

Every law inverts a uniform number itself, so that one number gives the same draw under every version of every library. Values are
finite and not negative; their unit is that of the quantity: seconds for a duration, a fraction for a share, per second for a rate.
In a file a law is a mapping with one key, `{lognormal: {median: 31 min, p90: 74 min}}`, and a plain quantity is a fixed one.
"""

from simulator.distributions.composed import Beta, Empirical, Mixture
from simulator.distributions.laws import Exponential, Fixed, Law, Lognormal, Uniform, Weibull
from simulator.distributions.reading import Distribution, parse_distribution

DISTRIBUTIONS = (Fixed, Uniform, Exponential, Lognormal, Weibull, Empirical, Mixture, Beta)

__all__ = [
    "DISTRIBUTIONS", "Beta", "Distribution", "Empirical", "Exponential", "Fixed", "Law", "Lognormal", "Mixture", "Uniform", "Weibull",
    "parse_distribution",
]  # fmt: skip
