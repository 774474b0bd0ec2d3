"""The Python API: load a scenario, run it, compare architectures, ask why, hold it against the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.engine.budget import EVENTS, MEMORY, Limits, limited
from simulator.ensemble.arguments import checked, files, one_of, optional, whole
from simulator.ensemble.choosing import placed, rider
from simulator.ensemble.loading import Loaded, Names, Numbers, load
from simulator.ensemble.population import population
from simulator.ensemble.replicating import HERE, Running
from simulator.ensemble.results import Comparison, Explanation, Fidelity, Kind, RunResult
from simulator.ensemble.running import running as running_on
from simulator.ensemble.tenant_results import Tenancy
from simulator.ensemble.watching import precision
from simulator.errors import InputError
from simulator.model.world import Tenant
from simulator.scenario.problems import ScenarioError

if TYPE_CHECKING:
    import numpy as np

    from simulator.ensemble.attributing import Attribution
    from simulator.ensemble.availability_results import Availabilities
    from simulator.ensemble.matrix_results import Matrix
    from simulator.ensemble.saving import Savings
    from simulator.ensemble.sensitivity_results import Method, Sensitivity
    from simulator.ensemble.stopping import Precision

    Until = str | Precision | None

__all__ = [
    "InputError", "Loaded", "Running", "ScenarioError", "availability", "causes", "compare", "curve_arrays", "explain", "fidelity",
    "fit", "frame", "limits", "load", "matrix", "population", "run", "running_on", "sensitivity", "tenants", "whatif",
]  # fmt: skip


@checked()
def run(
    scenario: str | Path, architecture: str | Path | None = None, *, tenant: str | Path | None = None, case: str = "hit", seed: int = 1,
    replication: int = 0, without: Names = (), with_: Names = (), numbers: Numbers | None = None, objective: float | None = None,
) -> RunResult:  # fmt: skip
    """One replication of one architecture, in its first placement that is hit, or missed; or of one tenant where it stands.

    A `tenant` is a probe of the scenario, or any other by name or file. InputError unless one of the two is given.
    """
    from simulator.ensemble.single import run_case

    loaded, found, name = placed(
        scenario, architecture, tenant, case=case, objective=objective, without=without, with_=with_, numbers=numbers
    )
    kind: Kind = "architecture" if tenant is None else "tenant"
    return run_case(loaded.scenario, found, origin=loaded.origin(seed), replication=replication, name=name, kind=kind)


@checked()
def compare(
    scenario: str | Path, architectures: Sequence[str | Path] = (), *, tenant: str | Path | None = None, replications: int = 100,
    seed: int = 1, objective: float | None = None, without: Names = (), with_: Names = (), numbers: Numbers | None = None,
    drawn: bool = True, until: Until = None, strata: int = 0, running: Running = HERE,
) -> Comparison:  # fmt: skip
    """Replay a scenario on several architectures with the same dice; on all of the catalogue when none is named.

    With a `tenant` in their place it is replayed for that one alone, where it stands. What pictures show is kept where it is `drawn`. With
    `until`, such as "lost_minutes ±2 %", replications end when that is reached, at the latest after `replications`. With `strata`,
    draws are stratified in blocks of so many replications, and replications rounded up to whole blocks; the two do not go together.
    """
    from simulator.ensemble import comparing

    if tenant is None:
        loaded = load(scenario, without=without, with_=with_, numbers=numbers, architectures=architectures)
        tenants = loaded.tenants(architectures, objective)
    else:
        loaded, one = rider(scenario, None, tenant, objective, without=without, with_=with_, numbers=numbers)
        tenants = [one]
    kind: Kind = "architecture" if tenant is None else "tenant"
    found = comparing.compare(
        loaded.scenario, tenants, origin=loaded.origin(seed), replications=replications, kind=kind, drawn=drawn,
        until=precision(until), strata=strata, running=running,
    )  # fmt: skip
    left_out = loaded.left_out() if tenant is None and not architectures else ()
    return replace(found, objective=objective, warnings=(*found.warnings, *left_out))


@checked(tenants=files)
def availability(
    scenario: str | Path, architectures: Sequence[str | Path] = (), *, tenants: Sequence[str | Path] = (), replications: int = 100,
    seed: int = 1, objective: float | None = None, without: Names = (), with_: Names = (), numbers: Numbers | None = None,
    until: Until = None, running: Running = HERE,
) -> Availabilities:  # fmt: skip
    """Availability by time, by requests and by users, and in the worst window of each length, of architectures and tenants side by side.

    All architectures of the catalogue when neither is named. A tenant is one that the scenario brings along, or any other.
    """
    from simulator.ensemble.availability import availabilities
    from simulator.ensemble.loading import with_objective
    from simulator.scenario.choosing import all_chosen, check_once, file_of

    check_once(tenants)
    beside = [*architectures, *(name for name in tenants if file_of(name) is not None)]
    every = not architectures and not tenants
    loaded = load(scenario, without=without, with_=with_, numbers=numbers, architectures=beside or ([] if every else None))
    riders: list[tuple[Tenant, Kind]] = []
    if architectures or every:
        riders += [(one, "architecture") for one in loaded.tenants(architectures, objective)]
    if tenants:
        taken = [one.name for one, _ in riders]
        chosen = all_chosen(tenants, loaded.scenario, without=loaded.without, set_=loaded.numbers, taken=taken)
        riders += [(with_objective(one, objective), "tenant") for one in chosen]
    found = availabilities(
        loaded.scenario, riders, origin=loaded.origin(seed), replications=replications, objective=objective,
        until=precision(until), running=running,
    )  # fmt: skip
    return replace(found, warnings=(*found.warnings, *loaded.left_out())) if every else found


@checked()
def tenants(
    scenario: str | Path, names: Sequence[str | Path] = (), *, replications: int = 100, seed: int = 1, without: Names = (),
    with_: Names = (), numbers: Numbers | None = None, until: Until = None, running: Running = HERE,
) -> Tenancy:  # fmt: skip
    """Replay a scenario for its tenants, each where it stood, beside what is on record; for those named, which may be any others too."""
    from simulator.ensemble.tenancy import tenancy
    from simulator.scenario.choosing import all_chosen, file_of

    beside = [name for name in names if file_of(name) is not None]
    loaded = load(scenario, without=without, with_=with_, numbers=numbers, architectures=beside or None)
    chosen = all_chosen(names, loaded.scenario, without=loaded.without, set_=loaded.numbers)
    return tenancy(
        loaded.scenario, chosen, origin=loaded.origin(seed), replications=replications, until=precision(until), running=running
    )


@checked()
def fidelity(
    scenarios: Sequence[str | Path] = (), *, replications: int = 100, seed: int = 1, vary_assumed: bool = False, tenant: str | None = None,
    seeds: int = 1, running: Running = HERE,
) -> Fidelity:  # fmt: skip
    """Hold scenarios against the record; all of the catalogue when none is named. Varied numbers are drawn anew a fifth as often.

    With a `tenant`, only observations that speak of it are checked. ScenarioError where no scenario has one of this name. With several
    `seeds`, the ones that follow the first say how stable each verdict is; it takes as many times as long. ValueError for less than one.
    """
    if seeds < 1:
        raise ValueError(f"{seeds} seeds check nothing: take at least 1")
    from simulator.ensemble.holding import held

    return held(scenarios, replications=replications, seed=seed, vary_assumed=vary_assumed, tenant=tenant, seeds=seeds, running=running)


@checked()
def fit(scenario: str | Path, *, seed: int = 1, replications: int = 20) -> list[tuple[str, str, str]]:
    """Reproduce the fitted numbers of a scenario: (name, value found, value in the file)."""
    from simulator.ensemble.fitting import fitted_numbers

    return fitted_numbers(scenario, seed=seed, replications=replications)


@checked()
def explain(
    scenario: str | Path, architecture: str | Path | None = None, *, tenant: str | Path | None = None, case: str = "hit", seed: int = 1,
    replication: int = 0, tries: int = 1, without: Names = (), with_: Names = (), numbers: Numbers | None = None,
    objective: float | None = None,
) -> Explanation:  # fmt: skip
    """Why the first outage of an architecture or tenant began, and why it ended only when it did: from the root event to the users.

    Of so many `tries` from `replication` on, the first in which there is an outage; the first of all where there is none.
    """
    from simulator.ensemble.explaining import explained
    from simulator.ensemble.single import run_case

    loaded, found, name = placed(
        scenario, architecture, tenant, case=case, objective=objective, without=without, with_=with_, numbers=numbers
    )
    kind: Kind = "architecture" if tenant is None else "tenant"
    runs = (
        run_case(loaded.scenario, found, origin=loaded.origin(seed), replication=n, name=name, kind=kind)
        for n in range(replication, replication + max(tries, 1))
    )
    first = next(runs)
    told = first if first.outages else next((run for run in runs if run.outages), first)
    return explained(loaded.scenario, found.tenant, told)


@checked()
def causes(
    scenario: str | Path, architecture: str | Path | None = None, *, tenant: str | Path | None = None, case: str = "hit", seed: int = 1,
    replications: int = 20, without: Names = (), with_: Names = (), numbers: Numbers | None = None, running: Running = HERE,
) -> Attribution:  # fmt: skip
    """How many lost minutes vanish without each mechanism alone, and without all of them, in the placement that `explain` tells of."""
    from simulator.ensemble import attributing, varying

    switches: dict[str, Any] = {"without": without, "with_": with_, "numbers": numbers}
    loaded, found, _ = placed(scenario, architecture, tenant, case=case, objective=None, **switches)
    return attributing.attribution(
        varying.riding(scenario, architecture=architecture, tenant=tenant, **switches), name=found.tenant.name, label=found.label,
        placement=dict(found.placement.zones), origin=loaded.origin(seed), replications=replications, running=running,
    )  # fmt: skip


@checked()
def whatif(
    scenario: str | Path, tenant: str | Path, architectures: Sequence[str | Path] = (), *, replications: int = 100, seed: int = 1,
    pairs: int = 3, without: Names = (), numbers: Numbers | None = None, running: Running = HERE,
) -> Savings:  # fmt: skip
    """What would have saved a tenant: each mitigation, its users on each architecture, and the best `pairs` of these.

    A `tenant` is a probe of the scenario, or any other by name or file. All architectures of the catalogue when none is named.
    """
    from simulator.ensemble import saving, varying
    from simulator.scenario.showing import sha256

    found = varying.variants(scenario, tenant, architectures, without=without, numbers=numbers)
    was = found.was.scenario
    loaded = Loaded(source=scenario, scenario=was, sha256=sha256(was), without=tuple(without), with_=(), numbers=numbers or {})
    return saving.savings(found, origin=loaded.origin(seed), replications=replications, pairs=pairs, running=running)


@checked(case=one_of("hit", "missed", "average"))
def sensitivity(
    scenario: str | Path, architecture: str | Path | None = None, *, tenant: str | Path | None = None, case: str = "hit",
    method: Method = "morris", only: Names = (), replications: int = 10, trajectories: int = 8, samples: int = 32, seed: int = 1,
    without: Names = (), with_: Names = (), numbers: Numbers | None = None, running: Running = HERE,
) -> Sensitivity:  # fmt: skip
    """Which assumed or fitted number moves the lost minutes of one architecture or tenant most, in the case `hit`, `missed` or `average`.

    All of which a range is known are moved, or `only` these; each alone, and together on so many `trajectories` (method `morris`) or from
    so many `samples` (`sobol`), a power of two. Those that are given other values as `numbers` stay at these.
    """
    from simulator.ensemble import sensitivity as analysing
    from simulator.ensemble.sensitivity_study import Reading

    if method == "sobol" and samples & (samples - 1):
        raise InputError(f"samples is {samples}, no power of two; give for example 16, 32 or 64")
    loaded, one = rider(scenario, architecture, tenant, None, without=without, with_=with_, numbers=numbers)
    read = Reading(
        source=scenario, architecture=architecture, tenant=tenant, without=tuple(without), with_=tuple(with_), numbers=dict(numbers or {})
    )
    return analysing.sensitivity(
        read, loaded.scenario, one, origin=loaded.origin(seed), case=case, method=method, replications=replications,
        starts=trajectories if method == "morris" else samples, only=only, running=running,
    )  # fmt: skip


@checked(tenants=files)
def matrix(
    incidents: Sequence[str | Path] = (), *, architectures: Sequence[str | Path] = (), tenants: Sequence[str | Path] = (),
    all_tenants: bool = False, replications: int = 100, seed: int = 1, running: Running = HERE,
) -> Matrix:  # fmt: skip
    """Incidents times architectures, all of the catalogue where none is named, with tenants as further rows.

    `all_tenants` adds those that the incidents bring along. What has no place in an incident's world is an empty cell with a reason.
    """
    from simulator.ensemble.gathering import gathered
    from simulator.ensemble.matrix import matrix as replayed

    found = gathered(incidents, architectures, tenants, all_tenants=all_tenants)
    return replayed(found, seed=seed, replications=replications, running=running)


@contextmanager
@checked(max_events=optional(whole(1, 10**12)), max_memory=optional(whole(100_000_000, 2**62)))
def limits(*, max_events: int | None = None, max_memory: int | None = None) -> Iterator[None]:
    """How much everything that is replayed meanwhile may take: events of one replication, and bytes of memory of a process.

    Without it, these are 10 million events and 4 GB. InputError says where they went when one of the two is reached.
    """
    with limited(Limits(events=max_events or EVENTS, memory=max_memory or MEMORY)):
        yield


def curve_arrays(result: RunResult) -> tuple[np.ndarray, np.ndarray]:
    """A run's curve as arrays: instants in seconds since the start, and the share served from each on."""
    import numpy as np

    return np.asarray(result.curve.times), np.asarray(result.curve.values)


def frame(result: Comparison | Matrix) -> Any:
    """A comparison as a pandas data frame, one row per architecture and case; of a matrix, one per incident besides.

    ImportError without pandas.
    """
    import pandas as pd

    if not isinstance(result, Comparison):
        from simulator.report.matrix_documents import means

        return pd.DataFrame(means(result))
    return pd.DataFrame(
        {
            "architecture": row.architecture, "placement": row.placement, "cost_index": row.cost_index,
            "outage_minutes": row.outage_minutes.mean, "lost_minutes": row.lost_minutes.mean, "worst_served": row.worst_served.mean,
            "baseline_served": None if row.baseline is None else row.baseline.served,
        }
        for row in result.rows
    )  # fmt: skip
