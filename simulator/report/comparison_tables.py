"""Architectures side by side, as tables for people: one for each case."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from simulator.report.baseline_notes import MARK, baseline_lines, marked
from simulator.report.layout import Column, Line, Table, laid_out, line, prose
from simulator.report.tables import CONDITIONAL
from simulator.report.wording import CASES, means_of, minutes, percent, replayed

if TYPE_CHECKING:
    from simulator.ensemble.results import Comparison, ComparisonRow, RadiusEstimate

LEGEND = (
    "Outage: below the objective, with its range over 5–95 % "
    "of the replications; recover: from the first fall below it to the last return; lost: of full service; writes: lost at a failover; "
    "lost more: than the architecture that loses least, replication by replication. Cost: capacity over demand; worst: the least share "
    "served."
)
BELOW = f"An architecture with {MARK} counts as the one that loses least only where all have it: it has less to lose."
BY_CHANCE = "Hit in: share of the replications in which it lost anything, since no zone fails here; lost and worst if hit: means of these."


def comparison_lines(comparison: "Comparison", width: int | None) -> Iterator[Line]:
    """One table per case."""
    origin = comparison.origin
    yield from baseline_lines([row.baseline for row in comparison.rows], width)
    yield from prose(f"{origin.scenario}: {comparison.summary}", width)
    yield from prose(CONDITIONAL, width)
    objective = "the architecture's own" if comparison.objective is None else percent(comparison.objective)
    count = comparison.replications
    counted_as = replayed(count)
    switches = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    blocks = [f"stratified in blocks of {comparison.strata}"] if comparison.strata else []
    said = (replayed(count, comparison.stopped), *blocks, f"seed {origin.seed}", f"objective {objective}", *switches)
    yield from prose("; ".join(said) + ".", width)
    for case, says in CASES.items():
        rows = [row for row in comparison.rows if row.placement == case]
        if rows:
            yield line("")
            title = f"{case}: {says} ({counted_as})"
            yield from laid_out(_comparison_table(comparison, rows, title), width)
    yield line("")
    if comparison.blast_radius:
        yield from laid_out(reach_table(comparison.blast_radius), width)
        yield line("")
    by_chance = f" {BY_CHANCE}" if _only_average(comparison) else ""
    below = f" {BELOW}" if any(map(_below, comparison.rows)) else ""
    yield from prose(f"{means_of(comparison.stopped, count)} {LEGEND}{below}{by_chance}{_worth_of_pairs(comparison)}", width)
    if any(row.open_at_horizon > 0 for row in comparison.rows):
        yield from prose("* In some replications an outage was still open when the simulated time ended: it lasts longer.", width)
    for warning in comparison.warnings:
        yield from prose(f"Warning: {warning}.", width)


def _worth_of_pairs(comparison: "Comparison") -> str:
    """What it is worth that all were replayed with the same dice, over the pairs of the first case."""
    case = comparison.rows[0].placement if comparison.rows else ""
    ratios = sorted(p.variance_ratio for p in comparison.paired if p.placement == case and p.variance_ratio is not None)
    if not ratios:
        return ""
    low, middle, high = (_times(ratio) for ratio in (ratios[0], ratios[len(ratios) // 2], ratios[-1]))
    worth = f"{low} to {high} times the replications, in the median {middle}" if len(ratios) > 1 else f"{middle} times the replications"
    return f" The same dice for all are worth {worth}, when two of them are told apart."


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 100.0 else f"{ratio:,.0f}"


def reach_table(blast_radius: "Mapping[str, RadiusEstimate]", what: str = "impaired in the struck region") -> Table:
    """How far the incident reached, by class: means over replications, with the range of the replications where they differ."""
    spread = any(one.p95 > one.p05 for radius in blast_radius.values() for one in (radius.peak, radius.ever))
    heads = ("at the peak", "5–95 %", "ever", "5–95 %") if spread else ("at the peak", "ever")
    rows = []
    for name, radius in blast_radius.items():
        cells = [name.replace("_", " ")]
        for one in (radius.peak, radius.ever):
            range_ = f"{percent(one.p05).removesuffix(' %')}–{percent(one.p95)}" if one.p95 > one.p05 else ""
            cells += [percent(one.mean), range_] if spread else [percent(one.mean)]
        rows.append(tuple(cells))
    return Table(columns=(Column(head=what), *(Column(head=head, numeric=True) for head in heads)), rows=tuple(rows))


def _comparison_table(comparison: "Comparison", rows: Sequence["ComparisonRow"], title: str) -> Table:
    best = min(rows, key=lambda row: (_below(row), row.lost_minutes.mean, row.cost_index)).architecture
    gaps = _gaps(comparison, rows[0].placement, best) if len(rows) > 1 else {}
    writes = any(row.data_loss_minutes.p95 > 0 for row in rows)
    columns = [Column(head="architecture")]
    sure = "" if all(row.outage_minutes.ci95 is None for row in rows) else " [95 %]"
    columns += [Column(head=head, numeric=True) for head in ("cost", f"outage{sure}", "5–95 %", "recover", "lost")]
    columns += [] if _only_average(comparison) else [Column(head="worst", numeric=True)]
    by_chance = _only_average(comparison)
    columns += [Column(head=head, numeric=True) for head in ("hit in", "lost if hit", "worst if hit")] if by_chance else []
    columns += [Column(head="writes", numeric=True)] if writes else []
    columns += [Column(head=f"lost more{sure}", numeric=True)] if gaps else []
    cells = []
    for row in rows:
        recovered = row.time_to_recover_minutes
        own = [
            marked(row.architecture, row.baseline),
            f"{row.cost_index:.1f}" if row.cost_index else "",
            _with_interval(f"{minutes(row.outage_minutes.mean)}{'*' if row.open_at_horizon > 0 else ''}", row.outage_minutes.ci95),
            f"{minutes(row.outage_minutes.p05)}–{minutes(row.outage_minutes.p95)}",
            "" if recovered is None else minutes(recovered.mean),
            minutes(row.lost_minutes.mean),
        ]
        if by_chance:
            own += [percent(row.hit_in), "" if row.lost_if_hit is None else minutes(row.lost_if_hit.mean)]
            own += ["" if row.worst_if_hit is None else percent(row.worst_if_hit)]
        else:
            own += [percent(row.worst_served.mean)]
        own += [minutes(row.data_loss_minutes.mean)] if writes else []
        own += [gaps.get(row.architecture, "least")] if gaps else []
        cells.append(tuple(own))
    return Table(columns=tuple(columns), rows=tuple(cells), title=title)


def _below(row: "ComparisonRow") -> bool:
    """Whether it is below its outage threshold before the incident, so that it has less to lose in it."""
    return row.baseline is not None and row.baseline.below_threshold


def _only_average(comparison: "Comparison") -> bool:
    """Whether no zone fails in the scenario, so that not where one stands but chance alone says who is hit."""
    return {row.placement for row in comparison.rows} == {"average"}


def _with_interval(mean: str, interval: tuple[float, float] | None) -> str:
    return mean if interval is None else f"{mean} [{minutes(interval[0])}, {minutes(interval[1])}]"


def _gaps(comparison: "Comparison", case: str, best: str) -> dict[str, str]:
    """How many more minutes each architecture loses than the one that loses least, with the interval of the paired difference."""
    gaps = {}
    for pair in comparison.paired:
        if pair.placement == case and best in (pair.a, pair.b) and pair.a != pair.b:
            sign = 1.0 if pair.b == best else -1.0
            ends = pair.lost_minutes_ci95
            name = pair.a if pair.b == best else pair.b
            interval = None if ends is None else (min(sign * end for end in ends), max(sign * end for end in ends))
            gaps[name] = _with_interval(minutes(sign * pair.lost_minutes_mean), interval)
    return gaps
