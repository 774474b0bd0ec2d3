"""The wheel alone is enough: built, installed into a fresh environment, and run from an empty folder, it brings its catalogue along.

It is compiled, and simulates the same as this working copy, which is not; without a C compiler it is built all the same.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import simulator

ROOT = Path(__file__).resolve().parents[1]
INCIDENT = "2012-06-29-us-east-1-power-loss"


COMPILER = str(sysconfig.get_config_var("CC") or "cc").split(maxsplit=1)[0]
TRACES = """
from hashlib import sha256
from simulator import api
from simulator.engine import stations
from simulator.engine.replay import replay
from simulator.ensemble.cases import cases_of, plan_of, probes_of

print(stations.__file__)
for incident in (
    "2011-04-21-us-east-1-ebs-remirroring", "2012-06-29-us-east-1-power-loss", "2012-10-22-us-east-1-ebs-agent-leak",
    "2012-12-24-us-east-1-elb-state-deletion",
):
    loaded = api.load(incident)
    scenario = loaded.scenario
    plan = plan_of(scenario, [*cases_of(scenario, loaded.tenants()), *probes_of(scenario)])
    for n in range(2):
        trace = replay(plan, seed=3, replication=n)
        told = repr((trace.records, trace.curves, trace.waits, trace.writes_lost))
        print(incident, n, len(trace.records), sha256(told.encode()).hexdigest())
"""


def _run(*command: str | Path, cwd: Path, **more: str) -> str:
    # Without the variables that could lead back to this working copy.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))} | more
    whole = [str(part) for part in command]
    done = subprocess.run(whole, capture_output=True, text=True, timeout=300, check=False, cwd=cwd, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _built(tmp_path_factory.mktemp("wheel"))


def _built(folder: Path, **more: str) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--disable-pip-version-check", "-w", folder, ROOT]
    _run(*command, cwd=folder, **more)
    (built,) = folder.glob("*.whl")
    return built


def _required(name: str, found: set[str]) -> set[str]:
    """The libraries that a distribution says it needs, with what these need, and no extras."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        needed = requirement.name.lower().replace("_", "-")
        if needed not in found and (requirement.marker is None or requirement.marker.evaluate({"extra": ""})):
            found.add(needed)
            _required(needed, found)
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it, and of this one's libraries those alone that the wheel asks for."""
    folder = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    _run(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", folder / "bin" / "python",
         "install", "--no-deps", "--no-index", wheel, cwd=folder)  # fmt: skip
    here = Path(sysconfig.get_path("purelib"))
    for name in _required("azsim", set()):
        for top in {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(here / top)
    return folder / "bin"


def test_the_wheel_holds_the_package_and_the_catalogue(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    kept = {str(path.relative_to(ROOT / "scenarios")) for path in (ROOT / "scenarios").rglob("*.yaml")}
    packed = {name.removeprefix("simulator/_catalogue/") for name in names if name.startswith("simulator/_catalogue/")}
    assert kept <= packed
    assert len(kept) > 15
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "simulator").rglob("*.py")}
    assert modules == {name for name in names if name.endswith(".py")}
    assert not [name for name in names if name.startswith(("tests", "notebooks", "docs"))]


def test_the_installed_command_runs_an_incident_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = _run(installed / "python", "-c", "import simulator.scenario.catalogue as c; print(c.__file__, c.root())", cwd=tmp_path).split()
    assert all(Path(path).is_relative_to(installed.parent) for path in where), where
    assert where[1].endswith("simulator/_catalogue")

    assert _run(installed / "azsim", "--version", cwd=tmp_path) == f"azsim {simulator.__version__}\n"
    told = json.loads(_run(installed / "azsim", "run", INCIDENT, "--architecture", "single-zone", "--format", "json", cwd=tmp_path))
    assert told["format"] == "azsim.run/1"
    assert (told["scenario"], told["architecture"]) == (INCIDENT, "single-zone")
    assert told["outage_minutes"] > 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_asked_for_is_not_there(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run([installed / "python", "-c", "import pytest"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.stderr.strip().endswith("No module named 'pytest'")


def test_the_installed_catalogue_is_listed_with_its_own_paths(installed: Path, tmp_path: Path) -> None:
    rows = json.loads(_run(installed / "azsim", "list", "--format", "json", cwd=tmp_path))["rows"]
    assert INCIDENT in {row["name"] for row in rows}
    assert all(Path(row["path"]).is_relative_to(installed.parent) for row in rows)


@pytest.mark.skipif(shutil.which(COMPILER) is None, reason="there is no C compiler")
def test_what_is_compiled_gives_the_same_traces_as_what_is_not(installed: Path, tmp_path: Path) -> None:
    where, *found = _run(installed / "python", "-c", TRACES, cwd=tmp_path).splitlines()
    assert Path(where).suffix in {".so", ".pyd"}
    source, *expected = _run(sys.executable, "-c", TRACES, cwd=tmp_path).splitlines()
    assert Path(source) == ROOT / "simulator" / "engine" / "stations.py"
    assert found == expected
    assert min(int(line.split()[2]) for line in expected) > 100


def test_no_sum_of_floats_is_compiled_into_a_loop() -> None:
    """mypyc adds a generator up step by step; from 3.12 on Python corrects the rounding of a sum. Over a list both call the same."""
    modules = [ROOT / "simulator" / f"{name}.py" for name in _compiled()]
    assert len(modules) > 20
    assert len(list(_added_up("sum(x for x in y)"))) == 1
    assert [(path.name, line) for path in modules for line in _added_up(path.read_text(encoding="utf-8"))] == []


def _compiled() -> list[str]:
    tree = ast.parse((ROOT / "hatch_build.py").read_text(encoding="utf-8"))
    (names,) = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMPILED"]
    return list(ast.literal_eval(names))


def _added_up(source: str) -> Iterator[int]:
    sums = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and ast.unparse(node.func) == "sum"]
    for one in sums:
        of = one.args[0]
        if isinstance(of, ast.GeneratorExp) and not isinstance(of.elt, ast.Constant):  # ones are counted, and counting is exact
            yield one.lineno


def test_without_a_c_compiler_the_wheel_is_plain_python(tmp_path: Path) -> None:
    built = _built(tmp_path, CC="no-such-compiler")
    assert built.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(built).namelist() if name.endswith((".so", ".pyd"))]
