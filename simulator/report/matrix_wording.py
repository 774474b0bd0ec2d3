"""What a matrix says in words: which incident a column is, what each way to spread was worth there, and which of them was enough."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.report.wording import minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Cell, Matrix, Reached, Struck

CONDITIONAL = "Conditional on each incident: what happens given that it does, and no forecast of how often."
ENOUGH = 0.5
"""Share of what one zone loses that a way to spread has to save to be called enough."""
NOTHING, ZONES, LEAVING, NONE, UNSURE, UNKNOWN = "nothing lost", "zones", "leaving", "none", "unsure", ""
_BY = {"zones": "by more zones", "regions": "by a second region", "elsewhere": "outside of the region"}
_VERDICTS = {
    ZONES: "More zones save most of what one zone loses.",
    LEAVING: "A part outside of the region saves most of what one zone loses.",
    NONE: "Nothing here saves half of what one zone loses.",
    UNSURE: "Too few replications to tell what saves half of what one zone loses.",
    NOTHING: "One zone loses nothing.",
    UNKNOWN: "",
}


def dates(incidents: Sequence["Struck"]) -> list[str]:
    """What the columns are called: the days on which the incidents began, with a number where two began on one day."""
    days = [f"{one.origin.start:%Y-%m-%d}" for one in incidents]
    seen: Counter[str] = Counter()
    out = []
    for day in days:
        seen[day] += 1
        out.append(day if days.count(day) == 1 else f"{day} ({seen[day]})")
    return out


def enough(struck: "Struck") -> str:
    """The least that saves half of what one zone loses: more zones, leaving the region, or nothing here; `unsure` where what seems to do
    so cannot be told from chance. Empty without one in one zone, or without others."""
    by_reach = _by_reach(struck)
    base = by_reach.get("zone")
    if base is None or len(by_reach) == 1:
        return UNKNOWN
    if not base.lost_minutes > 0:
        return NOTHING
    seeming = [one for one in struck.reached if one.saved_minutes >= ENOUGH * base.lost_minutes]
    zones = by_reach.get("zones")
    if zones in seeming:
        return ZONES if _told_apart(zones) else UNSURE
    if any(map(_told_apart, seeming)):
        return LEAVING
    return UNSURE if seeming else NONE


def verdict(struck: "Struck") -> str:
    """In one sentence, whether more zones were enough, or nothing but a part outside of the region; empty where nothing is compared."""
    found = enough(struck)
    if found == LEAVING and "zones" in _by_reach(struck):
        return "More zones do not save half of what one zone loses: that takes a part outside of the region."
    return _VERDICTS[found]


def worth(struck: "Struck") -> str:
    """In figures: what one zone loses, and what part of it the best of each other way to spread saves."""
    by_reach = _by_reach(struck)
    base = by_reach.get("zone")
    if base is None:
        return f"No architecture here stands in one zone of {struck.region} alone, to compare with."
    where = "on average, since chance says who is hit" if struck.by_chance else "where the failure strikes"
    if not base.lost_minutes > 0:
        return f"In one zone nothing is lost {where} ({base.name})."
    lost = f"In one zone {minutes(base.lost_minutes)} min are lost {where} ({base.name})."
    saved = [_saved(one, base) for reach, one in by_reach.items() if reach != "zone"]
    return f"{lost} Saved of that: {', '.join(saved)}." if saved else lost


def _by_reach(struck: "Struck") -> Mapping[str, "Reached"]:
    return {one.reach: one for one in struck.reached}


def _told_apart(one: "Reached | None") -> bool:
    """Whether the interval of the difference leaves out that there is none."""
    return one is not None and (one.saved_ci95 is None or not one.saved_ci95[0] <= 0.0 <= one.saved_ci95[1])


def _saved(one: "Reached", base: "Reached") -> str:
    # Of the means themselves, so that all is saved where nothing is lost; rounding of the differences would leave a trace.
    share = 1.0 - one.lost_minutes / base.lost_minutes
    part = percent(share) if share > 0 else f"nothing, rather {percent(-share)} more lost," if share < 0 else "nothing"
    chance = ", within chance" if share and not _told_apart(one) else ""
    return f"{part} {_BY[one.reach]} ({one.name}{chance})"


def empty(matrix: "Matrix") -> list[str]:
    """Why cells are empty, one line per row and reason."""
    days = {one.origin.scenario: day for one, day in zip(matrix.incidents, dates(matrix.incidents), strict=True)}
    found: dict[tuple[str, str], list[str]] = {}
    for cell in matrix.cells:
        if cell.empty_because is not None:
            found.setdefault((cell.name, cell.empty_because), []).append(days[cell.incident])
    return [f"{name} has no place in {', '.join(where)}: {because}." for (name, because), where in found.items()]


def least_hits(matrix: "Matrix") -> int:
    """Over how few replications the figures of an incident that hits by chance are taken; 0 where there are none."""
    return min((cell.figures["if_hit"].replications for cell in matrix.cells if "if_hit" in cell.figures), default=0)


def is_open(cell: "Cell") -> bool:
    """Whether an outage of it was still open when the simulated time ended."""
    return any(one.open_at_horizon > 0 for one in cell.figures.values())
