"""Which azsim it is that works something out: a hash of the source of all that a sample depends on."""

import hashlib
from functools import lru_cache
from pathlib import Path

SHOWN_ONLY = frozenset({"cli", "report"})
"""Rooms that only show what was worked out."""


@lru_cache(maxsize=1)
def source_sha256() -> str:
    """The same wherever the same azsim is installed. Within one version it changes with every change of the source."""
    root, digest = Path(__file__).resolve().parent.parent, hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] not in SHOWN_ONLY:
            digest.update(place.as_posix().encode() + b"\x1f" + path.read_bytes() + b"\x1e")
    return digest.hexdigest()
