"""The words of a part of a scenario that may be paths: all its texts but for labels, wherever they stand."""

from collections.abc import Iterator
from typing import Any

LABELS = frozenset({"label", "group", "first", "mechanism"})
"""Keys of words that are no paths: a job's class, a group of stages."""
BY_PATH = frozenset({"spread", "exposure"})
"""Keys of mappings whose own keys are paths."""


def words_of(value: Any, key: str = "") -> Iterator[str]:
    """Every word of a part, written as mappings, lists and texts, that may be a path."""
    if isinstance(value, dict):
        for k, v in value.items():
            if key in BY_PATH:
                yield k
            yield from words_of(v, k)
    elif isinstance(value, list):
        for one in value:
            yield from words_of(one, key)
    elif isinstance(value, str) and key not in LABELS:
        yield value
