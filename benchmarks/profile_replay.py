"""Where the time of a replication goes: `python -m benchmarks.profile_replay`.

Twenty replications of the night under cProfile, which slows calls down, so shares of many small functions come out too large.
"""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from pathlib import Path

from benchmarks.nights import night, replayed

REPLICATIONS = 20


def measured() -> pstats.Stats:
    """The profile of the replications, with all architectures riding along; the first one is left out, it fills caches."""
    subject = replayed(night().plan())
    subject(0)
    profile = cProfile.Profile()
    profile.enable()
    for n in range(1, REPLICATIONS + 1):
        subject(n)
    profile.disable()
    return pstats.Stats(profile)


def by_module(stats: pstats.Stats) -> Counter[str]:
    """Share of the time that was spent in the functions of each module itself; built-in functions count for whoever called them."""
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        if file == "~":
            for (caller, _, _), (_, _, part, _) in callers.items():
                spent[_module(caller)] += part
        else:
            spent[_module(file)] += own
    total = sum(spent.values())
    return Counter({module: part / total for module, part in spent.items()})


def _module(file: str) -> str:
    path = Path(file)
    return f"{path.parent.name}/{path.stem}"


def main() -> None:
    """Print modules by their share, then the functions that took longest."""
    stats = measured()
    for module, share in by_module(stats).most_common(12):
        print(f"{share:6.1%}  {module}")
    stats.strip_dirs().sort_stats("tottime").print_stats(20)


if __name__ == "__main__":
    main()
