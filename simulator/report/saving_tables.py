"""What would have saved a tenant, as a table for people."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.ensemble.saving import WORTH_TWO
from simulator.report.baseline_notes import baseline_lines, baselines_of, marked
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import ALONE, count, minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.results import Estimate
    from simulator.ensemble.saving import Saved, Saving, Savings

FRONT = "front"
LEGEND = (
    "Saved: minutes of full service against the tenant as it was, replication by replication under the same dice, with the 95 % interval "
    "of the mean; lost: what is lost all the same. Cost: the tenant's own capacity over demand, and nothing of what a mitigation costs "
    f"others; {FRONT}: nothing else saves at least as much for at most that cost."
)
ARCHITECTURES = (
    "An architecture serves all users of the tenant, those of other regions too, behind the load balancers that the tenant lends it; "
    "placed where the failure strikes, if a zone is what fails."
)
PAIRS = f"A pair is told where it saves more than the better one of its two, by {percent(WORTH_TWO)} of the loss or more."


def saving_lines(found: "Savings", width: int | None) -> Iterator[Line]:
    """The tenant as it was, then every change by what it would have saved."""
    origin, times = found.origin, found.replications
    yield from baseline_lines(baselines_of(found), width)
    yield from prose(f"{found.tenant} in {origin.scenario}: what would have saved it", width)
    yield from prose(CONDITIONAL, width)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    counted = f"{times} replication{'s' if times != 1 else ''}"
    yield from prose("; ".join([counted, f"seed {origin.seed}", *switches]) + ".", width)
    yield from prose(_as_it_was(found), width)
    if found.lost_minutes.p95 == 0.0 == found.lost_minutes.mean:
        yield from prose("Nothing was lost: there is nothing to save.", width)
        return
    yield line("")
    yield from laid_out(_table(found), width)
    yield line("")
    if times == 1:
        yield from prose(ALONE, width)
    yield from prose(f"{LEGEND} {ARCHITECTURES}{f' {PAIRS}' if found.pairs_tried else ''}", width)
    if found.pairs_tried and not any(one.kind == "pair" for one in found.options):
        yield from prose(f"None of the {found.pairs_tried:,} pairs tried does.", width)
    if found.open_at_horizon > 0 or any(one.open_at_horizon > 0 for one in found.options):
        yield from prose("* In some replications an outage was still open when the simulated time ended: more is lost.", width)
    for warning in found.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _as_it_was(found: "Savings") -> str:
    lost = f"{minutes(found.lost_minutes.mean)}{_open(found)} min{_interval(found.lost_minutes)}"
    cost = "" if found.cost_index is None else f"; cost {found.cost_index:.1f}"
    people = f"{count(found.lost_user_hours.mean)} user-hours of {count(found.users)} users"
    return f"As it was: it loses {lost} of full service, {people}{cost}."


def _table(found: "Savings") -> Table:
    sure = "" if all(one.saved_minutes.ci95 is None for one in found.options) else " [95 %]"
    columns = (
        Column(head="change"), Column(head="kind"), Column(head=f"saved{sure}", numeric=True), Column(head="lost", numeric=True),
        Column(head="user-hours saved", numeric=True), Column(head="cost", numeric=True), Column(head="Pareto"),
    )  # fmt: skip
    title = "" if found.options else "There are neither mitigations in this scenario nor architectures for its world."
    return Table(columns=columns, rows=tuple(_row(one) for one in found.options), title=title, styles=((FRONT, "green"),))


def _row(one: "Saving") -> tuple[str, ...]:
    return (
        marked(one.name, one.baseline), one.kind, f"{minutes(one.saved_minutes.mean)}{_interval(one.saved_minutes)}",
        f"{minutes(one.lost_minutes.mean)}{_open(one)}", count(one.saved_user_hours.mean),
        "" if one.cost_index is None else f"{one.cost_index:.1f}", FRONT if one.on_front else "",
    )  # fmt: skip


def _interval(value: "Estimate | Saved") -> str:
    return "" if value.ci95 is None else f" [{minutes(value.ci95[0])}, {minutes(value.ci95[1])}]"


def _open(one: "Saving | Savings") -> str:
    return "*" if one.open_at_horizon > 0 else ""
