"""Leaving ends the engagement and the way in; returning begins anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM, Role
from portal.acknowledgements.queries import held
from portal.clearance.queries import standing
from portal.clearance.rules import NOT_ENABLED, NOT_ENGAGED, decide
from portal.errors import NotFound
from portal.outbox.models import Mail
from portal.people.accounts import enable
from portal.people.actions import begin
from portal.people.directory import get_entry
from portal.people.engagements import (
    EngagedAlready,
    HasLeft,
    LastDayOver,
    NoLastDay,
    leave,
    move_last_day,
    rejoin,
    stay,
)
from portal.people.models import Kind, SignIn
from portal.policies.models import Reading
from portal.policies.queries import sections_opened
from tests.clearance.companies import LATER, found_company
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import add_somebody, current, read_all, sign_in_as

WHY = {"reason": "Moved away."}
BACK = LATER + timedelta(days=30)
LAST_DAY, OVER = date(2026, 12, 11), datetime(2026, 12, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


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


def test_until_the_last_day_is_over_the_tutor_teaches_and_comes_in(company):
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)

    company.mails(now=OVER - MOMENT)
    assert company.ask(company.manager, at=OVER - MOMENT).cleared
    assert company.ask(company.manager, at=OVER - MOMENT).until == OVER
    assert is_open(company, at=OVER - MOMENT)

    company.mails(now=OVER)
    assert company.ask(company.manager, at=OVER).codes == (NOT_ENGAGED.code, NOT_ENABLED.code)
    assert not is_open(company, at=OVER)


def test_a_lesson_after_the_last_day_finds_nobody_to_teach_it(company):
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)

    assert NOT_ENGAGED in company.ask(company.manager, at=OVER + timedelta(hours=16)).blocks
    with company.tutor.db.reader() as session:
        before = standing(session, company.tutor.id, known_at=LATER - MOMENT)
    assert decide(before, at=OVER + timedelta(hours=16)).cleared  # as was known then


def test_who_has_a_last_day_leaves_once_and_does_not_return_before(company):
    with pytest.raises(LastDayOver):
        company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY, now=OVER)
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)

    for action, refusal in ((leave, HasLeft), (rejoin, EngagedAlready)):
        with pytest.raises(refusal):
            company.do(action, company.tutor.id, **WHY)


@pytest.mark.parametrize("day", [4, 11], ids=["earlier", "later"])
def test_until_it_is_over_a_last_day_is_moved_and_the_way_in_closes_with_it(company, day):
    company.do(leave, company.tutor.id, **WHY, last_day=date(2026, 12, 7))
    company.do(move_last_day, company.tutor.id, **WHY, last_day=date(2026, 12, day))
    over = datetime(2026, 12, day + 1, tzinfo=UTC)

    company.mails(now=over - MOMENT)
    assert company.ask(company.manager, at=over - MOMENT).until == over
    assert is_open(company, at=over - MOMENT)

    company.mails(now=over)
    assert company.ask(company.manager, at=over).codes == (NOT_ENGAGED.code, NOT_ENABLED.code)


def test_who_stays_after_all_teaches_on_with_the_same_signature_and_may_still_leave(company):
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)
    company.do(stay, company.tutor.id, **WHY)

    company.mails(now=OVER)

    assert company.ask(company.manager, at=OVER).cleared
    assert is_open(company, at=OVER)
    company.do(leave, company.tutor.id, **WHY, now=OVER)
    assert NOT_ENGAGED in company.ask(company.manager, at=OVER).blocks
    assert not is_open(company, at=OVER)


def test_what_was_known_of_a_last_day_before_it_was_put_right_can_be_said_again(company):
    lesson, told = OVER + timedelta(days=2), []
    moves = ((leave, 11), (move_last_day, 18), (move_last_day, 7), (stay, None), (leave, 9))
    for hours, (action, day) in enumerate(moves, start=1):
        last = {"last_day": date(2026, 12, day)} if day else {}
        company.do(action, company.tutor.id, **WHY, **last, now=LATER + timedelta(hours=hours))
        told.append(company.ask(company.manager, at=lesson).codes)

    assert told == [(NOT_ENGAGED.code,), (), (NOT_ENGAGED.code,), (), (NOT_ENGAGED.code,)]
    with company.tutor.db.reader() as session:
        for hours, codes in enumerate([(), *told]):
            then = LATER + timedelta(hours=hours, minutes=30)
            known = standing(session, company.tutor.id, known_at=then)
            assert decide(known, at=lesson).codes == codes


def test_only_a_last_day_ahead_is_put_right_and_not_into_the_past(company):
    day = {"last_day": LAST_DAY}
    with pytest.raises(NoLastDay):
        company.do(move_last_day, company.tutor.id, **WHY, **day)
    company.do(leave, company.tutor.id, **WHY, **day)

    for wrong in (LAST_DAY, date(2026, 9, 1)):
        with pytest.raises(LastDayOver):
            company.do(move_last_day, company.tutor.id, **WHY, last_day=wrong)
    for action, more in ((move_last_day, day), (stay, {})):
        with pytest.raises(NoLastDay):
            company.do(action, company.tutor.id, **WHY, **more, now=OVER)


def test_an_account_opened_again_after_the_last_day_is_not_closed_by_an_older_one(company):
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)
    company.do(move_last_day, company.tutor.id, **WHY, last_day=date(2026, 12, 7))
    company.mails(now=OVER - timedelta(days=2))
    company.do(enable, company.tutor.id, now=OVER - timedelta(days=2))

    company.mails(now=OVER)

    assert is_open(company, at=OVER)


def test_word_of_a_moved_last_day_is_true_when_it_is_read(company):
    company.forget_mails()
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)
    company.do(move_last_day, company.tutor.id, **WHY, last_day=date(2026, 12, 18))
    company.do(stay, company.tutor.id, **WHY)

    told = company.mails(now=LATER)

    assert sorted(told["alex.penrose"]) == [
        "Priya Nair has a last day",
        "Priya Nair has another last day",
        "Priya Nair stays",
    ]
    with company.tutor.db.reader() as session:
        said = " ".join(session.scalars(sa.select(Mail.text)))
    assert "Priya Nair stays. Hanna Reed recorded it on" in said
    assert "It was taken back since: the engagement goes on." in said
    assert "The last day is" not in said


def test_who_is_back_before_the_way_in_was_closed_keeps_it(company):
    company.do(leave, company.tutor.id, **WHY, last_day=LAST_DAY)
    company.do(rejoin, company.tutor.id, **WHY, now=OVER)

    company.mails(now=OVER)

    assert is_open(company, at=OVER)


def is_open(company, *, at):
    with company.tutor.db.reader() as session:
        return get_entry(session, company.tutor.id, now=at).enabled
