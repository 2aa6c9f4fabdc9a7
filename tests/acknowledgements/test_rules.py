"""How long a signature counts: anniversaries, working days, renewals, leap days, cycles."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.acknowledgements.rules import (
    Acknowledged,
    cycle,
    expiry,
    opens_at,
    previous_anniversary,
)

LONDON = ZoneInfo("Europe/London")
MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - a bound
    datetime(2060, 1, 1),  # noqa: DTZ001 - a bound
    timezones=st.just(UTC),
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def signing(when, *, months=12, previous=None, earlier=0):
    """Return until when a signature counts, and its anniversary."""
    found = expiry(
        when,
        months=months,
        previous=previous,
        opens_days=90,
        zone=LONDON,
        last_noon=clock.noon_of_last_working_day,
        days_earlier=earlier,
    )
    return found.expires_at, found.anniversary_at


@pytest.mark.parametrize(
    ("when", "expires", "anniversary"),
    [
        (utc(2025, 12, 3, 15), utc(2026, 12, 3, 12), utc(2026, 12, 3, 12)),
        (utc(2025, 6, 3, 15), utc(2026, 6, 3, 11), utc(2026, 6, 3, 11)),
        (utc(2025, 6, 6, 15), utc(2026, 6, 5, 11), utc(2026, 6, 6, 11)),
        (utc(2025, 12, 26, 15), utc(2026, 12, 24, 12), utc(2026, 12, 26, 12)),
        (utc(2025, 3, 29, 15), utc(2026, 3, 27, 12), utc(2026, 3, 29, 11)),
        (utc(2025, 10, 25, 15), utc(2026, 10, 23, 11), utc(2026, 10, 25, 12)),
        (utc(2025, 6, 2, 23, 30), utc(2026, 6, 3, 11), utc(2026, 6, 3, 11)),
        (utc(2028, 2, 29, 15), utc(2029, 2, 28, 12), utc(2029, 2, 28, 12)),
        (utc(2027, 2, 28, 15), utc(2028, 2, 28, 12), utc(2028, 2, 28, 12)),
    ],
    ids=[
        "a working day",
        "in summer",
        "a Saturday goes back to Friday",
        "Boxing Day goes back to Christmas Eve",
        "the day summer time begins",
        "the day summer time ends",
        "past midnight in London",
        "29 February",
        "28 February before a leap year",
    ],
)
def test_a_signature_counts_until_noon_of_the_last_working_day_of_its_year(
    when, expires, anniversary
):
    assert signing(when) == (expires, anniversary)


@pytest.mark.parametrize(
    ("when", "months", "anniversary"),
    [
        (utc(2026, 8, 31), 6, utc(2027, 2, 28, 12)),
        (utc(2027, 8, 31), 6, utc(2028, 2, 28, 12)),
        (utc(2028, 2, 29, 15), 48, utc(2032, 2, 28, 12)),
        (utc(2028, 2, 29, 15), 6, utc(2028, 8, 28, 11)),
        (utc(2026, 10, 31, 12), 1, utc(2026, 11, 30, 12)),
        (utc(2026, 12, 15), 1, utc(2027, 1, 15, 12)),
    ],
)
def test_other_renewal_periods_end_within_their_month_and_never_on_29_february(
    when, months, anniversary
):
    assert signing(when, months=months)[1] == anniversary


SATURDAY = utc(2026, 6, 6, 11)  # an anniversary; the signature expires on the Friday before


@pytest.mark.parametrize(
    ("renewed", "anniversary"),
    [
        (utc(2026, 3, 8, 11) - timedelta(seconds=1), utc(2027, 3, 8, 12)),
        (utc(2026, 3, 8, 11), utc(2027, 6, 6, 11)),
        (utc(2026, 6, 5, 10), utc(2027, 6, 6, 11)),
        (utc(2026, 6, 5, 11), utc(2027, 6, 6, 11)),
        (utc(2026, 6, 6, 10), utc(2027, 6, 6, 11)),
        (utc(2026, 6, 6, 18), utc(2027, 6, 6, 11)),
        (utc(2026, 6, 7, 10), utc(2027, 6, 7, 11)),
    ],
    ids=[
        "a second too early",
        "90 days before",
        "in time",
        "after the day brought back",
        "before the anniversary",
        "on its evening",
        "the day after",
    ],
)
def test_a_renewal_in_the_ninety_days_before_is_reckoned_from_the_old_anniversary(
    renewed, anniversary
):
    assert signing(renewed, previous=SATURDAY)[1] == anniversary


@pytest.mark.parametrize(
    ("first", "day_366"),
    [(utc(2025, 12, 3, 15), utc(2026, 12, 4, 15)), (utc(2027, 12, 3, 15), utc(2028, 12, 3, 15))],
    ids=["a plain year", "a leap year"],
)
def test_a_renewal_on_day_366_leaves_a_gap_and_begins_a_new_year(first, day_366):
    expires, anniversary = signing(first)
    _, renewed = signing(day_366, previous=anniversary)

    assert day_366 - first == timedelta(days=366)
    assert expires < day_366
    assert clock.local(renewed).date() == clock.local(day_366).date().replace(year=day_366.year + 1)


def test_renewing_early_every_year_never_drifts():
    _, anniversary = signing(utc(2028, 2, 29, 9))
    for year in range(2029, 2040):
        _, anniversary = signing(anniversary - timedelta(days=60), previous=anniversary)

        assert anniversary == utc(year + 1, 2, 28, 12)


@given(MOMENTS, st.integers(0, 400))
def test_a_signature_counts_for_a_year_less_a_long_weekend_and_a_renewal_for_no_less(when, later):
    expires, anniversary = signing(when)
    renewed_at = when + timedelta(days=later)

    again, _ = signing(renewed_at, previous=anniversary)

    assert timedelta(days=358) <= expires - when <= timedelta(days=366, hours=13)
    assert expires <= anniversary
    assert again - renewed_at >= timedelta(days=358)


def test_a_first_renewal_may_be_brought_forward_and_a_later_one_is_not():
    when, old = utc(2025, 12, 3, 15), utc(2025, 12, 10, 12)

    assert signing(when, earlier=14)[1] == utc(2026, 11, 19, 12)
    assert signing(when, earlier=14, previous=old) == signing(when, previous=old)
    assert signing(when, months=1, earlier=182)[0] > when + timedelta(days=14)


def test_the_window_opens_so_many_days_before_the_anniversary():
    assert opens_at(SATURDAY, days=90) == utc(2026, 3, 8, 11)


SIGNED = Acknowledged(
    policy="code",
    major=1,
    minor=0,
    engagement_id="first",
    signed_at=utc(2025, 6, 6),
    expires_at=utc(2026, 6, 5, 11),
    anniversary_at=SATURDAY,
)


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (SIGNED.signed_at - timedelta(seconds=1), False),
        (SIGNED.signed_at, True),
        (SIGNED.expires_at - timedelta(seconds=1), True),
        (SIGNED.expires_at, False),
    ],
)
def test_a_signature_counts_from_its_moment_up_to_its_expiry(moment, counts):
    assert SIGNED.counts(moment) is counts


@pytest.mark.parametrize(("second", "counts"), [(-1, True), (0, False), (1, False)])
def test_a_revoked_signature_stops_counting_at_that_second(second, counts):
    revoked = replace(SIGNED, revoked_at=utc(2026, 1, 1))

    assert revoked.counts(utc(2026, 1, 1) + timedelta(seconds=second)) is counts


def test_a_cycle_counts_every_signature_of_that_major_ever():
    others = (
        replace(SIGNED, engagement_id="before", revoked_at=utc(2025, 7, 1)),
        SIGNED,
        replace(SIGNED, major=2),
        replace(SIGNED, policy="travel"),
    )

    assert cycle(others, policy="code", major=1) == 3
    assert cycle(others, policy="code", major=3) == 1


@pytest.mark.parametrize(
    ("change", "anniversary"),
    [
        ({}, SATURDAY),
        ({"major": 2}, None),
        ({"policy": "travel"}, None),
        ({"engagement_id": "second"}, None),
        ({"revoked_at": utc(2026, 5, 1)}, None),
        ({"revoked_at": utc(2026, 5, 3)}, SATURDAY),
    ],
    ids=str,
)
def test_what_is_renewed_is_the_same_major_signed_in_the_same_engagement(change, anniversary):
    found = previous_anniversary(
        [replace(SIGNED, **change)],
        policy="code",
        major=1,
        engagement_id="first",
        at=utc(2026, 5, 2),
    )

    assert found == anniversary
