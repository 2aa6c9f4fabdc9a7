"""The ledger is written in the transaction of the change, by everyone, without a gap."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from portal.access import Actor, Origin
from portal.db import init_db
from portal.errors import Refusal
from portal.ledger.actions import note
from portal.ledger.checking import chain_faults, ends, links
from portal.ledger.models import Payload
from portal.ledger.queries import about, head, told
from portal.ledger.rules import START
from tests.factories import NOW

GRACE = Actor(id="grace", name="Grace", origin=Origin(address="192.0.2.9", agent="A browser"))


@pytest.fixture
def database(database_url):
    database = init_db(database_url, info={})
    yield database
    database.engine.dispose()


def say(database, subject="somebody", **facts):
    with database.change() as session:
        return note(session, "looked", by=GRACE, subject=subject, now=NOW, **facts)


def faults(database):
    with database.reader() as session:
        known = ends(session)
    return list(chain_faults(links(database.reader, upto=known.last), known))


def test_a_ledger_without_an_entry_is_whole(database):
    with database.reader() as session:
        assert head(session) == (0, START)
    assert faults(database) == []


def test_an_entry_tells_who_did_what_to_whom_when_and_from_where(database):
    say(database, subject="priya", section=3)

    with database.reader() as session:
        text = session.scalars(sa.select(Payload.json)).one()

    assert json.loads(text) == {
        "type": "looked",
        "at": "2026-11-23T10:00:00+00:00",
        "by": "grace",
        "name": "Grace",
        "address": "192.0.2.9",
        "agent": "A browser",
        "subject": "priya",
        "facts": {"section": 3},
    }


def test_an_entry_goes_with_the_change_that_gave_rise_to_it(database):
    def say_and_fail():
        with database.change() as session:
            note(session, "looked", by=GRACE, subject="somebody", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        say_and_fail()

    with database.reader() as session:
        assert head(session) == (0, START)


def test_who_subscribed_is_told_in_the_same_transaction(database_url):
    def refuse(session, noted):
        assert (noted.type, noted.subject, noted.facts) == ("looked", "somebody", {"page": 1})
        raise Refusal("Not now.")

    database = init_db(database_url, info={"subscriptions": {"looked": (refuse,)}})

    with pytest.raises(Refusal):
        say(database, page=1)

    with database.reader() as session:
        assert head(session) == (0, START)
    database.engine.dispose()


def test_what_is_noted_cannot_forge_another_line(database):
    say(database, subject="priya", name='"}\n{"type":"signed"\x1b[2K')
    say(database, subject="priya")

    with database.reader() as session:
        assert [each.type for each in about(session, "priya")] == ["looked", "looked"]
    assert faults(database) == []


def test_one_type_can_be_asked_for_alone(database):
    say(database, subject="priya")
    with database.change() as session:
        note(session, "signed", by=GRACE, subject="priya", now=NOW, serial="A")

    with database.reader() as session:
        found = told(session, "priya", entry_type="signed")

    assert [each.facts for each in found] == [{"serial": "A"}]


def test_many_who_write_at_once_leave_no_gap(database):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: say(database, number=number), range(40)))

    with database.reader() as session:
        assert head(session)[0] == 40
    assert faults(database) == []


def test_a_refusal_leaves_its_trace_although_its_change_is_gone(app):
    database = app.extensions["db"]

    def say_and_refuse():
        with app.app_context(), database.change() as session:
            note(session, "looked", by=GRACE, subject="priya", now=NOW)
            raise Refusal("Not now.", subject="priya", lesson="tomorrow")

    with pytest.raises(Refusal):
        say_and_refuse()

    with database.reader() as session:
        (only,) = about(session, "priya")
    assert only.type == "refused"
    assert only.facts == {"code": "refused", "sentence": "Not now.", "lesson": "tomorrow"}
