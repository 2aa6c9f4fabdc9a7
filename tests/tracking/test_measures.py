"""The pages that change a tutor's standing: who finds them, and what they keep."""

from datetime import timedelta

import pytest

from portal import clock
from portal.people.accounts import disable
from portal.people.engagements import leave, rejoin
from tests.clearance.companies import LATER, found_company
from tests.clearance.conftest import settings  # noqa: F401 - a fixture is found by its name
from tests.factories import post, publish_policy, renumbered, sign_in_as
from tests.tracking.test_routes import schedule


@pytest.fixture
def company(app):
    return found_company(app)


def page(client, person, path):
    sign_in_as(client, person.id)
    return client.get(path)


def test_suspending_shows_the_lessons_that_lose_their_tutor_and_keeps_why(company, client):
    schedule(company.tutor)
    own = f"/tutors/{company.tutor.id}"

    asked = page(client, company.hr, f"{own}/suspension").text
    empty = post(client, f"{own}/suspension", reason=" ")
    done = post(client, f"{own}/suspension", reason="A parent has complained.")

    assert "One session is booked" in asked
    assert (empty.status_code, done.status_code) == (422, 302)
    assert "A parent has complained." in client.get(own).text
    assert "not-cleared" in page(client, company.manager, own).text
    assert "complained" not in client.get(own).text
    assert "One session this week has a tutor" in client.get("/tutors").text


def test_what_there_is_nothing_to_do_about_is_said_before_anybody_types(company, client):
    own = f"/tutors/{company.tutor.id}"
    sign_in_as(client, company.hr.id)

    told = {"reinstatement": "not suspended", "suspension-notice": "not suspended"}
    told |= {"last-day": "no last day", "staying": "no last day", "return": "engaged already"}
    for noun, why in told.items():
        answer = client.get(f"{own}/{noun}")
        assert (answer.status_code, why in answer.text) == (404, True)
    assert "ask an administrator" in post(client, f"{own}/reinstatement", reason="Over.").text
    post(client, f"{own}/suspension", reason="A complaint.")
    assert "suspended already" in client.get(f"{own}/suspension").text
    assert client.get(f"{own}/reinstatement").status_code == 200


def test_the_tutor_reads_whom_to_ask_once_told(company, client):
    own = f"/tutors/{company.tutor.id}"
    sign_in_as(client, company.hr.id)
    post(client, f"{own}/suspension", reason="A complaint.")
    before = page(client, company.tutor.actor, "/").text

    sign_in_as(client, company.hr.id)
    post(client, f"{own}/suspension-notice", name="Hanna Reed", phone="01632 960 150")

    after = page(client, company.tutor.actor, "/").text
    assert "suspended" not in before
    assert "The tutor is suspended." in after
    assert "Hanna Reed" in after
    assert "complaint" not in after


def test_whoever_has_left_is_no_longer_counted_but_can_be_found(company, client):
    own = f"/tutors/{company.tutor.id}"
    sign_in_as(client, company.hr.id)

    post(client, f"{own}/leaving", reason="Moved away.")

    table = client.get("/tutors").text
    assert "<h1>0 of 0 tutors can teach today</h1>" in table
    assert "Priya Nair" not in table
    assert '<a href="/tutors?state=left">One tutor has left</a>' in table
    assert "Priya Nair" in client.get("/tutors?state=left").text
    page = client.get(own).text
    assert "The tutor comes back" in page
    assert "Grant a waiver" not in page


def test_a_last_day_that_is_over_is_answered_and_one_ahead_is_shown(company, client):
    own, day = f"/tutors/{company.tutor.id}", clock.now() + timedelta(days=9)
    sign_in_as(client, company.hr.id)

    over = post(client, f"{own}/leaving", reason="Moves away.", last_day="2026-09-01")
    done = post(client, f"{own}/leaving", reason="Moves away.", last_day=f"{day:%Y-%m-%d}")

    assert (over.status_code, done.status_code) == (422, 302)
    assert "That day is over." in over.text
    assert "Moves away." in over.text
    page = client.get(own).text
    assert f"The last day is {clock.day_in_words(day)}." in page
    assert "A last day was recorded" in page
    assert "The tutor comes back" not in page


@pytest.mark.parametrize("last_day", ["", "2026-09-01"])
def test_another_last_day_is_one_ahead_and_what_was_typed_is_kept(company, client, last_day):
    own, day = f"/tutors/{company.tutor.id}", clock.now() + timedelta(days=9)
    sign_in_as(client, company.hr.id)
    post(client, f"{own}/leaving", reason="Moves away.", last_day=f"{day:%Y-%m-%d}")

    answer = post(client, f"{own}/last-day", reason="It was mistyped.", last_day=last_day)

    assert answer.status_code == 422
    assert "It was mistyped." in answer.text
    assert f"On record: the last day is {clock.day_in_words(day)}" in answer.text


def test_hr_moves_a_last_day_or_takes_it_back_and_the_page_tells_both(company, client):
    own, day = f"/tutors/{company.tutor.id}", clock.now() + timedelta(days=19)
    sign_in_as(client, company.hr.id)
    assert "Move the last day" not in client.get(own).text
    post(client, f"{own}/leaving", reason="Moves away.", last_day="2099-12-31")

    post(client, f"{own}/last-day", reason="A slip.", last_day=f"{day:%Y-%m-%d}")

    assert f"The last day is {clock.day_in_words(day)}." in client.get(own).text
    post(client, f"{own}/staying", reason="They found a flat here.")
    page = client.get(own).text
    assert "Leaves. The last day is" not in page
    moved = f"The last day was moved to {clock.day_in_words(day)}"
    for words in (moved, "The last day was taken back", "The tutor leaves"):
        assert words in page
    assert post(client, f"{own}/staying", reason="Twice.").status_code == 409


def test_why_is_read_beside_what_happened_by_those_who_may_know(company, client):
    own, given = f"/tutors/{company.tutor.id}", []
    for noun in ("suspension", "reinstatement", "leaving", "return"):
        given.append(f"Why, {noun}.")
        sign_in_as(client, company.hr.id)
        post(client, f"{own}/{noun}", reason=given[-1])

    for reader, known in ((company.hr, given), (company.lead, given), (company.manager, [])):
        text = page(client, reader, own).text
        assert [words for words in given if words in text] == known


def test_a_waiver_that_is_not_wanted_is_not_offered(company, client):
    answer = page(client, company.manager, f"/tutors/{company.tutor.id}/waivers")

    assert "There is nothing to waive" in answer.text


def test_an_odd_date_is_answered_and_nothing_typed_is_lost(company, client):
    with company.tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=LATER)
    sign_in_as(client, company.manager.id)

    answer = post(
        client,
        f"/tutors/{company.tutor.id}/waivers",
        policy="online-safeguarding",
        until="soon",
        reason="Ill until Friday.",
    )

    assert answer.status_code == 422
    assert "Ill until Friday." in answer.text
    assert "There is a problem" in answer.text


def test_who_checks_a_second_waiver_alone_is_told_that_nobody_else_can(company, client):
    with company.tutor.db.change() as session:
        publish_policy(session, renumbered("2.0"), now=LATER)
        for one in (company.other_hr, company.lead):
            disable(session, one.id, by=company.hr, now=LATER)
    sign_in_as(client, company.hr.id)
    wish = {"policy": "online-safeguarding", "reason": "Ill."}
    for days in (16, 20):
        until = f"{LATER + timedelta(days=days):%Y-%m-%dT%H:%M}"
        post(client, f"/tutors/{company.tutor.id}/waivers", until=until, **wish)

    page = client.get("/waivers").text

    assert "Nobody else can check this." in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_signed_before_leaving_is_not_said_to_count_after_coming_back(company, client):
    company.do(leave, company.tutor.id, reason="Moved away.")
    company.do(rejoin, company.tutor.id, reason="Is back.", now=LATER + timedelta(minutes=1))

    shown = page(client, company.manager, f"/tutors/{company.tutor.id}").text

    assert "Earlier engagement" in shown
    assert "Earlier engagement" in page(client, company.tutor.actor, "/history").text
