"""Where a run goes: on which workers, into which journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from simulator.ensemble.arguments import checked, optional, whole
from simulator.ensemble.executing import cluster, processes
from simulator.ensemble.journaling import journal as kept_in
from simulator.ensemble.replicating import Progress, Running


@contextmanager
@checked(workers=optional(whole(1, 10_000)))
def running(
    *, workers: int | None = None, scheduler: str | None = None, journal: str | Path | None = None, resume: bool = False,
    progress: Progress | None = None,
) -> Iterator[Running]:  # fmt: skip
    """Replications on this machine's cores, or on so many of them as `workers` says; or on the Dask cluster behind a `scheduler`.

    Processes start when there is more to do than starting them takes. With one worker everything happens in this process. A `journal`
    keeps finished chunks, and a run that is to `resume` goes on from what it holds. Refused says in one line why not.
    """
    with ExitStack() as stack:
        book = None if journal is None else stack.enter_context(kept_in(Path(journal), resume=resume))
        if scheduler is not None:
            executor, count = stack.enter_context(cluster(scheduler))
            yield Running(executor=executor, workers=count, journal=book, progress=progress)
            return
        pool = stack.enter_context(processes(workers))
        yield Running(executor=pool if pool.workers > 1 else None, workers=pool.workers, journal=book, progress=progress)
