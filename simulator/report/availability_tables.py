"""Availabilities side by side, as tables for people: counted in three ways, and in the worst window of each length."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.report.baseline_notes import baseline_lines, marked
from simulator.report.clock import duration_text
from simulator.report.comparison_tables import reach_table
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import CASES, FIXED, means_of, minutes, percent, replayed

if TYPE_CHECKING:
    from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Together, Weighted
    from simulator.ensemble.pooling import Pooled
    from simulator.ensemble.results import Estimate

QUESTIONS = {**CASES, FIXED: "where it stood"}
LEGEND = (
    "By time: minutes in which less than the objective is served; by requests: what is not answered of the demand, which is constant; by "
    "users: what users are not served of the time in which they want to be, each group counting with its users. All users of a tenant call "
    "equally often, so that by requests and by users come to the same within one. Felt by: users who were not served at some "
    "time, at the least; each loses: minutes of each of these, at the most. Availabilities are ratios of sums over the replications."
)
WINDOWS = (
    "Worst window: of all windows of that length, wherever they begin, the one with the least availability by users, replication by "
    "replication. A longer window may be worse than a shorter one, when it reaches another outage; one twice as long never is."
)
TOGETHER = (
    "Together: by time each tenant counts once, by users with its users, as means alone. Tenants of like build ride with the same dice and "
    "so fail together more often than they would, which leaves the means as they are but would make every range too wide; and of the "
    "requests of most tenants too little is known to add them up."
)
NOTHING = "Nothing is lost in any of them."
CERTAIN = "Nothing is lost: nothing that happens reaches them."
_DECIMALS = 6


def availability_lines(found: "Availabilities", width: int | None) -> Iterator[Line]:
    """For each case the three availabilities, and the worst windows."""
    origin = found.origin
    yield from baseline_lines([row.baseline for row in found.rows], width)
    yield from prose(f"{origin.scenario}: {found.summary}", width)
    yield from prose(CONDITIONAL, width)
    replications = replayed(found.replications)
    objective = "each one's own" if found.objective is None else percent(found.objective)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    simulated = f"{duration_text(origin.horizon_seconds / 60.0)} simulated"
    said = (replayed(found.replications, found.stopped), f"seed {origin.seed}", f"objective {objective}", simulated, *switches)
    yield from prose("; ".join(said) + ".", width)
    for case, says in QUESTIONS.items():
        rows = [row for row in found.rows if row.case == case]
        if rows:
            yield line("")
            yield from _case(f"{case}: {says} ({replications})", rows, found.together if case == FIXED else None, width)
    if found.together is not None:
        yield line("")
        yield from laid_out(_reach_together(found.together), width)
    if found.blast_radius:
        yield line("")
        yield from laid_out(reach_table(found.blast_radius), width)
    yield line("")
    sure = means_of(found.stopped, found.replications)
    together = [TOGETHER] if found.together is not None else []
    yield from prose(" ".join([sure, LEGEND, *together, WINDOWS]), width)
    if any(row.open_at_horizon > 0 for row in found.rows):
        yield from prose("* In some replications an outage was still open when the simulated time ended: it lasts longer.", width)
    for warning in found.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _case(title: str, rows: Sequence["AvailabilityRow"], both: "Together | None", width: int | None) -> Iterator[Line]:
    if all(way.lost_minutes.p95 == way.lost_minutes.mean == 0.0 for row in rows for way in (row.by_time, row.by_users)):
        yield from (line(each.plain, "bold") for each in prose(title, width))
        bounds = [way.lost_minutes.ci95 for row in rows for way in (row.by_time, row.by_users) if way.lost_minutes.unseen]
        if bounds:
            most = max((end[1] for end in bounds if end is not None), default=None)
            bound = "" if most is None else f" On average less than {minutes(most)} minutes, with 95 % confidence."
            yield from prose(f"{NOTHING}{bound}", width)
        else:
            yield from prose(CERTAIN if all(row.by_time.lost_minutes.ci95 is not None for row in rows) else NOTHING, width)
        return
    yield from laid_out(_three(title, rows, both), width)
    yield line("")
    yield from laid_out(_windows(rows, both), width)


def _three(title: str, rows: Sequence["AvailabilityRow"], both: "Together | None") -> Table:
    sure = "" if all(row.by_time.lost_minutes.ci95 is None for row in rows) else " [95 %]"
    heads = ["available by time", "by requests", "by users", f"lost by time{sure}", f"by requests{sure}", f"by users{sure}"]
    heads += ["felt by", "each loses"]
    cells = []
    for row in rows:
        ways = (row.by_time, row.by_requests, row.by_users)
        lost = [_minutes(way.lost_minutes) for way in ways]
        if row.open_at_horizon > 0:
            lost[0] = _minutes(row.by_time.lost_minutes, "*")
        each = "" if row.lost_minutes_each is None else minutes(row.lost_minutes_each)
        cells.append((marked(row.name, row.baseline), *map(_available, ways), *lost, percent(row.blast_radius["users"].ever.mean), each))
    if both is not None:
        each = "" if both.lost_minutes_each is None else minutes(both.lost_minutes_each)
        shares = (_share(both.by_time.unavailability), "", _share(both.by_users.unavailability))
        lost = [f"{minutes(both.by_time.lost_minutes)}{'*' if both.open_at_horizon > 0 else ''}", "", minutes(both.by_users.lost_minutes)]
        cells.append(("together", *shares, *lost, percent(both.blast_radius["users"].ever), each))
    columns = (Column(head=_kind(rows)), *(Column(head=head, numeric=True) for head in heads))
    return Table(columns=columns, rows=tuple(cells), title=title)


def _windows(rows: Sequence["AvailabilityRow"], both: "Together | None") -> Table:
    lengths = [window.length_seconds for window in rows[0].windows]
    heads = [duration_text(length / 60.0).replace(".0 ", " ") for length in lengths]
    cells = [(marked(row.name, row.baseline), *(_worst(window.share) for window in row.windows)) for row in rows]
    if both is not None:
        cells.append(("together", *(_share(lost) for _, lost in both.windows)))
    columns = (Column(head="worst window of"), *(Column(head=head, numeric=True) for head in heads))
    return Table(columns=columns, rows=tuple(cells))


def _reach_together(both: "Together") -> Table:
    heads = ("impaired together", "at the peak", "ever")
    rows = tuple((name, percent(one.peak), percent(one.ever)) for name, one in both.blast_radius.items())
    return Table(columns=tuple(Column(head=head, numeric=n > 0) for n, head in enumerate(heads)), rows=rows)


def _share(unavailability: float | None) -> str:
    return "" if unavailability is None else available(unavailability)


def _kind(rows: Sequence["AvailabilityRow"]) -> str:
    kinds = {row.kind for row in rows}
    return "architecture or tenant" if len(kinds) > 1 else next(iter(kinds))


def _minutes(value: "Estimate", mark: str = "") -> str:
    ends = "" if value.ci95 is None else f" [{minutes(value.ci95[0])}, {minutes(value.ci95[1])}]"
    return f"{minutes(value.mean)}{mark}{ends}"


def _available(way: "Weighted") -> str:
    return "" if way.share is None else available(way.share.unavailability)


def _worst(share: "Pooled | None") -> str:
    if share is None:
        return ""
    text = available(share.unavailability)
    if share.unseen:
        return text  # the note below the table says how far it may be from that
    high, low = (available(end).removesuffix(" %") for end in share.ci95 or (0.0, 0.0))
    return text if low == high else f"{text} [{low}, {high}]"


def available(unavailability: float) -> str:
    """An availability with so many digits that what is lost can be told: `82.7 %`, `99.90 %`, `99.990 %`; `100 %` where nothing is."""
    if unavailability >= 0.01 or unavailability <= 0.0:
        return percent(1.0 - unavailability)
    decimals = 1 + math.ceil(-math.log10(100.0 * unavailability) - 1e-9)
    if decimals > _DECIMALS:
        return f"> {100 * (1 - 10.0 ** -(_DECIMALS + 2)):.{_DECIMALS}f} %"
    return f"{100.0 * (1.0 - unavailability):.{decimals}f} %"
