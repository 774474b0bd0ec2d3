"""A journal of finished chunks, in SQLite: what an interrupted run goes on from."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic

from simulator import __version__
from simulator.ensemble.refusing import Refused
from simulator.ensemble.sourcing import source_sha256
from simulator.ensemble.studies import S, Study

APPLICATION = 0x617A7369
"""What the head of a journal's file says, at the place where SQLite keeps the application that a file belongs to: "azsi"."""
FORMAT = 1

_TABLES = """
CREATE TABLE studies (key TEXT PRIMARY KEY, identity TEXT NOT NULL);
CREATE TABLE chunks (
    key TEXT NOT NULL REFERENCES studies, first INTEGER NOT NULL, count INTEGER NOT NULL, sha256 BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (key, first)
);
"""


class Journal:
    """A file in which every finished chunk is safe before the next is taken in: a kill costs no more than what was under way.

    Only one process may write it at a time. It holds JSON and no code, so that one from a stranger can do nothing.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection

    def pages(self, study: Study[S], key: str) -> Pages[S]:
        """What the journal holds of a study, and will hold the rest of. Refused where it was made for something else.

        A `key` begins with the command that asks, and tells its studies apart.
        """
        identity = {
            "command": key.split(maxsplit=1)[0], "azsim_version": __version__, "source_sha256": source_sha256(), **study.identity,
            "kept": study.kept.__qualname__,
        }  # fmt: skip
        held = {of: json.loads(text) for of, text in self._connection.execute("SELECT key, identity FROM studies")}
        if key not in held:
            for other in held.values():
                self._refuse_another({"command": other["command"]}, {"command": identity["command"]})
            with self._connection:
                self._connection.execute("INSERT INTO studies VALUES (?, ?)", (key, json.dumps(identity)))
        else:
            self._refuse_another(held[key], identity)
        return Pages(self.path, self._connection, key, study.kept)

    def replications(self) -> int:
        """How many replications it holds."""
        return int(self._connection.execute("SELECT COALESCE(SUM(count), 0) FROM chunks").fetchone()[0])

    def _refuse_another(self, held: Mapping[str, str], asked: Mapping[str, str]) -> None:
        for name, what in _TOLD.items():
            before, now = held.get(name, ""), asked.get(name, "")
            if before != now:
                told = f"{what} ({_short(before)}, and this is {_short(now)})"
                msg = f"'{self.path}' holds replications of {told}; name another file, or run what it was made for"
                raise Refused(msg)
        if dict(held) != dict(asked):
            differing = ", ".join(sorted(name for name in {*held, *asked} if held.get(name) != asked.get(name)))
            msg = f"'{self.path}' holds replications with another {differing}; name another file, or run what it was made for"
            raise Refused(msg)


_TOLD = {
    "command": "another command", "azsim_version": "another version of azsim", "scenario": "another scenario",
    "scenario_sha256": "another state of the scenario", "seed": "another seed", "riders": "other architectures or tenants",
    "riders_sha256": "architectures or tenants that have changed since", "source_sha256": "another state of azsim's source",
}  # fmt: skip
"""What a journal can be of, in the order in which a person wants to hear of it."""


def _short(text: str) -> str:
    return text if len(text) < 64 else f"{text[:12]}…"


class Pages(Generic[S]):
    """The chunks of one study."""

    def __init__(self, path: Path, connection: sqlite3.Connection, key: str, kept: type[S]) -> None:
        self._path, self._connection, self._key = path, connection, key
        self._codec = _codec(kept)

    def chunks(self) -> dict[int, range]:
        """The replications that are there, chunk by chunk, by the first of each."""
        rows = self._connection.execute("SELECT first, count FROM chunks WHERE key = ? ORDER BY first", (self._key,))
        return {first: range(first, first + count) for first, count in rows}

    def read(self, chunk: range) -> list[S]:
        """The samples of a chunk. Refused where they are not what was written."""
        query = "SELECT sha256, body FROM chunks WHERE key = ? AND first = ?"
        digest, body = self._connection.execute(query, (self._key, chunk.start)).fetchone()
        samples: list[S] = []
        if hashlib.sha256(body).digest() == digest:
            samples = self._codec.validate_json(zlib.decompress(body))
        if len(samples) != len(chunk):
            msg = f"'{self._path}' is damaged at replications {chunk.start} to {chunk.stop - 1}; remove it, and begin anew"
            raise Refused(msg)
        return samples

    def write(self, first: int, samples: Sequence[S]) -> None:
        """Keep a chunk; when this returns it is on the disk."""
        body = zlib.compress(self._codec.dump_json(list(samples)), 1)
        row = (self._key, first, len(samples), hashlib.sha256(body).digest(), body)
        with self._connection:
            self._connection.execute("INSERT INTO chunks VALUES (?, ?, ?, ?, ?)", row)


def _codec(kept: Any) -> Any:
    """Writes samples as JSON and reads them again: floats come back bit by bit, infinite ones too."""
    from pydantic import ConfigDict, TypeAdapter

    return TypeAdapter(list[kept], config=ConfigDict(ser_json_inf_nan="constants"))


@contextmanager
def journal(path: Path, *, resume: bool) -> Iterator[Journal]:
    """The journal in a file, which is made where there is none. Refused where it holds something, unless that is to be resumed.

    Refused too is a journal to be resumed that is not there, and what is no regular file.
    """
    connection: sqlite3.Connection | None = None
    _check_place(path, resume=resume)
    try:
        connection = _opened(path)
        book = Journal(path, connection)
        if not resume and (held := book.replications()):
            msg = f"'{path}' holds {held} replications already; go on from them with --resume, or name another file"
            raise Refused(msg)
        yield book
    except sqlite3.Error as error:
        raise Refused(_worded(path, error)) from None
    finally:
        if connection is not None:
            connection.close()


def _check_place(path: Path, *, resume: bool) -> None:
    try:
        mode = path.stat().st_mode
    except OSError:
        if resume and not path.is_symlink():
            raise Refused(f"there is no journal '{path}' to go on from; look at its name, or leave --resume out") from None
        return
    if not stat.S_ISREG(mode):
        raise Refused(f"cannot keep a journal in '{path}': it is no regular file; name another file")


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.0)
    try:
        # Every commit reaches the disk before it returns; nobody else may write meanwhile.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            _begin(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _begin(connection: sqlite3.Connection, path: Path) -> None:
    """Make an empty file a journal; Refused where it is something else already."""
    if not connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        return
    application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if (application, version) != (APPLICATION, FORMAT):
        msg = f"'{path}' is no journal of this version of azsim; name another file"
        raise Refused(msg)


def _worded(path: Path, error: sqlite3.Error) -> str:
    reasons = {
        sqlite3.SQLITE_BUSY: "somebody else is writing it; wait until they are done, or name another file",
        sqlite3.SQLITE_NOTADB: "it is no journal; name another file",
        sqlite3.SQLITE_CORRUPT: "it is damaged; remove it, and begin anew",
        sqlite3.SQLITE_CANTOPEN: "it cannot be opened; name a file in a folder where you may write",
        sqlite3.SQLITE_READONLY: "it cannot be written; name a file in a folder where you may write",
        sqlite3.SQLITE_FULL: "the disk is full; free some space, and go on with --resume",
    }
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return f"cannot keep a journal in '{str(path)[:300]}': {reasons.get(code, str(error))}"
