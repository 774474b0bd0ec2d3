"""What is asked of every replication, as something that can be sent to whoever replays it, and told apart from every other question."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from simulator.ensemble.cases import Case
    from simulator.ensemble.results import Origin

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)


class Study(Protocol[S_co]):
    """A scenario with all that rides in it, and what is kept of each replication. Frozen, and fit to be pickled.

    What is kept is a frozen dataclass of plain numbers, texts and tuples, or one of these: a journal writes it as JSON.
    """

    @property
    def kept(self) -> type[S_co]:
        """What is kept of one replication."""

    @property
    def identity(self) -> Mapping[str, str]:
        """All that the samples depend on but for the number of the replication: two studies with the same have the same samples."""

    def ready(self) -> Callable[[int], S_co]:
        """Compiled, once for each worker: from the number of a replication to its sample."""


def identity_of(origin: Origin, cases: Iterable[Case], **more: object) -> dict[str, str]:
    """The identity of a study of these cases in a scenario; `more` names what else its samples depend on."""
    riders = hashlib.sha256()
    names: dict[str, None] = {}
    for case in cases:
        names[case.tenant.name] = None
        riders.update(f"{case.label}\x1f{case.placement!r}\x1f{case.tenant.model_dump_json()}\x1e".encode())
    return {
        "scenario": origin.scenario, "scenario_sha256": origin.scenario_sha256, "seed": str(origin.seed),
        "riders": ", ".join(names), "riders_sha256": riders.hexdigest(), **{name: str(value) for name, value in more.items()},
    }  # fmt: skip
