"""What the Python API is called with: NumPy's numbers taken as numbers, and what the command line refuses refused here too."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from simulator.ensemble.refusing import Refused
from simulator.errors import InputError
from simulator.scenario.problems import quoted

P = ParamSpec("P")
T = TypeVar("T")
Reader = Callable[[str, Any], Any]

MOST_REPLICATIONS = 1_000_000_000
MOST_STRATA = 10_000
"""A block is as many replications as it has strata, and only whole blocks are independent; what a block draws is kept while it lasts."""
MOST_TENANTS = 10_000_000
MOST_SEED = 2**63 - 1


def whole(least: int, most: int) -> Reader:
    """A whole number, Python's or NumPy's."""

    def read(name: str, value: Any) -> int:
        if isinstance(value, bool | np.bool_) or not isinstance(value, Integral) or not least <= int(value) <= most:
            raise Refused(f"{name} is {_shown(value)}; give a whole number from {least} to {most:,}")
        return int(value)

    return read


def share(name: str, value: Any) -> float | None:
    """A share of the demand above 0 and at most 1; None where it is left out."""
    if value is None:
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real) or not 0 < float(value) <= 1:
        raise Refused(f"{name} is {_shown(value)}; give a share above 0 and at most 1, such as 0.99")
    return float(value)


def one_of(*words: str) -> Reader:
    def read(name: str, value: Any) -> str:
        if value not in words:
            raise Refused(f"{name} is {_shown(value)}; choose one of {', '.join(words)}")
        return str(value)

    return read


def file(name: str, value: Any) -> str | Path | None:
    """A name of the catalogue or the path of a file; None where it is left out."""
    if value is not None and (not isinstance(value, str | Path) or value in ("", Path())):
        raise Refused(f"{name} is {_shown(value)}; give a name of the catalogue, or the path of a file")
    return value


def source(name: str, value: Any) -> str | Path:
    """A name or a file that cannot be left out."""
    found = file(name, value)
    if found is None:
        raise Refused(f"{name} is None; give a name of the catalogue, or the path of a file")
    return found


def files(name: str, value: Any) -> Any:
    """Several of these; one alone needs no brackets."""
    if value is None:
        return ()
    if isinstance(value, str | Path):
        value = (value,)
    if isinstance(value, Mapping) or not hasattr(value, "__iter__"):
        raise Refused(f"{name} is {_shown(value)}; give a list of names or paths")
    return tuple(file(name, each) for each in value)


def numbers(name: str, value: Any) -> dict[str, Any]:
    """Other values of numbers, by name."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise Refused(f"{name} is {_shown(value)}; give a mapping from names to values, such as {{'boot-time': '4 min'}}")
    return {key: each.item() if isinstance(each, np.generic) else each for key, each in value.items()}


def files_or_none(name: str, value: Any) -> Any:
    """Several of these, where no list means something else than an empty one."""
    return None if value is None else files(name, value)


def optional(reader: Reader) -> Reader:
    """What may also be left out, as None."""
    return lambda name, value: None if value is None else reader(name, value)


_SEVERAL = whole(1, 1_000_000)
READERS: dict[str, Reader] = {
    "scenario": source, "source": source, "architecture": file, "tenant": file, "name": file,
    "architectures": files, "scenarios": files, "incidents": files, "names": files, "without": files, "with_": files, "only": files,
    "numbers": numbers, "objective": share,
    "seed": whole(0, MOST_SEED), "replication": whole(0, MOST_REPLICATIONS), "replications": whole(1, MOST_REPLICATIONS),
    "strata": whole(0, MOST_STRATA), "tries": _SEVERAL, "pairs": whole(0, 1_000), "trajectories": _SEVERAL, "samples": whole(2, 2**20),
    "case": one_of("hit", "missed"), "method": one_of("morris", "sobol"),
}  # fmt: skip


def checked(**special: Reader) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A function of the API whose arguments are read first, each by its name; `special` are readers of its own.

    InputError says which one is wrong, and what to give instead.
    """

    def decorated(function: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(function)
        readers = {**READERS, **special}

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            bound = signature.bind(*args, **kwargs)
            for name, value in bound.arguments.items():
                if name in readers:
                    bound.arguments[name] = readers[name](name, value)
            try:
                return function(*bound.args, **bound.kwargs)
            except InputError as error:
                if not error.places:
                    raise
                raise _located(error, bound.arguments) from None

        return called

    return decorated


def _located(error: InputError, arguments: Mapping[str, Any]) -> InputError:
    """An error of a run, at the line of the file that it is about."""
    from simulator.scenario.locating import located

    several = [each for key in ("scenarios", "incidents") for each in arguments.get(key) or ()]
    sources = [arguments["scenario"]] if arguments.get("scenario") is not None else several
    others = [arguments[key] for key in ("architecture", "tenant") if arguments.get(key) is not None]
    for key in ("architectures", "tenants", "names"):
        others += arguments.get(key) or () if not isinstance(arguments.get(key), int) else ()
    for source in sources or [None]:
        found = located(error, source, others)
        if found is not error:
            return found
    return error


def _shown(value: Any) -> str:
    """A value as a message quotes it."""
    if isinstance(value, str | Path):
        return quoted(str(value))
    return quoted(repr(value.item() if isinstance(value, np.generic) else value))[1:-1]
