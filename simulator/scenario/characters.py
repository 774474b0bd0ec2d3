"""Which characters a file, a name and a text may hold."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice

from simulator.scenario.document import Mark, problem_at
from simulator.scenario.problems import Problem, ScenarioError

# Names become parts of paths, labels and file names: nothing in them may need quoting or escaping anywhere.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
NAME_LENGTH = 128

_NAME = re.compile(NAME_PATTERN)

# Bidirectional marks, embeddings, overrides and isolates: a line that holds one need not say what it seems to say.
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# U+0085, U+2028 and U+2029 end a line for some readers of YAML and not for others, so that no line number would be right.
_SEPARATORS = "\x85\u2028\u2029"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f"
_BROKEN = "\ud800-\udfff\ufeff\ufffe\uffff"

# The first of a line only: a file in another encoding has them between all its letters.
_NOT_IN_FILES = re.compile(f"^[^\n]*?([{_CONTROLS}{_SEPARATORS}{_BIDI}{_BROKEN}])", re.MULTILINE)
_NOT_IN_TEXTS = re.compile(f"[\t{_CONTROLS}{_SEPARATORS}{_BIDI}{_BROKEN}]")
_TAB_INDENT = re.compile(r"^ *(\t)[ \t]*[^ \t\n]", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)

_UTF8_BOM = b"\xef\xbb\xbf"
# UTF-32 little-endian begins with the mark of UTF-16, so it comes first.
_OTHER_BOMS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_SAVE_AS_UTF8 = "Save the file as UTF-8."


def is_name(text: str) -> bool:
    """Whether a text can name something: `[A-Za-z0-9][A-Za-z0-9._/-]*`, at most 128 characters."""
    return len(text) <= NAME_LENGTH and _NAME.fullmatch(text) is not None


def unprintable(text: str) -> str | None:
    """The first character that no display text may hold, as `U+202E`; None if there is none. Line breaks are allowed, tabs are not."""
    found = _NOT_IN_TEXTS.search(text)
    return None if found is None else f"U+{ord(found.group()):04X}"


def display_text(text: str) -> bool:
    """Whether a text can be shown as it is: no control or bidirectional character in it, but for line breaks."""
    return unprintable(text) is None


def check_display_text(text: str) -> str:
    """The text itself; ValueError, naming the character, if it cannot be shown as it is."""
    code = unprintable(text)
    if code is not None:
        raise ValueError(f"the text holds the character {code}, which cannot be shown")
    return text


def decode(raw: str | bytes, *, file: str) -> str:
    """The text of a file with line ends as `\\n` and without a byte order mark; ScenarioError if it is not UTF-8."""
    text = _decode_bytes(raw, file) if isinstance(raw, bytes) else raw.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode_bytes(raw: bytes, file: str) -> str:
    for bom, encoding in _OTHER_BOMS:
        if raw.startswith(bom):
            problem = problem_at(file, (), Mark(1, 1), f"the file is written in {encoding}", _SAVE_AS_UTF8)
            raise ScenarioError((problem,))
    raw = raw.removeprefix(_UTF8_BOM)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = decode(raw[: error.start].decode("utf-8"), file=file)
        line = before.count("\n") + 1
        lines = decode(raw.decode("utf-8", errors="backslashreplace"), file=file).split("\n")
        mark = Mark(line, len(before) - before.rfind("\n"))
        problem = problem_at(file, lines, mark, f"the byte 0x{raw[error.start]:02x} is not UTF-8", _SAVE_AS_UTF8)
        raise ScenarioError((problem,)) from None


def _remedy(character: str) -> str:
    # Every other byte of English text in UTF-16 is a NUL.
    return _SAVE_AS_UTF8 if character == "\x00" else "Remove it."


def _forbidden(text: str) -> Iterator[tuple[int, str, str]]:
    for found in _NOT_IN_FILES.finditer(text):
        yield found.start(1), f"the character U+{ord(found.group(1)):04X} is not allowed in a file", _remedy(found.group(1))
    for found in _TAB_INDENT.finditer(text):
        yield found.start(1), "a tab stands in the indentation", "Indent with spaces."
    # A list of directives costs a YAML reader quadratic time, so none reaches it.
    for found in _DIRECTIVE.finditer(text):
        yield found.start(), "a YAML directive (a line that begins with %) is not supported", "Remove the line."


def screen(text: str, lines: tuple[str, ...], *, file: str, limit: int) -> tuple[Problem, ...]:
    """What is wrong with the characters of a file, before anything is read from it: at most `limit` problems, in no promised order."""
    found = tuple(islice(_forbidden(text), limit))
    if not found:
        return ()
    starts = tuple(accumulate((len(line) + 1 for line in lines), initial=0))
    problems: list[Problem] = []
    for index, fact, remedy in found:
        line = bisect_right(starts, index)
        problems.append(problem_at(file, lines, Mark(line, index - starts[line - 1] + 1), fact, remedy))
    return tuple(problems)
