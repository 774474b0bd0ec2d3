"""Which units of a target fail their health checks now, before so many checks have failed that they are taken out."""

from __future__ import annotations

from typing import Final

_LEAST: Final = 1e-9


class Removal:
    """The units that went down at one instant and have failed every check since; in the end they are taken out."""

    __slots__ = ("units",)

    def __init__(self, units: float) -> None:
        self.units = units


class Failing:
    """Units of one target that fail their checks and are still in rotation.

    A unit is taken out when it has failed all its checks in a row: one success sets its count back to zero. Units are counts here, and
    nobody knows which of them came back; they are taken to be those that went down last, before any that has left the rotation (the
    weights of a route take it so too). Every return counts as seen by a check, though one shorter than the interval may fall between two.
    """

    __slots__ = ("_removals",)

    def __init__(self) -> None:
        self._removals: list[Removal] = []

    def go_down(self, units: float) -> Removal:
        """So many units went down, the last so far; returns what is to be handed to `take_out` when all their checks have failed."""
        removal = Removal(units)
        self._removals.append(removal)
        return removal

    def come_back(self, units: float) -> None:
        """So many units answer again: none of them is to be taken out for the checks that it failed before."""
        for removal in reversed(self._removals):
            back = min(units, removal.units)
            removal.units -= back
            units -= back

    def take_out(self, removal: Removal) -> float:
        """All checks have failed: how many units leave the rotation, 0 where all of them have come back."""
        self._removals.remove(removal)
        return removal.units if removal.units > _LEAST else 0.0
