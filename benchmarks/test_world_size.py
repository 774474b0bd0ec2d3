"""How the time of a replication grows with the world: where the same room fails in both, and where all rooms fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ledger import Line
from benchmarks.nights import replayed
from benchmarks.rooms import write_rooms
from benchmarks.yardstick import in_turn
from simulator.api import load
from simulator.engine.plan import Plan
from simulator.ensemble.cases import cases_of, plan_of

SIZES = (100, 1000)
ONE_ROOM, ALL_ROOMS = "here/zone-1/room-1", "here/*/*"

Files = tuple[Path, Path]


def compiled(files: Files, components: int) -> Plan:
    incident, tenant = files
    loaded = load(incident)
    assert len(loaded.scenario.world.components) == components
    return plan_of(loaded.scenario, cases_of(loaded.scenario, loaded.tenants([tenant])))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str], Files]:
    root = tmp_path_factory.mktemp("rooms")
    return lambda size, where: write_rooms(root / f"{size}-{'all' if where == ALL_ROOMS else 'one'}", components=size, where=where)


@pytest.mark.parametrize(("where", "line"), [(ONE_ROOM, Line.PART_OF_WORLD), (ALL_ROOMS, Line.ALL_OF_WORLD)])
def test_ten_times_the_components(where: str, line: Line, written: Callable[[int, str], Files], benchmark: Any, enter: Any) -> None:
    small, large = (replayed(compiled(written(size, where), size)) for size in SIZES)
    happening = large(0).events / small(0).events
    assert happening == pytest.approx(1 if where == ONE_ROOM else 10, rel=0.3), "the two worlds no longer do what is compared"
    enter(line, in_turn(benchmark, large, [small], replications=2, rounds=5))


def test_building_ten_times_the_components(tmp_path: Path, benchmark: Any, enter: Any) -> None:
    small, large = (write_rooms(tmp_path / str(size), components=size, where=ONE_ROOM) for size in SIZES)
    base, subject = (lambda _: compiled(small, SIZES[0])), (lambda _: compiled(large, SIZES[1]))
    enter(Line.BUILDING, in_turn(benchmark, subject, [base], replications=1, rounds=5))
