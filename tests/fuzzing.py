"""How long tests look for an input that breaks something: shortly in `make test`, long in `make fuzz`.

`make fuzz` loads the hypothesis profile `fuzz` (registered in conftest.py) and says in AZSIM_FUZZ_SECONDS how long each test may go on.
"""

import os
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

PROFILE = "fuzz"
EXAMPLES = 1_000_000
"""In `make fuzz` time ends a test, not this."""


def register() -> None:
    settings.register_profile(PROFILE, max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """Settings of a fuzz test: so many examples, or as many as the profile `fuzz` allows."""
    long = settings.default is not None and settings.default.max_examples == EXAMPLES
    return settings(max_examples=EXAMPLES if long else examples, deadline=None, suppress_health_check=list(HealthCheck))


class Limit:
    """The time that a fuzz test has, from its first example on; without AZSIM_FUZZ_SECONDS there is no limit."""

    def __init__(self) -> None:
        self._ends: float | None = None

    @property
    def over(self) -> bool:
        if self._ends is None:
            self._ends = time.monotonic() + float(os.environ.get("AZSIM_FUZZ_SECONDS", "inf"))
        return time.monotonic() > self._ends
