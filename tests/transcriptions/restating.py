"""Rows of a transcription as the file of the scenario turns them round."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from simulator.model.world import Scenario
from simulator.units import parse_share
from tests.transcriptions.reading import Row


def of_the_others(row: Row, _: Scenario) -> Row:
    """The sheet counts what is left, the file what is done."""
    return {**row, "low": 1 - row["high"], "high": 1 - (row["low"] or 0)}


def of_all_failovers(row: Row, scenario: Scenario) -> Row:
    """The sheet counts the stalled failovers, the file all of them."""
    stalled = parse_share(scenario.numbers["stalled"]["value"])
    return {**row, "low": 1 - (1 - row["low"]) * stalled, "high": 1 - (1 - row["high"]) * stalled}


def by_then(row: Row, _: Scenario) -> Row:
    """The sheet asks how many are back at an instant, the file when so many are."""
    return {"id": row["id"], "role": row["role"], "unit": "clock", "low": None, "high": row["at"]}


def as_duration(row: Row, _: Scenario) -> Row:
    """Nothing at all, in seconds."""
    return {**row, "unit": "seconds"}


def by_its_latest(number: str) -> Callable[[Row, Scenario], Row]:
    """The sheet asks when they are back, the file how many are back at the last instant that agrees; a number of the file says how many."""

    def restated(row: Row, scenario: Scenario) -> Row:
        return {**row, "unit": "share", "at": row["high"], "low": scenario.numbers[number]["value"], "high": None}

    return restated


def as_documented(least: float) -> Callable[[Row, Scenario], Row]:
    """'So many by then, give or take a few minutes': the transcription asks when they are, the file how many are at the instant itself."""

    def restated(row: Row, _: Scenario) -> Row:
        return {**row, "unit": "share", "at": row["documented"], "low": least, "high": None}

    return restated


def as_order(row: Row, _: Scenario) -> Row:
    """'No later than so many seconds after another' is an order with some slack."""
    return {**row, "unit": "order", "slack_seconds": row["high"]}


def as_quotient(row: Row, _: Scenario) -> Row:
    """No larger than another: a quotient of at most one."""
    return {**row, "unit": "number", "low": None, "high": 1}


def by_the_end(row: Row, _: Scenario) -> Row:
    """What has come together at an instant: the file counts until then."""
    return {**row, "at": None, "until": row["at"]}


def left_at_half_time(row: Row, _: Scenario) -> Row:
    """The sheet has what comes back in an hour of nine, of 13 % from 09:00 on; the file what is left in their middle."""
    hours = 4.5
    left = [0.13 - row[end] * hours for end in ("high", "low")]
    return {**row, "unit": "share", "at": datetime(2011, 4, 22, 9, tzinfo=UTC) + timedelta(hours=hours), "low": left[0], "high": left[1]}
