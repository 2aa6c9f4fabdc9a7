"""Who may grant a waiver, and how the second one comes about."""

from datetime import timedelta

import pytest

from portal.access import Role
from portal.clearance.granting import (
    AskedAlready,
    NotWaived,
    Wish,
    approve,
    decline,
    end_waiver,
    waive,
)
from portal.clearance.register import register
from portal.clearance.suspending import suspend
from portal.errors import NotFound
from portal.people.accounts import OwnAccount, disable
from tests.factories import NOW, POLICY, add_managed_team, as_person, publish_policy, renumbered

DAY = timedelta(days=1)
LATE = NOW + 20 * DAY  # the grace of version 2.0 is over


@pytest.fixture
def late(company):
    """The company, whose tutor has not signed version 2.0 in time."""
    with company.tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=NOW)
    return company


def grant(company, *, by=None, days=7, now=LATE):
    wish = Wish(
        tutor_id=company.tutor.id, policy=POLICY, ends_at=now + days * DAY, reason="Ill until then."
    )
    settings = company.tutor.app.extensions["settings"]
    return company.do(waive, wish, settings=settings, by=by or company.manager, now=now)


def answer(company, action, *, by, now=LATE):
    more = {"settings": company.tutor.app.extensions["settings"]} if action is approve else {}
    return company.do(action, shown(company).requests[0].row.id, **more, by=by, now=now)


def shown(company, *, by=None, now=LATE):
    with company.tutor.db.reader() as session:
        return register(session, seen_by=by or company.hr, now=now)


def test_a_manager_lets_a_late_tutor_teach_until_it_ends(late):
    assert not late.ask(late.hr, at=LATE).cleared

    assert grant(late)

    assert late.ask(late.hr, at=LATE).cleared
    assert not late.ask(late.hr, at=LATE + 7 * DAY).cleared


def test_before_the_grace_ends_it_begins_where_the_gap_does(late):
    grant(late, now=NOW + DAY, days=20)

    (only,) = shown(late).waivers
    assert late.ask(late.hr, at=only.row.starts_at).cleared
    assert late.ask(late.hr, at=only.row.ends_at - DAY).cleared


def test_the_register_says_who_why_and_until_when(late):
    grant(late)

    (only,) = shown(late).waivers
    assert (only.row.granted_by, only.row.second, only.why) == (
        "Alex Penrose",
        None,
        "Ill until then.",
    )
    assert only.row.ends_at == LATE + 7 * DAY


def test_word_goes_to_hr_the_lead_and_the_manager(late):
    late.forget_mails()

    grant(late)

    told = late.mails(now=LATE)
    assert set(told) >= {"hanna.reed", "hal.reed", "sasha.lead", "alex.penrose"}
    assert "Priya Nair was given a waiver" in told["sasha.lead"]


def test_the_second_one_waits_for_hr_and_there_is_never_a_third(late):
    grant(late)
    assert not grant(late, now=LATE + 8 * DAY)
    assert not late.ask(late.hr, at=LATE + 9 * DAY).cleared

    answer(late, approve, by=late.hr, now=LATE + 8 * DAY)

    assert late.ask(late.hr, at=LATE + 9 * DAY).cleared
    assert shown(late).waivers[0].row.second == "Hanna Reed"
    with pytest.raises(NotWaived, match="never a third"):
        grant(late, by=late.hr, now=LATE + 16 * DAY)


def test_hr_may_answer_no(late):
    grant(late)
    grant(late, now=LATE + 8 * DAY)

    answer(late, decline, by=late.hr, now=LATE + 8 * DAY)

    assert not late.ask(late.hr, at=LATE + 9 * DAY).cleared
    assert not shown(late).requests


def test_nobody_answers_their_own_request_and_only_hr_answers(late):
    grant(late)
    grant(late, by=late.hr, now=LATE + 8 * DAY)

    for somebody in (late.hr, late.manager, late.lead):
        with pytest.raises(NotFound):
            answer(late, approve, by=somebody)
    with pytest.raises(AskedAlready):
        grant(late, now=LATE + 8 * DAY)
    answer(late, approve, by=late.other_hr, now=LATE + 8 * DAY)


def test_where_hr_is_one_person_the_lead_looks_at_what_hr_asks_for(late):
    late.do(disable, late.other_hr.id)
    grant(late)
    grant(late, by=late.hr, now=LATE + 8 * DAY)

    with pytest.raises(NotFound):
        answer(late, approve, by=late.hr)
    answer(late, approve, by=late.lead, now=LATE + 8 * DAY)

    assert late.ask(late.hr, at=LATE + 9 * DAY).cleared
    assert shown(late).waivers[0].row.second == "Sasha Lead"


def test_where_nobody_else_is_there_the_register_says_that_nobody_checked(late):
    for one in (late.other_hr, late.lead):
        late.do(disable, one.id)
    grant(late)
    grant(late, by=late.hr, now=LATE + 8 * DAY)
    assert shown(late).requests[0].alone

    answer(late, approve, by=late.hr, now=LATE + 8 * DAY)

    assert shown(late).waivers[0].unchecked
    assert not shown(late).waivers[1].unchecked


def test_nobody_approves_in_the_place_of_hr(late):
    grant(late)
    grant(late, now=LATE + 8 * DAY)
    for one in (late.other_hr, late.hr):
        late.do(disable, one.id, by=late.lead)

    with pytest.raises(NotFound):
        answer(late, approve, by=late.lead)

    assert shown(late).requests[0].stuck


def test_one_that_runs_can_be_ended_early_and_only_once(late):
    grant(late)
    waiver = shown(late).waivers[0].row.id

    late.do(end_waiver, waiver, reason="Signed off sick.", by=late.manager, now=LATE + DAY)

    assert not late.ask(late.hr, at=LATE + DAY).cleared
    assert shown(late).waivers[0].why_ended == "Signed off sick."
    with pytest.raises(NotFound):
        late.do(end_waiver, waiver, reason="Again.", now=LATE + DAY)


def test_a_manager_who_is_refused_for_a_suspension_cannot_tell(late):
    late.do(suspend, late.tutor.id, reason="A complaint.", now=LATE)

    with pytest.raises(NotWaived) as refused:
        grant(late)

    assert "suspend" not in str(refused.value)
    assert refused.value.facts["blocks"] == ["not-cleared"]


def test_a_stranger_finds_no_tutor_and_nobody_waives_for_themselves(late):
    with late.tutor.db.change() as session:
        _, stranger = add_managed_team(session, "Dana Fielding")

    with pytest.raises(NotFound):
        grant(late, by=as_person(stranger, Role.MANAGER))
    with pytest.raises(NotFound):
        grant(late, by=late.lead)
    with pytest.raises(OwnAccount):
        grant(late, by=as_person(late.tutor.id, Role.HR))
    assert not shown(late, by=as_person(stranger, Role.MANAGER)).waivers
