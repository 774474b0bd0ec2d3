"""Scenarios held against the record: all their observations, the numbers that were fitted or moved, and what fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulator.ensemble import agreeing
from simulator.ensemble.loading import load
from simulator.ensemble.observing import Reading
from simulator.ensemble.replicating import HERE, Running
from simulator.ensemble.results import Fidelity


def held(
    scenarios: Sequence[str | Path], *, replications: int, seed: int, vary_assumed: bool, tenant: str | None,
    seeds: int = 1, running: Running = HERE,
) -> Fidelity:  # fmt: skip
    """What came of every observation; see `api.fidelity`."""
    from simulator.scenario import catalogue
    from simulator.scenario.ranges import moved

    wanted: Sequence[str | Path] = scenarios or [e.name for e in catalogue.entries("incident")]
    varied = max(20, replications // 5) if vary_assumed else 0
    everything = [load(name) for name in wanted]
    kept = everything if tenant is None else agreeing.speaking_of(tenant, everything)
    each = seeds * replications + varied
    rows, fitted, changed = [], [], []
    for n, loaded in enumerate(kept):
        measured = agreeing.measure(
            Reading(source=loaded.source), loaded.scenario.observations, seed=seed, replications=replications, varied=varied,
            seeds=seeds, running=running.within(n * each, len(kept) * each), key=f"fidelity {n}",
        )  # fmt: skip
        rows += agreeing.rows_of(loaded.scenario, loaded.origin(seed).start, measured)
        fitted += [n for n, body in loaded.scenario.numbers.items() if "fitted" in body.get("basis", {})]
        changed += moved(loaded.scenario.numbers)
    return Fidelity(
        origins=tuple(loaded.origin(seed) for loaded in kept), replications=replications, rows=tuple(rows),
        fitted_numbers=tuple(sorted(set(fitted))), changed_numbers=tuple(sorted(set(changed))), failures=agreeing.failures_of(rows),
        seeds=seeds, tenant=tenant, left_out=sum(len(loaded.scenario.observations) for loaded in everything) - len(rows),
    )  # fmt: skip
