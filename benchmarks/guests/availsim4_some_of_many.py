"""Runs in AvailSim4's environment: k of n units with repair, as AvailSim4 reads them from its two workbooks."""

import json
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pandas as pd
from availsim4core.src.context.context import Context
from availsim4core.src.context.phase.phase_manager import PhaseManager
from availsim4core.src.context.system.component_tree.component_factory import ComponentFactory
from availsim4core.src.context.system.component_tree.status import Status
from availsim4core.src.reader.xlsx.simulation_reader import SimulationReader
from availsim4core.src.reader.xlsx.system_template_reader import SystemTemplateReader

UP = {Status.RUNNING, Status.DEGRADED, Status.BLIND_DEGRADED}


def system(k, n, life, repair):
    """The sheets of the system's workbook; those that are not needed here are there without rows."""
    units = {"COMPONENT_NAME": "UNIT", "COMPONENT_TYPE": "BASIC", "COMPONENT_NUMBER": n}
    whole = {"COMPONENT_NAME": "SYSTEM", "COMPONENT_TYPE": "COMPOUND", "COMPONENT_NUMBER": 1}
    nothing = {"CHILDREN_NAME": "NONE", "CHILDREN_LOGIC": "NONE", "IN_MRU": "NONE", "TRIGGER_MRU": "NONE"}
    breaking = {
        "FAILURE_MODE_NAME": "BREAKS", "FAILURE_LAW": "EXP", "FAILURE_PARAMETERS": life, "REPAIR_LAW": "EXP", "REPAIR_PARAMETERS": repair,
        "TYPE_OF_FAILURE": "DETECTABLE", "HELD_BEFORE_REPAIR": "NEVER_HELD", "INSPECTION_NAME": "NONE", "PHASE_NAME": "NONE",
        "NEXT_PHASE_IF_FAILURE": "NONE", "PHASE_CHANGE_TRIGGER": "NEVER", "HELD_AFTER_REPAIR": "NEVER_HELD",
    }  # fmt: skip
    return {
        "ARCHITECTURE": [nothing | whole | {"CHILDREN_NAME": "UNIT", "CHILDREN_LOGIC": f"{k}OO{n}"}, nothing | units],
        "FAILURE_MODES": [breaking],
        "FAILURE_MODE_ASSIGNMENTS": [{"COMPONENT_NAME": "UNIT", "FAILURE_MODE_NAME": "BREAKS"}],
        **{sheet: [] for sheet in ("MRU", "INSPECTIONS", "PHASES", "ROOT_CAUSE_ANALYSIS", "PHASE_JUMP")},
    }


def simulation(horizon, seed):
    """The one sheet of the simulation's workbook: one replication."""
    return {
        "SIMULATION": [{
            "SIMULATION_TYPE": "MONTE_CARLO", "MIN_NUMBER_OF_SIMULATION": 1, "MAX_NUMBER_OF_SIMULATION": 1, "CONVERGENCE_MARGIN": 0,
            "MAX_EXECUTION_TIME": 10**6, "SEED": seed, "DIAGNOSTICS": "SUMMARY", "SIMULATION_DURATION": horizon,
        }],
    }  # fmt: skip


def read(reader, sheets):
    """What one of AvailSim4's readers makes of a workbook with these sheets."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        with pd.ExcelWriter(path) as book:
            for name, rows in sheets.items():
                pd.DataFrame(rows).to_excel(book, sheet_name=name, index=False)
        return reader.read(path)


def replication(*, k, n, life, repair, horizon, seed):
    """One replication without reading: seconds with its own statistics, failures, repairs, and the share of time the system is down."""
    template, run = read(SystemTemplateReader(), system(k, n, life, repair)), read(SimulationReader(), simulation(horizon, seed))
    context = Context(ComponentFactory(template).build(), PhaseManager(template.phase_set, template.phase_jump_trigger_set), None)
    begin = perf_counter()
    results = run.run(context)
    seconds = perf_counter() - begin
    times = [(entry, found.mean) for entry, found in results.occurrence_statistics.items() if _of(entry, "UNIT")]
    return {
        "seconds": seconds,
        "failures": sum(many for entry, many in times if entry.status == Status.FAILED),
        "repairs": sum(many for entry, many in times if entry.status == Status.RUNNING) - n,  # all begin as running, which is recorded too
        "down": sum(f.mean for e, f in results.duration_statistics.items() if _of(e, "SYSTEM") and e.status not in UP) / horizon,
    }


def _of(entry, name):
    return getattr(entry, "component", None) is not None and entry.component.name == name


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        print(json.dumps(replication(**json.loads(line))), flush=True)
