"""What an incident takes of an application that did not serve all of its demand before it: measured against what it served then.

The baseline s0 is the share of the demand that is served before anything of the scenario happens. The incident takes max(0, s0 - served)
at each instant; what was missing before, 1 - s0, is no part of any figure of the incident. An outage is where less is served than the
outage threshold, if the baseline reaches that; otherwise, where less is served than the threshold times the baseline: an application
that serves 75 % of its demand at the start, with a threshold of 95 %, has an outage below 71.25 %. So a constant shortfall that is there
from the start scales what an incident takes and moves nothing else. With a baseline of 1 it is 1 - served, to the last bit.
"""

from __future__ import annotations

from simulator.measures.curves import SLACK, Steps, is_below, steps


def falls_short(before: float, threshold: float) -> bool:
    """Whether less than the outage threshold is served before the incident begins."""
    return is_below(before, threshold)


def outage_level(threshold: float, before: float) -> float:
    """The share served below which the incident makes an outage: the threshold, or that share of the baseline where it is below it."""
    return threshold * before if falls_short(before, threshold) else threshold


def missing(before: float) -> float:
    """The share of the demand that is not served before the incident begins; exactly nothing where only rounding says otherwise."""
    return 1.0 - before if before < 1.0 - SLACK else 0.0


def curve_beyond(curve: Steps, before: float) -> Steps:
    """1 - max(0, baseline - served): what would be served if all of the demand had been served before. NaN stays NaN."""
    if not missing(before):
        return curve
    # What differs by rounding alone is not taken by anything: a loss that is exactly nothing says that nobody was affected.
    values = [1.0 if before - v <= SLACK else 1.0 - (before - v) for v in curve.values]
    return steps(zip(curve.times, values, strict=True), end=curve.end)


def level_beyond(threshold: float, before: float) -> float:
    """The level of `curve_beyond` below which there is an outage."""
    return outage_level(threshold, before) + missing(before)


def missing_minutes(before: float, span: float) -> float:
    """Minutes of the whole demand that go unserved in so many seconds without any incident."""
    return missing(before) * span / 60.0
