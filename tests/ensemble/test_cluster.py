"""A real Dask cluster on loopback: the same bytes as in one process, also when one of its workers is killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from simulator import api
from simulator.ensemble import replicating
from simulator.ensemble.executing import cluster
from simulator.ensemble.refusing import Refused
from simulator.ensemble.replicating import Running
from simulator.report.documents import comparison_document
from simulator.report.plain import json_text
from tests.ensemble.counting import Counting, counted

DRILL = "zone-power-interruption"
NAMES = ["single-zone", "two-zone"]
MANY = 24


def dask(*arguments: str) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    return subprocess.Popen([sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"], **quiet)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    told = tmp_path_factory.mktemp("dask") / "scheduler.json"
    first = dask("scheduler", "--port", "0", "--scheduler-file", str(told))
    workers = []
    try:
        while not told.exists() or not told.read_text().strip():
            assert first.poll() is None
            time.sleep(0.05)
        address = json.loads(told.read_text())["address"]
        with pytest.raises(Refused) as said, cluster(address, patience=0.5):
            pass
        assert str(said.value) == f"the Dask scheduler at {address} has no workers; start some with 'dask worker {address}'"
        workers = [dask("worker", address, "--nworkers", "1", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        yield address, workers
    finally:
        for process in (*workers, first):
            process.kill()
            process.wait()


def wait_for(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def test_a_worker_is_killed_in_the_middle_and_the_bytes_are_the_same(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, workers = scheduler
    wait_for(address, 2)
    alone = json_text(comparison_document(api.compare(DRILL, NAMES, replications=MANY, drawn=False), "the same"))
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 0.02)
    killed: list[int] = []

    def kill(done: int, _of: int, _said: object = None) -> None:
        if done == MANY // 3:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(done)

    with cluster(address) as (executor, count):
        assert count == 2
        running = Running(executor=executor, workers=count, progress=kill)
        found = api.compare(DRILL, NAMES, replications=MANY, drawn=False, running=running)
    assert killed
    assert workers[0].wait(20) == -signal.SIGKILL
    assert json_text(comparison_document(found, "the same")) == alone


def test_many_chunks_come_back_in_order(
    scheduler: tuple[str, list[subprocess.Popen[bytes]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = scheduler
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 0.005)
    with cluster(address) as (executor, count):
        assert counted(Counting(seconds=0.001), MANY, Running(executor=executor, workers=count)) == counted(Counting(), MANY)


def test_a_scheduler_that_is_not_there_is_said_so() -> None:
    with pytest.raises(Refused) as told, cluster("tcp://127.0.0.1:1", patience=0.3):
        pass
    assert str(told.value).startswith("no Dask scheduler answers at tcp://127.0.0.1:1 (")
    assert str(told.value).endswith("); start one with 'dask scheduler', or look at the address")


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Refused) as told, cluster("tcp://127.0.0.1:1"):
        pass
    assert str(told.value) == "a scheduler needs the package 'distributed': pip install 'azsim[distributed]'"
