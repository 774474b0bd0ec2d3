"""Pieces of work, and who waits for them: a batch on its way back, a route, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.agenda import Deed
    from simulator.engine.plan import StagePlan
    from simulator.engine.stations import StationState


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


class Job:
    """A piece of work: a batch on its way back, or one that nobody waits for (`cohort` is None)."""

    __slots__ = (
        "attempts", "batch", "cause", "cohort", "inside", "label", "life", "mark", "patience", "stage", "stages", "station", "tries",
        "units", "work",
    )  # fmt: skip

    def __init__(
        self, *, cohort: Waiting | None, batch: int, life: int, stage: int, stages: tuple[StagePlan, ...], cause: int,
        units: float, work: float, label: str, attempts: int = 1,
    ) -> None:  # fmt: skip
        self.cohort, self.batch, self.life, self.stage, self.stages, self.cause = cohort, batch, life, stage, stages, cause
        self.units, self.work, self.label, self.attempts = units, work, label, attempts
        self.mark = -1.0
        self.tries = 0
        self.inside = False
        self.station: StationState = None  # type: ignore[assignment]
        self.patience: Deed | None = None
