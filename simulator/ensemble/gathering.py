"""Who rides in which incident: every architecture and every tenant asked for, where an incident's world has a place for it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.ensemble.loading import Loaded, load
from simulator.ensemble.results import Kind
from simulator.model.world import Tenant
from simulator.scenario import building, catalogue
from simulator.scenario.choosing import chosen
from simulator.scenario.document import Mark, problem_at
from simulator.scenario.problems import Problem, ScenarioError, quoted

Word = str | Path
Asked = tuple[Kind, Word]
"""What a row is about, and the name or file that was given."""


@dataclass(kw_only=True)
class Gathered:
    """An incident with those who have a place in it, and for the others the reason why not."""

    loaded: Loaded
    found: dict[Asked, Tenant] = field(default_factory=dict)
    because: dict[Asked, str] = field(default_factory=dict)


@dataclass(kw_only=True, frozen=True)
class Gathering:
    """Incidents in order of their start, invented ones last, and what the rows are called. `left_out` are incidents and architectures of
    the catalogue that go with none of the others; `invented` are incidents that nobody named, and that never happened."""

    incidents: tuple[Gathered, ...]
    names: dict[Asked, str]
    left_out: tuple[str, ...]
    invented: tuple[str, ...] = ()


def gathered(
    incidents: Sequence[Word], architectures: Sequence[Word], tenants: Sequence[Word], *, all_tenants: bool = False
) -> Gathering:
    """All incidents that happened and all architectures of the catalogue where none is named; with `all_tenants` those too that
    incidents bring along.

    ScenarioError carries all problems of all incidents, and those of every row named that has a place in none.
    """
    loaded = _all_loaded(incidents or [e.name for e in catalogue.entries("incident")])
    invented = [one for one in loaded if one.scenario.invented and not incidents]
    # Where there is nothing else, what never happened is still something to replay.
    unnamed = tuple(one.scenario.name for one in invented) if len(invented) < len(loaded) else ()
    night = [Gathered(loaded=one) for one in loaded if one.scenario.name not in unnamed]
    for word in architectures:
        catalogue.find(word, "architecture")
    brought = [probe.name for one in night for probe in one.loaded.scenario.probes] if all_tenants else []
    asked: list[Asked] = [
        *(("architecture", word) for word in architectures or [e.name for e in catalogue.entries("architecture")]),
        *(("tenant", word) for word in (*tenants, *(name for name in dict.fromkeys(brought) if name not in tenants))),
    ]
    problems: dict[Asked, tuple[Problem, ...]] = {}
    for one in night:
        for ask in asked:
            try:
                one.found[ask] = _placed(ask, one.loaded)
            except ScenarioError as error:
                one.because[ask] = error.problems[0].fact
                problems.setdefault(ask, error.problems)
    nowhere = [ask for ask in asked if not any(ask in one.found for one in night)]
    named = [ask for ask in nowhere if architectures or ask[0] == "tenant"]
    if named:
        raise ScenarioError(tuple(dict.fromkeys(problem for ask in named for problem in problems[ask])))
    kept = [one for one in night if incidents or one.found]
    if not any(one.found for one in kept):
        fact, remedy = "no architecture of the catalogue has a place in this world", "Name architectures that are made for it."
        raise ScenarioError(tuple(problem_at(str(one.loaded.source), (), Mark(0, 0), fact, remedy) for one in night))
    names = [(ask, next(one.found[ask].name for one in kept if ask in one.found)) for ask in asked if ask not in nowhere]
    _check_distinct(names)
    bare = [one.loaded.scenario.name for one in night if one not in kept]
    return Gathering(
        incidents=tuple(kept), names=dict(names), left_out=(*bare, *(str(word) for _, word in nowhere)), invented=unnamed
    )  # fmt: skip


def _all_loaded(words: Iterable[Word]) -> list[Loaded]:
    found: dict[str, Loaded] = {}
    problems: list[Problem] = []
    for word in words:
        try:
            loaded = load(word)
        except ScenarioError as error:
            problems += error.problems
            continue
        if loaded.scenario.name in found:
            problems.append(_twice(word, f"the incident {quoted(loaded.scenario.name)} is named twice"))
        found[loaded.scenario.name] = loaded
    if problems:
        raise ScenarioError(tuple(dict.fromkeys(problems)))
    return sorted(found.values(), key=lambda loaded: (loaded.scenario.invented, loaded.origin(0).start, loaded.scenario.name))


def _placed(ask: Asked, loaded: Loaded) -> Tenant:
    kind, word = ask
    place: Callable[..., Tenant] = building.load_tenant if kind == "architecture" else chosen
    return place(word, loaded.scenario)


def _check_distinct(names: Sequence[tuple[Asked, str]]) -> None:
    """One replay has room for one rider of a name."""
    seen: set[str] = set()
    problems = []
    for (kind, word), name in names:
        if name in seen:
            problems.append(_twice(word, f"the {kind} {quoted(name)} is named twice, or has the name of another"))
        seen.add(name)
    if problems:
        raise ScenarioError(tuple(problems))


def _twice(word: Word, fact: str) -> Problem:
    return problem_at(str(word), (), Mark(0, 0), fact, "Name it once, or give one of the two another name.")
