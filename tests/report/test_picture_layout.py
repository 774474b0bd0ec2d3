"""In no picture does a label cover another one, leave the page or get read as anything but text."""

import pytest
from matplotlib.text import Text

from simulator.report.run_picture import run_sheet
from simulator.report.sheet import Sheet
from simulator.report.style import look
from tests.report.oddities import RUNS, VARIANTS
from tests.report.reading import SHEETS, collisions, said


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("picture", SHEETS)
def test_labels_never_collide_nor_leave_the_page(picture: str, name: str) -> None:
    with look(picture):
        assert collisions(SHEETS[picture](VARIANTS[name])) == []


@pytest.mark.parametrize("picture", SHEETS)
def test_no_text_is_read_as_mathematics(picture: str) -> None:
    with look(picture):
        sheet = SHEETS[picture](VARIANTS["named 0"])
        sheet.figure.canvas.draw()
    assert [text.get_text() for text in sheet.figure.findobj(Text) if text.get_text() and text.get_parse_math()] == []
    assert any("$\\frac{$" in text for text in said(sheet))


def test_a_collision_would_be_found() -> None:
    with look("test"):
        sheet = Sheet(2.0)
        sheet.write("one label", 1.0, 1.0)
        sheet.write("another", 1.3, 1.05)
        sheet.write("far out", 9.9, 1.5)
        assert collisions(sheet) == ["'far out' leaves the page", "'one label' meets 'another'"]


@pytest.mark.parametrize("name", RUNS)
def test_labels_of_a_run_never_collide(name: str) -> None:
    with look("run"):
        assert collisions(run_sheet(RUNS[name])) == []
