"""From the elements that a file lists to one of each at every place it stands in, each with the line it comes from."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.model.component import Component, PerDatacenter
from simulator.model.world import Datacenter
from simulator.scenario.document import Document
from simulator.scenario.expanding import ELEMENT_LIMIT, Tree, is_glob, places
from simulator.scenario.findings import Findings, Loc, nearest
from simulator.scenario.problems import quoted

KINDS = {"components": "component", "stations": "station", "stocks": "stock", "routes": "route", "rules": "rule", "events": "event"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """One element of one kind, and where it was written; `original` is its path or name before patterns were expanded."""

    kind: str
    element: Any
    document: Document
    loc: Loc
    original: str
    local: bool = True
    """Written in the scenario itself, and not in a world or tenant that other scenarios share."""
    changed: Mapping[str | int, tuple[Document, Loc]] = field(default_factory=dict)
    """Fields that a change gave another value, and where that value stands."""

    def at(self, where: Loc) -> tuple[Document, Loc]:
        """The file and the place in it of what has the place `where` within the element."""
        for document, loc in (self.changed[key] for key in where[len(self.loc) :][:1] if key in self.changed):
            return document, (*loc, *where[len(self.loc) + 1 :])
        return self.document, where

    @property
    def key(self) -> str:
        """What it is called: its name if it is a rule or an event, else its path."""
        element = self.element
        return str(element.name if self.kind in ("rule", "event") else element.path)

    @property
    def home(self) -> str:
        """The place from which its references are looked up."""
        if self.kind in ("rule", "event"):
            return getattr(self.element, "path", None) or ""
        return self.key.rpartition("/")[0]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The fault domains that things stand in: down to datacenters in a world, roles in a tenant."""

    domains: Tree
    depth: int
    shares: Mapping[str, float]
    rooted: bool = False
    """Whether things may also stand outside of all domains."""


_SAME = 1e-6
"""Units: remainders that differ by less are the same but for rounding of the shares."""


def world_ground(datacenters: Iterable[Datacenter]) -> Ground:
    shares: dict[str, float] = {}
    tree = Tree()
    for datacenter in datacenters:
        region, zone, _ = datacenter.path.split("/")
        for domain in (region, f"{region}/{zone}", datacenter.path):
            tree.add(domain)
            shares[domain] = shares.get(domain, 0.0) + datacenter.share
    return Ground(domains=tree, depth=3, shares=shares)


def tenant_ground(roles: Sequence[str]) -> Ground:
    return Ground(domains=Tree(roles), depth=1, shares={}, rooted=True)


def placed(tree: Any, document: Document, loc: Loc, ground: Ground, findings: Findings, *, local: bool = True) -> list[Placed]:
    """Everything that a description (of a world, an addition, a tenant) lists, at all its places."""
    found: list[Placed] = []
    for key, kind in KINDS.items():
        for i, element in enumerate(getattr(tree, key, ())):
            where = (*loc, key, i)
            name = element.path if kind not in ("rule", "event") else element.name
            one = Placed(kind=kind, element=element, document=document, loc=where, original=name, local=local)
            found += _each(one, ground, findings) if getattr(element, "path", None) is not None else [one]
            if len(found) > ELEMENT_LIMIT:
                fact = f"this file describes more than {ELEMENT_LIMIT:,} components, stations, stocks and rules"
                findings.add(document, where, fact, "Describe many equal things by one component with a count.")
                findings.stop()
    return found


def _each(one: Placed, ground: Ground, findings: Findings) -> list[Placed]:
    pattern = one.element.path
    spots = places(pattern, ground.domains, ground.depth, bare=one.kind == "rule")
    if isinstance(spots, str):
        if ground.rooted and not is_glob(pattern):
            return [one]
        known = list(ground.domains)
        near = nearest(pattern.split("/")[0], [domain for domain in known if "/" not in domain])
        remedy = f"Fault domains are {', '.join(known[:8])}{' and others' if len(known) > 8 else ''}."
        if not spots.startswith("no fault domain"):
            remedy = "Write the name in full, and use patterns for fault domains only."
        elif not is_glob(pattern) and near and near != pattern.split("/")[0]:
            remedy = f"Did you mean {quoted(near)}? {remedy}"
        findings.add(one.document, (*one.loc, "path"), f"{quoted(pattern)} stands nowhere: {spots}", remedy)
        return []
    if one.kind == "rule":
        return [_rule_at(one, domain, name, many=is_glob(pattern)) for domain, name in spots]
    units = _shared(one, spots, ground)
    each = []
    for (domain, name), count in zip(spots, units, strict=True):
        updates = {"path": f"{domain}/{name}"} | ({} if count is None else {"units": count})
        each.append(replace(one, element=one.element.model_copy(update=updates)))
    return each


def _rule_at(one: Placed, domain: str, name: str, *, many: bool) -> Placed:
    path = f"{domain}/{name}" if name else domain
    updates = {"path": path} | ({"name": f"{path}/{one.element.name}"} if many else {})
    return replace(one, element=one.element.model_copy(update=updates))


def _shared(one: Placed, spots: list[tuple[str, str]], ground: Ground) -> Sequence[float | None]:
    """Units of each place, where the file gives those of the whole region: by share, whole ones by largest remainder.

    Where places with the same remainder would have to be told apart by their names, each gets the same part of a unit.
    """
    if not isinstance(one.element, Component) or not isinstance(one.element.units, PerDatacenter):
        return [None] * len(spots)
    total = one.element.units.spread
    quotas = [total * ground.shares[domain] for domain, _ in spots]
    if total != int(total):
        return quotas
    counts = [float(math.floor(quota + 1e-9)) for quota in quotas]
    # By region, so that what one region holds does not depend on which others the pattern names.
    for region in dict.fromkeys(domain.split("/")[0] for domain, _ in spots):
        mine = [i for i, (domain, _) in enumerate(spots) if domain.split("/")[0] == region]
        left = round(sum(quotas[i] for i in mine)) - int(sum(counts[i] for i in mine))
        last = sorted((quotas[i] - counts[i] for i in mine), reverse=True)[left - 1] if left > 0 else math.inf
        first = [i for i in mine if quotas[i] - counts[i] > last + _SAME]
        alike = [i for i in mine if abs(quotas[i] - counts[i] - last) <= _SAME]
        for i in first:
            counts[i] += 1.0
        for i in alike:
            counts[i] += (left - len(first)) / len(alike)
    return counts
