"""Files of populations: what they say, what is shown of them, and every way to get one wrong."""

from pathlib import Path

import pytest

from simulator.model.world import Scenario
from simulator.scenario import catalogue
from simulator.scenario.building import load
from simulator.scenario.populations import chosen, load_population
from simulator.scenario.problems import ScenarioError
from simulator.scenario.showing import show
from tests.theory.crowd_world import region

GOOD = """format: 1
name: town
summary: two classes
sources: {diary: https://example.org}
objective: 90 %
numbers:
  few: {value: 20 %, basis: {assumed: {range: [10 %, 40 %], because: nobody counts}}}
  disks: {value: {product: [2, 2]}, basis: {derived: a pair of pairs}}
classes:
  - name: shop
    summary: a shop
    share: $few
    users: {lognormal: {median: 100, p90: 1000}}
    placement: {region: north}
    has:
      - {name: servers, rides: instances, units: 2, carries: 100 %}
      - {name: disks, rides: volumes, units: $disks, lives_in: one, serves_at_least: 3}
  - name: firm
    summary: a firm
    share: 60 %
    users: 5000
    placement: [{region: north, zones: 2}]
    has:
      - {name: address, rides: nodes, lives_in: one, address: true}
      - {name: servers, rides: instances, units: 2, carries: 50 %}
      - {name: database, rides: volumes, per: tenant}
    single_address: 10 %
    shift: {detect: 30 s, station: queue, work: 1 min, ttl: 1 min}
    launches: {after: 3 min, needs: gate, poll: 1 min, takes: 5 min, station: queue, work: 1 min, carries: 50 %}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(region(tmp_path_factory.mktemp("region")))


def written(folder: Path, text: str) -> Path:
    path = folder / "town.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, scenario: Scenario, text: str, **more: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_population(written(folder, text), scenario, **more)  # type: ignore[arg-type]
    return [line.replace(f"{folder}/", "") for line in str(caught.value).splitlines()]


def test_a_population_is_read_with_its_numbers(scenario: Scenario, tmp_path: Path) -> None:
    found = load_population(written(tmp_path, GOOD), scenario)
    shop, firm = found.classes
    assert (found.name, found.objective) == ("town", 0.9)
    assert found.shares() == pytest.approx({"shop": 0.25, "firm": 0.75})
    assert (shop.users.quantile(0.5), shop.users.quantile(0.9)) == pytest.approx((100.0, 1000.0))
    assert (shop.has[1].units, shop.has[1].serves_at_least) == (4.0, 3.0)
    assert firm.placement[0].zones == 2
    assert firm.users.quantile(0.2) == 5000
    assert load_population(tmp_path / "town.yaml", scenario, set_={"few": "60 %"}).shares()["shop"] == pytest.approx(0.5)


def test_what_is_shown_loads_as_the_same_again(scenario: Scenario, tmp_path: Path) -> None:
    found = load_population(written(tmp_path, GOOD), scenario)
    (tmp_path / "shown.yaml").write_text(show(found), encoding="utf-8")
    assert load_population(tmp_path / "shown.yaml", scenario) == found


@pytest.mark.parametrize(
    ("old", "new", "fact", "remedy"),
    [
        (
            "units: 2, carries: 100 %", "units: 2, cariies: 100 %", "16:53: unknown key 'cariies'",
            "Did you mean 'carries'? Allowed here: name, summary, rides, units, "
            "per, lives_in, serves_at_least, carries, address, basis.",
        ),
        ("median: 100,", "median: 100 min,", "13:12: a finite number between 0 and 1e15 is expected here", "Correct the value."),
        ("rides: volumes, units", "rides: volumess, units", "17:30: 'north' has no component 'volumess'", "Did you mean 'volumes'?"),
        ("serves_at_least: 3", "serves_at_least: 5", "17:86: 5 of 4 units can never be up", "Write at most 4."),
        (
            "carries: 100 %", "carries: 80 %",
            "16:62: all together carry 80 % of the demand", "Let them carry all of it while nothing has happened.",
        ),
        ("placement: {region: north}", "placement: {region: nort}", "14:25: the world has no region 'nort'", "Did you mean 'north'?"),
        ("zones: 2}]", "zones: 4}]", "22:40: 4 zones are used, and 'north' has 3", "Write at most 3."),
        (
            "zones: 2}]", "zones: 1}, {region: north}]",
            "22:53: the region 'north' stands here twice", "Say once how many of its zones are used.",
        ),
        ("name: firm", "name: shop", "18:11: the class 'shop' stands here twice", "Give one of the two another name."),
        (
            "rides: nodes, lives_in: one, address: true", "rides: nodes, per: tenant, address: true",
            "24:61: an address is a zone's, and carries nothing itself", "Write 'per: zone', and leave 'carries' out.",
        ),
        (
            "rides: volumes, per: tenant", "rides: volumes, per: region, carries: 100 %",
            "26:64: capacity is what each zone has, or what the tenant has once", "Write 'per: zone' or 'per: tenant'.",
        ),
        ("needs: gate", "needs: gte", "29:37: 'north' has no component 'gte'", "Did you mean 'gate'?"),
        (
            "detect: 30 s, station: queue", "detect: 30 s, station: quay",
            "28:36: 'north' has no station 'quay'", "Its stations are: queue.",
        ),
        ("name: firm", "name: all", "18:11: the name 'all' stands for all classes together", "Give the class another name."),
        ("units: 2, carries: 100 %", "units: 2.5, carries: 100 %", "16:50: 2.5 units are no whole number of them", "Write a whole number."),
        ("serves_at_least: 3", "serves_at_least: 2.5", "17:86: 2.5 units are no whole number of them", "Write a whole number."),
        ("share: 60 %", "share: 0 %", "20:12: share is 0", "Write a value above 0."),
        ("units: $disks", "units: 4", "8:3: the number 'disks' is used nowhere", "Write $disks where it belongs, or remove it."),
        ("{derived: a pair of pairs}", "{reported: paper}", "8:55: there is no source 'paper'", "Sources are: diary."),
        (
            "range: [10 %, 40 %]", "range: [40 %, 10 %]",
            "7:16: the range of 'few' does not go from low to high", "Write its lowest and its highest value.",
        ),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_place_and_a_remedy(  # noqa: PLR0917  as the table has them
    old: str, new: str, fact: str, remedy: str, scenario: Scenario, tmp_path: Path
) -> None:
    assert old in GOOD
    assert refusal(tmp_path, scenario, GOOD.replace(old, new, 1))[::2] == [f"town.yaml:{fact}", f"    {remedy}"]


def test_all_mistakes_are_told_at_once(scenario: Scenario, tmp_path: Path) -> None:
    text = GOOD.replace("rides: nodes", "rides: nods").replace("needs: gate", "needs: gte").replace("at_least: 3", "at_least: 9")
    assert sum(line.startswith("town.yaml:") for line in refusal(tmp_path, scenario, text)) == 3


def test_another_kind_of_file_is_no_population(scenario: Scenario, tmp_path: Path) -> None:
    text = "format: 1\nname: x\nsummary: x\nplacement: [{region: north, roles: a}]\n"
    assert refusal(tmp_path, scenario, text) == ["town.yaml: this is the file of a tenant", "    Name a population."]


def test_without_classes_it_is_a_population_still(scenario: Scenario, tmp_path: Path) -> None:
    head = GOOD.partition("classes:")[0]
    expected = ["town.yaml:1:1: the key 'classes' is missing", "    format: 1", "    Add it: the classes of tenants."]
    assert refusal(tmp_path, scenario, head) == expected
    application = refusal(tmp_path, scenario, head + "users: 5\n")
    assert application == ["town.yaml: this is the file of an application", "    Name a population."]
    assert refusal(tmp_path, scenario, "- town\n")[::2] == ["town.yaml:1:1: a mapping is expected here, not a list", "    Write a mapping."]
    empty = ["town.yaml:1:1: the file holds no values", "    Write what it describes into it, or name another file."]
    assert refusal(tmp_path, scenario, "") == empty


@pytest.mark.parametrize(
    ("name", "value", "fact", "remedy"),
    [
        ("few", "150 %", "the number 'few' is a share, and '150 %' is more than the whole", "Write at most '100 %'."),
        ("few", "3 min", "the number 'few' is a share, and '3 min' is a duration", "Write for example '7 %'."),
        ("few", "a few", "the number 'few' is a share, and 'a few' is not", "Write for example '7 %'."),
    ],
)
def test_of_a_value_that_is_set_the_option_is_told(  # noqa: PLR0917  as the table has them
    name: str, value: str, fact: str, remedy: str, scenario: Scenario, tmp_path: Path
) -> None:
    assert refusal(tmp_path, scenario, GOOD, set_={name: value}) == [f"--set {name}: {fact}", f"    {remedy}"]


def test_a_number_of_units_that_is_set_is_whole(scenario: Scenario, tmp_path: Path) -> None:
    told = refusal(tmp_path, scenario, GOOD, set_={"disks": 3.5})
    remedy = "    Set the number 'disks' to another value: write a whole number."
    assert told[::2] == ["town.yaml:17:46: 3.5 units are no whole number of them", remedy]


def test_varied_numbers_are_drawn_from_their_ranges_and_units_stay_whole(scenario: Scenario, tmp_path: Path) -> None:
    text = GOOD.replace("{product: [2, 2]}, basis: {derived: a pair of pairs}", "4, basis: {assumed: {range: [3, 6], because: who knows}}")
    path = written(tmp_path, text)
    low, high = (load_population(path, scenario, vary=lambda _, u=u: u).classes[0] for u in (0.01, 0.9))  # type: ignore[misc]
    assert (low.share, high.share) == pytest.approx((0.1 * 4**0.01, 0.1 * 4**0.9))
    assert (low.has[1].units, high.has[1].units) == (3.0, 6.0)
    assert load_population(path, scenario, set_={"few": "20 %"}, vary=lambda _: 0.9).classes[0].share == 0.2


def test_without_a_name_it_is_the_one_called_as_the_world(tmp_path: Path) -> None:
    assert chosen(None, "us-east-1-2012") == catalogue.find("us-east-1-2012", "population")
    with pytest.raises(ScenarioError, match="the catalogue has no population for the world 'two-rooms'"):
        chosen(None, "two-rooms")
    with pytest.raises(ScenarioError, match="the catalogue has no population of this name"):
        chosen("nowhere", "us-east-1-2012")
