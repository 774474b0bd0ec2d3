"""Looking on while replications run: how the estimate stands, and whether it is as precise as was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from simulator.ensemble.estimating import Values, interval, mean_of
from simulator.ensemble.refusing import Refused
from simulator.ensemble.stopping import Precision, level, looks, parse_precision
from simulator.ensemble.stops import Stopped

Columns = Callable[[str], Mapping[str, Values]]
"""From a quantity to its values so far, by row; the first of all where none is named. Refused where a command does not tell it."""
MOST = 100_000
"""Replications after which a precision that is not reached is given up, where nothing else is said."""


class Watch:
    """Asked after each replication of one study."""

    def __init__(self, *, until: Precision | None, most: int, columns: Columns) -> None:
        self._until, self._columns = until, columns
        self._looks = dict(zip(looks(most), count(1), strict=False)) if until is not None else {}
        self.stopped: Stopped | None = None
        self._stops: dict[str, tuple[int, float]] = {}
        if until is not None:
            self._check(until)

    @property
    def confidence(self) -> float:
        """That an interval needs now to cover with 95 %."""
        return 0.95 if self.stopped is None else self.stopped.confidence

    @property
    def warnings(self) -> tuple[str, ...]:
        """What has to be said where the precision was not reached."""
        if self.stopped is None or self.stopped.met:
            return ()
        return (f"{self.stopped.precision} was not reached: {self.stopped.words}",)

    def stop_of(self, row: str, taken: int) -> tuple[int, float]:
        """After how many replications a row was as precise as was asked for, and the confidence that its intervals need.

        That depends on the row alone, not on those beside it. One that never was, or was not asked about, has all that were `taken`.
        """
        return self._stops.get(row, (taken, self.confidence))

    def enough(self, n: int) -> bool:
        """Whether replications may end after `n` of them: where each row was precise enough at a look, at this one or before.

        What was always nothing is no reason to go on, as long as there is anything else.
        """
        look = self._looks.get(n)
        if self._until is None or look is None:
            return False
        columns = {row: values for row, values in self._asked(self._until).items() if row not in self._stops}
        widest = self._until.widest(columns, look)
        for row, values in columns.items():
            if self._until.met({row: values}, look):
                self._stops[row] = n, level(look)
        left = [row for row, values in columns.items() if row not in self._stops and self._until.widest({row: values}, look) is not None]
        met = bool(self._stops) and not left
        self.stopped = Stopped(
            precision=str(self._until), look=look, confidence=level(look), met=met, row=None if widest is None else widest.row,
            mean=0.0 if widest is None else widest.mean, half=0.0 if widest is None else widest.half,
        )  # fmt: skip
        return met

    def said(self) -> str:
        """How the estimate stands: of what was asked for at the last look, else of the row that loses most so far."""
        if self.stopped is not None:
            return f"{self.stopped.words}, to be {self.stopped.precision}"
        columns = self._columns("") if self._until is None else self._asked(self._until)
        means = {row: mean_of(values) for row, values in columns.items() if len(values)}
        if not means:
            return ""
        row = max(means, key=means.__getitem__)
        found = interval(columns[row])
        half = "" if found is None else f" ±{(found[1] - found[0]) / 2:.3g}"
        return f"{row}: {means[row]:.3g}{half} min"

    def _asked(self, until: Precision) -> Mapping[str, Values]:
        columns = self._columns(until.quantity)
        return columns if until.of is None else {until.of: columns[until.of]}

    def _check(self, until: Precision) -> None:
        rows = self._columns(until.quantity)
        if until.of is not None and until.of not in rows:
            msg = f"a precision is asked for of {until.of}, which is not among what is replayed: {', '.join(rows)}"
            raise Refused(msg)


def told(quantities: Mapping[str, Mapping[str, Values]], quantity: str) -> Mapping[str, Values]:
    """The rows of a quantity, of those that a command tells, the first where none is named; Refused where it does not tell it."""
    if not quantity:
        return next(iter(quantities.values()))
    if quantity not in quantities:
        msg = f"no precision can be asked of {quantity} here; choose one of {', '.join(quantities)}"
        raise Refused(msg)
    return quantities[quantity]


def precision(asked: str | Precision | None) -> Precision | None:
    """What was asked for, read; Refused where it cannot be."""
    try:
        return parse_precision(asked) if isinstance(asked, str) else asked
    except ValueError as error:
        raise Refused(str(error)) from None
