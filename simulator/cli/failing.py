"""Exit codes, and the failures of writing that a person can do something about."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator.errors import InputError

EXPECTATION_FAILED = 1
WRONG_INPUT = 2
BUG = 3
# What shells report for a program that SIGINT or SIGPIPE ended.
INTERRUPTED = 130
PIPE_CLOSED = 141

LONGEST = 300
"""Characters of a path in a message."""
_REMEDIES = {
    errno.ENOSPC: "free some space, or name another place",
    errno.EDQUOT: "free some space, or name another place",
    errno.EACCES: "name a place where you may write",
    errno.EPERM: "name a place where you may write",
    errno.EROFS: "name a place where you may write",
    errno.ENOTDIR: "a part of this path is a file; name another place",
    errno.EEXIST: "this is a file; name a folder",
    errno.EISDIR: "this is a folder; name a file",
    errno.ENOENT: "create the folder first, or name another place",
    errno.ELOOP: "this is a link that leads to itself; name another place",
    errno.ENXIO: "nobody reads from there; start the reader first, or name a file",
    errno.ENAMETOOLONG: "name a shorter one",
}


class Unwritable(InputError):
    """A result cannot be put where it was asked for."""

    @staticmethod
    def worded(where: str, error: OSError) -> str:
        """The fact and the remedy, in one line."""
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        where = where if len(where) <= LONGEST else f"{where[:LONGEST]}..."
        return f"cannot write to {where}: {reason}; {_REMEDIES.get(error.errno or 0, 'name another place')}"


@contextlib.contextmanager
def worded(where: Path) -> Iterator[None]:
    """Around everything that writes to a place: an error of the system becomes Unwritable, with what to do about it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(Unwritable.worded(f"'{where}'", error)) from None


def let_go_of_stdout() -> None:
    """Points standard output nowhere, so that the interpreter does not fail once more when it flushes at the end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
