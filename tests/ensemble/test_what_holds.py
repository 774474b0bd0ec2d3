"""What holds or not, in how many replications: by chance alone, and with the assumed numbers varied."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.report import fidelity_documents, tables
from tests.theory.scenarios import BASIS, ZONE, tree_of, written

ROOM = f"{ZONE}/dc-1"


def held(folder: Path, bounds: list[str], value: str) -> api.Fidelity:
    """The second of two servers fails after an assumed time; within the hour it does so after the first, or not at all."""
    events = [{"name": "fault", "at": "30 min", "do": {"fail": {"target": f"{ROOM}/first"}}}]
    rule = {"name": "follows", "when": {"down": f"{ROOM}/first"}, "after": "$delay", "do": {"fail": {"target": f"{ROOM}/second"}}}
    order = {"in_order": {"of": [{"first_loss": {"of": f"{ROOM}/{name}"}} for name in ("first", "second")]}}
    says = {"documented": "x", "role": "control", "confidence": "assumed", "basis": BASIS}
    number: dict[str, Any] = {"value": value, "basis": {"assumed": {"range": bounds, "because": "x"}}}
    tree = tree_of(
        horizon="1 h", components=[{"path": f"{ROOM}/first"}, {"path": f"{ROOM}/second"}], rules=[rule], events=events,
        numbers={"delay": number}, observations=[{"id": "H", "what": "one after the other", "measure": order, **says}],
    )  # fmt: skip
    return api.fidelity([written(folder, "order", tree)], replications=5, vary_assumed=True)


def cell(found: api.Fidelity) -> str:
    lines = [line.plain for line in tables.fidelity_lines(found, None)]
    return next(line for line in lines if line.startswith("H"))


@pytest.mark.parametrize(
    ("bounds", "value", "share", "told"),
    [(["1 min", "4 min"], "2 min", 1.0, "holds"), (["60 min", "240 min"], "120 min", 0.0, "holds in 0 %")],
)
def test_what_does_not_happen_does_not_hold(tmp_path: Path, bounds: list[str], value: str, share: float, told: str) -> None:
    found = held(tmp_path, bounds, value)
    (row,) = found.rows
    assert (row.holds_in, row.assumed_holds_in, row.p50, row.assumed_p95) == (share, share, share, share)
    assert row.inside is (share == 1.0)
    columns = [column for column in cell(found).split("  ") if column.strip()]
    assert [column.strip() for column in columns[-5:-3]] == [told, told]
    (said,) = fidelity_documents.fidelity_document(found, "azsim fidelity", 1)["rows"]
    assert said["simulated_assumed"] == {"p05": share, "p95": share}


def test_in_some_of_the_varied_replications_it_does_not_happen(tmp_path: Path) -> None:
    """A delay of ten minutes to an hour and a half holds in the half hour in log(3) / log(9) of the draws."""
    found = held(tmp_path, ["10 min", "90 min"], "30 min")
    (row,) = found.rows
    assert row.assumed_holds_in is not None
    assert 0.2 <= row.assumed_holds_in <= 0.8
    assert f"holds in {100 * row.assumed_holds_in:.0f} %" in cell(found)
    assert "never" not in cell(found)
