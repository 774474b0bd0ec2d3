"""Variants of a scenario: with mitigations on or mechanisms off, and who rides in it then, deployed as that says."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.model.world import Scenario, Tenant
from simulator.scenario import building, catalogue
from simulator.scenario.choosing import chosen, file_of
from simulator.scenario.problems import ScenarioError


@dataclass(kw_only=True, frozen=True)
class Variant:
    """A scenario with some mitigations on, the tenant as it is then deployed, and the architectures with its users."""

    scenario: Scenario
    tenant: Tenant
    architectures: tuple[Tenant, ...]


@dataclass(kw_only=True, frozen=True)
class Variants:
    """A scenario as it was, and how to load it with mitigations on, by their names; which architectures its world has no place for."""

    was: Variant
    load: Callable[[tuple[str, ...]], Variant]
    left_out: tuple[str, ...]


def variants(
    source: str | Path, tenant: str | Path, architectures: Sequence[str | Path] = (), *, without: Collection[str] = (),
    numbers: Mapping[str, Any] | None = None,
) -> Variants:  # fmt: skip
    """Variants of one scenario for one tenant, a probe of it or any other; with all architectures of the catalogue when none is named.

    ScenarioError, here and when a variant is loaded, carries every problem of its files.
    """
    named: list[str | Path] = list(architectures) or [entry.name for entry in catalogue.entries("architecture")]
    file = _file(source, tenant)
    beside: list[str | Path] = [*named, *([] if file is None else [file])]
    switches: dict[str, Any] = {"without": tuple(without), "set_": dict(numbers or {})}

    def load(mitigations: tuple[str, ...], names: Sequence[str | Path]) -> Variant:
        scenario = building.load(source, with_=mitigations, beside=beside, **switches)
        # Whose users they are does not change when a mitigation deploys the tenant otherwise.
        own = chosen(tenant, scenario, **switches)
        users = own if file is None else file
        others = tuple(building.load_tenant(name, scenario, application=users, **switches) for name in names)
        building.check_distinct(names, others)
        return Variant(scenario=scenario, tenant=own, architectures=others)

    was = load((), [])
    able = named if architectures else [name for name in named if _has_place(name, was.scenario)]
    return Variants(
        was=load((), able), load=lambda mitigations: load(mitigations, able), left_out=tuple(str(n) for n in named if n not in able)
    )


def _has_place(architecture: str | Path, scenario: Scenario) -> bool:
    """Whether the world has the regions and the components that an architecture of the catalogue is made for."""
    try:
        building.load_tenant(architecture, scenario)
    except ScenarioError:
        return False
    return True


def _file(source: str | Path, tenant: str | Path) -> Path | None:
    """The file that says what a tenant's application is like: beside the scenario, in the catalogue, or where it is named."""
    beside = catalogue.refer(str(tenant), "tenant", catalogue.find(source, "incident").parent)
    return beside if isinstance(beside, Path) else file_of(tenant)


def riding(
    source: str | Path, *, architecture: str | Path | None, tenant: str | Path | None, without: Collection[str] = (),
    with_: Collection[str] = (), numbers: Mapping[str, Any] | None = None,
) -> Callable[[tuple[str, ...]], tuple[Scenario, Tenant]]:  # fmt: skip
    """How to load one scenario with mechanisms off, by their names, and the one architecture or tenant that rides in it."""
    word = architecture if tenant is None else tenant
    assert word is not None
    set_ = dict(numbers or {})

    def load(off: tuple[str, ...]) -> tuple[Scenario, Tenant]:
        gone = (*without, *off)
        scenario = building.load(
            source, without=gone, with_=tuple(with_), set_=set_, beside=[] if tenant is not None and file_of(tenant) is None else [word]
        )
        if tenant is None:
            return scenario, building.load_tenant(word, scenario, without=gone, set_=set_)
        return scenario, chosen(word, scenario, without=gone, set_=set_)

    return load
