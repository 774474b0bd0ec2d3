"""Where scenarios, worlds, architectures, tenants and populations are found: by name in the catalogue, or by path."""

import re
from dataclasses import dataclass
from pathlib import Path

from simulator.scenario.document import Mark, problem_at
from simulator.scenario.findings import meant
from simulator.scenario.problems import ScenarioError, quoted
from simulator.scenario.reading import STANDARD_INPUT, read_text_file, read_yaml

# In the order in which a name is looked for.
FOLDERS = {
    "incident": ("incidents",),
    "world": ("worlds",),
    "architecture": ("architectures", "tenants"),
    "tenant": ("tenants", "architectures"),
    "population": ("populations",),
}
_SUFFIXES = (".yaml", ".yml")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_HEAD = re.compile(r"^summary:.*(?:\n(?:[ \t]+.*|[ \t]*))*", re.MULTILINE)

_INVENTED = re.compile(r"^invented:[ \t]+true[ \t]*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of the catalogue."""

    name: str
    kind: str
    summary: str
    path: Path
    invented: bool = False
    """Whether its file says that it never happened."""


def root() -> Path:
    """The folder of the catalogue: inside the installed package, or beside it in a working copy."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_catalogue"
    return inside if inside.is_dir() else package.parent / "scenarios"


def entries(kind: str | None = None, *, catalogue: Path | None = None) -> list[Entry]:
    """What the catalogue holds, by kind (incident, world, architecture, tenant, population) and name."""
    folder = root() if catalogue is None else catalogue
    found = []
    for each in FOLDERS if kind is None else (kind,):
        for path in _files(folder / FOLDERS[each][0]):
            text = read_text_file(path, shown_as=shown(path)).decode("utf-8", errors="replace")
            invented = _INVENTED.search(text) is not None
            found.append(Entry(name=path.stem, kind=each, summary=_summary(path, text), path=path, invented=invented))
    return found


def names(kind: str, *, catalogue: Path | None = None) -> list[str]:
    """Names that `find` knows for a kind."""
    folder = root() if catalogue is None else catalogue
    return [path.stem for each in FOLDERS[kind] for path in _files(folder / each)]


def find(name_or_path: str | Path, kind: str, *, catalogue: Path | None = None) -> Path:
    """The file that a command names: a name of the catalogue, else a path. ScenarioError says which names there are."""
    word = str(name_or_path)
    if isinstance(name_or_path, str) and (path := _in_catalogue(word, kind, catalogue)) is not None:
        return path
    path = Path(name_or_path)
    if path == STANDARD_INPUT:
        return path
    exists = is_there(path)
    if exists:
        return path
    if path.suffix in _SUFFIXES or "/" in word or "\\" in word:
        fact, remedy = "there is no such file", "Check the path, or name an entry of the catalogue."
        raise ScenarioError((problem_at(word, (), Mark(0, 0), fact, remedy),))
    fact = f"the catalogue has no {kind} of this name"
    raise ScenarioError((problem_at(word, (), Mark(0, 0), fact, meant(word, names(kind, catalogue=catalogue), "It has")),))


def refer(word: str, kind: str, folder: Path, *, catalogue: Path | None = None) -> Path | tuple[str, str]:
    """The file that another file names: within that file's own folder, else in the catalogue; or the fact and the remedy.

    Nothing outside is ever opened: a file from a stranger must not be able to read its reader's other files.
    """
    if "://" in word:
        return "a file is never fetched from an address", "Save it beside this file, and write its name."
    if not _REFERENCE.fullmatch(word) or ".." in word.split("/"):
        return (
            f"{quoted(word)} leads out of the folder of this file",
            "Write the name of a file beside it, or of one in the catalogue.",
        )
    for candidate in (folder / word,) if word.endswith(_SUFFIXES) else tuple(folder / f"{word}{suffix}" for suffix in _SUFFIXES):
        if is_file(candidate):
            if not candidate.resolve().is_relative_to(folder.resolve()):
                return f"{quoted(word)} is a link that leads out of the folder of this file", "Put a copy of the file here."
            return candidate
    found = _in_catalogue(word, kind, catalogue)
    if found is not None:
        return found
    fact = f"neither this folder nor the catalogue has the {kind} {quoted(word)}"
    return fact, meant(word, names(kind, catalogue=catalogue), "The catalogue has")


def is_file(path: Path) -> bool:
    """Whether there is a file; a name that no file can have has none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_there(path: Path) -> bool:
    """Whether there is anything at a path, likewise."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shown(path: Path) -> str:
    """How a path is written in messages: relative to the working directory where it lies below it."""
    try:
        return str(path.relative_to(Path.cwd())) if path.is_absolute() else str(path)
    except (OSError, ValueError):
        return str(path)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix in _SUFFIXES and path.is_file()) if folder.is_dir() else []


def _in_catalogue(word: str, kind: str, catalogue: Path | None) -> Path | None:
    if not _REFERENCE.fullmatch(word) or "/" in word:
        return None
    folder = root() if catalogue is None else catalogue
    for each in FOLDERS[kind]:
        for suffix in _SUFFIXES:
            path = folder / each / f"{word}{suffix}"
            if is_file(path):
                return path
    return None


def _summary(path: Path, text: str) -> str:
    """The summary of a file, without reading the rest of it."""
    head = _HEAD.search(text)
    if head is None:
        return ""
    try:
        value = read_yaml(head[0] + "\n", file=shown(path)).value
    except ScenarioError:
        return ""
    return " ".join(str(value["summary"]).split()) if isinstance(value, dict) else ""
