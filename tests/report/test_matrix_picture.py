"""The heat map of incidents and architectures: every cell has its number, nothing covers another, and the colours mean what they say."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from simulator.ensemble.matrix_results import Case, Cell, Figures, Matrix, Reach, Reached, Row, Struck
from simulator.ensemble.results import RadiusEstimate
from simulator.report.matrix_grid import color_of, number_text
from simulator.report.matrix_picture import matrix_sheet, write_matrix_picture
from simulator.report.matrix_wording import dates, enough, verdict, worth
from simulator.report.sheet import Sheet
from simulator.report.style import SKY, look
from tests.report import invented
from tests.report.oddities import HOSTILE
from tests.report.reading import collisions, prose, said

ARCHITECTURES = (("single-zone", 1.0), ("three-zone-tight", 1.0), ("three-zone-with-a-fail-safe", 1.5), ("two-region-active", 2.0))
NIGHTS = ("2012-06-29-storm-in-the-east", "2012-12-24-records-deleted", "2013-04-21-storage-storm")


def figures(lost: float, *, open_at_horizon: float = 0.0) -> Figures:
    one = invented.estimate(np.full(3, lost))
    return Figures(
        outage_minutes=one, lost_minutes=one, blast_radius_users=one, blast_radius_users_worst_placement=one, lost_requests=one,
        open_at_horizon=open_at_horizon, replications=100,
    )  # fmt: skip


def best(reach: Reach, name: str, lost: float, base: float, ci95: tuple[float, float] | None = None) -> Reached:
    saved = base - lost
    low, high = ci95 or (saved - 1, saved + 1)
    return Reached(
        reach=reach, name=name, lost_minutes=lost, saved_minutes=saved, saved_ci95=(low, high),
        beyond_half_ci95=(low - base / 2, high - base / 2),
    )  # fmt: skip


def reached(zone: float, zones: float, regions: float) -> tuple[Reached, ...]:
    names = [name for name, _ in ARCHITECTURES]
    return (best("zone", names[0], zone, zone), best("zones", names[2], zones, zone), best("regions", names[3], regions, zone))


def struck(name: str, days: int, *, by_chance: bool = False, lost: tuple[float, float, float] = (200.0, 6.0, 5.0)) -> Struck:
    origin = replace(invented.ORIGIN, scenario=name, start=invented.START + timedelta(days=days))
    share = invented.estimate(np.full(3, 0.07))
    return Struck(
        origin=origin, summary=invented.SUMMARY, region="east", by_chance=by_chance, reached=reached(*lost),
        blast_radius={"instances": RadiusEstimate(peak=share, ever=share)},
    )  # fmt: skip


def matrix(tenants: tuple[str, ...] = (), nights: tuple[str, ...] = NIGHTS) -> Matrix:
    rows = tuple(Row(name=name, kind="architecture", summary="", cost_index=cost) for name, cost in ARCHITECTURES)
    rows += tuple(Row(name=name, kind="tenant", summary="", cost_index=None) for name in tenants)
    incidents = tuple(
        struck(night, 178 * k, by_chance=k % 3 == 1, lost=(1023.0, 1023.0, 0.8) if k % 3 == 1 else (200.0, 6.0, 5.0))
        for k, night in enumerate(nights)
    )
    cells = []
    for k, one in enumerate(incidents):
        for i, row in enumerate(rows):
            lost = 0.0 if (i + k) % 4 == 3 else 0.02 * 12.0 ** ((i + k) % 5)
            some: dict[Case, Figures] = {"if_hit" if one.by_chance else "fixed": figures(lost)}
            if row.kind == "architecture":
                some = {"if_hit" if one.by_chance else "hit": figures(lost, open_at_horizon=0.1 * (k == 2)), "average": figures(lost / 5)}
            cells.append(Cell(incident=one.origin.scenario, kind=row.kind, name=row.name, figures=some, by_chance=one.by_chance))
    return Matrix(seed=1, replications=100, incidents=incidents, rows=rows, cells=tuple(cells), warnings=("few",))


def without_place(found: Matrix) -> Matrix:
    because = "the world has no region 'east'"
    cells = [c if n % 3 else replace(c, figures={}, empty_because=because) for n, c in enumerate(found.cells)]
    return replace(found, cells=tuple(cells))


def of_size(found: Matrix, factor: float) -> Matrix:
    cells = [replace(c, figures={case: figures(f.lost_minutes.mean * factor) for case, f in c.figures.items()}) for c in found.cells]
    return replace(found, cells=tuple(cells))


def named(text: str) -> Matrix:
    found = matrix(("shop",))
    return replace(
        found,
        incidents=tuple(
            replace(
                one, origin=replace(one.origin, scenario=f"{text}{k}"), region=text,
                reached=tuple(replace(r, name=text) for r in one.reached),
            )
            for k, one in enumerate(found.incidents)
        ),
        rows=tuple(replace(row, name=f"{text}{i}") for i, row in enumerate(found.rows)),
        cells=tuple(
            replace(cell, incident=f"{text}{n // len(found.rows)}", name=f"{text}{n % len(found.rows)}", figures={}, empty_because=text)
            for n, cell in enumerate(found.cells)
        ),
    )  # fmt: skip


def never_hit(found: Matrix) -> Matrix:
    cells = [replace(c, by_chance=True, figures={case: f for case, f in c.figures.items() if case == "average"}) for c in found.cells]
    return replace(found, cells=tuple(cells))


def saving(found: Matrix, ci95: tuple[float, float]) -> Matrix:
    def doubted(one: Reached) -> Reached:
        return replace(one, saved_ci95=ci95, beyond_half_ci95=ci95, lost_minutes=one.lost_minutes + 0.5)

    return replace(found, incidents=tuple(replace(one, reached=tuple(map(doubted, one.reached))) for one in found.incidents))


def only_leaving(found: Matrix) -> Matrix:
    some = (*reached(200.0, 190.0, 180.0), best("elsewhere", "away", 1.0, 200.0))
    return replace(found, incidents=tuple(replace(one, reached=some) for one in found.incidents))


USUAL = matrix()
VARIANTS = {
    "usual": USUAL,
    "with tenants": matrix(("films", "photographs", "queue")),
    "one incident": matrix(nights=NIGHTS[:1]),
    "twelve incidents": matrix(("films",), tuple(f"night-{i}" for i in range(12))),
    "no place": without_place(matrix(("films",))),
    "nothing lost": of_size(USUAL, 0.0),
    "huge": of_size(USUAL, 1e6),
    "tiny": of_size(USUAL, 1e-6),
    "invented": replace(USUAL, incidents=tuple(replace(one, invented=True) for one in USUAL.incidents)),
    "never hit": never_hit(USUAL),
    "in doubt": saving(USUAL, (-1e4, 1e4)),
    "only leaving": only_leaving(USUAL),
    "nothing to compare": replace(USUAL, incidents=tuple(replace(one, reached=()) for one in USUAL.incidents)),
    "one day": replace(
        USUAL, incidents=tuple(replace(one, origin=replace(one.origin, start=invented.START)) for one in USUAL.incidents)
    ),
    **{f"named {i}": named(text) for i, text in enumerate(HOSTILE)},
}  # fmt: skip


def drawn(name: str) -> Sheet:
    with look("matrix"):
        return matrix_sheet(VARIANTS[name])


@pytest.mark.parametrize("name", VARIANTS)
def test_labels_never_collide_nor_leave_the_page(name: str) -> None:
    with look("matrix"):
        assert collisions(matrix_sheet(VARIANTS[name])) == []


def test_every_cell_has_its_number_in_both_panels() -> None:
    words = said(drawn("usual"))
    assert words.count("29 Jun") == 2
    assert [words.count(text) for text in ("2012†", "24 h")] == [1, 6]
    for text in ("single-zone", "cost 1.5", "0.2", "2.9", "≥2.9", "≥415", "415", "<0.1", "zones"):
        assert text in words, text


def test_each_row_and_column_has_a_square_in_the_colour_of_its_figure() -> None:
    sheet = drawn("usual")
    squares = [p for axes in sheet.figure.axes for p in axes.patches if isinstance(p, Rectangle) and p.get_width() == 0.96]
    assert len(squares) == 2 * len(USUAL.rows) * len(USUAL.incidents)
    nothing = sum(cell.struck.lost_minutes.mean == 0 for cell in USUAL.cells if cell.struck is not None)
    assert sum(tuple(p.get_facecolor())[:3] == to_rgb(SKY) for p in squares) == 2 * nothing > 0


def test_it_says_what_each_incident_took_and_how_to_have_it_again() -> None:
    words = prose(drawn("no place"))
    for text in (
        "Conditional on each incident", "seed 1", "mean of 100 replications", "sha256 1f0c1f0c1f0c, 24 h simulated", "a lower bound",
        "More zones save at least half of what one zone loses.", "a second region does.", "no place in it",
        "the world has no region 'east'",
    ):  # fmt: skip
        assert text in words, text


@pytest.mark.parametrize(
    ("lost", "interval", "least", "says"),
    [
        ((200.0, 6.0, 5.0), None, "zones", "In one zone 200 min are lost where the failure strikes (single-zone). Saved of that by the"),
        ((200.0, 190.0, 5.0), None, "regions", "5 % by more zones (three-zone-with-a-fail-safe), 97.5 % by a second region (two-reg"),
        ((200.0, 200.0, 260.0), None, "none", "nothing by more zones (three-zone-with-a-fail-safe), nothing, rather 30 % more lost, by"),
        ((200.0, 6.0, 5.0), (-1.0, 400.0), "unsure", "97 % by more zones (three-zone-with-a-fail-safe, within chance)"),
        ((0.0, 0.0, 5.0), None, "nothing lost", "In one zone nothing is lost where the failure strikes (single-zone)."),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_figures(
    lost: tuple[float, float, float], interval: tuple[float, float] | None, least: str, says: str
) -> None:
    one = struck("night", 0, lost=lost)
    if interval is not None:
        one = replace(one, reached=tuple(replace(r, saved_ci95=interval, beyond_half_ci95=interval) for r in one.reached))
    assert enough(one) == least
    assert says in worth(one)
    assert verdict(one)
    alone = replace(one, reached=tuple(r for r in one.reached if r.reach != "zones"))
    assert "More zones" not in f"{worth(alone)} {verdict(alone)}"


@pytest.mark.parametrize(
    ("interval", "least"),
    [((1.0, 200.0), "unsure"), ((100.0, 120.0), "zones"), ((90.0, 100.5), "unsure"), ((20.0, 99.0), "regions")],
)  # fmt: skip
def test_half_is_saved_where_the_interval_leaves_no_doubt_of_half(interval: tuple[float, float], least: str) -> None:
    base, _, second = reached(200.0, 80.0, 5.0)
    zones = best("zones", "three-zone", 80.0, 200.0, interval)
    assert enough(replace(struck("night", 0), reached=(base, zones, second))) == least


def test_the_rows_below_say_what_leaving_one_zone_is_worth() -> None:
    words = said(drawn("usual"))
    for label in ("saved by more zones", "saved by a second region", "at least half is saved by"):
        assert words.count(label) == 1
    assert [words.count(text) for text in ("97 %", "97.5 %", "0 %", "99.9 %", "zones", "second")] == [2, 2, 1, 1, 2, 1]
    assert said(drawn("nothing to compare")).count("saved by more zones") == 0
    words = said(drawn("in doubt"))
    assert words.count("?") == 3 * len(NIGHTS) - 1, "one saves just nothing"
    words = said(drawn("only leaving"))
    assert words.count("only leaving") == words.count("the region") == len(NIGHTS)


def test_what_never_happened_has_no_date() -> None:
    words = said(drawn("invented"))
    assert [words.count(text) for text in ("invented", "(1)", "(2)†", "(3)", "2012")] == [6, 2, 1, 2, 0]
    assert "invented (2)" in words


def test_tenants_stand_below_with_one_figure_for_each_incident() -> None:
    sheet = drawn("with tenants")
    found = VARIANTS["with tenants"]
    squares = [p for axes in sheet.figure.axes for p in axes.patches if isinstance(p, Rectangle) and p.get_width() == 0.96]
    assert len(squares) == (2 * len(ARCHITECTURES) + 3) * len(found.incidents)
    assert "Tenants, where they stood (†: where chance struck)" in said(sheet)


def test_no_number_is_parted_from_its_unit() -> None:
    for text in said(drawn("usual")):
        assert not text.startswith(("%", "min "))
        assert not text.endswith((">", "<"))


def test_two_incidents_of_one_day_are_told_apart() -> None:
    assert dates(VARIANTS["one day"].incidents) == ["2012-06-29 (1)", "2012-06-29 (2)", "2012-06-29 (3)"]


def test_numbers_are_short_and_say_when_they_are_bounds() -> None:
    told = [number_text(figures(lost)) for lost in (0, 0.01, 0.06, 9.94, 99.5, 1234.4, 99_999, 123_456, 5_256_000)]
    assert told == ["0", "<0.1", "0.1", "9.9", "100", "1,234", "99,999", "123k", "5.26M"]
    assert number_text(figures(12.0, open_at_horizon=0.01)) == "≥12"


@given(st.lists(st.floats(0.1, 1e6), min_size=2))
def test_more_lost_is_darker_and_nothing_is_of_another_hue(minutes: list[float]) -> None:
    shades = [sum(to_rgb(color_of(one))) for one in sorted(minutes)]
    assert all(a >= b - 1e-9 for a, b in pairwise(shades))
    red, _, blue = to_rgb(color_of(0.0))
    assert blue > red
    assert all(r > b for r, _, b in (to_rgb(color_of(one)) for one in minutes))


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_matrix_picture(USUAL, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["matrix.png", "matrix.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
