"""Calls that are tried again: at another address after a dead target, and by the route when they fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.engine.routes import RouteState


def attempts(state: RouteState, quality: Sequence[float]) -> float:
    """Mean number of calls that a route makes of one, when failed ones are tried again."""
    failed = 1.0 - over_addresses(state, sum([part * quality[target] for target, part in state.reach]))
    return float(sum([failed**k for k in range(state.retries + 1)]))


def over_addresses(state: RouteState, served: float) -> float:
    """What is served where clients that know several addresses try another one after a dead target."""
    route, alive = state.route, state.alive
    if 0.0 < alive < 1.0 and route.spread == "by_target" and route.single_address < 1.0:
        return route.single_address * served + (1.0 - route.single_address) * min(1.0, served / alive)
    return served


def mended(state: RouteState, served: float, hold: float) -> tuple[float, float]:
    """What is served, and how long it takes, where calls meet dead targets, time out and are tried again.

    Each attempt takes its time, at a dead target the time-out. Clients that try other addresses make `again` attempts in the mean, and
    every retry makes as many anew.
    """
    if state.alive < 1.0:
        hold = (hold + (1.0 - state.alive) * state.route.call_timeout) * state.again
        served = over_addresses(state, served)
    if state.retries:
        failed = 1.0 - served
        hold *= sum([failed**k for k in range(state.retries + 1)])
        served = 1.0 - failed ** (state.retries + 1)
    return served, hold
