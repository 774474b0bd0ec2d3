"""What was never seen is not thereby impossible: where no replication lost anything, an estimate is an upper bound that covers."""

import math
from pathlib import Path

import numpy as np
import pytest

from simulator import api
from simulator.engine.replay import replay
from simulator.ensemble.cases import cases_of, plan_of
from simulator.ensemble.estimating import difference_interval, estimate, warnings_of_unseen
from simulator.ensemble.loading import load
from simulator.ensemble.pooling import pool
from simulator.ensemble.proportions import most_unseen, proportion_interval
from simulator.ensemble.reaching import beyond_reach
from simulator.ensemble.results import ComparisonRow
from simulator.measures.availability import Loss
from simulator.measures.curves import lost_minutes
from simulator.measures.index import TraceIndex
from tests.theory.scenarios import exponential, failing, tenant_of, tree_of, written

HORIZON = 12 * 3600.0
"""Of the small scenarios, in seconds."""
SHARES = np.geomspace(1e-6, 0.999, 400)


# -- the bound, exactly ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 5, 20, 100, 5000])
def test_with_more_than_the_bound_something_would_have_been_seen(n: int) -> None:
    """Of a chance p, none of n has the probability (1 - p)^n. It is only then that the bound is told, and it may be too low."""
    bound = most_unseen(n)
    too_low = [(1.0 - p) ** n if bound < p else 0.0 for p in SHARES]
    assert max(too_low) <= 0.05
    # No wider than it has to be, about 3 / n, and narrower than the upper end of an interval of two sides.
    assert (1.0 - bound) ** n == pytest.approx(0.05)
    assert bound < 3.0 / n
    two_sided = proportion_interval(0, n)
    assert two_sided is not None
    assert bound < two_sided[1]


def test_the_interval_without_width_covers_next_to_nothing() -> None:
    """Wrong: [0, 0] of what was not seen."""
    assert max((1.0 - p) ** 100 for p in SHARES if p > 0.0) > 0.99


# -- a rare outage of known probability --------------------------------------------------------------------------------------------------


def rare(folder: Path, mean: float) -> tuple[Path, Path]:
    """One unit, alive for so many seconds on average, that never comes back: it is down from then on, if it fails at all."""
    unit = failing("north/zone-1/dc-1/unit", exponential(mean), [{"wait": {"for": "100 d"}}], units=1)
    front = {"path": "front", "requires": {"live": "a/unit"}}
    app = tenant_of(components=[{"path": "a/unit", "rides": "unit"}, front])
    return written(folder, "small", tree_of(components=[unit])), written(folder, "app", app)


def lost_on_average(mean: float) -> float:
    """Minutes: E[(T - life)+] for an exponential life."""
    return (HORIZON + mean * math.expm1(-HORIZON / mean)) / 60.0


def row_of(files: tuple[Path, Path], replications: int) -> ComparisonRow:
    (row,) = api.compare(files[0], [files[1]], replications=replications, drawn=False).rows
    return row


@pytest.mark.parametrize("n", [20, 60])
def test_the_bound_of_minutes_covers_whatever_the_life_of_the_unit(n: int, tmp_path: Path) -> None:
    row = row_of(rare(tmp_path, 1e9), n)
    lost = row.lost_minutes
    assert (lost.mean, lost.unseen, row.certain) == (0.0, True, False)
    assert lost.ci95 is not None
    assert lost.ci95 == (0.0, pytest.approx(HORIZON / 60.0 * (1.0 - 0.05 ** (1.0 / n))))
    too_low = []
    for mean in np.geomspace(600.0, 1e9, 300):
        none = math.exp(-HORIZON / mean) ** n
        too_low.append(none if lost.ci95[1] < lost_on_average(mean) else 0.0)
    assert max(too_low) <= 0.05
    # And it is not so wide that it says nothing: there are lives that it rules out.
    assert any(too_low)


def test_where_something_was_seen_it_is_an_interval_as_ever(tmp_path: Path) -> None:
    row = row_of(rare(tmp_path, HORIZON), 20)
    assert row.lost_minutes.mean > 0.0
    assert (row.lost_minutes.unseen, row.hit_in < 1.0) == (False, True)
    none = np.count_nonzero(np.asarray(row.values["lost"]) == 0.0)
    assert estimate(np.asarray(row.values["lost"])[:none] * 0.0, ceiling=720.0).unseen


def test_availability_says_the_same_of_shares(tmp_path: Path) -> None:
    scenario, app = rare(tmp_path, 1e9)
    (row,) = api.availability(scenario, [app], replications=20).rows
    bound = 1.0 - 0.05 ** (1.0 / 20)
    for way in (row.by_time, row.by_requests, row.by_users):
        assert way.share is not None
        assert (way.share.unavailability, way.share.unseen) == (0.0, True)
        assert way.share.ci95 == (0.0, pytest.approx(bound))
        assert way.lost_minutes.ci95 == (0.0, pytest.approx(720.0 * bound))
    assert row.lost_requests.ci95 == (0.0, pytest.approx(100 * HORIZON * bound))
    assert row.blast_radius["users"].ever.ci95 == (0.0, pytest.approx(bound))


def test_a_warning_says_what_such_an_interval_is(tmp_path: Path) -> None:
    scenario, app = rare(tmp_path, 1e9)
    said = (
        "where nothing was lost in any of 20 replications, the interval is an upper bound: the chance to lose anything is below 14 % in "
        "each"
    )
    assert said in api.compare(scenario, [app], replications=20, drawn=False).warnings
    assert said in api.availability(scenario, [app], replications=20).warnings


def test_of_years_it_is_a_bound_of_the_rate_as_well() -> None:
    """Outages at a constant rate: none in 50 years has the probability exp(-50 rate), which is 5 % at 0.06 a year."""
    (text,) = warnings_of_unseen(5, True, horizon=10 * 365.25 * 86_400.0)
    assert text.endswith(", and outages are rarer than 0.06 a year")
    assert math.exp(-50 * 0.06) == pytest.approx(0.05, rel=0.01)
    assert warnings_of_unseen(5, False, horizon=HORIZON) == warnings_of_unseen(1, True, horizon=HORIZON) == ()


# -- what cannot happen ------------------------------------------------------------------------------------------------------------------


def test_where_nothing_can_happen_nothing_is_bounded(tmp_path: Path) -> None:
    """A unit that never fails, in a zone next to one that does."""
    trouble = failing("north/zone-1/dc-1/unit", exponential(HORIZON), [{"wait": {"for": "1 h"}}], units=1)
    calm = {"path": "north/zone-2/dc-1/unit", "units": 1}
    front = {"path": "front", "requires": {"live": "a/unit"}}
    app = written(tmp_path, "app", tenant_of(components=[{"path": "a/unit", "rides": "unit"}, front]))
    scenario = written(tmp_path, "small", tree_of(zones=2, components=[trouble, calm], hit_zones=["north/zone-1"]))
    found = api.compare(scenario, [app], replications=20, drawn=False)
    hit, missed, _ = found.rows
    assert (hit.certain, missed.certain) == (False, True)
    assert (missed.lost_minutes.mean, missed.lost_minutes.ci95, missed.lost_minutes.unseen) == (0.0, (0.0, 0.0), False)
    assert not any("upper bound" in text for text in found.warnings)


@pytest.mark.parametrize(("incident", "least"), [("zone-power-interruption", 1), ("2012-06-29-us-east-1-power-loss", 0)])
def test_who_is_beyond_reach_never_loses_anything(incident: str, least: int) -> None:
    loaded = load(incident, architectures=[])
    cases = cases_of(loaded.scenario, loaded.tenants([], None))
    beyond = beyond_reach(loaded.scenario, cases)
    assert least <= len(beyond) < len(cases)
    plan = plan_of(loaded.scenario, cases)
    lost = dict.fromkeys((case.label for case in cases), 0.0)
    for n in range(3):
        index = TraceIndex(replay(plan, seed=1, replication=n, keep=()))
        for label in lost:
            lost[label] += lost_minutes(index.curve(label))
    assert [label for label in beyond if lost[label] > 0.0] == []
    # Wrong: everybody is beyond reach.
    assert any(lost.values())


# -- parts -------------------------------------------------------------------------------------------------------------------------------


def test_what_is_served_in_full_is_bounded_from_below() -> None:
    found = estimate([1.0] * 50, ceiling=1.0, idle=1.0)
    assert (found.mean, found.unseen) == (1.0, True)
    assert found.ci95 == (pytest.approx(1.0 - most_unseen(50)), 1.0)


def test_without_a_most_there_is_no_interval_and_never_one_without_width() -> None:
    found = estimate([0.0] * 50)
    assert (found.ci95, found.unseen) == (None, True)
    assert estimate([0.0], ceiling=7.0).ci95 is None
    assert estimate([60.0] * 50, ceiling=720.0).ci95 == (60.0, 60.0)


def test_of_stratified_draws_a_block_counts_once() -> None:
    assert estimate([0.0] * 50, ceiling=1.0, strata=10).ci95 == (0.0, pytest.approx(most_unseen(5)))


def test_all_that_is_asked_for_may_be_lost_in_the_busiest_replication() -> None:
    found = pool([Loss(lost=0.0, offered=offered) for offered in (1.0, 1.0, 4.0, 2.0)])
    assert found is not None
    assert found.ci95 == (0.0, min(1.0, most_unseen(4) * 2.0))
    many = pool([Loss(lost=0.0, offered=offered) for offered in (1.0, 3.0) * 50])
    assert many is not None
    assert many.ci95 == (0.0, pytest.approx(most_unseen(100) * 1.5))


def test_a_difference_of_two_that_never_lost_is_bounded_on_both_sides() -> None:
    bound = 720.0 * most_unseen(20)
    nothing, some = [0.0] * 20, [0.0] * 19 + [5.0]
    assert difference_interval(nothing, nothing, most=720.0) == (pytest.approx(-bound), pytest.approx(bound))
    assert difference_interval(nothing, nothing, most=720.0, certain=True) == (0.0, 0.0)
    found = difference_interval(some, nothing, most=720.0)
    assert found is not None
    assert found[1] < bound


def test_nothing_is_known_of_no_replications() -> None:
    with pytest.raises(ValueError, match=r"^nothing is known of no replications: take at least 1$"):
        most_unseen(0)
