"""Leaving ends the engagement and the way in; returning begins anew."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM, Role
from portal.acknowledgements.queries import held
from portal.clearance.rules import NOT_ENGAGED
from portal.errors import NotFound
from portal.people.actions import begin
from portal.people.directory import get_entry
from portal.people.engagements import EngagedAlready, HasLeft, leave, rejoin
from portal.people.models import Kind, SignIn
from portal.policies.models import Reading
from portal.policies.queries import sections_opened
from tests.clearance.companies import LATER, found_company
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import add_somebody, current, read_all, sign_in_as

WHY = {"reason": "Moved away."}
BACK = LATER + timedelta(days=30)


@pytest.fixture
def company(app):
    return found_company(app)


def test_whoever_leaves_may_not_teach_nor_come_in(company, client):
    sign_in_as(client, company.tutor.id)

    company.do(leave, company.tutor.id, **WHY)

    assert NOT_ENGAGED in company.ask(company.manager).blocks
    with company.tutor.db.reader() as session:
        assert not get_entry(session, company.tutor.id, now=LATER).enabled
        assert not session.scalars(sa.select(SignIn)).all()


def test_whoever_does_more_than_teach_keeps_the_way_in(company):
    with company.tutor.db.change() as session:
        role = {"kind": Kind.ROLE, "value": Role.AUTHOR}
        begin(session, company.tutor.id, **role, by=SYSTEM, now=LATER)

    company.do(leave, company.tutor.id, **WHY)

    with company.tutor.db.reader() as session:
        assert get_entry(session, company.tutor.id, now=LATER).enabled
    assert NOT_ENGAGED in company.ask(company.manager).blocks


def test_whoever_returns_signs_anew_and_what_was_signed_stays(company):
    company.do(leave, company.tutor.id, **WHY)
    company.do(rejoin, company.tutor.id, **WHY, now=BACK)

    told = company.ask(company.manager, at=BACK)
    assert told.codes == ("quiz-not-passed", "not-signed")
    with company.tutor.db.reader() as session:
        assert len(held(session, company.tutor.id)) == 1


def test_whoever_returns_reads_again_and_both_times_stay(company):
    company.do(leave, company.tutor.id, **WHY)
    company.do(rejoin, company.tutor.id, **WHY, now=BACK)
    with company.tutor.db.change() as session:
        version = current(session).id
        assert sections_opened(session, company.tutor.id, version_id=version) == {}

        read_all(session, company.tutor.id, now=BACK)

        times = sections_opened(session, company.tutor.id, version_id=version).values()
        assert set(times) == {BACK}
        assert session.scalar(sa.select(sa.func.count()).select_from(Reading)) == len(times)


def test_word_goes_to_those_who_answer_for_the_tutor_and_a_welcome_to_the_tutor(company):
    company.forget_mails()

    company.do(leave, company.tutor.id, **WHY)
    company.do(rejoin, company.tutor.id, **WHY, now=BACK)

    told = company.mails(now=BACK)
    keepers = {"hanna.reed", "hal.reed", "sasha.lead", "alex.penrose"}
    assert set(told) == {*keepers, "priya.nair"}
    assert told["alex.penrose"] == ["Priya Nair has left", "Priya Nair has come back"]
    assert told["priya.nair"] == ["Welcome back to Example Tutoring"]


def test_one_leaves_once_returns_once_and_only_a_tutor_does_either(company):
    with pytest.raises(EngagedAlready):
        company.do(rejoin, company.tutor.id, **WHY)
    company.do(leave, company.tutor.id, **WHY)

    with pytest.raises(HasLeft):
        company.do(leave, company.tutor.id, **WHY)
    with company.tutor.db.change() as session:
        nobody = add_somebody(session, "No Tutor", Role.AUTHOR)
    with pytest.raises(NotFound):
        company.do(leave, nobody, **WHY)
