"""Reading a YAML file that a stranger may have written.

Only the event stream of the YAML library is used, and the values are built without recursion: the library's own loaders crash or hang
on a few kilobytes of nesting, let the last of two equal keys win, and read `NO` as false and `12:30:00` as 45000. Reading stops at a
limit, and with it come the problems found before; a syntax error makes what came before doubtful, and stands alone.
"""

import os
import stat
import sys
from functools import lru_cache
from pathlib import Path

import yaml

from simulator.scenario.characters import NAME_LENGTH, NAME_PATTERN, check_display_text, decode, display_text, is_name, screen
from simulator.scenario.document import Document, Mark, problem_at
from simulator.scenario.problems import Problem, ScenarioError
from simulator.scenario.values import NODE_LIMIT, PROBLEM_LIMIT, Builder

__all__ = [
    "FILE_LIMIT",
    "NAME_LENGTH",
    "NAME_PATTERN",
    "NODE_LIMIT",
    "Document",
    "Mark",
    "check_display_text",
    "display_text",
    "is_name",
    "read_text_file",
    "read_yaml",
]

STANDARD_INPUT = Path("<standard input>")
"""Stands for what is piped into a command; files that it names are looked for in the working directory."""

# In bytes: sixteen for each of half a million nodes. A larger file reaches the limit on nodes, or is no scenario.
FILE_LIMIT = 8 * 1024 * 1024

# libyaml where PyYAML was built with it; PyYAML's own parser, some ten times slower, where it was not.
_EVENT_SOURCE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REMEDIES = {
    "mapping values are not allowed in this context": "Check the indentation, and quote a text that contains a colon and a space.",
    "could not find expected ':'": "Write a colon and a space after the key.",
    "found character that cannot start any token": "Quote the text that begins with this character.",
    "did not find expected ',' or ']'": "Separate the items with commas, and close the list with ].",
    "did not find expected ',' or '}'": "Separate the keys with commas, and close the mapping with }.",
    "found unexpected end of stream": "Close the quoted text.",
    "did not find expected '-' indicator": "Begin it with '- ' like the items before it, or correct its indentation.",
    "did not find expected key": "Give it the indentation of the keys before it.",
}
_ANY_REMEDY = "Correct the YAML here or on the line before."


def read_yaml(text_or_bytes: str | bytes, *, file: str) -> Document:
    """The values of a YAML file with their lines and columns; `file` is the name shown in problems.

    Scalars follow the core schema of YAML 1.2. Limits: 8 MiB, 500,000 nodes (aliases expanded), 64 levels, 100 aliases, numbers of 18
    digits; no tags, merge keys, nulls or second documents. Raises ScenarioError with all problems found; a syntax error stands alone.
    """
    if len(text_or_bytes) > FILE_LIMIT:
        raise ScenarioError((_too_large(file),))
    text = decode(text_or_bytes, file=file)
    lines = tuple(text.split("\n"))
    problems = screen(text, lines, file=file, limit=PROBLEM_LIMIT)
    if problems:
        raise ScenarioError(problems)
    builder = Builder(file=file, lines=lines)
    try:
        for event in yaml.parse(text, Loader=_EVENT_SOURCE):
            builder.take(event)
    except yaml.YAMLError as error:
        raise ScenarioError((_syntax_problem(error, text, lines, file),)) from None
    # PyYAML's own parser lets these through for an escape beyond U+10FFFF.
    except (ValueError, OverflowError):
        raise ScenarioError((problem_at(file, lines, Mark(1, 1), "this is not valid YAML", _ANY_REMEDY),)) from None
    return builder.document()


def _syntax_problem(error: yaml.YAMLError, text: str, lines: tuple[str, ...], file: str) -> Problem:
    """A syntax error where the author can mend it: where it is noticed, or, for what is never closed, where that begins."""
    what = getattr(error, "problem", None) or "it cannot be read"
    context = getattr(error, "context", None)
    noticed = getattr(error, "problem_mark", None)
    begun = getattr(error, "context_mark", None)
    fact = f"this is not valid YAML: {what}"
    if context is not None:
        fact += f" {context}"
    where = noticed or begun
    if begun is not None and noticed is not None:
        if not text[noticed.index :].strip():
            where = begun
        elif begun.line < noticed.line:
            fact += f" that begins on line {begun.line + 1}"
    mark = Mark(1, 1) if where is None else Mark(where.line + 1, where.column + 1)
    return problem_at(file, lines, mark, fact, _REMEDIES.get(what, _ANY_REMEDY))


def _too_large(file: str) -> Problem:
    fact = f"the file is larger than {FILE_LIMIT // 1024**2} MiB"
    return problem_at(file, (), Mark(0, 0), fact, "Describe many equal components by one with a count, or split the file.")


def read_text_file(path: Path, *, shown_as: str) -> bytes:
    """The bytes of a file, for `read_yaml`; ScenarioError if it is not there, not a regular file, not readable or above 8 MiB."""
    if path == STANDARD_INPUT:
        return _standard_input(shown_as)
    try:
        # Asked before opening: opening a named pipe waits for ever, and a device has no end.
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
            raise ScenarioError((problem_at(shown_as, (), Mark(0, 0), f"this is {kind}", "Give the path of a YAML file."),))
        with path.open("rb") as opened:
            raw = opened.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError((_unreadable(error, shown_as),)) from None
    if len(raw) > FILE_LIMIT:
        raise ScenarioError((_too_large(shown_as),))
    return raw


@lru_cache(maxsize=1)
def _standard_input(shown_as: str) -> bytes:
    """What can be read but once, and is asked for more often."""
    try:
        raw = b"" if sys.stdin is None else sys.stdin.buffer.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise ScenarioError((_unreadable(error, shown_as),)) from None
    if len(raw) > FILE_LIMIT:
        raise ScenarioError((_too_large(shown_as),))
    return raw


def _unreadable(error: OSError | ValueError, shown_as: str) -> Problem:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        fact, remedy = "there is no such file", "Check the path."
    elif isinstance(error, PermissionError):
        fact, remedy = "reading this file is not permitted", "Change its permissions, or read a copy."
    else:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        fact, remedy = f"the file cannot be read: {reason}", "Check the path."
    return problem_at(shown_as, (), Mark(0, 0), fact, remedy)
