"""More of something never loses more, on the same dice; and what is not served is lost."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.ensemble.results import RunResult
from tests.theory.measuring import spans_down
from tests.theory.scenarios import exponential, failing, replayed, tenant_of, tree_of, written

ROOM = "north/zone-1/dc-1"
NIGHT = "2012-06-29-us-east-1-power-loss"

SMALL = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])

faults = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 700), st.integers(1, 300)), min_size=2, max_size=12, unique_by=lambda fault: fault[:2]
)  # fmt: skip
"""(unit, minute of the fault, minutes it lasts)"""


def lost(spans: list[tuple[float, float]]) -> float:
    return sum(end - start for start, end in spans)


def inside(spans: list[tuple[float, float]], others: list[tuple[float, float]]) -> bool:
    return all(any(a <= start and end <= b for a, b in others) for start, end in spans)


def struck(found: list[tuple[int, int, int]], target: str) -> list[dict[str, Any]]:
    return [
        {"name": f"fault-{n}", "at": f"{at} min", "do": {"fail": {"target": f"{target}-{unit}", "for": f"{span} min"}}}
        for n, (unit, at, span) in enumerate(found)
    ]


def system_of(members: int, k: int, folder: Path, found: list[tuple[int, int, int]]) -> list[tuple[float, float]]:
    """When fewer than k of the members were up; all units of the room fail as given, and by themselves, with the same dice."""
    units = [failing(f"{ROOM}/unit-{n}", exponential(9 * 3600.0), [{"wait": {"for": exponential(3600.0)}}]) for n in range(7)]
    need = {"at_least": {"k": k, "of": [u["path"] for u in units[:members]]}}
    tree = tree_of(components=[*units, {"path": "north/system", "requires": {"live": need}}], events=struck(found, f"{ROOM}/unit"))
    return spans_down(replayed(written(folder, f"system-{members}-{k}", tree)), "north/system")


@SMALL
@given(found=faults, k=st.integers(1, 4))
def test_one_member_more_never_loses_more(found: list[tuple[int, int, int]], k: int, tmp_path: Path) -> None:
    fewer, more = (system_of(members, k, tmp_path, found) for members in (5, 6))
    assert lost(more) <= lost(fewer)
    assert inside(more, fewer)


@SMALL
@given(found=faults, k=st.integers(1, 4))
def test_asking_for_one_more_never_loses_less(found: list[tuple[int, int, int]], k: int, tmp_path: Path) -> None:
    assert inside(system_of(5, k, tmp_path, found), system_of(5, k + 1, tmp_path, found))


def carried(folder: Path, found: list[tuple[int, int, int]], *, front: int, back: int) -> RunResult:
    """Two tiers of six groups; `front` and `back` are the per cent of the demand that a tier can carry in full."""
    groups = [{"path": f"{ROOM}/feed-{n}"} for n in range(6)]
    scenario = written(folder, "feeds", tree_of(components=groups, events=struck(found, f"{ROOM}/feed")))
    checked = {"spread": "by_unit", "health_check": {"interval": "30 s", "threshold": 2}, "call_timeout": "1 s"}
    routes = [{"path": tier, "targets": [f"{tier}-{n}" for n in range(6)], **checked} for tier in ("web", "store")]
    components: list[dict[str, Any]] = []
    for n in range(6):
        feed = {"latching": {"on": f"{ROOM}/feed-{n}"}}
        components += [
            {"path": f"web-{n}", "units": 2, "carries": f"{front / 6!r} %", "requires": [{"live": "store"}, feed]},
            {"path": f"store-{n}", "carries": f"{back / 6!r} %", "requires": feed},
        ]
    return api.run(scenario, written(folder, "tiers", tenant_of(name="tiers", enters="web", components=components, routes=routes)))


def missing(result: RunResult) -> float:
    """Minutes that are lost without any fault: a tier that is too small for the demand is so from the start."""
    assert result.baseline is not None
    return result.baseline.lost_minutes


def accounted(result: RunResult) -> float:
    """Seconds served, those that the faults took, and those that were missing before them: together the whole time."""
    seconds, served = api.curve_arrays(result)
    ends = [*seconds[1:], result.origin.horizon_seconds]
    answered = float(sum((end - start) * s for start, end, s in zip(seconds, ends, served, strict=True)))
    return answered + (result.lost_minutes + missing(result)) * 60.0


@SMALL
@given(found=faults, front=st.integers(60, 200), back=st.integers(60, 200), more=st.integers(1, 100))
def test_a_tier_that_carries_more_never_loses_more(
    found: list[tuple[int, int, int]], front: int, back: int, more: int, tmp_path: Path
) -> None:  # fmt: skip
    def lost(front: int, back: int) -> float:
        result = carried(tmp_path, found, front=front, back=back)
        return result.lost_minutes + missing(result)

    plain = lost(front, back)
    assert lost(front + more, back) <= plain + 1e-6
    assert lost(front, back + more) <= plain + 1e-6


@SMALL
@given(found=faults, front=st.integers(60, 200))
def test_served_and_lost_make_up_what_is_offered(found: list[tuple[int, int, int]], front: int, tmp_path: Path) -> None:
    result = carried(tmp_path, found, front=front, back=100)
    assert accounted(result) == pytest.approx(12 * 3600.0, rel=1e-12)
    assert all(0.0 <= s <= 1.0 for s in result.curve.values)
    assert result.lost_minutes > 0


@pytest.mark.parametrize(
    "name",
    ["single-zone", "two-zone", "three-zone-tight", "three-zone-spare", "three-zone-failsafe", "two-region-standby", "two-region-active",
     "private-datacenter", "netflix"],
)  # fmt: skip
def test_served_and_lost_make_up_the_night(name: str) -> None:
    result = api.run(NIGHT, name)
    assert accounted(result) == pytest.approx(24 * 3600.0, rel=1e-12)
    assert all(0.0 <= s <= 1.0 for s in result.curve.values)


def test_a_member_that_is_no_spare_is_noticed(tmp_path: Path) -> None:
    """A series of six loses more than one of five: adding to what all must serve is no redundancy."""
    found = [(5, 100, 60)]
    assert not inside(system_of(6, 6, tmp_path, found), system_of(5, 5, tmp_path, found))
