"""Outages that are open at the horizon: told as they end, when the same replication is carried on."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.report import documents, tables
from tests.theory.scenarios import ZONE, tenant_of, tree_of, written

ROOM = f"{ZONE}/dc-1"
WAY = [{"wait": {"for": "90 min"}}]


def told(folder: Path, *events: Any, recovery: Any = WAY, horizon: str = "1 h", **more: Any) -> api.Explanation:
    """One server that a tenant needs, in an hour in which something happens to it."""
    server = {"path": f"{ROOM}/servers", "recovery": recovery, **more}
    scenario = written(folder, "small", tree_of(horizon=horizon, components=[server], events=events, hit_zones=[ZONE]))
    tenant = written(folder, "app", tenant_of(enters="a/front", components=[{"path": "a/front", "rides": "servers"}]))
    return api.explain(scenario, tenant)


def fails(name: str, at: str, span: str | None = "10 min") -> dict[str, Any]:
    return {"name": name, "at": at, "do": {"fail": {"target": f"{ROOM}/servers", **({} if span is None else {"for": span})}}}


def changes(chain: Any) -> list[tuple[float, str]]:
    return [(one.seconds / 60, one.hop.change) for one in chain]


def test_what_is_open_at_the_horizon_is_told_to_its_end(tmp_path: Path) -> None:
    found = told(tmp_path, fails("fault", "20 min"))
    assert found.run.open_at_horizon
    assert found.run.outage_minutes == pytest.approx(40.0)
    assert [found.ended[0].text, changes(found.ended)[-1]] == ["fault", (pytest.approx(120.0), "served")]
    lines = "\n".join(line.plain for line in tables.explanation_lines(found, None))
    assert "  02:00:00  app serves 100.0 % of its demand\n\nThe last outage was still open when the simulated time ended, and" in lines
    assert lines.endswith("was carried on until it ended.")
    document = documents.explanation_document(found, "azsim explain small")
    assert (document["open_at_horizon"], document["ended"][-1]["clock"]) == (True, "2030-01-01T02:00:00+00:00")


def test_it_is_the_end_of_that_outage_and_not_of_a_later_one(tmp_path: Path) -> None:
    """Two faults within the hour; and beyond it, the server fails by itself every two hours."""
    faults = (fails("first", "5 min", "1 min"), fails("second", "50 min", "5 min"))
    found = told(tmp_path, *faults, recovery=[{"wait": {"for": "30 min"}}], failure={"after": {"law": "2 h"}})
    assert [text.text for text in (found.began[0], found.ended[0])] == ["first", "second"]
    assert changes(found.ended)[-1] == (pytest.approx(85.0), "served")


def test_an_outage_that_ended_in_time_is_told_as_before(tmp_path: Path) -> None:
    short, long = (told(tmp_path, fails("fault", "20 min"), horizon=horizon) for horizon in ("1 h", "5 h"))
    assert not long.run.open_at_horizon
    assert [(t.seconds, t.text) for t in short.ended] == [(t.seconds, t.text) for t in long.ended]


def test_what_never_ends_has_no_second_chain(tmp_path: Path) -> None:
    found = told(tmp_path, fails("fault", "20 min", None))
    assert (bool(found.began), found.ended) == (True, ())
    *_, last = [line.plain for line in tables.explanation_lines(found, None)]
    assert last == "The last outage was still open when the simulated time ended, nor did it end when the run was carried on."
