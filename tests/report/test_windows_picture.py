"""The picture of the worst windows: a panel for each architecture or tenant, its curve drawn where it is, nothing over anything."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.ensemble.availability_results import Availabilities, AvailabilityRow, Mean, Together, Weighted, WorstWindow
from simulator.ensemble.pooling import Pooled
from simulator.ensemble.results import Kind, RadiusEstimate
from simulator.report.sheet import Sheet
from simulator.report.style import look
from simulator.report.windows_overview import spread
from simulator.report.windows_picture import windows_sheet, write_windows_picture
from tests.report import invented
from tests.report.oddities import HOSTILE
from tests.report.reading import collisions, prose, said

NAMES = [name for name, *_ in invented.ARCHITECTURES]


def row(name: str, lost: float, *, case: str = "hit", kind: Kind = "architecture", horizon: float = invented.HORIZON) -> AvailabilityRow:
    def share(length: float) -> Pooled:
        part = lost * min(1.0, 1800.0 / length)
        return Pooled(unavailability=part, ci95=(0.9 * part, part), p05=0.0, p50=part, p95=min(1.0, 1.2 * part))

    lengths = np.geomspace(min(60.0, horizon), horizon, 30).tolist()
    curve = tuple(WorstWindow(length_seconds=length, share=share(length)) for length in lengths)
    none = invented.estimate(np.zeros(2))
    way = Weighted(share=share(horizon), lost_minutes=none)
    return AvailabilityRow(
        name=name, kind=kind, case=case, cost_index=1.5 if kind == "architecture" else None, users=1.0, calls=1.0,
        by_time=way, by_requests=way, by_users=way, lost_requests=none, lost_user_minutes=none, lost_minutes_each=None,
        blast_radius={"users": RadiusEstimate(peak=none, ever=none)}, open_at_horizon=0.0, windows=curve[:1], curve=curve,
    )  # fmt: skip


def availabilities(*rows: AvailabilityRow, horizon: float = invented.HORIZON) -> Availabilities:
    origin = replace(invented.ORIGIN, horizon_seconds=horizon)
    return Availabilities(
        origin=origin, summary=invented.SUMMARY, replications=100, objective=None, rows=rows, blast_radius={}
    )


USUAL = availabilities(
    *(row(name, 0.1 * i, case=case) for i, name in enumerate(NAMES) for case in ("hit", "average")),
    row("films", 0.9, case="fixed", kind="tenant"),
)
MEAN = Mean(unavailability=0.2, lost_minutes=300.0)
BOTH = Together(
    members=("films", "queue"), users=2.0, by_time=MEAN, by_users=MEAN, lost_user_minutes=600.0, lost_minutes_each=None, blast_radius={},
    open_at_horizon=0.0, windows=(), curve=((60.0, 0.7), (3600.0, None), (invented.HORIZON, 0.2)),
)  # fmt: skip
VARIANTS = {
    "together": replace(USUAL, together=BOTH),
    "very many": availabilities(*(row(f"architecture-{i:02d}", i / 30) for i in range(30))),
    "usual": USUAL,
    "nothing": availabilities(),
    "one": availabilities(row("one", 1.0)),
    "nothing lost": availabilities(row("one", 0.0), row("two", 0.0)),
    "average only": availabilities(row("one", 0.5, case="average")),
    "nothing asked": availabilities(replace(row("one", 0.5), curve=(WorstWindow(length_seconds=60.0, share=None),))),
    **{
        f"horizon {horizon:g} s": availabilities(row("one", 0.5, horizon=horizon), row("two", 0.1, horizon=horizon), horizon=horizon)
        for horizon in (30.0, 60.0, 61.0, 3600.0, 14_400.0, 43_200.0, 90_000.0, 1e6, 1e9)
    },
    **{f"named {i}": availabilities(*(row(text, 0.3 * k) for k in range(3))) for i, text in enumerate(HOSTILE)},
}


def drawn(found: Availabilities) -> Sheet:
    with look("windows"):
        return windows_sheet(found)


@pytest.mark.parametrize("name", VARIANTS)
def test_labels_never_collide_nor_leave_the_page(name: str) -> None:
    with look("windows"):
        assert collisions(windows_sheet(VARIANTS[name])) == []


def test_each_has_a_panel_with_its_name_cost_and_availability() -> None:
    words = said(drawn(USUAL))
    for name in (*NAMES, "films"):
        assert words.count(name) == 2, "over its own panel, and at the end of its curve"
    assert "cost 1.5 · 99.79 % overall" in words
    assert "98.1 % overall" in words, "of a tenant no cost is known"
    assert words.count("length of the window, logarithmic scale") == 3
    text = prose(drawn(USUAL))
    assert "Case hit: placements that use the failing zone; fixed: the zones in which it stood." in text
    for part in ("Conditional on the incident", "pooled over 100 replications", "Square-root scale of what is lost", "seed 1"):
        assert part in text


def test_the_curve_is_drawn_where_it_is() -> None:
    sheet = drawn(USUAL)
    curves = [line for axes in sheet.figure.axes for line in axes.get_lines() if line.get_gid() == "worst"]
    shown = [row for row in USUAL.rows if row.case != "average"]
    assert len(curves) == len(shown) == 9
    for line, one in zip(curves, shown, strict=True):
        assert np.asarray(line.get_xdata()).tolist() == [window.length_seconds for window in one.curve]
        lost = [window.share.unavailability for window in one.curve if window.share is not None]
        assert np.asarray(line.get_ydata()) ** 2 == pytest.approx(lost)


def test_tenants_together_have_a_curve_and_no_band() -> None:
    sheet = drawn(VARIANTS["together"])
    assert [len(axes.collections) for axes in sheet.figure.axes if axes.get_xscale() == "log"] == [0, *[1] * 9, 0]
    assert said(sheet).count("together") == 2


def test_in_the_panel_of_all_every_curve_is_told_by_its_colour_or_dashes() -> None:
    sheet = drawn(VARIANTS["very many"])
    lines = [line for axes in sheet.figure.axes for line in axes.get_lines() if line.get_gid() == "all"]
    assert len(lines) == 30
    looks = {(line.get_color(), str(line.get_linestyle()), str(getattr(line, "_dash_pattern"))) for line in lines}  # noqa: B009
    assert len(looks) == 22, "21 of their own; more than that nobody tells apart, and the names at the ends have to do"


@given(st.lists(st.floats(0.0, 2.0), max_size=10).map(sorted))
def test_names_keep_their_distance_and_their_order(wanted: list[float]) -> None:
    places = spread(wanted, 0.2, 2.0)
    assert all(b - a >= 0.2 - 1e-9 for a, b in pairwise(places))
    assert all(place <= 2.0 for place in places)
    assert all(place >= -1e-9 for place in places)


def test_all_panels_have_the_same_axes_from_nothing_to_all() -> None:
    panels = [axes for axes in drawn(USUAL).figure.axes if axes.get_xscale() == "log"]
    assert {axes.get_xlim() for axes in panels} == {(60.0, invented.HORIZON)}
    assert {axes.get_ylim() for axes in panels} == {(-1.05, 0.05)}


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_windows_picture(USUAL, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["windows.png", "windows.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
