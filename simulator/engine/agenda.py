"""The order of things: simulated time on SimPy, and within one instant repairs, failures, settling, reactions, measuring."""

from collections.abc import Callable
from typing import Any

import simpy

REPAIR, FAILURE, SETTLING, REACTION, MEASURING = (phase << 32 for phase in range(5))
"""Phases of an instant, as SimPy priorities; the rank of the owner's path is added to them."""

TICKS = 2.0**20
MOST_ROUNDS = 100
"""An instant that is settled more often than this runs in a circle."""


class Deed(simpy.Event):
    """Something that will happen at an instant. Unlike a bare SimPy event it carries what it needs, and can be called off."""

    def __init__(self, env: simpy.Environment, act: Callable[[Any], None], args: Any) -> None:
        self.env = env
        self.callbacks = [act]
        self._value = None
        self._ok = True
        self.args = args

    def call_off(self) -> None:
        """It will not happen; its place on the agenda passes without effect."""
        if self.callbacks is not None:
            self.callbacks.clear()


class Endless(Exception):
    """An instant that never settles; names the loop."""


class Agenda:
    """What is to happen, in order. Equal instants and phases go by rank, then by order of entry."""

    __slots__ = ("_rounds", "_settled_at", "env", "horizon", "rounds_by", "steps")

    def __init__(self, *, horizon: float) -> None:
        self.env = simpy.Environment()
        self.horizon = horizon
        self.steps = 0
        self.rounds_by: list[str] = []
        self._settled_at = -1.0
        self._rounds = 0

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return self.env.now

    def at(self, time: float, priority: int, act: Callable[[Any], None], args: Any = None) -> Deed:
        """Schedule `act` for an instant, rounded to 2^-20 s; an instant in the past is now."""
        env = self.env
        deed = Deed(env, act, args)
        now = env.now
        when = round(time * TICKS) / TICKS
        env.schedule(deed, priority, when - now if when > now else 0.0)  # type: ignore[arg-type]
        return deed

    def count_round(self, who: str) -> None:
        """Called at each settling; refuses an instant that runs in a circle."""
        now = self.env.now
        if now != self._settled_at:
            self._settled_at, self._rounds = now, 0
            self.rounds_by = []
        self._rounds += 1
        self.rounds_by.append(who)
        if self._rounds > MOST_ROUNDS:
            loop = " -> ".join(dict.fromkeys(self.rounds_by[-10:]))
            msg = f"{MOST_ROUNDS} rounds at {now} s and still not settled: {loop}"
            raise Endless(msg)

    def run(self) -> None:
        """Let everything happen that is due before the horizon; what is due at the horizon itself is not."""
        env, horizon = self.env, self.horizon
        steps = 0
        while env.peek() < horizon:
            env.step()
            steps += 1
        self.steps = steps
