"""The first table of the README: four nights, one zone beside three, as `azsim compare` finds them."""

from simulator import api
from simulator.ensemble.results import Comparison, ComparisonRow

BEGIN = "<!-- four nights: written by `python -m tests.docs.outputs` -->"
END = "<!-- end of four nights -->"
IN_A_ZONE = "one of its zones is that zone"
NIGHTS = {
    "2011-04-21-us-east-1-ebs-remirroring": (100, "21 April 2011: volumes of one zone are stuck for days", IN_A_ZONE),
    "2012-06-29-us-east-1-power-loss": (100, "29 June 2012: a building of one zone loses power", IN_A_ZONE),
    "2012-10-22-us-east-1-ebs-agent-leak": (100, "22 October 2012: volumes of one zone are stuck for hours", IN_A_ZONE),
    "2012-12-24-us-east-1-elb-state-deletion": (
        400, "24 December 2012: a control plane of the region loses records", "its load balancer is one of those that break"
    ),
}  # fmt: skip
"""Replications, what happened, and what it means to be struck. Chance alone strikes on the last night: it needs more of them."""
WAYS = {"single-zone": "one zone", "three-zone-spare": "three zones, any two of which would do", "two-region-active": "two regions"}


def compared() -> dict[str, Comparison]:
    """All four nights on the architectures of the table."""
    return {night: api.compare(night, list(WAYS), replications=n) for night, (n, *_) in NIGHTS.items()}


def table(nights: dict[str, Comparison]) -> str:
    """Lost minutes of a tenant that is struck, and below of one that may be anywhere."""
    lines = [f"| lost minutes | {' | '.join(WAYS.values())} |", f"|---|{'---:|' * len(WAYS)}"]
    for night, (n, what, struck) in NIGHTS.items():
        lines.append(f"| **{what}** ({n} replications) |{' |' * len(WAYS)}")
        lines.append(f"| when {struck} | {' | '.join(f'**{_minutes(_if_struck(nights[night], way))}**' for way in WAYS)} |")
        anywhere = [_minutes(_row(nights[night], way).lost_minutes.mean) for way in WAYS]
        lines.append(f"| on average, wherever it stands | {' | '.join(anywhere)} |")
    return "\n".join(lines)


def _row(found: Comparison, way: str, case: str = "average") -> ComparisonRow:
    return next(row for row in found.rows if (row.architecture, row.placement) == (way, case))


def _if_struck(found: Comparison, way: str) -> float:
    """Where a zone fails, that is the hit case; where none does, the replications in which anything was lost."""
    if any(row.placement == "hit" for row in found.rows):
        return _row(found, way, "hit").lost_minutes.mean
    lost = _row(found, way).lost_if_hit
    return 0.0 if lost is None else lost.mean


def _minutes(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def with_nights(text: str, nights: dict[str, Comparison]) -> str:
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{table(nights)}\n\n{END}{rest.split(END, 1)[1]}"
