"""Zones are taken as alike only where nothing in the files tells them apart."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine.placements import placements
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

LEAK = {"path": "north/zone-2/memory", "capacity": "9 h", "level": "1 h", "basis": BASIS}


def ways(folder: Path, **more: Any) -> int:
    """How many kinds of zone a tenant in one of three zones can get; nothing is said of who is hit."""
    components = [{"path": "north/*/*/servers", "units": 10}, {"path": "north/*/shelf"}]
    stations = [{"path": "north/*/*/boot", "discipline": {"unlimited": {}}}]
    tree = tree_of(zones=3, components=components, stations=stations, **more)
    loaded = api.load(written(folder, "alike", tree))
    tenant = tenant_of(enters="a/web", components=[{"path": "a/web", "rides": "servers"}])
    return len(placements(loaded.scenario, loaded.tenants([written(folder, "app", tenant)])[0]))


CRASH = {"failure": {"hazard": {"rate": "1/h"}}}


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({}, 1),
        ({"events": [{"name": "crash", "at": "1 h", "do": {"fail": {"target": "north/zone-2/dc-1/servers"}}}]}, 2),
        ({"events": [{"name": "crash", "at": "1 h", "do": {"fail": {"target": "north/zone-2/shelf"}}}]}, 2),
        ({"events": [{"name": "slow", "at": "1 h", "do": {"set_capacity": {"station": "north/zone-2/dc-1/boot", "to": 2}}}]}, 2),
        ({"change": {"north/zone-2/dc-1/servers": CRASH}}, 2),
        ({"change": {"north/zone-2/shelf": CRASH, "north/zone-3/shelf": CRASH}}, 2),
        ({"change": {"north/*/*/servers": CRASH}}, 1),
        ({"remove": ["north/zone-2/shelf"]}, 2),
        ({"add": {"stocks": [LEAK]}}, 2),
    ],
)  # fmt: skip
def test_zones_differ_where_anything_in_them_does(more: dict[str, Any], kinds: int, tmp_path: Path) -> None:
    assert ways(tmp_path, **more) == kinds
