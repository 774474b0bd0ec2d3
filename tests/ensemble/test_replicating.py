"""The same samples in the same order, wherever replications run and however they are cut into chunks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.ensemble import executing, replicating
from simulator.ensemble.executing import processes
from simulator.ensemble.refusing import Refused
from simulator.ensemble.replicating import TRIES, Running, gather
from simulator.ensemble.working import Done, OtherSource, packed, worked
from tests.ensemble.counting import Count, Counting, counted

MANY = 60
EXPECTED = counted(Counting(), MANY)


class Shuffled(Executor):
    """Works on what it was given only when somebody waits, in any order, and hands over one chunk at a time."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._left: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.chunks: list[range] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._left.append((future, lambda: fn(*args, **kwargs)))
        self.chunks.append(range(*args[-2:]))
        return future

    def work(self, futures: Any, return_when: str) -> tuple[set[Future[Any]], set[Future[Any]]]:
        """In the place of `concurrent.futures.wait`."""
        future, call = self._left.pop(self._dice.randrange(len(self._left)))
        future.set_result(call())
        return {future}, set(futures) - {future}


CHUNKS = st.sampled_from([1e-9, 1e-6, 1e-5, 1e-4, 1.0])


@given(seed=st.integers(0, 10_000), workers=st.integers(1, 5), chunk=CHUNKS, many=st.integers(1, MANY))
@settings(deadline=None, max_examples=60)
def test_any_order_and_any_chunks_give_the_same(seed: int, workers: int, chunk: float, many: int) -> None:
    executor = Shuffled(random.Random(seed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicating, "wait", executor.work)
        patch.setattr(replicating, "CHUNK_SECONDS", chunk)
        assert counted(Counting(), many, Running(executor=executor, workers=workers)) == EXPECTED[:many]
    assert sorted(n for piece in executor.chunks for n in piece) == list(range(many))


def test_samples_taken_as_they_come_are_another_order() -> None:
    """The wrong mechanism: whoever hands over a chunk as soon as it is done gives what depends on the workers."""
    executor = Shuffled(random.Random(1))

    def as_they_come(study: Counting, replications: int, running: Running, **_: object) -> Iterator[Count]:
        for _, samples in replicating._computed(study, [range(replications)], running):
            yield from samples

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replicating, "wait", executor.work)
        patch.setattr(replicating, "CHUNK_SECONDS", 1e-6)
        patch.setattr(replicating, "replicated", as_they_come)
        found = counted(Counting(), MANY, Running(executor=executor, workers=4))
    assert found != EXPECTED
    assert sorted(one.n for one in found) == [one.n for one in EXPECTED]


def test_threads_are_an_executor_too() -> None:
    with ThreadPoolExecutor(3) as threads:
        assert counted(Counting(), MANY, Running(executor=threads, workers=3)) == EXPECTED


def test_processes_give_the_same_and_compile_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicating, "START_SECONDS", 0.0)
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 0.05)
    study = Counting(seconds=0.01, ready_in=tmp_path)
    with processes(2) as pool:
        assert counted(study, MANY, Running(executor=pool, workers=2)) == EXPECTED
        assert pool.started
    told = {file.name: file.read_text() for file in tmp_path.iterdir()}
    # This process takes the first replication, to see how long it takes; each worker compiles once for all of its chunks.
    assert len(told) == 3
    assert set(told.values()) == {"ready\n"}


def test_little_work_starts_no_processes() -> None:
    with processes(2) as pool:
        assert counted(Counting(), MANY, Running(executor=pool, workers=2)) == EXPECTED
        assert not pool.started


def test_a_killed_worker_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicating, "START_SECONDS", 0.0)
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 0.02)
    study = Counting(seconds=0.005, kills_at=40, killed=tmp_path / "killed")
    with processes(2) as pool:
        assert counted(study, MANY, Running(executor=pool, workers=2)) == EXPECTED
    assert (tmp_path / "killed").exists()


def test_workers_that_are_killed_again_and_again_end_the_run() -> None:
    class Killed(Executor):
        sent = 0

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            self.sent += 1
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor("gone"))
            return future

    executor = Killed()
    with pytest.raises(Refused) as told:
        counted(Counting(), 1, Running(executor=executor, workers=1))
    assert str(told.value) == (
        "workers are killed again and again, perhaps because memory runs out; take fewer of them with --workers"
    )
    assert executor.sent == 1 + TRIES


def test_an_error_in_a_worker_arrives_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with ThreadPoolExecutor(1) as threads, pytest.raises(AttributeError, match="exists"):
        counted(Counting(kills_at=0, killed="no path"), 1, Running(executor=threads, workers=1))  # type: ignore[arg-type]


def test_a_worker_with_another_source_refuses() -> None:
    with pytest.raises(OtherSource) as told:
        worked(packed(Counting()), "0123456789abcdef", 0, 1)
    assert str(told.value).startswith("a worker runs another azsim (")
    assert str(told.value).endswith(") than this one (0123456789ab); install the same on all machines")


def test_enough_ends_the_run_and_leaves_what_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    executor = Shuffled(random.Random(3))
    monkeypatch.setattr(replicating, "wait", executor.work)
    samples: list[Count] = []
    running = Running(executor=executor, workers=2)
    taken = gather(Counting(), MANY, running, samples.append, key="count", enough=lambda n: n >= 7)
    assert (taken, samples) == (7, EXPECTED[:7])
    assert all(future.cancelled() for future, _ in executor._left)


def test_progress_is_told_after_each_replication_and_says_the_estimate() -> None:
    told: list[tuple[int, int, str]] = []
    running = Running(progress=lambda done, of, said=None: told.append((done, of, said() if said else "")))
    gather(Counting(), 3, running.within(10, 20), lambda _: None, key="count", said=lambda: "about 5")
    assert told == [(11, 20, "about 5"), (12, 20, "about 5"), (13, 20, "about 5")]


def test_chunks_aim_at_a_time_and_leave_something_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 1.0)
    left = replicating._Left([range(5), range(10, 1000)], workers=2)
    assert len(left.cut()) == 1  # nothing is known yet
    left.learn(Done(samples=[0, 0], seconds=0.2))
    assert left.seconds == pytest.approx(994 * 0.1)
    assert left.cut() == range(1, 5)  # a gap ends
    assert left.cut() == range(10, 20)
    left.learn(Done(samples=[0], seconds=0.001))
    assert left.cut() == range(20, 265)  # a quarter of what is left, for two workers


def test_the_cores_that_may_be_used_are_counted() -> None:
    assert executing.cores() >= 1
