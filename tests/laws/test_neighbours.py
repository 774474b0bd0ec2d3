"""An answer stands alone: at fixed replications the row of an architecture is the same to the last bit, whatever else is compared."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.engine.replay import replay
from simulator.ensemble.cases import cases_of, plan_of
from simulator.ensemble.replays import Replays
from simulator.ensemble.results import Comparison
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

EXAMPLES = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOSTS = 200


def crowded(*, fifo: bool, share: int, patience: bool) -> dict[str, Any]:
    """Two zones whose hosts lose something and come back through one queue of the region; a level of the region is used up meanwhile."""
    discipline = {"fifo": {"servers": 2}} if fifo else {"processor_sharing": {"per_job": 1}}
    station: dict[str, Any] = {"path": "north/queue", "discipline": discipline, "capacity": 2}
    if patience:
        station["patience"] = {"after": {"uniform": ["5 min", "1 h"]}, "again": "50 %"}
    work = {"visit": {"station": "queue", "work": {"exponential": {"mean": "20 s"}}}}
    components: list[dict[str, Any]] = [{"path": "north/store"}]
    components += [
        {"path": f"north/zone-{z}/dc-1/hosts", "units": HOSTS, "batches": 50, "requires": {"latching": {"on": "store"}}, "recovery": [work]}
        for z in (1, 2)
    ]
    fail = {"fail": {"target": "north/store", "for": {"uniform": ["2 min", "9 min"]}, "share": f"{share} %"}}
    return tree_of(
        zones=2, horizon="10 h", components=components, stations=[station],
        stocks=[{"path": "north/tokens", "capacity": 500, "flows": [{"steady": {"per_second": 0.01}}]}],
        events=[{"name": "off", "at": "10 min", "do": fail}, {"name": "again", "at": "3 h", "do": fail}],
    )  # fmt: skip


def light(name: str) -> dict[str, Any]:
    return tenant_of(name=name, enters="a/web", components=[{"path": "a/web", "units": 1, "rides": "hosts"}])


def heavy(name: str) -> dict[str, Any]:
    """A tenth of a zone."""
    return tenant_of(name=name, enters="a/web", components=[{"path": "a/web", "units": HOSTS / 10, "rides": "hosts"}])


def owner(name: str) -> dict[str, Any]:
    """Units that run on nothing of the world, but queue in it."""
    return tenant_of(
        name=name, enters="a/own",
        components=[{
            "path": "a/own", "units": 20, "requires": {"latching": {"on": "store"}},
            "recovery": [{"visit": {"station": "queue", "work": "1 min"}}],
        }],
    )  # fmt: skip


def taker(name: str) -> dict[str, Any]:
    """Units that use up a level of the world."""
    return tenant_of(
        name=name, enters="a/own",
        components=[{
            "path": "a/own", "units": 40, "requires": {"latching": {"on": "store"}},
            "recovery": [{"take": {"from": "tokens", "amount": 20}}],
        }],
    )  # fmt: skip


def meddler(name: str) -> dict[str, Any]:
    """A rule that acts on the world."""
    return light(name) | {
        "rules": [{"name": "panic", "when": {"down": "a/web"}, "do": {"submit": {"station": "north/queue", "work": "1 h"}}, "basis": BASIS}]
    }


KINDS = {"light": light, "heavy": heavy, "owner": owner, "taker": taker, "meddler": meddler}
WEIGHING = {"heavy", "owner", "taker", "meddler"}
worlds = st.builds(crowded, fifo=st.booleans(), share=st.sampled_from([40, 100]), patience=st.booleans())
crowds = st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=4)


def compared(folder: Path, world: dict[str, Any], tenants: list[dict[str, Any]]) -> Comparison:
    files = [written(folder, tree["name"], tree) for tree in tenants]
    return api.compare(written(folder, "incident", world), files, replications=2, seed=7)


def own_rows(found: Comparison) -> dict[tuple[str, str], str]:
    """Every figure of each row, replication by replication."""
    return {
        (row.architecture, row.placement): repr((row, {name: values.tolist() for name, values in row.values.items()}))
        for row in found.rows
    }  # fmt: skip


@EXAMPLES
@given(world=worlds, crowd=crowds, data=st.data())
def test_neighbours_change_no_digit(world: dict[str, Any], crowd: list[str], data: st.DataObject) -> None:
    tenants = [KINDS[kind](f"app-{n}-{kind}") for n, kind in enumerate(crowd)]
    with TemporaryDirectory() as folder:
        beside = compared(Path(folder), world, data.draw(st.permutations(tenants)))
        nobody = Replays(api.load(Path(folder) / "incident.yaml").scenario, [])
        assert not nobody.shared.tenants
        alone = [compared(Path(folder), world, [tenant]) for tenant in tenants]
    rows = own_rows(beside)
    assert rows == {key: text for one in alone for key, text in own_rows(one).items()}
    # What is said of the world is the same too, and that of a world in which nobody weighs.
    assert {repr((one.blast_radius, one.timeline)) for one in alone} == {repr((beside.blast_radius, beside.timeline))}


@pytest.mark.parametrize("until", ["lost_minutes ±10 %", "lost_minutes ±7 min"])
def test_where_a_row_stops_depends_on_no_neighbour(until: str, tmp_path: Path) -> None:
    """Replications go on until the last row is precise enough; each row has those that it would have had alone."""
    scenario = written(tmp_path, "incident", crowded(fifo=False, share=40, patience=False))
    files = [written(tmp_path, name, tree) for name, tree in (("one", light("one")), ("two", owner("two")), ("three", heavy("three")))]
    beside = api.compare(scenario, files, replications=1000, until=until)
    again = api.compare(scenario, files[::-1], replications=1000, until=until)
    alone = [api.compare(scenario, [file], replications=1000, until=until) for file in files]
    assert own_rows(beside) == own_rows(again) == {key: text for one in alone for key, text in own_rows(one).items()}
    assert {row.architecture: row.replications for row in beside.rows} == {one.rows[0].architecture: one.replications for one in alone}
    assert len({row.replications for row in beside.rows}) > 1
    assert beside.replications == max(row.replications for row in beside.rows)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_who_weighs_on_the_world_has_a_run_of_its_own(kind: str, tmp_path: Path) -> None:
    loaded = api.load(written(tmp_path, "incident", crowded(fifo=True, share=100, patience=False)))
    cases = cases_of(loaded.scenario, loaded.tenants([written(tmp_path, "app", KINDS[kind]("app"))]))
    replays = Replays(loaded.scenario, cases)
    assert bool(replays.own) == (kind in WEIGHING)


def test_in_one_run_a_heavy_neighbour_would_be_felt(tmp_path: Path) -> None:
    """The wrong way, which the law forbids: all of them in one run of the world."""
    loaded = api.load(written(tmp_path, "incident", crowded(fifo=True, share=100, patience=False)))
    first, second = (loaded.tenants([written(tmp_path, name, heavy(name))])[0] for name in ("one", "two"))
    alone, together = (replay(plan_of(loaded.scenario, cases_of(loaded.scenario, some)), seed=1) for some in ([second], [first, second]))
    assert alone.curves["two@0"] != together.curves["two@0"]
