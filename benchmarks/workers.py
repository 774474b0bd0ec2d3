"""Workers of Dask on loopback, each with one thread, as a user would start them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DASK = str(Path(sys.executable).with_name("dask"))
LOOPBACK = "127.0.0.1"
_WAIT = "import sys; from distributed import Client; Client(sys.argv[1], timeout=30).wait_for_workers(int(sys.argv[2]), timeout=60)"


@contextmanager
def dask_workers(count: int, folder: Path) -> Iterator[str]:
    """The address of a scheduler that has so many workers; what they have to write goes into a folder."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = free.getsockname()[1]
    address = f"tcp://{LOOPBACK}:{port}"
    with ExitStack() as stack:
        stack.enter_context(_running("scheduler", "--host", LOOPBACK, "--port", str(port), "--no-dashboard", folder=folder))
        stack.enter_context(_running("worker", address, "--nworkers", str(count), "--nthreads", "1", "--no-dashboard", folder=folder))
        subprocess.run([sys.executable, "-c", _WAIT, address, str(count)], check=True, capture_output=True, timeout=120)
        yield address


@contextmanager
def _running(*arguments: str, folder: Path) -> Iterator[None]:
    with (folder / f"dask-{arguments[0]}.log").open("w") as log:
        process = subprocess.Popen([DASK, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)
