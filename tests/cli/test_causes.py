"""What `azsim explain` prints below the chains: the mechanisms by the lost minutes that vanish without them."""

import csv
import io
import json
from pathlib import Path

import pytest

from simulator.ensemble.attributing import Attribution, Cause, Gap
from simulator.report.cause_documents import cause_csv, cause_document
from simulator.report.cause_tables import cause_lines, interaction
from tests.cli.conftest import estimate, origin
from tests.cli.invoking import azsim
from tests.cli.test_documents import BASELINE, ESTIMATE, faults, read
from tests.cli.test_tables import text
from tests.ensemble.test_savings import NET, POWER, cut, in_zone, incident
from tests.theory.scenarios import written

GAP = {"mean": float, "ci95?": [float]}
CAUSES = {
    "replications": int, "baseline?": BASELINE, "lost_minutes": ESTIMATE,
    "ranked": [{"mechanism": str, "summary": str, "vanishing_minutes": GAP}],
    "without_effect": [str], "together_minutes": GAP, "one_by_one_minutes": GAP, "overlap_minutes": GAP,
}  # fmt: skip


def gap(mean: float, spread: float = 1.0) -> Gap:
    return Gap(mean=mean, ci95=(mean - spread, mean + spread))


def attribution(*causes: float, together: float, idle: tuple[str, ...] = (), spread: float = 1.0) -> Attribution:
    ranked = tuple(Cause(mechanism=f"m{i}", summary=f"[/b] {i}", vanishes=gap(mean)) for i, mean in enumerate(causes))
    return Attribution(
        origin=origin(), name="shop", placement={"a": "r/z-1"}, replications=7, lost_minutes=estimate(200.0), causes=ranked, idle=idle,
        together=gap(together), one_by_one=gap(sum(causes)), overlap=gap(sum(causes) - together, spread),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    written(tmp_path, "shop", in_zone("shop", 1) | {"kind": "tenant", "users": 600})
    events = [cut("ice", POWER, "60 min") | {"mechanism": "frost"}, cut("water", NET, "45 min") | {"mechanism": "flood"}]
    mechanisms = [{"name": name, "summary": f"what {name} does"} for name in ("frost", "flood", "moths")]
    written(tmp_path, "cut", incident(events=events, mitigations=[], mechanisms=mechanisms))
    monkeypatch.chdir(tmp_path)
    return tmp_path


COMMAND = ("explain", "cut.yaml", "--tenant", "shop")


def test_the_ranking_stands_below_the_chains(folder: Path) -> None:
    lines = azsim(*COMMAND).stdout.splitlines()
    at = lines.index("What the lost minutes hang on")
    assert lines[at - 1] == ""
    assert any(line.startswith("Why the last outage ended only then") for line in lines[:at])
    assert lines[at + 1 :] == [
        "  In 20 replications it loses 60.0 [60.0, 60.0] min of full service on average.",
        "",
        "mechanism       vanishes [95 %]  of the loss  what it does",
        "frost         15.0 [15.0, 15.0]         25 %  what frost does",
        "all together  60.0 [60.0, 60.0]        100 %",
        "",
        "Without effect, each by itself: flood, moths.",
        "Together they explain 60.0 min, one by one 15.0 min: 45.0 min vanish only when more than one is off, because any one of several "
        "is enough to lose them.",
        "Vanishes: lost minutes of full service that are not lost when this mechanism alone is off, under the same dice.",
    ]


def test_no_ranking_is_made_where_none_is_asked_for(folder: Path) -> None:
    assert "What the lost minutes hang on" not in azsim(*COMMAND, "--replications", "0").stdout
    assert "causes" not in json.loads(azsim(*COMMAND, "--replications", "0", "--format", "json").stdout)
    done = azsim(*COMMAND, "--replications", "0", "--format", "csv")
    said = "Error: --format csv prints the ranking, and --replications 0 asks for none. Leave one of them out.\n"
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith(said)


def test_json_and_csv_carry_the_ranking(folder: Path) -> None:
    document = json.loads(azsim(*COMMAND, "--replications", "2", "--format", "json").stdout)
    assert document["format"] == "azsim.explain/1"
    assert document["began"]
    assert faults(document["causes"], CAUSES) == []
    assert document["causes"]["ranked"] == [
        {"mechanism": "frost", "summary": "what frost does", "vanishing_minutes": {"mean": 15.0, "ci95": [15.0, 15.0]}}
    ]
    rows = list(csv.DictReader(io.StringIO(azsim(*COMMAND, "--replications", "2", "--format", "csv").stdout)))
    assert [(row["without"], row["kind"], row["vanishing_minutes_mean"], row["lost_minutes_mean"]) for row in rows] == [
        ("frost", "mechanism", "15.0", "60.0"), ("flood", "mechanism", "0.0", "60.0"), ("moths", "mechanism", "0.0", "60.0"),
        ("", "together", "60.0", "60.0"),
    ]  # fmt: skip


def test_one_replication_has_no_interval() -> None:
    alone = Gap(mean=3.0, ci95=None)
    one = attribution(together=3.0)
    one = Attribution(**{field: getattr(one, field) for field in one.__dataclass_fields__} | {
        "causes": (Cause(mechanism="m", summary="s", vanishes=alone),), "together": alone, "one_by_one": alone,
    })  # fmt: skip
    assert "vanishes  of the loss" in text(cause_lines(one, None))
    assert faults(read({"causes": cause_document(one)})["causes"], CAUSES) == []
    assert next(csv.DictReader(io.StringIO(cause_csv(one))))["vanishing_minutes_ci95_low"] == ""


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            attribution(100, 100, together=120),
            "Together they explain 120 min, one by one 200 min: 80.0 min are counted more than once, because m0 and m1 need each other for "
            "these, and either of them off is enough to save them.",
        ),
        (
            attribution(100, 50, 50, together=120),
            "Together they explain 120 min, one by one 200 min: 80.0 min are counted more than once, because several need each other for "
            "these, and any one of them off is enough to save them.",
        ),
        (
            attribution(20, 10, together=120),
            "Together they explain 120 min, one by one 30.0 min: 90.0 min vanish only when more than one is off, because any one of "
            "several is enough to lose them.",
        ),
        (
            attribution(together=120, idle=("ice", "fire")),
            "Together they explain 120 min, one by one 0.0 min: 120 min vanish only when more than one is off, because either of ice and "
            "fire is enough to lose them.",
        ),
        (attribution(80, 40, together=120), "Together they explain 120 min, one by one 120 min: they add up."),
        (
            attribution(80, 42, together=120, spread=5.0),
            "Together they explain 120 min, one by one 122 min: over so few replications the difference may be chance.",
        ),
        (attribution(80, together=80, idle=("ice",)), ""),
        (attribution(80, together=80), ""),
        (attribution(together=0, idle=("ice", "fire")), ""),
    ],
)
def test_the_interaction_is_told_in_words(one: Attribution, words: str) -> None:
    assert interaction(one) == words


def test_what_makes_it_worse_is_told_so() -> None:
    lines = text(cause_lines(attribution(12.0, -3.0, together=9.0), None)).splitlines()
    assert "m1            -3.0 [-4.0, -2.0]       -1.5 %  [/b] 1" in lines
    assert lines[-1].endswith("Where the figure is negative, more is lost without it.")


def test_nothing_to_switch_off_is_said() -> None:
    lines = text(cause_lines(attribution(together=0.0), None)).splitlines()
    assert lines[-1] == "  There are no mechanisms to switch off."


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_no_figure_is_lost_on_a_narrow_terminal(width: int) -> None:
    one = attribution(112.0, 33.0, together=90.0)
    narrow, wide = (set(text(cause_lines(one, w)).split()) for w in (width, 10_000))
    assert {word for word in wide if any(c.isdigit() for c in word)} <= narrow
