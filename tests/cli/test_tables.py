"""Tables for people: nothing is cut off at any width, nothing is read as markup, and every figure says which question it answers."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.ensemble.availability_results import Availabilities
from simulator.ensemble.results import Comparison, Explanation, Fidelity, RunResult
from simulator.report import availability_tables, comparison_tables, tables, wording
from simulator.report.layout import Column, Line, Table, cell_width, laid_out
from tests.cli.conftest import START

CELLS = ("two-zone", "1,234", "[-12.5, 1,234.5]", "0.0–99.8", "97.3 %")
HEADS = (Column(head="name"), *(Column(head=f"h{i}", numeric=True) for i in range(4)))
NUMBERS = Table(columns=HEADS, rows=(CELLS, CELLS), title="a title")


def text(lines: Iterable[Line]) -> str:
    return "\n".join(line.plain for line in lines)


def test_a_wide_table_is_aligned() -> None:
    assert text(laid_out(NUMBERS, None)).splitlines() == [
        "a title",
        "name         h0                h1        h2      h3",
        "two-zone  1,234  [-12.5, 1,234.5]  0.0–99.8  97.3 %",
        "two-zone  1,234  [-12.5, 1,234.5]  0.0–99.8  97.3 %",
    ]


def test_a_narrower_table_continues_below_itself() -> None:
    assert text(laid_out(NUMBERS, 36)).splitlines() == [
        "a title",
        "name         h0                h1",
        "two-zone  1,234  [-12.5, 1,234.5]",
        "two-zone  1,234  [-12.5, 1,234.5]",
        "",
        "name            h2      h3",
        "two-zone  0.0–99.8  97.3 %",
        "two-zone  0.0–99.8  97.3 %",
    ]


def test_a_very_narrow_table_is_one_block_per_row() -> None:
    assert text(laid_out(NUMBERS, 24)).splitlines()[:7] == [
        "a title",
        "two-zone",
        "  h0: 1,234",
        "  h1: [-12.5, 1,234.5]",
        "  h2: 0.0–99.8",
        "  h3: 97.3 %",
        "",
    ]


def figures(lines: Iterable[Line]) -> set[str]:
    return set(re.findall(r"[0-9][0-9.,:]*[0-9]|[0-9]", text(lines)))


@pytest.mark.parametrize("width", [1, 40, 80, 140, None])
def test_no_availability_is_lost_at_any_width(width: int | None, availabilities: Availabilities) -> None:
    lines = availability_tables.availability_lines
    assert figures(lines(availabilities, width)) == figures(lines(availabilities, 10_000))


@pytest.mark.parametrize("width", [1, 8, 20, 40, 60, 80, 100, 140, None])
def test_no_figure_is_lost_at_any_width(
    width: int | None, comparison: Comparison, fidelity: Fidelity, run_result: RunResult, explanation: Explanation
) -> None:
    assert figures(comparison_tables.comparison_lines(comparison, width)) == figures(comparison_tables.comparison_lines(comparison, 10_000))
    assert figures(tables.fidelity_lines(fidelity, width)) == figures(tables.fidelity_lines(fidelity, 10_000))
    assert figures(tables.run_lines(run_result, width)) == figures(tables.run_lines(run_result, 10_000))
    assert figures(tables.explanation_lines(explanation, width)) == figures(tables.explanation_lines(explanation, 10_000))


@example(cells=["1", "1", "1", "1111111111 111111漢 漢漢漢漢漢"], width=27)
@given(cells=st.lists(st.text(alphabet="ab 1.é漢", min_size=1, max_size=30), min_size=4, max_size=4), width=st.integers(20, 90))
def test_columns_of_prose_keep_to_the_width(cells: list[str], width: int) -> None:
    table = Table(columns=(Column(head="n"), Column(head="p", prose=True)), rows=((cells[0][:9], cells[1]), (cells[2][:9], cells[3])))
    longest = max(cell_width(word) for cell in cells for word in cell.split() or [""])
    assert all(cell_width(line.plain) <= max(width, longest + 4) for line in laid_out(table, width))


def test_a_comparison_says_what_its_figures_are(comparison: Comparison) -> None:
    lines = text(comparison_tables.comparison_lines(comparison, None)).splitlines()
    assert lines[:7] == [
        "storm: A [/b] storm.",
        "Conditional on this incident: what happens given that it does, and no forecast of how often.",
        "20 replications; seed 7; objective 99 %.",
        "",
        "hit: placed where the failure strikes (20 replications)",
        "architecture  cost          outage [95 %]     5–95 %  recover   lost  worst      lost more [95 %]",
        "=cmd()         2.0  1,235* [1,234, 1,236]  617–2,469    1,235  1,235   40 %  1,222 [1,214, 1,230]",
    ]
    assert "missed: placed elsewhere (20 replications)" in lines
    assert "average: over all zones it may have got (20 replications)" in lines
    at = lines.index("impaired in the struck region  at the peak    5–95 %  ever     5–95 %")
    assert lines[at + 1] == "load balancers                         5 %  2.5–10 %  25 %  12.5–50 %"
    assert lines[-2:] == [
        "* In some replications an outage was still open when the simulated time ended: it lasts longer.",
        "Warning: few.",
    ]


def test_one_replication_has_no_interval(comparison: Comparison) -> None:
    rows = [replace(row, outage_minutes=replace(row.outage_minutes, ci95=None)) for row in comparison.rows]
    pair = replace(comparison.paired[0], lost_minutes_ci95=None)
    one = replace(comparison, replications=1, rows=tuple(rows), paired=(pair,))
    lines = text(comparison_tables.comparison_lines(one, None)).splitlines()
    assert lines[5:8] == [
        "architecture  cost  outage     5–95 %  recover   lost  worst  lost more",
        "=cmd()         2.0  1,235*  617–2,469    1,235  1,235   40 %      1,222",
        "one            2.0    12.5   6.2–25.0     12.5   12.5   40 %      least",
    ]
    assert lines[-3].startswith("Minutes in one replication, which has no interval. Outage: below the objective")


def test_a_run_says_that_it_is_no_average(run_result: RunResult) -> None:
    lines = text(tables.run_lines(run_result, None)).splitlines()
    assert lines[:4] == [
        "[/b]two in storm",
        tables.CONDITIONAL,
        "hit: placed where the failure strikes; a in r/z-1.",
        "Replication 0 of seed 7; one set of dice, no average.",
    ]
    assert "22:40:00     2 Mar 00:10:00  90.0 min" in lines


def test_fidelity_prints_clock_times_in_the_scenarios_own_offset(fidelity: Fidelity) -> None:
    lines = text(tables.fidelity_lines(fidelity, None)).splitlines()
    assert lines[0] == "storm: 20 replications, seed 7; clock times in UTC-07:00"
    rows = {line.split()[0]: line for line in lines[2:7]}
    assert "23:55–2 Mar 00:10" in rows["Q1"]
    assert "2 Mar 00:00 [23:53–never]" in rows["Q1"]
    assert "31 min [15–40 min]" in rows["Q2"]
    assert "10–50 min" in rows["Q2"]
    assert "7 % [0–7 %]" in rows["Q3"]
    assert rows["Q4"].count("holds") == 2
    assert [rows[name].split()[-1] for name in ("Q1", "Q2", "Q3")] == ["inside", "outside", "inside"]
    assert lines[8:] == [
        "emergent observations: 1 of 2 inside",
        "controls: 2 of 2 inside",
        "fitted numbers: 2: a, b",
        "changed numbers: 0",
        "",
        "outside because",
        "  storm Q2: no rates",
        "",
        "failed",
        "  storm Q2 is outside",
    ]


def test_an_explanation_gives_the_clock_and_the_mechanism(explanation: Explanation) -> None:
    lines = text(tables.explanation_lines(explanation, None)).splitlines()
    assert lines[3:6] == [
        "Why the first outage began",
        "  22:40:00        power fails",
        "  2 Mar 00:30:00  the registry [/b] freezes [fail-safe]",
    ]


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (1e-6, "< 0.1 %"), (0.07, "7 %"), (0.9999, "> 99.9 %"), (1.0, "100 %"), (0.973, "97.3 %")]
)
def test_a_share_reads_zero_or_whole_only_where_it_is(share: float, said: str) -> None:
    assert wording.percent(share) == said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [(30.0, 90.0, "duration", "30–90 s"), (60.0, 1800.0, "duration", "1–30 min"), (3600.0, 36_000.0, "duration", "1–10 h"),
     (1200.0, float("inf"), "duration", "20 min–never"), (0.25, 1.5, "number", "0.25–1.5"), (0.0, 90_000.0, "clock", "22:30–2 Mar 23:30"),
     (0.5, 1.0, "share", "50–100 %"), (1e-6, 0.5, "share", "< 0.1 %–50 %")],
)  # fmt: skip
def test_a_range_names_its_unit_once(low: float, high: float, unit: str, said: str) -> None:
    assert wording.span(low, high, unit, START) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [("1 min", "24 h", "1 min–24 h"), ("14.4 min", "21.6 min", "14.4–21.6 min"), ("2", "1000", "2–1000"), ("0 %", "5 %", "0–5 %")],
)
def test_an_expected_range_is_said_as_it_is_written(low: str, high: str, said: str) -> None:
    assert wording.as_written(low, high) == said


@pytest.mark.parametrize(
    ("low", "high", "unit", "said"),
    [
        (60.0, 86_400.0, "duration", "60 s–24 h"),
        (52.0, 284_400.0, "duration", "52 s–79 h"),
        (0.0, 7200.0, "duration", "0–120 min"),
        (1800.0, 14_400.0, "duration", "0.5–4 h"),
        (2.0, 1000.0, "number", "2–1,000"),
        (0.134, 7.352, "number", "0.134–7.35"),
    ],
)
def test_the_lower_end_of_a_range_is_not_lost_in_the_unit_of_the_upper(low: float, high: float, unit: str, said: str) -> None:
    assert wording.span(low, high, unit, datetime(2030, 1, 1, tzinfo=UTC)) == said
