"""Versions: their order, the end of grace, and what may not be published."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock
from portal.policies.rules import Draft, Version, faults, grace_ends_at, newest, openers

LONDON = ZoneInfo("Europe/London")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def version(label, effective, **change):
    major, minor = map(int, label.split("."))
    plain = Version(
        major=major,
        minor=minor,
        published_at=effective - timedelta(days=10),
        effective_at=effective,
        grace_ends_at=effective,
    )
    return replace(plain, **change)


NOW = utc(2026, 5, 28)
ONE = version("1.0", utc(2026, 1, 1))
WORDING = version("1.1", utc(2026, 3, 1))
TEN = version("10.0", utc(2026, 5, 1))
ANNOUNCED = version("11.0", utc(2026, 6, 5))
CALLED_OFF = replace(ANNOUNCED, cancelled_at=utc(2026, 5, 27))


def ends(begins, days=14):
    return grace_ends_at(begins, days=days, zone=LONDON, last_noon=clock.noon_of_last_working_day)


@pytest.mark.parametrize(
    ("begins", "grace_over"),
    [
        (utc(2026, 11, 23, 9), utc(2026, 12, 7, 12)),
        (utc(2026, 6, 1, 9), utc(2026, 6, 15, 11)),
        (utc(2026, 12, 12, 9), utc(2026, 12, 24, 12)),
        (utc(2026, 3, 15, 9), utc(2026, 3, 27, 12)),
        (utc(2026, 10, 11, 9), utc(2026, 10, 23, 11)),
        (utc(2026, 6, 1, 23, 30), utc(2026, 6, 16, 11)),
    ],
    ids=[
        "winter",
        "summer",
        "Boxing Day goes back to Christmas Eve",
        "summer time begins",
        "summer time ends",
        "past midnight in London",
    ],
)
def test_grace_ends_at_noon_of_the_last_working_day(begins, grace_over):
    assert ends(begins) == grace_over


@pytest.mark.parametrize(
    ("begins", "days"),
    [(utc(2026, 6, 1, 15), 0), (utc(2026, 12, 25, 9), 2), (utc(2026, 6, 6, 9), 1)],
    ids=["no grace", "all of it holidays", "a weekend"],
)
def test_grace_never_ends_before_the_version_takes_effect(begins, days):
    assert ends(begins, days) == begins


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.integers(0, 60),
)
def test_grace_is_at_most_the_days_granted(begins, days):
    over = ends(begins, days)

    assert begins <= over
    assert over == begins or clock.local(over).hour == 12
    assert (clock.local(over).date() - clock.local(begins).date()).days <= days


def test_numbers_are_ordered_as_numbers():
    assert newest([TEN, WORDING, ONE], at=NOW) == TEN
    assert [each.label for each in sorted([TEN, WORDING, ONE], key=lambda v: v.number)] == [
        "1.0",
        "1.1",
        "10.0",
    ]


@pytest.mark.parametrize(
    ("when", "label"),
    [
        (utc(2026, 5, 25), "10.0"),
        (utc(2026, 5, 26), "11.0"),
        (utc(2026, 5, 27) - timedelta(seconds=1), "11.0"),
        (utc(2026, 5, 27), "10.0"),
    ],
    ids=["not yet published", "announced", "still announced", "called off"],
)
def test_the_newest_is_the_highest_that_is_published_and_not_called_off(when, label):
    assert newest([ONE, TEN, CALLED_OFF], at=when).label == label


def test_before_the_first_is_published_there_is_no_newest():
    assert newest([ONE], at=utc(2025, 1, 1)) is None


def test_a_major_is_opened_by_its_lowest_version_that_stands():
    again = version("11.1", utc(2026, 6, 6))

    assert {v.label for v in openers([ONE, WORDING, TEN, ANNOUNCED, again], at=NOW)} == {
        "1.0",
        "10.0",
        "11.0",
    }
    assert {v.label for v in openers([ONE, CALLED_OFF, again], at=NOW)} == {"1.0", "11.1"}


DRAFT = Draft(major=11, minor=0, digest="new", effective_at=utc(2026, 6, 10))


def codes(draft, *published, newest_digest="old"):
    found = faults(draft, published=published, newest_digest=newest_digest, now=NOW)
    return [each.code for each in found]


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, effective_at=NOW),
        replace(DRAFT, major=10, minor=1),
        replace(DRAFT, major=12),
    ],
)
def test_a_higher_version_with_another_text_may_be_published(draft):
    assert codes(draft, ONE, WORDING, TEN) == []


def test_the_first_version_may_be_published_whatever_its_number():
    assert codes(replace(DRAFT, major=3, minor=2), newest_digest=None) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"digest": "old"}, "same-text"),
        ({"major": 10}, "version-not-higher"),
        ({"major": 9, "minor": 7}, "version-not-higher"),
        ({"effective_at": NOW - timedelta(seconds=1)}, "effective-in-the-past"),
    ],
    ids=str,
)
def test_a_version_is_refused(change, code):
    assert codes(replace(DRAFT, **change), ONE, WORDING, TEN) == [code]


@pytest.mark.parametrize(("second", "found"), [(-1, ["effective-before-lower"]), (0, []), (1, [])])
def test_a_version_may_not_take_effect_before_a_lower_one(second, found):
    draft = replace(
        DRAFT, major=12, effective_at=ANNOUNCED.effective_at + timedelta(seconds=second)
    )

    assert codes(draft, TEN, ANNOUNCED) == found


def test_a_cancelled_version_holds_nobody_up_but_its_number_is_spent():
    early = replace(DRAFT, major=12, effective_at=utc(2026, 6, 1))

    assert codes(early, TEN, CALLED_OFF) == []
    assert codes(DRAFT, TEN, CALLED_OFF) == ["version-not-higher", "major-cancelled"]
    assert codes(replace(DRAFT, minor=1), TEN, CALLED_OFF) == ["major-cancelled"]


def test_noon_is_asked_for_the_local_day():
    asked = []
    grace_ends_at(
        utc(2026, 6, 1, 23, 30),
        days=0,
        zone=LONDON,
        last_noon=lambda day: asked.append(day) or utc(2026, 1, 1),
    )

    assert asked == [date(2026, 6, 2)]
