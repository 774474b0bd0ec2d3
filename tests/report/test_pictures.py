"""What pictures say and show."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.lines import Line2D

from simulator.ensemble.results import Impairment
from simulator.measures.curves import Steps
from simulator.report.availability_picture import availability_sheet
from simulator.report.outages_picture import outages_sheet
from simulator.report.run_picture import run_sheet
from simulator.report.style import look
from simulator.report.timeline_picture import merged, timeline_sheet
from tests.report import invented
from tests.report.oddities import RUNS, VARIANTS
from tests.report.reading import SHEETS, prose, said


@pytest.mark.parametrize("picture", SHEETS)
def test_every_picture_names_the_incident_and_that_it_is_conditional(picture: str) -> None:
    with look(picture):
        words = prose(SHEETS[picture](VARIANTS["usual"]))
    assert "2012-06-29-storm-in-the-east" in words
    assert "Conditional on the incident" in words
    assert "azsim 0.1.0, seed 1, scenario sha256 1f0c1f0c1f0c, 24 h simulated" in words


@pytest.mark.parametrize("picture", SHEETS)
def test_switched_mechanisms_are_told(picture: str) -> None:
    switched = replace(VARIANTS["usual"], origin=replace(invented.ORIGIN, without=("scale-up-bug",), with_=("longer-ups",)))
    with look(picture):
        assert "Replayed without scale-up-bug, with longer-ups." in prose(SHEETS[picture](switched))


def test_availability_has_a_panel_for_each_architecture_with_its_cost_and_outage() -> None:
    with look("availability"):
        sheet = availability_sheet(VARIANTS["usual"])
        words = said(sheet)
    for name, *_ in invented.ARCHITECTURES:
        assert words.count(name) == 1
    assert "cost 2.0 · median outage 18 min" in words
    assert any("Case hit: placements that use the failing zone." in line for line in words)
    assert "1.0: all of the demand is answered" in words
    assert "5–95 % of them" in words
    assert words.count("clock time from 29 Jun 2012, UTC−07:00") == 2


def test_availability_draws_the_median_of_the_hit_case_step_by_step() -> None:
    comparison = VARIANTS["usual"]
    with look("availability"):
        sheet = availability_sheet(comparison)
    panels = [axes for axes in sheet.figure.axes if axes.get_xlim()[1] > 1000]
    assert len(panels) == 8
    for panel, (name, *_) in zip(panels, invented.ARCHITECTURES, strict=True):
        line = next(line for line in panel.get_lines() if line.get_drawstyle() == "steps-post")
        band = comparison.bands[name, "hit"]
        xs, ys = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        at = np.searchsorted(xs, band.seconds, side="right") - 1
        assert ys[np.minimum(at, len(ys) - 1)].tolist() == list(band.p50)
        assert xs[-1] == invented.HORIZON


def test_availability_without_a_hit_case_says_which_one_it_shows() -> None:
    with look("availability"):
        assert "Case average: the mean over all placements." in prose(availability_sheet(VARIANTS["average only"]))


def test_the_clock_is_the_scenarios_own_and_what_is_left_out_is_said() -> None:
    with look("availability"):
        words = said(availability_sheet(VARIANTS["usual"]))
    assert "20:00\n29 Jun" in words
    assert "00:00\n30 Jun" in words
    assert "Simulated until 30 Jun 19:20; after 30 Jun 06:35 nothing shown here changes by more than 2 %." in words


def test_events_are_numbered_in_order_of_time_and_explained() -> None:
    comparison = VARIANTS["usual"]
    turned = replace(comparison, events=(*comparison.events[3:], *comparison.events[:3]))
    with look("timeline"):
        words = said(timeline_sheet(turned))
    assert [word for word in words if word in {"1", "2–3", "4", "5"}][:4] == ["1", "2–3", "4", "5"]
    assert "19:57" in words
    assert any(word.startswith("the second failure finds the UPS") for word in words)


def test_timeline_has_a_lane_for_each_group_that_was_down_alike() -> None:
    with look("timeline"):
        words = said(timeline_sheet(VARIANTS["usual"]))
    for label in ("east/zone-{2–5}/dc-1/power/utility", "east/zone-1/dc-2/instances", "east/load-balancers"):
        assert label in words
    assert "7.0 %" in words
    assert "0.4 %" in words


def test_lanes_are_merged_only_where_they_are_alike_and_differ_in_one_part() -> None:
    once, twice = Steps(times=(0.0, 5.0), values=(0.0, 1.0), end=9.0), Steps(times=(0.0, 6.0), values=(0.0, 1.0), end=9.0)
    lanes = merged(
        [
            Impairment(component="r/zone-1/feed", down=once),
            Impairment(component="r/zone-2/feed", down=once),
            Impairment(component="r/zone-3/feed", down=twice),
            Impairment(component="r/zone-4/hall", down=once),
            Impairment(component="r/feed", down=once),
            Impairment(component="r/zone-5/feed", down=once),
        ]
    )
    assert [lane.label for lane in lanes] == ["r/zone-{1,2,5}/feed", "r/zone-3/feed", "r/zone-4/hall", "r/feed"]


def test_lanes_of_all_combinations_of_parts_become_one() -> None:
    down = Steps(times=(0.0, 5.0), values=(0.0, 1.0), end=9.0)
    paths = [f"r/zone-{zone}/dc-{dc}/feed" for zone in (2, 3, 4) for dc in range(1, 4 if zone == 4 else 3)]
    lanes = merged([Impairment(component=path, down=down) for path in paths])
    assert [lane.label for lane in lanes] == ["r/zone-{2–4}/dc-{1,2}/feed", "r/zone-4/dc-3/feed"]


def test_outages_have_a_dot_for_each_architecture_case_and_measure_at_its_mean() -> None:
    comparison = VARIANTS["usual"]
    with look("outages"):
        sheet = outages_sheet(comparison)
        words = said(sheet)
    panels = [axes for axes in sheet.figure.axes if axes.get_xlabel()]
    assert [axes.get_xlabel() for axes in panels] == ["time down, square-root scale", "minutes of the whole demand, square-root scale"]
    for marker, case in (("o", "hit"), ("D", "average")):
        rows = [row for row in comparison.rows if row.placement == case]
        for panel, means in zip(panels, ([r.outage_minutes.mean for r in rows], [r.lost_minutes.mean for r in rows]), strict=True):
            dots = [line for line in panel.findobj(Line2D) if isinstance(line, Line2D) and line.get_marker() == marker]
            assert [float(np.asarray(dot.get_xdata())[0]) for dot in dots] == means
    assert "≥ 7 h 27 min" in words
    assert any(word.startswith("≥: a lower bound") for word in words)
    assert words.count("cost 1.5") == 2


def test_outages_use_one_scale_for_both_measures_from_zero_on() -> None:
    with look("outages"):
        sheet = outages_sheet(VARIANTS["usual"])
    first, second = (axes.get_xlim() for axes in sheet.figure.axes if axes.get_xlabel())
    assert first == second
    assert first[0] == 0


def test_a_run_shows_its_outages_with_their_lengths() -> None:
    with look("run"):
        sheet = run_sheet(RUNS["usual"])
        words = said(sheet)
    assert "1 h 46 min" in words
    assert "1 h 30 min" in words
    assert "Down for 3 h 16 min in 2 outages; the first from 20:04; 101.5 lost minutes; at worst 0.00 served." in words
    assert {artist.get_gid() for artist in sheet.figure.findobj()} >= {"outage 1", "outage 2", "served"}


def test_a_run_without_an_outage_says_so() -> None:
    with look("run"):
        assert "Never down; " in prose(run_sheet(RUNS["never down"]))
