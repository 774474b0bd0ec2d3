"""Reading files: what is accepted means what YAML 1.2 says, and everything else is refused with a text and a place."""

import contextlib
import json
import math
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario import reading, values
from simulator.scenario.document import Document, Mark
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import (
    FILE_LIMIT,
    display_text,
    read_text_file,
    read_yaml,
)

CORPUS = Path(__file__).parent.parent / "corpus" / "invalid" / "reading"
CASES = sorted(path for path in CORPUS.iterdir() if path.suffix in {".yaml", ".bin"})

# A second is the promise to the user; the slowest case takes a tenth of it.
SECONDS = 1.0


def refusal(raw: str | bytes) -> str:
    """The text of the ScenarioError that a file must raise, in time."""
    began = time.perf_counter()
    with pytest.raises(ScenarioError) as caught:
        read_yaml(raw, file="f.yaml")
    assert time.perf_counter() - began < SECONDS
    return str(caught.value)


def outcome(raw: str | bytes) -> Document | ScenarioError:
    try:
        return read_yaml(raw, file="f.yaml")
    except ScenarioError as error:
        return error


def value(raw: str | bytes) -> object:
    return read_yaml(raw, file="f.yaml").value


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_each_file_of_the_corpus_is_refused_with_its_text(path: Path) -> None:
    began = time.perf_counter()
    with pytest.raises(ScenarioError) as caught:
        read_yaml(read_text_file(path, shown_as=path.name), file=path.name)
    assert time.perf_counter() - began < SECONDS
    assert f"{caught.value}\n" == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_each_text_of_the_corpus_belongs_to_a_file() -> None:
    assert len(CASES) >= 50
    assert {path.stem for path in CORPUS.glob("*.expected")} == {path.stem for path in CASES}
    assert len({path.stem for path in CASES}) == len(CASES)


NESTED = {
    "lists": ("[" * 50_000, "1:65"),
    "mappings": ("{" * 50_000, "1:65"),
    "both": ("[{" * 25_000, "1:65"),
    "explicit keys": ("? " * 50_000, "1:129"),
    "items": ("- " * 50_000, "1:129"),
    "block mappings": ("\n".join(" " * level + "a:" for level in range(3_000)), "65:65"),
}


@pytest.mark.parametrize("kind", NESTED)
def test_deep_nesting_is_refused_where_the_limit_is_passed(kind: str) -> None:
    text, place = NESTED[kind]
    assert f"f.yaml:{place}: lists and mappings are nested more than 64 deep" in refusal(text)


def test_64_levels_are_accepted() -> None:
    assert json.dumps(value("[" * 64 + "]" * 64)) == "[" * 64 + "]" * 64


WORDS: list[tuple[str, object]] = [
    ("NO", "NO"),
    ("on", "on"),
    ("yes", "yes"),
    ("010", "010"),
    ("-007.5", "-007.5"),
    ("12:30:00", "12:30:00"),
    ("2012-06-29", "2012-06-29"),
    ("2012-06-29T20:04-07:00", "2012-06-29T20:04-07:00"),
    ("1_000", "1_000"),
    ("0b11", "0b11"),
    ("1e309 s", "1e309 s"),
    ("82 min", "82 min"),
    ("7 %", "7 %"),
    ("nan", "nan"),
    ("inf", "inf"),
    (".", "."),
    ("+", "+"),
    ("$\\frac{$", "$\\frac{$"),
    ("=cmd()", "=cmd()"),
    ("<script>", "<script>"),
    ("'[/b]'", "[/b]"),
    ('"12"', "12"),
    ("''", ""),
    ("'<<'", "<<"),
    ("'null'", "null"),
    ("true", True),
    ("FALSE", False),
    ("12", 12),
    ("-0", 0),
    ("+5", 5),
    ("0o17", 15),
    ("0xfF", 255),
    ("999999999999999999", 999_999_999_999_999_999),
    ("1e3", 1000.0),
    ("1.", 1.0),
    ("-.5", -0.5),
    ("0.0e5", 0.0),
    ("6.02E+23", 6.02e23),
]


@pytest.mark.parametrize(("word", "meant"), WORDS)
def test_words_mean_what_yaml_1_2_says(word: str, meant: object) -> None:
    read = value(f"a: {word}\n")
    assert read == {"a": meant}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(meant)


def test_block_texts_keep_their_lines() -> None:
    assert value("summary: |\n  One: two.\n  Three.\nother: >-\n  a\n  b\n") == {"summary": "One: two.\nThree.\n", "other": "a b"}


@pytest.mark.parametrize(
    "raw",
    [
        b"a: 1\nb: [x]\n",
        b"\xef\xbb\xbfa: 1\nb: [x]\n",
        "\ufeffa: 1\nb: [x]\n",
        b"a: 1\r\nb: [x]\r\n",
        b"a: 1\rb: [x]",
        b"---\na: 1 # \xc3\xa9\nb: [x]\n...\n",
    ],
)
def test_a_byte_order_mark_and_any_line_end_are_accepted(raw: str | bytes) -> None:
    document = read_yaml(raw, file="f.yaml")
    assert document.value == {"a": 1, "b": ["x"]}
    assert document.mark(("b", 0)).column == 5


def test_a_hundred_aliases_are_accepted_and_stand_where_they_are_written() -> None:
    text = "law: &law {p50: 1 min}\nuses:\n" + "  - *law\n" * 100
    document = read_yaml(text, file="f.yaml")
    assert document.value == {"law": {"p50": "1 min"}, "uses": [{"p50": "1 min"}] * 100}
    assert document.mark(("uses", 99)) == Mark(102, 5)
    assert document.mark(("uses", 99, "p50")) == Mark(1, 17)
    assert document.mark(("uses", 99, "p50"), key=True) == Mark(1, 12)


def test_reading_stops_at_the_limit_on_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "NODE_LIMIT", 3)
    # Never closed, which would be the problem if reading went on to the end.
    assert refusal("[1, [2, [3, 4").startswith("f.yaml:1:6: the file holds more than 3 values and keys, aliases expanded\n")


def test_a_quoted_merge_key_is_a_text() -> None:
    assert value('"<<": 1\n') == {"<<": 1}


@pytest.mark.parametrize(("text", "size"), [("[1, 2, {a: b}]", 6), ("{x: &x [1], y: *x}", 7)])
def test_the_limit_on_nodes_counts_values_keys_and_what_aliases_expand_to(monkeypatch: pytest.MonkeyPatch, text: str, size: int) -> None:
    monkeypatch.setattr(values, "NODE_LIMIT", size)
    assert value(text)
    monkeypatch.setattr(values, "NODE_LIMIT", size - 1)
    assert f"the file holds more than {size - 1} values and keys, aliases expanded" in refusal(text)


def test_a_list_of_directives_takes_no_time() -> None:
    text = refusal("a: 1\n...\n" + "".join(f"%TAG !{number}! x\n" for number in range(200_000)))
    assert text.startswith("f.yaml:3:1: a YAML directive (a line that begins with %) is not supported\n")
    assert text.endswith("\nand 950 more")


@pytest.mark.parametrize(
    "unit", ["\0", "\t a\n", "a: 1\n", "a: \n", "'", '"\\', "!", "&", "*a ", "%", ": ", "[: ", "#\n", "\n", "a", "9", "\u202e", "|\n"]
)
def test_a_megabyte_of_anything_is_refused_or_read_in_time(unit: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(ScenarioError):
        read_yaml(unit * (1024**2 // len(unit)), file="f.yaml")
    assert time.perf_counter() - began < SECONDS


def test_a_file_above_8_mib_is_refused(tmp_path: Path) -> None:
    expected = "f.yaml: the file is larger than 8 MiB\n    Describe many equal components by one with a count, or split the file."
    path = tmp_path / "f.yaml"
    path.write_bytes(b"#" * (FILE_LIMIT + 1))
    assert refusal(b"#" * (FILE_LIMIT + 1)) == expected
    with pytest.raises(ScenarioError) as caught:
        read_text_file(path, shown_as="f.yaml")
    assert str(caught.value) == expected


INDICATORS = st.text(alphabet="[]{}:,-?&*!|>'\"%#\n \t\\@`~<.=ab01eé\u2028\x85\ufeff", max_size=60)


@settings(max_examples=300, deadline=None)
@given(raw=st.one_of(st.binary(max_size=60), st.text(max_size=60), INDICATORS, INDICATORS.map(lambda text: f"a: 1\n{text}")))
def test_whatever_a_file_holds_it_is_read_or_refused(raw: str | bytes) -> None:
    for source in (reading._EVENT_SOURCE, yaml.SafeLoader):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reading, "_EVENT_SOURCE", source)
            read = outcome(raw)
        if isinstance(read, ScenarioError):
            assert all(problem.line >= 1 and problem.column >= 1 for problem in read.problems)
            str(read).encode()
        else:
            json.dumps(read.value, allow_nan=False, ensure_ascii=False).encode()


TEXTS = st.text(max_size=12).filter(display_text)
LEAVES = st.one_of(
    TEXTS, st.booleans(), st.integers(-(10**18) + 1, 10**18 - 1), st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)), max_leaves=12
)


def _leaves(inside: object, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], object]]:
    if isinstance(inside, dict):
        return [leaf for key, item in inside.items() for leaf in _leaves(item, (*path, key))]
    if isinstance(inside, list):
        return [leaf for index, item in enumerate(inside) for leaf in _leaves(item, (*path, index))]
    return [(path, inside)]


def _written_at(document: Document, mark: Mark) -> str:
    return document.lines[mark.line - 1][mark.column - 1 :]


@settings(max_examples=150, deadline=None)
@given(written=VALUES, indent=st.sampled_from([None, 2]))
def test_what_is_written_as_json_is_read_as_it_was_and_where_it_was(written: object, indent: int | None) -> None:
    text = json.dumps(written, ensure_ascii=False, indent=indent)
    document = read_yaml(text, file="f.yaml")
    assert json.dumps(document.value, ensure_ascii=False, indent=indent) == text
    for path, leaf in _leaves(written):
        assert _written_at(document, document.mark(path)).startswith(json.dumps(leaf, ensure_ascii=False))
        if path and isinstance(path[-1], str):
            assert _written_at(document, document.mark(path, key=True)).startswith(json.dumps(path[-1], ensure_ascii=False))


def test_pyyaml_without_libyaml_reads_and_refuses_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_EVENT_SOURCE", yaml.SafeLoader)
    for word, meant in WORDS:
        assert value(f"a: {word}\n") == {"a": meant}
    for path in CASES:
        with pytest.raises(ScenarioError) as caught:
            read_yaml(path.read_bytes(), file=path.name)
        expected = path.with_suffix(".expected").read_text(encoding="utf-8")
        assert f"{caught.value}\n" == expected or "this is not valid YAML" in str(caught.value)


def test_numbers_survive_to_the_last_digit() -> None:
    assert value("a: 0.1\nb: 2.2250738585072014e-308\n") == {"a": 0.1, "b": 2.2250738585072014e-308}
    assert value(f"a: {math.pi!r}") == {"a": math.pi}
