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

    __slots__ = ("_rounds", "_settle", "_settled_at", "env", "horizon", "now", "rounds_by", "steps")

    def __init__(self, *, horizon: float) -> None:
        self.env = simpy.Environment()
        self.now = 0.0
        self.horizon = horizon
        self._settle: Callable[[Any], None] | None = None
        self.steps = 0
        self.rounds_by: list[str] = []
        self._settled_at = -1.0
        self._rounds = 0

    def at(self, time: float, priority: int, act: Callable[[Any], None], args: Any = None) -> Deed:
        """Schedule `act` for an instant, rounded to 2^-20 s; an instant in the past is now."""
        env, now = self.env, self.now
        deed = Deed(env, act, args)
        when = round(time * TICKS) / TICKS
        env.schedule(deed, priority, when - now if when > now else 0.0)  # type: ignore[arg-type]
        return deed

    def settle_with(self, settle: Callable[[Any], None]) -> None:
        """Let this settle the instant, after its repairs and failures and before its reactions."""
        self._settle = settle

    def count_round(self, who: str) -> None:
        """Called at each settling; refuses an instant that runs in a circle."""
        now = self.now
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
        peek, step = env.peek, env.step
        steps = 0
        following = peek()
        while following < horizon:
            self.now = following
            step()
            steps += 1
            following = peek()
            if self._settle is not None:
                settle, self._settle = self._settle, None
                if following > self.now:  # nothing else happens at this instant: no need to stand in line
                    settle(None)
                else:
                    self.at(self.now, SETTLING, settle)
                following = peek()
        self.steps = steps
