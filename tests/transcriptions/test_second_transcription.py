"""Every incident was read from its fact sheet twice, the second time without sight of the scenario; here the two are compared."""

import copy
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.api import load
from simulator.model.world import Scenario
from simulator.scenario import catalogue
from tests.transcriptions.comparing import Table, differences, read
from tests.transcriptions.tables import DECEMBER, JUNE_14, JUNE_29, TABLES

FOLDER = Path(__file__).parent
SHIPPED = {e.name for e in catalogue.entries("incident")}
INCIDENTS = sorted(p.stem for p in FOLDER.glob("*.yaml") if p.stem in SHIPPED)

# Where the file says something else on purpose, and why.
GEOMETRIC = "all files take the geometric middle of a range; the sheet suggests a base of its own"
MIDDLE_OF_BY = "the sheet says 'by'; the file takes the middle of the interval that is to agree with it"
FITTED_RATE = "the rate is fitted to O8 where this incident is replayed; the range stands in the world"
MIDDLE_COUNTS = "the sheet wants both ends of the range reported beside its middle, and the file counts the middle alone"
SOME_LATER = "that a late tail exists stands in the file as an upper end below 100 %"
DELIBERATE: dict[str, dict[str, str]] = {
    JUNE_14: {
        **dict.fromkeys(("Q2-low: role", "Q2-high: role", "Q3-low: role", "Q3-high: role"), MIDDLE_COUNTS),
        "number dark-share-of-region: value": "all files take the geometric middle of a range; the transcription took the other one",
    },
    JUNE_29: {
        "event other-zones-flicker: not transcribed": "the sheet has it before the spike without a clock time; the file chooses one",
        "O8: high": SOME_LATER,
        "O8a: missing": SOME_LATER,
        "O15c: high": "the file closes what the sheet leaves open at 23:00, when O15b wants the wait to be long already",
        "O17b: low": "the file counts from the loss on, because nothing can fail of it earlier; the sheet's words allow both sides",
    },
    DECEMBER: {
        "event root-cause-known: instant": "the sheet gives a bound; the file takes the middle of O5",
        **dict.fromkeys(("event merge-verified: instant", "event majority-of-workflows-on: instant", "number merge: value"), MIDDLE_OF_BY),
        "number containment-to-snapshot: value": "the sheet's duration still counts from 17:00, the file's from 17:02",
        "number watch-period: value": "the file counts from the last of the workflows, the sheet from almost all load balancers",
        **dict.fromkeys(
            (
                "number running-balancers: value",
                "number share-of-state-deleted: value",
                "number break-on-touch: value",
                "number hand-repaired-share: value",
                "number hand-repair-start: value",
                "number failed-restore: value",
                "number streaming-balancers: value",
                "number streaming-share-on-lost-groups: value",
            ),
            GEOMETRIC,
        ),
        "number second-restore: value": "the file takes what is left until the snapshot; the sheet's two bases leave a quarter of an hour",
        "number share-of-state-deleted: low": "30 % of one platform's load balancers broke, and none can whose record was there",
        **dict.fromkeys((f"number modification-rate: {part}" for part in ("value", "low", "high")), FITTED_RATE),
        "O4b: unit": "the file makes a number of 'clearly worse': at most 90 %",
        "O8a: missing": "nothing here is deterministic, so the wider interval of the two holds",
        "O17: role": "a group's own rate is fitted to it, which the sheet allows and then counts as fitted",
        "O19: role": "the format has no word for what is shown and not counted; unexplained ones are not counted either",
        "O20: low": "nobody counts as back for good while load balancers still break",
        "O22a: missing": "the handful stands as its share of the hundreds, which is wider at both ends",
        "O23b: low": "the group has devices of broken load balancers too, at most the 5 % of O22",
        "O31: unit": "the file makes a number of 'unchanged': a ratio of one, with five zones beside three",
    },
}


@cache
def scenario_of(name: str) -> Scenario:
    return load(name).scenario


def shown(name: str) -> tuple[dict[str, Any], Scenario, Table]:
    return read(FOLDER / f"{name}.yaml"), scenario_of(name), TABLES.get(name, Table())


def agree(sheet: dict[str, Any], scenario: Scenario, table: Table, excused: Collection[str]) -> None:
    found = differences(sheet, scenario, table)
    assert sorted(found - set(excused)) == [], "the two readings differ"
    assert sorted(set(excused) - found) == [], "no longer a difference"


def test_all_three_incidents_are_compared() -> None:
    assert set(INCIDENTS) == {JUNE_14, JUNE_29, DECEMBER}


@pytest.mark.parametrize("name", INCIDENTS)
def test_both_readings_agree_except_where_a_reason_is_given(name: str) -> None:
    agree(*shown(name), excused=DELIBERATE.get(name, {}))


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_tables_name_rows_of_the_transcription(name: str) -> None:
    sheet, _, table = shown(name)
    rows = {row.get("key", row.get("id")) for part in ("inputs", "assumed", "mitigations") for row in sheet[part]}
    assert {*table.events, *table.numbers, *table.mitigations} <= rows


# --- the comparison can fail ---------------------------------------------------------------------------------------------


def changed(part: str, of: str, **values: Any) -> Callable[[dict[str, Any]], None]:
    def change(sheet: dict[str, Any]) -> None:
        next(row for row in sheet[part] if of in (row.get("id"), row.get("key"))).update(values)

    return change


def without(part: str, of: str) -> Callable[[dict[str, Any]], None]:
    return lambda sheet: sheet[part].remove(next(row for row in sheet[part] if of in (row.get("id"), row.get("key"))))


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
        (lambda sheet: sheet["observations"].append({**sheet["observations"][0], "id": "O24"}), "O24: missing"),
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
    sheet, scenario, table = shown(JUNE_29)
    mutated = copy.deepcopy(sheet)
    mutant(mutated)
    assert differences(mutated, scenario, table) - differences(sheet, scenario, table) == {difference}
    with pytest.raises(AssertionError, match="the two readings differ"):
        agree(mutated, scenario, table, DELIBERATE[JUNE_29])


def test_one_changed_interval_of_the_scenario_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet, scenario, table = shown(JUNE_29)
    seventh = next(o for o in scenario.observations if o.id == "O7")
    monkeypatch.setitem(seventh.__dict__, "expect", (seventh.expect[0], "2012-06-30T06:46:00Z") if seventh.expect else None)
    with pytest.raises(AssertionError, match=r"the two readings differ\nassert \['O7: high'\]"):
        agree(sheet, scenario, table, DELIBERATE[JUNE_29])


def test_an_excuse_for_what_is_no_difference_fails() -> None:
    with pytest.raises(AssertionError, match=r"no longer a difference\nassert \['O7: high'\]"):
        agree(*shown(JUNE_29), excused={**DELIBERATE[JUNE_29], "O7: high": "settled long ago"})
