"""Laws of chance for many draws at once: the same quantiles as those of the laws, as arrays."""

import numpy as np
from numpy.typing import NDArray

from simulator.distributions.composed import Beta
from simulator.distributions.laws import Exponential, Fixed, Law, Lognormal, Uniform, Weibull

Floats = NDArray[np.float64]


def drawn(law: Law, u: Floats) -> Floats:
    """The values that uniform random numbers strictly between 0 and 1 select, as `law.draw` gives them one by one up to rounding."""
    if isinstance(law, Fixed):
        return np.full(u.shape, law.value)
    if isinstance(law, Uniform):
        return law.low + u * (law.high - law.low)
    if isinstance(law, Exponential):
        return np.asarray(-law.average * np.log1p(-u))
    if isinstance(law, Lognormal):
        from scipy.special import ndtri

        return np.asarray(law.median * np.exp(law.sigma * ndtri(u)))
    if isinstance(law, Weibull):
        return np.asarray(law.scale * (-np.log1p(-u)) ** (1.0 / law.k))
    if isinstance(law, Beta):
        from scipy.special import betaincinv

        return np.asarray(betaincinv(law.average * law.concentration, (1.0 - law.average) * law.concentration, u))
    return np.array([law.draw(float(one)) for one in u.ravel()]).reshape(u.shape)
