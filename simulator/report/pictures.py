"""Pictures of results as PNG, 1600 pixels wide or more, and SVG: the same result gives the same bytes."""

from pathlib import Path

from simulator.ensemble.results import Comparison, RunResult
from simulator.report.availability_picture import availability_sheet
from simulator.report.graph_picture import graph_sheet
from simulator.report.outages_picture import outages_sheet
from simulator.report.run_picture import run_sheet
from simulator.report.sheet import save
from simulator.report.style import look
from simulator.report.timeline_picture import timeline_sheet


def write_comparison_pictures(comparison: Comparison, folder: Path) -> list[Path]:
    """The three pictures of a comparison, each as .png and .svg; returns the files in the order written.

    `availability`: the served share of each architecture over the clock. `timeline`: what was impaired when. `outages`: outage
    duration and lost minutes. The folder is made where it does not exist; files of these names are replaced, each of them whole.
    OSError where that cannot be done.
    """
    written = []
    for name, draw in (("availability", availability_sheet), ("timeline", timeline_sheet), ("outages", outages_sheet)):
        with look(name):
            written += save(draw(comparison), folder, name)
    return written


def write_run_picture(run: RunResult, folder: Path) -> list[Path]:
    """`run.png` and `run.svg`: the curve of one replication with its outages shaded. Folder, files and errors as for a comparison."""
    with look("run"):
        return save(run_sheet(run), folder, "run")


def write_graph_picture(run: RunResult, folder: Path) -> list[Path]:
    """`graph.png` and `graph.svg`: what the tenant hangs on, coloured by what was impaired at its worst instant.

    As wide as the other pictures, wider where the graph has many columns. No files where the result does not say what the tenant hangs
    on. Folder and errors as for a comparison.
    """
    if run.hangs_on is None:
        return []
    with look("graph"):
        return save(graph_sheet(run, run.hangs_on), folder, "graph")
