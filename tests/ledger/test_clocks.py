"""A clock that was put back stops nothing, and is told."""

from datetime import timedelta

import pytest

from portal.db import init_db
from portal.ledger.actions import note
from portal.ledger.clocks import TOLERANCE, notice, went_back
from tests.factories import LEAD, NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "by"),
    [
        (None, None),
        (NOW - HOUR, None),
        (NOW, None),
        (NOW + TOLERANCE, None),
        (NOW + HOUR, HOUR),
    ],
)
def test_only_more_than_people_wait_for_their_turn_is_a_clock_put_back(before, by):
    assert went_back(before, NOW) == by


def test_the_notice_names_the_entry_and_how_often_it_happened():
    one, more = notice([(42, HOUR)]), notice([(42, HOUR), (50, 9 * HOUR)])

    assert one.startswith("payloads 42 at: the clock went back by 1:00:00")
    assert more.startswith("payloads 42 at: the clock went back 2 times, by up to 9:00:00")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_entry_dated_before_the_one_it_follows_is_logged(database_url, caplog):
    database = init_db(database_url, info={})
    for at in (NOW, NOW - HOUR, NOW - HOUR):
        with database.change() as session:
            note(session, "looked", by=LEAD, subject="priya", now=at)
    database.engine.dispose()

    assert caplog.messages == ["the clock went back by 1:00:00 before entry 2 of the ledger"]
