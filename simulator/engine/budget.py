"""What one replication may take: events and memory. Both have limits that whoever runs azsim can raise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import InputError
from simulator.units import format_duration

if TYPE_CHECKING:
    from simulator.engine.run import Run
    from simulator.engine.trace import Trace

EVENTS, MEMORY = 10_000_000, 4_000_000_000
"""Limits where nobody asks for others: events of one replication, and bytes of one process. A replication of a catalogue incident has some
thousand events, a fleet that fails and is repaired for years some million."""
STRIDE = 4096
"""Events between two looks at the memory: what lies between costs less than one of them."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most that a replication may take; `events` of one replication, `memory` in bytes of the process that it runs in."""

    events: int = EVENTS
    memory: int = MEMORY


_USUAL = Limits()
_LIMITS: ContextVar[Limits] = ContextVar("limits", default=_USUAL)


def limits() -> Limits:
    """The limits of now."""
    return _LIMITS.get()


@contextmanager
def limited(chosen: Limits) -> Iterator[None]:
    """Other limits for everything that runs meanwhile; workers get them with their work."""
    token = _LIMITS.set(chosen)
    try:
        yield
    finally:
        _LIMITS.reset(token)


def memory() -> int:
    """Bytes of memory that this process has now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


def _page() -> int:
    try:
        import resource
    except ImportError:  # no Unix: the memory is unknown there too
        return 4096
    return resource.getpagesize()


_PAGE = _page()


def check_memory(where: str = "", places: tuple[str, ...] = ()) -> None:
    """InputError where this process has taken more memory than it may."""
    most = limits().memory
    if memory() > most:
        fact = f"the memory limit of {_bytes(most)} is reached{where}"
        raise _refusal(f"{fact}; make the scenario smaller, or allow more with --max-memory", places)


class Budget:
    """The limits of one replication, and what it says when one is reached."""

    def __init__(self, *, trace: Trace) -> None:
        self.trace = trace
        self.events = limits().events

    def look(self, steps: int, now: float) -> int:
        """At an event; returns the number of the event at which to look again."""
        if steps >= self.events:
            self._stop(now, f"the limit of {self.events:,} events is reached", f"allow more with --max-events {10 * self.events}")
        if memory() > limits().memory:
            self._stop(now, f"the memory limit of {_bytes(limits().memory)} is reached", "allow more with --max-memory")
        return min(steps + STRIDE, self.events)

    def submit(self, n: int, where: str) -> None:
        """Before so many jobs are handed in at once."""
        if n > self.events:
            fact = f"{n:,} jobs at once are more than the limit of {self.events:,} events"
            raise _refusal(f"{fact}; hand in fewer and larger ones, or allow more with --max-events", (where,))

    def submitted(self, n: int, where: str) -> None:
        """After n of the jobs that are handed in at once."""
        if n % STRIDE == 0:
            check_memory(f" while jobs are handed in at '{where}'", (where,))

    def _stop(self, instant: float, fact: str, remedy: str) -> None:
        now, end = (format_duration(round(time)) for time in (instant, self.trace.horizon))
        last = self.trace.last()
        # What a rule sets going costs more records than the rule itself, and yet it is the rule that is to be changed.
        rules = Counter(owner for _, change, owner in last if change == "rule")
        ruling = [name for name, n in rules.most_common(1) if n > len(last) / 20]
        spenders = ruling or [name for name, _ in Counter(owner for _, _, owner in last).most_common(1)]
        by = f", most of them at '{spenders[0]}'" if spenders else ""
        advice = "let it happen less often, in larger parts or over a shorter horizon"
        raise _refusal(f"{fact} {now} after the start, of {end}{by}; {advice}, or {remedy}", tuple(spenders))


def endless(run: Run) -> InputError:
    """What to say of an instant that never settles: the rules that act in it again and again, else what changes in it."""
    now, names = run.agenda.now, run.agenda.rounds_by
    acting = [owner for time, change, owner in run.trace.last() if time == now and change == "rule"]
    loop = tuple(dict.fromkeys(acting[-10:] or names[-10:]))
    what = "rule" if acting else "component"
    shown = " -> ".join(f"'{name}'" for name in (*loop, loop[0]))
    fact = f"an endless loop at one instant, {format_duration(round(now))} after the start: {what} {shown}"
    return _refusal(f"{fact}; let one of them act 'after' some time, or at most 'once'", loop)


def _refusal(text: str, places: tuple[str, ...]) -> InputError:
    error = InputError(text)
    error.places = places
    return error


def _bytes(n: int) -> str:
    return f"{n / 1e9:g} GB" if n >= 1e9 else f"{n / 1e6:g} MB"
