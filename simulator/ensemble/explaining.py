"""Why an outage began and why it lasted: chains of causes put into words, each hop with its mechanism."""

from collections.abc import Callable
from typing import Any

from simulator.engine.names import rule_owner, scoped
from simulator.ensemble.carrying import carried_on
from simulator.ensemble.results import Explanation, RunResult, Told
from simulator.measures.causes import Hop, begin_chain, chain, end_chain
from simulator.measures.curves import SLACK
from simulator.model.component import Hazard, lives
from simulator.model.requirement import AnyOf
from simulator.model.station import InOrder
from simulator.model.world import Scenario, Tenant

_LONG = 300.0
"""A wait in a queue of more seconds than this wants a reason."""


def explained(scenario: Scenario, tenant: Tenant, run: RunResult) -> Explanation:
    """Both chains of a run, told from the root event to the tenant; of an outage that is open at the horizon, as it ends later."""
    mechanisms, summaries = _known(scenario, tenant, run.label)
    mechanisms = {owner: name for owner, name in mechanisms.items() if name not in run.origin.without}
    fallbacks = _fallbacks(scenario)
    queues = {s.path for s in scenario.world.stations if isinstance(s.discipline, InOrder)}

    def told(hop: Hop, run: RunResult) -> list[Told]:
        said = Told(seconds=hop.time, text=_text(hop, run, summaries), mechanism=_mechanism(hop, mechanisms), hop=hop)
        if hop.change == "stops_serving":
            return [*_meanwhile(hop, fallbacks.get(hop.owner, ()), run, mechanisms, summaries), said]
        if hop.change == "leaves" and hop.waited >= _LONG and _station(hop) in queues:
            return [*_behind(hop, run, mechanisms), said]
        return [said]

    longer = carried_on(scenario, tenant, run)
    began = [one for hop in begin_chain(run.trace, run.label, run.objective) for one in told(hop, run)]
    ended = [one for hop in end_chain(longer.trace, run.label, run.objective, scenario.horizon) for one in told(hop, longer)]
    return Explanation(run=run, began=tuple(began), ended=tuple(ended))


def _fallbacks(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Component -> what it could have lived on instead: the members of its any_of."""
    found: dict[str, tuple[str, ...]] = {}
    for component in scenario.world.components:
        for need in lives(component):
            if isinstance(need, AnyOf):
                found[component.path] = tuple(
                    c for m in need.any_of if isinstance(m, str) for c in scoped(m, component.path)
                )
    return found


def _behind(hop: Hop, run: RunResult, mechanisms: dict[str, str]) -> list[Told]:
    """Whose work stood before it in a queue: the time between two departures belongs to the job that leaves."""
    station, until = _station(hop), hop.time
    since = last = until - hop.waited
    ahead: dict[str, float] = {}
    for time, change, owner, _, _, detail in run.trace.records:
        if change == "leaves" and isinstance(detail, tuple) and detail[1] == station and since < time < until:
            ahead[owner] = ahead.get(owner, 0.0) + time - last
            last = time
    told = []
    for owner, span in sorted(ahead.items(), key=lambda pair: -pair[1]):
        if span >= _LONG and span >= 0.1 * hop.waited:
            text = f"meanwhile {station} works {_span(span)} for {owner}"
            told.append(Told(seconds=since, text=text, mechanism=mechanisms.get(owner), hop=hop))
    return told


def _meanwhile(
    hop: Hop, fallbacks: tuple[str, ...], run: RunResult, mechanisms: dict[str, str], summaries: dict[str, str]
) -> list[Told]:
    """What else had failed by then, and would have kept the component alive: a single chain of causes does not show it."""
    told = []
    for owner in fallbacks:
        faults = [i for i, r in enumerate(run.trace.records[: hop.index]) if r[2] == owner and r[1] in {"fails", "repaired"}]
        if not faults or run.trace.records[faults[-1]][1] == "repaired":
            continue
        reason = chain(run.trace, faults[-1])
        if reason[0].owner in {h.owner for h in chain(run.trace, hop.index)}:
            continue
        text = f"meanwhile {owner} had failed: {summaries.get(reason[0].owner, reason[0].owner)}"
        told.append(Told(seconds=reason[-1].time, text=text, mechanism=mechanisms.get(reason[0].owner), hop=reason[-1]))
    return told


def _known(scenario: Scenario, tenant: Tenant, label: str) -> tuple[dict[str, str], dict[str, str]]:
    """Owner -> mechanism, and owner -> summary, of everything that can appear in a chain."""
    mechanisms: dict[str, str] = {}
    summaries: dict[str, str] = {}

    def note(owner: str, element: Any) -> None:
        if element.mechanism:
            mechanisms[owner] = element.mechanism
        if element.summary:
            summaries[owner] = element.summary

    world = scenario.world
    hazards = {c.path: c.failure.hazard.mechanism for c in world.components if isinstance(c.failure, Hazard) and c.failure.hazard.mechanism}
    mechanisms |= {_failing(path): name for path, name in hazards.items()}
    for own in tenant.components:
        ridden = [name for path, name in hazards.items() if own.rides is not None and f"/{path}".endswith(f"/{own.rides}")]
        mechanisms |= {_failing(f"{label}/{own.path}"): name for name in ridden}
    elements: list[Any] = [*world.components, *world.stations, *world.stocks]
    for element in elements:
        note(element.path, element)
    for rule in (*world.rules, *scenario.rules):
        note(rule_owner(rule), rule)
    for event in scenario.events:
        note(event.name, event)
    owned: list[Any] = [*tenant.components, *tenant.stations, *tenant.routes]
    for own in owned:
        note(f"{label}/{own.path}", own)
    for rule in tenant.rules:
        note(f"{label}/{rule_owner(rule)}", rule)
    for route in tenant.routes:
        if route.fail_safe is not None and route.fail_safe.mechanism:
            mechanisms[f"{label}/{route.path}"] = route.fail_safe.mechanism
    return mechanisms, summaries


def _mechanism(hop: Hop, mechanisms: dict[str, str]) -> str | None:
    if hop.change in {"enters", "leaves", "takes"} and isinstance(hop.detail, tuple):
        return mechanisms.get(str(hop.detail[1]))
    if hop.change == "fails" and hop.detail is not None:  # it has failed by itself: what an event or a rule fails has no unit named
        return mechanisms.get(_failing(hop.owner), mechanisms.get(hop.owner))
    return mechanisms.get(hop.owner)


def _failing(owner: str) -> str:
    """What stands for a component as something that fails by itself."""
    return f"{owner} fails"


def first_causes(scenario: Scenario, tenant: Tenant, label: str) -> Callable[[Hop], str]:
    """What puts the first hop of a chain into words, as an explanation begins with it."""
    _, summaries = _known(scenario, tenant, label)
    return lambda hop: _plain(hop, label, tenant.name, summaries)


def _plain(hop: Hop, label: str, name: str, summaries: dict[str, str]) -> str:
    owner = hop.owner.replace(label + "/", f"{name}: ")
    words = _WORDS.get(hop.change)
    if hop.change in {"event", "rule"} and hop.owner in summaries:
        return f"{owner}: {summaries[hop.owner]}"
    return f"{owner}: {hop.change}" if words is None else words(hop, owner)


def _text(hop: Hop, run: RunResult, summaries: dict[str, str]) -> str:
    text = _plain(hop, run.label, run.architecture, summaries)
    if hop.owner == run.label:
        text = f"{run.architecture} serves {100 * hop.amount:.1f} % of its demand{_groups(hop, run)}"
    text += _concerned(hop, run)
    if hop.waited >= 1.0 and hop.change != "served":
        text += f" (after {_span(hop.waited)})"
    if hop.repeats > 1:
        text += f", {hop.repeats} times"
    return text


def _groups(hop: Hop, run: RunResult) -> str:
    """What each group of the users gets whose share changed at that instant."""
    label = f"{run.label}:"
    now = {r[2]: r[3] for r in run.trace.records if r[0] == hop.time and r[1] == "served" and r[2].startswith(label)}
    alike: dict[str, list[str]] = {}
    for owner, served in now.items():
        alike.setdefault(f"{100 * served:.1f} %", []).append(owner.removeprefix(label))
    told = ", ".join(f"{', '.join(names[:-1])}{' and ' * (len(names) > 1)}{names[-1]} {share}" for share, names in alike.items())
    return f"; {told} of theirs" if told and list(alike) != [f"{100 * hop.amount:.1f} %"] else ""


def _concerned(hop: Hop, run: RunResult) -> str:
    """The share of a component's units to which the same happens at that instant; nothing of what is one."""
    units = run.trace.units.get(hop.owner, 0.0)
    if hop.change not in {"fails", "down", "impaired", "up", "lost"} or units <= 1.0:
        return ""
    share = hop.amount
    # A fault from outside strikes a share, a hazard one unit after the other.
    if hop.change != "fails" or hop.detail is not None:
        share = sum(r[3] for r in run.trace.records if r[:3] == (hop.time, hop.change, hop.owner)) / units
    return ", all its units" if share >= 1.0 - SLACK else f", {100 * share:.3g} % of its units" if share > 0 else ""


def _span(seconds: float) -> str:
    """A span as people say it: two units at the most."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _station(hop: Hop) -> str:
    return str(hop.detail[1]) if isinstance(hop.detail, tuple) else "a station"


_WORDS: dict[str, Callable[[Hop, str], str]] = {
    "event": lambda _, owner: owner,
    "rule": lambda _, owner: owner,
    "fails": lambda _, owner: f"{owner} fails",
    "repaired": lambda _, owner: f"{owner} is repaired",
    "starts": lambda _, owner: f"{owner} is switched on",
    "stops": lambda _, owner: f"{owner} is switched off",
    "stops_serving": lambda hop, owner: f"{owner} serves {100 * hop.amount:.0f} %",
    "serves": lambda _, owner: f"{owner} serves again",
    "level": lambda hop, owner: f"{owner} {hop.detail} to {hop.amount:g}",
    "down": lambda hop, owner: f"{owner} goes down" if hop.amount else f"{owner} goes down again before it was back",
    "restored": lambda _, owner: f"{owner} has back what it hung on",
    "enters": lambda hop, owner: f"{owner} queues at {_station(hop)}",
    "leaves": lambda hop, owner: f"{owner} is through {_station(hop)}",
    "takes": lambda hop, owner: f"{owner} gets what it waited for from {hop.detail[1] if isinstance(hop.detail, tuple) else 'a stock'}",
    "impaired": lambda _, owner: f"{owner} is handed back impaired",
    "up": lambda _, owner: f"{owner} is up",
    "lost": lambda _, owner: f"{owner} never comes back",
    "rotation": lambda hop, owner: f"{owner} takes dead units out of rotation; {100 * hop.amount:.0f} % of the calls still meet dead ones",
    "withdrawn": lambda hop, owner: f"{owner} is left by clients at {hop.detail}",
    "readmitted": lambda hop, owner: f"{owner} is used again at {hop.detail}",
    "freezes": lambda _, owner: f"{owner} freezes: too much has vanished at once",
    "thaws": lambda _, owner: f"{owner} is released by people",
    "switched": lambda hop, owner: f"{owner} sends everything to {hop.detail}",
    "gives_up": lambda _, owner: f"a job at {owner} gives up",
    "writes_lost": lambda hop, owner: f"{owner} loses the writes of {_span(hop.amount)}",
}
