"""Problems are shown in order, on their lines, and harmless to a terminal."""

import pytest

from simulator.scenario.problems import Problem, ScenarioError


def _problem(line: int, *, file: str = "f", fact: str = "x", source_line: str = "") -> Problem:
    return Problem(file=file, line=line, column=1, fact=fact, remedy="Do.", source_line=source_line)


def test_problems_are_sorted_by_position() -> None:
    error = ScenarioError((_problem(10), _problem(9), _problem(2, file="g"), _problem(9, fact="a")))
    assert str(error) == "f:9:1: a\n    Do.\nf:9:1: x\n    Do.\nf:10:1: x\n    Do.\ng:2:1: x\n    Do."


def test_fifty_problems_are_shown_and_the_rest_counted() -> None:
    assert "more" not in str(ScenarioError(tuple(map(_problem, range(1, 51)))))
    shown = str(ScenarioError(tuple(map(_problem, range(1, 54)))))
    assert shown.endswith("f:50:1: x\n    Do.\nand 3 more")


def test_nothing_that_is_shown_can_restyle_a_terminal_or_leave_its_line() -> None:
    hostile = "\x1b[31m\u202e\n\udc80\U000e0041"
    escaped = "\\x1b[31m\\u202e\\n\\udc80\\U000e0041"
    shown = _problem(1, file=hostile, fact=hostile, source_line=hostile).render()
    assert shown == f"{escaped}:1:1: {escaped}\n    {escaped}\n    Do."


@pytest.mark.parametrize(("length", "shown"), [(100, "y" * 100), (101, "y" * 97 + "...")])
def test_long_lines_are_cut_at_100_characters(length: int, shown: str) -> None:
    assert _problem(1, source_line="y" * length).render() == f"f:1:1: x\n    {shown}\n    Do."
