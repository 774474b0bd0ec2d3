"""Which boxes a dependency graph is drawn with, and which of its lines are the way of the impairment."""

import random
from dataclasses import replace

import pytest

from simulator.ensemble.hanging import HangsOn
from simulator.measures.causes import Hop
from simulator.measures.impairment import decline_chain, impairment_at
from simulator.measures.index import TraceIndex
from simulator.report.graph_boxes import MOST, Drawn, Found, drawn
from tests.report.hanging import LABEL, USERS, WORST, graph, grouped, made, own, trace, world

INDEX = TraceIndex(trace())
CHAIN = decline_chain(INDEX, LABEL, WORST)


def found(hanging: HangsOn) -> Found:
    impaired = impairment_at(INDEX, [part.owner for part in hanging.parts], WORST)
    words = {part.owner: "not running" for part in hanging.parts if part.standby}
    return Found(impaired=impaired, words=words, touched=set(INDEX.by_owner))


def boxes(hanging: HangsOn, most: int = MOST) -> Drawn:
    return drawn(hanging, found(hanging), [CHAIN], most)


def said(what: Drawn) -> list[tuple[str, str, str]]:
    return [(node.name, node.where, node.state) for node in what.nodes]


def lines(what: Drawn, *, travelled: bool) -> set[tuple[str, str]]:
    called = [f"{node.name} {node.where}".strip() for node in what.nodes]
    return {(called[link.user], called[link.on]) for link in what.links if link.travelled is travelled}


def test_what_is_alike_shares_a_box_and_what_is_impaired_stands_apart() -> None:
    what = boxes(graph())
    assert len(what.nodes) <= MOST
    assert what.left_out == ()
    assert said(what)[:1] == [("users", "", "75 %")]
    assert {("web", "a", "25 %"), ("web", "b, c", ""), ("web-extra", "a, b, c", "not running")} <= set(said(what))
    assert {("instances", "zone-1/dc-2", "100 %"), ("instances", "5 datacenters", "")} <= set(said(what))
    assert {("power/group-{1,2}/ups", "zone-1/dc-2", "100 %"), ("launch-api", "", "")} <= set(said(what))
    assert len(said(what)) == len(set(said(what)))


def test_every_part_is_in_one_box_and_every_tie_has_its_line() -> None:
    hanging = graph()
    what = boxes(hanging)
    assert sorted(owner for node in what.nodes for owner in node.owners) == sorted(part.owner for part in hanging.parts)
    box = {owner: i for i, node in enumerate(what.nodes) for owner in node.owners}
    assert {(link.user, link.on) for link in what.links} == {(box[t.user], box[t.on]) for t in hanging.ties}


def test_boxes_do_not_hang_on_the_order_of_parts_and_ties() -> None:
    hanging, dice = graph(), random.Random(7)
    for _ in range(5):
        parts, ties = list(hanging.parts), list(hanging.ties)
        dice.shuffle(parts)
        dice.shuffle(ties)
        for most in (MOST, 10):
            assert boxes(HangsOn(parts=tuple(parts), ties=tuple(ties)), most) == boxes(hanging, most)


def test_of_several_ways_to_need_something_the_strongest_is_drawn() -> None:
    parts = [USERS, own("till", "a"), own("till", "b"), world("api", "east")]
    ties = [(LABEL, p.owner, "live") for p in parts[1:3]]
    what = boxes(made(parts, [*ties, (parts[1].owner, "east/api", "stage"), (parts[2].owner, "east/api", "latching")]))
    assert [link.kind for link in what.links] == ["live", "latching"]


def test_the_way_of_the_impairment_runs_from_the_first_fault_to_the_users() -> None:
    assert lines(boxes(graph()), travelled=True) == {
        ("users", "lb"),
        ("lb", "web a"),
        ("lb", "web b, c"),
        ("web a", "database"),
        ("web b, c", "database"),
        ("database", "disks zone-1/dc-2"),
        ("disks zone-1/dc-2", "power/group-{1,2} zone-1/dc-2"),
        ("power/group-{1,2} zone-1/dc-2", "power/group-{1,2}/ups zone-1/dc-2"),
        ("power/group-{1,2} zone-1/dc-2", "power/utility zone-1/dc-2"),
    }


def test_no_impairment_travels_through_what_does_not_run() -> None:
    what = boxes(graph())
    assert ("lb", "web-extra a, b, c") in lines(what, travelled=False)
    assert {node.name for node in what.nodes if node.resting} == {"web-extra", "power/group-{1,2}/generators"}


def test_the_boxes_that_a_chain_names_are_marked_and_no_others() -> None:
    what = boxes(graph())
    named = {hop.owner for hop in CHAIN}
    assert [node.named for node in what.nodes] == [bool(named & set(node.owners)) for node in what.nodes]
    assert {owner for node in what.nodes if node.named for owner in node.owners} >= named - {"utility-fails"}
    # Each of them lies on the way; the way leads through others, too, that pass on what comes.
    at_lines = {i for link in what.links if link.travelled for i in (link.user, link.on)}
    assert {i for i, node in enumerate(what.nodes) if node.named} < at_lines


def test_what_a_chain_names_stands_apart_from_its_like_elsewhere() -> None:
    """Of utilities that are whole again everywhere, the one that had failed has a box of its own."""
    calm = Found(impaired={}, words={}, touched=set(INDEX.by_owner))
    apart = [node for node in drawn(graph(), calm, [CHAIN]).nodes if node.name == "power/utility"]
    assert sorted((node.where, node.named) for node in apart) == [("5 datacenters", False), ("zone-1/dc-2", True)]


def test_without_a_chain_nothing_has_travelled() -> None:
    what = drawn(graph(), found(graph()), ())
    assert not any(link.travelled for link in what.links)
    assert not any(node.named for node in what.nodes)


def test_the_way_ends_at_each_group_of_users_that_lost_something() -> None:
    hanging, told = grouped()
    index = TraceIndex(told)
    impaired = impairment_at(index, [part.owner for part in hanging.parts], 5.0)
    chains = [decline_chain(index, f"{LABEL}:{group}", 5.0) for group in ("home", "abroad")]
    what = drawn(hanging, Found(impaired=impaired, words={}, touched=set(index.by_owner)), chains)
    assert lines(what, travelled=True) == {("home users", "lb")}
    assert lines(what, travelled=False) == {("abroad users", "cdn")}


def test_with_too_many_boxes_those_are_left_out_that_nothing_happened_to() -> None:
    whole = boxes(graph())
    at_most = boxes(graph(), len(whole.nodes))
    fewer = boxes(graph(), len(whole.nodes) - 1)
    assert at_most == whole
    assert {(name, where) for name, where, _ in said(fewer)} == {
        ("users", ""), ("lb", ""), ("database", ""), ("web", "a"), ("web", "b, c"), ("web-extra", "a, b, c"),
        ("instances", "zone-1/dc-2"), ("disks", "zone-1/dc-2"), ("power/utility", "zone-1/dc-2"),
        ("power/group-{1,2}", "zone-1/dc-2"), ("power/group-{1,2}/ups", "zone-1/dc-2"),
    }  # fmt: skip
    assert fewer.left_out == (
        "launch-api, queue",
        "disks, instances, power/group-{1,2}, power/group-{1,2}/ups, power/utility in 5 datacenters",
        "boot, power/group-{1,2}/generators in 6 datacenters",
    )
    assert lines(fewer, travelled=True) == lines(whole, travelled=True)


def test_users_who_lost_nothing_are_left_out_only_where_room_is_short() -> None:
    hanging, told = grouped()
    index = TraceIndex(told)
    seen = Found(impaired=impairment_at(index, [p.owner for p in hanging.parts], 5.0), words={}, touched=set(index.by_owner))
    assert {node.name for node in drawn(hanging, seen, ()).nodes} == {"home", "abroad", "lb", "cdn"}
    short = drawn(hanging, seen, (), 3)
    assert ({node.name for node in short.nodes}, short.left_out) == ({"home", "lb"}, ("abroad, cdn",))


def test_a_hop_without_a_box_is_passed_over() -> None:
    event = Hop(index=0, time=0.0, change="event", owner="nobody", amount=0.0, detail=None, waited=0.0, last=0.0)
    rule = replace(event, change="rule", owner=f"{LABEL}/operator")
    assert drawn(graph(), found(graph()), [[event, CHAIN[1], rule, *CHAIN[2:]]]) == boxes(graph())


@pytest.mark.parametrize(("regions", "where"), [(("east",), "zone-1/dc-1"), (("east", "west"), "east/zone-1/dc-1")])
def test_a_region_is_named_where_there_are_several(regions: tuple[str, ...], where: str) -> None:
    parts = [USERS, *(world(f"cache-{chr(97 + k)}", f"{region}/zone-1/dc-1") for k, region in enumerate(regions))]
    what = boxes(made(parts, [(LABEL, part.owner, "live") for part in parts[1:]]))
    assert what.nodes[1].where == where
