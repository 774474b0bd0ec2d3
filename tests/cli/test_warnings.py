"""Every document for programs says what it warns of, also where that is nothing."""

import json

import pytest

from tests.cli.test_commands import DRILL, STORM, fine

LINES = {
    "list": "list scenarios", "run": f"run {DRILL} --architecture two-zone", "compare": f"compare {DRILL} two-zone --replications 2",
    "explain": f"explain {DRILL} --architecture single-zone --replications 2",
    "availability": f"availability {DRILL} two-zone --replications 2", "tenants": f"tenants {DRILL} static-capacity --replications 2",
    "whatif": f"whatif {DRILL} two-zone --tenant static-capacity --pairs 0 --replications 2",
    "matrix": f"matrix {DRILL} --architecture two-zone --replications 2",
    "population": f"population {STORM} --tenants 50 --replications 2", "fidelity": f"fidelity {DRILL} --replications 2 --seeds 1",
}  # fmt: skip
FEW = "2 replications are too few for the 5 % and 95 % quantiles: take at least 20"


@pytest.mark.parametrize("command", LINES)
def test_every_document_carries_its_warnings(command: str) -> None:
    document = json.loads(fine(f"{LINES[command]} --format json"))
    assert all(isinstance(text, str) for text in document["warnings"])
    if command in {"compare", "availability", "tenants", "matrix", "population", "fidelity"}:
        assert document["warnings"][0] == FEW


def test_what_was_never_seen_is_a_bound_of_its_kind() -> None:
    rows = json.loads(fine(f"compare {DRILL} two-zone single-zone --replications 20 --format json"))["rows"]
    found = {(row["architecture"], row["placement"]): row["lost_minutes"] for row in rows}
    bound = found["two-zone", "missed"]
    assert (bound["mean"], bound["ci95_kind"]) == (0.0, "upper_bound_none_seen")
    assert bound["ci95"] == [0.0, pytest.approx(240.0 * (1.0 - 0.05 ** (1 / 20)))]
    certain = found["single-zone", "missed"]
    assert (certain["ci95"], "ci95_kind" in certain, "ci95_kind" in found["two-zone", "hit"]) == ([0.0, 0.0], False, False)
