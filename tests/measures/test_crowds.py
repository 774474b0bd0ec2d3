"""Many tenants at once come to what each comes to by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.measures.crowds import Changes, away, fortunes, number_down, runs, states, together
from simulator.measures.curves import below, lost_seconds, steps

HORIZON, COLUMNS, TENANTS = 100.0, 3, 4
SPELLS = st.lists(
    st.tuples(
        st.integers(0, TENANTS - 1), st.integers(0, COLUMNS - 1), st.sampled_from([0.0, 10.0, 20.0, 50.0, 99.0, 120.0]),
        st.sampled_from([5.0, 10.0, 30.0, np.inf]),
    ),
    max_size=12,
)  # fmt: skip
Spells = list[tuple[int, int, float, float]]


def changes(spells: Spells) -> Changes:
    parts = [away(np.array([t]), c, np.array([at]), np.array([at + span])) for t, c, at, span in spells]
    return together(parts)


def gone(spells: Spells, tenant: int, column: int, at: float) -> int:
    """Units that are away, counted one by one."""
    return sum(t == tenant and c == column and start <= at < start + span for t, c, start, span in spells)


@given(SPELLS)
def test_a_state_counts_what_is_away(spells: Spells) -> None:
    found = states(changes(spells), COLUMNS, HORIZON)
    for tenant, at, until, row in zip(found.tenant.tolist(), found.time.tolist(), found.until.tolist(), found.away.tolist(), strict=True):
        assert at < until <= HORIZON
        for instant in (at, (at + until) / 2):
            assert row == [gone(spells, tenant, column, instant) for column in range(COLUMNS)]
    ends = np.array([start + span for _, _, start, span in spells])
    assert set(found.time) == {at for at in [*(s[2] for s in spells), *ends] if at < HORIZON}
    assert found.opens.sum() == len(set(found.tenant.tolist()))


@given(SPELLS, st.sampled_from([0.2, 0.5, 0.95, 1.0]))
def test_integrals_are_those_of_each_curve(spells: Spells, objective: float) -> None:
    found = states(changes(spells), COLUMNS, HORIZON)
    served = 1.0 / (1.0 + found.away.sum(axis=1))
    ours = fortunes(served, found, tenants=TENANTS, before=1.0, objective=objective, horizon=HORIZON)
    down = []
    for tenant in range(TENANTS):
        mine = found.tenant == tenant
        curve = steps([(0.0, 1.0), *zip(found.time[mine].tolist(), served[mine].tolist(), strict=True)], end=HORIZON)
        assert ours.lost_seconds[tenant] == pytest.approx(lost_seconds(curve))
        assert ours.served_seconds[tenant] + ours.lost_seconds[tenant] == pytest.approx(HORIZON)
        outages = below(curve, objective)
        assert ours.outage_seconds[tenant] == pytest.approx(sum(one.length for one in outages))
        assert ours.open_at_horizon[tenant] == bool(outages and outages[-1].end == HORIZON)
        down.append(outages)
    times, number = number_down(ours.instants, ours.steps.astype(float))
    for at, many in zip(times.tolist(), number.tolist(), strict=True):
        assert many == sum(any(one.start <= at < one.end for one in outages) for outages in down)


@given(SPELLS)
def test_runs_are_stretches_of_one_tenant(spells: Spells) -> None:
    found = states(changes(spells), COLUMNS, HORIZON)
    holds = found.away[:, 0] > 0
    rows, ends = runs(holds, found)
    told = sorted(zip(found.tenant[rows].tolist(), found.time[rows].tolist(), ends.tolist(), strict=True))
    wanted = []
    for tenant in range(TENANTS):
        mine = found.tenant == tenant
        curve = steps([(0.0, 1.0), *zip(found.time[mine].tolist(), (1.0 - holds[mine]).tolist(), strict=True)], end=HORIZON)
        wanted += [(tenant, one.start, one.end if one.end < HORIZON else np.inf) for one in below(curve, 0.5)]
    assert told == wanted


def test_who_serves_too_little_from_the_start_loses_nothing_where_nothing_happens() -> None:
    nothing = states(together([]), 1, HORIZON)
    found = fortunes(np.zeros(0), nothing, tenants=2, before=0.5, objective=0.95, horizon=HORIZON)
    assert found.outage_seconds.tolist() == [0.0, 0.0]
    assert found.lost_seconds.tolist() == [0.0, 0.0]
    assert found.served_seconds.tolist() == [50.0, 50.0]
    assert not found.open_at_horizon.any()
    assert number_down(found.instants, found.steps.astype(float))[1].max() == 0


@given(SPELLS, st.sampled_from([0.2, 0.5, 0.95]), st.floats(0.05, 0.9))
def test_a_shortfall_from_the_start_scales_what_is_lost(spells: Spells, objective: float, before: float) -> None:
    found = states(changes(spells), COLUMNS, HORIZON)
    served = 1.0 / (1.0 + found.away.sum(axis=1))
    whole = fortunes(served, found, tenants=TENANTS, before=1.0, objective=objective, horizon=HORIZON)
    # Once what is served is far enough below the threshold in both, rounding decides nothing.
    short = fortunes(before * served, found, tenants=TENANTS, before=before, objective=max(objective, before + 0.01), horizon=HORIZON)
    assert short.lost_seconds == pytest.approx(before * whole.lost_seconds, abs=1e-6)
    if objective > before + 0.01:
        assert short.outage_seconds.tolist() == whole.outage_seconds.tolist()
        assert short.open_at_horizon.tolist() == whole.open_at_horizon.tolist()


@settings(max_examples=20)
@given(st.integers(0, 2**32))
def test_one_return_and_another_loss_at_one_instant_do_not_add_up(seed: int) -> None:
    order = np.random.default_rng(seed).permutation(4)
    instants, change = np.array([1.0, 2.0, 2.0, 3.0])[order], np.array([1.0, -1.0, 1.0, -1.0])[order]
    assert number_down(instants, change)[1].max() == 1


@pytest.mark.parametrize("first", [0.25, 1.0, 7.0])
def test_nothing_is_down_before_the_first_loss_however_soon_it_comes(first: float) -> None:
    times, number = number_down(np.array([first, 9.0]), np.array([3.0, -3.0]))
    assert list(zip(times.tolist(), number.tolist(), strict=True)) == [(0.0, 0.0), (first, 3.0), (9.0, 0.0)]
    assert number_down(np.array([0.0, 9.0]), np.array([3.0, -3.0]))[0].tolist() == [0.0, 9.0]
