"""Every value of a file knows its line and column, by the paths that pydantic gives."""

import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from simulator.scenario.document import Mark
from simulator.scenario.problems import Problem
from simulator.scenario.reading import read_yaml

STORY = """\
name: night
events:
  - name: breaker
    do: {fail: {for: 82 min}}
  - nme: fan
"""


class _Event(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    do: dict[str, dict[str, int]] | None = None


class _Story(BaseModel):
    name: str
    events: list[_Event]


def test_the_errors_of_pydantic_find_their_line_and_column() -> None:
    document = read_yaml(STORY, file="f.yaml")
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(_Story).validate_python(document.value)
    marks = {error["loc"]: document.mark(error["loc"], key=error["type"] == "extra_forbidden") for error in caught.value.errors()}
    assert marks == {
        ("events", 0, "do", "fail", "for"): Mark(4, 22),
        ("events", 1, "name"): Mark(5, 5),
        ("events", 1, "nme"): Mark(5, 5),
    }


def test_labels_in_a_path_are_passed_over() -> None:
    document = read_yaml(STORY, file="f.yaml")
    assert document.mark(("events", 0, "function-after[check(), Event]", "do", "fail", "lognormal", "for")) == Mark(4, 22)
    assert document.mark(("events", 0, "do", "[key]")) == Mark(4, 5)
    assert document.mark(("events", 0, "do", "fail"), key=True) == Mark(4, 10)
    assert document.mark(("events", 0, "at"), key=True) == Mark(3, 5)
    assert document.mark(("events", 0, "do", "fial"), key=True) == Mark(4, 9)
    assert document.mark(()) == Mark(1, 1)


def test_a_problem_shows_its_line() -> None:
    problem = read_yaml(STORY, file="f.yaml").problem(("events", 1, "nme"), "the key 'nme' is unknown", "Did you mean 'name'?", key=True)
    assert problem == Problem(
        file="f.yaml", line=5, column=5, fact="the key 'nme' is unknown", remedy="Did you mean 'name'?", source_line="  - nme: fan"
    )
    assert problem.render() == "f.yaml:5:5: the key 'nme' is unknown\n      - nme: fan\n    Did you mean 'name'?"
