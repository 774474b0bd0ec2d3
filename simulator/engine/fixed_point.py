"""The fixed point that repeated passes reach from where they start, with a bound of the error; fewer passes where they creep.

**Which one.** A map may have several fixed points; meant is always the limit of plain passes, x -> F(x), from the start. Where nothing
else is said F is monotone: a better state gives a better image. Then, from a state that a pass improves, plain passes rise to the least
fixed point above it, and every state on a path along which each pass still improves everything that moves lies below that point too
(the first share to pass it would be at the fixed point and yet improved there). So a leap is taken only along such a path: a straight
line in the direction of the last pass, at most three quarters of the way that the shares' own rates of convergence predict (near a
double root that is three eighths of what is left), at most 5 % of a share. On the line, four states are looked at: at each every share must
still move by at least a fifth of what it moved, less than any bend between them could take away, and under the same limits (capacity,
threads or none), between which the map is smooth. Falling states are the mirror image.

**How sure.** The change per pass says nothing where passes creep. The bound is a box: where F maps the upper corner down and the lower one
up, plain passes never leave it. Corners move apart until that holds; near a double root, which rounding blurs by some 1e-8, far apart.

**Where F is not monotone** (slow answers throttle who waits for them, and so relieve who is slow) or passes swing, nothing of this holds.
There plain passes go on as long as they converge; from a swing that does not die out they are damped: half of each change is made, then a
quarter. That reaches a fixed point between the extremes, which plain passes do not: calls under way are never all in step, so that the mean
is what is served. The bound there is an estimate, three times what a geometric series of the last changes would still add.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

TOLERANCE: Final = 1e-9
"""The error of a served share that is allowed."""
MOST_PASSES: Final = 2000
"""After so many passes the search ends, and its bound says how far it got; those that prove a bound come on top."""
_PLAIN: Final = 30
_PAUSE: Final = 3
_FINE: Final = 1e-12
_NOISE: Final = 1e-15
_REACH: Final = 0.75
_LEFT: Final = 0.2
_LONGEST: Final = 0.05
_SAMPLES: Final = 4
_WINDOW: Final = 50


class Passes:
    """A map from states to states, which are shares and, from index `times` on, mean times in seconds with a minus: more is better."""

    times: int

    def image(self, state: list[float]) -> list[float]:
        """One pass."""
        raise NotImplementedError

    def served(self) -> list[float]:
        """The served shares of the last pass that are wanted."""
        raise NotImplementedError

    def limits(self) -> list[int]:
        """What bounded whom in the last pass."""
        raise NotImplementedError


@dataclass(kw_only=True, frozen=True)
class Found:
    """A state that is its own image, but for an `error` of the served shares; `moving` is what moved most in the last pass."""

    state: list[float]
    error: float
    moving: int


class Search:
    """One search."""

    def __init__(self, passes: Passes, *, monotone: bool) -> None:
        self._passes, self._monotone = passes, monotone
        self._taken = 0
        self._reach = 4.0

    def found(self, start: list[float]) -> Found:
        """Where plain passes from `start` lead."""
        found = self._followed(start) if self._monotone else None
        return self._damped(start) if found is None else found

    # -- monotone ----------------------------------------------------------------------------------------------------------------

    def _followed(self, x: list[float]) -> Found | None:
        """Follow the passes of a monotone map; None where they swing."""
        near, wait, swings = 1e3 * _FINE, _PLAIN, 0
        before: list[float] = []
        while True:
            y = self._image(x)
            step = [b - a for a, b in zip(x, y, strict=True)]
            size = self._size(step, x)
            moving = self._most(step, x)
            if size == 0.0:
                return Found(state=y, error=0.0, moving=moving)
            done = size <= _NOISE or self._taken >= MOST_PASSES
            if size < (near if self._taken >= _PLAIN else _FINE) or done:
                near = size / 32.0
                error = self._bound(y, self._heading(step, x))
                if error <= TOLERANCE / 10.0 or done:
                    return Found(state=y, error=error, moving=moving)
            swings = swings + 1 if before and sum([a * b for a, b in zip(before, step, strict=True)]) < 0.0 else 0
            if swings >= 2 * _WINDOW:
                return None
            x, before = y, step
            heading = self._heading(step, x)
            if self._taken >= wait and abs(heading) == 1:
                x = self._leap(y, step, heading)
                wait, before = self._taken + _PAUSE, []

    def _leap(self, y: list[float], before: list[float], heading: int) -> list[float]:
        """A state further on towards the same fixed point, or the next one of the plain passes."""
        z = self._image(y)
        limits = self._passes.limits()
        step = [b - a for a, b in zip(y, z, strict=True)]
        if self._heading(step, y) != heading:
            return z
        scale = self._scale(y)
        moves = [i for i, d in enumerate(step) if abs(d) > 100.0 * _NOISE * scale[i]]
        if not moves:
            return z
        length = min(4.0 * self._reach, _LONGEST / max([abs(step[i]) / scale[i] for i in moves]))
        for i in moves:
            rate = step[i] / before[i] if before[i] else 0.0
            if rate < 1.0:
                length = min(length, _REACH / (1.0 - rate))
        while length > 2.0:
            there = self._along(y, step, length, moves, heading, limits)
            if there:
                self._reach = length
                return there
            length /= 4.0
        self._reach = 4.0
        return z

    def _along(self, y: list[float], step: list[float], length: float, moves: list[int], heading: int, limits: list[int]) -> list[float]:  # noqa: PLR0917
        """The image of the state so many steps on; nothing where the way there is not certainly on this side of the fixed point."""
        image: list[float] = []
        moved = [step]
        for k in range(1, _SAMPLES + 1):
            point = list(y)
            for i in moves:
                point[i] += step[i] * length * k / _SAMPLES
            image = self._image(point)
            if self._passes.limits() != limits:
                return []
            now = [b - a for a, b in zip(point, image, strict=True)]
            scale = self._scale(point)
            for i, d in enumerate(now):
                if d * heading < (_LEFT * abs(step[i]) if i in moves else -_NOISE * scale[i]):
                    return []
            moved.append(now)
        for a, b, c in zip(moved, moved[1:], moved[2:], strict=False):
            for i in moves:
                if abs(a[i] - 2.0 * b[i] + c[i]) > 4.0 * min(abs(a[i]), abs(b[i]), abs(c[i])):
                    return []
        return image

    # -- bounds ------------------------------------------------------------------------------------------------------------------

    def _bound(self, x: list[float], heading: int) -> float:
        """How far the served shares of `x` are from those of the limit at the most: half a box where passes rise or fall."""
        error = 0.0
        for side in (1, -1):
            if heading != -side:
                error = max(error, self._side(x, side))
        return error

    def _side(self, x: list[float], side: int) -> float:
        """The same, on one side. Corners that are no bound yet may become one after some passes; 1 where none was found."""
        self._passes.image(x)
        here = self._passes.served()
        scale = self._scale(x)
        width = 4.0 * _FINE
        while True:
            width = min(width, 1.0)
            corner = [self._clipped(i, x[i] + side * width * scale[i]) for i in range(len(x))]
            for _ in range(6):
                image = self._passes.image(corner)
                if self._bounds(x, corner, image, side):
                    return max([abs(a - b) for a, b in zip(here, self._passes.served(), strict=True)])
                corner = image
            if width >= 1.0:
                return 1.0
            width *= 4.0

    def _bounds(self, x: list[float], corner: list[float], image: list[float], side: int) -> bool:
        """Whether a pass moves a corner towards `x`, by more than rounding does."""
        scale = self._scale(x)
        for i, at in enumerate(corner):
            inwards = side * (at - image[i])
            if inwards <= _NOISE * scale[i]:
                edge = self._clipped(i, at + side) == at
                close = abs(at - x[i]) <= 100.0 * _NOISE * scale[i]
                if not (edge or close) or inwards < -2.0 * _NOISE * scale[i]:
                    return False
        return True

    def _clipped(self, i: int, at: float) -> float:
        return min(max(at, 0.0), 1.0) if i < self._passes.times else min(at, 0.0)

    # -- neither -----------------------------------------------------------------------------------------------------------------

    def _damped(self, x: list[float]) -> Found:
        """Plain passes, damped where they do not converge."""
        gain, last, best, before = 1.0, 0.0, 0.0, list(x)
        sizes: list[float] = []
        first = self._taken
        while True:
            served = self._passes.served() if sizes else []
            y = self._image(x)
            step = [gain * (b - a) for a, b in zip(x, y, strict=True)]
            size, moving = self._size(step, x), self._most(step, x)
            if size == 0.0:
                return Found(state=y, error=0.0, moving=moving)
            sizes.append(size)
            rate = max([b / a for a, b in zip(sizes[-4:], sizes[-3:], strict=False)]) if len(sizes) > 3 else 1.0
            moved = max([size, *[gain * abs(a - b) for a, b in zip(served, self._passes.served(), strict=False)]])
            error = min(1.0, max(3.0 * moved * rate / (1.0 - rate), _NOISE / (1.0 - rate))) if rate < 1.0 else min(1.0, moved / gain)
            if size <= _NOISE or error <= TOLERANCE / 100.0 or self._taken - first >= MOST_PASSES:
                return Found(state=y, error=error if size > _NOISE else 0.0, moving=moving)
            if len(sizes) % _WINDOW == 0:
                last, best = best, min(sizes[-_WINDOW:])
                turned = sum([a * b for a, b in zip(before, step, strict=True)]) < 0.0
                if len(sizes) > _WINDOW and (turned or best > 0.99 * last):
                    gain /= 2.0
            before = step
            x = y if gain == 1.0 else [a + b for a, b in zip(x, step, strict=True)]

    # -- measures ------------------------------------------------------------------------------------------------------------------

    def _image(self, state: list[float]) -> list[float]:
        self._taken += 1
        return self._passes.image(state)

    def _scale(self, x: list[float]) -> list[float]:
        times = self._passes.times
        return [1.0 if i < times else max(1.0, -at) for i, at in enumerate(x)]

    def _size(self, step: list[float], x: list[float]) -> float:
        return max([abs(d) / s for d, s in zip(step, self._scale(x), strict=True)])

    def _most(self, step: list[float], x: list[float]) -> int:
        sizes = [abs(d) / s for d, s in zip(step, self._scale(x), strict=True)]
        return sizes.index(max(sizes))

    def _heading(self, step: list[float], x: list[float]) -> int:
        """1 where everything that moves gets better, -1 where it gets worse; else 0."""
        scale = self._scale(x)
        up = any(d > _NOISE * s for d, s in zip(step, scale, strict=True))
        down = any(d < -_NOISE * s for d, s in zip(step, scale, strict=True))
        return 0 if up == down else 1 if up else -1
