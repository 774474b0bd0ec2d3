"""What `azsim fidelity` counts: by medians and by range, over seeds, without what accepts nearly anything, and each range once."""

from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.report import fidelity_documents, tables
from simulator.scenario.problems import ScenarioError
from tests.theory.scenarios import BASIS, tree_of, written

SAYS = {"documented": "x", "confidence": "assumed", "basis": BASIS}
BACK = {"dark_time": {"of": "north/zone-1/dc-1/unit", "which": "longest"}}


def observation(name: str, expect: list[str], **more: Any) -> dict[str, Any]:
    return {"id": name, "what": f"what {name} is", "measure": BACK, "expect": expect, "role": "emergent", **SAYS, **more}


def written_with(folder: Path, *observations: dict[str, Any]) -> Path:
    """A unit that is failed at one, and back after a time drawn evenly between 2 and 58 minutes."""
    unit = {"path": "north/zone-1/dc-1/unit", "units": 1}
    fault = {"fail": {"target": "north/zone-1/dc-1/unit", "for": {"uniform": ["2 min", "58 min"]}}}
    events = [{"name": "fault", "at": "1 h", "do": fault}]
    return written(folder, "back", tree_of(components=[unit], events=events, observations=list(observations)))


def lines_of(found: api.Fidelity) -> list[str]:
    return [line.plain.strip() for line in tables.fidelity_lines(found, None)]


OBSERVED = (
    observation("A", ["25 min", "35 min"]),
    observation("B", ["40 min", "60 min"], single=True),
    observation("C", ["5 min", "55 min"]),
    observation("D", ["20 min", "40 min"], same_as="A"),
)


def test_counts_are_by_range_and_by_median_and_each_range_counts_once(tmp_path: Path) -> None:
    found = api.fidelity([written_with(tmp_path, *OBSERVED)], replications=40, seeds=3)
    a, b, _, d = found.rows
    assert [row.wide for row in found.rows] == [False, True, True, False], "5 to 55 min is more than five times, and so is the range of B"
    assert (b.inside, b.by_median) == (True, False)
    counts = fidelity_documents.counted(found, "emergent")
    inside = 2 + bool(a.inside)
    assert counts == {
        "inside": inside, "inside_by_median": inside - 1, "of": 3, "inside_of_demanding": inside - 2, "demanding": 1,
    }  # fmt: skip
    said = lines_of(found)
    assert f"emergent observations: {inside} of 3 inside; by medians {inside - 1}" in said
    assert any(line.startswith(f"accept nearly anything: B, C; without them {inside - 2} of 1 inside. That is,") for line in said)
    assert "counted once: D reads the range of A" in said
    assert d.same_as == "A"
    document = fidelity_documents.fidelity_document(found, "azsim fidelity", 1)
    rows = {row["id"]: row for row in document["rows"]}
    assert (rows["B"]["inside_by_median"], rows["B"]["accepts_nearly_anything"], rows["D"]["same_as"]) == (False, True, "A")
    assert (document["seeds"], rows["C"]["inside_in_seeds"], rows["B"]["inside_by_median_in_seeds"]) == (3, 3, 0)


def test_each_seed_is_a_run_of_its_own(tmp_path: Path) -> None:
    """What is inside with some seeds only is named; how often is what the seeds say one by one."""
    path = written_with(tmp_path, observation("A", ["25 min", "35 min"]))
    alone = [api.fidelity([path], replications=20, seed=seed).rows[0].inside for seed in range(1, 9)]
    (row,) = (found := api.fidelity([path], replications=20, seeds=8)).rows
    assert (row.inside, row.inside_in, row.by_median_in) == (alone[0], alone.count(True), alone.count(True))
    assert 0 < alone.count(True) < 8
    assert f"not the same verdict with all 8 seeds, inside in: A {alone.count(True)}" in lines_of(found)
    assert any(line.split("  ")[-1].strip() == str(row.inside_in) for line in lines_of(found) if line.startswith("A "))
    assert "of 8 seeds" in next(line for line in lines_of(found) if line.startswith("id "))
    assert not any("seeds" in line for line in lines_of(api.fidelity([path], replications=2)))


def test_no_seeds_check_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^0 seeds check nothing: take at least 1$"):
        api.fidelity([written_with(tmp_path)], seeds=0)


def test_of_the_catalogue_the_ranges_that_are_read_twice_say_so() -> None:
    december, june = (api.load(name).scenario for name in ("2012-12-24-us-east-1-elb-state-deletion", "2012-06-29-us-east-1-power-loss"))
    assert {o.id: o.same_as for o in (*december.observations, *june.observations) if o.same_as} == {"O20": "O18", "O14a": "O14b"}


@pytest.mark.parametrize(
    ("same_as", "fact", "remedy"),
    [
        ("Q", "there is no observation 'Q'", None),
        ("E", "the observation 'E' names itself", "Name another observation, or leave it out."),
        ("D", "the observation 'D' is itself counted with another", "Name the one that is counted, here 'A'."),
        ("N", "what is not modelled has no range to share", "Leave it out."),
    ],
)
def test_who_reads_the_range_of_another_names_one_that_is_counted(tmp_path: Path, same_as: str, fact: str, remedy: str | None) -> None:
    nothing = {"id": "N", "what": "n", "role": "not_modelled", **SAYS}
    path = written_with(tmp_path, OBSERVED[0], OBSERVED[3], nothing, observation("E", ["1 min", "2 min"], same_as=same_as))
    with pytest.raises(ScenarioError) as raised:
        api.load(path)
    (problem,) = raised.value.problems
    assert problem.fact == fact
    assert remedy in (None, problem.remedy)


def test_what_is_expected_is_shown_as_it_is_written(tmp_path: Path) -> None:
    down = observation("D", ["0 %", "5 %"], measure={"share_down": {"of": "north/zone-1/dc-1/unit"}})
    path = written_with(tmp_path, observation("A", ["1 min", "24 h"]), observation("C", ["14.4 min", "21.6 min"]), down)
    found = api.fidelity([path], replications=2)
    told = {line.split(" ")[0]: line for line in lines_of(found)}
    assert "  1 min–24 h  " in told["A"]
    assert "  14.4–21.6 min  " in told["C"]
    assert "  0–5 %  " in told["D"]
