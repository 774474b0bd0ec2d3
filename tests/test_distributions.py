"""Laws of chance: each keeps the numbers it is given, inverts its own cdf, prints as its YAML, and refuses what cannot be."""

import math
import pickle
import random
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from simulator.distributions import (
    DISTRIBUTIONS,
    Beta,
    Distribution,
    Empirical,
    Exponential,
    Fixed,
    Lognormal,
    Mixture,
    Uniform,
    Weibull,
    parse_distribution,
)
from simulator.distributions.arrays import drawn
from simulator.units import format_share, parse_duration, parse_share

MIN = 60.0
TREES: list[tuple[object, Distribution]] = [
    ("2 min", Fixed(value=2 * MIN)),
    ({"uniform": ["1 min", "5 min"]}, Uniform(low=MIN, high=5 * MIN)),
    ({"exponential": {"mean": "4 h"}}, Exponential(average=240 * MIN)),
    ({"lognormal": {"median": "31 min", "p90": "74 min"}}, Lognormal(median=31 * MIN, p=(0.9, 74 * MIN))),
    ({"lognormal": {"median": "31 min", "p99.9": "4 h"}}, Lognormal(median=31 * MIN, p=(0.999, 240 * MIN))),
    ({"lognormal": {"median": "31 min", "p10": "7 min"}}, Lognormal(median=31 * MIN, p=(0.1, 7 * MIN))),
    ({"lognormal": {"median": "31 min", "mean": "40 min"}}, Lognormal(median=31 * MIN, average=40 * MIN)),
    ({"weibull": {"median": "31 min", "p90": "74 min"}}, Weibull(median=31 * MIN, p=(0.9, 74 * MIN))),
    ({"weibull": {"mean": "1.5 h", "shape": 1.7}}, Weibull(average=90 * MIN, shape=1.7)),
    ({"empirical": ["2 min", "3 min", "10 min"]}, Empirical(values=(2 * MIN, 3 * MIN, 10 * MIN))),
    (
        {"mixture": [{"share": "97 %", "of": "2 min"}, {"share": "3 %", "of": {"lognormal": {"median": "1 h", "p90": "4 h"}}}]},
        Mixture(parts=((0.97, Fixed(value=2 * MIN)), (0.03, Lognormal(median=60 * MIN, p=(0.9, 240 * MIN))))),
    ),
]
LAWS = [law for _, law in TREES] + [Beta(average=0.3, concentration=12.0)]

levels = st.sampled_from([0.1, 0.25, 0.75, 0.9, 0.95, 0.99, 0.999])
values = st.floats(0.001, 1e7)
ratios = st.floats(1.01, 50.0)


def second_quantile(median: float, level: float, ratio: float) -> tuple[float, float]:
    return level, median * ratio if level > 0.5 else median / ratio


simple_laws = st.one_of(
    st.builds(lambda v: Fixed(value=v), values),
    st.builds(lambda low, width: Uniform(low=low, high=low * 1.5 + width), values, values),
    st.builds(lambda v: Exponential(average=v), values),
    st.builds(lambda m, level, r: Lognormal(median=m, p=second_quantile(m, level, r)), values, levels, ratios),
    st.builds(lambda m, r: Lognormal(median=m, average=m * r), values, ratios),
    st.builds(lambda m, level, r: Weibull(median=m, p=second_quantile(m, level, r)), values, st.just(0.9), ratios),
    st.builds(lambda v, k: Weibull(average=v, shape=k), values, st.floats(0.3, 20.0)),
    st.builds(lambda v: Empirical(values=tuple(v)), st.lists(values, min_size=1, max_size=8)),
)
mixtures = st.builds(lambda share, a, b: Mixture(parts=((share, a), (1 - share, b))), st.floats(0.01, 0.99), simple_laws, simple_laws)
laws = simple_laws | mixtures
inside = st.floats(1e-6, 1 - 1e-6)


@pytest.mark.parametrize(("tree", "law"), TREES)
def test_a_law_is_read_and_prints_as_its_yaml(tree: object, law: Distribution) -> None:
    assert parse_distribution(tree, parse_duration) == law
    assert law.tagged() == tree


def test_other_ways_to_write_a_law() -> None:
    assert parse_distribution({"fixed": "2 min"}, parse_duration) == Fixed(value=120.0)
    assert parse_distribution({"uniform": {"low": "1 min", "high": "5 min"}}, parse_duration) == Uniform(low=60.0, high=300.0)
    assert parse_distribution({"uniform": ["2 %", "4 %"]}, parse_share) == Uniform(low=0.02, high=0.04)


def test_a_beta_law_is_read_where_a_share_is_meant() -> None:
    law = Beta(average=0.3, concentration=12.0)
    tree = {"beta": {"mean": "30 %", "concentration": 12.0}}
    assert parse_distribution({"beta": {"mean": "30 %", "concentration": 12}}, parse_share) == law
    assert law.tagged(format_share) == tree


@given(laws)
def test_what_is_printed_is_read_back_to_an_equal_law(law: Distribution) -> None:
    again = parse_distribution(law.tagged(), parse_duration)
    assert again == law
    assert hash(again) == hash(law)
    assert again.tagged() == law.tagged()
    assert again.quantile(0.3) == law.quantile(0.3)


@pytest.mark.parametrize("law", LAWS)
def test_a_law_is_frozen_and_travels_to_another_process(law: Distribution) -> None:
    assert pickle.loads(pickle.dumps(law)) == law
    assert isinstance(law, DISTRIBUTIONS)
    assert not hasattr(law, "__dict__")
    with pytest.raises(FrozenInstanceError):
        setattr(law, fields(law)[0].name, 1.0)


@pytest.mark.parametrize("law", LAWS)
def test_the_mean_of_the_draws_is_the_mean(law: Distribution) -> None:
    n = 4_000 if isinstance(law, Beta) else 100_000
    drawn = math.fsum(law.draw((i + 0.5) / n) for i in range(n)) / n
    # Strata miss what lies beyond the last one: a few parts in ten thousand for the heaviest tail here.
    assert drawn == pytest.approx(law.mean(), rel=1e-3)


@pytest.mark.parametrize("law", LAWS)
def test_the_draws_follow_the_law(law: Distribution) -> None:
    n = 2_000
    drawn = sorted(law.draw((i + 0.5) / n) for i in range(n))
    for p in (0.05, 0.3, 0.5, 0.9, 0.99):
        x = law.quantile(p)
        assert sum(value <= x for value in drawn) / n == pytest.approx(law.cdf(x), abs=2 / n)


@given(laws, inside)
def test_a_quantile_is_the_smallest_value_that_reaches_its_probability(law: Distribution, p: float) -> None:
    x = law.quantile(p)
    assert law.cdf(x) >= p - 1e-9
    assert law.cdf(x * (1 - 1e-6)) <= p + 1e-9
    if isinstance(law, Exponential | Uniform | Lognormal):
        assert law.cdf(x) == pytest.approx(p, rel=1e-6)


@given(laws, inside, inside)
def test_quantiles_ascend(law: Distribution, p: float, q: float) -> None:
    assert law.quantile(min(p, q)) <= law.quantile(max(p, q))


@given(values, levels, ratios)
def test_a_law_keeps_the_quantiles_it_is_given(median: float, level: float, ratio: float) -> None:
    level, value = second_quantile(median, level, ratio)
    lognormal = Lognormal(median=median, p=(level, value))
    assert lognormal.quantile(0.5) == pytest.approx(median, rel=1e-12)
    assert lognormal.quantile(level) == pytest.approx(value, rel=1e-9)
    weibull = Weibull(median=median, p=(0.9, median * ratio))
    assert weibull.quantile(0.5) == pytest.approx(median, rel=1e-12)
    assert weibull.quantile(0.9) == pytest.approx(median * ratio, rel=1e-9)


PEERS = [
    (Exponential(average=90.0), stats.expon(scale=90.0)),
    (Uniform(low=2.0, high=5.0), stats.uniform(2.0, 3.0)),
    (Lognormal(median=31.0, p=(0.9, 74.0)), stats.lognorm(math.log(74 / 31) / stats.norm.ppf(0.9), scale=31.0)),
    (Lognormal(median=31.0, average=40.0), stats.lognorm(math.sqrt(2 * math.log(40 / 31)), scale=31.0)),
    (Weibull(average=90.0, shape=1.7), stats.weibull_min(1.7, scale=90 / math.gamma(1 + 1 / 1.7))),
    (Beta(average=0.3, concentration=12.0), stats.beta(3.6, 8.4)),
    (Beta(average=0.98, concentration=0.9), stats.beta(0.882, 0.018)),
    (Beta(average=0.07, concentration=200_000.0), stats.beta(14_000, 186_000)),
    (Beta(average=0.5, concentration=2.0), stats.uniform()),
]


@pytest.mark.parametrize(("law", "peer"), PEERS)
def test_an_independent_library_agrees(law: Distribution, peer: "stats.rv_continuous") -> None:
    assert law.mean() == pytest.approx(peer.mean(), rel=1e-10)
    for p in (0.001, 0.01, 0.2, 0.5, 0.8, 0.99, 0.999):
        x = float(peer.ppf(p))
        assert law.quantile(p) == pytest.approx(x, rel=1e-8)
        assert law.cdf(x) == pytest.approx(float(peer.cdf(x)), rel=1e-7)
    assert law.cdf(0.0) == 0
    assert law.cdf(1e9) == 1


def test_an_empirical_law_returns_what_was_seen() -> None:
    law = Empirical(values=(10.0, 2.0, 3.0))
    assert law == Empirical(values=(3.0, 10.0, 2.0))
    assert law.quantiles(6) == [2.0, 2.0, 3.0, 3.0, 10.0, 10.0]
    assert law.quantile(1 / 3) == 2.0
    assert law.quantile(math.nextafter(1 / 3, 1)) == 3.0
    assert law.mean() == 5.0


@given(st.lists(values, min_size=1, max_size=60, unique=True))
def test_an_empirical_quantile_undoes_its_cdf(seen: list[float]) -> None:
    law = Empirical(values=tuple(seen))
    for value in sorted(seen)[:-1]:
        assert law.quantile(law.cdf(value)) == value


def test_the_order_of_a_mixture_changes_no_draw() -> None:
    parts = ((0.2, Fixed(value=600.0)), (0.5, Exponential(average=60.0)), (0.3, Uniform(low=0.0, high=10.0)))
    straight, turned = Mixture(parts=parts), Mixture(parts=parts[::-1])
    assert straight == turned
    dice = random.Random(1)
    for _ in range(100):
        u = dice.random()
        assert straight.draw(u) == turned.draw(u)


def test_a_mixture_rescales_within_the_part_that_it_selects() -> None:
    law = Mixture(parts=((0.25, Uniform(low=0.0, high=1.0)), (0.75, Uniform(low=10.0, high=20.0))))
    assert law.draw(0.125) == 0.5
    assert law.draw(0.25) == pytest.approx(10.0)
    assert law.draw(0.625) == 15.0
    assert law.quantile(0.125) == pytest.approx(0.5)
    assert law.quantile(0.625) == pytest.approx(15.0)
    assert law.mean() == 0.25 * 0.5 + 0.75 * 15
    assert law.cdf(5.0) == 0.25


def test_a_jump_in_a_mixture_is_found_exactly() -> None:
    law = Mixture(parts=((0.1, Fixed(value=60.0)), (0.8, Fixed(value=120.0)), (0.1, Fixed(value=600.0))))
    assert [law.quantile(p) for p in (0.05, 0.5, 0.95)] == [60.0, 120.0, 600.0]


@settings(max_examples=20)
@given(laws, st.integers(1, 40))
def test_a_law_as_equally_likely_values(law: Distribution, n: int) -> None:
    several = law.quantiles(n)
    assert len(several) == n
    assert several == sorted(several)
    assert several[n // 2] == law.quantile((n // 2 + 0.5) / n)


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_no_quantile_outside_the_open_interval(law: Distribution, p: float) -> None:
    for function in (law.quantile, law.draw):
        with pytest.raises(ValueError, match="has no quantile: give one strictly between 0 and 1"):
            function(p)


@pytest.mark.parametrize("law", LAWS)
def test_the_ends_of_the_dice_are_finite(law: Distribution) -> None:
    for u in (2.0**-53, 1 - 2.0**-53):
        assert 0 <= law.draw(u) < math.inf


ALLOWED = "Allowed are fixed, uniform, exponential, lognormal, weibull, empirical, mixture, beta"
LEVELS = "p90 (or any other level)"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"lognormel": {}}, f"'lognormel' is not a law: did you mean 'lognormal'? {ALLOWED}"),
        ({"gamma": {}}, f"'gamma' is not a law: {ALLOWED}"),
        ({1: {}}, f"1 is not a law: {ALLOWED}"),
        ({}, "a law is a mapping with one key, not with 0: write one of " + ALLOWED.removeprefix("Allowed are ")),
        ({"fixed": "1 s", "beta": {}}, "a law is a mapping with one key, not with 2: write one of " + ALLOWED.removeprefix("Allowed are ")),
        (["1 s"], "a list alone is not a law: write a quantity, or tag the list with 'empirical' or 'uniform'"),
        ("1M", "'1M' is ambiguous: write '1 min' or '30 d'"),
        (5, "5 has no unit: write for example '90 s', '82 min' or '4 h'"),
        ({"exponential": "4 h"}, "exponential takes a mapping: its keys are mean"),
        ({"exponential": {"maen": "4 h"}}, "exponential has no key 'maen': did you mean 'mean'? Allowed are mean"),
        ({"exponential": {"mean": "0 s"}}, "the mean of an exponential law is 0: give a finite number above zero"),
        (
            {"uniform": ["5 min", "1 min"]},
            "the lower bound of a uniform law is not below the upper one: write the smaller one first, or one value alone",
        ),
        ({"uniform": ["5 min"]}, "uniform takes two bounds, not 1: write for example {uniform: [1 min, 5 min]}"),
        ({"uniform": "5 min"}, "uniform takes a list: write for example {uniform: [1 min, 5 min]}"),
        ({"lognormal": {"median": "31 min", "p90": "31 min"}}, "p90 is not above the median: give a larger value, or a level below p50"),
        ({"lognormal": {"median": "31 min", "p10": "32 min"}}, "p10 is not below the median: give a smaller value, or a level above p50"),
        ({"lognormal": {"median": "31 min", "p50": "32 min"}}, "p50 is the median itself: give another quantile such as p90"),
        (
            {"lognormal": {"median": "31 min", "p0": "1 min"}},
            "0 is not the level of a quantile: give one strictly between 0 and 1, such as p90",
        ),
        ({"lognormal": {"median": "31 min", "p100": "1 h"}}, f"lognormal has no key 'p100': Allowed are median, mean, {LEVELS}"),
        ({"lognormal": {"p90": "1 h"}}, f"lognormal lacks its 'median': its keys are median, mean, {LEVELS}"),
        (
            {"lognormal": {"median": "31 min"}},
            "a lognormal law is not settled by its median: give also one other quantile such as p90, or the mean, not both",
        ),
        (
            {"lognormal": {"median": "31 min", "p90": "1 h", "p95": "2 h"}},
            "lognormal has 2 quantiles beside its median, and one settles it: keep the best documented one",
        ),
        (
            {"lognormal": {"median": "31 min", "mean": "30 min"}},
            "the mean of a lognormal law is not above its median: give a larger mean, or a quantile such as p90",
        ),
        (
            {"lognormal": {"median": "1 ms", "p51": "365250 d"}},
            "the two numbers of a lognormal law lie impossibly far apart: give numbers closer together",
        ),
        (
            {"weibull": {"median": "31 min"}},
            "a Weibull law takes two numbers: give its median and another quantile such as p90, or its mean and its shape",
        ),
        ({"weibull": {"mean": "31 min", "shape": -1}}, "the shape of a Weibull law is -1: give a positive number without a unit"),
        (
            {"weibull": {"mean": "31 min", "shape": 0.01}},
            "the shape of a Weibull law comes out as 0.01: give numbers that make it lie between 0.05 and 1000",
        ),
        ({"empirical": []}, "an empirical law has no values: list at least one"),
        ({"empirical": "3 min"}, "empirical takes a list: write for example {empirical: [2 min, 3 min, 10 min]}"),
        (
            {"mixture": [{"share": "97 %", "of": "2 min"}, {"share": "4 %", "of": "3 min"}]},
            "the shares of a mixture sum to 101 %: make them sum to 100 %",
        ),
        ({"mixture": []}, "the shares of a mixture sum to 0 %: make them sum to 100 %"),
        (
            {"mixture": [{"share": "100 %", "of": "2 min"}, {"share": "0 %", "of": "3 min"}]},
            "a share of 0 in a mixture is not above 0 and at most 1: leave out a part that never happens",
        ),
        ({"mixture": [{"share": "100 %"}]}, "a part of a mixture lacks its 'of': its keys are share, of"),
        (
            {"beta": {"mean": "30 %", "concentration": 12}},
            "beta is a law of shares, and this quantity is none: choose another law, such as lognormal",
        ),
    ],
)
def test_laws_refused(tree: object, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        parse_distribution(tree, parse_duration)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mean": "0 %", "concentration": 12}, "the mean of a beta law, 0, is not between 0 and 1: give a share such as '30 %'"),
        ({"mean": "30 %", "concentration": "many"}, "the concentration of a beta law is 'many': give a positive number without a unit"),
        (
            {"mean": "30 %", "concentration": 2_000_000},
            "a concentration of 2e+06 is not possible for a beta law with mean 0.3: "
            "give the number of observations that the mean is worth, such as 20, at most a million",
        ),
    ],
)
def test_beta_laws_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text is compared
        parse_distribution({"beta": fields}, parse_share)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_no_law_has_a_negative_or_infinite_value(value: float) -> None:
    for build in (lambda: Fixed(value=value), lambda: Uniform(low=value, high=5.0), lambda: Empirical(values=(1.0, value))):
        with pytest.raises(ValueError, match=f" is {value:g}: give a finite number of at least zero"):
            build()


def test_no_law_stands_for_no_values() -> None:
    with pytest.raises(ValueError, match="0 values cannot stand for a law: ask for at least one"):
        Fixed(value=1.0).quantiles(0)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: type(law).__name__)
def test_many_draws_at_once_are_those_of_the_law(law: Distribution) -> None:
    levels = np.array([1e-12, 0.001, 0.2, 0.5, 0.77, 0.999, 1 - 1e-12])
    found = drawn(law, levels)
    assert found.shape == levels.shape
    for level, value in zip(levels.tolist(), found.tolist(), strict=True):
        assert value == pytest.approx(law.draw(level), rel=1e-6, abs=1e-9)
