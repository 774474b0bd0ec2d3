"""The tornado: every number has its name and what it is at both ends, no label covers another, what is left out is counted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from simulator.ensemble.sensitivity_results import Morris, Row, Sensitivity, Sobol, Swing
from simulator.report.sensitivity_picture import MOST, sensitivity_sheet, write_sensitivity_picture
from simulator.report.sensitivity_wording import range_text, value_text
from simulator.report.style import VERMILLION, look
from simulator.scenario.ranges import Ranged
from simulator.scenario.reckoning import Quantity
from tests.report import invented
from tests.report.oddities import HOSTILE
from tests.report.reading import collisions, prose, said


def number(name: str, low: Any, high: Any, value: Any, basis: Any = "assumed") -> Ranged:
    ends = (Quantity.read(low), Quantity.read(high))
    return Ranged(name=name, home="world", basis=basis, low=ends[0], high=ends[1], geometric=True, value=value)


def row(one: Ranged, swing: tuple[float, float], size: float, *, sure: bool = True) -> Row:
    gap = swing[1] - swing[0]
    spread = abs(gap) * (0.3 if sure else 2)
    return Row(
        number=one, label=one.name, verdict="told apart" if sure else "not told apart",
        swing=Swing(low=swing[0], high=swing[1], difference=gap, ci95=(gap - spread, gap + spread)),
        morris=Morris(mu=size, mu_star=size, ci95=(size * 0.7, size * 1.4), sigma=size / 2, noise=size / 4, effects=8),
    )  # fmt: skip


def found(*rows: Row, base: float = 36.7, **more: Any) -> Sensitivity:
    given: dict[str, Any] = {"impossible": 0, "because": "", "method": "morris", "case": "hit", "starts": 8, **more}
    return Sensitivity(
        origin=invented.ORIGIN, summary="a storm", name="three-zone-tight", kind="architecture", replications=10, points=493,
        lost_minutes=invented.estimate(np.full(2, base)), rows=rows, **given,
    )  # fmt: skip


USUAL = found(
    row(number("attempts", 2, 8, 4), (53.4, 28.0), 25.8),
    row(number("scale-ups-total", "150 min", "1000 min", "387.3 min"), (26.7, 54.0), 24.4),
    row(number("boot-capacity", 100, 3000, 470, "fitted"), (40.2, 25.5), 16.2),
    row(number("both-worse", "5 %", "60 %", "17.32 %"), (38.0, 41.0), 3.0, sure=False),
    replace(row(number("idle", 1, 2, 1.4), (36.7, 36.7), 0.0), verdict="none"),
    Row(number=number("unread", 1, 2, 1.4), label="unread", verdict="unused"),
)
MANY = found(*(row(number(f"number-{i}", 1e5, 1e7, 1e6), (36.0 - 20 / (i + 1), 37 + 20 / (i + 1)), 40 / (i + 1)) for i in range(40)))


def shares(one: Row, total: float) -> Row:
    return replace(
        one, morris=None, sobol=Sobol(first=total * 0.8, first_ci95=(-0.2, total), total=total, total_ci95=(total / 2, 1.1), noise=0.02)
    )


VARIANTS = {
    "usual": USUAL,
    "many": MANY,
    "nothing": found(),
    "one": found(USUAL.rows[0]),
    "all alike": found(*(row(number(f"n-{i}", 1, 2, 1.4), (36.7, 36.7), 0.06, sure=False) for i in range(3))),
    "tiny": found(*(row(number(f"n-{i}", 1, 2, 1.4), (1e-3, 0.06), 0.051) for i in range(3)), base=0.0),
    "huge": found(*(row(number(f"n-{i}", 1e-11, 1e-8, 4.85e-10), (1e6, 3e6), 2e6) for i in range(3)), base=2e6),
    "one end cannot be": found(replace(USUAL.rows[0], swing=Swing(low=None, high=28.0, difference=None, ci95=None))),
    "no end can be": found(replace(USUAL.rows[0], swing=Swing(low=None, high=None, difference=None, ci95=None))),
    "one trajectory, one replication": found(
        replace(USUAL.rows[0], morris=Morris(mu=3.0, mu_star=3.0, ci95=None, sigma=None, noise=None, effects=1)), starts=1
    ),
    "sobol": replace(USUAL, method="sobol", rows=tuple(shares(one, 0.6 / (i + 1)) for i, one in enumerate(USUAL.rows[:4]))),
    "a tenant": replace(USUAL, kind="tenant", case="fixed"),
    **{
        f"named {i}": replace(
            USUAL, name=text, rows=tuple(replace(one, label=text, number=replace(one.number, value=text)) for one in USUAL.rows)
        )
        for i, text in enumerate(HOSTILE)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_labels_never_collide_nor_leave_the_page(name: str) -> None:
    with look("sensitivity"):
        assert collisions(sensitivity_sheet(VARIANTS[name])) == []


def test_each_number_has_its_name_its_basis_and_its_ends_in_its_own_unit() -> None:
    with look("sensitivity"):
        words = said(sensitivity_sheet(USUAL))
    for text in (
        "attempts", "assumed; 4 in the file", "2", "8", "150 min", "1,000 min", "assumed; 387.3 min in the file", "fitted; 470 in the file",
        "5 %", "60 %",
    ):  # fmt: skip
        assert text in words
    assert "idle" not in words
    assert "Not shown: 1 not at all; 1 are not used." in words


def test_bars_run_from_the_answer_as_it_is_to_that_at_either_end() -> None:
    with look("sensitivity"):
        sheet = sensitivity_sheet(found(USUAL.rows[1]))
    (axes,) = [one for one in sheet.figure.axes if one.get_xlabel() == "lost minutes of the whole demand"]
    bars = {str(bar.get_facecolor()[:3] == (1.0, 1.0, 1.0)): bar for bar in axes.patches if isinstance(bar, Rectangle)}
    low, high = bars["True"], bars["False"]
    assert high.get_edgecolor()[:3] == pytest.approx([int(VERMILLION[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    assert low.get_x() + low.get_width() == pytest.approx(high.get_x()), "they meet at the answer as it is"
    assert low.get_width() / high.get_width() == pytest.approx((36.7 - 26.7) / (54.0 - 36.7))


def test_what_is_left_out_of_many_is_counted() -> None:
    with look("sensitivity"):
        words = said(sensitivity_sheet(MANY))
    assert len([text for text in words if text.startswith("number-")]) == MOST
    assert f"Not shown: {40 - MOST} more numbers move it less than these." in words


def test_it_says_what_it_rests_on() -> None:
    with look("sensitivity"):
        words = prose(sensitivity_sheet(USUAL))
    for text in ("Conditional on the incident", "independent of each other", "10 replications at each of 493 points", "8 trajectories"):
        assert text in words
    assert "wider than what the fit leaves open" in words
    assert "chance is not ruled out" in words


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_sensitivity_picture(USUAL, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["sensitivity.png", "sensitivity.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@pytest.mark.parametrize(
    ("one", "told", "value"),
    [
        (number("a", "2.5 h", "1000 min", "387.3 min"), "150–1,000 min", "387.3 min"),
        (number("a", "100 ms", "1 s", "316.2 ms"), "100–1,000 ms", "316.2 ms"),
        (number("a", "5 %", "60 %", "17.32 %"), "5–60 %", "17.32 %"),
        (number("a", "1/h", "120/h", "10/h"), "1/h–120/h", "10/h"),
        (number("a", 1e5, 1e7, 1e6), "100,000–10,000,000", "1,000,000"),
        (number("a", "1e-11", "1e-8", 4.85e-10), "1e-11–1e-08", "4.85e-10"),
        (number("a", "1 min", "2 h", "1 h 6 min"), "0.01667–2 h", "1.1 h"),
        (number("a", "1 min", "2 h", "a while"), "0.01667–2 h", "a while"),
    ],
)
def test_a_range_is_told_in_the_unit_of_its_file(one: Ranged, told: str, value: str) -> None:
    assert (range_text(one), value_text(one)) == (told, value)
