"""The picture of a population: nothing covers anything, all classes are named, and odd results are drawn too."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulator.ensemble.population_results import PopulationResult, PopulationRow, Toll
from simulator.ensemble.results import Band
from simulator.report.population_picture import population_sheet, write_population_picture
from simulator.report.style import look
from tests.report import invented
from tests.report.oddities import HOSTILE, many_events
from tests.report.reading import collisions, said

LEVELS = {"p05": 0.2, "p25": 0.6, "p50": 1.0, "p75": 1.5, "p95": 4.0}


def even(value: float) -> invented.Estimate:
    return invented.estimate(np.array([value * 0.9, value, value * 1.1]))


def row(name: str | None, ever: float, outage: float | None, share: float = 0.2) -> PopulationRow:
    levels = None if outage is None else {level: even(outage * k) for level, k in LEVELS.items()}
    toll = Toll(
        down_ever=even(ever), down_peak=even(ever), users_ever=even(ever), users_peak=even(ever), outage_of_down=levels,
        outage_of_all={level: even(0.0) for level in ("p50", "p90", "p99")}, served_minutes_per_user=even(1400.0),
        lost_minutes_per_user=even(40.0), open_at_horizon=even(0.0),
    )  # fmt: skip
    return PopulationRow(name=name, summary="", share=share, share_of_users=share, sample_tenants=200, sample_users=2e6, toll=toll)


def band(peak: float) -> Band:
    seconds = tuple(float(s) for s in range(0, 86_400, 120))
    middle = tuple(peak if 3600 <= s < 20_000 else 0.0 for s in seconds)
    return Band(seconds=seconds, p05=tuple(v / 2 for v in middle), p50=middle, p95=tuple(min(1.0, v * 1.4) for v in middle), mean=middle)


USUAL = PopulationResult(
    origin=invented.ORIGIN, summary="A storm.", population="town", population_summary="all of them", objective=0.95, replications=50,
    rows=(
        row(None, 0.17, 200.0, 1.0), row("one-server", 0.11, 240.0), row("two-zone-managed", 0.25, 4.2), row("two-region", 0.13, 1.7),
        row("spared", 0.0, None),
    ),
    shares_as_written={}, tenants_down=band(0.17), users_down=band(0.36), events=many_events(3),
)  # fmt: skip
VARIANTS = {
    "usual": USUAL,
    "nobody": replace(USUAL, rows=(row(None, 0.0, None), row("a", 0.0, None)), tenants_down=band(0.0), users_down=band(0.0)),
    "everybody": replace(USUAL, rows=(row(None, 0.9, 1e5), row("a", 0.9, 1e5)), tenants_down=band(1.0), users_down=band(1.0)),
    "moments": replace(USUAL, rows=(row(None, 0.001, 0.01), row("a", 0.001, 0.01)), tenants_down=band(0.001), users_down=band(0.002)),
    "one class": replace(USUAL, rows=(row(None, 0.1, 60.0),)),
    "many classes": replace(USUAL, rows=tuple(row(f"class-{i}", i / 30, 10.0 * i + 1) for i in range(20))),
    "no such tenants": replace(USUAL, rows=(row(None, 0.1, 60.0), replace(row("none", 0.0, None), sample_tenants=0, toll=None))),
    "no events": replace(USUAL, events=()),
    "hostile": replace(
        USUAL, summary=HOSTILE[7], population=HOSTILE[6], rows=tuple(row(name, 0.1 * i, 60.0) for i, name in enumerate(HOSTILE)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_covers_anything(name: str) -> None:
    with look("test"):
        sheet = population_sheet(VARIANTS[name])
        assert collisions(sheet) == []


def test_what_has_no_tenants_has_no_figures() -> None:
    with look("test"):
        texts = said(population_sheet(VARIANTS["no such tenants"]))
    assert texts.count("10 %") == 1
    assert "0 %" not in texts[texts.index("none") :]


def test_one_tenant_is_one() -> None:
    alone = replace(USUAL, rows=(replace(USUAL.rows[0], sample_tenants=1),))
    with look("test"):
        texts = said(population_sheet(alone))
    assert any(text.startswith("A sample of 1 tenant, deployed") for text in texts)
    assert "tenants below 95 %, median" in texts


def test_every_class_is_named_with_its_figures() -> None:
    with look("test"):
        texts = said(population_sheet(USUAL))
    assert {"all tenants", "one-server", "two-zone-managed", "spared", "none", "4 h", "25 %", "20 % of all tenants"} <= set(texts)
    assert any("town" in text for text in texts)


@pytest.mark.parametrize("peak", [0.0, 0.001, 0.0071, 0.05, 0.143, 0.36, 0.72, 1.0])
def test_the_axis_holds_what_is_drawn(peak: float) -> None:
    with look("test"):
        sheet = population_sheet(replace(USUAL, tenants_down=band(peak / 2), users_down=band(peak)))
        (top,) = [axes.get_ylim()[1] for axes in sheet.figure.axes if axes.get_ylabel()]
    assert min(1.0, peak * 1.4) <= top < 1.1


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_population_picture(USUAL, tmp_path / "a")]
    second = [path.read_bytes() for path in write_population_picture(USUAL, tmp_path / "b")]
    assert first == second
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["population.png", "population.svg"]
    assert first[0][:4] == b"\x89PNG"
