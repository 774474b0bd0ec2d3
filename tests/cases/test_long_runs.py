"""Questions about long runs of services that fail by themselves: inputs beside this file, right values from products of availabilities."""

from tests.cases.test_which_zone import agrees, rows

MACHINES, GATEWAY, NAMES, LOGIN = 0.9999, 0.9995, 0.9999, 0.9999
CENTURY = 36_500 * 24 * 60.0


def test_two_regions_share_names_and_login() -> None:
    """One region needs all four; of two regions either will do, and what is worldwide counts once."""
    found = rows("composite-sla", "long-run", "one-region", "two-regions", replications=20)
    region = MACHINES * GATEWAY
    one = CENTURY * (1.0 - region * NAMES * LOGIN)
    two = CENTURY * (1.0 - (1.0 - (1.0 - region) ** 2) * NAMES * LOGIN)
    assert round(one) == 42_039
    assert round(two) == 10_530
    assert agrees(found["one-region", "average"], one)
    assert agrees(found["two-regions", "average"], two)
    # As if names and login were there twice: a wrong answer that this test has to tell from the right one.
    assert not agrees(found["two-regions", "average"], CENTURY * (1.0 - region * NAMES * LOGIN) ** 2)


def test_a_year_of_one_zone_and_of_any_two_of_three() -> None:
    """A zone is away for 2.45 h every 2029 days and an hour is lost with all of them every 730.5 days."""
    found = rows("a-year", "years", "one-zone", "any-two", replications=20)
    zone = 2.45 / (2029 * 24 + 2.45)
    common = 1.0 / (730.5 * 24 + 1.0)
    days = 36_525 * 24 * 60.0
    one = days * (1.0 - (1.0 - zone) * (1.0 - common))
    two_away = 3 * zone**2 * (1.0 - zone) + zone**3
    any_two = days * (1.0 - (1.0 - two_away) * (1.0 - common))
    assert agrees(found["one-zone", "average"], one)
    assert agrees(found["any-two", "average"], any_two)
    assert not agrees(found["any-two", "average"], one)
    assert not agrees(found["one-zone", "average"], any_two)
