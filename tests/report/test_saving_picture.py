"""The picture of what would have saved a tenant: every change has a number and a name, none covers another, the front is drawn."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.lines import Line2D

from simulator.ensemble.saving import Saved, Saving, Savings
from simulator.report.numbering import crowds, ranges
from simulator.report.saving_picture import saving_sheet, write_saving_picture
from simulator.report.style import look
from tests.report import invented
from tests.report.oddities import HOSTILE
from tests.report.reading import collisions, prose, said


def change(name: str, kind: str, saved: float, cost: float | None = 1.5, *, front: bool = False, spread: float = 4.0) -> Saving:
    return Saving(
        changes=tuple(name.split(" + ")), kind=kind, cost_index=cost, lost_minutes=invented.estimate(np.full(2, 40.0 - saved)),  # type: ignore[arg-type]
        saved_minutes=Saved(mean=saved, ci95=(saved - spread, saved + spread)), saved_user_hours=Saved(mean=saved, ci95=None),
        open_at_horizon=0.0, on_front=front,
    )  # fmt: skip


def savings(*options: Saving, cost: float | None = 1.5) -> Savings:
    return Savings(
        origin=invented.ORIGIN, tenant="films", users=3e7, placement={"a": "east/zone-1"}, replications=100, cost_index=cost,
        lost_minutes=invented.estimate(np.full(2, 40.0)), lost_user_hours=invented.estimate(np.full(2, 2e7)), open_at_horizon=0.0,
        options=options, pairs_tried=3,
    )  # fmt: skip


USUAL = savings(
    *(change(name, "mitigation", 40.0, front=True, spread=0.0) for name in ("longer-ups", "staff-on-site", "generator-settle-time")),
    change("automatic-datastore-flip + three-zone-with-a-fail-safe", "pair", 39.2),
    change("two-zone", "architecture", 31.0, 2.0),
    change("faster-boot", "mitigation", 13.0),
    change("three-zone-tight", "architecture", 2.6, 1.0, front=True),
    change("private", "architecture", 2.1, 1.0),
    change("queue-priority", "mitigation", 0.0, spread=0.0),
    change("two-region-standby", "architecture", -8.0, 1.0),
    change("single-zone", "architecture", -138.0, 1.0),
)
VARIANTS = {
    "usual": USUAL,
    "nothing": savings(),
    "nothing saved": savings(change("idle", "mitigation", 0.0, spread=0.0)),
    "all worse": savings(*(change(f"worse-{i}", "architecture", -10.0 * i, 1 + i / 3) for i in range(1, 5))),
    "costs unknown": replace(USUAL, cost_index=None, options=tuple(replace(one, cost_index=None) for one in USUAL.options)),
    "some costs unknown": replace(USUAL, cost_index=None, options=tuple(replace(one, cost_index=one.cost_index if i % 2 else None)
                                  for i, one in enumerate(USUAL.options))),
    "tiny": savings(*(change(f"little-{i}", "mitigation", 0.001 * i, spread=0.0001) for i in range(4))),
    "huge": savings(*(change(f"much-{i}", "mitigation", 1e6 * i, spread=1e5) for i in range(4))),
    "one replication": replace(USUAL, options=tuple(replace(one, saved_minutes=Saved(mean=9.0, ci95=None)) for one in USUAL.options)),
    "open": replace(USUAL, open_at_horizon=0.3),
    "ninety at three costs": savings(*(change(f"number-{i}-{c}", "mitigation", 40 - i, c) for i, c in product(range(30), (1, 1.33, 1.5)))),
    "forty near each other": savings(*(change(f"number-{i}", "pair", 20 + i % 7, 1 + i / 100) for i in range(40))),
    **{
        f"named {i}": replace(USUAL, tenant=text, options=tuple(replace(one, changes=(text, text)) for one in USUAL.options))
        for i, text in enumerate(HOSTILE)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_labels_never_collide_nor_leave_the_page(name: str) -> None:
    with look("whatif"):
        assert collisions(saving_sheet(VARIANTS[name])) == []


def test_every_change_has_its_number_its_name_and_its_figures() -> None:
    with look("whatif"):
        words = said(saving_sheet(USUAL))
    # The first four lie on one spot and share a label in the panel; each has its own line in the list.
    for text in ("1–4", "longer-ups", "automatic-datastore-flip +", "three-zone-with-a-fail-safe", "39.2", "−138", "single-zone", "2.0"):
        assert text in words
    assert words.count("40.0") == 3
    assert [str(i) for i in range(1, 12)] == [word for word in words if word in {str(i) for i in range(1, 12)}][-11:]


def test_the_front_is_a_staircase_through_what_is_on_it() -> None:
    with look("whatif"):
        sheet = saving_sheet(USUAL)
    (front,) = [line for line in sheet.figure.findobj(Line2D) if line.get_drawstyle() == "steps-post"]
    xs, ys = np.asarray(front.get_xdata()), np.asarray(front.get_ydata())
    assert len(xs) == 3, "two steps and the edge"
    assert xs[0] < xs[1] < xs[2]
    assert ys[0] > ys[1] == ys[2], "inches count downwards"
    with look("whatif"):
        none = saving_sheet(savings(change("idle", "mitigation", 0.0)))
    assert [line for line in none.figure.findobj(Line2D) if line.get_drawstyle() == "steps-post"] == []


def test_it_says_what_it_is_conditional_on_and_how_to_have_it_again() -> None:
    with look("whatif"):
        words = prose(saving_sheet(VARIANTS["open"]))
    for text in ("Conditional on the incident", "seed 1", "mean of 100 replications", "20,000,000 user-hours", "still open"):
        assert text in words


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_saving_picture(USUAL, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["whatif.png", "whatif.svg"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


@given(st.sets(st.integers(1, 40), min_size=1))
def test_numbers_in_a_label_are_those_of_the_crowd(numbers: set[int]) -> None:
    told: set[int] = set()
    for part in ranges(sorted(numbers)).split(", "):
        low, _, high = part.partition("–")
        told |= set(range(int(low), int(high or low) + 1))
    assert told == numbers


@given(st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), max_size=30))
def test_every_dot_is_in_one_crowd(dots: list[tuple[float, float]]) -> None:
    assert sorted(i for crowd in crowds(dots) for i in crowd) == list(range(len(dots)))
