"""How much of a cohort a fault takes, who is struck by two causes, and when a rule acts: `commits` and `once`."""

from collections.abc import Callable, Sequence
from math import floor
from pathlib import Path
from typing import Any

import pytest

from simulator.engine import effects
from simulator.engine.latches import LatchState
from simulator.engine.replay import replay
from simulator.engine.trace import Trace
from tests.theory.measuring import mean_of, spans_down
from tests.theory.scenarios import plan_of, replayed, tree_of, written

ROOM = "north/zone-1/dc-1"
FLEET = f"{ROOM}/fleet"


def moved(trace: Trace, change: str, owner: str = FLEET) -> float:
    """Units that went down, or came up."""
    return sum(r[3] for r in trace.records if r[1] == change and r[2] == owner)


# -- a share that fails ------------------------------------------------------------------------------------------------------------------

SHARES = (0.001, 0.04, 0.05, 0.14, 0.149, 0.15, 0.151, 0.25, 0.349, 0.35, 0.5, 0.949, 0.95, 0.96, 1.0)
BATCHES = 10


def failing(folder: Path, share: float, *, hangs: bool = False) -> Trace:
    """A tenth of a hundred units moves at a time; a fault of this share begins, and ends. `hangs`: it strikes a thousand feeds that the
    units hang on."""
    fleet: dict[str, Any] = {"path": FLEET, "units": 100, "batches": BATCHES}
    feeds = {"path": f"{ROOM}/feeds", "units": 1000, "batches": 1000}
    if hangs:
        fleet["requires"] = {"latching": {"on": "feeds"}}
    target = feeds["path"] if hangs else FLEET
    fault = {"name": "fault", "at": "1 min", "do": {"fail": {"target": target, "share": f"{100 * share!r} %", "for": "10 min"}}}
    return replayed(written(folder, "failing", tree_of(components=[fleet, feeds] if hangs else [fleet], events=[fault])))


def struck(share: float) -> float:
    """Units in the whole batches next to a share of the fleet: half a batch counts as one."""
    return 100 / BATCHES * floor(BATCHES * share + 0.5 + 1e-9)


@pytest.mark.parametrize("share", SHARES)
def test_a_share_fails_in_whole_batches_and_never_in_none(share: float, tmp_path: Path) -> None:
    trace = failing(tmp_path, share)
    assert moved(trace, "down") == pytest.approx(max(100 / BATCHES, struck(share)))
    assert moved(trace, "up") == moved(trace, "down")


@pytest.mark.parametrize("share", SHARES)
def test_who_hangs_on_a_share_that_fails_goes_down_in_the_batches_next_to_it(share: float, tmp_path: Path) -> None:
    """Whoever loses less than half a batch's part loses nothing."""
    trace = failing(tmp_path, share, hangs=True)
    assert moved(trace, "down") == pytest.approx(struck(share))
    assert moved(trace, "up") == moved(trace, "down")


@pytest.mark.parametrize(
    "wrong", [lambda share, n: int(share * n), lambda share, n: int(share * n + 0.5), lambda share, n: int(share * n + 0.999)]
)
def test_a_share_rounded_otherwise_is_noticed(wrong: Callable[[float, int], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down, to the next without at least one, and up."""
    monkeypatch.setattr(effects, "_held", wrong)
    found = [moved(failing(tmp_path, share), "down") for share in SHARES]
    assert found != pytest.approx([max(100 / BATCHES, struck(share)) for share in SHARES])


# -- two causes, and more ----------------------------------------------------------------------------------------------------------------

LOST = (0.3, 0.4, 0.5)
"""Which share of each of three feeds fails."""


def struck_by(folder: Path, feeds: Sequence[int]) -> list[float]:
    """Which share of a fleet that hangs on all three goes down when these feeds fail, replication by replication."""
    needs = [{"latching": {"on": f"feed-{n}"}} for n in range(len(LOST))]
    components = [{"path": FLEET, "units": 1000, "batches": 100, "requires": needs}]
    components += [{"path": f"{ROOM}/feed-{n}", "units": 10} for n in range(len(LOST))]
    events = [
        {"name": f"fault-{n}", "at": f"{n + 1} min", "do": {"fail": {"target": f"{ROOM}/feed-{n}", "share": f"{100 * LOST[n]!r} %"}}}
        for n in feeds
    ]
    plan = plan_of(written(folder, "fleet", tree_of(components=components, events=events, horizon="1 h")))
    return [moved(replay(plan, seed=7, replication=n), "down") / 1000 for n in range(400)]


def either(feeds: Sequence[int]) -> float:
    """P[any of these strikes a unit], when they have nothing to do with each other."""
    kept = 1.0
    for n in feeds:
        kept *= 1.0 - LOST[n]
    return 1.0 - kept


def overlap_variance(a: float, b: float, batches: int = 100) -> float:
    """Of the share that both of two causes strike: whole numbers of batches each, drawn without putting back (hypergeometric)."""
    return a * b * (1 - a) * (1 - b) / (batches - 1)


PAIRS = [(0, 1), (1, 2), (0, 2)]


@pytest.mark.parametrize("feeds", [*PAIRS, (0, 1, 2)])
def test_causes_strike_independently(feeds: tuple[int, ...], tmp_path: Path) -> None:
    shares = struck_by(tmp_path, feeds)
    found = mean_of(shares)
    assert found.relative < 0.003
    assert found.agrees(either(feeds))
    if len(feeds) == 2:
        a, b = (LOST[n] for n in feeds)
        assert mean_of((share - either(feeds)) ** 2 for share in shares).agrees(overlap_variance(a, b))


def test_one_cause_strikes_its_share_whatever_is_drawn(tmp_path: Path) -> None:
    for n, lost in enumerate(LOST):
        assert struck_by(tmp_path, [n]) == pytest.approx([lost] * 400)


def _never(_: LatchState) -> None:
    """Every cause strikes the units in the same order."""


def _alike(self: LatchState) -> None:
    """All further causes strike in one drawn order, that of the first."""
    self._ordered = "latch"
    draw(self)


draw = LatchState._draw_order


@pytest.mark.parametrize(("wrong", "feeds"), [(_never, (0, 1)), (_never, (1, 2)), (_alike, (1, 2))])
def test_causes_that_strike_the_same_units_are_noticed(
    wrong: Callable[..., None], feeds: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(LatchState, "_draw_order", wrong)
    assert not mean_of(struck_by(tmp_path, feeds)).agrees(either(feeds))


# -- rules -------------------------------------------------------------------------------------------------------------------------------

AFTER, LASTS = 300.0, 60.0
"""Seconds from the condition to the deed; and how long what the rule breaks is broken."""
Spans = list[tuple[float, float]]


def acted(folder: Path, faults: Spans, **rule: Any) -> Spans:
    """When `broken` was down: a rule fails it a while after `lamp` has gone out."""
    components = [{"path": f"{ROOM}/{name}"} for name in ("lamp", "broken")]
    events = [
        {"name": f"out-{n}", "at": f"{start!r} s", "do": {"fail": {"target": f"{ROOM}/lamp", "for": f"{end - start!r} s"}}}
        for n, (start, end) in enumerate(faults)
    ]
    acting = {
        "name": "acting", "when": {"down": f"{ROOM}/lamp"}, "after": f"{AFTER!r} s",
        "do": {"fail": {"target": f"{ROOM}/broken", "for": f"{LASTS!r} s"}}, **rule,
    }  # fmt: skip
    return spans_down(replayed(written(folder, "rule", tree_of(components=components, events=events, rules=[acting]))), f"{ROOM}/broken")


def deeds(*starts: float) -> Spans:
    return [(start + AFTER, start + AFTER + LASTS) for start in starts]


SHORT: Spans = [(600.0, 700.0)]
LONG: Spans = [(600.0, 1800.0)]
AGAIN: Spans = [(600.0, 700.0), (800.0, 1800.0)]
TWICE: Spans = [(600.0, 1800.0), (3600.0, 4800.0)]


def test_a_condition_that_ends_during_the_delay_cancels_the_rule_unless_it_commits(tmp_path: Path) -> None:
    for commits in (False, True):
        assert acted(tmp_path, LONG, commits=commits) == deeds(600.0)
    assert acted(tmp_path, SHORT) == []
    assert acted(tmp_path, SHORT, commits=True) == deeds(600.0)
    assert acted(tmp_path, AGAIN) == deeds(800.0)
    assert acted(tmp_path, AGAIN, commits=True) == deeds(600.0)


def test_a_rule_acts_each_time_its_condition_begins_or_once(tmp_path: Path) -> None:
    assert acted(tmp_path, TWICE) == deeds(600.0, 3600.0)
    assert acted(tmp_path, TWICE, once=True) == deeds(600.0)
    # What was cancelled has not been done.
    assert acted(tmp_path, AGAIN, once=True) == deeds(800.0)
    assert acted(tmp_path, [*SHORT, *TWICE[1:]], once=True, commits=True) == deeds(600.0)


def test_once_is_once_for_what_comes_again_and_again(tmp_path: Path) -> None:
    often = {"when": {"every": "1 h"}, "after": "0 s"}
    assert [start for start, _ in acted(tmp_path, [], **often)] == [3600.0 * n for n in range(1, 12)]
    assert [start for start, _ in acted(tmp_path, [], once=True, **often)] == [3600.0]
