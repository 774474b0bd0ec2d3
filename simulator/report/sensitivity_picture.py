"""Which unknown number matters most, as a picture: a tornado of each alone, and beside it what each does with the others anywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from simulator.ensemble.sensitivity_results import Row, Sensitivity
from simulator.report import sensitivity_wording as wording
from simulator.report.baseline_notes import baseline_texts
from simulator.report.captions import conditional, replications_text, traced
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import BLUE, BODY, GREY, INK, LINE, MARGIN, RULE, SKY, SMALL, VERMILLION, WIDTH, fitted, look, width_of, wrapped
from simulator.report.wording import minutes

MOST = 15
"""Rows of the picture; how many more there are is said below."""
ROW = 0.46
_BAR = 0.24
_LONGEST_NAME = 2.6
_ENDS = 0.72
"""Inches beside the longest bar, for what the number is at its end."""
_SIDE = 2.3
_GAP = 0.3
_AXIS = 0.62
_LEAST_SPAN = 0.1
"""Minutes that the axis spans at least."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From minutes, or shares, to inches on the page."""

    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        return self.left + (self.right - self.left) * (value - self.low) / (self.high - self.low)


def write_sensitivity_picture(found: Sensitivity, folder: Path) -> list[Path]:
    """`sensitivity.png` and `sensitivity.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("sensitivity"):
        return save(sensitivity_sheet(found), folder, "sensitivity")


def sensitivity_sheet(found: Sensitivity) -> Sheet:
    """Names on the left, the tornado in the middle, on the right the effect by which the rows are ranked."""
    every = wording.told(found)
    rows = every[:MOST]
    heading = Heading(
        title=f"Which unknown number matters most to {found.name} in {found.origin.scenario}",
        lines=(*baseline_texts([found.baseline]), _as_it_is(found), _asked(found), wording.INDEPENDENT, conditional(found.origin)),
        key=_key(found, rows) if rows else (),
    )  # fmt: skip
    notes = [*_notes(found, every), traced(found.origin)]
    top = heading.height() + 0.6
    height = ROW * len(rows) if rows else 0.3
    sheet = Sheet(top + height + (_AXIS if rows else 0.1) + footer_height(notes))
    heading.draw(sheet)
    if not rows:
        sheet.write("None of the numbers moves it.", MARGIN, top - 0.3)
    else:
        names = min(max(max(width_of(row.label, BODY, bold=True), width_of(_about(row), SMALL)) for row in rows), _LONGEST_NAME)
        _names(sheet, rows, Box(left=MARGIN, top=top, width=names, height=height))
        left, side = MARGIN + names + 0.15, WIDTH - MARGIN - _SIDE
        _tornado(sheet, found, rows, Box(left=left, top=top, width=side - _GAP - left, height=height))
        _effects(sheet, found, rows, Box(left=side, top=top, width=_SIDE, height=height))
    footer(sheet, notes)
    return sheet


def _as_it_is(found: Sensitivity) -> str:
    return f"As the files say it loses {minutes(found.lost_minutes.mean)} minutes of its whole demand, {wording.case_words(found)}."


def _asked(found: Sensitivity) -> str:
    return f"{wording.method_text(found)}; {replications_text(found.replications)} at each of {found.points:,} points."


def _notes(found: Sensitivity, every: Sequence[Row]) -> list[str]:
    """What is not in the picture, in lines of the foot."""
    more = len(every) - MOST
    slight, none, unused = len(wording.slight(found)), *(sum(row.verdict == v for row in found.rows) for v in ("none", "unused"))
    said = [f"{more} more numbers move it less than these" if more > 1 else "one more number moves it less than these"] if more > 0 else []
    said += [f"{count} {what}" for count, what in ((slight, "by next to nothing"), (none, "not at all"), (unused, "are not used")) if count]
    lines = wrapped(f"Not shown: {'; '.join(said)}.", WIDTH - 2 * MARGIN, SMALL, most=2) if said else []
    if any(row.number.basis == "fitted" for row in every[:MOST]):
        lines.append(wording.FITTED)
    return lines


def _key(found: Sensitivity, rows: Sequence[Row]) -> tuple[Sign, ...]:
    signs = [
        Sign(text="at its low end", artists=(_bar(0, 0, 1, 1, low=True, sure=True),)),
        Sign(text="at its high end", artists=(_bar(0, 0, 1, 1, low=False, sure=True),)),
    ]
    if any(row.swing is not None and not row.swing.told_apart for row in rows):
        signs.append(Sign(text="pale: chance is not ruled out", artists=(_bar(0, 0, 1, 1, low=False, sure=False),)))
    signs.append(Sign(text="as the files say", artists=(Line2D([0.5, 0.5], [-0.2, 1.2], color=INK, linewidth=1.2),), narrow=True))
    if found.method == "morris":
        signs.append(Sign(text="mu*", artists=(_dot(0.5, 0.5, sure=True),), narrow=True))
    else:
        signs += [
            Sign(text="with what hangs on several", artists=(_dot(0.5, 0.5, sure=True),), narrow=True),
            Sign(text="alone", artists=(_diamond(0.5, 0.5),), narrow=True),
        ]
    if any(row.verdict != "told apart" for row in rows):
        signs.append(Sign(text="open: not told apart from chance", artists=(_dot(0.5, 0.5, sure=False),), narrow=True))
    if found.method == "sobol" or found.starts > 1:
        signs.append(Sign(text="95 % interval", artists=(Line2D([0, 1], [0.5, 0.5], color=INK, linewidth=1.2),)))
    if any(_noise(row) for row in rows):
        signs.append(Sign(text="what chance alone shows", artists=(Rectangle((0, 0), 1, 1, facecolor=SKY, edgecolor="none"),)))
    return tuple(signs)


def _about(row: Row) -> str:
    return f"{row.number.basis}; {wording.value_text(row.number)} in the file"


def _names(sheet: Sheet, rows: Sequence[Row], box: Box) -> None:
    for k, row in enumerate(rows):
        at = box.top + k * ROW + 0.06
        sheet.write(fitted(row.label, box.width, BODY, bold=True), box.left, at, bold=True)
        sheet.write(fitted(_about(row), box.width, SMALL), box.left, at + BODY * LINE / 72, size=SMALL, color=GREY)


def _panel(sheet: Sheet, box: Box, scale: Scale, *, title: str, unit: str, label: Callable[[float], str]) -> Axes:
    """Axes in inches of the page, a title above, round ticks below."""
    axes = sheet.axes(box)
    axes.set_xlim(box.left, box.right)
    axes.set_ylim(box.bottom, box.top)
    ticks = _ticks(scale, 4 * 0.55 if box.width < 3 else box.width - 2 * _ENDS)
    axes.set_xticks([scale.x(tick) for tick in ticks], [label(tick) for tick in ticks])
    axes.set_yticks([])
    axes.tick_params(length=3, pad=3)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(unit, fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
    sheet.write(fitted(title, box.width, SMALL, bold=True), box.left, box.top - 0.24, size=SMALL, bold=True)
    return axes


def _ticks(scale: Scale, room: float) -> list[float]:
    """Round values, about half an inch apart or more."""
    span, most = scale.high - scale.low, max(2, int(room / 0.55))
    step = 1e-6
    while span / step > most:
        step = _coarser(step)
    first = int(scale.low // step)
    return [n * step for n in range(first, first + most + 3) if scale.low - 1e-9 <= n * step <= scale.high + 1e-9]


def _coarser(step: float) -> float:
    """1, 2, 5, 10, 20 and so on."""
    lead = f"{step:.0e}"[0]
    return step * (2.5 if lead == "2" else 2.0)


def _tornado(sheet: Sheet, found: Sensitivity, rows: Sequence[Row], box: Box) -> None:
    base = found.lost_minutes.mean
    ends = [end for row in rows if row.swing is not None for end in (row.swing.low, row.swing.high) if end is not None]
    low, high = min([base, *ends]), max([base, *ends])
    if high - low < _LEAST_SPAN:
        low, high = low - _LEAST_SPAN / 2, high + _LEAST_SPAN / 2
    scale = Scale(left=box.left + _ENDS, right=box.right - _ENDS, low=low, high=high)
    title = "Each number alone, the others as the files say"
    axes = _panel(sheet, box, scale, title=title, unit="lost minutes of the whole demand", label=_text)
    for k, row in enumerate(rows):
        if row.swing is not None:
            _bars(sheet, axes, scale, row, y=box.top + (k + 0.5) * ROW, base=base)
    axes.plot([scale.x(base)] * 2, [box.top, box.bottom], color=INK, linewidth=1.2, zorder=4)


def _bars(sheet: Sheet, axes: Axes, scale: Scale, row: Row, *, y: float, base: float) -> None:
    """From the answer as it is to that at either end; both on one side share the height."""
    swing = row.swing
    assert swing is not None
    middle, texts = scale.x(base), wording.ends(row.number)
    drawn = [(value, low, text) for value, low, text in ((swing.low, True, texts[0]), (swing.high, False, texts[1])) if value is not None]
    if not drawn:
        return
    same = len(drawn) == 2 and (drawn[0][0] - base) * (drawn[1][0] - base) > 0
    for value, low, _ in drawn:
        height = _BAR / 2 if same else _BAR
        top = y if same and not low else y - _BAR / 2
        left, right = sorted((middle, scale.x(value)))
        axes.add_patch(_bar(left, top, right - left, height, low=low, sure=swing.told_apart))
    # What the number is at the end that loses less stands on the left, at the other on the right; where both are alike, low before high.
    drawn.sort(key=lambda one: (one[0], not one[1]))
    reach = [middle, *(scale.x(value) for value, _, _ in drawn)]
    sides = [(min(reach) - 0.06, "right"), (max(reach) + 0.06, "left")]
    for (_, low, text), (x, align) in zip(drawn, sides if len(drawn) == 2 else [sides[drawn[0][0] > base]], strict=True):
        room = x - (scale.left - _ENDS) if align == "right" else scale.right + _ENDS - x
        sheet.write(fitted(text, room, SMALL), x, y - SMALL / 144, size=SMALL, color=BLUE if low else VERMILLION, align=align)


def _bar(left: float, top: float, width: float, height: float, *, low: bool, sure: bool) -> Rectangle:
    """Open for the low end, filled for the high one, so that grey print tells them apart."""
    color = BLUE if low else VERMILLION
    return Rectangle(
        (left, top), width, height, facecolor="white" if low else color, edgecolor=color, linewidth=1.2, alpha=1.0 if sure else 0.35,
        zorder=3,
    )  # fmt: skip


def _effects(sheet: Sheet, found: Sensitivity, rows: Sequence[Row], box: Box) -> None:
    ends = [1e-9, *(end for row in rows for end in (row.size, _noise(row), *_interval(row)))]
    if found.method == "sobol":
        ends += [row.sobol.first_ci95[1] for row in rows if row.sobol is not None]
    lows = [0.0, *(row.sobol.first_ci95[0] for row in rows if row.sobol is not None)]
    scale = Scale(left=box.left + 0.1, right=box.right - 0.1, low=max(min(lows), -max(ends)), high=max(ends))
    unit, label = ("mean size of the change, minutes", _text) if found.method == "morris" else ("share of the variance", _percent)
    axes = _panel(sheet, box, scale, title="The others anywhere in theirs", unit=unit, label=label)
    axes.axvline(scale.x(0.0), color=GREY, linewidth=0.8, zorder=1)
    for k, row in enumerate(rows):
        y = box.top + (k + 0.5) * ROW
        sure = row.verdict == "told apart"
        if noise := _noise(row):
            left = scale.x(0.0)
            axes.add_patch(Rectangle((left, y - _BAR / 2), scale.x(noise) - left, _BAR, facecolor=SKY, edgecolor="none", zorder=2))
        for ends_of, shift in ((_interval(row), -0.05 if row.sobol is not None else 0.0), (_first(row), 0.07)):
            if ends_of:
                axes.plot([scale.x(max(end, scale.low)) for end in ends_of], [y + shift] * 2, color=INK, linewidth=1.2, zorder=3)
        axes.add_line(_dot(scale.x(row.size), y - (0.05 if row.sobol is not None else 0.0), sure=sure))
        if row.sobol is not None:
            axes.add_line(_diamond(scale.x(max(row.sobol.first, scale.low)), y + 0.07))


def _noise(row: Row) -> float:
    return (row.morris.noise if row.morris is not None else row.sobol.noise if row.sobol is not None else None) or 0.0


def _interval(row: Row) -> tuple[float, ...]:
    if row.sobol is not None:
        return row.sobol.total_ci95
    return () if row.morris is None or row.morris.ci95 is None else row.morris.ci95


def _first(row: Row) -> tuple[float, ...]:
    return () if row.sobol is None else row.sobol.first_ci95


def _dot(x: float, y: float, *, sure: bool) -> Line2D:
    return Line2D(
        [x], [y], linestyle="none", marker="o", markersize=5.5, color=INK, markerfacecolor=INK if sure else "white", markeredgewidth=1.2,
        zorder=5, clip_on=False,
    )  # fmt: skip


def _diamond(x: float, y: float) -> Line2D:
    return Line2D([x], [y], linestyle="none", marker="D", markersize=4.5, color=INK, markerfacecolor="white", zorder=5, clip_on=False)


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
