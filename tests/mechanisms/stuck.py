"""One replication of the world of a night in which volumes get stuck, switched as a test needs it, and what is looked at in it."""

from collections.abc import Callable
from functools import lru_cache

from simulator import api
from simulator.engine.replay import compile_plan, replay
from simulator.measures import cohorts
from simulator.measures.curves import Steps, highest, value_at
from simulator.measures.index import TraceIndex
from simulator.units import parse_duration, parse_share

Numbers = tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def night(
    name: str, *, without: tuple[str, ...] = (), with_: tuple[str, ...] = (), numbers: Numbers = (), replication: int = 0
) -> TraceIndex:
    """The world alone, always with the same dice."""
    loaded = api.load(name, without=without, with_=with_, numbers=dict(numbers))
    return TraceIndex(replay(compile_plan(loaded.scenario), seed=1, replication=replication))


def switched(name: str, *without: str, with_: tuple[str, ...] = (), **numbers: str) -> TraceIndex:
    """A night without some mechanisms, with some mitigations, and with other numbers; `free_space` stands for `free-space`."""
    return night(name, without=without, with_=with_, numbers=tuple((word.replace("_", "-"), value) for word, value in numbers.items()))


def number_of(name: str, number: str) -> float:
    """A number of a night, as it stands: a share, seconds, or how many."""
    value = api.load(name).scenario.numbers[number]["value"]
    if isinstance(value, str):
        return parse_share(value) if value.endswith("%") else parse_duration(value)
    return float(value)


def of_zone(kind: str) -> list[str]:
    """A kind of component in both datacenters of the zone."""
    return [f"us-east-1/zone-1/dc-{n}/{kind}" for n in (1, 2)]


def down(index: TraceIndex, owners: list[str], at: float | None = None) -> float:
    """Share of these that is down at a time, or at the worst."""
    return cohorts.share_down(index, owners, at=at) or 0.0


def number_down(index: TraceIndex, owners: list[str]) -> Steps:
    return cohorts.number_down(index, owners)


def rises(index: TraceIndex, owners: list[str], since: float, until: float) -> bool:
    """Whether ever more are down between two times."""
    curve = number_down(index, owners)
    return (value_at(curve, until) or 0.0) > (value_at(curve, since) or 0.0)


def largest(index: TraceIndex, owners: list[str]) -> float:
    return highest(number_down(index, owners)) or 0.0


def unserved(index: TraceIndex, owner: str, since: float = 0.0, until: float = float("inf")) -> float:
    """Seconds between two times during which something does not serve in full."""
    total, lost = 0.0, None
    for time, change, who, _, _, _ in [*index.trace.records, (index.horizon, "serves", owner, 1.0, -1, None)]:
        if who == owner and change == "stops_serving" and lost is None:
            lost = time
        elif who == owner and change == "serves" and lost is not None:
            total += max(0.0, min(time, until) - max(lost, since))
            lost = None
    return total


def threshold(happens: Callable[[float], bool], low: float, high: float, *, steps: int = 7) -> float:
    """Where something that happens at `high`, and not at `low`, begins to happen: halved on a linear scale."""
    assert happens(high)
    assert not happens(low)
    for _ in range(steps):
        middle = (low + high) / 2.0
        low, high = (low, middle) if happens(middle) else (middle, high)
    return (low + high) / 2.0
