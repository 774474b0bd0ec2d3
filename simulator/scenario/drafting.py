"""A scenario on its way from text to description: its files read, its numbers set, its elements placed and switched."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulator.scenario import catalogue
from simulator.scenario.checking import check_datacenters
from simulator.scenario.document import Document
from simulator.scenario.expanding import ELEMENT_LIMIT
from simulator.scenario.files import incident_file, world_file
from simulator.scenario.findings import Findings, Loc, meant, nearest
from simulator.scenario.lineage import numbers_of, read
from simulator.scenario.numbers import AS_WRITTEN, Numbers, mentioned
from simulator.scenario.placing import Ground, Placed, placed, world_ground
from simulator.scenario.problems import quoted
from simulator.scenario.ranges import Vary
from simulator.scenario.skipping import Off, switched_off
from simulator.scenario.switching import Applied, Change, applied, without_tagged
from simulator.scenario.wording import judged


@dataclass(kw_only=True)
class Draft:
    """A scenario on its way from text to description."""

    document: Document
    folder: Path
    world_document: Document
    world_loc: Loc
    findings: Findings
    numbers: Numbers
    without: Collection[str]
    with_: Collection[str]
    catalogue: Path | None
    set_: Mapping[str, Any] = field(default_factory=dict)
    beside: Collection[str | Path] = ()
    """Architectures that run in it, whose numbers may be given other values too."""
    incident: Any = None
    world: Any = None
    everything: list[Placed] = field(default_factory=list)
    off: Off | None = None
    """What is left out because its mechanism is off."""
    switches: dict[str, list[Any]] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    """Names of numbers that something in these files stands for."""

    @property
    def inline(self) -> bool:
        """Whether the scenario brings its world along."""
        return self.world_loc != ()

    @property
    def resolved(self) -> bool:
        """Whether this is what `show` prints: its numbers are on record, and nothing stands for them any more."""
        return self.inline and not mentioned(self.document.value, aside=AS_WRITTEN)


def begun(
    document: Document,
    folder: Path,
    findings: Findings,
    *,
    vary: Vary | None,
    without: Collection[str],
    with_: Collection[str],
    set_: Mapping[str, Any],
    beside: Collection[str | Path],
    root: Path | None,
) -> Draft:
    """The files read and the numbers known."""
    raw: Any = document.value
    numbers = Numbers(findings, vary)
    draft = Draft(
        document=document, folder=folder, world_document=document, world_loc=("world",), findings=findings, numbers=numbers,
        without=tuple(dict.fromkeys(without)), with_=tuple(dict.fromkeys(with_)), catalogue=root, set_=set_, beside=beside,
    )  # fmt: skip
    if isinstance(raw.get("world"), str):
        found = catalogue.refer(raw["world"], "world", folder, catalogue=root)
        if isinstance(found, tuple):
            findings.add(document, ("world",), *found)
            # Without its world hardly a name of the file means anything; its own form can still be judged.
            draft.incident = judged(incident_file(), raw, document, Findings())
            findings.stop()
        else:
            draft.world_document, draft.world_loc = read(found), ()
            numbers.declare(draft.world_document, ("numbers",), _at(draft.world_document.value, "numbers"))
    for name in _at(raw, "numbers") or {}:
        if name in numbers:
            remedy = "Put it under 'set' to give it another value, or give it another name."
            findings.add(document, ("numbers", name), f"the world has a number {quoted(name)} already", remedy, key=True)
    numbers.declare(document, ("numbers",), _at(raw, "numbers"))
    draft.mentioned = mentioned(raw) | mentioned(draft.world_document.value)
    return draft


def _at(raw: Any, key: str) -> Any:
    return raw[key] if isinstance(raw, dict) and isinstance(raw.get(key), dict) else None


def numbers_of_probes(draft: Draft) -> set[str]:
    """Names of the numbers that the files of the scenario's probes declare."""
    raw: Any = draft.document.value
    named = [word for word in raw.get("probes", ()) if isinstance(word, str)] if isinstance(raw.get("probes"), list) else []
    found = [catalogue.refer(word, "tenant", draft.folder, catalogue=draft.catalogue) for word in named]
    return {name for path in found if isinstance(path, Path) for name in numbers_of(path, draft.catalogue)}


def _numbers_of_tenants(draft: Draft) -> set[str]:
    paths = [catalogue.find(word, "architecture", catalogue=draft.catalogue) for word in draft.beside]
    return numbers_of_probes(draft) | {name for path in paths for name in numbers_of(path, draft.catalogue)}


def override(draft: Draft, vary: Vary | None) -> None:
    """Other values for numbers: the scenario's own, those of what is switched, and those of the command."""
    raw: Any = draft.document.value
    numbers, document, findings = draft.numbers, draft.document, draft.findings
    numbers.override(document, ("set",), raw.get("set"))
    _check_written_in(draft, ("set",), raw.get("set"))
    for option, key, words in (("without", "mechanisms", draft.without), ("with", "mitigations", draft.with_)):
        listed = raw.get(key) if isinstance(raw.get(key), list) else []
        known = {body["name"]: i for i, body in enumerate(listed) if isinstance(body, dict) and isinstance(body.get("name"), str)}
        for word in words:
            if word not in known:
                fact = f"the scenario has no {key[:-1]} {quoted(word)} to switch {'off' if option == 'without' else 'on'}"
                findings.add(document, (key,), fact, meant(word, known, f"Its {key} are"), key=True)
                continue
            other = listed[known[word]].get("set")
            if other and draft.resolved:
                refuse_resolved(draft)
            numbers.override(document, (key, known[word], "set"), other)
            _check_written_in(draft, (key, known[word], "set"), other)
    set_ = draft.set_
    elsewhere = sorted(_numbers_of_tenants(draft)) if any(name not in numbers for name in set_) else ()
    numbers.override(document, (), set_, elsewhere)
    _check_written_in(draft, (), set_)
    if draft.resolved and (any(name in numbers for name in set_) or (vary is not None and numbers.ranges())):
        refuse_resolved(draft)


def _check_written_in(draft: Draft, loc: Loc, names: object) -> None:
    """Tells of numbers of a world that `show` has printed: nothing in it stands for them any more."""
    stated: Any = draft.world_document.value
    if draft.inline or not isinstance(names, Mapping) or mentioned(stated):
        return
    used = mentioned(draft.document.value, aside=AS_WRITTEN)
    for name in names:
        if name in (_at(stated, "numbers") or {}) and name not in used:
            fact = f"this world is a resolved one: its number {quoted(name)} is written in, and setting it would change nothing"
            draft.findings.add(draft.document, (*loc, name), fact, "Build on the file that it was resolved from.", key=True)


def refuse_resolved(draft: Draft) -> None:
    fact = "this is a resolved scenario: its numbers are written in, and setting one would change nothing"
    draft.findings.add(draft.document, ("world",), fact, "Set numbers on the file that it was resolved from.", key=True)
    draft.findings.stop()


def judge(draft: Draft) -> None:
    """Both files against their descriptions; all problems of form are told together."""
    draft.incident = judged(incident_file(), draft.numbers.filled(draft.document), draft.document, draft.findings)
    if draft.inline:
        draft.world = draft.incident.world if draft.incident is not None else None
    else:
        world = draft.world_document
        draft.world = judged(world_file(), draft.numbers.filled(world), world, draft.findings)
    draft.findings.stop()


def place(draft: Draft) -> None:
    """Everything at its places, and what is switched off or on left out, changed or added."""
    findings, incident = draft.findings, draft.incident
    if not check_datacenters(draft.world.datacenters, draft.world_document, draft.world_loc, findings):
        findings.stop()
    ground = world_ground(draft.world.datacenters)
    of_world = placed(draft.world, draft.world_document, draft.world_loc, ground, findings, local=False)
    then = Change(remove=incident.remove, change=incident.change, add=None, document=draft.document, loc=())
    everything = applied(of_world, then, ground, findings).everything
    everything += placed(incident.add, draft.document, ("add",), ground, findings)
    everything += placed(incident, draft.document, (), ground, findings)
    if len(everything) > ELEMENT_LIMIT:
        fact = f"the scenario describes more than {ELEMENT_LIMIT:,} components, stations, stocks and rules"
        findings.add(draft.document, (), fact, "Describe many equal things by one component with a count.")
        findings.stop()
    draft.everything = _switched(draft, everything, ground)


def _switched(draft: Draft, everything: list[Placed], ground: Ground) -> list[Placed]:
    """What is left and what is new. Every switch is tried, so that a mistake in one that is not used is told too."""
    for one in everything:
        if one.local or "mechanism" in one.changed:
            _check_tag(draft, one)
    now = without_tagged(everything, draft.without)
    draft.off = switched_off(everything, now, ground.domains)
    tries: list[tuple[str, Any, Applied]] = []
    for key, chosen in (("mechanisms", draft.without), ("mitigations", draft.with_)):
        for i, switch in enumerate(getattr(draft.incident, key)):
            _check_switch(draft, key, i, switch)
            loc = (key, i)
            change = Change(remove=switch.remove, change=switch.change, add=switch.add, document=draft.document, loc=loc)
            tried = applied(everything, change, ground, draft.findings)
            tries.append((key, switch, tried))
            if switch.name in chosen:
                now = applied(now, tried.among(now, switch.add, draft.document, loc), ground, draft.findings).everything
    keys = {one.key for one in now}
    for key, switch, tried in tries:
        done = switch.name in (draft.without if key == "mechanisms" else draft.with_)
        draft.switches.setdefault(key, []).append(tried.recorded(switch, keys, done=done))
    return now


def _check_tag(draft: Draft, one: Placed) -> None:
    """Tells of a mechanism that the scenario does not list."""
    tag, names = one.element.mechanism, [mechanism.name for mechanism in draft.incident.mechanisms]
    if tag is None or tag in names:
        return
    fact, remedy = f"there is no mechanism {quoted(tag)}", meant(tag, names, "Mechanisms are")
    if nearest(tag, names) is None:
        remedy += " A new one is listed under 'mechanisms'."
    if tag in [mitigation.name for mitigation in draft.incident.mitigations]:
        fact, remedy = f"{quoted(tag)} is a mitigation, and no mechanism", "Put what it brings under its 'add', and leave the tag out."
    draft.findings.add(*one.at((*one.loc, "mechanism")), fact, remedy)


def _check_switch(draft: Draft, key: str, i: int, switch: Any) -> None:
    if any(switch.name == other.name for other in getattr(draft.incident, key)[:i]):
        fact = f"the name {quoted(switch.name)} stands twice among the {key}"
        draft.findings.add(draft.document, (key, i, "name"), fact, "Give each a name of its own.")
    # Beside what is switched or set already, a value that is not used may be impossible without being wrong.
    known = [word for word in switch.set if word in draft.numbers] if draft.without or draft.with_ or draft.set_ else ()
    draft.numbers.tried(draft.document, (key, i, "set"), {word: value for word, value in switch.set.items() if word not in known})
