"""Problems stand where they are written, and each limit says that it is one."""

from pathlib import Path

import pytest

from simulator import api
from simulator.scenario.problems import ScenarioError
from tests.theory.scenarios import BASIS, tenant_of, tree_of, written


def told(folder: Path, name: str) -> str:
    with pytest.raises(ScenarioError) as error:
        api.load(folder / name)
    return str(error.value)


BATTERY = """
format: 1
name: battery
summary: a battery
start: 2030-01-01T00:00Z
horizon: 2 h
numbers:
  battery: {value: 5 parsecs, basis: {assumed: a try}}
world:
  name: w
  summary: w
  datacenters: [{path: r/z/d, share: 100 %, basis: {assumed: one}}]
  components: [{path: r/z/d/power, recovery: [{wait: {for: $battery}}]}, {path: r/z/d/hosts, recovery: [{wait: {for: $battery}}]}]
events:
  - {name: off, at: 10:10, do: {fail: {target: r/z/d/power, for: $battery}}, basis: {assumed: a try}}
"""


def test_a_number_in_no_unit_is_refused_once_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "battery.yaml").write_text(BATTERY)
    text = told(tmp_path, "battery.yaml")
    assert text.count("battery.yaml:") == 1
    assert "battery.yaml:8:20: '5 parsecs' is not a duration" in text


@pytest.mark.parametrize("value", ["5 min", "1 h 30 min", "7 %", "40/min", "12", "1,000"])
def test_quantities_are_none_of_that(value: str, tmp_path: Path) -> None:
    (tmp_path / "battery.yaml").write_text(BATTERY.replace("5 parsecs", value if "," not in value else f"'{value}'"))
    if "min" in value and "/" not in value:
        with pytest.raises(ScenarioError, match="after the horizon"):
            api.load(tmp_path / "battery.yaml")
    else:
        assert "battery.yaml:8:" not in told(tmp_path, "battery.yaml")


@pytest.mark.parametrize("clock", ["00:10", "'00:10'"])
def test_a_clock_needs_no_quotes(clock: str, tmp_path: Path) -> None:
    (tmp_path / "battery.yaml").write_text(BATTERY.replace("10:10", clock).replace("5 parsecs", "5 min"))
    (event,) = api.load(tmp_path / "battery.yaml").scenario.events
    assert event.at == "2030-01-01T00:10:00Z"


@pytest.mark.parametrize("start", ["0001-01-01T00:00+14:00", "9999-12-31T23:00-12:00", "0001-01-01T00:00Z"])
@pytest.mark.parametrize("at", ["00:10", "2030-01-01T00:10Z", "5 min", "0001-01-01T00:10+14:00"])
def test_at_the_ends_of_the_calendar_a_start_is_refused_where_it_stands(start: str, at: str, tmp_path: Path) -> None:
    (tmp_path / "battery.yaml").write_text(
        BATTERY.replace("10:10", f"'{at}'").replace("5 parsecs", "5 min").replace("2030-01-01T00:00Z", start)
    )
    assert "battery.yaml:5:8: " in told(tmp_path, "battery.yaml")


def chained(folder: Path, n: int) -> Path:
    """Files that are each like the next, so many of them."""
    web = {"path": "a/front", "units": 1, "rides": "hosts"}
    for k in range(n):
        tree = {"format": 1, "name": f"app-{k}", "summary": "s", "kind": "architecture", "like": f"app-{k + 1}"}
        written(folder, f"app-{k}", tree if k < n - 1 else tenant_of(name=f"app-{k}", components=[web], enters="a/front"))
    tree = tree_of(
        components=[{"path": "north/zone-1/dc-1/hosts"}],
        events=[{"name": "off", "at": "1 s", "do": {"fail": {"target": "north/zone-1/dc-1/hosts"}}}],
    )
    return written(folder, "incident", tree)


def test_a_chain_has_a_depth_and_says_so(tmp_path: Path) -> None:
    incident = chained(tmp_path, 9)
    assert api.load(incident).tenants([tmp_path / "app-0.yaml"])[0].name == "app-0"
    incident = chained(tmp_path, 300)
    with pytest.raises(ScenarioError) as error:
        api.load(incident).tenants([tmp_path / "app-0.yaml"])
    assert "this is like a file that is like another, more than 8 deep: " in str(error.value)
    assert "without end" not in str(error.value)


def test_a_combination_that_is_latched_on_is_refused_where_it_stands(tmp_path: Path) -> None:
    hosts = {"path": "north/*/*/hosts", "requires": {"latching": {"on": {"any_of": ["power", "grid"]}}}}
    tree = tree_of(components=[{"path": "north/*/*/power"}, {"path": "north/*/*/grid"}, hosts])
    assert BASIS
    text = told(tmp_path, written(tmp_path, "incident", tree).name)
    assert "a latching requirement names one path or a spread" in text
    assert text.count("incident.yaml:") == 1
