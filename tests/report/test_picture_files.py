"""Files of pictures: the same result gives the same bytes, and no text of a stranger acts in them."""

import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import pytest

from simulator.report.pictures import write_comparison_pictures, write_run_picture
from tests.report import invented
from tests.report.oddities import HOSTILE, RUNS, VARIANTS


def test_files_are_written_and_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_comparison_pictures(VARIANTS["usual"], tmp_path / "a" / "b") + write_run_picture(RUNS["usual"], tmp_path / "a" / "b")
    with mpl.rc_context({"axes.grid": True, "text.usetex": True, "font.size": 30, "svg.fonttype": "none", "savefig.bbox": "tight"}):
        second = write_comparison_pictures(VARIANTS["usual"], tmp_path / "c") + write_run_picture(RUNS["usual"], tmp_path / "c")
    names = [f"{name}.{kind}" for name in ("availability", "timeline", "outages", "run") for kind in ("png", "svg")]
    assert [path.name for path in first] == names
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == sorted(names)
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    width = int.from_bytes(first[0].read_bytes()[16:20], "big")
    assert width == 1600


def test_files_hold_no_date_and_no_version_of_a_library(tmp_path: Path) -> None:
    for path in write_run_picture(RUNS["usual"], tmp_path):
        content = path.read_bytes()
        for trace in (b"dc:date", b"matplotlib.org", b"Software", mpl.__version__.encode() + b","):
            assert trace not in content, (path.name, trace)


def test_text_of_users_stays_text_in_svg(tmp_path: Path) -> None:
    for path in write_comparison_pictures(invented.named(VARIANTS["usual"], " ".join(HOSTILE[:6])), tmp_path):
        if path.suffix == ".svg":
            tags = {element.tag.rsplit("}", 1)[-1] for element in ET.parse(path).iter()}
            assert tags <= {"svg", "metadata", "RDF", "Work", "type", "format", "defs", "style", "g", "path", "use", "clipPath", "rect"}


def test_svg_names_its_labels(tmp_path: Path) -> None:
    write_comparison_pictures(VARIANTS["usual"], tmp_path)
    svg = (tmp_path / "availability.svg").read_text()
    for name, *_ in invented.ARCHITECTURES:
        assert f"<!-- {name} -->" in svg


def test_drawing_leaves_the_settings_of_matplotlib_as_they_were(tmp_path: Path) -> None:
    with mpl.rc_context({"font.size": 7.5}):
        before = dict(mpl.rcParams)
        write_run_picture(RUNS["usual"], tmp_path)
        assert dict(mpl.rcParams) == before


def test_a_picture_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "run.png").write_bytes(b"old")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space left"):
        write_run_picture(RUNS["usual"], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.png"]
    assert (tmp_path / "run.png").read_bytes() == b"old"
