"""JSON and CSV are contracts: which keys, of which types, and nothing that a reader cannot read."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from simulator.ensemble.availability_results import Availabilities
from simulator.ensemble.results import Comparison, Explanation, Fidelity, RunResult
from simulator.report import documents, fidelity_documents
from simulator.report.availability_documents import availability_csv, availability_document

COMMON = {"azsim_version": str, "scenario_sha256": str, "command": str, "seed": int, "warnings": [str]}
ESTIMATE = {
    "mean": float, "ci95": [float], "p05": float, "p50": float, "p95": float, "p05_ci95?": [float], "p50_ci95?": [float],
    "p95_ci95?": [float], "ci95_kind?": str,
}  # fmt: skip
UNTIL = {
    "precision": str, "met": bool, "look": int, "confidence": float,
    "widest?": {"row": str, "mean": float, "half_width": float},
}  # fmt: skip
ESTIMATE_OR_MEAN = ESTIMATE | {"ci95?": [float]}
del ESTIMATE_OR_MEAN["ci95"]
BASELINE = {"served": float, "below_threshold": bool, "lost_minutes": float, "reason?": str}
RADIUS = {"peak": float, "ever": float}
REACH = {"peak": ESTIMATE, "ever": ESTIMATE}
RUN = COMMON | {
    "format": str, "scenario": str, "architecture": str, "placement": {"a": str}, "start": str, "baseline?": BASELINE,
    "curve": {"t_seconds": [float], "served": [float]}, "outage_minutes": float, "time_to_recover_minutes?": float, "lost_minutes": float,
    "data_loss_minutes": float, "worst_served": float, "open_at_horizon": bool, "outages": [{"start": str, "end": str}],
    "blast_radius": {"users": RADIUS, "instances?": RADIUS, "volumes?": RADIUS, "load_balancers?": RADIUS, "load_balancer_nodes?": RADIUS},
}  # fmt: skip
COMPARE = COMMON | {
    "format": str, "scenario": str, "replications": int, "until?": UNTIL, "strata?": int,
    "rows": [{
        "architecture": str, "placement": str, "replications": int, "cost_index": float, "baseline?": BASELINE,
        "outage_minutes": ESTIMATE, "time_to_recover_minutes?": ESTIMATE,
        "lost_minutes": ESTIMATE, "hit_in": float, "hit_in_ci95?": [float], "lost_minutes_if_hit?": ESTIMATE, "worst_served_if_hit?": float,
        "worst_served": ESTIMATE,
        "blast_radius_users": ESTIMATE, "data_loss_minutes": ESTIMATE_OR_MEAN, "open_at_horizon_share": float,
    }],
    "blast_radius": {"instances?": REACH, "volumes?": REACH, "load_balancers?": REACH, "load_balancer_nodes?": REACH},
    "paired": [{"a": str, "b": str, "placement": str, "lost_minutes": {"mean": float, "ci95": [float]}, "variance_ratio?": float}],
}  # fmt: skip
POOLED = {"availability": float, "unavailability": float, "ci95": [float], "ci95_kind?": str, "p05": float, "p50": float, "p95": float}
COUNTED_SO = POOLED | {"lost_minutes": ESTIMATE}
ALONE = {"availability?": float, "unavailability?": float}
AVAILABILITY = COMMON | {
    "format": str, "scenario": str, "start": str, "horizon_seconds": float, "replications": int, "objective?": float,
    "rows": [{
        "architecture?": str, "tenant?": str, "case": str, "cost_index?": float, "users": float,
        "calls_per_second": float, "baseline?": BASELINE,
        "by_time": COUNTED_SO, "by_requests": COUNTED_SO, "by_users": COUNTED_SO, "lost_requests": ESTIMATE,
        "lost_user_minutes": ESTIMATE, "lost_minutes_each?": float, "blast_radius": {"users": REACH},
        "open_at_horizon_share": float, "windows": [POOLED | {"window_seconds": float}],
    }],
    "together?": {
        "tenants": [str], "users": float, "by_time": ALONE | {"lost_minutes": {"mean": float}},
        "by_users": ALONE | {"lost_minutes": {"mean": float}}, "lost_user_minutes": {"mean": float}, "lost_minutes_each?": float,
        "blast_radius": {name: {"peak": {"mean": float}, "ever": {"mean": float}} for name in ("users", "tenants")},
        "open_at_horizon_share": float, "windows": [ALONE | {"window_seconds": float}],
    },
    "blast_radius": COMPARE["blast_radius"],
}  # fmt: skip
VALUE = (float, str)
COUNTED = {"inside": int, "inside_by_median": int, "of": int, "inside_of_demanding": int, "demanding": int}
FIDELITY = COMMON | {
    "format": str, "tenant?": str, "replications": int, "seeds": int,
    "rows": [{
        "scenario": str, "id": str, "what": str, "role": str, "confidence": str, "documented": str, "expect?": [VALUE],
        "simulated?": {"p05": VALUE, "p50": VALUE, "p95?": VALUE}, "simulated_assumed?": {"p05": VALUE, "p95": VALUE}, "unit?": str,
        "inside?": bool, "outside_because?": str, "source": str, "inside_by_median?": bool, "inside_in_seeds?": int,
        "inside_by_median_in_seeds?": int, "accepts_nearly_anything?": bool, "same_as?": str,
    }],
    "summary": {"emergent": COUNTED, "controls": COUNTED, "fitted_numbers": int, "changed_numbers": int, "left_out?": int},
}  # fmt: skip
FIGURES = {
    "outage_minutes": ESTIMATE, "lost_minutes": ESTIMATE, "blast_radius_users": ESTIMATE, "blast_radius_users_worst_placement": ESTIMATE,
    "lost_requests": ESTIMATE, "open_at_horizon_share": float, "baseline": BASELINE,
}  # fmt: skip
CELL = {"scenario": str, "kind": str, "name": str}
MATRIX = {
    "format": str, "azsim_version": str, "command": str, "seed": int, "replications": int, "warnings": [str],
    "incidents": [{
        "scenario": str, "scenario_sha256": str, "summary": str, "start": str, "horizon_seconds": float, "region": str,
        "hit_by_chance": bool, "enough?": str,
        "invented": bool, "blast_radius": COMPARE["blast_radius"],
        "reached": [{
            "reach": str, "name": str, "lost_minutes_mean": float, "saved_minutes": {"mean": float, "ci95?": [float]},
            "beyond_half_minutes_ci95?": [float],
        }],
    }],
    "rows": [CELL | {"cost_index?": float, "case": str, "replications": int} | {f"{name}?": shape for name, shape in FIGURES.items()}],
    "empty": [CELL | {"because": str}],
}  # fmt: skip


def faults(value: Any, shape: Any, where: str = "$") -> list[str]:
    """Where a JSON value is not of a shape; a key with a question mark may be absent."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        names = {key.rstrip("?"): inner for key, inner in shape.items()}
        found = [f"{where}.{key} is missing" for key in shape if not key.endswith("?") and key not in value]
        found += [f"{where}.{key} is not in the contract" for key in value if key not in names]
        return found + [f for key in value if key in names for f in faults(value[key], names[key], f"{where}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [f for i, one in enumerate(value) for f in faults(one, shape[0], f"{where}[{i}]")]
    return [] if type(value) in (shape if isinstance(shape, tuple) else (shape,)) else [f"{where} is {value!r}"]


def read(document: dict[str, Any]) -> Any:
    def refused(word: str) -> float:
        pytest.fail(f"{word} is no JSON")

    text = documents.json_text(document)
    assert "null" not in text
    return json.loads(text, parse_constant=refused)


def test_the_shape_checker_can_fail() -> None:
    assert faults({"a": 1, "c": None}, {"a": float, "b": str}) == ["$.b is missing", "$.c is not in the contract", "$.a is 1"]


def test_a_run_keeps_the_contract(run_result: RunResult) -> None:
    document = read(documents.run_document(run_result, "azsim run storm"))
    assert faults(document, RUN) == []
    assert document["format"] == "azsim.run/1"
    assert document["start"] == "2020-03-01T22:30:00-07:00"
    assert document["outages"] == [{"start": "2020-03-01T22:40:00-07:00", "end": "2020-03-02T00:10:00-07:00"}]
    assert "time_to_recover_minutes" not in document, "what is unknown is absent"


def test_a_comparison_keeps_the_contract(comparison: Comparison) -> None:
    document = read(documents.comparison_document(comparison, "azsim compare storm"))
    assert faults(document, COMPARE) == []
    assert document["command"] == "azsim compare storm"
    assert document["seed"] == 7


def test_an_unknown_interval_is_absent_and_not_half_known(comparison: Comparison) -> None:
    row = replace(comparison.rows[0], lost_minutes=replace(comparison.rows[0].lost_minutes, ci95=(1.0, float("inf"))))
    document = read(documents.comparison_document(replace(comparison, rows=(row,)), "x"))
    assert sorted(document["rows"][0]["lost_minutes"]) == ["mean", "p05", "p50", "p95"]


def test_one_replication_has_no_interval(comparison: Comparison) -> None:
    rows = [replace(row, lost_minutes=replace(row.lost_minutes, ci95=None)) for row in comparison.rows]
    alone = replace(comparison, rows=tuple(rows), paired=(replace(comparison.paired[0], lost_minutes_ci95=None),))
    document = read(documents.comparison_document(alone, "x"))
    assert sorted(document["rows"][0]["lost_minutes"]) == ["mean", "p05", "p50", "p95"]
    assert document["paired"][0]["lost_minutes"] == {"mean": -1222.0}
    cells = next(csv.DictReader(io.StringIO(documents.comparison_csv(alone))))
    assert [cells[f"lost_minutes_{part}"] for part in ("mean", "ci95_low", "ci95_high")] == ["1234.7", "", ""]


def test_availabilities_keep_the_contract(availabilities: Availabilities) -> None:
    document = read(availability_document(availabilities, "azsim availability storm"))
    assert faults(document, AVAILABILITY) == []
    assert (document["format"], document["horizon_seconds"]) == ("azsim.availability/1", 86_400.0)
    architecture, first, second = document["rows"]
    assert [architecture["architecture"], first["tenant"], document["together"]["tenants"]] == ["[/b]two", "=cmd()", ["=cmd()", "shop"]]
    assert "lost_minutes_each" not in second, "nobody lost anything"
    assert "by_requests" not in document["together"], "too little is known of them"
    assert architecture["by_time"]["unavailability"] == 0.0012


def test_where_nothing_was_asked_for_no_share_is_told(availabilities: Availabilities) -> None:
    row = availabilities.rows[0]
    silent = replace(row, by_time=replace(row.by_time, share=None), windows=(replace(row.windows[0], share=None),))
    document = read(availability_document(replace(availabilities, rows=(silent,)), "x"))
    assert list(document["rows"][0]["by_time"]) == ["lost_minutes"]
    assert document["rows"][0]["windows"] == [{"window_seconds": 60.0}]


def test_fidelity_keeps_the_contract(fidelity: Fidelity) -> None:
    document = read(fidelity_documents.fidelity_document(fidelity, "azsim fidelity storm", 7))
    assert faults(document, FIDELITY) == []
    clock, duration, *_, last = document["rows"]
    assert clock["expect"] == ["2020-03-01T23:55:00-07:00", "2020-03-02T00:10:00-07:00"]
    assert clock["simulated"] == {"p05": "2020-03-01T23:53:20-07:00", "p50": "2020-03-02T00:00:00-07:00"}, "never is absent"
    assert (duration["unit"], duration["simulated"]["p50"], duration["simulated_assumed"]) == (
        "seconds",
        1860.0,
        {"p05": 600.0, "p95": 3000.0},
    )
    assert set(last) == {"scenario", "id", "what", "role", "confidence", "documented", "source"}
    assert document["summary"]["emergent"] == {
        "inside": 1, "inside_by_median": 0, "of": 2, "inside_of_demanding": 1, "demanding": 2,
    }  # fmt: skip
    assert document["summary"]["controls"]["inside"] == document["summary"]["controls"]["of"] == 2


def test_fidelity_of_several_scenarios_names_the_hash_of_each(fidelity: Fidelity) -> None:
    two = replace(fidelity, origins=(*fidelity.origins, replace(fidelity.origins[0], scenario="drill", scenario_sha256="cd" * 32)))
    assert fidelity_documents.fidelity_document(two, "x", 7)["scenario_sha256"] == {"storm": "ab" * 32, "drill": "cd" * 32}


def test_an_explanation_is_readable_json(explanation: Explanation) -> None:
    document = read(documents.explanation_document(explanation, "azsim explain storm"))
    assert document["began"][0] == {"t_seconds": 600.0, "clock": "2020-03-01T22:40:00-07:00", "text": "power fails"}
    assert document["began"][1]["mechanism"] == "fail-safe"


def test_a_trace_is_one_object_a_line(run_result: RunResult) -> None:
    lines = list(documents.trace_lines(run_result.trace, run_result.origin))
    first, second, third = (json.loads(line) for line in lines)
    assert first == {
        "t_seconds": 600.0, "clock": "2020-03-01T22:40:00-07:00", "change": "event", "owner": "power-fails", "amount": 0.0, "cause": -1
    }  # fmt: skip
    assert (second["clock"], second["cause"], second["detail"]) == ("2020-03-01T22:40:00.500000-07:00", 0, ["x", 1])
    assert "amount" not in third, "an infinite amount is unknown"
    assert all(line.endswith("}\n") for line in lines)


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=cmd()", "'=cmd()"), ("+a", "'+a"), ("-x", "'-x"), ("@sum", "'@sum"), ("\t=1", "'\t=1"), ("-1.5", "-1.5"), ("+2e3", "+2e3"),
     (-1.5, "-1.5"), (None, ""), (float("nan"), ""), (True, "true"), ("a-b", "a-b"), ("-", "'-"), ("-1+cmd()", "'-1+cmd()")],
)  # fmt: skip
def test_no_cell_is_a_formula(cell: documents.Cell, written: str) -> None:
    rows = list(csv.reader(io.StringIO(documents.csv_text(["head"], [[cell]]))))
    assert rows in ([["head"], [written]], [["head"], []] if not written else None)


def test_tables_for_programs_have_a_cell_under_every_head(
    comparison: Comparison, fidelity: Fidelity, run_result: RunResult, availabilities: Availabilities
) -> None:
    tables = (documents.comparison_csv(comparison), fidelity_documents.fidelity_csv(fidelity), documents.run_csv(run_result))
    for text in (*tables, availability_csv(availabilities)):
        head, *rows = csv.reader(io.StringIO(text))
        assert rows
        assert {len(row) for row in rows} == {len(head)}
    assert "'=cmd()" in documents.comparison_csv(comparison)
    assert documents.run_csv(run_result).splitlines()[2] == "600.0,2020-03-01T22:40:00-07:00,0.25"
