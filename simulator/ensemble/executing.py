"""Where replications run: processes of this machine, or the workers of a Dask cluster. Both are executors of `concurrent.futures`."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing.connection import Connection
from multiprocessing.resource_tracker import ensure_running
from typing import Any, TypeVar

from simulator.ensemble.refusing import Refused
from simulator.scenario.problems import quoted

T = TypeVar("T")

_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss|ucx)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}/?|inproc://[A-Za-z0-9./_-]+")


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes(Executor):
    """Worker processes that are started when the first work comes, and started anew when one of them is killed.

    They are spawned, so that they share nothing with the process that starts them, end with it however it ends, and leave Ctrl-C to it.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._context = multiprocessing.get_context("spawn")
        self._watched, self._held = self._context.Pipe(duplex=False)
        self._pool: ProcessPoolExecutor | None = None

    @property
    def started(self) -> bool:
        """Whether there are workers already; to start them takes about a second."""
        return self._pool is not None

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Let a worker call this. Where one was killed, which is the end of all of them, others are started."""
        try:
            return self._handed(fn, *args, **kwargs)
        except BrokenExecutor:
            self.shutdown(cancel_futures=True)
            return self._handed(fn, *args, **kwargs)

    def _handed(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        with _without_ctrl_c() if self._pool is None else nullcontext():
            return self._opened().submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the workers end when they have done what they are at."""
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
            self._pool = None

    def stop(self) -> None:
        """Let the workers drop what they are at, and end."""
        if self._pool is not None:
            self._held.close()
            self.shutdown(cancel_futures=True)

    def _opened(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers, mp_context=self._context, initializer=_begin_work, initargs=(self._watched,)
            )
        return self._pool


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back while workers are started: what is started now never hears of it, and this process does when it is over."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The tracker that multiprocessing starts with its first process lets Ctrl-C through again: it has to be there before.
    ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_work(watched: Connection) -> None:
    """In a new worker: whoever waits for it decides about Ctrl-C, and when that process is gone or done with it nobody waits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_when_let_go, args=(watched,), daemon=True).start()


def _end_when_let_go(watched: Connection) -> None:
    # Nothing is ever sent: the other end is closed by whoever holds it, or by the system when that process is killed.
    with suppress(EOFError, OSError):
        watched.recv()
    os._exit(0)


@contextmanager
def processes(workers: int | None = None) -> Iterator[Processes]:
    """Worker processes on this machine, as many as it has cores where no number is given."""
    pool = Processes(cores() if workers is None else workers)
    try:
        yield pool
    finally:
        pool.stop()


@contextmanager
def cluster(address: str, *, patience: float = 10.0) -> Iterator[tuple[Executor, int]]:
    """The workers of a Dask cluster behind the address of its scheduler, and how many chunks they can work on at a time.

    Refused where `distributed` is not installed, or nothing answers within so many seconds of `patience`.
    """
    if not _ADDRESS.fullmatch(address):
        raise Refused(f"{quoted(address)} is no address of a Dask scheduler; write one such as tcp://192.168.0.7:8786")
    try:
        from distributed import Client
    except ImportError:
        msg = "a scheduler needs the package 'distributed': pip install 'azsim[distributed]'"
        raise Refused(msg) from None
    try:
        client = Client(address, timeout=patience, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"no Dask scheduler answers at {address} ({type(error).__name__}); start one with 'dask scheduler', or look at the address"
        raise Refused(msg) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            msg = f"the Dask scheduler at {address} has no workers; start some with 'dask worker {address}'"
            raise Refused(msg) from None
        yield client.get_executor(pure=False), sum(client.nthreads().values())
