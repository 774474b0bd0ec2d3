"""Names of the world that a tenant's part uses without standing in a role: they have to mean the same from each of its zones."""

from __future__ import annotations

from typing import Any

from simulator.model.component import Component
from simulator.model.route import Route
from simulator.model.words import words_of
from simulator.model.world import RoleGroup
from simulator.scenario.expanding import ROOMY, Space
from simulator.scenario.findings import Findings
from simulator.scenario.placing import Placed
from simulator.scenario.problems import quoted

_KINDS = ("component", "stock", "station", ROOMY)


def check_roles(
    together: list[tuple[Placed, Any]], placement: tuple[RoleGroup, ...], own: Space, world: Space, findings: Findings
) -> None:  # fmt: skip
    """Add a finding for each name that means different things in the zones that a part of a tenant may see the world from."""
    zones = {role: _zones(group, n, world) for group in placement for n, role in enumerate(group.roles)}
    targets = {element.path: element.targets for _, element in together if isinstance(element, Route)}
    for one, element in together:
        path = str(getattr(element, "path", None) or "")
        seen = _roles_seen(path, targets, zones)
        if path.partition("/")[0] in zones or len(seen) < 2:
            continue
        places = list(dict.fromkeys(zone for role in seen for zone in zones[role]))
        for word in dict.fromkeys(words_of(element.model_dump(mode="json", exclude={"path", "name", "summary", "basis", "targets"}))):
            if own.resolve(word, path, (*_KINDS, "route")):
                continue
            ridden = isinstance(element, Component) and word == element.rides
            if ridden and element.lives_in == "any_zone":
                continue
            meant = {_meaning(word, zone, world, inside=ridden) for zone in places}
            if len(meant) > 1:
                fact = f"{quoted(path or one.original)} stands in no role, and {quoted(word)} means another thing in each of its zones"
                remedy = f"Put it in a role, as in '{seen[0]}/{path or one.original}', or write the full path of what it means."
                findings.add(*one.at(one.loc), fact, remedy)


def _zones(group: RoleGroup, n: int, world: Space) -> list[str]:
    """The zones that a role may get."""
    return [group.fixed[n]] if group.fixed is not None and n < len(group.fixed) else world.domains.matches(f"{group.region}/*")


def _roles_seen(path: str, targets: dict[str, tuple[str, ...]], zones: dict[str, list[str]]) -> list[str]:
    """The roles from which a part sees the world: of a route those of its targets, of anything else all."""
    seen, left = {path: None}, [path]
    while left:
        for target in targets.get(left.pop(), ()):
            if target not in seen:
                seen[target] = None
                left.append(target)
    return [role for role in zones if any(one.partition("/")[0] == role for one in seen)] or list(zones)


def _meaning(word: str, zone: str, world: Space, *, inside: bool) -> tuple[str, ...]:
    """What a name means in a zone, or in its datacenters."""
    places = world.domains.matches(f"{zone}/*") if inside else [zone]
    return tuple(dict.fromkeys(path for place in places for path in world.resolve(word, place, ("component",) if inside else _KINDS)))
