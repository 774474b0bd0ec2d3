"""Collecting what is wrong with a set of files, so that all of it is told at once."""

from collections.abc import Iterable, Sequence

from simulator.scenario.document import Document
from simulator.scenario.problems import Problem, ScenarioError, printable, quoted

Loc = tuple[str | int, ...]

# Comparing a word with more names than this takes longer than reading the file.
NAMES_COMPARED = 3_000
NAMES_LISTED = 12


class Findings:
    """Problems in the order in which they were found, each place and fact once."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, int, int, str], Problem] = {}
        self._broken: set[tuple[str, int, int]] = set()

    def add(self, document: Document, loc: Sequence[str | int], fact: str, remedy: str, *, key: bool = False) -> None:
        """One problem with the value at `loc`, or with its key."""
        self.take(document.problem(loc, fact, remedy, key=key))

    def take(self, problem: Problem) -> None:
        self._problems.setdefault(problem.position, problem)

    def add_broken(self, document: Document, loc: Sequence[str | int]) -> None:
        """Marks a value as one that could not be worked out, so that what follows from it is not told as well."""
        mark = document.mark(loc)
        self._broken.add((document.file, mark.line, mark.column))

    def is_broken(self, document: Document, loc: Sequence[str | int]) -> bool:
        mark = document.mark(loc)
        return (document.file, mark.line, mark.column) in self._broken

    def stop(self) -> None:
        """Raises ScenarioError with everything found so far, if anything was."""
        if self._problems:
            raise ScenarioError(tuple(self._problems.values()))


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    import difflib

    pool = [name for name, _ in zip(names, range(NAMES_COMPARED), strict=False)]
    close = difflib.get_close_matches(word[:80], pool, n=1, cutoff=0.7)
    return close[0] if close else None


def meant(word: str, names: Iterable[str], what: str = "Known") -> str:
    """A remedy for an unknown name: the one that was probably meant, or the ones there are."""
    known = list(names)
    close = nearest(word, known)
    if close is not None:
        return f"Did you mean {quoted(close)}?"
    if not known:
        return f"{what}: none."
    listed = ", ".join(printable(name) for name in known[:NAMES_LISTED])
    more = f" and {len(known) - NAMES_LISTED} more" if len(known) > NAMES_LISTED else ""
    return f"{what}: {listed}{more}."


def fact_and_remedy(message: str, otherwise: str = "Correct the value.") -> tuple[str, str]:
    """The two halves of a message `fact: remedy`, parted at the first colon that stands in no quotation."""
    inside = ""
    for i, c in enumerate(message):
        if inside:
            inside = "" if c == inside else inside
        elif c in "'\"" and (i == 0 or not message[i - 1].isalnum()):
            inside = c
        elif c == ":" and message[i + 1 : i + 2] == " ":
            return message[:i], _sentence(message[i + 2 :])
    for word in (", such as ", "; "):
        fact, found, remedy = message.partition(word)
        if found:
            return fact, _sentence(f"write for example {remedy}" if word == ", such as " else remedy)
    return message, otherwise


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
