"""Ctrl-C: raised where it arrives, and remembered, since a library in the middle of a callback may swallow it."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

_ARRIVED = threading.Event()


def heed() -> None:
    """Stop here when Ctrl-C was pressed and nothing has stopped yet."""
    if _ARRIVED.is_set():
        raise KeyboardInterrupt


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Remember Ctrl-C while a command runs; a handler that somebody else has set is left alone."""
    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield
        return

    def remember(_signal: int, _frame: FrameType | None) -> None:
        _ARRIVED.set()
        raise KeyboardInterrupt

    _ARRIVED.clear()
    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
