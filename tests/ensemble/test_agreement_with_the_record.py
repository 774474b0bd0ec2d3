"""The promises of the catalogue: what must hold against the record does, and what does not hold says why."""

import pytest

from simulator import api

NIGHT, CHRISTMAS = "2012-06-29-us-east-1-power-loss", "2012-12-24-us-east-1-elb-state-deletion"


@pytest.fixture(scope="module")
def found() -> api.Fidelity:
    return api.fidelity(replications=40, seed=1)


def test_every_promise_is_kept(found: api.Fidelity) -> None:
    assert found.failures == ()


def test_the_given_and_the_controls_hold_and_most_predictions_of_the_night_do(found: api.Fidelity) -> None:
    night = [r for r in found.rows if r.scenario == NIGHT]
    assert all(r.inside for r in night if r.role in {"given", "control", "fitted"})
    assert {r.id for r in night if r.role == "emergent"} == {"O7", "O8", "O9", "O10", "O20b"}
    assert {"O7", "O8", "O9", "O10"} <= {r.id for r in night if r.role == "emergent" and r.inside}


def test_christmas_eve_holds_and_most_of_its_predictions_do(found: api.Fidelity) -> None:
    night = [r for r in found.rows if r.scenario == CHRISTMAS]
    assert all(r.inside for r in night if r.role in {"given", "control", "fitted"})
    assert {r.id for r in night if r.role == "fitted"} == {"O8", "O17", "O26"}
    emergent = {r.id.rstrip("ab") for r in night if r.role == "emergent"}
    assert emergent == {"O2", "O4", "O14", "O18", "O20", "O21", "O24", "O28", "O29"}
    inside = emergent - {r.id.rstrip("ab") for r in night if r.role == "emergent" and not r.inside}
    assert len(inside) >= 8


def test_five_numbers_are_fitted_and_none_was_changed(found: api.Fidelity) -> None:
    fitted = ("boot-capacity", "breaks-in-an-hour", "touched-endpoints", "touched-main-devices", "volume-check-rate")
    assert found.fitted_numbers == fitted
    assert found.changed_numbers == ()


def test_what_has_a_reason_to_be_outside_says_so_before_it_fails_nothing(found: api.Fidelity) -> None:
    outside = [r for r in found.rows if r.role == "emergent" and not r.inside]
    assert outside
    assert all(r.outside_because for r in outside)


def test_varying_the_assumed_numbers_widens_the_ranges() -> None:
    varied = api.fidelity([NIGHT], replications=20, seed=1, vary_assumed=True)
    row = next(r for r in varied.rows if r.id == "O9")
    assert None not in {row.p05, row.p95, row.assumed_p05, row.assumed_p95}
    assert row.assumed_p95 - row.assumed_p05 > 2 * (row.p95 - row.p05)  # type: ignore[operator]
