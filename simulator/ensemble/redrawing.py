"""Assumed numbers drawn anew, for `--vary assumed`."""

from simulator.engine.draws import Draws
from simulator.engine.streams import VARIATION, parameter_role
from simulator.scenario.ranges import Ranged, Vary


def assumed_anew(seed: int, replication: int) -> Vary:
    """For one replication: each assumed number uniformly over its range, a geometric one by its logarithm; fitted ones stay."""
    draws = Draws(seed=seed, replication=replication)

    def vary(number: Ranged) -> float | None:
        return draws.uniform(parameter_role(number.name), VARIATION) if number.basis == "assumed" else None

    return vary
