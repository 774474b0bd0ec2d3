"""Chains of causes: nothing before its cause, the event without which there is no loss at the beginning, spans as the instants differ."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import api
from simulator.engine.level_causes import LevelCauses
from simulator.ensemble.results import Explanation, Told
from tests.laws.causal_worlds import KINDS, ROOT, Link, Tree, app, causal
from tests.theory.scenarios import written

LINKS = st.tuples(st.sampled_from(KINDS), st.integers(1, 40), st.integers(0, 11))
DECOYS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([59.0, 60.0, 60.5, 63.0, 75.0, 90.0])), max_size=3)


def explained(folder: Path, tree: Tree, last: int) -> Explanation:
    written(folder, "app", app(last))
    return api.explain(written(folder, "causal", tree), folder / "app.yaml")


def spelt(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 10:
        hours, minutes = divmod(minutes, 60)
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return " ".join([f"{minutes} min"] * (minutes > 0) + [f"{rest} s"] * (rest > 0 or not minutes))


def check(chain: Sequence[Told], records: Sequence[Any]) -> None:
    """Each hop is the cause of the next and not after it, with the span between them, also as it is printed."""
    hops = [told.hop for told in chain if not told.text.startswith("meanwhile")]
    assert hops[0].waited == 0.0
    assert records[hops[0].index][4] == -1
    for before, hop in pairwise(hops):
        assert before.index < hop.index
        assert before.time <= hop.time
        if before.repeats == hop.repeats == 1:
            assert records[hop.index][4] == before.index
            assert hop.waited == hop.time - before.time == records[hop.index][0] - records[before.index][0]
    for told in chain:
        if told.hop.waited >= 1.0 and told.hop.change != "served" and not told.text.startswith("meanwhile"):
            assert f"(after {spelt(told.hop.waited)})" in told.text


def root_of(chain: Sequence[Told]) -> tuple[str, str, float]:
    return chain[0].hop.change, chain[0].hop.owner, chain[0].hop.time


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links=st.lists(LINKS, min_size=1, max_size=4), decoys=DECOYS, hours=st.sampled_from([3.0, 9.0]))
def test_the_root_is_the_event_without_which_nothing_is_lost(
    tmp_path: Path, links: list[Link], decoys: list[tuple[int, float]], hours: float
) -> None:
    found = explained(tmp_path, causal(links, decoys=decoys, hours=hours), len(links))
    without = explained(tmp_path, causal(links, decoys=decoys, hours=hours, root=False), len(links))
    assert not without.run.outages
    assert without.began == ()
    for chain in (found.began, found.ended):
        if chain:
            check(chain, found.run.trace.records)
            assert root_of(chain) == ("event", ROOT, 3600.0)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_link_leads_from_the_users_to_the_event(tmp_path: Path, kind: str, number: int) -> None:
    """So that the property does not hold because nothing happens: whatever else comes and goes before, at, and after that instant."""
    decoys = [(0, 57.0), (0, 60.0), (0, 69.0), (0, 81.0)]
    found = explained(tmp_path, causal([(kind, 20, number), (kind, 7, number)], decoys=decoys), 2)
    check(found.began, found.run.trace.records)
    assert root_of(found.began) == ("event", ROOT, 3600.0)
    assert not any("idle" in told.text for told in found.began)


def test_to_name_what_a_level_heard_of_last_would_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = [-1]
    flowing = LevelCauses.flowing

    def hear(self: LevelCauses, cause: int) -> Any:
        heard.append(cause)
        return flowing(self, cause)

    monkeypatch.setattr(LevelCauses, "flowing", hear)
    monkeypatch.setattr(LevelCauses, "record", lambda *_, **__: heard[-1])
    found = explained(tmp_path, causal([("drains", 20, 3)], decoys=[(0, 69.0)]), 1)
    assert root_of(found.began) != ("event", ROOT, 3600.0)
