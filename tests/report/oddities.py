"""Comparisons and runs at the edges of what can be drawn, and names that a stranger may give."""

from dataclasses import replace

from simulator.engine.trace import Trace
from simulator.ensemble.results import Comparison, EventMark, Impairment, RunResult
from simulator.measures.curves import Steps, steps
from tests.report import invented

HOSTILE = [
    "$\\frac{$",
    "[/b]",
    "<script>alert(1)</script>",
    "]]>-->",
    "a\nb\x00\x1b[31m\u202e",
    "停電 ⚡ \U0001f4a5",
    "W" * 300,
    "many words " * 60,
]


def many_events(count: int) -> tuple[EventMark, ...]:
    return tuple(EventMark(name=f"event-{i}", summary=f"the {i}th thing that happened", seconds=600.0 + 61.0 * i) for i in range(count))


def lasting(comparison: Comparison, factor: float) -> Comparison:
    bands = {key: replace(band, seconds=tuple(t * factor for t in band.seconds)) for key, band in comparison.bands.items()}
    lanes = [
        Impairment(
            component=lane.component,
            down=steps([(t * factor, v) for t, v in zip(lane.down.times, lane.down.values, strict=True)], end=lane.down.end * factor),
        )
        for lane in comparison.timeline
    ]
    events = tuple(replace(event, seconds=event.seconds * factor) for event in comparison.events)
    origin = replace(comparison.origin, horizon_seconds=comparison.origin.horizon_seconds * factor)
    return replace(comparison, bands=bands, timeline=tuple(lanes), events=events, origin=origin)


def undefined(comparison: Comparison) -> Comparison:
    gone = tuple([float("nan")] * 721)
    return replace(comparison, bands={key: replace(band, p05=gone, p50=gone, p95=gone) for key, band in comparison.bands.items()})


def variants() -> dict[str, Comparison]:
    usual = invented.comparison()
    return {
        "usual": usual,
        "one architecture": invented.comparison(invented.ARCHITECTURES[:1]),
        "odd number": invented.comparison(invented.ARCHITECTURES[:5]),
        "no events": replace(usual, events=()),
        "one event": replace(usual, events=usual.events[:1]),
        "forty events": replace(usual, events=many_events(40)),
        "three hundred events": replace(usual, events=many_events(300)),
        "nothing at all": replace(usual, bands={}, rows=(), timeline=(), events=()),
        "own objectives": replace(usual, objective=None),
        "a year": lasting(usual, 365.0),
        "a thousand years": lasting(usual, 365_250.0),
        "four minutes": lasting(usual, 1 / 365.0),
        "undefined": undefined(usual),
        "hit only": replace(usual, rows=tuple(row for row in usual.rows if row.placement == "hit")),
        "average only": replace(
            usual,
            rows=tuple(row for row in usual.rows if row.placement == "average"),
            bands={key: band for key, band in usual.bands.items() if key[1] == "average"},
        ),
        "always down": replace(usual, rows=tuple(replace(row, open_at_horizon=1.0) for row in usual.rows)),
        **{f"named {i}": invented.named(usual, text) for i, text in enumerate(HOSTILE)},
    }


VARIANTS = variants()


def still(run: RunResult) -> RunResult:
    return replace(run, outages=(), curve=Steps(times=(0.0,), values=(1.0,), end=invented.HORIZON), trace=Trace(horizon=invented.HORIZON))


RUNS = {
    "usual": invented.run(),
    "never down": still(invented.run()),
    "open": replace(invented.run(), open_at_horizon=True, data_loss_minutes=12.0, case="average", placement={}),
    **{
        f"named {i}": replace(
            invented.run(),
            architecture=text,
            placement={text: text},
            origin=replace(invented.ORIGIN, scenario=text),
        )
        for i, text in enumerate(HOSTILE)
    },
}
