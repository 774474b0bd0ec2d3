"""How long tests look for an input that breaks something: shortly in `make test`, long in `make fuzz`.

`make fuzz` loads the hypothesis profile `fuzz` (registered in conftest.py) and says in AZSIM_FUZZ_SECONDS how long each of them goes on.
"""

import functools
import os
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

PROFILE = "fuzz"
ROUND = 500
"""Examples between two looks at the clock."""


def register() -> None:
    settings.register_profile(PROFILE, max_examples=ROUND, deadline=None, suppress_health_check=list(HealthCheck))


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """A test of so many examples; in `make fuzz` of as many as there is time for, in rounds that each begin anew."""
    seconds = os.environ.get("AZSIM_FUZZ_SECONDS")

    def decorated(test: Any) -> Any:
        once = settings(max_examples=ROUND if seconds else examples, deadline=None, suppress_health_check=list(HealthCheck))(test)
        if seconds is None:
            return once

        @functools.wraps(once)
        def again(*args: Any, **kwargs: Any) -> None:
            ends = time.monotonic() + float(seconds)
            while time.monotonic() < ends:
                once(*args, **kwargs)

        return again

    return decorated
