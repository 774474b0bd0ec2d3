"""Which numbers that are not known well move the answer most: each alone, and all together by Morris or by Sobol.

The answer is the mean of the lost minutes of one architecture or tenant over so many replications. Varied is every assumed number with a
range and every fitted one between the ends of its fit, of the scenario, its world and the rider. They are taken as independent of each
other, each uniform over its range, a geometric one in its logarithm: nothing more is known of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from simulator.engine.draws import Draws
from simulator.ensemble.baselines import of_cases, starts_of
from simulator.ensemble.cases import ANY, FIXED, cases_of, is_fixed, shares_of
from simulator.ensemble.estimating import estimate
from simulator.ensemble.replicating import HERE, Running, gather
from simulator.ensemble.results import Origin
from simulator.ensemble.sensitivity_designs import Point, saltelli, swings, trajectories
from simulator.ensemble.sensitivity_effects import Floats, elementary_effects, morris, sobol, swing
from simulator.ensemble.sensitivity_results import Method, Row, Sensitivity, Swing, Verdict
from simulator.ensemble.sensitivity_study import Answer, Points, Reading
from simulator.model.world import Scenario, Tenant
from simulator.scenario.choosing import unknown
from simulator.scenario.problems import Problem, ScenarioError
from simulator.scenario.ranges import Ranged

REPLICATIONS, TRAJECTORIES, SAMPLES = 10, 8, 32
"""What is taken where nothing else is asked for; samples are a power of two."""


def sensitivity(
    read: Reading, scenario: Scenario, tenant: Tenant, *, origin: Origin, case: str, method: Method = "morris",
    replications: int = REPLICATIONS, starts: int = TRAJECTORIES, only: Collection[str] = (), running: Running = HERE,
) -> Sensitivity:  # fmt: skip
    """Move every number alone to both ends of its range, then those that anything stands for together, from so many `starts`.

    With `only` these numbers are moved. ScenarioError where there is none to move, where the rider has no placement in the case, or where
    Sobol would need points whose numbers cannot be together.
    """
    members = shares_of(cases_of(scenario, [tenant]), tenant.name, case)
    if not members:
        raise _refused(tenant.name, f"{tenant.name} has no placement that is {case} in {scenario.name}", "Ask for another case.")
    numbers = _asked(read.ranged(), scenario.name, only)
    points = tuple(swings(len(numbers)))
    study = Points(origin=origin, read=read, case=case, replications=replications, numbers=tuple(numbers), points=points)
    rest = starts * (len(numbers) + (1 if method == "morris" else 2))
    alone = _answers(study, running.within(0, len(study.points) + rest), "sensitivity swings")
    stirring = [i for i in range(len(numbers)) if any(end.replayed != alone[0].replayed for end in _ends(alone, i))]
    rows, together = _together(
        study, stirring, method, starts, running.within(len(study.points), len(study.points) + rest)
    )
    found = {i: replace(row, swing=swing(*map(_minutes, _ends(alone, i)))) for i, row in zip(stirring, rows, strict=True)}
    every = [found.get(i, Row(number=one, label="", verdict="unused")) for i, one in enumerate(numbers)]
    labels = _labels(numbers)
    told = [replace(row, label=labels[i], verdict=_verdict(row)) for i, row in enumerate(every)]
    cannot = [answer.because for answer in (*alone, *together) if not answer.lost]
    return Sensitivity(
        origin=origin, summary=scenario.summary, name=tenant.name, kind="architecture" if read.tenant is None else "tenant",
        case=FIXED if is_fixed(tenant) else case if scenario.hit_zones else ANY, method=method, replications=replications, starts=starts,
        points=len(alone) + len(together), impossible=len(cannot), because=cannot[0] if cannot else "",
        lost_minutes=estimate(alone[0].lost, ceiling=scenario.horizon / 60.0), rows=tuple(sorted(told, key=_rank)),
        baseline=of_cases(
            tenant.name, tenant.objective, members, starts_of(scenario, [one for one, _ in members], origin.seed), span=scenario.horizon
        ),
    )  # fmt: skip


def _asked(numbers: Sequence[Ranged], scenario: str, only: Collection[str]) -> list[Ranged]:
    """The numbers to move: all, or those of these names."""
    known = [one.name for one in numbers]
    for name in only:
        if name not in known:
            raise unknown(name, "there is no assumed or fitted number of this name that has a range", known, "There are")
    if not numbers:
        fact = f"there is nothing to vary: neither {scenario} nor what rides in it has a number whose basis states a range"
        raise _refused(scenario, fact, "Give an assumed number a range of plausible values, or a fitted one the ends of its fit.")
    return [one for one in numbers if not only or one.name in only]


def _refused(what: str, fact: str, remedy: str) -> ScenarioError:
    return ScenarioError((Problem(file=what, line=0, column=0, fact=fact, remedy=remedy, source_line=""),))


def _answers(study: Points, running: Running, key: str) -> list[Answer]:
    found: list[Answer] = []
    gather(study, len(study.points), running, found.append, key=key)
    return found


def _ends(alone: Sequence[Answer], i: int) -> tuple[Answer, Answer]:
    """The answers with a number at its low end and at its high end, all others as their files say."""
    return alone[2 * i + 1], alone[2 * i + 2]


def _minutes(answer: Answer) -> Floats | None:
    return np.array(answer.lost) if answer.lost else None


def _together(study: Points, stirring: Sequence[int], method: Method, starts: int, running: Running) -> tuple[list[Row], list[Answer]]:
    """The numbers that anything stands for, moved together, and the answers. All others stay at the values of their files."""
    if not stirring:
        return [], []
    numbers = [study.numbers[i] for i in stirring]
    names = [f"{one.home}/{one.name}" for one in numbers]
    seed = study.origin.seed
    ways = trajectories(names, starts, seed=seed) if method == "morris" else []
    levels = [point for way in ways for point in way.points] if method == "morris" else saltelli(names, starts, seed=seed)
    asked = tuple(_point(dict(zip(stirring, some, strict=True)), len(study.numbers)) for some in levels)
    answers = _answers(replace(study, points=asked), running, f"sensitivity {method}")
    missing = (math.nan,) * study.replications
    lost = np.array([answer.lost or missing for answer in answers])
    draws = Draws(seed=seed, replication=0)
    if method == "morris":
        each = [morris(effects, draws=draws) for effects in elementary_effects(ways, lost)]
        return [Row(number=one, label="", verdict="none", morris=of) for one, of in zip(numbers, each, strict=True)], answers
    cannot = [answer.because for answer in answers if not answer.lost]
    if cannot:
        fact = f"at {len(cannot)} of {len(answers)} points numbers stand together that cannot: {cannot[0]}"
        raise _refused(study.origin.scenario, fact, "Use Morris, which leaves such points out, or vary fewer numbers.")
    shares = sobol(lost, len(numbers), draws=draws)
    return [Row(number=one, label="", verdict="none", sobol=of) for one, of in zip(numbers, shares, strict=True)], answers


def _point(levels: dict[int, float], numbers: int) -> Point:
    return tuple(levels.get(i) for i in range(numbers))


def _labels(numbers: Sequence[Ranged]) -> list[str]:
    """Names, with whose number it is where two have the same."""
    times = Counter(one.name for one in numbers)
    return [one.name if times[one.name] == 1 else f"{one.name} ({one.home})" for one in numbers]


def _verdict(row: Row) -> Verdict:
    """Whether what a number moves is more than chance, by the quantity that ranks it."""
    if row.swing is None:
        return "unused"
    if not row.size and not _swings(row.swing):
        return "none"
    if row.sobol is not None:
        low, noise = row.sobol.total_ci95[0], row.sobol.noise
    elif row.morris is not None and row.morris.ci95 is not None:
        low, noise = row.morris.ci95[0], row.morris.noise
    else:
        return "not told apart"
    return "told apart" if noise is not None and low > noise else "not told apart"


def _swings(one: Swing) -> bool:
    return one.difference is None or one.difference != 0 or one.ci95 not in (None, (0.0, 0.0))


def _rank(row: Row) -> tuple[int, float, float, str]:
    last = {"none": 1, "unused": 2}.get(row.verdict, 0)
    width = 0.0 if row.swing is None or row.swing.difference is None else abs(row.swing.difference)
    return last, -row.size, -width, row.label
