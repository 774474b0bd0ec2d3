"""State lives in the engine and ends with the run: a finished replication gives its memory back at once, and keeps what is read only."""

import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine.plan import Plan
from simulator.engine.replay import replay
from simulator.engine.run import Run
from simulator.engine.trace import Trace
from simulator.ensemble import replays
from simulator.ensemble.availability_results import Availabilities
from simulator.ensemble.cases import plan_of, probes_of
from simulator.measures.causes import chain
from simulator.measures.index import TraceIndex
from simulator.scenario import building, catalogue
from tests.laws.small_world import small
from tests.laws.stuck_world import stuck
from tests.theory.scenarios import tenant_of, tree_of, written

NIGHT = "2012-06-29-us-east-1-power-loss"
MEGABYTE = 1024
"""In KiB, as both tell it."""
CLOSE = 10 * MEGABYTE


def plan(name: str | Path) -> Plan:
    scenario = building.load(name)
    return plan_of(scenario, probes_of(scenario))


def left_over(plan: Plan) -> int:
    """How many objects of a replication wait for the collector of garbage."""
    replay(plan, seed=1)  # what is worked out once and kept for all replications
    gc.collect()
    gc.disable()
    try:
        replay(plan, seed=1, replication=1)
        return gc.collect()
    finally:
        gc.enable()


@pytest.mark.parametrize("name", catalogue.names("incident"))
def test_nothing_of_a_finished_replication_waits_for_the_collector(name: str) -> None:
    assert left_over(plan(name)) == 0


def test_nor_where_jobs_lose_patience_stocks_run_out_and_hazards_are_driven(tmp_path: Path) -> None:
    for tree in (small(), stuck()):
        assert left_over(plan(written(tmp_path, tree["name"], tree))) == 0


def test_without_its_end_a_replication_waits_for_the_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "end", lambda _: None)
    assert left_over(plan("zone-power-interruption")) > 100


# -- a run over years ----------------------------------------------------------------------------------------------------------------------

YEARS = """
import resource, sys
from pathlib import Path
from simulator import api
from simulator.ensemble import replays
replay, traces = replays.replay, []
if sys.argv[1] == "hoards":
    def hoarding(plan, **more):
        traces.append(replay(plan, **(more | {"keep": None})))
        return traces[-1]
    replays.replay = hoarding
api.availability(sys.argv[2], [sys.argv[3]], replications=int(sys.argv[4]))
status = Path("/proc/self/status")
if status.exists():  # what a process takes for itself: on Linux ru_maxrss begins with what its parent took when it was forked
    print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture
def years(tmp_path: Path) -> tuple[Path, Path]:
    """Ten years of six units that fail every month or so, for an hour."""
    components = [
        {
            "path": f"north/zone-{z + 1}/dc-1/{name}",
            "units": 1,
            "failure": {"after": {"law": {"exponential": {"mean": "30 d"}}}},
            "recovery": [{"wait": {"for": {"exponential": {"mean": "1 h"}}}}],
        }
        for z in range(3)
        for name in ("servers", "switch")
    ]
    scenario = written(tmp_path, "years", tree_of(horizon="3652 d", zones=3, components=components))
    parts: list[dict[str, Any]] = [{"path": f"a/{name}", "rides": name} for name in ("servers", "switch")]
    front = {"path": "front", "requires": {"live": {"all_of": ["a/servers", "a/switch"]}}}
    return scenario, written(tmp_path, "app", tenant_of(components=[*parts, front]))


def peak(years: tuple[Path, Path], replications: int, how: str = "as it is") -> int:
    """Of a process of its own that replays so often: the most memory it ever took."""
    told = [sys.executable, "-c", YEARS, how, *map(str, years), str(replications)]
    return int(subprocess.run(told, check=True, capture_output=True, text=True).stdout)


def test_ten_times_the_replications_of_ten_years_take_no_more_memory(years: tuple[Path, Path]) -> None:
    assert peak(years, 200) - peak(years, 20) < CLOSE


def test_who_keeps_the_traces_takes_more(years: tuple[Path, Path]) -> None:
    assert peak(years, 80, "hoards") - peak(years, 20) > 2 * CLOSE


# -- what is kept --------------------------------------------------------------------------------------------------------------------------


def test_records_of_others_are_numbered_and_not_kept() -> None:
    """What is kept is what a whole trace has of these owners, with the same causes; curves are whole."""
    ours = plan(NIGHT)
    whole = replay(ours, seed=1)
    owners = sorted({record[2] for record in whole.records})[::3]
    some = replay(ours, seed=1, keep=owners)
    assert some.records == [record for record in whole.records if record[2] in owners]
    assert 0 < len(some.records) < len(whole.records)
    assert (some.count, some.events, some.curves, some.writes_lost) == (whole.count, whole.events, whole.curves, whole.writes_lost)
    assert whole.waits
    assert some.waits == {path: waits for path, waits in whole.waits.items() if path in owners}
    assert replay(ours, seed=1, keep=()).records == []


def test_a_chain_of_causes_wants_all_records() -> None:
    some = replay(plan("zone-power-interruption"), seed=1, keep=())
    with pytest.raises(ValueError, match=r"^a chain of causes needs every record of its replication: replay it without `keep`$"):
        chain(TraceIndex(some), 0)


def whole(plan: Plan, **more: Any) -> Trace:
    return replay(plan, **{**more, "keep": None})


def test_studies_that_keep_less_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[Availabilities, Any]:
        ours = api.compare(NIGHT, ["single-zone"], replications=2)
        return api.availability(NIGHT, ["single-zone"], replications=2), (ours.rows, ours.blast_radius, ours.timeline, ours.bands)

    some = found()
    monkeypatch.setattr(replays, "replay", whole)
    assert found() == some
