"""A suspension takes effect at once, and almost nobody can tell."""

import pytest

from portal.access import Role
from portal.clearance.rules import NOT_CLEARED, SUSPENDED
from portal.clearance.suspending import (
    Ask,
    NotSuspended,
    SuspendedAlready,
    reinstate,
    release,
    suspend,
    suspension,
)
from portal.errors import NotFound
from portal.people.accounts import OwnAccount
from tests.clearance.companies import LATER, NOW
from tests.factories import add_somebody, as_person

WHY = {"reason": "A parent has complained."}
ASK = Ask(name="Hanna Reed", phone="01632 960 150")


def test_a_suspended_tutor_may_not_teach_until_reinstated(company):
    company.do(suspend, company.tutor.id, **WHY)
    suspended = company.ask(company.hr)
    company.do(reinstate, company.tutor.id, **WHY, by=company.lead)

    assert suspended.blocks == (SUSPENDED,)
    assert company.ask(company.hr).cleared


def test_only_hr_and_the_lead_can_tell_a_suspension(company):
    company.do(suspend, company.tutor.id, **WHY)

    assert company.ask(company.lead).blocks == (SUSPENDED,)
    for reader in (company.manager, company.tutor.actor):
        told = company.ask(reader)
        assert (told.blocks, told.since, told.until) == ((NOT_CLEARED,), None, None)


def test_a_tutor_of_hr_cannot_tell_their_own(company):
    own = as_person(company.tutor.id, Role.HR, Role.TUTOR)
    company.do(suspend, company.tutor.id, **WHY)

    with company.tutor.db.reader() as session:
        assert suspension(session, company.tutor.id, seen_by=own) is None
    assert company.ask(own).blocks == (NOT_CLEARED,)


def test_the_tutor_is_told_once_hr_says_so_and_the_manager_still_is_not(company):
    company.do(suspend, company.tutor.id, **WHY)
    company.do(release, company.tutor.id, ask=ASK)

    assert company.ask(company.tutor.actor).blocks == (SUSPENDED,)
    assert company.ask(company.manager).blocks == (NOT_CLEARED,)


def test_the_next_suspension_is_hidden_again(company):
    company.do(suspend, company.tutor.id, **WHY)
    company.do(release, company.tutor.id, ask=ASK)
    company.do(reinstate, company.tutor.id, **WHY)
    company.do(suspend, company.tutor.id, **WHY)

    assert company.ask(company.tutor.actor).blocks == (NOT_CLEARED,)


def test_word_goes_to_hr_and_the_lead_and_names_nobody_in_its_subject(company):
    company.forget_mails()

    company.do(suspend, company.tutor.id, **WHY)

    told = company.mails()
    assert set(told) == {"hanna.reed", "hal.reed", "sasha.lead"}
    assert {each for subjects in told.values() for each in subjects} == {
        "Confidential: a tutor’s standing has changed"
    }


def test_a_tutor_who_is_told_gets_a_mail_that_names_whom_to_ask(company):
    company.do(suspend, company.tutor.id, **WHY)
    company.forget_mails()

    company.do(release, company.tutor.id, ask=ASK)
    company.do(release, company.tutor.id, ask=ASK)

    assert company.mails()["priya.nair"] == ["You cannot teach at the moment"]


@pytest.mark.parametrize("knew", [True, False])
def test_a_tutor_hears_of_the_end_if_they_were_told_and_only_then(company, knew):
    company.do(suspend, company.tutor.id, **WHY)
    if knew:
        company.do(release, company.tutor.id, ask=ASK)
    company.forget_mails()

    company.do(reinstate, company.tutor.id, **WHY)

    told = company.mails()
    assert told.get("priya.nair", []) == ["Your standing has changed"] * knew


def test_the_end_of_one_is_not_told_while_the_next_one_runs(company):
    company.do(suspend, company.tutor.id, **WHY)
    company.do(release, company.tutor.id, ask=ASK)
    company.forget_mails()

    company.do(reinstate, company.tutor.id, **WHY)
    company.do(suspend, company.tutor.id, **WHY)

    assert "priya.nair" not in company.mails()


def test_why_and_by_whom_stands_on_record_for_those_who_may_know(company):
    company.do(suspend, company.tutor.id, **WHY)

    with company.tutor.db.reader() as session:
        found = suspension(session, company.tutor.id, seen_by=company.lead)

    assert (found.why, found.by, found.since) == (WHY["reason"], "Hanna Reed", LATER)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.TUTOR, Role.ADMINISTRATOR, Role.AUTHOR])
def test_nobody_else_suspends_or_reinstates(company, role):
    with company.tutor.db.change() as session:
        somebody = as_person(add_somebody(session, "Some Body", role), role)

    for action in (suspend, reinstate):
        with pytest.raises(NotFound):
            company.do(action, company.tutor.id, **WHY, by=somebody)


def test_nobody_suspends_themselves_or_somebody_twice(company):
    own = as_person(company.tutor.id, Role.HR)
    with pytest.raises(NotSuspended):
        company.do(reinstate, company.tutor.id, **WHY, now=NOW)
    company.do(suspend, company.tutor.id, **WHY)

    with pytest.raises(SuspendedAlready):
        company.do(suspend, company.tutor.id, **WHY)
    with pytest.raises(OwnAccount):
        company.do(reinstate, company.tutor.id, **WHY, by=own)
