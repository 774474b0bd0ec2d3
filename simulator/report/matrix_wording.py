"""What a matrix says in words: which incident a column is, what each way to spread was worth there, and which of them was enough."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.report.wording import minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.matrix_results import Cell, Matrix, Reach, Reached, Row, Struck

CONDITIONAL = "Conditional on each incident: what happens given that it does, and no forecast of how often."
NOTHING, NONE, UNSURE, UNKNOWN = "nothing lost", "none", "unsure", ""
ZONES, REGIONS, ELSEWHERE = _REACHES = "zones", "regions", "elsewhere"
_BY = {ZONES: "by more zones", REGIONS: "by a second region", ELSEWHERE: "outside of the region"}
_VERDICTS = {
    ZONES: "More zones save at least half of what one zone loses.",
    REGIONS: "A second region saves at least half of what one zone loses.",
    ELSEWHERE: "Only leaving the region saves at least half of what one zone loses.",
    NONE: "Nothing here saves half of what one zone loses.",
    UNSURE: "These replications do not tell what saves at least half of what one zone loses.",
    NOTHING: "One zone loses nothing.",
    UNKNOWN: "",
}
CHOSEN = (
    "Of each way to spread, the one that loses least is chosen from these same figures, and so looks a little better than it is. At least "
    "half is said to be saved, or not, where the 95 % interval of what is saved beyond half, replication by replication, leaves no doubt."
)
_ROUNDING = 1e-9


def dates(incidents: Sequence["Struck"]) -> list[str]:
    """What the columns are called: the days on which the incidents began, with a number where two began on one day; of what never happened
    no day is told."""
    days = ["invented" if one.invented else f"{one.origin.start:%Y-%m-%d}" for one in incidents]
    seen: Counter[str] = Counter()
    out = []
    for day in days:
        seen[day] += 1
        out.append(day if days.count(day) == 1 else f"{day} ({seen[day]})")
    return out


def cost_text(row: "Row") -> str:
    """Capacity over demand with one digit; empty where it is not known."""
    return "" if row.cost_index is None else f"{row.cost_index:.1f}"


def enough(struck: "Struck") -> str:
    """The least that saves at least half of what one zone loses: more zones, a second region, leaving the region, or nothing here;
    `unsure` where that cannot be told from chance. Empty without one in one zone, or without others."""
    by_reach = _by_reach(struck)
    base = by_reach.get("zone")
    if base is None or len(by_reach) == 1:
        return UNKNOWN
    if not base.lost_minutes > 0:
        return UNSURE if struck.by_chance else NOTHING
    for reach in _REACHES:
        if reach in by_reach:
            low, high = by_reach[reach].beyond_half_ci95 or (-math.inf, math.inf)
            if low >= -_ROUNDING * base.lost_minutes:
                return reach
            if high >= 0.0:
                return UNSURE
    return NONE


def verdict(struck: "Struck") -> str:
    """In one sentence, what is the least that saves at least half; empty where nothing is compared."""
    found = enough(struck)
    if found == REGIONS and ZONES in _by_reach(struck):
        return "More zones do not save half of what one zone loses; a second region does."
    return _VERDICTS[found]


def worth(struck: "Struck") -> str:
    """In figures: what one zone loses, and what part of it the best of each other way to spread saves."""
    by_reach = _by_reach(struck)
    base = by_reach.get("zone")
    if base is None:
        return f"No architecture here stands in one zone of {struck.region} alone, to compare with."
    where = "on average, since chance says who is hit" if struck.by_chance else "where the failure strikes"
    if not base.lost_minutes > 0:
        return f"Chance never struck one zone ({base.name})." if struck.by_chance else f"In one zone nothing is lost {where} ({base.name})."
    lost = f"In one zone {minutes(base.lost_minutes)} min are lost {where} ({base.name})."
    saved = [_saved(one, base) for reach, one in by_reach.items() if reach != "zone"]
    return f"{lost} Saved of that by the best of each kind: {', '.join(saved)}." if saved else lost


def share_saved(struck: "Struck", reach: "Reach") -> str:
    """Per cent of what one zone loses that the best of a way to spread saves; `?` where that cannot be told from chance, `–` without one,
    or where one zone loses nothing."""
    by_reach = _by_reach(struck)
    base, one = by_reach.get("zone"), by_reach.get(reach)
    if base is None or one is None:
        return "–"
    if not base.lost_minutes > 0:
        return "?" if struck.by_chance else "–"
    share = 1.0 - one.lost_minutes / base.lost_minutes
    return percent(share) if not share or _told_apart(one) else "?"


def _by_reach(struck: "Struck") -> Mapping[str, "Reached"]:
    return {one.reach: one for one in struck.reached}


def _told_apart(one: "Reached") -> bool:
    """Whether the interval of the difference leaves out that there is none."""
    return one.saved_ci95 is not None and not one.saved_ci95[0] <= 0.0 <= one.saved_ci95[1]


def _saved(one: "Reached", base: "Reached") -> str:
    # Of the means themselves, so that all is saved where nothing is lost; rounding of the differences would leave a trace.
    share = 1.0 - one.lost_minutes / base.lost_minutes
    part = percent(share) if share > 0 else f"nothing, rather {percent(-share)} more lost," if share < 0 else "nothing"
    doubt = "too few replications to be sure" if one.saved_ci95 is None else "within chance"
    chance = f", {doubt}" if share and not _told_apart(one) else ""
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
