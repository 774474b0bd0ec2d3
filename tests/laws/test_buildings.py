"""Where in a zone the units of an application are: all in one building, or spread over them by their shares."""

from pathlib import Path

import pytest

from simulator import api
from tests.theory.measuring import mean_of
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written

SHARES = (0.3, 0.7)


@pytest.mark.parametrize(("where", "whole"), [("one", True), ("zone", False)])
def test_a_building_that_fails_takes_its_share_of_the_units_on_average(where: str, whole: bool, tmp_path: Path) -> None:
    """One of two buildings is lost for an hour: minutes lost are its share, all or nothing where all units are in one building."""
    rooms = [f"north/zone-1/dc-{n}" for n in (1, 2)]
    fault = {"name": "fault", "at": "1 h", "do": {"fail": {"target": f"{rooms[0]}/servers", "for": "1 h"}}}
    tree = tree_of(horizon="4 h", components=[{"path": f"{room}/servers", "units": 1000} for room in rooms], events=[fault])
    tree["world"] |= {
        "datacenters": [{"path": room, "share": f"{100 * share} %", "basis": BASIS} for room, share in zip(rooms, SHARES, strict=True)],
        "exposure_concentration": 5.0,
    }
    app = tenant_of(enters="a/web", components=[{"path": "a/web", "units": 4, "rides": "servers", "lives_in": where}])
    (row,) = api.compare(written(tmp_path, "incident", tree), [written(tmp_path, "app", app)], replications=400, drawn=False).rows
    lost = [float(minutes) for minutes in row.values["lost"]]
    assert set(lost) <= ({0.0, 60.0} if whole else {0.0, 15.0, 30.0, 45.0, 60.0})
    assert len(set(lost)) > (1 if whole else 2)
    assert mean_of(lost).agrees(60.0 * SHARES[0])
