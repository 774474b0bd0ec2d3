"""`compare` without architectures, in a world of one's own: those of the catalogue that can run there do, the others are named."""

from pathlib import Path

import pytest

from simulator import api
from tests.cli.invoking import azsim
from tests.theory.scenarios import tree_of, written

COMPONENTS = ("instances", "load-balancers/other", "load-balancer-nodes", "databases-single", "databases-multi")


def own_world(folder: Path, region: str) -> Path:
    """A world with a region of this name, in which the simplest architectures of the catalogue find what they run on."""
    parts = [{"path": f"{region}/*/*/{name}", "units": 100} for name in COMPONENTS if "/" not in name]
    tree = tree_of(
        components=[*parts, {"path": f"{region}/*/*/load-balancers/other", "units": 10}, {"path": f"{region}/launch-api"}],
        stations=[{"path": f"{region}/load-balancer-queue", "discipline": {"fifo": {}}}],
        events=[{"name": "off", "at": "1 h", "do": {"fail": {"target": f"{region}/zone-1/*/instances", "for": "1 h"}}}],
        hit_zones=f"{region}/zone-1",
        zones=3,
    )
    for one in tree["world"]["datacenters"]:
        one["path"] = one["path"].replace("north", region)
    return written(folder, "own", tree)


@pytest.mark.parametrize("command", ["compare", "availability"])
def test_where_none_can_run_one_text_says_what_is_missing(command: str, tmp_path: Path) -> None:
    done = azsim(command, str(own_world(tmp_path, "north")), "--replications", "2")
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "no architecture of the catalogue can run in the world 'world': the world has no region 'private' (private-data" in done.stderr
    assert "the world has no region 'us-east-1' (single-zone" in done.stderr
    assert done.stderr.endswith("name architectures that are made for this world\n")


def test_those_that_can_run_do_and_the_others_are_named_with_what_they_lack(tmp_path: Path) -> None:
    found = api.compare(own_world(tmp_path, "us-east-1"), replications=2)
    there = {row.architecture for row in found.rows}
    assert there == {"single-zone"}
    (warning,) = [one for one in found.warnings if one.startswith("Left out")]
    assert "the world has no region 'private' (private-datacenter)" in warning
    assert "there is no number 'replacement-work' (three-zone-failsafe, three-zone-spare" in warning
    assert all(name not in warning for name in there)


def test_a_wrong_number_is_not_taken_for_a_world_that_lacks_something(tmp_path: Path) -> None:
    done = azsim("compare", str(own_world(tmp_path, "us-east-1")), "--set", "zone-carries=5 min", "--replications", "2")
    assert done.exit_code == 2
    assert "zone-carries" in done.stderr
