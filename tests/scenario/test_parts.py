"""The parts that building stands on: patterns, numbers, the catalogue, the dependency graph."""

import re
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.model.graph import CycleError, live_order, requirement_graph
from simulator.model.world import World
from simulator.scenario import catalogue
from simulator.scenario.building import load
from simulator.scenario.expanding import Tree, places
from simulator.scenario.findings import fact_and_remedy, meant
from simulator.scenario.problems import ScenarioError
from simulator.scenario.reckoning import Quantity, reckon

VALID = Path(__file__).parent.parent / "corpus" / "valid"
PATHS = ["r/z-1/d-1/a", "r/z-1/d-2/a", "r/z-2/d-1/a", "r/z-2/b", "q/z-1/a"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("r/*/*/a", ["r/z-1/d-1/a", "r/z-1/d-2/a", "r/z-2/d-1/a"]),
        ("**/a", ["r/z-1/d-1/a", "r/z-1/d-2/a", "r/z-2/d-1/a", "q/z-1/a"]),
        ("r/z-[!1]/**", ["r/z-2/d-1/a", "r/z-2/b"]),
        ("*/z-[1-1]/d-[1,2]/a", ["r/z-1/d-1/a", "r/z-1/d-2/a"]),
        ("r/z-2/b", ["r/z-2/b"]),
        ("r/z-2", []),
        ("r/z.1/b", []),
    ],
)
def test_patterns_match_by_segment_in_the_order_of_the_file(pattern: str, expected: list[str]) -> None:
    assert Tree(PATHS).matches(pattern) == expected


@given(st.lists(st.sampled_from(["a", "b", "a1"]), min_size=1, max_size=4), st.data())
def test_a_path_matches_itself_however_many_of_its_segments_are_stars(segments: list[str], data: st.DataObject) -> None:
    pattern = [data.draw(st.sampled_from([segment, "*"])) for segment in segments]
    assert "/".join(segments) in Tree(["/".join(segments), "c"]).matches("/".join(pattern))


def test_the_longest_part_that_is_a_domain_is_the_place() -> None:
    domains = Tree(["r", "r/z", "r/z/d"])
    assert places("r/z/d/a/b", domains, 3) == [("r/z/d", "a/b")]
    assert places("*/*/a", domains, 3) == [("r/z", "a")]
    assert places("r/a-[12]", domains, 3) == [("r", "a-1"), ("r", "a-2")]
    assert places("*/*", domains, 3, bare=True) == [("r/z", "")]
    assert isinstance(places("s/a", domains, 3), str)


@pytest.mark.parametrize(
    ("sign", "parts", "expected"),
    [
        ("product", ["7 %", 20_000], 1400),
        ("product", ["10 min", "50 %"], "5 min"),
        ("product", ["50 %", "50 %"], "25 %"),
        ("product", ["40/min", "2 min"], 80),
        ("sum", ["1 h", "30 min"], "1.5 h"),
        ("difference", ["100 %", "30 %"], "70 %"),
        ("ratio", ["3 min", 1400], "0.128571428571429 s"),
        ("ratio", ["3 min", "1 min"], 3),
        ("ratio", [6, "2 min"], "3/min"),
    ],
)
def test_reckoning_keeps_the_dimension(sign: str, parts: list[object], expected: object) -> None:
    assert reckon(sign, [Quantity.read(part) for part in parts]).text() == expected


@pytest.mark.parametrize(("sign", "parts"), [("sum", ["1 h", 3]), ("product", ["1 h", "1 h"]), ("ratio", [1, 0]), ("difference", [1, 2])])
def test_reckoning_without_meaning_is_refused(sign: str, parts: list[object]) -> None:
    with pytest.raises(ValueError, match=": "):
        reckon(sign, [Quantity.read(part) for part in parts]).text()


def test_a_message_parts_into_fact_and_remedy_outside_of_quotations() -> None:
    assert fact_and_remedy("'a: b' is wrong: write c") == ("'a: b' is wrong", "Write c.")
    assert meant("utlity", ["utility", "ups"]) == "Did you mean 'utility'?"
    assert meant("x", ["utility", "ups"], "There are") == "There are: utility, ups."


def test_the_catalogue_names_what_it_has() -> None:
    assert {entry.kind for entry in catalogue.entries()} <= set(catalogue.FOLDERS)
    for entry in catalogue.entries():
        assert catalogue.find(entry.name, entry.kind) == entry.path
        assert entry.summary
    with pytest.raises(ScenarioError, match="the catalogue has no incident of this name"):
        catalogue.find("no-such-incident", "incident")
    with pytest.raises(ScenarioError, match="there is no such file"):
        catalogue.find("no/such.yaml", "incident")


@pytest.mark.parametrize("word", ["../x", "/etc/passwd", "a/../../b", "~/x", "https://example.org/x.yaml", "a\\b", ".hidden", ""])
def test_a_file_cannot_refer_out_of_its_folder(word: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("format: 1\n", encoding="utf-8")
    (tmp_path / "in").mkdir()
    assert isinstance(catalogue.refer(word, "world", tmp_path / "in", catalogue=tmp_path), tuple)


def world(name: str) -> World:
    return load(VALID / f"{name}.yaml").world


def test_the_graph_says_who_needs_whom_and_how() -> None:
    graph = requirement_graph(world("route"))
    assert graph.edges["north/zone-1/dc-1/instances", "north/zone-1/dc-1/power"]["kind"] == "latching"
    assert graph.edges["north/zone-1/dc-1/instances", "north/zone-1/dc-1/boot"]["kind"] == "stage"
    assert nx.is_frozen(graph)


def test_what_is_taken_from_driven_by_stood_behind_or_emptied_is_needed() -> None:
    graph = requirement_graph(world("levels"))
    place = "north/zone-1/dc-1"
    kinds = {
        (f"{place}/volumes", "north/zone-1/space"): "stage",
        (f"{place}/servers", "north/search"): "latching",
        (f"{place}/servers", f"{place}/memory"): "latching",
        ("north/zone-1/healing", "north/zone-1/failover"): "stage",
        (f"{place}/database-volumes", f"{place}/volumes"): "live",
        ("north/api", "north/negotiation"): "live",
    }
    assert {edge: graph.edges[edge]["kind"] for edge in kinds} == kinds


def test_everything_comes_after_what_it_needs() -> None:
    graph = requirement_graph(world("requirement"))
    order = live_order(graph)
    place = {path: i for i, path in enumerate(order)}
    assert sorted(order) == sorted(graph)
    assert all(place[a] > place[b] for a, b in graph.edges if graph.edges[a, b]["kind"] == "live")


def test_a_cycle_is_an_error_that_carries_its_path() -> None:
    small = world("requirement")
    by_path = {component.path: component for component in small.components}
    rack, feed = by_path["north/zone-1/dc-1/rack"], by_path["north/zone-1/dc-1/feed-1"]
    back = feed.model_copy(update={"requires": (rack.requires[0].model_copy(update={"live": rack.path}),)})
    looped = small.model_copy(update={"components": (*[c for c in small.components if c is not feed], back)})
    with pytest.raises(CycleError, match=re.escape(f"{feed.path} -> {rack.path} -> {feed.path}")) as caught:
        live_order(requirement_graph(looped))
    assert caught.value.path == [feed.path, rack.path, feed.path]
