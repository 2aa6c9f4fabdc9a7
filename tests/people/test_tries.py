"""What failures are counted under."""

import pytest
import sqlalchemy as sa

from portal.people.models import Failed
from portal.people.tries import MustWait, claim, of_account, of_address, of_asking, of_checking
from tests.factories import NOW

SAME = [("192.0.2.7", "192.0.2.7"), ("2001:db8::1", "2001:db8::ffff:1"), ("", ""), ("unix", "unix")]
OTHER = [("192.0.2.7", "192.0.2.8"), ("2001:db8::1", "2001:db8:0:1::1"), ("192.0.2.7", "")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_one_connection_can_choose_from_is_one_network(one, other):
    assert of_address(one) == of_address(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_connections_are_other_networks(one, other):
    assert of_address(one) != of_address(other)


def test_what_is_counted_for_one_thing_is_not_counted_for_another():
    kinds = (of_account, of_address, of_asking, of_checking)

    assert len({each("192.0.2.7").key for each in kinds}) == len(kinds)


def test_nothing_typed_is_kept():
    assert "priya" not in of_account("priya@example.org").key


def test_an_account_is_counted_however_its_address_is_spelled():
    assert of_account(" Priya@Example.org") == of_account("priya@example.org")


WORDS = [(5, "30 seconds"), (6, "60 seconds"), (7, "2 minutes"), (11, "15 minutes")]


@pytest.mark.parametrize(("times", "words"), WORDS)
def test_the_wait_is_told_in_words(app, times, words):
    account = of_account("priya@example.org")
    failures = [{"id": str(number), "key": account.key, "at": NOW} for number in range(times)]
    with app.extensions["db"].change() as session:
        session.execute(sa.insert(Failed), failures)

    with pytest.raises(MustWait, match=words), app.extensions["db"].change() as session:
        claim(session, [account], now=NOW)
