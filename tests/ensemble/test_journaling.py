"""A journal loses no more than what was under way, gives back what was written bit by bit, and says no to what it was not made for."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sqlite3
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest

from simulator.ensemble import journaling, replicating
from simulator.ensemble.journaling import journal
from simulator.ensemble.refusing import Refused
from simulator.ensemble.replicating import Running
from tests.ensemble.counting import Count, Counting, counted

MANY = 200
EXPECTED = counted(Counting(), MANY)


def kept(path: Path, study: Counting, replications: int, *, resume: bool = False) -> list[Count]:
    with journal(path, resume=resume) as book:
        return counted(study, replications, Running(journal=book))


def refusal(path: Path, study: Counting | None = None, *, resume: bool = True) -> str:
    before = path.read_bytes()
    with pytest.raises(Refused) as told:
        kept(path, study or Counting(), MANY, resume=resume)
    assert path.read_bytes() == before
    return str(told.value).replace(str(path), "FILE")


@pytest.fixture
def half(tmp_path: Path) -> Path:
    path = tmp_path / "half.sqlite"
    kept(path, Counting(), MANY // 2)
    return path


# -- going on ----------------------------------------------------------------------------------------------------------------------


def test_what_was_written_comes_back_bit_by_bit_and_the_rest_is_added(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = Counting._take
    monkeypatch.setattr(Counting, "_take", lambda self, n: taken.append(n) or take(self, n))
    assert kept(half, Counting(), MANY, resume=True) == EXPECTED
    assert taken == list(range(MANY // 2, MANY))
    assert kept(half, Counting(), MANY, resume=True) == EXPECTED
    assert len(taken) == MANY // 2


def test_fewer_replications_than_it_holds_are_the_first_of_them(half: Path) -> None:
    assert kept(half, Counting(), 7, resume=True) == EXPECTED[:7]


def test_gaps_are_filled(half: Path) -> None:
    with sqlite3.connect(half) as connection:
        firsts = [first for (first,) in connection.execute("SELECT first FROM chunks ORDER BY first")]
        connection.execute("DELETE FROM chunks WHERE first = ?", (firsts[len(firsts) // 2],))
    connection.close()
    assert kept(half, Counting(), MANY, resume=True) == EXPECTED


def test_studies_of_one_command_stand_side_by_side(tmp_path: Path) -> None:
    path = tmp_path / "two.sqlite"
    for resume in (False, True):
        with journal(path, resume=resume) as book:
            for key in ("matrix 0", "matrix 1"):
                samples: list[Count] = []
                replicating.gather(Counting(seed=int(key[-1])), 5, Running(journal=book), samples.append, key=key)
                assert samples == counted(Counting(seed=int(key[-1])), 5)
            assert book.replications() == 10


# -- kills -------------------------------------------------------------------------------------------------------------------------


def work(path: Path, told: Path) -> None:
    """Replay into a journal, and write down after each replication how many there are, until it is killed."""
    replicating.CHUNK_SECONDS = 0.002
    with journal(path, resume=True) as book, told.open("w") as file:

        def tell(done: int, *_: object) -> None:
            file.write(f"{done}\n")
            file.flush()

        counted(Counting(seconds=0.0003), MANY, Running(journal=book, progress=tell))


def test_killed_at_random_moments_it_loses_at_most_what_was_under_way(tmp_path: Path) -> None:
    dice = random.Random(20261130)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.ensemble.test_journaling"])
    path, told = tmp_path / "killed.sqlite", tmp_path / "told"
    kills = unfinished = 0
    while kills < 30:
        told.write_text("")
        before = 0 if not path.exists() else held(path)
        process = context.Process(target=work, args=(path, told))
        process.start()
        begin = time.monotonic()
        # As soon as it has begun, so that the kill meets its work and not its start.
        while not told.read_text() and process.is_alive() and time.monotonic() - begin < 20.0:
            time.sleep(0.001)
        time.sleep(dice.uniform(0.0, 0.05))
        assert process.pid is not None
        with suppress(ProcessLookupError):  # it was done before
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        kills += 1
        last = max((int(line) for line in told.read_text().split("\n")[:-1]), default=0)
        assert before <= held(path) <= MANY
        assert held(path) >= last
        unfinished += held(path) < MANY
        if held(path) == MANY:
            assert kept(path, Counting(), MANY, resume=True) == EXPECTED
            path.unlink()
    assert unfinished >= 10, "the kills came too late to interrupt anything"
    assert kept(path, Counting(), MANY, resume=path.exists()) == EXPECTED


def held(path: Path) -> int:
    if not path.exists():
        return 0  # killed before it was made
    with journal(path, resume=True) as book:
        return book.replications()


# -- saying no ---------------------------------------------------------------------------------------------------------------------


def test_one_that_holds_something_is_not_begun_anew(half: Path) -> None:
    assert refusal(half, resume=False) == (
        "'FILE' holds 100 replications already; go on from them with --resume, or name another file"
    )


def test_another_seed(half: Path) -> None:
    assert refusal(half, Counting(seed=2)) == (
        "'FILE' holds replications of another seed (1, and this is 2); name another file, or run what it was made for"
    )


def test_another_scenario(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"scenario": "other", "scenario_sha256": "c1", "seed": "1"}
    monkeypatch.setattr(Counting, "identity", other)
    assert refusal(half) == (
        "'FILE' holds replications of another scenario (counting, and this is other); name another file, or run what it was made for"
    )
    monkeypatch.setattr(Counting, "identity", {**other, "scenario": "counting"})
    assert refusal(half) == (
        "'FILE' holds replications of another state of the scenario (c0, and this is c1); name another file, or run what it was made for"
    )
    monkeypatch.setattr(Counting, "identity", {"scenario": "counting", "scenario_sha256": "c0", "seed": "1", "tenants": "7"})
    assert refusal(half) == "'FILE' holds replications with another tenants; name another file, or run what it was made for"


def test_another_version(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journaling, "__version__", "9.9")
    assert refusal(half) == (
        "'FILE' holds replications of another version of azsim (0.1.0, and this is 9.9); name another file, or run what it was made for"
    )


def test_another_state_of_the_source(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journaling, "source_sha256", lambda: "ab" * 32)
    assert refusal(half).startswith("'FILE' holds replications of another state of azsim's source (")


def test_another_command(half: Path) -> None:
    with journal(half, resume=True) as book, pytest.raises(Refused, match=r"another command \(count, and this is tenants\)"):
        replicating.gather(Counting(), 3, Running(journal=book), lambda _: None, key="tenants")


def test_a_damaged_chunk(half: Path) -> None:
    with sqlite3.connect(half) as connection:
        first, count, body = connection.execute("SELECT first, count, body FROM chunks ORDER BY first LIMIT 1 OFFSET 1").fetchone()
        connection.execute("UPDATE chunks SET body = ? WHERE first = ?", (body[:-3] + b"abc", first))
    connection.close()
    assert refusal(half) == f"'FILE' is damaged at replications {first} to {first + count - 1}; remove it, and begin anew"


def test_a_file_that_is_no_journal(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("These are my notes, and nobody shall write over them. " * 30)
    assert refusal(text) == "cannot keep a journal in 'FILE': it is no journal; name another file"
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()
    assert refusal(other) == "'FILE' is no journal of this version of azsim; name another file"


def test_one_that_is_being_written(half: Path) -> None:
    with journal(half, resume=True):
        assert refusal(half) == (
            "cannot keep a journal in 'FILE': somebody else is writing it; wait until they are done, or name another file"
        )


def test_a_place_where_nobody_may_write(tmp_path: Path) -> None:
    with pytest.raises(Refused) as told, journal(tmp_path / "no" / "such.sqlite", resume=False):
        pass
    assert str(told.value).endswith("it cannot be opened; name a file in a folder where you may write")


def test_it_holds_no_code(half: Path) -> None:
    """A journal from a stranger is read as JSON: what is in it can be wrong, and can do nothing."""
    with sqlite3.connect(half) as connection:
        bodies = [row[0] for row in connection.execute("SELECT body FROM chunks")]
    connection.close()
    for body in bodies:
        assert all(set(one) == {"n", "drawn", "endless", "text"} for one in json.loads(zlib.decompress(body)))
