"""Causal chains through levels and hazards: which event, at what time, and how long after it."""

from pathlib import Path
from typing import Any

import pytest
from matplotlib.patches import FancyBboxPatch, PathPatch

from simulator import api
from simulator.ensemble.results import Explanation
from simulator.measures.causes import begin_chain
from simulator.report.graph_boxes import Found, drawn
from simulator.report.graph_picture import graph_sheet
from simulator.report.style import look
from tests.laws.causal_worlds import KINDS, app, causal
from tests.report.reading import prose
from tests.theory.scenarios import tenant_of, tree_of, written

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "scenarios" / "README.md"


def texts(chain: Any) -> list[str]:
    return [told.text for told in chain]


def test_a_level_names_what_drained_it_and_not_what_failed_last() -> None:
    """A buffer of an hour: it drains from 10:10, and what else fails at 10:40 drains it no faster."""
    found = api.explain(HERE / "explain-stock" / "chain.yaml", HERE / "explain-stock" / "y.yaml")
    began = found.began
    assert (began[0].hop.owner, began[0].seconds) == ("first-sixty", 10 * 60.0)
    assert ("here/buffer falls to 0 (after 1 h 0 min)", 70 * 60.0) in [(told.text, told.seconds) for told in began]
    assert not any("rest" in text for text in texts(began))


def test_the_outage_began_an_hour_after_the_named_event_whenever_the_rest_fails(tmp_path: Path) -> None:
    for minute in ("10:11", "10:55", "11:10"):
        tree = (HERE / "explain-stock" / "chain.yaml").read_text(encoding="utf-8").replace('"10:40"', f'"{minute}"')
        for name in ("chain-world", "y"):
            (tmp_path / f"{name}.yaml").write_bytes((HERE / "explain-stock" / f"{name}.yaml").read_bytes())
        (tmp_path / "chain.yaml").write_text(tree, encoding="utf-8")
        began = api.explain(tmp_path / "chain.yaml", tmp_path / "y.yaml").began
        assert (began[0].hop.owner, began[-1].seconds - began[0].seconds) == ("first-sixty", 3600.0)


def test_a_failure_by_an_event_has_no_tag_of_a_hazard() -> None:
    found = api.explain(HERE / "explain-tag" / "tagev.yaml", HERE / "explain-tag" / "y.yaml")
    assert "here/service fails, all its units" in texts(found.began)
    assert {told.mechanism for told in (*found.began, *found.ended)} == {None}


def test_a_failure_by_the_hazard_has_its_tag(tmp_path: Path) -> None:
    """What exposes the units is named, as their cause, and the event that does it is not tagged."""
    world = (HERE / "explain-tag" / "tagworld.yaml").read_text(encoding="utf-8").replace("rate: 1/h", "rate: 3/h")
    (tmp_path / "tagworld.yaml").write_text(world, encoding="utf-8")
    (tmp_path / "y.yaml").write_bytes((HERE / "explain-tag" / "y.yaml").read_bytes())
    event = (HERE / "explain-tag" / "tagev.yaml").read_text(encoding="utf-8").replace("here/service, for: 1 h", "here/never, for: 4 h")
    (tmp_path / "tagev.yaml").write_text(event, encoding="utf-8")
    began = api.explain(tmp_path / "tagev.yaml", tmp_path / "y.yaml").began
    assert began[0].hop.owner == "f"
    assert [told.mechanism for told in began if told.hop.change == "fails"] == [None, "wear"]


# -- which of several ------------------------------------------------------------------------------------------------------------------

HOLDS = "north/holds"


def fails(name: str, at: str, target: str, last: str = "20 h", **more: Any) -> dict[str, Any]:
    return {"name": name, "at": at, "do": {"fail": {"target": f"north/{target}", "for": last, **more}}}


def fill(name: str, at: str, by: Any) -> dict[str, Any]:
    return {"name": name, "at": at, "do": {"fill": {"stock": HOLDS, "by": by}}}


def level(folder: Path, flows: list[Any], events: list[Any], *, rules: Any = (), capacity: Any = "60 min", **stock: Any) -> Explanation:
    """The users need a level; `a`, `b` and `c` are what its flows ask about."""
    components = [{"path": f"north/{name}", "units": 10} for name in "abc"]
    stocks = [{"path": HOLDS, "capacity": capacity, "flows": flows, **stock}]
    tree = tree_of(horizon="24 h", components=components, stocks=stocks, events=events, rules=list(rules))
    written(folder, "app", tenant_of(components=[{"path": "front", "requires": {"live": HOLDS}}]))
    return api.explain(written(folder, "level", tree), folder / "app.yaml")


def steady(rate: float, condition: Any = None) -> dict[str, Any]:
    return {"steady": {"per_second": rate} | ({} if condition is None else {"while": condition})}


def emptied(found: Explanation) -> tuple[str, float]:
    """The event in the beginning, and the minutes from the hop before until the level was empty."""
    (hop,) = [told.hop for told in found.began if told.hop.change == "level"]
    return found.began[0].hop.owner, hop.waited / 60


def test_of_several_drains_the_one_that_took_most(tmp_path: Path) -> None:
    """Ten minutes of one alone, then of both: of 60 minutes the one takes 35 and the other 25 at the same rate; 22 and 38 at triple."""
    events = [fails("first", "1 h", "a"), fails("second", "70 min", "b")]
    alike = level(tmp_path, [steady(-1, {"down": "north/a"}), steady(-1, {"down": "north/b"})], events)
    assert emptied(alike) == ("first", pytest.approx(35.0))
    faster = level(tmp_path, [steady(-1, {"down": "north/a"}), steady(-3, {"down": "north/b"})], events)
    assert emptied(faster) == ("second", pytest.approx(12.5))


def test_a_drain_that_ended_before_but_took_most(tmp_path: Path) -> None:
    events = [fails("long", "1 h", "a", "50 min"), fails("short", "2 h", "b")]
    found = level(tmp_path, [steady(-1, {"down": "north/a"}), steady(-1, {"down": "north/b"})], events)
    assert emptied(found) == ("long", pytest.approx(70.0))


def test_what_was_made_good_since_is_not_named(tmp_path: Path) -> None:
    """Fifty minutes are drained and charged again, or filled up again, before another drains it alone."""
    events = [fails("mended", "1 h", "a", "50 min"), fails("later", "10 h", "b")]
    charger = steady(1, {"not": {"any": [{"down": "north/a"}, {"down": "north/b"}]}})
    drains = [steady(-1, {"down": "north/a"}), steady(-1, {"down": "north/b"})]
    assert emptied(level(tmp_path, [*drains, charger], events)) == ("later", pytest.approx(60.0))
    assert emptied(level(tmp_path, drains, [*events, fill("refuelled", "9 h", "2 h")])) == ("later", pytest.approx(60.0))


def test_a_fill_that_delays_is_no_cause(tmp_path: Path) -> None:
    found = level(tmp_path, [steady(-1, {"down": "north/a"})], [fails("first", "1 h", "a"), fill("refuelled", "90 min", "25 min")])
    assert emptied(found) == ("first", pytest.approx(85.0))


def test_where_a_charger_stops_what_stopped_it(tmp_path: Path) -> None:
    """It is used all the time, and charged as fast or faster; a second charger that stopped long before did not matter."""
    events = [fails("spare-off", "1 h", "b"), fails("charger-off", "3 h", "a")]
    flows = [steady(-1), steady(2, {"up": "north/a"}), steady(1, {"up": "north/b"})]
    assert emptied(level(tmp_path, flows, events)) == ("charger-off", pytest.approx(60.0))


def test_a_source_that_stopped_long_before_is_not_what_brings_it_down(tmp_path: Path) -> None:
    """It leaks hardly anything by itself since its source stopped, and is pumped empty ten hours later."""
    events = [fails("source-off", "1 h", "a"), fails("pump-on", "11 h", "b")]
    flows = [steady(-0.01), steady(1, {"up": "north/a"}), steady(-2, {"down": "north/b"})]
    assert emptied(level(tmp_path, flows, events)) == ("pump-on", pytest.approx(54 / 2.01))


def test_a_level_that_approaches_another_one(tmp_path: Path) -> None:
    """Heat: a room at its limit 40 below the start, cooling towards it; a fan that stops later matters less."""
    events = [fails("cooling-off", "1 h", "a"), fails("fan-off", "62 min", "b")]
    flows = [
        {"relax": {"toward": 0, "over": "10 min", "while": {"down": "north/a"}}}, steady(-0.0001, {"down": "north/b"}),
        {"relax": {"toward": 100, "over": "5 min", "while": {"up": "north/a"}}},
    ]  # fmt: skip
    trip = {"name": "trip", "path": "north", "when": {"level_below": {"of": HOLDS, "level": 50}}, "do": {"fail": {"target": "north/c"}}}
    components = [{"path": f"north/{name}"} for name in "abc"]
    stocks = [{"path": HOLDS, "capacity": 100, "flows": flows}]
    tree = tree_of(components=components, stocks=stocks, events=events, rules=[trip])
    written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/c"}}]))
    found = api.explain(written(tmp_path, "heat", tree), tmp_path / "app.yaml")
    assert emptied(found) == ("cooling-off", pytest.approx(10 * 0.693147, abs=0.05))


# -- conditions of several parts -------------------------------------------------------------------------------------------------------

BOTH = {"all": [{"down": "north/a"}, {"down": "north/b"}]}
EITHER = {"any": [{"down": "north/a"}, {"all": [{"down": "north/a"}, {"down": "north/b"}]}]}


@pytest.mark.parametrize("swapped", [False, True])
def test_of_what_changes_at_one_instant_what_turned_the_condition(tmp_path: Path, swapped: bool) -> None:
    """`a` alone is enough, and `b` goes at the same instant, before it or after it; then what fails last of two that have to."""
    same = [fails("wanted", "1 h", "a"), fails("idle", "1 h", "b")]
    assert emptied(level(tmp_path, [steady(-1, EITHER)], same[::-1] if swapped else same)) == ("wanted", pytest.approx(60.0))
    names = ("b", "a") if swapped else ("a", "b")
    order = [fails("before", "1 h", names[0]), fails("last", "2 h", names[1]), fails("more", "150 min", "c")]
    assert emptied(level(tmp_path, [steady(-1, BOTH)], order)) == ("last", pytest.approx(60.0))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_rule_names_what_turned_its_condition(tmp_path: Path, swapped: bool) -> None:
    events = [fails("wanted", "1 h", "a"), fails("idle", "1 h", "b")]
    rule = {"name": "acts", "path": "north", "when": EITHER, "after": "5 min", "do": {"fail": {"target": "north/c"}}}
    tree = tree_of(components=[{"path": f"north/{n}"} for n in "abc"], events=events[::-1] if swapped else events, rules=[rule])
    written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/c"}}]))
    began = api.explain(written(tmp_path, "rule", tree), tmp_path / "app.yaml").began
    assert began[0].hop.owner == "wanted"


# -- levels of batches, and waiting for space ------------------------------------------------------------------------------------------


def test_a_level_of_each_batch_names_what_drains_it(tmp_path: Path) -> None:
    """Memory leaks from the first event on; another stops half of another component, which the condition reads as well."""
    flows = [steady(-1, {"served_below": {"of": "north/a", "level": "60 %"}}), steady(-0.001, {"down": "north/b"})]
    stocks = [{"path": "north/memory", "each": "north/c", "capacity": "30 min", "flows": flows}]
    events = [fails("leak-begins", "1 h", "a", share="50 %"), fails("rest", "80 min", "a"), fails("idle", "85 min", "b")]
    components = [{"path": f"north/{name}", "units": 10} for name in "abc"]
    tree = tree_of(components=components, stocks=stocks, events=events)
    written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/c"}}]))
    found = api.explain(written(tmp_path, "leak", tree), tmp_path / "app.yaml")
    assert emptied(found) == ("leak-begins", pytest.approx(30.0, abs=0.01))


def space(folder: Path, events: list[Any], flows: Any = (), amount: float = 1) -> Explanation:
    """What failed comes back when it has taken something of an empty pool."""
    components = [{"path": "north/c", "units": 2, "recovery": [{"take": {"from": HOLDS, "amount": amount}}]}, {"path": "north/a"}]
    stocks = [{"path": HOLDS, "capacity": 100, "level": 0, "flows": list(flows)}]
    tree = tree_of(components=components, stocks=stocks, events=[fails("lost", "1 h", "c", "10 min"), *events])
    written(folder, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/c"}}]))
    return api.explain(written(folder, "space", tree), folder / "app.yaml")


def test_who_waited_for_space_is_back_because_of_who_brought_it(tmp_path: Path) -> None:
    """A fill too small for anybody came before; the second serves both, and without it the outage does not end."""
    brought = [fill("too-little", "2 h", 1), fill("brought", "5 h", 10)]
    found = space(tmp_path, brought, amount=3)
    assert (found.ended[0].hop.owner, found.ended[0].seconds) == ("brought", 5 * 3600.0)
    assert found.ended[-1].seconds == 5 * 3600.0
    assert not space(tmp_path, brought[:1], amount=3).ended


def test_who_waited_for_a_flow_is_back_because_of_what_turned_it_on(tmp_path: Path) -> None:
    """From the third hour on one an hour is made: both are back after two hours."""
    flows = [steady(1 / 3600, {"down": "north/a"})]
    found = space(tmp_path, [fails("factory-opens", "3 h", "a"), fails("lost-again", "270 min", "a", "1 min")], flows)
    (takes,) = [told.hop for told in found.ended if told.hop.change == "takes"]
    assert (found.ended[0].hop.owner, takes.waited / 3600) == ("factory-opens", pytest.approx(2.0, abs=1e-3))


def test_who_finds_space_at_once_is_back_because_of_its_own_way(tmp_path: Path) -> None:
    found = space(tmp_path, [fill("before", "30 min", 10), fill("after", "2 h", 10)])
    assert found.ended[0].hop.owner == "lost"


# -- the picture of the graph ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "needs"])
def test_the_picture_marks_what_the_text_names(tmp_path: Path, kind: str, number: int) -> None:
    """Every component and level of the chain has a marked box, and thick lines lead from the first to the users."""
    written(tmp_path, "app", app(3))
    path = written(tmp_path, "causal", causal([("needs", 1, 0), (kind, 12, number), ("latches", 5, 0)], decoys=[(1, 66.0)]))
    found = api.explain(path, tmp_path / "app.yaml")
    run = found.run
    assert run.hangs_on is not None
    # Who brings work to a station is not what it needs: of them the picture shows the station, and not the way to it.
    workers = {told.hop.owner for told in found.began if told.hop.change == "enters"}
    owners = [told.hop.owner for told in found.began if told.hop.change not in {"event", "rule"} and told.hop.owner not in workers]
    calm = Found(impaired={}, words={}, touched=set())
    what = drawn(run.hangs_on, calm, [begin_chain(run.trace, run.label, run.objective)])
    place = {owner: n for n, node in enumerate(what.nodes) for owner in node.owners}
    assert set(owners) <= set(place)
    assert workers or {n for n, node in enumerate(what.nodes) if node.named} == {place[owner] for owner in owners}
    reached = {n for n, node in enumerate(what.nodes) if node.what == "users"}
    for _ in what.nodes:
        reached |= {link.on for link in what.links if link.travelled and link.user in reached}
    assert workers or reached >= {place[owner] for owner in owners}


def test_the_picture_names_the_first_fault_of_the_text_and_outlines_its_boxes() -> None:
    found = api.explain(HERE / "explain-stock" / "chain.yaml", HERE / "explain-stock" / "y.yaml")
    assert found.run.hangs_on is not None
    with look("graph"):
        sheet = graph_sheet(found.run, found.run.hangs_on)
        words = prose(sheet)
    assert "First fault: first-sixty at 10:10; the thick lines are the way it came." in words
    assert "named in the causal chain" in words
    frames = sorted(sheet.figure.findobj(FancyBboxPatch), key=lambda frame: str(frame.get_gid()))
    marked = [frame.get_linewidth() == 2.0 for frame in frames]
    assert (len(marked), sum(marked)) == (5, 4)
    assert any("condition travelled" in str(line.get_gid()) for line in sheet.figure.findobj(PathPatch))


def test_two_first_faults_are_both_named(tmp_path: Path) -> None:
    """A small outage, an hour later a complete one by another event: the text begins with the first, the colours are the second's."""
    parts = [{"path": f"north/{name}", "units": 10} for name in "ab"]
    need = {"live": {"all_of": ["north/a", "north/b"]}}
    written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": need}]))
    tree = tree_of(components=parts, events=[fails("small", "1 h", "a", share="20 %"), fails("large", "2 h", "b")])
    found = api.explain(written(tmp_path, "two", tree), tmp_path / "app.yaml")
    assert found.run.hangs_on is not None
    assert found.began[0].hop.owner == "small"
    with look("graph"):
        words = prose(graph_sheet(found.run, found.run.hangs_on))
    assert "First fault: small at 01:00, and large at 02:00; the thick lines are the way it came." in words


# -- shares of a failure ------------------------------------------------------------------------------------------------------------------


def test_shares_of_failures_are_of_all_units_and_not_of_what_is_left(tmp_path: Path) -> None:
    """Three failures of 30 % hold the same 30 % down; one of 50 % on top holds 20 % more."""
    events = [fails(f"third-{n}", f"{n} h", "a", share="30 %") for n in (1, 2, 3)] + [fails("half", "4 h", "a", share="50 %")]
    written(tmp_path, "app", tenant_of(components=[{"path": "front", "requires": {"live": "north/a"}}]))
    run = api.run(written(tmp_path, "shares", tree_of(components=[{"path": "north/a", "units": 10}], events=events)), tmp_path / "app.yaml")
    assert list(zip(run.curve.times, run.curve.values, strict=True)) == [(0.0, 1.0), (3600.0, 0.7), (14400.0, 0.5)]
    assert "shares of a failure are of all units, not of what is left" in " ".join(GUIDE.read_text(encoding="utf-8").split())
