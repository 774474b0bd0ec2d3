"""Reading observations: what they measure, what they expect in which unit, and the names they use."""

from collections.abc import Collection, Mapping
from typing import Any

from simulator.model import measure as model
from simulator.model import measured
from simulator.model.measure import unit_of
from simulator.model.observation import Observation
from simulator.model.world import TenantRecord
from simulator.scenario.bounding import parts
from simulator.scenario.checking import check_parts, expected
from simulator.scenario.document import Document
from simulator.scenario.findings import Findings, Loc, fact_and_remedy, meant
from simulator.scenario.problems import quoted
from simulator.scenario.referring import Rewriter, Times

_COMPARED = ("given", "fitted", "emergent", "control")


def observed(
    observations: tuple[Observation, ...], document: Document, rewriter: Rewriter, findings: Findings, names: Mapping[str, Any]
) -> tuple[Observation, ...]:
    """The observations with full paths and times. `names` holds what may be named (sources, mechanisms, numbers, probes) and the times."""
    lines: dict[str, int] = {}
    found = []
    for i, one in enumerate(observations):
        loc: Loc = ("observations", i)
        if one.id in lines:
            fact = f"the observation {quoted(one.id)} stands on line {lines[one.id]} already"
            findings.add(document, (*loc, "id"), fact, "Give each observation an id of its own.")
        lines.setdefault(one.id, document.mark(loc).line)
        full = rewriter.rewritten(one, document, loc, "")
        check_parts(full, document, loc, findings, names["sources"])
        _check_names(full, document, loc, findings, names)
        _check_role(full, document, loc, findings)
        found.append(_with_expected(full, document, loc, names["times"], findings))
    _check_same(observations, document, findings)
    return tuple(found)


def _check_same(observations: tuple[Observation, ...], document: Document, findings: Findings) -> None:
    """Who reads the range of another observation names one that stands for itself."""
    others = {one.id: one for one in observations}
    for i, one in enumerate(observations):
        if one.same_as is None:
            continue
        loc: Loc = ("observations", i, "same_as")
        other = others.get(one.same_as)
        if other is None:
            remedy = meant(one.same_as, others, "Observations are")
            findings.add(document, loc, f"there is no observation {quoted(one.same_as)}", remedy)
        elif other is one:
            findings.add(document, loc, f"the observation {quoted(one.id)} names itself", "Name another observation, or leave it out.")
        elif other.same_as is not None:
            remedy = f"Name the one that is counted, here {quoted(other.same_as)}."
            findings.add(document, loc, f"the observation {quoted(other.id)} is itself counted with another", remedy)
        elif "not_modelled" in (one.role, other.role):
            findings.add(document, loc, "what is not modelled has no range to share", "Leave it out.")


def recorded(
    record: tuple[TenantRecord, ...], document: Document, rewriter: Rewriter, findings: Findings, names: Mapping[str, Any]
) -> tuple[TenantRecord, ...]:
    """What is on record about tenants, with full times."""
    found = []
    for i, one in enumerate(record):
        loc: Loc = ("record", i)
        _check_tenant(one, document, loc, findings, names["probes"])
        full = rewriter.rewritten(one, document, loc, "")
        check_parts(full, document, loc, findings, names["sources"])
        _check_span(full, document, loc, findings, names["times"])
        found.append(full)
    return tuple(found)


def _check_span(one: TenantRecord, document: Document, loc: Loc, findings: Findings, times: Times) -> None:
    try:
        ends = [times.seconds(end) for end in (one.since, one.until) if end is not None]
    except ValueError:
        return
    if ends != sorted(ends):
        findings.add(document, (*loc, "until"), f"the outage ends at {one.until}, before it begins", "Write a later end.")


def _check_names(one: Observation, document: Document, loc: Loc, findings: Findings, names: Mapping[str, Any]) -> None:
    for part, where in parts(one, loc):
        for key, kind in (("without", "mechanism"), ("with", "mitigation")):
            known: Collection[str] = names[f"{kind}s"]
            words = getattr(part, "with_" if key == "with" else key, ()) if isinstance(part, Observation | model.Relation) else ()
            for j, word in enumerate(words):
                if word not in known:
                    remedy = meant(word, known, f"{kind.title()}s are")
                    findings.add(document, (*where, key, j), f"there is no {kind} {quoted(word)}", remedy)
        if isinstance(part, measured.OfTenant):
            _check_tenant(part, document, where, findings, names["probes"])
        if isinstance(part, measured.OfWindow | measured.Beside):
            _check_window(part, document, where, findings, names["times"])
    for word in one.given:
        if word not in names["numbers"]:
            remedy = meant(word, names["numbers"])
            findings.add(document, (*loc, "given", word), f"there is no number {quoted(word)}", remedy, key=True)


def _check_tenant(
    part: measured.OfTenant | TenantRecord, document: Document, loc: Loc, findings: Findings, probes: Mapping[str, Collection[str]]
) -> None:
    if part.tenant not in probes:
        findings.add(document, (*loc, "tenant"), f"there is no probe {quoted(part.tenant)}", meant(part.tenant, probes, "Probes are"))
    elif part.group is not None and part.group not in (groups := probes[part.tenant]):
        fact = f"the tenant {quoted(part.tenant)} has no group {quoted(part.group)}"
        findings.add(document, (*loc, "group"), fact, meant(part.group, groups, "Its groups are"))


def _check_window(part: measured.OfWindow | measured.Beside, document: Document, loc: Loc, findings: Findings, times: Times) -> None:
    if part.since is None or part.until is None:
        return
    try:
        since, until = times.seconds(part.since), times.seconds(part.until)
    except ValueError:
        return
    if since >= until:
        remedy = "Write a later end, or an earlier start."
        findings.add(document, (*loc, "until"), f"the window ends at {part.until}, not after its start at {part.since}", remedy)


def _check_role(one: Observation, document: Document, loc: Loc, findings: Findings) -> None:
    if one.measure is None:
        if one.role != "not_modelled":
            remedy = "Add a measure, or write 'role: not_modelled'."
            findings.add(document, loc, f"the observation {quoted(one.id)} has no measure", remedy)
    elif one.expect is None and one.role in _COMPARED and unit_of(one.measure) != "holds":
        remedy = "Add 'expect: [LOWEST, HIGHEST]'."
        findings.add(document, loc, f"the observation {quoted(one.id)} expects nothing, and its role is to be compared", remedy)


def _with_expected(one: Observation, document: Document, loc: Loc, times: Times, findings: Findings) -> Observation:
    if one.expect is None or one.measure is None:
        return one
    unit = unit_of(one.measure)
    amounts, written = [], []
    for j, end in enumerate(one.expect):
        try:
            amount, full = expected(end, unit, times)
        except ValueError as error:
            remedy = fact_and_remedy(str(error))[1]
            what = {"holds": "whether something holds", "number": "a plain number", "clock": "a clock time"}.get(unit, f"a {unit}")
            findings.add(document, (*loc, "expect", j), f"its measure is {what}, and {quoted(str(end))} is not", remedy)
            return one
        amounts.append(amount)
        written.append(full)
    if amounts[0] > amounts[1]:
        findings.add(document, (*loc, "expect"), "the lowest expected value is above the highest", "Write the lowest first.")
    return one.model_copy(update={"expect": tuple(written)})
