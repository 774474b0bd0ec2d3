"""Reading observations: what they measure, what they expect in which unit, and the names they use."""

from collections.abc import Collection, Mapping
from typing import Any

from simulator.model import observation
from simulator.model.observation import Observation
from simulator.model.quantities import Frozen
from simulator.scenario.bounding import parts
from simulator.scenario.checking import check_parts, expected, unit_of
from simulator.scenario.document import Document
from simulator.scenario.findings import Findings, Loc, fact_and_remedy, meant
from simulator.scenario.problems import quoted
from simulator.scenario.referring import Rewriter, Times
from simulator.scenario.wording import judged

_COMPARED = ("given", "fitted", "emergent", "control")


class _Inner(Frozen):
    of: observation.Measure


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
        inner = _with_inner(one, document, loc, findings)
        full = rewriter.rewritten(inner, document, loc, "")
        full = _relative_rewritten(full, document, loc, rewriter)
        check_parts(full, document, loc, findings, names["sources"])
        _check_names(full, document, loc, findings, names)
        _check_role(full, document, loc, findings)
        found.append(_with_expected(full, document, loc, names["times"], findings))
    return tuple(found)


def _with_inner(one: Observation, document: Document, loc: Loc, findings: Findings) -> Observation:
    """A relative measure holds another one, which is read here."""
    measure: Any = one.measure
    if not isinstance(measure, observation.Relative):
        return one
    inner = judged(_Inner, {"of": measure.relative.of}, document, findings, (*loc, "measure", "relative"))
    return one if inner is None else _with_of(one, inner.of)


def _with_of(one: Observation, inner: Any) -> Observation:
    measure: Any = one.measure
    return one.model_copy(update={"measure": observation.Relative(relative=measure.relative.model_copy(update={"of": inner}))})


def _relative_rewritten(one: Observation, document: Document, loc: Loc, rewriter: Rewriter) -> Observation:
    measure: Any = one.measure
    if not isinstance(measure, observation.Relative) or not isinstance(measure.relative.of, Frozen):
        return one
    return _with_of(one, rewriter.rewritten(measure.relative.of, document, (*loc, "measure", "relative", "of"), ""))


def _check_names(one: Observation, document: Document, loc: Loc, findings: Findings, names: Mapping[str, Any]) -> None:
    mechanisms: Collection[str] = names["mechanisms"]
    for part, where in parts(one, loc):
        for j, word in enumerate(part.without if isinstance(part, Observation | observation.Relation) else ()):
            if word not in mechanisms:
                remedy = meant(word, mechanisms, "Mechanisms are")
                findings.add(document, (*where, "without", j), f"there is no mechanism {quoted(word)}", remedy)
        if isinstance(part, observation.OfTenant) and part.tenant not in names["probes"]:
            remedy = meant(part.tenant, names["probes"], "Probes are")
            findings.add(document, (*where, "tenant"), f"there is no probe {quoted(part.tenant)}", remedy)
        if isinstance(part, observation.OfWindow):
            _check_window(part, document, where, findings, names["times"])
    for word in one.given:
        if word not in names["numbers"]:
            remedy = meant(word, names["numbers"])
            findings.add(document, (*loc, "given", word), f"there is no number {quoted(word)}", remedy, key=True)


def _check_window(part: observation.OfWindow, document: Document, loc: Loc, findings: Findings, times: Times) -> None:
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
