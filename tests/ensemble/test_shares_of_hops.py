"""Each hop of a chain says whom it concerns: the share of a component's units, and what each group of users is left with."""

from pathlib import Path
from typing import Any

from simulator import api
from tests.ensemble.test_savings import POWER, cut, incident
from tests.theory.scenarios import tenant_of, written


def told(folder: Path, tenant: dict[str, Any], *, share: str = "100 %") -> list[str]:
    """The texts of the chain of why its first outage began."""
    written(folder, "shop", tenant)
    event = cut("ice", POWER, "60 min")
    event["do"]["fail"]["target"] = "north/zone-1/dc-1/instances"
    event["do"]["fail"]["share"] = share
    path = written(folder, "cut", incident(events=[event], mitigations=[]))
    return [hop.text for hop in api.explain(path, tenant="shop").began]


def shop(**more: Any) -> dict[str, Any]:
    web = {"path": "a/web", "units": 40, "rides": "instances"}
    other = {"path": "b/web", "units": 40, "rides": "instances"}
    placement = [{"region": "north", "roles": ["a", "b"], "fixed": ["north/zone-1", "north/zone-2"]}]
    return tenant_of(name="shop", enters="a/web", placement=placement, components=[web, other]) | {"kind": "tenant"} | more


def test_a_fault_of_all_units_and_of_a_share_of_them(tmp_path: Path) -> None:
    texts = told(tmp_path, shop())
    assert texts[:2] == ["ice", "north/zone-1/dc-1/instances fails, all its units"]
    assert texts[-1] == "shop serves 0.0 % of its demand"
    assert "north/zone-1/dc-1/instances fails, 40 % of its units" in told(tmp_path, shop(), share="40 %")


def test_units_that_go_down_together_are_told_as_one_share(tmp_path: Path) -> None:
    (hop,) = [text for text in told(tmp_path, shop()) if text.startswith("shop: a/web goes down")]
    assert hop == "shop: a/web goes down, all its units"


def test_groups_of_users_whose_share_changed_are_named(tmp_path: Path) -> None:
    def grouped(*names: str) -> dict[str, Any]:
        tree = shop(groups=[{"name": name, "users": 100, "enters": "b/web" if name == "far" else "a/web"} for name in names])
        return {key: value for key, value in tree.items() if key not in ("users", "enters")}

    assert told(tmp_path, grouped("near", "far"))[-1] == "shop serves 50.0 % of its demand; near 0.0 % of theirs"
    assert told(tmp_path, grouped("near", "by", "far", "next"))[-1] == "shop serves 25.0 % of its demand; by, near and next 0.0 % of theirs"
    # What is the same for all has been said.
    assert told(tmp_path, grouped("near", "by"))[-1] == "shop serves 0.0 % of its demand"
