"""What an incident did to a population of tenants, as tables for people."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import percent, quantity, replayed

if TYPE_CHECKING:
    from simulator.ensemble.population_results import PopulationResult, PopulationRow, Toll
    from simulator.ensemble.results import Estimate

ALL = "all"
LEGEND = (
    "Tenants and users: share of all of them. Down: serving less than the objective, ever or at one time; by users a tenant counts with "
    "all of its own. Outage: of the tenants that were down, the median of them and the middle 90 %. Lost per user: the time without "
    "service, averaged over the users, who count by the share of their demand that is not served. Each is the median over replications; "
    "in brackets its 5–95 % range over them."
)
ASSUMED = "How tenants are deployed is assumed, class by class: the file of the population says with which ranges, and why."
NIGHT_ONLY = "The ranges hold what differs from night to night, not how uncertain the assumed shares are: --vary assumed adds that."
BOTH = "The ranges above hold what differs from night to night, those of the last table also how uncertain the assumed numbers are."


def population_lines(found: "PopulationResult", width: int | None) -> Iterator[Line]:
    """All tenants and each class: how many were down, for how long, and what was lost."""
    origin = found.origin
    yield from prose(f"{origin.scenario}: {found.summary}", width)
    yield from prose(CONDITIONAL, width)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    counted = replayed(found.replications, found.stopped)
    tenants = f"{_sample(found)} of the population {found.population}"
    yield from prose("; ".join([tenants, counted, f"seed {origin.seed}", f"objective {percent(found.objective)}", *switches]) + ".", width)
    written = sum(found.shares_as_written.values())
    scaled = "" if abs(written - 1.0) < 1e-9 else f" The shares there sum to {percent(written)}, and are scaled to 100 %."
    yield from prose(f"{ASSUMED}{scaled}", width)
    yield line("")
    yield from laid_out(_radius(found), width)
    yield line("")
    yield from laid_out(_outages(found), width)
    yield line("")
    if found.varied:
        yield from prose(f"With all assumed numbers drawn anew in each of {found.varied} replications, 5–95 %:", width)
        yield from laid_out(_varied(found), width)
        yield line("")
    yield from prose(LEGEND, width)
    sampled = f"The population is a sample of {_sample(found)}, and its shares are assumed."
    yield from prose(f"{sampled} {BOTH if found.varied else NIGHT_ONLY}", width)
    for warning in found.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _sample(found: "PopulationResult") -> str:
    count = found.rows[0].sample_tenants
    return f"{count:,} tenant{'s' if count != 1 else ''}"


_WHO = ("tenants", "users")
_DOWN = ("down ever", "at the peak", "users ever", "at the peak")


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    return Table(columns=(Column(head="class"), *(Column(head=head, numeric=True) for head in heads)), rows=tuple(rows))


def _radius(found: "PopulationResult") -> Table:
    return _table(
        (*_WHO, *_DOWN),
        ((_name(row), percent(row.share), percent(row.share_of_users), *_impaired(row.toll, _ranged)) for row in found.rows),
    )


def _impaired(toll: "Toll | None", worded: Callable[["Estimate"], str]) -> tuple[str, ...]:
    """Of tenants and of users, ever and at the peak; blank where there is no such tenant."""
    if toll is None:
        return ("",) * len(_DOWN)
    return tuple(worded(one) for one in (toll.down_ever, toll.down_peak, toll.users_ever, toll.users_peak))


def _outages(found: "PopulationResult") -> Table:
    start = found.origin.start
    rows = []
    for row in found.rows:
        if row.toll is None:
            rows.append((_name(row), *[""] * 5))
            continue
        of = row.toll.outage_of_down
        low, middle, high = (quantity(None if of is None else of[level].p50 * 60.0, "duration", start) for level in ("p05", "p50", "p95"))
        lost = row.toll.lost_minutes_per_user
        rows.append(
            (_name(row), middle, _from_to(low, high), _lost(lost.p50), _lost_range(lost), _share(row.toll.open_at_horizon.mean))
        )
    return _table(("outage", "5–95 % of tenants", "lost per user", "5–95 %", "still down"), rows)


def _varied(found: "PopulationResult") -> Table:
    """The same quantities as ranges alone."""
    rows = []
    for row in found.rows:
        if row.assumed is not None:
            toll = row.assumed.toll
            who = (_range(row.assumed.share), _range(row.assumed.share_of_users))
            rows.append((_name(row), *who, *_impaired(toll, _range), "" if toll is None else _lost_range(toll.lost_minutes_per_user)))
    return _table((*_WHO, *_DOWN, "lost per user"), rows)


def _lost(minutes: float) -> str:
    """`7.4 min`, `3 s`, and below a second still two digits: `0.046 s`."""
    seconds = 60.0 * minutes
    if not seconds:
        return "0"
    return f"{seconds:.2g} s" if seconds < 1 else quantity(seconds, "duration", datetime.min)


def _lost_range(one: "Estimate") -> str:
    return "" if one.p95 == one.p05 else _from_to(_lost(one.p05), _lost(one.p95))


def _name(row: "PopulationRow") -> str:
    return ALL if row.name is None else f"  {row.name}"


def _from_to(low: str, high: str) -> str:
    """`3.5–13 h`, `2.1 min–9.2 h`."""
    number, _, unit = low.partition(" ")
    return f"{number if high.endswith(f' {unit}') else low}–{high}" if low else ""


def _share(share: float) -> str:
    return percent(share) if share else ""


def _ranged(one: "Estimate") -> str:
    """`17.4 % [17.1–17.8]`; without a range where there is none."""
    return percent(one.p50) if one.p05 == one.p95 else f"{percent(one.p50)} [{_ends(one)}]"


def _range(one: "Estimate") -> str:
    """`17.1–17.8 %`; one share where both ends are it."""
    return percent(one.p50) if one.p05 == one.p95 else f"{_ends(one)} %"


def _ends(one: "Estimate") -> str:
    low, high = (percent(end).removesuffix(" %") for end in (one.p05, one.p95))
    return f"{low}–{high}"
