"""What would have saved a tenant: mitigations, its users on other architectures, and pairs of these, against the tenant as it was."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count
from typing import Literal

from simulator.ensemble.baselines import Baseline
from simulator.ensemble.cases import cases_of, warnings_of_placements
from simulator.ensemble.convergence import warnings_of_unsettled
from simulator.ensemble.deployments import AS_IT_WAS, Outcomes, outcomes, own_cases
from simulator.ensemble.estimating import FEW, difference_interval, estimate, warnings_of_unseen
from simulator.ensemble.replicating import HERE, Running
from simulator.ensemble.results import Estimate, Origin
from simulator.ensemble.varying import Variant, Variants
from simulator.model.basis import Mitigation
from simulator.scenario.problems import ScenarioError

COMBINED = 4
"""So many of the best mitigations are combined with each other; each pair is a run of its own."""
WORTH_TWO = 0.01
"""Share of what the tenant loses that a pair has to save beyond the better one of its two."""


@dataclass(kw_only=True, frozen=True, slots=True)
class Saved:
    """A difference between the tenant as it was and otherwise, replication by replication under common random numbers."""

    mean: float
    ci95: tuple[float, float] | None


@dataclass(kw_only=True, frozen=True, slots=True)
class Saving:
    """One change, or two of them together, and what it would have come to."""

    changes: tuple[str, ...]
    kind: Literal["mitigation", "architecture", "pair"]
    cost_index: float | None
    """Of the tenant as it is then deployed; None where nothing says what its units carry."""
    lost_minutes: Estimate
    saved_minutes: Saved
    saved_user_hours: Saved
    open_at_horizon: float
    """Share of replications in which the outage was still open when the simulated time ended."""
    on_front: bool = False
    """Whether nothing else saves at least as much for at most the cost; never where it is below its outage threshold by the change."""
    baseline: Baseline | None = None
    """What is served then before the incident begins: its lost minutes are what the incident takes of that."""

    @property
    def name(self) -> str:
        return " + ".join(self.changes)


@dataclass(kw_only=True, frozen=True, slots=True)
class Savings:
    """A tenant as it was in an incident, and everything that would have changed its losses, the most first."""

    origin: Origin
    tenant: str
    users: float
    placement: Mapping[str, str] | None
    """None where it is placed by chance in more than one way, which count by their weights."""
    replications: int
    cost_index: float | None
    lost_minutes: Estimate
    lost_user_hours: Estimate
    open_at_horizon: float
    options: tuple[Saving, ...]
    pairs_tried: int
    warnings: tuple[str, ...] = ()
    baseline: Baseline | None = None
    """What the tenant as it was serves before the incident begins."""


def savings(
    variants: Variants, *, origin: Origin, replications: int, pairs: int, running: Running = HERE
) -> Savings:
    """Replay the scenario as it was, with each mitigation, and with the best of these two by two; the same passengers ride in all.

    `pairs` is how many pairs are told: the best of those that save more than either of their two alone.
    """
    was = variants.was
    found, clashing = _replayed(variants, origin, replications, bool(pairs), running)
    most, people = origin.horizon_seconds / 60.0, was.tenant.users / 60.0
    options = {key: _saving(key, found, people, most) for key in found if 1 <= len(_changes(key)) <= 2}
    chosen = [one for one in options.values() if one.kind != "pair"]
    own = found[(), AS_IT_WAS]
    doubts = warnings_of_unsettled((each for one in found.values() for each in one.unsettled), origin.start)
    chosen += sorted(_worth_two(options, WORTH_TWO * math.fsum(own.lost) / replications), key=_order)[:pairs]
    healthy = [one for one in chosen if not _falls_below(one, own.baseline)]
    marks = dict(zip(map(id, healthy), on_front([(o.cost_index, o.saved_minutes.mean) for o in healthy], own.cost_index), strict=True))
    (own_case, _), *more = own_cases(was)
    return Savings(
        origin=origin, tenant=was.tenant.name, users=was.tenant.users, placement=None if more else dict(own_case.placement.zones),
        replications=replications, cost_index=own.cost_index, lost_minutes=estimate(own.lost, ceiling=most), open_at_horizon=own.open,
        lost_user_hours=estimate([lost * people for lost in own.lost], ceiling=most * people),
        options=tuple(sorted((replace(one, on_front=marks.get(id(one), False)) for one in chosen), key=_order)),
        pairs_tried=sum(one.kind == "pair" for one in options.values()) if pairs else 0, baseline=own.baseline,
        warnings=(
            *_warnings(replications, variants.left_out, clashing), *_not_for(was), *doubts,
            *warnings_of_placements(cases_of(was.scenario, [was.tenant, *was.architectures])),
            *warnings_of_unseen(replications, not any(own.lost), horizon=origin.horizon_seconds),
        ),
    )  # fmt: skip


def _falls_below(one: Saving, was: Baseline | None) -> bool:
    """Whether a change leaves the tenant below its outage threshold without any incident, where it was not: it saves by serving less."""
    return one.baseline is not None and one.baseline.below_threshold and not (was is not None and was.below_threshold)


def _is_for(mitigation: Mitigation, tenant: str) -> bool:
    """Whether it changes anything that this tenant can feel: what only deploys others otherwise does not."""
    elsewhere = mitigation.set or mitigation.remove or mitigation.change or any(mitigation.add.values())
    return bool(elsewhere) or not mitigation.instead or tenant in mitigation.instead


def _not_for(was: Variant) -> tuple[str, ...]:
    others = [m.name for m in was.scenario.mitigations if not _is_for(m, was.tenant.name)]
    return (f"left out, since they deploy other tenants otherwise and nothing else: {', '.join(others)}",) if others else ()


def _replayed(
    variants: Variants, origin: Origin, replications: int, paired: bool, running: Running
) -> tuple[Outcomes, list[str]]:
    """The outcomes as it was, with each mitigation, and with the best of these two by two; and which two cannot be on together."""
    names = tuple(m.name for m in variants.was.scenario.mitigations if _is_for(m, variants.was.tenant.name))
    tried = list(combinations(range(min(COMBINED, len(names))), 2)) if paired else []
    total = replications * (1 + len(names) + len(tried))
    parts = (running.within(before, total) for before in count(0, replications))
    found = outcomes((), variants.was, origin, replications, next(parts))
    for name in names:
        found |= outcomes((name,), variants.load((name,)), origin, replications, next(parts))
    best = sorted(names, key=lambda name: sum(found[(name,), AS_IT_WAS].lost))
    clashing = []
    for a, b in tried:
        both = tuple(name for name in names if name in (best[a], best[b]))
        try:
            variant = variants.load(both)
        except ScenarioError:
            clashing.append(" + ".join(both))
            continue
        found |= outcomes(both, variant, origin, replications, next(parts))
    return found, clashing


def on_front(options: Sequence[tuple[float | None, float]], own_cost: float | None) -> list[bool]:
    """Of (cost, saved minutes) pairs, which are such that nothing else saves at least as much for at most the cost.

    Leaving the tenant as it was is one of the others: it saves nothing, for its own cost. Of equals each one stands. An unknown cost is
    neither more nor less than a known one, and the same as another unknown one.
    """
    return [
        saved >= 0.0
        and not _as_good((own_cost, 0.0), (cost, saved))
        and not any(_as_good(other, (cost, saved)) and other != (cost, saved) for other in options)
        for cost, saved in options
    ]


def _as_good(one: tuple[float | None, float], other: tuple[float | None, float]) -> bool:
    (cost, saved), (limit, least) = one, other
    return saved >= least and (cost == limit or (cost is not None and limit is not None and cost < limit))


def _changes(key: tuple[tuple[str, ...], str]) -> tuple[str, ...]:
    mitigations, architecture = key
    return (*mitigations, *([architecture] if architecture else []))


def _saving(key: tuple[tuple[str, ...], str], found: Outcomes, people: float, most: float) -> Saving:
    one, own, changes = found[key], found[(), AS_IT_WAS], _changes(key)
    return Saving(
        changes=changes, kind="pair" if len(changes) > 1 else "architecture" if key[1] else "mitigation", cost_index=one.cost_index,
        lost_minutes=estimate(one.lost, ceiling=most), saved_minutes=_saved(own.lost, one.lost, most),
        saved_user_hours=_saved([lost * people for lost in own.lost], [lost * people for lost in one.lost], most * people),
        open_at_horizon=one.open, baseline=None if one.baseline is None else replace(one.baseline, name=" + ".join(changes)),
    )  # fmt: skip


def _saved(own: Sequence[float], one: Sequence[float], most: float) -> Saved:
    gaps = [was - now for was, now in zip(own, one, strict=True)]
    return Saved(mean=math.fsum(gaps) / len(gaps), ci95=difference_interval(own, one, most=most))


def _worth_two(options: Mapping[tuple[tuple[str, ...], str], Saving], least: float) -> Iterator[Saving]:
    """The pairs that save more than either of their two alone, by so many minutes at least."""
    for (mitigations, architecture), pair in options.items():
        alone = [((name,), AS_IT_WAS) for name in mitigations] + ([((), architecture)] if architecture else [])
        more = pair.saved_minutes.mean - max(options[one].saved_minutes.mean for one in alone)
        if len(alone) > 1 and more > 0 and more >= least:
            yield pair


def _order(one: Saving) -> tuple[float, float, int, str]:
    """The most saved first, then the cheapest, then what is simplest."""
    return -one.saved_minutes.mean, math.inf if one.cost_index is None else one.cost_index, len(one.changes), one.name


def _warnings(replications: int, left_out: Sequence[str], clashing: Sequence[str]) -> tuple[str, ...]:
    few = f"{replications} replication{'s are' if replications > 1 else ' is'} few: take at least {FEW} for a sound interval"
    placeless = f"this world has no place for {', '.join(left_out)}; name architectures that are made for it"
    alone = f"these cannot be on together: {', '.join(clashing)}; azsim show with both says why"
    told = ((few, replications < FEW), (placeless, bool(left_out)), (alone, bool(clashing)))
    return tuple(text for text, holds in told if holds)
