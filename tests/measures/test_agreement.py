"""Every measure on the hand-made night, and when a simulated value agrees with the record."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import units
from simulator.engine.trace import Trace
from simulator.measures import agreement, evaluating
from simulator.model.measure import unit_of
from simulator.model.observation import Observation


def clock(text: str) -> float:
    """Minutes and seconds after the start, such as 03:20."""
    if ":" not in text:
        return units.parse_duration(text)
    minutes, seconds = text.split(":")
    return 60.0 * int(minutes) + int(seconds)


def observing(measure: Any, expect: Any = None, **more: Any) -> Observation:
    stated = {} if expect is None else {"expect": expect}
    return Observation.model_validate(
        {
            "id": "X1", "what": "a quantity", "measure": measure, "documented": "so much", "role": "emergent", "confidence": "stated",
            "basis": {"reported": "report"}, **stated, **more,
        }
    )  # fmt: skip


DC = "dc/instances"
HALF_BACK = {"time_when": {"of": DC, "share": "50 %"}}
VALUES: list[tuple[dict[str, Any], float | None, str]] = [
    ({"share_down": {"of": DC, "base": [DC, "other/instances"]}}, 0.1, "share"),
    ({"share_down": {"of": DC, "at": "02:40"}}, 0.6, "share"),
    ({"up_share": {"of": DC, "since": "02:30", "until": "02:50"}}, 0.2, "share"),
    ({"dark_time": {"of": DC, "which": "longest"}}, 70.0, "duration"),
    ({"down_time": {"of": "dc/ups"}}, 50.0, "duration"),
    ({"share_of_returns": {"of": DC, "since": "02:40", "until": "04:10"}}, 100 / 140, "share"),
    ({"time_when": {"of": DC, "share": "50 %"}}, 200.0, "clock"),
    ({"time_when": {"of": DC, "share": "50 %", "since": "01:40"}}, 100.0, "duration"),
    ({"time_when": {"of": "dc/volumes", "share": "50 %", "counts_from": "impaired"}}, 170.0, "clock"),
    ({"time_when": {"of": "other/instances", "share": "50 %"}}, None, "clock"),
    ({"share_back": {"of": DC, "at": "200 s"}}, 0.6, "share"),
    ({"share_back": {"of": DC, "within": "70 s"}}, 40 / 140, "share"),
    ({"trails": {"of": "dc/volumes", "leader": DC, "from_share": "33 %"}}, 1.0, "holds"),
    ({"trails": {"of": DC, "leader": "dc/volumes"}}, 0.0, "holds"),
    ({"wait": {"station": "queue"}}, 100.0, "duration"),
    ({"wait": {"station": "queue", "at": "01:50"}}, 60.0, "duration"),
    ({"wait": {"station": "idle"}}, 0.0, "duration"),
    ({"wait_exceeds": {"station": "queue", "level": "10 s"}}, 100.0, "clock"),
    ({"wait_exceeds": {"station": "queue", "level": "10 min"}}, None, "clock"),
    ({"wait_steepens": {"station": "queue", "around": "105 s", "over": "5 s"}}, 1.0, "holds"),
    ({"tenant": {"tenant": "shop", "what": "outage"}}, 140.0, "duration"),
    ({"tenant": {"tenant": "shop", "what": "time_to_recover"}}, 140.0, "duration"),
    ({"tenant": {"tenant": "shop", "what": "start_after", "since": "00:50"}}, 10.0, "duration"),
    ({"tenant": {"tenant": "shop", "what": "start_after", "since": "01:10"}}, -10.0, "duration"),
    ({"tenant": {"tenant": "far", "what": "start_after"}}, None, "duration"),
    ({"tenant": {"tenant": "shop", "what": "lost"}}, 60.0, "duration"),
    ({"tenant": {"tenant": "shop", "what": "worst_served"}}, 0.5, "share"),
    ({"tenant": {"tenant": "shop", "what": "data_loss"}}, 12.5, "duration"),
    ({"tenant": {"tenant": "shop", "what": "starts"}}, 60.0, "clock"),
    ({"tenant": {"tenant": "shop", "what": "ends"}}, 200.0, "clock"),
    ({"tenant": {"tenant": "shop", "what": "ends", "below": "60 %"}}, 160.0, "clock"),
    ({"tenant": {"tenant": "shop", "what": "ends", "below": "99.9 %"}}, None, "clock"),
    ({"tenant": {"tenant": "shop", "what": "mostly_back"}}, 160.0, "clock"),
    ({"tenant": {"tenant": "far", "what": "mostly_back"}}, None, "clock"),
    ({"tenant": {"tenant": "shop", "what": "user_hours"}}, 60.0 / 3600.0 * 90.0, "number"),
    ({"tenant": {"tenant": "shop", "group": "few", "what": "worst_served"}}, 0.25, "share"),
    ({"tenant": {"tenant": "shop", "group": "few", "what": "user_hours"}}, 300.0 / 3600.0 * 10.0, "number"),
    ({"served_share": {"of": "dc/ups", "since": "00:50", "until": "01:10"}}, 0.5, "share"),
    ({"served_share": {"of": ["dc/ups", "never/touched"], "since": "01:00", "until": "01:40"}}, 0.5, "share"),
    ({"share_lost": {"of": DC, "since": "01:00", "until": "02:00"}}, 1.0, "share"),
    ({"share_lost": {"of": DC, "since": "02:00", "until": "04:00"}}, 0.4, "share"),
    ({"time_up": {"of": "dc/standby"}}, 330.0, "clock"),
    ({"time_up": {"of": "dc/standby", "at_least": "50 %", "since": "05:00"}}, 20.0, "duration"),
    ({"time_up": {"of": "other/instances"}}, None, "clock"),
    ({"time_down": {"of": DC, "at_least": "61 %"}}, 60.0, "clock"),
    ({"rises": {"of": DC, "since": "160 s", "until": "190 s"}}, 1.0, "holds"),
    ({"more_down": {"of": "dc/volumes", "than": DC}}, 1.0, "holds"),
    ({"lost_for_good": {"of": DC}}, 0.0, "share"),
    ({"first_unserved": {"of": "dc/ups"}}, 60.0, "clock"),
    ({"first_served": {"of": "dc/ups", "after": "01:10", "since": "01:40"}}, 10.0, "duration"),
    ({"time_of_worst": {"of": DC}}, 60.0, "clock"),
    ({"first_loss": {"of": ["dc/volumes", DC]}}, 60.0, "clock"),
    ({"first_loss": {"of": "other/instances"}}, None, "clock"),
    ({"in_order": {"of": [{"first_loss": {"of": DC}}, {"time_of_worst": {"of": DC}}, HALF_BACK]}}, 1.0, "holds"),
    ({"in_order": {"of": [HALF_BACK, {"first_loss": {"of": DC}}]}}, 0.0, "holds"),
    ({"in_order": {"of": [HALF_BACK, {"first_loss": {"of": DC}}], "slack": "3 min"}}, 1.0, "holds"),
    ({"in_order": {"of": [{"first_loss": {"of": "other/instances"}}, {"first_loss": {"of": DC}}]}}, None, "holds"),
    ({"ratio": {"of": {"share_down": {"of": DC}}, "over": {"share_down": {"of": DC, "at": "02:40"}}}}, 1 / 0.6, "number"),
    ({"ratio": {"of": {"share_down": {"of": DC}}, "over": {"share_down": {"of": "other/instances"}}}}, None, "number"),
    ({"dead_addresses": {"route": "shop/front"}}, 1 / 3, "share"),
    ({"dead_addresses": {"route": "shop/back"}}, 0.0, "share"),
]


@pytest.mark.parametrize(("measure", "value", "unit"), VALUES)
def test_every_measure(night: Trace, measure: dict[str, Any], value: float | None, unit: str) -> None:
    built = observing(measure).measure
    assert unit_of(built) == unit
    found = evaluating.evaluate(built, night, clock, users={"shop": 90.0, "shop:few": 10.0})
    assert found == (value if value is None else pytest.approx(value, abs=1e-12))


def test_no_measure_is_left_out() -> None:
    wait = {"of": {"wait": {"station": "queue"}}, "without": "bug"}
    tested = {type(observing(measure).measure) for measure, _, _ in VALUES} | {type(observing({"relative": wait}).measure)}
    assert tested == set(evaluating._MEASURES)


def test_a_tenant_is_measured_against_its_own_objective(night: Trace) -> None:
    measure = observing({"tenant": {"tenant": "shop", "what": "outage"}}).measure
    assert evaluating.evaluate(measure, night, clock, objectives={"shop": 0.75}) == 100.0


@pytest.mark.parametrize(("change", "value"), [("withdrawn", 0.5), ("readmitted", 0.5), ("switched", 0.5), ("freezes", 1 / 3)])
def test_whatever_changes_where_clients_go_tells_the_share_of_dead_addresses(night: Trace, change: str, value: float) -> None:
    night.add(300.0, change, "shop/front", 0.5)
    measure = observing({"dead_addresses": {"route": "shop/front"}}).measure
    assert evaluating.evaluate(measure, night, clock) == value


def test_relative_is_without_over_with(night: Trace) -> None:
    measure = observing({"relative": {"of": {"wait": {"station": "queue"}}, "without": "bug"}}).measure
    other = replace(night, waits={"queue": [(10.0, 25.0)]})
    assert evaluating.evaluate(measure, night, clock, other=other) == 0.25
    assert evaluating.evaluate(measure, replace(night, waits={}), clock, other=other) is None
    with pytest.raises(ValueError, match="a relative measure needs the run with bug switched"):
        evaluating.evaluate(measure, night, clock)


WHEN = {"time_when": {"of": DC, "share": "50 %"}}
LASTS = {"tenant": {"tenant": "shop", "what": "outage"}}
SHARE = {"share_down": {"of": DC}}
ORDER = {"trails": {"of": "dc/volumes", "leader": DC}}
RATIO = {"relative": {"of": {"wait": {"station": "queue"}}, "without": "bug"}}


@pytest.mark.parametrize(
    ("measure", "expect", "interval"),
    [
        (WHEN, ["03:00", "04:00"], (180.0, 240.0)),
        ({"time_when": {**WHEN["time_when"], "since": "01:00"}}, ["1 min", "2 min"], (60.0, 120.0)),
        (LASTS, ["105 min", "3.5 h"], (6300.0, 12600.0)),
        (SHARE, ["6.5 %", 0.075], (0.065, 0.075)),
        (RATIO, [0, 0.25], (0.0, 0.25)),
        (ORDER, None, (1.0, 1.0)),
        (ORDER, [False, False], (0.0, 0.0)),
        (LASTS, None, None),
        (None, None, None),
    ],
)
def test_an_interval_is_read_by_the_unit_of_its_measure(measure: Any, expect: Any, interval: Any) -> None:
    assert agreement.expected(observing(measure, expect), clock) == interval


@pytest.mark.parametrize(
    ("measure", "expect", "message"),
    [
        (LASTS, ["3 h", "1 h"], "the lower end '3 h' is above the upper one: write the lower end first"),
        (RATIO, ["a quarter", 1], "'a quarter' is not a number: write a number, such as 0.25"),
        (ORDER, ["7 %", "9 %"], "'7 %' is neither true nor false: write true, or leave `expect` out"),
    ],
)
def test_an_end_that_cannot_be(measure: Any, expect: Any, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011  the whole text is compared
        agreement.expected(observing(measure, expect), clock)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("values", "agrees"),
    [
        ([60.0], True),
        ([120.0], True),
        ([59.99], False),
        ([120.01], False),
        ([0.0, 90.0, 500.0], True),
        ([0.0, 0.0, 90.0], False),
        ([90.0, 90.0, None], True),
        ([90.0, None, None], False),
        ([90.0, None], False),
        ([None], False),
    ],
)
def test_the_median_lies_in_the_interval_with_its_ends(values: list[float | None], agrees: bool) -> None:
    assert agreement.inside(observing(LASTS, ["1 min", "2 min"]), values, clock) is agrees


def test_a_single_accident_may_lie_anywhere_in_the_simulated_range() -> None:
    values = [float(v) for v in range(101)]  # 5 to 95
    assert agreement.inside(observing(LASTS, ["94 s", "200 s"]), values, clock) is False
    assert agreement.inside(observing(LASTS, ["94 s", "200 s"], single=True), values, clock) is True
    assert agreement.inside(observing(LASTS, ["96 s", "200 s"], single=True), values, clock) is False
    assert agreement.inside(observing(LASTS, ["0 s", "4 s"], single=True), values, clock) is False


@pytest.mark.parametrize(("failures", "agrees"), [(0, True), (5, True), (6, False)])
def test_an_order_holds_in_at_least_95_percent(failures: int, agrees: bool) -> None:
    values: list[float | None] = [1.0] * (100 - failures) + [0.0, None, 0.0, None, 0.0, None][:failures]
    assert agreement.inside(observing(ORDER), values, clock) is agrees


def test_nothing_to_compare() -> None:
    assert agreement.inside(observing(LASTS), [1.0], clock) is None
    assert agreement.inside(observing(LASTS, ["1 s", "2 s"]), [], clock) is None
    with pytest.raises(ValueError, match="a quantile needs at least one value"):
        agreement.quantile([], 0.5)


def test_exactly_nothing_and_rounding_agree() -> None:
    assert agreement.inside(observing(LASTS, ["0 s", "0 s"]), [0.0], clock) is True
    assert agreement.inside(observing(SHARE, ["30 %", "30 %"]), [0.1 + 0.2], clock) is True
    assert agreement.inside(observing(SHARE, ["0 %", "0 %"]), [1e-6], clock) is False


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.floats(0, 1))
def test_quantiles_are_those_of_numpy(values: list[float], q: float) -> None:
    assert agreement.quantile(values, q) == pytest.approx(float(np.quantile(values, q)), abs=1e-6)


@given(st.lists(st.none() | st.floats(0, 100), min_size=1, max_size=20))
def test_quantiles_rise_also_where_something_never_happened(values: list[float | None]) -> None:
    found = agreement.spread(values)
    assert found.p05 <= found.p50 <= found.p95


# -- what a verdict is worth ---------------------------------------------------------------------------------------------------------------

DAY = 86_400.0


def test_by_its_median_a_single_accident_is_judged_as_all_others_are() -> None:
    values = [float(v) for v in range(101)]
    cases = ((["94 s", "200 s"], True, False), (["50 s", "200 s"], True, True), (["96 s", "200 s"], False, False))
    for interval, by_range, by_median in cases:
        observation = observing(LASTS, interval, single=True)
        assert agreement.inside(observation, values, clock) is by_range
        assert agreement.inside_by_median(observation, values, clock) is by_median
        assert agreement.inside_by_median(observing(LASTS, interval), values, clock) is by_median
    assert agreement.inside_by_median(observing(LASTS), values, clock) is None


@pytest.mark.parametrize(
    ("measure", "interval", "wide"),
    [
        (SHARE, ["0 %", "74 %"], False),
        (SHARE, ["20 %", "95 %"], True),
        (LASTS, ["1 min", "4.9 min"], False),
        (LASTS, ["1 min", "5 min"], True),
        # Nothing for a lower end: it counts how much of the time that could be is let through.
        (LASTS, ["0 s", "17 h"], False),
        (LASTS, ["0 s", "18 h"], True),
        ({"time_when": {"of": DC, "share": "50 %"}}, ["00:01", "00:59"], False),
        (ORDER, None, False),
    ],
)
def test_an_interval_of_many_values_accepts_nearly_anything(measure: Any, interval: Any, wide: bool) -> None:
    assert agreement.accepts_nearly_anything(observing(measure, interval), [0.5] * 20, clock, horizon=DAY) is wide
    assert agreement.accepts_nearly_anything(observing(measure, interval, single=True), [0.5] * 20, clock, horizon=DAY) is wide


def test_a_clock_time_is_wide_where_it_may_be_at_most_times() -> None:
    observation = observing({"time_when": {"of": DC, "share": "50 %"}}, ["00:10", "00:50"])
    assert agreement.accepts_nearly_anything(observation, [20.0], clock, horizon=53.0)
    assert not agreement.accepts_nearly_anything(observation, [20.0], clock, horizon=54.0)


def test_a_range_from_seconds_to_hours_meets_nearly_any_interval() -> None:
    """And so it counts only where the range is what the verdict is by."""
    hours = [60.0 * 2.0**k for k in range(10)]
    assert agreement.accepts_nearly_anything(observing(LASTS, ["14 min", "22 min"], single=True), hours, clock, horizon=DAY)
    assert not agreement.accepts_nearly_anything(observing(LASTS, ["14 min", "22 min"]), hours, clock, horizon=DAY)
    close = [900.0 + 10.0 * k for k in range(10)]
    assert not agreement.accepts_nearly_anything(observing(LASTS, ["14 min", "22 min"], single=True), close, clock, horizon=DAY)
    assert not agreement.accepts_nearly_anything(observing(LASTS), hours, clock, horizon=DAY)
