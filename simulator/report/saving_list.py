"""The changes that a picture numbers, by what they save: how each kind looks, what it is called, what it saves and what it costs."""

from dataclasses import dataclass

from simulator.ensemble.saving import Saving
from simulator.report.baseline_notes import marked
from simulator.report.sheet import Sheet
from simulator.report.style import BLUE, GREY, LINE, MARGIN, SMALL, VERMILLION, WIDTH, width_of, wrapped
from simulator.report.wording import minutes

_LINE = SMALL * LINE / 72


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How a kind of change is drawn: differing in colour, shape and filling, so that grey print tells them apart."""

    name: str
    color: str
    marker: str
    filled: bool


KINDS = (
    Kind(name="mitigation", color=VERMILLION, marker="o", filled=True),
    Kind(name="architecture", color=BLUE, marker="D", filled=False),
    Kind(name="pair", color=GREY, marker="s", filled=True),
)
LOOKS = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What each number stands for, what it saves and what it costs; what is on the front in bold."""

    options: tuple[Saving, ...]
    left: float

    def _rooms(self) -> tuple[float, float, float]:
        """Inches from the left of the page to the names and to the right ends of both figures."""
        cost = WIDTH - MARGIN
        saved = cost - width_of("cost", SMALL) - 0.15
        return self.left + width_of(str(len(self.options)), SMALL, bold=True) + 0.1, saved, cost

    def _names(self) -> list[list[str]]:
        name, saved, _ = self._rooms()
        figures = max([width_of("saved", SMALL), *(width_of(_figure(one), SMALL, bold=True) for one in self.options)])
        room = saved - figures - 0.15 - name
        return [wrapped(marked(one.name, one.baseline), room, SMALL, most=2, bold=one.on_front) or [""] for one in self.options]

    def height(self) -> float:
        """Inches, with the line of heads."""
        return sum(len(lines) * _LINE + 0.03 for lines in self._names()) + _LINE

    def draw(self, sheet: Sheet, top: float) -> None:
        """From `top` on downwards."""
        name, saved, cost = self._rooms()
        for text, at in (("saved", saved), ("cost", cost)):
            sheet.write(text, at, top, size=SMALL, color=GREY, align="right")
        at = top + _LINE
        for i, (one, lines) in enumerate(zip(self.options, self._names(), strict=True)):
            bold = one.on_front
            sheet.write(str(i + 1), name - 0.1, at, size=SMALL, bold=True, align="right", color=LOOKS[one.kind].color)
            sheet.write(_figure(one), saved, at, size=SMALL, bold=bold, align="right")
            sheet.write(cost_text(one.cost_index), cost, at, size=SMALL, bold=bold, align="right")
            for line in lines:
                sheet.write(line, name, at, size=SMALL, bold=bold)
                at += _LINE
            at += 0.03


def _figure(one: Saving) -> str:
    return minutes(one.saved_minutes.mean).replace("-", "−")


def cost_text(cost: float | None) -> str:
    """`1.33`, `1.5`, and nothing where it is not known."""
    return "" if cost is None else f"{cost:.2f}".removesuffix("0")
