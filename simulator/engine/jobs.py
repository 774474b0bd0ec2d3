"""Pieces of work, and who waits for them: a batch on its way back, a route, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.engine.draws import Draws

if TYPE_CHECKING:
    from simulator.engine.agenda import Deed
    from simulator.engine.plan import StagePlan
    from simulator.engine.stations import StationState

OUTSIDE: Final = 0
ARRIVING: Final = 1
INSIDE: Final = 2
"""Where a job is: nowhere; at the door of its station until the instant is over; in its queue or being worked on."""
_VISIT: Final = 44
"""In the number of a draw the visits of a job stand above this bit; what the job is done for stands below."""


class Waiting:
    """Whoever has pieces of work done for it by stations: a cohort, or a route that asks a control plane."""

    __slots__ = ("first_unit", "owner", "role")

    def __init__(self, *, owner: str, role: str, first_unit: int) -> None:
        self.owner, self.role, self.first_unit = owner, role, first_unit

    def awaits(self, job: Job) -> bool:
        """Whether it still waits for this piece of work."""
        raise NotImplementedError

    def job_done(self, job: Job, cause: int) -> None:
        """A station has finished with it."""
        raise NotImplementedError

    def job_given_up(self, job: Job, cause: int) -> None:
        """It has waited as long as it would, and does not come again."""
        raise NotImplementedError


class Job:
    """A piece of work: a batch on its way back, or one that nobody waits for (`cohort` is None).

    `role` and `number` say what it is done for, in the terms of random streams: no other job has both of them. `ticket` is new at each
    admission, so that what a station noted about an earlier visit counts no more.
    """

    __slots__ = (
        "attempts", "batch", "cause", "cohort", "label", "life", "mark", "number", "patience", "role", "stage", "stages", "state",
        "station", "ticket", "units", "visits", "work",
    )  # fmt: skip

    def __init__(
        self, *, cohort: Waiting | None, batch: int, life: int, stage: int, stages: tuple[StagePlan, ...], cause: int,
        units: float, work: float, label: str, role: str, number: int, attempts: int = 1,
    ) -> None:  # fmt: skip
        self.cohort, self.batch, self.life, self.stage, self.stages, self.cause = cohort, batch, life, stage, stages, cause
        self.units, self.work, self.label, self.attempts = units, work, label, attempts
        self.role, self.number = role, number
        self.mark = -1.0
        self.ticket = -1
        self.visits = 0
        self.state = OUTSIDE
        self.station: StationState = None  # type: ignore[assignment]
        self.patience: Deed | None = None

    def uniform(self, draws: Draws, purpose: str) -> float:
        """A number of this visit's own, uniform on (0, 1)."""
        return draws.uniform(self.role, purpose, self.number + (self.visits << _VISIT))
