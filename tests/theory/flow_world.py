"""One application in one zone, part of which is gone for an hour, and the share that it serves before, meanwhile and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator import api
from tests.theory.scenarios import ZONE, tenant_of, tree_of, written

DEMAND = 100.0
"""Requests per second, as `tenant_of` writes them."""
Part = Mapping[str, Any]


@dataclass(kw_only=True, frozen=True)
class Shares:
    """The served share at the start, through the hour, and after it; the unavailability is 1 less these."""

    before: float
    meanwhile: float
    after: float
    warnings: tuple[str, ...]


def served(folder: Path, components: Sequence[Part], routes: Sequence[Part] = (), *, entry: str) -> Shares:
    """What is served where all that runs on `racks` is down from the first hour to the second; `servers` stay up."""
    room = f"{ZONE}/dc-1"
    world = [{"path": f"{room}/{name}", "units": 10} for name in ("racks", "servers")]
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{room}/racks", "for": "1 h"}}}
    incident = tree_of(horizon="3 h", components=world, events=[fault], hit_zones=ZONE)
    tenant = tenant_of(enters=entry, components=components, routes=routes)
    found = api.run(written(folder, "incident", incident), written(folder, "app", tenant))
    times, values = found.curve.times, found.curve.values

    def at(seconds: float) -> float:
        return next(v for t, v in zip(reversed(times), reversed(values), strict=True) if t <= seconds)

    return Shares(before=at(0.0), meanwhile=at(5400.0), after=at(9000.0), warnings=found.warnings)
