"""Stocks that are taken from, stations that work with what another leaves or run out of room, and asking until one is served."""

from math import exp
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import api
from simulator.engine import ways
from simulator.engine.chance import Chance
from simulator.engine.replay import replay
from simulator.engine.stations import StationState
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of
from simulator.ensemble.cases import plan_of as plan_with
from tests.theory.measuring import Estimate, mean_of, spans_down
from tests.theory.scenarios import BASIS, plan_of, replayed, tenant_of, tree_of, written

ROOM = "north/zone-1/dc-1"
BEGINS = {"name": "begins", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/wanting", "for": "1 min"}}}


def wanting(folder: Path, *, units: int = 10, level: float = 4, inflow: float = 0.0, events: Any = (), **more: Any) -> Path:
    """Ten units lose what they had at the second minute, and each wants one of a stock of four."""
    flows = [{"steady": {"per_second": inflow}}] if inflow else []
    component = {"path": f"{ROOM}/wanting", "units": units, "recovery": [{"take": {"from": "pool"}}], **more}
    stock = {"path": f"{ROOM}/pool", "capacity": 100, "level": level, "flows": flows}
    return written(folder, "wanting", tree_of(components=[component], stocks=[stock], events=[BEGINS, *events]))


def back(trace: Trace, owner: str = f"{ROOM}/wanting") -> list[tuple[float, int]]:
    """(instant, unit) of every return."""
    return [(r[0], int(str(r[5]))) for r in trace.records if r[1] == "up" and r[2] == owner]


def test_as_many_as_there_is_for_come_back_and_each_as_often(tmp_path: Path) -> None:
    plan = plan_of(wanting(tmp_path))
    traces = [back(replay(plan, seed=2, replication=n)) for n in range(2000)]
    assert {len(found) for found in traces} == {4}
    assert {time for found in traces for time, _ in found} == {120.0}
    for unit in range(10):
        assert mean_of(float(unit in {b for _, b in found}) for found in traces).agrees(0.4)


def test_in_the_order_of_arrival_some_never_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Chance, "uniform", lambda *_: 0.5)
    plan = plan_of(wanting(tmp_path))
    first = mean_of(float(0 in {b for _, b in back(replay(plan, seed=2, replication=n))}) for n in range(100))
    assert not Estimate(value=first.value, error=0.011).agrees(0.4)


def test_the_others_come_back_as_the_level_rises(tmp_path: Path) -> None:
    """Half a unit of space a minute from the start: by the second minute there are five, and then one every two minutes."""
    found = [time for time, _ in back(replayed(wanting(tmp_path, inflow=0.5 / 60)))]
    assert found == pytest.approx([120.0] * 5 + [240.0, 360.0, 480.0, 600.0, 720.0], abs=1e-3)


def test_a_fill_serves_those_who_wait_and_the_rest_stays(tmp_path: Path) -> None:
    fill = [{"name": "brought", "at": "1 h", "do": {"fill": {"stock": f"{ROOM}/pool", "by": 8}}}]
    trace = replayed(wanting(tmp_path, events=fill))
    assert [time for time, _ in back(trace)] == [120.0] * 4 + [3600.0] * 6
    assert spans_down(trace, f"{ROOM}/pool") == [(120.0, 3600.0)]


def test_nobody_takes_more_than_there_is(tmp_path: Path) -> None:
    """Each wants fifty of a stock that holds a hundred, and had four; after the fill two of them are served."""
    fill = [{"name": "brought", "at": "1 h", "do": {"fill": {"stock": f"{ROOM}/pool", "by": 500}}}]
    trace = replayed(wanting(tmp_path, events=fill, recovery=[{"take": {"from": "pool", "amount": 50}}]))
    assert [time for time, _ in back(trace)] == [3600.0] * 2
    huge = replayed(wanting(tmp_path, events=fill, recovery=[{"take": {"from": "pool", "amount": 500}}]))
    assert [r[3] for r in huge.records if r[1] == "takes"] == [100.0]


def test_who_is_back_names_what_it_came_from_or_what_it_waited_for(tmp_path: Path) -> None:
    """Who finds something at once names what it came from; who had to wait, what brought it; and an empty level what drained it."""
    fill = [{"name": "brought", "at": "1 h", "do": {"fill": {"stock": f"{ROOM}/pool", "by": 8}}}]
    trace = replayed(wanting(tmp_path, events=fill))
    roots = []
    for n in (n for n, r in enumerate(trace.records) if r[1] == "up"):
        chain = [trace.records[n]]
        while chain[-1][4] >= 0:
            chain.append(trace.records[chain[-1][4]])
        assert [r[1] for r in chain][:2] == ["up", "takes"]
        roots.append((chain[0][0], chain[-1][1:3]))
    assert roots == [(120.0, ("event", "begins"))] * 4 + [(3600.0, ("event", "brought"))] * 6
    drained = yaml.safe_load(wanting(tmp_path, level=50).read_text(encoding="utf-8"))
    world = drained["world"]
    world["components"].append({"path": f"{ROOM}/plug"})
    world["stocks"][0]["flows"] = [{"steady": {"per_second": -0.01, "while": {"down": "plug"}}}]
    drained["events"].append({"name": "pulled", "at": "30 s", "do": {"fail": {"target": f"{ROOM}/plug"}}, "basis": BASIS})
    trace = replayed(written(tmp_path, "drained", drained))
    empty = next(r for r in trace.records if r[1] == "level" and r[2] == f"{ROOM}/pool")
    while empty[4] >= 0:
        empty = trace.records[empty[4]]
    assert empty[1:3] == ("event", "pulled")


def test_what_takes_more_at_a_time_empties_it_sooner(tmp_path: Path) -> None:
    trace = replayed(wanting(tmp_path, recovery=[{"take": {"from": "pool", "amount": 2}}]))
    assert len(back(trace)) == 2


def test_a_way_that_is_left_takes_nothing(tmp_path: Path) -> None:
    """Half a minute of other work wins the race for the six that find nothing; what is brought later stays in the stock."""
    ways = [[{"take": {"from": "pool"}}], [{"wait": {"for": "30 s"}}]]
    fill = [{"name": "brought", "at": "1 h", "do": {"fill": {"stock": f"{ROOM}/pool", "by": 8}}}]
    trace = replayed(wanting(tmp_path, recovery=[{"either": {"ways": ways}}], events=fill))
    assert [time for time, _ in back(trace)] == [120.0] * 4 + [150.0] * 6
    assert sum(r[1] == "takes" for r in trace.records) == 4


def test_who_asks_on_two_ways_takes_once(tmp_path: Path) -> None:
    ways = [[{"take": {"from": "pool"}}], [{"until": {"up": "pool"}}, {"take": {"from": "pool"}}]]
    trace = replayed(wanting(tmp_path, level=30, recovery=[{"either": {"ways": ways}}]))
    assert sum(r[3] for r in trace.records if r[1] == "takes") == len(back(trace)) == 10


def test_what_is_lost_stays_lost_whatever_is_repaired(tmp_path: Path) -> None:
    """Of 200 units 30 % are lost each time that they go down: first exactly so many, then so many of those that are left, on average."""
    again = [{"name": "again", "at": "2 h", "do": {"fail": {"target": f"{ROOM}/wanting", "for": "1 min"}}}]
    path = wanting(tmp_path, units=200, level=100, recovery=[{"lose": {"share": "30 %"}}], events=again)
    second = []
    for n in range(100):
        trace = replayed(path, replication=n)
        lost = [(r[0] < 3600, r[3], r[5]) for r in trace.records if r[1] == "lost"]
        assert len({batch for _, _, batch in lost}) == len(lost)
        assert sum(units for first, units, _ in lost if first) == 60.0
        assert sum(r[3] for r in trace.records if r[1] == "up" and r[0] < 3600) == 140.0
        second.append(sum(units for first, units, _ in lost if not first))
        assert sum(r[3] for r in trace.records if r[1] == "up" and r[0] > 3600) == 140.0 - second[-1]
    assert mean_of(second).agrees(0.3 * 140.0)


# -- stations that share a capacity, and rooms -------------------------------------------------------------------------------------------


def sharing(folder: Path, discipline: Any) -> Path:
    """Ten jobs of a minute before, and ten of a minute behind them, out of the same capacity of two."""
    def group(name: str) -> dict[str, Any]:
        return {"path": f"{ROOM}/{name}", "units": 10, "recovery": [{"visit": {"station": f"at-{name}", "work": "1 min"}}]}

    stations = [
        {"path": f"{ROOM}/at-front", "discipline": {"processor_sharing": {"per_job": 0.15}}, "capacity": 2},
        {"path": f"{ROOM}/at-rear", "discipline": discipline, "capacity": 2, "behind": "at-front"},
    ]  # fmt: skip
    events = [{"name": "begins", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/*", "for": "1 min"}}}]
    return written(folder, "sharing", tree_of(components=[group("front"), group("rear")], stations=stations, events=events))


@pytest.mark.parametrize("discipline", [{"fifo": {"servers": 1}}, {"processor_sharing": {}}])
def test_a_station_works_with_what_the_one_before_it_leaves(discipline: Any, tmp_path: Path) -> None:
    """Ten at 0.15 each take 1.5 of 2 for 60 / 0.15 = 400 s; the rear has done 200 of its 600 s by then, and the rest takes 200 s."""
    trace = replayed(sharing(tmp_path, discipline))
    assert [time for time, _ in back(trace, f"{ROOM}/front")] == pytest.approx([520.0] * 10, abs=1e-3)
    assert max(time for time, _ in back(trace, f"{ROOM}/rear")) == pytest.approx(720.0, abs=1e-3)


def test_a_station_that_minds_nobody_is_done_too_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StationState, "_capacity_left", lambda self: self._capacity)
    trace = replayed(sharing(tmp_path, {"fifo": {"servers": 1}}))
    assert max(time for time, _ in back(trace, f"{ROOM}/rear")) < 600.0


def test_each_of_a_row_has_what_all_before_it_leave(tmp_path: Path) -> None:
    """Three in a row out of a capacity of two, with work for one after the other: nobody is faster than those before him."""
    def group(n: int) -> dict[str, Any]:
        return {"path": f"{ROOM}/group-{n}", "units": 10, "recovery": [{"visit": {"station": f"at-{n}", "work": "1 min"}}]}

    stations = [
        {"path": f"{ROOM}/at-{n}", "discipline": {"processor_sharing": {}}, "capacity": 2, **({"behind": f"at-{n - 1}"} if n else {})}
        for n in range(3)
    ]
    events = [{"name": "begins", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/*", "for": "1 min"}}}]
    trace = replayed(written(tmp_path, "row", tree_of(components=[group(n) for n in range(3)], stations=stations, events=events)))
    ends = [max(time for time, _ in back(trace, f"{ROOM}/group-{n}")) for n in range(3)]
    assert ends == pytest.approx([420.0, 720.0, 1020.0], abs=1e-2)


def test_several_servers_behind_another_station_share_what_it_leaves(tmp_path: Path) -> None:
    """Four servers of one behind work of one: three quarters of each are left, for ten minutes; then four jobs are done at a time."""
    front = {"path": f"{ROOM}/front", "recovery": [{"visit": {"station": "at-front", "work": "10 min"}}]}
    rear = {"path": f"{ROOM}/rear", "units": 4, "recovery": [{"visit": {"station": "at-rear", "work": "15 min"}}]}
    stations = [
        {"path": f"{ROOM}/at-front", "discipline": {"fifo": {"servers": 1}}},
        {"path": f"{ROOM}/at-rear", "discipline": {"fifo": {"servers": 4}}, "behind": "at-front"},
    ]
    events = [{"name": "begins", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/*", "for": "1 min"}}}]
    trace = replayed(written(tmp_path, "servers", tree_of(components=[front, rear], stations=stations, events=events)))
    assert [time for time, _ in back(trace, f"{ROOM}/rear")] == pytest.approx([120.0 + 600.0 + 900.0 - 450.0] * 4, abs=1e-2)


def test_calls_fail_while_there_is_no_room(tmp_path: Path) -> None:
    """A thread pool of 6: calls that cannot be served come every 30 s and hold a thread for 10 min, so that it is full after the sixth.
    The calls end at 20 min; by then 6 are served and the others queue, one for each that leaves."""
    components = [{"path": f"{ROOM}/calls", "requires": {"live": "threads"}}]
    threads = {
        "path": f"{ROOM}/threads", "discipline": {"fifo": {"servers": 6}}, "room": 6, "patience": {"after": "11 min"},
    }  # fmt: skip
    rule = {
        "name": "calls-come", "when": {"every": "30 s"}, "once": False,
        "do": {"submit": {"station": f"{ROOM}/threads", "work": "10 min"}},
    }  # fmt: skip
    trace = replayed(written(tmp_path, "room", tree_of(components=components, stations=[threads], rules=[rule], horizon="30 min")))
    assert spans_down(trace, f"{ROOM}/calls") == [(180.0, 1800.0)]
    few = dict(rule, when={"every": "2 min"})
    trace = replayed(written(tmp_path, "room", tree_of(components=components, stations=[threads], rules=[few], horizon="30 min")))
    assert spans_down(trace, f"{ROOM}/calls") == []


# -- asking, and every one of several ----------------------------------------------------------------------------------------------------


def asking(folder: Path, share: float) -> Path:
    components = [
        {"path": f"{ROOM}/half", "units": 100},
        {"path": f"{ROOM}/api", "requires": {"live": "half"}},
        {"path": f"{ROOM}/asking", "units": 50, "recovery": [{"until": {"up": "api", "poll": "1 min"}}]},
    ]  # fmt: skip
    events = [
        {"name": "a-part", "at": "30 s", "do": {"fail": {"target": f"{ROOM}/half", "share": f"{100 * (1 - share)} %"}}},
        {"name": "begins", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/asking", "for": "1 min"}}},
    ]
    return written(folder, "asking", tree_of(components=components, events=events))


def waits(path: Path) -> Estimate:
    plan = plan_of(path)
    return mean_of(time - 120.0 for n in range(100) for time, _ in back(replay(plan, seed=4, replication=n), f"{ROOM}/asking"))


def test_each_asking_is_answered_with_the_share_that_serves(tmp_path: Path) -> None:
    """Geometric: of a share p, (1 - p) / p failed askings a minute apart."""
    found = waits(asking(tmp_path, 0.25))
    assert found.relative < 0.02
    assert found.agrees(60.0 * 0.75 / 0.25)


def test_asking_as_if_half_were_none_or_all_fails_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "_answered", lambda *_, **__: True)
    assert not waits(asking(tmp_path, 0.25)).agrees(60.0 * 0.75 / 0.25)


def test_l_a_database_sticks_if_any_of_its_volumes_does(tmp_path: Path) -> None:
    components = [
        {"path": f"{ROOM}/volumes", "units": 100},
        {"path": f"{ROOM}/storage", "requires": {"live": {"every": {"of": "volumes", "count": 4}}}},
        {"path": f"{ROOM}/databases", "units": 10_000, "batches": 10_000, "requires": {"latching": {"on": "storage"}}},
    ]
    events = [{"name": "stick", "at": "1 min", "do": {"fail": {"target": f"{ROOM}/volumes", "share": "13 %"}}}]
    trace = replayed(written(tmp_path, "every", tree_of(components=components, events=events)))
    lost = sum(r[3] for r in trace.records if r[1] == "down" and r[2] == f"{ROOM}/databases") / 10_000
    assert lost == pytest.approx(1 - (1 - 0.13) ** 4, abs=5e-5)
    assert abs(lost - 0.13) > 0.2


# -- a level for each batch --------------------------------------------------------------------------------------------------------------


def leaking(folder: Path, **more: Any) -> Path:
    stock = {
        "path": f"{ROOM}/memory", "capacity": "10 h", "each": "servers", "share": "40 %", "level": {"exponential": {"mean": "1 h"}},
        "flows": [{"steady": {"per_second": -1}}],
    }  # fmt: skip
    server = {"path": f"{ROOM}/servers", "units": 1000, "batches": 1000}
    return written(folder, "leaking", tree_of(components=[server], stocks=[stock | more], events=[CURE]))


CURE = {"name": "cure", "at": "2 h", "do": {"fill": {"stock": f"{ROOM}/memory", "by": "3 h"}}}


def test_servers_starve_as_the_law_of_their_levels_says_and_return_with_the_cure(tmp_path: Path) -> None:
    plan = plan_of(leaking(tmp_path))
    early, back_at = [], set()
    for n in range(200):
        trace = replay(plan, seed=6, replication=n)
        early.append(sum(r[3] for r in trace.records if r[1] == "down" and r[0] < 3600.0) / 1000)
        back_at |= {r[0] for r in trace.records if r[1] == "up"}
    found = mean_of(early)
    assert found.relative < 0.01
    assert found.agrees(0.4 * (1 - exp(-1)))
    assert back_at == {7200.0}


def test_after_the_cure_each_level_is_what_it_was_and_three_hours_more(tmp_path: Path) -> None:
    trace = replayed(leaking(tmp_path))
    down = [r[0] for r in trace.records if r[1] == "down"]
    emptied = sum(time < 7200.0 for time in down)
    assert sum(time == 7200.0 + 10800.0 for time in down) == emptied
    assert all(time > 7200.0 + 10800.0 for time in down[2 * emptied :])


def test_what_flows_from_the_start_flows_though_its_condition_never_changes(tmp_path: Path) -> None:
    """Nothing ever touches the leak; it is on from the first second, and each level runs out in its time."""
    components = [{"path": f"{ROOM}/leak"}, {"path": f"{ROOM}/cold", "requires": {"live": "heat"}}]
    flows = [{"steady": {"per_second": -1, "while": {"up": "leak"}}}]
    stocks = [{"path": f"{ROOM}/heat", "capacity": "1 h", "flows": flows}]
    trace = replayed(written(tmp_path, "leak", tree_of(components=components, stocks=stocks)))
    assert spans_down(trace, f"{ROOM}/cold") == [(3600.0, trace.horizon)]
    still = [{"steady": {"per_second": -1, "while": {"down": "leak"}}}]
    trace = replayed(written(tmp_path, "still", tree_of(components=components, stocks=[stocks[0] | {"flows": still}])))
    assert spans_down(trace, f"{ROOM}/cold") == []


def test_no_level_rises_above_the_capacity(tmp_path: Path) -> None:
    """Filled by nine hours and able to hold three, every level lasts three hours from then on, those that were empty too."""
    fill = dict(CURE, do={"fill": {"stock": f"{ROOM}/memory", "by": "9 h"}})
    tree = yaml.safe_load(leaking(tmp_path, capacity="3 h").read_text(encoding="utf-8"))
    trace = replayed(written(tmp_path, "filled", tree | {"events": [dict(fill, basis=BASIS)]}))
    again = [r[0] for r in trace.records if r[1] == "down" and r[0] > 7200.0]
    assert set(again) == {7200.0 + 10800.0}
    assert len(again) == 400


def test_the_smallest_share_is_one_batch(tmp_path: Path) -> None:
    assert sum(r[1] == "down" and r[0] < 7200.0 for r in replayed(leaking(tmp_path, share="0.01 %")).records) <= 1
    assert sum(r[1] == "level" for r in replayed(leaking(tmp_path, share="0.01 %", level="1 h")).records) > 0


def test_who_rides_along_shares_the_level_of_a_batch(tmp_path: Path) -> None:
    """Of a tenant's ten servers as many starve as of all others, and they come back with the cure."""
    tree = yaml.safe_load(leaking(tmp_path).read_text(encoding="utf-8"))
    loaded = api.load(written(tmp_path, "leaking", tree))
    tenant = tenant_of(enters="a/web", components=[{"path": "a/web", "units": 10, "rides": "servers"}])
    plan = plan_with(loaded.scenario, cases_of(loaded.scenario, loaded.tenants([written(tmp_path, "app", tenant)])))
    down, back_at = [], set()
    for n in range(400):
        trace = replay(plan, seed=8, replication=n)
        mine = [r for r in trace.records if r[2].endswith("a/web")]
        down.append(sum(r[1] == "down" and r[0] < 7200.0 for r in mine) / 10)
        back_at |= {r[0] for r in mine if r[1] == "up"}
    found = mean_of(down)
    assert found.relative < 0.03
    assert found.agrees(0.4 * (1 - exp(-2)))
    assert back_at == {7200.0}
