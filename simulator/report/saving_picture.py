"""What would have saved a tenant, as a picture: saved minutes against cost, the Pareto front, and beside it what each number stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from simulator.ensemble.saving import Saving, Savings
from simulator.report.baseline_notes import baseline_texts, baselines_of
from simulator.report.captions import conditional, replications_text, traced
from simulator.report.numbering import number
from simulator.report.outages_picture import minutes_text
from simulator.report.saving_list import KINDS, LOOKS, Kind, Listing, cost_text
from simulator.report.sheet import Box, Heading, Sheet, Sign, footer, footer_height, save
from simulator.report.style import GREY, INK, MARGIN, RULE, SKY, SMALL, look, width_of
from simulator.report.wording import count, minutes

PLOT = 4.4
"""Inches of the panel's width; the list stands beside it."""
_AXIS = 0.62
_GAP = 0.35
_LEAST = 3.6
_DEEPEST = 0.4
"""What loses more than the tenant as it was is shown down to this part of what is saved at most; what is worse stands on the edge."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """A change on the page, in inches; `below` where it lies below the panel and stands on its edge."""

    one: Saving
    x: float
    y: float
    below: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """From costs and saved minutes to inches on the page."""

    box: Box
    costs: tuple[float, float]
    saved: tuple[float, float]
    unknown: bool

    def x(self, cost: float | None) -> float:
        """Where a cost stands; an unknown one by itself, left of all."""
        left = self.box.left + (0.9 if self.unknown else 0.3)
        right = self.box.right - 0.55
        if cost is None:
            return self.box.left + 0.3
        low, high = self.costs
        return left + (right - left) * ((cost - low) / (high - low) if high > low else 0.5)

    def y(self, saved: float) -> float:
        low, high = self.saved
        return self.box.bottom - self.box.height * (min(max(saved, low), high) - low) / (high - low)


ARCHITECTURES = "An architecture serves all its users, and stands where the failure strikes if a zone is what fails."


def write_saving_picture(found: Savings, folder: Path) -> list[Path]:
    """`whatif.png` and `whatif.svg`. The folder is made where it does not exist. OSError where that cannot be done."""
    with look("whatif"):
        return save(saving_sheet(found), folder, "whatif")


def saving_sheet(found: Savings) -> Sheet:
    """Saved minutes against the cost index on the left, the list of changes by their saving on the right."""
    cut = found.open_at_horizon > 0 or any(one.open_at_horizon > 0 for one in found.options)
    heading = Heading(
        title=f"What would have saved {found.tenant} in {found.origin.scenario}",
        lines=(*baseline_texts(baselines_of(found)), _was(found), ARCHITECTURES, conditional(found.origin)),
        key=_key(found),
    )
    notes = [traced(found.origin)]
    if cut:
        notes.insert(0, "In some replications an outage was still open when the simulated time ended: more is lost than counted.")
    top = heading.height() + 0.3
    listing = Listing(options=found.options, left=MARGIN + _AXIS + PLOT + _GAP)
    height = max(_LEAST, listing.height())
    sheet = Sheet(top + height + 0.75 + footer_height(notes))
    heading.draw(sheet)
    scale = _scale(found, Box(left=MARGIN + _AXIS, top=top, width=PLOT, height=height))
    dots = [
        Dot(one=one, x=scale.x(one.cost_index), y=scale.y(saved), below=saved < scale.saved[0])
        for one, saved in ((one, one.saved_minutes.mean) for one in found.options)
    ]
    _panel(sheet, found, scale, dots)
    number(sheet, [(dot.x, dot.y) for dot in dots], scale.box)
    listing.draw(sheet, top)
    footer(sheet, notes)
    return sheet


def _was(found: Savings) -> str:
    cost = "" if found.cost_index is None else f", cost {found.cost_index:.2f}"
    lost = f"{minutes(found.lost_minutes.mean)} minutes of its whole demand, {count(found.lost_user_hours.mean)} user-hours"
    return f"As it was it loses {lost}{cost}; mean of {replications_text(found.replications)}."


def _key(found: Savings) -> tuple[Sign, ...]:
    signs = [
        Sign(text=kind.name, artists=(_marker(0.5, 0.5, kind),), narrow=True)
        for kind in KINDS
        if any(one.kind == kind.name for one in found.options)
    ]
    front = Line2D([0, 1], [0.5, 0.5], color=INK, linewidth=1.2)
    deep = Line2D([0.5], [0.5], linestyle="none", marker="v", markersize=6, color=GREY)
    bar = Line2D([0.5, 0.5], [-0.2, 1.2], color=GREY, linewidth=1.2)
    some = (
        Sign(text="as it was", artists=(_cross(0.5, 0.5),), narrow=True),
        Sign(text="95 % interval of the mean", artists=(bar,), narrow=True),
        Sign(text="loses more than is shown", artists=(deep,), narrow=True),
        Sign(text="Pareto front: nothing else saves at least as much for at most the cost", artists=(front,)),
    )
    return (*signs, *some)


def _marker(x: float, y: float, kind: Kind) -> Line2D:
    return Line2D(
        [x], [y], linestyle="none", marker=kind.marker, markersize=5.5, color=kind.color,
        markerfacecolor=kind.color if kind.filled else "white", markeredgewidth=1.2, zorder=4, clip_on=False,
    )  # fmt: skip


def _cross(x: float, y: float) -> Line2D:
    return Line2D([x], [y], linestyle="none", marker="+", markersize=9, color=INK, markeredgewidth=1.6, zorder=5)


def _scale(found: Savings, box: Box) -> Scale:
    costs = [cost for cost in (found.cost_index, *(one.cost_index for one in found.options)) if cost is not None]
    ends = [end for one in found.options for end in (one.saved_minutes.mean, *(one.saved_minutes.ci95 or ()))]
    high = max([1e-3, *ends])
    low = max(min([0.0, *ends]), -_DEEPEST * high)
    room = (high - low) * 0.06
    return Scale(
        box=box, costs=(min(costs, default=1.0), max(costs, default=1.0)), saved=(low - room, high + room),
        unknown=any(cost is None for cost in (found.cost_index, *(one.cost_index for one in found.options))),
    )  # fmt: skip


def _panel(sheet: Sheet, found: Savings, scale: Scale, dots: Sequence[Dot]) -> None:
    box = scale.box
    axes = sheet.axes(box)
    axes.set_xlim(box.left, box.right)
    axes.set_ylim(box.bottom, box.top)
    _ticks(axes, found, scale)
    axes.axhline(scale.y(0.0), color=GREY, linewidth=0.8, zorder=1)
    _front(axes, scale, dots)
    for dot in dots:
        ends = dot.one.saved_minutes.ci95
        if ends is not None and not dot.below:
            axes.plot([dot.x, dot.x], [scale.y(end) for end in ends], color=LOOKS[dot.one.kind].color, linewidth=1.2, alpha=0.45, zorder=3)
        if dot.below:
            axes.plot([dot.x], [dot.y - 0.04], linestyle="none", marker="v", markersize=6, color=LOOKS[dot.one.kind].color, zorder=4)
        else:
            axes.add_line(_marker(dot.x, dot.y, LOOKS[dot.one.kind]))
    axes.add_line(_cross(scale.x(found.cost_index), scale.y(0.0)))


def _ticks(axes: Axes, found: Savings, scale: Scale) -> None:
    """Costs that occur, where their labels keep clear of each other; round minutes."""
    costs = sorted({cost for cost in (found.cost_index, *(one.cost_index for one in found.options)) if cost is not None})
    marks = [(scale.x(None), "unknown")] if scale.unknown else []
    for cost in costs:
        text = cost_text(cost)
        if not marks or scale.x(cost) - marks[-1][0] > (width_of(text, SMALL) + width_of(marks[-1][1], SMALL)) / 2 + 0.1:
            marks.append((scale.x(cost), text))
    axes.set_xticks([x for x, _ in marks], [text for _, text in marks])
    step = _step(scale.saved[1] - scale.saved[0])
    low, high = (int(end // step) for end in scale.saved)
    values = [n * step for n in range(low + 1, high + 1)]
    axes.set_yticks([scale.y(value) for value in values], [_signed(value) for value in values])
    axes.tick_params(length=3, pad=3)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    for side in ("bottom", "left"):
        axes.spines[side].set_visible(True)
    axes.set_xlabel("cost index: the tenant's own capacity over its demand", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)
    axes.set_ylabel("saved minutes of the whole demand", fontsize=SMALL, color=GREY, labelpad=4, parse_math=False)


def _step(span: float) -> float:
    """A round distance of ticks, such that there are about six."""
    size = 1.0
    while size * 6 > span:
        size /= 10
    while size * 60 <= span:
        size *= 10
    return next(size * n for n in (1, 2, 5, 10) if size * n * 7 >= span)


def _signed(value: float) -> str:
    text = minutes_text(abs(value)).removesuffix(".0") if abs(value) >= 0.05 or not value else f"{abs(value):.2g}"
    return f"−{text}" if value < 0 else text


def _front(axes: Axes, scale: Scale, dots: Sequence[Dot]) -> None:
    """A staircase through the front: what can be saved at most for each cost."""
    steps = sorted({(dot.x, dot.y) for dot in dots if dot.one.on_front and dot.one.cost_index is not None})
    if not steps:
        return
    xs = [*(x for x, _ in steps), scale.box.right]
    ys = [*(y for _, y in steps), steps[-1][1]]
    axes.step(xs, ys, where="post", color=INK, linewidth=1.2, zorder=2)
    axes.fill_between(xs, ys, scale.box.bottom, step="post", color=SKY, alpha=0.35, linewidth=0, zorder=0.5)
