"""Simulators of others, each in an environment of its own that is made from the package index when it is first needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ROOT.parent / ".benchmarks"
SOURCE = ROOT.parent / ".venv" / "bin" / "python"
"""Where azsim runs from its source, in plain Python; the Makefile sets it up."""

Ask = Callable[..., dict[str, Any]]


class NotInstalled(Exception):
    """An environment that could not be made, in the words of whatever failed last."""


@dataclass(kw_only=True, frozen=True)
class Guest:
    """A simulator of somebody else: what is installed, and the script of this folder that runs it there and answers in JSON.

    `beside` is all that it needs. Its own demands on Python are put aside, so that it runs under the same interpreter as azsim.
    """

    requirement: str
    beside: tuple[str, ...]
    script: str

    @property
    def folder(self) -> Path:
        return ENVIRONMENTS / self.requirement.replace("==", "-")

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def here(*packages: str) -> tuple[str, ...]:
    """Packages in the versions that azsim itself is timed with."""
    return tuple(f"{name}=={version(name)}" for name in packages)


AVAILSIM4 = Guest(
    requirement="availsim4==2.2.1",
    beside=(*here("numpy", "scipy", "pandas"), "openpyxl==3.1.5", "xlsxwriter>=3.2,<4", "DateTime>=5.5"),
    script="availsim4_some_of_many.py",
)
ASYNCFLOW = Guest(
    requirement="asyncflow-sim==0.1.1",
    beside=(*here("simpy", "numpy", "matplotlib", "pydantic", "pyyaml"), "pydantic-settings>=2.10.1,<3", "email-validator>=2,<3"),
    script="asyncflow_servers_out.py",
)


def installed(guest: Guest) -> Path:
    """The Python of a guest's environment, which is made unless it is there. The stamp is written last, as in the Makefile."""
    stamp, wanted = guest.folder / ".stamp", "\n".join((guest.requirement, *guest.beside))
    if stamp.exists() and stamp.read_text() == wanted:
        return guest.python
    _done(sys.executable, "-m", "venv", "--clear", str(guest.folder))
    pip = (str(guest.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1")
    _done(*pip, "--no-deps", "--ignore-requires-python", guest.requirement)
    _done(*pip, *guest.beside)
    stamp.write_text(wanted)
    return guest.python


def _done(*command: str) -> None:
    found = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if found.returncode:
        said = [line for line in (found.stdout + found.stderr).splitlines() if line.strip()]
        wrong = [line for line in said if line.startswith("ERROR")]
        raise NotInstalled((wrong or said or [f"{command[0]} failed"])[-1].removeprefix("ERROR: "))


def awake(guest: Guest) -> AbstractContextManager[Ask]:
    """The guest's script, in its own environment."""
    return asked(installed(guest), guest.script)


@contextmanager
def asked(python: Path, script: str) -> Iterator[Ask]:
    """A script as a process that waits for questions: each is a line of keywords, and its answer a line too.

    So imports are done once, and what the script says it took is the time of the simulation alone.
    """
    process = subprocess.Popen(
        [python, ROOT / "guests" / script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT.parent,
        env=os.environ | {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT.parent) if python == SOURCE else ""},
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    questions, answers = process.stdin, process.stdout

    def ask(**keywords: Any) -> dict[str, Any]:
        questions.write(json.dumps(keywords) + "\n")
        questions.flush()
        answer = answers.readline()
        assert answer, f"{script} ended without an answer"
        found: dict[str, Any] = json.loads(answer)
        return found

    try:
        yield ask
    finally:
        questions.close()
        answers.close()
        process.wait(timeout=60)
