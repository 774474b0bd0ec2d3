"""What ships in the catalogue: every file loads, says where its numbers come from, and survives being printed."""

import math
import re
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest
import yaml

from simulator import api
from simulator.model.world import Scenario
from simulator.scenario import building, catalogue, showing

INCIDENTS = [e.name for e in catalogue.entries("incident")]
ARCHITECTURES = [e.name for e in catalogue.entries("architecture")]
TENANTS = [e.name for e in catalogue.entries("tenant") if e.name != "reference-application"]
FILES = sorted(Path(catalogue.root()).rglob("*.yaml"))
EIGHT = {
    "single-zone", "two-zone", "three-zone-tight", "three-zone-spare", "three-zone-failsafe", "two-region-standby", "two-region-active",
    "private-datacenter",
}  # fmt: skip
ELEMENTS = ("components", "stations", "stocks", "rules", "events", "routes", "datacenters")
TIME = {"d": 86400.0, "h": 3600.0, "min": 60.0, "s": 1.0, "ms": 0.001}
LITERAL = re.compile(r"^[0-9][0-9.,_]*( ?(%|ms|s|min|h|d|/s|/min|/h|/d))?$")


def test_the_eight_architectures_and_seven_scenarios_are_there() -> None:
    assert set(ARCHITECTURES) == EIGHT
    assert {*NAMED, "zone-power-interruption", "cooling-failure"} == set(INCIDENTS)


def test_what_is_no_history_says_so() -> None:
    for name in set(INCIDENTS) - set(NAMED):
        assert re.search("not history", building.load(name).summary)


@pytest.mark.parametrize("name", INCIDENTS)
def test_a_scenario_survives_being_printed(name: str, tmp_path: Path) -> None:
    scenario = building.load(name)
    text = showing.show(scenario)
    (tmp_path / "shown.yaml").write_text(text)
    assert building.load(tmp_path / "shown.yaml") == scenario


@cache
def drill() -> Scenario:
    """A scenario for tenants to be built in."""
    return building.load("zone-power-interruption")


@pytest.mark.parametrize("name", [*ARCHITECTURES, *TENANTS])
def test_a_tenant_survives_being_printed(name: str, tmp_path: Path) -> None:
    scenario = drill()
    tenant = building.load_tenant(name, scenario)
    (tmp_path / "shown.yaml").write_text(showing.show(tenant))
    assert building.load_tenant(tmp_path / "shown.yaml", scenario) == tenant


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_switch_can_be_thrown(name: str) -> None:
    scenario = building.load(name)
    for mechanism in scenario.mechanisms:
        assert building.load(name, without=[mechanism.name]) is not None
    for mitigation in scenario.mitigations:
        assert building.load(name, with_=[mitigation.name]) != scenario


@pytest.mark.parametrize("name", INCIDENTS)
@pytest.mark.parametrize("u", [1e-9, 1 - 1e-9], ids=["lowest", "highest"])
def test_assumed_numbers_can_stand_at_the_ends_of_their_ranges(name: str, u: float) -> None:
    assert building.load(name, vary=lambda _: u) is not None


INVENTED = {
    "multi-zone-small", "other-region", "must-launch", "must-launch-in-zone-1", "static-capacity", "static-in-zone-1", "netflix-private",
    "api-customers", "managed-environment", "stored-files",
}  # fmt: skip
POWER = {"heroku", "pinterest", "instagram", "amazon-prime-instant-video", "pagerduty", "netflix-private"}
# Whom a night's record speaks of. On 14 June Netflix lost too little to be the one of the second night; a small one stands for it.
NAMED = {
    "2011-04-21-us-east-1-ebs-remirroring": {
        "reddit", "quora", "foursquare", "hootsuite", "airbnb", "heroku-several-zones", "netflix-2011", "smugmug", "twilio", "policystat",
    },
    "2012-06-14-us-east-1-power-loss": {*POWER, "multi-zone-small"},
    "2012-06-29-us-east-1-power-loss": {*POWER, "netflix"},
    "2012-10-22-us-east-1-ebs-agent-leak": {
        "reddit", "airbnb", "foursquare", "flipboard", "pinterest", "heroku-several-zones", "netflix-october",
    },
    "2012-12-24-us-east-1-elb-state-deletion": {*POWER, "netflix"},
}  # fmt: skip
STAYED_UP = {
    "2011-04-21-us-east-1-ebs-remirroring": {"netflix-2011", "smugmug", "twilio"},
    "2012-10-22-us-east-1-ebs-agent-leak": {"netflix-october"},
}
DATED = [name for name in INCIDENTS if re.match(r"\d{4}-\d\d-\d\d-", name)]


@pytest.mark.parametrize("name", DATED)
def test_of_each_real_tenant_the_record_says_whether_it_was_down(name: str) -> None:
    scenario = building.load(name)
    assert {t.name for t in scenario.probes} - INVENTED == {r.tenant for r in scenario.record} - INVENTED


@pytest.mark.parametrize("name", DATED)
def test_the_named_tenants_ride_along(name: str) -> None:
    assert NAMED[name] <= {t.name for t in building.load(name).probes}


@pytest.mark.parametrize("name", STAYED_UP)
def test_those_that_stayed_up_are_on_record_as_such(name: str) -> None:
    assert {r.tenant for r in building.load(name).record if r.down == "no"} == STAYED_UP[name]


@pytest.mark.parametrize("name", DATED)
def test_a_recorded_outage_lasts_about_from_its_start_to_its_end(name: str) -> None:
    for one in building.load(name).record:
        if one.since is not None and one.until is not None and one.outage is not None:
            since, until = (datetime.fromisoformat(str(t)) for t in (one.since, one.until))
            assert (until - since).total_seconds() == pytest.approx(one.outage, rel=0.05), one.tenant


def _quantity(value: object) -> float:
    text = str(value).replace(",", "").strip()
    found = re.fullmatch(r"([0-9.eE+-]+) ?(%|[a-z]+)?", text)
    assert found is not None, f"{value!r} is no plain quantity"
    return float(found[1]) * TIME.get(found[2] or "", 0.01 if found[2] == "%" else 1.0)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_assumed_numbers_stand_at_their_midpoints(path: Path) -> None:
    for name, body in (yaml.safe_load(path.read_text()).get("numbers") or {}).items():
        assumed = body["basis"].get("assumed")
        if not isinstance(assumed, dict):
            continue
        low, high, value = (_quantity(v) for v in (*assumed["range"], body["value"]))
        middle = (low + high) / 2 if assumed.get("middle") == "arithmetic" else math.sqrt(low * high)
        assert assumed["because"], name
        if "changed" not in body:
            assert value == pytest.approx(middle, rel=2e-3), f"{path.name}: {name} stands at {value}, its midpoint is {middle}"


def _literals(tree: object, key: str = "") -> list[str]:
    """Literal quantities of an element, apart from those in its basis, its texts, and its names."""
    if isinstance(tree, dict):
        skipped = {"basis", "summary", "name", "path", "at", "description", "because"}
        return [found for k, v in tree.items() if k not in skipped for found in _literals(v, str(k))]
    if isinstance(tree, list):
        return [found for v in tree for found in _literals(v, key)]
    if isinstance(tree, bool) or tree is None:
        return []
    return [f"{key}: {tree}"] if LITERAL.match(str(tree)) else []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_literal_number_stands_in_an_element_with_a_basis(path: Path) -> None:
    tree = yaml.safe_load(path.read_text())
    bare = []
    groups = [tree, tree.get("add") or {}, *[(m.get("add") or {}) for kind in ("mechanisms", "mitigations") for m in tree.get(kind) or []]]
    for group in groups:
        for kind in ELEMENTS:
            for element in group.get(kind) or []:
                found = _literals(element)
                if found and "basis" not in element:
                    bare.append(f"{element.get('path') or element.get('name')}: {found}")
    assert bare == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_sources_that_are_cited_are_listed(path: Path) -> None:
    text = path.read_text()
    tree = yaml.safe_load(text)
    known = set(tree.get("sources") or {})
    if tree.get("like") or tree.get("application") or tree.get("world"):
        return  # sources of the files it builds on count too; the loader checks those
    cited = {c for found in re.findall(r"reported: (\[[^\]]*\]|[A-Za-z0-9-]+)", text) for c in re.findall(r"[A-Za-z0-9-]+", found)}
    assert cited <= known


def test_no_incident_tenant_or_provider_is_named_in_the_engine() -> None:
    named = re.compile(
        r"netflix|heroku|pinterest|instagram|reddit|foursquare|airbnb|flipboard|quora|hootsuite|smugmug|twilio|policystat|rightscale"
        r"|pagerduty|us-east|\baws\b|amazon|\b201[12]-",
        re.IGNORECASE,
    )
    package = Path(api.__file__).parent
    found = [
        f"{path.relative_to(package)}:{n}"
        for path in package.rglob("*.py")
        if "cli" not in path.parts
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if named.search(line)
    ]
    assert found == []


NINTH = """
format: 1
name: two-zones-lean
summary: Two zones with two thirds of the demand's capacity each, no spare database.
kind: architecture
like: two-zone
numbers:
  zone-carries: {value: 66.67 %, basis: {derived: two thirds of the demand in each of two zones}}
"""


def test_a_ninth_architecture_is_a_file_alone(tmp_path: Path) -> None:
    (tmp_path / "lean.yaml").write_text(NINTH)
    found = api.compare("2012-06-29-us-east-1-power-loss", ["two-zone", tmp_path / "lean.yaml"], replications=4)
    rows = {(r.architecture, r.placement): r for r in found.rows}
    assert rows["two-zones-lean", "hit"].cost_index == pytest.approx(4 / 3, rel=1e-3)
    assert rows["two-zones-lean", "hit"].lost_minutes.mean > rows["two-zone", "hit"].lost_minutes.mean
