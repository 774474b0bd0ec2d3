"""What the README and the guide to scenario files show is what happens: commands, files, Python, tables."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from simulator import api
from simulator.distributions import reading
from simulator.scenario import files
from tests.docs import format_tables, nights, outputs

GUIDES = {"README.md": outputs.README, "scenarios/README.md": outputs.GUIDE}
BLOCKS = [(name, k) for name, path in GUIDES.items() for k in range(len(outputs.blocks(path.read_text(encoding="utf-8"))))]


@pytest.mark.parametrize(("name", "k"), BLOCKS)
def test_commands_print_what_the_guide_shows(name: str, k: int, tmp_path: Path) -> None:
    text = GUIDES[name].read_text(encoding="utf-8")
    outputs.written_into(tmp_path, text)
    block = outputs.blocks(text)[k]
    assert outputs.answered(block, tmp_path) == block, "run: python -m tests.docs.outputs"


def test_zones_help_on_three_nights_and_not_on_the_fourth() -> None:
    """The first table of the README, and what is said of it."""
    text = outputs.README.read_text(encoding="utf-8")
    found = nights.compared()
    assert nights.with_nights(text, found) == text, "run: python -m tests.docs.outputs"
    for night in ("2011-04-21-us-east-1-ebs-remirroring", "2012-06-29-us-east-1-power-loss", "2012-10-22-us-east-1-ebs-agent-leak"):
        hit = {row.architecture: row.lost_minutes.mean for row in found[night].rows if row.placement == "hit"}
        assert hit["three-zone-spare"] < hit["single-zone"] / 10
    december = {row.architecture: row for row in found["2012-12-24-us-east-1-elb-state-deletion"].rows}
    assert december["single-zone"].lost_minutes == december["three-zone-spare"].lost_minutes
    assert december["two-region-active"].lost_minutes.mean < december["single-zone"].lost_minutes.mean / 20


@pytest.mark.parametrize("name", GUIDES)
def test_python_in_guides_runs(name: str) -> None:
    document = Sybil(parsers=[PythonCodeBlockParser()]).parse(GUIDES[name])
    for example in document.examples():
        example.evaluate()
    if name == "README.md":
        assert len(document.namespace["table"]) == 6  # two architectures, each hit, missed and on average


def test_make_does_what_the_readme_says() -> None:
    text = outputs.README.read_text(encoding="utf-8")
    demo = subprocess.run(["make", "-n", "demo"], capture_output=True, text=True, check=True, cwd=outputs.ROOT).stdout
    (by_hand,) = re.findall(r"^\.venv/bin/azsim .*$", text, re.MULTILINE)
    assert by_hand in demo.splitlines()
    (set_up,) = re.findall(r"pip (install -e .*)$", text, re.MULTILINE)
    assert set_up.replace("install", "install --quiet --disable-pip-version-check") in (outputs.ROOT / "Makefile").read_text()


@pytest.mark.parametrize("name", GUIDES)
def test_links_lead_somewhere(name: str) -> None:
    text = GUIDES[name].read_text(encoding="utf-8")
    headings = {format_tables.anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        assert (GUIDES[name].parent / path).exists(), target
        if anchor and not path:
            assert anchor in headings, target


# --- the format of scenario files ----------------------------------------------------------------------------------------------


def test_every_field_is_in_the_tables_as_the_schema_has_it() -> None:
    text = outputs.GUIDE.read_text(encoding="utf-8")
    assert format_tables.with_tables(text) == text, "run: python -m tests.docs.format_tables"


def _models(annotation: Any, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """All models within a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation.__name__ not in found:
        found[annotation.__name__] = annotation
        for field in annotation.model_fields.values():
            _models(field.annotation, found)
    for argument in getattr(annotation, "__args__", ()):
        _models(argument, found)
    return found


def test_no_part_of_the_format_is_left_out() -> None:
    found: dict[str, type[BaseModel]] = {}
    for kind in files.KINDS.values():
        _models(kind(), found)
    assert {"Component", "Visiting", "LatchingOn", "HealthCheck", "OfTenant"} <= set(found), "the walk through the schema has lost its way"
    # A scenario's world and probes may be written out: these are the files' own forms.
    assert sorted(set(found) - format_tables.described() - {"World", "Tenant", "Added"}) == []


def test_all_laws_are_told() -> None:
    text = outputs.GUIDE.read_text(encoding="utf-8")
    section = text.split("## Laws", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(reading.READERS)
    for written in re.findall(r"`\{(\w+): (.*?)\}`[,:]? ", section):
        assert written[0] in reading.READERS


def test_the_example_shows_what_its_text_says(tmp_path: Path) -> None:
    outputs.written_into(tmp_path, outputs.GUIDE.read_text(encoding="utf-8"))
    incident, shop = tmp_path / "grid-failure.yaml", tmp_path / "shop.yaml"

    def outage(**switches: Any) -> float:
        rows = api.compare(incident, [shop], replications=20, **switches).rows
        return next(row.outage_minutes.mean for row in rows if row.placement == "hit")

    with_queue = outage()
    assert 25 < with_queue < 45
    assert outage(without=["slow-images"]) < with_queue - 8
    assert outage(with_=["larger-battery"]) == 0
    assert api.load(incident).scenario.world.components[0].path == "here/zone-1/room/feed"
