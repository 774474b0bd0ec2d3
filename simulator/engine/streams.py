"""Names of random streams: frozen identifiers, so that renaming a word of the format or of the code moves no result.

A draw is addressed by role, purpose and number (`draws.Draws`). The roles are built here from the paths in a file, the purposes are the
constants below. None of them may ever change, whatever the format calls a thing: the text is hashed, and another text is another
stream. One purpose has one counter; what is drawn for another purpose, or for another unit, target or job, never shifts it.
"""

from typing import Final

# Of a batch of units, numbered by unit and life.
AFTER_UP: Final = "failure"
COUNTERPART: Final = "counterpart"
SPAN: Final = "span"
WORK: Final = "work"
ATTEMPTS: Final = "again"
POLL: Final = "asks"
FOLLOWED: Final = "follow"
TURN_AT_LEVEL: Final = "turn"
RESTORE: Final = "restore"
INITIAL_LEVEL: Final = "level"

# Of a job in a station, numbered by what it is done for and by how often it has come.
TURN_AT_STATION: Final = "turn-at-station"
PATIENCE: Final = "patience"
RETURN_AFTER_PATIENCE: Final = "again-after-patience"

# Of the units of a tenant in one role.
PLACE: Final = "place"
FEED: Final = "feed"
EXPOSURE: Final = "exposure"

# Of a route, numbered for each of its targets.
CHECK: Final = "check"
DETECTION: Final = "detect"
FAIL_SAFE: Final = "fail_safe"

# Of a rule or an event.
DELAY: Final = "after"
GAP: Final = "every"
FAULT_SPAN: Final = "for"
WRITES: Final = "writes"

# Of the placements of an architecture, where they are too many.
DEAL: Final = "deal"

# Of an uncertain parameter, and of a sensitivity study.
VARIATION: Final = "vary"
START_POINT: Final = "start"
STEP_ORDER: Final = "order"
SHIFT: Final = "shift"
RESAMPLE: Final = "bootstrap"

# Of a population of tenants; what stands behind them is joined with `of_population`.
ZONES: Final = "zones"
HOUSE: Final = "house"
LEAVING: Final = "out"
RETURN: Final = "return"
ENTERING: Final = "in"
LAUNCH: Final = "launch"
HEARD: Final = "heard"
TAKES: Final = "takes"
CHANGE: Final = "change"

STRATUM: Final = "\x1fstrata\x1f"
"""Between a purpose and a number: the order of the strata of that number. No purpose contains its first character."""


def group_of(group: str) -> str:
    """Purpose: which batches belong to a group of stages."""
    return "group:" + group


def level_of(path: str) -> str:
    """Purpose: which batches have a level of their own, and which of them a tenant's unit shares."""
    return "level:" + path


def followed_by(stage: str) -> str:
    """Purpose: the order in which the batches of another component are followed in a stage."""
    return "follow:" + stage


def loss_order(number: int, segment: int) -> str:
    """Purpose: which batches a dependency takes first."""
    return f"latch{number}.{segment}"


def drawn_for(purpose: str, first_unit: int) -> str:
    """Purpose: an order of the units of a component in one datacenter, which begin with this one."""
    return f"{purpose}:{first_unit}"


def rounding_of(purpose: str) -> str:
    """Purpose: whether a part of a unit counts as lost with a share."""
    return f"{purpose}:share"


def of_population(*parts: str | int) -> str:
    """Purpose: what is drawn for each tenant of a population, and for which zone, slot or column."""
    return "/".join(map(str, parts))


def restore_of(number: int) -> str:
    """Purpose: when the batches have a dependency back; each dependency of a component has a stream of its own."""
    return RESTORE if number == 0 else f"{RESTORE}{number}"


def in_life(purpose: str, life: int) -> str:
    """Purpose: the order of batches in a later life."""
    return f"{purpose}@{life}"


def tenant_role(path: str) -> str:
    """Role of a tenant's component, route or rule: its path in the tenant's file, wherever it is placed and whoever the tenant is."""
    return f"tenant/{path}"


def event_role(name: str) -> str:
    """Role of an event."""
    return f"event/{name}"


def parameter_role(name: str) -> str:
    """Role of an uncertain parameter."""
    return f"number/{name}"


SENSITIVITY_ROLE: Final = "sensitivity"


def provision_role(role: str) -> str:
    """Role of the way up of what is switched on."""
    return role + "+"


def stage_role(role: str, number: int) -> str:
    """Role of a stage of a recovery."""
    return f"{role}#{number}"


def way_role(role: str, way: int) -> str:
    """Role of one of several ways that race in a stage."""
    return f"{role}.{way}"


def effect_role(role: str, number: int) -> str:
    """Role of an effect of a rule or an event."""
    return f"{role}!{number}"


def target_role(role: str, target: str) -> str:
    """Role of a target of a route, as the route names it."""
    return f"{role}>{target}"
