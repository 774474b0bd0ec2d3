"""What a worker does: replications of a study, one after the other, of a study that it compiles once."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Any, Generic

from simulator.engine.budget import Limits, limited, limits
from simulator.ensemble.sourcing import source_sha256
from simulator.ensemble.studies import S, Study
from simulator.errors import InputError

KEPT_READY = 4
"""Studies that a worker keeps compiled; a command rarely has more under way at a time."""


@dataclass(kw_only=True, frozen=True)
class Done(Generic[S]):
    """Samples of a chunk, in order of replication, and the seconds that they took."""

    samples: list[S]
    seconds: float


class OtherSource(InputError):
    """A worker runs another azsim than whoever sends it work, so that its samples would be other ones; both as hashes of their source."""

    def __str__(self) -> str:
        asked, own = self.args
        return f"a worker runs another azsim ({own[:12]}) than this one ({asked[:12]}); install the same on all machines"


def packed(study: Study[S]) -> bytes:
    """A study as it is sent to workers, with the limits that it has here."""
    return zlib.compress(pickle.dumps((study, limits()), pickle.HIGHEST_PROTOCOL), 1)


def worked(study: bytes, source: str, first: int, end: int) -> Done[Any]:
    """Replications `first` to `end` (without it) of a packed study. OtherSource where whoever asks runs another azsim than this worker."""
    if source != source_sha256():
        raise OtherSource(source, source_sha256())
    take, limit = _ready(study)
    with limited(limit):
        return taken(take, range(first, end))


def taken(take: Callable[[int], S], chunk: range) -> Done[S]:
    """Replications of a study that is compiled."""
    begin = perf_counter()
    samples = [take(n) for n in chunk]
    return Done(samples=samples, seconds=perf_counter() - begin)


@lru_cache(maxsize=KEPT_READY)
def _ready(study: bytes) -> tuple[Callable[[int], Any], Limits]:
    # Only what `packed` has made in this very run arrives here: a journal holds no pickles.
    opened: tuple[Study[Any], Limits] = pickle.loads(zlib.decompress(study))
    return opened[0].ready(), opened[1]
