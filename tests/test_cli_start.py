"""The command starts quickly because it loads no slow library before it needs one."""

import os
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import simulator

SLOW = ("scipy", "matplotlib", "pandas", "pydantic", "simpy", "networkx")
ASK_FOR_HELP = """
import sys
from simulator.cli import main
try:
    main(["--help"], prog_name="azsim")
finally:
    sys.stderr.write("\\n".join(sorted(sys.modules)))
"""


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=cwd, env=environment)


def test_the_installed_command_tells_its_version_from_any_directory(tmp_path: Path) -> None:
    command = Path(sysconfig.get_path("scripts")) / "azsim"
    done = _run(str(command), "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"azsim {simulator.__version__}\n", "")


def test_the_package_and_its_metadata_agree_on_the_version() -> None:
    assert version("azsim") == simulator.__version__


def test_help_loads_no_slow_library(tmp_path: Path) -> None:
    done = _run(sys.executable, "-c", ASK_FOR_HELP, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: azsim [OPTIONS]")
    loaded = set(done.stderr.split())
    assert "click" in loaded, "the probe sees no modules at all"
    assert sorted(loaded & set(SLOW)) == []
