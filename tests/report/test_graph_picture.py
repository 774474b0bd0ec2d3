"""The picture of what a tenant hangs on: what it says, how it is coloured, and that nothing in it covers anything else."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from simulator import api
from simulator.ensemble.results import RunResult
from simulator.report import graph_boxes
from simulator.report.graph_picture import colour, graph_sheet
from simulator.report.pictures import write_graph_picture
from simulator.report.sheet import Sheet
from simulator.report.style import INK, look
from tests.report.hanging import LABEL, WORST, chained, circular, fanned, graph, grouped, named, run, still, trace
from tests.report.oddities import HOSTILE
from tests.report.reading import boxes, collisions, prose, said

RUNS = {
    "usual": run(),
    "never impaired": run(recorded=still()),
    "nothing asked": run(recorded=replace(still(), curves={LABEL: [(0.0, float("nan"))]})),
    "one tier": run(chained(1), still()),
    "forty tiers": run(chained(40), still()),
    "wide": run(fanned(9), still()),
    "a circle": run(circular(), still()),
    "groups of users": run(*grouped()),
    **{f"named {i}": named(text) for i, text in enumerate(HOSTILE)},
}


def drawn(result: RunResult) -> Sheet:
    assert result.hangs_on is not None
    with look("graph"):
        sheet = graph_sheet(result, result.hangs_on)
        sheet.figure.canvas.draw()
    return sheet


@cache
def usual() -> Sheet:
    return drawn(run())


@cache
def written() -> list[tuple[FancyBboxPatch, tuple[str, ...]]]:
    return inside(usual())


def placed(sheet: Sheet) -> list[tuple[str, Bbox]]:
    with look("graph"):
        return list(boxes(sheet))


def frames(sheet: Sheet) -> list[FancyBboxPatch]:
    return [patch for patch in sheet.figure.findobj(FancyBboxPatch) if str(patch.get_gid()).startswith("box ")]  # type: ignore[misc]


def lines(sheet: Sheet) -> list[PathPatch]:
    return [patch for patch in sheet.figure.findobj(PathPatch) if str(patch.get_gid()).startswith("link ")]  # type: ignore[misc]


def inside(sheet: Sheet) -> list[tuple[FancyBboxPatch, tuple[str, ...]]]:
    """The boxes with what is written in each."""
    labels = placed(sheet)
    around = [(frame, frame.get_window_extent()) for frame in frames(sheet)]
    return [(f, tuple(t for t, b in labels if a.x0 <= b.x0 <= a.x1 and a.y0 <= b.y0 <= a.y1)) for f, a in around]


def luminance(value: object) -> float:
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(value)]  # type: ignore[arg-type]
    return float(np.dot(channels, (0.2126, 0.7152, 0.0722)))


def test_the_title_names_the_tenant_and_the_clock_of_its_worst_instant() -> None:
    words = said(usual())
    assert words[0] == "What shop hangs on, at its worst instant: 29 Jun 20:04"
    assert any(w.startswith("2012-06-29-storm-in-the-east: 75 % of the demand is not answered.") for w in words)
    assert "First fault: utility-fails at 19:57; the thick lines are the way it came." in prose(usual())
    assert "azsim 0.1.0, seed 1, scenario sha256 1f0c1f0c1f0c, 24 h simulated" in words
    assert "Conditional on the incident" in prose(usual())


def test_a_tenant_that_was_never_impaired_is_drawn_and_says_so() -> None:
    sheet = drawn(run(recorded=still()))
    assert "It was never impaired" in prose(sheet)
    assert "worst instant" not in prose(sheet)
    assert {frame.get_facecolor()[:3] for frame in frames(sheet)} == {to_rgb("white"), to_rgb("#F0F0F0")}


@pytest.mark.parametrize(
    ("words", "share"),
    [
        (("users", "75 %"), 0.75),
        (("web", "a · 25 %"), 0.25),
        (("web", "b, c"), 0.0),
        (("disks", "zone-1/dc-2", "100 %"), 1.0),
        (("power/", "group-{1,2}", "zone-1/dc-2", "100 %"), 1.0),
        (("instances", "5 datacenters"), 0.0),
    ],
)
def test_a_box_has_the_colour_of_its_impairment(words: tuple[str, ...], share: float) -> None:
    found = [frame.get_facecolor()[:3] for frame, said_there in written() if said_there == words]
    assert found == [pytest.approx(to_rgb(colour(share)))]


def test_colours_darken_with_the_share_and_leave_the_words_legible() -> None:
    shades = [luminance(colour(k / 200)) for k in range(201)]
    assert all(later < earlier for earlier, later in pairwise(shades))
    # Black on it, by the contrast that WCAG 2.1 asks of small text; and the least impairment is told from none.
    assert (min(shades) + 0.05) / (luminance(INK) + 0.05) >= 4.5
    assert shades[0] - luminance(colour(1e-6)) > 0.05


def test_the_bar_shows_the_colours_from_nothing_to_all() -> None:
    words = said(usual())
    assert words[words.index("0 %") : words.index("0 %") + 2] == ["0 %", "100 %"]
    assert any(word.startswith("impaired: units down or not served") for word in words)


def test_each_kind_of_line_has_its_own_style_and_its_entry_in_the_key() -> None:
    sheet = usual()
    styles = {}
    for line in lines(sheet):
        kind = str(line.get_gid()).split()[2]
        if "travelled" not in str(line.get_gid()):
            styles.setdefault(kind, set()).add(str(line.get_linestyle()) + str(getattr(line, "_unscaled_dash_pattern", "")))
    assert set(styles) == {"live", "latching", "rides", "stage"}
    assert len(set.union(*styles.values())) == 4
    for entry in ("needs it at every moment", "goes down with it, and returns through work", "runs on it and shares its fate"):
        assert entry in said(sheet)


def test_what_no_line_or_box_shows_has_no_entry_in_the_key() -> None:
    words = said(drawn(RUNS["one tier"]))
    assert "needs it at every moment" in words
    for absent in ("needs it on the way back only", "the way the impairment came", "not running, from the start or switched off"):
        assert absent not in words


def test_the_way_of_the_impairment_is_drawn_stronger() -> None:
    travelled = {line for line in lines(usual()) if "travelled" in str(line.get_gid())}
    others = {line for line in lines(usual()) if "travelled" not in str(line.get_gid())}
    assert len(travelled) == 9
    assert min(line.get_linewidth() for line in travelled) > 2 * max(line.get_linewidth() for line in others)


def test_what_waits_and_what_does_not_run_is_said() -> None:
    words = said(usual())
    assert "20 min wait" in words
    assert any("not running" in word for word in words)


def test_what_is_left_out_is_said_below(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Left out" not in prose(usual())
    monkeypatch.setattr("simulator.report.graph_picture.drawn", partial(graph_boxes.drawn, most=12))
    words = prose(drawn(run()))
    assert "Left out, since nothing happened to them in this run, or since only such things need them: launch-api; disks," in words
    assert "power/utility in 5 datacenters; boot," in words


@pytest.mark.parametrize("name", RUNS)
def test_no_label_covers_another_or_leaves_the_page(name: str) -> None:
    sheet = drawn(RUNS[name])
    with look("graph"):
        assert collisions(sheet) == []


@pytest.mark.parametrize("name", RUNS)
def test_boxes_stand_apart_and_hold_their_words(name: str) -> None:
    sheet = drawn(RUNS[name])
    around = [frame.get_window_extent() for frame in frames(sheet)]
    page = sheet.figure.bbox
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.x1 and box.y1 <= page.y1 for box in around)
    for one, other in combinations(around, 2):
        assert not (min(one.x1, other.x1) - max(one.x0, other.x0) > 0.5 and min(one.y1, other.y1) - max(one.y0, other.y0) > 0.5)
    for text, box in placed(sheet):
        for one in around:
            if one.overlaps(box) and one.x0 < (box.x0 + box.x1) / 2 < one.x1 and one.y0 < (box.y0 + box.y1) / 2 < one.y1:
                assert one.x0 <= box.x0, text
                assert box.x1 <= one.x1, text


def _through(sheet: Sheet) -> Iterator[str]:
    """Lines that run through a box at neither of their ends."""
    around = {str(frame.get_gid()).split()[1]: frame.get_window_extent().padded(-1.0) for frame in frames(sheet)}
    for line in lines(sheet):
        ends = str(line.get_gid()).split()[1].split("-")
        points = line.get_transform().transform_path(line.get_path()).to_polygons(closed_only=False)[0]
        for number, box in around.items():
            if number not in ends and any(box.contains(x, y) for x, y in points):
                yield f"{line.get_gid()} runs through box {number}"


@pytest.mark.parametrize("name", ["usual", "forty tiers", "wide", "groups of users"])
def test_no_line_runs_through_a_box_that_it_does_not_lead_to(name: str) -> None:
    assert list(_through(drawn(RUNS[name]))) == []


def test_users_stand_left_of_all_that_they_hang_on() -> None:
    sheet = usual()
    left = {str(frame.get_gid()): frame.get_window_extent().x0 for frame in frames(sheet)}
    assert min(left, key=left.__getitem__) == "box 0"
    for line in lines(sheet):
        user, on = str(line.get_gid()).split()[1].split("-")
        if "stage" not in str(line.get_gid()):
            assert left[f"box {user}"] < left[f"box {on}"]


def test_files_are_the_same_for_the_same_result_whatever_the_order_of_its_parts(tmp_path: Path) -> None:
    first = write_graph_picture(run(), tmp_path / "a")
    turned = replace(graph(), parts=graph().parts[::-1], ties=graph().ties[::-1])
    with mpl.rc_context({"axes.grid": True, "font.size": 30, "lines.linestyle": "--", "svg.fonttype": "none"}):
        second = write_graph_picture(run(turned), tmp_path / "b")
    assert [path.name for path in first] == ["graph.png", "graph.svg"]
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_a_result_that_does_not_say_what_its_tenant_hangs_on_has_no_such_picture(tmp_path: Path) -> None:
    assert write_graph_picture(replace(run(), hangs_on=None), tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_no_text_is_read_as_mathematics() -> None:
    sheet = drawn(RUNS["named 0"])
    assert any("$\\frac{$" in text for text in said(sheet))
    assert [text for text in sheet.figure.findobj(Text) if text.get_text() and text.get_parse_math()] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("architecture", ["three-zone-spare", "two-region-active"])
def test_a_tenant_of_the_catalogue_fits_on_a_page(architecture: str) -> None:
    result = api.run("zone-power-interruption", architecture)
    sheet = drawn(result)
    with look("graph"):
        assert collisions(sheet) == []
    assert list(_through(sheet)) == []
    assert len(frames(sheet)) <= 40
    assert sheet.width <= 15.0
    assert sheet.height <= 11.0
    worst = min(range(len(result.curve.values)), key=result.curve.values.__getitem__)
    assert f"{100 * (1 - result.curve.values[worst]):.1f}".removesuffix(".0") in inside(sheet)[0][1][1]


def test_the_worst_instant_is_where_the_test_puts_it() -> None:
    assert min(trace().curves[LABEL], key=lambda point: point[1])[0] == WORST
