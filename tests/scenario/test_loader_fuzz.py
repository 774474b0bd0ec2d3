"""Whatever a file holds, it is loaded or refused with a ScenarioError: no other exception, no hang."""

import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator import api
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reading import read_yaml
from tests.fuzzing import fuzzed
from tests.laws.random_scenarios import RandomScenario, random_scenarios

CORPUS = sorted((Path(__file__).parent.parent / "corpus").rglob("*.yaml"))

SCALARS: list[Any] = [
    "", " ", "~", "$x", "$", "*", "**", "..", "a/b/c/d/e", "power", "north", "north/zone-1", "north/zone-1/dc-1/power", "north/*/*/power",
    "[a-z]", "a" * 5000, "\u202e", "\x1b[31m", "<script>", "=cmd()",
    -1, 0, 0.5, 1e15, 1e308, 10**17, True, [], {}, [[]], {"a": {}}, "-1", "0 %", "100 %", "101 %", "5 parsecs",
    "0 s", "-5 s", "1e309 s", "1000000 d", "PT1H", "12:30", "25:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59Z",
    {"exponential": {"mean": "0 s"}}, {"uniform": ["5 s", "1 s"]}, {"sum": [1, "1 s"]}, {"sum": []}, {"ratio": [1, 0]},
]  # fmt: skip
MIXED_IN = [b"", b"\x00", b"\xff", b"{", b"[", b"- ", b": ", b"&a ", b"*a", b"<<: ", b"!!x ", b"'", b'"', b"\t", b"\n"]
KEYS = ["units", "path", "do", "at", "requires", "live", "latching", "like", "world", "numbers", "format", "\u0000", "while", "share", "x"]


def places(tree: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to everything in a tree."""
    inner: list[tuple[Any, Any]] = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree)) if isinstance(tree, list) else []
    return [way, *(found for key, value in inner for found in places(value, (*way, key)))]


def changed(tree: Any, way: tuple[Any, ...], act: str, value: Any, key: str) -> Any:
    """A copy in which one thing is replaced, left out, doubled, or given another key."""
    if not way:
        return value if act == "replace" else tree
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    step, *rest = way
    if rest:
        copy[step] = changed(copy[step], tuple(rest), act, value, key)
    elif act == "replace":
        copy[step] = value
    elif act == "drop":
        del copy[step]
    elif isinstance(copy, list):
        copy.append(copy[step])
    else:
        copy[key] = copy.pop(step) if act == "rename" else copy[step]
    return copy


@st.composite
def spoilt(draw: Any) -> tuple[Any, ...]:
    """A random scenario with one to three things changed, in the scenario or in its first architecture; and which of the two."""
    whole: RandomScenario = draw(random_scenarios(tenants=1))
    incident, tenant = dict(whole.incident), dict(whole.tenants[0])
    for _ in range(draw(st.integers(1, 3))):
        act, value = draw(st.sampled_from(["replace", "replace", "drop", "double", "rename"])), draw(st.sampled_from(SCALARS))
        key = draw(st.sampled_from(KEYS))
        if draw(st.booleans()):
            incident = changed(incident, draw(st.sampled_from(places(incident)[1:] or [()])), act, value, key)
        else:
            tenant = changed(tenant, draw(st.sampled_from(places(tenant)[1:] or [()])), act, value, key)
    return incident, tenant


def load(folder: Path, incident: str | bytes, tenant: str | None = None) -> str:
    """Whether they load; what is refused, is so with places or names."""
    (folder / "incident.yaml").write_bytes(incident if isinstance(incident, bytes) else incident.encode("utf-8", "surrogatepass"))
    try:
        loaded = api.load(folder / "incident.yaml")
        if tenant is not None:
            (folder / "app.yaml").write_text(tenant, encoding="utf-8")
            with api.limits(max_events=20_000):
                api.compare(folder / "incident.yaml", [folder / "app.yaml"], replications=1, drawn=False)
    except api.InputError:
        return "refused"
    return loaded.scenario.name


@fuzzed(150)
@given(spoilt())
def test_a_valid_scenario_that_was_changed_somewhere_runs_or_is_refused(trees: tuple[Any, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder), yaml.safe_dump(trees[0], sort_keys=False), yaml.safe_dump(trees[1], sort_keys=False))


@fuzzed(150)
@given(st.sampled_from(CORPUS), st.data())
def test_a_file_of_the_corpus_that_was_cut_and_mixed_up_is_read_or_refused(path: Path, data: st.DataObject) -> None:
    text = path.read_bytes()[:20_000]
    at = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 20))
    between = data.draw(st.sampled_from(MIXED_IN))
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder), text[:at] + between + text[at + length :])


@fuzzed(300)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        read_yaml(raw, file="f.yaml")
    except ScenarioError:
        return
