"""What cannot be read from the disk is said in one sentence."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import read_text_file


def _nothing(path: Path) -> Path:
    return path / "night.yaml"


def _below_a_file(path: Path) -> Path:
    (path / "file").touch()
    return path / "file" / "night.yaml"


def _pipe(path: Path) -> Path:
    os.mkfifo(path / "pipe")
    return path / "pipe"


def _link_to_itself(path: Path) -> Path:
    (path / "loop").symlink_to(path / "loop")
    return path / "loop"


UNREADABLE: list[tuple[Callable[[Path], Path], str]] = [
    (_nothing, "n: there is no such file\n    Check the path."),
    (_below_a_file, "n: there is no such file\n    Check the path."),
    (lambda path: path, "n: this is a directory\n    Give the path of a YAML file."),
    (_pipe, "n: this is not a regular file\n    Give the path of a YAML file."),
    (_link_to_itself, "n: the file cannot be read: Too many levels of symbolic links\n    Check the path."),
    (lambda path: path / ("x" * 300), "n: the file cannot be read: File name too long\n    Check the path."),
    (lambda path: path / "a\0b", "n: the file cannot be read: embedded null byte\n    Check the path."),
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes and these texts are those of POSIX")
@pytest.mark.parametrize(("make", "expected"), UNREADABLE)
def test_what_cannot_be_read_is_said(tmp_path: Path, make: Callable[[Path], Path], expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_text_file(make(tmp_path), shown_as="n")
    assert str(caught.value) == expected


def test_a_file_without_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"a: 1")

    # Whoever runs the tests as root may read everything.
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    assert read_text_file(path, shown_as="n") == b"a: 1"
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ScenarioError) as caught:
        read_text_file(path, shown_as="n")
    assert str(caught.value) == "n: reading this file is not permitted\n    Change its permissions, or read a copy."
