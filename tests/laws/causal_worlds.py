"""Small worlds in which one event is the cause of all, by a chain of links of any kind; and events that are nobody's cause."""

from collections.abc import Sequence
from typing import Any

from tests.theory.scenarios import tenant_of, tree_of

ROOT = "root"
PLACE = "north"
Tree = dict[str, Any]
Link = tuple[str, int, int]
"""(kind, minutes that it takes, a number that varies it)."""


def node(k: int) -> str:
    return f"{PLACE}/n{k}"


def causal(links: Sequence[Link], *, hours: float = 9.0, decoys: Sequence[tuple[int, float]] = (), root: bool = True) -> Tree:
    """An incident in which `root` fails n0 after an hour, for so many hours, and what that leads to.

    Link k leads from the loss of `n(k)` to that of `n(k + 1)`. A decoy (k, minute) fails `idle(k)`, on which nothing depends, although
    conditions read it; it comes and goes. `root=False` leaves out the one event that is the cause.
    """
    parts: dict[str, list[Tree]] = {"components": [_returning(node(0), units=10)], "stocks": [], "rules": [], "stations": []}
    for k, link in enumerate(links):
        for kind, elements in _link(link, k).items():
            parts[kind] += elements
    parts["components"] += [_returning(f"{PLACE}/idle{k}") for k in range(len(links))]
    events: list[Tree] = []
    if root:
        events.append({"name": ROOT, "at": "1 h", "do": {"fail": {"target": node(0), "for": f"{hours} h"}}})
    for n, (k, minute) in enumerate(decoys):
        fail = {"target": f"{PLACE}/idle{k % len(links)}", "for": "7 min"}
        events.append({"name": f"decoy-{n}", "at": f"{minute} min", "do": {"fail": fail}})
    mechanisms = [{"name": "wear", "summary": "what fails by itself"}]
    return tree_of(horizon="30 h", events=events, mechanisms=mechanisms, **parts)


def app(last: int) -> Tree:
    return tenant_of(enters="front", components=[{"path": "front", "requires": {"live": node(last)}}])


def _returning(path: str, **more: Any) -> Tree:
    return {"path": path, "recovery": [{"wait": {"for": "3 min"}}], **more}


def _link(link: Link, k: int) -> dict[str, list[Tree]]:
    kind, minutes, number = link
    return _LINKS[kind](node(k), node(k + 1), f"{PLACE}/idle{k}", minutes, number)


def _while(lost: str, idle: str, number: int) -> Tree:
    """The same condition, said in several ways, with something in it that changes and does not matter."""
    return (
        {"down": lost},
        {"served_below": {"of": lost, "level": "50 %"}},
        {"any": [{"down": lost}, {"all": [{"down": idle}, {"down": lost}]}]},
        {"not": {"all": [{"up": lost}, {"any": [{"up": lost}, {"down": idle}]}]}},
    )[number % 4]


def _needs(lost: str, new: str, *_: Any) -> dict[str, list[Tree]]:
    return {"components": [{"path": new, "requires": {"live": lost}}]}


def _latches(lost: str, new: str, _: str, minutes: int, __: int) -> dict[str, list[Tree]]:
    return {"components": [_returning(new, units=8, requires={"latching": {"on": lost, "restore": f"{minutes} min"}})]}


def _drains(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    """Two drains at once, one of them a trifle that runs from the start against a charger that is as strong."""
    leak = [{"steady": {"per_second": -0.01}}, {"steady": {"per_second": 0.01}}] if number % 3 == 0 else []
    # A trifle drains while something else is down that does not matter.
    other = [{"steady": {"per_second": -0.001, "while": {"down": idle}}}] if number % 2 else []
    flows = [*leak, *other, {"steady": {"per_second": -1, "while": _while(lost, idle, number)}}]
    return {"stocks": [{"path": f"{new}-charge", "capacity": f"{minutes} min", "flows": flows}], **_needs(f"{new}-charge", new)}


def _is_charged_no_more(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    """What drains it drains from the start; its charger stops."""
    flows = [{"steady": {"per_second": -1}}, {"steady": {"per_second": 1 + number % 2, "while": {"not": _while(lost, idle, number)}}}]
    return {"stocks": [{"path": f"{new}-charge", "capacity": f"{minutes} min", "flows": flows}], **_needs(f"{new}-charge", new)}


def _heats(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    """Cooling holds it at 80 of 100 degrees below the limit; without, it goes towards none, and at 40 a rule switches off."""
    flows = [
        {"relax": {"toward": 0, "over": f"{minutes} min", "while": _while(lost, idle, number)}},
        {"relax": {"toward": 80, "over": "5 min", "while": {"not": _while(lost, idle, number)}}},
    ]
    trip = {"name": f"{new}-trips", "when": {"level_below": {"of": f"{new}-room", "level": 40}}, "do": {"fail": {"target": new}}}
    mend = {"name": f"{new}-is-reset", "when": {"not": trip["when"]}, "do": {"repair": new}}
    return {
        "stocks": [{"path": f"{new}-room", "capacity": 100, "level": 80, "flows": flows}], "rules": [trip, mend],
        "components": [_returning(new)],
    }  # fmt: skip


def _leaks(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    """Each batch has a level of its own."""
    flows = [{"steady": {"per_second": -1, "while": _while(lost, idle, number)}}]
    flows += [{"steady": {"per_second": 60, "while": {"not": _while(lost, idle, number)}}}]
    stock = {"path": f"{new}-memory", "each": new, "capacity": f"{minutes} min", "flows": flows}
    return {"components": [_returning(new, units=4)], "stocks": [stock]}


def _follows_by_rule(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    when = _while(lost, idle, number)
    rules = [
        {"name": f"{new}-fails", "when": when, "after": f"{minutes} min", "do": {"fail": {"target": new}}},
        {"name": f"{new}-is-mended", "when": {"not": when}, "do": {"repair": new}},
    ]
    return {"components": [_returning(new)], "rules": rules}


def _is_exposed(lost: str, new: str, idle: str, minutes: int, number: int) -> dict[str, list[Tree]]:
    """A hazard that acts while the other is down: a failure every so many minutes."""
    hazard = {"rate": f"{60 / minutes}/h", "while": _while(lost, idle, number), "mechanism": "wear"}
    return {"components": [{"path": new, "units": 1, "failure": {"hazard": hazard}, "recovery": [{"until": {"up": lost}}]}]}


def _misses_its_counterpart(lost: str, new: str, _: str, minutes: int, __: int) -> dict[str, list[Tree]]:
    hazard = {"rate": f"{60 / minutes}/h", "without": lost, "mechanism": "wear"}
    return {"components": [{"path": new, "units": 1, "failure": {"hazard": hazard}, "recovery": [{"until": {"up": lost}}]}]}


def _is_overworked(lost: str, new: str, _: str, minutes: int, __: int) -> dict[str, list[Tree]]:
    """What goes down with the other looks for a place for hours, and this fails by that work."""
    latch = {"latching": {"on": lost, "at_loss": True}}
    visit = {"visit": {"station": f"{new}-search", "work": "20 h"}}
    hazard = {"rate": f"{20 / minutes}/h", "driven_by": f"{new}-search", "mechanism": "wear"}
    return {
        "components": [
            {"path": f"{new}-seekers", "units": 3, "requires": latch, "recovery": [visit]},
            {"path": new, "units": 1, "failure": {"hazard": hazard}, "recovery": [{"until": {"up": lost}}]},
        ],
        "stations": [{"path": f"{new}-search", "discipline": {"unlimited": {}}}],
    }  # fmt: skip


_LINKS = {
    "needs": _needs, "latches": _latches, "drains": _drains, "is charged no more": _is_charged_no_more, "heats": _heats, "leaks": _leaks,
    "follows by rule": _follows_by_rule, "is exposed": _is_exposed, "misses its counterpart": _misses_its_counterpart,
    "is overworked": _is_overworked,
}  # fmt: skip
KINDS = tuple(_LINKS)

