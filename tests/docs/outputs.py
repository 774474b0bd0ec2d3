"""What the guides say that was computed: the output of commands, and the table of emergent observations.

`python -m tests.docs.outputs` runs everything and writes it anew into README.md and scenarios/README.md.
"""

import os
import re
import subprocess
import sysconfig
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from simulator import api
from simulator.ensemble.results import Fidelity, FidelityRow
from simulator.report.layout import Line
from simulator.report.tables import fidelity_lines
from tests.docs import nights

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
GUIDE = ROOT / "scenarios" / "README.md"
BEGIN = "<!-- fidelity: written by `python -m tests.docs.outputs` -->"
END = "<!-- end of fidelity -->"
REPLICATIONS = 40
"""Of the table of observations: less than what the command takes, so that the test is quick."""
PICTURES = {"azsim compare 2012-06-29-us-east-1-power-loss --out drawn": "availability.png", "azsim matrix --out drawn": "matrix.png"}
"""What draws the pictures that the README shows."""

_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def named_files(text: str) -> dict[str, str]:
    """The files that a guide shows: blocks of YAML whose first line is a comment with a name."""
    return {match[1]: f"# {match[1]}\n{match[2]}" for match in _FILE.finditer(text)}


def written_into(folder: Path, text: str) -> None:
    for name, content in named_files(text).items():
        (folder / name).write_text(content, encoding="utf-8")


def blocks(text: str) -> list[str]:
    """The console blocks of a guide."""
    return [match[1] for match in _CONSOLE.finditer(text)]


def commands(block: str) -> list[str]:
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def answered(block: str, folder: Path) -> str:
    """The block with the output that its commands give now, in a folder that holds the files of the guide."""
    return "".join(f"$ {command}\n{_output(command, folder)}" for command in commands(block))


def _output(command: str, folder: Path) -> str:
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    # A pipe ends as its last command does, unless told otherwise.
    whole = ["bash", "-o", "pipefail", "-c", command]
    done = subprocess.run(whole, capture_output=True, text=True, timeout=300, check=False, cwd=folder, env=environment)
    if done.returncode:
        msg = f"{command!r} ended with {done.returncode}: {done.stderr}"
        raise AssertionError(msg)
    return done.stdout


def with_outputs(text: str, folder: Path) -> str:
    written_into(folder, text)
    return _CONSOLE.sub(lambda match: f"```console\n{answered(match[1], folder)}```", text)


# --- agreement with the record -------------------------------------------------------------------------------------------------


def emergent_table(fidelity: Fidelity) -> str:
    """The emergent observations and their variants as a table of Markdown, with the counts below it as `azsim fidelity` prints them."""
    emergent = {(row.scenario, row.id) for row in fidelity.rows if row.role == "emergent"}
    told = [row for row in fidelity.rows if (row.scenario, row.id.partition("-")[0]) in emergent]
    rows = [f"| {' | '.join([_night(row), row.id, *_cells(fidelity, row)])} |" for row in told]
    head = f"| night | | what | on record | simulated, median [5–95 %] of {REPLICATIONS} | |\n|---|---|---|---|---|---|"
    return "\n".join([head, *rows, "", *(f"- {line.capitalize()}" for line in _counts(fidelity))])


def _night(row: FidelityRow) -> str:
    return f"{row.start.day} {row.start:%B}"


def _cells(fidelity: Fidelity, row: FidelityRow) -> list[str]:
    """What, on record, simulated and verdict, cut from the line that `azsim fidelity` prints."""
    lines = [line.plain for line in fidelity_lines(fidelity, None)]
    head = next(line for line in lines[_first(lines, row.scenario) :] if line.startswith("id "))
    line = next(line for line in lines[_first(lines, row.scenario) :] if line.split(" ")[0] == row.id)
    starts = [head.index(name) for name in ("what", "documented", "expected", "simulated", "role", "verdict")] + [len(line)]
    what, documented, _, simulated, _, verdict = (line[a:b].strip() for a, b in pairwise(starts))
    return [what, documented, simulated, verdict if row.role == "emergent" else f"{verdict}, not counted"]


def _first(lines: list[str], scenario: str) -> int:
    return next(i for i, line in enumerate(lines) if line.startswith(f"{scenario}: "))


def _counts(fidelity: Fidelity) -> list[str]:
    found: list[Line] = list(fidelity_lines(fidelity, None))
    beginnings = ("emergent observations:", "controls:", "fitted numbers:", "changed numbers:")
    return [line.plain for line in found if line.plain.startswith(beginnings)]


def with_fidelity(text: str, fidelity: Fidelity) -> str:
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{emergent_table(fidelity)}\n\n{END}{rest.split(END, 1)[1]}"


def _rewritten(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    for guide in (README, GUIDE):
        with TemporaryDirectory() as made:
            _rewritten(guide, lambda text, made=made: with_outputs(text, Path(made)))  # type: ignore[misc]
    for command, picture in PICTURES.items():
        with TemporaryDirectory() as made:
            _output(command, Path(made))
            (ROOT / "docs" / picture).write_bytes((Path(made) / "drawn" / picture).read_bytes())
    _rewritten(README, lambda text: nights.with_nights(text, nights.compared()))
    _rewritten(README, lambda text: with_fidelity(text, api.fidelity(replications=REPLICATIONS)))
