"""What is wrong with a file, worded for the person who wrote it."""

import unicodedata
from dataclasses import dataclass

from simulator.errors import InputError

# More problems than these scroll off a screen, and later ones often follow from earlier ones.
PROBLEMS_SHOWN = 50

# An offending line is there to be recognised; a generated file may have a line of megabytes.
LINE_WIDTH = 100

# Paths are longer than words, but a name of thousands of characters is no path.
WHERE_WIDTH = 300

# A fact quotes a word of the file, not a page of it.
QUOTE_WIDTH = 60

# Control, format (bidirectional overrides among them), surrogate, line and paragraph separators: all that can restyle a terminal,
# reorder what a reviewer sees, or fail to encode.
_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_BYTE = 0xFF
_BASIC_PLANE = 0xFFFF


def _escape_character(character: str) -> str:
    if unicodedata.category(character) not in _ESCAPED_CATEGORIES:
        return character
    named = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(character)
    if named is not None:
        return named
    code = ord(character)
    if code <= _BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _BASIC_PLANE else f"\\U{code:08x}"


def printable(text: str, width: int | None = None) -> str:
    """Text that is safe to print: control and bidirectional characters escaped, and cut to `width` characters with `...` at the end."""
    # Escaping only lengthens, so what lies beyond the width can be dropped first.
    escaped = "".join(map(_escape_character, text if width is None else text[: width + 1]))
    if width is None or len(escaped) <= width:
        return escaped
    return escaped[: width - 3] + "..."


def quoted(text: str) -> str:
    """A word of the file as a fact quotes it: between apostrophes, printable, at most 60 characters."""
    return f"'{printable(text, QUOTE_WIDTH)}'"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong at one place of a file.

    Lines and columns count from 1, columns in characters; line 0 means the file as a whole. `fact` is a clause without a full stop,
    `remedy` a sentence that says what to write instead.
    """

    file: str
    line: int
    column: int
    fact: str
    remedy: str
    source_line: str

    def render(self) -> str:
        """The text a user sees: `FILE:LINE:COLUMN: FACT`, the offending line if there is one, and the remedy, indented by four."""
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        shown = [f"{printable(where, WHERE_WIDTH)}: {printable(self.fact)}"]
        if self.source_line.strip():
            shown.append(f"    {printable(self.source_line.rstrip(), LINE_WIDTH)}")
        shown.append(f"    {printable(self.remedy)}")
        return "\n".join(shown)

    @property
    def position(self) -> tuple[str, int, int, str]:
        """What problems are sorted by: file, line, column, then the fact."""
        return (self.file, self.line, self.column, self.fact)


class ScenarioError(InputError):
    """A file cannot be used; carries every problem found in it, in the order of the file.

    Its text is all of them rendered, at most 50, and then how many more there are.
    """

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        if not problems:
            raise ValueError("no problems")
        self.problems = tuple(sorted(problems, key=lambda problem: problem.position))
        super().__init__(self.problems)

    @property
    def fact(self) -> str:
        """What the first problem is."""
        return self.problems[0].fact

    @property
    def remedy(self) -> str:
        """What to write instead, for the first problem."""
        return self.problems[0].remedy

    def __str__(self) -> str:
        shown = [problem.render() for problem in self.problems[:PROBLEMS_SHOWN]]
        left = len(self.problems) - len(shown)
        if left:
            shown.append(f"and {left} more")
        return "\n".join(shown)
