"""Every incident was read from its fact sheet twice, the second time without sight of the scenario; here the two are compared."""

import copy
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.api import load
from simulator.model.world import Scenario
from simulator.scenario import catalogue
from tests.transcriptions.comparing import differences
from tests.transcriptions.reading import Table, read
from tests.transcriptions.reasons import DELIBERATE
from tests.transcriptions.tables import TABLES
from tests.transcriptions.tables_2011 import APRIL
from tests.transcriptions.tables_2012 import DECEMBER, JUNE_14, JUNE_29, OCTOBER

FOLDER = Path(__file__).parent
SHIPPED = {e.name for e in catalogue.entries("incident")}
INCIDENTS = sorted(p.stem for p in FOLDER.glob("*.yaml") if p.stem in SHIPPED)


@cache
def scenario_of(name: str) -> Scenario:
    return load(name).scenario


def shown(name: str) -> tuple[dict[str, Any], Scenario, Table]:
    return read(FOLDER / f"{name}.yaml"), scenario_of(name), TABLES.get(name, Table())


def agree(sheet: dict[str, Any], scenario: Scenario, table: Table, excused: Collection[str]) -> None:
    found = differences(sheet, scenario, table)
    assert sorted(found - set(excused)) == [], "the two readings differ"
    assert sorted(set(excused) - found) == [], "no longer a difference"


def test_all_five_incidents_are_compared() -> None:
    assert set(INCIDENTS) == {APRIL, JUNE_14, JUNE_29, OCTOBER, DECEMBER}


@pytest.mark.parametrize("name", INCIDENTS)
def test_both_readings_agree_except_where_a_reason_is_given(name: str) -> None:
    agree(*shown(name), excused=DELIBERATE.get(name, {}))


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_tables_name_rows_of_the_transcription(name: str) -> None:
    sheet, _, table = shown(name)
    rows = {row.get("key", row.get("id")) for part in ("inputs", "assumed", "observations", "mitigations") for row in sheet[part]}
    told = {": ".join(row[part] for part in ("tenant", "group") if part in row) for row in sheet.get("tenants", ())}
    assert {*table.events, *table.numbers, *table.mitigations, *filter(None, table.ids.values())} <= rows
    assert set(table.tenants) <= told


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_tables_name_observations_of_the_file(name: str) -> None:
    _, scenario, table = shown(name)
    assert {*table.ids, *table.restated} <= {one.id for one in scenario.observations}


# --- the comparison can fail ---------------------------------------------------------------------------------------------


def row_of(sheet: dict[str, Any], part: str, of: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in sheet[part] if of in (row.get("id"), row.get("key"), row.get("group", row.get("tenant"))))
    return found


def changed(part: str, of: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    def change(sheet: dict[str, Any]) -> None:
        row_of(sheet, part, of).update(values)

    return change


def without(part: str, of: str) -> Callable[[dict[str, Any]], None]:
    return lambda sheet: sheet[part].remove(row_of(sheet, part, of))


def utc(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2012, 6, 30, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mutant", "difference"),
    [
        (changed("observations", "O7", high=utc(6, 45, 1)), "O7: high"),
        (changed("observations", "O7", unit="seconds", low=9660, high=13260), "O7: unit"),
        (changed("observations", "O14c", low=0.51), "O14c: low"),
        (changed("observations", "O15a", high=3600), "O15a: high"),
        (changed("observations", "O20b", anchor=utc(3, 5)), "O20b: since"),
        (changed("observations", "O13", at=utc(5, 0)), "O13: at"),
        (changed("observations", "O6", window=[utc(5, 45), utc(7, 31)]), "O6: until"),
        (changed("observations", "O9", role="fitted"), "O9: role"),
        (changed("observations", "O22", role="control"), "O22: role"),
        (without("observations", "O10"), "O10: not transcribed"),
        (lambda sheet: sheet["observations"].append({**sheet["observations"][0], "id": "O40"}), "O40: missing"),
        (changed("inputs", "ups-empty", at=utc(3, 5)), "event ups-empty: instant"),
        (lambda sheet: sheet["inputs"].append({"key": "more", "kind": "event", "at": utc(4, 0)}), "event more: missing"),
        (without("inputs", "utility-spike"), "event utility-spike: not transcribed"),
        (changed("inputs", "dark-share-of-region", value=0.08), "number dark-share-of-region: value"),
        (changed("assumed", "share-of-volumes-writing", high=0.7), "number share-of-volumes-writing: high"),
        (changed("assumed", "lb-detection-of-dead-nodes", low=10), "number lb-detection-of-dead-nodes: low"),
        (changed("assumed", "registry-manual-exit", low=5401), "number registry-manual-exit: low"),
        (lambda sheet: sheet["assumed"].append({"key": "more", "low": 1, "high": 2}), "number more: not in the table"),
        (lambda sheet: sheet["mitigations"].append({"id": "more", "gloss": ""}), "mitigation more: missing"),
    ],
)
def test_one_changed_row_of_the_transcription_is_found(mutant: Callable[[dict[str, Any]], None], difference: str) -> None:
    found_once_more(JUNE_29, mutant, difference)


def found_once_more(name: str, mutant: Callable[[dict[str, Any]], None], difference: str) -> None:
    sheet, scenario, table = shown(name)
    mutated = copy.deepcopy(sheet)
    mutant(mutated)
    assert differences(mutated, scenario, table) - differences(sheet, scenario, table) == {difference}
    with pytest.raises(AssertionError, match="the two readings differ"):
        agree(mutated, scenario, table, DELIBERATE[name])


def april(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2011, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mutant", "difference"),
    [
        (changed("observations", "B04", role="given"), "B04: role"),
        (changed("observations", "B04", role="not modelled"), "B04: role"),
        (changed("observations", "B11", role="free"), "B11: role"),
        (changed("observations", "B24", role="free"), "B24: role"),
        (changed("observations", "B07", at=april(21, 18, 31)), "B07: until"),
        (changed("observations", "B13b", low=0.0091), "B13a: high"),
        (changed("observations", "B14a", at=april(22, 19, 48)), "B14: at"),
        (changed("assumed", "share-that-must-re-mirror", high=0.41), "number share-that-must-re-mirror: high"),
        (lambda sheet: sheet["start"].update(no_later_than=april(21, 7, 29)), "start: too late"),
        (lambda sheet: sheet["horizon"].update(no_earlier_than=april(25, 7, 31)), "horizon: too early"),
        (changed("tenants", "airbnb", since=april(21, 7, 51)), "tenant airbnb: site: since"),
        (changed("tenants", "airbnb", outage=1801), "tenant airbnb: site: outage"),
        (changed("tenants", "airbnb", outage="hours"), "tenant airbnb: site: outage"),
        (changed("tenants", "airbnb", until=april(21, 8, 20)), "tenant airbnb: site: until"),
        (changed("tenants", "airbnb", down="no"), "tenant airbnb: site: down"),
        (changed("tenants", "foursquare", until_between=[april(21, 17, 1), april(21, 18)]), "tenant foursquare: until"),
        (changed("tenants", "shared databases", outage=[None, 215999]), "tenant heroku-several-zones: shared-databases: outage"),
        (without("tenants", "deploys"), "tenant heroku-several-zones: deploys: not transcribed"),
        (lambda sheet: sheet["tenants"].append({"tenant": "more", "down": "yes", "outage": [3600, None]}), "tenant more: missing"),
    ],
)
def test_so_it_is_where_roles_are_free_and_of_tenants(mutant: Callable[[dict[str, Any]], None], difference: str) -> None:
    found_once_more(APRIL, mutant, difference)


@pytest.mark.parametrize(
    ("mutant", "difference"),
    [
        (changed("inputs", "throttle-off", at=datetime(2012, 10, 22, 21, 34, tzinfo=UTC)), "event throttle-off: instant"),
        (changed("observations", "A13", high=datetime(2012, 10, 22, 18, 41, tzinfo=UTC)), "A13: at"),
        (changed("observations", "A14", high=1801), "A14: slack"),
        (changed("observations", "A15b", documented=datetime(2012, 10, 22, 22, 31, tzinfo=UTC)), "A15b: at"),
        (changed("observations", "A18b", high=0.11), "A18a: low"),
    ],
)
def test_so_it_is_where_the_file_turns_a_row_round(mutant: Callable[[dict[str, Any]], None], difference: str) -> None:
    found_once_more(OCTOBER, mutant, difference)


@pytest.mark.parametrize("name", ["nowhere", "reference-application: nowhere", "interval of nothing"])
def test_a_number_that_the_file_no_longer_has_is_found(name: str) -> None:
    sheet, scenario, table = shown(OCTOBER)
    renamed = replace(table, numbers={**table.numbers, "failover-headroom": name})
    assert "number failover-headroom: missing" in differences(sheet, scenario, renamed) - differences(sheet, scenario, table)


def test_a_number_may_be_the_interval_of_an_observation() -> None:
    sheet, scenario, table = shown(OCTOBER)
    twelfth = replace(table, numbers={**table.numbers, "failover-headroom": "interval of A12"})
    found = differences(sheet, scenario, twelfth) - differences(sheet, scenario, table)
    assert found == {"number failover-headroom: low", "number failover-headroom: high"}


def test_a_tenant_without_figures_need_not_be_there() -> None:
    sheet, scenario, table = shown(OCTOBER)
    more = {**sheet, "tenants": [*sheet["tenants"], {"tenant": "more", "down": "yes", "since": None, "outage": "hours"}]}
    assert differences(more, scenario, table) == differences(sheet, scenario, table)


@pytest.mark.parametrize("role", ["given", "unexplained", "not_modelled"])
def test_no_other_role_is_free(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, scenario, table = shown(APRIL)
    fourth = next(o for o in scenario.observations if o.id == "B04")
    before = differences(sheet, scenario, table)
    monkeypatch.setitem(fourth.__dict__, "role", role)
    assert differences(sheet, scenario, table) - before == {"B04: role"}


@pytest.mark.parametrize("role", ["fitted", "control", "emergent"])
def test_these_roles_are(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, scenario, table = shown(APRIL)
    fourth = next(o for o in scenario.observations if o.id == "B04")
    before = differences(sheet, scenario, table)
    monkeypatch.setitem(fourth.__dict__, "role", role)
    assert differences(sheet, scenario, table) == before


def test_one_changed_interval_of_the_scenario_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, scenario, table = shown(JUNE_29)
    seventh = next(o for o in scenario.observations if o.id == "O7")
    monkeypatch.setitem(seventh.__dict__, "expect", (seventh.expect[0], "2012-06-30T06:46:00Z") if seventh.expect else None)
    with pytest.raises(AssertionError, match=r"the two readings differ\nassert \['O7: high'\]"):
        agree(sheet, scenario, table, DELIBERATE[JUNE_29])


def test_an_excuse_for_what_is_no_difference_fails() -> None:
    with pytest.raises(AssertionError, match=r"no longer a difference\nassert \['O7: high'\]"):
        agree(*shown(JUNE_29), excused={**DELIBERATE[JUNE_29], "O7: high": "settled long ago"})
