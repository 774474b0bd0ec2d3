"""However a command ends: the exit code that a shell expects, one clear text, and no file that is half there."""

import contextlib
import errno
import os
import pty
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click.testing
import pytest

from simulator.cli import main, writing
from simulator.cli.failing import Unwritable
from tests.cli.invoking import interrupted

DRILL = "zone-power-interruption"

def invoke(line: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(main, shlex.split(line), prog_name="azsim")


@pytest.mark.parametrize("arguments", [["list"], ["--help"], ["list", "--format", "json"], ["run", "--help"]])
def test_a_closed_pipe_ends_silently(azsim: str, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([azsim, *arguments], stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_reader_that_wants_one_line_only(azsim: str) -> None:
    done = subprocess.run(["sh", "-c", f"{shlex.quote(azsim)} list | head -1"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "scenarios\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [["list"], ["--help"]])
def test_a_full_disk_behind_standard_output(azsim: str, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([azsim, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    said = "azsim: cannot write to standard output: no space left on device; free some space, or name another place\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_an_interrupted_comparison_leaves_nothing(tmp_path: Path) -> None:
    said = interrupted("compare", DRILL, "single-zone", out=tmp_path / "out")
    assert said == (130, "", "azsim: interrupted\n")
    assert list(tmp_path.iterdir()) == []


def test_a_bug_is_one_line_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("a\x1b[31m\nb")

    monkeypatch.setattr("simulator.api.run", broken)
    monkeypatch.delenv("AZSIM_TRACEBACK", raising=False)
    done = invoke("run storm")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == (
        "azsim: this is a bug of azsim, not of your input: KeyError: 'a\\x1b[31m\\nb'; please report it with the command to the authors of "
        "azsim; AZSIM_TRACEBACK=1 shows where it happened\n"
    )
    monkeypatch.setenv("AZSIM_TRACEBACK", "1")
    assert "Traceback (most recent call last)" in invoke("run storm").stderr


@pytest.mark.parametrize(
    ("option", "name", "reason"),
    [
        ("--out", "file", "file exists; this is a file; name a folder"),
        ("--out", "file/below", "not a directory; a part of this path is a file; name another place"),
        ("--trace", "folder", "is a directory; this is a folder; name a file"),
        ("--trace", "none/t.jsonl", "no such file or directory; create the folder first, or name another place"),
    ],
)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    option: str, name: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.api.run", lambda *_, **__: pytest.fail("the work was done first"))
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    done = invoke(f"run storm {option} {tmp_path / name}")
    assert (done.exit_code, done.stderr) == (2, f"azsim: cannot write to '{tmp_path / name}': {reason}\n")
    assert (tmp_path / "file").read_text() == "x"


def test_a_disk_that_fills_up_leaves_the_files_that_were_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    invoke(f"run {DRILL} --out {tmp_path}")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(before) == 6

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr("simulator.report.pictures.write_run_picture", full)
    done = invoke(f"run {DRILL} --seed 2 --out {tmp_path}")
    said = f"azsim: cannot write to '{tmp_path}': no space left on device; free some space, or name another place\n"
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", said)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_error_of_the_work_is_not_taken_for_one_of_the_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), writing.folder_to_fill(tmp_path / "out"):
        raise FileNotFoundError("something else")
    with pytest.raises(Unwritable, match="out"), writing.worded(tmp_path / "out"):
        raise FileNotFoundError(errno.ENOENT, "")
    assert list(tmp_path.iterdir()) == []


def test_a_written_file_has_the_rights_that_files_get_here(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with writing.file_to_fill(tmp_path / "made") as made:
        writing.fill(made, "a\nb\n")
        assert not (tmp_path / "made").exists(), "it gets its name only when it is whole"
    assert (tmp_path / "made").read_bytes() == b"a\nb\n"
    assert (tmp_path / "made").stat().st_mode == (tmp_path / "usual").stat().st_mode


def on_terminal(command: list[str], columns: int, *, errors: bool = True, **variables: str) -> tuple[int, str]:
    """What a person sees at a terminal of this many columns; without `errors`, of standard output only."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm", **variables}
    environment.pop("NO_COLOR", None) if "NO_COLOR" not in variables else None
    with subprocess.Popen(command, stdout=theirs, stderr=theirs if errors else subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        seen = b"".join(_chunks(ours))
        code = process.wait(60)
    os.close(ours)
    return code, seen.decode().replace("\r\n", "\n")


def _chunks(terminal: int) -> Iterator[bytes]:
    # Linux reports the end of a terminal as an error.
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            return
        if not chunk:
            return
        yield chunk


def test_a_narrow_terminal_shows_every_figure(azsim: str) -> None:
    command = [azsim, "compare", DRILL, "single-zone", "two-zone", "--replications", "2"]
    code, seen = on_terminal(command, 40, errors=False, NO_COLOR="1")
    assert code == 0
    assert "\x1b" not in seen
    assert "outage [95 %]" in seen
    assert "two-zone" in seen
    assert max(map(len, seen.splitlines())) <= 40


def test_colour_is_for_terminals_that_want_it(azsim: str) -> None:
    assert "\x1b[1m" in on_terminal([azsim, "list", "worlds"], 80)[1]
    assert "\x1b" not in on_terminal([azsim, "list", "worlds"], 80, NO_COLOR="1")[1]


def test_progress_is_shown_on_a_terminal_when_it_takes_long() -> None:
    script = (
        "import time\nfrom simulator.cli import progressing\nprogressing.PATIENCE = {0}\n"
        "with progressing.progress('replications') as told:\n"
        "    for n in range(1, 6):\n        told(n, 5)\n        time.sleep(0.05)\n"
    )
    assert "replications" in on_terminal([sys.executable, "-c", script.format(0.1)], 80)[1]
    assert on_terminal([sys.executable, "-c", script.format(5)], 80) == (0, "")


def test_no_progress_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    from simulator.cli.progressing import progress

    with progress("replications") as told:
        told(1, 2)
        told(2, 2)
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_that_a_library_swallowed_ends_the_next_replication() -> None:
    from simulator.cli.interrupting import listening
    from simulator.cli.progressing import progress

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with listening(), progress("replications") as told:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            told(1, 2)
