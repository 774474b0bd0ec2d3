"""Which unknown number matters most, as a table for people."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.report import sensitivity_wording as wording
from simulator.report.baseline_notes import baseline_lines
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import minutes, percent

if TYPE_CHECKING:
    from simulator.ensemble.results import Estimate
    from simulator.ensemble.sensitivity_results import Row, Sensitivity, Swing

UNSURE = "not told apart"
_MEANT = {
    "morris": (
        "mu*: mean size of the change when the number moves over its whole range, the others being anywhere in theirs, with the 95 % "
        "interval over the trajectories. sigma: how much the change differs from trajectory to trajectory; large beside mu* where it "
        "depends on other numbers, or bends."
    ),
    "sobol": (
        "total: share of the variance that would be gone if the number were known, and its part in what hangs on several; alone: "
        "without that part. Both with the 95 % interval over the samples."
    ),
}  # fmt: skip
_SWING = "Low → high: mean lost minutes with this number alone at either end of its range; ~ where chance is not ruled out."


def sensitivity_lines(found: "Sensitivity", width: int | None) -> Iterator[Line]:
    """The answer as the files say, then every number by what it moves; last those that move nothing."""
    origin = found.origin
    yield from baseline_lines([found.baseline], width)
    yield from prose(f"{found.name} in {origin.scenario}: which unknown number moves its lost minutes most", width)
    yield from prose(CONDITIONAL, width)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    counted = f"{found.replications} replication{'' if found.replications == 1 else 's'} at each of {found.points:,} points"
    yield from prose("; ".join([wording.method_text(found), counted, f"seed {origin.seed}", *switches]) + ".", width)
    lost = f"{minutes(found.lost_minutes.mean)} min{_interval(found.lost_minutes)}"
    yield from prose(f"As the files say it loses {lost} of full service, {wording.case_words(found)}.", width)
    rows = wording.told(found)
    if rows:
        yield line("")
        yield from laid_out(_table(found, rows), width)
    yield line("")
    few = "0.05 min" if found.method == "morris" else "0.05 % of the variance"
    for said, some in (
        (f"Less than {few}", wording.slight(found)),
        ("No effect", [row for row in found.rows if row.verdict == "none"]),
        ("Nothing that happens here stands for", [row for row in found.rows if row.verdict == "unused"]),
    ):
        if some:
            yield from prose(f"{said}: {', '.join(row.label for row in some)}.", width)
    if found.impossible:
        yield from prose(f"Left out: {found.impossible} points at which numbers stand together that cannot: {found.because}.", width)
    if rows:
        yield from prose(_legend(found, rows), width)


def _legend(found: "Sensitivity", rows: Sequence["Row"]) -> str:
    parts = [f"Minutes. {_SWING}", _MEANT[found.method]]
    if any(row.verdict == UNSURE for row in rows):
        chance = "one replication says nothing about chance" if found.replications == 1 else (
            f"the interval reaches down to what {found.replications} replications show by chance alone"
        )  # fmt: skip
        parts.append(f"{UNSURE.capitalize()}: {chance}.")
    parts.append(wording.INDEPENDENT)
    if any(row.number.basis == "fitted" for row in rows):
        parts.append(wording.FITTED)
    return " ".join(parts)


def _table(found: "Sensitivity", rows: Sequence["Row"]) -> Table:
    sure = " [95 %]" if found.starts > 1 or found.method == "sobol" else ""
    heads = (f"mu*{sure}", "sigma") if found.method == "morris" else (f"total{sure}", f"alone{sure}")
    columns = (
        Column(head="number"), Column(head="basis"), Column(head="range", numeric=True), Column(head="in the file", numeric=True),
        Column(head="low → high", numeric=True), *(Column(head=head, numeric=True) for head in heads),
    )  # fmt: skip
    cells = [_row(row) for row in rows]
    if any(row.verdict == UNSURE for row in rows):
        columns = (*columns, Column(head="chance"))
        cells = [(*cell, UNSURE if row.verdict == UNSURE else "") for cell, row in zip(cells, rows, strict=True)]
    return Table(columns=columns, rows=tuple(cells), styles=((UNSURE, "yellow"),))


def _row(row: "Row") -> tuple[str, ...]:
    own = (row.label, row.number.basis, wording.range_text(row.number), wording.value_text(row.number))
    assert row.swing is not None
    return (*own, _swing(row.swing), *_effects(row))


def _swing(one: "Swing") -> str:
    low, high = ("cannot be" if end is None else minutes(end) for end in (one.low, one.high))
    same = one.difference == 0 and one.ci95 in (None, (0.0, 0.0))
    return f"{low} → {high}{' ' if one.told_apart or same or one.difference is None else '~'}"


def _effects(row: "Row") -> tuple[str, str]:
    if row.morris is not None:
        sigma = "" if row.morris.sigma is None else minutes(row.morris.sigma)
        ends = row.morris.ci95
        return minutes(row.morris.mu_star) + ("" if ends is None else f" [{minutes(ends[0])}, {minutes(ends[1])}]"), sigma
    if row.sobol is not None:
        one = row.sobol
        return _share(one.total, one.total_ci95), _share(one.first, one.first_ci95)
    return "", ""


def _share(value: float, ci95: tuple[float, float]) -> str:
    return f"{percent(value)} [{percent(ci95[0]).removesuffix(' %')}, {percent(ci95[1]).removesuffix(' %')}]"


def _interval(value: "Estimate") -> str:
    return "" if value.ci95 is None else f" [{minutes(value.ci95[0])}, {minutes(value.ci95[1])}]"
