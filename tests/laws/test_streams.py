"""Random streams: one purpose has one counter, and the names of streams are frozen.

What else happens never moves a draw: more jobs, more failures of another target, more occasions of another rule.
"""

import ast
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from simulator.engine import streams
from simulator.engine.routes import RouteState
from simulator.engine.trace import Trace
from tests.theory.scenarios import Tree, exponential, replayed, tenant_of, tree_of, written

ROOM = "north/zone-1/dc-1"
HOUR = 3600.0
TICK = 2.0**-20

# -- frozen names --------------------------------------------------------------------------------------------------------------------------


def test_names_of_streams_never_change() -> None:
    """Whoever renames a constant may; whoever changes what it stands for moves every published result."""
    names = sorted(f"{value}" for name, value in vars(streams).items() if name.isupper() and isinstance(value, str))
    roles = [
        streams.group_of("g"), streams.level_of("p"), streams.followed_by("s"), streams.loss_order(1, 2), streams.restore_of(0),
        streams.restore_of(3), streams.in_life("p", 2), streams.tenant_role("p"), streams.event_role("e"), streams.parameter_role("n"),
        streams.provision_role("r"), streams.stage_role("r", 1), streams.way_role("r", 1), streams.effect_role("r", 1),
        streams.target_role("r", "t"), streams.drawn_for("p", 3), streams.rounding_of("p"), streams.of_population("zones", 1),
    ]  # fmt: skip
    assert len(set(names)) == len(names)
    assert [name for name in names if name != streams.STRATUM] == FROZEN.split()
    assert roles == [
        "group:g", "level:p", "follow:s", "latch1.2", "restore", "restore3", "p@2", "tenant/p", "event/e", "number/n", "r+", "r#1", "r.1",
        "r!1", "r>t", "p:3", "p:share", "zones/1",
    ]  # fmt: skip


FROZEN = """
    after again again-after-patience asks bootstrap change check counterpart deal detect every exposure fail_safe failure feed follow for
    heard house in launch level order out patience place restore return sensitivity shift span start takes turn turn-at-station vary
    work writes zones
"""


def test_every_draw_is_named_by_a_constant() -> None:
    """No draw is named by a text that stands where it is drawn, or by one that a format word is made into."""
    found = []
    for path in sorted(Path(simulator.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DRAWING:
                texts = [part for argument in node.args for part in ast.walk(argument) if isinstance(part, ast.Constant)]
                found += [f"{path.name}:{node.lineno}" for part in texts if isinstance(part.value, str) and part.value.strip("@:/")]
    assert found == []


DRAWING = {"uniform", "uniforms", "permutation", "order", "level", "quantity"}

# -- jobs ---------------------------------------------------------------------------------------------------------------------------------


def submitted(name: str, at: float, units: int) -> Tree:
    work = exponential(HOUR)
    return {"name": name, "at": f"{at!r} s", "do": {"submit": {"station": "north/desk", "work": work, "units": units}}}


def desk(folder: Path, events: Sequence[Tree]) -> Trace:
    """Everybody is worked on at once, so that jobs meet only in what they draw; each waits for a drawn time and may come again."""
    patience = {"after": exponential(HOUR / 2), "again": "50 %"}
    station = {"path": "north/desk", "discipline": {"unlimited": {}}, "patience": patience}
    return replayed(written(folder, "desk", tree_of(stations=[station], events=events)))


def fates(trace: Trace, since: float, event: str) -> list[tuple[float, str]]:
    """When jobs of one event left the desk, and how; jobs are told from others by what they were caused by."""
    records = trace.records
    found = []
    for time, change, _, _, cause, _ in records:
        if change in {"leaves", "gives_up"}:
            root = cause
            while records[root][1] != "event":
                root = records[root][4]
            if records[root][2] == event:
                found.append((time, change))
    assert all(time >= since for time, _ in found)
    return found


extras = st.lists(st.tuples(st.integers(1, 7000), st.integers(1, 5)), max_size=6)


@settings(max_examples=25, deadline=None)
@given(extras)
def test_other_jobs_move_no_draw_of_a_job(more: list[tuple[int, int]]) -> None:
    first = submitted("first", 600.0, 20)
    others = [submitted(f"another-{n}", float(at), units) for n, (at, units) in enumerate(more)]
    with tempfile.TemporaryDirectory() as folder:
        alone = fates(desk(Path(folder), [first]), 600.0, "first")
        among = fates(desk(Path(folder), [first, *others]), 600.0, "first")
    assert len(alone) > 20
    assert [change for _, change in among] == [change for _, change in alone]
    # Others come and go at instants at which the station's clock is read and rounded.
    assert [time for time, _ in among] == pytest.approx([time for time, _ in alone], abs=8 * TICK)


# -- targets of a route -----------------------------------------------------------------------------------------------------------------


def blinks(zone: int, instants: Sequence[int]) -> list[Tree]:
    target = f"north/zone-{zone}/dc-1/servers"
    return [{"name": f"blink-{zone}-{at}", "at": f"{at} s", "do": {"fail": {"target": target, "for": "20 min"}}} for at in instants]


def changes(folder: Path, events: Sequence[Tree], route: Tree, target: str) -> list[tuple[float, str]]:
    """When clients left a target, or its checks took it out of rotation."""
    from simulator import api
    from simulator.ensemble.cases import cases_of, plan_of
    from tests.theory.scenarios import replay

    servers = [{"path": f"north/zone-{z}/dc-1/servers", "units": 4} for z in (1, 2, 3)]
    incident = written(folder, "blinks", tree_of(zones=3, components=servers, events=events))
    placement = [{"region": "north", "roles": ["a", "b", "c"], "fixed": [f"north/zone-{z}" for z in (1, 2, 3)]}]
    web = {"path": "*/web", "rides": "servers", "units": 1}
    front = {"path": "front", "targets": "*/web", "spread": "by_target", **route}
    tenant = tenant_of(placement=placement, components=[web], routes=[front])
    loaded = api.load(incident)
    trace = replay(plan_of(loaded.scenario, cases_of(loaded.scenario, loaded.tenants([written(folder, "app", tenant)]))), seed=3)
    kinds = {"withdrawn", "readmitted"} if "shift" in route else {"rotation"}
    if "shift" in route:
        return [(r[0], r[1]) for r in trace.records if r[1] in kinds and str(r[5]).endswith(target)]
    whole = [n for n, r in enumerate(trace.records) if r[1] == "down" and r[2].endswith(target)]
    return [(r[0], r[1]) for r in trace.records if r[1] in kinds and r[4] in whole and r[0] > trace.records[r[4]][0]]


ROUTES: dict[str, Tree] = {
    "shift": {"shift": {"detect": exponential(120.0)}},
    "check": {"health_check": {"interval": "2 min", "threshold": 2}},
}
instants = st.lists(st.integers(1, 8), max_size=3, unique=True).map(lambda n: [3600 * k for k in n])


@pytest.mark.parametrize("kind", ROUTES)
@settings(max_examples=15, deadline=None)
@given(second=instants, third=instants)
def test_failures_of_other_targets_move_no_draw_of_a_target(kind: str, second: list[int], third: list[int]) -> None:
    mine = blinks(1, [1800, 9000])
    with tempfile.TemporaryDirectory() as folder:
        alone = changes(Path(folder), mine, ROUTES[kind], "a/web")
        among = changes(Path(folder), [*mine, *blinks(2, second), *blinks(3, third)], ROUTES[kind], "a/web")
    assert len(alone) >= 2
    assert among == alone


def test_one_counter_for_all_targets_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    honest = RouteState.look_at_targets

    def shared(self: RouteState, cause: int) -> None:
        self._detections = [max(self._detections)] * len(self._detections)
        honest(self, cause)

    monkeypatch.setattr(RouteState, "look_at_targets", shared)
    alone = changes(tmp_path, blinks(1, [1800, 9000]), ROUTES["shift"], "a/web")
    assert changes(tmp_path, [*blinks(1, [1800, 9000]), *blinks(2, [5400])], ROUTES["shift"], "a/web") != alone


# -- rules --------------------------------------------------------------------------------------------------------------------------------


def acted(folder: Path, rules: Sequence[Tree], name: str) -> list[float]:
    unit = {"path": f"{ROOM}/unit", "failure": {"after": {"law": exponential(HOUR)}}, "recovery": [{"wait": {"for": exponential(600.0)}}]}
    feed = {"path": f"{ROOM}/feed"}
    trace = replayed(written(folder, "rules", tree_of(horizon="20 d", components=[unit, feed], rules=rules)))
    return [time for time, change, who, _, _, _ in trace.records if change == "rule" and who == name]


def watching(name: str, **more: Any) -> Tree:
    return {"name": name, "when": {"down": f"{ROOM}/unit"}, "after": exponential(120.0), "do": {"repair": f"{ROOM}/feed"}, **more}


def test_other_rules_move_no_draw_of_a_rule(tmp_path: Path) -> None:
    alone = acted(tmp_path, [watching("mine")], "mine")
    others = [watching(f"another-{n}") for n in range(3)] + [
        {"name": "ticks", "when": {"every": exponential(300.0)}, "do": {"repair": f"{ROOM}/feed"}}
    ]
    assert len(alone) > 20
    assert acted(tmp_path, [watching("mine"), *others], "mine") == alone


def test_a_delay_is_drawn_anew_at_each_occasion(tmp_path: Path) -> None:
    """A delay without memory that is called off and begins again is as likely to end: P = a / (a + b), with the rates of both."""
    found, occasions = 0, 0
    back = [{"wait": {"for": exponential(300.0)}}]
    unit = {"path": f"{ROOM}/unit", "failure": {"after": {"law": exponential(600.0)}}, "recovery": back}
    rule = {"name": "slow", "when": {"down": f"{ROOM}/unit"}, "after": exponential(900.0), "do": {"repair": f"{ROOM}/unit"}}
    for n in range(40):
        path = written(tmp_path, "occasions", tree_of(components=[unit], rules=[rule]))
        trace = replayed(path, replication=n)
        found += sum(record[1] == "rule" for record in trace.records)
        occasions += sum(record[1] == "down" for record in trace.records)
    chance = (1 / 900.0) / (1 / 900.0 + 1 / 300.0)
    assert abs(found / occasions - chance) <= 4.5 * (chance * (1 - chance) / occasions) ** 0.5


def test_renaming_the_purpose_of_a_draw_would_move_results() -> None:
    """What makes the names worth freezing: another text is another stream."""
    key = {text: hashlib.blake2b(text.encode(), digest_size=8).digest() for text in ("a\x1fwork", "a\x1fservice_time")}
    assert len(set(key.values())) == 2
