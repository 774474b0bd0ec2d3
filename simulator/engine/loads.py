"""The load of a station, told to those who work with what it leaves, who fail by it, or who find no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from simulator.engine.agenda import REACTION
from simulator.engine.plan import StationPlan

if TYPE_CHECKING:
    from simulator.engine.run import Run

_CLOSE: Final = 1e-9


class Load:
    """Who hears of a station's load in one replication, and whether there is room left in it."""

    __slots__ = ("_full", "_node", "_rank", "_room", "_run", "_telling", "begun_by", "followers")

    def __init__(self, *, run: Run, station: StationPlan, rank: int) -> None:
        self._run, self._rank, self._node, self._room = run, rank, station.node, station.room
        self.followers: list[Callable[[], None]] = []
        """Who is told, once in an instant, that the station does more or less work than before."""
        self.begun_by = -1
        """The record of what brought the first work since the station was last empty: where the load comes from that others fail by."""
        self._telling = self._full = False

    def changed(self, inside: float, cause: int) -> None:
        """So many units are inside now, or they are worked on at another speed."""
        run, node = self._run, self._node
        if self.followers and not self._telling:
            self._telling = True
            run.agenda.at(run.agenda.now, REACTION + self._rank, _tell, self)
        if node >= 0 and (inside >= self._room - _CLOSE) != self._full:
            self._full = not self._full
            run.own[node] = 0.0 if self._full else 1.0
            run.touch(node, cause)

    def end(self) -> None:
        """The replication is over: let go of those who follow."""
        self.followers.clear()

    def tell(self) -> None:
        """Tell those who follow the load."""
        self._telling = False
        for follower in self.followers:
            follower()


def _tell(load: Load) -> None:
    load.tell()
