"""What a picture says, and which of its labels collide."""

from collections.abc import Callable, Iterator
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from simulator.ensemble.results import Comparison
from simulator.report.availability_picture import availability_sheet
from simulator.report.outages_picture import outages_sheet
from simulator.report.sheet import Sheet
from simulator.report.timeline_picture import timeline_sheet

SHEETS: dict[str, Callable[[Comparison], Sheet]] = {
    "availability": availability_sheet,
    "timeline": timeline_sheet,
    "outages": outages_sheet,
}


def texts(sheet: Sheet) -> list[Text]:
    return [text for text in sheet.figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def said(sheet: Sheet) -> list[str]:
    return [text.get_text() for text in texts(sheet)]


def prose(sheet: Sheet) -> str:
    return " ".join(said(sheet))


def boxes(sheet: Sheet) -> Iterator[tuple[str, Bbox]]:
    canvas = sheet.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    for text in texts(sheet):
        yield text.get_text(), text.get_window_extent(canvas.get_renderer())


def collisions(sheet: Sheet) -> list[str]:
    found = list(boxes(sheet))
    page = sheet.figure.bbox
    out = [f"{text!r} leaves the page" for text, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > page.x1 or box.y1 > page.y1]
    for (a, one), (b, other) in combinations(found, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        if wide > 0.5 and high > 0.5:
            out.append(f"{a!r} meets {b!r}")
    return out
