"""Collecting what is wrong with a set of files, so that all of it is told at once."""

from collections.abc import Iterable, Sequence

from simulator.scenario.document import Document, Mark
from simulator.scenario.problems import Problem, ScenarioError, printable, quoted

Loc = tuple[str | int, ...]

# Comparing a word with more names than this takes longer than reading the file.
NAMES_COMPARED = 3_000
NAMES_LISTED = 12
# A law of durations holds its quantities two levels down.
DEPTH_OF_A_VALUE = 2


class Findings:
    """Problems in the order in which they were found, each place and fact once."""

    def __init__(self) -> None:
        self._problems: dict[tuple[str, int, int, str], Problem] = {}
        self._broken: set[tuple[str, int, int]] = set()
        self._derived: dict[tuple[str, Mark], list[str]] = {}

    def add(self, document: Document, loc: Sequence[str | int], fact: str, remedy: str, *, key: bool = False) -> None:
        """One problem with the value at `loc`, or with its key."""
        self.take(document.problem(loc, fact, _remedy(remedy, self._set_for(document, loc)), key=key))

    def add_derived(self, document: Document, loc: Sequence[str | int], names: list[str]) -> None:
        """Marks a value as one that follows from these numbers, which were given other values."""
        self._derived[document.file, document.mark(loc)] = names

    def _set_for(self, document: Document, loc: Sequence[str | int]) -> list[str]:
        """Numbers that were given other values and that the value at `loc` follows from; a law or a spread holds several values."""
        if not self._derived or not loc or isinstance(loc[-1], int):
            return []
        marks = document.marks(loc, DEPTH_OF_A_VALUE)
        return list(dict.fromkeys(name for mark in marks for name in self._derived.get((document.file, mark), ())))

    def take(self, problem: Problem) -> None:
        self._problems.setdefault(problem.position, problem)

    def add_broken(self, document: Document, loc: Sequence[str | int]) -> None:
        """Marks a value as one that could not be worked out, so that what follows from it is not told as well."""
        mark = document.mark(loc)
        self._broken.add((document.file, mark.line, mark.column))

    def is_broken(self, document: Document, loc: Sequence[str | int]) -> bool:
        """Whether the value at `loc`, or one of those that a law or a spread there holds, could not be worked out."""
        return bool(self._broken) and any((document.file, *mark) in self._broken for mark in document.marks(loc, DEPTH_OF_A_VALUE))

    def stop(self) -> None:
        """Raises ScenarioError with everything found so far, if anything was."""
        if self._problems:
            raise ScenarioError(tuple(self._problems.values()))


def _remedy(remedy: str, numbers: Sequence[str]) -> str:
    """With the numbers to set instead: what the file says there need not be wrong."""
    if not numbers:
        return remedy
    said = f"the number {quoted(numbers[0])}" if len(numbers) == 1 else f"one of the numbers {', '.join(map(quoted, numbers))}"
    return f"Set {said} to another value: {remedy[:1].lower()}{remedy[1:]}"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant; never the word itself, which is not known where it stands."""
    import difflib

    pool = [name for name, _ in zip(names, range(NAMES_COMPARED), strict=False) if name != word]
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
