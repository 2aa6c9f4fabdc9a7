"""The company's rulings: kept for good, shown on the card, never a question."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal.access import Role
from portal.db import init_db
from portal.ledger.models import Entry, Payload
from portal.quizzes.actions import approve
from portal.quizzes.content import digest
from portal.quizzes.refusals import NotForYou
from portal.quizzes.rulings import NotYetGiven, cards, record_ruling, rulings
from tests.factories import LEAD, NOW, as_person
from tests.quizzes.samples import QUIZ

CARD = next(card for card in QUIZ.cards if card.id == "S21")
TODAY = NOW.date()
GIVEN = {"words": "Ring three times, then end the lesson.", "given_by": "Jo Marsh, director"}


@pytest.fixture
def session(database_url):
    database = init_db(database_url, info={})
    with database.change() as session:
        yield session
    database.engine.dispose()


def rule(session, *, by=LEAD, given_on=TODAY, now=NOW, **changes):
    told = {**GIVEN, **changes}
    record_ruling(session, CARD, **told, given_on=given_on, by=by, now=now)


def shown(session, *, unreviewed=True):
    return {each.card.id: each for each in cards(session, QUIZ, unreviewed=unreviewed)}


def test_a_card_is_open_until_the_company_rules(session):
    assert shown(session)["S21"].ruled is None

    rule(session)

    ruled = shown(session)["S21"].ruled
    assert (ruled.words, ruled.given_by, ruled.by) == (*GIVEN.values(), LEAD.name)
    assert ruled.given_on == NOW.date()
    assert shown(session)["S22"].ruled is None


def test_a_newer_ruling_stands_and_the_older_one_is_kept(session):
    rule(session)
    rule(session, words="Ring twice.", now=NOW + timedelta(days=1))

    assert shown(session)["S21"].ruled.words == "Ring twice."
    assert [each.words for each in rulings(session, "S21")] == ["Ring twice.", GIVEN["words"]]


def test_a_ruling_is_on_the_ledger_with_who_gave_it(session):
    rule(session)

    (entry,) = session.scalars(sa.select(Entry)).all()
    payload = session.scalars(sa.select(Payload.json)).one()
    assert entry.type == "ruling.recorded"
    assert GIVEN["given_by"] in payload


def test_only_the_lead_records_rulings(session):
    with pytest.raises(NotForYou):
        rule(session, by=as_person("x", Role.HR))

    assert rulings(session, "S21") == ()


def test_a_ruling_of_tomorrow_is_not_given_yet(session):
    with pytest.raises(NotYetGiven):
        rule(session, given_on=date(2026, 11, 24))


def test_only_approved_cards_are_shown_outside_a_demonstration(session):
    approve(session, CARD.id, digest=digest(CARD), by=LEAD, now=NOW)

    assert set(shown(session, unreviewed=False)) == {"S21"}
    assert shown(session)["S21"].reviewed
    assert not shown(session)["S22"].reviewed
