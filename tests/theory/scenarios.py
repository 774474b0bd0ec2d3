"""Small scenario files for tests: a region of a few zones, whatever stands in it, and ways to load and replay them.

Everything goes through a file and the public API, as it would for a user.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from simulator import api
from simulator.engine.plan import Plan
from simulator.engine.replay import compile_plan, replay
from simulator.engine.trace import Trace

BASIS = {"assumed": "made for a test"}
ZONE = "north/zone-1"
Tree = Mapping[str, Any]


def written(folder: Path, name: str, tree: Tree) -> Path:
    """A file of this name in a folder, with this content."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.dump(dict(tree), Dumper=_Spelt, sort_keys=False), encoding="utf-8")
    return path


class _Spelt(yaml.SafeDumper):
    """Writes what stands in two places twice: a scenario file may hold a hundred aliases at most."""

    def ignore_aliases(self, _: Any) -> bool:
        return True


def tree_of(
    *, name: str = "small", horizon: str = "12 h", zones: int = 1, components: Sequence[Tree] = (), stations: Sequence[Tree] = (),
    stocks: Sequence[Tree] = (), rules: Sequence[Tree] = (), events: Sequence[Tree] = (), **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """An incident with its world inside: zones `north/zone-1` ... of one datacenter each, all of the same size."""
    share = f"{100 / zones!r} %"
    datacenters = [{"path": f"north/zone-{z + 1}/dc-1", "share": share, "basis": BASIS} for z in range(zones)]
    world = {
        "name": "world", "summary": "made for a test", "datacenters": datacenters, "components": [_based(c) for c in components],
        "stations": [_based(s) for s in stations], "stocks": [_based(s) for s in stocks], "rules": [_based(r) for r in rules],
    }  # fmt: skip
    happening = [{"basis": BASIS, **e} for e in events]
    return {
        "format": 1, "name": name, "summary": "made for a test", "start": "2030-01-01T00:00Z", "horizon": horizon,
        "world": world, "events": happening, **more,
    }  # fmt: skip


def tenant_of(*, name: str = "app", enters: str = "front", roles: Sequence[str] = ("a",), **parts: Any) -> dict[str, Any]:
    """A tenant's file: `parts` are its components, routes, stations and rules."""
    for kind in ("components", "routes", "stations", "rules"):
        if kind in parts:
            parts[kind] = [_based(one) for one in parts[kind]]
    placement = parts.pop("placement", [{"region": "north", "roles": list(roles)}])
    return {
        "format": 1, "name": name, "summary": "made for a test", "kind": "architecture", "users": 1000, "calls": 100, "enters": enters,
        "placement": placement, **parts,
    }  # fmt: skip


def _based(element: Tree) -> dict[str, Any]:
    return {**element, "basis": BASIS}


def failing(path: str, up: Any, stages: Sequence[Tree], **more: Any) -> dict[str, Any]:
    """A component that fails after a life of law `up` and comes back through these stages."""
    return {"path": path, "failure": {"after": {"law": up}}, "recovery": list(stages), **more}


def exponential(mean: float) -> dict[str, Any]:
    """An exponential law with its mean in seconds."""
    return {"exponential": {"mean": f"{mean!r} s"}}


def plan_of(path: Path, **switches: Any) -> Plan:
    """A scenario file, compiled without tenants."""
    return compile_plan(api.load(path, **switches).scenario)


def replayed(path: Path, *, seed: int = 1, replication: int = 0) -> Trace:
    """One replication of a scenario file, without tenants."""
    return replay(plan_of(path), seed=seed, replication=replication)
