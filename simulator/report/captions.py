"""What every picture says about itself: the incident, the case, what the figures are conditional on, and how to have them again."""

from simulator.ensemble.results import Comparison, Kind, Origin
from simulator.report.clock import clock_text, duration_text

_CASES = {
    "hit": "placements that use the failing zone",
    "missed": "placements that do not use the failing zone",
    "average": "the mean over all placements",
    "any": "zones of which none fails",
    "fixed": "the zones in which it stood",
}
SERVED = "1.0: all of the demand is answered"


def case_text(case: str) -> str:
    """`hit: placements that use the failing zone`."""
    return f"{case}: {_CASES[case]}" if case in _CASES else case


def main_case(comparison: Comparison) -> str:
    """The case whose curves are shown: the hit one where there is one."""
    cases = [case for _, case in comparison.bands]
    return next((case for case in ("hit", "average") if case in cases), cases[0] if cases else "hit")


def conditional(origin: Origin) -> str:
    """What the figures do not say, and what was switched."""
    text = "Conditional on the incident: how often one happens is no part of it."
    switched = [f"without {name}" for name in origin.without] + [f"with {name}" for name in origin.with_]
    return f"{text} Replayed {', '.join(switched)}." if switched else text


def replications_text(count: int) -> str:
    return "1 replication" if count == 1 else f"{count:,} replications"


def outage_means(objective: float | None, kind: Kind = "architecture") -> str:
    """From when on a tenant counts as down."""
    if objective is None:
        return f"Down: less of the demand is answered than the {kind}'s own objective asks for"
    return f"Down: less than {objective:.4g} of the demand is answered"


def traced(origin: Origin) -> str:
    """How to have the same picture again."""
    horizon = duration_text(origin.horizon_seconds / 60)
    return f"azsim {origin.azsim_version}, seed {origin.seed}, scenario sha256 {origin.scenario_sha256[:12]}, {horizon} simulated"


def cost_text(cost_index: float) -> str:
    """Provisioned capacity over demand: `cost 2.0`, `cost 1.33`."""
    if not cost_index:
        return "cost unknown"
    text = f"{cost_index:.2f}"
    return f"cost {text.removesuffix('0')}"


def cut_text(origin: Origin) -> str:
    """What `≥` means in a picture."""
    end = clock_text(origin.start, origin.horizon_seconds, dated=True)
    return f"≥: a lower bound, since in some replications it was still down when the simulated time ended, {end}."
