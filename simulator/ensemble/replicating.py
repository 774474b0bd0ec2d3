"""Many replications, wherever they run, in order: how they are cut into chunks, sent out, and taken in again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Protocol

from simulator.engine.budget import check_memory
from simulator.ensemble.executing import Processes
from simulator.ensemble.journaling import Journal
from simulator.ensemble.refusing import Refused
from simulator.ensemble.sourcing import source_sha256
from simulator.ensemble.studies import S, Study
from simulator.ensemble.working import Done, packed, taken, worked

CHUNK_SECONDS = 0.5
"""What a chunk is meant to take: long beside the way to a worker and back, short beside what a kill may cost."""
START_SECONDS = 2.0
"""Less work than this is not worth starting processes for."""


MEMORY_LOOKS = 64
"""Replications between two looks at the memory that their samples take here."""
TRIES = 3
"""So often a chunk is done again whose worker was killed."""
_KILLED = "workers are killed again and again, perhaps because memory runs out; take fewer of them with --workers"


class Progress(Protocol):
    """Told after each replication: how many are done, of how many at most, and a text on request that says how the estimate stands."""

    def __call__(self, done: int, of: int, said: Callable[[], str] | None = None, /) -> object: ...


@dataclass(kw_only=True, frozen=True)
class Running:
    """How replications are run. None of it changes what comes of them."""

    executor: Executor | None = None
    """Where chunks are worked on; None: in this process."""
    workers: int = 1
    """How many chunks the executor works on at a time."""
    journal: Journal | None = None
    """Where finished chunks are kept."""
    progress: Progress | None = None

    def within(self, before: int, of: int) -> Running:
        """The same for a part of a longer run, of which so many replications come before."""
        told = self.progress
        if told is None:
            return self

        def shifted(done: int, _of: int, said: Callable[[], str] | None = None, /) -> None:
            told(before + done, of, *([] if said is None else [said]))

        return replace(self, progress=shifted)


HERE = Running()


def gather(
    study: Study[S], replications: int, running: Running, add: Callable[[S], object], *, key: str,
    said: Callable[[], str] | None = None, enough: Callable[[int], bool] | None = None,
) -> int:  # fmt: skip
    """Hand the samples of replications 0, 1, ... to `add` in this order; returns how many there were.

    They are fewer than `replications` where `enough`, asked after each of them, says so. In a journal the `key`, which begins with the
    command that asks, tells this study from others of the same command.
    """
    with closing(replicated(study, replications, running, key=key)) as samples:
        for n, sample in enumerate(samples, 1):
            add(sample)
            if n % MEMORY_LOOKS == 0:
                check_memory(" by what is kept of the replications")
            if running.progress is not None:
                running.progress(n, replications, *([] if said is None else [said]))
            if enough is not None and enough(n):
                return n
    return replications


def replicated(study: Study[S], replications: int, running: Running, *, key: str) -> Generator[S, None, None]:
    """The samples of replications 0, 1, ... in order. The same ones whatever the workers, the chunks and the interruptions."""
    pages = None if running.journal is None else running.journal.pages(study, key)
    found = {} if pages is None else pages.chunks()
    missing = _gaps(found.values(), replications)
    following = 0
    waiting: dict[int, list[S]] = {}
    with closing(_computed(study, missing, running)) as fresh:
        while following < replications:
            if following in found:
                assert pages is not None
                samples = pages.read(found[following])
            else:
                while following not in waiting:
                    first, samples = next(fresh)
                    waiting[first] = samples
                    if pages is not None:
                        pages.write(first, samples)
                samples = waiting.pop(following)
            following += len(samples)
            yield from samples[: len(samples) - max(0, following - replications)]


def _gaps(found: Any, replications: int) -> list[range]:
    """What is left of replications when these chunks are there."""
    gaps, begin = [], 0
    for chunk in sorted(found, key=lambda chunk: int(chunk.start)):
        if chunk.start > begin:
            gaps.append(range(begin, min(chunk.start, replications)))
        begin = max(begin, chunk.stop)
    return [gap for gap in [*gaps, range(begin, replications)] if len(gap)]


class _Left:
    """Replications that are still to be handed out, from the first to the last; chunks are as large as their pace asks for."""

    def __init__(self, gaps: Sequence[range], workers: int) -> None:
        self._gaps = list(gaps)
        self._workers = workers
        self._seconds = math.inf
        self.count = sum(map(len, gaps))

    def learn(self, done: Done[Any]) -> None:
        """How long replications take; the first ones of a worker take longer, so it is the shortest mean that counts."""
        self._seconds = min(self._seconds, max(done.seconds / len(done.samples), 1e-6))

    @property
    def seconds(self) -> float:
        """How long one worker would be at all that is left; nothing is known of it at first."""
        return 0.0 if self._seconds == math.inf else self.count * self._seconds

    def cut(self, most: int | None = None) -> range:
        """The next chunk, of so many replications at the most."""
        size = int(CHUNK_SECONDS / self._seconds)
        size = max(1, min(size, math.ceil(self.count / (2 * self._workers)), size if most is None else most))
        gap = self._gaps[0]
        chunk = gap[:size]
        self._gaps[:1] = [gap[size:]] if len(gap) > size else []
        self.count -= len(chunk)
        return chunk


def _computed(study: Study[S], gaps: Sequence[range], running: Running) -> Generator[tuple[int, list[S]], None, None]:
    """Chunks as they get ready: the first replication of each, and its samples."""
    executor, left = running.executor, _Left(gaps, running.workers)
    # Work that is done before workers would have started is done here.
    if left.count and (executor is None or (isinstance(executor, Processes) and not executor.started)):
        take = study.ready()
        while left.count and (executor is None or left.seconds < START_SECONDS):
            # Whoever waits is told of each; only what is written down is worth a chunk.
            chunk = left.cut(1 if running.journal is None else None)
            done = taken(take, chunk)
            left.learn(done)
            yield chunk.start, done.samples
    if left.count and executor is not None:
        yield from _elsewhere(study, left, executor, running.workers)


def _elsewhere(study: Study[S], left: _Left, executor: Executor, workers: int) -> Generator[tuple[int, list[S]], None, None]:
    blob, flying, tries = packed(study), dict[Future[Done[S]], range](), Counter[int]()

    def send(chunk: range) -> None:
        flying[executor.submit(worked, blob, source_sha256(), chunk.start, chunk.stop)] = chunk

    try:
        while flying or left.count:
            # One chunk more than there are workers for each of them, so that none has to wait for its next.
            while left.count and len(flying) < 2 * workers:
                send(left.cut())
            ready, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in ready:
                chunk = flying.pop(future)
                try:
                    done = future.result()
                except BrokenExecutor:
                    # A worker was killed. What it was at has no effect but its samples, so it is simply done again.
                    tries[chunk.start] += 1
                    if tries[chunk.start] > TRIES:
                        raise Refused(_KILLED) from None
                    send(chunk)
                    continue
                left.learn(done)
                yield chunk.start, done.samples
    finally:
        for future in flying:
            future.cancel()
