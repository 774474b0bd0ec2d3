"""How a route notices what is dead, and what that costs: checks in a row, a fail-safe and its release, a shift and the TTL of addresses.

Every expectation is worked out in the test: a share of the calls times the seconds for which they meet something dead.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine import routes
from simulator.engine.agenda import Agenda, Deed
from simulator.engine.checks import Failing
from simulator.engine.routes import RouteState
from tests.theory.measuring import Estimate, mean_of
from tests.theory.scenarios import tenant_of, tree_of, written

FEED = "north/zone-1/feed"
Fault = tuple[float, float | None, float]
"""(second at which it begins, seconds it lasts or None for ever, share that fails)"""


def struck(folder: Path, faults: list[Fault], *, zones: int, units: int = 1, stations: Any = (), more: Any = ()) -> Path:
    """A feed in every zone; the one of the first zone fails like this."""
    feeds = [{"path": f"north/zone-{z + 1}/feed", "units": units} for z in range(zones)]
    events = [
        {"name": f"fault-{n}", "at": f"{at!r} s", "do": {"fail": {
            "target": FEED, "share": f"{100 * share!r} %", **({} if span is None else {"for": f"{span!r} s"}),
        }}}
        for n, (at, span, share) in enumerate(faults)
    ]  # fmt: skip
    return written(folder, "struck", tree_of(zones=zones, components=feeds, events=[*events, *more], stations=stations, horizon="3 h"))


# -- a shift, and how long clients go on using the address they know ---------------------------------------------------------------------

BEGINS, LASTS, DETECT, WORK, TTL = 600.0, 1200.0, 30.0, 20.0, 60.0
PLANE, EACH = "north/plane", 100.0
"""The control plane, and the work of each change that others want."""
ONCE: list[Fault] = [(BEGINS, LASTS, 1.0)]


def shifted(
    folder: Path,
    faults: list[Fault],
    *,
    asks: bool,
    carries: float = 0.5,
    backlog: int = 0,
    label: dict[str, str] | None = None,
    discipline: dict[str, Any] | None = None,
) -> float:
    """Seconds of the whole service lost by two zones of which each carries half, when clients are moved away from a dead one and back.
    The control plane, which makes one change at a time unless told otherwise, has a backlog of so many when the fault begins."""
    plane = {"path": PLANE, "discipline": discipline or {"fifo": {"servers": 1}}, "first": [] if discipline else ["urgent"]}
    asking = {"station": PLANE, "work": f"{WORK!r} s", **(label or {})} if asks else {}
    shift = {"detect": f"{DETECT!r} s", "ttl": f"{TTL!r} s", **asking}
    web = {"path": "*/web", "carries": f"{100 * carries!r} %", "requires": {"latching": {"on": "feed"}}}
    route = {"path": "front", "targets": "*/web", "single_address": "100 %", "shift": shift}
    tenant = tenant_of(roles=("a", "b"), components=[web], routes=[route])
    others = [{"name": "others", "at": f"{BEGINS!r} s", "do": {"submit": {"station": PLANE, "work": f"{EACH!r} s", "units": backlog}}}]
    scenario = struck(folder, faults, zones=2, stations=[plane], more=others if backlog else ())
    result = api.run(scenario, written(folder, "app", tenant))
    return result.lost_minutes * 60.0


def moved_after(*, asks: bool) -> float:
    return DETECT + (WORK if asks else 0.0) + TTL


@pytest.mark.parametrize("asks", [False, True])
def test_clients_leave_and_return_when_it_is_noticed_changed_and_their_addresses_have_expired(asks: bool, tmp_path: Path) -> None:
    """Half of the calls fail until clients have left; then the other zone is asked for all. If it carries that, it is over; if it carries
    half, half of the calls fail until clients are back."""
    assert shifted(tmp_path, ONCE, asks=asks, carries=1.0) == pytest.approx(0.5 * moved_after(asks=asks), abs=1e-4)
    assert shifted(tmp_path, ONCE, asks=asks) == pytest.approx(0.5 * (LASTS + moved_after(asks=asks)), abs=1e-4)


@pytest.mark.parametrize("asks", [False, True])
def test_clients_that_know_the_new_address_at_once_are_noticed(asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Agenda.at

    def at_once(self: Agenda, time: float, priority: int, act: Callable[[Any], None], args: Any = None) -> Deed:
        return schedule(self, self.now if act is routes._shifted else time, priority, act, args)

    monkeypatch.setattr(Agenda, "at", at_once)
    assert shifted(tmp_path, ONCE, asks=asks, carries=1.0) == pytest.approx(0.5 * (moved_after(asks=asks) - TTL), abs=1e-4)
    assert shifted(tmp_path, ONCE, asks=asks) == pytest.approx(0.5 * (LASTS + moved_after(asks=asks) - TTL), abs=1e-4)


def test_a_change_waits_behind_those_of_others_unless_its_label_goes_first(tmp_path: Path) -> None:
    """Four changes of 100 s stand before it; a label that is served first lets it begin as soon as the one in hand is made."""
    last = shifted(tmp_path, ONCE, asks=True, carries=1.0, backlog=4)
    assert last == pytest.approx(0.5 * (4 * EACH + WORK + TTL), abs=1e-4)
    first = shifted(tmp_path, ONCE, asks=True, carries=1.0, backlog=4, label={"label": "urgent"})
    assert first == pytest.approx(0.5 * (EACH + WORK + TTL), abs=1e-4)


def test_a_change_has_the_speed_of_those_that_it_shares_the_control_plane_with(tmp_path: Path) -> None:
    """A route has no weight of its own: beside two changes its own has half the speed, as each of them has with and without it."""
    lost = shifted(tmp_path, ONCE, asks=True, carries=1.0, backlog=2, discipline={"processor_sharing": {}})
    assert lost == pytest.approx(0.5 * (DETECT + 2 * WORK + TTL), abs=1e-4)


BLINK: list[Fault] = [(BEGINS, DETECT - 10.0, 1.0)]
TWICE: list[Fault] = [*BLINK, (BEGINS + DETECT - 5.0, LASTS, 1.0)]
"""Back for five seconds, dead again before the first fall would have been noticed."""


@pytest.mark.parametrize("asks", [False, True])
def test_what_is_back_before_it_is_noticed_is_not_left(asks: bool, tmp_path: Path) -> None:
    """Neither is it left for the first fall, nor any sooner for the second: that one takes as long to be noticed as any other."""
    assert shifted(tmp_path, BLINK, asks=asks) == pytest.approx(0.5 * (DETECT - 10.0), abs=1e-4)
    spare = 0.5 * (DETECT - 10.0 + moved_after(asks=asks))
    assert shifted(tmp_path, TWICE, asks=asks, carries=1.0) == pytest.approx(spare, abs=1e-4)


@pytest.mark.parametrize("asks", [False, True])
def test_a_notice_that_outlives_what_was_noticed_is_noticed(asks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deed, "call_off", lambda _: None)
    assert shifted(tmp_path, BLINK, asks=asks) > 0.5 * (DETECT - 10.0) + 1.0
    assert shifted(tmp_path, TWICE, asks=asks, carries=1.0) < 0.5 * (DETECT - 10.0 + moved_after(asks=asks)) - 1.0


# -- failed checks in a row --------------------------------------------------------------------------------------------------------------

INTERVAL, THRESHOLD, TIMES = 10.0, 3, 400
CHECK = {"interval": f"{INTERVAL!r} s", "threshold": THRESHOLD}
FOUND = (THRESHOLD - 0.5) * INTERVAL
"""Two whole intervals and a part drawn evenly."""


def checked(folder: Path, faults: list[Fault], *, units: int, zones: int = 1, safe: dict[str, Any] | None = None) -> list[float]:
    """Seconds of the whole service lost by units behind health checks, in each of many replications; any of them carries all calls."""
    web = {"path": "*/web", "units": units, "requires": {"latching": {"on": "feed"}}}
    route = {
        "path": "front",
        "targets": "*/web",
        "spread": "by_unit",
        "health_check": CHECK,
        **({} if safe is None else {"fail_safe": safe}),
    }
    tenant = written(folder, "app", tenant_of(roles=("a", "b")[:zones], components=[web], routes=[route]))
    scenario = struck(folder, faults, zones=zones, units=units)
    row = next(row for row in api.compare(scenario, [tenant], replications=TIMES).rows if row.placement != "missed")
    return [60.0 * lost for lost in row.values["lost"].tolist()]


FLAP: list[Fault] = [(120.0, 5.0, 1.0), (140.0, None, 1.0)]
"""Down for 5 s, up for 15, down for good: the checks of the first fall would have taken it out 25 s after that, on average."""


def flapping(folder: Path) -> Estimate:
    return mean_of(checked(folder, FLAP, units=1, zones=2))


def test_one_success_sets_the_count_of_failed_checks_back(tmp_path: Path) -> None:
    """Half of the calls fail for the five seconds of the first fall, and after the second until all its checks have failed."""
    found = flapping(tmp_path)
    assert found.relative < 0.01
    assert found.agrees(0.5 * (5.0 + FOUND))


def test_checks_of_the_first_fall_that_take_out_the_second_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Failing, "come_back", lambda *_: None)
    assert not flapping(tmp_path).agrees(0.5 * (5.0 + FOUND))


AMONG: list[Fault] = [(0.0, None, 0.5), (5.0, 5.0, 0.75), (15.0, None, 0.75)]
"""Two of four go down for good; a third after 5 s for 5 s, and at 15 s for good."""


def among_others(folder: Path) -> Estimate:
    return mean_of(checked(folder, AMONG, units=4))


WITH_OTHERS = 15 * 2 / 4 + 5 * 1 / 4 + (FOUND - 15) * 3 / 4 + 15 * 1 / 2
"""The two leave 25 s after their fall on average, the third 15 s later: one of two until then; after that nothing in rotation is dead."""


def test_who_comes_back_is_who_fell_last(tmp_path: Path) -> None:
    """It calls its own removal off, and not that of those who are down for longer."""
    found = among_others(tmp_path)
    assert found.relative < 0.02
    assert found.agrees(WITH_OTHERS)


def test_a_return_that_helps_those_who_are_down_for_longer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def first(self: Failing, units: float) -> None:
        self._removals[0].units -= units

    monkeypatch.setattr(Failing, "come_back", first)
    assert not among_others(tmp_path).agrees(WITH_OTHERS)


# -- a fail-safe -------------------------------------------------------------------------------------------------------------------------

RELEASE = 1200.0


def kept_safe(folder: Path, faults: list[Fault], *, below: str = "50 %") -> Estimate:
    return mean_of(checked(folder, faults, units=10, safe={"below": below, "until": f"{RELEASE!r} s"}))


def test_a_fail_safe_lets_go_of_half_but_not_of_more(tmp_path: Path) -> None:
    """It freezes below its share: with exactly that many left the dead leave as ever; with one fewer they stay until people release it."""
    half, more = (kept_safe(tmp_path, [(60.0, None, share)]) for share in (0.5, 0.6))
    assert half.relative < 0.01
    assert half.agrees(0.5 * FOUND)
    assert more.agrees(0.6 * (FOUND + RELEASE))


@pytest.mark.parametrize("below", ["40 %", "50.001 %"])
def test_a_fail_safe_with_its_edge_on_either_side_is_noticed(below: str, tmp_path: Path) -> None:
    """One that lets go of six of ten; and one that freezes at half, as if it were less."""
    half, more = (kept_safe(tmp_path, [(60.0, None, share)], below=below) for share in (0.5, 0.6))
    assert not (half.agrees(0.5 * FOUND) and more.agrees(0.6 * (FOUND + RELEASE)))


LATER: list[Fault] = [(60.0, None, 0.6), (660.0, 60.0, 0.7), (3600.0, None, 0.8)]
"""Six of ten go down; while all is frozen a seventh does, for a minute; long after the release two more do."""
AFTER_RELEASE = 0.6 * (FOUND + RELEASE) + 0.1 * 60.0 + 2 / 4 * FOUND
"""Nothing leaves until the release, not the seventh either; then the six do, and of the four in rotation two die, and leave in time."""


def test_a_fail_safe_that_is_released_does_not_freeze_again(tmp_path: Path) -> None:
    found = kept_safe(tmp_path, LATER)
    assert found.relative < 0.001
    assert found.agrees(AFTER_RELEASE)


RECOVERED: list[Fault] = [(60.0, 240.0, 0.6), (60.0, None, 0.3), (660.0, None, 0.4)]
"""Six of ten go down, three of them for 240 s; a fourth goes down long after seven answer again, and long before the release."""
STILL_FROZEN = 0.6 * 240.0 + 0.3 * (660.0 - 300.0) + 0.4 * (60.0 + FOUND + RELEASE - 660.0)


def test_nothing_leaves_a_frozen_rotation_though_enough_answer_again(tmp_path: Path) -> None:
    found = kept_safe(tmp_path, RECOVERED)
    assert found.relative < 0.001
    assert found.agrees(STILL_FROZEN)


def _thaw_nothing(self: RouteState, cause: int) -> None:
    self.frozen, self._released = False, True


def _thaw_for_a_while(self: RouteState, cause: int) -> None:
    thaw(self, cause)
    self._released = False


def _melt(self: RouteState, t: int, units: float, cause: int) -> None:
    if self.frozen:
        self.removed[t] += units
        self._changed("rotation", cause)
    else:
        remove(self, t, units, cause)


thaw, remove = RouteState.thaw, RouteState.remove


@pytest.mark.parametrize(("what", "wrong"), [("thaw", _thaw_nothing), ("thaw", _thaw_for_a_while), ("remove", _melt)])
def test_a_release_that_takes_nothing_out_or_does_not_last_is_noticed(
    what: str, wrong: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(RouteState, what, wrong)
    assert not kept_safe(tmp_path, LATER).agrees(AFTER_RELEASE) or not kept_safe(tmp_path, RECOVERED).agrees(STILL_FROZEN)


# -- one change, one request ---------------------------------------------------------------------------------------------------------------


def requests(folder: Path) -> int:
    """How often a control plane is asked to leave a zone that is down, while addresses take ten minutes to expire and others blink."""
    blinks = [
        {"name": f"blink-{n}", "at": f"{660 + 40 * n} s", "do": {"fail": {"target": "north/zone-2/other", "share": "10 %", "for": "5 s"}}}
        for n in range(10)
    ]
    down = {"name": "down", "at": "10 min", "do": {"fail": {"target": "north/zone-1/feed"}}}
    things = [{"path": "north/zone-1/feed"}, {"path": "north/zone-2/other", "units": 10}]
    plane = {"path": "north/plane", "discipline": {"fifo": {"servers": 1}}}
    incident = written(folder, "incident", tree_of(zones=2, components=things, events=[down, *blinks], stations=[plane]))
    web = [
        {"path": "a/web", "requires": {"latching": {"on": "feed"}}},
        {"path": "b/web", "units": 10, "requires": {"latching": {"on": "other"}}},
    ]
    shift = {"detect": "20 s", "ttl": "10 min", "station": "north/plane", "work": "5 s"}
    front = {"path": "front", "targets": ["a/web", "b/web"], "single_address": "100 %", "shift": shift}
    placement = [{"region": "north", "roles": ["a", "b"], "fixed": ["north/zone-1", "north/zone-2"]}]
    app = written(folder, "app", tenant_of(placement=placement, components=web, routes=[front]))
    return sum(record[1] == "enters" for record in api.run(incident, app).trace.records)


def test_a_change_that_was_made_is_not_asked_for_again_while_clients_follow(tmp_path: Path) -> None:
    assert requests(tmp_path) == 1


def test_a_route_that_forgets_what_it_asked_for_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = RouteState.changed

    def forgotten(self: RouteState, t: int, out: bool, cause: int) -> None:
        honest(self, t, out, cause)
        self._changing[t] = False

    monkeypatch.setattr(RouteState, "changed", forgotten)
    assert requests(tmp_path) > 1
