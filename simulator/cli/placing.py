"""Files that take the place of others: only of regular ones, through links, and without a trace of what was interrupted."""

import contextlib
import importlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator.cli.failing import Unwritable, worded

fcntl: Any = importlib.import_module("fcntl") if os.name == "posix" else None
"""Locks; where there are none nothing is swept up, and all else is the same."""

_PREFIX = ".azsim-"
_OURS = re.compile(r"\.azsim-[a-z0-9_]{8}")
PATIENCE = 1.0
"""Seconds that somebody else may take to make or sweep up what is temporary in a folder; nobody waits longer for it."""
_NAMED_PIPES = ("/dev/", "/proc/")
"""Names of this process's own open files, such as /dev/stdout: whoever opened them has to get what is written."""


def is_written_through(path: Path) -> bool:
    """Whether a place takes what is written and is no file that could be replaced: a pipe, a terminal, /dev/null, /dev/fd/63."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) or str(path.absolute()).startswith(_NAMED_PIPES)


def regular_target(path: Path) -> Path:
    """The regular file that a path leads to, through links, or the place where it will be. Unwritable where something else is there."""
    with worded(path):
        target = path
        if path.is_symlink():
            try:
                target = path.resolve()
            except RuntimeError:  # a link that leads to itself, on Python 3.11 and 3.12
                path.stat()
        mode = target.stat().st_mode if target.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        raise Unwritable(f"cannot write to '{path}': it is no regular file; remove it, or name another place")
    return target


@contextlib.contextmanager
def written_through(path: Path) -> Iterator[Path]:
    """A temporary file whose content goes into a pipe or a character device when it is complete. Unwritable where nobody reads there."""
    with worded(path):
        if not (stat.S_ISFIFO(mode := path.stat().st_mode) or stat.S_ISCHR(mode) or stat.S_ISREG(mode)):
            raise Unwritable(f"cannot write to '{path}': it is neither a file nor a pipe; name a file")
        # Opened before the work, and without waiting for somebody who reads: a long run does not end in that.
        handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_APPEND)
        os.set_blocking(handle, True)
    with open(handle, "wb", buffering=0) as through, tempfile.TemporaryDirectory(prefix=_PREFIX[1:]) as folder:
        made = Path(folder, f"made{path.suffix}")
        made.touch()
        yield made
        with worded(path), made.open("rb") as whole:
            shutil.copyfileobj(whole, through)


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A folder in another one, held while it is in use; what killed runs have left there is swept up first."""
    with worded(parent), _alone_in(parent):
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        held = _held(made)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        _let_go(held)


@contextlib.contextmanager
def temporary_file(parent: Path, shown: Path) -> Iterator[Path]:
    """A file in a folder, likewise; `shown` is the place that messages name."""
    with worded(shown), _alone_in(parent):
        handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=parent)
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    made = Path(name)
    try:
        yield made
    finally:
        made.unlink(missing_ok=True)
        os.close(handle)


def move(made: Path, target: Path) -> None:
    """Let a file that is complete take the place of another, on whatever disk that is."""
    if _disk(made) == _disk(target.parent):
        os.replace(made, target)
        return
    handle, name = tempfile.mkstemp(prefix=_PREFIX, dir=target.parent)
    os.close(handle)
    try:
        shutil.copyfile(made, name)
        shutil.copymode(made, name)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _disk(path: Path) -> int:
    return path.stat().st_dev


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else makes or sweeps up something here meanwhile; what is left of runs that were killed is gone afterwards.

    Whoever is at work holds a lock on what it fills, which ends with its process, however that ends.
    """
    held, until = _held(folder), time.monotonic() + PATIENCE
    while held is None and fcntl is not None and time.monotonic() < until:
        time.sleep(0.01)
        held = _held(folder)
    try:
        if held is not None:
            _sweep(folder)
        yield
    finally:
        _let_go(held)


def _sweep(folder: Path) -> None:
    with contextlib.suppress(OSError):
        for left in [path for path in folder.iterdir() if _OURS.fullmatch(path.name)]:
            with contextlib.suppress(OSError):
                if left.is_symlink() or left.stat().st_uid != os.geteuid() or (held := _held(left)) is None:
                    continue
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()
                _let_go(held)


def _held(path: Path) -> int | None:
    """A lock on a file or folder; None where somebody else holds it, or where there are no locks."""
    if fcntl is None:
        return None
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        _let_go(handle)
        return None
    return handle


def _let_go(held: int | None) -> None:
    if held is not None:
        os.close(held)
