"""Named draws: the same seed gives the same answer anywhere, and nobody's dice depend on who else is there."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from statistics import variance

import pytest

from simulator import api
from simulator.engine.replay import replay
from simulator.engine.trace import Trace
from simulator.ensemble.cases import cases_of, plan_of
from tests.laws.small_world import app, small, twin
from tests.theory.scenarios import written

NIGHT = "2012-06-29-us-east-1-power-loss"
RIDING = ("single-zone", "two-zone", "three-zone-tight", "three-zone-spare")

REPLAYED = f"""
import hashlib, json
from simulator import api
found = [api.run({NIGHT!r}, name, seed=5, replication=2) for name in ("two-zone", "netflix")]
print(json.dumps([hashlib.sha256(repr((f.trace.records, f.curve, f.trace.waits, f.lost_minutes)).encode()).hexdigest() for f in found]))
"""


@lru_cache
def replications(names: tuple[str, ...], count: int, seed: int = 1) -> list[Trace]:
    """The night, so often, with these architectures in all their placements riding along."""
    loaded = api.load(NIGHT)
    plan = plan_of(loaded.scenario, cases_of(loaded.scenario, loaded.tenants(names)))
    return [replay(plan, seed=seed, replication=n) for n in range(count)]


def lost_minutes(trace: Trace, label: str) -> float:
    curve = trace.curves[label]
    ends = [t for t, _ in curve[1:]] + [trace.horizon]
    return sum((end - t) * (1.0 - served) for (t, served), end in zip(curve, ends, strict=True)) / 60.0


def test_a_seed_gives_the_same_night_in_every_process() -> None:
    """Sets and dictionaries are laid out by a hash that changes from process to process; nothing may follow it."""
    found = set()
    for hash_seed in ("0", "1", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", REPLAYED], env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1
    (two_zone, like_a_probe) = json.loads(found.pop())
    assert two_zone != like_a_probe


def test_another_seed_and_another_replication_give_other_nights() -> None:
    first, second = replications(RIDING, 2)
    (other,) = replications(RIDING, 1, seed=2)
    assert first.records != second.records
    assert first.records != other.records


def test_a_tenants_dice_do_not_depend_on_who_else_is_there() -> None:
    """Alone, beside three others, or beside all of the catalogue: the same curve, bit for bit, replication by replication."""
    for n, (alone, beside, among_all) in enumerate(
        zip(replications(("single-zone",), 3), replications(RIDING, 3), replications((), 3), strict=True)
    ):
        for label in ("single-zone@0", "single-zone@1"):
            assert alone.curves[label] == beside.curves[label] == among_all.curves[label], n
        assert among_all.curves["two-zone@0"] == beside.curves["two-zone@0"]


def test_the_world_does_not_notice_small_tenants() -> None:
    worlds = [
        [(t, change, owner, amount) for t, change, owner, amount, _, _ in replications(names, 1)[0].records if "@" not in owner]
        for names in (("single-zone",), RIDING)
    ]  # fmt: skip
    assert worlds[0] == worlds[1]


def test_a_world_with_patience_does_not_notice_small_tenants(tmp_path: Path) -> None:
    """What waits in its queues gives up and comes again by chance; what rides along has dice of its own."""
    loaded = api.load(written(tmp_path, "small", small()))
    first, second = (loaded.tenants([written(tmp_path, tree["name"], tree)])[0] for tree in (app(), twin()))
    traces = [
        replay(plan_of(loaded.scenario, cases_of(loaded.scenario, tenants)), seed=3) for tenants in ([], [first], [second], [first, second])
    ]
    worlds = [[r[:4] for r in t.records if "@" not in r[2]] for t in traces]
    assert any(change == "gives_up" for _, change, _, _ in worlds[0])
    assert any(r[1] == "leaves" and "@" in r[2] for r in traces[3].records)
    assert worlds[0] == worlds[1] == worlds[2] == worlds[3]
    for label in (label for label in traces[3].curves):
        assert traces[3].curves[label] == (traces[1] if label.startswith("app@") else traces[2]).curves[label]


def test_a_row_alone_is_the_row_of_the_whole_comparison() -> None:
    alone = api.compare(NIGHT, ["single-zone"], replications=4)
    among = api.compare(NIGHT, replications=4)
    mine = [row for row in among.rows if row.architecture == "single-zone"]
    assert [row.placement for row in alone.rows] == ["hit", "missed", "average"]
    assert list(alone.rows) == mine


def test_replications_do_not_depend_on_how_many_there_are() -> None:
    few, many = api.compare(NIGHT, ["single-zone"], replications=1), api.run(NIGHT, "single-zone", replication=0)
    assert next(row for row in few.rows if row.placement == "hit").lost_minutes.mean == pytest.approx(many.lost_minutes, rel=1e-12)


@pytest.mark.parametrize(("a", "b", "at_most"), [("two-zone", "three-zone-spare", 0.6), ("three-zone-tight", "three-zone-spare", 0.9)])
def test_the_same_dice_make_differences_sharper(a: str, b: str, at_most: float) -> None:
    """Of 60 paired replications, the variance of the difference over what independent seeds would give."""
    ours, theirs = ([lost_minutes(t, f"{name}@0") for t in replications(RIDING, 60)] for name in (a, b))
    independent = variance(ours) + variance(theirs)
    assert independent > 0
    assert variance([x - y for x, y in zip(ours, theirs, strict=True)]) < at_most * independent


def test_without_pairing_nothing_is_gained() -> None:
    """The same measure on nights that have nothing to do with each other."""
    ours, theirs = ([lost_minutes(t, f"{name}@0") for t in replications(RIDING, 60)] for name in ("two-zone", "three-zone-spare"))
    theirs = [*theirs[1:], theirs[0]]
    assert variance([x - y for x, y in zip(ours, theirs, strict=True)]) > 0.7 * (variance(ours) + variance(theirs))
