"""How replications ended that went on until a precision."""

from dataclasses import dataclass

from simulator.units import format_share


@dataclass(kw_only=True, frozen=True, slots=True)
class Stopped:
    """How a run until a precision ended: at which look, with what confidence of its intervals, and how far the widest row was."""

    precision: str
    """As it was asked for."""
    look: int
    confidence: float
    met: bool
    row: str | None
    """The row farthest from the precision; None where nothing was lost in any."""
    mean: float
    half: float
    """Half the width of its interval, in the unit of the quantity."""

    @property
    def words(self) -> str:
        """The widest row and its width, as a person reads it."""
        if self.row is None:
            return "nothing was lost in any row"
        share = f" ({format_share(float(f'{self.half / self.mean:.2g}'))})" if 0.0 < self.half < self.mean else ""
        return f"{self.row} is known to ±{self.half:.3g} min{share}"
