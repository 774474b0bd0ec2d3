"""How many replications are enough: until an interval is as narrow as was asked for, without the asking making it too narrow.

Whoever looks after every replication, and stops at the first interval that is narrow enough, stops where chance has made it so: it then
covers less than it says. Here the numbers of replications at which is looked are fixed beforehand, and the looks share the 5 % of
error: the k-th may be wrong with probability 0.05 / (k (k + 1)), and all of them together with no more than 0.05 (Bonferroni). So the
interval at the stop, at the level of that look, covers with at least 95 % whatever made it stop, as far as Student's interval does.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.ensemble.estimating import SOUND, Values, effective_hits, interval, mean_of
from simulator.units import format_duration, format_share, parse_duration, parse_share, refusal, shown

FIRST = 64
"""Replications at the first look; each further one has half as many again."""
QUANTITIES = ("lost_minutes", "outage_minutes", "time_to_recover_minutes", "data_loss_minutes")
_REMEDY = "write a quantity and half the width of its interval, such as 'lost_minutes ±2 %' or 'lost_minutes of two-zone ±1 min'"
_PRECISION = re.compile(r"([a-z_]+)(?: +of +([^±]*[^±+/ ]))? *(?:±|\+/?-) *([^±]+)")


def looks(most: int) -> Iterator[int]:
    """After how many replications is looked: 64, 96, 144, 216 and so on below `most`, then after `most`, which is the last.

    They depend on nothing else, neither on workers nor on what was seen.
    """
    k = 1
    while (n := FIRST * 3 ** (k - 1) // 2 ** (k - 1)) < most:
        yield n
        k += 1
    yield most


def level(look: int) -> float:
    """The confidence of the interval at the look counted from 1: 97.5 %, 99.17 %, 99.58 %; what is missing adds up to 5 % at most."""
    return 1.0 - 0.05 / (look * (look + 1))


@dataclass(kw_only=True, frozen=True, slots=True)
class Width:
    """How sure a mean is at a look: half the width of its interval, in minutes, and whether so many hits stand behind it that it holds."""

    row: str
    mean: float
    half: float
    sound: bool

    @property
    def share(self) -> float:
        """Half the width as a part of the mean; infinite of a mean of nothing."""
        return self.half / abs(self.mean) if self.mean else math.inf


@dataclass(kw_only=True, frozen=True, slots=True)
class Precision:
    """How narrow the interval of a quantity shall be, for one row that is named or for all of them."""

    quantity: str
    half: float
    """Half the width: a part of the mean where `relative`, otherwise minutes."""
    relative: bool
    of: str | None = None

    def __str__(self) -> str:
        """As `parse_precision` reads it back."""
        width = format_share(self.half) if self.relative else format_duration(self.half * 60.0)
        return f"{self.quantity}{'' if self.of is None else f' of {self.of}'} ±{width}"

    def widest(self, columns: Mapping[str, Values], look: int) -> Width | None:
        """The row farthest from what was asked for, at the look counted from 1; `columns` holds each row's values so far.

        A row whose interval rests on few hits (`estimating.SOUND`) is farther than all others. One that was alike in all replications is
        taken as known, half-width 0: nothing tells it from what happens less often than about once in N / 4. Where it was always nothing,
        it has no mean to be a part of, so that a relative precision sets it aside; None where that is true of all rows.
        """
        widths = [_width(row, values, look) for row, values in columns.items()]
        asked = [one for one in widths if not self.relative or one.mean != 0.0 or one.half > 0.0]
        return max(asked, key=lambda one: (not one.sound, one.share if self.relative else one.half), default=None)

    def met(self, columns: Mapping[str, Values], look: int) -> bool:
        """Whether replications may end at this look. A relative precision is never met where nothing was lost in any row."""
        worst = self.widest(columns, look)
        return worst is not None and worst.sound and (worst.share if self.relative else worst.half) <= self.half


def _width(row: str, values: Values, look: int) -> Width:
    found = interval(values, level(look))
    half = math.inf if found is None else (found[1] - found[0]) / 2.0
    return Width(row=row, mean=mean_of(values), half=half, sound=effective_hits(values) >= SOUND)


def parse_precision(text: str) -> Precision:
    """Read `lost_minutes ±2 %`, `lost_minutes of two-zone ±5 %` or `outage_minutes +-1 min`; ValueError where it is none.

    A part of the mean lies above 0 % and below 100 %; a width with a unit of time above 0.
    """
    match = _PRECISION.fullmatch(text.strip())
    if match is None:
        raise refusal(f"{shown(text)} is not a precision", _REMEDY)
    quantity, of, width = match[1], match[2], match[3].strip()
    if quantity not in QUANTITIES:
        raise refusal(f"{shown(quantity)} is no quantity of which a precision can be asked", f"choose one of {', '.join(QUANTITIES)}")
    if re.fullmatch(r"[0-9.]+", width):
        raise refusal(f"{shown(width)} has neither a % nor a unit of time", f"write '{width} %' or '{width} min'")
    relative = width.endswith("%")
    half = parse_share(width) if relative else parse_duration(width) / 60.0
    if half == 0.0:
        raise refusal(f"±{width} takes endless replications", "write a half-width above 0, such as '±2 %' or '±1 min'")
    if relative and half == 1.0:
        raise refusal(f"±{width} is as wide as the mean itself", "write a half-width below 100 %, such as '±2 %'")
    return Precision(quantity=quantity, half=half, relative=relative, of=of)
