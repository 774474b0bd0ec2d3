"""Where results are put: nothing that is no regular file is ever replaced, and what a killed run leaves is swept up."""

import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.cli import placing, writing
from simulator.cli.failing import Unwritable
from tests.cli.invoking import azsim

DRILL = "zone-power-interruption"
TRACE = ("run", DRILL, "--trace")
SAMPLES = ("compare", DRILL, "single-zone", "--replications", "2", "--samples")


@contextmanager
def read_from(pipe: Path) -> Iterator[list[bytes]]:
    """Somebody who reads a pipe to its end."""
    found: list[bytes] = []
    ready = threading.Event()

    def read() -> None:
        handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(handle, True)
        ready.set()
        with open(handle, "rb") as file:
            time.sleep(0.2)  # until somebody writes; a pipe that nobody has opened is at its end
            while not found:
                if text := file.read():
                    found.append(text)
                time.sleep(0.05)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    ready.wait(10)
    yield found
    reader.join(20)


def test_a_pipe_gets_what_a_file_would(tmp_path: Path) -> None:
    assert azsim(*TRACE, str(tmp_path / "t.jsonl")).exit_code == 0
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with read_from(pipe) as found:
        assert azsim(*TRACE, str(pipe)).exit_code == 0
    assert b"".join(found) == (tmp_path / "t.jsonl").read_bytes()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("command", [TRACE, SAMPLES], ids=["trace", "samples"])
def test_a_pipe_that_nobody_reads_is_refused_before_the_work(command: tuple[str, ...], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    done = azsim(*command, str(pipe))
    assert done.exit_code == 2
    assert done.stderr.endswith("nobody reads from there; start the reader first, or name a file\n")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.parametrize("command", [TRACE, SAMPLES, ("compare", DRILL, "single-zone", "--journal")], ids=["trace", "samples", "journal"])
def test_a_socket_is_refused_and_stays(command: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "socket.jsonl"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        done = azsim(*command, str(path))
    assert done.exit_code == 2
    assert str(path) in done.stderr
    assert stat.S_ISSOCK(path.stat().st_mode)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no such devices")
def test_devices_are_written_through() -> None:
    for device, code in (("/dev/null", 0), ("/dev/full", 2)):
        before = os.stat(device)
        done = azsim(*TRACE, device)
        assert done.exit_code == code
        assert os.stat(device).st_rdev == before.st_rdev
        assert stat.S_ISCHR(os.stat(device).st_mode)
    assert "no space left on device" in done.stderr


@pytest.mark.parametrize("command", [TRACE, SAMPLES], ids=["trace", "samples"])
@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_stays_and_what_it_leads_to_is_written(command: tuple[str, ...], there: bool, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "kept.jsonl", tmp_path / "link.jsonl"
    if there:
        target.write_text("old")
    link.symlink_to(target)
    assert azsim(*command, str(link)).exit_code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("{")
    assert sorted(path.name for path in target.parent.iterdir()) == ["kept.jsonl"]


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(link)
    done = azsim(*TRACE, str(link))
    assert (done.exit_code, "leads to itself" in done.stderr) == (2, True)
    assert link.is_symlink()


def test_in_a_folder_links_are_followed_and_anything_else_is_refused(tmp_path: Path) -> None:
    out, far = tmp_path / "out", tmp_path / "far.csv"
    out.mkdir()
    (out / "run.csv").symlink_to(far)
    assert azsim("run", DRILL, "--out", str(out)).exit_code == 0
    assert (out / "run.csv").is_symlink()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    (out / "run.json").unlink()
    os.mkfifo(out / "run.json")
    done = azsim("run", DRILL, "--seed", "3", "--out", str(out))
    assert (done.exit_code, "run.json': it is no regular file; remove it" in done.stderr) == (2, True)
    assert stat.S_ISFIFO((out / "run.json").stat().st_mode)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "run.json"} == {
        name: text for name, text in before.items() if name != "run.json"
    }


def test_an_error_of_the_work_writes_nothing_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(FileNotFoundError), writing.file_to_fill(pipe) as made:
        made.write_text("half" + (tmp_path / "no such file").read_text())
    assert os.read(handle, 10) == b""
    os.close(handle)


HELD = """
import sys, time
from pathlib import Path
from simulator.cli import writing
with writing.folder_to_fill(Path(sys.argv[1])) as folder, writing.file_to_fill(Path(sys.argv[1], "t.jsonl")) as file:
    file.write_text("half"); folder.joinpath("half").write_text("half"); print("held", flush=True)
    time.sleep(60)
"""


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".azsim-")]


def test_what_a_killed_run_left_is_swept_up_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    """So is nothing that somebody else has made: another name, a link."""
    (tmp_path / ".azsim-notes").mkdir()
    (tmp_path / ".azsim-12345678").symlink_to(tmp_path / ".azsim-notes")
    others = sorted(left(tmp_path))
    with subprocess.Popen([sys.executable, "-c", HELD, str(tmp_path)], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        run.stdout.readline()
        held = sorted(left(tmp_path))
        assert len(held) == len(others) + 2
        with writing.folder_to_fill(tmp_path):
            assert set(held) < set(left(tmp_path))
        assert sorted(left(tmp_path)) == held
        run.send_signal(signal.SIGKILL)
        run.wait(30)
    assert sorted(left(tmp_path)) == held
    with writing.folder_to_fill(tmp_path):
        pass
    assert sorted(left(tmp_path)) == others


def test_whoever_holds_a_folder_for_long_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "PATIENCE", 0.05)
    holding = placing._held(tmp_path)
    assert holding is not None
    with writing.file_to_fill(tmp_path / "made") as made:
        made.write_text("x")
    os.close(holding)
    assert (tmp_path / "made").read_text() == "x"


def test_a_place_on_another_disk_is_reached_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, target = tmp_path / "made", tmp_path / "far" / "target"
    made.write_text("new")
    target.parent.mkdir()
    monkeypatch.setattr(os, "replace", lambda a, b: Path(b).write_bytes(Path(a).read_bytes()))
    monkeypatch.setattr(placing, "_disk", lambda path: path.name)
    placing.move(made, target)
    assert target.read_text() == "new"
    assert [path.name for path in target.parent.iterdir()] == ["target"]


def test_a_journal_is_no_pipe_either(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = azsim("compare", DRILL, "single-zone", "--journal", str(pipe))
    assert (done.exit_code, "no regular file" in done.stderr) == (2, True)
    with pytest.raises(Unwritable):
        placing.regular_target(pipe)
