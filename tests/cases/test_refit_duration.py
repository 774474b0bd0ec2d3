"""A fitted number is found again whatever its unit: a duration, a share, a rate, or none."""

from pathlib import Path

import pytest

from simulator import api
from simulator.units import parse_duration
from tests.cli.invoking import azsim

HERE = Path(__file__).parent / "refit-duration"


def test_the_duration_is_found_again_with_its_unit() -> None:
    """Power is back at 10:30 and all servers at 10:40: the boot in between takes ten minutes, whatever the file says now."""
    ((name, found, filed),) = api.fit(HERE / "refit-duration.yaml", replications=2)
    assert (name, filed) == ("boot", "4 min")
    assert parse_duration(found) == pytest.approx(600.0, rel=0.01)


def test_the_command_says_that_it_is_another_one() -> None:
    done = azsim("fidelity", str(HERE / "refit-duration.yaml"), "--refit")
    assert done.exit_code == 1
    assert "boot" in done.stdout


@pytest.mark.parametrize("between", ["[20 min, 1 min]", "[0 min, 1 min]", "[1, 20]", "[1 min, 20 %]"])
def test_a_range_that_is_none_is_refused(between: str, tmp_path: Path) -> None:
    for file in HERE.iterdir():
        (tmp_path / file.name).write_text(file.read_text().replace("[1 min, 20 min]", between))
    done = azsim("fidelity", str(tmp_path / "refit-duration.yaml"), "--refit")
    assert done.exit_code == 2
    assert "boot" in done.stderr
