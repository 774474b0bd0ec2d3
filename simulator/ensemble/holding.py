"""Scenarios held against the record: all their observations, the numbers that were fitted or moved, and what fails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.ensemble import agreeing
from simulator.ensemble.loading import load
from simulator.ensemble.results import Fidelity
from simulator.model.world import Scenario


def held(
    scenarios: Sequence[str | Path], *, replications: int, seed: int, vary_assumed: bool, tenant: str | None,
    progress: Callable[[int, int], None] | None,
) -> Fidelity:  # fmt: skip
    """What came of every observation; see `api.fidelity`."""
    from simulator.scenario import building, catalogue
    from simulator.scenario.ranges import moved

    wanted: Sequence[str | Path] = scenarios or [e.name for e in catalogue.entries("incident")]
    varied = max(20, replications // 5) if vary_assumed else 0
    everything = [load(name) for name in wanted]
    kept = everything if tenant is None else agreeing.speaking_of(tenant, everything)
    done, total = 0, len(kept) * (replications + varied)

    def tick() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    rows, fitted, changed = [], [], []
    for loaded in kept:

        def again(variant: agreeing.Variant, vary: agreeing.Vary | None, name: str | Path = loaded.source) -> Scenario:
            other, without, with_, given = variant
            return building.load(other or name, without=without, with_=with_, set_=dict(given), vary=vary)

        measured = agreeing.measure(
            again, loaded.scenario.observations, seed=seed, replications=replications, varied=varied, tick=tick
        )
        rows += agreeing.rows_of(loaded.scenario, loaded.origin(seed).start, measured)
        fitted += [n for n, body in loaded.scenario.numbers.items() if "fitted" in body.get("basis", {})]
        changed += moved(loaded.scenario.numbers)
    return Fidelity(
        origins=tuple(loaded.origin(seed) for loaded in kept), replications=replications, rows=tuple(rows),
        fitted_numbers=tuple(sorted(set(fitted))), changed_numbers=tuple(sorted(set(changed))), failures=agreeing.failures_of(rows),
        tenant=tenant, left_out=sum(len(loaded.scenario.observations) for loaded in everything) - len(rows),
    )  # fmt: skip
