"""The clock: local days, both changes of the clocks, bank holidays, moments in words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_now_is_aware_and_utc():
    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        clock.local(datetime(2026, 6, 1))  # noqa: DTZ001 - the naive one


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (utc(2026, 12, 3, 16, 0), "3 Dec 2026, 16:00 GMT"),
        (utc(2026, 6, 1, 16, 0), "1 Jun 2026, 17:00 BST"),
        (utc(2026, 3, 29, 0, 59, 59), "29 Mar 2026, 00:59 GMT"),
        (utc(2026, 3, 29, 1, 0), "29 Mar 2026, 02:00 BST"),
        (utc(2026, 10, 25, 0, 30), "25 Oct 2026, 01:30 BST"),
        (utc(2026, 10, 25, 1, 30), "25 Oct 2026, 01:30 GMT"),
        (utc(9999, 12, 31, 23, 59), "31 Dec 9999, 23:59 GMT"),
    ],
)
def test_moments_are_told_in_local_time_with_its_name(moment, words):
    assert clock.in_words(moment) == words


def test_the_day_told_is_the_local_one():
    assert clock.day_in_words(utc(2026, 6, 1, 23, 30)) == "2 Jun 2026"
    assert clock.day_in_words(date(2026, 6, 1)) == "1 Jun 2026"


def test_evidence_tells_the_two_hours_apart_that_the_clocks_show_twice():
    told = [clock.exactly(utc(2026, 10, 25, hour, 30)) for hour in (0, 1)]

    assert told == [
        "25 Oct 2026, 01:30:00 BST (UTC+01:00)",
        "25 Oct 2026, 01:30:00 GMT (UTC+00:00)",
    ]


def test_other_zones_are_told_as_their_clocks_show():
    assert clock.in_words(utc(2026, 6, 1, 16), "Asia/Bangkok") == "1 Jun 2026, 23:00 +07"


@pytest.mark.parametrize(
    ("shown", "moment"),
    [
        (datetime(2026, 6, 1, 17), utc(2026, 6, 1, 16)),  # noqa: DTZ001 - what a form sends
        (datetime(2026, 3, 29, 2), utc(2026, 3, 29, 1)),  # noqa: DTZ001 - what a form sends
        (datetime(2026, 10, 25, 1, 30), utc(2026, 10, 25, 0, 30)),  # noqa: DTZ001 - the first
        (datetime(2026, 10, 25, 2), utc(2026, 10, 25, 2)),  # noqa: DTZ001 - what a form sends
    ],
)
def test_what_the_clocks_show_is_one_moment(shown, moment):
    assert clock.from_local(shown) == moment
    assert clock.from_local(shown).tzinfo is UTC


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_the_hour_that_never_comes_is_refused(minute):
    with pytest.raises(ValueError, match="29 Mar 2026, 01"):
        clock.from_local(datetime(2026, 3, 29, 1, minute))  # noqa: DTZ001 - what a form sends


@pytest.mark.parametrize(
    ("moment", "began"),
    [
        (utc(2026, 6, 1, 22, 59), utc(2026, 5, 31, 23)),
        (utc(2026, 6, 1, 23), utc(2026, 6, 1, 23)),
        (utc(2026, 3, 29, 12), utc(2026, 3, 29, 0)),
        (utc(2026, 10, 25, 12), utc(2026, 10, 24, 23)),
    ],
)
def test_a_local_day_begins_at_its_midnight(moment, began):
    assert clock.start_of_day(moment) == began


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 4, 3), False),
        (date(2026, 4, 6), False),
        (date(2026, 5, 4), False),
        (date(2026, 8, 3), True),
        (date(2026, 8, 31), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),
        (date(2022, 9, 19), False),
    ],
    ids=[
        "a Monday",
        "a Saturday",
        "a Sunday",
        "Good Friday",
        "Easter Monday",
        "early May",
        "the Scottish one in August",
        "late August",
        "Christmas",
        "Boxing Day moved from Saturday",
        "a royal funeral",
    ],
)
def test_bank_holidays_are_those_of_england(day, works):
    assert clock.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "noon"),
    [
        (date(2026, 12, 3), utc(2026, 12, 3, 12)),
        (date(2026, 6, 3), utc(2026, 6, 3, 11)),
        (date(2026, 6, 7), utc(2026, 6, 5, 11)),
        (date(2026, 12, 28), utc(2026, 12, 24, 12)),
        (date(2027, 1, 3), utc(2026, 12, 31, 12)),
        (date(2026, 3, 29), utc(2026, 3, 27, 12)),
        (date(2026, 3, 30), utc(2026, 3, 30, 11)),
        (date(2026, 10, 25), utc(2026, 10, 23, 11)),
        (date(2026, 10, 26), utc(2026, 10, 26, 12)),
    ],
    ids=[
        "winter",
        "summer",
        "a Sunday",
        "Christmas",
        "New Year",
        "as summer time begins",
        "the day after",
        "as summer time ends",
        "the day after that",
    ],
)
def test_a_lapse_begins_at_noon_of_a_working_day(day, noon):
    assert clock.noon_of_last_working_day(day) == noon


@given(DAYS)
def test_somebody_can_be_rung_at_every_such_noon_and_it_is_the_last(day):
    noon = clock.local(clock.noon_of_last_working_day(day))
    skipped = (day - noon.date()).days

    assert (noon.hour, noon.minute) == (12, 0)
    assert clock.is_working_day(noon.date())
    assert not any(clock.is_working_day(day - timedelta(days=n)) for n in range(skipped))


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_a_day_begins_at_or_before_each_of_its_moments(moment):
    began = clock.start_of_day(moment)

    assert began <= moment < began + timedelta(hours=25)
    assert clock.day_in_words(began) == clock.day_in_words(moment)
