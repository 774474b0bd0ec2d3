"""An application of exactly the capacity that it needs loses an hour, and no more, however often failed requests are tried again."""

from pathlib import Path

import pytest

from simulator import api
from simulator.engine.feedback import Feedback
from tests.theory.scenarios import tenant_of, tree_of, written

ZONES = 3
ATTEMPTS = [0, 1, 3, 10]


def lost_minutes(folder: Path, retries: int) -> float:
    """In a year in which the application's zone is gone for an hour."""
    servers = [{"path": f"north/zone-{z}/dc-1/servers"} for z in range(1, ZONES + 1)]
    fault = {"name": "kill", "at": "1 h", "do": {"fail": {"target": "north/zone-1/dc-1/servers", "for": "1 h"}}}
    incident = tree_of(horizon="365 d", zones=ZONES, components=servers, events=[fault], hit_zones="north/zone-1")
    web = {"path": "a/web", "units": 3, "rides": "servers", "carries": "100 %"}
    checked = {"interval": "30 s", "threshold": 2}
    lb = {"path": "lb", "targets": "*/web", "spread": "by_unit", "health_check": checked, "retries": retries}
    app = tenant_of(enters="lb", components=[web], routes=[lb])
    found = api.run(written(folder, "incident", incident), written(folder, "app", app))
    assert found.warnings == ()
    return found.lost_minutes


@pytest.mark.parametrize("retries", ATTEMPTS)
def test_an_hour_is_lost_whatever_the_retries(retries: int, tmp_path: Path) -> None:
    assert lost_minutes(tmp_path, retries) == pytest.approx(60.0, abs=1e-3)


@pytest.mark.parametrize("retries", ATTEMPTS[1:])
def test_a_hundred_passes_lose_more(retries: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(self: Feedback) -> None:
        state = self._state()
        for _ in range(100):
            state = self.image(state)

    monkeypatch.setattr(Feedback, "settle", settle)
    assert lost_minutes(tmp_path, retries) > 100.0
