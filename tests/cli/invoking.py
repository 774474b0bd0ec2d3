"""Commands, run within the tests or as a process that is interrupted."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import click.testing

from simulator.cli import main

# A shell that starts tests in the background may have told them to ignore Ctrl-C.
LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from simulator.cli import main; main(prog_name='azsim')"
)


def azsim(*arguments: str) -> click.testing.Result:
    """A command within the test; that it ends as a bug fails the test."""
    done = click.testing.CliRunner().invoke(main, list(arguments), prog_name="azsim")
    assert done.exit_code != 3, done.stderr
    return done


def interrupted(*arguments: str, out: Path) -> tuple[int, str, str]:
    """Exit code, output and error output of a long command with `--out`, after Ctrl-C in the middle of its work."""
    command = [sys.executable, "-c", LISTENING, *arguments, "--replications", "1000000", "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not out.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        try:
            said = process.communicate(timeout=30)
        finally:
            process.kill()
    return process.returncode, *said
