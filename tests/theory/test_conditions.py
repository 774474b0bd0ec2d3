"""Conditions that are made of others, at the instants that follow by hand: above a level, and neither this nor that."""

from math import log
from pathlib import Path
from typing import Any

import pytest

from simulator.engine.trace import Trace
from tests.theory.measuring import spans_down
from tests.theory.scenarios import replayed, tree_of, written

ROOM = "north/zone-1/dc-1"
HOT: dict[str, Any] = {"not": {"level_below": {"of": "heat", "level": 30}}}
COOL: dict[str, Any] = {"level_below": {"of": "heat", "level": 10}}


def room(folder: Path, *rules: Any, horizon: str = "12 h") -> Path:
    """A room in which the heat rises by one kelvin a minute while the servers run, and halves in an hour while they do not."""
    flows = [
        {"steady": {"per_second": 1 / 60, "while": {"not": {"down": "servers"}}}},
        {"relax": {"toward": 0, "over": f"{3600 / log(2)!r} s", "while": {"down": "servers"}}},
    ]
    stock = {"path": f"{ROOM}/heat", "capacity": 100, "level": 0, "flows": flows}
    tree = tree_of(horizon=horizon, components=[{"path": f"{ROOM}/servers"}, {"path": f"{ROOM}/fan"}], stocks=[stock], rules=rules)
    return written(folder, "room", tree)


def rule(name: str, when: Any, do: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "path": ROOM, "when": when, "do": do, **more}


def acted(trace: Trace, name: str) -> list[float]:
    return [record[0] for record in trace.records if record[1] == "rule" and record[2].endswith(name)]


def test_a_rule_acts_when_a_level_rises_above_and_again_each_time_it_does(tmp_path: Path) -> None:
    """Half an hour up to 30 K; down to 10 K by log2(3) hours, and twenty minutes up to 30 K again."""
    off, on = rule("off", HOT, {"fail": {"target": "servers"}}), rule("on", COOL, {"repair": "servers"})
    trace = replayed(room(tmp_path, off, on, horizon="4 h"))
    cooling = 3600 * log(3) / log(2)
    assert acted(trace, "off") == pytest.approx([1800.0, 3000.0 + cooling], abs=1e-3)
    assert acted(trace, "on") == pytest.approx([1800.0 + cooling], abs=1e-3)
    spans = spans_down(trace, f"{ROOM}/servers")
    assert spans[0] == (acted(trace, "off")[0], acted(trace, "on")[0])


def test_what_does_not_hold_any_more_cancels_the_delay(tmp_path: Path) -> None:
    """Hot from the thirtieth minute; the servers fail in the fortieth, and it stays hot for log2(4/3) hours more."""
    fails = rule("fails", {"at": "40 min"}, {"fail": {"target": "servers"}})
    above = 3600 * log(40 / 30) / log(2)
    waits, misses = (rule(name, HOT, {"stop": "fan"}, after=f"{600 + above + by!r} s") for name, by in (("waits", -1), ("misses", 1)))
    assert acted(replayed(room(tmp_path, fails, waits)), "waits") == pytest.approx([2400 + above - 1], abs=1e-3)
    assert acted(replayed(room(tmp_path, fails, misses)), "misses") == []


def test_neither_begins_when_the_last_of_them_has_ended(tmp_path: Path) -> None:
    events = [
        {"name": name, "at": at, "do": {"fail": {"target": f"{ROOM}/{of}", "for": span}}}
        for name, at, of, span in (("a", "10 min", "servers", "20 min"), ("b", "15 min", "fan", "5 min"))
    ]
    neither = rule("neither", {"not": {"any": [{"down": "servers"}, {"down": "fan"}]}}, {"stop": "lamp"})
    both = rule("both", {"not": {"all": [{"up": "servers"}, {"up": "fan"}]}}, {"stop": "lamp"})
    again = rule("again", {"not": {"not": {"down": "fan"}}}, {"stop": "lamp"})
    # Of a pattern, it is not so for all.
    some = rule("some", {"not": {"down": "[sf]*"}}, {"stop": "lamp"})
    components = [{"path": f"{ROOM}/{name}"} for name in ("servers", "fan", "lamp")]
    trace = replayed(written(tmp_path, "two", tree_of(components=components, rules=[neither, both, again, some], events=events)))
    found = {name: acted(trace, name) for name in ("neither", "both", "again", "some")}
    # What holds from the start has not begun to.
    assert found == {"neither": [1800.0], "both": [600.0], "again": [900.0], "some": [1200.0]}


def test_a_level_that_turns_round_at_the_threshold_goes_below_it(tmp_path: Path) -> None:
    """With steady flows as with others: it comes up to 30 K at the instant at which it begins to fall."""
    fails = rule("fails", {"at": "30 min"}, {"fail": {"target": "servers"}})
    steady = [{"steady": {"per_second": by / 60, "while": {state: "servers"}}} for by, state in ((1, "up"), (-1, "down"))]
    stock = {"path": f"{ROOM}/heat", "capacity": 100, "level": 0, "flows": steady}
    cold = rule("cold", {"level_below": {"of": "heat", "level": 30}}, {"stop": "fan"})
    components = [{"path": f"{ROOM}/{name}"} for name in ("servers", "fan")]
    found = written(tmp_path, "steady", tree_of(components=components, stocks=[stock], rules=[fails, cold]))
    for path in (found, room(tmp_path, fails, cold)):
        assert acted(replayed(path), "cold") == pytest.approx([1800.0], abs=1e-3)
