"""Many replications from the command line: on workers, into a journal, through Ctrl-C and kills, until they are enough."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from simulator.ensemble import replicating, stopping
from simulator.ensemble.journaling import journal
from tests.cli import invoking

DRILL = "zone-power-interruption"


def compared(*more: str) -> dict[str, object]:
    done = invoking.azsim("compare", DRILL, "two-zone", "--format", "json", *more)
    assert done.exit_code == 0, done.stderr
    document: dict[str, object] = json.loads(done.stdout)
    del document["command"]
    return document


def test_workers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = compared("--replications", "12", "--workers", "1")
    monkeypatch.setattr(replicating, "START_SECONDS", 0.0)
    monkeypatch.setattr(replicating, "CHUNK_SECONDS", 0.05)
    assert compared("--replications", "12", "--workers", "2") == alone


def test_a_journal_is_gone_on_from(tmp_path: Path) -> None:
    path = str(tmp_path / "night.sqlite")
    compared("--replications", "5", "--journal", path)
    assert compared("--replications", "8", "--journal", path, "--resume") == compared("--replications", "8")


@pytest.mark.parametrize("command", ["availability", "tenants", "population", "matrix", "whatif", "fidelity", "explain"])
def test_every_command_that_replays_keeps_a_journal_and_says_the_same_from_it(command: str, tmp_path: Path) -> None:
    path = tmp_path / "night.sqlite"
    line = {
        "availability": [DRILL, "two-zone"], "tenants": [DRILL, "static-capacity"], "matrix": [DRILL, "--architecture", "two-zone"],
        "population": ["2012-06-29-us-east-1-power-loss", "--tenants", "50"], "explain": [DRILL, "--architecture", "two-zone"],
        "whatif": [DRILL, "two-zone", "--tenant", "static-capacity", "--pairs", "0"], "fidelity": [DRILL],
    }[command]  # fmt: skip
    shape = ["--format", "csv"]
    said = [invoking.azsim(command, *line, "--replications", "3", *shape, *more).stdout for more in (
        [], ["--journal", str(path)], ["--journal", str(path), "--resume"],
    )]  # fmt: skip
    assert said[0]
    assert said[0] == said[1] == said[2]
    with journal(path, resume=True) as book:
        assert book.replications() >= 3


def test_what_goes_together_and_what_does_not(tmp_path: Path) -> None:
    def refused(*more: str) -> str:
        done = invoking.azsim("compare", DRILL, "two-zone", "--replications", "3", *more)
        assert done.exit_code == 2
        return done.stderr.split("\n")[-2]

    assert refused("--resume") == "Error: --resume goes on from a journal. Name it with --journal FILE."
    assert refused("--workers", "2", "--scheduler", "tcp://127.0.0.1:1") == (
        "Error: --workers are processes here, and a --scheduler has workers of its own. Leave one of them out."
    )
    path = tmp_path / "night.sqlite"
    compared("--replications", "3", "--journal", str(path))
    assert refused("--journal", str(path)) == (
        f"azsim: '{path}' holds 3 replications already; go on from them with --resume, or name another file"
    )
    assert refused("--journal", str(path), "--resume", "--seed", "2") == (
        f"azsim: '{path}' holds replications of another seed (1, and this is 2); name another file, or run what it was made for"
    )


def test_until_a_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "FIRST", 8)
    done = invoking.azsim("compare", DRILL, "single-zone", "--until-precision", "lost_minutes ±40 %", "--format", "json")
    found = json.loads(done.stdout)
    assert found["replications"] in {8, 12, 18, 27, 40, 60}
    assert found["until"]["met"]
    low, high = found["rows"][0]["lost_minutes"]["ci95"]
    mean = found["rows"][0]["lost_minutes"]["mean"]
    assert (high - low) / 2 <= 0.4 * mean
    table = invoking.azsim("compare", DRILL, "single-zone", "--until-precision", "lost_minutes ±40 %").stdout
    assert f"{found['replications']} replications, until lost_minutes ±40 %; seed 1" in table
    assert "which covers after" in table


def test_a_precision_that_is_not_reached_is_a_warning() -> None:
    line = ("compare", DRILL, "single-zone", "--replications", "5", "--until-precision", "lost_minutes ±0.01 %")
    assert "Warning: lost_minutes ±0.01 % was not reached: single-zone is known to ±" in invoking.azsim(*line).stdout


def test_precisions_that_cannot_be_asked() -> None:
    def refused(*line: str) -> str:
        done = invoking.azsim(*line, "--replications", "3")
        assert done.exit_code == 2
        return done.stderr.split("\n")[-2]

    assert refused("compare", DRILL, "two-zone", "--until-precision", "lost_minuts ±2 %") == (
        "Error: Invalid value for '--until-precision': 'lost_minuts' is no quantity of which a precision can be asked: choose one of "
        "lost_minutes, outage_minutes, time_to_recover_minutes, data_loss_minutes."
    )
    assert refused("compare", DRILL, "two-zone", "--until-precision", "lost_minutes of three ±2 %") == (
        "azsim: a precision is asked for of three, which is not among what is replayed: two-zone"
    )
    assert refused("tenants", DRILL, "static-capacity", "--until-precision", "data_loss_minutes ±2 %") == (
        "azsim: no precision can be asked of data_loss_minutes here; choose one of lost_minutes, outage_minutes"
    )


# -- endings -----------------------------------------------------------------------------------------------------------------------


def begun(azsim: str, path: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A long run on two workers that has finished some chunks, and the processes that it has started."""
    line = [azsim, "compare", DRILL, "--replications", "100000", "--workers", "2", "--journal", str(path)]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    begin = time.monotonic()
    while len(children(process.pid)) < 3 and time.monotonic() - begin < 60.0:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    time.sleep(0.5)
    return process, children(process.pid)


def children(pid: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(each.parent.name))
    return found


def gone(pids: list[int]) -> bool:
    begin = time.monotonic()
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        if time.monotonic() - begin > 20.0:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked for in /proc")
def test_ctrl_c_says_what_is_safe_and_a_kill_leaves_nobody_behind(azsim: str, tmp_path: Path) -> None:
    path = tmp_path / "night.sqlite"
    process, started = begun(azsim, path)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    safe, interrupted = err.rstrip().split("\n")
    assert interrupted == "azsim: interrupted"
    assert safe.endswith(f" replications are safe in '{path}'; go on from them with --resume")
    assert gone(started)
    with journal(path, resume=True) as book:
        assert safe == f"azsim: {book.replications()} replications are safe in '{path}'; go on from them with --resume"

    process, started = begun(azsim, tmp_path / "killed.sqlite")
    process.kill()
    process.communicate(timeout=60)
    assert gone(started)
    with journal(tmp_path / "killed.sqlite", resume=True) as book:
        assert book.replications() >= 1
