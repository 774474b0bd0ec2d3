"""Builds the wheel with its event loop compiled by mypyc; without a C compiler, or without mypyc, as the plain Python that it is.

What is compiled and what is not give the same traces bit for bit; a test compares them. An editable installation is never compiled, so
that tests can put wrong mechanisms in the place of the right ones.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COMPILED = (
    "distributions/inverting", "engine/ageing", "engine/agenda", "engine/asking", "engine/attempts", "engine/batch_stocks",
    "engine/chance", "engine/checks", "engine/cohorts", "engine/conditions", "engine/draws", "engine/effects", "engine/feedback",
    "engine/fixed_point", "engine/following", "engine/hazards", "engine/jobs", "engine/latches", "engine/loads", "engine/loops",
    "engine/need", "engine/patience", "engine/plan", "engine/profiles", "engine/replay", "engine/riding", "engine/routes",
    "engine/rules", "engine/run", "engine/states", "engine/stations", "engine/stocks", "engine/stratified", "engine/streams",
    "engine/tenants", "engine/trace", "engine/ways",
)  # fmt: skip
"""Modules that time is spent in while a replication runs; what runs once before it gains nothing."""

SETUP = """
from mypyc.build import mypycify
from setuptools import setup

options = ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent"]
modules = mypycify([*options, *{files!r}], opt_level="2", debug_level="0")
for module in modules:
    module.extra_compile_args += {arguments!r}
setup(name="azsim", packages=[], ext_modules=modules)
"""


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled modules to the wheel, beside their sources."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it puts a wheel together; `version` says which kind of wheel."""
        if version == "editable":
            return
        self.folder = Path(tempfile.mkdtemp(prefix="azsim-"))
        try:
            found = compiled(Path(self.root), self.folder)
        except CannotCompileError as reason:
            self.app.display_warning(f"azsim is built as plain Python, which simulates more slowly: {reason}")
            return
        build_data["force_include"].update({str(self.folder / name): name for name in found})
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called when the wheel is there."""
        if version != "editable":
            shutil.rmtree(self.folder, ignore_errors=True)


class CannotCompileError(Exception):
    """Why the modules stay as they are."""


def compiled(root: Path, folder: Path) -> list[str]:
    """Compile in a copy of the package; the libraries made, relative to the folder."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    # Looked for first: mypyc takes half a minute to find out what the compiler is then wanted for.
    if os.name == "posix" and shutil.which(compiler.split()[0]) is None:
        raise CannotCompileError(f"there is no C compiler {compiler.split()[0]}")
    try:
        import mypyc.build  # noqa: F401
        import setuptools  # noqa: F401
    except ImportError as missing:
        raise CannotCompileError(str(missing)) from missing
    shutil.copytree(root / "simulator", folder / "simulator", ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyd"))
    files = [f"simulator/{name}.py" for name in COMPILED]
    # A product and a sum taken in one step are rounded once in place of twice, and the traces are no longer those of plain Python.
    arguments = ["-ffp-contract=off"] if os.name == "posix" else []
    (folder / "setup.py").write_text(SETUP.format(files=files, arguments=arguments), encoding="utf-8")
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise CannotCompileError(said[-1] if said else "mypyc failed")
    suffixes = ("*.so", "*.pyd")
    return sorted(path.relative_to(folder).as_posix() for suffix in suffixes for path in folder.rglob(suffix) if "build" not in path.parts)
