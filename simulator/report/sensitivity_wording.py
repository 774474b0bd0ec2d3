"""Numbers with a range as people read them: each in its own unit, and what the analysis says of it."""

import re
from typing import TYPE_CHECKING

from simulator.report.wording import CASES, FIXED, count
from simulator.scenario.ranges import Ranged
from simulator.scenario.reckoning import Quantity

if TYPE_CHECKING:
    from simulator.ensemble.sensitivity_results import Row, Sensitivity

TOLD = {"morris": 0.05, "sobol": 0.0005}
"""Minutes, or share of the variance, below which a number is named without a row of its own: it would read 0."""
_SECONDS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86_400.0}
_WRITTEN = re.compile(r"[0-9.,_e+-]+ ?/?(ms|s|min|h|d)")
INDEPENDENT = "Numbers are taken as independent of each other, each as likely anywhere in its range, a geometric one in its logarithm."
FITTED = "The range of a fitted number is what its fit looked at: wider than what the fit leaves open."


def ends(number: Ranged) -> tuple[str, str]:
    """Both ends of the range, in the unit in which the file writes the number."""
    return _amount(number.low, number), _amount(number.high, number)


def range_text(number: Ranged) -> str:
    """`2–8`, `150–1,000 min`, `5–60 %`: the unit stands once."""
    low, high = ends(number)
    first, gap, unit = low.partition(" ")
    return f"{first}–{high}" if gap and high.endswith(f" {unit}") else f"{low}–{high}"


def value_text(number: Ranged) -> str:
    """What the file says; a law as it is written."""
    try:
        return _amount(Quantity.read(number.value), number)
    except ValueError:
        return str(number.value)


def _amount(one: Quantity, number: Ranged) -> str:
    if one.share or number.high.share:
        return f"{_digits(100 * one.amount)} %"
    if not one.time:
        return _digits(one.amount)
    unit = _unit(number)
    return f"{_digits(one.amount / _SECONDS[unit])} {unit}" if one.time == 1 else f"{_digits(one.amount * _SECONDS[unit])}/{unit}"


def _unit(number: Ranged) -> str:
    """The file's own; where it writes none, or several, the one in which the high end is the shortest above one."""
    if (written := _WRITTEN.fullmatch(str(number.value).strip())) is not None:
        return written[1]
    size = number.high.amount if number.high.time == 1 else 1 / max(number.high.amount, 1e-12)
    return next((unit for unit in ("d", "h", "min", "s") if size >= _SECONDS[unit]), "ms" if number.high.time == 1 else "s")


def _digits(amount: float) -> str:
    """To four digits; large ones to three, in thousands."""
    return count(amount) if abs(amount) >= 10_000 else f"{amount:,.0f}" if abs(amount) >= 1000 else f"{amount:.4g}"


def case_words(found: "Sensitivity") -> str:
    """Which placement is meant."""
    return "where it stood" if found.case == FIXED else CASES[found.case]


def told(found: "Sensitivity") -> tuple["Row", ...]:
    """The numbers that are worth a row: that move the answer by more than would read 0."""
    least = TOLD[found.method]
    return tuple(row for row in found.rows if row.swing is not None and (row.size >= least or _swung(row) >= TOLD["morris"]))


def _swung(row: "Row") -> float:
    assert row.swing is not None
    gap = row.swing.difference
    return float("inf") if gap is None and row.verdict != "none" else abs(gap or 0.0)


def slight(found: "Sensitivity") -> tuple["Row", ...]:
    """Those with an effect that would read 0."""
    shown = told(found)
    return tuple(row for row in found.rows if row.verdict in ("told apart", "not told apart") and row not in shown)


def method_text(found: "Sensitivity") -> str:
    """`Morris, 8 trajectories`."""
    plural = "" if found.starts == 1 else "s"
    return f"Morris, {found.starts} trajector{'y' if not plural else 'ies'}" if found.method == "morris" else (
        f"Sobol, {found.starts} sample{plural}"
    )  # fmt: skip
