"""What a replication may take: it stops at a limit with the place that spends it, and goes on where more is allowed."""

import shlex
import time
from pathlib import Path
from typing import Any

import pytest

from simulator import api
from simulator.engine import budget
from tests.cli.invoking import azsim
from tests.theory.scenarios import exponential, tenant_of, tree_of, written

DESK, ROOM = "north/desk", "north/zone-1/dc-1"


def scenario(folder: Path, **parts: Any) -> tuple[str, str]:
    """A world with a desk, an event that is nothing much, and one unit that serves."""
    defaults: dict[str, Any] = {
        "components": [{"path": f"{ROOM}/hosts", "units": 10}],
        "stations": [{"path": DESK, "discipline": {"unlimited": {}}}],
        "events": [{"name": "begin", "at": "1 s", "do": {"submit": {"station": DESK, "work": "1 s"}}}],
    }
    incident = written(folder, "incident", tree_of(**(defaults | parts)))
    app = written(folder, "app", tenant_of(components=[{"path": "a/front", "units": 1, "rides": "hosts"}], enters="a/front"))
    return str(incident), str(app)


def line_of(path: str, text: str) -> int:
    """The line of a file that begins an element with this text."""
    return next(n for n, line in enumerate(Path(path).read_text().splitlines(), 1) if text in line)


TICKING = {"name": "tick", "when": {"every": "1 ms"}, "do": {"submit": {"station": DESK, "work": "1 ms"}}}


def test_a_rule_that_acts_every_millisecond_is_named_with_its_line(tmp_path: Path) -> None:
    incident, app = scenario(tmp_path, rules=[TICKING])
    done = azsim("run", incident, "--architecture", app, "--max-events", "20000")
    assert done.exit_code == 2
    assert f"incident.yaml:{line_of(incident, 'name: tick')}:" in done.stderr
    assert "the limit of 20,000 events is reached" in done.stderr
    assert "of 12 h, most of them at '" in done.stderr
    assert "--max-events 200000" in done.stderr


def test_where_more_is_allowed_it_goes_on(tmp_path: Path) -> None:
    incident, app = scenario(tmp_path, rules=[TICKING], horizon="10 s")
    few = azsim("compare", incident, app, "--replications", "1", "--max-events", "1000")
    assert few.exit_code == 2
    assert azsim("compare", incident, app, "--replications", "1", "--max-events", "100000").exit_code == 0


def test_a_limit_holds_for_each_replication_and_not_for_all_together(tmp_path: Path) -> None:
    incident, app = scenario(tmp_path, rules=[TICKING], horizon="2 s")
    with api.limits(max_events=10_000):
        assert api.compare(incident, app, replications=20).replications == 20


def test_a_thousand_million_jobs_at_once_are_refused_at_once(tmp_path: Path) -> None:
    event = {"name": "flood", "at": "1 min", "do": {"submit": {"station": DESK, "work": "1 s", "units": 1_000_000_000}}}
    incident, app = scenario(tmp_path, events=[event])
    began = time.monotonic()
    done = azsim("run", incident, "--architecture", app)
    assert time.monotonic() - began < 5
    assert done.exit_code == 2
    assert f"incident.yaml:{line_of(incident, 'path: north/desk')}:" in done.stderr
    assert "1,000,000,000 jobs at once are more than the limit of 10,000,000 events" in done.stderr


def test_a_fleet_that_fails_for_a_thousand_years_stops_with_its_name(tmp_path: Path) -> None:
    fleet = {
        "path": f"{ROOM}/disks", "units": 100_000, "failure": {"after": {"law": exponential(3600.0)}},
        "recovery": [{"wait": {"for": "1 h"}}],
    }  # fmt: skip
    incident, app = scenario(tmp_path, horizon="365000 d", components=[{"path": f"{ROOM}/hosts", "units": 10}, fleet])
    done = azsim("run", incident, "--architecture", app, "--max-events", "50000")
    assert done.exit_code == 2
    assert "most of them at 'north/zone-1/dc-1/disks'" in done.stderr
    assert f"incident.yaml:{line_of(incident, 'disks')}:" in done.stderr


def test_memory_has_a_limit_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "memory", lambda: 600_000_000)
    incident, app = scenario(tmp_path, rules=[TICKING])
    done = azsim("run", incident, "--architecture", app, "--max-memory", "500 MB")
    assert done.exit_code == 2
    assert "the memory limit of 500 MB is reached" in done.stderr
    assert azsim("run", incident, "--architecture", app, "--max-memory", "1 GB", "--max-events", "100").exit_code == 2


def test_the_memory_of_a_process_is_known_here() -> None:
    assert 20_000_000 < budget.memory() < 100_000_000_000


def test_workers_keep_to_the_limits_too(tmp_path: Path) -> None:
    from simulator.ensemble.working import _ready, packed
    from tests.ensemble.counting import Counting

    with api.limits(max_events=123):
        sent = packed(Counting())
    assert _ready(sent)[1].events == 123


LOOP = [
    {"name": "off", "when": {"up": f"{ROOM}/pump"}, "do": {"stop": f"{ROOM}/pump"}},
    {"name": "on", "when": {"down": f"{ROOM}/pump"}, "do": {"start": f"{ROOM}/pump"}},
]


def test_rules_that_undo_each_other_are_refused_with_their_line(tmp_path: Path) -> None:
    incident, app = scenario(
        tmp_path, rules=LOOP, components=[{"path": f"{ROOM}/hosts", "units": 10}, {"path": f"{ROOM}/pump"}],
        events=[{"name": "begin", "at": "1 h", "do": {"stop": f"{ROOM}/pump"}}],
    )  # fmt: skip
    done = azsim("run", incident, "--architecture", app)
    assert done.exit_code == 2
    line = line_of(incident, "name: 'on'")
    assert f"incident.yaml:{line}:" in done.stderr
    assert "an endless loop at one instant, 1 h after the start: rule 'on' -> 'off' -> 'on'" in done.stderr
    assert "Let one of them act 'after' some time, or at most 'once'." in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        "--replications 99999999999999999999", "--replications 0", "--replications 1e3", "--strata 1000000", "--seed -1", "--workers 0",
        "--max-events 0", "--max-memory 5", "--max-memory 5kB", "--scheduler banana", "--scheduler http://a:1", "--resume",
        "--journal no-such.sqlite --resume",
    ],
)  # fmt: skip
def test_absurd_options_are_refused_at_once(options: str) -> None:
    began = time.monotonic()
    done = azsim("compare", "zone-power-interruption", "single-zone", *shlex.split(options))
    assert done.exit_code == 2
    assert time.monotonic() - began < 5
    assert not Path("no-such.sqlite").exists()


def test_want_of_memory_is_no_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def wanting(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("simulator.api.run", wanting)
    done = azsim("run", "zone-power-interruption")
    assert done.exit_code == 2
    assert done.stderr.startswith("azsim: there is not enough memory; ")


LONG = "a" * 5000


@pytest.mark.parametrize(
    "line",
    [
        f"run {LONG}", f"run {LONG}.yaml",
        f"run zone-power-interruption --architecture {LONG}", f"run zone-power-interruption --tenant {LONG}",
        f"check {LONG}", f"show {LONG}", f"check {LONG}/{LONG}", f"explain zone-power-interruption --without {LONG}",
        f"run zone-power-interruption --out {LONG}", f"run zone-power-interruption --trace {LONG}", f"matrix {LONG}",
        f"population zone-power-interruption --population {LONG}", f"whatif zone-power-interruption --tenant {LONG}",
        f"compare zone-power-interruption single-zone --journal {LONG}", f"{LONG}", f"run zone-power-interruption --set {LONG}=1",
    ],
)  # fmt: skip
def test_a_name_of_five_thousand_characters_is_refused_and_not_repeated(line: str) -> None:
    done = azsim(*shlex.split(line))
    assert done.exit_code == 2
    assert len(done.stderr) < 2000
