"""The reference of the command line is what the commands say themselves, and the examples in it work."""

import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from simulator.cli.reference import reference

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == reference(), "run: python -m simulator.cli.reference > docs/cli.md"


def test_the_examples_name_what_there_is() -> None:
    text = reference()
    catalogue = {path.stem: path for path in (ROOT / "scenarios").rglob("*.yaml")}
    for line in re.findall(r"^ +azsim (.*)$", text, re.MULTILINE):
        words = line.split()
        for word in words[1:]:
            if re.fullmatch(r"[0-9]{4}-.*|(single|two|three)-.*", word):
                assert word in catalogue, line
        for option, word in pairwise(words):
            if option in ("--without", "--with"):
                assert f"- name: {word}\n" in catalogue[words[1]].read_text(encoding="utf-8"), line
    assert "--without" in text


def test_help_takes_less_than_three_times_as_long_as_click() -> None:
    def seconds(code: str) -> float:
        since = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
        return time.perf_counter() - since

    shown = "import sys\nfrom simulator.cli import main\nmain(['--help'], prog_name='azsim')"
    # The quickest of several of each, taken in turn: what else the machine does only ever adds.
    helps, clicks = zip(*((seconds(shown), seconds("import click")) for _ in range(6)), strict=True)
    assert min(helps) < 3 * min(clicks)
