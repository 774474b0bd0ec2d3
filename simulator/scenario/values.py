"""Building values from a stream of YAML events, one event at a time and without recursion."""

from typing import Any, NamedTuple, NoReturn

import yaml

from simulator.scenario.characters import unprintable
from simulator.scenario.document import Document, Mark, Place, problem_at
from simulator.scenario.problems import Problem, ScenarioError, quoted
from simulator.scenario.scalars import Refusal, plain_value

# A scenario nests about ten deep; what walks the values recursively (pydantic, a printer) is safe at 64 and not at 1,000.
DEPTH_LIMIT = 64

# Some seconds of reading and a few hundred megabytes; a component takes five nodes or more. Counts what aliases expand to, because
# whatever walks the values visits it as often as it is named.
NODE_LIMIT = 500_000

# An alias is a convenience of a hand-written file; nobody writes a hundred by hand.
ALIAS_LIMIT = 100

# Beyond this a file is broken in one way many times over.
PROBLEM_LIMIT = 1_000

_MERGE_KEY = "<<"
_YAML_TAG = "tag:yaml.org,2002:"


class _Anchored(NamedTuple):
    """A finished value that an alias may name, with how many nodes and levels it expands to."""

    value: object
    place: Place
    size: int
    height: int


class _Open:
    """A list or mapping whose end has not been read."""

    __slots__ = ("anchor", "dropped", "flow", "height", "in_key", "is_key", "key", "key_mark", "place", "size", "value")

    def __init__(
        self, value: list[object] | dict[str, object], place: Place, anchor: str | None, *, is_key: bool, flow: bool = False
    ) -> None:
        self.value = value
        # Written with brackets and commas.
        self.flow = flow
        self.place = place
        self.anchor = anchor
        self.is_key = is_key
        self.in_key = is_key
        self.size = 1
        self.height = 1
        # In a mapping: the key whose value comes next, None if a key comes next.
        self.key: str | None = None
        self.key_mark = place.mark
        # The key was refused, so its value belongs nowhere; it is read for its problems only.
        self.dropped = False

    @property
    def expects_key(self) -> bool:
        return self.key is None and isinstance(self.value, dict)


class Builder:
    """Takes the events of one file in order, and gives its document, or ScenarioError with all problems but those of syntax."""

    def __init__(self, *, file: str, lines: tuple[str, ...]) -> None:
        self._file = file
        self._lines = lines
        self._problems: list[Problem] = []
        self._root = _Open([], Place(mark=Mark(1, 1), key_mark=Mark(1, 1)), None, is_key=False)
        self._root.size = 0
        self._stack = [self._root]
        # None while the anchored value is still open: an alias to it would be a value that contains itself.
        self._anchors: dict[str, _Anchored | None] = {}
        self._anchor_lines: dict[str, int] = {}
        self._nodes = 0
        self._aliases = 0
        self._documents = 0

    # The typing stubs of PyYAML leave the attributes of events undeclared.
    def take(self, event: Any) -> None:
        """Takes the next event; raises ScenarioError at a limit."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._start(event, {})
        elif kind is yaml.SequenceStartEvent:
            self._start(event, [])
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self._end()
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                self._stop(_mark(event), "a second document begins here", "Keep one document in a file.")

    def document(self) -> Document:
        """The document, once every event was taken."""
        if not self._root.value and not self._problems:
            self._complain(Mark(1, 1), "the file holds no values", "Write what it describes into it, or name another file.")
        if self._problems:
            raise ScenarioError(tuple(self._problems))
        assert isinstance(self._root.value, list)
        return Document(value=self._root.value[0], root=self._root.place.children[0], lines=self._lines, file=self._file)

    def _complain(self, mark: Mark, fact: str, remedy: str) -> None:
        self._problems.append(problem_at(self._file, self._lines, mark, fact, remedy))
        if len(self._problems) >= PROBLEM_LIMIT:
            raise ScenarioError(tuple(self._problems))

    def _stop(self, mark: Mark, fact: str, remedy: str) -> NoReturn:
        self._complain(mark, fact, remedy)
        raise ScenarioError(tuple(self._problems))

    def _node(self, event: Any, mark: Mark) -> None:
        """What every scalar, list and mapping has to pass."""
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            self._too_many_nodes(mark)
        if event.tag is not None:
            tag = event.tag.replace(_YAML_TAG, "!!")
            self._complain(mark, f"the tag {quoted(tag)} is not supported", "Remove the tag; put a text in quotes to keep it a text.")
        anchor = event.anchor
        if anchor is None:
            return
        if anchor in self._anchors:
            fact = f"the anchor {quoted('&' + anchor)} is already defined on line {self._anchor_lines[anchor]}"
            self._complain(mark, fact, "Give each anchor a name of its own.")
        self._anchors[anchor] = None
        self._anchor_lines[anchor] = mark.line

    def _too_many_nodes(self, mark: Mark) -> NoReturn:
        remedy = "Describe many equal components by one with a count, or use fewer aliases."
        self._stop(mark, f"the file holds more than {NODE_LIMIT:,} values and keys, aliases expanded", remedy)

    def _scalar(self, event: Any) -> None:
        mark = _mark(event)
        self._node(event, mark)
        parent = self._stack[-1]
        # libyaml gives plain scalars the style "", PyYAML's own parser None.
        value = event.value if event.style else plain_value(event.value)
        if isinstance(value, str):
            code = unprintable(value)
            if code is not None:
                self._complain(mark, f"this text holds the character {code}, which cannot be shown", "Remove it.")
        if parent.expects_key:
            self._key(parent, event, mark, value)
            return
        if isinstance(value, Refusal):
            self._complain(mark, value.fact, value.remedy)
        elif value is None:
            self._null(parent, mark)
        place = Place(mark=mark, key_mark=mark)
        self._finish(event.anchor, _Anchored(value, place, 1, 0))

    def _null(self, parent: _Open, mark: Mark) -> None:
        if parent is self._root:
            self._complain(Mark(1, 1), "the file holds no values", "Write what it describes into it, or name another file.")
        elif parent.dropped:
            return
        elif parent.key is not None:
            remedy = "write a value, or leave the key out."
            texts = list(parent.value.values())[-1:] if parent.flow and isinstance(parent.value, dict) else []
            if texts and isinstance(texts[0], str):
                remedy = f"if it belongs to the text before the comma, put that text in quotes; else {remedy}"
            self._complain(parent.key_mark, f"the key {quoted(parent.key)} has no value", remedy[0].upper() + remedy[1:])
        else:
            self._complain(mark, "this item of a list has no value", "Write a value, or leave the item out.")

    def _key(self, parent: _Open, event: Any, mark: Mark, value: object) -> None:
        word = event.value
        parent.key = word
        parent.key_mark = mark
        parent.dropped = True
        if event.anchor is not None:
            self._complain(mark, f"the key {quoted(word)} carries an anchor", "Put the anchor before a value.")
        elif word == _MERGE_KEY and not event.style:
            self._complain(mark, "the merge key '<<' is not supported", "Write the merged keys out.")
        elif value is None:
            self._complain(mark, "a key is empty", "Write a name before the colon.")
        elif not isinstance(value, str):
            self._complain(mark, f"the key {quoted(word)} is not a text", "Put the key in quotes.")
        elif word in parent.place.children:
            first = parent.place.children[word].key_mark.line
            lines = f"twice on line {first}" if first == mark.line else f"on line {first} and again on line {mark.line}"
            self._complain(mark, f"the key {quoted(word)} stands {lines}", "Keep one of the two.")
        else:
            parent.dropped = False
            parent.size += 1

    def _start(self, event: Any, value: list[object] | dict[str, object]) -> None:
        mark = _mark(event)
        self._node(event, mark)
        if len(self._stack) > DEPTH_LIMIT:
            self._too_deep(mark)
        parent = self._stack[-1]
        opened = _Open(value, Place(mark=mark, key_mark=mark), event.anchor, is_key=parent.expects_key, flow=bool(event.flow_style))
        if opened.is_key and not parent.in_key:
            self._complain(mark, "a key is a list or a mapping", "Write a text as the key.")
        opened.in_key |= parent.in_key
        self._stack.append(opened)

    def _too_deep(self, mark: Mark) -> NoReturn:
        self._stop(mark, f"lists and mappings are nested more than {DEPTH_LIMIT} deep", "Nest less.")

    def _end(self) -> None:
        done = self._stack.pop()
        if done.is_key:
            self._drop_key(done.place.mark)
        else:
            self._finish(done.anchor, _Anchored(done.value, done.place, done.size, done.height))

    def _drop_key(self, mark: Mark) -> None:
        parent = self._stack[-1]
        parent.key = ""
        parent.key_mark = mark
        parent.dropped = True

    def _alias(self, event: Any) -> None:
        mark = _mark(event)
        name = event.anchor
        self._aliases += 1
        if self._aliases > ALIAS_LIMIT:
            self._stop(mark, f"the file holds more than {ALIAS_LIMIT} aliases", "Write the values out.")
        if self._stack[-1].expects_key:
            self._complain(mark, f"a key is the alias {quoted('*' + name)}", "Write a text as the key.")
            self._drop_key(mark)
            return
        found = self._anchors.get(name)
        if found is None:
            if name in self._anchors:
                self._complain(mark, f"the alias {quoted('*' + name)} stands inside the value that it names", "Write the value out.")
            else:
                self._complain(mark, f"the alias {quoted('*' + name)} names no anchor before it", "Write the value out.")
            found = _Anchored(None, Place(mark=mark, key_mark=mark), 1, 0)
        elif len(self._stack) - 1 + found.height > DEPTH_LIMIT:
            self._too_deep(mark)
        place = Place(mark=mark, key_mark=mark, children=found.place.children)
        self._finish(None, found._replace(place=place))

    def _finish(self, anchor: str | None, done: _Anchored) -> None:
        """Puts a finished value where it belongs."""
        if anchor is not None:
            self._anchors[anchor] = done
        parent = self._stack[-1]
        key = parent.key
        parent.key = None
        if parent.dropped:
            parent.dropped = False
            return
        parent.size += done.size
        if parent.size > NODE_LIMIT:
            self._too_many_nodes(done.place.mark)
        parent.height = max(parent.height, done.height + 1)
        if isinstance(parent.value, dict):
            assert key is not None
            parent.value[key] = done.value
            parent.place.children[key] = done.place
            done.place.key_mark = parent.key_mark
        else:
            parent.place.children[len(parent.value)] = done.place
            parent.value.append(done.value)


def _mark(event: Any) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1)
