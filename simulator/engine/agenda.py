"""The order of things: simulated time on SimPy, and within one instant repairs, failures, settling, reactions, admissions, measuring."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, Final

import simpy

REPAIR: Final = 0 << 32
FAILURE: Final = 1 << 32
SETTLING: Final = 2 << 32
REACTION: Final = 3 << 32
ADMISSION: Final = 4 << 32
MEASURING: Final = 5 << 32
"""Phases of an instant, as SimPy priorities; the rank of the owner's path is added to them."""
AFTER_FAILURES: Final = FAILURE + (1 << 31)
"""What follows from failures of the instant and has to see all of them; no path has a rank as high."""

COARSE: Final = 4_294_967_296.0
"""Between this many seconds and twice as many, floats lie 2^-20 s apart: adding it and taking it away rounds to that, half to even."""
MOST_ROUNDS: Final = 100
"""An instant that is settled more often than this runs in a circle."""


class Deed:
    """Something that will happen at an instant: `act(args)`. It can be called off."""

    __slots__ = ("act", "args")

    def __init__(self, act: Callable[[Any], None] | None, args: Any) -> None:
        self.act, self.args = act, args

    def call_off(self) -> None:
        """It will not happen; its place on the agenda passes without effect, and it holds on to nothing."""
        self.act = self.args = None


class Endless(Exception):
    """An instant that never settles; names the loop."""


class Agenda:
    """What is to happen, in order. Equal instants and phases go by rank, then by order of entry.

    Deeds stand in the queue of a SimPy environment and are taken out of it here: a full SimPy event, with its list of callbacks and
    its outcome, takes as long as most of what is done at an instant.
    """

    __slots__ = (
        "_admit", "_entries", "_look", "_queue", "_rounds", "_settle", "_settled_at", "env", "horizon", "now", "rounds_by", "steps",
    )  # fmt: skip

    def __init__(self, *, horizon: float, look: Callable[[int, float], int] | None = None) -> None:
        self.env = simpy.Environment()
        self._queue: list[tuple[float, int, int, Deed]] = self.env._queue  # type: ignore[assignment]
        self._entries = self.env._eid
        self.now = 0.0
        self.horizon = horizon
        self._look = look
        self._settle: Callable[[Any], None] | None = None
        self._admit: Callable[[Any], None] | None = None
        self.steps = 0
        self.rounds_by: list[str] = []
        self._settled_at = -1.0
        self._rounds = 0

    def at(self, time: float, priority: int, act: Callable[[Any], None], args: Any = None) -> Deed:
        """Schedule `act(args)` for an instant, rounded to 2^-20 s; an instant in the past is now."""
        deed = Deed(act, args)
        when = (time + COARSE) - COARSE
        heappush(self._queue, (when if when > self.now else self.now, priority, next(self._entries), deed))
        return deed

    def settle_with(self, settle: Callable[[Any], None]) -> None:
        """Let this settle the instant, after its repairs and failures and before its reactions."""
        self._settle = settle

    def admit_with(self, admit: Callable[[Any], None]) -> None:
        """Let this admit what has arrived at stations, when all else of the instant is over."""
        self._admit = admit

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

    def pending(self) -> list[Any]:
        """What was to happen after the horizon, or was only about to: the arguments of each."""
        return [deed.args for _, _, _, deed in self._queue if deed.act is not None]

    def end(self) -> None:
        """What lies beyond the horizon will not happen; and SimPy's environment holds on to itself by what it binds early."""
        for _, _, _, deed in self._queue:
            deed.call_off()
        self._queue.clear()
        self._settle = self._admit = self._look = None
        vars(self.env).clear()

    def settle_start(self) -> None:
        """Let what is due at the first instant happen and settle: what follows from the state in which a world starts."""
        queue = self._queue
        self._stand_in_line(0.0)
        while queue and queue[0][0] <= 0.0:
            deed = heappop(queue)[-1]
            if deed.act is not None:
                deed.act(deed.args)
            self._stand_in_line(0.0)

    def _stand_in_line(self, now: float) -> None:
        """Put settling and admission where they belong among what else happens at this instant."""
        settle, self._settle = self._settle, None
        admit, self._admit = self._admit, None
        if settle is not None:
            self.at(now, SETTLING, settle)
        if admit is not None:
            self.at(now, ADMISSION, admit)

    def run(self) -> None:
        """Let everything happen that is due before the horizon; what is due at the horizon itself is not."""
        queue, horizon = self._queue, self.horizon
        steps, look_at = 0, 0 if self._look is not None else -1
        while queue and queue[0][0] < horizon:
            now, _, _, deed = heappop(queue)
            self.now = self.env._now = now
            if steps == look_at and self._look is not None:
                look_at = self._look(steps, now)
            steps += 1
            act, args = deed.act, deed.args
            if act is not None:
                # Who keeps the deed, to call it off, is as a rule among its arguments: they would hold each other for ever.
                deed.act = deed.args = None
                act(args)
            while self._settle is not None or self._admit is not None:
                if queue and queue[0][0] <= now:
                    self._stand_in_line(now)
                elif self._settle is not None:  # nothing else happens at this instant: no need to stand in line
                    settle, self._settle = self._settle, None
                    settle(None)
                elif self._admit is not None:
                    admit, self._admit = self._admit, None
                    admit(None)
        self.steps = steps
