"""What observations say of a tenant, through a scenario file: of several outages the first begins it and the last ends it."""

from pathlib import Path
from typing import Any

from simulator import api
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

UNIT = "north/zone-1/dc-1/unit"


def observed(name: str, what: str) -> dict[str, Any]:
    says = {"documented": "x", "role": "control", "confidence": "stated", "basis": BASIS}
    return {"id": name, "what": "x", "measure": {"tenant": {"tenant": "app", "what": what}}, "expect": ["00:00", "12:00"], **says}


def test_of_two_outages_the_first_begins_it_and_the_last_ends_it(tmp_path: Path) -> None:
    faults = [
        {"name": f"fault-{hour}", "at": f"{hour} h", "do": {"fail": {"target": UNIT, "for": "30 min"}}} for hour in (1, 5)
    ]
    placement = [{"region": "north", "roles": ["a"], "fixed": ["north/zone-1"]}]
    app = tenant_of(placement=placement, components=[{"path": "front", "requires": {"live": UNIT}}])
    del app["format"]
    tree = tree_of(
        horizon="12 h", components=[{"path": UNIT}], events=faults, probes=[app],
        observations=[observed("B", "starts"), observed("E", "ends")],
    )  # fmt: skip
    begins, ends = api.fidelity([written(tmp_path, "two", tree)], replications=2).rows
    assert (begins.p50, ends.p50) == (3600.0, 5.5 * 3600.0)
