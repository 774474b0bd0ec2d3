"""Load that failed requests make, and threads that slow ones occupy: against arithmetic on the same model.

Little's law: threads occupied = requests per second x mean time that each is held, so of these a tier takes
min(1, threads / (requests per second x time)). Where threads are scarce, the served share measures the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.engine import asking, attempts, tenants
from tests.theory.flow_world import DEMAND, Part, served

THREADS = 8
OWN = 0.2
"""Seconds that the tier with the threads holds a request itself."""


def share(value: float) -> str:
    return f"{100 * value!r} %"


def taken(held: float) -> float:
    """By Little's law; each case here is busy enough for threads to be scarce."""
    assert DEMAND * held > THREADS
    return THREADS / (DEMAND * held)


def front(needs: Any) -> Part:
    return {"path": "a/front", "rides": "servers", "threads": THREADS, "call_time": f"{OWN} s", "requires": {"live": needs}}


def store(name: str, seconds: float, *, on: str = "servers", **more: Any) -> Part:
    return {"path": f"a/{name}", "rides": on, "call_time": f"{seconds} s", **more}


@dataclass(kw_only=True, frozen=True)
class Case:
    """A model, and the exact share that it serves while half of it is gone."""

    components: tuple[Part, ...]
    routes: tuple[Part, ...] = ()
    entry: str = "a/front"
    exact: float


def agrees(case: Case, folder: Path) -> bool:
    found = served(folder, case.components, case.routes, entry=case.entry)
    return abs((1.0 - found.meanwhile) - (1.0 - case.exact)) <= 1e-9


# -- a route to two targets of which one is dead and still in rotation ---------------------------------------------------------------

QUICK, TIMEOUT = 0.3, 2.0


def half_dead(*, retries: int = 0, single: float = 1.0, timeout: float = TIMEOUT) -> Case:
    """Half of the attempts meet the dead target and time out.

    A client with several addresses tries until it meets the live one, 1 / (1/2) = 2 times in the mean; one with a single address fails
    with probability 1/2. Then the request is tried again, up to r times: 1 + f + ... + f^r rounds.
    """
    failed = single / 2.0
    tries = single + (1.0 - single) / 0.5
    rounds = sum(failed**k for k in range(retries + 1))
    held = OWN + rounds * tries * (0.5 * QUICK + 0.5 * timeout)
    return Case(
        components=(front("pool"), store("left", QUICK), store("right", QUICK, on="racks")),
        routes=({
            "path": "pool", "targets": ["a/left", "a/right"], "spread": "by_target", "single_address": share(single),
            "call_timeout": f"{timeout} s", "retries": retries,
        },),
        exact=taken(held) * (1.0 - failed ** (retries + 1)),
    )  # fmt: skip


HALF_DEAD = [half_dead(), half_dead(timeout=0.0), half_dead(retries=3), half_dead(single=0.25), half_dead(retries=2, single=0.25)]


@pytest.mark.parametrize("case", HALF_DEAD)
def test_each_attempt_holds_its_thread(case: Case, tmp_path: Path) -> None:
    assert agrees(case, tmp_path)


def mended_without(what: str) -> Callable[..., tuple[float, float]]:
    """A request is held for one try of one round, or not at all where it times out."""
    right = attempts.mended

    def wrong(state: Any, good: float, hold: float) -> tuple[float, float]:
        served_share, held = right(state, good, hold)
        failed = 1.0 - attempts.over_addresses(state, good)
        rounds = sum(failed**k for k in range(state.retries + 1))
        if what == "retries":
            held /= rounds
        elif what == "timeout":
            held = hold * state.again * rounds
        elif what == "addresses":
            held /= state.again
        return served_share, held

    return wrong


@pytest.mark.parametrize(
    ("what", "case"), [("retries", half_dead(retries=3)), ("timeout", half_dead()), ("addresses", half_dead(single=0.25))]
)
def test_attempts_that_hold_nothing_fail_it(what: str, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenants, "mended", mended_without(what))
    assert not agrees(case, tmp_path)


# -- load of attempts ----------------------------------------------------------------------------------------------------------------


def small(*, capacity: float, retries: int, single: float) -> Case:
    """The live one of two targets takes C of the demand at most, and is asked for more: it serves C, whatever is tried again.

    Without retries it is asked for (s / 2 + (1 - s)) of the demand, where s have a single address.
    """
    assert capacity < 1.0 - single / 2.0
    return Case(
        components=({"path": "a/left", "rides": "servers", "carries": share(capacity)}, {"path": "a/right", "rides": "racks"}),
        routes=({
            "path": "lb", "targets": ["a/left", "a/right"], "spread": "by_target", "single_address": share(single), "retries": retries,
        },),
        entry="lb", exact=capacity,
    )  # fmt: skip


def large(*, retries: int, single: float) -> Case:
    """With capacity enough, who has a single address fails with probability 1/2 in each round, and nobody else does."""
    return Case(
        components=({"path": "a/left", "rides": "servers"}, {"path": "a/right", "rides": "racks"}),
        routes=({
            "path": "lb", "targets": ["a/left", "a/right"], "spread": "by_target", "single_address": share(single), "retries": retries,
        },),
        entry="lb", exact=1.0 - (single / 2.0) ** (retries + 1),
    )  # fmt: skip


SMALL = [small(capacity=0.4, retries=r, single=s) for r, s in [(0, 1.0), (0, 0.25), (2, 1.0), (2, 0.25), (5, 0.0)]]
LARGE = [large(retries=r, single=s) for r, s in [(0, 1.0), (0, 0.25), (2, 1.0), (2, 0.25), (0, 0.0)]]


@pytest.mark.parametrize("case", [*SMALL, *LARGE])
def test_attempts_make_load_and_find_live_targets(case: Case, tmp_path: Path) -> None:
    assert agrees(case, tmp_path)


@pytest.mark.parametrize("case", [SMALL[2], SMALL[3]])
def test_retries_without_load_fail_it(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenants, "attempts", lambda *_: 1.0)
    assert not agrees(case, tmp_path)


@pytest.mark.parametrize("case", [SMALL[3], LARGE[1], LARGE[3]])
def test_clients_that_know_one_address_each_fail_it(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "over_addresses", lambda _, good: good)
    assert not agrees(case, tmp_path)


# -- what a tier waits for -------------------------------------------------------------------------------------------------------------

FAST, SLOW = 0.3, 0.7
PART = 0.4


def waiting(needs: Any, held: float, answered: float = 1.0) -> Case:
    """`fast` is half dead and fails half of what it gets, `slow` is whole."""
    exposed = {"units": 2, "requires": {"live": {"spread": {"a/gone": "50 %", "a/there": "50 %"}}}}
    return Case(
        components=(
            front(needs), store("fast", FAST, **exposed), store("slow", SLOW), {"path": "a/gone", "rides": "racks"},
            {"path": "a/there", "rides": "servers"},
        ),
        exact=taken(OWN + held) * answered,
    )  # fmt: skip


WAITING = {
    "any_of asks the second for what the first failed": waiting({"any_of": ["fast", "slow"]}, FAST + 0.5 * SLOW),
    "any_of asks nobody after the first that answers": waiting({"any_of": ["slow", "fast"]}, SLOW),
    "at_least waits for the slowest": waiting({"at_least": {"k": 1, "of": ["fast", "slow"]}}, SLOW),
    "at_least all of them too": waiting({"at_least": {"k": 2, "of": ["fast", "slow"]}}, SLOW, 0.5),
    "all_of asks one after the other": waiting({"all_of": ["fast", "slow"]}, FAST + SLOW, 0.5),
    "spread asks one of them": waiting(
        {"spread": {"a/fast": share(PART), "a/slow": share(1 - PART)}}, PART * FAST + (1 - PART) * SLOW, 1.0 - 0.5 * PART
    ),
}


@pytest.mark.parametrize("case", WAITING.values(), ids=WAITING)
def test_a_thread_is_held_as_long_as_its_request_waits(case: Case, tmp_path: Path) -> None:
    assert agrees(case, tmp_path)


def held_wrongly(kind: str) -> Callable[..., float]:
    """Any-of waits for all, or for the first alone; at-least for the quickest, or for one after the other."""
    right = asking.held_by

    def wrong(need: Any, value: Any, hold: Any) -> float:
        times = [right(member, value, hold) for member in need[-1]] if need[0] in {"any_of", "at_least"} else []
        if need[0] == "any_of" and kind in {"all", "first"}:
            return sum(times) if kind == "all" else times[0]
        if need[0] == "at_least" and kind in {"quickest", "one by one"}:
            return min(times) if kind == "quickest" else sum(times)
        return right(need, value, hold)

    return wrong


@pytest.mark.parametrize(
    ("kind", "law"),
    [
        ("all", "any_of asks the second for what the first failed"),
        ("first", "any_of asks the second for what the first failed"),
        ("all", "any_of asks nobody after the first that answers"),
        ("quickest", "at_least waits for the slowest"),
        ("one by one", "at_least waits for the slowest"),
    ],
)
def test_other_waits_fail_it(kind: str, law: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tenants, "held_by", held_wrongly(kind))
    assert not agrees(WAITING[law], tmp_path)
