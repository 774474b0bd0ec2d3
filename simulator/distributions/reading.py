"""Laws as files state them: a tagged mapping with one key, or a plain quantity."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from simulator.distributions.composed import Beta, Empirical, Mixture
from simulator.distributions.laws import Exponential, Fixed, Lognormal, Uniform, Weibull
from simulator.units import parse_share, refusal, shown

Distribution: TypeAlias = Fixed | Uniform | Exponential | Lognormal | Weibull | Empirical | Mixture | Beta
Quantity: TypeAlias = Callable[[object], float]

_LEVEL = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,15})?)")


def parse_distribution(tree: object, quantity: Quantity) -> Distribution:
    """The law that a plain quantity or a tagged mapping states, as YAML gives it; `quantity` reads a leaf (`parse_duration`).

    ValueError says what is wrong and what to write instead; unknown laws and keys are answered with the allowed ones.
    """
    if not isinstance(tree, Mapping):
        if isinstance(tree, list | tuple):
            raise refusal("a list alone is not a law", "write a quantity, or tag the list with 'empirical' or 'uniform'")
        return Fixed(value=quantity(tree))
    if len(tree) != 1:
        raise refusal(f"a law is a mapping with one key, not with {len(tree)}", f"write one of {', '.join(READERS)}")
    ((tag, body),) = tree.items()
    reader = READERS.get(tag) if isinstance(tag, str) else None
    if reader is None:
        raise refusal(f"{shown(tag)} is not a law", _did_you_mean(tag, READERS))
    return reader(body, quantity)


def _did_you_mean(word: object, allowed: Iterable[str]) -> str:
    import difflib

    names = list(allowed)
    close = difflib.get_close_matches(str(word)[:40].lower(), names, n=1)
    return (f"did you mean '{close[0]}'? " if close else "") + f"Allowed are {', '.join(names)}"


def _fields(tag: str, body: object, required: Sequence[str], optional: Sequence[str] = (), *, levels: bool = False) -> dict[str, object]:
    """The keys of a law's mapping, each known and none missing."""
    allowed = [*required, *optional, *(["p90 (or any other level)"] if levels else [])]
    if not isinstance(body, Mapping):
        raise refusal(f"{tag} takes a mapping", f"its keys are {', '.join(allowed)}")
    for key in body:
        if not (isinstance(key, str) and (key in required or key in optional or (levels and _LEVEL.fullmatch(key)))):
            raise refusal(f"{tag} has no key {shown(key)}", _did_you_mean(key, allowed))
    for key in required:
        if key not in body:
            raise refusal(f"{tag} lacks its '{key}'", f"its keys are {', '.join(allowed)}")
    return dict(body)


def _second_quantile(tag: str, fields: Mapping[str, object], quantity: Quantity) -> tuple[float, float] | None:
    found = [(match[1], value) for key, value in fields.items() if (match := _LEVEL.fullmatch(key))]
    if len(found) > 1:
        raise refusal(f"{tag} has {len(found)} quantiles beside its median, and one settles it", "keep the best documented one")
    return (parse_share(f"{found[0][0]} %"), quantity(found[0][1])) if found else None


def _listed(tag: str, body: object) -> Sequence[object]:
    if not isinstance(body, list | tuple):
        raise refusal(f"{tag} takes a list", f"write for example {_EXAMPLES[tag]}")
    return body


def _number(value: object, what: str) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1e15:
        raise refusal(f"{what} is {shown(value)}", "give a positive number without a unit")
    return float(value)


def _read_fixed(body: object, quantity: Quantity) -> Distribution:
    return Fixed(value=quantity(body))


def _read_uniform(body: object, quantity: Quantity) -> Distribution:
    if isinstance(body, Mapping):
        fields = _fields("uniform", body, ["low", "high"])
        return Uniform(low=quantity(fields["low"]), high=quantity(fields["high"]))
    bounds = _listed("uniform", body)
    if len(bounds) != 2:
        raise refusal(f"uniform takes two bounds, not {len(bounds)}", f"write for example {_EXAMPLES['uniform']}")
    return Uniform(low=quantity(bounds[0]), high=quantity(bounds[1]))


def _read_exponential(body: object, quantity: Quantity) -> Distribution:
    return Exponential(average=quantity(_fields("exponential", body, ["mean"])["mean"]))


def _read_lognormal(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("lognormal", body, ["median"], ["mean"], levels=True)
    average = quantity(fields["mean"]) if "mean" in fields else None
    return Lognormal(median=quantity(fields["median"]), p=_second_quantile("lognormal", fields, quantity), average=average)


def _read_weibull(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("weibull", body, [], ["median", "mean", "shape"], levels=True)
    return Weibull(
        median=quantity(fields["median"]) if "median" in fields else None,
        p=_second_quantile("weibull", fields, quantity),
        average=quantity(fields["mean"]) if "mean" in fields else None,
        shape=_number(fields["shape"], "the shape of a Weibull law") if "shape" in fields else None,
    )


def _read_empirical(body: object, quantity: Quantity) -> Distribution:
    return Empirical(values=tuple(quantity(value) for value in _listed("empirical", body)))


def _read_mixture(body: object, quantity: Quantity) -> Distribution:
    parts = [_fields("a part of a mixture", part, ["share", "of"]) for part in _listed("mixture", body)]
    return Mixture(parts=tuple((parse_share(part["share"]), parse_distribution(part["of"], quantity)) for part in parts))


def _read_beta(body: object, quantity: Quantity) -> Distribution:
    fields = _fields("beta", body, ["mean", "concentration"])
    try:
        quantity("50 %")
    except ValueError:
        raise refusal("beta is a law of shares, and this quantity is none", "choose another law, such as lognormal") from None
    return Beta(average=parse_share(fields["mean"]), concentration=_number(fields["concentration"], "the concentration of a beta law"))


_EXAMPLES = {
    "uniform": "{uniform: [1 min, 5 min]}",
    "empirical": "{empirical: [2 min, 3 min, 10 min]}",
    "mixture": "{mixture: [{share: 97 %, of: 2 min}, {share: 3 %, of: 4 h}]}",
}
READERS: dict[str, Callable[[object, Quantity], Distribution]] = {
    "fixed": _read_fixed,
    "uniform": _read_uniform,
    "exponential": _read_exponential,
    "lognormal": _read_lognormal,
    "weibull": _read_weibull,
    "empirical": _read_empirical,
    "mixture": _read_mixture,
    "beta": _read_beta,
}
