"""`check` takes time in proportion to what there is to check, and reads what is piped into it."""

import io
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import click.testing
import pytest

from simulator.cli import main
from simulator.scenario import building, reading
from tests.cli.invoking import azsim
from tests.theory.scenarios import tree_of, written

LIKE = "format: 1\nname: {name}\nsummary: s\nkind: architecture\nlike: two-zone\n"


def test_the_world_of_fifty_architectures_is_loaded_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for n in range(50):
        files.append(tmp_path / f"app-{n}.yaml")
        files[-1].write_text(LIKE.format(name=f"app-{n}"))
    loads: list[Any] = []
    real = building.load
    monkeypatch.setattr(building, "load", lambda *args, **kwargs: loads.append(args) or real(*args, **kwargs))
    began = time.process_time()
    done = azsim("check", *map(str, files))
    assert (done.exit_code, done.stdout.count(": ok")) == (0, 50)
    assert len(loads) == 1
    assert time.process_time() - began < 5


def checked(folder: Path, n: int) -> float:
    """Seconds of this process for a world of so many components."""
    hosts = [{"path": f"north/zone-1/dc-1/host-{k}", "requires": {"live": "power"}} for k in range(n)]
    event = {"name": "off", "at": "1 s", "do": {"fail": {"target": "north/zone-1/dc-1/power"}}}
    path = written(folder, f"world-{n}", tree_of(components=[{"path": "north/zone-1/dc-1/power"}, *hosts], events=[event]))
    began = time.process_time()
    assert azsim("check", str(path)).exit_code == 0
    return time.process_time() - began


def test_a_world_of_four_times_as_many_components_takes_about_four_times_as_long(tmp_path: Path) -> None:
    """Quadratic would be sixteen times."""
    checked(tmp_path, 10)
    few = min(checked(tmp_path, 1000) for _ in range(3))
    assert checked(tmp_path, 4000) < 9 * few


def piped(text: str, *arguments: str) -> click.testing.Result:
    reading._standard_input.cache_clear()
    return click.testing.CliRunner().invoke(main, list(arguments), prog_name="azsim", input=io.BytesIO(text.encode()))


def test_what_is_piped_in_is_checked() -> None:
    done = piped(LIKE.format(name="mine"), "check", "-")
    assert (done.exit_code, done.stdout) == (0, "-: ok\n")
    done = piped(LIKE.format(name="mine") + "banana: 1\n", "check", "-")
    assert done.exit_code == 2
    assert done.stderr.startswith("<standard input>:6:1: ")
    done = piped("", "check", "-")
    assert (done.exit_code, done.stderr.startswith("<standard input>")) == (2, True)


def test_a_scenario_and_a_world_may_be_piped_in_too(tmp_path: Path) -> None:
    event = {"name": "off", "at": "1 s", "do": {"fail": {"target": "north/zone-1/dc-1/power"}}}
    path = written(tmp_path, "own", tree_of(components=[{"path": "north/zone-1/dc-1/power"}], events=[event]))
    assert piped(path.read_text(), "check", "-").exit_code == 0
    assert piped(path.read_text(), "show", "-").stdout.startswith("format: 1\nname: small")


def test_a_closed_standard_output_is_refused(azsim_command: str) -> None:
    done = subprocess.run(["sh", "-c", f"'{azsim_command}' list >&-"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (
        2, "azsim: cannot write to standard output: it is closed; leave it open, or send it to /dev/null\n"
    )  # fmt: skip


def test_a_name_of_a_window_that_matplotlib_does_not_know_changes_nothing(azsim_command: str, tmp_path: Path) -> None:
    command = [azsim_command, "run", "zone-power-interruption", "--out", str(tmp_path)]
    done = subprocess.run(command, env={**os.environ, "MPLBACKEND": "banana"}, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0
    assert list(tmp_path.glob("*.png"))


@pytest.fixture
def azsim_command(azsim: str) -> str:
    """The installed command, under a name that hides no helper."""
    return azsim
